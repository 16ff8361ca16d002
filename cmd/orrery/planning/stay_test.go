package planning

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/sim/engine"
	"orrery/sim/golden"
	"orrery/sim/scenario/library"
	"orrery/world/plan"
)

// TestSettingsStay: what each task is planned with, by each planner and protocol.
func TestSettingsStay(t *testing.T) {
	t.Parallel()
	var told strings.Builder
	for _, s := range library.List() {
		for _, protocol := range []Protocol{Task, Recorded} {
			if s.Task == nil || protocol == Recorded && recorded[s.Name] == nil {
				continue
			}
			for _, planner := range append([]string{""}, plan.Names()...) {
				config, name, err := Config(s, protocol, planner, Settings{"within": 0.3})
				text, wrong := json.Marshal(config)
				if err = errors.Join(err, wrong); err != nil {
					t.Fatal(err)
				}
				fmt.Fprintf(&told, "# %s, %s, planner %q is %s\n%s\n", s.Name, protocol, planner, name, strings.NewReplacer(",", "\n", "{", "", "}", "").Replace(string(text)))
			}
		}
	}
	golden.Compare(t, "testdata/settings.txt", told.String())
}

// TestTheEngineSaysWhichSceneItCannotTake, and it takes states and actions that are longer than they need be.
func TestTheEngineSaysWhichSceneItCannotTake(t *testing.T) {
	t.Parallel()
	_, scene := reachScene(t)
	broken := *scene
	broken.Bodies = slices.Clone(scene.Bodies)
	broken.Bodies[0].Mass = -1
	if _, err := (Engine{}).Predictor([]*sim.Scene{scene, &broken}); err == nil || !strings.HasPrefix(err.Error(), "scene 1: ") {
		t.Errorf("a scene that cannot be: %v", err)
	}
	if e := (Engine{}); e.Kind() != "true" || e.Parameters() != 0 {
		t.Errorf("%s has %d parameters", e.Kind(), e.Parameters())
	}
	predictor, err := Engine{}.Predictor([]*sim.Scene{scene, scene})
	if err != nil {
		t.Fatal(err)
	}
	start, rest := scene.Start(), scene.Rest()
	for _, c := range []struct {
		state  sim.State
		action sim.Action
		want   string
	}{
		{slices.Concat(start, start[1:]), slices.Concat(rest, rest), "scene 1: "},
		{slices.Concat(start, start), slices.Concat(rest, rest[1:]), "scene 1: "},
		{slices.Concat(start, start), rest[1:], "scene 0: "},
		{slices.Concat(start, start), slices.Concat(rest, rest), ""},
		{slices.Concat(start, start), nil, ""},
		{slices.Concat(start, start, start), slices.Concat(rest, rest, rest), ""},
	} {
		want := c.want
		if want != "" {
			want += fmt.Sprintf("%d bodies and %d actuators must have a state and an action", len(start), len(rest))
		}
		told := ""
		if err := predictor.Step(c.state, c.action); err != nil {
			told = err.Error()
		}
		if told != want {
			t.Errorf("%d states and %d actions: %q, want %q", len(c.state), len(c.action), told, want)
		}
	}
}

// TestTheEngineGoesOnFromWhereItIs: with the impulses that no state shows. From any other state it begins anew.
func TestTheEngineGoesOnFromWhereItIs(t *testing.T) {
	t.Parallel()
	_, scene := sceneOf(t, "tower")
	predictor, err := Engine{}.Predictor([]*sim.Scene{scene})
	if err != nil {
		t.Fatal(err)
	}
	went := func(from sim.State, frames int) sim.State {
		e := engine.New()
		if err := e.Load(scene); err != nil {
			t.Fatal(err)
		}
		if err := e.Reset(from); err != nil {
			t.Fatal(err)
		}
		for range frames {
			if err := e.Frame(nil); err != nil {
				t.Fatal(err)
			}
		}
		return e.State(nil)
	}
	step := func(state sim.State, frames int) sim.State {
		for range frames {
			if err := predictor.Step(state, nil); err != nil {
				t.Fatal(err)
			}
		}
		return state
	}
	state := step(scene.Start(), 30)
	if want := went(scene.Start(), 30); !slices.Equal(state, want) {
		t.Errorf("after 30 frames %v, want %v", state, want)
	}
	other := slices.Clone(state)
	other[0].X += 1e-9
	want := went(other, 5)
	if got := step(other, 5); !slices.Equal(got, want) {
		t.Errorf("from another state %v, want %v", got, want)
	}
}
