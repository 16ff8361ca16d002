package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"orrery/cmd/orrery/arguments"
	"orrery/cmd/orrery/clip"
	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/importing"
	"orrery/cmd/orrery/recordings"
	"orrery/cmd/orrery/scenefiles"
	"orrery/cmd/orrery/usage"
	"orrery/datasets"
	"orrery/datasets/lerobot"
	"orrery/datasets/shard"
	"orrery/datasets/splits"
	"orrery/world/contact"
	"orrery/world/eval"
	"orrery/world/fit"

	"orrery/sim/input"
)

type inspectOptions struct {
	Path  string
	Split string // of a dataset, or empty for all
	Deep  bool
	JSON  bool

	Layout  string             // of LeRobot data without scenes
	Seen    recordings.Options // of a recording
	Columns map[string]string  // of a recording
	Scene   string             // file of a recording's scene, or empty
	Out     string             // picture, or empty
	Force   bool

	kind   clip.PathKind
	format recordings.Format // of a recording, or empty
}

func newInspectCommand() *cobra.Command {
	opts := inspectOptions{Seen: recordings.DefaultOptions()}
	ofRecordings := pflag.NewFlagSet("inspect", pflag.ContinueOnError)
	cmd := &cobra.Command{
		Use:   "inspect DIR|MODEL|FILE",
		Short: "Show and check a dataset, a model, a scene, a rollout or a recording",
		Long: `Show what a dataset, a model directory, a scene file, the first scene of a scenario file
or a rollout file holds, and check it. orrery check says more of a scenario file. The files of a dataset are compared with their hashes. --deep also reads every
row, checks indices, timestamps, statistics and scenes, and prints a summary. The first
fault is an error and exit code 1. A dataset without a provenance file is shown, but not
checked. --split shows one split only; all files are checked nevertheless.

LeRobot data without scenes are shown as what orrery import lerobot makes of them: --map,
--layout and --scene are those of that command.

Of a recording (a table as CSV, Parquet or npz, or a bag of ROS 2) it says what it seems
to be: rate, noise, gaps, arena, likely walls, gravity and contacts, what is odd, and
what is missing. --out draws it. The flags that say how it is written are those of
orrery import.`,
		Example: `  orrery inspect data/mixed
  orrery inspect data/mixed --deep --json
  orrery inspect data/mixed --split test
  orrery inspect scene.json
  orrery inspect tracks.csv --scale 400px/m --y down --out tracks.png`,
		Args: usage.Args("DIR, MODEL or FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.Path = args[0]
			if err := opts.recognise(cmd.Flags(), namesOf(ofRecordings)); err != nil {
				return err
			}
			return runInspect(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr(), opts)
		},
	}
	arguments.SplitVar(cmd.Flags(), &opts.Split, "show its episodes only (default all)")
	cmd.Flags().BoolVar(&opts.Deep, "deep", false, "read and check every row of a dataset")
	cmd.Flags().BoolVar(&opts.JSON, "json", false, "print JSON")
	console.PictureVar(ofRecordings, &opts.Out, "out", "picture of a recording to write, a PNG")
	ofRecordings.BoolVar(&opts.Force, "force", false, "replace a picture that exists")
	ofRecordings.StringToStringVar(&opts.Columns, "map", nil, "columns of a recording of other names, such as x=pos_x,y=pos_y, or of LeRobot data")
	ofRecordings.StringVar(&opts.Scene, "scene", "", "scene or scenario file of a recording; of LeRobot data also a scenario or a dataset")
	cmd.Flags().StringVar(&opts.Layout, "layout", "", "of LeRobot data: known values: "+strings.Join(lerobot.Layouts(), ", "))
	ofRecordings.Var(&opts.Seen.Rate, "fps", "pictures per second of a recording without times, such as 50, 29.97 or 30000/1001")
	opts.Seen.AddFlags(ofRecordings)
	cmd.Flags().AddFlagSet(ofRecordings)
	return cmd
}

// namesOf returns the names of flags.
func namesOf(flags *pflag.FlagSet) (names []string) {
	flags.VisitAll(func(flag *pflag.Flag) { names = append(names, flag.Name) })
	return names
}

