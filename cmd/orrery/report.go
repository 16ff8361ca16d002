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

	"orrery/datasets"
	"orrery/learn/train"
	"orrery/sim/render"
	"orrery/world"
	"orrery/world/eval"
)

// The files of a report's directory.
const (
	reportFile  = "report.html"
	overlayFile = "overlay.gif"
	figuresDir  = "figures"
)

var reportFiles = []string{reportFile, overlayFile, figuresDir, world.MetricsFile}

// writeReport writes what there is to see of an evaluation of data's first
// episodes, in which e is the model to speak of.
func writeReport(ctx context.Context, dir string, result *eval.Result, e entrant, data *datasets.Dataset) error {
	c, err := episodeClip(data, result.Row(e.name).EpisodeAt(0.5))
	if err != nil {
		return err
	}
	c.True = c.True[:len(result.TimesS)]
	if err := c.predict(e.model); err != nil {
		return err
	}
	overlay, err := drawOverlay(ctx, c, result)
	if err != nil {
		return err
	}
	training, err := readCurve(filepath.Join(e.dir, "log.jsonl"))
	if err != nil {
		return err
	}
	build := thisBuild()
	page := eval.Report{
		Title:   fmt.Sprintf("%s on %s", e.name, c.Scene.Name),
		Model:   e.name,
		Overlay: overlay,
		OverlayCaption: fmt.Sprintf("%s of %s, the median by error at %g s: true bodies solid, predicted ones outlined.",
			c.Label, c.Scene.Name, result.HorizonsS[result.Headline()]),
		Training: training,
		Made: []eval.Fact{
			{Name: "data", Value: data.Provenance().Command},
			{Name: "model", Value: fmt.Sprintf("%s, %d steps on %d episodes", e.dir, e.description.Training.Steps, e.description.Training.Episodes)},
			{Name: "program", Value: fmt.Sprintf("orrery %s %s, %s, %s", build.Version, build.Revision, build.Go, build.Platform)},
		},
	}
	figures := filepath.Join(dir, figuresDir)
	if err := os.MkdirAll(figures, 0o755); err != nil {
		return err
	}
	return errors.Join(
		writeFile(filepath.Join(dir, world.MetricsFile), result.WriteJSON),
		writeFile(filepath.Join(dir, overlayFile), func(w io.Writer) error { _, err := w.Write(overlay); return err }),
		writeFile(filepath.Join(dir, reportFile), func(w io.Writer) error { return eval.WriteReport(w, result, page) }),
		eval.WriteFigures(figures, result, page),
	)
}

// drawOverlay draws truth and prediction as a GIF, with the errors of the two
// worst perturbed engines behind the curve of the error.
func drawOverlay(ctx context.Context, c *clip, result *eval.Result) ([]byte, error) {
	film := c.film()
	engines := slices.DeleteFunc(slices.Clone(result.Rows), func(row eval.Row) bool { return row.PerturbationM == 0 })
	if n := len(engines); n >= 2 {
		film.Band = bandBetween(&engines[n-2], &engines[n-1])
	}
	reel, err := render.NewReel(film)
	if err != nil {
		return nil, err
	}
	var gif bytes.Buffer
	err = reel.Write(ctx, &gif, render.GIF)
	return gif.Bytes(), err
}

func bandBetween(a, b *eval.Row) *render.Band {
	band := &render.Band{Label: fmt.Sprintf("engine, start off by %g to %g mm", 1000*a.PerturbationM, 1000*b.PerturbationM)}
	for t, error := range a.Curve.Mean {
		band.Low = append(band.Low, min(error, b.Curve.Mean[t]))
		band.High = append(band.High, max(error, b.Curve.Mean[t]))
	}
	return band
}

// readCurve reads a training log; a model without one has no curve.
func readCurve(path string) ([]eval.Point, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var curve []eval.Point
	for lines := json.NewDecoder(f); ; {
		var p train.Progress
		if err := lines.Decode(&p); err == io.EOF {
			return curve, nil
		} else if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		point := eval.Point{Step: p.Step, Seconds: p.Seconds, Loss: p.Loss, Holdout: math.NaN()}
		if p.Validation != nil {
			point.Holdout = *p.Validation
		}
		curve = append(curve, point)
	}
}
