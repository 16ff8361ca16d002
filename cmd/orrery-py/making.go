//go:build cgo

package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"

	"orrery/cmd/orrery-py/asked"
	"orrery/cmd/orrery-py/door"
	"orrery/cmd/orrery/arguments"
	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/episodes"
	"orrery/datasets"
	"orrery/datasets/generate"
	"orrery/datasets/splits"
	"orrery/datasets/storage"
	"orrery/sim/scenario"
	"orrery/sim/scenario/library"
)

// making has the method that makes datasets as orrery gen does.
var making = door.Methods{"generate": makeDataset}

// makeRequest says what to make.
type makeRequest struct {
	asked.Source
	Ranges   map[string][2]float64 `json:"ranges,omitempty"` // of values that each episode draws
	Out      string                `json:"out"`
	Episodes int                   `json:"episodes"`
	Frames   int                   `json:"frames,omitempty"` // of each episode; 0 is the scenario's own
	Seed     uint64                `json:"seed"`
	Policy   string                `json:"policy,omitempty"`
	Split    string                `json:"split,omitempty"`
	Workers  int                   `json:"workers,omitempty"` // 0 is one for each core
	Append   bool                  `json:"append,omitempty"`
	Resume   bool                  `json:"resume,omitempty"`
	Force    bool                  `json:"force,omitempty"`
}

// recipe returns what the episodes are made of.
func (q *makeRequest) recipe() (*episodes.Recipe, error) {
	found, _, err := q.Find(library.Open)
	if err != nil {
		return nil, err
	}
	if err := arguments.ReadRecordings(found); err != nil {
		return nil, err
	}
	if found, err = arguments.Replaying(found, q.Policy); err != nil {
		return nil, err
	}
	r := &episodes.Recipe{
		Scenario: found, Set: console.Settings(q.Values), Ranges: map[string]scenario.Range{}, Policy: q.Policy,
		Episodes: q.Episodes, Frames: q.Frames, Seed: q.Seed,
	}
	if r.Frames == 0 {
		r.Frames = found.Frames
	}
	for name, between := range q.Ranges {
		r.Ranges[name] = scenario.Range{Low: between[0], High: between[1]}
		delete(r.Set, name)
	}
	for _, n := range []struct {
		name      string
		value, to int
	}{{"episodes", q.Episodes, datasets.MaxEpisodes}, {"frames", r.Frames, datasets.MaxFrames}} {
		if n.value < 1 || n.value > n.to {
			return nil, fmt.Errorf("%s: %d must be 1 to %d", n.name, n.value, n.to)
		}
	}
	if q.Split == "" {
		return r, nil
	}
	if r.Split, err = splits.Parse(q.Split); err == nil {
		_, err = r.Split.Of(q.Episodes)
	}
	if err != nil {
		return nil, fmt.Errorf("split: %w", err)
	}
	return r, nil
}

// makeDataset makes a dataset, and tells how many of how many episodes are made.
func makeDataset(ctx context.Context, c *door.Call) (any, error) {
	q, err := door.Read[makeRequest](c)
	if err != nil {
		return nil, err
	}
	if q.Out == "" {
		return nil, door.Mistaken(errors.New("out: the directory must not be empty"))
	}
	if q.Workers < 1 {
		q.Workers = runtime.GOMAXPROCS(0)
	}
	recipe, err := q.recipe()
	if err != nil {
		return nil, door.Mistaken(err)
	}
	options := generate.Options{
		Workers: q.Workers, Append: q.Append, Resume: q.Resume, Force: q.Force,
		Progress: func(done, total int) { c.Tell([]int{done, total}) },
	}
	if err := generate.Check(q.Out, options); err != nil {
		if entries, listed := storage.ReadDir(q.Out); listed == nil && len(entries) > 0 && !q.Append && !q.Resume && !q.Force {
			return nil, door.Blame(fmt.Errorf("%s: is not empty: resume=True completes what was interrupted, append=True extends a dataset and force=True replaces it", q.Out), door.Exists)
		}
		return nil, door.Mistaken(err)
	}
	spec, maker, err := recipe.Maker(nil)
	if err != nil {
		return nil, door.Mistaken(err)
	}
	return nil, generate.Run(ctx, q.Out, spec, func() generate.Maker { return maker }, options)
}
