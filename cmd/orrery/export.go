package main

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"orrery/cmd/orrery/arguments"
	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/importing"
	"orrery/cmd/orrery/pixels"
	"orrery/cmd/orrery/usage"
	"orrery/datasets"
	"orrery/datasets/arrays"
	"orrery/datasets/csv"
	"orrery/datasets/mcap"
	"orrery/datasets/splits"
	"orrery/datasets/storage"
	"orrery/sim"
	"orrery/world"
	"orrery/world/fit"

	"orrery/sim/input"
)

// exportFormats are the values that --to takes.
var exportFormats = []string{"hdf5", "npz", "mcap", "csv", "swm-pusht"}

type exportOptions struct {
	Data        string // directory
	Split       string // of it, or empty for all
	To          string // one of exportFormats
	Foreign     importing.Foreign
	Out         string
	Model       string // directory, or empty
	Pixels      int    // of a side of the pictures of swm-pusht, or 0 for none
	Force, JSON bool
}

func newExportCommand() *cobra.Command {
	var opts exportOptions
	cmd := &cobra.Command{
		Use:   "export DIR --to FORMAT --out PATH",
		Short: "Write a dataset in another format",
		Long: `Write a dataset for other programs:

  hdf5  one file with the columns of stable-worldmodel
  npz   a folder of NumPy files with the same columns
  mcap  a log for Foxglove: scenes, and topics of numbers for plots such as /true/body0.speed,
        /action.action0 and /outcome.reward; with --model also what it predicts and how far it is off
  csv   a table of states and actions that orrery import reads
  swm-pusht  one HDF5 file of Push-T as stable-worldmodel's own swm/PushT-v1 records it, in
        pixels, with actions relative to the agent; --pixels 224 adds pictures

hdf5 and npz say what the numbers mean: names of columns, frames per second, units, and the
scenes with masses, shapes, walls, friction and goals as JSON (orrery guide data).

--split writes the episodes of one split. Without it, a dataset that is divided says which split
an episode is in: csv has a column split, which orrery import reads; hdf5 and npz have one where
0 is train, 1 val and 2 test; mcap has a record of metadata.

Where states are estimates, csv, hdf5 and npz also have what was measured, and the deviations of the states.

The file or folder appears only when it is complete. --out - writes a file to stdout.`,
		Example: `  orrery export data/mixed --to hdf5 --out mixed.h5
  orrery export data/mixed --to npz --split train --out train
  orrery export data/mixed --to mcap --model models/contact --out mixed.mcap`,
		Args: usage.Args("DIR"),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.Data = args[0]
			return runExport(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr(), opts)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&opts.To, "to", "", "format: "+strings.Join(exportFormats, ", "))
	arguments.SplitVar(flags, &opts.Split, "its episodes are written (default all)")
	opts.Foreign.AddFlags(flags)
	flags.StringVar(&opts.Out, "out", "", "file to write (folder for npz); - is stdout")
	flags.StringVar(&opts.Model, "model", "", "directory of a model whose prediction goes into mcap too")
	console.WholeVar(flags, &opts.Pixels, "pixels", console.Between(0, 1024), "side of the pictures of swm-pusht; 0 for none")
	flags.BoolVar(&opts.Force, "force", false, "replace what exists")
	flags.BoolVar(&opts.JSON, "json", false, "print JSON")
	return cmd
}

// exportInfo is the JSON of what export did.
type exportInfo struct {
	Out      string `json:"out"`
	Format   string `json:"format"`
	Episodes int    `json:"episodes"`
	Frames   int    `json:"frames"`
	Bytes    int64  `json:"bytes"`
}

