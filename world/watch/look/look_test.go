package look_test

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
	"orrery/world/watch/look"
)

func TestBackUndoesApply(t *testing.T) {
	t.Parallel()
	pose := look.Pose{X: 12, Y: -3, Angle: 2}
	want := sim.Vec{X: 0.7, Y: 5}
	seen := pose.Apply(want)
	if got := pose.Back(seen); !scalar.EqualWithinAbs(got.X, want.X, 1e-12) || !scalar.EqualWithinAbs(got.Y, want.Y, 1e-12) {
		t.Errorf("there and back %v became %v", want, got)
	}
	quarter := look.Pose{X: 1, Angle: math.Pi / 2}
	if got := quarter.Apply(sim.Vec{X: 2}); !scalar.EqualWithinAbs(got.X, 1, 1e-12) || !scalar.EqualWithinAbs(got.Y, 2, 1e-12) {
		t.Errorf("a quarter turn counter-clockwise puts (2, 0) at %v, not at (1, 2)", got)
	}
}

func TestSizeOfABody(t *testing.T) {
	t.Parallel()
	surface := sim.Surface{}
	body := look.Body{Shapes: []sim.Shape{
		sim.NewShape(sim.Circle, 2, surface, sim.Vec{X: 10}),
		sim.NewShape(sim.Segment, 1, surface, sim.Vec{X: -1}, sim.Vec{X: 1}),
	}}
	if got, want := body.Reach(), 12.0; !scalar.EqualWithinAbs(got, want, 1e-12) {
		t.Errorf("reach %v, want %v", got, want)
	}
}

func TestPaintIsLinearBetweenMiddles(t *testing.T) {
	t.Parallel()
	paint := look.Paint{Left: -1, Bottom: -1, Width: 2, Height: 2, Grid: []look.Colour{{0}, {100}, {50}, {150}}}
	for _, c := range []struct {
		at   sim.Vec
		want float32
	}{
		{sim.Vec{X: -0.5, Y: -0.5}, 0}, {sim.Vec{X: 0.5, Y: -0.5}, 100}, {sim.Vec{}, 75},
		{sim.Vec{X: 0.5, Y: 0.25}, 137.5}, {sim.Vec{X: -9, Y: 9}, 50}, {sim.Vec{X: 9, Y: 9}, 150},
	} {
		if got := paint.At(c.at)[0]; got != c.want {
			t.Errorf("at %v red is %v, want %v", c.at, got, c.want)
		}
	}
	plain := look.Plain(1, 2, 3)
	if got := plain.At(sim.Vec{X: 5}); got != (look.Colour{1, 2, 3}) {
		t.Errorf("a plain paint has %v", got)
	}
}
