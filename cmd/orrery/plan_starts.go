package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"orrery/datasets"
	"orrery/sim"
	"orrery/sim/scenario"
	"orrery/world"
)

// planStarts returns the scene in which episode i begins, and what the episode is
// called.
type planStarts func(i int) (scene *sim.Scene, label string, err error)

// taskStarts are the scenes of a scenario.
func taskStarts(s *scenario.Scenario, seed uint64, values scenario.Values) planStarts {
	return func(i int) (*sim.Scene, string, error) {
		scene, err := s.Sample(seed, i, values)
		return scene, fmt.Sprintf("seed %d · episode %d", seed, i), err
	}
}

// recordedGoals are the tasks whose goal can be to get where a recorded episode
// got, and what that asks for.
var recordedGoals = map[string]func(state sim.State) []sim.Goal{"pusht": scenario.PushTGoals}

// recordedAhead is how many frames after its start a recorded episode has reached
// the goal.
const recordedAhead = 25

// trainedOn reports whether a model was trained on the episodes of a dataset.
func trainedOn(training world.Training, data *datasets.Dataset) bool {
	var source datasets.Provenance
	if json.Unmarshal(training.Dataset, &source) != nil {
		return false
	}
	p := data.Provenance()
	return source.Scenario == p.Scenario && source.Seed == p.Seed
}

// recordedStarts are random frames of random episodes of a dataset.
func recordedStarts(ctx context.Context, data *datasets.Dataset, s *scenario.Scenario, seed uint64) planStarts {
	return func(i int) (*sim.Scene, string, error) {
		rng := sim.NewRand(seed, "plan/recorded", i)
		episode := rng.IntN(data.Episodes())
		t, err := data.Episode(ctx, episode)
		if err != nil {
			return nil, "", err
		}
		if t.Scene.Name != s.Name {
			return nil, "", fmt.Errorf("episode %d: scene %q must be of the scenario %s", episode, t.Scene.Name, s.Name)
		}
		if len(t.States) <= recordedAhead {
			return nil, "", fmt.Errorf("episode %d: %d frames must be more than %d", episode, len(t.States), recordedAhead)
		}
		frame := rng.IntN(len(t.States) - recordedAhead)
		scene := *t.Scene
		scene.Bodies = slices.Clone(scene.Bodies)
		for k, body := range t.States[frame] {
			scene.Bodies[k].Start = body
		}
		scene.Goals = recordedGoals[s.Name](t.States[frame+recordedAhead])
		return &scene, fmt.Sprintf("recorded episode %d · frame %d", episode, frame), nil
	}
}
