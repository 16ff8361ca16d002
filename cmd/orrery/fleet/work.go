package fleet

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"time"

	"orrery/cmd/orrery/console"
	"orrery/datasets"
	"orrery/datasets/storage"
)

// Runner does a command line of this program, without the program's name. Results go to out,
// progress to log.
type Runner func(ctx context.Context, out, log io.Writer, args []string) error

// Hopeless is the exit code of a task whose command line is wrong, so that no retry helps: EX_USAGE of sysexits.h. It is not 2,
// with which a program of Go ends that crashes.
const Hopeless = 64

// Work does a task in this process, which must be in the folder of the fleet file, and leaves a
// log and a record of it, which a mark tells from all others unless it is empty. A task that is done already is not done
// again, and one that another process of this machine does is waited for. What fails is an error
// that is in the record, too.
func (p *Plan) Work(ctx context.Context, s *Step, task int, mark string, run Runner) error {
	if err := p.begun(s); err != nil {
		return err
	}
	held, err := storage.Lock(ctx, p.lockPath(s, task), nil)
	if err != nil {
		return err
	}
	defer held.Unlock()
	if err := p.begun(s); err != nil { // which may have changed while it was waited for
		return err
	}
	if done, err := p.isDone(s, task); done || err != nil {
		return err
	}
	if task == Merge {
		if err := p.complete(s); err != nil {
			return err
		}
	}
	r, log, err := p.begins(s, task, mark)
	if err != nil {
		return err
	}
	defer log.Close()
	err = p.attempt(ctx, s, r, log, func(ctx context.Context) error {
		if task == Merge && s.listed() {
			fmt.Fprintf(log, "listing %d shards\n", s.Of)
			return p.list(s)
		}
		line := p.line(s, task)
		fmt.Fprintf(log, "orrery %s\n", strings.Join(shown(line), " "))
		return run(ctx, log, log, line)
	})
	if err == nil && !(task == Merge && s.listed()) {
		r.Frames, r.Bytes = measure(ctx, p.made(s, task))
	}
	p.conclude(ctx, r, err)
	if err != nil {
		fmt.Fprintf(log, "orrery: %s\n", r.Error)
	}
	if failed := errors.Join(log.keep(), p.write(s, r), held.Unlock()); failed != nil {
		return errors.Join(err, failed)
	}
	if err == nil && task == Merge {
		return p.tidy(s)
	}
	return err
}

// shown returns the words of a line, of which many shards are left out.
func shown(line []string) []string {
	const most = 40
	if len(line) > most {
		line = append(append([]string{}, line[:most]...), fmt.Sprintf("… %d more", len(line)-most))
	}
	return line
}

// made returns where a task leaves what it makes.
func (p *Plan) made(s *Step, task int) string {
	if task == Merge || !s.merges() {
		return p.at(p.Result(s))
	}
	return p.at(p.shard(s, task))
}

// attempt runs a task, within its time, and writes its record and its log anew every beat. A beat that fails is passed over: what
// matters of it fails again in the end.
func (p *Plan) attempt(ctx context.Context, s *Step, r *Record, log *attemptLog, run func(ctx context.Context) error) error {
	began := time.Now()
	limit, cancel := context.WithCancel(ctx)
	if s.Resources.Time > 0 {
		limit, cancel = context.WithTimeout(ctx, time.Duration(s.Resources.Time))
	}
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- safely(limit, run) }()
	ticks := time.NewTicker(beat)
	defer ticks.Stop()
	for {
		select {
		case err := <-ended:
			r.Seconds = time.Since(began).Seconds()
			if err != nil && ctx.Err() == nil && limit.Err() != nil {
				err = fmt.Errorf("it took longer than the %v of resources.time", time.Duration(s.Resources.Time))
			}
			return err
		case <-ticks.C:
			r.Seconds = time.Since(began).Seconds()
			_ = errors.Join(p.write(s, r), log.keep())
		}
	}
}

// safely turns a panic into an error, so that it is in the record.
func safely(ctx context.Context, run func(ctx context.Context) error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the program failed: %v", r)
		}
	}()
	return run(ctx)
}

// conclude says in a record how an attempt ended.
func (p *Plan) conclude(ctx context.Context, r *Record, err error) {
	switch {
	case err == nil:
		r.Condition = Done
	case ctx.Err() != nil:
		r.Condition = Stopped
	default:
		r.Condition, r.Error, r.Hopeless = Failed, strings.Join(strings.Fields(err.Error()), " "), console.IsUsage(err)
	}
}

// mostNamed is how many missing shards an error names.
const mostNamed = 5

// complete returns an error that names what is missing unless all shards of a step are there.
func (p *Plan) complete(s *Step) error {
	v, err := p.look(s)
	if err != nil {
		return err
	}
	var missing []string
	count := 0
	for i := range s.Of {
		if !v.isDone(i) {
			if count++; count > mostNamed {
				continue
			}
			text, err := p.accuse(s, i)
			if err != nil {
				return err
			}
			missing = append(missing, cmp.Or(text, s.Label(i)+": was not begun"))
		}
	}
	if count > len(missing) {
		missing = append(missing, fmt.Sprintf("and %d more", count-len(missing)))
	}
	if count > 0 {
		return fmt.Errorf("stage %s: shards are missing: %s", s.Name, strings.Join(missing, "; "))
	}
	return nil
}

// accuse names a task that is not done, with what it failed of and its last log. It returns
// nothing for one that was not begun.
func (p *Plan) accuse(s *Step, task int) (string, error) {
	attempts, err := p.attempts(s, task)
	if err != nil || len(attempts) == 0 {
		return "", err
	}
	last := attempts[len(attempts)-1]
	return fmt.Sprintf("%s: %s (log %s)", s.Label(task), cmp.Or(last.Error, string(last.Condition)), p.LogPath(s, last)), nil
}

// measure returns how many frames a dataset has, or 0 where there is none, and the bytes of
// what is in a folder.
func measure(ctx context.Context, dir string) (frames int, bytes int64) {
	if data, err := datasets.Open(ctx, dir); err == nil {
		frames = data.Summary().Frames
	}
	files, err := storage.DirFS(dir)
	if err != nil {
		return frames, 0
	}
	_ = fs.WalkDir(files, ".", func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return nil
		}
		if info, err := entry.Info(); err == nil {
			bytes += info.Size()
		}
		return nil
	})
	return frames, bytes
}
