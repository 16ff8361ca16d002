// Package stored has datasets as the episodes that models are trained on.
//
//	episodes, err := stored.New(data, split)
//	fitted, err := fit.Train(ctx, fit.Job{Episodes: episodes, Config: fit.DefaultConfig()})
//
// It is apart from package fit, which browsers run and which knows no files.
package stored

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"slices"

	"orrery/datasets"
	"orrery/datasets/splits"
	"orrery/sim"
	"orrery/sim/input"
	"orrery/world"
)

// Episodes is a dataset as fit.Episodes.
type Episodes struct {
	*datasets.Dataset
	Learn splits.Split // what is learned from
	Judge splits.Split // what judges; empty when a share of Learn is held out
}

// New returns a split of a dataset to train on. Where it is that called train, the one called val judges, if
// there is one. It is an error if a part of a dataset is too small to be parted again.
func New(data *datasets.Dataset, learn splits.Split) (*Episodes, error) {
	d := &Episodes{Dataset: data, Learn: learn}
	if learn.Name == splits.Train {
		d.Judge, _ = data.Splits().Find(splits.Val)
	}
	if d.Judge.Len() == 0 && learn.Len() < splits.LeastDealt && learn.Len() < data.Episodes() {
		return nil, fmt.Errorf("the split %s has %s, and training needs %d at least, one of them to judge by", learn.Name, input.Count(learn.Len(), "episode"), splits.LeastDealt)
	}
	return d, nil
}

// Each implements fit.Episodes.
func (d *Episodes) Each(ctx context.Context, episodes []int) iter.Seq2[*sim.Trajectory, error] {
	return func(yield func(*sim.Trajectory, error) bool) {
		if len(episodes) == 0 {
			return // of a dataset no numbers are all
		}
		for e, err := range d.Dataset.Each(ctx, episodes, nil) {
			if err != nil {
				err = fmt.Errorf("episode %d: %w", e.Number, err)
			}
			if !yield(e.Trajectory, err) {
				return
			}
		}
	}
}

// Size implements fit.Episodes.
func (d *Episodes) Size(episode int) (frames, bodies int) {
	return d.Length(episode), d.MaxBodies()
}

// Deal implements fit.Episodes. Pieces of one recording stay on one side.
func (d *Episodes) Deal(share float64, seed uint64) (training, holdout []int) {
	if d.Judge.Len() > 0 {
		return d.Learn.Numbers(), d.Judge.Numbers()
	}
	training, holdout = dealWhole(d.pieces(), d.Learn.Len(), share, seed)
	for _, numbers := range [][]int{training, holdout} {
		for i := range numbers {
			numbers[i] += d.Learn.From
		}
	}
	return training, holdout
}

// pieces returns how many of the episodes to learn from were cut from each recording, or nil when all are whole.
func (d *Episodes) pieces() (out []int) {
	recording := d.Provenance().Recording
	if recording == nil {
		return nil
	}
	from := 0
	for _, n := range recording.Pieces {
		if inside := min(from+n, d.Learn.To) - max(from, d.Learn.From); inside > 0 {
			out = append(out, inside)
		}
		from += n
	}
	if from != d.Dataset.Episodes() { // it was merged of several
		return nil
	}
	return out
}

// dealWhole is splits.Deal for n episodes of which those in a piece are alike: pieces stay together, and of one
// alone the last episodes are held out.
func dealWhole(pieces []int, n int, share float64, seed uint64) (training, holdout []int) {
	switch len(pieces) {
	case 0, n:
		return splits.Deal(n, share, seed)
	case 1:
		training, holdout = splits.Deal(n, share, seed)
		for k := range n {
			if k < len(training) {
				training[k] = k
			} else {
				holdout[k-len(training)] = k
			}
		}
		return training, holdout
	}
	_, judge := splits.Deal(len(pieces), share, seed)
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

// Weight implements fit.Episodes.
func (d *Episodes) Weight(int) float64 { return 1 }

// used returns the splits that the model depends on, or nil when it depends on every episode.
func (d *Episodes) used() splits.Splits {
	switch {
	case d.Judge.Len() > 0:
		return splits.Splits{d.Learn, d.Judge}
	case d.Learn.Len() < d.Dataset.Episodes():
		return splits.Splits{d.Learn}
	}
	return nil
}

// Origin implements fit.Episodes.
func (d *Episodes) Origin() world.Origin {
	provenance := d.Provenance()
	identity, err := json.Marshal(provenance)
	if err != nil {
		panic(err) // it came from JSON
	}
	if used := d.used(); used != nil {
		identity = fmt.Append(identity, " ", used)
	}
	return world.Origin{
		Scenario: provenance.Scenario, Program: provenance.Module,
		Provenance: d.Learned(d.used()), Identity: string(identity),
		Engine: len(provenance.Sources) == 0,
	}
}
