package command

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"orrery/cmd/orrery/usage"
)

type collectOptions struct {
	File string
	JSON bool
}

func (p Program) newCollect() *cobra.Command {
	var opts collectOptions
	cmd := &cobra.Command{
		Use:   "collect FILE",
		Short: "Merge what is made and show the results",
		Long: `Merge, here, the shards of each stage all of which are made and whose result is not there, as
where the job that should have merged them is lost. Then say where the results are, and what is
still missing. Nothing else is run.`,
		Example: `  orrery fleet collect fleet.yaml`,
		Args:    usage.Args("FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.File = args[0]
			return p.collect(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr(), opts)
		},
	}
	cmd.Flags().BoolVar(&opts.JSON, "json", false, "print JSON")
	return cmd
}

func (p Program) collect(ctx context.Context, out, log io.Writer, opts collectOptions) error {
	plan, err := p.Open(opts.File)
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
