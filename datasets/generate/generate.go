package generate

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"orrery/datasets"
	"orrery/datasets/camera"
	"orrery/datasets/shard"
	"orrery/datasets/storage"
	"orrery/sim"
)

// Maker makes the trajectory of an episode and, when the scenario has a task,
// what each of its actions led to [t-1]; otherwise no outcomes. The result may
// depend on the episode's number only, not on what the maker made before.
type Maker func(ctx context.Context, episode int) (*sim.Trajectory, []datasets.Outcome, error)

// Options says how Run and Merge work; none of them changes a byte of the dataset but Film and Into.
type Options struct {
	Workers  int                   // episodes made at the same time, ≥ 1
	Resume   bool                  // complete what an interrupted Run left
	Force    bool                  // replace a dataset; the old one stays until the new one is complete
	Append   bool                  // take over the episodes of the dataset that is there, which likewise stays; for Run
	Progress func(done, total int) // when not nil, told how many episodes are saved
	Waits    func()                // when not nil, called before waiting for another program that writes the same dataset
	Into     shard.Shard           // what Merge makes of shards: a larger one, or the whole when it is zero

	// Film draws the episodes for Run where the Spec has a Film. What it returns may depend on the episode's number and
	// on its trajectory only. Workers call it at the same time. In a folder, which goes in the end, it may keep temporary files.
	Film func(ctx context.Context, folder string, episode int, t *sim.Trajectory) (*camera.Pictures, error)
}

// Run makes a dataset in dir. Each worker has a Maker of its own from newMaker. When ctx ends
// or the process is killed, what is made so far stays in dir/.partial for Options.Resume. While another
// program writes the same dataset, Run waits.
// With Options.Append the spec is that of the dataset in dir but for more episodes, and the
// result has the bytes of one that was made at once.
func Run(ctx context.Context, dir string, spec datasets.Spec, newMaker func() Maker, opt Options) error {
	if err := spec.Validate(); err != nil {
		return err
	}
	if opt.Workers < 1 {
		return fmt.Errorf("options: workers %d must be ≥ 1", opt.Workers)
	}
	held, err := opt.lock(ctx, dir)
	if err != nil {
		return err
	}
	defer held.Unlock()
	return run(ctx, dir, datasets.NewProvenance(spec), newMaker, opt)
}

// lock keeps a dataset for one writer; whoever writes it at the moment is waited for.
func (o *Options) lock(ctx context.Context, dir string) (*storage.Held, error) {
	return storage.Lock(ctx, dir, o.Waits)
}

func run(ctx context.Context, dir string, plan datasets.Provenance, newMaker func() Maker, opt Options) error {
	if storage.Remote(dir) {
		return remotely(ctx, dir, plan, opt, func(dir string, opt Options) error { return run(ctx, dir, plan, newMaker, opt) })
	}
	p := newPartial(dir, plan)
	p.film = opt.Film
	if filmed := plan.Film.Kind != ""; filmed != (p.film != nil) {
		return errors.New("options: film must draw what a spec with a film says, and nothing else")
	}
	if opt.Append {
		if err := p.openBase(ctx, dir, opt); err != nil {
			return err
		}
	}
	return p.publish(dir, opt, func(p *partial) error { return p.make(ctx, newMaker, opt) })
}

// partial is an unfinished dataset. Its folder holds plan.json, the provenance
// it was started with, and drafts.
type partial struct {
	dir   string // .partial in the directory of the dataset
	plan  datasets.Provenance
	first int // number of the first episode; those of a shard begin with another than 0
	total int // episodes
	done  int // episodes that are saved

	base *datasets.Dataset // has the first episodes, or nil
	film func(ctx context.Context, folder string, episode int, t *sim.Trajectory) (*camera.Pictures, error)
}

func newPartial(dir string, plan datasets.Provenance) *partial {
	from, to := plan.Shard.Span(plan.Episodes)
	return &partial{dir: filepath.Join(dir, datasets.PartialName), plan: plan, first: from, total: to - from}
}

// publish lets write make the files of the dataset in a folder of .partial, and
// moves them into dir when all are there.
func (p *partial) publish(dir string, opt Options, write func(p *partial) error) error {
	complete, err := p.begin(dir, opt)
	if err != nil || complete {
		return err
	}
	if !exists(oldIn(p.out())) {
		if err := write(p); err != nil {
			return err
		}
	}
	return publish(p.out(), dir)
}

