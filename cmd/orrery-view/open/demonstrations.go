package open

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strings"
	"unicode"

	"orrery/cmd/orrery-view/session"
	"orrery/cmd/orrery/takes"
	"orrery/datasets"
	"orrery/datasets/generate"
	"orrery/sim"
)

// demonstrationPolicy is what datasets of demonstrations call the policy that acts in them.
const demonstrationPolicy = "demonstration"

// demonstrationSpec returns what a dataset of demonstrations says of its origin.
func demonstrationSpec(of session.Origin, scene *sim.Scene, frames int) datasets.Spec {
	found, values := of.Scenario()
	spec := takes.Origin(found, values, scene.FPS)
	spec.Seed, spec.Frames, spec.Policy = of.Seed(), frames, demonstrationPolicy
	name := found.Name
	if found.Own {
		name += ".scenario.json"
	}
	spec.Command = fmt.Sprintf("orrery view %s --seed %d --record DIR", name, of.Seed())
	return spec
}

// recorded returns a demonstration as datasets have it.
func recorded(d *session.Demonstration) generate.Demonstration {
	out := generate.Demonstration{Trajectory: d.Trajectory}
	for _, o := range d.Outcomes {
		out.Outcomes = append(out.Outcomes, datasets.Outcome{Reward: o.Reward, Success: o.Success, Done: o.Over(), Truncated: o.Truncated})
	}
	return out
}

// Recorder keeps demonstrations in a dataset. It is a session.Keeper.
type Recorder struct {
	dir       string
	collector *generate.Collector // nil before the first Open
	spec      datasets.Spec       // of the collector
}

// RecordTo returns a recorder for the dataset in a directory, which may exist.
func RecordTo(dir string) *Recorder { return &Recorder{dir: dir} }

// Open implements session.Keeper.
func (r *Recorder) Open(of session.Origin, scene *sim.Scene, frames int) (int, error) {
	spec := demonstrationSpec(of, scene, frames)
	if r.collector != nil {
		if err := r.settle(); err != nil {
			return 0, err
		}
		if err := generate.SameDemonstrations(&r.spec, &spec); err != nil {
			return 0, fmt.Errorf("%s takes no such demonstrations: %w", r.dir, err)
		}
		return r.collector.Episodes(), nil
	}
	var err error
	if r.collector, err = generate.Collect(context.Background(), r.dir, spec); err != nil {
		return 0, err
	}
	r.spec = spec
	return r.collector.Episodes(), nil
}

// Add implements session.Keeper.
func (r *Recorder) Add(d *session.Demonstration) error { return r.collector.Add(recorded(d)) }

// Discard implements session.Keeper.
func (r *Recorder) Discard() error { return r.collector.Discard() }

// Settle implements session.Keeper.
func (r *Recorder) Settle() error { return r.settle() }

func (r *Recorder) settle() error {
	if !r.collector.Due() {
		return nil
	}
	return r.collector.Complete(context.Background())
}

// Close completes the dataset.
func (r *Recorder) Close() error {
	if r.collector == nil {
		return nil
	}
	return r.collector.Close(context.Background())
}

// Files keeps each demonstration as a file of its own, which orrery import demonstrations
// reads. It is a session.Keeper.
type Files struct {
	spec datasets.Spec
	last *session.Demonstration // that may still be discarded, or nil
	kept int
	save func(name string, data []byte)
}

// NewFiles returns a keeper that hands on files to be saved.
func NewFiles(save func(name string, data []byte)) *Files { return &Files{save: save} }

// Open implements session.Keeper.
func (f *Files) Open(of session.Origin, scene *sim.Scene, frames int) (int, error) {
	if err := f.Settle(); err != nil {
		return 0, err
	}
	spec := demonstrationSpec(of, scene, frames)
	if f.kept > 0 && generate.SameDemonstrations(&f.spec, &spec) != nil {
		f.kept = 0 // of another dataset
	}
	f.spec = spec
	return f.kept, nil
}

// Add implements session.Keeper.
func (f *Files) Add(d *session.Demonstration) error {
	f.last, f.kept = d, f.kept+1
	return nil
}

// Discard implements session.Keeper.
func (f *Files) Discard() error {
	if f.last != nil {
		f.last, f.kept = nil, f.kept-1
	}
	return nil
}

// Settle implements session.Keeper.
func (f *Files) Settle() error {
	if f.last == nil {
		return nil
	}
	d := f.last
	f.last = nil
	text, err := generate.EncodeDemonstrations(f.spec, recorded(d))
	if err != nil {
		return err
	}
	name := strings.Map(func(c rune) rune {
		if unicode.IsLetter(c) || unicode.IsDigit(c) {
			return c
		}
		return '-'
	}, f.spec.Scenario)
	sum := sha256.Sum256(text) // so that no file takes the place of another
	f.save(fmt.Sprintf("orrery-%s-%d-%d-%x.jsonl", name, d.Origin.Seed(), d.Origin.Episode(), sum[:3]), text)
	return nil
}
