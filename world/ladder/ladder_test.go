package ladder_test

import (
	"fmt"
	"math"
	"testing"

	"orrery/sim"
	"orrery/world/ladder"
)

// discs returns a scene of dynamic discs in a row, the second of which is kinematic.
func discs(n int) *sim.Scene {
	scene := sim.DefaultScene()
	for i := range n {
		disc := sim.NewDisc(0.1, 10, sim.Surface{})
		disc.Start.X = float64(i)
		scene.Bodies = append(scene.Bodies, disc)
	}
	scene.Bodies[1].Kind = sim.Kinematic
	return &scene
}

func TestDisplacedBodiesAreExactlyThatFarOff(t *testing.T) {
	t.Parallel()
	scene := discs(40)
	start := scene.Start()
	off := ladder.Displace(scene, start, 0.001, sim.NewRand(1, "test", 0))
	east, north := 0.0, 0.0
	for i := range off {
		d := off[i].Position().Sub(start[i].Position())
		want := 0.001
		if scene.Bodies[i].Kind == sim.Kinematic {
			want = 0
		}
		if !(math.Abs(d.Len()-want) <= 1e-12) {
			t.Errorf("body %d is %v m off, want %v", i, d.Len(), want)
		}
		if start[i] != scene.Bodies[i].Start {
			t.Errorf("body %d of the state that was given has changed", i)
		}
		east, north = east+d.X, north+d.Y
		off[i].X, off[i].Y = start[i].X, start[i].Y
		if off[i] != start[i] {
			t.Errorf("body %d: more than its position has changed: %v", i, off[i])
		}
	}
	// Directions of their own: 39 steps of 1 mm one way would end 39 mm away.
	if far := math.Hypot(east, north); !(far < 0.02) {
		t.Errorf("all together went %v m: the directions are not their own", far)
	}
}

func TestEquivalentInvertsTheLadder(t *testing.T) {
	t.Parallel()
	rungs := []float64{1e-5, 1e-4, 1e-3, 1e-2}
	power := func(e float64) float64 { return 3 * math.Pow(e, 0.8) }
	var straight []float64
	for _, e := range rungs {
		straight = append(straight, power(e))
	}
	saturated := []float64{1e-4, 0.2, 0.1, 0.3}
	for name, c := range map[string]struct {
		errors           []float64
		modelError, want float64
	}{
		"at a rung":                     {straight, power(1e-3), 1e-3},
		"between rungs":                 {straight, power(4e-4), 4e-4},
		"above the ladder":              {straight, 2 * power(1e-2), 2e-2},
		"below the ladder":              {straight, power(1e-5) / 2, 5e-6},
		"no error":                      {straight, 0, 0},
		"on the last of several rungs":  {saturated, 0.1 * math.Pow(3, 0.5), 1e-3 * math.Pow(10, 0.5)},
		"an error that is no number":    {straight, math.NaN(), math.NaN()},
		"a negative error":              {straight, -1, math.NaN()},
		"an engine that is never wrong": {[]float64{0, 1, 2, 3}, 0.5, math.NaN()},
		"an engine that went astray":    {[]float64{1, 2, math.NaN(), 4}, 0.5, math.NaN()},
	} {
		got := ladder.Equivalent(rungs, c.errors, c.modelError)
		if !(math.Abs(got-c.want) <= 1e-9*c.want) && !(math.IsNaN(got) && math.IsNaN(c.want)) {
			t.Errorf("%s: %g, want %g", name, got, c.want)
		}
	}
	if got := ladder.Equivalent(nil, nil, 1); !math.IsNaN(got) {
		t.Errorf("a ladder without rungs gives %v", got)
	}
}

// The engine ends 2 cm off from a start known to 1 mm, and 20 cm off from one known to
// 1 cm. A model that is 6 cm off is as good as an engine with a start known to 3 mm.
func ExampleEquivalent() {
	known := ladder.Equivalent([]float64{0.001, 0.01}, []float64{0.02, 0.2}, 0.06)
	fmt.Printf("%.1f mm\n", 1000*known)
	// Output: 3.0 mm
}
