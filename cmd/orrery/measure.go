package main

import (
	"context"
	"io"

	"orrery/datasets"
	"orrery/world/eval"
)

// measure evaluates models on every stride-th frame of episodes of a dataset, beside
// the engine.
func measure(ctx context.Context, log io.Writer, data *datasets.Dataset, episodes []int, stride int, entries []eval.Entry, settings eval.Config) (*eval.Result, error) {
	set, err := readSet(ctx, log, "", data, episodes)
	if err != nil {
		return nil, err
	}
	if err := set.stride(stride); err != nil {
		return nil, err
	}
	return set.measure(ctx, log, entries, settings)
}
