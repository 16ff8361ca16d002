package contact

import (
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/learn/tape"
	"orrery/sim"
)

// TestFollowingVelocitiesHasTheSlopesOfMechanics compares gradients through drag and
// friction with the ground with central differences of the mechanics itself.
func TestFollowingVelocitiesHasTheSlopesOfMechanics(t *testing.T) {
	scene := sim.DefaultScene()
	scene.Damping, scene.Gravity = 1e-3, sim.Vec{X: 0.2, Y: -1}
	rng := sim.NewRand(12, "test slopes", 0)
	for _, grip := range []sim.Grip{{}, {Along: 3, Across: 1000, Spin: 2}, {Along: 1000, Across: 3, Spin: 1000}, {Along: 1000, Across: 1000, Spin: 1000}} {
		b := sim.NewDisc(0.1, 10, sim.Surface{})
		b.Grip = grip
		b.Start = sim.BodyState{Angle: 6 * rng.Float64(), VX: 1 + rng.Float64(), VY: -1 - rng.Float64(), Omega: 2}
		scene.Bodies = append(scene.Bodies, b)
	}
	still := sim.Body{Kind: sim.Kinematic, Shapes: scene.Bodies[0].Shapes, Start: sim.BodyState{VX: 1, VY: 2, Omega: 3}}
	scene.Bodies = append(scene.Bodies, still)
	model, err := New(DefaultConfig(), 1)
	if err != nil {
		t.Fatal(err)
	}
	place := model.net.place(&scene)
	slow := func(state sim.State) {
		place.step.Force(state, nil)
		place.step.Rub(state)
	}

	after := scene.Start()
	place.step.Force(after, nil)
	drag := followOp{slopes: dragSlopes(nil, &place, &place.step)}
	place.step.Rub(after)
	rub := followOp{slopes: rubSlopes(nil, &place, after)}

	n := len(scene.Bodies)
	out := make([]float32, 3*n)
	for i := range out {
		out[i] = float32(rng.NormFloat64()) // gradient of a loss by the velocities after
	}
	matrix := func(data []float32) tape.Matrix { return tape.Matrix{Rows: n, Cols: 3, Data: data} }
	between, got := make([]float32, 3*n), make([]float32, 3*n)
	rub.Backward(tape.Matrix{}, matrix(out), nil, []tape.Matrix{matrix(between)})
	drag.Backward(tape.Matrix{}, matrix(between), nil, []tape.Matrix{matrix(got)})

	// What follows the state has its velocities.
	values := appendVelocity(nil, after)
	drag.values, rub.values = values, values
	for _, op := range []followOp{drag, rub} {
		seen := make([]float32, 3*n)
		op.Forward(matrix(seen), nil)
		for i := range after {
			for k, want := range []float64{after[i].VX, after[i].VY, after[i].Omega} {
				if !scalar.EqualWithinAbs(float64(seen[3*i+k]), want, 1e-6) {
					t.Errorf("body %d, value %d is %v, must be %v", i, k, seen[3*i+k], want)
				}
			}
		}
	}

	// Backward adds to what is there, with slopes and without.
	for _, op := range []followOp{drag, {}} {
		once, twice := make([]float32, 3*n), make([]float32, 3*n)
		op.Backward(tape.Matrix{}, matrix(out), nil, []tape.Matrix{matrix(once)})
		op.Backward(tape.Matrix{}, matrix(out), nil, []tape.Matrix{matrix(twice)})
		op.Backward(tape.Matrix{}, matrix(out), nil, []tape.Matrix{matrix(twice)})
		for i := range once {
			if len(op.slopes) == 0 && once[i] != out[i] || !scalar.EqualWithinAbs(float64(twice[i]), 2*float64(once[i]), 1e-5) {
				t.Errorf("value %d: gradient %v once and %v twice", i, once[i], twice[i])
			}
		}
	}

	const step = 1e-6
	for i := range 3 * n {
		loss := func(by float64) (sum float64) {
			state := scene.Start()
			*[]*float64{&state[i/3].VX, &state[i/3].VY, &state[i/3].Omega}[i%3] += by
			slow(state)
			for k := range state {
				sum += float64(out[3*k])*state[k].VX + float64(out[3*k+1])*state[k].VY + float64(out[3*k+2])*state[k].Omega
			}
			return sum
		}
		if want := (loss(step) - loss(-step)) / (2 * step); !scalar.EqualWithinAbs(float64(got[i]), want, 1e-5) {
			t.Errorf("body %d, value %d: gradient %v, by differences %v", i/3, i%3, got[i], want)
		}
	}
}
