package flight

import (
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
)

func TestOrdersAreReadAndRefused(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"correct,move,force,solve":             "",
		"force, move, correct, solve":          "",
		"force move force solve":               "",
		"":                                     "must name phases: correct, move, force, solve",
		"force,move":                           "solve is missing",
		"solve,move":                           "force is missing",
		"force,solve":                          "move is missing",
		"force,move,bounce,solve":              `phase "bounce" must be one of: correct, move, force, solve`,
		"force," + strings.Repeat("move,", 17): "move must stand there at most 16 times",
	} {
		o, err := ParseOrder(text)
		if want == "" && (err != nil || strings.ContainsAny(string(o), ",")) || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q is %q, %v", text, o, err)
		}
	}
	for o, lead := range map[Order]float64{"": 0, EngineOrder: 0, SolveFirst: 1, MoveFirst: 1, EvenForce: 0.5, "move force move solve": 0.5, "force force move solve": 1} {
		if o.Lead() != lead {
			t.Errorf("%q leads by %v, want %v", o, o.Lead(), lead)
		}
	}
	if !Order("").Same(EngineOrder) || Order("").Same(SolveFirst) {
		t.Error("the empty order is the engine's and no other")
	}
}

// leap returns a stone's flight of one frame in two steps.
func leap(f Flight) (from, to sim.BodyState) {
	scene := sim.DefaultScene()
	b := sim.NewDisc(0.1, 10, sim.Surface{})
	b.Start = sim.BodyState{VX: 1, VY: 2, Omega: 3}
	scene.Bodies, scene.Gravity = []sim.Body{b}, sim.Vec{Y: -9}
	state := scene.Start()
	step := f.Step(&scene, 2)
	for range 2 {
		step.Fly(state, nil)
	}
	return scene.Start()[0], state[0]
}

// TestFlightsFollowTheirOrder in closed form: in n steps of dt a body goes
// v·T + g·T²·((n−1)/2 + lead)/n.
func TestFlightsFollowTheirOrder(t *testing.T) {
	t.Parallel()
	for _, o := range append(Orders(), "move force move force solve", "") {
		f := DefaultFlight()
		f.Order = o
		from, to := leap(f)
		const frame = 1.0 / 60
		want := 2*frame - 9*frame*frame*(0.5+o.Lead())/2
		if o == "move force move force solve" { // the force of the second half has not moved anything
			want = 2*frame - 9*frame*frame*(0.5+0.25)/2
		}
		if got := to.Y - from.Y; !scalar.EqualWithinAbs(got, want, 1e-12) || !scalar.EqualWithinAbs(to.VY, 2-9*frame, 1e-12) {
			t.Errorf("%q: goes %v m, want %v, and ends at %v m/s", o, got, want, to.VY)
		}
	}
}

// TestSharesMakeAWhole: the parts of a step do together what it does.
func TestSharesMakeAWhole(t *testing.T) {
	t.Parallel()
	f := DefaultFlight()
	f.Keep, f.KeepAngular, f.Gravity = 0.9, 0.8, sim.Vec{X: 1, Y: -2}
	scene := sim.DefaultScene()
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 10, sim.Surface{})}
	scene.Bodies[0].Start = sim.BodyState{VX: 1, VY: 2, Omega: 3}
	whole := f.Step(&scene, 1)
	at := func(steps ...Step) sim.BodyState {
		state := scene.Start()
		for i := range steps {
			steps[i].Move(state)
		}
		for i := range steps {
			steps[i].Force(state, nil)
		}
		return state[0]
	}
	a, b := at(whole), at(whole.Share(0.25), whole.Share(0.75))
	if !scalar.EqualWithinAbs(a.X, b.X, 1e-12) || !scalar.EqualWithinAbs(a.Omega, b.Omega, 1e-12) || !scalar.EqualWithinAbs(a.VX, b.VX, 2e-3) {
		t.Errorf("in one part %+v, in two %+v", a, b) // what force adds in the first part, the second keeps less of
	}
	for _, n := range []int{2, 4} {
		part := f.Step(&scene, n)
		state := scene.Start()
		for range n {
			part.Force(state, nil)
		}
		if got, want := state[0].Omega, 0.8*3; !scalar.EqualWithinAbs(got, want, 1e-12) {
			t.Errorf("after %d parts of a frame it turns at %v rad/s, want %v", n, got, want)
		}
	}
	if none := at(whole.Share(0)); none != scene.Start()[0] {
		t.Errorf("no part of a step leads to %+v", none)
	}
	if p := whole.Pull(); !scalar.EqualWithinAbs(p, math.Sqrt(5), 1e-12) {
		t.Errorf("gravity pulls by %v", p)
	}
}

