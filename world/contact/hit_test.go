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
	"orrery/world/geom"
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
	scenes = append(scenes, flat)
	for range 8 {
		scenes = append(scenes, together(rng, lame, oval()))
	}
	c, v := struck(t, model, scenes...)
	g := c.here
	looks := 0
	for i := range g.edges {
		if looks++; g.edges[i].b >= 0 {
			looks++ // two bodies see it
		}
	}
	if len(g.edges) <= len(scenes) || g.looks() != looks || looks < len(g.edges)+8 {
		t.Fatalf("%d points of %d scenes, seen %d times, want %d", len(g.edges), len(scenes), g.looks(), looks)
	}
	y := normals(rng, hitAnswers*g.looks(), 1.5)
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
	x, wx := make([]float32, seeHitSize*g.looks()), normals(rng, seeHitSize*g.looks(), 1)
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

// apartTest is the gap of bodies that touch, in metres: at none at all the geometry may see either a corner or a side.
const apartTest = 1e-5

// together returns a scene of two bodies of such outlines that touch in a random state, in which they approach each other.
func together(rng *rand.Rand, outlines ...[]sim.Vec) *sim.Scene {
	scene := onFloor()
	scene.Walls, scene.Gravity = nil, sim.Vec{}
	for i, vertices := range outlines {
		mass := 0.4 + rng.Float64()
		b := sim.Body{Kind: sim.Dynamic, Mass: mass, Moment: 0.006 * mass, Shapes: []sim.Shape{{Kind: sim.Polygon, Vertices: slices.Clone(vertices), Friction: 0.6, Elasticity: 0.7}}}
		b.Start = sim.BodyState{X: 0.5 * float64(i), Y: 0.1 * rng.NormFloat64(), Angle: 7 * rng.Float64(), VX: 2 - 4*float64(i), VY: rng.NormFloat64(), Omega: 6 * rng.NormFloat64()}
		scene.Bodies = append(scene.Bodies, b)
	}
	detector := geom.NewDetector(scene)
	for range 50 {
		p := detector.Nearest(nil, scene.Start(), 9)[0]
		apart := p.Normal.Scale(apartTest - p.Gap) // of A, which is pushed along the normal
		if p.A == 1 {
			apart = apart.Scale(-1)
		}
		scene.Bodies[0].Start.X, scene.Bodies[0].Start.Y = scene.Bodies[0].Start.X+apart.X, scene.Bodies[0].Start.Y+apart.Y
	}
	return scene
}

// momenta returns the momentum and the angular momentum of a state about the origin.
func momenta(scene *sim.Scene, state sim.State) (p sim.Vec, l float64) {
	for i, b := range scene.Bodies {
		mv := state[i].Velocity().Scale(b.Mass)
		p, l = p.Add(mv), l+state[i].Position().Cross(mv)+b.Moment*state[i].Omega
	}
	return p, l
}

// TestImpactsOfTwoBodiesKeepTheirLaws: momentum and angular momentum, with impulses that act beside the point; no energy
// comes; the mirror image, and the bodies in another order, do the same.
func TestImpactsOfTwoBodiesKeepTheirLaws(t *testing.T) {
	t.Parallel()
	model := striking(t)
	rng := sim.NewRand(14, "test hits", 0)
	beside, scaled := 0, 0
	for k := range 200 {
		scene := together(rng, [][]sim.Vec{lame, oval()}[k%2], lame)
		if slow := math.Pow(10, -2*rng.Float64()); k%5 == 0 {
			for i := range scene.Bodies {
				b := &scene.Bodies[i].Start
				b.VX, b.VY, b.Omega = slow*b.VX, slow*b.VY, slow*b.Omega
			}
		}
		start := scene.Start()
		after, err := model.Strike(scene, start)
		if err != nil {
			t.Fatal(err)
		}
		p, l := momenta(scene, start)
		q, m := momenta(scene, after)
		push := after[0].Velocity().Sub(start[0].Velocity()).Scale(scene.Bodies[0].Mass).Len() // acts at two points, a gap apart
		apart := 0.0
		for _, point := range geom.NewDetector(scene).Nearest(nil, start, 9) {
			apart = max(apart, 1.01*math.Abs(point.Gap))
		}
		if !(q.Sub(p).Len() <= 2e-6) || !scalar.EqualWithinAbs(m, l, 2e-6+2*apart*push) || !(apart < 1e-3) {
			t.Errorf("%d: momentum %v and %v become %v and %v", k, p, l, q, m)
		}
		if before, now := kineticOf(scene, start), kineticOf(scene, after); !(now <= before*(1+1e-6)) {
			t.Errorf("%d: %v J become %v", k, before, now)
		}
		for name, move := range map[string]motion{"mirror": {mirror: true}, "turn": {angle: 2, shift: sim.Vec{X: 1}}} {
			moved, err := model.Strike(move.scene(scene), move.state(start))
			if err != nil {
				t.Fatal(err)
			}
			sameVelocities(t, name, moved, move.state(after))
		}
		other := *scene
		other.Bodies = []sim.Body{scene.Bodies[1], scene.Bodies[0]}
		swapped, err := model.Strike(&other, other.Start())
		if err != nil {
			t.Fatal(err)
		}
		sameVelocities(t, "exchange", sim.State{swapped[1], swapped[0]}, after)

		// The spins that an impulse through the point would give, and those that there are.
		point := geom.NewDetector(scene).Nearest(nil, start, 9)[0]
		j := after[point.A].Velocity().Sub(start[point.A].Velocity()).Scale(scene.Bodies[point.A].Mass)
		couple := scene.Bodies[point.A].Moment*(after[point.A].Omega-start[point.A].Omega) - point.ArmA.Cross(j)
		if !(math.Abs(couple) <= 0.01*0.07*j.Len()) {
			beside++
		}
		if !(math.Abs(couple) <= 2*0.08*j.Len()) {
			t.Errorf("%d: an impulse of %v N·s acts %v m beside the point", k, j.Len(), couple/j.Len())
		}
		if !(kineticOf(scene, after) <= 0.9999*kineticOf(scene, start)) {
			scaled++
		}
	}
	if beside < 150 || scaled == 0 || scaled > 190 {
		t.Errorf("of 200 impacts %d act beside the point and %d keep all energy", beside, scaled)
	}
}

