package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"

	"orrery/cmd/orrery/arguments"
	"orrery/cmd/orrery/console"
	"orrery/datasets"
	"orrery/datasets/splits"
	"orrery/sim"
	"orrery/sim/input"
	"orrery/world/fit"
)

// open opens the datasets and returns them with their weights.
func (o *trainOptions) open(ctx context.Context) ([]fit.Set, error) {
	var sets []fit.Set
	judged := false // by a share that is held out
	for i, dir := range o.Data {
		if slices.ContainsFunc(o.Data[:i], func(other string) bool { return filepath.Clean(other) == filepath.Clean(dir) }) {
			return nil, console.Usagef("train: %s is named twice; --weight %s=2 takes its examples twice as often", dir, dir)
		}
		set, err := o.openSet(ctx, dir)
		if err != nil {
			return nil, err
		}
		judged = judged || set.judge.Len() == 0
		sets = append(sets, fit.Set{Episodes: set, Name: dir, Weight: 1})
	}
	if o.ownHoldout && !judged {
		return nil, console.Usagef("train: --holdout %v: the split %s judges the model, so none of %s is held out for that", o.Fit.Holdout, splits.Val, splits.Train)
	}
	return sets, o.Weights.weigh(sets)
}

// openSet opens a dataset to train on.
func (o *trainOptions) openSet(ctx context.Context, dir string) (*onDisk, error) {
	data, learn, err := arguments.OpenSplit(ctx, dir, cmp.Or(o.Split, splits.Train))
	if err != nil {
		return nil, err
	}
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
