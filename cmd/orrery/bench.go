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

	"orrery/cmd/orrery/console"
	"orrery/learn/bench"
	"orrery/world/contact"
	"orrery/world/fit"
)

type benchOptions struct {
	What    string         // one of benchmarks, or empty for all
	Sizes   bench.Config   // its workers and duration are those of all measurements
	Contact contact.Config // of the contact model, untrained
	Batch   int            // frames in a training step of it
	Scenes  int            // predicted together
	Model   string         // directory of a trained model in place of that one
	Tune    settings       // of the planner
	JSON    bool
}

func defaultBenchOptions() benchOptions {
	opts := benchOptions{
		Sizes:   bench.DefaultConfig(),
		Contact: contact.DefaultConfig(),
		Batch:   fit.DefaultConfig().Train.Batch,
		Scenes:  512,
		Tune:    settings{},
	}
	opts.Sizes.Workers = runtime.NumCPU()
	return opts
}

// figures is what a benchmark has measured, ready to be encoded as JSON.
type figures interface {
	// rows passes on name, value and unit of each figure.
	rows(row func(cells ...any))
}

// benchmarks are run in this order.
var benchmarks = []struct {
	name string
	run  func(context.Context, *benchOptions) (figures, error)
}{
	{"learn", benchLearn},
	{"infer", benchInfer},
	{"plan", benchPlan},
	{"sim", benchSim},
	{"scenarios", benchScenarios},
}

func newBenchCommand() *cobra.Command {
	opts := defaultBenchOptions()
	cmd := &cobra.Command{
		Use:   "bench [learn|infer|plan|sim|scenarios]",
		Short: "Measure the speed of this machine",
		Long: `Measure how fast networks are trained (learn), how fast they predict (infer), how
long a decision of pusht's recorded protocol takes (plan) and how fast the engine
runs three worlds that other engines have run too (sim) and the scenarios, three of
them also on the way to disk (scenarios), or all of these. Every figure is in wall
time, so the machine should be idle. The sizes may be changed; they are those of the
comparison with other libraries, make bench-peers.

The contact model is untrained. Sweeps end early where nothing changes any more, so
with --model a trained one may be faster: one of mixed for infer, of pusht for plan.`,
		Example: `  orrery bench
  orrery bench learn --json --workers 1
  orrery bench infer --scenes 64 --duration 5s
  orrery bench plan --model models/pusht`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			opts.What = args[0]
			return wantArgs("NAME")(cmd, args)
		},
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runBench(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr(), opts)
		},
	}
	flags := cmd.Flags()
	flags.IntVar(&opts.Sizes.Workers, "workers", opts.Sizes.Workers, "goroutines")
	flags.DurationVar(&opts.Sizes.Duration, "duration", opts.Sizes.Duration, "time of each measurement")
	flags.IntSliceVar(&opts.Sizes.MLP.Layers, "mlp", opts.Sizes.MLP.Layers, "widths of the fully connected network")
	flags.IntVar(&opts.Sizes.MLP.Batch, "mlp-batch", opts.Sizes.MLP.Batch, "rows in a training step of it")
	flags.IntVar(&opts.Sizes.Interaction.Graphs, "graphs", opts.Sizes.Interaction.Graphs, "graphs in a training step of the interaction network")
	flags.IntVar(&opts.Sizes.Interaction.Nodes, "nodes", opts.Sizes.Interaction.Nodes, "nodes of a graph")
	flags.IntVar(&opts.Sizes.Interaction.Hidden, "hidden", opts.Sizes.Interaction.Hidden, "width of its hidden layers")
	flags.IntVar(&opts.Sizes.Interaction.Rounds, "rounds", opts.Sizes.Interaction.Rounds, "its rounds of messages")
	flags.IntVar(&opts.Batch, "contact-batch", opts.Batch, "frames in a training step of the contact network")
	flags.IntVar(&opts.Scenes, "scenes", opts.Scenes, "scenes predicted together")
	flags.StringVar(&opts.Model, "model", "", "directory of a contact model, for infer or plan")
	flags.Var(opts.Tune, "tune", "setting of the planner, may be repeated, for plan")
	flags.BoolVar(&opts.JSON, "json", false, "print JSON")
	return cmd
}

func runBench(ctx context.Context, out, log io.Writer, opts benchOptions) error {
	if err := opts.validate(); err != nil {
		return console.Usage(err)
	}
	measured := map[string]figures{}
	for _, b := range benchmarks {
		if opts.What != "" && opts.What != b.name {
			continue
		}
		fmt.Fprintf(log, "measuring %s\n", b.name)
		result, err := b.run(ctx, &opts)
		if err != nil {
			return fmt.Errorf("bench %s: %w", b.name, err)
		}
		measured[b.name] = result
	}
	switch {
	case opts.JSON && opts.What != "":
		return console.JSON(out, measured[opts.What])
	case opts.JSON:
		return console.JSON(out, measured)
	}
	return console.Table(out, func(row func(...any)) {
		for _, b := range benchmarks {
			if result := measured[b.name]; result != nil {
				result.rows(row)
			}
		}
	})
}

func (o *benchOptions) validate() error {
	var names []string
	for _, b := range benchmarks {
		names = append(names, b.name)
	}
	switch {
	case o.What != "" && !slices.Contains(names, o.What):
		return fmt.Errorf("bench: unknown benchmark %q; there are %s", o.What, strings.Join(names, ", "))
	case o.Batch < 1:
		return fmt.Errorf("bench: contact-batch %d must be ≥ 1", o.Batch)
	case o.Scenes < 1:
		return fmt.Errorf("bench: scenes %d must be ≥ 1", o.Scenes)
	case o.Model != "" && o.What != "infer" && o.What != "plan":
		return errors.New("bench: --model is for infer or plan")
	}
	return o.Sizes.Validate()
}
