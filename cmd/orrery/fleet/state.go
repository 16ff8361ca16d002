package fleet

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sync/errgroup"

	"orrery/datasets/storage"
	"orrery/sim/input"
)

// What is known of the fleet lies in the hidden folder .fleet of its results, in a folder for
// each stage: plan.json, and below of-N for N shards the shards, and for each attempt at a task
// a record and a log.
const (
	stateFolder = ".fleet"
	planFile    = "plan.json"
	ofPrefix    = "of-"
	shardFolder = "shards"
	logFolder   = "logs"
	noteFolder  = "records"
)

// asked is how many files are looked for at the same time, most of all in an object store.
const asked = 32

// note is plan.json: how a stage was begun.
type note struct {
	Identity string `json:"identity"`
	Run      string `json:"run"`
}

// stage returns the folder of a step, as seen from that of the file.
func (p *Plan) stage(s *Step) string { return storage.Join(p.Out, stateFolder, s.Name) }

// state returns the folder of a step with its number of shards, as seen from that of the file.
func (p *Plan) state(s *Step) string { return storage.Join(p.stage(s), ofPrefix+strconv.Itoa(s.Of)) }

func (p *Plan) notePath(s *Step) string { return storage.Join(p.at(p.stage(s)), planFile) }

// Begin notes how each stage is begun, or returns an error where what is there was begun
// otherwise. With force that is taken away, unless somebody is at work on it.
func (p *Plan) Begin(ctx context.Context, force bool) error {
	for _, s := range p.Steps {
		if err := p.BeginStep(ctx, s, force); err != nil {
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
	_, found := storage.Lstat(p.at(p.Result(s)))
	switch {
	case force:
		if err := p.clear(s); err != nil {
			return err
		}
	case had != nil && had.Run != s.Run:
		return fmt.Errorf("stage %s was begun as %q and is now %q; --force begins it anew, and what follows from it", s.Name, had.Run, s.Run)
	case had != nil:
		return fmt.Errorf("stage %s was begun with other files, or other stages before it; --force begins it anew", s.Name)
	case found == nil:
		return fmt.Errorf("%s exists and is not of this fleet; --force replaces it", p.at(p.Result(s)))
	case !errors.Is(found, fs.ErrNotExist):
		return found
	}
	text, err := json.MarshalIndent(note{s.identity, s.Run}, "", "  ")
	if err != nil {
		return err
	}
	err = storage.CreateFile(p.notePath(s), append(text, '\n'))
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("stage %s is just begun otherwise by another machine", s.Name)
	}
	return err
}

// clear takes away all that there is of a step, but the lock by which it is begun. It is an error, and nothing is taken
// away, while a task of it is at work.
func (p *Plan) clear(s *Step) error {
	old, err := p.folders(s)
	if err != nil {
		return err
	}
	for _, dir := range old {
		let, err := p.keepTasks(s, dir)
		defer let()
		if err != nil {
			return err
		}
	}
	// Without its note nobody begins a task of it any more.
	result := p.at(p.Result(s))
	for _, path := range append([]string{p.notePath(s), result, storage.Unfinished(result)}, old...) {
		if err := storage.Remove(path, s.last()); err != nil {
			return err
		}
	}
	return nil
}

// keepTasks keeps all tasks of a step with a folder of its own from being done until the function is called that it returns. It is
// an error when one of them is at work.
func (p *Plan) keepTasks(s *Step, dir string) (let func(), err error) {
	var all []*storage.Held
	let = func() {
		for _, held := range all {
			_ = held.Unlock() // whose file is gone by then
		}
	}
	records, err := records(dir)
	if err != nil {
		return let, err
	}
	for _, r := range records {
		if r.Condition == Running {
			return let, fmt.Errorf("stage %s: task %s is at work, and was heard of less than %v ago; end what runs it before --force, or wait so long if it was killed", s.Name, r.Task, lifeless)
		}
	}
	if storage.Remote(dir) {
		return let, nil
	}
	locks, err := filepath.Glob(filepath.Join(dir, "."+taskLock+"*.lock"))
	if err != nil {
		return let, err
	}
	for _, path := range locks {
		name := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(path), "."), ".lock")
		held, err := storage.TryLock(filepath.Join(dir, name))
		if errors.Is(err, storage.ErrInUse) {
			return let, fmt.Errorf("stage %s: task %s is at work; end what runs it before --force", s.Name, strings.TrimPrefix(name, taskLock))
		}
		if err != nil {
			return let, err
		}
		all = append(all, held)
	}
	return let, nil
}

