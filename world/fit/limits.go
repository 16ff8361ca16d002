package fit

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"

	"orrery/sim"
)

// limits say how much of its data a training has in memory at the same time. They are part of what a training is: others
// would give other batches.
type limits struct {
	whole   int // bodies in frames up to which all episodes are in memory
	chosen  int // bodies in frames of a choice of those to train on, where not all are; half as many to judge by
	window  int // bytes of examples that are shuffled at the same time
	chapter int // bytes of examples that stay together
}

// usualLimits keep a training of any length below 300 MB, and one of which all is in memory below 1 GB.
var usualLimits = limits{whole: 1 << 23, chosen: 1 << 18, window: 48 << 20, chapter: 1 << 20}

// collectEagerly lets garbage be at most half of what is in use, where it may be as much again otherwise, until
// the function it returns is called. What is read and measured leaves much of it.
func collectEagerly() (usual func()) {
	const percent = 50
	before := debug.SetGCPercent(percent)
	if before >= 0 && before < percent {
		debug.SetGCPercent(before)
	}
	return func() { debug.SetGCPercent(before) }
}

// choice is the episodes that are in memory while a training is prepared.
type choice struct {
	training, holdout []int
	part              bool // they are not all that were dealt out
}

// choose makes the choice, unless it was made. It is all episodes, or, where those are too many, some evenly spread over all, and one to
// train on of each sort of scene.
func (j *Job) choose(ctx context.Context) error {
	if j.chosen != nil {
		return nil
	}
	if j.limits == (limits{}) {
		j.limits = usualLimits
	}
	training, holdout := j.split()
	c := &choice{training: training, holdout: holdout}
	if j.size(training)+j.size(holdout) > j.limits.whole {
		c.part = true
		c.training, c.holdout = j.spread(training, j.limits.chosen), j.spread(holdout, j.limits.chosen/2)
		sorts, err := j.sorts(ctx, training)
		if err != nil {
			return err
		}
		c.training = append(c.training, sorts...)
		slices.Sort(c.training)
		c.training = slices.Compact(c.training)
	}
	j.chosen = c
	return nil
}

// judging returns which of some episodes of e that were held out judge the model.
func (j *Job) judging(e Episodes, held []int) []int {
	if !j.chosen.part {
		return held
	}
	other := Job{Episodes: e, Config: j.Config}
	return other.spread(held, j.limits.chosen/2)
}

// Judging returns which of some episodes of e that were held out judge the model: all of them or, of data larger than
// memory, some that are evenly spread.
func (f *Fitted) Judging(e Episodes, held []int) []int {
	if f.judging == nil {
		return held
	}
	return f.judging(e, held)
}

// size returns the number of bodies in all frames of some episodes.
func (j *Job) size(episodes []int) (sum int) {
	for _, k := range episodes {
		frames, bodies := j.Episodes.Size(k)
		sum += (frames + j.Config.Stride - 1) / j.Config.Stride * bodies
	}
	return sum
}

// spread returns as many of some episodes, evenly spread, as have at most so many bodies in frames together; one at least.
func (j *Job) spread(episodes []int, most int) []int {
	n := len(episodes)
	for size := j.size(episodes); size > most && n > 1; {
		n = max(1, min(n-1, n*most/size))
		some := make([]int, n)
		for i := range some {
			some[i] = episodes[i*len(episodes)/n]
		}
		if size = j.size(some); size <= most || n == 1 {
			return some
		}
	}
	return episodes
}

// sorts returns the first episode of each sort of scene: those of a sort have joints and fields of the same kinds, and
// as many engine steps in a frame.
func (j *Job) sorts(ctx context.Context, episodes []int) (first []int, err error) {
	known := map[string]bool{}
	for i, k := range episodes {
		scene, err := j.Episodes.Scene(ctx, k)
		if err != nil {
			return nil, fmt.Errorf("episode %d: %w", k, err)
		}
		if sort := sortOf(scene); !known[sort] {
			known[sort] = true
			first = append(first, k)
		}
		if i%1000 == 0 {
			j.report(Progress{Stage: Reading, Fraction: 0, Done: i, Total: len(episodes)})
		}
	}
	return first, nil
}

func sortOf(scene *sim.Scene) string {
	var kinds []string
	for i := range scene.Joints {
		kinds = append(kinds, "joint "+string(scene.Joints[i].Kind))
	}
	for i := range scene.Fields {
		kinds = append(kinds, "field "+string(scene.Fields[i].Kind))
	}
	slices.Sort(kinds)
	return fmt.Sprint(scene.Substeps, slices.Compact(kinds))
}
