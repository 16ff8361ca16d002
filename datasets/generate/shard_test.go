package generate

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"orrery/datasets"
	"orrery/datasets/flights"
	"orrery/datasets/shard"
	"orrery/sim"
)

// generateShards makes a dataset in so many parts and returns their directories.
func generateShards(t testing.TB, spec datasets.Spec, n int, newMaker func() Maker) []string {
	t.Helper()
	dirs := make([]string, n)
	for i := range dirs {
		spec.Shard = shard.Shard{Index: i, Of: n}
		dirs[i] = filepath.Join(t.TempDir(), fmt.Sprint(i))
		if err := Run(t.Context(), dirs[i], spec, newMaker, Options{Workers: 1 + i%2}); err != nil {
			t.Fatal(err)
		}
	}
	return dirs
}

func TestMergedShardsAreTheWhole(t *testing.T) {
	t.Parallel()
	spec := pushSpec()
	spec.Episodes = 12
	whole := filepath.Join(t.TempDir(), "data")
	if err := Run(t.Context(), whole, spec, pushes(spec), Options{Workers: 2}); err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{1, 2, 5, spec.Episodes} {
		shards := generateShards(t, spec, n, pushes(spec))
		d, err := datasets.Open(t.Context(), shards[0])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.Survey(t.Context(), nil); err != nil {
			t.Errorf("a shard on its own: %v", err)
		}
		shards[0], shards[n-1] = shards[n-1], shards[0]
		dir := filepath.Join(t.TempDir(), "data")
		if err := Merge(t.Context(), dir, shards, nil, Options{}); err != nil {
			t.Fatal(err)
		}
		sameTree(t, flights.Tree(t, dir), flights.Tree(t, whole))
	}
}

// TestShardsMergeAsATree: neighbours become the larger shard that Run makes, and those the whole.
func TestShardsMergeAsATree(t *testing.T) {
	t.Parallel()
	spec := pushSpec()
	spec.Episodes = 13
	leaves := generateShards(t, spec, 6, pushes(spec))
	larger := generateShards(t, spec, 2, pushes(spec))
	var nodes []string
	for i := range 2 {
		dir := filepath.Join(t.TempDir(), "data")
		if err := Merge(t.Context(), dir, leaves[3*i:3*i+3], nil, Options{Into: shard.Shard{Index: i, Of: 2}}); err != nil {
			t.Fatal(err)
		}
		sameTree(t, flights.Tree(t, dir), flights.Tree(t, larger[i]))
		nodes = append(nodes, dir)
	}
	if err := Merge(t.Context(), filepath.Join(t.TempDir(), "data"), leaves[2:5], nil, Options{Into: shard.Shard{Index: 1, Of: 2}}); err == nil || !strings.Contains(err.Error(), "shard 2/6 is not in shard 1/2") {
		t.Errorf("others than its own: %v", err)
	}
	whole, dir := filepath.Join(t.TempDir(), "data"), filepath.Join(t.TempDir(), "data")
	if err := Run(t.Context(), whole, spec, pushes(spec), Options{Workers: 2}); err != nil {
		t.Fatal(err)
	}
	if err := Merge(t.Context(), dir, nodes, nil, Options{}); err != nil {
		t.Fatal(err)
	}
	sameTree(t, flights.Tree(t, dir), flights.Tree(t, whole))
}

