package eval

import (
	"math"

	"orrery/sim"
)

// scaledFrames has the values of ScaledFrames. They come from Kipf et al., "Neural Relational Inference for Interacting Systems",
// 2018, https://arxiv.org/abs/1802.04687, table 2.
var scaledFrames = [...]int{1, 10, 20}

// ranges are the differences between the greatest and the least coordinate, both
// axes together, of the dynamic bodies of a set.
type ranges struct{ position, velocity float64 } // m, m/s

// newRanges reads the ranges off true trajectories, over all their frames.
func newRanges(trajectories []*sim.Trajectory) ranges {
	inf := math.Inf(1)
	position, velocity := [2]float64{inf, -inf}, [2]float64{inf, -inf}
	widen := func(r *[2]float64, p sim.Vec) {
		r[0], r[1] = min(r[0], p.X, p.Y), max(r[1], p.X, p.Y)
	}
	for _, t := range trajectories {
		for _, state := range t.States {
			for i := range state {
				if t.Scene.Bodies[i].Kind == sim.Dynamic {
					widen(&position, state[i].Position())
					widen(&velocity, state[i].Velocity())
				}
			}
		}
	}
	return ranges{position[1] - position[0], velocity[1] - velocity[0]}
}

// lostScaled is the scaled squared error of a prediction that ended before: each
// coordinate is wrong by its range.
const lostScaled = 4

// scaled returns the mean squared difference of the dynamic bodies' x, y, vx and
// vy in two states when the ranges are scaled to −1…1. It is NaN when one of the
// ranges is 0.
func (r ranges) scaled(scene *sim.Scene, truth, predicted sim.State) float64 {
	sum, n := 0.0, 0.0
	for i := range truth {
		if scene.Bodies[i].Kind != sim.Dynamic {
			continue
		}
		n += 4
		position := predicted[i].Position().Sub(truth[i].Position()).Scale(2 / r.position)
		velocity := predicted[i].Velocity().Sub(truth[i].Velocity()).Scale(2 / r.velocity)
		sum += position.Dot(position) + velocity.Dot(velocity)
	}
	if r.position == 0 || r.velocity == 0 {
		return math.NaN()
	}
	return sum / n
}

// scaledErrors returns the scaled squared error after each of the scaledFrames,
// NaN after those beyond the comparison.
func (v *evaluation) scaledErrors(t *sim.Trajectory, predicted []sim.State) (out [len(scaledFrames)]float64) {
	for i, k := range scaledFrames {
		switch {
		case k >= v.frames:
			out[i] = math.NaN()
		case k >= len(predicted):
			out[i] = lostScaled
		default:
			out[i] = v.ranges.scaled(t.Scene, t.States[k], predicted[k])
		}
	}
	return out
}

// ScaledFrames returns the numbers of frames after which a row's ScaledMSE is taken.
func ScaledFrames() []int { return scaledFrames[:] }
