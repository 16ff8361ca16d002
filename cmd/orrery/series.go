package main

import (
	"context"
	"fmt"
	"io"
	"runtime"

	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/experiment"
)

// experimentSettings returns the usual settings of an experiment in a directory.
func experimentSettings(dir string) experiment.Settings {
	return experiment.Settings{Dir: dir, Seed: defaultSeed, Workers: runtime.NumCPU(), Run: runArgs}
}

// runArgs runs a command line within another one.
func runArgs(ctx context.Context, out, log io.Writer, args []string) error {
	root := newRootCommand()
	root.SetArgs(args)
	root.SetOut(out)
	root.SetErr(log)
	return root.ExecuteContext(ctx)
}

// resumableSeries returns the error of an experiment, which says after an interruption how
// to go on.
func resumableSeries(ctx context.Context, err error, dir string) error {
	if ctx.Err() != nil {
		return fmt.Errorf("%w: --resume goes on with %s", console.ErrInterrupted, dir)
	}
	return err
}
