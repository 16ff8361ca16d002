package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/spf13/cobra"

	"orrery/cmd/orrery/console"
	"orrery/datasets"
	"orrery/datasets/csv"
	"orrery/datasets/generate"
	"orrery/sim"
)

type importOptions struct {
	File  string
	Table csv.Options
	Scene string // file, or empty
	Name  string
	Task  string

	Out           string
	Workers       int
	Resume, Force bool
	JSON          bool
}

func defaultImportOptions() importOptions {
	return importOptions{Table: csv.DefaultOptions(), Workers: runtime.NumCPU()}
}

func newImportCommand() *cobra.Command {
	opts := defaultImportOptions()
	cmd := &cobra.Command{
		Use:   "import csv FILE --out DIR",
		Short: "Make a dataset of someone else's trajectories",
		Long: `Make a dataset of a CSV file with a row for each body at each frame. The columns
are episode, frame, body, x, y and, if they are there, time, angle, vx, vy, omega,
action0, action1, …, in metres, radians and seconds; --map names others. Missing
velocities are central differences. Gaps, repeated rows, jitter and what is no
number are errors that name the line. Rows may be in any order, but a large file
must have the rows of an episode together.

A scene file says what shapes the bodies have, in the order of their numbers, and
where walls are; without one they are discs of 1 kg. A file of edges, with the
columns episode, a, b, type (linear, inverse_square or none) and perhaps strength
and limit, gives each episode its fields. An interrupted import is completed by
the same command with --resume.`,
		Example: `  orrery import csv tracks.csv --fps 50 --radius 0.05 --out data/tracks
  orrery import csv tracks.csv --map x=pos_x,y=pos_y,body=id --scene table.json --out data/tracks
  orrery import csv springs.csv --fps 10 --edges edges.csv --strength=-0.1 --out data/springs`,
		Args: wantArgs("csv", "FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if args[0] != "csv" {
				return console.Usagef("import: format %q must be csv", args[0])
			}
			opts.File = args[1]
			return runImport(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr(), opts)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&opts.Out, "out", "", "directory to write")
	flags.StringToStringVar(&opts.Table.Columns, "map", nil, "columns by quantity, such as x=pos_x,y=pos_y")
	flags.IntVar(&opts.Table.FPS, "fps", 0, "frames per second (default the scene's)")
	flags.StringVar(&opts.Scene, "scene", "", "scene file with shapes, walls and actuators")
	flags.Float64Var(&opts.Table.Radius, "radius", opts.Table.Radius, "radius of the discs without a scene, in metres")
	flags.StringVar(&opts.Table.Edges, "edges", "", "CSV file of fields")
	flags.Float64Var(&opts.Table.Strength, "strength", 0, "strength of the fields if the file of edges has none")
	flags.Float64Var(&opts.Table.Jitter, "jitter", opts.Table.Jitter, "share of a frame by which the column time may be off")
	flags.StringVar(&opts.Name, "name", "", "what to call the dataset (default the name of the file)")
	flags.StringVar(&opts.Task, "task", "", "a sentence on what the episodes show")
	flags.IntVar(&opts.Workers, "workers", opts.Workers, "episodes read at the same time")
	flags.BoolVar(&opts.Resume, "resume", false, "complete an interrupted import")
	flags.BoolVar(&opts.Force, "force", false, "replace a dataset that exists")
	flags.BoolVar(&opts.JSON, "json", false, "print JSON")
	return cmd
}

func runImport(ctx context.Context, out, log io.Writer, opts importOptions) error {
	spec, err := opts.plan()
	if err != nil {
		return err
	}
	if err := importCSV(ctx, log, spec, opts); err != nil {
		if ctx.Err() != nil {
			return fmt.Errorf("%w: --resume completes %s", console.ErrInterrupted, opts.Out)
		}
		return err
	}
	return inspectDataset(ctx, out, opts.Out, false, opts.JSON)
}

