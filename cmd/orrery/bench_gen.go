package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"orrery/datasets/generate"
	"orrery/sim/scenario"
)

// benchGenerated are the scenarios that are also generated to disk: few bodies and cheap
// steps, bodies of all sorts, and many bodies and dear steps.
var benchGenerated = []string{"billiards", "mixed", "pile"}

// benchGenRounds is how often stepping and generating take turns, so that what else the
// machine does disturbs both.
const benchGenRounds = 3

// genFigures compares making the episodes of a dataset and writing them to disk with
// making them alone, both with as many workers.
type genFigures struct {
	Episodes int     `json:"episodes"`
	Frames   int     `json:"frames"` // of all episodes
	FramesPS float64 `json:"frames_per_s"`
	Share    float64 `json:"share"` // speed of generating / speed of stepping
}

// benchGen generates about as many episodes as are stepped in the given duration.
func benchGen(ctx context.Context, s *scenario.Scenario, workers int, duration time.Duration) (*genFigures, error) {
	if !slices.Contains(benchGenerated, s.Name) {
		return nil, nil
	}
	dir, err := os.MkdirTemp("", "orrery-bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	opts := defaultGenOptions()
	opts.Scenario, opts.Frames, opts.Workers, opts.Out, opts.Force = s, s.Frames, workers, filepath.Join(dir, "data"), true
	_, source, err := opts.plan()
	if err != nil {
		return nil, err
	}
	opts.Episodes = 8 * workers
	for taken := time.Duration(0); taken < duration/4; {
		opts.Episodes *= 2
		if taken, err = stepEpisodes(ctx, source, opts.Episodes, workers); err != nil {
			return nil, err
		}
		if taken >= duration/4 {
			opts.Episodes = max(1, int(float64(opts.Episodes)*duration.Seconds()/taken.Seconds()))
		}
	}
	var stepping, generating time.Duration
	for range benchGenRounds {
		taken, err := stepEpisodes(ctx, source, opts.Episodes, workers)
		if err != nil {
			return nil, err
		}
		stepping += taken
		began := time.Now()
		if err := runGen(ctx, io.Discard, io.Discard, opts); err != nil {
			return nil, err
		}
		generating += time.Since(began)
	}
	frames := opts.Episodes * opts.Frames
	return &genFigures{
		Episodes: opts.Episodes, Frames: frames,
		FramesPS: benchGenRounds * float64(frames) / generating.Seconds(),
		Share:    stepping.Seconds() / generating.Seconds(),
	}, nil
}

// stepEpisodes makes the first episodes of a source and forgets them.
func stepEpisodes(ctx context.Context, source generate.Maker, episodes, workers int) (time.Duration, error) {
	began := time.Now()
	var group errgroup.Group
	for worker := range workers {
		group.Go(func() error {
			for i := worker; i < episodes; i += workers {
				if err := ctx.Err(); err != nil {
					return err
				}
				if _, _, err := source(ctx, i); err != nil {
					return err
				}
			}
			return nil
		})
	}
	err := group.Wait()
	return time.Since(began), err
}
