package generate

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"orrery/datasets"
	"orrery/datasets/flights"
	"orrery/datasets/shard"
	"orrery/sim"
)

func watchers(spec datasets.Spec) func() Maker {
	return func() Maker {
		return func(_ context.Context, episode int) (*sim.Trajectory, []datasets.Outcome, error) {
			return flightsOf(spec).Watch(episode), nil, nil
		}
	}
}

// TestWatchedEpisodesAreResumed interrupts a run, which another takes up with what the journal has kept.
func TestWatchedEpisodesAreResumed(t *testing.T) {
	t.Parallel()
	spec := testSpec()
	spec.Episodes = 70
	whole := filepath.Join(t.TempDir(), "whole")
	if err := Run(t.Context(), whole, spec, watchers(spec), Options{Workers: 3}); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "data")
	ctx, cancel := context.WithCancel(t.Context())
	saved := 0
	err := Run(ctx, dir, spec, watchers(spec), Options{Workers: 1, Progress: func(done, _ int) {
		if saved = done; done >= 20 {
			cancel()
		}
	}})
	if !errors.Is(err, context.Canceled) || saved == spec.Episodes {
		t.Fatalf("%d episodes, %v", saved, err)
	}
	if err := Run(t.Context(), dir, spec, watchers(spec), Options{Workers: 2, Resume: true}); err != nil {
		t.Fatal(err)
	}
	sameTree(t, flights.Tree(t, dir), flights.Tree(t, whole))
}

// TestShardsOfWatchedEpisodesMerge demands the bytes of the whole, with all that is beside the frames.
func TestShardsOfWatchedEpisodesMerge(t *testing.T) {
	t.Parallel()
	spec := testSpec()
	whole := filepath.Join(t.TempDir(), "whole")
	if err := Run(t.Context(), whole, spec, watchers(spec), Options{Workers: 2}); err != nil {
		t.Fatal(err)
	}
	var dirs []string
	for i := range 3 {
		part := spec
		part.Shard = shard.Shard{Index: i, Of: 3}
		dirs = append(dirs, filepath.Join(t.TempDir(), "shard"))
		if err := Run(t.Context(), dirs[i], part, watchers(part), Options{Workers: 2}); err != nil {
			t.Fatal(err)
		}
	}
	merged := filepath.Join(t.TempDir(), "merged")
	if err := Merge(t.Context(), merged, dirs, nil, Options{Workers: 1}); err != nil {
		t.Fatal(err)
	}
	sameTree(t, flights.Tree(t, merged), flights.Tree(t, whole))
}
