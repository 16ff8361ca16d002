package command

import (
	"context"
	"io"
	"path/filepath"

	"github.com/spf13/cobra"

	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/fleet"
	"orrery/cmd/orrery/usage"
)

type workOptions struct {
	File, Stage, Task string
	Mark              string // of the record
	Begin, Tied       bool
}

func (p Program) newWork() *cobra.Command {
	var opts workOptions
	cmd := &cobra.Command{
		Use:   "work FILE STAGE TASK",
		Short: "Do one task, as fleet run has it done",
		Long: `Do one task of a stage: a shard by its number from 0, merge, or auto for the shard whose number is in
JOB_COMPLETION_INDEX or SLURM_ARRAY_TASK_ID of the environment. fleet run starts this wherever
tasks run; by hand it shows why a task fails. It must be run in the folder of the file. A task
that is done is not done again, and one that another process is doing is waited for.

It ends with exit code 64 where a command line is wrong, so that no retry helps: 2 may also be
that of a program that crashed.`,
		Example: `  orrery fleet work fleet.yaml data 3
  orrery fleet work fleet.yaml data merge`,
		Args: usage.Args("FILE", "STAGE", "TASK"),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.File, opts.Stage, opts.Task = args[0], args[1], args[2]
			err := p.work(cmd.Context(), cmd.InOrStdin(), opts)
			if console.IsUsage(err) {
				return console.Exit(err, fleet.Hopeless)
			}
			return err
		},
	}
	cmd.Flags().BoolVar(&opts.Begin, "begin", false, "begin the stage if that was not done; otherwise orrery fleet run does so")
	cmd.Flags().StringVar(&opts.Mark, "mark", "", "`word` by which the record of the attempt is known (default one that is drawn)")
	cmd.Flags().BoolVar(&opts.Tied, "tied", false, "stop when stdin ends")
	return cmd
}

func (p Program) work(ctx context.Context, in io.Reader, opts workOptions) error {
	plan, err := p.Open(opts.File)
	if err != nil {
		return err
	}
	step, err := plan.Find(opts.Stage)
	if err != nil {
		return err
	}
	task, err := parseTask(step, opts.Task)
	if err != nil {
		return err
	}
	if opts.File != filepath.Base(opts.File) {
		return console.Usagef("fleet work: %s must be in the current directory, from which its paths are seen", opts.File)
	}
	if opts.Tied {
		tied, cut := context.WithCancel(ctx)
		defer cut()
		ctx = tied
		go func() {
			_, _ = io.Copy(io.Discard, in)
			cut()
		}()
	}
	if opts.Begin {
		if err := plan.BeginStep(ctx, step, false); err != nil {
			return err
		}
	}
	return plan.Work(ctx, step, task, opts.Mark, p.Run)
}
