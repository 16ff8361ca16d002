package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"orrery/cmd/orrery/build"
	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/usage"
)

type versionOptions struct{ JSON bool }

func newVersionCommand() *cobra.Command {
	var opts versionOptions
	cmd := &cobra.Command{
		Use:     "version",
		Short:   "Show which build this is",
		Example: `  orrery version --json`,
		Args:    usage.Args(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runVersion(cmd.Context(), cmd.OutOrStdout(), opts)
		},
	}
	cmd.Flags().BoolVar(&opts.JSON, "json", false, "print JSON")
	return cmd
}

func runVersion(_ context.Context, out io.Writer, opts versionOptions) error {
	b := build.This()
	if opts.JSON {
		return console.JSON(out, b)
	}
	_, err := fmt.Fprintf(out, "orrery %s\n", b)
	return err
}
