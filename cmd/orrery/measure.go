package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"orrery/cmd/orrery/console"
	"orrery/datasets"
	"orrery/world"
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

// storeScores puts what was measured of a model into its directory.
func storeScores(dir string, d *world.Description, result *eval.Result) error {
	if err := console.WriteFile(filepath.Join(dir, world.MetricsFile), result.WriteJSON); err != nil {
		return err
	}
	row := result.Row(d.Kind)
	var scores []world.Score
	for h, seconds := range result.HorizonsS {
		scores = append(scores, world.Score{
			Name:  fmt.Sprintf("position error at %g s (m)", seconds),
			Type:  fmt.Sprintf("position_error_%gs", seconds),
			Value: row.Position.Mean[h],
		})
	}
	return world.WriteCard(dir, d, scores)
}

// readScores returns what was measured of a model, or nil when nothing was.
func readScores(dir string) (*eval.Result, error) {
	path := filepath.Join(dir, world.MetricsFile)
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	result, err := eval.ReadResult(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return result, nil
}