// TestMeasureFlightSeesTheOrder of forces and moves, in one step and in several, and says
// nothing where no force acts.
func TestMeasureFlightSeesTheOrder(t *testing.T) {
	t.Parallel()
	for _, substeps := range []int{1, 3} {
		for _, o := range Orders() {
			for _, gravity := range []float64{0, -3} {
				f := DefaultFlight()
				f.Order = o
				data := swarm(&f, 1, 60)
				data.Scene.Substeps, data.Scene.Gravity.Y = substeps, gravity
				step := f.Step(data.Scene, substeps)
				for k := range data.States[1:] {
					next := append(sim.State(nil), data.States[k]...)
					for range substeps {
						step.Fly(next, nil)
					}
					data.States[k+1] = next
				}
				got, lead, err := MeasureFlight(t.Context(), []*sim.Trajectory{data})
				if err != nil {
					t.Fatal(err)
				}
				switch {
				case got.Substeps != 0:
					t.Errorf("%q in %d steps: takes it for %d", o, substeps, got.Substeps)
				case gravity == 0 && !math.IsNaN(lead), gravity != 0 && lead != o.Lead():
					t.Errorf("%q in %d steps, gravity %v: leads by %v", o, substeps, gravity, lead)
				case got.Gravity != sim.Vec{} || got.Keep != 1 || got.KeepAngular != 1:
					t.Errorf("%q: measured %+v beyond the scene", o, got)
				case gravity != 0 && got.Order.Lead() != lead:
					t.Errorf("%q: took %q", o, got.Order)
				}
			}
		}
	}
}

// TestBouncesAreNoDrag: an elastic disc that is turned round between two frames, both far from
// the wall, keeps all its speed.
func TestBouncesAreNoDrag(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	scene.FPS = 30
	scene.Bodies = []sim.Body{sim.NewDisc(0.05, 10, sim.Surface{})}
	for _, x := range []float64{-1, 1} {
		scene.Walls = append(scene.Walls, sim.Shape{Kind: sim.Segment, Vertices: []sim.Vec{{X: x, Y: -100}, {X: x, Y: 100}}, Elasticity: 1})
	}
	const speed, half = 3.0, 0.95 // m/s, m from the middle where it turns round
	data := &sim.Trajectory{Scene: &scene}
	for frame := range 400 {
		way := math.Mod(speed*float64(frame)/30+half, 4*half)
		s := sim.BodyState{X: way - half, VX: speed}
		if way > 2*half {
			s = sim.BodyState{X: 3*half - way, VX: -speed}
		}
		data.States = append(data.States, sim.State{s})
	}
	f, _, err := MeasureFlight(t.Context(), []*sim.Trajectory{data})
	if err != nil || f.Keep != 1 || f.Gravity != (sim.Vec{}) {
		t.Errorf("measured %+v, %v", f, err)
	}
}

// TestMeasureFlightCountsSteps where the scenes say that a frame is one.
func TestMeasureFlightCountsSteps(t *testing.T) {
	t.Parallel()
	for _, o := range []Order{EngineOrder, SolveFirst} {
		for _, n := range []int{2, 4, 7} {
			f := DefaultFlight()
			f.Order = o
			data := swarm(&f, 1, 60)
			data.Scene.Gravity.Y = -3
			step := f.Step(data.Scene, n)
			for k := range data.States[1:] {
				next := append(sim.State(nil), data.States[k]...)
				for range n {
					step.Fly(next, nil)
				}
				data.States[k+1] = next
			}
			got, lead, err := MeasureFlight(t.Context(), []*sim.Trajectory{data})
			if err != nil || lead != o.Lead() || got.Substeps != n || got.Steps(data.Scene) != n {
				t.Errorf("%q in %d steps: leads by %v in %d; %v", o, n, lead, got.Substeps, err)
			}
		}
	}
}
