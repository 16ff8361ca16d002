package main

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/importing"
	"orrery/datasets"
	"orrery/datasets/generate"
)

type importDemonstrationsOptions struct {
	Files         []string
	Out           string
	Append, Force bool
	JSON          bool
}

func newImportDemonstrationsCommand() *cobra.Command {
	var opts importDemonstrationsOptions
	cmd := &cobra.Command{
		Use:   "demonstrations FILE... --out DIR",
		Short: "Make a dataset of what was driven by hand",
		Long: `Make a dataset of demonstrations: episodes that were driven by hand in the viewer or its
page, which saves each as a file. All must be of one scenario with the same parameters. With
--append they extend a dataset of such. DIR.partial, which is left where recording to DIR was
interrupted, is such a file, too.`,
		Example: `  orrery import demonstrations orrery-push-*.jsonl --out data/driven
  orrery import demonstrations more.jsonl --out data/driven --append`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return console.Usagef("demonstrations: FILE is missing")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.Files = args
			return runImportDemonstrations(cmd.Context(), cmd.OutOrStdout(), opts)
		},
	}
	flags := cmd.Flags()
	console.FolderVar(flags, &opts.Out, "out", "directory to write")
	flags.BoolVar(&opts.Append, "append", false, "extend the dataset that exists")
	flags.BoolVar(&opts.Force, "force", false, "replace a dataset that exists")
	flags.BoolVar(&opts.JSON, "json", false, "print JSON")
	return cmd
}

func runImportDemonstrations(ctx context.Context, out io.Writer, opts importDemonstrationsOptions) error {
	switch {
	case opts.Out == "":
		return console.Usagef("demonstrations: --out DIR is missing")
	case opts.Append && opts.Force:
		return console.Usagef("demonstrations: --append and --force exclude each other")
	}
	options := generate.Options{Workers: 1, Append: opts.Append, Force: opts.Force}
	if err := checkDataset(opts.Out, options); err != nil {
		return err
	}
	if err := importing.Demonstrations(ctx, opts.Files, opts.Out, opts.Append, options, patience); err != nil {
		return err
	}
	data, err := datasets.Open(ctx, opts.Out)
	if err != nil {
		return err
	}
	return printDataset(out, opts.Out, datasetInfo{Summary: data.Summary()}, opts.JSON)
}
