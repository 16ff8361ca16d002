package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/contest"
	"orrery/cmd/orrery/evaluation"
	"orrery/cmd/orrery/experiment"
	"orrery/cmd/orrery/planning"
	"orrery/datasets/shard"
	"orrery/datasets/storage"
	"orrery/sim/input"
)

// shardHelp explains --shard of a command whose units a word names.
func shardHelp(units string) string {
	return `--shard i/n does only part i of n of the ` + units + `, with i from 0 to n-1, and writes its figures to the
directory --out; orrery merge makes the whole of all parts, with the figures that one run without
--shard has. With --resume a part that is whole stays as it is, and one that was interrupted is gone on with.`
}

// shardVar adds --shard to the flags of a command whose units a word names.
func shardVar(flags *pflag.FlagSet, part *string, units string) {
	flags.StringVar(part, "shard", "", "do only this part of the "+units+", into the directory --out: i/n, /n or auto, as for gen")
}

// parseShard returns the shard that a command is to do, with which it cannot have some of its flags.
func parseShard(cmd *cobra.Command, part string, without ...string) (shard.Shard, error) {
	s, err := shard.Parse(part, os.LookupEnv)
	if err != nil {
		return s, console.Usage(fmt.Errorf("%s: %w", cmd.Name(), err))
	}
	if s == (shard.Shard{}) {
		return s, nil
	}
	if err := console.Useless(cmd.Flags(), "with --shard", without...); err != nil {
		return s, console.Usage(fmt.Errorf("%s: %w", cmd.Name(), err))
	}
	if out := cmd.Flags().Lookup("out"); out.Value.String() == "" || out.Value.String() == "-" {
		return s, console.Usagef("%s: --shard needs --out DIR, the directory for its figures", cmd.Name())
	}
	return s, nil
}

// openShard opens the folder of a shard. Mistakes in the number of shards are wrong usage.
func openShard(ctx context.Context, log io.Writer, dir string, work shard.Work, part shard.Shard, resume, force bool) (*shard.Folder, error) {
	if err := part.Validate(work.Units, work.Word); err != nil {
		return nil, console.Usage(fmt.Errorf("%s: %w", work.Command, err))
	}
	return shard.Open(ctx, dir, work, part, shard.Options{Resume: resume, Force: force, Waits: console.Waits(log, dir)})
}

// closeShard closes the folder of a shard after its work, and says after an interruption how to go on.
func closeShard(f *shard.Folder, err error) error {
	kept, whole := 0, f.Whole
	if f.Journal != nil {
		kept = f.Kept()
	}
	err = errors.Join(err, f.Close())
	if err != nil && console.Uninterrupted(err) == nil && !whole {
		return fmt.Errorf("%w: %s keeps %s of the shard; --resume goes on", console.ErrInterrupted, f.Dir(), input.Count(kept, "unit"))
	}
	return err
}

// shardedPlan has everything that the attempts of a plan depend on, and what its result says.
type shardedPlan struct {
	planSettings
	Terms contest.Terms `json:"terms"`
}

// runShard plans the episodes of a shard.
func (o *planOptions) runShard(ctx context.Context, log io.Writer, c *contest.Contest, settings shardedPlan) error {
	work := shard.Work{Command: "plan", Units: o.Episodes, Word: "episodes", Settings: settings}
	f, err := openShard(ctx, log, o.Out, work, o.Shard, o.Resume, o.Force)
	if err != nil {
		return err
	}
	if f.Whole {
		return closeShard(f, nil)
	}
	c.Journal = f.Journal
	c.First, c.End = f.Span()
	err = console.Until(ctx, patience, func() error {
		_, _, err := c.Run(ctx, log, o.Episodes)
		return err
	})
	if err == nil {
		err = f.Finish()
	}
	return closeShard(f, err)
}

// joinPlan sums up the attempts of all shards of a plan.
func joinPlan(settings json.RawMessage, figures []json.RawMessage) (*contest.Result, error) {
	var of shardedPlan
	if err := input.DecodeJSONPart(settings, &of); err != nil {
		return nil, err
	}
	attempts := make([]contest.Attempt, len(figures))
	for i, text := range figures {
		if err := input.DecodeJSONPart(text, &attempts[i]); err != nil {
			return nil, err
		}
	}
	result := contest.NewResult(of.Terms, attempts)
	result.Skipped = contest.Skipped(attempts)
	return result, nil
}