func runExport(ctx context.Context, out, log io.Writer, opts exportOptions) error {
	if err := opts.check(); err != nil {
		return err
	}
	defer opts.Foreign.Close()
	own, err := opts.Foreign.Sole(ctx, importing.To(log), patience, "export", opts.Data)
	if err != nil {
		return err
	}
	data, of, err := arguments.OpenSplit(ctx, own, opts.Split)
	if err != nil {
		return err
	}
	var model world.Model
	if opts.Model != "" {
		if model, _, err = fit.Load(opts.Model); err != nil {
			return err
		}
	}
	bar := console.NewProgress(log, "exporting to "+opts.To)
	err = console.Until(ctx, patience, func() error {
		return exportTo(ctx, out, bar, opts, data, of, exportedEpisodes(ctx, data, of, console.EpisodeProgress(bar)), model)
	})
	bar.Close()
	if err != nil || opts.Out == "-" {
		return err
	}
	info := exportInfo{Out: opts.Out, Format: opts.To, Episodes: of.Len(), Frames: data.SummaryOf(of).Frames}
	if info.Bytes, err = sizeOf(opts.Out); err != nil {
		return err
	}
	if opts.JSON {
		return console.JSON(out, info)
	}
	_, err = fmt.Fprintf(out, "%s: %s, %s, %.1f MB\n", info.Out, input.Count(info.Episodes, "episode"), input.Count(info.Frames, "frame"), float64(info.Bytes)/1e6)
	return err
}

func (o *exportOptions) check() error {
	switch {
	case o.Out == "":
		return console.Usagef("export: --out PATH is missing")
	case !slices.Contains(exportFormats, o.To):
		return console.Usagef("export: format %q must be %s", o.To, strings.Join(exportFormats, ", "))
	case o.Model != "" && o.To != "mcap":
		return console.Usagef("export: --model needs --to mcap; %s has no place for a prediction", o.To)
	}
	if o.Pixels > 0 && o.To != "swm-pusht" {
		return console.Usagef("export: --pixels are for --to swm-pusht, and not for %s", o.To)
	}
	if o.Out == "-" {
		switch {
		case o.To == "npz":
			return console.Usagef("export: npz is a folder of files, which cannot go to stdout")
		case o.JSON:
			return console.Usagef("export: --json and --out - exclude each other, as both write to stdout")
		}
		return nil
	}
	if err := console.CheckOut(o.Out, o.Force); err != nil {
		return err
	}
	// A mistyped path with force must not cost anyone a folder.
	entries, err := storage.ReadDir(o.Out)
	isExport := func(e fs.DirEntry) bool { return e.Name() == "ep_len.npz" }
	switch {
	case err != nil: // is no folder
		return nil
	case o.To != "npz":
		return fmt.Errorf("%s is a folder, so %s does not replace it", o.Out, o.To)
	case len(entries) > 0 && !slices.ContainsFunc(entries, isExport):
		return fmt.Errorf("%s has no ep_len.npz, so it is not an export and is not replaced", o.Out)
	}
	return nil
}

// exportTo writes the episodes of data in the format of the options, to out if they say so.
func exportTo(ctx context.Context, out, log io.Writer, opts exportOptions, data *datasets.Dataset, of splits.Split, episodes iter.Seq2[arrays.Episode, error], model world.Model) error {
	size, divided := exportSize(data, of), splits.Splits(nil)
	if size.Splits {
		divided = data.Splits()
	}
	var fill func(file *os.File) error
	switch opts.To {
	case "npz":
		return storage.ReplaceFolder(opts.Out, "", func(draft string) error { return arrays.WriteNPZ(draft, size, episodes) })
	case "hdf5":
		fill = func(file *os.File) error { return arrays.WriteHDF5(file, size, episodes) }
	case "swm-pusht":
		fill = func(file *os.File) error {
			return arrays.WritePushT(file, arrays.PushTSize{Size: size, Pixels: opts.Pixels, Draw: pixels.PushT(opts.Pixels), Beyond: beyondReach(log)}, episodes)
		}
	case "mcap":
		fill = func(file *os.File) error {
			return mcap.Write(stoppable{ctx, file}, divided, predicted(ctx, model, episodes))
		}
	case "csv":
		fill = func(file *os.File) error {
			return csv.Write(stoppable{ctx, file}, size.Actions, size.Observed, divided, trajectories(episodes))
		}
	default:
		return fmt.Errorf("export: format %q has no writer", opts.To)
	}
	if opts.Out == "-" {
		return throughFile(stoppable{ctx, out}, fill)
	}
	return storage.ReplaceFile(opts.Out, fill)
}

