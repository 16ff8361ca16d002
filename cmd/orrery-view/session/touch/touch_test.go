package touch_test

import (
	"math"
	"testing"

	"orrery/cmd/orrery-view/session/touch"
	"orrery/sim"
	"orrery/sim/engine"
)

// stack is a box on the ground with a box on it, both turning a little and pushed into each other.
func stack() *sim.Scene {
	scene := sim.DefaultScene()
	rough := sim.Surface{Friction: 0.7}
	scene.Walls = []sim.Shape{sim.NewShape(sim.Segment, 0.01, rough, sim.Vec{X: -2}, sim.Vec{X: 2})}
	for k := range 2 {
		b := sim.NewBox(0.1, 0.1, 50, rough)
		b.Start.X, b.Start.Y, b.Start.VX = 0.02*float64(k), 0.11+0.2*float64(k), 0.5*float64(k)
		scene.Bodies = append(scene.Bodies, b)
	}
	return &scene
}

// frames runs a scene and returns what touches in a later frame, and the states before and after it.
func frames(t *testing.T, scene *sim.Scene, later int) (f touch.Frame, before, after sim.State) {
	t.Helper()
	e := engine.New()
	if err := e.Load(scene); err != nil {
		t.Fatal(err)
	}
	if err := e.Reset(scene.Start()); err != nil {
		t.Fatal(err)
	}
	for range later {
		if err := e.Frame(nil); err != nil {
			t.Fatal(err)
		}
	}
	before = e.State(nil)
	if err := e.FrameBySteps(nil, func() { f.Note(scene, e.Contacts()) }); err != nil {
		t.Fatal(err)
	}
	return f, before, e.State(nil)
}

// TestImpulsesOfAFrameAreTheChangeOfMomentum beyond gravity, in all steps of it, and corners stay one point each.
func TestImpulsesOfAFrameAreTheChangeOfMomentum(t *testing.T) {
	t.Parallel()
	scene := stack()
	f, before, after := frames(t, scene, 8)
	if len(f.Points) != 4 {
		t.Fatalf("%d points, want two below each box", len(f.Points))
	}
	total := make([]sim.Vec, 2)
	for i := range total {
		total[i] = after[i].Velocity().Sub(before[i].Velocity()).Sub(scene.Gravity.Scale(scene.FrameTime())).Scale(scene.Bodies[i].Mass)
	}
	for i, rest := range f.Rest(scene, total, impulses(&f)) {
		if !(rest.Len() <= 1e-6*total[i].Len()) {
			t.Errorf("body %d: %v N·s of %v have no point", i, rest, total[i])
		}
	}
	scene.Bodies[0].Kind = sim.Kinematic // nothing moves it, so nothing pushes it beyond what touches it
	for i, rest := range f.Rest(scene, []sim.Vec{{}, total[1]}, impulses(&f)) {
		if !(rest.Len() <= 1e-6*total[1].Len()) {
			t.Errorf("on a kinematic body, body %d: %v N·s have no point", i, rest)
		}
	}
}

// TestPointsSlide: from one step to the next a point may slide by less than three tenths of the smaller body and stay the same,
// as often as it does; what pushes and rubs in each step adds up. In one step each of two contacts is a point of its own.
func TestPointsSlide(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	scene.Bodies = []sim.Body{sim.NewDisc(0.2, 1, sim.Surface{}), sim.NewDisc(0.1, 1, sim.Surface{})}
	for _, c := range []struct {
		b    int
		by   float64 // m a step
		want int
	}{{1, 0.029, 1}, {1, 0.031, 3}, {sim.World, 0.059, 1}, {sim.World, 0.061, 3}} {
		var f touch.Frame
		for k := range 3 {
			f.Note(&scene, []engine.Contact{{A: 0, B: c.b, PointA: sim.Vec{X: c.by * float64(k)}, Normal: sim.Vec{Y: 1}, NormalImpulse: 2, TangentImpulse: 0.5}})
		}
		if len(f.Points) != c.want {
			t.Errorf("%v m a step, other %d: %d points", c.by, c.b, len(f.Points))
			continue
		}
		steps := float64(3 / c.want)
		if p := f.Points[len(f.Points)-1]; p.Impulse != (sim.Vec{X: -0.5 * steps, Y: 2 * steps}) || p.At != (sim.Vec{X: 2 * c.by}) {
			t.Errorf("%v m a step, other %d: %+v", c.by, c.b, p)
		}
		contact := engine.Contact{A: 0, B: c.b, PointA: sim.Vec{X: 2 * c.by}, Normal: sim.Vec{Y: 1}}
		if f.Note(&scene, []engine.Contact{contact, contact}); len(f.Points) != c.want+1 {
			t.Errorf("of two contacts in a step: %d points", len(f.Points))
		}
	}
}