// runShard measures the episodes of a shard.
func (o *evalOptions) runShard(ctx context.Context, log io.Writer, entrants []evaluation.Entrant, sets []*evaluation.Set) error {
	var sums []string
	for _, e := range entrants {
		sum, err := entrantSum(&e)
		if err != nil {
			return err
		}
		sums = append(sums, sum)
	}
	for _, set := range sets {
		if set.OfImpacts() {
			return console.Usagef("eval: --shard: a table of impacts is judged as a whole, in no time")
		}
	}
	all, err := evaluation.NewSharded(entrants, sums, sets, o.Settings)
	if err != nil {
		return err
	}
	work := shard.Work{Command: "eval", Units: all.Units(), Word: "episodes", Settings: all.Terms}
	f, err := openShard(ctx, log, o.Out, work, o.Shard, o.Resume, o.Force)
	if err != nil {
		return err
	}
	if !f.Whole {
		err = console.Until(ctx, patience, func() error { return all.Do(ctx, log, f) })
	}
	return closeShard(f, err)
}

// entrantSum tells a model, or what was predicted without one, from others.
func entrantSum(e *evaluation.Entrant) (string, error) {
	switch {
	case e.Predicted != nil:
		content, err := storage.ReadFile(e.Dir)
		return fmt.Sprintf("%x", sha256.Sum256(content)), err
	case e.Description.Kind == planning.EngineKind:
		return planning.EngineKind, nil
	}
	return modelSum(e.Dir)
}

// runUnits does the units of a shard of an experiment with its settings.
func runUnits(ctx context.Context, log io.Writer, of experiment.Units, s *experiment.Settings, part shard.Shard) error {
	work, err := of.Work()
	if err != nil {
		return err
	}
	if err := part.Validate(work.Units, work.Word); err != nil {
		return console.Usage(fmt.Errorf("%s: %w", work.Command, err))
	}
	if err := experiment.CheckShard(of, part); err != nil {
		return fmt.Errorf("%s: %w", work.Command, err)
	}
	f, err := openShard(ctx, log, s.Dir, work, part, s.Resume, s.Force)
	if err != nil {
		return err
	}
	if !f.Whole {
		err = experiment.DoShard(ctx, log, of, f)
	}
	return closeShard(f, err)
}

// joinShards merges the shards of figures, in any order, to the directory of options, and prints what the command
// whose shards they are prints without --shard.
func joinShards(out io.Writer, opts *mergeOptions) error {
	if len(opts.Split) > 0 {
		return console.Usagef("merge: --split is for datasets, and %s is a shard of figures", opts.Parts[0])
	}
	if err := console.CheckOut(opts.Out, opts.Force || opts.Resume); err != nil {
		return err
	}
	work, figures, err := shard.Join(opts.Parts, opts.Into)
	if err != nil {
		return err
	}
	if opts.Into != (shard.Shard{}) {
		return shard.Write(opts.Out, work, opts.Into, figures)
	}
	settings := work.Settings.(json.RawMessage)
	write := func(name string, encode, inWords func(io.Writer) error) error {
		return console.WriteResult(out, opts.JSON, storage.Join(opts.Out, name), encode, inWords)
	}
	switch work.Command {
	case "eval":
		var terms evaluation.Terms
		if err := input.DecodeJSONPart(settings, &terms); err != nil {
			return err
		}
		r, err := terms.Result(figures)
		if err != nil {
			return err
		}
		return write("metrics.json", r.WriteJSON, evalTable(r, terms.First))
	case "plan":
		r, err := joinPlan(settings, figures)
		if err != nil {
			return err
		}
		return write("result.json", func(w io.Writer) error { return console.JSON(w, r) }, r.WriteTable)
	case "tasks":
		results, err := experiment.JoinTasks(settings, figures)
		if err != nil {
			return err
		}
		return writeTasks(out, opts.Out, opts.JSON, results)
	case "accuracy":
		findings, err := experiment.JoinAccuracy(figures)
		if err != nil {
			return err
		}
		return write("accuracy.json", func(w io.Writer) error { return console.JSON(w, findings) }, func(w io.Writer) error { return experiment.PrintFindings(w, findings) })
	case "sweep":
		trials, err := experiment.JoinSweep(figures)
		if err != nil {
			return err
		}
		return writeSweep(out, opts.Out, opts.JSON, trials)
	}
	return fmt.Errorf("%s: nothing is known of shards of the command %.40q", opts.Parts[0], work.Command)
}
