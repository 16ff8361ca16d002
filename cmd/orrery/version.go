package main

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

type versionOptions struct{ JSON bool }

func newVersionCommand() *cobra.Command {
	var opts versionOptions
	cmd := &cobra.Command{
		Use:     "version",
		Short:   "Show which build this is",
		Example: `  orrery version --json`,
		Args:    wantArgs(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runVersion(cmd.Context(), cmd.OutOrStdout(), opts)
		},
	}
	cmd.Flags().BoolVar(&opts.JSON, "json", false, "print JSON")
	return cmd
}

func runVersion(_ context.Context, out io.Writer, opts versionOptions) error {
	b := thisBuild()
	if opts.JSON {
		return printJSON(out, b)
	}
	_, err := fmt.Fprintf(out, "orrery %s %s %s %s\n", b.Version, b.Revision, b.Go, b.Platform)
	return err
}

// build identifies the program well enough to make its results again.
type build struct {
	Version  string `json:"version"`  // of the module, "(devel)" when not released
	Revision string `json:"revision"` // of the sources, "+dirty" when they were changed
	Go       string `json:"go"`
	Platform string `json:"platform"` // operating system/architecture
}

func thisBuild() build {
	b := build{Version: "(devel)", Revision: "unknown", Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	if info.Main.Version != "" {
		b.Version = info.Main.Version
	}
	dirty := ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			b.Revision = s.Value
		case s.Key == "vcs.modified" && s.Value == "true":
			dirty = "+dirty"
		}
	}
	b.Revision += dirty
	return b
}
