package report

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"orrery/datasets/storage"
	"orrery/sim"
	"orrery/sim/render/film"
	"orrery/sim/render/plot"
	"orrery/world"
	"orrery/world/eval"
	"orrery/world/rollout"
)

// The files of a report's directory.
const (
	pageFile    = "report.html"
	overlayFile = "overlay.gif"
	figuresDir  = "figures"
)

// Files returns the names of what Folder.Write writes into its directory.
func Files() []string { return []string{pageFile, overlayFile, figuresDir, world.MetricsFile} }

// Folder is a report as a directory: the page, the figures, the metrics, and an animation
// of the median episode. The model and the trajectories are those that the result's first
// set was measured on.
type Folder struct {
	Result   *eval.Result
	Page     Page        // its animations and its training curve are filled in by Write
	Model    world.Model // that of the row Page.Model; nil where there is Predicted
	ModelDir string      // has the training log; without one, or without a directory, there is no training curve

	Predicted *eval.Predicted // what that row was measured on; nil where there is a Model

	Seed         uint64            // of the episodes, for captions
	Episodes     []int             // numbers of the trajectories in their dataset
	Trajectories []*sim.Trajectory // in the same order
}

// Write makes the files of the report in dir. Files that exist are replaced. Of a table of impacts, in which
// nothing moves, there is no animation.
func (f *Folder) Write(ctx context.Context, dir string) error {
	page := f.Page
	for _, choice := range []struct {
		name     string
		quantile float64 // of the errors of the episodes
	}{{"Median episode", 0.5}, {"Worst episode", 1}} {
		if f.Result.OfImpacts() {
			break
		}
		animation, err := f.animate(ctx, choice.quantile)
		if err != nil {
			return err
		}
		animation.Name = choice.name
		page.Animations = append(page.Animations, animation)
	}
	var err error
	if f.ModelDir != "" {
		if page.Training, err = readCurve(storage.Join(f.ModelDir, "log.jsonl")); err != nil {
			return err
		}
	}
	figures := storage.Join(dir, figuresDir)
	write := func(name string, fill func(io.Writer) error) error {
		var content bytes.Buffer
		if err := fill(&content); err != nil {
			return err
		}
		return storage.WriteFile(storage.Join(dir, name), content.Bytes())
	}
	var overlay error
	if len(page.Animations) > 0 {
		overlay = storage.WriteFile(storage.Join(dir, overlayFile), page.Animations[0].GIF)
	}
	return errors.Join(
		write(world.MetricsFile, f.Result.WriteJSON), overlay,
		write(pageFile, func(w io.Writer) error { return WriteHTML(ctx, w, f.Result, page) }),
		WriteFigures(ctx, figures, f.Result, page),
	)
}

// animate draws truth and prediction of the episode at a quantile of the error.
func (f *Folder) animate(ctx context.Context, quantile float64) (Animation, error) {
	r := f.Result
	row := r.Row(f.Page.Model)
	place := row.EpisodeAt(quantile)
	episode, t := f.Episodes[place], f.Trajectories[place]
	frames := len(r.TimesS)
	rollout := rollout.File{Seed: f.Seed, Episode: episode, Scene: t.Scene, True: t.States[:frames], Model: f.Page.Model}
	if f.Model != nil {
		rollout.Model = f.Model.Kind()
	}
	ends := frames
	for _, failure := range row.Failures {
		if failure.Episode == episode {
			ends = failure.Frame
		}
	}
	var err error
	if f.Model == nil {
		rollout.Predicted = slices.Clip(f.Predicted.Rollouts[place][:ends])
	} else if rollout.Predicted, err = world.Predict(ctx, f.Model, t, ends, nil); err != nil {
		return Animation{}, err
	}
	caption := fmt.Sprintf("%s of %s, off by %.2g m at %g s: %s.",
		rollout.Label(), t.Scene.Name, row.EpisodeM[place], r.HorizonsS[r.Headline()], drawn(t))
	if ends < frames {
		caption += fmt.Sprintf(" The prediction ended at %.2f s.", float64(ends)*t.Scene.FrameTime())
		rollout.Predicted = append(rollout.Predicted, slices.Repeat(rollout.Predicted[ends-1:], frames-ends)...)
	}
	var seen [][]sim.Sight
	if t.Seen != nil {
		seen = t.Seen.Sights[:frames]
	}
	gif, err := drawOverlay(ctx, &rollout, seen, r)
	return Animation{Caption: caption, GIF: gif}, err
}

// drawn says how the bodies of an overlay are drawn.
func drawn(t *sim.Trajectory) string {
	if t.Seen == nil {
		return "true bodies solid, predicted ones outlined"
	}
	return "estimated bodies solid, predicted ones outlined, and crosses where they were measured, with discs of two deviations where these are larger"
}

// drawOverlay draws truth and prediction as a GIF, with what was measured, if anything, and the errors
// of the two worst perturbed engines behind the curve of the error.
func drawOverlay(ctx context.Context, rollout *rollout.File, seen [][]sim.Sight, result *eval.Result) ([]byte, error) {
	shown := film.Default()
	shown.Scene, shown.True, shown.Predicted = rollout.Scene, rollout.True, rollout.Predicted
	shown.Seen = seen
	shown.Title, shown.Label, shown.Model = rollout.Scene.Name, rollout.Label(), rollout.Model
	engines := slices.DeleteFunc(slices.Clone(result.Rows), func(row eval.Row) bool { return row.PerturbationM == 0 })
	if n := len(engines); n >= 2 {
		shown.Band = bandBetween(&engines[n-2], &engines[n-1])
	}
	reel, err := film.NewReel(shown)
	if err != nil {
		return nil, err
	}
	var gif bytes.Buffer
	err = reel.Write(ctx, &gif, film.GIF)
	return gif.Bytes(), err
}

func bandBetween(a, b *eval.Row) *plot.Band {
	band := &plot.Band{Label: fmt.Sprintf("engine, start off by %g to %g mm", 1000*a.PerturbationM, 1000*b.PerturbationM)}
	for t, error := range a.Curve.Mean {
		band.Low = append(band.Low, min(error, b.Curve.Mean[t]))
		band.High = append(band.High, max(error, b.Curve.Mean[t]))
	}
	return band
}
