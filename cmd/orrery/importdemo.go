package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"orrery/cmd/orrery/console"
	"orrery/datasets"
	"orrery/datasets/generate"
	"orrery/sim"
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
	spec, all, err := readDemonstrations(ctx, opts.Files)
	if err != nil {
		return err
	}
	spec.Command = "orrery import demonstrations"
	for _, file := range opts.Files {
		spec.Command += " " + console.Quoted(file)
	}
	err = console.Until(ctx, patience, func() error {
		if opts.Append {
			return appendDemonstrations(ctx, opts.Out, spec, all)
		}
		spec.Episodes = len(all)
		maker := func(_ context.Context, k int) (*sim.Trajectory, []datasets.Outcome, error) {
			return all[k].Trajectory, all[k].Outcomes, nil
		}
		return generate.Run(ctx, opts.Out, spec, func() generate.Maker { return maker }, options)
	})
	if ctx.Err() != nil {
		return fmt.Errorf("%w: the same command with --force starts over", console.ErrInterrupted)
	}
	if err != nil {
		return err
	}
	data, err := datasets.Open(ctx, opts.Out)
	if err != nil {
		return err
	}
	return printDataset(out, opts.Out, datasetInfo{Summary: data.Summary()}, opts.JSON)
}

// readDemonstrations reads files of demonstrations that may be in one dataset.
func readDemonstrations(ctx context.Context, files []string) (spec datasets.Spec, all []generate.Demonstration, err error) {
	for i, file := range files {
		if err := ctx.Err(); err != nil {
			return spec, nil, err
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return spec, nil, err
		}
		own, read, err := generate.DecodeDemonstrations(text)
		if err == nil && i > 0 {
			err = generate.SameDemonstrations(&spec, &own)
			if err != nil {
				err = fmt.Errorf("does not go with %s: %s", files[0], strings.ReplaceAll(err.Error(), " it", " that"))
			}
		}
		if err != nil {
			return spec, nil, fmt.Errorf("%s: %w", file, err)
		}
		if i == 0 {
			spec = own
		}
		all = append(all, read...)
	}
	if len(all) == 0 {
		return spec, nil, fmt.Errorf("%s: has no demonstrations", files[0])
	}
	return spec, all, nil
}

// appendDemonstrations extends a dataset, unless it already has an unfinished one beside it.
func appendDemonstrations(ctx context.Context, dir string, spec datasets.Spec, all []generate.Demonstration) error {
	c, err := generate.Collect(ctx, dir, spec)
	if err != nil {
		return err
	}
	for _, d := range all {
		if err := c.Add(d); err != nil {
			return err
		}
	}
	return c.Close(ctx)
}
