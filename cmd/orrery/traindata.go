package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"orrery/cmd/orrery/console"
	"orrery/datasets"
	"orrery/datasets/splits"
	"orrery/sim"
	"orrery/sim/input"
	"orrery/world/fit"
)

// open opens the datasets and returns them with their weights.
func (o *trainOptions) open(ctx context.Context, log io.Writer) ([]fit.Set, error) {
	var sets []fit.Set
	judged := false // by a share that is held out
	for i, dir := range o.Data {
		if slices.ContainsFunc(o.Data[:i], func(other string) bool { return filepath.Clean(other) == filepath.Clean(dir) }) {
			return nil, console.Usagef("train: %s is named twice; --weight %s=2 takes its examples twice as often", dir, dir)
		}
		set, err := o.openSet(ctx, log, dir)
		if err != nil {
			return nil, err
		}
		judged = judged || set.judge.Len() == 0
		sets = append(sets, fit.Set{Episodes: set, Name: dir, Weight: 1})
	}
	if err := o.Foreign.check("train"); err != nil {
		return nil, err
	}
	if o.ownHoldout && !judged {
		return nil, console.Usagef("train: --holdout %v: the split %s judges the model, so none of %s is held out for that", o.Fit.Holdout, splits.Val, splits.Train)
	}
	return sets, o.Weights.weigh(sets)
}

// openSet opens a dataset to train on.
func (o *trainOptions) openSet(ctx context.Context, log io.Writer, dir string) (*onDisk, error) {
	data, learn, done, err := o.Foreign.open(ctx, log, dir, cmp.Or(o.Split, splits.Train))
	if err != nil {
		return nil, err
	}
	o.done = append(o.done, done)
	d := &onDisk{Dataset: data, learn: learn}
	if learn.Name == splits.Train {
		d.judge, _ = data.Splits().Find(splits.Val)
	}
	if d.judge.Len() == 0 && learn.Len() < fit.LeastEpisodes && learn.Len() < data.Episodes() {
		return nil, fmt.Errorf("%s: the split %s has %s, and training needs %d at least, one of them to judge by", dir, learn.Name, input.Count(learn.Len(), "episode"), fit.LeastEpisodes)
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

// onDisk is a dataset to train on.
type onDisk struct {
	*datasets.Dataset
	learn splits.Split // what is learned from
	judge splits.Split // what judges; empty when a share of learn is held out
}

func (d *onDisk) Read(ctx context.Context, episodes []int, report func(done int)) ([]*sim.Trajectory, error) {
	return d.Trajectories(ctx, episodes, func(done, _ int) {
		if report != nil {
			report(done)
		}
	})
}

func (d *onDisk) Deal(share float64, seed uint64) (training, holdout []int) {
	if d.judge.Len() > 0 {
		return d.learn.Numbers(), d.judge.Numbers()
	}
	training, holdout = dealWhole(d.pieces(), d.learn.Len(), share, seed)
	for _, numbers := range [][]int{training, holdout} {
		for i := range numbers {
			numbers[i] += d.learn.From
		}
	}
	return training, holdout
}

// observed reports whether the states of a set are estimates.
func observed(s fit.Set) bool {
	d, ok := s.Episodes.(*onDisk)
	return ok && d.Room().Observed
}

// pieces returns how many of the episodes to learn from were cut from each recording, or nil when all are whole.
func (d *onDisk) pieces() (out []int) {
	recording := d.Provenance().Recording
	if recording == nil {
		return nil
	}
	from := 0
	for _, n := range recording.Pieces {
		if inside := min(from+n, d.learn.To) - max(from, d.learn.From); inside > 0 {
			out = append(out, inside)
		}
		from += n
	}
	if from != d.Dataset.Episodes() { // it was merged of several
		return nil
	}
	return out
}

// dealWhole is fit.Deal for n episodes of which those in a piece are alike: pieces stay together, and of one
// alone the last episodes are held out.
func dealWhole(pieces []int, n int, share float64, seed uint64) (training, holdout []int) {
	switch len(pieces) {
	case 0, n:
		return fit.Deal(n, share, seed)
	case 1:
		training, holdout = fit.Deal(n, share, seed)
		for k := range n {
			if k < len(training) {
				training[k] = k
			} else {
				holdout[k-len(training)] = k
			}
		}
		return training, holdout
	}
	_, judge := fit.Deal(len(pieces), share, seed)
	from := 0
	for k, size := range pieces {
		for i := from; i < from+size; i++ {
			if slices.Contains(judge, k) {
				holdout = append(holdout, i)
			} else {
				training = append(training, i)
			}
		}
		from += size
	}
	return training, holdout
}

func (d *onDisk) Weight(int) float64 { return 1 }

// used returns the splits that the model depends on, or nil when it depends on every episode.
func (d *onDisk) used() splits.Splits {
	switch {
	case d.judge.Len() > 0:
		return splits.Splits{d.learn, d.judge}
	case d.learn.Len() < d.Dataset.Episodes():
		return splits.Splits{d.learn}
	}
	return nil
}

func (d *onDisk) Origin() fit.Origin {
	provenance := d.Provenance()
	identity, err := json.Marshal(provenance)
	if err != nil {
		panic(err) // it came from JSON
	}
	if used := d.used(); used != nil {
		identity = fmt.Append(identity, " ", used)
	}
	return fit.Origin{
		Scenario: provenance.Scenario, Program: provenance.Module,
		Provenance: d.Learned(d.used()), Identity: string(identity),
		Engine: len(provenance.Sources) == 0,
	}
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
