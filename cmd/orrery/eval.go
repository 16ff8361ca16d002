package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"orrery/cmd/orrery/arguments"
	"orrery/cmd/orrery/build"
	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/episodes"
	"orrery/cmd/orrery/evaluation"
	"orrery/cmd/orrery/importing"
	"orrery/cmd/orrery/planning"
	"orrery/datasets"
	"orrery/datasets/shard"
	"orrery/datasets/splits"
	"orrery/datasets/storage"
	"orrery/sim"
	"orrery/sim/input"
	"orrery/sim/scenario"
	"orrery/world/eval"
	"orrery/world/eval/report"
	"orrery/world/fit"
)

type evalOptions struct {
	Models    []string      // directories; with Cross of datasets
	Cross     int           // parts of each dataset, on each of which a model is judged that learned from the others; 0 for none
	Budget    time.Duration // for each training of Cross; 0 is what suits the dataset
	Steps     int           // likewise, instead of Budget; 0 for none
	Data      []string      // DIR or name=DIR
	Split     string        // of Data, or empty for the usual one
	Sets      string        // scenario whose test sets to make, by its name or its file, or empty
	Only      []string      // names of those, in the order wanted; all when empty
	Episodes  int           // of each set, at most; 0 is usualEpisodes, or all of a table of impacts
	Settings  eval.Config
	Horizons  []string // seconds, instead of those of Settings
	Predicted []string // FILE or NAME=FILE, of predictions of others
	Questions string   // file to write what has to be predicted to, or empty
	Stride    int      // frames of the sets that one predicted frame covers
	Fitted    bool     // the engine fitted to the data is a row of sets that it made too
	Endurance int      // frames of each rollout; 0 compares with the truth instead
	Out       string   // file for the metrics as JSON, - for stdout, or empty
	JSON      bool
	Report    string // directory, or empty
	Force     bool
	Foreign   importing.Foreign // of LeRobot data without scenes
	Shard     shard.Shard       // of the episodes, or zero for all
	Resume    bool              // of a shard

	of *scenario.Scenario // that of Sets
}

// usualEpisodes bounds the episodes of motion that are judged.
const usualEpisodes = 200

func defaultEvalOptions() evalOptions {
	return evalOptions{Stride: 1, Settings: eval.DefaultConfig()}
}

