package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/sync/errgroup"

	"orrery/cmd/orrery/arguments"
	"orrery/cmd/orrery/bench"
	"orrery/cmd/orrery/build"
	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/contest"
	"orrery/cmd/orrery/episodes"
	"orrery/cmd/orrery/experiment"
	"orrery/cmd/orrery/planning"
	"orrery/cmd/orrery/usage"
	"orrery/datasets"
	"orrery/datasets/csv"
	"orrery/datasets/generate"
	networks "orrery/learn/bench"
	"orrery/sim"
	"orrery/sim/input"
	"orrery/sim/scenario"
	"orrery/sim/scenario/library"
	"orrery/world/contact"
	"orrery/world/fit"
	"orrery/world/geom"
)

type benchOptions struct {
	What  string          // one of benchmarks, or empty for all
	Sizes networks.Config // its workers and duration are those of all measurements
	Bench bench.Config
	Names []string         // scenarios, by name or file; all of the library when empty
	Model string           // directory of a trained model in place of an untrained one
	Tune  console.Settings // of the planner
	JSON  bool

	Repeat   int               // how often everything is measured; 0 is once, or savedRounds times where runs are compared
	Out      string            // file to save the run in, or empty
	Against  string            // file of a run to compare with, or empty
	Force    bool              // write over Out
	Settings map[string]string // the flags above by name, which a saved run keeps
}

// savedRounds is the number of rounds of a run that is compared: with six on either side, noise alone passes
// for a change in one figure of twenty.
const savedRounds = 6

// notSettings are the flags that do not change what is measured.
var notSettings = []string{"repeat", "out", "against", "force", "json", "help"}

func defaultBenchOptions() benchOptions {
	opts := benchOptions{
		Sizes: networks.DefaultConfig(),
		Bench: bench.Config{Contact: contact.DefaultConfig(), Batch: fit.DefaultConfig().Train.Batch, Scenes: 512, Generation: generation, Reading: reading},
		Tune:  console.Settings{},
	}
	opts.Sizes.Workers = runtime.NumCPU()
	return opts
}

// figures are the results of a benchmark, ready to be encoded as JSON.
type figures interface {
	// Rows passes on name, value and unit of each figure.
	Rows(row bench.Row)
}

// benchmarks are run in this order. Each reads its own flags besides those that all read.
var benchmarks = []struct {
	name  string
	flags []string
	run   func(context.Context, *benchOptions) (figures, error)
}{
	{"learn", []string{"mlp", "mlp-batch", "graphs", "nodes", "hidden", "rounds", "contact-batch"}, benchLearn},
	{"infer", []string{"nodes", "hidden", "rounds", "scenes", "model"}, benchInfer},
	{"plan", []string{"model", "tune"}, benchPlan},
	{"crowd", []string{"model", "tune"}, benchCrowd},
	{"sim", nil, func(ctx context.Context, o *benchOptions) (figures, error) { return o.Bench.RunWorlds(ctx) }},
	{"data", nil, func(ctx context.Context, o *benchOptions) (figures, error) { return o.Bench.RunData(ctx) }},
	{"scenarios", nil, func(ctx context.Context, o *benchOptions) (figures, error) { return o.Bench.RunScenarios(ctx) }},
}

