package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"orrery/cmd/orrery/arguments"
	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/importing"
	"orrery/datasets/splits"
	"orrery/datasets/storage"
	"orrery/sim/input"
	"orrery/world/fit"
	"orrery/world/fit/stored"
)

// open opens the datasets and returns them with their weights.
func (o *trainOptions) open(ctx context.Context, log io.Writer) ([]fit.Set, error) {
	var sets []fit.Set
	judged := false // by a share that is held out
	for i, dir := range o.Data {
		if slices.ContainsFunc(o.Data[:i], func(other string) bool { return storage.Clean(other) == storage.Clean(dir) }) {
			return nil, console.Usagef("train: %s is named twice; --weight %s=2 takes its examples twice as often", dir, dir)
		}
		set, err := o.openSet(ctx, log, dir)
		if err != nil {
			return nil, err
		}
		judged = judged || set.Judge.Len() == 0
		sets = append(sets, fit.Set{Episodes: set, Name: dir, Weight: 1})
	}
	if err := o.Foreign.Check("train"); err != nil {
		return nil, err
	}
	if o.ownHoldout && !judged {
		return nil, console.Usagef("train: --holdout %v: the split %s judges the model, so none of %s is held out for that", o.Fit.Holdout, splits.Val, splits.Train)
	}
	return sets, o.Weights.weigh(sets)
}

// openSet opens a dataset to train on.
func (o *trainOptions) openSet(ctx context.Context, log io.Writer, dir string) (*stored.Episodes, error) {
	own, err := o.Foreign.Own(ctx, importing.To(log), patience, dir)
	if err != nil {
		return nil, err
	}
	data, learn, err := arguments.OpenSplit(ctx, own, cmp.Or(o.Split, splits.Train))
	if err != nil {
		return nil, err
	}
	d, err := stored.New(data, learn)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	return d, nil
}

// episodes returns what to train on.
func (o *trainOptions) episodes(ctx context.Context, sets []fit.Set) (fit.Episodes, error) {
	if len(sets) == 1 {
		return sets[0].Episodes, nil
	}
	return fit.Join(ctx, sets, &o.Fit)
}

// observed reports whether the states of a set are estimates.
func observed(s fit.Set) bool {
	d, ok := s.Episodes.(*stored.Episodes)
	return ok && d.Room().Observed
}

// weights is the value of the flag --weight: how often to take the examples of a dataset, by what the
// flag calls it.
type weights map[string]float64

// Set implements pflag.Value. The directory may have an equals sign, the number has none.
func (w weights) Set(text string) error {
	at := strings.LastIndex(text, "=")
	if at <= 0 {
		return fmt.Errorf("must be a dataset and how often to take its examples, such as %s=2", weightExample(text))
	}
	name, value := text[:at], text[at+1:]
	number, ok := input.ParseNumber(value)
	if !ok || !(number >= fit.LeastWeight && number <= fit.MostWeight) {
		return fmt.Errorf("must be a number from %v to %v after %.40s=, such as 2: its examples are taken so many times as often as others", fit.LeastWeight, fit.MostWeight, name)
	}
	w[name] = number
	return nil
}

// weightExample returns the dataset of an example that stands for a wrong text.
func weightExample(text string) string {
	if name, _, _ := strings.Cut(text, "="); name != "" && len(name) <= 40 {
		return name
	}
	return "data/own"
}

// Type implements pflag.Value.
func (w weights) Type() string { return "DIR=number" }

// String implements pflag.Value; nothing is weighted by default.
func (w weights) String() string { return "" }

// flags returns the flags as a command line has them.
func (w weights) flags() string { return console.Settings(w).Flags("weight") }

// weigh gives the sets their weights. A dataset is named as on the command line, or by the last part of
// its path.
func (w weights) weigh(sets []fit.Set) error {
	var known []string
	for i := range sets {
		known = append(known, setName(sets, i), sets[i].Name)
	}
	for _, name := range slices.Sorted(maps.Keys(w)) {
		flag := fmt.Sprintf("train: --weight %.40s=%v", name, w[name])
		i := slices.IndexFunc(sets, func(s fit.Set) bool { return storage.Clean(s.Name) == storage.Clean(name) })
		if i < 0 { // the last part of the path will do
			i = slices.IndexFunc(sets, func(s fit.Set) bool { return filepath.Base(storage.Clean(s.Name)) == name })
			if i >= 0 && len(sets) > 1 && setName(sets, i) == sets[i].Name {
				return console.Usagef("%s: two datasets are called %s; name one as it stands in front", flag, name)
			}
		}
		switch {
		case i < 0:
			var names []string
			for _, s := range sets {
				names = append(names, s.Name)
			}
			return console.Usagef("%s must name one of the datasets: %s%s", flag, strings.Join(names, ", "), input.Perhaps(name, known))
		case len(sets) == 1:
			return console.Usagef("%s takes one dataset more often than others, and there is only one", flag)
		}
		sets[i].Weight = w[name]
	}
	return nil
}

// setName returns how the figures call a dataset: not at all when it is the only one, and
// else by the last part of its path, unless another has the same.
func setName(sets []fit.Set, i int) string {
	if len(sets) == 1 {
		return ""
	}
	base := func(s fit.Set) string { return filepath.Base(storage.Clean(s.Name)) }
	for k, other := range sets {
		if k != i && base(other) == base(sets[i]) {
			return sets[i].Name
		}
	}
	return base(sets[i])
}
