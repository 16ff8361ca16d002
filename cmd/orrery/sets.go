package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"orrery/cmd/orrery/console"
	"orrery/datasets"
	"orrery/sim"
	"orrery/sim/engine"
	"orrery/sim/scenario"
	"orrery/world/eval"
)

// testSet is a set of episodes that `orrery eval --sets` makes to measure models
// on. The seeds are of no other use, so that nothing is trained on these scenes.
type testSet struct {
	Name     string
	Scenario string // the only one that has the set; all have it when empty
	Doc      string
	Seed     uint64
	Set      console.Settings
	Seconds  float64 // length of an episode; 0 is the scenario's usual one
	Skip     float64 // s of the beginning that are left out
}

var testSets = []testSet{
	{"iid", "", "scenes as in training", 9001, nil, 0, 0},
	{"more", "mixed", "four times the bodies in a box of four times the area", 9002, console.Settings{"bodies": 24, "half_width": 2}, 0, 0},
	{"more", "billiards", "four times the bodies in a box of four times the area", 9002, console.Settings{"bodies": 24, "half_width": 2}, 0, 0},
	{"shift", "mixed", "half the size, twice the friction, more bounce and gravity than in training", 9003,
		console.Settings{"size": 0.5, "half_width": 0.6, "friction": 0.8, "elasticity": 0.8, "gravity": 5}, 0, 0},
	{"long", "", "scenes as in training for five seconds", 9004, nil, 5, 0},
	{"settled", "pile", "what has come to rest, from the fourth second on", 9005, nil, 5, 3},
}

// setsHelp lists the sets for the help of eval.
func setsHelp() string {
	var text strings.Builder
	for _, s := range testSets {
		name := s.Name
		if s.Scenario != "" {
			name += " (" + s.Scenario + ")"
		}
		fmt.Fprintf(&text, "  %-18s %s", name, s.Doc)
		for _, key := range slices.Sorted(maps.Keys(s.Set)) {
			fmt.Fprintf(&text, ", %s %v", key, s.Set[key])
		}
		fmt.Fprintf(&text, "; seed %d\n", s.Seed)
	}
	return text.String()
}

// gen returns the options with which `orrery gen` makes the same episodes.
func (s *testSet) gen(of *scenario.Scenario, episodes, workers int) (genOptions, error) {
	gen := defaultGenOptions()
	gen.Scenario, gen.Set, gen.Seed = of, s.Set, s.Seed
	gen.Episodes, gen.Frames, gen.Workers = episodes, of.Frames, workers
	gen.Out = s.Name // nothing is written, but plan wants a place
	if s.Seconds > 0 {
		spec, _, err := gen.Maker(nil)
		if err != nil {
			return gen, err
		}
		gen.Frames = 1 + int(math.Round(s.Seconds*float64(spec.FPS)))
	}
	return gen, nil
}

// heldOut is a set of true episodes in memory.
type heldOut struct {
	name         string
	source       datasets.Spec
	provenance   json.RawMessage   // what metrics.json says of the set
	episodes     []int             // numbers of the trajectories in the source
	trajectories []*sim.Trajectory // of the same order
}

// newHeldOut returns a set of episodes. A task may end some of them early, and all
// are compared over the length of the shortest, so the shorter tenth is left out.
func newHeldOut(log io.Writer, name string, source datasets.Spec, provenance any, episodes []int, trajectories []*sim.Trajectory) (*heldOut, error) {
	text, err := json.Marshal(provenance)
	h := &heldOut{name: name, source: source, provenance: text}
	var lengths []int
	for _, t := range trajectories {
		lengths = append(lengths, len(t.States))
	}
	slices.Sort(lengths)
	for i, t := range trajectories {
		if len(t.States) >= lengths[len(lengths)/10] {
			h.episodes, h.trajectories = append(h.episodes, episodes[i]), append(h.trajectories, t)
		}
	}
	if left := len(trajectories) - len(h.trajectories); left > 0 {
		fmt.Fprintf(log, "%d episodes%s are left out, as they end before %d frames\n", left, ofSet(name), lengths[len(lengths)/10])
	}
	return h, err
}

// firstEpisodes returns the numbers from 0 to n-1.
func firstEpisodes(n int) []int {
	episodes := make([]int, n)
	for i := range episodes {
		episodes[i] = i
	}
	return episodes
}

