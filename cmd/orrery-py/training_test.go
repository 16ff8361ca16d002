//go:build cgo

package main

import (
	"reflect"
	"runtime"
	"testing"
	"time"

	"orrery/world/fit"
	"orrery/world/identify"
)

// TestEveryOptionOfATrainingIsHeeded: each changes what it names in the settings, and nothing else.
func TestEveryOptionOfATrainingIsHeeded(t *testing.T) {
	t.Parallel()
	usual := func() fit.Config {
		c := fit.DefaultConfig()
		c.Seed, c.Train.Seed, c.Train.Workers = 1, 1, runtime.GOMAXPROCS(0)
		return c
	}
	seen := map[string]bool{}
	for _, c := range []struct {
		name string
		q    trainRequest
		want func(c *fit.Config)
	}{
		{"", trainRequest{}, func(*fit.Config) {}},
		{"Kind", trainRequest{Kind: "mlp"}, func(c *fit.Config) { c.SetKind("mlp") }},
		{"Seconds", trainRequest{Seconds: 2.5}, func(c *fit.Config) { c.Train.Steps, c.Train.Budget = 0, 2500*time.Millisecond }},
		{"Steps", trainRequest{Steps: 7}, func(c *fit.Config) { c.Train.Steps, c.Train.Budget = 7, 0 }},
		{"Seed", trainRequest{Seed: 9}, func(c *fit.Config) { c.Seed, c.Train.Seed = 9, 9 }},
		{"Holdout", trainRequest{Holdout: 0.375}, func(c *fit.Config) { c.Holdout = 0.375 }},
		{"Stride", trainRequest{Stride: 2}, func(c *fit.Config) { c.Stride = 2 }},
		{"Batch", trainRequest{Batch: 9}, func(c *fit.Config) { c.Train.Batch, c.Train.Chunk = 9, 5 }},
		{"Rate", trainRequest{Rate: 0.25}, func(c *fit.Config) { c.Train.LearningRate = 0.25 }},
		{"Rate", trainRequest{Rate: 1e-6}, func(c *fit.Config) { c.Train.LearningRate, c.Train.FinalRate = 1e-6, 1e-6 }},
		{"Width", trainRequest{Width: 24}, func(c *fit.Config) { width, _ := c.Sizes(); *width = 24 }},
		{"Width", trainRequest{Kind: "mlp", Width: 24}, func(c *fit.Config) { c.SetKind("mlp"); width, _ := c.Sizes(); *width = 24 }},
		{"Rounds", trainRequest{Rounds: 3}, func(c *fit.Config) { _, rounds := c.Sizes(); *rounds = 3 }},
		{"Unknown", trainRequest{Unknown: []identify.Name{identify.Friction}}, func(c *fit.Config) { c.Unknown = []identify.Name{identify.Friction} }},
		{"Unknown", trainRequest{Unknown: []identify.Name{identify.Mass}}, func(c *fit.Config) { c.Unknown = []identify.Name{identify.Mass, identify.Moment} }},
		{"Workers", trainRequest{Workers: 3}, func(c *fit.Config) { c.Train.Workers = 3 }},
	} {
		seen[c.name] = true
		if c.q.Seed == 0 {
			c.q.Seed = 1
		}
		want := usual()
		c.want(&want)
		if got, err := c.q.config(nil); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%+v: %v\n%+v, want\n%+v", c.q, err, got, want)
		}
	}
	// What says which data, and where the model goes, is no setting.
	others := []string{"Data", "Weights", "Split", "Out", "Resume", "Force", "Measure"}
	if n := reflect.TypeFor[trainRequest]().NumField(); len(seen)-1+len(others) != n {
		t.Errorf("%d options are tried and %d are none, of %d", len(seen)-1, len(others), n)
	}
}
