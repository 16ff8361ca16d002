package identification

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"orrery/cmd/orrery/console"
	"orrery/sim"
	"orrery/sim/engine"
	"orrery/world/identify"
	"orrery/world/identify/hits"
	"orrery/world/identify/links"
	"orrery/world/identify/mirror"
)

// Settings say what is looked for, and how.
type Settings struct {
	Only    []identify.Name // to find; nil is all
	Seed    uint64          // of all chance
	Unit    string          // body whose mass is known; empty is the first of those that hit each other
	Workers int             // that work at once

	// Steps says in words how the source of trajectories may step, as fit.Steps does, and may be nil.
	Steps func(ctx context.Context, trajectories []*sim.Trajectory) ([]string, error)
}

// Found is what was found of a dataset.
type Found struct {
	identify.Result
	Data *Data
}

// approach is a method and when it is of use.
type approach struct {
	what  string // that it looks at, for people
	suits func(d *Data) bool
	find  identify.Method
}

// approaches returns all methods, in the order in which they are asked.
func approaches(wanted *Settings) []approach {
	return []approach{
		{"flights and impacts", func(d *Data) bool { return d.seen() }, hits.Find},
		{"springs and charges", func(*Data) bool { return true }, links.Identify},
		{"the engine", func(d *Data) bool { return !d.seen() }, mirror.Identify(func() mirror.Engine { return engine.New() })},
		{"the order of a step", func(d *Data) bool { return !d.seen() && wanted.Only == nil && wanted.Steps != nil }, order(wanted.Steps)},
	}
}

// seen reports whether the episodes were observed.
func (d *Data) seen() bool { return d.Trajectories[0].Seen != nil }

// patience is how long a method may take to return the best so far, once it was interrupted.
const patience = 500 * time.Millisecond

// Identify asks the methods that suit the data. When ctx ends it returns the best so far, which is Stopped,
// and an error only where there is nothing yet.
func (d *Data) Identify(ctx context.Context, log io.Writer, settings Settings) (*Found, error) {
	remarks := &identify.Result{Sentences: d.Sort()}
	bar := console.NewProgress(log, "identifying")
	defer bar.Close()
	o := &identify.Options{Only: settings.Only, Seed: settings.Seed, Unit: settings.Unit, Workers: settings.Workers,
		Progress: func(stage string, done, of float64) { bar.Set(done/max(of, 1e-9), stage) }}
	results, trajectories := []*identify.Result{remarks}, d.Trajectories
	for _, a := range approaches(&settings) {
		if !a.suits(d) {
			continue
		}
		bar.Set(0, a.what)
		result, err := ask(ctx, a.find, trajectories, o)
		switch {
		case err == nil:
			if len(result.Fits) > 0 { // the last one knows most
				for _, r := range results {
					r.Fits = nil
				}
			}
			results = append(results, result)
			if trajectories, err = coupled(trajectories, result); err != nil {
				return nil, fmt.Errorf("%s: the scene with the couplings that were found cannot be: %w", d.Name, err)
			}
			if sure(result) {
				bind(results[:len(results)-1])
				rest := *o
				rest.Only = slices.DeleteFunc(names(o), func(n identify.Name) bool { return slices.Contains(ofCouplings, n) })
				o = &rest
			}
		case ctx.Err() == nil || len(results) == 1:
			return nil, fmt.Errorf("%s: %w", d.Name, err)
		}
		if ctx.Err() != nil {
			remarks.Stopped = true
			break
		}
	}
	joined, err := identify.Join(d.Trajectories[0].Scene, results...)
	if err != nil {
		return nil, fmt.Errorf("%s: the scene with what was found in it cannot be: %w", d.Name, err)
	}
	if joined.Scene, err = joined.SceneOf(d.Trajectories[0].Scene, 0); err != nil {
		return nil, fmt.Errorf("%s: the scene with what was found in it cannot be: %w", d.Name, err)
	}
	for k := range joined.Edges {
		if e := &joined.Edges[k]; e.Episode != nil {
			number := d.Numbers[*e.Episode]
			e.Episode = &number
		}
	}
	joined.Parameters = wanted(joined.Parameters, settings.Only)
	return &Found{*joined, d}, nil
}

// coupled returns the trajectories with the couplings in their scenes that a method found, so that the next one
// knows of them.
func coupled(trajectories []*sim.Trajectory, found *identify.Result) ([]*sim.Trajectory, error) {
	if !sure(found) {
		return trajectories, nil
	}
	out := make([]*sim.Trajectory, len(trajectories))
	for k, t := range trajectories {
		scene, err := found.SceneOf(t.Scene, k)
		if err != nil {
			return nil, err
		}
		changed := *t
		changed.Scene = scene
		out[k] = &changed
	}
	return out, nil
}

// sure reports whether a method found a coupling that is likelier than not.
func sure(found *identify.Result) bool {
	return slices.ContainsFunc(found.Edges, func(e identify.Edge) bool { return e.Probability > 0.5 })
}

// bind takes back what methods read off flights that were thought to be free, for bodies that pull at each other
// have none.
func bind(results []*identify.Result) {
	for _, r := range results {
		for k, p := range r.Parameters {
			if (p.Name == identify.Gravity || p.Name == identify.Drag) && p.Identifiable {
				r.Parameters[k] = identify.Unknown(p.Name, p.Of, p.Unit, "bodies that pull at each other never fly freely")
			}
		}
	}
}

// ofCouplings are the quantities that whoever found couplings has told.
var ofCouplings = []identify.Name{identify.Stiffness, identify.Damping, identify.Length, identify.Strength}

// names returns what is wanted.
func names(o *identify.Options) []identify.Name {
	if o.Only == nil {
		return identify.Names()
	}
	return slices.Clone(o.Only)
}

// ask runs a method. It returns soon when ctx ends, whatever the method does.
func ask(ctx context.Context, find identify.Method, trajectories []*sim.Trajectory, o *identify.Options) (*identify.Result, error) {
	var mu sync.Mutex
	var result *identify.Result
	err := console.Until(ctx, patience, func() error {
		r, err := find(ctx, trajectories, o)
		mu.Lock()
		defer mu.Unlock()
		result = r
		return err
	})
	mu.Lock()
	defer mu.Unlock()
	if err == nil && result == nil {
		return nil, errors.New("a fault of this program: a method found nothing at all")
	}
	return result, err
}

func wanted(list []identify.Parameter, only []identify.Name) []identify.Parameter {
	out, o := []identify.Parameter{}, identify.Options{Only: only}
	for _, p := range list {
		if o.Wants(p.Name) {
			out = append(out, p)
		}
	}
	return out
}
