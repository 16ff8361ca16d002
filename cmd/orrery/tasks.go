package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/contest"
	"orrery/cmd/orrery/experiment"
	"orrery/cmd/orrery/usage"
	"orrery/datasets"
	"orrery/datasets/shard"
	"orrery/datasets/storage"
	"orrery/sim/input"
	"orrery/world/fit"
)

type tasksOptions struct {
	experiment.Tasks
	JSON bool
	Part shard.Shard // of the actors in all tasks, or zero for all
}

func newTasksCommand(lines experiment.Runner) *cobra.Command {
	var part string
	opts := tasksOptions{Tasks: experiment.Tasks{Settings: experimentSettings("tasks", lines), Actors: experiment.Actors(), Episodes: 250}}
	cmd := &cobra.Command{
		Use:   "tasks",
		Short: "Remake the table of tasks: play, train, plan, compare",
		Long: `For each task, generate play data, train models on it, and let each model plan the
task in scenes of another seed. The same planner on the engine and acting at random are
there for comparison. --only takes scenario files too, whose tasks are learnt and planned
likewise. Each task has a directory with its data, its models and the result
of every episode. All of it takes hours; --only, --episodes and --actors choose a part.
orrery help plan explains the figures. --json prints them without the single episodes.
On a busy machine only the times of decisions change: each is the time on one core while
the other cores act too.

` + shardHelp("actors in all tasks") + `

The tasks: ` + strings.Join(experiment.TaskNames(), ", ") + ".",
		Example: `  orrery tasks
  orrery tasks --only push,reach --episodes 50
  orrery tasks --only dock.scenario.json --episodes 50
  orrery tasks --only drive --actors contact,true --out /tmp/drive
  orrery tasks --shard 5/24 --out shards/5 --resume
  orrery tasks --resume                         # after Ctrl-C`,
		Args: usage.Args(),
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if opts.Part, err = parseShard(cmd, part, "json"); err != nil {
				return err
			}
			if opts.Part != (shard.Shard{}) {
				return runUnits(cmd.Context(), cmd.ErrOrStderr(), &opts.Tasks, &opts.Settings, opts.Part)
			}
			return runTasks(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr(), opts)
		},
	}
	flags := cmd.Flags()
	console.FolderVar(flags, &opts.Dir, "out", "directory to write")
	flags.StringSliceVar(&opts.Only, "only", nil, "`names` of tasks or scenario files, separated by commas (default all tasks below)")
	flags.StringSliceVar(&opts.Actors, "actors", opts.Actors, "who acts: kinds of model, true (the engine) or random")
	console.WholeVar(flags, &opts.Play, "train-episodes", console.Between(fit.LeastEpisodes, datasets.MaxEpisodes), "episodes of play to train on, instead of the task's own")
	console.WholeVar(flags, &opts.Steps, "steps", console.From(1), "steps of every training, instead of the task's own")
	console.WholeVar(flags, &opts.Episodes, "episodes", console.From(1), "episodes to act in")
	flags.Uint64Var(&opts.Seed, "seed", opts.Seed, "seed of the play and the training; the scenes to act in take the next number")
	console.WholeVar(flags, &opts.Workers, "workers", console.From(1), "goroutines")
	shardVar(flags, &part, "actors in all tasks")
	flags.BoolVar(&opts.Resume, "resume", false, "go on with what an interrupted run left")
	flags.BoolVar(&opts.Force, "force", false, "replace what an earlier run left")
	flags.BoolVar(&opts.JSON, "json", false, "print JSON")
	return cmd
}

func runTasks(ctx context.Context, out, log io.Writer, opts tasksOptions) error {
	paths, err := opts.Do(ctx, log)
	if err != nil {
		return resumableSeries(err, opts.Dir)
	}
	var texts []json.RawMessage
	for _, path := range paths {
		content, err := storage.ReadFile(path)
		if err != nil {
			return err
		}
		texts = append(texts, content)
	}
	return writeTasks(out, opts.Dir, opts.JSON, texts)
}

// writeTasks writes the results of contests, but for their single episodes, to tasks.json in a directory, and a table of them.
func writeTasks(out io.Writer, dir string, asJSON bool, texts []json.RawMessage) error {
	var results []*contest.Result
	for _, text := range texts {
		r := &contest.Result{}
		if err := input.DecodeJSON(text, r); err != nil {
			return fmt.Errorf("result of a contest: %w", err)
		}
		r.Attempts = nil // which are in a file of their own
		results = append(results, r)
	}
	encode := func(w io.Writer) error { return console.JSON(w, results) }
	return console.WriteResult(out, asJSON, storage.Join(dir, "tasks.json"), encode, func(w io.Writer) error { return contest.WriteComparison(w, results) })
}