// recognise sets what the path is, and returns an error for flags that have no use for that.
func (o *inspectOptions) recognise(flags *pflag.FlagSet, ofRecordings []string) (err error) {
	if o.kind, err = clip.KindOf(o.Path); err != nil {
		return err
	}
	if o.kind == clip.File {
		if o.format, err = recordings.FormatOfFile(o.Path); err != nil {
			return err
		}
	}
	if o.kind != clip.Dataset {
		err = console.Useless(flags, fmt.Sprintf("for %s, which is no dataset", o.Path), "split", "deep", "layout")
	} else {
		ofRecordings = slices.DeleteFunc(ofRecordings, func(name string) bool { return name == "map" || name == "scene" })
	}
	if err == nil && o.format == "" {
		err = console.Useless(flags, fmt.Sprintf("for %s, which is no recording", o.Path), ofRecordings...)
	}
	if err != nil {
		return console.Usage(fmt.Errorf("inspect: %w", err))
	}
	return nil
}

func runInspect(ctx context.Context, out, log io.Writer, opts inspectOptions) error {
	switch opts.kind {
	case clip.Model:
		return inspectModel(out, opts.Path, opts.JSON)
	case clip.Dataset:
		return inspectDataset(ctx, out, log, opts.Path, opts.Split, opts.Deep, opts.JSON, &importing.Foreign{Columns: opts.Columns, Layout: opts.Layout, Scene: opts.Scene})
	case clip.File:
		if opts.format != "" {
			return opts.inspectRecording(ctx, out, log)
		}
		return inspectFile(out, opts.Path, opts.JSON)
	}
	panic("inspect: a path of an unknown kind")
}

// inspectRecording says what a recording seems to be.
func (o *inspectOptions) inspectRecording(ctx context.Context, out, log io.Writer) error {
	look := recordings.Look{
		Path: o.Path, Format: o.format, Seen: o.Seen, Columns: o.Columns, Out: o.Out, Force: o.Force, JSON: o.JSON, Patience: patience,
	}
	if o.Scene != "" {
		var err error
		if look.Scene, _, err = scenefiles.Read(o.Scene); err != nil {
			return err
		}
	}
	return recordings.Inspect(ctx, out, log, look)
}

// datasetInfo is the JSON of an inspected dataset.
type datasetInfo struct {
	datasets.Summary
	Survey *datasets.Survey `json:"survey,omitempty"` // of all rows

	checked string // what was found right
}

// inspectDataset shows and checks a dataset, or its split of a name unless that is empty.
func inspectDataset(ctx context.Context, out, log io.Writer, dir, split string, deep, asJSON bool, how *importing.Foreign) error {
	data, err := datasets.Open(ctx, dir)
	if foreign := (*datasets.Foreign)(nil); errors.As(err, &foreign) {
		return inspectForeign(ctx, out, log, foreign, split, deep, asJSON, how)
	}
	if err == nil {
		err = how.Check("inspect")
	}
	if unproven := (*datasets.Unproven)(nil); errors.As(err, &unproven) {
		info := datasetInfo{checked: ", not checked"}
		if _, splitErr := info.summarise(unproven.Dataset, split); splitErr != nil {
			return splitErr
		}
		return errors.Join(printDataset(out, dir, info, asJSON), err)
	}
	if err != nil {
		return err
	}
	return inspectOpened(ctx, out, log, dir, data, datasetInfo{checked: ", hashes match"}, split, deep, asJSON)
}

