package contact

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/learn/nn"
	"orrery/learn/tape"
	"orrery/sim"
)

// striking returns a model with a law of impacts, of large random weights.
func striking(t *testing.T) *Model {
	t.Helper()
	config := Tiny()
	config.Hits = Hits{Hidden: 5, Members: 2, Speed: 2}
	model, err := New(config, 5)
	if err != nil {
		t.Fatal(err)
	}
	rng := sim.NewRand(6, "test hits", 0)
	p := model.net.params
	for i := range p.Count() {
		if name := p.Name(nn.Index(i)); len(name) > 5 && name[:5] == "hits." {
			for k := range p.Slice(name) {
				p.Slice(name)[k] += float32(0.8 * rng.NormFloat64())
			}
		}
	}
	return model
}

// lame is the outline of a body without any symmetry, as L-shaped as a convex one gets.
var lame = []sim.Vec{{X: -0.1, Y: -0.05}, {X: 0.2, Y: -0.06}, {X: 0.15, Y: 0.02}, {X: -0.08, Y: 0.12}}

// over returns a scene of a body of vertices that touches the floor in a random state, in which
// it approaches the floor.
func over(rng *rand.Rand, vertices []sim.Vec) *sim.Scene {
	scene := onFloor()
	b := sim.Body{Kind: sim.Dynamic, Mass: 0.7, Moment: 0.004, Shapes: []sim.Shape{{Kind: sim.Polygon, Vertices: slices.Clone(vertices), Friction: 0.3, Elasticity: 0.7}}}
	angle := 2 * math.Pi * rng.Float64()
	low := 0.0
	for _, v := range vertices {
		low = min(low, v.Rotate(angle).Y)
	}
	b.Start = sim.BodyState{X: rng.NormFloat64(), Y: -low, Angle: angle, VX: 2 * rng.NormFloat64(), VY: -3, Omega: 8 * rng.NormFloat64()}
	scene.Bodies = append(scene.Bodies, b)
	return scene
}

func oval() (out []sim.Vec) {
	for i := range 32 {
		sin, cos := math.Sincos(float64(i) * math.Pi / 16)
		out = append(out, sim.Vec{X: 0.2 * cos, Y: 0.1 * sin})
	}
	return out
}

// struck returns the edges and hits of scenes at their starts, and the velocities there.
func struck(t *testing.T, model *Model, scenes ...*sim.Scene) (*course, []float32) {
	t.Helper()
	c := &course{run: newRunner(model.net)}
	c.run.bind(model.net.params.Data(), nil)
	var places []*placed
	var state sim.State
	for _, scene := range scenes {
		s := model.net.place(scene)
		s.first = len(state)
		places, state = append(places, &s), append(state, scene.Start()...)
	}
	c.begin(places, state)
	c.strike()
	return c, slices.Clone(c.run.tape.Matrix(c.velocity).Data)
}

