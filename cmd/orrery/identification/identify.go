package identification

import (
	"context"
	"errors"
	"fmt"
	"io"
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
func approaches() []approach {
	return []approach{
		{"flights and impacts", func(d *Data) bool { return d.seen() }, hits.Find},
		{"the engine", func(d *Data) bool { return !d.seen() }, mirror.Identify(func() mirror.Engine { return engine.New() })},
		{"springs and charges", func(*Data) bool { return true }, links.Identify},
		{"the engine", func(d *Data) bool { return !d.seen() }, mirror.Identify(func() mirror.Engine { return engine.New() })},
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
	results := []*identify.Result{remarks}
	for _, a := range approaches() {
		if !a.suits(d) {
			continue
		}
		bar.Set(0, a.what)
		result, err := ask(ctx, a.find, d.Trajectories, o)
		switch {
		case err == nil:
			results = append(results, result)
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
	joined.Parameters = wanted(joined.Parameters, o)
	return &Found{*joined, d}, nil
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

func wanted(list []identify.Parameter, o *identify.Options) []identify.Parameter {
	out := []identify.Parameter{}
	for _, p := range list {
		if o.Wants(p.Name) {
			out = append(out, p)
		}
	}
	return out
}