func newEvalCommand() *cobra.Command {
	opts := defaultEvalOptions()
	var part string
	cmd := &cobra.Command{
		Use:   "eval [NAME=]MODEL... (--data [NAME=]DIR | --sets SCENARIO)... [--predictions [NAME=]FILE]... | --cross PARTS DIR...",
		Short: "Measure models against the truth and against the engine",
		Long: `Start models from true states, roll them out and compare them with what happened.
A MODEL is a directory, or true for the engine itself; NAME= names its row in the table.
Other rows show the engine when it starts from positions that are slightly off. Imported
episodes have no such rows, because the engine did not make them. Motion that was observed
is compared with what was measured: only where a body was seen, at the time it was seen. The
row measured shows the noise of the measurements, below which no error falls. Of data that the
engine did not make the row fitted engine shows the best that it can do: gravity, drag, surfaces,
masses and more are identified first, as orrery identify does it, from the split train if the
data has one and else from the same episodes. A prediction
starts from the estimate that all of the motion gives, or with --history 10 from what the
first ten frames alone tell. Below the table stands
each model that went astray: a body went through a wall, left the arena, or moved at ten
times the speed of the training data. --report writes report.html and metrics.json, with
figures and animations of the first model. If there are several sets, the others are
compared with the first.

Of a dataset that is divided, the split test is used, or the one that --split names.

Of a table of impacts (import impacts) the figures are the errors of the velocity and the spin
right after an impact, and --report shows each predicted velocity and spin beside the measured one. In motion they
are those of the frames in which a body hits one thing.

--cross 5 takes datasets instead of models. It divides each into five parts, at random by --seed,
trains a model on every four of them and judges it on the fifth. The figures are those of all parts.
No engine is fitted there.

--predictions judges a program that is no model of orrery, by what it predicted. NAME=FILE is an npz
archive or a Parquet table with the columns episode, start, frame, body, x, y and angle: where body
is in frame, predicted from the true state of start, in metres and radians. vx, vy and omega may be
there too; without them, what needs velocities is not measured. --questions FILE.npz writes what has to be
predicted, and nothing else: frames, states, actions and scenes as arrays of NumPy. Both are for a single set.
orrery guide model has the layout and an example in NumPy.

With --sets the command makes the episodes itself. The sets are

` + episodes.TestSetsHelp() + `
--endurance makes very long rollouts on the first set, longer than any comparison with
the truth makes sense, and counts those that break down or lose a body.

` + shardHelp("episodes of all sets") + `
Each part reads or makes all episodes, and judges its own.`,
		Example: `  orrery eval models/contact --data data/heldout
  orrery eval small=models/a large=models/b true --data data/heldout --report report
  orrery eval models/contact --data easy=data/heldout --data hard=data/crowd
  orrery eval models/contact models/interaction --sets mixed --report report
  orrery eval models/contact --sets mixed --endurance 10000
  orrery eval models/contact --data data/heldout --out metrics.json
  orrery eval models/contact --data data/heldout --shard 3/8 --out shards/3 --resume
  orrery eval --cross 5 data/impacts
  orrery eval --data data/heldout --questions questions.npz
  orrery eval --data data/heldout --predictions mine=predictions.npz models/contact`,
		Args: func(_ *cobra.Command, args []string) error {
			switch {
			case len(args) > 0:
				return nil
			case opts.Cross > 0:
				return console.Usagef("eval: --cross %d: the directory of a dataset is missing", opts.Cross)
			case len(opts.Predicted) > 0, opts.Questions != "":
				return nil
			}
			return console.Usagef("eval: MODEL is missing, or --predictions FILE")
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.Models = args
			var err error
			if opts.Shard, err = parseShard(cmd, part, "cross", "questions", "endurance", "report", "json"); err != nil {
				return err
			}
			if opts.Resume && opts.Shard == (shard.Shard{}) {
				return console.Usagef("eval: --resume is for --shard")
			}
			if opts.Cross > 0 {
				if err := opts.validateCross(cmd); err != nil {
					return console.Usage(err)
				}
				return runCross(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr(), opts)
			}
			if opts.Budget > 0 || opts.Steps > 0 {
				return console.Usagef("eval: --budget and --steps are for --cross; other models are trained already")
			}
			if opts.Questions != "" {
				if err := console.Useless(cmd.Flags(), "with --questions, which judges nothing", "predictions", "endurance", "fitted", "report", "out", "json", "seed"); err != nil {
					return err
				}
			}
			return runEval(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr(), opts)
		},
	}
	flags := cmd.Flags()
	flags.StringArrayVar(&opts.Data, "data", nil, "dataset of true episodes, may be repeated; without NAME= its name is that of the directory")
	arguments.SplitVar(flags, &opts.Split, "its episodes are used (default test, or all without one)")
	opts.Foreign.AddFlags(flags)
	flags.StringVar(&opts.Sets, "sets", "", "`scenario` whose test sets to make: a name or a scenario file")
	flags.StringSliceVar(&opts.Only, "only", nil, "`names` of the sets of --sets, separated by commas (default all)")
	console.WholeVar(flags, &opts.Episodes, "episodes", console.From(1), fmt.Sprintf("most episodes to use of each set (default %d, or all of a table of impacts)", usualEpisodes))
	flags.Uint64Var(&opts.Settings.Seed, "seed", opts.Settings.Seed, "seed of perturbations and intervals")
	console.WholeVar(flags, &opts.Settings.Workers, "workers", console.From(1), "goroutines")
	console.WholeVar(flags, &opts.Stride, "stride", console.From(1), "frames of the sets for each predicted frame, as in training")
	console.WholeVar(flags, &opts.Settings.History, "history", console.From(1), "frames of observed motion to watch; predictions start at the last of them, knowing nothing after it")
	flags.StringSliceVar(&opts.Horizons, "horizons", nil, "`seconds` at which predictions are compared, ascending, separated by commas (default 0.1,0.5,1,2,5, as far as the episodes go)")
	flags.StringArrayVar(&opts.Predicted, "predictions", nil, "`file` of what another program predicted, with NAME= or without, may be repeated")
	flags.StringVar(&opts.Questions, "questions", "", "`file` to write what has to be predicted to; its name ends in .npz")
	flags.BoolVar(&opts.Fitted, "fitted", false, "also show the engine with numbers fitted to the data where it made them itself; of other data it is always shown")
	console.WholeVar(flags, &opts.Endurance, "endurance", console.From(2), "number of `frames` of very long rollouts in which to look for failures")
	console.WholeVar(flags, &opts.Cross, "cross", console.Between(2, 100), "number of `parts` into which to divide each dataset DIR that is given instead of a model")
	console.TimeVar(flags, &opts.Budget, "budget", "time for each training of --cross (default a minute, or what a table of impacts needs)")
	console.WholeVar(flags, &opts.Steps, "steps", console.From(1), "number of steps of each training of --cross, instead of --budget")
	flags.StringVar(&opts.Out, "out", "", "`file` to write the metrics to as JSON; - is stdout")
	shardVar(flags, &part, "episodes")
	flags.BoolVar(&opts.Resume, "resume", false, "go on with an interrupted shard, and leave one that is whole")
	flags.BoolVar(&opts.JSON, "json", false, "print JSON")
	console.FolderVar(flags, &opts.Report, "report", "`directory` for a report")
	flags.BoolVar(&opts.Force, "force", false, "replace files that exist")
	return cmd
}

