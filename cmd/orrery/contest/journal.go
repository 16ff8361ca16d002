package contest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"orrery/datasets/storage"
	"orrery/sim/input"
)

// Journal keeps the attempts of a contest in a file as they are judged, so that an
// interrupted one goes on where it stopped. It may be used by many goroutines. A nil
// Journal keeps nothing.
type Journal struct {
	path string
	head []byte // line of the settings

	mutex sync.Mutex
	file  *os.File        // nil when the attempts are in memory until End
	done  map[int]Attempt // by number of the episode
}

// OpenJournal opens the journal of a contest, whose settings are what its attempts depend
// on, ready for JSON. One that exists is gone on with if resume is set and it was begun with
// the same settings; without resume it is an error. A late journal is written by End only,
// where nobody has named a file.
func OpenJournal(path string, settings any, resume, late bool) (*Journal, error) {
	head, err := json.Marshal(settings)
	if err != nil {
		return nil, err
	}
	j := &Journal{path: path, head: append(head, '\n'), done: map[int]Attempt{}}
	text, err := os.ReadFile(path)
	switch {
	case err == nil && !resume:
		return nil, fmt.Errorf("%s exists: an interrupted plan; --resume goes on with it, --force starts again", path)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, err
	case err == nil:
		if text, err = j.read(text, head); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	if late {
		return j, nil
	}
	if len(text) == 0 {
		text = j.head
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, err
	}
	if err := storage.WriteFile(path, text); err != nil { // without a line that a kill cut off
		return nil, err
	}
	j.file, err = os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0o644)
	return j, err
}

// read takes in the attempts of a journal and returns its whole lines.
func (j *Journal) read(text, head []byte) ([]byte, error) {
	whole := text[:bytes.LastIndexByte(text, '\n')+1]
	lines := bufio.NewScanner(bytes.NewReader(whole))
	lines.Buffer(nil, len(whole)+1)
	for n := 1; lines.Scan(); n++ {
		if n == 1 {
			if err := sameSettings(lines.Bytes(), head); err != nil {
				return nil, err
			}
			continue
		}
		var a Attempt
		if err := input.DecodeJSONPart(lines.Bytes(), &a); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		j.done[a.Episode] = a
	}
	return whole, lines.Err()
}

// sameSettings returns an error that names the first setting in which two differ.
func sameSettings(before, now []byte) error {
	var old, new map[string]json.RawMessage
	if err := input.DecodeJSONPart(before, &old); err != nil {
		return fmt.Errorf("line 1: %w", err)
	}
	if err := input.DecodeJSONPart(now, &new); err != nil {
		return err
	}
	all := maps.Clone(old)
	maps.Copy(all, new)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if !bytes.Equal(old[name], new[name]) {
			return fmt.Errorf("was begun with %s %s, which is now %s; --force starts again", name, orNone(old[name]), orNone(new[name]))
		}
	}
	return nil
}

func orNone(value json.RawMessage) string {
	if value == nil {
		return "not set"
	}
	return string(value)
}

// attempt returns what came of an episode, if that is known.
func (j *Journal) attempt(episode int) (Attempt, bool) {
	if j == nil {
		return Attempt{}, false
	}
	j.mutex.Lock()
	defer j.mutex.Unlock()
	a, ok := j.done[episode]
	return a, ok
}

// add keeps what came of an episode. It is on disk when add returns.
func (j *Journal) add(a Attempt) error {
	if j == nil {
		return nil
	}
	line, err := json.Marshal(a)
	if err != nil {
		return err
	}
	j.mutex.Lock()
	defer j.mutex.Unlock()
	j.done[a.Episode] = a
	if j.file == nil {
		return nil
	}
	if _, err := j.file.Write(append(line, '\n')); err != nil {
		return err
	}
	return j.file.Sync()
}

// Kept returns how many attempts the journal holds.
func (j *Journal) Kept() int {
	j.mutex.Lock()
	defer j.mutex.Unlock()
	return len(j.done)
}

// Path returns where the journal is.
func (j *Journal) Path() string { return j.path }

// End closes the journal. It leaves it for a later run if it holds anything and the contest
// is not over, and deletes it otherwise.
func (j *Journal) End(over bool) error {
	j.mutex.Lock()
	defer j.mutex.Unlock()
	var err error
	if j.file != nil {
		err = j.file.Close()
	}
	if over || len(j.done) == 0 {
		if gone := os.Remove(j.path); !errors.Is(gone, fs.ErrNotExist) {
			err = errors.Join(err, gone)
		}
		return err
	}
	if j.file != nil {
		return err
	}
	text := bytes.NewBuffer(slices.Clone(j.head))
	for _, episode := range slices.Sorted(maps.Keys(j.done)) {
		if err := json.NewEncoder(text).Encode(j.done[episode]); err != nil {
			return err
		}
	}
	return storage.WriteFile(j.path, text.Bytes())
}
