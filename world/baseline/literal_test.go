package baseline

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
	"orrery/world/flight"
	"orrery/world/geom"
)

// The tests of this file are worked out by hand, from places and velocities that make
// every feature a round number.

// roundGiven has sizes that differ from each other and from 1.
func roundGiven() Given {
	g := Given{Flight: flight.DefaultFlight(), Mass: 2, Length: 0.1, Span: 0.5, Speed: 2, Kick: 0.5, Lift: 0.1}
	g.Joints, g.Fields = []sim.JointKind{sim.Motor, sim.Spring}, []sim.FieldKind{sim.InverseSquare, sim.Linear}
	return g
}

// wantRow compares features with what they must be.
func wantRow(t *testing.T, what string, got []float32, want ...float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d features, must be %d", what, len(got), len(want))
	}
	for i, w := range want {
		if !scalar.EqualWithinAbs(float64(got[i]), w, 2e-6) {
			t.Errorf("%s: feature %d is %v, must be %v", what, i, got[i], w)
		}
	}
}

// seen looks at a scene as it starts.
func seen(m *Model, scene *sim.Scene) *Graph {
	return graphOf(m, &sim.Trajectory{Scene: scene, States: []sim.State{scene.Start()}}, 0)
}

// Two discs fall side by side and fly at each other. After the first step of 1/60 s their
// surfaces are 10 mm apart, 30 mm before, and the second has turned by 0.1 rad.
func TestContactIsToldInRoundNumbers(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	scene.Substeps, scene.Gravity = 1, sim.Vec{Y: -6}
	for i, s := range []sim.BodyState{{VX: 0.6, VY: 0.3}, {X: 0.23, VX: -0.6, VY: 0.3, Omega: 6}} {
		b := sim.NewDisc(0.1, 10, sim.Surface{Friction: 0.5, Elasticity: 0.4})
		b.Mass, b.Moment, b.Start = []float64{2, 0.5}[i], []float64{0.01, 0.0025}[i], s
		scene.Bodies = append(scene.Bodies, b)
	}
	c := TinyInteraction()
	c.Given, c.Radius = roundGiven(), 0.05
	m, err := NewInteraction(c, 1)
	if err != nil {
		t.Fatal(err)
	}
	g := seen(m, &scene)
	// 1/kg · Mass, 1/(kg·m²) · Mass · Length², kinematic, velocity / Speed, change by gravity / Speed
	wantRow(t, "nodes", g.Nodes,
		1, 2, 0, 0.3, 0.15, 0, 0, -0.05, 0,
		4, 8, 0, -0.3, 0.15, 0.3, 0, -0.05, 0)
	size := c.Given.edgeSize()
	if len(g.Senders) != 2 || g.Receivers[0] != 0 || g.Senders[0] != 1 || g.Receivers[1] != 1 || g.Senders[1] != 0 {
		t.Fatalf("edges from %v to %v", g.Senders, g.Receivers)
	}
	th := math.Tanh
	contact := func(nx, share, shareAcross float64) []float64 {
		return []float64{
			0, 0, 0, // they do not overlap, neither is a wall, this is the first look
			th(0.1), th(1), th(10), // 10 mm
			th(0.3), th(3), th(30), // 30 mm before
			th(0.1), th(1), th(10), // the only step is the last
			nx, 0, 0,
			-0.6, th(-6), -0.3, th(-3), // -1.2 m/s along the normal, -0.6 m/s across, by Speed
			-0.6, th(-6), -0.3, th(-3),
			-1, 0, 1, 0, // arms, by Length
			share, shareAcross, // of an impulse's effect, in 1/kg: 0.5 and 2, with spin 1.5 and 6
			0.25, 0.16,
		}
	}
	none := make([]float64, size-contactSize)
	wantRow(t, "edge to the first", g.Edges[:size], append(contact(-1, 0.5/2.5, 0.5/7.5), none...)...)
	wantRow(t, "edge to the second", g.Edges[size:], append(contact(1, 2/2.5, 2/7.5), none...)...)
}

// A disc of 1 kg falls onto a floor, which it touches after its first step, with its lowest
// point 1 m/s to the right: an edge from the floor begins and ends at the disc.
func TestFloorIsToldInRoundNumbers(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	scene.Substeps, scene.Gravity = 1, sim.Vec{Y: -6}
	scene.Walls = []sim.Shape{{Kind: sim.Segment, Vertices: []sim.Vec{{X: -5}, {X: 5}}, Friction: 0.5, Elasticity: 0.5}}
	disc := sim.NewDisc(0.2, 10, sim.Surface{Friction: 1, Elasticity: 0.2})
	disc.Mass, disc.Moment, disc.Start = 1, 0.02, sim.BodyState{Y: 0.22, VX: 0.4, VY: -0.6, Omega: 3}
	scene.Bodies = []sim.Body{disc}
	c := TinyInteraction()
	c.Given, c.Radius = roundGiven(), 0.05
	m, err := NewInteraction(c, 1)
	if err != nil {
		t.Fatal(err)
	}
	g := seen(m, &scene)
	if len(g.Senders) != 1 || g.Senders[0] != 0 || g.Receivers[0] != 0 {
		t.Fatalf("edges from %v to %v", g.Senders, g.Receivers)
	}
	th, gap := math.Tanh, 0.22-0.6/60-0.2
	wantRow(t, "edge", g.Edges[:contactSize],
		0, 1, 0,
		th(10*gap), th(100*gap), th(1000*gap),
		th(10*(gap+0.01)), th(100*(gap+0.01)), th(1000*(gap+0.01)),
		th(10*gap), th(100*gap), th(1000*gap),
		0, 1, 0,
		-0.3, th(-3), -0.5, th(-5), // -0.6 m/s down, and 1 m/s to the right is -1 m/s across
		-0.35, th(-3.5), -0.5, th(-5), // gravity adds -0.1 m/s
		-2, 0, 0, 0, // a wall has no arm
		1, 1.0/3, // 1/kg, and with spin 50·0.04 = 2/kg more
		0.5, 0.1)
}