func runEval(ctx context.Context, out, log io.Writer, opts evalOptions) error {
	if opts.Sets != "" {
		var err error
		if opts.of, err = arguments.OpenScenario(opts.Sets); err != nil {
			return err
		}
	}
	if err := opts.setHorizons(); err != nil {
		return console.Usage(err)
	}
	if err := opts.validate(); err != nil {
		return console.Usage(err)
	}
	if err := opts.checkOutputs(); err != nil {
		return err
	}
	entrants, err := evaluation.LoadEntrants(opts.Models, fit.Load)
	if err != nil {
		return err
	}
	defer opts.Foreign.Close()
	opened, err := opts.open(ctx, log)
	if err != nil {
		return err
	}
	sets, err := opts.sets(ctx, log, opened)
	if err != nil {
		return err
	}
	if opts.Questions != "" {
		return opts.writeQuestions(log, sets[0])
	}
	if len(opts.Predicted) > 0 {
		predicted, err := sets[0].ReadPredictions(ctx, log, opts.Predicted, opts.Settings)
		if err != nil {
			return err
		}
		entrants = append(entrants, predicted...)
		if err := evaluation.CheckNames(entrants); err != nil {
			return err
		}
	}
	evaluation.WarnOfTraining(log, entrants, sets)
	for _, set := range sets {
		if set.OfImpacts() && opts.Endurance > 0 {
			return console.Usagef("eval: --endurance: in a table of impacts no time passes")
		}
	}
	if opts.Endurance > 0 {
		found, err := evaluation.Endure(ctx, log, entrants, sets[0], opts.Endurance, opts.Settings.Workers)
		if err != nil {
			return err
		}
		return console.WriteResult(out, opts.JSON, opts.Out,
			func(w io.Writer) error { return console.JSON(w, found) },
			func(w io.Writer) error { return evaluation.WriteEndurance(w, found) })
	}
	if opts.Shard != (shard.Shard{}) {
		return opts.runShard(ctx, log, entrants, sets)
	}
	result, err := evaluation.Compare(ctx, log, entrants, sets, opts.Settings)
	if err != nil {
		return err
	}
	if opts.Report != "" {
		if err := opts.writeReport(ctx, result, entrants[0], sets); err != nil {
			return err
		}
	}
	return console.WriteResult(out, opts.JSON, opts.Out, result.WriteJSON, evalTable(result, entrants[0].Name))
}

