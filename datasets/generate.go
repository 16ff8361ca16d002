package datasets

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/moby/sys/atomicwriter"
	"golang.org/x/sync/errgroup"

	"orrery/sim"
)

// Source makes the trajectory of an episode and, when the scenario has a task,
// what each of its actions led to [t-1]; otherwise no outcomes. The result may
// depend on the episode's number only, not on what the source made before.
type Source func(ctx context.Context, episode int) (*sim.Trajectory, []Outcome, error)

// Options says how Generate works; none of them changes a byte of the dataset.
type Options struct {
	Workers  int                   // episodes made at the same time, ≥ 1
	Resume   bool                  // complete what an interrupted Generate left
	Force    bool                  // replace a dataset; the old one stays until the new one is complete
	Progress func(done, total int) // when not nil, told how many episodes are saved
}

// ErrUnfinished is the error of opening a dataset whose generation has not
// ended.
var ErrUnfinished = errors.New("generation is unfinished: resume it with the settings it was started with")

// Generate makes a dataset in dir. Each worker has a Source of its own from
// newSource. When ctx ends or the process is killed, what is made so far stays
// in dir/.partial for Options.Resume.
func Generate(ctx context.Context, dir string, spec Spec, newSource func() Source, opt Options) error {
	if err := spec.Validate(); err != nil {
		return err
	}
	if opt.Workers < 1 {
		return fmt.Errorf("options: workers %d must be ≥ 1", opt.Workers)
	}
	if opt.Resume && opt.Force {
		return errors.New("options: resume and force exclude each other")
	}
	return newPartial(dir, newProvenance(spec)).publish(dir, opt, func(p *partial, out string) error {
		return p.make(ctx, newSource, opt, out)
	})
}

// publish lets write make the files of the dataset in a folder of .partial, and
// moves them into dir when all are there.
func (p *partial) publish(dir string, opt Options, write func(p *partial, out string) error) error {
	complete, err := p.begin(dir, opt)
	if err != nil || complete {
		return err
	}
	out := filepath.Join(p.dir, "out")
	if err := os.RemoveAll(out); err != nil {
		return err
	}
	if err := write(p, out); err != nil {
		return err
	}
	return publish(out, dir)
}

// make makes the episodes and writes the dataset to the folder out, both at the
// same time.
func (p *partial) make(ctx context.Context, newSource func() Source, opt Options, out string) error {
	both, working := errgroup.WithContext(ctx)
	both.Go(func() error { return p.fill(working, newSource, opt) })
	both.Go(func() error { return p.assemble(working, out) })
	err := both.Wait()
	if err != nil && ctx.Err() != nil {
		return fmt.Errorf("stopped after %d of %d episodes, resume to go on: %w", p.done, p.total, ctx.Err())
	}
	return err
}

// partialName is the folder of an unfinished dataset.
const partialName = ".partial"

// begin prepares the folder of p, or reports that the dataset is complete.
func (p *partial) begin(dir string, opt Options) (complete bool, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false, err
	}
	switch {
	case len(entries) == 0:
	case opt.Resume:
		started, complete, err := p.resume(dir)
		if started || complete || err != nil {
			return complete, err
		}
	case !opt.Force:
		return false, fmt.Errorf("%s: is not empty: resume an interrupted generation, or force it to be replaced", dir)
	case !exists(p.dir) && !exists(filepath.Join(dir, provenancePath)):
		return false, fmt.Errorf("%s: is not a dataset of this program, so force does not replace it", dir)
	}
	if err := os.RemoveAll(p.dir); err != nil {
		return false, err
	}
	if err := os.MkdirAll(filepath.Join(p.dir, "blocks"), 0o755); err != nil {
		return false, err
	}
	return false, atomicwriter.WriteFile(p.planPath(), encodeJSON(p.plan), 0o644)
}

// resume reports whether dir holds a generation of p's plan that is started or
// complete. Neither holds when a kill came before the plan was saved.
func (p *partial) resume(dir string) (started, complete bool, err error) {
	for _, path := range []string{p.planPath(), filepath.Join(dir, provenancePath)} {
		found, err := loadProvenance(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return false, false, err
		}
		if err := found.compatible(p.plan); err != nil {
			return false, false, fmt.Errorf("%s: cannot resume: %w", dir, err)
		}
		if path == p.planPath() {
			return true, false, nil
		}
		return false, true, os.RemoveAll(p.dir)
	}
	if !exists(p.dir) {
		return false, false, fmt.Errorf("%s: holds no generation to resume", dir)
	}
	return false, false, nil
}

func (p *partial) planPath() string { return filepath.Join(p.dir, "plan.json") }

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// publish moves a complete dataset from out, a folder of .partial, into dir,
// where it may replace an old one. The folder meta goes first and comes last:
// without it there is no dataset, with it there is all of one.
func publish(out, dir string) error {
	old := filepath.Join(out, "old")
	if err := os.Mkdir(old, 0o755); err != nil {
		return err
	}
	for _, name := range []string{"meta", "data", cardPath} {
		err := os.Rename(filepath.Join(dir, name), filepath.Join(old, name))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	for _, name := range []string{"data", cardPath, "meta"} {
		if err := os.Rename(filepath.Join(out, name), filepath.Join(dir, name)); err != nil {
			return err
		}
	}
	return os.RemoveAll(filepath.Dir(out))
}