func newBenchCommand() *cobra.Command {
	opts := defaultBenchOptions()
	cmd := &cobra.Command{
		Use:   "bench [learn|infer|plan|crowd|sim|data|scenarios [SCENARIO...]]",
		Short: "Measure the speed of this machine",
		Long: `Measure the speed of this machine. Without a word after it, bench measures all of:

  learn      training steps of the networks
  infer      predictions
  plan       one decision of the planner in pusht's recorded protocol
  crowd      one decision in push with 3, 6, 11 and 20 bodies, beside what touches there
  sim        the engine in three worlds that other engines have run too
  data       loading a dataset and reading a table
  scenarios  the engine in every scenario, and three of them written to disk; or in those
             that are named, which may be scenario files

All figures are wall time, so the machine should be idle. The default sizes are those
of make bench-peers, which compares with other libraries.

--out saves a run, in which everything is measured in six rounds, and --against compares
with one: it measures the same figures again and says which of them moved beyond noise
(Mann-Whitney's U-test at 5 %, so of twenty figures one may seem to move by chance). Both
runs should be of one machine.

Without --model the contact model is untrained. A trained model may be faster, because
sweeps end early when nothing changes any more. Give infer a model of mixed, plan a
model of pusht, and crowd a model of push.`,
		Example: `  orrery bench
  orrery bench learn --json --workers 1
  orrery bench infer --scenes 64 --duration 5s
  orrery bench plan --model models/pusht
  orrery bench scenarios ball.scenario.json
  orrery bench learn --out before.json
  orrery bench learn --against before.json`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			opts.What = args[0]
			if opts.What == "scenarios" {
				opts.Names = args[1:]
				return nil
			}
			return usage.Args("NAME")(cmd, args)
		},
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := uselessFor(opts.What, cmd.Flags()); err != nil {
				return console.Usage(fmt.Errorf("bench: %w", err))
			}
			opts.Settings = map[string]string{}
			cmd.Flags().VisitAll(func(flag *pflag.Flag) {
				if !slices.Contains(notSettings, flag.Name) {
					opts.Settings[flag.Name] = flag.Value.String()
				}
			})
			opts.Settings["tune"] = opts.Tune.Flags("tune")
			return runBench(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr(), opts)
		},
	}
	opts.addFlags(cmd.Flags())
	return cmd
}

func (o *benchOptions) addFlags(flags *pflag.FlagSet) {
	console.WholeVar(flags, &o.Sizes.Workers, "workers", console.Between(1, networks.MaxSize), "goroutines")
	console.TimeVar(flags, &o.Sizes.Duration, "duration", "time of each measurement")
	flags.IntSliceVar(&o.Sizes.MLP.Layers, "mlp", o.Sizes.MLP.Layers, "widths of the fully connected network")
	console.WholeVar(flags, &o.Sizes.MLP.Batch, "mlp-batch", console.Between(1, networks.MaxSize), "rows in a training step of the fully connected network")
	console.WholeVar(flags, &o.Sizes.Interaction.Graphs, "graphs", console.Between(1, networks.MaxSize), "graphs in a training step of the interaction network")
	console.WholeVar(flags, &o.Sizes.Interaction.Nodes, "nodes", console.Between(2, networks.MaxSize), "nodes of each of these graphs")
	console.WholeVar(flags, &o.Sizes.Interaction.Hidden, "hidden", console.Between(1, networks.MaxSize), "width of the interaction network's hidden layers")
	console.WholeVar(flags, &o.Sizes.Interaction.Rounds, "rounds", console.Between(1, networks.MaxSize), "rounds of messages of the interaction network")
	console.WholeVar(flags, &o.Bench.Batch, "contact-batch", console.Between(1, networks.MaxSize), "frames in a training step of the contact network")
	console.WholeVar(flags, &o.Bench.Scenes, "scenes", console.Between(1, networks.MaxSize), "scenes predicted together")
	flags.StringVar(&o.Model, "model", "", "directory of a contact model, for infer, plan or crowd")
	flags.Var(o.Tune, "tune", "setting of the planner, for plan or crowd; may be repeated")
	console.WholeVar(flags, &o.Repeat, "repeat", console.Between(1, 100), "how often everything is measured; of several times the medians are printed (default 1, with --out or --against 6)")
	flags.StringVar(&o.Out, "out", "", "`file` to save the run in; - is stdout")
	flags.StringVar(&o.Against, "against", "", "`file` of a saved run to compare with")
	flags.BoolVar(&o.Force, "force", false, "write over --out")
	flags.BoolVar(&o.JSON, "json", false, "print JSON")
}

// uselessFor returns an error for flags of other benchmarks than that of a name.
func uselessFor(name string, flags *pflag.FlagSet) error {
	var own, others []string
	for _, b := range benchmarks {
		if b.name == name {
			own = b.flags
		}
		others = append(others, b.flags...)
	}
	if name == "" {
		return nil
	}
	others = slices.DeleteFunc(others, func(flag string) bool { return slices.Contains(own, flag) })
	return console.Useless(flags, "for "+name, others...)
}

