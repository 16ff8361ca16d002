package evaluation

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"orrery/cmd/orrery/console"
	"orrery/datasets"
	"orrery/sim"
	"orrery/sim/engine"
	"orrery/sim/input"
	"orrery/world/eval"
	"orrery/world/observe"
)

// Set is a set of true episodes in memory.
type Set struct {
	Name         string            // empty when there is no other set
	Source       datasets.Spec     // of the episodes
	Episodes     []int             // numbers of the trajectories in their source
	Trajectories []*sim.Trajectory // in the same order

	first, stride int             // of the frames of Trajectories, in those of their source
	provenance    json.RawMessage // what metrics.json says of the set
	rival         *eval.Entry     // see FitEngine; nil without
}

// NewSet returns a set of episodes. A task may end some of them early, and all
// are compared over the length of the shortest, so the shorter tenth is left out; of
// recordings, which gaps cut into pieces of any length, the shorter half.
func NewSet(log io.Writer, name string, source datasets.Spec, provenance any, episodes []int, trajectories []*sim.Trajectory) (*Set, error) {
	text, err := json.Marshal(provenance)
	s := &Set{Name: name, Source: source, stride: 1, provenance: text}
	var lengths []int
	for _, t := range trajectories {
		lengths = append(lengths, len(t.States))
	}
	slices.Sort(lengths)
	least := 0
	if len(lengths) > 0 {
		if least = lengths[len(lengths)/10]; trajectories[0].Seen != nil {
			least = lengths[len(lengths)/2]
		}
	}
	for i, t := range trajectories {
		if len(t.States) >= least {
			s.Episodes, s.Trajectories = append(s.Episodes, episodes[i]), append(s.Trajectories, t)
		}
	}
	if left := len(trajectories) - len(s.Trajectories); left > 0 {
		fmt.Fprintf(log, "left out, as too short: %s%s of less than %d frames\n", input.Count(left, "episode"), ofSet(name), least)
	}
	return s, err
}

// ReadSet reads episodes of a dataset.
func ReadSet(ctx context.Context, log io.Writer, name string, data *datasets.Dataset, episodes []int) (*Set, error) {
	bar := console.NewProgress(log, strings.TrimSpace("reading "+name))
	trajectories, err := data.Trajectories(ctx, episodes, func(done, total int) {
		bar.Set(float64(done)/float64(max(1, total)), fmt.Sprintf("%d/%d episodes", done, total))
	})
	bar.Close()
	if err != nil {
		return nil, err
	}
	provenance := data.Provenance()
	provenance.Files = nil // the rest says how to make them again
	return NewSet(log, name, provenance.Spec, provenance, episodes, trajectories)
}

// Measured reports whether the episodes come from files of others, so that the engine is
// a model of them like any other and not their truth.
func (s *Set) Measured() bool { return len(s.Source.Sources) > 0 }

// OfImpacts reports whether the set is of a table of impacts, in which no time passes.
func (s *Set) OfImpacts() bool { return s.Source.Motion == datasets.Impacts }

// Watch leaves what follows once so many frames of each episode were watched; see observe.History.
func (s *Set) Watch(ctx context.Context, frames int) error {
	var watches []*observe.Watch
	for i, t := range s.Trajectories {
		if t.Seen == nil {
			return fmt.Errorf("episode %d: only of motion that was observed can frames be watched, and its states are known", s.Episodes[i])
		}
		w, _ := observe.WatchOf(t)
		watches = append(watches, w)
	}
	law, err := observe.Measure(ctx, watches)
	if err != nil {
		return err
	}
	for i, t := range s.Trajectories {
		if err := ctx.Err(); err != nil {
			return err
		}
		if s.Trajectories[i], err = observe.History(t, &law, frames); err != nil {
			return fmt.Errorf("episode %d: %w", s.Episodes[i], err)
		}
	}
	s.first += (frames - 1) * s.stride
	return nil
}

// Stride leaves every k-th frame of the set.
func (s *Set) Stride(k int) (err error) {
	for i, t := range s.Trajectories {
		if s.Trajectories[i], err = t.Stride(k); err != nil {
			return fmt.Errorf("episode %d: %w", s.Episodes[i], err)
		}
	}
	s.stride *= k
	return nil
}

// Measure evaluates models on the set, beside the engine.
func (s *Set) Measure(ctx context.Context, log io.Writer, entries []eval.Entry, settings eval.Config) (*eval.Result, error) {
	bar := console.NewProgress(log, strings.TrimSpace("evaluating "+s.Name))
	defer bar.Close()
	entries, truth := s.rivals(entries)
	result, err := eval.Run(ctx, s.Trajectories, entries, truth, settings, func(done, total int) {
		bar.Set(float64(done)/float64(total), fmt.Sprintf("%d/%d frames", done, total))
	})
	if err != nil {
		return nil, err
	}
	of := SetTerms{Name: s.Name, Dataset: s.provenance, Measured: s.estimated(), Episodes: s.Episodes}
	of.describe(result)
	return result, nil
}

// rivals returns entries with what else is measured on the set, and its truth, or nil.
func (s *Set) rivals(entries []eval.Entry) ([]eval.Entry, eval.Truth) {
	truth := eval.Truth(engine.Simulate)
	if s.Measured() {
		truth = nil
	}
	if s.rival != nil {
		entries = append(slices.Clone(entries), *s.rival)
	}
	return entries, truth
}

// estimated reports whether the states were not made by this program's engine.
func (s *Set) estimated() bool { return s.Measured() || s.Trajectories[0].Seen != nil }
