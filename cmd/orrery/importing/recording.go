package importing

import (
	"context"
	"errors"
	"fmt"
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

// runRecording makes the dataset of what the states of a recording must have been.
func (o *Options) runRecording(ctx context.Context, log Log, spec datasets.Spec, file *csv.File) error {
	set, err := readRecording(ctx, log, file, &o.Seen, o.base())
	if errors.Is(err, recording.ErrNoRate) {
		return csv.ErrNoRate
	}
	if err != nil {
		return err
	}
	o.tellRecording(log, set)
	spec.Episodes, spec.Frames, spec.FPS, spec.Splits = set.Episodes(), set.Frames(), set.FPS, set.Splits
	if len(set.Pieces) == set.Episodes() {
		o.divideLeRobot(&spec)
	}
	if err := o.divide(&spec); err != nil {
		return err
	}
	if len(o.Split) > 0 {
		spec.Splits = spec.Splits.Around(set.Pieces)
	}
	if o.scenes != nil {
		maps.Copy(spec.Sources, o.scenes.Sources())
	}
	spec.Recording = &datasets.Recording{
		Frame: set.Frame.String(), RateHz: set.Rate, OffS: set.Beat.Off, NoiseM: set.Law.Noise, NoiseRad: noiseOfAngles(set), Odd: o.Seen.Odd, Found: map[string]int{},
	}
	if len(set.Pieces) < set.Episodes() {
		spec.Recording.Pieces = set.Pieces
	}
	for kind, count := range set.Kinds {
		spec.Recording.Found[string(kind)] = count
	}
	bar := console.NewProgress(log.Bars, "estimating states of "+o.base())
	defer bar.Close()
	var fault atomic.Pointer[error]
	source := func(ctx context.Context, episode int) (*sim.Trajectory, []datasets.Outcome, error) {
		t, err := set.Episode(ctx, episode)
		if err != nil && ctx.Err() == nil {
			fault.Store(&err)
		}
		return t, nil, err
	}
	err = generate.Run(ctx, o.Out, spec, func() generate.Maker { return source }, generate.Options{
		Workers: o.Workers, Resume: o.Resume, Force: o.Force, Progress: console.EpisodeProgress(bar),
	})
	if fault.Load() != nil { // what led to it cannot be resumed
		return errors.Join(err, generate.Discard(o.Out))
	}
	return err
}

// readRecording reads what is seen in a file, and measures its noise.
func readRecording(ctx context.Context, log Log, file *csv.File, o *recordings.Options, base string) (*recordings.Set, error) {
	bar := console.NewProgress(log.Bars, "reading "+base)
	set, err := recordings.Read(ctx, file, *o, func(fraction float64) { bar.Set(fraction, "") })
	bar.Close()
	if err != nil {
		return nil, err
	}
	measuring := console.NewProgress(log.Bars, "measuring "+base)
	defer measuring.Close()
	return set, set.Measure(ctx)
}

// mostTold is how many odd things and notes are listed one by one.
const mostTold = 20

// tellRecording says what the recording is and what was odd in it.
func (o *Options) tellRecording(log Log, set *recordings.Set) {
	base, flag := o.base(), "--odd"
	if o.Command == "" { // who asks has no such flag
		flag = fmt.Sprintf("orrery import %s --odd", o.Format)
	}
	log.notef("%s: a recording of %.6g pictures a second in %v; states are estimated at %d frames a second", base, set.Rate, &set.Frame, set.FPS)
	told := func(lines []string, more string) {
		for i, line := range lines {
			if i == mostTold {
				log.notef("%s: and %d more %s", base, len(lines)-i, more)
				break
			}
			log.notef("%s: %s", base, line)
		}
	}
	told(set.Odd, "odd things")
	if len(set.Odd) > 0 {
		what := map[recording.Policy]string{
			recording.Report: fmt.Sprintf("they are kept; %s drop leaves them out, and %s split begins new episodes there", flag, flag),
			recording.Drop:   "they are left out of the estimate, ids are swapped back, and a teleport begins a new episode",
			recording.Split:  "they are left out, ids are swapped back, and episodes end there",
		}[recording.Policy(o.Seen.Odd)]
		log.notef("%s: odd: %s: %s", base, countKinds(set.Kinds), what)
	}
	told(set.Notes, "notes")
}

// countKinds says how many odd things of each kind there are.
func countKinds(kinds map[recording.OddKind]int) string {
	found := map[string]int{}
	for kind, count := range kinds {
		found[string(kind)] = count
	}
	return CountOdd(found)
}

// CountOdd says how many odd things of each name there are.
func CountOdd(kinds map[string]int) string {
	text := ""
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		if text != "" {
			text += ", "
		}
		text += fmt.Sprintf("%s: %d", kind, kinds[kind])
	}
	return text
}

// noiseOfAngles returns the standard deviation of an angle in rad, or 0 where none was measured.
func noiseOfAngles(set *recordings.Set) float64 {
	for _, r := range set.Seen {
		for _, row := range r.Sights {
			for i := range row {
				if row[i].Turned {
					return set.Law.Turn
				}
			}
		}
	}
	return 0
}