// evalTable returns what writes a result for a reader, with a sentence about a model.
func evalTable(result *eval.Result, model string) func(out io.Writer) error {
	return func(out io.Writer) error {
		if err := report.WriteTable(out, result); err != nil {
			return err
		}
		_, err := fmt.Fprintf(out, "\n%s\n", report.Sentence(result, model))
		return err
	}
}

// validateCross returns an error for flags that --cross does not go with.
func (o *evalOptions) validateCross(cmd *cobra.Command) error {
	for _, flag := range []string{"data", "sets", "only", "episodes", "stride", "history", "fitted", "endurance", "horizons", "predictions", "questions"} {
		if cmd.Flags().Changed(flag) {
			return fmt.Errorf("eval: --cross and --%s exclude each other", flag)
		}
	}
	switch {
	case o.JSON && o.Out == "-":
		return errors.New("eval: --json and --out - both print to stdout")
	case o.Budget > 0 && o.Steps > 0:
		return errors.New("eval: --steps and --budget exclude each other; a training ends after so many steps or after that time")
	}
	if err := o.Settings.Validate(); err != nil {
		return fmt.Errorf("eval: %w", err)
	}
	return nil
}

func (o *evalOptions) validate() error {
	switch {
	case len(o.Data) == 0 && o.Sets == "":
		return errors.New("eval: --data DIR is missing, or --sets SCENARIO")
	case o.Split != "" && len(o.Data) == 0:
		return errors.New("eval: --split is for --data")
	case len(o.Only) > 0 && (o.Sets == "" || len(episodes.TestSets(o.of.Name, o.Only)) != len(o.Only)):
		return fmt.Errorf("eval: --only %s must name sets of --sets SCENARIO, each once", strings.Join(o.Only, ","))
	case o.JSON && o.Out == "-":
		return errors.New("eval: --json and --out - both print to stdout")
	case o.Endurance > 0 && o.Report != "":
		return errors.New("eval: --endurance has no --report")
	case o.Endurance > 0 && o.Fitted:
		return errors.New("eval: --endurance has no --fitted")
	case o.Endurance > 0 && len(o.Predicted) > 0:
		return errors.New("eval: --endurance has no --predictions, as only models go on for ever")
	case len(o.Models) > 0 && o.Questions != "":
		return errors.New("eval: --questions takes no models, as nothing is judged")
	}
	if err := o.Settings.Validate(); err != nil {
		return fmt.Errorf("eval: %w", err)
	}
	return o.validateOthers()
}

// namedData is a dataset and the name of the set that is made of it.
type namedData struct {
	name, dir string
	*datasets.Dataset
	split splits.Split
}

// open opens the datasets and checks that all sets can be told apart. A single one needs
// no name.
func (o *evalOptions) open(ctx context.Context, log io.Writer) ([]namedData, error) {
	names := map[string]bool{}
	if o.Sets != "" {
		for _, set := range episodes.TestSets(o.of.Name, o.Only) {
			names[set.Name] = true
		}
	}
	var all []namedData
	for _, text := range o.Data {
		name, dir, err := evaluation.SplitName(text)
		if err != nil {
			return nil, err
		}
		if name == "" && (len(o.Data) > 1 || o.Sets != "") {
			name = filepath.Base(storage.Clean(dir))
		}
		if names[name] {
			return nil, console.Usagef("eval: two sets are called %q; --data NAME=DIR names one", name)
		}
		names[name] = true
		own, err := o.Foreign.Own(ctx, importing.To(log), patience, dir)
		if err != nil {
			return nil, err
		}
		data, split, err := arguments.OpenSplit(ctx, own, o.Split, splits.Test)
		if err != nil {
			return nil, err
		}
		all = append(all, namedData{name, dir, data, split})
	}
	return all, o.Foreign.Check("eval")
}

