package evaluation

import (
	"context"
	"fmt"
	"io"

	"orrery/world/eval"
)

// Compare measures models on each of the sets, and on the only one what was predicted for it.
func Compare(ctx context.Context, log io.Writer, entrants []Entrant, sets []*Set, settings eval.Config) (*eval.Result, error) {
	entries := entriesOf(entrants)
	for _, set := range sets { // all before the first takes its time
		if err := eval.Check(set.Trajectories, entries, settings); err != nil {
			return nil, fmt.Errorf("%w%s", err, inSet(set.Name))
		}
	}
	var results []*eval.Result
	for _, set := range sets {
		result, err := set.Measure(ctx, log, entries, settings)
		if err != nil {
			return nil, err
		}
		results = append(results, result)
	}
	return eval.Join(results)
}

// entriesOf returns what is measured of entrants.
func entriesOf(entrants []Entrant) (entries []eval.Entry) {
	for _, e := range entrants {
		entries = append(entries, eval.Entry{Name: e.Name, Model: e.Model, Predicted: e.Predicted, TrainSeconds: e.Description.Training.Seconds, Seen: e.Description.Training.Seen})
	}
	return entries
}

// inSet and ofSet say which set is meant, where there are several.
func inSet(name string) string {
	if name == "" {
		return ""
	}
	return " in set " + name
}

func ofSet(name string) string {
	if name == "" {
		return ""
	}
	return " of " + name
}
