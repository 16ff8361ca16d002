package planning

import (
	"slices"
	"testing"

	"orrery/sim"
	"orrery/sim/engine"
	"orrery/sim/scenario/library"
)

// TestEngineAsModelIsTheEngine follows two scenes at once, and goes back to a start.
func TestEngineAsModelIsTheEngine(t *testing.T) {
	s, err := library.Find("pusht")
	if err != nil {
		t.Fatal(err)
	}
	values, err := s.Values(nil)
	if err != nil {
		t.Fatal(err)
	}
	const frames = 20
	var scenes []*sim.Scene
	var truth []*sim.Trajectory
	for episode := range 2 {
		scene, err := s.Sample(1, episode, values)
		if err != nil {
			t.Fatal(err)
		}
		policy, err := s.Policy("")
		if err != nil {
			t.Fatal(err)
		}
		e := engine.New()
		if err := e.Load(scene); err != nil {
			t.Fatal(err)
		}
		happened, err := e.Run(nil, frames, policy.Start(1, episode, scene))
		if err != nil {
			t.Fatal(err)
		}
		scenes, truth = append(scenes, scene), append(truth, happened)
	}
	predictor, err := Engine{}.Predictor(scenes)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		state := slices.Concat(scenes[0].Start(), scenes[1].Start())
		for frame := range frames - 1 {
			if err := predictor.Step(state, slices.Concat(truth[0].Actions[frame], truth[1].Actions[frame])); err != nil {
				t.Fatal(err)
			}
			if want := slices.Concat(truth[0].States[frame+1], truth[1].States[frame+1]); !slices.Equal(state, want) {
				t.Fatalf("frame %d: %v, want %v", frame+1, state, want)
			}
		}
	}
	if err := predictor.Step(make(sim.State, 1), nil); err == nil {
		t.Error("a state that is too short is no error")
	}
}
