package arguments

import (
	"context"
	"fmt"

	"github.com/spf13/pflag"

	"orrery/cmd/orrery/console"
	"orrery/datasets"
	"orrery/datasets/splits"
)

// division is the value of the flag --split of commands that write a dataset.
type division struct{ *splits.Division }

// Set implements pflag.Value.
func (d division) Set(text string) (err error) {
	if *d.Division, err = splits.Parse(text); err != nil {
		return fmt.Errorf("must be such as train=0.8,val=0.1,test=0.1: %w", err)
	}
	return nil
}

// Type implements pflag.Value.
func (d division) Type() string { return "train=share,…" }

// String implements pflag.Value; nothing is divided by default.
func (d division) String() string { return "" }

// DivisionHelp says in the help of a command what its --split means.
const DivisionHelp = `--split train=0.8,val=0.1,test=0.1 divides the episodes, in their order, into those that models
learn from, those that say when a model has learned enough, and those that judge it in the
end. Numbers of episodes will do instead of shares, and train may be left out: it gets the
rest. Commands that read the dataset heed the splits.`

// DivisionVar adds the flag --split of a command that writes a dataset.
func DivisionVar(flags *pflag.FlagSet, d *splits.Division, usage string) {
	flags.Var(division{d}, "split", usage)
}

// SplitVar adds the flag --split of a command that reads a dataset.
func SplitVar(flags *pflag.FlagSet, name *string, usage string) {
	flags.StringVar(name, "split", "", "`name` of a split of the dataset, or all; "+usage)
}

// SplitOf returns the split that a flag names. An empty name stands for the first of the usual ones
// that the dataset has, or else for every episode.
func SplitOf(data *datasets.Dataset, name string, usual ...string) (splits.Split, error) {
	if name == "" {
		for _, usually := range usual {
			if s, found := data.Splits().Find(usually); found {
				return s, nil
			}
		}
		name = splits.All
	}
	s, err := data.Split(name)
	if err != nil {
		return s, console.Usage(err)
	}
	return s, nil
}

// OpenSplit opens a dataset for the split that a flag names, as SplitOf does.
func OpenSplit(ctx context.Context, dir, name string, usual ...string) (*datasets.Dataset, splits.Split, error) {
	data, err := datasets.Open(ctx, dir)
	if err != nil {
		return nil, splits.Split{}, err
	}
	s, err := SplitOf(data, name, usual...)
	return data, s, err
}
