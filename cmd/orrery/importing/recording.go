package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"sync/atomic"

	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/recordings"
	"orrery/datasets"
	"orrery/datasets/csv"
	"orrery/datasets/generate"
	"orrery/datasets/recording"
	"orrery/sim"
)

// importRecording makes the dataset of what the states of a recording must have been.
func importRecording(ctx context.Context, log io.Writer, spec datasets.Spec, file *csv.File, opts *importOptions) error {
	set, err := readRecording(ctx, log, file, &opts.Seen, opts.base())
	if errors.Is(err, recording.ErrNoRate) {
		return csv.ErrNoRate
	}
	if err != nil {
		return err
	}
	tellRecording(log, set, opts.base(), opts.Seen.Odd)
	spec.Episodes, spec.Frames, spec.FPS, spec.Splits = set.Episodes(), set.Frames(), set.FPS, set.Splits
	if len(set.Pieces) == set.Episodes() {
		opts.divideLeRobot(&spec)
	}
	if err := opts.divide(&spec); err != nil {
		return err
	}
	if len(opts.Split) > 0 {
		spec.Splits = spec.Splits.Around(set.Pieces)
	}
	if opts.scenes != nil {
		maps.Copy(spec.Sources, opts.scenes.Sources())
	}
	spec.Recording = &datasets.Recording{
		Frame: set.Frame.String(), RateHz: set.Rate, NoiseM: set.Law.Noise, NoiseRad: set.Law.Turn, Odd: opts.Seen.Odd, Found: map[string]int{},
	}
	if len(set.Pieces) < set.Episodes() {
		spec.Recording.Pieces = set.Pieces
	}
	for kind, count := range set.Kinds {
		spec.Recording.Found[string(kind)] = count
	}
	bar := console.NewProgress(log, "estimating states of "+opts.base())
	defer bar.Close()
	var fault atomic.Pointer[error]
	source := func(ctx context.Context, episode int) (*sim.Trajectory, []datasets.Outcome, error) {
		t, err := set.Episode(ctx, episode)
		if err != nil && ctx.Err() == nil {
			fault.Store(&err)
		}
		return t, nil, err
	}
	err = generate.Run(ctx, opts.Out, spec, func() generate.Maker { return source }, generate.Options{
		Workers: opts.Workers, Resume: opts.Resume, Force: opts.Force, Progress: console.EpisodeProgress(bar),
	})
	if fault.Load() != nil { // what led to it cannot be resumed
		return errors.Join(err, generate.Discard(opts.Out))
	}
	return err
}

// readRecording reads what is seen in a file, and measures its noise.
func readRecording(ctx context.Context, log io.Writer, file *csv.File, o *recordings.Options, base string) (*recordings.Set, error) {
	bar := console.NewProgress(log, "reading "+base)
	set, err := recordings.Read(ctx, file, *o, func(fraction float64) { bar.Set(fraction, "") })
	bar.Close()
	if err != nil {
		return nil, err
	}
	measuring := console.NewProgress(log, "measuring "+base)
	defer measuring.Close()
	return set, set.Measure(ctx)
}

// mostTold is how many odd things and notes are listed one by one.
const mostTold = 20

// tellRecording says what the recording is and what was odd in it.
func tellRecording(log io.Writer, set *recordings.Set, base, odd string) {
	fmt.Fprintf(log, "%s: a recording of %.6g pictures a second in %v; states are estimated at %d frames a second\n", base, set.Rate, &set.Frame, set.FPS)
	told := func(lines []string, more string) {
		for i, line := range lines {
			if i == mostTold {
				fmt.Fprintf(log, "%s: and %d more %s\n", base, len(lines)-i, more)
				break
			}
			fmt.Fprintf(log, "%s: %s\n", base, line)
		}
	}
	told(set.Odd, "odd things")
	if len(set.Odd) > 0 {
		what := map[recording.Policy]string{
			recording.Report: "they are kept; --odd drop leaves them out, and --odd split begins new episodes there",
			recording.Drop:   "they are left out of the estimate, ids are swapped back, and a teleport begins a new episode",
			recording.Split:  "they are left out, ids are swapped back, and episodes end there",
		}[recording.Policy(odd)]
		fmt.Fprintf(log, "%s: odd: %s: %s\n", base, countKinds(set.Kinds), what)
	}
	told(set.Notes, "notes")
}

// countKinds says how many odd things of each kind there are.
func countKinds(kinds map[recording.OddKind]int) string {
	found := map[string]int{}
	for kind, count := range kinds {
		found[string(kind)] = count
	}
	return countOdd(found)
}

// countOdd says how many odd things of each name there are.
func countOdd(kinds map[string]int) string {
	text := ""
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		if text != "" {
			text += ", "
		}
		text += fmt.Sprintf("%s: %d", kind, kinds[kind])
	}
	return text
}