// sets returns the sets to measure on; the sets of datasets come first.
func (o *evalOptions) sets(ctx context.Context, log io.Writer, opened []namedData) ([]*evaluation.Set, error) {
	var sets []*evaluation.Set
	var train [][]*sim.Trajectory // of each, to fit the engine to; nil where it is to be the set itself
	for _, data := range opened {
		most := cmp.Or(o.Episodes, usualEpisodes)
		if o.Episodes == 0 && data.Provenance().Motion == datasets.Impacts {
			most = data.split.Len()
		}
		set, err := evaluation.ReadSet(ctx, log, data.name, data.Dataset, data.split.Numbers()[:min(most, data.split.Len())])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", data.dir, err)
		}
		sets = append(sets, set)
		train = append(train, nil)
		if o.fits(set) && data.split.Name == splits.Test {
			if learned, found := data.Splits().Find(splits.Train); found {
				numbers := learned.Numbers()
				if train[len(train)-1], err = data.Trajectories(ctx, numbers[:min(len(numbers), usualEpisodes)], nil); err != nil {
					return nil, fmt.Errorf("%s: %w", data.dir, err)
				}
			}
		}
	}
	if o.Sets != "" {
		made, err := makeSets(ctx, log, o.of, o.Only, cmp.Or(o.Episodes, usualEpisodes), o.Settings.Workers)
		if err != nil {
			return nil, err
		}
		sets = append(sets, made...)
	}
	for _, set := range sets {
		if o.Settings.History > 0 {
			if err := set.Watch(ctx, o.Settings.History); err != nil {
				return nil, console.Usage(fmt.Errorf("eval: --history: set %s: %w", set.Name, err))
			}
		}
		if err := set.Stride(o.Stride); err != nil {
			return nil, console.Usage(fmt.Errorf("eval: set %s: %w", set.Name, err))
		}
	}
	if o.Endurance > 0 || o.Questions != "" {
		return sets, nil
	}
	for i, set := range sets {
		if !o.fits(set) {
			continue
		}
		learn := set.Trajectories
		if i < len(train) && train[i] != nil {
			learn = train[i]
			for k := range learn {
				var err error
				if learn[k], err = learn[k].Stride(o.Stride); err != nil {
					return nil, console.Usage(fmt.Errorf("eval: set %s: %w", set.Name, err))
				}
			}
		}
		if err := set.FitEngine(ctx, log, learn, o.Settings.Seed, o.Settings.Workers); err != nil {
			return nil, err
		}
	}
	return sets, nil
}

// fits reports whether the engine is fitted for a row of a set.
func (o *evalOptions) fits(set *evaluation.Set) bool {
	return !set.OfImpacts() && len(set.Trajectories) > 0 && (o.Fitted || set.Measured() || set.Trajectories[0].Seen != nil)
}

// firstEpisodes returns the numbers from 0 to n-1.
func firstEpisodes(n int) []int {
	numbers := make([]int, n)
	for i := range numbers {
		numbers[i] = i
	}
	return numbers
}

// makeSets runs the test sets of a scenario, or those named in only.
func makeSets(ctx context.Context, log io.Writer, of *scenario.Scenario, only []string, count, workers int) ([]*evaluation.Set, error) {
	var sets []*evaluation.Set
	for _, s := range episodes.TestSets(of.Name, only) {
		recipe, err := s.Recipe(of, count)
		if err != nil {
			return nil, err
		}
		set, err := runSet(ctx, log, s.Name, &recipe, workers, s.Skip)
		if err != nil {
			return nil, fmt.Errorf("set %s: %w", s.Name, err)
		}
		sets = append(sets, set)
	}
	return sets, nil
}

// runSet makes the episodes of a set in memory, without so many seconds of the beginning.
func runSet(ctx context.Context, log io.Writer, name string, recipe *episodes.Recipe, workers int, skip float64) (*evaluation.Set, error) {
	fmt.Fprintf(log, "$ %s\n", recipe.Command())
	spec, trajectories, err := recipe.Run(ctx, workers, skip)
	if err != nil {
		return nil, err
	}
	return evaluation.NewSet(log, name, spec, spec, firstEpisodes(spec.Episodes), trajectories)
}