// setsOf returns the test sets of a scenario, or those named in only in that order.
func setsOf(name string, only []string) []testSet {
	sets := slices.DeleteFunc(slices.Clone(testSets), func(s testSet) bool {
		return s.Scenario != "" && s.Scenario != name || only != nil && !slices.Contains(only, s.Name)
	})
	if only != nil {
		slices.SortFunc(sets, func(a, b testSet) int { return slices.Index(only, a.Name) - slices.Index(only, b.Name) })
	}
	return sets
}

// makeSets runs the test sets of a scenario, or those named in only.
func makeSets(ctx context.Context, log io.Writer, name string, only []string, episodes, workers int) ([]*heldOut, error) {
	of, err := scenario.Find(name)
	if err != nil {
		return nil, console.Usage(err)
	}
	var sets []*heldOut
	for _, s := range setsOf(name, only) {
		gen, err := s.gen(of, episodes, workers)
		if err != nil {
			return nil, err
		}
		set, err := runSet(ctx, log, s.Name, gen, s.Skip)
		if err != nil {
			return nil, fmt.Errorf("set %s: %w", s.Name, err)
		}
		sets = append(sets, set)
	}
	return sets, nil
}

// runSet makes in memory what gen would write, without so many seconds of the
// beginning.
func runSet(ctx context.Context, log io.Writer, name string, gen genOptions, skip float64) (*heldOut, error) {
	spec, source, err := gen.Maker(nil)
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(log, "$ %s\n", gen.Command())
	trajectories := make([]*sim.Trajectory, spec.Episodes)
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(gen.Workers)
	for i := range trajectories {
		group.Go(func() (err error) {
			if err := ctx.Err(); err != nil {
				return err
			}
			trajectories[i], _, err = source(ctx, i)
			if err == nil {
				trajectories[i] = skipFrames(trajectories[i], int(math.Round(skip*float64(spec.FPS))))
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return newHeldOut(log, name, spec, spec, firstEpisodes(spec.Episodes), trajectories)
}

// skipFrames returns a trajectory from a frame on.
func skipFrames(t *sim.Trajectory, first int) *sim.Trajectory {
	rest := &sim.Trajectory{Scene: t.Scene, States: t.States[min(first, len(t.States)-1):]}
	if t.Actions != nil {
		rest.Actions = t.Actions[min(first, len(t.Actions)):]
	}
	return rest
}

// readSet reads episodes of a dataset.
func readSet(ctx context.Context, log io.Writer, name string, data *datasets.Dataset, episodes []int) (*heldOut, error) {
	bar := console.NewProgress(log, strings.TrimSpace("reading "+name))
	trajectories, err := readEpisodes(ctx, data, episodes, func(done, total int) {
		bar.Set(float64(done)/float64(max(1, total)), fmt.Sprintf("%d/%d episodes", done, total))
	})
	bar.Close()
	if err != nil {
		return nil, err
	}
	provenance := data.Provenance()
	provenance.Files = nil // the rest says how to make them again
	return newHeldOut(log, name, provenance.Spec, provenance, episodes, trajectories)
}

// measured reports whether the episodes come from files of others, so that the engine is
// a model of them like any other and not their truth.
func (h *heldOut) measured() bool { return len(h.source.Sources) > 0 }

// stride leaves every k-th frame of the set.
func (h *heldOut) stride(k int) (err error) {
	for i, t := range h.trajectories {
		if h.trajectories[i], err = t.Stride(k); err != nil {
			return fmt.Errorf("episode %d: %w", h.episodes[i], err)
		}
	}
	return nil
}

// measure evaluates models on the set, beside the engine.
func (h *heldOut) measure(ctx context.Context, log io.Writer, entries []eval.Entry, settings eval.Config) (*eval.Result, error) {
	bar := console.NewProgress(log, strings.TrimSpace("evaluating "+h.name))
	defer bar.Close()
	truth := eval.Truth(engine.Simulate)
	if h.measured() {
		truth = nil
	}
	result, err := eval.Run(ctx, h.trajectories, entries, truth, settings, func(done, total int) {
		bar.Set(float64(done)/float64(total), fmt.Sprintf("%d/%d frames", done, total))
	})
	if err != nil {
		return nil, err
	}
	result.Measured = h.measured()
	for _, row := range result.Rows {
		for i := range row.Failures {
			row.Failures[i].Episode = h.episodes[row.Failures[i].Episode]
		}
		if row.Escapes != nil {
			row.Escapes.Worst.Episode = h.episodes[row.Escapes.Worst.Episode]
		}
	}
	result.Set, result.Dataset = h.name, h.provenance
	return result, nil
}
