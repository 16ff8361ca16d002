package importing

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"sync/atomic"

	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/recordings"
	"orrery/datasets"
	"orrery/datasets/csv"
	"orrery/datasets/generate"
	"orrery/sim"
)

// Run makes the dataset, of which spec still lacks what only the file says.
func (o *Options) Run(ctx context.Context, log Log, spec datasets.Spec) error {
	base := o.base()
	file, err := o.openTable(ctx, log)
	if err != nil {
		return err
	}
	defer file.Close()
	if bodies := file.Abreast(); len(bodies) > 0 {
		log.notef("%s: bodies are side by side: %s", base, console.Listed(bodies))
	}
	unused := file.Unused()
	if o.lerobot != nil {
		unused = unusedLeRobot(unused)
	}
	if len(unused) > 0 {
		log.notef("%s: columns not used: %s", base, console.Listed(unused))
	}
	if place := file.Unsorted(); place != "" {
		log.notef("%s: %s belongs before the row above it; rows are sorted", base, place)
	}
	maps.Copy(spec.Sources, file.Sums())
	if file.Recorded() {
		return o.runRecording(ctx, log, spec, file)
	}
	err = o.runStates(ctx, log, spec, file)
	if uneven := (*csv.Uneven)(nil); errors.As(err, &uneven) {
		log.notef("%v: so the table is taken for a recording, and its velocities are not used", uneven)
		return o.runRecording(ctx, log, spec, file)
	}
	return err
}

// runStates takes the states of the table as they are.
func (o *Options) runStates(ctx context.Context, log Log, spec datasets.Spec, file *csv.File) error {
	bar := console.NewProgress(log.Bars, "importing "+o.base())
	defer bar.Close()
	spec.Episodes, spec.Frames, spec.FPS, spec.Splits = file.Episodes(), file.Frames(), file.FPS(), file.Splits()
	o.divideLeRobot(&spec)
	if err := o.divide(&spec); err != nil {
		return err
	}
	if o.scenes != nil {
		maps.Copy(spec.Sources, o.scenes.Sources())
	}
	var faulty atomic.Bool
	source := func(ctx context.Context, episode int) (*sim.Trajectory, []datasets.Outcome, error) {
		t, err := file.Episode(ctx, episode)
		if err != nil && ctx.Err() == nil {
			faulty.Store(true) // an episode that was cancelled says nothing about the table
		}
		if err != nil {
			return nil, nil, err
		}
		outcomes, err := o.outcomesOf(ctx, episode, t)
		return t, outcomes, err
	}
	err := generate.Run(ctx, o.Out, spec, func() generate.Maker { return source }, generate.Options{
		Workers: o.Workers, Resume: o.Resume, Force: o.Force, Progress: console.EpisodeProgress(bar),
	})
	if faulty.Load() {
		// What a faulty table has led to cannot be resumed with a mended one.
		if fault := console.Uninterrupted(file.Fault(ctx)); fault != nil {
			return errors.Join(fault, generate.Discard(o.Out))
		}
	}
	return err
}

// openTable finds the episodes of the file, or of standard input.
func (o *Options) openTable(ctx context.Context, log Log) (*csv.File, error) {
	bar := console.NewProgress(log.Bars, "looking for the episodes of "+o.base())
	var notes []string // which go where the bar is, too
	defer func() {
		bar.Close()
		for _, line := range notes {
			log.Note(line)
		}
	}()
	if o.lerobot != nil {
		return csv.OpenTable(ctx, o.lerobot.Table, o.Table)
	}
	table := o.Table
	table.Progress = func(fraction float64) { bar.Set(fraction, "") }
	return recordings.Open(ctx, o.Format, o.File, o.In, table, o.Seen.Bag, func(line string) { notes = append(notes, line) })
}

// divide sets the splits that the options ask for.
func (o *Options) divide(spec *datasets.Spec) (err error) {
	if len(o.Split) > 0 {
		if spec.Splits, err = o.Split.Of(spec.Episodes); err != nil {
			return o.usage(fmt.Errorf("--split %w", err))
		}
	}
	return nil
}

// base returns what the table is called.
func (o *Options) base() string {
	if o.File == "-" {
		return "stdin"
	}
	return filepath.Base(o.File)
}