// writeReport writes the report, which speaks of the first model and shows the first set.
func (o *evalOptions) writeReport(ctx context.Context, result *eval.Result, e evaluation.Entrant, sets []*evaluation.Set) error {
	var made []report.Fact
	for _, set := range sets {
		made = append(made, report.Fact{Name: strings.TrimSpace("data " + set.Name), Value: set.Source.Command})
	}
	origin := "the engine"
	switch {
	case o.Cross > 0:
		origin = fmt.Sprintf("%d of kind %s, each judged on the part of the episodes that it has not seen", o.Cross, e.Name)
	case e.Predicted != nil:
		origin = "not one of orrery; what it predicted is in " + e.Dir
	case e.Description.Kind != planning.EngineKind:
		origin = fmt.Sprintf("%s, %d steps on %d episodes", e.Dir, e.Description.Training.Steps, e.Description.Training.Episodes)
	}
	this, first := build.This(), sets[0]
	made = append(made,
		report.Fact{Name: "model", Value: origin},
		report.Fact{Name: "program", Value: fmt.Sprintf("orrery %s %s, %s, %s", this.Version, this.Revision, this.Go, this.Platform)},
	)
	folder := report.Folder{
		Result: result, Page: report.Page{Title: fmt.Sprintf("%s on %s", e.Name, first.Source.Scenario), Model: e.Name, Made: made},
		Model: e.Model, Predicted: e.Predicted, Seed: first.Source.Seed, Episodes: first.Episodes, Trajectories: first.Trajectories,
	}
	if e.Model != nil {
		folder.ModelDir = e.Dir
	}
	return folder.Write(ctx, o.Report)
}

func (o *evalOptions) checkOutputs() error {
	var paths []string
	if o.Out != "" && o.Out != "-" && o.Shard == (shard.Shard{}) {
		paths = append(paths, o.Out)
	}
	if o.Questions != "" {
		paths = append(paths, o.Questions)
	}
	if o.Report != "" {
		for _, name := range report.Files() {
			paths = append(paths, storage.Join(o.Report, name))
		}
	}
	for _, path := range paths {
		if err := console.CheckOut(path, o.Force); err != nil {
			return err
		}
	}
	return nil
}

// setHorizons takes the horizons of the command line.
func (o *evalOptions) setHorizons() error {
	if o.Horizons == nil {
		return nil
	}
	o.Settings.HorizonsS = nil
	for _, text := range o.Horizons {
		seconds, ok := input.ParseNumber(strings.TrimSpace(text))
		if !ok {
			return fmt.Errorf("eval: --horizons: %q must be a number of seconds", text)
		}
		o.Settings.HorizonsS = append(o.Settings.HorizonsS, seconds)
	}
	return nil
}

// validateOthers returns an error unless there is one set whose predictions are read or asked for.
func (o *evalOptions) validateOthers() error {
	flag := "--predictions"
	if o.Questions != "" {
		flag = "--questions"
		if strings.ToLower(filepath.Ext(o.Questions)) != ".npz" {
			return fmt.Errorf("eval: --questions %s: the name must end in .npz", o.Questions)
		}
	} else if len(o.Predicted) == 0 {
		return nil
	}
	sets := len(o.Data)
	if o.Sets != "" {
		sets += len(episodes.TestSets(o.of.Name, o.Only))
	}
	if sets > 1 {
		return fmt.Errorf("eval: %s is for a single set of episodes, and there are %d; one --data, or --only with a single name, leaves one", flag, sets)
	}
	return nil
}

// writeQuestions writes what has to be predicted for a set.
func (o *evalOptions) writeQuestions(log io.Writer, set *evaluation.Set) error {
	questions, err := set.Questions(o.Settings)
	if err != nil {
		return err
	}
	if err := console.WriteFile(o.Questions, questions.Write); err != nil {
		return err
	}
	fmt.Fprintf(log, "wrote %s: %s of %s to predict, up to %.3g s\n", o.Questions,
		input.Count(len(questions.Episodes), "rollout"), input.Count(questions.Frames-1, "frame"), questions.Seconds(questions.Frames-1))
	return nil
}
