package command

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/fleet"
	"orrery/cmd/orrery/usage"
)

type showOptions struct {
	File      string
	Cores     int
	Measure   bool
	Simulate  bool
	Cluster   fleet.Cluster
	Bandwidth fleet.Size // per second
	Latency   time.Duration
	JSON      bool
}

// simulatedCluster is what --simulate assumes unless it is told otherwise: 5 ms and 100 MB/s for a worker
// of an object store that answers 3500 requests a second, and a scheduler that starts 100 tasks a second.
func simulatedCluster() fleet.Cluster {
	return fleet.Cluster{Cores: 10000, Failing: 0.01, Requests: 3500, Starts: 100, Seed: 1}
}

func (p Program) newShow() *cobra.Command {
	opts := showOptions{Cluster: simulatedCluster(), Bandwidth: 100e6, Latency: 5 * time.Millisecond}
	cmd := &cobra.Command{
		Use:   "show FILE",
		Short: "Say what a fleet would run, and how long that takes",
		Long: `Show the stages of a fleet file in the order in which they can be done: shards, what they
wait for, and, where a shard of theirs was made, size, time and cost. --measure makes the first shard
of each stage that can begin and has none, and keeps it.

--simulate plays the fleet on a cluster, event by event, with the times that were measured: cores,
a share of attempts that fail, a store with a latency and a bandwidth for each worker and so many
requests a second in all, and a scheduler that starts so many tasks a second. It says what is
saturated first.`,
		Example: `  orrery fleet show fleet.yaml
  orrery fleet show fleet.yaml --measure
  orrery fleet show fleet.yaml --simulate --cores 10000 --failing 0.01`,
		Args: usage.Args("FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.File = args[0]
			if !opts.Simulate {
				if err := console.Useless(cmd.Flags(), "without --simulate", "failing", "latency", "bandwidth", "requests", "starts", "seed"); err != nil {
					return err
				}
			}
			return p.show(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr(), opts)
		},
	}
	flags := cmd.Flags()
	console.WholeVar(flags, &opts.Cores, "cores", console.From(1), "cores that the tasks use together (default those of this machine, or 10000 with --simulate)")
	flags.BoolVar(&opts.Measure, "measure", false, "make one shard of each stage that has none")
	flags.BoolVar(&opts.Simulate, "simulate", false, "play the fleet on a cluster")
	console.NumberVar(flags, &opts.Cluster.Failing, "failing", console.Between(0, 0.99), "share of the attempts that fail")
	console.TimeVar(flags, &opts.Latency, "latency", "time of a request to the store")
	flags.TextVar(&opts.Bandwidth, "bandwidth", opts.Bandwidth, "bytes per second of a worker to the store, such as 100MB")
	console.NumberVar(flags, &opts.Cluster.Requests, "requests", console.From(0), "requests per second that the store answers in all; 0 for no limit")
	console.NumberVar(flags, &opts.Cluster.Starts, "starts", console.From(0), "tasks per second that the scheduler starts; 0 for no limit")
	flags.Uint64Var(&opts.Cluster.Seed, "seed", opts.Cluster.Seed, "seed of what fails")
	flags.BoolVar(&opts.JSON, "json", false, "print JSON")
	return cmd
}

func (p Program) show(ctx context.Context, out, log io.Writer, opts showOptions) error {
	plan, err := p.Open(opts.File)
	if err != nil {
		return err
	}
	local, err := tasksHere(cmp.Or(opts.Cores, runtime.NumCPU()), log)
	if err != nil {
		return err
	}
	if opts.Measure {
		if err := plan.Begin(ctx, false); err != nil {
			return err
		}
		if err := local.Measure(ctx, plan); err != nil {
			return err
		}
	}
	if opts.Simulate {
		return simulate(ctx, out, plan, local.Program[0], opts)
	}
	list, err := plan.Estimates(ctx, cmp.Or(opts.Cores, runtime.NumCPU()))
	if err != nil {
		return err
	}
	return console.WriteResult(out, opts.JSON, "",
		func(w io.Writer) error { return console.JSON(w, list) },
		func(w io.Writer) error { return estimatesInWords(w, list) })
}

func estimatesInWords(w io.Writer, list []fleet.Estimate) error {
	return console.Table(w, func(row func(cells ...any)) {
		row("stage", "shards", "cores", "left", "frames", "size", "a shard", "in all", "core hours", "after", "run")
		for _, e := range list {
			frames, size, shard, all, cost := "", "", "", "?", "?"
			if e.Measured > 0 {
				shard, all, cost = seconds(e.Shard), seconds(e.Seconds), fmt.Sprintf("%.3g", e.CoreHours)
				if size = fleet.Size(e.Bytes).String(); e.Frames > 0 {
					frames = fmt.Sprintf("%.3g", e.Frames)
				}
			}
			if e.Left == 0 {
				all, cost = "done", ""
			}
			row(e.Stage, e.Shards, e.Cores, e.Left, frames, size, shard, all, cost, strings.Join(e.After, " "), e.Run)
		}
	})
}

// seconds returns a time in s as a person reads it.
func seconds(s float64) string {
	d := time.Duration(s * float64(time.Second))
	if d > time.Minute {
		return d.Round(time.Second).String()
	}
	return fmt.Sprintf("%.3gs", s)
}

// cluster returns that of the flags, where a program takes so long to start.
func (o *showOptions) cluster(startup time.Duration) fleet.Cluster {
	c := o.Cluster
	c.Cores, c.Latency, c.Bandwidth, c.Startup = cmp.Or(o.Cores, c.Cores), o.Latency.Seconds(), float64(o.Bandwidth), startup.Seconds()
	return c
}

func simulate(ctx context.Context, out io.Writer, plan *fleet.Plan, program string, opts showOptions) error {
	began := time.Now()
	if err := exec.CommandContext(ctx, program, "version").Run(); err != nil {
		return err
	}
	outcomes, err := plan.Simulate(opts.cluster(time.Since(began)))
	if err != nil {
		return err
	}
	return console.WriteResult(out, opts.JSON, "",
		func(w io.Writer) error { return console.JSON(w, outcomes) },
		func(w io.Writer) error { return outcomesInWords(w, outcomes) })
}

func outcomesInWords(w io.Writer, outcomes []fleet.Outcome) error {
	err := console.Table(w, func(row func(cells ...any)) {
		row("stage", "time", "ideal", "of it the merge", "core hours", "attempts", "frames", "size", "requests", "at most a second")
		for _, o := range outcomes {
			if o.Attempts == 0 {
				row(o.Stage, "?: no shard of it was made; --measure makes one")
				continue
			}
			row(o.Stage, seconds(o.Seconds), seconds(o.Ideal), seconds(o.MergeTime), fmt.Sprintf("%.4g", o.CoreHours), o.Attempts,
				fmt.Sprintf("%.3g", o.Frames), fleet.Size(o.Bytes), o.Requests, fmt.Sprintf("%.0f", o.Peak))
		}
	})
	for _, o := range outcomes {
		if o.Attempts > 0 && err == nil {
			_, err = fmt.Fprintf(w, "%s is bound by %s\n", o.Stage, o.Saturated())
		}
	}
	return err
}
