package geom_test

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"
	"pgregory.net/rapid"

	"orrery/sim"
	"orrery/world/geom"
)

// drawPair returns a pair as the engine is compared on, and its contacts.
func drawPair(t *rapid.T) (*sim.Scene, []touching) {
	scene := randomPair(sim.NewRand(rapid.Uint64().Draw(t, "seed"), "invariants", 0))
	return scene, find(scene)
}

func find(scene *sim.Scene) []touching {
	return placed(scene, geom.NewDetector(scene).Contacts(nil, scene.Start(), 0))
}

func equal(got, want []touching) bool {
	return slices.EqualFunc(got, want, func(g, w touching) bool { return g.near(w, 1e-11) })
}

func TestNormalIsUnitAndGapIsAlongIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		_, contacts := drawPair(t)
		for _, c := range contacts {
			if !scalar.EqualWithinAbs(c.normal.Len(), 1, 1e-12) || !scalar.EqualWithinAbs(c.onA.Sub(c.onB).Dot(c.normal), c.gap, 1e-12) || !(c.gap <= 0) {
				t.Fatalf("got %+v", c)
			}
		}
	})
}

func TestSwappingBodiesSwapsSides(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		scene, want := drawPair(t)
		if len(scene.Bodies) < 2 {
			t.Skip("a wall is always B")
		}
		slices.Reverse(scene.Bodies)
		got := find(scene)
		for i, c := range got {
			got[i] = touching{c.a, c.b, c.shapeB, c.shapeA, c.normal.Scale(-1), c.onB, c.onA, c.gap}
		}
		if got = inOrder(got); !equal(got, want) {
			t.Fatalf("got  %+v\nwant %+v", got, want)
		}
	})
}

func TestMotionsMoveContactsAlong(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		scene, want := drawPair(t)
		m := motion{
			shift:  sim.Vec{X: rapid.Float64Range(-9, 9).Draw(t, "x"), Y: rapid.Float64Range(-9, 9).Draw(t, "y")},
			angle:  rapid.Float64Range(-9, 9).Draw(t, "angle"),
			mirror: rapid.Bool().Draw(t, "mirror"),
		}
		m.moveScene(scene)
		for i, c := range want {
			c.normal = m.vector(c.normal)
			c.onA, c.onB = m.vector(c.onA).Add(m.shift), m.vector(c.onB).Add(m.shift)
			want[i] = c
		}
		if got := find(scene); !equal(got, inOrder(want)) {
			t.Fatalf("got  %+v\nwant %+v", got, want)
		}
	})
}

// motion mirrors x, turns and then shifts.
type motion struct {
	shift  sim.Vec
	angle  float64
	mirror bool
}

func (m motion) vector(v sim.Vec) sim.Vec {
	if m.mirror {
		v.X = -v.X
	}
	return v.Rotate(m.angle)
}

func (m motion) moveScene(scene *sim.Scene) {
	for i := range scene.Bodies {
		b := &scene.Bodies[i]
		if at := &b.Start; m.mirror {
			at.Angle = -at.Angle
			for k := range b.Shapes {
				motion{mirror: true}.moveShape(&b.Shapes[k])
			}
		}
		at := m.vector(b.Start.Position()).Add(m.shift)
		b.Start.X, b.Start.Y, b.Start.Angle = at.X, at.Y, b.Start.Angle+m.angle
	}
	for k := range scene.Walls {
		m.moveShape(&scene.Walls[k])
	}
}

func (m motion) moveShape(s *sim.Shape) {
	for i, v := range s.Vertices {
		s.Vertices[i] = m.vector(v).Add(m.shift)
	}
	if m.mirror {
		slices.Reverse(s.Vertices) // counter-clockwise again
	}
}

// TestGapIsTheTrueSeparation compares with the definition: the largest, over all
// directions, of the distance between the shapes' shadows.
func TestGapIsTheTrueSeparation(t *testing.T) {
	const directions, margin = 720, 0.1
	rapid.Check(t, func(t *rapid.T) {
		scene := sim.DefaultScene()
		scene.Bodies = []sim.Body{body(0, 0, 0, drawShape(t))}
		scene.Walls = []sim.Shape{drawShape(t)}
		a, b := &scene.Bodies[0].Shapes[0], &scene.Walls[0]
		sampled := math.Inf(-1)
		for i := range directions {
			sampled = max(sampled, parted(a, b, sim.Vec{X: 1}.Rotate(2*math.Pi*float64(i)/directions)))
		}
		contacts := geom.NewDetector(&scene).Contacts(nil, scene.Start(), margin)
		if len(contacts) == 0 {
			const coarse = math.Pi / directions * 2 // of a sample, for shapes that span up to 2 m
			if !(sampled >= margin-coarse) {
				t.Fatalf("no contact at a gap of %v m", sampled)
			}
			return
		}
		least := math.Inf(1)
		for _, c := range contacts {
			least = min(least, c.Gap)
		}
		along := parted(a, b, contacts[0].Normal)
		if !scalar.EqualWithinAbs(along, least, 1e-12) || !(sampled <= least+1e-12) {
			t.Fatalf("gap %v m, along its normal %v m, sampled %v m", least, along, sampled)
		}
	})
}

// drawShape returns a random shape, or one whose measures are multiples of 0.1 m,
// so that shapes lie flush, in line, upright or in each other's corners.
func drawShape(t *rapid.T) sim.Shape {
	tenths := func(name string, low, high int) float64 { return float64(rapid.IntRange(low, high).Draw(t, name)) / 10 }
	if rapid.Bool().Draw(t, "random") {
		rng := sim.NewRand(rapid.Uint64().Draw(t, "seed"), "shape", 0)
		return randomShape(rng, randomVec(rng, 0.5))
	}
	x, y, radius := tenths("x", -5, 5), tenths("y", -5, 5), tenths("radius", 0, 1)
	switch rapid.IntRange(0, 2).Draw(t, "kind") {
	case 0:
		return sim.NewShape(sim.Circle, radius+0.1, sim.Surface{}, sim.Vec{X: x, Y: y})
	case 1:
		return segment(x, y, x+tenths("dx", 1, 3), y+tenths("dy", -2, 2), radius)
	}
	s := rectangle(tenths("w", 1, 3), tenths("h", 1, 3), radius)
	for i := range s.Vertices {
		s.Vertices[i] = s.Vertices[i].Add(sim.Vec{X: x, Y: y})
	}
	return s
}

// parted returns how far a is beyond b along the unit vector n.
func parted(a, b *sim.Shape, n sim.Vec) float64 {
	low, high := math.Inf(1), math.Inf(-1)
	for _, v := range a.Vertices {
		low = min(low, v.Dot(n)-a.Radius)
	}
	for _, v := range b.Vertices {
		high = max(high, v.Dot(n)+b.Radius)
	}
	return low - high
}

func TestMarginOnlyAdds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		scene := randomPair(sim.NewRand(rapid.Uint64().Draw(t, "seed"), "margin", 0))
		detector := geom.NewDetector(scene)
		margin := rapid.Float64Range(0, 0.2).Draw(t, "margin")
		all := detector.Contacts(nil, scene.Start(), margin)
		touch := slices.DeleteFunc(slices.Clone(all), func(c geom.Contact) bool { return c.Gap > 0 })
		if got := detector.Contacts(nil, scene.Start(), 0); !slices.Equal(got, touch) {
			t.Fatalf("got  %+v\nwant %+v", got, touch)
		}
		if slices.ContainsFunc(all, func(c geom.Contact) bool { return !(c.Gap <= margin) }) {
			t.Fatalf("beyond %v m: %+v", margin, all)
		}
	})
}
