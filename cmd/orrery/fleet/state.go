package fleet

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"orrery/cmd/orrery/console"
	"orrery/datasets/storage"
	"orrery/sim/input"
)

// What is known of the fleet lies in the hidden folder .fleet of its results, in a folder for
// each stage: plan.json, and below of-N for N shards the shards, and for each attempt at a task
// a log and a record.
const (
	stateFolder = ".fleet"
	planFile    = "plan.json"
	logFolder   = "logs"
	noteFolder  = "records"
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

// note is plan.json: how a stage was begun.
type note struct {
	Identity string `json:"identity"`
	Run      string `json:"run"`
}

// state returns the folder of a step with its number of shards, as seen from that of the file.
func (p *Plan) state(s *Step) string {
	return below(p.Out, stateFolder, s.Name, "of-"+strconv.Itoa(s.Of))
}

func (p *Plan) notePath(s *Step) string {
	return below(p.at(p.Out), stateFolder, s.Name, planFile)
}

// Begin notes how each stage is begun, or returns an error where what is there was begun
// otherwise. With force that is taken away.
func (p *Plan) Begin(force bool) error {
	for _, s := range p.Steps {
		if err := p.BeginStep(context.Background(), s, force); err != nil {
			return err
		}
	}
	return nil
}

// BeginStep is Begin for one stage. Another process that begins it is waited for.
func (p *Plan) BeginStep(ctx context.Context, s *Step, force bool) error {
	held, err := storage.Lock(ctx, p.notePath(s), nil)
	if err != nil {
		return err
	}
	defer held.Unlock()
	had, err := p.readNote(s)
	if err != nil && !force {
		return err
	}
	if err == nil && had != nil && had.Identity == s.identity {
		return nil
	}
	_, found := os.Lstat(p.at(p.Result(s)))
	switch {
	case force:
		for _, left := range []string{p.Result(s), below(p.Out, stateFolder, s.Name)} {
			if err := os.RemoveAll(p.at(left)); err != nil {
				return err
			}
		}
	case had != nil && had.Run != s.Run:
		return fmt.Errorf("stage %s was begun as %q and is now %q; --force begins it anew, and what follows from it", s.Name, had.Run, s.Run)
	case had != nil:
		return fmt.Errorf("stage %s was begun with other files, or other stages before it; --force begins it anew", s.Name)
	case found == nil:
		return fmt.Errorf("%s exists and is not of this fleet; --force replaces it", p.at(p.Result(s)))
	}
	text, err := json.MarshalIndent(note{s.identity, s.Run}, "", "  ")
	if err != nil {
		return err
	}
	return storage.WriteFile(p.notePath(s), append(text, '\n'))
}

// readNote returns how a step was begun, or nil.
func (p *Plan) readNote(s *Step) (*note, error) {
	text, err := os.ReadFile(p.notePath(s))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	n := &note{}
	if err := input.DecodeStrictJSON(text, n); err != nil {
		return nil, fmt.Errorf("%s: %w", p.notePath(s), err)
	}
	return n, nil
}

// begun returns an error unless a step was begun as it is now.
func (p *Plan) begun(s *Step) error {
	n, err := p.readNote(s)
	switch {
	case err != nil:
		return err
	case n == nil:
		return fmt.Errorf("stage %s was not begun; orrery fleet run %s begins it", s.Name, p.path)
	case n.Identity != s.identity:
		return fmt.Errorf("stage %s was begun by another version of %s, or with other files", s.Name, p.path)
	}
	return nil
}

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
	return filepath.Join(p.at(p.state(s)), folder, fmt.Sprintf("%s.%d.%s", task, attempt, extension))
}

// begins opens the log of the next attempt at a task, whose number no other process gets.
func (p *Plan) begins(s *Step, task int) (r *Record, log *os.File, err error) {
	r = &Record{Task: TaskName(task), Attempt: 1, Cores: s.Resources.Cores, Condition: Running, Began: time.Now().UTC().Truncate(time.Millisecond)}
	if err := os.MkdirAll(filepath.Join(p.at(p.state(s)), logFolder), 0o755); err != nil {
		return nil, nil, err
	}
	for ; ; r.Attempt++ {
		log, err = os.OpenFile(p.LogPath(s, r), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if !errors.Is(err, fs.ErrExist) {
			break
		}
	}
	if err != nil {
		return nil, nil, err
	}
	if err := p.write(s, r); err != nil {
		log.Close()
		return nil, nil, err
	}
	return r, log, nil
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
func (p *Plan) Records(s *Step) ([]*Record, error) {
	dir := filepath.Join(p.at(p.state(s)), noteFolder)
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var records []*Record
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), ".") || filepath.Ext(entry.Name()) != ".json" {
			continue
		}
		r, err := readRecord(filepath.Join(dir, entry.Name()))
		if err != nil {
			return nil, err
		}
		records = append(records, r)
	}
	return records, nil
}

// readRecord reads a record.
func readRecord(path string) (*Record, error) {
	r := &Record{}
	if err := console.ReadJSON(path, r); err != nil {
		return nil, err
	}
	if info, err := os.Stat(path); err == nil && r.Condition == Running && time.Since(info.ModTime()) > lifeless {
		r.Condition = Lost
	}
	return r, nil
}

// attempts returns the records of the attempts at a task, from the first on. An attempt that was
// killed as it began has none.
func (p *Plan) attempts(s *Step, task int) ([]*Record, error) {
	var records []*Record
	for n := 1; ; n++ {
		r, err := readRecord(p.attemptPath(s, noteFolder, TaskName(task), n, "json"))
		switch {
		case err == nil:
			records = append(records, r)
		case !errors.Is(err, fs.ErrNotExist):
			return nil, err
		default:
			begun, err := exists(p.attemptPath(s, logFolder, TaskName(task), n, "log"))
			if err != nil || !begun {
				return records, err
			}
		}
	}
}

// bury notes that the last attempt at a task is lost, if it did not say itself how it ended.
func (p *Plan) bury(s *Step, task int) error {
	attempts, err := p.attempts(s, task)
	if err != nil || len(attempts) == 0 {
		return err
	}
	last := attempts[len(attempts)-1]
	if last.Condition != Running {
		return nil
	}
	last.Condition, last.Seconds = Lost, time.Since(last.Began).Seconds()
	return p.write(s, last)
}

// isDone reports whether a task has a record that says so, and what it made is still there.
func (p *Plan) isDone(s *Step, task int) (bool, error) {
	whole, err := p.resultIsWhole(s)
	if err != nil || whole || task == Merge || !s.merges() {
		return whole, err
	}
	return exists(below(p.at(p.shard(s, task)), filepath.FromSlash(s.work.shard)))
}

// resultIsWhole reports whether the result of a step is there: its last file, and all of what
// this step was begun as.
func (p *Plan) resultIsWhole(s *Step) (bool, error) {
	n, err := p.readNote(s)
	if err != nil || n == nil || n.Identity != s.identity {
		return false, err
	}
	return exists(below(p.at(p.Result(s)), s.last()))
}

func exists(path string) (bool, error) {
	_, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}
