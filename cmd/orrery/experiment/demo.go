package experiment

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"time"

	"orrery/cmd/orrery/console"
)

// Demo goes the whole way on mixed: generate, train, evaluate, report.
type Demo struct {
	Settings
	Episodes int           // number of episodes to train on
	HeldOut  int           // number of episodes to evaluate on
	Budget   time.Duration // of training
}

// Do runs the demo and says on out what came of it.
func (d Demo) Do(ctx context.Context, out, log io.Writer) error {
	if d.Episodes < 1 || d.HeldOut < 1 || d.Budget <= 0 {
		return console.Usagef("demo: %d episodes, %d to evaluate on and a budget of %v must be above 0", d.Episodes, d.HeldOut, d.Budget)
	}
	started := time.Now()
	dataset := d.gen("dataset", "mixed", d.Episodes, d.Seed)
	model := d.train("model", contactKind, dataset, "--budget", d.Budget.String())
	heldOut := d.gen("heldout", "mixed", d.HeldOut, d.Seed+1)
	made := []line{dataset, model, heldOut}
	if err := d.check(made); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	if err := d.do(ctx, io.Discard, log, made...); err != nil {
		return err
	}
	report := line{[]string{"eval", model.out, "--data", heldOut.out, "--episodes", strconv.Itoa(d.HeldOut), "--report", d.Dir}, filepath.Join(d.Dir, "report.html")}
	again := d
	again.Resume, again.Force = false, d.Resume || d.Force // the table is printed each time
	if err := again.do(ctx, out, log, report); err != nil {
		return err
	}
	fmt.Fprintf(out, "\nIn %s after %v:\n", d.Dir, time.Since(started).Round(time.Second))
	return console.Table(out, func(row func(...any)) {
		row("", report.out, "the table, the curves, the animation")
		row("", filepath.Join(d.Dir, "overlay.gif"), "true bodies solid, predicted ones outlined")
		row("", filepath.Join(d.Dir, "metrics.json"), "the table for machines")
		row("", model.out, "the model")
		row("", dataset.out, "episodes it was trained on")
		row("", heldOut.out, "episodes it was measured on")
	})
}
