package evaluation

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"orrery/cmd/orrery/console"
	"orrery/datasets/shard"
	"orrery/sim/input"
	"orrery/world/eval"
)

// Terms are what the result of an evaluation needs beside the figures of each episode. They are the same for all of its shards.
type Terms struct {
	First  string     `json:"first"`  // name of the first model
	Models []string   `json:"models"` // SHA-256 in hexadecimal of each, or its kind
	Seed   uint64     `json:"seed"`   // of perturbations and intervals
	Sets   []SetTerms `json:"sets"`
}

// SetTerms are the Terms of one set.
type SetTerms struct {
	Name     string          `json:"name,omitempty"`
	Dataset  json.RawMessage `json:"dataset"` // what metrics.json says of it
	Measured bool            `json:"measured,omitempty"`
	Episodes []int           `json:"episodes"` // numbers in their source
	eval.Terms
}

// Sharded is an evaluation whose episodes, those of all sets one after the other, are the units of shards.
type Sharded struct {
	Terms
	sets    []*Set
	jobs    []*eval.Job
	workers int // goroutines
}

// NewSharded readies the evaluation that Compare does. Sums tell the models from others, one for each.
func NewSharded(entrants []Entrant, sums []string, sets []*Set, settings eval.Config) (*Sharded, error) {
	s := &Sharded{Terms: Terms{First: entrants[0].Name, Models: sums, Seed: settings.Seed}, sets: sets, workers: settings.Workers}
	for _, set := range sets {
		all, truth := set.rivals(entriesOf(entrants))
		job, err := eval.NewJob(set.Trajectories, all, truth, settings)
		if err != nil {
			return nil, fmt.Errorf("%w%s", err, inSet(set.Name))
		}
		s.jobs = append(s.jobs, job)
		terms := SetTerms{set.Name, set.provenance, set.estimated(), set.Episodes, *job.Terms()}
		if terms.Dataset == nil {
			terms.Dataset = json.RawMessage("null")
		}
		s.Sets = append(s.Sets, terms)
	}
	return s, nil
}

// Units returns how many episodes all sets have.
func (t *Terms) Units() (n int) {
	for i := range t.Sets {
		n += len(t.Sets[i].Episodes)
	}
	return n
}

// chunk is the number of episodes that are measured together for each goroutine; a kill loses them.
const chunk = 16

// Do measures the episodes of a shard that its folder has no figures of yet, and makes it whole.
func (s *Sharded) Do(ctx context.Context, log io.Writer, f *shard.Folder) error {
	first, end := f.Span()
	bar := console.NewProgress(log, "evaluating")
	defer bar.Close()
	at := 0 // unit of the first episode of the set
	for k, set := range s.sets {
		from, to := max(first-at, 0), min(end-at, len(set.Episodes))
		for i := from; i < to; {
			known, err := f.Get(at+i, &eval.Figures{})
			if err != nil {
				return err
			}
			if known {
				i++
				continue
			}
			next := i + 1
			for next < min(to, i+chunk*s.workers) && !f.Has(at+next) {
				next++
			}
			done := float64(at + i - first)
			figures, err := s.jobs[k].Measure(ctx, i, next, func(frames, total int) {
				share := (done + float64(next-i)*float64(frames)/float64(total)) / float64(end-first)
				bar.Set(share, fmt.Sprintf("%d/%d episodes", at+i-first, end-first))
			})
			if err != nil {
				return err
			}
			if next == to {
				figures[len(figures)-1].USPerStep = s.jobs[k].Paces(ctx)
			}
			for n := range figures {
				if err := f.Add(at+i+n, &figures[n]); err != nil {
					return err
				}
			}
			i = next
		}
		at += len(set.Episodes)
	}
	return f.Finish()
}

// Result returns the result of the figures of all episodes, in their order.
func (t *Terms) Result(figures []json.RawMessage) (*eval.Result, error) {
	if len(figures) != t.Units() || len(figures) == 0 {
		return nil, fmt.Errorf("figures of %d episodes must be of %d", len(figures), t.Units())
	}
	var results []*eval.Result
	for i := range t.Sets {
		set := &t.Sets[i]
		all := make([]eval.Figures, len(set.Episodes))
		for k := range all {
			if err := input.DecodeJSONPart(figures[k], &all[k]); err != nil {
				return nil, fmt.Errorf("episode %d%s: %w", set.Episodes[k], ofSet(set.Name), err)
			}
		}
		figures = figures[len(all):]
		result, err := set.Terms.Result(all)
		if err != nil {
			return nil, fmt.Errorf("%w%s", err, inSet(set.Name))
		}
		set.describe(result)
		results = append(results, result)
	}
	return eval.Join(results)
}

// describe puts into a result what it says of its set.
func (t *SetTerms) describe(result *eval.Result) {
	result.Measured = t.Measured
	for _, row := range result.Rows {
		for i := range row.Failures {
			row.Failures[i].Episode = t.Episodes[row.Failures[i].Episode]
		}
		if row.Escapes != nil {
			row.Escapes.Worst.Episode = t.Episodes[row.Escapes.Worst.Episode]
		}
	}
	result.Set, result.Dataset = t.Name, t.Dataset
}