func TestImpactsHaveTheSlopesOfTheirForward(t *testing.T) {
	t.Parallel()
	rng := sim.NewRand(11, "test hits", 0)
	model := striking(t)
	var scenes []*sim.Scene
	for range 6 {
		scenes = append(scenes, over(rng, oval()), over(rng, lame))
	}
	flat := over(rng, []sim.Vec{{X: -0.2, Y: -0.1}, {X: 0.2, Y: -0.1}, {X: 0.2, Y: 0.1}, {X: -0.2, Y: 0.1}})
	flat.Bodies[0].Start.Y, flat.Bodies[0].Start.Angle = 0.1, 0 // two corners at once
	c, v := struck(t, model, append(scenes, flat)...)
	g := c.here
	if len(g.edges) != len(scenes)+2 {
		t.Fatalf("%d points", len(g.edges))
	}
	y := normals(rng, hitAnswers*len(g.edges), 1.5)
	op := &hitOp{graph: g, rounds: 3, record: true}
	out := make([]float32, len(v))
	forward := func() { op.Forward(matrixOf(out, 3), matrices(y, hitAnswers, v, 3)) }
	forward()
	held, shares := 0, 0
	for i := range g.edges {
		e := &g.edges[i]
		p := g.hits[i].thrust(e, &op.laws[i], row(v, e.a), row(v, e.b))
		if p.share < 1 && p.share > 0 {
			held++
		}
		shares++
	}
	if held == 0 || held == shares {
		t.Fatalf("%d of %d impacts are scaled down, want some", held, shares)
	}
	weights := normals(rng, len(v), 1)
	dy, dv := ones(len(y)), ones(len(v))
	op.Backward(matrixOf(out, 3), matrixOf(weights, 3), matrices(y, hitAnswers, v, 3), matrices(dy, hitAnswers, dv, 3))
	loss := func() float64 { forward(); return weighed(weights, out) }
	differ(t, "answer", y, dy, loss)
	differ(t, "velocity", v, dv, loss)

	see := &seeHitOp{graph: g, speed: 2}
	x, wx := make([]float32, seeHitSize*len(g.edges)), normals(rng, seeHitSize*len(g.edges), 1)
	dv = ones(len(v))
	see.Backward(matrixOf(x, seeHitSize), matrixOf(wx, seeHitSize), matrices(v, 3), matrices(dv, 3))
	differ(t, "seen velocity", v, dv, func() float64 {
		see.Forward(matrixOf(x, seeHitSize), matrices(v, 3))
		return weighed(wx, x)
	})
}

// TestMovingAnImpactMovesWhatItDoes: mirrored, turned and shifted, whatever the shape of the body and the frame
// in which it is written.
func TestMovingAnImpactMovesWhatItDoes(t *testing.T) {
	t.Parallel()
	model := striking(t)
	for name, move := range map[string]motion{
		"shift": {shift: sim.Vec{X: 3, Y: -2}}, "turn": {angle: 1.1}, "mirror": {mirror: true},
		"everything": {mirror: true, angle: -2.3, shift: sim.Vec{X: 0.4, Y: 0.9}},
	} {
		rng := sim.NewRand(12, "test hits", 0)
		for k := range 30 {
			outline := lame
			if k%2 == 0 {
				outline = oval()
			}
			scene := over(rng, outline)
			start := scene.Start()
			after, err := model.Strike(scene, start)
			if err != nil {
				t.Fatal(err)
			}
			want := move.state(after)
			got, err := model.Strike(move.scene(scene), move.state(start))
			if err != nil {
				t.Fatal(err)
			}
			if d := got[0].Velocity().Sub(want[0].Velocity()).Len() + 0.1*math.Abs(got[0].Omega-want[0].Omega); !(d <= 1e-4) {
				t.Errorf("%s %d: velocities differ by %v", name, k, d)
			}
			if d := after[0].Velocity().Sub(start[0].Velocity()).Len(); !(d > 0.1) {
				t.Errorf("%s %d: nothing happens", name, k)
			}
		}
	}
}

// TestNoImpactGainsEnergy, with any weights, slow or fast, at one corner or two.
func TestNoImpactGainsEnergy(t *testing.T) {
	t.Parallel()
	model := striking(t)
	rng := sim.NewRand(13, "test hits", 0)
	lost := 0
	for k := range 400 {
		scene := over(rng, [][]sim.Vec{lame, oval()}[k%2])
		b := &scene.Bodies[0].Start
		slow := math.Pow(10, -3*rng.Float64())
		b.VX, b.VY, b.Omega = slow*b.VX, slow*b.VY, slow*b.Omega
		state := scene.Start()
		after, err := model.Strike(scene, state)
		if err != nil {
			t.Fatal(err)
		}
		before, now := kineticOf(scene, state), kineticOf(scene, after)
		if !(now <= before*(1+1e-6)) {
			t.Errorf("%d: %v J become %v", k, before, now)
		}
		if now < 0.99*before {
			lost++
		}
		if after[0].Position() != state[0].Position() || after[0].Angle != state[0].Angle {
			t.Errorf("%d: an impact moves the body", k)
		}
	}
	if lost < 100 {
		t.Errorf("%d of 400 impacts lose energy", lost)
	}
}

