package geom_test

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"orrery/sim"
	"orrery/sim/canon"
	"orrery/sim/engine"
	"orrery/world/geom"
)

// TestAgreesWithTheEngine lets the engine find the contacts of random pairs of
// bodies at rest, where they stand, and compares.
func TestAgreesWithTheEngine(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and in one goroutine")
	}
	const pairs, tolerance = 20_000, 1e-9
	rng := sim.NewRand(1, "pairs", 0)
	physics := engine.New()
	points, twofold := 0, 0
	for range pairs {
		scene := randomPair(rng)
		if err := physics.Load(scene); err != nil {
			t.Fatal(err)
		}
		if err := physics.Frame(nil); err != nil {
			t.Fatal(err)
		}
		want, got := fromEngine(scene, physics.Contacts()), placed(scene, geom.NewDetector(scene).Contacts(nil, scene.Start(), 0))
		if !slices.EqualFunc(got, want, func(g, w touching) bool { return g.near(w, tolerance) }) {
			data, _ := canon.Encode(scene)
			t.Fatalf("got  %+v\nwant %+v\nfor %s", got, want, data)
		}
		points += len(got)
		if len(got) > 1 {
			twofold++
		}
	}
	t.Logf("%d pairs of bodies touch at %d points, %d pairs at several; all agree", pairs, points, twofold)
	if points < pairs/2 || twofold < pairs/10 {
		t.Error("too few contacts to prove anything")
	}
}

// touching is a contact in world coordinates with the shapes it is between.
type touching struct {
	a, b, shapeA, shapeB int
	normal, onA, onB     sim.Vec
	gap                  float64
}

func (g touching) near(w touching, tolerance float64) bool {
	return g.a == w.a && g.b == w.b && g.shapeA == w.shapeA && g.shapeB == w.shapeB &&
		g.normal.Sub(w.normal).Len() < tolerance && g.onA.Sub(w.onA).Len() < tolerance &&
		g.onB.Sub(w.onB).Len() < tolerance && math.Abs(g.gap-w.gap) < tolerance
}

// fromEngine undoes what the engine does to a circle on a polygon with rounding:
// it puts the polygon's point the rounding inside the hull instead of outside.
func fromEngine(scene *sim.Scene, contacts []engine.Contact) []touching {
	var list []touching
	for _, c := range contacts {
		a := &scene.Bodies[c.A].Shapes[c.ShapeA]
		b := shapeOf(scene, c.B, c.ShapeB)
		switch {
		case a.Kind == sim.Circle && b.Kind == sim.Polygon:
			c.PointB = c.PointB.Add(c.Normal.Scale(2 * b.Radius))
			c.Gap -= 2 * b.Radius
		case a.Kind == sim.Polygon && b.Kind == sim.Circle:
			c.PointA = c.PointA.Sub(c.Normal.Scale(2 * a.Radius))
			c.Gap -= 2 * a.Radius
		}
		list = append(list, touching{c.A, c.B, c.ShapeA, c.ShapeB, c.Normal, c.PointA, c.PointB, c.Gap})
	}
	return inOrder(list)
}

func shapeOf(scene *sim.Scene, body, shape int) *sim.Shape {
	if body == sim.World {
		return &scene.Walls[shape]
	}
	return &scene.Bodies[body].Shapes[shape]
}

// placed reads the shapes of each contact from its ID and puts its points into
// the world.
func placed(scene *sim.Scene, contacts []geom.Contact) []touching {
	var owners []int // of each shape, its place among those of its body
	for _, b := range scene.Bodies {
		for k := range b.Shapes {
			owners = append(owners, k)
		}
	}
	for k := range scene.Walls {
		owners = append(owners, k)
	}
	var list []touching
	for _, c := range contacts {
		p := touching{c.A, c.B, owners[c.ID>>33], owners[c.ID<<31>>32], c.Normal, c.ArmA, c.ArmB, c.Gap}
		p.onA = p.onA.Add(scene.Bodies[c.A].Start.Position())
		if c.B != geom.Wall {
			p.onB = p.onB.Add(scene.Bodies[c.B].Start.Position())
		}
		list = append(list, p)
	}
	return inOrder(list)
}

// inOrder sorts by shapes and, within a pair, along the tangent.
func inOrder(list []touching) []touching {
	slices.SortStableFunc(list, func(c, d touching) int {
		return cmp.Or(cmp.Compare(c.a, d.a), cmp.Compare(c.b, d.b), cmp.Compare(c.shapeA, d.shapeA),
			cmp.Compare(c.shapeB, d.shapeB), cmp.Compare(c.normal.Cross(c.onA), d.normal.Cross(d.onA)))
	})
	return list
}

// randomPair returns a scene at rest of two bodies that nearly always overlap, or
// of one with a wall.
func randomPair(rng *rand.Rand) *sim.Scene {
	scene := sim.DefaultScene()
	scene.Bodies = []sim.Body{randomBody(rng)}
	other := randomBody(rng)
	if rng.IntN(4) == 0 {
		scene.Walls = other.Shapes[:1]
		return &scene
	}
	scene.Bodies = append(scene.Bodies, other)
	return &scene
}

// randomBody returns a body of about 0.2 m somewhere near the origin.
func randomBody(rng *rand.Rand) sim.Body {
	body := sim.Body{Kind: sim.Dynamic, Mass: 1, Moment: 1, Shapes: []sim.Shape{randomShape(rng, sim.Vec{})}}
	if rng.IntN(3) == 0 {
		body.Shapes = append(body.Shapes, randomShape(rng, randomVec(rng, 0.2)))
	}
	at := randomVec(rng, 0.2)
	body.Start = sim.BodyState{X: at.X, Y: at.Y, Angle: 20 * (rng.Float64() - 0.5)}
	return body
}

func randomShape(rng *rand.Rand, at sim.Vec) sim.Shape {
	surface := sim.Surface{Friction: rng.Float64(), Elasticity: rng.Float64()}
	rounding := max(0, 0.1*(rng.Float64()-0.5)) // half the shapes have none
	size := 0.1 + 0.2*rng.Float64()
	switch rng.IntN(4) {
	case 0:
		return sim.NewShape(sim.Circle, size, surface, at)
	case 1:
		along := randomVec(rng, size)
		return sim.NewShape(sim.Segment, rounding, surface, at.Sub(along), at.Add(along))
	}
	return sim.NewShape(sim.Polygon, rounding, surface, randomPolygon(rng, at, size)...)
}

// randomPolygon returns three to eight points of a circle about at that are not
// too close to each other.
func randomPolygon(rng *rand.Rand, at sim.Vec, radius float64) []sim.Vec {
	n := 3 + rng.IntN(6)
	vertices := make([]sim.Vec, n)
	turn := 2 * math.Pi * rng.Float64()
	for i := range vertices {
		angle := turn + 2*math.Pi*(float64(i)+0.8*rng.Float64())/float64(n)
		vertices[i] = at.Add(sim.Vec{X: radius}.Rotate(angle))
	}
	return vertices
}

func randomVec(rng *rand.Rand, length float64) sim.Vec {
	return sim.Vec{X: length * (2*rng.Float64() - 1), Y: length * (2*rng.Float64() - 1)}
}
