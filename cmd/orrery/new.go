package main

import (
	"context"
	_ "embed"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"orrery/cmd/orrery/arguments"
	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/usage"
	"orrery/sim/scenario/library"
)

// firstScenario is the scenario file to start from.
//
//go:embed new.scenario.json
var firstScenario []byte

type newOptions struct {
	File  string // to write, or - for stdout
	Like  string // name or file of a scenario, or empty
	Force bool
}

func newNewCommand() *cobra.Command {
	var opts newOptions
	cmd := &cobra.Command{
		Use:   "new FILE",
		Short: "Write a scenario file to start from",
		Long: `Write a scenario file, with comments that say what its parts are: a hand that pushes a
block to a dock. --like writes what another scenario file has, the file that a dataset
keeps, or a scenario of the library that is a file. The name of FILE is that of the scenario, unless "name" in it says otherwise,
and must end in .json. The file - is stdout.`,
		Example: `  orrery new dock.scenario.json
  orrery check dock.scenario.json --out dock.png
  orrery new --like push.scenario.json mine.scenario.json
  orrery new --like data/dock dock.scenario.json`,
		Args: usage.Args("FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.File = args[0]
			return runNew(cmd.Context(), cmd.OutOrStdout(), opts)
		},
	}
	cmd.Flags().StringVar(&opts.Like, "like", "", "`scenario` to start from: a name, a file or a dataset")
	cmd.Flags().BoolVar(&opts.Force, "force", false, "replace a file that exists")
	return cmd
}

func runNew(_ context.Context, out io.Writer, opts newOptions) error {
	text := firstScenario
	if opts.File != "-" {
		if !strings.EqualFold(filepath.Ext(opts.File), ".json") {
			return console.Usagef("new: %s must end in .json, as other commands then take it for a file", opts.File)
		}
		if err := console.CheckOut(opts.File, opts.Force); err != nil {
			return err
		}
	}
	if opts.Like != "" {
		like, err := arguments.OpenScenario(opts.Like)
		if err != nil {
			return err
		}
		if text = like.Text; text == nil {
			return fmt.Errorf("new: %s is not a file but part of the program%s", like.Name, filesInstead())
		}
	}
	if opts.File == "-" {
		_, err := out.Write(text)
		return err
	}
	err := console.WriteFile(opts.File, func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s: orrery check %s says what is in it\n", opts.File, console.Quoted(opts.File))
	return err
}

// filesInstead names the scenarios of the library that are files, to go after a sentence.
func filesInstead() string {
	var names []string
	for _, s := range library.List() {
		if s.Text != nil {
			names = append(names, s.Name)
		}
	}
	if names == nil {
		return ""
	}
	return "; files are " + strings.Join(names, ", ")
}
