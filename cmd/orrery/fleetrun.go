package main

import (
	"context"
	"io"
	"os"
	"runtime"

	"github.com/spf13/cobra"

	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/fleet"
)

type fleetRunOptions struct {
	File  string
	On    string // local
	Cores int    // of this machine, for local
	Force bool
	JSON  bool
}

func newFleetRunCommand() *cobra.Command {
	opts := fleetRunOptions{On: "local", Cores: runtime.NumCPU()}
	cmd := &cobra.Command{
		Use:   "run FILE",
		Short: "Do all stages that are not done",
		Long: `Do all stages of a fleet file whose results are not there. Tasks are the shards of a stage and
the merge of them; each is a process of its own. A task that fails is tried again, as often
as retries says; one that always fails is named with its log, and all others go on.

After Ctrl-C or a kill the same command goes on.`,
		Example: `  orrery fleet run fleet.yaml
  orrery fleet run fleet.yaml --cores 4`,
		Args: wantArgs("FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.File = args[0]
			return runFleetRun(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr(), opts)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&opts.On, "on", opts.On, "where: local")
	console.WholeVar(flags, &opts.Cores, "cores", console.From(1), "cores of this machine that the tasks use together")
	flags.BoolVar(&opts.Force, "force", false, "begin stages anew that were begun otherwise, and replace their results")
	flags.BoolVar(&opts.JSON, "json", false, "print JSON")
	return cmd
}

func runFleetRun(ctx context.Context, out, log io.Writer, opts fleetRunOptions) error {
	if opts.On != "local" {
		return console.Usagef("fleet run: --on %q must be local", opts.On)
	}
	plan, err := openFleet(opts.File)
	if err != nil {
		return err
	}
	program, err := os.Executable()
	if err != nil {
		return err
	}
	if err := plan.Begin(opts.Force); err != nil {
		return err
	}
	local := fleet.Local{Program: []string{program, "fleet", "work"}, Cores: opts.Cores, Log: log}
	if err := local.Run(ctx, plan); err != nil {
		return err
	}
	report, err := plan.Report(ctx)
	if err != nil {
		return err
	}
	return writeReport(out, report, opts.JSON)
}
