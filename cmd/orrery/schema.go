package main

import (
	"io"

	"github.com/spf13/cobra"

	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/schema"
)

type schemaOptions struct {
	Out   string // file, or - for stdout
	Force bool
}

func newSchemaCommand() *cobra.Command {
	opts := schemaOptions{Out: "-"}
	cmd := &cobra.Command{
		Use:   "schema scenario",
		Short: "Print the JSON Schema of scenario files",
		Long: `Print the JSON Schema (draft 2020-12) of scenario files. Editors that know it complete and
check a file as it is written. A file may name it as "$schema". What only the whole file
shows, such as a name that nothing has, is found by orrery check.`,
		Example: `  orrery schema scenario --out scenario.schema.json`,
		Args:    wantArgs("scenario"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if args[0] != "scenario" {
				return console.Usagef("schema: %q must be scenario", args[0])
			}
			return runSchema(cmd.OutOrStdout(), opts)
		},
	}
	cmd.Flags().StringVar(&opts.Out, "out", opts.Out, "`file` to write; - is stdout")
	cmd.Flags().BoolVar(&opts.Force, "force", false, "replace a file that exists")
	return cmd
}

func runSchema(out io.Writer, opts schemaOptions) error {
	text, err := schema.Scenario()
	if err != nil {
		return err
	}
	write := func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	}
	if opts.Out == "-" {
		return write(out)
	}
	if err := console.CheckOut(opts.Out, opts.Force); err != nil {
		return err
	}
	return console.WriteFile(opts.Out, write)
}