func runBench(ctx context.Context, out, log io.Writer, opts benchOptions) error {
	if err := opts.prepare(); err != nil {
		return err
	}
	if opts.Out == "" && opts.Against == "" && opts.Repeat == 1 {
		measured, err := measureBench(ctx, log, &opts)
		if err != nil {
			return err
		}
		return printBench(out, &opts, measured)
	}
	run := bench.NewRun(build.This().String(), opts.measures(), opts.Settings)
	var since bench.Run
	if opts.Against != "" {
		if err := console.ReadJSON(opts.Against, &since); err != nil {
			return err
		}
		if err := errors.Join(since.Validate(), run.Comparable(&since)); err != nil {
			return fmt.Errorf("%s: %w", opts.Against, err)
		}
		if since.CPU != run.CPU || since.Cores != run.Cores {
			fmt.Fprintf(log, "warning: the saved run is of another machine (%s, %s)\n", since.CPU, input.Count(since.Cores, "core"))
		}
	}
	for round := range opts.Repeat {
		fmt.Fprintf(log, "round %d of %d\n", round+1, opts.Repeat)
		measured, err := measureBench(ctx, log, &opts)
		if err != nil {
			return err
		}
		for _, b := range benchmarks {
			if result := measured[b.name]; result != nil {
				result.Rows(run.Add)
			}
		}
	}
	if opts.Against == "" {
		return console.WriteResult(out, opts.JSON, opts.Out, run.WriteJSON, run.Write)
	}
	if opts.Out != "" {
		if err := console.WriteFile(opts.Out, run.WriteJSON); err != nil {
			return err
		}
	}
	moves, lacking := run.Moves(&since)
	if len(moves) == 0 {
		return fmt.Errorf("%s: the saved run has none of the figures measured", opts.Against)
	}
	if len(lacking) > 0 {
		fmt.Fprintf(log, "not in the saved run: %s\n", strings.Join(lacking, ", "))
	}
	if opts.JSON {
		return console.JSON(out, moves)
	}
	return bench.WriteMoves(out, moves)
}

// prepare validates the options and reads what they name.
func (o *benchOptions) prepare() error {
	if err := o.validate(); err != nil {
		return console.Usage(err)
	}
	if o.Repeat == 0 {
		o.Repeat = 1
		if o.Out != "" || o.Against != "" {
			o.Repeat = savedRounds
		}
	}
	if o.Out != "" && o.Out != "-" {
		if err := console.CheckOut(o.Out, o.Force); err != nil {
			return err
		}
	}
	if o.Model != "" {
		model, _, err := fit.Load(o.Model)
		if err == nil && model.Kind() != contact.Kind {
			err = fmt.Errorf("%s: model %s must be a %s model", o.Model, model.Kind(), contact.Kind)
		}
		if err != nil {
			return err
		}
		o.Bench.Model = model
	}
	for _, name := range o.Names {
		s, err := arguments.OpenScenario(name)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(o.Bench.Scenarios, func(other *scenario.Scenario) bool { return other.Name == s.Name }) {
			return console.Usagef("bench: scenario %q must be named once", s.Name)
		}
		o.Bench.Scenarios = append(o.Bench.Scenarios, s)
	}
	return nil
}

// measureBench returns the results of each benchmark that the options ask for, by its name.
func measureBench(ctx context.Context, log io.Writer, opts *benchOptions) (map[string]figures, error) {
	measured := map[string]figures{}
	for _, b := range benchmarks {
		if !slices.Contains(opts.measures(), b.name) {
			continue
		}
		fmt.Fprintf(log, "measuring %s\n", b.name)
		result, err := b.run(ctx, opts)
		if err != nil {
			return nil, fmt.Errorf("bench %s: %w", b.name, err)
		}
		measured[b.name] = result
	}
	return measured, nil
}

