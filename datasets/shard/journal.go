package shard

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

// Journal keeps the figures of units in a file as they come, so that interrupted work goes on
// where it stopped. It may be used by many goroutines. A nil Journal keeps nothing.
type Journal struct {
	path string
	head []byte // line of the settings

	mutex sync.Mutex
	file  *os.File                // nil when the figures are in memory until End
	size  int64                   // bytes of the file
	done  map[int]json.RawMessage // by number of the unit
}

// record is a line of a journal.
type record struct {
	Unit    int             `json:"unit"` // number of it
	Figures json.RawMessage `json:"figures"`
}

// OpenJournal opens the journal of work whose settings are what its figures depend
// on, ready for JSON as an object. One that exists is gone on with if resume is set and it was begun with
// the same settings; without resume it is an error. A late journal is written by End only,
// where nobody has named a file.
func OpenJournal(path string, settings any, resume, late bool) (*Journal, error) {
	head, err := json.Marshal(settings)
	if err != nil {
		return nil, err
	}
	j := &Journal{path: path, head: append(head, '\n'), done: map[int]json.RawMessage{}}
	text, err := os.ReadFile(path)
	switch {
	case err == nil && !resume:
		return nil, fmt.Errorf("%s exists: an interrupted run; --resume goes on with it, --force starts again", path)
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
	j.size = int64(len(text))
	j.file, err = os.OpenFile(path, os.O_WRONLY, 0o644)
	return j, err
}

// read takes in the figures of a journal and returns its whole lines.
func (j *Journal) read(text, head []byte) ([]byte, error) {
	whole := text[:bytes.LastIndexByte(text, '\n')+1]
	lines := bufio.NewScanner(bytes.NewReader(whole))
	lines.Buffer(nil, len(whole)+1)
	for n := 1; lines.Scan(); n++ {
		if n == 1 {
			if err := sameSettings(lines.Bytes(), head); err != nil {
				return nil, fmt.Errorf("%w; --force starts again", err)
			}
			continue
		}
		r, err := decodeRecord(lines.Bytes())
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		j.done[r.Unit] = r.Figures
	}
	return whole, lines.Err()
}

// decodeRecord reads a line of figures.
func decodeRecord(line []byte) (r record, err error) {
	if err := input.DecodeJSONPart(line, &r); err != nil {
		return r, err
	}
	if r.Unit < 0 || r.Figures == nil {
		return r, fmt.Errorf("unit %d: it must be at least 0 and have figures", r.Unit)
	}
	return r, nil
}

// sameSettings returns an error that names the first setting in which two differ.
func sameSettings(before, now []byte) error {
	name, old, new, err := difference(before, now)
	if err == nil && name != "" {
		err = fmt.Errorf("was begun with %s %s, which is now %s", name, old, new)
	}
	return err
}

// difference returns the first member in which two objects differ, or no name.
func difference(before, now []byte) (name, was, is string, err error) {
	var old, new map[string]json.RawMessage
	if err := input.DecodeJSONPart(before, &old); err != nil {
		return "", "", "", fmt.Errorf("line 1: %w", err)
	}
	if err := input.DecodeJSONPart(now, &new); err != nil {
		return "", "", "", err
	}
	all := maps.Clone(old)
	maps.Copy(all, new)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if !bytes.Equal(old[name], new[name]) {
			return name, orNone(old[name]), orNone(new[name]), nil
		}
	}
	return "", "", "", nil
}

// orNone returns a value for a sentence, or its beginning when it is long.
func orNone(value json.RawMessage) string {
	const most = 100
	switch {
	case value == nil:
		return "not set"
	case len(value) > most:
		return string(value[:most]) + "…"
	}
	return string(value)
}

// Get puts the figures of a unit into figures, if they are known.
func (j *Journal) Get(unit int, figures any) (known bool, err error) {
	if j == nil {
		return false, nil
	}
	j.mutex.Lock()
	defer j.mutex.Unlock()
	text, known := j.done[unit]
	if !known {
		return false, nil
	}
	if err := input.DecodeJSONPart(text, figures); err != nil {
		return false, fmt.Errorf("%s: unit %d: %w", j.path, unit, err)
	}
	return true, nil
}

// Has reports whether the figures of a unit are known.
func (j *Journal) Has(unit int) bool {
	j.mutex.Lock()
	defer j.mutex.Unlock()
	_, known := j.done[unit]
	return known
}

// Add keeps the figures of a unit. They are on disk when Add returns.
func (j *Journal) Add(unit int, figures any) error {
	if j == nil {
		return nil
	}
	text, err := json.Marshal(figures)
	if err != nil {
		return err
	}
	line, err := json.Marshal(record{unit, text})
	if err != nil {
		return err
	}
	line = append(line, '\n')
	j.mutex.Lock()
	defer j.mutex.Unlock()
	if j.file != nil {
		if err := storage.Append(j.file, j.size, line); err != nil {
			return err
		}
		j.size += int64(len(line))
	}
	j.done[unit] = text
	return nil
}

// Kept returns how many units the journal has figures of.
func (j *Journal) Kept() int {
	j.mutex.Lock()
	defer j.mutex.Unlock()
	return len(j.done)
}

// Path returns where the journal is.
func (j *Journal) Path() string { return j.path }

// End closes the journal. It leaves it for a later run if it holds anything and the work
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
	text, failed := j.lines()
	if failed != nil {
		return failed
	}
	return storage.WriteFile(j.path, append(slices.Clone(j.head), text...))
}

// lines returns the lines of all figures in the order of the units.
func (j *Journal) lines() ([]byte, error) {
	var text bytes.Buffer
	for _, unit := range slices.Sorted(maps.Keys(j.done)) {
		line, err := json.Marshal(record{unit, j.done[unit]})
		if err != nil {
			return nil, err
		}
		text.Write(append(line, '\n'))
	}
	return text.Bytes(), nil
}