// openBase opens and checks the dataset that p extends. There is none where an earlier attempt
// is already publishing, or has done so: what remains makes no episode.
func (p *partial) openBase(ctx context.Context, dir string, opt Options) error {
	if err := Check(dir, opt); err != nil {
		return err
	}
	base, err := datasets.Open(ctx, dir)
	if err != nil {
		if opt.Resume && errors.Is(err, datasets.ErrUnfinished) {
			return nil // the old dataset is already making way, or there never was one
		}
		return err
	}
	had := base.Provenance()
	if opt.Resume && had.Compatible(p.plan) == nil {
		return nil // it is the new one already
	}
	if err := p.plan.Extends(had); err != nil {
		return fmt.Errorf("%s: cannot be extended: %w", dir, err)
	}
	if err := base.Check(ctx, nil); err != nil {
		return err
	}
	p.base = base
	return nil
}

// Check returns the error with which Run or Merge refuse to write in dir for what is
// there already. Callers with work to do before ask it first.
func Check(dir string, opt Options) error {
	if opt.Resume && opt.Force {
		return errors.New("options: resume and force exclude each other")
	}
	if opt.Append && opt.Force {
		return errors.New("options: append and force exclude each other")
	}
	entries, err := storage.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	started := exists(storage.Join(dir, datasets.PartialName))
	known := started || exists(storage.Join(dir, datasets.ProvenancePath))
	switch {
	case opt.Append && !opt.Resume && started:
		return fmt.Errorf("%s: holds an unfinished generation: resume it first", dir)
	case opt.Append && !opt.Resume && !known:
		return fmt.Errorf("%s: holds no dataset to extend", dir)
	case len(entries) == 0:
		return nil
	case opt.Resume && !known && !storage.Remote(dir):
		return fmt.Errorf("%s: holds no generation to resume", dir)
	case opt.Resume:
		return nil
	case opt.Append:
		return nil
	case !opt.Force:
		return fmt.Errorf("%s: is not empty: resume an interrupted generation, or force it to be replaced", dir)
	case !known:
		return fmt.Errorf("%s: is not a dataset of this program, so force does not replace it", dir)
	}
	return nil
}

// Discard takes away what an unfinished Run or Merge left in dir, and dir itself when
// nothing else is in it.
func Discard(dir string) error {
	if storage.Remote(dir) {
		return errors.Join(forget(dir), os.RemoveAll(storage.Staging(dir)))
	}
	if err := os.RemoveAll(filepath.Join(dir, datasets.PartialName)); err != nil {
		return err
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
		return nil
	}
	return os.Remove(dir)
}

// begin prepares the folder of p, or reports that the dataset is complete.
func (p *partial) begin(dir string, opt Options) (complete bool, err error) {
	if err := Check(dir, opt); err != nil {
		return false, err
	}
	if opt.Resume {
		started, complete, err := p.resume(dir)
		if started || complete || err != nil {
			return complete, err
		}
	}
	if err := os.RemoveAll(p.dir); err != nil {
		return false, err
	}
	return false, storage.WriteFile(p.planPath(), p.plan.Encode())
}

// resume reports whether dir holds a generation of p's plan that is started or
// complete. Neither holds when a kill came before the plan was saved.
func (p *partial) resume(dir string) (started, complete bool, err error) {
	for _, path := range []string{p.planPath(), filepath.Join(dir, datasets.ProvenancePath)} {
		found, err := datasets.ReadProvenance(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return false, false, err
		}
		if path != p.planPath() && p.base != nil {
			return false, false, nil // a kill came before the plan to extend it was saved
		}
		if err := found.Compatible(p.plan); err != nil {
			return false, false, fmt.Errorf("%s: cannot resume: %w", dir, err)
		}
		if path == p.planPath() {
			return true, false, nil
		}
		return false, true, os.RemoveAll(p.dir)
	}
	return false, false, nil
}

func (p *partial) planPath() string { return planIn(p.dir) }

func planIn(partial string) string { return filepath.Join(partial, "plan.json") }

func exists(path string) bool {
	_, err := storage.Lstat(path)
	return err == nil
}

// publish moves a complete dataset from out, a folder of .partial, into dir, where it may
// replace an old one. The folder meta goes first and comes last: without it there is no
// dataset, with it there is all of one.
func publish(out, dir string) error {
	names := slices.Clone(datasets.TopLevel)
	videos := filepath.Join(dir, datasets.VideoFolder)
	switch there := exists(videos); {
	case exists(filepath.Join(out, datasets.VideoFolder)):
	case there && !exists(oldIn(out)):
		// Those of the old dataset make way for none.
		if err := os.Mkdir(filepath.Join(out, datasets.VideoFolder), 0o755); err != nil {
			return err
		}
	case !there:
		names = slices.DeleteFunc(names, func(name string) bool { return name == datasets.VideoFolder })
	}
	if err := storage.Publish(out, dir, oldIn(out), names...); err != nil {
		return err
	}
	_ = os.Remove(videos) // it stays unless it is empty
	partial := filepath.Dir(out)
	return errors.Join(os.RemoveAll(planIn(partial)), os.RemoveAll(partial))
}

// oldIn is the folder where publish puts the dataset that it replaces.
func oldIn(out string) string { return filepath.Join(out, "old") }