func kineticOf(scene *sim.Scene, state sim.State) (sum float64) {
	for i, b := range scene.Bodies {
		sum += (b.Mass*state[i].Velocity().Dot(state[i].Velocity()) + b.Moment*state[i].Omega*state[i].Omega) / 2
	}
	return sum
}

// TestImpactsOfTwoBodiesKeepMomentum, angular momentum too, and do not depend on which body comes first.
func TestImpactsOfTwoBodiesKeepMomentum(t *testing.T) {
	t.Parallel()
	model := striking(t)
	scene := onFloor()
	scene.Walls = nil
	for i, m := range []float64{1, 3} {
		b := sim.NewDisc(0.2, 1, sim.Surface{Friction: 0.8, Elasticity: 0.6})
		b.Mass, b.Moment = m, 0.02*m
		b.Start = sim.BodyState{X: 0.4 * float64(i), VX: 2 - 3*float64(i), VY: 0.7, Omega: 3 - float64(i)}
		scene.Bodies = append(scene.Bodies, b)
	}
	momenta := func(s *sim.Scene, state sim.State) (p sim.Vec, l float64) {
		for i, b := range s.Bodies {
			mv := state[i].Velocity().Scale(b.Mass)
			p, l = p.Add(mv), l+state[i].Position().Cross(mv)+b.Moment*state[i].Omega
		}
		return p, l
	}
	after, err := model.Strike(scene, scene.Start())
	if err != nil {
		t.Fatal(err)
	}
	p, l := momenta(scene, scene.Start())
	q, k := momenta(scene, after)
	if !(q.Sub(p).Len() <= 1e-5) || !scalar.EqualWithinAbs(k, l, 1e-5) {
		t.Errorf("momentum %v and %v become %v and %v", p, l, q, k)
	}
	if !(after[0].VX < 1) {
		t.Errorf("nothing happens: %v", after[0])
	}
	other := *scene
	other.Bodies = []sim.Body{scene.Bodies[1], scene.Bodies[0]}
	swapped, err := model.Strike(&other, other.Start())
	if err != nil {
		t.Fatal(err)
	}
	for i := range after {
		if d := swapped[1-i].Velocity().Sub(after[i].Velocity()).Len() + math.Abs(swapped[1-i].Omega-after[i].Omega); !(d <= 1e-4) {
			t.Errorf("body %d: %v the one way, %v the other", i, after[i], swapped[1-i])
		}
	}
}

func TestSidesOfABody(t *testing.T) {
	t.Parallel()
	box := sim.Body{Shapes: []sim.Shape{{Kind: sim.Polygon, Vertices: []sim.Vec{{X: 1, Y: 1}, {X: -1, Y: 1}, {X: -1, Y: -1}, {X: 1, Y: -1}}}}}
	for _, c := range []struct {
		name string
		body sim.Body
		want sides
	}{
		{"disc", sim.NewDisc(0.2, 1, sim.Surface{}), sides{0, 0}},
		{"oval", sim.Body{Shapes: []sim.Shape{{Kind: sim.Polygon, Vertices: oval()}}}, sides{2, 0}},
		{"square", box, sides{4, math.Pi / 4}},
		{"lame", sim.Body{Shapes: []sim.Shape{{Kind: sim.Polygon, Vertices: lame}}}, sides{1, math.Atan2(0.03, 0.17)}},
	} {
		got := sidesOf(&c.body)
		if got.order != c.want.order || !scalar.EqualWithinAbs(math.Cos(float64(got.order)*(got.from-c.want.from)), 1, 1e-9) {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}

// matrices returns matrices of data, each followed by its number of columns.
func matrices(a []float32, cols int, more ...any) []tape.Matrix {
	out := []tape.Matrix{matrixOf(a, cols)}
	for i := 0; i+1 < len(more); i += 2 {
		out = append(out, matrixOf(more[i].([]float32), more[i+1].(int)))
	}
	return out
}
