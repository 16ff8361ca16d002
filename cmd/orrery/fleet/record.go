package fleet

import (
	"cmp"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"orrery/datasets/storage"
	"orrery/sim/input"
)

// Condition says what became of an attempt.
type Condition string

// The conditions of an attempt.
const (
	Running Condition = "running"
	Done    Condition = "done"
	Failed  Condition = "failed"
	Stopped Condition = "stopped" // by the user, which is no failure
	Lost    Condition = "lost"    // killed, or its machine is gone
)

// Record tells of one attempt at a task.
type Record struct {
	Task      string    `json:"task"`             // number of the shard from 0, or merge
	Attempt   int       `json:"attempt"`          // number, from 1
	Mark      string    `json:"mark"`             // word that no other attempt has
	Cores     int       `json:"cores"`            // number that it may use
	Condition Condition `json:"condition"`        // when the record was written
	Began     time.Time `json:"began"`            // UTC
	Seconds   float64   `json:"seconds"`          // s, so far
	Frames    int       `json:"frames,omitempty"` // number in the dataset that it made
	Bytes     int64     `json:"bytes,omitempty"`  // number in what it made
	Error     string    `json:"error,omitempty"`  // why it failed
	Hopeless  bool      `json:"hopeless,omitempty"`
}

// A running attempt writes its record anew every beat. Without one for so long it is lost.
const (
	beat     = 10 * time.Second
	lifeless = 60 * time.Second
)

// TaskName returns the name of a task in records and messages.
func TaskName(task int) string {
	if task == Merge {
		return "merge"
	}
	return strconv.Itoa(task)
}

// Label returns the name of a task for a person, such as data 3/12.
func (s *Step) Label(task int) string {
	switch {
	case task == Merge:
		return s.Name + " merge"
	case s.merges():
		return fmt.Sprintf("%s %d/%d", s.Name, task, s.Of)
	}
	return s.Name
}

// LogPath returns where the log of an attempt is.
func (p *Plan) LogPath(s *Step, r *Record) string {
	return p.attemptPath(s, logFolder, r.Task, r.Attempt, "log")
}

func (p *Plan) attemptPath(s *Step, folder, task string, attempt int, extension string) string {
	return storage.Join(p.at(p.state(s)), folder, fmt.Sprintf("%s.%d.%s", task, attempt, extension))
}

// newMark returns a word that no other attempt has.
func newMark() string { return strings.ToLower(rand.Text()[:12]) }

// begins writes the record of the next attempt at a task, whose number no other process gets, and opens its log.
func (p *Plan) begins(s *Step, task int, mark string) (*Record, *attemptLog, error) {
	r := &Record{
		Task: TaskName(task), Attempt: 1, Mark: cmp.Or(mark, newMark()), Cores: s.Resources.Cores,
		Condition: Running, Began: time.Now().UTC().Truncate(time.Millisecond),
	}
	for ; ; r.Attempt++ {
		text, err := json.Marshal(r)
		if err != nil {
			return nil, nil, err
		}
		err = storage.CreateFile(p.attemptPath(s, noteFolder, r.Task, r.Attempt, "json"), append(text, '\n'))
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		log, err := openLog(p.LogPath(s, r))
		return r, log, err
	}
}

// write writes a record.
func (p *Plan) write(s *Step, r *Record) error {
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return storage.WriteFile(p.attemptPath(s, noteFolder, r.Task, r.Attempt, "json"), append(text, '\n'))
}

// Records returns the attempts at the tasks of a step, in no order. One that has written
// nothing for a minute is lost.
func (p *Plan) Records(s *Step) ([]*Record, error) { return records(p.at(p.state(s))) }

// records is Records of the folder of a step with a number of shards.
func records(dir string) ([]*Record, error) {
	dir = storage.Join(dir, noteFolder)
	entries, err := storage.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var names []string
	for _, entry := range entries {
		if name := entry.Name(); !strings.HasPrefix(name, ".") && path.Ext(name) == ".json" {
			names = append(names, name)
		}
	}
	all := make([]*Record, len(names))
	var group errgroup.Group
	group.SetLimit(asked)
	for i, name := range names {
		group.Go(func() (err error) {
			all[i], err = readRecord(storage.Join(dir, name))
			return err
		})
	}
	return all, group.Wait()
}

// readRecord reads a record.
func readRecord(path string) (*Record, error) {
	text, written, err := readNow(path)
	for try := 1; try < 3 && err != nil && storage.Remote(path) && !errors.Is(err, fs.ErrNotExist); try++ {
		text, written, err = readNow(path) // it may have been written anew between two requests
	}
	if err != nil {
		return nil, err
	}
	r := &Record{}
	if err := input.DecodeJSON(text, r); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if r.Condition == Running && time.Since(written) > lifeless {
		r.Condition = Lost
	}
	return r, nil
}

// readNow reads a small file and the time at which it was written.
func readNow(path string) (text []byte, written time.Time, err error) {
	file, err := storage.Open(path)
	if err != nil {
		return nil, written, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, written, err
	}
	text, err = io.ReadAll(io.LimitReader(file, 1<<20))
	return text, info.ModTime(), err
}

// attempts returns the records of the attempts at a task, from the first on.
func (p *Plan) attempts(s *Step, task int) ([]*Record, error) {
	var records []*Record
	for {
		r, err := readRecord(p.attemptPath(s, noteFolder, TaskName(task), len(records)+1, "json"))
		if errors.Is(err, fs.ErrNotExist) {
			return records, nil
		}
		if err != nil {
			return nil, err
		}
		records = append(records, r)
	}
}

// bury notes that the attempt with a mark at a task is lost, if it did not say itself how it ended.
func (p *Plan) bury(s *Step, task int, mark string) error {
	attempts, err := p.attempts(s, task)
	if err != nil {
		return err
	}
	for _, r := range attempts {
		if r.Mark == mark && r.Condition == Running {
			r.Condition, r.Seconds = Lost, time.Since(r.Began).Seconds()
			return p.write(s, r)
		}
	}
	return nil
}

// attemptLog is the log of an attempt. One that belongs into an object store grows on disk.
type attemptLog struct {
	*os.File
	path string
}

func openLog(path string) (*attemptLog, error) {
	if storage.Remote(path) {
		file, err := os.CreateTemp("", "orrery-*.log")
		return &attemptLog{file, path}, err
	}
	if err := os.MkdirAll(storage.Parent(path), 0o755); err != nil {
		return nil, err
	}
	file, err := os.Create(path)
	return &attemptLog{file, path}, err
}

// keep brings what is in the log to its place.
func (l *attemptLog) keep() error {
	if !storage.Remote(l.path) {
		return l.Sync()
	}
	text, err := os.ReadFile(l.Name())
	if err != nil {
		return err
	}
	return storage.WriteFile(l.path, text)
}

// Close ends the log, which must have been kept.
func (l *attemptLog) Close() error {
	err := l.File.Close()
	if storage.Remote(l.path) {
		err = errors.Join(err, os.Remove(l.Name()))
	}
	return err
}
