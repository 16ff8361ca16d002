package recording

import (
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
)

// TestBodiesAreAlikeButForNamesAndStarts: each other number of one of them makes a difference.
func TestBodiesAreAlikeButForNamesAndStarts(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(b *sim.Body){
		"":           func(b *sim.Body) { b.Name, b.Start.X = "other", 3 },
		"kind":       func(b *sim.Body) { b.Kind = sim.Kinematic },
		"mass":       func(b *sim.Body) { b.Mass *= 2 },
		"moment":     func(b *sim.Body) { b.Moment *= 2 },
		"group":      func(b *sim.Body) { b.Group = 1 },
		"grip":       func(b *sim.Body) { b.Grip.Along = 1 },
		"shapes":     func(b *sim.Body) { b.Shapes = append(b.Shapes, b.Shapes[0]) },
		"shape":      func(b *sim.Body) { b.Shapes[0].Kind = sim.Segment },
		"radius":     func(b *sim.Body) { b.Shapes[0].Radius *= 2 },
		"vertices":   func(b *sim.Body) { b.Shapes[0].Vertices = []sim.Vec{{X: 1}} },
		"friction":   func(b *sim.Body) { b.Shapes[0].Friction = 1 },
		"elasticity": func(b *sim.Body) { b.Shapes[0].Elasticity = 1 },
		"material":   func(b *sim.Body) { b.Shapes[0].Material = "wood" },
	} {
		scene := sim.DefaultScene()
		for range 3 {
			scene.Bodies = append(scene.Bodies, sim.NewDisc(0.1, 10, sim.Surface{}))
		}
		change(&scene.Bodies[2])
		if alike(&scene) != (name == "") {
			t.Errorf("%q: alike is %t", name, name != "")
		}
	}
}

// TestABodyGetsAsFarAsTheFastestStepAllows, before or after, but for the steps of what is left out.
func TestABodyGetsAsFarAsTheFastestStepAllows(t *testing.T) {
	t.Parallel()
	var fast, slow path
	for k, x := range []float64{0, 3, 4, 5, 5.5, 6} {
		fast.time, fast.p = append(fast.time, float64(k)), append(fast.p, sim.Vec{X: x})
		slow.time, slow.p = append(slow.time, float64(k)), append(slow.p, sim.Vec{X: 6 - x})
	}
	if a, b := fast.allowed(2, 3, -9), slow.allowed(2, 3, -9); !scalar.EqualWithinAbs(a, b, 1e-12) {
		t.Errorf("%v m there and %v m back", a, b)
	}
	if with, without := fast.allowed(2, 3, -9), fast.allowed(2, 3, 0); !(without < with) {
		t.Errorf("%v m with the fastest step, %v m without", with, without)
	}
	if late, early := fast.allowed(3, 4, -9), fast.allowed(4, 5, -9); !(late >= early) {
		t.Errorf("%v m soon after the fastest step, %v m later", late, early)
	}
}
