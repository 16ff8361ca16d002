package episodes

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"testing"

	"orrery/datasets"
	"orrery/datasets/generate"
	"orrery/sim"
	"orrery/sim/scenario"
	"orrery/sim/scenario/library"
	"orrery/sim/task"
)

// TestActionsAreThoseThatActed: the trajectory holds what the actuators did, within their
// limits, and rest where a policy says nothing.
func TestActionsAreThoseThatActed(t *testing.T) {
	t.Parallel()
	s := mustFind(t, "reach")
	values, err := s.Values(nil)
	if err != nil {
		t.Fatal(err)
	}
	scene, err := s.Sample(1, 0, values)
	if err != nil {
		t.Fatal(err)
	}
	wild := func(frame int, _ sim.State) sim.Action {
		if frame == 1 {
			return nil
		}
		return slices.Repeat(sim.Action{1e9}, len(scene.Actuators))
	}
	trajectory, outcomes, err := Act(t.Context(), s.Task, scene, 4, wild, func(int) {})
	if err != nil || len(outcomes) != 3 {
		t.Fatalf("%d outcomes: %v", len(outcomes), err)
	}
	for i, a := range scene.Actuators {
		if trajectory.Actions[0][i] != a.High || trajectory.Actions[1][i] != scene.Rest()[i] {
			t.Errorf("actuator %d did %v and %v, must be %v and %v", i, trajectory.Actions[0][i], trajectory.Actions[1][i], a.High, scene.Rest()[i])
		}
	}
	if last := outcomes[2]; !last.Truncated || !last.Done || outcomes[1].Done {
		t.Errorf("outcomes %+v", outcomes)
	}
	judge, err := s.Task.Judge(scene)
	if err != nil {
		t.Fatal(err)
	}
	if want := judge.Reward(trajectory.States[1], trajectory.Actions[0]); outcomes[0].Reward != want {
		t.Errorf("reward %v, want %v", outcomes[0].Reward, want)
	}
}

// TestHeldSuccessesAreWritten once they have lasted, and end the episode.
func TestHeldSuccessesAreWritten(t *testing.T) {
	t.Parallel()
	const held = 3
	s := mustFind(t, "reach")
	values, err := s.Values(nil)
	if err != nil {
		t.Fatal(err)
	}
	scene, err := s.Sample(1, 0, values)
	if err != nil {
		t.Fatal(err)
	}
	lasting := *s.Task
	lasting.Held = held
	at := map[int]bool{0: true, 2: true, 3: true, 5: true, 6: true, 7: true, 8: true} // frames that succeed
	lasting.Bind = func(scene *sim.Scene) (*task.Judge, error) {
		judge, err := s.Task.Bind(scene)
		frame := -1
		judge.Success = func(sim.State) bool { frame++; return at[frame] }
		return judge, err
	}
	_, outcomes, err := Act(t.Context(), &lasting, scene, 20, nil, func(int) {})
	if err != nil || len(outcomes) != 7 {
		t.Fatalf("%d outcomes, %v", len(outcomes), err)
	}
	for i, o := range outcomes {
		if last := i == 6; o.Success != last || o.Done != last || o.Truncated {
			t.Errorf("frame %d: %+v", i+1, o)
		}
	}
}

// TestLongEpisodesEndWithTheirContext within so many frames.
func TestLongEpisodesEndWithTheirContext(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	ticks := 0
	r := Recipe{Scenario: mustFind(t, "billiards"), Episodes: 1, Frames: 1 << 20, Seed: 1}
	_, maker, err := r.Maker(func(n int) {
		if ticks++; ticks == 2 {
			stop()
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := maker(ctx, 0); !errors.Is(err, context.Canceled) || ticks != 2 {
		t.Errorf("%d ticks, then %v", ticks, err)
	}
}

func ExampleRecipe_Command() {
	mixed, err := library.Find("mixed")
	if err != nil {
		fmt.Println(err)
		return
	}
	r := Recipe{Scenario: mixed, Episodes: 400, Frames: 121, Seed: 1, Ranges: map[string]scenario.Range{"gravity": {Low: 0, High: 10}}}
	fmt.Println(r.Command())
	// Output: orrery gen mixed --episodes 400 --frames 121 --seed 1 --set gravity=0:10
}

func TestRecipesAreWritten(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	r := Recipe{Scenario: mustFind(t, "billiards"), Episodes: 3, Frames: 9, Seed: 1}
	if err := r.Write(t.Context(), io.Discard, dir, generate.Options{Workers: 2}); err != nil {
		t.Fatal(err)
	}
	data, err := datasets.Open(t.Context(), dir)
	if err != nil || data.Episodes() != 3 || data.Provenance().Command != r.Command() {
		t.Errorf("wrote %v: %v", data, err)
	}
}

// TestDrawnParametersHaveARangeAndNoValue in what a dataset says of its origin, and every episode has its own.
func TestDrawnParametersHaveARangeAndNoValue(t *testing.T) {
	t.Parallel()
	r := recipe(t, "mixed", 3, 2)
	r.Set["friction"], r.Ranges = 0.25, map[string]scenario.Range{"gravity": {Low: 2, High: 10}}
	spec, maker, err := r.Maker(nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, said := spec.Params["gravity"]; said || spec.Params["friction"] != 0.25 || spec.Ranges["gravity"] != (datasets.Range{Min: 2, Max: 10}) || len(spec.Ranges) != 1 {
		t.Errorf("parameters %v, ranges %v", spec.Params, spec.Ranges)
	}
	seen := map[float64]bool{}
	for i := range 3 {
		made, _, err := maker(t.Context(), i)
		if err != nil {
			t.Fatal(err)
		}
		g := made.Scene.Gravity.Len()
		if seen[g] = true; !(g >= 2) || !(g <= 10) {
			t.Errorf("episode %d: %v m/s²", i, g)
		}
	}
	if len(seen) != 3 {
		t.Errorf("three episodes have the gravities %v", seen)
	}
}