func impulses(f *touch.Frame) (out []sim.Vec) {
	for i := range f.Points {
		out = append(out, f.Points[i].Impulse)
	}
	return out
}

// TestExplainFindsWhatWasDone: of motions that impulses at the points cause, all is explained, by no larger impulses; a motion that none
// can cause is left alone.
func TestExplainFindsWhatWasDone(t *testing.T) {
	t.Parallel()
	scene := stack()
	f, _, after := frames(t, scene, 8)
	rng := sim.NewRand(1, "explain", 0)
	done := make([]sim.Vec, len(f.Points))
	for k := range done {
		done[k] = sim.Vec{X: rng.NormFloat64(), Y: rng.NormFloat64()}
	}
	change := moved(scene, after, &f, done)
	found := f.Explain(scene, after, change)
	again := moved(scene, after, &f, found)
	for i := range change {
		if !(again[i].V.Sub(change[i].V).Len() <= 1e-6) || !(math.Abs(again[i].Omega-change[i].Omega) <= 1e-5) {
			t.Errorf("body %d moves by %+v, want %+v", i, again[i], change[i])
		}
	}
	if a, b := size(found), size(done); !(a > 0 && a <= b*(1+1e-9)) {
		t.Errorf("the impulses are as large as %v, and %v are enough", a, b)
	}
	for _, none := range f.Explain(scene, after, make([]touch.Motion, 2)) {
		if none != (sim.Vec{}) {
			t.Errorf("nothing is explained by %v", none)
		}
	}
	scene.Bodies[1].Kind = sim.Kinematic
	for k, kept := range f.Explain(scene, after, []touch.Motion{{}, {V: sim.Vec{X: 1}}}) {
		if kept != (sim.Vec{}) {
			t.Errorf("point %d: what nothing moves is moved by %v", k, kept)
		}
	}
}

func size(impulses []sim.Vec) (sum float64) {
	for _, v := range impulses {
		sum += v.Dot(v)
	}
	return sum
}

// moved is what impulses at the points do to bodies, told another way: one at a time.
func moved(scene *sim.Scene, state sim.State, f *touch.Frame, impulses []sim.Vec) []touch.Motion {
	out := make([]touch.Motion, len(state))
	give := func(body int, j, at sim.Vec) {
		if body < 0 {
			return
		}
		out[body].V = out[body].V.Add(j.Scale(1 / scene.Bodies[body].Mass))
		out[body].Omega += at.Sub(state[body].Position()).Cross(j) / scene.Bodies[body].Moment
	}
	for k, j := range impulses {
		give(f.Points[k].A, j, f.Points[k].At)
		give(f.Points[k].B, j.Scale(-1), f.Points[k].At)
	}
	return out
}

// BenchmarkExplain explains motions of a pile of 100 bodies.
func BenchmarkExplain(b *testing.B) {
	scene := sim.DefaultScene()
	rough := sim.Surface{Friction: 0.5}
	scene.Walls = []sim.Shape{sim.NewShape(sim.Segment, 0.01, rough, sim.Vec{X: -2}, sim.Vec{X: 2})}
	for k := range 100 {
		body := sim.NewBox(0.1, 0.1, 50, rough)
		body.Start.X, body.Start.Y = -1+0.201*float64(k%10), 0.11+0.2*float64(k/10)
		scene.Bodies = append(scene.Bodies, body)
	}
	e := engine.New()
	if err := e.Load(&scene); err != nil {
		b.Fatal(err)
	}
	var f touch.Frame
	for range 30 {
		f = touch.Frame{}
		if err := e.FrameBySteps(nil, func() { f.Note(&scene, e.Contacts()) }); err != nil {
			b.Fatal(err)
		}
	}
	rng := sim.NewRand(1, "bench", 0)
	change := make([]touch.Motion, len(scene.Bodies))
	for i := range change {
		change[i] = touch.Motion{V: sim.Vec{X: rng.NormFloat64(), Y: rng.NormFloat64()}, Omega: rng.NormFloat64()}
	}
	state := e.State(nil)
	for b.Loop() {
		f.Explain(&scene, state, change)
	}
	b.ReportMetric(float64(len(f.Points)), "points")
}
