package hits

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/scenefiles"
	"orrery/datasets"
	"orrery/datasets/csv"
	"orrery/datasets/generate"
	"orrery/datasets/splits"
	"orrery/sim"
	"orrery/sim/input"
)

// Options say which table of impacts to import, and what it means.
type Options struct {
	File    string            // path, or - for In
	In      io.Reader         // standard input
	Columns map[string]string // of other names
	Scene   string            // file
	Reading Reading
	Drop    bool            // leave out rows that are no impacts
	Name    string          // of the dataset, or empty for that of the file
	Task    string          // what the impacts are of, or empty
	Split   splits.Division // of the rows
	Out     string          // folder
	Force   bool            // replace what is there
}

// Import makes a dataset of a table of impacts. It says what is odd. A writing that is to end has so long a time for it.
func Import(ctx context.Context, log io.Writer, opts Options, options generate.Options, patience time.Duration) error {
	scene, sum, err := scenefiles.Read(opts.Scene)
	if err != nil {
		return err
	}
	table, err := opts.read(ctx)
	if err != nil {
		return err
	}
	if len(table.Unused) > 0 {
		fmt.Fprintf(log, "%s: columns not used: %s\n", opts.base(), console.Listed(table.Unused))
	}
	all, err := Read(ctx, scene, table.Rows, opts.Reading)
	if err != nil {
		return fmt.Errorf("%s: %w", filepath.Base(opts.Scene), err)
	}
	if err := opts.report(log, all); err != nil {
		return err
	}
	spec := datasets.Spec{
		Scenario: cmp.Or(opts.Name, strings.TrimSuffix(opts.base(), filepath.Ext(opts.base()))),
		Task:     cmp.Or(opts.Task, "Impacts that were recorded in "+opts.base()+"."),
		Command:  opts.command(), Sources: map[string]string{filepath.Base(opts.Scene): sum},
		Motion: datasets.Impacts, Episodes: len(all.Trajectories), Frames: 2, FPS: scene.FPS,
	}
	maps.Copy(spec.Sources, table.Sums)
	if len(opts.Split) > 0 {
		if spec.Splits, err = opts.Split.Of(spec.Episodes); err != nil {
			return console.Usage(fmt.Errorf("impacts: --split %w", err))
		}
	}
	bar := console.NewProgress(log, "importing "+opts.base())
	options.Progress = console.EpisodeProgress(bar)
	maker := func(_ context.Context, k int) (*sim.Trajectory, []datasets.Outcome, error) {
		return all.Trajectories[k], nil, nil
	}
	err = console.Until(ctx, patience, func() error {
		return generate.Run(ctx, opts.Out, spec, func() generate.Maker { return maker }, options)
	})
	bar.Close()
	if ctx.Err() != nil {
		return fmt.Errorf("%w: the same command starts over", errors.Join(console.ErrInterrupted, generate.Discard(opts.Out)))
	}
	return err
}

// read reads the table.
func (o *Options) read(ctx context.Context) (*csv.Impacts, error) {
	if o.File == "-" {
		return csv.ReadImpacts(ctx, o.base(), o.In, o.Columns)
	}
	return csv.OpenImpacts(ctx, o.File, o.Columns)
}

// report says what is odd in the table, or returns an error when that is too much.
func (o *Options) report(log io.Writer, all *Found) error {
	if all.Reason != "" {
		return fmt.Errorf("%s: %s", o.base(), all.Reason)
	}
	if n := len(all.Odd); n > 0 {
		first := fmt.Sprintf("%s: line %d: %s", o.base(), all.Odd[0].Line, all.Odd[0].Reason)
		if n > 1 {
			first += fmt.Sprintf(", and %s no impact either", moreRows(n-1))
		}
		if !o.Drop {
			return fmt.Errorf("%s; --drop leaves out what is no impact", first)
		}
		fmt.Fprintf(log, "%s: left out\n", first)
	}
	if len(all.Trajectories) == 0 {
		return fmt.Errorf("%s: no row is an impact", o.base())
	}
	if n := all.Gaining; n > 0 {
		fmt.Fprintf(log, "%s: after %s the body has more energy than before; models never say so\n", o.base(), input.Count(n, "impact"))
	}
	return nil
}

// moreRows says that so many rows besides one are something.
func moreRows(n int) string {
	if n == 1 {
		return "1 more row is"
	}
	return fmt.Sprintf("%d more rows are", n)
}

// base returns what the table is called.
func (o *Options) base() string {
	if o.File == "-" {
		return "stdin"
	}
	return filepath.Base(o.File)
}

// command returns the command line that makes the same bytes elsewhere, of files of the same names.
func (o *Options) command() string {
	command := "orrery import impacts -"
	if o.File != "-" {
		command = "orrery import impacts " + console.Quoted(o.base())
	}
	for _, quantity := range slices.Sorted(maps.Keys(o.Columns)) {
		command += " --map " + console.Quoted(quantity+"="+o.Columns[quantity])
	}
	usual := DefaultReading()
	for _, f := range []struct {
		name         string
		value, usual any
	}{
		{"scene", filepath.Base(o.Scene), ""},
		{"length", o.Reading.Length, usual.Length},
		{"angle", o.Reading.Angle, usual.Angle},
		{"clockwise", o.Reading.Clockwise, usual.Clockwise},
		{"y-down", o.Reading.Down, usual.Down},
		{"tolerance", o.Reading.Tolerance, usual.Tolerance},
		{"drop", o.Drop, false},
		{"name", o.Name, ""},
		{"task", o.Task, ""},
		{"split", o.Split.String(), splits.Division(nil).String()},
	} {
		if f.value != f.usual {
			command += fmt.Sprintf(" --%s=%s", f.name, console.Quoted(fmt.Sprint(f.value)))
		}
	}
	return command
}