// inspectForeign shows LeRobot data without scenes: as what is made of them or, where nothing says what their values
// are, as they are.
func inspectForeign(ctx context.Context, out, log io.Writer, foreign *datasets.Foreign, split string, deep, asJSON bool, how *importing.Foreign) error {
	source, err := lerobot.Open(ctx, foreign.Path)
	if err != nil { // what it says of itself is shown nevertheless
		if !asJSON {
			_, failed := io.WriteString(out, foreign.Describe())
			return errors.Join(failed, err)
		}
		return errors.Join(console.JSON(out, foreign), err)
	}
	if mapping := (lerobot.Mapping{Columns: how.Columns, Layout: how.Layout}); !source.Own() && !mapping.Told() {
		if asJSON {
			return console.JSON(out, foreign)
		}
		text := foreign.Describe()
		if layout := source.Fits(); layout != "" {
			text += fmt.Sprintf("\nThe values may be those of a known layout:\n\n    orrery import lerobot %s --layout %s --out DIR\n", foreign.Path, layout)
		}
		_, err := io.WriteString(out, text)
		return err
	}
	defer how.Close()
	own, err := how.Own(ctx, importing.To(log), patience, foreign.Path)
	if err != nil {
		return err
	}
	data, err := datasets.Open(ctx, own)
	if err != nil {
		return err
	}
	return inspectOpened(ctx, out, log, foreign.Path, data, datasetInfo{checked: ", as orrery import lerobot reads it"}, split, deep, asJSON)
}

// inspectOpened checks a dataset and shows it.
func inspectOpened(ctx context.Context, out, log io.Writer, dir string, data *datasets.Dataset, info datasetInfo, split string, deep, asJSON bool) error {
	of, err := info.summarise(data, split)
	if err != nil {
		return err
	}
	bar := console.NewProgress(log, "checking "+dir)
	progress := func(fraction float64) { bar.Set(fraction, "") }
	err = console.Until(ctx, patience, func() (err error) {
		if deep {
			info.Survey, err = data.SurveyOf(ctx, of, progress)
			return err
		}
		return data.Check(ctx, progress)
	})
	bar.Close()
	if err != nil {
		return err
	}
	return printDataset(out, dir, info, asJSON)
}

// summarise takes the summary of a dataset, or of its split of a name unless that is empty.
func (i *datasetInfo) summarise(data *datasets.Dataset, split string) (of splits.Split, err error) {
	if of, err = arguments.SplitOf(data, split); err != nil {
		return of, err
	}
	i.Summary = data.Summary()
	if split != "" && split != splits.All {
		i.Summary = data.SummaryOf(of)
	}
	return of, nil
}

// printDataset prints what is known of a dataset.
func printDataset(out io.Writer, dir string, info datasetInfo, asJSON bool) error {
	if asJSON {
		return console.JSON(out, info)
	}
	s := info.Summary
	return console.Table(out, func(row func(...any)) {
		row("dataset", dir)
		row("format", s.Format)
		if s.Scenario != "" {
			row("scenario", fmt.Sprintf("%s: %s", s.Scenario, s.Task))
		}
		if s.FileSum != "" {
			row("its file", fmt.Sprintf("is kept, SHA-256 %s; orrery new --like %s writes it", s.FileSum, console.Quoted(dir)))
		}
		if params := formatParams(s.Params, s.Ranges); params != "" {
			row("parameters", params)
		}
		if s.Shard != (shard.Shard{}) {
			row("shard", fmt.Sprintf("%v, orrery merge puts all together", s.Shard))
		}
		episodes, from := fmt.Sprint(s.Episodes), 0
		if of, found := s.Splits.Find(s.Split); found {
			episodes, from = fmt.Sprintf("%d of the split %v", s.Episodes, of), of.From
		}
		row("episodes", episodes)
		for i := range s.Parts {
			part := &s.Parts[i]
			row("", fmt.Sprintf("%d to %d from %s", from, from+part.Len()-1, part.Origin()))
			from += part.Len()
		}
		if len(s.Splits) > 0 {
			row("splits", s.Splits)
		}
		if len(s.Shares) > 0 {
			row("shares", formatShares(s.Shares))
		}
		for i, task := range s.Tasks {
			row(fmt.Sprintf("task %d", i), task)
		}
		row("frames", fmt.Sprintf("%d, %d per second, %.4g s in all", s.Frames, s.FPS, s.Seconds))
		if s.Shortest < s.Longest {
			row("lengths", fmt.Sprintf("%d to %d frames", s.Shortest, s.Longest))
		}
		if r := s.Recording; r != nil {
			angles := ", angles were not measured"
			if r.NoiseRad > 0 {
				angles = fmt.Sprintf(" and %.2g rad", r.NoiseRad)
			}
			row("recording", fmt.Sprintf("%.6g pictures a second in %s; noise of %.2g m%s; states are estimates", r.RateHz, r.Frame, r.NoiseM, angles))
			if odd := importing.CountOdd(r.Found); odd != "" {
				row("odd", fmt.Sprintf("%s, as --odd %s does with them", odd, r.Odd))
			}
		}
		if f := s.Film; f.Kind != "" {
			look := ""
			if f.Look != "" {
				look = ", " + f.Look
			}
			row("film", fmt.Sprintf("%s of %d×%d px%s", f.Kind, f.Width, f.Height, look))
		}
		row("bodies", fmt.Sprintf("at most %d in an episode", s.MaxBodies))
		if len(s.Actions) > 0 {
			by := ""
			if s.Policy != "" {
				by = ", chosen by " + s.Policy
			}
			row("actions", strings.Join(s.Actions, ", ")+by)
		}
		row("size", fmt.Sprintf("%.1f MB in %s%s", float64(s.Bytes)/1e6, input.Count(s.Files, "file"), info.checked))
		if s.Command != "" {
			row("made by", s.Command)
			row("with", fmt.Sprintf("%s, %s, %s", s.Module, s.Go, s.Arch))
		}
		if info.Survey != nil {
			printSurvey(row, s.Episodes, info.Survey)
		}
	})
}

