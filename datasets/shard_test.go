package datasets

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"orrery/sim"
)

// generateShards makes a dataset in so many parts and returns their directories.
func generateShards(t testing.TB, spec Spec, n int, newSource func() Source) []string {
	t.Helper()
	dirs := make([]string, n)
	for i := range dirs {
		spec.Shard = Shard{i, n}
		dirs[i] = filepath.Join(t.TempDir(), fmt.Sprint(i))
		if err := Generate(t.Context(), dirs[i], spec, newSource, Options{Workers: 1 + i%2}); err != nil {
			t.Fatal(err)
		}
	}
	return dirs
}

func TestMergedShardsAreTheWhole(t *testing.T) {
	spec := pushSpec()
	whole := filepath.Join(t.TempDir(), "data")
	if err := Generate(t.Context(), whole, spec, pushes(spec), Options{Workers: 2}); err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{1, 2, 5, spec.Episodes} {
		shards := generateShards(t, spec, n, pushes(spec))
		if err := readAll(shards[0], true); err != nil {
			t.Errorf("a shard on its own: %v", err)
		}
		shards[0], shards[n-1] = shards[n-1], shards[0]
		dir := filepath.Join(t.TempDir(), "data")
		if err := Merge(t.Context(), dir, shards, Options{}); err != nil {
			t.Fatal(err)
		}
		sameTree(t, tree(t, dir), tree(t, whole))
	}
}

// TestWideEpisodesMayComeLate lets every block of episodes have more bodies than
// the one before. A merge knows how many there are from the beginning.
func TestWideEpisodesMayComeLate(t *testing.T) {
	spec := testSpec()
	spec.Episodes = 7 * blockEpisodes
	grown := func() Source {
		return func(_ context.Context, episode int) (*sim.Trajectory, []Outcome, error) {
			t := flight(spec, episode)
			for range episode / blockEpisodes {
				t.Scene.Bodies = append(t.Scene.Bodies, t.Scene.Bodies[0])
				for k := range t.States {
					t.States[k] = append(t.States[k], t.States[k][0])
				}
			}
			return t, nil, nil
		}
	}
	merged, whole := filepath.Join(t.TempDir(), "data"), filepath.Join(t.TempDir(), "data")
	if err := Merge(t.Context(), merged, generateShards(t, spec, 2, grown), Options{}); err != nil {
		t.Fatal(err)
	}
	if err := Generate(t.Context(), whole, spec, grown, Options{Workers: 2}); err != nil {
		t.Fatal(err)
	}
	sameTree(t, tree(t, whole), tree(t, merged))
}

func TestShardsShareTheEpisodesOut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		episodes := rapid.IntRange(1, maxEpisodes).Draw(t, "episodes")
		of := rapid.IntRange(1, min(episodes, 300)).Draw(t, "of")
		next := 0
		for i := range of {
			from, to := Shard{i, of}.span(episodes)
			if from != next || to-from < episodes/of || to-from > episodes/of+1 {
				t.Fatalf("shard %d of %d has episodes %d to %d of %d, after %d", i, of, from, to, episodes, next)
			}
			next = to
		}
		if next != episodes {
			t.Fatalf("%d of %d episodes", next, episodes)
		}
	})
}

func TestMergeRefuses(t *testing.T) {
	spec := testSpec()
	shards := generateShards(t, spec, 3, flights(spec))
	twin := generateShards(t, spec, 3, flights(spec))[1]
	whole := generate(t, spec, 1)
	other := spec
	other.Seed++
	foreign := generateShards(t, other, 3, flights(other))[1]
	quarter := generateShards(t, spec, 4, flights(spec))[1]
	damaged := filepath.Join(t.TempDir(), "damaged")
	if err := copyTo(damaged, shards[1]); err != nil {
		t.Fatal(err)
	}
	replaced(cardPath, "flight", "fright")(t, damaged)
	unfinished := filepath.Join(t.TempDir(), "data")
	interrupt(t, unfinished, spec)
	lying := filepath.Join(t.TempDir(), "lying")
	if err := copyTo(lying, shards[1]); err != nil {
		t.Fatal(err)
	}
	replaced(provenancePath, `"of": 3`, `"of": 3000000000`)(t, lying)

	for _, c := range []struct {
		name   string
		shards []string
		want   string
	}{
		{"nothing", nil, "no shards"},
		{"missing", []string{shards[0], shards[2]}, "shard 1/3 is missing"},
		{"doubled", append([]string{twin}, shards...), "are both shard 1/3"},
		{"doubled by itself", []string{shards[1], shards[1]}, "are both shard 1/3"},
		{"of another seed", []string{shards[0], foreign, shards[2]}, "are not shards of one dataset: seed is 8"},
		{"of another number", []string{shards[0], quarter, shards[2]}, `are not shards of one dataset: shard is { "index": 1, "of": 4 }`},
		{"whole", []string{shards[0], whole, shards[2]}, "is a whole dataset, not a shard"},
		{"damaged", []string{shards[0], damaged, shards[2]}, "README.md: SHA-256"},
		{"unfinished", []string{shards[0], unfinished, shards[2]}, ErrUnfinished.Error()},
		{"endless", []string{lying, shards[0]}, "the number of shards must be from 1 to that of episodes, 37"},
		{"no dataset", []string{t.TempDir()}, "is not a dataset"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "data")
			err := Merge(t.Context(), dir, c.shards, Options{})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v must contain %q", err, c.want)
			}
			if exists(dir) {
				t.Error("it left a directory")
			}
		})
	}
	if err := Merge(t.Context(), whole, shards, Options{}); err == nil || !strings.Contains(err.Error(), "is not empty") {
		t.Errorf("merging over a dataset: %v", err)
	}
}

func TestCancelledMergeResumesToTheSameBytes(t *testing.T) {
	spec := testSpec()
	shards, dir := generateShards(t, spec, 3, flights(spec)), filepath.Join(t.TempDir(), "data")
	ctx, cancel := context.WithCancel(t.Context())
	err := Merge(ctx, dir, shards, Options{Progress: func(done, total int) {
		if done == 20 {
			cancel()
		}
	}})
	if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "stopped after 20 of 37 episodes") {
		t.Errorf("cancelled merge: %v", err)
	}
	if _, err := Open(dir); !errors.Is(err, ErrUnfinished) {
		t.Errorf("opening it: %v", err)
	}
	if err := Merge(t.Context(), dir, shards, Options{Resume: true}); err != nil {
		t.Fatal(err)
	}
	sameTree(t, tree(t, dir), tree(t, generate(t, spec, 1)))
	if _, err := os.Stat(filepath.Join(dir, partialName)); err == nil {
		t.Error("the unfinished dataset was left behind")
	}
}

func TestImpossibleShardsAreRefused(t *testing.T) {
	for shard, want := range map[Shard]string{
		{0, 0}: "", {1, 0}: "from 1 to", {0, 38}: "from 1 to that of episodes, 37", {3, 3}: "from 0 to 2", {-1, 3}: "from 0 to 2", {2, 3}: "",
	} {
		spec := testSpec()
		spec.Shard = shard
		if err := spec.Validate(); (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("shard %+v: error %v must contain %q", shard, err, want)
		}
	}
}
