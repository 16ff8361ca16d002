package command

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/fleet"
	"orrery/cmd/orrery/usage"
	"orrery/sim/input"
)

type statusOptions struct {
	File string
	JSON bool
}

func (p Program) newStatus() *cobra.Command {
	var opts statusOptions
	cmd := &cobra.Command{
		Use:   "status FILE",
		Short: "Say how far a fleet is",
		Long: `Say how far each stage is, wherever it runs: tasks that are done, running and failed, frames per
second, the time left at the pace so far, and the cost in core hours of all attempts, failed
ones too. A task that has not been heard of for a minute is lost. Failed tasks are named with
their logs.`,
		Example: `  orrery fleet status fleet.yaml
  orrery fleet status fleet.yaml --json`,
		Args: usage.Args("FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.File = args[0]
			return p.status(cmd.Context(), cmd.OutOrStdout(), opts)
		},
	}
	cmd.Flags().BoolVar(&opts.JSON, "json", false, "print JSON")
	return cmd
}

func (p Program) status(ctx context.Context, out io.Writer, opts statusOptions) error {
	plan, err := p.Open(opts.File)
	if err != nil {
		return err
	}
	return showProgress(ctx, out, plan, opts.JSON)
}

// showProgress writes how far a fleet is.
func showProgress(ctx context.Context, out io.Writer, plan *fleet.Plan, asJSON bool) error {
	report, err := plan.Report(ctx)
	if err == nil {
		err = plan.AddQueue(ctx, report)
	}
	if err != nil {
		return err
	}
	return writeReport(out, report, asJSON)
}

// writeReport writes how far a fleet is.
func writeReport(out io.Writer, report *fleet.Report, asJSON bool) error {
	return console.WriteResult(out, asJSON, "",
		func(w io.Writer) error { return console.JSON(w, report) },
		func(w io.Writer) error { return reportInWords(w, report) })
}

func reportInWords(w io.Writer, report *fleet.Report) error {
	total := 0.0
	err := console.Table(w, func(row func(cells ...any)) {
		row("stage", "done", "running", "failed", "core hours", "frames/s", "left", "result")
		for _, g := range report.Stages {
			rate, left := "", ""
			if g.FramesPer > 0 {
				rate = fmt.Sprintf("%.0f", g.FramesPer)
			}
			if g.Left > 0 {
				left = (time.Duration(g.Left) * time.Second).String()
			}
			total += g.CoreHours
			row(g.Stage, fmt.Sprintf("%d/%d", g.Done, g.Tasks), g.Running, g.Failed, fmt.Sprintf("%.3g", g.CoreHours), rate, left, g.Result)
		}
	})
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(w, "\n%.3g core hours so far\n", total); err != nil {
		return err
	}
	for _, q := range report.Queue {
		if _, err := fmt.Fprintf(w, "job %s: %s of %s %s\n", q.Job, input.Count(q.Tasks, "task"), q.Stage, strings.ToLower(q.State)); err != nil {
			return err
		}
	}
	for _, g := range report.Stages {
		for _, c := range g.Accused {
			if _, err := fmt.Fprintf(w, "%s %s: %s after %s, log %s\n", g.Stage, c.Task, c.Error, input.Count(c.Tries, "attempt"), c.Log); err != nil {
				return err
			}
		}
		if more := g.Failed - len(g.Accused); more > 0 {
			if _, err := fmt.Fprintf(w, "%s: and %d more\n", g.Stage, more); err != nil {
				return err
			}
		}
	}
	return nil
}
