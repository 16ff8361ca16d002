package learned

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"orrery/sim"
	"orrery/sim/task"
)

// tries is how many steps towards an observation are made, and near how near it must be: as a share of the number,
// or of 1 if that is more. Observations often have 32 bits.
const (
	tries = 30
	near  = 1e-6
	least = 1e-12
)

// invert returns the state in which a task observes some numbers: of all such states about the nearest to a guess, so
// that what is not observed stays as the guess has it. It is an error where there is none, and for scenes with joints,
// whose bodies cannot be moved one by one.
func invert(judge *task.Judge, scene *sim.Scene, guess sim.State, seen []float64) (sim.State, error) {
	if len(scene.Joints) > 0 {
		return nil, fmt.Errorf("an observation of scenario %s does not tell its state, as joints tie its bodies: give the state (%d, %d)", scene.Name, len(guess), sim.StateSize)
	}
	values := judge.Observe(guess)
	// An angle is found in one whole step, however far, after which places are too; small steps are for what is more bent.
	for _, whole := range []bool{true, false} {
		state, damping := slices.Clone(guess), least
		values = beside(judge, state, seen)
		for range tries {
			if farthest(values, seen) < 0 {
				return state, state.Check()
			}
			step, ok := towards(judge, state, values, seen, damping)
			if !ok {
				break
			}
			next := moved(state, step)
			now := beside(judge, next, seen)
			switch {
			case whole || distance(now, seen) < distance(values, seen):
				state, values, damping = next, now, max(damping/10, least)
			default:
				damping *= 100
			}
		}
	}
	k := max(farthest(values, seen), 0)
	return nil, fmt.Errorf("no state of scenario %s has the observation's %s %v: the nearest has %v", scene.Name, judge.Names[k], seen[k], values[k])
}

// farthest returns which number of an observation is farthest off, or −1 when all are near. The first that is NaN
// is farther than any.
func farthest(values, seen []float64) int {
	worst, most := -1, near
	for k := range values {
		off := math.Abs(values[k]-seen[k]) / max(1, math.Abs(seen[k]))
		if math.IsNaN(off) {
			return k
		}
		if off > most {
			worst, most = k, off
		}
	}
	return worst
}

// beside returns what is observed, but for angles that are about to jump by a turn: where what is seen is on the other
// side of the jump they have that. The angle 2π − 1e-9 becomes a little more than 2π in 32 bits, which no angle is.
func beside(judge *task.Judge, state sim.State, seen []float64) []float64 {
	values := judge.Observe(state)
	for i := range state {
		for _, turn := range []float64{-near, near} {
			step := make([]float64, len(state)*sim.StateSize)
			step[i*sim.StateSize+2] = turn
			for k, v := range judge.Observe(moved(state, step)) {
				if math.Abs(v-values[k]) > 6 && math.Abs(v-seen[k]) < 4*near {
					values[k] = seen[k]
				}
			}
		}
	}
	return values
}

// distance returns the sum of the squares of what is off.
func distance(values, seen []float64) (sum float64) {
	for k := range values {
		sum += (values[k] - seen[k]) * (values[k] - seen[k])
	}
	return sum
}

// towards returns the shortest step [bodies · 6] that should lead to an observation: (JᵀJ + λ)⁻¹Jᵀr, written as
// Jᵀ(JJᵀ + λ)⁻¹r as there are fewer numbers observed than there are to move.
func towards(judge *task.Judge, state sim.State, values, seen []float64, damping float64) ([]float64, bool) {
	const h = 1e-6 // m, rad, m/s or rad/s
	n, m := len(state)*sim.StateSize, len(values)
	jacobian, here := mat.NewDense(m, n, nil), judge.Observe(state)
	for i := range n {
		step := make([]float64, n)
		step[i] = h
		ahead := judge.Observe(moved(state, step))
		step[i] = -h
		behind := judge.Observe(moved(state, step))
		for k, v := range here {
			slope := ahead[k] - v
			if back := v - behind[k]; math.Abs(back) < math.Abs(slope) { // where an angle jumps by a turn it does so to one side
				slope = back
			}
			jacobian.Set(k, i, slope/h)
		}
	}
	var square, inverse mat.Dense
	square.Mul(jacobian, jacobian.T())
	scale := 0.0
	for k := range m {
		scale = max(scale, square.At(k, k))
	}
	if !(scale > 0) || math.IsInf(scale, 0) {
		return nil, false
	}
	for k := range m {
		square.Set(k, k, square.At(k, k)+damping*scale)
	}
	left := mat.NewVecDense(m, nil)
	for k := range m {
		left.SetVec(k, seen[k]-values[k])
	}
	if err := inverse.Solve(&square, left); err != nil {
		if _, ok := err.(mat.Condition); !ok {
			return nil, false
		}
	}
	var step mat.VecDense
	step.MulVec(jacobian.T(), inverse.ColView(0))
	for i := range n {
		if v := step.AtVec(i); math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, false
		}
	}
	return step.RawVector().Data, true
}

// moved returns a state that differs by a step.
func moved(state sim.State, step []float64) sim.State {
	out := slices.Clone(state)
	for i := range out {
		d := step[i*sim.StateSize:]
		b := &out[i]
		b.X, b.Y, b.Angle, b.VX, b.VY, b.Omega = b.X+d[0], b.Y+d[1], b.Angle+d[2], b.VX+d[3], b.VY+d[4], b.Omega+d[5]
	}
	return out
}