func TestJointsAreToldInRoundNumbers(t *testing.T) {
	t.Parallel()
	given, soft, th := roundGiven(), func(x float64) float64 { return 10 * math.Asinh(x/10) }, math.Tanh
	spring := bond{Contact: geom.Contact{Gap: 0.04}, aside: 0.001, room: 0.02, joint: &sim.Joint{Kind: sim.Spring, Stiffness: 30, Damping: 3}}
	// 30 N/m · 2.5/kg · s/60 · 0.04 m = 0.05 m/s; 3 N·s/m · 2.5/kg · s/60 = 0.125
	wantRow(t, "spring", given.appendJoint(nil, &spring, -1, 2.5, 5), 0, -1, th(0.1), th(1), th(0.2), soft(0.1), soft(0.125), 0, 0)
	motor := bond{joint: &sim.Joint{Kind: sim.Motor, Rate: 3, MaxTorque: 1.2}}
	// 5 + 3 rad/s are lacking; 1.2 N·m · s/60 turn the mean mass at Length by 0.1 m/s
	wantRow(t, "motor from its other side", given.appendJoint(nil, &motor, -1, 2.5, 5), -1, 0, 0, 0, 0, 0, 0, soft(0.4), soft(0.2))
	wantRow(t, "motor", given.appendJoint(nil, &motor, 1, 2.5, 5), 1, 0, 0, 0, 0, 0, 0, soft(0.1), soft(0.2))
	wantRow(t, "no joint", given.appendJoint([]float32{7}, &bond{}, 1, 1, 1), 7, 0, 0, 0, 0, 0, 0, 0, 0, 0)
	if given.Joints = nil; len(given.appendJoint(nil, &spring, 1, 1, 1)) != 0 {
		t.Error("a model that knows no joints is told of one")
	}
}

// The field is seen at 1 m, or 2 Span, along x and flies to 0.25 m, or Span/2, along y.
func TestFieldsAreToldInRoundNumbers(t *testing.T) {
	t.Parallel()
	given, soft := roundGiven(), func(x float64) float64 { return 10 * math.Asinh(x/10) }
	v := newView(&Model{})
	v.seen, v.flown = sim.State{{X: 1}, {}}, sim.State{{Y: 0.25}, {}}
	inverse := bond{Contact: geom.Contact{Gap: 1}, field: &sim.Field{Kind: sim.InverseSquare, A: 0, B: 1, Strength: 3, Limit: 30}}
	// 3 N·m² are 12 N at Span, which push 2/kg by 0.4 m/s in s/60, or 0.8 Kick; the limit is 2.
	for _, side := range []float64{1, -1} {
		wantRow(t, "inverse square", given.appendField(nil, &inverse, v, side, 2),
			1, 0, soft(0.8), 1.0/3, 2, 0.6, 1.0/3,
			side*soft(1.6), 0, side*soft(0.8), 0, side*soft(0.4), 0, side*soft(0.2), 0,
			0, side*soft(0.4), 0, side*soft(0.8), 0, side*soft(1.6), 0, side*soft(3.2))
	}
	linear := bond{Contact: geom.Contact{Gap: 1}, field: &sim.Field{Kind: sim.Linear, A: 0, B: 1, Strength: 3}}
	// 3 N/m are 1.5 N at Span: 0.1 Kick; without a limit there is none to tell.
	wantRow(t, "linear", given.appendField(nil, &linear, v, 1, 2)[:7], 0, 1, soft(0.1), 0, 2, 0.6, 1.0/3)
	// At 0.25 mm, which is 0.0005 of Span, each power is a thousand times the one before.
	v.seen, v.flown = sim.State{{X: 0.00025}, {}}, sim.State{{X: 0.00025}, {}}
	wantRow(t, "near", given.appendField(nil, &inverse, v, 1, 2)[7:15], soft(0.0004), 0, soft(0.4), 0, soft(400), 0, soft(4e5), 0)
	v.seen, v.flown = sim.State{{}, {}}, sim.State{{}, {}}
	inverse.Gap = 0
	for i, x := range given.appendField(nil, &inverse, v, 1, 2) {
		if math.IsNaN(float64(x)) || math.IsInf(float64(x), 0) {
			t.Errorf("feature %d of bodies at one place is %v", i, x)
		}
	}
	if given.Fields = nil; len(given.appendField(nil, &inverse, v, 1, 1)) != 0 {
		t.Error("a model that knows no fields is told of one")
	}
}

