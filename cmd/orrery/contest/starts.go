package contest

import (
	"context"
	"fmt"

	"orrery/datasets"
	"orrery/datasets/splits"
	"orrery/sim"
	"orrery/sim/scenario"
	"orrery/world"
)

// Starts returns the scene in which episode i begins, and what the episode is called.
type Starts func(i int) (scene *sim.Scene, label string, err error)

// TaskStarts are the scenes of a scenario.
func TaskStarts(s *scenario.Scenario, seed uint64, values scenario.Values) Starts {
	return func(i int) (*sim.Scene, string, error) {
		scene, err := s.Sample(seed, i, values)
		return scene, fmt.Sprintf("seed %d · episode %d", seed, i), err
	}
}

// TrainedOn reports whether a model was trained on some of the episodes of a split.
func TrainedOn(training world.Training, data *datasets.Dataset, split splits.Split) bool {
	p := data.Provenance()
	return p.Shares(training.Dataset, split.Numbers())
}

// RecordedStarts are random frames of random episodes of a split of a dataset.
func RecordedStarts(ctx context.Context, data *datasets.Dataset, split splits.Split, of *Recorded, seed uint64) Starts {
	return func(i int) (*sim.Scene, string, error) {
		rng := sim.NewRand(seed, "plan/recorded", i)
		episode := split.From + rng.IntN(split.Len())
		t, err := data.Episode(ctx, episode)
		if err != nil {
			return nil, "", err
		}
		if t.Scene.Name != of.Scenario.Name {
			return nil, "", fmt.Errorf("episode %d: scene %q must be of the scenario %s", episode, t.Scene.Name, of.Scenario.Name)
		}
		if len(t.States) <= RecordedAhead {
			return nil, "", fmt.Errorf("episode %d: %d frames must be more than %d", episode, len(t.States), RecordedAhead)
		}
		frame := rng.IntN(len(t.States) - RecordedAhead)
		scene := t.Scene.StartingAt(t.States[frame])
		scene.Goals = of.Goals(t.States[frame+RecordedAhead])
		return scene, fmt.Sprintf("recorded episode %d · frame %d", episode, frame), nil
	}
}
