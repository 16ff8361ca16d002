package main

import (
	"io"
	"reflect"

	"github.com/spf13/cobra"

	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/fleet"
	"orrery/cmd/orrery/schema"
	"orrery/cmd/orrery/usage"
)

type schemaOptions struct {
	Of    string // scenario or fleet
	Out   string // file, or - for stdout
	Force bool
}

func newSchemaCommand() *cobra.Command {
	opts := schemaOptions{Out: "-"}
	cmd := &cobra.Command{
		Use:   "schema scenario|fleet",
		Short: "Print the JSON Schema of scenario or fleet files",
		Long: `Print the JSON Schema (draft 2020-12) of scenario files or of fleet files. Editors that know it complete and
check a file as it is written. A scenario file may name it as "$schema", a fleet file in a comment in its
first line, # yaml-language-server: $schema=fleet.schema.json. What only the whole file
shows, such as a name that nothing has, is found by orrery check and orrery fleet show.`,
		Example: `  orrery schema scenario --out scenario.schema.json
  orrery schema fleet --out fleet.schema.json`,
		Args: usage.Args("scenario|fleet"),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch opts.Of = args[0]; opts.Of {
			case "scenario", "fleet":
				return runSchema(cmd.OutOrStdout(), opts)
			}
			return console.Usagef("schema: %q must be scenario or fleet", args[0])
		},
	}
	cmd.Flags().StringVar(&opts.Out, "out", opts.Out, "`file` to write; - is stdout")
	cmd.Flags().BoolVar(&opts.Force, "force", false, "replace a file that exists")
	return cmd
}

func runSchema(out io.Writer, opts schemaOptions) error {
	text, err := schema.Scenario()
	if opts.Of == "fleet" {
		text, err = schema.Of(reflect.TypeFor[fleet.File](), "fleet", fleet.Format)
	}
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
