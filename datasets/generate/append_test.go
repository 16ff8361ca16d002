package generate

import (
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"orrery/datasets"
	"orrery/datasets/flights"
	"orrery/datasets/shard"
	"orrery/sim"
)

// shorter returns spec with so many episodes, and the command that says so.
func shorter(spec datasets.Spec, episodes int) datasets.Spec {
	spec.Episodes, spec.Command = episodes, "orrery gen less"
	return spec
}

// TestAppendedDatasetIsThatMadeAtOnce: also when the old one ends within a block, when new episodes need
// more room than the frames have, and when it is extended twice. Only new episodes are made.
func TestAppendedDatasetIsThatMadeAtOnce(t *testing.T) {
	t.Parallel()
	spec := pushSpec()
	spec.Episodes = 2*blockEpisodes + 5
	want := flights.Tree(t, madeBy(t, "whole", spec, pushes(spec)))
	for _, steps := range [][]int{{1}, {4, blockEpisodes}, {blockEpisodes + 1}, {spec.Episodes - 1}} {
		dir := madeBy(t, "data", shorter(spec, steps[0]), pushes(spec))
		for i, had := range steps {
			next := spec
			if i+1 < len(steps) {
				next = shorter(spec, steps[i+1])
			}
			counted := func() Maker {
				make := pushes(spec)()
				return func(ctx context.Context, episode int) (*sim.Trajectory, []datasets.Outcome, error) {
					if episode < had {
						t.Errorf("episode %d is made again", episode)
					}
					return make(ctx, episode)
				}
			}
			if err := Run(t.Context(), dir, next, counted, Options{Workers: 2, Append: true}); err != nil {
				t.Fatal(err)
			}
		}
		sameTree(t, flights.Tree(t, dir), want)
	}
}

// TestTheOldDatasetStaysUntilTheNewIsComplete: it opens while it is extended and after that was
// stopped, and resuming makes only what is missing.
func TestTheOldDatasetStaysUntilTheNewIsComplete(t *testing.T) {
	t.Parallel()
	spec := testSpec()
	dir := madeBy(t, "data", shorter(spec, 5), flyers(spec))
	ctx, cancel := context.WithCancel(t.Context())
	stopping := func() Maker {
		make := flyers(spec)()
		return func(ctx context.Context, episode int) (*sim.Trajectory, []datasets.Outcome, error) {
			if episode == spec.Episodes-1 {
				cancel()
				return nil, nil, ctx.Err()
			}
			return make(ctx, episode)
		}
	}
	err := Run(ctx, dir, spec, stopping, Options{Workers: 1, Append: true})
	if !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	d, err := datasets.Open(t.Context(), dir)
	if err != nil || d.Episodes() != 5 {
		t.Fatalf("the old dataset is gone: %v", err)
	}
	if err := Run(t.Context(), dir, spec, flyers(spec), Options{Workers: 1, Append: true}); err == nil || !strings.Contains(err.Error(), "resume it first") {
		t.Errorf("extending it twice: %v", err)
	}
	other := shorter(spec, 20)
	if err := Run(t.Context(), dir, other, flyers(spec), Options{Workers: 1, Append: true, Resume: true}); err == nil || !strings.Contains(err.Error(), "cannot resume") {
		t.Errorf("resuming to another number: %v", err)
	}
	for range 2 { // the second time there is nothing left to do
		if err := Run(t.Context(), dir, spec, flyers(spec), Options{Workers: 1, Append: true, Resume: true}); err != nil {
			t.Fatal(err)
		}
	}
	sameTree(t, flights.Tree(t, dir), flights.Tree(t, madeBy(t, "whole", spec, flyers(spec))))
}

