package bench

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"time"

	"orrery/learn/train"
)

// sampleTime is the time for which f is repeated before a reading of the clock: long enough
// for its resolution, short enough that a median over many readings is one.
const sampleTime = 200 * time.Microsecond

// Time returns the median duration of a call of f, in seconds, from calls that
// last about the given duration together. It ends early, with its error, when ctx does.
func Time(ctx context.Context, duration time.Duration, f func()) (float64, error) {
	began := time.Now()
	f()
	repeats := max(1, int(sampleTime/max(time.Since(began), 1)))
	var samples []float64
	for began = time.Now(); len(samples) == 0 || time.Since(began) < duration; {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		from := time.Now()
		for range repeats {
			f()
		}
		samples = append(samples, time.Since(from).Seconds()/float64(repeats))
	}
	return median(samples), nil
}

// StepResult is the cost of a training step.
type StepResult struct {
	Seconds float64 // s, median
	Allocs  uint64  // median number of heap allocations
}

// wideChunks is into how many parts batches of the wide networks are cut: few, because every part has
// weights to be packed and a gradient to be added up.
const wideChunks = 2

// leastSteps is the number of steps that Step takes even if the duration is short: the first ones
// make memory, and the rest should have a median.
const leastSteps = 10

// Step trains on the objective for about the given duration, and some steps at least, with batches that workers
// share in so many chunks, and returns the cost of a step. It changes no weights of the objective, and ends early, with
// its error, when ctx does.
func Step(ctx context.Context, objective train.Objective, batch, chunks, workers int, duration time.Duration) (StepResult, error) {
	cfg := train.DefaultConfig()
	cfg.Batch, cfg.Chunk = batch, (batch+chunks-1)/chunks
	cfg.Workers, cfg.Steps, cfg.Budget = workers, 1<<30, 0
	cfg.LearningRate, cfg.FinalRate = 1e-4, 1e-4
	cfg.ReportEvery = 1
	cfg.ValidateEvery, cfg.CheckpointEvery = 1<<30, 1<<30
	var seconds, allocs []float64
	var stats runtime.MemStats
	running, stop := context.WithCancel(ctx)
	defer stop()
	began := time.Now()
	before, resumed := uint64(0), began
	_, err := train.Run(running, objective, cfg, "", func(train.Progress) {
		seconds = append(seconds, time.Since(resumed).Seconds())
		runtime.ReadMemStats(&stats)
		allocs = append(allocs, float64(stats.Mallocs-before))
		if len(seconds) >= leastSteps && time.Since(began) >= duration {
			stop()
		}
		runtime.ReadMemStats(&stats) // without what append took
		before, resumed = stats.Mallocs, time.Now()
	})
	if err := ctx.Err(); err != nil {
		return StepResult{}, err
	}
	if !errors.Is(err, context.Canceled) {
		return StepResult{}, err
	}
	// The first half makes the memory that the second uses again.
	steady := len(seconds) / 2
	return StepResult{median(seconds[steady:]), uint64(median(allocs[steady:]))}, nil
}

func median(samples []float64) float64 {
	slices.Sort(samples)
	return samples[len(samples)/2]
}
