package main

import (
	"context"
	"fmt"
	"io"

	"orrery/cmd/orrery/console"
	"orrery/sim"
	"orrery/world/eval"
)

// enduranceFigures is the JSON of `eval --endurance`.
type enduranceFigures struct {
	Set   string `json:"set,omitempty"`
	Model string `json:"model"`
	eval.Endurance
}

// endure rolls every model out on the scenes of a set and tells what went wrong.
func (o *evalOptions) endure(ctx context.Context, out, log io.Writer, entrants []entrant, set *heldOut) error {
	var all []enduranceFigures
	for _, e := range entrants {
		found, err := endureOn(ctx, log, e, set, o.Endurance, o.Settings.Workers)
		if err != nil {
			return err
		}
		all = append(all, enduranceFigures{set.name, e.name, *found})
	}
	return console.WriteResult(out, o.JSON, o.Out,
		func(w io.Writer) error { return console.JSON(w, all) },
		func(w io.Writer) error { return printEndurance(w, all) })
}

// endureOn rolls a model out for many frames on the scenes of a set.
func endureOn(ctx context.Context, log io.Writer, e entrant, set *heldOut, frames, workers int) (*eval.Endurance, error) {
	var scenes []*sim.Scene
	for _, t := range set.trajectories {
		scenes = append(scenes, t.Scene)
	}
	bar := console.NewProgress(log, "enduring "+e.name+ofSet(set.name))
	defer bar.Close()
	found, err := eval.Endure(ctx, e.model, e.description.Training.Seen, scenes, frames, workers, func(done, total int) {
		bar.Set(float64(done)/float64(total), fmt.Sprintf("%d/%d frames", done, total))
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", e.dir, err)
	}
	for i := range found.Failures {
		found.Failures[i].Episode = set.episodes[found.Failures[i].Episode]
	}
	return found, nil
}

// printEndurance writes a line per model and one per failure.
func printEndurance(out io.Writer, all []enduranceFigures) error {
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