// taskLock begins the names by which tasks are locked.
const taskLock = "task-"

func (p *Plan) lockPath(s *Step, task int) string {
	return storage.Join(p.at(p.state(s)), taskLock+TaskName(task))
}

// readNote returns how a step was begun, or nil.
func (p *Plan) readNote(s *Step) (*note, error) {
	text, err := storage.ReadFile(p.notePath(s))
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

// seen is what there is of a step at one moment.
type seen struct {
	whole  bool   // the result
	shards []bool // those that are whole; nil where the result is whole or has none
}

// isDone reports whether nothing is left to do of a task.
func (v *seen) isDone(task int) bool {
	return v.whole || task != Merge && v.shards != nil && v.shards[task]
}

// look returns what there is of a step.
func (p *Plan) look(s *Step) (*seen, error) {
	whole, err := p.resultIsWhole(s)
	if err != nil || whole || !s.merges() {
		return &seen{whole: whole}, err
	}
	v := &seen{shards: make([]bool, s.Of)}
	var group errgroup.Group
	group.SetLimit(asked)
	for i := range v.shards {
		group.Go(func() (err error) {
			v.shards[i], err = p.shardIsWhole(s, i)
			return err
		})
	}
	return v, group.Wait()
}

// isDone is look for one task.
func (p *Plan) isDone(s *Step, task int) (bool, error) {
	whole, err := p.resultIsWhole(s)
	if err != nil || whole || task == Merge || !s.merges() {
		return whole, err
	}
	return p.shardIsWhole(s, task)
}

func (p *Plan) shardIsWhole(s *Step, shard int) (bool, error) {
	return exists(storage.Join(p.at(p.shard(s, shard)), s.work.shard))
}

// resultIsWhole reports whether the result of a step is there: its last file, and all of what
// this step was begun as.
func (p *Plan) resultIsWhole(s *Step) (bool, error) {
	n, err := p.readNote(s)
	if err != nil || n == nil || n.Identity != s.identity {
		return false, err
	}
	return exists(storage.Join(p.at(p.Result(s)), s.last()))
}

// tidy takes away the shards of a dataset whose result is whole, and so has all of them. A kill may have come before
// that, or the number of shards was another one then.
func (p *Plan) tidy(s *Step) error {
	if s.words[0] != "gen" || s.listed() {
		return nil
	}
	folders, err := p.folders(s)
	for _, dir := range folders {
		shards := storage.Join(dir, shardFolder)
		there, err := exists(shards)
		if err != nil {
			return err
		}
		if !there {
			continue
		}
		held, err := storage.TryLock(storage.Join(dir, taskLock+TaskName(Merge)))
		if errors.Is(err, storage.ErrInUse) {
			continue // whoever merges them is about to do it
		}
		if err != nil {
			return err
		}
		if err := errors.Join(storage.Remove(shards), held.Unlock()); err != nil {
			return err
		}
	}
	return err
}

// folders returns the folders of a step, one for each number of shards that it had so far.
func (p *Plan) folders(s *Step) (all []string, err error) {
	stage := p.at(p.stage(s))
	entries, err := storage.ReadDir(stage)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), ofPrefix) {
			all = append(all, storage.Join(stage, entry.Name()))
		}
	}
	return all, err
}

func exists(path string) (bool, error) {
	_, err := storage.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}
