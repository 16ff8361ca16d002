package evaluation

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"orrery/datasets"
	"orrery/sim"
	"orrery/world"
	"orrery/world/eval"
	"orrery/world/flight"
)

// load takes the last part of a directory for the kind of the model in it.
func load(dir string) (world.Model, *world.Description, error) {
	return flight.Still(), &world.Description{Kind: filepath.Base(dir)}, nil
}

func TestEntrantsAreNamedAfterTheirKindOrDirectory(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ args, want, err string }{
		{"a/contact b/mlp", "contact mlp", ""},
		{"small=a/contact contact", "small contact", ""},
		{"true", "true", ""},
		{"a=x/contact a=y/contact", "", "two models are called a"},
		{"still", "", "is the name of a row that is always there"},
		{"=x", "", `"=x" must be DIR or NAME=DIR`},
		{"x=", "", `"x=" must be DIR or NAME=DIR`},
	} {
		entrants, err := LoadEntrants(strings.Fields(c.args), load)
		var names []string
		for _, e := range entrants {
			names = append(names, e.Name)
		}
		if c.err == "" && (err != nil || strings.Join(names, " ") != c.want) || c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)) {
			t.Errorf("%s: %v, %v", c.args, names, err)
		}
	}
	sameKind := func(dir string) (world.Model, *world.Description, error) {
		return flight.Still(), &world.Description{Kind: "contact"}, nil
	}
	entrants, err := LoadEntrants([]string{"models/a/", "models/b"}, sameKind)
	if err != nil || entrants[0].Name != "a" || entrants[1].Name != "b" {
		t.Errorf("two of one kind: %+v, %v", entrants, err)
	}
}

// discs returns trajectories of a disc that flies, of so many frames each.
func discs(frames ...int) (all []*sim.Trajectory) {
	scene := sim.DefaultScene()
	scene.Bodies = []sim.Body{{
		Kind: sim.Dynamic, Mass: 1, Moment: 1, Start: sim.BodyState{VX: 1},
		Shapes: []sim.Shape{{Kind: sim.Circle, Vertices: []sim.Vec{{}}, Radius: 0.1}},
	}}
	for _, n := range frames {
		trajectory := &sim.Trajectory{Scene: &scene}
		for k := range n {
			state := scene.Start()
			state[0].X += float64(k) * scene.FrameTime()
			trajectory.States = append(trajectory.States, state)
		}
		all = append(all, trajectory)
	}
	return all
}

func TestTheShorterTenthIsLeftOut(t *testing.T) {
	t.Parallel()
	frames := []int{90, 80, 5, 90, 90, 90, 90, 90, 90, 90}
	numbers := []int{10, 11, 12, 13, 14, 15, 16, 17, 18, 19}
	var log strings.Builder
	set, err := NewSet(&log, "iid", datasets.Spec{}, nil, numbers, discs(frames...))
	if err != nil {
		t.Fatal(err)
	}
	if want := slices.Concat(numbers[:2], numbers[3:]); !slices.Equal(set.Episodes, want) || len(set.Trajectories) != len(want) {
		t.Errorf("left are %v, want %v", set.Episodes, want)
	}
	if want := "left out, as too short: 1 episode of iid of less than 80 frames\n"; log.String() != want {
		t.Errorf("said %q", log.String())
	}
	if err := set.Stride(4); err != nil || len(set.Trajectories[0].States) != 23 || len(set.Trajectories[1].States) != 20 {
		t.Errorf("every fourth frame: %v, %d and %d frames", err, len(set.Trajectories[0].States), len(set.Trajectories[1].States))
	}
}

// TestMeasuredSetsHaveNoRowsOfTheEngine, as the engine is not their truth.
func TestMeasuredSetsHaveNoRowsOfTheEngine(t *testing.T) {
	t.Parallel()
	settings := eval.DefaultConfig()
	settings.Workers = 1
	entrant := Entrant{Name: "contact", Model: flight.Still(), Description: &world.Description{Kind: "contact"}}
	for _, spec := range []datasets.Spec{{}, {Sources: map[string]string{"table.csv": "00"}}} {
		set, err := NewSet(t.Output(), "", spec, spec, []int{0, 1}, discs(121, 121))
		if err != nil {
			t.Fatal(err)
		}
		result, err := Compare(t.Context(), t.Output(), []Entrant{entrant}, []*Set{set}, settings)
		if err != nil {
			t.Fatal(err)
		}
		engines := slices.ContainsFunc(result.Rows, func(r eval.Row) bool { return r.PerturbationM > 0 })
		if measured := len(spec.Sources) > 0; result.Measured != measured || engines == measured {
			t.Errorf("measured %v: the result says %v and has rows of the engine: %v", measured, result.Measured, engines)
		}
		if row := result.Row("contact"); row == nil || !(row.Position.Mean[0] > 0.05) {
			t.Errorf("row of the model: %+v", row)
		}
	}
}

