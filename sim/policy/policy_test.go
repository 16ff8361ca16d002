package policy_test

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
	"orrery/sim/policy"
)

// handful is a scene with actuators of unlike ranges, at 50 frames a second.
func handful() *sim.Scene {
	scene := sim.DefaultScene()
	scene.FPS = 50
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 10, sim.Surface{})}
	for _, ends := range [][2]float64{{-1, 1}, {0, 5}, {-3, -2}} {
		scene.Actuators = append(scene.Actuators, sim.Actuator{
			Kind: sim.Force, Against: sim.World, Low: ends[0], High: ends[1], Axis: sim.Vec{X: 1},
		})
	}
	return &scene
}

// TestNoiseIsOrnsteinUhlenbeck measures mean, spread and memory of the noise.
func TestNoiseIsOrnsteinUhlenbeck(t *testing.T) {
	t.Parallel()
	scene := handful()
	var x []float64
	for episode := range 400 {
		act := policy.Noise().Start(1, episode, scene)
		for frame := range 50 {
			x = append(x, act(frame, nil)[0])
		}
	}
	var mean, square, product float64
	clipped := func(i int) bool { return math.Abs(x[i]) == 1 }
	pairs := 0.0
	for i := range x {
		mean += x[i] / float64(len(x))
		square += x[i] * x[i] / float64(len(x))
		if i%50 < 49 && !clipped(i) && !clipped(i+1) {
			product += (x[i+1] - x[i]) * (x[i+1] - x[i])
			pairs++
		}
	}
	// The spread is that of a normal variable of 0.6 clipped at ±1; a step of 20 ms
	// has the variance 2·0.6²·(1−e^(−0.02/0.5)), a little less beside the clip.
	if step := product / pairs; !(math.Abs(mean) <= 0.05) || !scalar.EqualWithinAbs(math.Sqrt(square), 0.537, 0.03) || !scalar.EqualWithinAbs(step, 0.0282, 0.002) {
		t.Errorf("mean %v, spread %v, squared step %v", mean, math.Sqrt(square), step)
	}
}

func TestRandomHoldsAndCoversTheRange(t *testing.T) {
	t.Parallel()
	scene := handful()
	act := policy.Random().Start(1, 0, scene)
	low, high := act(0, nil), act(1, nil)
	last, held, longest, changes := slices.Clone(high), 1, 1, 0
	for frame := range 5000 {
		action := act(frame, nil)
		if slices.Equal(action, last) {
			held++
		} else {
			held = 1
			changes++
		}
		longest = max(longest, held)
		for i, a := range action {
			low[i], high[i] = min(low[i], a), max(high[i], a)
		}
		last = action
	}
	for i, a := range scene.Actuators {
		if width := a.High - a.Low; !(low[i] >= a.Low) || !(low[i] <= a.Low+width/50) || !(high[i] <= a.High) || !(high[i] >= a.High-width/50) {
			t.Errorf("actuator %d: %v to %v of %v to %v", i, low[i], high[i], a.Low, a.High)
		}
	}
	if longest != 25 || changes < 300 || changes > 500 {
		t.Errorf("held for up to %d frames, %d changes", longest, changes)
	}
}