// printBench prints results as a table or as JSON; that of one benchmark is not under its name.
func printBench(out io.Writer, opts *benchOptions, measured map[string]figures) error {
	switch {
	case opts.JSON && opts.What != "":
		return console.JSON(out, measured[opts.What])
	case opts.JSON:
		return console.JSON(out, measured)
	}
	return console.Table(out, func(row func(...any)) {
		for _, b := range benchmarks {
			if result := measured[b.name]; result != nil {
				result.Rows(func(name string, value float64, unit string) { row(name, bench.Digits(value), unit) })
			}
		}
	})
}

// measures returns the names of the benchmarks that the options ask for, in their order.
func (o *benchOptions) measures() []string {
	if o.What != "" {
		return []string{o.What}
	}
	names := make([]string, len(benchmarks))
	for i, b := range benchmarks {
		names[i] = b.name
	}
	return names
}

func (o *benchOptions) validate() error {
	names := (&benchOptions{}).measures()
	switch {
	case o.Out == "-" && o.Against != "":
		return errors.New("bench: --out - cannot be used with --against, which prints the comparison")
	case o.What != "" && !slices.Contains(names, o.What):
		return fmt.Errorf("bench: unknown benchmark %q; there are %s", o.What, strings.Join(names, ", "))
	case o.Model != "" && o.What != "infer" && o.What != "plan" && o.What != "crowd":
		return errors.New("bench: --model is for infer, plan or crowd")
	}
	for _, width := range o.Sizes.MLP.Layers {
		if width < 1 || width > networks.MaxSize {
			return fmt.Errorf("bench: --mlp %s must be widths from 1 to %d", joined(o.Sizes.MLP.Layers), networks.MaxSize)
		}
	}
	if err := o.Sizes.Validate(); err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	o.Bench.Workers, o.Bench.Duration = o.Sizes.Workers, o.Sizes.Duration
	if err := o.Bench.Validate(); err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	for _, decisions := range []func() (bench.Decisions, error){o.decisions, o.crowd} {
		if _, err := decisions(); err != nil {
			return fmt.Errorf("bench: %w", tuning(err))
		}
	}
	return nil
}

// learnFigures is the JSON of `bench learn`.
type learnFigures struct {
	networks.LearnResult
	ContactStepMS float64         `json:"contact_step_ms"`
	Contact       *bench.Training `json:"contact"`
}

// contactChunks is into how many parts workers share a batch of the contact network, as train does: frames differ in
// what touches, so that halves would keep one worker waiting.
const contactChunks = 8

func benchLearn(ctx context.Context, opts *benchOptions) (figures, error) {
	result, err := networks.Learn(ctx, opts.Sizes)
	if err != nil {
		return nil, err
	}
	training, err := opts.Bench.NewTraining(ctx)
	if err != nil {
		return nil, err
	}
	step, err := networks.Step(ctx, training.Objective, training.Frames, contactChunks, opts.Sizes.Workers, opts.Sizes.Duration)
	if err != nil {
		return nil, err
	}
	result.AllocsPerStep = max(result.AllocsPerStep, step.Allocs)
	return &learnFigures{result, 1e3 * step.Seconds, training}, nil
}

// Rows implements figures.
func (f *learnFigures) Rows(row bench.Row) {
	for _, p := range f.Products {
		row(fmt.Sprintf("product %d×%d×%d", p.M, p.K, p.N), p.GFLOPS, "GFLOP/s, one goroutine")
	}
	with := fmt.Sprintf("ms, %d workers", f.Workers)
	row("mlp training step", f.MLPStepMS, with)
	row("interaction training step", f.InteractionStepMS, with)
	row(fmt.Sprintf("contact training step, %d frames", f.Contact.Frames), f.ContactStepMS, with)
	row("allocations in a step", float64(f.AllocsPerStep), "")
	row("peak memory of mlp and interaction", f.PeakRSSMB, "MB")
}

// inferFigures is the JSON of `bench infer`.
type inferFigures struct {
	networks.InferResult
	*bench.Prediction
}

func benchInfer(ctx context.Context, opts *benchOptions) (figures, error) {
	result, err := networks.Infer(ctx, opts.Sizes)
	if err != nil {
		return nil, err
	}
	prediction, err := opts.Bench.Predict(ctx)
	return &inferFigures{result, prediction}, err
}