func TestAppendRefusesWhatWasMadeOtherwise(t *testing.T) {
	t.Parallel()
	spec := testSpec()
	spec.Episodes = 4
	dir := madeBy(t, "data", spec, flyers(spec))
	before := flights.Tree(t, dir)
	more := spec
	more.Episodes = 6
	change := func(change func(*datasets.Spec)) datasets.Spec {
		s := more
		s.Params = maps.Clone(s.Params)
		change(&s)
		return s
	}
	for want, s := range map[string]datasets.Spec{
		"scenario is \"flight\" in the directory":  change(func(s *datasets.Spec) { s.Scenario = "other" }),
		"seed is 7 in the directory, but 8 now":    change(func(s *datasets.Spec) { s.Seed = 8 }),
		"params is":                                change(func(s *datasets.Spec) { s.Params["speed"] = 3 }),
		"frames is 11":                             change(func(s *datasets.Spec) { s.Frames = 12 }),
		"fps is 30":                                change(func(s *datasets.Spec) { s.FPS = 31 }),
		"policy is nothing":                        change(func(s *datasets.Spec) { s.Policy = "noise" }),
		"4 episodes already, and 4 were asked for": change(func(s *datasets.Spec) { s.Episodes = 4 }),
		"4 episodes already, and 3 were asked for": change(func(s *datasets.Spec) { s.Episodes = 3 }),
		"a shard has its share of the episodes":    change(func(s *datasets.Spec) { s.Shard = shard.Shard{Index: 1, Of: 2} }),
	} {
		if err := Run(t.Context(), dir, s, flyers(s), Options{Workers: 1, Append: true}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	sameTree(t, flights.Tree(t, dir), before)

	imported := spec
	imported.Sources = map[string]string{"tracks.csv": "0"}
	merged := filepath.Join(t.TempDir(), "merged")
	other := spec
	other.Seed++
	if err := Merge(t.Context(), merged, []string{dir, madeBy(t, "other", other, flyers(other))}, nil, Options{}); err != nil {
		t.Fatal(err)
	}
	damaged := madeBy(t, "damaged", spec, flyers(spec))
	replace(t, filepath.Join(damaged, "README.md"), "flight", "fright")
	old := madeBy(t, "old", spec, flyers(spec))
	replace(t, filepath.Join(old, datasets.ProvenancePath), `"go": "`, `"go": "old `)
	foreign := madeBy(t, "foreign", spec, flyers(spec))
	replace(t, filepath.Join(foreign, datasets.ProvenancePath), `"format": 1`, `"format": 2`)
	unfinished := filepath.Join(t.TempDir(), "data")
	interrupt(t, unfinished, testSpec())
	for place, want := range map[string]string{
		madeBy(t, "imported", imported, flyers(spec)):                                       "it was imported",
		madeBy(t, "shard", change(func(s *datasets.Spec) { s.Shard.Of = 1 }), flyers(spec)): "a shard has its share",
		merged: "it was merged", damaged: "README.md: SHA-256", old: "go is", foreign: "format 2 must be 1",
		t.TempDir(): "holds no dataset to extend", filepath.Join(t.TempDir(), "none"): "holds no dataset to extend",
		unfinished: "holds an unfinished generation: resume it first",
	} {
		if err := Run(t.Context(), place, change(func(s *datasets.Spec) { s.Episodes = 50 }), flyers(spec), Options{Workers: 1, Append: true}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", place, err, want)
		}
	}
	for _, o := range []Options{{Workers: 1, Append: true, Force: true}, {Workers: 1, Append: true, Resume: true, Force: true}} {
		if err := Run(t.Context(), dir, more, flyers(more), o); err == nil || !strings.Contains(err.Error(), "exclude each other") {
			t.Errorf("%+v: %v", o, err)
		}
	}
	if err := Merge(t.Context(), merged, []string{dir, damaged}, nil, Options{Append: true}); err == nil {
		t.Error("a merge appends")
	}
}

// TestEveryStepOfAppendingCanBeTheLast stops where a kill hits only with luck: before the plan is saved,
// between the renames of publishing, and while what is left is cleared away.
func TestEveryStepOfAppendingCanBeTheLast(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("slow, and other tests generate in parallel")
	}
	spec := testSpec()
	spec.Episodes = 12
	want := flights.Tree(t, madeBy(t, "whole", spec, flyers(spec)))
	for _, c := range []struct {
		name   string
		aside  []string // of the old dataset, moved away already
		placed []string // of the new one
		lost   []string // gone from .partial
	}{
		{"no plan", nil, nil, []string{"plan.json", "out"}},
		{"plan alone", nil, nil, []string{"out"}},
		{"written", nil, nil, []string{"out/old"}},
		{"publishing", nil, nil, nil},
		{"meta aside", []string{"meta"}, nil, nil},
		{"all aside", []string{"meta", "README.md", "data"}, nil, nil},
		{"data placed", []string{"meta", "README.md", "data"}, []string{"data"}, nil},
		{"all placed", []string{"meta", "README.md", "data"}, []string{"data", "README.md", "meta"}, nil},
		{"plan removed", []string{"meta", "README.md", "data"}, []string{"data", "README.md", "meta"}, []string{"plan.json"}},
		{"old removed", []string{"meta", "README.md", "data"}, []string{"data", "README.md", "meta"}, []string{"plan.json", "out/old"}},
	} {
		dir := madeBy(t, "data", shorter(spec, 5), flyers(spec))
		p := newPartial(dir, datasets.NewProvenance(spec))
		if err := p.openBase(t.Context(), dir, Options{Append: true}); err != nil {
			t.Fatal(err)
		}
		if _, err := p.begin(dir, Options{Append: true}); err != nil {
			t.Fatal(err)
		}
		if err := p.make(t.Context(), flyers(spec), Options{Workers: 1}); err != nil {
			t.Fatal(err)
		}
		move := func(name, from, to string) {
			t.Helper()
			if err := os.Rename(filepath.Join(from, name), filepath.Join(to, name)); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Mkdir(oldIn(p.out()), 0o755); err != nil {
			t.Fatal(err)
		}
		for _, name := range c.aside {
			move(name, dir, oldIn(p.out()))
		}
		for _, name := range c.placed {
			move(name, p.out(), dir)
		}
		for _, name := range c.lost {
			if err := os.RemoveAll(filepath.Join(p.dir, name)); err != nil {
				t.Fatal(err)
			}
		}
		if err := Run(t.Context(), dir, spec, flyers(spec), Options{Workers: 1, Append: true, Resume: true}); err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		sameTree(t, flights.Tree(t, dir), want)
		if exists(p.dir) {
			t.Errorf("%s: the unfinished dataset is left behind", c.name)
		}
	}
}

// TestKilledAppendingResumesToTheSameBytes kills at random moments.
func TestKilledAppendingResumesToTheSameBytes(t *testing.T) {
	t.Parallel()
	kills := 12
	if testing.Short() {
		kills = 4
	}
	spec := killSpec()
	want := flights.Tree(t, generate(t, spec, 1))
	random := sim.NewRand(2, "kill", 0)
	begun := func() string { return madeBy(t, "data", shorter(spec, 20), flyers(spec)) }
	dir := begun()
	began := time.Now()
	runAndKill(t, []string{"append", dir}, never)
	whole := time.Since(began)
	sameTree(t, flights.Tree(t, dir), want)
	dir = begun()
	for range kills {
		runAndKill(t, []string{"append", dir}, time.After(time.Duration(random.Float64()*float64(whole))))
		if d, err := datasets.Open(t.Context(), dir); err == nil && d.Episodes() == spec.Episodes {
			runAndKill(t, []string{"append", dir}, never)
			sameTree(t, flights.Tree(t, dir), want)
			dir = begun()
		}
	}
	runAndKill(t, []string{"append", dir}, never)
	sameTree(t, flights.Tree(t, dir), want)
}