// sameVelocities checks that two states have the same velocities.
func sameVelocities(t *testing.T, what string, got, want sim.State) {
	t.Helper()
	for i := range want {
		if d := got[i].Velocity().Sub(want[i].Velocity()).Len() + 0.1*math.Abs(got[i].Omega-want[i].Omega); !(d <= 2e-4) {
			t.Errorf("%s: body %d moves with %v, want %v", what, i, got[i], want[i])
		}
	}
}

// TestSidesThatAreAlikePushThroughThePoint: of two bodies that are the same turned by half a turn nothing says to which
// side of the point an impulse would act.
func TestSidesThatAreAlikePushThroughThePoint(t *testing.T) {
	t.Parallel()
	model := striking(t)
	rng := sim.NewRand(15, "test hits", 0)
	pushed := 0
	for k := range 20 {
		scene := together(rng, lame, lame)
		scene.Bodies[1] = scene.Bodies[0]
		a, b := &scene.Bodies[0].Start, &scene.Bodies[1].Start
		far := 0.0 // touching: the body is as wide along x as its farthest corner
		for _, v := range lame {
			far = max(far, v.Rotate(a.Angle).X)
		}
		spin := a.Omega / 3
		*a = sim.BodyState{X: -far, Angle: a.Angle, VX: 2, VY: a.VY, Omega: spin}
		*b = sim.BodyState{X: far, Angle: a.Angle + math.Pi, VX: -2, VY: -a.VY, Omega: spin}
		a.Y = 0
		for _, v := range lame { // the corner that touches is at the origin
			if c := v.Rotate(a.Angle); c.X > far-1e-9 {
				a.Y, b.Y = -c.Y, c.Y
			}
		}
		start := scene.Start()
		after, err := model.Strike(scene, start)
		if err != nil {
			t.Fatal(err)
		}
		j := after[0].Velocity().Sub(start[0].Velocity()).Scale(scene.Bodies[0].Mass)
		arm := sim.Vec{X: -start[0].X, Y: -start[0].Y}
		couple := scene.Bodies[0].Moment*(after[0].Omega-start[0].Omega) - arm.Cross(j)
		if j.Len() > 0.1 {
			pushed++
		}
		if !scalar.EqualWithinAbs(couple, 0, 1e-6) {
			t.Errorf("%d: an impulse of %v N·s turns by %v N·m·s besides", k, j.Len(), couple)
		}
		if !scalar.EqualWithinAbs(after[0].Omega, after[1].Omega, 1e-4) {
			t.Errorf("%d: spins %v and %v", k, after[0].Omega, after[1].Omega)
		}
	}
	if pushed < 12 {
		t.Errorf("%d of 20 pairs push each other", pushed)
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
		{"of eight corners", corners(8), sides{8, 0}},
		{"of eleven corners", corners(11), sides{11, 0}},
		{"of twelve corners", corners(12), sides{0, 0}},
		{"balanced", sim.Body{Shapes: []sim.Shape{{Kind: sim.Polygon, Vertices: []sim.Vec{{X: -0.3, Y: -0.4}, {X: 0.7, Y: 0.1}, {X: -0.4, Y: 0.3}}}}}, sides{1, 0}},
		{"lame", sim.Body{Shapes: []sim.Shape{{Kind: sim.Polygon, Vertices: lame}}}, sides{1, math.Atan2(0.03, 0.17)}},
	} {
		got := sidesOf(&c.body)
		if got.order != c.want.order || !scalar.EqualWithinAbs(math.Cos(float64(got.order)*(got.from-c.want.from)), 1, 1e-9) {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}

// corners returns a regular body of so many corners.
func corners(n int) sim.Body {
	var out []sim.Vec
	for k := range n {
		out = append(out, sim.Vec{X: 0.2}.Rotate(2*math.Pi*float64(k)/float64(n)))
	}
	return sim.Body{Shapes: []sim.Shape{{Kind: sim.Polygon, Vertices: out}}}
}

// matrices returns matrices of data, each followed by its number of columns.
func matrices(a []float32, cols int, more ...any) []tape.Matrix {
	out := []tape.Matrix{matrixOf(a, cols)}
	for i := 0; i+1 < len(more); i += 2 {
		out = append(out, matrixOf(more[i].([]float32), more[i+1].(int)))
	}
	return out
}