func TestModelsTrainedOnASetAreTold(t *testing.T) {
	t.Parallel()
	trained, err := json.Marshal(datasets.Provenance{Spec: datasets.Spec{Scenario: "mixed", Seed: 3, Episodes: 4}})
	if err != nil {
		t.Fatal(err)
	}
	entrant := Entrant{Dir: "models/a", Description: &world.Description{Training: world.Training{Dataset: trained}}}
	for seed, want := range map[uint64]string{3: "warning: models/a was trained on these episodes of own", 4: ""} {
		var log strings.Builder
		WarnOfTraining(&log, []Entrant{entrant}, []*Set{{Name: "own", Source: datasets.Spec{Scenario: "mixed", Seed: seed, Episodes: 2}}})
		if !strings.HasPrefix(log.String(), want) || want == "" && log.Len() > 0 {
			t.Errorf("seed %d: %q", seed, log.String())
		}
	}
}

func TestEnduranceNamesEpisodesOfTheDataset(t *testing.T) {
	t.Parallel()
	set, err := NewSet(t.Output(), "own", datasets.Spec{}, nil, []int{5, 8}, discs(9, 9))
	if err != nil {
		t.Fatal(err)
	}
	lost := Entrant{Name: "runaway", Model: runaway{}, Description: &world.Description{Kind: "runaway"}}
	found, err := Endure(t.Context(), t.Output(), []Entrant{lost}, set, 20, 1)
	if err != nil || len(found) != 1 || len(found[0].Failures) != 2 || found[0].Failures[0].Episode != 5 || found[0].Failures[1].Episode != 8 {
		t.Fatalf("%+v, %v", found, err)
	}
	var text strings.Builder
	if err := WriteEndurance(&text, found); err != nil || !strings.Contains(text.String(), "runaway in episode 8 of own at frame ") {
		t.Errorf("%s, %v", text.String(), err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Endure(ctx, t.Output(), []Entrant{lost}, set, 20, 1); err == nil {
		t.Error("does not end with its context")
	}
}

// runaway predicts places that are no numbers.
type runaway struct{}

func (runaway) Kind() string                                    { return "runaway" }
func (runaway) Parameters() int                                 { return 0 }
func (runaway) Predictor([]*sim.Scene) (world.Predictor, error) { return runaway{}, nil }
func (runaway) Step(state sim.State, _ sim.Action) error {
	for i := range state {
		state[i].X = math.NaN()
	}
	return nil
}

// observed returns discs whose states are estimates.
func observed(frames ...int) []*sim.Trajectory {
	all := discs(frames...)
	for _, t := range all {
		t.Seen = &sim.Observation{}
		for _, s := range t.States {
			t.Seen.Sights = append(t.Seen.Sights, []sim.Sight{{X: s[0].X, Y: s[0].Y, Seen: true, Std: 1e-3}})
			t.Seen.Std = append(t.Seen.Std, sim.State{{X: 1e-3, VX: 1e-2}})
		}
	}
	return all
}

// TestOfRecordingsTheShorterHalfIsLeftOut, as gaps cut them.
func TestOfRecordingsTheShorterHalfIsLeftOut(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	set, err := NewSet(&log, "", datasets.Spec{}, nil, []int{5, 6, 7, 8}, observed(2, 40, 61, 50))
	if err != nil || !slices.Equal(set.Episodes, []int{7, 8}) || !strings.Contains(log.String(), "2 episodes of less than 50 frames") {
		t.Errorf("%v: episodes %v; %s", err, set.Episodes, log.String())
	}
}

// TestWatchedSetsStartAtTheLastFrameWatched, and only recordings can be watched.
func TestWatchedSetsStartAtTheLastFrameWatched(t *testing.T) {
	t.Parallel()
	set, err := NewSet(&strings.Builder{}, "", datasets.Spec{}, nil, []int{0, 1}, observed(40, 40))
	if err != nil {
		t.Fatal(err)
	}
	if err := set.Watch(t.Context(), 10); err != nil {
		t.Fatal(err)
	}
	for i, e := range set.Trajectories {
		if want := 9 * e.Scene.FrameTime(); len(e.States) != 31 || !(math.Abs(e.States[0][0].X-want) <= 1e-3) || !(math.Abs(e.States[0][0].VX-1) <= 0.05) {
			t.Errorf("episode %d: %d states from %+v, want one at %v m", i, len(e.States), e.States[0], want)
		}
	}
	if set.first != 9 {
		t.Errorf("the first frame is %d of the dataset, must be 9", set.first)
	}
	coarse, err := NewSet(&strings.Builder{}, "", datasets.Spec{}, nil, []int{0, 1}, observed(40, 40))
	if err == nil {
		err = errors.Join(coarse.Stride(2), coarse.Watch(t.Context(), 5))
	}
	if err != nil || coarse.first != 8 || coarse.stride != 2 {
		t.Errorf("every second frame, of which five are watched: from %d on in steps of %d, %v", coarse.first, coarse.stride, err)
	}
	if err := set.Watch(t.Context(), 31); err == nil || !strings.Contains(err.Error(), "episode 0: frames to watch 31 must be from 1 to 30") {
		t.Errorf("got %v", err)
	}
	set.Trajectories = discs(40)
	if err := set.Watch(t.Context(), 10); err == nil || !strings.Contains(err.Error(), "episode 0: only of motion that was observed") {
		t.Errorf("got %v", err)
	}
	result, err := (&Set{Name: "s", Episodes: []int{0}, Trajectories: observed(40)}).Measure(t.Context(), &strings.Builder{}, nil, eval.DefaultConfig())
	if err != nil || !result.Measured || !result.Observed() {
		t.Errorf("%v: measured %v", err, result)
	}
}
