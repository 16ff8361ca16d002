package evaluation

import (
	"context"
	"fmt"
	"io"

	"orrery/cmd/orrery/console"
	"orrery/sim"
	"orrery/world/eval"
)

// Endurance says how a model did in very long rollouts on the scenes of a set.
type Endurance struct {
	Set   string `json:"set,omitempty"`
	Model string `json:"model"`
	eval.Endurance
}

// Endure rolls every model out for so many frames on the scenes of a set. It finds where
// a rollout broke down or lost a body.
func Endure(ctx context.Context, log io.Writer, entrants []Entrant, set *Set, frames, workers int) ([]Endurance, error) {
	var all []Endurance
	for _, e := range entrants {
		found, err := endure(ctx, log, e, set, frames, workers)
		if err != nil {
			return nil, err
		}
		all = append(all, Endurance{set.Name, e.Name, *found})
	}
	return all, nil
}

func endure(ctx context.Context, log io.Writer, e Entrant, set *Set, frames, workers int) (*eval.Endurance, error) {
	var scenes []*sim.Scene
	for _, t := range set.Trajectories {
		scenes = append(scenes, t.Scene)
	}
	bar := console.NewProgress(log, "enduring "+e.Name+ofSet(set.Name))
	defer bar.Close()
	found, err := eval.Endure(ctx, e.Model, e.Description.Training.Seen, scenes, frames, workers, func(done, total int) {
		bar.Set(float64(done)/float64(total), fmt.Sprintf("%d/%d frames", done, total))
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", e.Dir, err)
	}
	for i := range found.Failures {
		found.Failures[i].Episode = set.Episodes[found.Failures[i].Episode]
	}
	return found, nil
}

// WriteEndurance writes a line for each model and one for each failure.
func WriteEndurance(out io.Writer, all []Endurance) error {
	if err := console.Table(out, func(row func(...any)) {
		row("set", "model", "episodes", "frames", "not finite", "lost", "too fast")
		for _, f := range all {
			row(f.Set, f.Model, f.Episodes, f.Frames, f.NotFinite, f.Lost, f.TooFast)
		}
	}); err != nil {
		return err
	}
	for _, f := range all {
		for _, failure := range f.Failures {
			if _, err := fmt.Fprintf(out, "%s in episode %d%s at frame %d: %s\n", f.Model, failure.Episode, ofSet(f.Set), failure.Frame, failure.Reason); err != nil {
				return err
			}
		}
	}
	return nil
}
