package main

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"orrery/cmd/orrery/experiment"
)

type fleetCollectOptions struct {
	File string
	JSON bool
}

func newFleetCollectCommand(lines experiment.Runner) *cobra.Command {
	var opts fleetCollectOptions
	cmd := &cobra.Command{
		Use:   "collect FILE",
		Short: "Merge what is made and show the results",
		Long: `Merge, here, the shards of each stage all of which are made and whose result is not there, as
where the job that should have merged them is lost. Then say where the results are, and what is
still missing. Nothing else is run.`,
		Example: `  orrery fleet collect fleet.yaml`,
		Args:    wantArgs("FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.File = args[0]
			return runFleetCollect(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr(), opts)
		},
	}
	cmd.Flags().BoolVar(&opts.JSON, "json", false, "print JSON")
	return cmd
}

func runFleetCollect(ctx context.Context, out, log io.Writer, opts fleetCollectOptions) error {
	plan, err := openFleet(opts.File)
	if err != nil {
		return err
	}
	local, err := tasksHere(1, log)
	if err != nil {
		return err
	}
	missing := local.Collect(ctx, plan)
	report, err := plan.Report(ctx)
	if err != nil {
		return err
	}
	if err := writeReport(out, report, opts.JSON); err != nil {
		return err
	}
	return missing
}
