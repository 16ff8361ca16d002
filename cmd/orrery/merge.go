package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"orrery/cmd/orrery/arguments"
	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/importing"
	"orrery/datasets/generate"
	"orrery/datasets/shard"
	"orrery/datasets/splits"
)

type mergeOptions struct {
	Parts         []string        // directories of datasets or shards
	Split         splits.Division // of each part, or empty for its own
	Into          shard.Shard     // larger shard that the given ones are, or zero for the whole
	Out           string
	Resume, Force bool
	JSON          bool
}

func newMergeCommand() *cobra.Command {
	var opts mergeOptions
	var into string
	cmd := &cobra.Command{
		Use:   "merge PART... --out DIR",
		Short: "Put datasets, or the shards of one, together",
		Long: `Put datasets together, or the parts of one that orrery gen --shard made. They are kept.

Shards may be given in any order. The result has the same bytes as orrery gen without
--shard writes.

Shards of eval, plan, tasks, accuracy and sweep are known by what is in them. Of those the command
writes and prints the figures that one run without --shard has, from all units in their order: DIR/metrics.json
(eval), result.json (plan), tasks.json, accuracy.json or sweep.json. Only times of the clock differ.

--shard 1/3 makes the larger shard 1 of 3 of some: of 4/12, 5/12, 6/12 and 7/12. So
thousands of shards are merged as a tree, each of its nodes on a machine of its own.

Whole datasets may be of different scenarios, but must have the same frame rate, and all
of them outcomes or none. Their episodes follow one another in the order given, and each
keeps its scene. A frame has room for the most bodies and actions of any; what an episode
does not have is zero. An action that means one thing in one dataset and another in the
next is called action0, action1 and so on. The card and the provenance say which episodes
come from where. Each episode keeps the sentence that says what it shows.

Splits stay: where one of the datasets has some, the episodes to train on come first, those
of all datasets in the order given, then those of val and those of test. A dataset without
splits is to train on. --split train=0.8,val=0.1,test=0.1 divides each of the datasets anew.
Two datasets with an episode in common are refused.`,
		Example: `  orrery merge shards/* --out data/mixed
  orrery merge data/mixed data/pile data/tracks --out data/all
  orrery merge data/mixed data/pile --out data/both --split val=0.1,test=0.1
  orrery merge shards/4 shards/5 shards/6 shards/7 --shard 1/3 --out larger/1
  orrery merge shards/* --out data/mixed --resume   # after an interruption`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return console.Usagef("merge: PART is missing")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			opts.Parts = args
			if opts.Into, err = shard.Parse(into, os.LookupEnv); err != nil {
				return console.Usage(fmt.Errorf("merge: %w", err))
			}
			return runMerge(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr(), opts)
		},
	}
	flags := cmd.Flags()
	console.FolderVar(flags, &opts.Out, "out", "directory to write")
	arguments.DivisionVar(flags, &opts.Split, "shares of the splits that each dataset is divided into (default its own)")
	flags.StringVar(&into, "shard", "", "make this larger shard, `j/m`, of the given ones (default the whole)")
	flags.BoolVar(&opts.Resume, "resume", false, "complete an interrupted merge")
	flags.BoolVar(&opts.Force, "force", false, "replace a dataset that exists")
	flags.BoolVar(&opts.JSON, "json", false, "print JSON")
	return cmd
}

func runMerge(ctx context.Context, out, log io.Writer, opts mergeOptions) error {
	switch {
	case opts.Out == "":
		return console.Usagef("merge: --out DIR is missing")
	case opts.Resume && opts.Force:
		return console.Usagef("merge: --resume and --force exclude each other")
	}
	if slices.ContainsFunc(opts.Parts, shard.IsFolder) {
		return joinShards(out, &opts)
	}
	if err := checkDataset(opts.Out, generate.Options{Resume: opts.Resume, Force: opts.Force}); err != nil {
		return err
	}
	bar := console.NewProgress(log, "merging")
	err := console.Until(ctx, patience, func() error {
		return generate.Merge(ctx, opts.Out, opts.Parts, opts.Split, generate.Options{
			Resume: opts.Resume, Force: opts.Force, Progress: console.EpisodeProgress(bar), Into: opts.Into, Waits: console.Waits(bar, opts.Out),
		})
	})
	bar.Close()
	if err != nil {
		return resumable(err, opts.Out)
	}
	return inspectDataset(ctx, out, log, opts.Out, "", false, opts.JSON, &importing.Foreign{})
}