// Rows implements figures.
func (f *inferFigures) Rows(row bench.Row) {
	row("interaction prediction of one graph", f.InteractionUS, "µs, one goroutine")
	if workers := f.InferResult.Workers; workers > 1 {
		row("the same graph shared", f.TogetherUS, fmt.Sprintf("µs, %d workers", workers))
	}
	f.Prediction.Rows(row)
}

func benchPlan(ctx context.Context, opts *benchOptions) (figures, error) {
	decisions, err := opts.decisions()
	if err != nil {
		return nil, err
	}
	return opts.Bench.Plan(ctx, decisions)
}

func benchCrowd(ctx context.Context, opts *benchOptions) (figures, error) {
	decisions, err := opts.crowd()
	if err != nil {
		return nil, err
	}
	return opts.Bench.Crowd(ctx, decisions)
}

// crowd returns decisions of push.
func (o *benchOptions) crowd() (bench.Decisions, error) {
	task, err := library.Find("push")
	if err != nil {
		return bench.Decisions{}, err
	}
	config, _, err := planning.Config(task, planning.Task, "", planning.Settings(o.Tune))
	points := func(scene *sim.Scene) bench.Points {
		detector, touching := geom.NewDetector(scene), []geom.Contact(nil)
		return func(state sim.State) int {
			touching = detector.Contacts(touching[:0], state, 0)
			return len(touching)
		}
	}
	return bench.Decisions{Task: task, Config: config, Points: points}, err
}

// decisions returns the decisions of the recorded protocol of pusht.
func (o *benchOptions) decisions() (bench.Decisions, error) {
	task, err := library.Find("pusht")
	if err != nil {
		return bench.Decisions{}, err
	}
	recorded := contest.Record(task)
	config, _, err := planning.Config(task, planning.Recorded, "", planning.Settings(o.Tune))
	return bench.Decisions{
		Task: recorded.Scenario, Config: config, Goals: recorded.Goals, Ahead: contest.RecordedAhead,
		Inner: experiment.PushTInner, Engine: planning.Engine{},
	}, err
}

// generation returns what makes the episodes of a scenario as gen does.
func generation(s *scenario.Scenario, seed uint64) (bench.Generation, error) {
	recipe := episodes.Recipe{Scenario: s, Frames: s.Frames, Seed: seed, Episodes: 1}
	_, maker, err := recipe.Maker(nil)
	return bench.Generation{
		Make: func(ctx context.Context, episode int) error {
			_, _, err := maker(ctx, episode)
			return err
		},
		Write: func(ctx context.Context, episodes, workers int, dir string) error {
			recipe := recipe
			recipe.Episodes = episodes
			return recipe.Write(ctx, io.Discard, dir, generate.Options{Workers: workers})
		},
	}, err
}

// reading reads datasets as training does and tables as import does.
var reading = bench.Reading{
	Load: func(ctx context.Context, dir string) ([]*sim.Trajectory, error) {
		data, err := datasets.Open(ctx, dir)
		if err != nil {
			return nil, err
		}
		return data.Trajectories(ctx, nil, nil)
	},
	Write: func(path string, t *sim.Trajectory, episodes int) error {
		return console.WriteFile(path, func(w io.Writer) error {
			return csv.Write(w, 0, false, nil, func(yield func(*sim.Trajectory, error) bool) {
				for range episodes {
					if !yield(t, nil) {
						return
					}
				}
			})
		})
	},
	Table: func(ctx context.Context, path string, fps, workers int) error {
		options := csv.DefaultOptions()
		options.FPS = fps
		file, err := csv.Open(ctx, path, options)
		if err != nil {
			return err
		}
		defer file.Close()
		group, ctx := errgroup.WithContext(ctx)
		group.SetLimit(workers)
		for i := range file.Episodes() {
			group.Go(func() error {
				_, err := file.Episode(ctx, i)
				return err
			})
		}
		return group.Wait()
	},
}

// joined returns numbers as a command line has them.
func joined(numbers []int) string {
	return strings.Trim(strings.ReplaceAll(fmt.Sprint(numbers), " ", ","), "[]")
}