// printSurvey prints what all rows of a dataset together show.
func printSurvey(row func(...any), episodes int, s *datasets.Survey) {
	row("rows", "all read: indices, times, statistics and scenes hold")
	if s.Bodies.Min < s.Bodies.Max {
		row("bodies seen", fmt.Sprintf("%.0f to %.0f in an episode", s.Bodies.Min, s.Bodies.Max))
	}
	row("positions", fmt.Sprintf("x %s, y %s m", formatRange(s.X), formatRange(s.Y)))
	row("speeds", fmt.Sprintf("up to %.4g m/s and %.4g rad/s", s.Speed.Max, s.Spin.Max))
	for _, name := range slices.Sorted(maps.Keys(s.Actions)) {
		row(name, formatRange(s.Actions[name]))
	}
	if t := s.Tasks; t != nil {
		row("successes", fmt.Sprintf("%d of %d episodes, %.3g %%", t.Successes, episodes, 100*float64(t.Successes)/float64(episodes)))
		row("out of time", input.Count(t.Truncated, "episode"))
		row("return", fmt.Sprintf("%.4g on average", t.Return))
	}
}

func formatRange(r datasets.Range) string { return fmt.Sprintf("%.4g to %.4g", r.Min, r.Max) }

// formatShares returns the shares of scenarios in percent, the largest first.
func formatShares(shares map[string]float64) string {
	names := slices.SortedFunc(maps.Keys(shares), func(a, b string) int {
		return cmp.Or(cmp.Compare(shares[b], shares[a]), cmp.Compare(a, b))
	})
	for i, name := range names {
		names[i] = fmt.Sprintf("%s %.3g %%", name, 100*shares[name])
	}
	return strings.Join(names, ", ")
}

// formatParams returns parameters and ranges as --set takes them.
func formatParams(params map[string]float64, ranges map[string]datasets.Range) string {
	var parts []string
	for name, value := range params {
		parts = append(parts, fmt.Sprintf("%s=%v", name, value))
	}
	for name, r := range ranges {
		parts = append(parts, fmt.Sprintf("%s=%v:%v", name, r.Min, r.Max))
	}
	slices.Sort(parts)
	return strings.Join(parts, " ")
}

// modelInfo is the JSON of an inspected model.
type modelInfo struct {
	Kind       string    `json:"kind"`
	Format     int       `json:"format"`
	Parameters int       `json:"parameters"`
	Scenario   string    `json:"scenario"` // of the training data
	Episodes   int       `json:"episodes"`
	Examples   int       `json:"examples"`
	Steps      int       `json:"steps"`
	Seconds    float64   `json:"seconds"`
	Loss       float64   `json:"loss"`
	Version    string    `json:"version"`
	Source     string    `json:"source,omitempty"`     // how the data step and touch, where it is not as in this engine
	States     string    `json:"states,omitempty"`     // that it learned from, of observed motion
	HorizonsS  []float64 `json:"horizons_s,omitempty"` // of the errors that were measured
	PositionM  []float64 `json:"position_m,omitempty"` // mean error at each horizon
}

