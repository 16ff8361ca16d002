package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"orrery/cmd/orrery/build"
	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/experiment"
	"orrery/cmd/orrery/fleet"
	"orrery/cmd/orrery/fleet/command"
	"orrery/cmd/orrery/usage"
	"orrery/datasets/storage"
)

const exitCodesHelp = `
Exit codes:
  0  done
  1  failed
  2  wrong usage
`

func newRootCommand() *cobra.Command { return rootCommand(runArgs) }

// rootCommand returns the program whose experiments run their lines by a runner.
func rootCommand(lines experiment.Runner) *cobra.Command {
	root := &cobra.Command{
		Use:   "orrery",
		Short: "Small world models of 2D physics: make data, train, measure, look",
		Long: `Orrery makes trajectories of 2D rigid bodies, fits small world models to them,
measures how wrong those models are and draws both. Results go to stdout,
progress to stderr.`,
		Example: `  orrery demo                                   # the whole way in a minute or two
  orrery gen billiards --out data/billiards     # one stage of it`,
		SilenceErrors:              true,
		SilenceUsage:               true,
		SuggestionsMinimumDistance: 2,
		Args:                       cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownCommand(cmd, args[0])
			}
			return cmd.Help()
		},
	}
	root.Version = build.This().String()
	root.SetVersionTemplate("orrery {{.Version}}\n")
	root.SetHelpTemplate(root.HelpTemplate() + exitCodesHelp)
	root.SetHelpCommand(newHelpCommand())
	root.SetFlagErrorFunc(usage.FlagError)
	root.CompletionOptions.HiddenDefaultCmd = true
	root.PersistentFlags().Var(endpoint{}, "endpoint-url", "`URL` of the object store that s3://bucket/prefix is in (default AWS_ENDPOINT_URL, or Amazon's)")
	root.AddCommand(
		newAccuracyCommand(lines),
		newBenchCommand(),
		newCheckCommand(),
		newDemoCommand(lines),
		newEvalCommand(),
		newExportCommand(),
		fleets(lines).Command(),
		newGenCommand(),
		newGuideCommand(),
		newIdentifyCommand(),
		newImportCommand(),
		newInspectCommand(),
		newLearnCommand(lines),
		newMergeCommand(),
		newModelsCommand(lines),
		newNewCommand(),
		newPlanCommand(),
		newRenderCommand(),
		newRolloutCommand(),
		newScenesCommand(),
		newSchemaCommand(),
		newServeCommand(),
		newSurpriseCommand(),
		newSweepCommand(lines),
		newTasksCommand(lines),
		newTrainCommand(),
		newVersionCommand(),
		newViewCommand(),
		newWatchCommand(),
	)
	return root
}

// endpoint is the value of a flag that says where object stores are, to this process and those that it starts.
type endpoint struct{}

// Set implements pflag.Value.
func (endpoint) Set(text string) error {
	if err := storage.CheckEndpoint(text); err != nil {
		return err
	}
	return os.Setenv("AWS_ENDPOINT_URL_S3", text)
}

// Type implements pflag.Value.
func (endpoint) Type() string { return "URL" }

// String implements pflag.Value; nothing is said by default.
func (endpoint) String() string { return "" }

func newHelpCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "help [COMMAND]",
		Short:   "Explain a command",
		Example: `  orrery help gen`,
		RunE: func(cmd *cobra.Command, args []string) error {
			target, rest, err := cmd.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return unknownCommand(cmd.Root(), args[0])
			}
			target.InitDefaultHelpFlag()
			return target.Help()
		},
	}
}

func unknownCommand(root *cobra.Command, name string) error {
	if near := root.SuggestionsFor(name); len(near) > 0 {
		return console.Usagef("unknown command %q, did you mean %s?", name, strings.Join(near, " or "))
	}
	return console.Usagef("unknown command %q; `orrery help` lists them", name)
}

// experimentSettings returns the usual settings of an experiment in a directory, whose lines a
// runner runs.
func experimentSettings(dir string, lines experiment.Runner) experiment.Settings {
	return experiment.Settings{Dir: dir, Seed: defaultSeed, Workers: runtime.NumCPU(), Run: lines}
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
func resumableSeries(err error, dir string) error {
	if left := console.Uninterrupted(err); err == nil || left != nil {
		return left
	}
	return fmt.Errorf("%w: --resume goes on with %s", console.ErrInterrupted, dir)
}

// fleets returns what fleets need of this program.
func fleets(lines experiment.Runner) command.Program {
	takes := func(words []string) error {
		if err := takesLine(words); err != nil {
			return fmt.Errorf("run: %v", err) // a mistake in the file, not in this command line
		}
		return nil
	}
	return command.Program{Run: fleet.Runner(lines), Takes: takes}
}

// takesLine returns an error for a command line that the program does not take.
func takesLine(words []string) error {
	cmd, rest, err := newRootCommand().Find(words)
	if err != nil {
		return err
	}
	if err := cmd.ParseFlags(rest); err != nil {
		return usage.FlagError(cmd, err)
	}
	args := cmd.Flags().Args()
	if err := cmd.ValidateArgs(args); err != nil || cmd.PreRunE == nil {
		return err
	}
	return cmd.PreRunE(cmd, args)
}
