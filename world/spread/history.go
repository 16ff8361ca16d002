package spread

import (
	"context"
	"slices"

	"orrery/sim"
	"orrery/world"
)

// history is a rollout beside the truth: for each frame after the start, what was
// seen of it and how far off each body was.
type history struct {
	bodies int
	frames []observed
}

type observed struct {
	influences []influence
	off        []float64 // [n] m², square of the distance from the truth; < 0 for bodies that do not count
	predicted  []sim.Vec // [n] m
	truth      []sim.Vec // [n] m
}

// reach, in metres, is where a prediction counts as broken and is followed no further.
const reach = sim.MaxMagnitude

// finest, in metres, is the least error that counts: datasets round positions by more.
// Being exactly right is infinitely likely when nothing else was expected, and no fit
// would look at anything else.
const finest = 1e-9

// record rolls model out along trajectories, from their start and from a third of
// their length, until it has seen a number of bodies in a number of frames. After each frame it calls rest, unless that is nil.
func record(ctx context.Context, model world.Model, trajectories []*sim.Trajectory, bodyFrames int, rest func()) ([]*history, error) {
	var list []*history
	for _, t := range trajectories {
		for _, from := range [2]int{0, len(t.States) / 3} {
			h, err := follow(ctx, model, t, from, rest)
			if err != nil {
				return nil, err
			}
			list = append(list, h)
			if bodyFrames -= h.bodies * len(h.frames); bodyFrames <= 0 {
				return list, nil
			}
		}
	}
	return list, nil
}

// follow rolls model out along a trajectory from one of its frames. It ends early
// when the prediction breaks.
func follow(ctx context.Context, model world.Model, t *sim.Trajectory, from int, rest func()) (*history, error) {
	predictor, err := model.Predictor([]*sim.Scene{t.Scene})
	if err != nil {
		return nil, err
	}
	h, o := &history{bodies: len(t.Scene.Bodies)}, newObserver(t.Scene)
	state := slices.Clone(t.States[from])
	for k := from; k+1 < len(t.States); k++ {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		before := slices.Clone(state)
		if predictor.Step(state, t.Action(k)) != nil || broken(state) {
			break
		}
		frame := observed{influences: o.observe(nil, before, state, 0), off: make([]float64, len(state))}
		for i := range state {
			frame.predicted, frame.truth = append(frame.predicted, state[i].Position()), append(frame.truth, t.States[k+1][i].Position())
			d := frame.predicted[i].Sub(frame.truth[i])
			frame.off[i] = max(d.Dot(d), finest*finest)
			if t.Scene.Bodies[i].Kind != sim.Dynamic {
				frame.off[i] = -1
			}
		}
		h.frames = append(h.frames, frame)
		if rest != nil {
			rest()
		}
	}
	return h, nil
}

func broken(state sim.State) bool {
	return slices.ContainsFunc(state, func(b sim.BodyState) bool {
		return !(b.Position().Len() < reach && b.Velocity().Len() < reach)
	})
}

// standardise scales the features of all histories to mean 0 and deviation 1, where
// they vary at all, and returns what they were.
func standardise(list []*history) (means, deviations [features]float64) {
	var n float64
	each := func(do func(x *[features]float64)) {
		for _, h := range list {
			for _, frame := range h.frames {
				for i := range frame.influences {
					do(&frame.influences[i].features)
				}
			}
		}
	}
	each(func(x *[features]float64) {
		n++
		for j := range x {
			d := x[j] - means[j]
			means[j] += d / n
			deviations[j] += d * (x[j] - means[j])
		}
	})
	for j := range deviations {
		deviations[j] = deviation(deviations[j], n)
	}
	means[always] = 0
	each(func(x *[features]float64) {
		for j := range x {
			x[j] = (x[j] - means[j]) / deviations[j]
		}
	})
	return means, deviations
}
