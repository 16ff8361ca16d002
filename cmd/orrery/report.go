package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"orrery/cmd/orrery/build"
	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/planning"
	"orrery/learn/train"
	"orrery/sim/render/film"
	"orrery/sim/render/plot"
	"orrery/world"
	"orrery/world/eval"
	"orrery/world/eval/report"
)

// The files of a report's directory.
const (
	reportFile  = "report.html"
	overlayFile = "overlay.gif"
	figuresDir  = "figures"
)

var reportFiles = []string{reportFile, overlayFile, figuresDir, world.MetricsFile}

// writeReport writes what there is to see of an evaluation, in which e is the model
// to speak of and the first of the sets the one to show.
func writeReport(ctx context.Context, dir string, result *eval.Result, e entrant, sets []*heldOut) error {
	page := report.Page{Title: fmt.Sprintf("%s on %s", e.name, sets[0].source.Scenario), Model: e.name, Made: madeOf(e, sets)}
	for _, choice := range []struct {
		name     string
		quantile float64
	}{{"Median episode", 0.5}, {"Worst episode", 1}} {
		animation, err := animate(ctx, result, e, sets[0], choice.quantile)
		if err != nil {
			return err
		}
		animation.Name = choice.name
		page.Animations = append(page.Animations, animation)
	}
	var err error
	if page.Training, err = readCurve(filepath.Join(e.dir, "log.jsonl")); err != nil {
		return err
	}
	figures := filepath.Join(dir, figuresDir)
	if err := os.MkdirAll(figures, 0o755); err != nil {
		return err
	}
	return errors.Join(
		console.WriteFile(filepath.Join(dir, world.MetricsFile), result.WriteJSON),
		console.WriteFile(filepath.Join(dir, overlayFile), func(w io.Writer) error { _, err := w.Write(page.Animations[0].GIF); return err }),
		console.WriteFile(filepath.Join(dir, reportFile), func(w io.Writer) error { return report.WriteHTML(ctx, w, result, page) }),
		report.WriteFigures(ctx, figures, result, page),
	)
}

// madeOf says where data and model of a report come from.
func madeOf(e entrant, sets []*heldOut) []report.Fact {
	var made []report.Fact
	for _, set := range sets {
		made = append(made, report.Fact{Name: strings.TrimSpace("data " + set.name), Value: set.source.Command})
	}
	this := build.This()
	return append(made,
		report.Fact{Name: "model", Value: e.origin()},
		report.Fact{Name: "program", Value: fmt.Sprintf("orrery %s %s, %s, %s", this.Version, this.Revision, this.Go, this.Platform)},
	)
}

// origin says where a model comes from.
func (e *entrant) origin() string {
	if e.description.Kind == planning.EngineKind {
		return "the engine"
	}
	return fmt.Sprintf("%s, %d steps on %d episodes", e.dir, e.description.Training.Steps, e.description.Training.Episodes)
}

// animate draws truth and prediction of the episode at a quantile of the error.
func animate(ctx context.Context, result *eval.Result, e entrant, set *heldOut, quantile float64) (report.Animation, error) {
	row := result.Row(e.name)
	place := row.EpisodeAt(quantile)
	episode, t := set.episodes[place], set.trajectories[place]
	frames := len(result.TimesS)
	c := clip{RolloutFile: world.RolloutFile{Seed: set.source.Seed, Episode: episode, Scene: t.Scene, True: t.States[:frames], Model: e.model.Kind()}}
	c.Label = c.label()
	ends := frames
	for _, f := range row.Failures {
		if f.Episode == episode {
			ends = f.Frame
		}
	}
	var err error
	if c.Predicted, err = predictFrames(ctx, e.model, t, ends, nil); err != nil {
		return report.Animation{}, err
	}
	caption := fmt.Sprintf("%s of %s, off by %.2g m at %g s: true bodies solid, predicted ones outlined.",
		c.Label, c.Scene.Name, row.EpisodeM[place], result.HorizonsS[result.Headline()])
	if ends < frames {
		caption += fmt.Sprintf(" The prediction ended at %.2f s.", float64(ends)*t.Scene.FrameTime())
		c.Predicted = append(c.Predicted, slices.Repeat(c.Predicted[ends-1:], frames-ends)...)
	}
	gif, err := drawOverlay(ctx, &c, result)
	return report.Animation{Caption: caption, GIF: gif}, err
}

// drawOverlay draws truth and prediction as a GIF, with the errors of the two
// worst perturbed engines behind the curve of the error.
func drawOverlay(ctx context.Context, c *clip, result *eval.Result) ([]byte, error) {
	shown := c.film()
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

// readCurve reads a training log; a model without one has no curve.
func readCurve(path string) ([]report.Point, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var curve []report.Point
	for lines := json.NewDecoder(f); ; {
		var p train.Progress
		if err := lines.Decode(&p); err == io.EOF {
			return curve, nil
		} else if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		point := report.Point{Step: p.Step, Seconds: p.Seconds, Loss: p.Loss, Holdout: math.NaN()}
		if p.Validation != nil {
			point.Holdout = *p.Validation
		}
		curve = append(curve, point)
	}
}
