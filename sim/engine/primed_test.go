package engine

import (
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
)

// TestPrimedScenesPartAtOnce: two discs that overlap by 0.1 m part in the first step, where they
// otherwise part in the second, and lose what Bias says. Their velocities stay.
func TestPrimedScenesPartAtOnce(t *testing.T) {
	scene := free(100)
	scene.Bodies = []sim.Body{disc(0, 0, 0, 0), disc(0.1, 0, 0, 0)}
	radius := scene.Bodies[0].Shapes[0].Radius
	scene.Bodies[1].Start.X = 2*radius - 0.05
	state := scene.Start()
	state[0].VY, state[1].VY, state[0].Omega, state[1].Omega = 3, 3, 1, 1
	gap := func(primed bool, bias float64) float64 {
		scene.Primed, scene.Bias = primed, bias
		e := New()
		if err := e.Load(scene); err != nil {
			t.Fatal(err)
		}
		if err := e.Reset(state); err != nil {
			t.Fatal(err)
		}
		sameBits(t, "start", []sim.State{e.State(nil)}, []sim.State{state})
		if got := len(e.Contacts()); got != map[bool]int{true: 1}[primed] {
			t.Errorf("primed %v: %d contacts at the start", primed, got)
		}
		if err := e.Frame(nil); err != nil {
			t.Fatal(err)
		}
		after := e.State(nil)
		if !scalar.EqualWithinAbs(after[0].Y, 0.03, 1e-12) || !scalar.EqualWithinAbs(after[0].VY, 3, 1e-12) || !scalar.EqualWithinAbs(after[1].Omega, 1, 1e-12) {
			t.Errorf("primed %v: %+v after a step of 0.01 s", primed, after)
		}
		return after[1].X - after[0].X - 2*radius + scene.Slop
	}
	deep := -0.05 + scene.Slop
	for _, c := range []struct{ bias, left float64 }{{0, 0.9387404}, {0.5, 0.9930925}, {0.01, 0.9549926}} { // ^0.01
		if got := gap(true, c.bias); !scalar.EqualWithinAbs(got, c.left*deep, 1e-7) {
			t.Errorf("bias %v: overlap %v m beyond the slop, want %v of %v", c.bias, got, c.left, deep)
		}
	}
	if got := gap(false, 0); !scalar.EqualWithinAbs(got, deep, 1e-12) {
		t.Errorf("not primed: overlap %v m beyond the slop after a step, want %v", got, deep)
	}
}

// TestPrimingIsAtRest: whatever their speeds, bodies touch at the start where they lie, and nothing has pushed them yet.
func TestPrimingIsAtRest(t *testing.T) {
	t.Parallel()
	at := func(moves sim.BodyState) []Contact {
		scene := free(100)
		scene.Primed = true
		rough := sim.Surface{Friction: 1}
		scene.Bodies = []sim.Body{sim.NewBox(0.1, 0.1, 1, rough)}
		scene.Bodies[0].Start = moves
		scene.Bodies[0].Start.Y = 0.095
		scene.Walls = []sim.Shape{sim.NewShape(sim.Segment, 0, rough, sim.Vec{X: -5}, sim.Vec{X: 5})}
		e := New()
		if err := e.Load(scene); err != nil {
			t.Fatal(err)
		}
		return e.Contacts()
	}
	rest := at(sim.BodyState{})
	if len(rest) != 2 {
		t.Fatalf("a box on a wall touches it at %d points", len(rest))
	}
	for _, moves := range []sim.BodyState{{VX: 3}, {VY: -3}, {Omega: 20}} {
		if got := at(moves); !slices.Equal(got, rest) {
			t.Errorf("with %+v it touches as %+v, at rest as %+v", moves, got, rest)
		}
	}
}
