package importing

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"time"

	"orrery/cmd/orrery/console"
	"orrery/datasets"
	"orrery/datasets/generate"
	"orrery/sim"
)

// Demonstrations makes a dataset in a folder of what was driven by hand and saved in files, or extends the one that is there.
// A reading or writing that is to end has so long a time for it.
func Demonstrations(ctx context.Context, files []string, folder string, extend bool, options generate.Options, patience time.Duration) error {
	spec, all, err := readDemonstrations(ctx, files)
	if err != nil {
		return err
	}
	spec.Command = "orrery import demonstrations"
	for _, file := range files {
		spec.Command += " " + console.Quoted(file)
	}
	err = console.Until(ctx, patience, func() error {
		if extend {
			return appendDemonstrations(ctx, folder, spec, all)
		}
		spec.Episodes = len(all)
		maker := func(_ context.Context, k int) (*sim.Trajectory, []datasets.Outcome, error) {
			return all[k].Trajectory, all[k].Outcomes, nil
		}
		return generate.Run(ctx, folder, spec, func() generate.Maker { return maker }, options)
	})
	if ctx.Err() != nil {
		return fmt.Errorf("%w: the same command with --force starts over", console.ErrInterrupted)
	}
	return err
}

// it is the dataset, in what package generate says of demonstrations that do not go with it.
var it = regexp.MustCompile(`\bit\b`)

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
				err = fmt.Errorf("does not go with %s: %s", files[0], it.ReplaceAllString(err.Error(), "that"))
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