// TestOneShardMayBeMadeTwiceAtOnce: all who make it find it whole in the end, and it has the bytes that one makes.
func TestOneShardMayBeMadeTwiceAtOnce(t *testing.T) {
	t.Parallel()
	spec := pushSpec()
	spec.Episodes = 12
	want := generateShards(t, spec, 3, pushes(spec))[1]
	spec.Shard = shard.Shard{Index: 1, Of: 3}
	dir := filepath.Join(t.TempDir(), "data")
	var all sync.WaitGroup
	for range 5 {
		all.Go(func() {
			if err := Run(t.Context(), dir, spec, pushes(spec), Options{Workers: 2, Resume: true}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	sameTree(t, flights.Tree(t, dir), flights.Tree(t, want))
}

// TestWideEpisodesMayComeLate lets every block of episodes have more bodies than
// the one before. A merge knows how many there are from the beginning.
func TestWideEpisodesMayComeLate(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	spec := testSpec()
	spec.Episodes = 7 * blockEpisodes
	grown := func() Maker {
		return func(_ context.Context, episode int) (*sim.Trajectory, []datasets.Outcome, error) {
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
	if err := Merge(t.Context(), merged, generateShards(t, spec, 2, grown), nil, Options{}); err != nil {
		t.Fatal(err)
	}
	if err := Run(t.Context(), whole, spec, grown, Options{Workers: 2}); err != nil {
		t.Fatal(err)
	}
	sameTree(t, flights.Tree(t, whole), flights.Tree(t, merged))
}

func TestMergeRefuses(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	spec := testSpec()
	shards := generateShards(t, spec, 3, flyers(spec))
	twin := generateShards(t, spec, 3, flyers(spec))[1]
	whole := generate(t, spec, 1)
	other := spec
	other.Seed++
	foreign := generateShards(t, other, 3, flyers(other))[1]
	quarter := generateShards(t, spec, 4, flyers(spec))[1]
	damaged := filepath.Join(t.TempDir(), "damaged")
	if err := copyTo(damaged, shards[1]); err != nil {
		t.Fatal(err)
	}
	replace(t, filepath.Join(damaged, "README.md"), "flight", "fright")
	unfinished := filepath.Join(t.TempDir(), "data")
	interrupt(t, unfinished, spec)
	lying := filepath.Join(t.TempDir(), "lying")
	if err := copyTo(lying, shards[1]); err != nil {
		t.Fatal(err)
	}
	replace(t, filepath.Join(lying, datasets.ProvenancePath), `"of": 3`, `"of": 3000000000`)

	for _, c := range []struct {
		name   string
		shards []string
		want   string
	}{
		{"nothing", nil, "no shards or datasets"},
		{"missing", []string{shards[0], shards[2]}, "shard 1/3 is missing"},
		{"doubled", append([]string{twin}, shards...), "are both shard 1/3"},
		{"doubled by itself", []string{shards[1], shards[1]}, "are both shard 1/3"},
		{"of another seed", []string{shards[0], foreign, shards[2]}, "are not shards of one dataset: seed is 8"},
		{"of another number", []string{shards[0], quarter, shards[2]}, `are not shards of one dataset: shard is { "index": 1, "of": 4 }`},
		{"whole", []string{shards[0], whole, shards[2]}, "is whole, not a shard"},
		{"damaged", []string{shards[0], damaged, shards[2]}, "README.md: SHA-256"},
		{"unfinished", []string{shards[0], unfinished, shards[2]}, datasets.ErrUnfinished.Error()},
		{"endless", []string{lying, shards[0]}, "the number of shards must be from 1 to that of episodes, 37"},
		{"no dataset", []string{t.TempDir()}, "is not a dataset"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "data")
			err := Merge(t.Context(), dir, c.shards, nil, Options{})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v must contain %q", err, c.want)
			}
			if exists(dir) {
				t.Error("it left a directory")
			}
		})
	}
	if err := Merge(t.Context(), whole, shards, nil, Options{}); err == nil || !strings.Contains(err.Error(), "is not empty") {
		t.Errorf("merging over a dataset: %v", err)
	}
}

func TestCancelledMergeResumesToTheSameBytes(t *testing.T) {
	t.Parallel()
	spec := testSpec()
	shards, dir := generateShards(t, spec, 3, flyers(spec)), filepath.Join(t.TempDir(), "data")
	ctx, cancel := context.WithCancel(t.Context())
	err := Merge(ctx, dir, shards, nil, Options{Progress: func(done, total int) {
		if done == 20 {
			cancel()
		}
	}})
	if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "stopped after 20 of 37 episodes") {
		t.Errorf("cancelled merge: %v", err)
	}
	if _, err := datasets.Open(t.Context(), dir); !errors.Is(err, datasets.ErrUnfinished) {
		t.Errorf("opening it: %v", err)
	}
	if err := Merge(t.Context(), dir, shards, nil, Options{Resume: true}); err != nil {
		t.Fatal(err)
	}
	sameTree(t, flights.Tree(t, dir), flights.Tree(t, generate(t, spec, 1)))
	if _, err := os.Stat(filepath.Join(dir, datasets.PartialName)); err == nil {
		t.Error("the unfinished dataset was left behind")
	}
}

// replace replaces a text in a file.
func replace(t *testing.T, path, old, new string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil || !strings.Contains(string(text), old) {
		t.Fatalf("no %q in %s: %v", old, path, err)
	}
	if err := os.WriteFile(path, []byte(strings.Replace(string(text), old, new, 1)), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestWhatFailsIsCalledByItsNumber among all episodes, also in a shard, whose first one is not 0.
func TestWhatFailsIsCalledByItsNumber(t *testing.T) {
	t.Parallel()
	spec := testSpec()
	for of, panics := range map[int]bool{1: true, 2: true, 3: false} {
		part := spec
		part.Shard = shard.Shard{Index: of - 1, Of: of}
		bad := spec.Episodes - 1
		want := fmt.Sprintf("episode %d: no such shape", bad)
		if panics {
			want = fmt.Sprintf("episode %d: the program failed: no such shape", bad)
		}
		maker := func() Maker {
			return func(_ context.Context, episode int) (*sim.Trajectory, []datasets.Outcome, error) {
				switch {
				case episode != bad:
					return flight(spec, episode), nil, nil
				case panics:
					panic("no such shape")
				}
				return nil, nil, errors.New("no such shape")
			}
		}
		if err := Run(t.Context(), filepath.Join(t.TempDir(), "data"), part, maker, Options{Workers: 2}); err == nil || err.Error() != want {
			t.Errorf("the last of %d shards: %v, want %s", of, err, want)
		}
	}
}