// throughFile writes to out what fill has made of a file, which is gone afterwards. So a
// format may be written in any order, and a failure leaves no half of it behind.
func throughFile(out io.Writer, fill func(file *os.File) error) error {
	file, err := os.CreateTemp("", "orrery-*")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
	defer file.Close()
	if err := fill(file); err != nil {
		return err
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	_, err = io.Copy(out, file)
	return err
}

// stoppable refuses to write when its context has ended.
type stoppable struct {
	ctx context.Context
	io.Writer
}

func (s stoppable) Write(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.Writer.Write(p)
}

// exportSize returns how much there is to write.
func exportSize(data *datasets.Dataset, of splits.Split) arrays.Size {
	s := data.SummaryOf(of)
	return arrays.Size{
		Observed: data.Room().Observed,
		Episodes: s.Episodes, Frames: s.Frames, Bodies: s.MaxBodies, Actions: len(s.Actions), Outcomes: s.Outcomes,
		Splits: of.Name == splits.All && s.Splits != nil,
		About:  arrays.About{FPS: s.FPS, Actions: s.Actions, View: data.Room().View, Scenario: s.Scenario, Task: s.Task, Command: s.Command},
	}
}

// exportedEpisodes reads the episodes one after the other until ctx ends.
func exportedEpisodes(ctx context.Context, data *datasets.Dataset, of splits.Split, progress func(done, total int)) iter.Seq2[arrays.Episode, error] {
	return func(yield func(arrays.Episode, error) bool) {
		for e, err := range data.Each(ctx, of.Numbers(), progress) {
			if !yield(arrays.Episode{Trajectory: e.Trajectory, Outcomes: e.Outcomes, Split: data.Splits().Of(e.Number)}, err) {
				return
			}
		}
	}
}

// trajectories leaves out the outcomes.
func trajectories(episodes iter.Seq2[arrays.Episode, error]) iter.Seq2[*sim.Trajectory, error] {
	return func(yield func(*sim.Trajectory, error) bool) {
		for e, err := range episodes {
			if !yield(e.Trajectory, err) {
				return
			}
		}
	}
}

// predicted adds what a model, unless it is nil, makes of each episode from its
// first state and its actions.
func predicted(ctx context.Context, model world.Model, episodes iter.Seq2[arrays.Episode, error]) iter.Seq2[mcap.Episode, error] {
	return func(yield func(mcap.Episode, error) bool) {
		for e, err := range episodes {
			shown := mcap.Episode{Trajectory: e.Trajectory, Outcomes: e.Outcomes}
			if model != nil && err == nil {
				shown.Predicted, err = world.Predict(ctx, model, e.Trajectory, len(e.States), nil)
			}
			if !yield(shown, err) {
				return
			}
		}
	}
}

// sizeOf returns the bytes of a file, or of the files in a folder.
func sizeOf(path string) (size int64, err error) {
	files, err := storage.DirFS(storage.Parent(path))
	if err != nil {
		return 0, err
	}
	err = fs.WalkDir(files, filepath.Base(path), func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		size += info.Size()
		return err
	})
	return size, err
}

// beyondReach returns what tells of actions that stable-worldmodel's environment would not take.
func beyondReach(log io.Writer) func(actions int, farthest float64) {
	return func(actions int, farthest float64) {
		fmt.Fprintf(log, "beyond [-1, 1]: %s, of which the farthest is %.3g, as the agent was sent farther than 100 px; they are written as they were\n", input.Count(actions, "action"), farthest)
	}
}