func inspectModel(out io.Writer, dir string, asJSON bool) error {
	model, d, err := fit.Load(dir)
	if err != nil {
		return err
	}
	t := d.Training
	info := modelInfo{
		Kind: d.Kind, Format: d.Format, Parameters: model.Parameters(),
		Scenario: t.Scenario, Episodes: t.Episodes, Examples: t.Examples,
		Steps: t.Steps, Seconds: t.Seconds, Loss: t.Loss, Version: t.Version, States: t.States,
	}
	if d.Kind == contact.Kind {
		var c contact.Config
		if err := input.DecodeJSONPart(d.Settings, &c); err != nil {
			return err
		}
		info.Source = c.Source()
	}
	result, err := eval.ReadScores(dir)
	if err != nil {
		return err
	}
	if result != nil && result.Row(d.Kind) != nil {
		info.HorizonsS, info.PositionM = result.HorizonsS, result.Row(d.Kind).Position.Mean
	}
	if asJSON {
		return console.JSON(out, info)
	}
	return console.Table(out, func(row func(...any)) {
		row("model", dir)
		row("kind", fmt.Sprintf("%s, format %d", info.Kind, info.Format))
		row("parameters", info.Parameters)
		row("trained on", fmt.Sprintf("%s: %s of %s", info.Scenario, input.Count(info.Examples, "frame"), input.Count(info.Episodes, "episode")))
		row("for", fmt.Sprintf("%s, %.1f s", input.Count(info.Steps, "step"), info.Seconds))
		if info.Source != "" {
			row("source", info.Source)
		}
		if info.States != "" {
			row("states", info.States)
		}
		row("loss", fmt.Sprintf("%.4g on held-out frames", info.Loss))
		for h, seconds := range info.HorizonsS {
			row(fmt.Sprintf("error at %g s", seconds), fmt.Sprintf("%.4g m", info.PositionM[h]))
		}
		row("with", info.Version)
	})
}

// clipInfo is the JSON of an inspected scene or rollout.
type clipInfo struct {
	Name      string  `json:"name"`
	Bodies    int     `json:"bodies"`
	Walls     int     `json:"walls"`
	Joints    int     `json:"joints"`
	Fields    int     `json:"fields"`
	Actuators int     `json:"actuators"`
	Goals     int     `json:"goals"`
	FPS       int     `json:"fps"`
	Energy    float64 `json:"energy"`           // J at the start
	Model     string  `json:"model,omitempty"`  // of a rollout
	Frames    int     `json:"frames,omitempty"` // of a rollout
}

func inspectFile(out io.Writer, path string, asJSON bool) error {
	c, err := clip.Read(path)
	if err != nil {
		return err
	}
	s := c.Scene
	info := clipInfo{
		s.Name, len(s.Bodies), len(s.Walls), len(s.Joints), len(s.Fields), len(s.Actuators), len(s.Goals),
		s.FPS, s.Energy(s.Start()), c.Model, len(c.True),
	}
	if asJSON {
		return console.JSON(out, info)
	}
	return console.Table(out, func(row func(...any)) {
		row("file", path)
		row("scene", info.Name)
		for _, part := range []struct {
			name  string
			count int
		}{
			{"bodies", info.Bodies}, {"walls", info.Walls}, {"joints", info.Joints},
			{"fields", info.Fields}, {"actuators", info.Actuators}, {"goals", info.Goals},
		} {
			if part.count > 0 {
				row(part.name, part.count)
			}
		}
		row("energy", fmt.Sprintf("%.4g J at the start", info.Energy))
		row("pace", fmt.Sprintf("%d frames per second, engine steps of %.4g s", info.FPS, s.StepTime()))
		if info.Frames > 0 {
			row("rollout", fmt.Sprintf("%d frames, true and predicted by %s", info.Frames, info.Model))
		}
	})
}
