package evaluation

import (
	"context"
	"fmt"
	"io"

	"orrery/datasets"
	"orrery/world/eval"
)

// Held is which episodes of a dataset judge a model that learned from others.
type Held struct {
	Name     string // what figures call the dataset; empty when it is the only one
	Data     *datasets.Dataset
	Episodes []int
}

// Judge measures a model that predicts every so many frames on what is held out of each dataset. Where episodes are
// too short for any figure, log says so; where all are, it returns nil.
func Judge(ctx context.Context, log io.Writer, held []Held, stride int, entry eval.Entry, settings eval.Config) (*eval.Result, error) {
	var results []*eval.Result
	for _, h := range held {
		if len(h.Episodes) == 0 {
			fmt.Fprintf(log, "no whole episode is held out%s: the model has no figures\n", ofSet(h.Name))
			continue
		}
		set, err := ReadSet(ctx, log, h.Name, h.Data, h.Episodes)
		if err == nil {
			err = set.Stride(stride)
		}
		if err != nil {
			return nil, err
		}
		longest := set.longest()
		if first := settings.HorizonsS[0]; !set.OfImpacts() && longest < first {
			fmt.Fprintf(log, "the episodes held out%s last %.3g s at most and the first figure is at %v s: the model has no figures\n", ofSet(set.Name), longest, first)
			continue
		}
		result, err := set.Measure(ctx, log, []eval.Entry{entry}, settings)
		if err != nil {
			return nil, err
		}
		results = append(results, result)
	}
	if len(results) == 0 {
		return nil, nil
	}
	return eval.Join(results)
}

// longest returns how long the longest episode lasts, in s.
func (s *Set) longest() (seconds float64) {
	for _, t := range s.Trajectories {
		seconds = max(seconds, float64(len(t.States)-1)*t.Scene.FrameTime())
	}
	return seconds
}
