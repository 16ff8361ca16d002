package fleet

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"orrery/cmd/orrery/console"
)

// Local runs tasks as processes of this machine.
type Local struct {
	Program []string // and its arguments before FILE STAGE TASK
	Cores   int      // number that the tasks use together
	Log     io.Writer
}

// job is a task on its way.
type job struct {
	step   *Step
	task   int
	failed int // times
}

// ended is what became of a process.
type ended struct {
	*job
	mark     string // of its record
	err      error
	hopeless bool
}

// local is the state of a run.
type local struct {
	Local
	plan    *Plan
	waiting []*job // in the order in which they should begin
	running int    // processes
	cores   int    // that they use
	left    map[string]int
	accused []string // tasks that failed for good
	total   int
	done    int
	ends    chan ended
	bar     *console.Progress
}

// Run does all stages of a plan that are not done, and returns when no task is left that could
// run. Its error names the tasks that failed for good. When ctx ends, all processes are
// stopped; another Run goes on where they were.
func (l Local) Run(ctx context.Context, p *Plan) error { return l.run(ctx, p, nil) }

// Collect merges the shards of each stage all of which are there, and returns an error that
// names what is missing then. Nothing else is run.
func (l Local) Collect(ctx context.Context, p *Plan) error {
	err := l.run(ctx, p, func(_ *Step, task int, there *seen) (bool, error) {
		return task == Merge && (there.whole || !slices.Contains(there.shards, false)), nil
	})
	if err != nil {
		return err
	}
	report, err := p.Report(ctx)
	if err != nil {
		return err
	}
	return report.missing()
}

// run does all tasks of a plan that are not done, or those of them that only takes.
func (l Local) run(ctx context.Context, p *Plan, only func(s *Step, task int, there *seen) (bool, error)) error {
	r := &local{Local: l, plan: p, left: map[string]int{}, ends: make(chan ended)}
	if err := r.queue(only); err != nil {
		return err
	}
	r.bar = console.NewProgress(l.Log, "fleet")
	defer r.bar.Close()
	for {
		if ctx.Err() == nil {
			r.start(ctx)
		}
		r.show()
		if r.running == 0 {
			break
		}
		if err := r.end(ctx, <-r.ends); err != nil {
			return err
		}
	}
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("%w: the same command goes on with %s", console.ErrInterrupted, p.at(p.Out))
	case len(r.accused) > 0:
		return errors.New(strings.Join(r.accused, "; "))
	}
	return nil
}

// queue lists the tasks that are to be done.
func (r *local) queue(only func(s *Step, task int, there *seen) (bool, error)) error {
	for _, s := range r.plan.Steps {
		if s.Resources.Cores > r.Cores && only == nil {
			return fmt.Errorf("stage %s: resources.cores: %d are more than the %d of this run", s.Name, s.Resources.Cores, r.Cores)
		}
		there, err := r.plan.look(s)
		if err == nil && there.whole {
			err = r.plan.tidy(s)
		}
		if err != nil {
			return err
		}
		for _, task := range s.Tasks() {
			if only != nil {
				if take, err := only(s, task, there); err != nil {
					return err
				} else if !take {
					continue
				}
			}
			r.total++
			if there.isDone(task) {
				r.done++
				continue
			}
			r.left[s.Name]++
			r.waiting = append(r.waiting, &job{step: s, task: task})
		}
	}
	return nil
}

// ready reports whether a job may begin: what it needs is done, and there are cores for it.
func (r *local) ready(j *job) bool {
	if r.running > 0 && r.cores+j.step.Resources.Cores > r.Cores {
		return false
	}
	if j.task == Merge && r.left[j.step.Name] > 1 {
		return false
	}
	return !slices.ContainsFunc(j.step.Needs, func(name string) bool { return r.left[name] > 0 })
}

// start starts every job that may begin.
func (r *local) start(ctx context.Context) {
	for {
		next := slices.IndexFunc(r.waiting, r.ready)
		if next < 0 {
			return
		}
		j := r.waiting[next]
		r.waiting = slices.Delete(r.waiting, next, next+1)
		r.running++
		r.cores += j.step.Resources.Cores
		go func() {
			mark := newMark()
			err, hopeless := r.process(ctx, j, mark)
			r.ends <- ended{j, mark, err, hopeless}
		}()
	}
}

// dying is the time a process has to end by itself when it is told to. It is longer than that for which any command goes on,
// so that none is killed while it says that it was stopped.
const dying = 2 * time.Second

// process runs a job in a process of its own, whose record has a mark. It ends when this one does, however that ends:
// its stdin does.
func (r *local) process(ctx context.Context, j *job, mark string) (err error, hopeless bool) {
	args := append(slices.Clone(r.Program[1:]), filepath.Base(r.plan.path), j.step.Name, TaskName(j.task), "--tied", "--mark", mark)
	cmd := exec.CommandContext(ctx, r.Program[0], args...)
	cmd.Dir = r.plan.folder()
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = dying
	leash, err := cmd.StdinPipe()
	if err != nil {
		return err, true
	}
	defer leash.Close()
	var said tail
	cmd.Stderr = &said
	if err = cmd.Run(); err == nil {
		return nil, false
	}
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() >= 0 && said.String() != "" {
		return errors.New(said.String()), exit.ExitCode() == Hopeless
	}
	return err, false
}

// end takes note of a process that has ended.
func (r *local) end(ctx context.Context, e ended) error {
	r.running--
	r.cores -= e.step.Resources.Cores
	if e.err == nil {
		r.done++
		r.left[e.step.Name]--
		return nil
	}
	if err := r.plan.bury(e.step, e.task, e.mark); err != nil || ctx.Err() != nil {
		return err
	}
	if e.failed++; e.failed <= e.step.Retries && !e.hopeless {
		r.waiting = append([]*job{e.job}, r.waiting...)
		return nil
	}
	text, err := r.plan.accuse(e.step, e.task)
	if err != nil {
		return err
	}
	if text == "" {
		text = fmt.Sprintf("%s: %v", e.step.Label(e.task), e.err)
	}
	text += ", failed " + times(e.failed)
	r.accused = append(r.accused, text)
	fmt.Fprintf(r.bar, "orrery: %s\n", text)
	return nil
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

// show tells the bar how far the run is.
func (r *local) show() {
	remark := fmt.Sprintf("%d/%d tasks, %d at work", r.done, r.total, r.running)
	if len(r.accused) > 0 {
		remark += fmt.Sprintf(", %d failed", len(r.accused))
	}
	r.bar.Set(float64(r.done)/float64(max(1, r.total)), remark)
}
