package eval

import (
	"bytes"
	"math"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
	"orrery/world"
	"orrery/world/flight"
)

// knowing is a model that says of an impact what it was told.
type knowing struct {
	world.Model
	after sim.BodyState
}

func (k knowing) Strike(_ *sim.Scene, state sim.State) (sim.State, error) {
	out := append(sim.State{}, state...)
	out[0].VX, out[0].VY, out[0].Omega = k.after.VX, k.after.VY, k.after.Omega
	return out, nil
}

// fallen returns a table of one impact of a disc of 1 kg and 1 kg·m² and a floor.
func fallen() []*sim.Trajectory {
	scene := sim.DefaultScene()
	scene.Walls = []sim.Shape{{Kind: sim.Segment, Vertices: []sim.Vec{{X: -5}, {X: 5}}}}
	b := sim.NewDisc(0.2, 1, sim.Surface{})
	b.Mass, b.Moment, b.Start = 1, 1, sim.BodyState{Y: 0.2, VX: 1, VY: -2, Omega: 1}
	scene.Bodies = []sim.Body{b}
	after := b.Start
	after.VY, after.Omega = 1, 3
	return []*sim.Trajectory{{Scene: &scene, States: []sim.State{{b.Start}, {after}}, Impact: true}}
}

// TestImpactsOfATableAreMeasuredByHand: the lengths of errors, the share that gain energy, and what metrics.json keeps.
func TestImpactsOfATableAreMeasuredByHand(t *testing.T) {
	t.Parallel()
	entries := []Entry{
		{Name: "good", Model: knowing{flight.Still(), sim.BodyState{VX: 1, VY: 1, Omega: 2}}},
		{Name: "wild", Model: knowing{flight.Still(), sim.BodyState{VX: 4, VY: 5, Omega: -1}}},
		{Name: "lost", Model: knowing{flight.Still(), sim.BodyState{VX: math.NaN()}}},
	}
	r, err := Run(t.Context(), fallen(), entries, nil, DefaultConfig(), nil)
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	if err := r.WriteJSON(&text); err != nil {
		t.Fatal(err)
	}
	read, err := ReadResult(&text)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range []*Result{r, read} {
		if !r.OfImpacts() {
			t.Error("the result is not of impacts")
		}
		for name, want := range map[string][3]Number{"still": {3, 2, 0}, "good": {0, 1, 0}, "wild": {5, 4, 1}, "lost": {3, 2, 0}} {
			row := r.Row(name)
			if row == nil || row.Impact == nil {
				t.Fatalf("%s: %+v", name, row)
			}
			i, all := row.Impact, impactMeans{want[0], want[1], want[2]}
			if got := (impactMeans{i.VelocityM, i.SpinRad, i.GainShare}); i.Count != 1 || got != all || *i.Lo95 != all || *i.Hi95 != all {
				t.Errorf("%s: %+v within %+v and %+v, want %+v", name, i, i.Lo95, i.Hi95, all)
			}
			if lost := len(row.Failures) > 0; lost != (name == "lost") {
				t.Errorf("%s: failures %v", name, row.Failures)
			}
		}
	}
	if _, err := Run(t.Context(), fallen(), []Entry{{Name: "other", Model: flight.Ballistic()}}, nil, DefaultConfig(), nil); err == nil {
		t.Error("a model that says nothing of impacts was measured")
	}
}

// TestImpactsInMotionAreThoseOfOnePair: a disc that bounces counts in that frame, two that bounce side by side both do, and
// a disc between floor and wall does not, nor do frames of flight.
func TestImpactsInMotionAreThoseOfOnePair(t *testing.T) {
	t.Parallel()
	table := fallen()[0]
	scene := *table.Scene
	scene.Bodies = append(scene.Bodies, scene.Bodies[0], scene.Bodies[0])
	scene.Walls = append(scene.Walls, sim.Shape{Kind: sim.Segment, Vertices: []sim.Vec{{X: 4, Y: 0}, {X: 4, Y: 3}}})
	scene.Gravity = sim.Vec{}
	dt := scene.FrameTime()
	at := func(x, y, vx, vy float64) sim.BodyState { return sim.BodyState{X: x, Y: y, VX: vx, VY: vy} }
	trajectory := &sim.Trajectory{Scene: &scene, States: []sim.State{
		{at(0, 0.2+3*dt, 0, -2), at(2, 0.2+dt, 0, -2), at(3.8, 0.2+dt, 1, -2)},
		{at(0, 0.2+dt, 0, -2), at(2, 0.2+dt, 0, 2), at(3.8, 0.2+dt, -1, 2)},
		{at(0, 0.2+dt, 0, 1), at(2, 0.2+3*dt, 0, 2), at(3.8, 0.2+3*dt, -1, 2)},
	}}
	got := strikes(trajectory, 2)
	for k, want := range [][]bool{{false, true, false}, {true, false, false}} {
		for i, w := range want {
			if has := got[k] != nil && got[k][i]; has != w {
				t.Errorf("frame %d, body %d: %v", k, i, has)
			}
		}
	}
	var sum impactSums
	sum.add(at(0, 0, 3, 4), at(0, 0, 0, 0))
	sum.add(sim.BodyState{Omega: 1}, sim.BodyState{Omega: 3})
	if r := newResampler(1, 1, 20).impact([]impactSums{sum}, false); r.Count != 2 || !scalar.EqualWithinAbs(float64(r.VelocityM), 2.5, 1e-12) || !scalar.EqualWithinAbs(float64(r.SpinRad), 1, 1e-12) {
		t.Errorf("%+v", r)
	}
}

// TestRoundingIsNoGain: a hundred thousandth of the energy may come from rounding, a thousandth may not.
func TestRoundingIsNoGain(t *testing.T) {
	t.Parallel()
	for share, want := range map[float64]Number{0.5e-5: 0, 2e-5: 1, 1e-3: 1} {
		spin := math.Sqrt(1 + 2*3*share) // of the 3 J before, half a joule is in the spin
		r, err := Run(t.Context(), fallen(), []Entry{{Name: "model", Model: knowing{flight.Still(), sim.BodyState{VX: 1, VY: 2, Omega: spin}}}}, nil, DefaultConfig(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := r.Row("model").Impact.GainShare; got != want {
			t.Errorf("%v of the energy more: gain share %v, want %v", share, got, want)
		}
	}
}
