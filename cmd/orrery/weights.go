package main

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"orrery/cmd/orrery/console"
	"orrery/sim/input"
	"orrery/world/fit"
)

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
		i := slices.IndexFunc(sets, func(s fit.Set) bool { return filepath.Clean(s.Name) == filepath.Clean(name) })
		if i < 0 { // the last part of the path will do
			i = slices.IndexFunc(sets, func(s fit.Set) bool { return filepath.Base(filepath.Clean(s.Name)) == name })
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
	base := func(s fit.Set) string { return filepath.Base(filepath.Clean(s.Name)) }
	for k, other := range sets {
		if k != i && base(other) == base(sets[i]) {
			return sets[i].Name
		}
	}
	return base(sets[i])
}