// A box above a floor, of which the nearer of two layers counts, whichever comes first.
func TestRowOfABodyIsInRoundNumbers(t *testing.T) {
	t.Parallel()
	layer := func(y float64) sim.Shape {
		return sim.Shape{Kind: sim.Segment, Vertices: []sim.Vec{{X: -5, Y: y}, {X: 5, Y: y}}}
	}
	th := math.Tanh
	for _, heights := range [][2]float64{{-0.25, -0.3}, {-0.3, -0.25}} {
		scene := sim.DefaultScene()
		scene.Name, scene.Substeps, scene.Gravity = "layers", 1, sim.Vec{}
		scene.Walls = []sim.Shape{layer(heights[0]), layer(heights[1])}
		disc := sim.NewDisc(0.2, 10, sim.Surface{Friction: 0.5, Elasticity: 0.4})
		disc.Mass, disc.Moment, disc.Start = 0.5, 0.0025, sim.BodyState{VX: 0.6, Omega: 4}
		scene.Bodies = []sim.Body{disc}
		c := TinyMLP()
		c.Given, c.Place = roundGiven(), Place{Scene: "layers", Bodies: 1, Centre: sim.Vec{X: 0.11}, Spread: 0.5}
		m, err := NewMLP(c, 1)
		if err != nil {
			t.Fatal(err)
		}
		turn := 4.0 / 60
		wantRow(t, "body", seen(m, &scene).Nodes,
			-0.2, 0, math.Sin(turn), math.Cos(turn), // it flies to x = 0.01 m
			0.3, 0, 0.2, 4, 8, 0,
			2, 2, 0.5, 0.4,
			1, 1, 1, 0, 1, 1, 1, 0, th(0.5), th(5), th(50), 0, 1, 1, 1, 0)
	}
}

// The numbers at which losses turn and with which models begin are those of the tables
// in the package comment.
func TestModelsBeginAsMeasured(t *testing.T) {
	t.Parallel()
	interaction, err := NewInteraction(TinyInteraction(), 1)
	if err != nil {
		t.Fatal(err)
	}
	perceptron, err := NewMLP(TinyMLP(), 1)
	if err != nil {
		t.Fatal(err)
	}
	if a, b := interaction.LossBeta(), perceptron.LossBeta(); a != 0.5 || b != 3 {
		t.Errorf("losses turn at %v and %v, must be 0.5 and 3", a, b)
	}
	if r := perceptron.net.reach(); !scalar.EqualWithinAbs(r, 0.3, 1e-12) {
		t.Errorf("walls are seen from %v m, must be 0.3", r)
	}
	g := defaultGiven()
	for i, x := range []float64{g.Mass, g.Length, g.Span, g.Speed, g.Kick, g.Lift} {
		if want := []float64{1, 0.1, 1, 1, 1, 0.1}[i]; x != want {
			t.Errorf("size %d is %v, must be %v", i, x, want)
		}
	}
}

// A direction belongs to the quarter of its larger part, and the diagonals to the ends.
func TestSidesAreQuarters(t *testing.T) {
	t.Parallel()
	for want, all := range [][]sim.Vec{
		{{X: 1}, {X: 1, Y: 0.9}, {X: 1, Y: -0.9}},
		{{X: -1}, {X: -1, Y: 0.9}, {X: -1, Y: -0.9}},
		{{Y: 1}, {X: 0.9, Y: 1}, {X: -0.9, Y: 1}, {X: 1, Y: 1}},
		{{Y: -1}, {X: 0.9, Y: -1}, {X: -0.9, Y: -1}, {X: -1, Y: -1}},
	} {
		for _, d := range all {
			if got := side(d); got != want {
				t.Errorf("%v is on side %d, must be %d", d, got, want)
			}
		}
	}
}

// Shapes reach as far as their corners and the roundness of these.
func TestExtentIsOfAllShapes(t *testing.T) {
	t.Parallel()
	size, surface := extent([]sim.Shape{
		{Kind: sim.Polygon, Vertices: []sim.Vec{{X: -0.3, Y: -0.1}, {X: 0.2, Y: -0.1}, {Y: 0.15}}, Friction: 0.7, Elasticity: 0.2},
		{Kind: sim.Circle, Vertices: []sim.Vec{{X: 0.1, Y: -0.4}}, Radius: 0.05, Friction: 0.1, Elasticity: 0.9},
	})
	if !scalar.EqualWithinAbs(size.X, 0.3, 1e-12) || !scalar.EqualWithinAbs(size.Y, 0.45, 1e-12) || surface.Friction != 0.7 || surface.Elasticity != 0.2 {
		t.Errorf("extent %v, surface %+v", size, surface)
	}
}