// importCSV makes the dataset, of which spec still lacks what only the file says.
func importCSV(ctx context.Context, log io.Writer, spec datasets.Spec, opts importOptions) error {
	base := filepath.Base(opts.File)
	fmt.Fprintf(log, "looking for the episodes of %s\n", base)
	file, err := csv.Open(ctx, opts.File, opts.Table)
	if err != nil {
		return err
	}
	defer file.Close()
	if line := file.Unsorted(); line > 0 {
		fmt.Fprintf(log, "%s: line %d belongs before the line above it; rows are sorted\n", base, line)
	}
	bar := console.NewProgress(log, "importing "+base)
	defer bar.Close()
	spec.Episodes, spec.Frames = file.Episodes(), file.Frames()
	maps.Copy(spec.Sources, file.Sums())
	var faulty atomic.Bool
	source := func(ctx context.Context, episode int) (*sim.Trajectory, []datasets.Outcome, error) {
		t, err := file.Episode(ctx, episode)
		if err != nil {
			faulty.Store(true)
		}
		return t, nil, err
	}
	err = generate.Run(ctx, opts.Out, spec, func() generate.Maker { return source }, generate.Options{
		Workers: opts.Workers, Resume: opts.Resume, Force: opts.Force, Progress: console.EpisodeProgress(bar),
	})
	if faulty.Load() {
		return file.Fault(ctx)
	}
	return err
}

// plan checks the options, fills in what they leave open and returns what is
// known before the file is read.
func (o *importOptions) plan() (spec datasets.Spec, err error) {
	switch {
	case o.Out == "":
		return spec, console.Usagef("import: --out DIR is missing")
	case o.Resume && o.Force:
		return spec, console.Usagef("import: --resume and --force exclude each other")
	case o.Workers < 1:
		return spec, console.Usagef("import: workers %d must be ≥ 1", o.Workers)
	}
	base := filepath.Base(o.File)
	spec = datasets.Spec{
		Scenario: cmp.Or(o.Name, strings.TrimSuffix(base, filepath.Ext(base))),
		Task:     cmp.Or(o.Task, "Motion that was recorded in "+base+"."),
		Command:  o.command(),
		Sources:  map[string]string{},
	}
	if o.Scene != "" {
		if o.Table.Scene, spec.Sources[filepath.Base(o.Scene)], err = readScene(o.Scene); err != nil {
			return spec, err
		}
		o.Table.FPS = cmp.Or(o.Table.FPS, o.Table.Scene.FPS)
	}
	if o.Table.FPS == 0 {
		return spec, console.Usagef("import: --fps or --scene is missing")
	}
	spec.FPS = o.Table.FPS
	if err := o.Table.Validate(); err != nil {
		return spec, console.Usage(fmt.Errorf("import: %w", err))
	}
	return spec, nil
}

// readScene reads a scene file and returns its SHA-256 in hexadecimal too.
func readScene(path string) (*sim.Scene, string, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, "", err
	}
	defer file.Close()
	sum := sha256.New()
	scene, err := sim.DecodeScene(io.TeeReader(file, sum))
	if err != nil {
		return nil, "", fmt.Errorf("%s: %w", path, err)
	}
	return scene, hex.EncodeToString(sum.Sum(nil)), nil
}

// command returns the command line that makes the same bytes elsewhere, of files
// of the same names.
func (o *importOptions) command() string {
	command := "orrery import csv " + quoted(filepath.Base(o.File))
	for _, quantity := range slices.Sorted(maps.Keys(o.Table.Columns)) {
		command += " --map " + quoted(quantity+"="+o.Table.Columns[quantity])
	}
	usual := defaultImportOptions()
	for _, f := range []struct {
		name         string
		value, usual any
	}{
		{"fps", o.Table.FPS, usual.Table.FPS},
		{"scene", filepath.Base(o.Scene), filepath.Base("")},
		{"radius", o.Table.Radius, usual.Table.Radius},
		{"edges", filepath.Base(o.Table.Edges), filepath.Base("")},
		{"strength", o.Table.Strength, usual.Table.Strength},
		{"jitter", o.Table.Jitter, usual.Table.Jitter},
		{"name", o.Name, usual.Name},
		{"task", o.Task, usual.Task},
	} {
		if f.value != f.usual {
			command += fmt.Sprintf(" --%s=%s", f.name, quoted(fmt.Sprint(f.value)))
		}
	}
	return command
}

// quoted returns a word of a command line as a shell takes it.
func quoted(word string) string {
	plain := func(r rune) bool {
		return r > 127 || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || strings.ContainsRune("._-+=/,:@", r)
	}
	if word != "" && strings.IndexFunc(word, func(r rune) bool { return !plain(r) }) < 0 {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
