package contact

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/learn/tape"
	"orrery/sim"
	"orrery/world/flight"
)

// dropped returns a ball of elasticity 0.8 that moves down at 3 m/s, 5 cm a frame, from a height above a floor.
func dropped(gap float64) *sim.Scene {
	scene := sim.DefaultScene()
	scene.Gravity = sim.Vec{}
	scene.Walls = []sim.Shape{{Kind: sim.Segment, Vertices: []sim.Vec{{X: -9}, {X: 9}}, Elasticity: 1}}
	ball := sim.NewDisc(0.1, 10, sim.Surface{Elasticity: 0.8})
	ball.Start = sim.BodyState{Y: 0.1 + gap, VY: -3}
	scene.Bodies = []sim.Body{ball}
	return &scene
}

// TestWhatMeetsLateBouncesAtTheEnd: until then it stays where it touched. What would touch a
// moment after the step bounces in it, and what was out of sight at its start does not touch.
func TestWhatMeetsLateBouncesAtTheEnd(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name         string
		gap          float64 // m, at the start
		ahead, sight float64
		y, vy        float64 // m and m/s, at the end
	}{
		{"meets", 0.02, 0, 0, 0, 2.4},
		{"meets, in sight", 0.02, 0, 0.021, 0, 2.4},
		{"out of sight", 0.02, 0, 0.019, -0.03, -3},
		{"not yet", 0.06, 0, 0, 0.01, -3},
		{"soon", 0.06, 0.25, 0, 0.01, 2.4},
		{"not so soon", 0.06, 0.15, 0, 0.01, -3},
		{"soon, but out of sight", 0.06, 0.25, 0.05, 0.01, -3},
	} {
		config := exactly(60)
		config.Flight.Order, config.Late, config.Ahead, config.Sight = flight.MoveFirst, true, c.ahead, c.sight
		model := newtonian(t, config)
		if c.name[:4] == "soon" { // what has not been stopped is, besides
			model.net.params.Slice("impulse.2.bias")[gainNormal] = 0
		}
		roll(t, model, dropped(c.gap), 1, func(_ int, state sim.State) {
			if y := state[0].Y - 0.1; !scalar.EqualWithinAbs(y, c.y, 2e-4) || !scalar.EqualWithinAbs(state[0].VY, c.vy, 0.01) {
				t.Errorf("%s: ends %v m above the floor at %v m/s, want %v and %v", c.name, y, state[0].VY, c.y, c.vy)
			}
		})
	}
}

// TestWhatIsSeenAheadBouncesInAStep: where nothing has to wait for the end of a step, too.
func TestWhatIsSeenAheadBouncesInAStep(t *testing.T) {
	t.Parallel()
	for ahead, want := range map[float64]float64{0: -3, 0.15: -3, 0.25: 2.4} {
		config := exactly(60)
		config.Flight.Order, config.Ahead = flight.MoveFirst, ahead
		model := newtonian(t, config)
		model.net.params.Slice("impulse.2.bias")[gainNormal] = 0 // what has not been stopped is, besides
		roll(t, model, dropped(0.06), 1, func(_ int, state sim.State) {
			if v := state[0].VY; !scalar.EqualWithinAbs(v, want, 0.01) {
				t.Errorf("%v steps ahead: moves on at %v m/s, want %v", ahead, v, want)
			}
		})
	}
}

// TestAFreshLateModelParts a little what met, as at rest no gradient would say that it should.
func TestAFreshLateModelParts(t *testing.T) {
	t.Parallel()
	config := exactly(60)
	config.Flight.Order, config.Late = flight.MoveFirst, true
	model, err := New(config, 1)
	if err != nil {
		t.Fatal(err)
	}
	roll(t, model, dropped(0.02), 1, func(_ int, state sim.State) {
		if v := state[0].VY; !(v > 0.2 && v < 2.4) {
			t.Errorf("it parts at %v m/s", v)
		}
	})
}

// TestHoldNeedsNoPressure: a disc that slides along the floor, parting from it, is slowed only by
// a law with hold, and only where there is friction.
func TestHoldNeedsNoPressure(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		hold, friction float32
		want           float64 // m/s that are left of the sliding
	}{{0, 0.4, 2}, {0.3, 0.4, 2 - 2*0.3*1.5}, {0.9, 0.4, 0}, {0.9, 0, 2}, {-0.5, 0.4, 2}} {
		g := touching(t, onFloor(0))
		e := &g.edges[0]
		e.friction, e.limit = c.friction, c.friction*e.limit/0.4
		answer := make([]float32, wideGains)
		answer[gainHold] = c.hold
		v, start := make([]float32, 3), []float32{2, 1, 0}
		op := sweepOp{graph: g, rounds: 20}
		op.Forward(matrixOf(v, 3), []tape.Matrix{matrixOf(answer, wideGains), matrixOf(start, 3), matrixOf(start, 3), {}})
		if got := float64(e.axis[1].read(row(v, e.a), row(v, e.b))); !(math.Abs(math.Abs(got)-c.want) <= 1e-3) || v[1] != 1 {
			t.Errorf("hold %v, friction %v: slides at %v m/s, want %v, and parts at %v", c.hold, c.friction, got, c.want, v[1])
		}
	}
}

// TestWhatWasFastIsSeenAhead, although it has been slowed down by the end of the step.
func TestWhatWasFastIsSeenAhead(t *testing.T) {
	t.Parallel()
	for ahead, want := range map[float64]bool{0.15: false, 0.25: true} {
		config := exactly(60)
		config.Flight.Order, config.Ahead = flight.MoveFirst, ahead
		model := newtonian(t, config)
		model.net.params.Slice("impulse.2.bias")[gainNormal] = 0 // what has not been stopped is, besides
		scene := dropped(0.015)
		scene.Damping = 1e-60 // a tenth of its speed is left after a step
		roll(t, model, scene, 1, func(_ int, state sim.State) {
			if v := state[0].VY; (v > 0.1) != want {
				t.Errorf("%v steps ahead: moves on at %v m/s", ahead, v)
			}
		})
	}
}
