package render

import (
	"image"
	"math"

	"orrery/sim"
)

// Point is a place in a picture in pixels: x to the right, y down. The middle of
// the first pixel is (0.5, 0.5).
type Point struct {
	X, Y float64 // px
}

func (p Point) add(q Point) Point             { return Point{p.X + q.X, p.Y + q.Y} }
func (p Point) sub(q Point) Point             { return Point{p.X - q.X, p.Y - q.Y} }
func (p Point) scale(s float64) Point         { return Point{s * p.X, s * p.Y} }
func (p Point) dot(q Point) float64           { return p.X*q.X + p.Y*q.Y }
func (p Point) cross(q Point) float64         { return p.X*q.Y - p.Y*q.X }
func (p Point) len() float64                  { return math.Hypot(p.X, p.Y) }
func (p Point) lerp(q Point, s float64) Point { return p.add(q.sub(p).scale(s)) }

// Bounds is a rectangle of the world.
type Bounds struct {
	Min, Max sim.Vec // m, its lower left and its upper right corner
}

// Size returns width and height in metres.
func (b Bounds) Size() sim.Vec { return b.Max.Sub(b.Min) }

// Centre returns the middle of the rectangle in metres.
func (b Bounds) Centre() sim.Vec { return b.Min.Add(b.Max).Scale(0.5) }

// Union returns the smallest rectangle that holds both, in metres.
func (b Bounds) Union(c Bounds) Bounds {
	return Bounds{
		sim.Vec{X: min(b.Min.X, c.Min.X), Y: min(b.Min.Y, c.Min.Y)},
		sim.Vec{X: max(b.Max.X, c.Max.X), Y: max(b.Max.Y, c.Max.Y)},
	}
}

// Towards returns the rectangle, in metres, that is a share of the way from b to c: b at
// 0, c at 1.
func (b Bounds) Towards(c Bounds, share float64) Bounds {
	return Bounds{
		b.Min.Add(c.Min.Sub(b.Min).Scale(share)),
		b.Max.Add(c.Max.Sub(b.Max).Scale(share)),
	}
}

// noBounds is the rectangle that holds nothing and can grow to hold something.
var noBounds = Bounds{sim.Vec{X: math.Inf(1), Y: math.Inf(1)}, sim.Vec{X: math.Inf(-1), Y: math.Inf(-1)}}

// SceneBounds returns the rectangle that shows a film of the scene: its walls, regions
// and points, its bodies at the start, what they hang on and are meant to reach, and where
// the states take them, up to three times the width and height of the former. A body that leaves for good does not shrink the
// others to dots. An empty scene gets the square of 1 m around the origin.
func SceneBounds(scene *sim.Scene, states []sim.State) Bounds {
	still := noBounds.growState(scene, scene.Start())
	for i := range scene.Walls {
		still = still.growShape(&scene.Walls[i], sim.BodyState{})
	}
	for _, j := range scene.Joints {
		if j.B == sim.World && j.Kind != sim.Motor {
			still = still.growPoint(j.AnchorB, 0)
			if j.Kind == sim.Groove {
				still = still.growPoint(j.EndB, 0)
			}
		}
	}
	for _, g := range scene.Goals {
		if g.Kind == sim.Place || g.Kind == sim.Pose { // the others have no target
			still = still.growPoint(g.Target, g.Radius)
		}
	}
	for i := range scene.Regions {
		still = still.growShape(&scene.Regions[i].Shape, sim.BodyState{})
	}
	for _, p := range scene.Points {
		if p.Body == sim.World {
			still = still.growPoint(p.At, 0)
		}
	}
	if still == noBounds {
		return Bounds{sim.Vec{X: -0.5, Y: -0.5}, sim.Vec{X: 0.5, Y: 0.5}}
	}
	moving := still
	for _, state := range states {
		moving = moving.growState(scene, state)
	}
	return moving.intersect(Bounds{still.Min.Sub(still.Size()), still.Max.Add(still.Size())})
}

// growState returns the smallest rectangle that holds b and all bodies of a state.
func (b Bounds) growState(scene *sim.Scene, state sim.State) Bounds {
	for i, pose := range state {
		for k := range scene.Bodies[i].Shapes {
			b = b.growShape(&scene.Bodies[i].Shapes[k], pose)
		}
	}
	return b
}

// growShape returns the smallest rectangle that holds b and a shape.
func (b Bounds) growShape(s *sim.Shape, pose sim.BodyState) Bounds {
	for _, v := range s.Vertices {
		b = b.growPoint(pose.Point(v), s.Radius)
	}
	return b
}

// growPoint returns the smallest rectangle that holds b and all within a radius of v.
func (b Bounds) growPoint(v sim.Vec, radius float64) Bounds {
	reach := sim.Vec{X: radius, Y: radius}
	return b.Union(Bounds{v.Sub(reach), v.Add(reach)})
}

// intersect returns what two rectangles share.
func (b Bounds) intersect(c Bounds) Bounds {
	return Bounds{
		sim.Vec{X: max(b.Min.X, c.Min.X), Y: max(b.Min.Y, c.Min.Y)},
		sim.Vec{X: min(b.Max.X, c.Max.X), Y: min(b.Max.Y, c.Max.Y)},
	}
}

// Camera maps the world to a picture: metres to pixels, y up to y down, the same
// scale along both axes, no rotation.
type Camera struct {
	Centre sim.Vec // m, the point of the world that appears at Middle
	Middle Point   // px
	Scale  float64 // px per metre
}

// FitCamera returns the camera that shows bounds as large as they fit into the
// middle of a part of the picture, with a margin in pixels on every side.
func FitCamera(bounds Bounds, part image.Rectangle, margin float64) Camera {
	size := bounds.Size()
	wide := max(float64(part.Dx())-2*margin, 1) / max(size.X, 1e-9)
	high := max(float64(part.Dy())-2*margin, 1) / max(size.Y, 1e-9)
	return Camera{
		Centre: bounds.Centre(),
		Middle: Point{float64(part.Min.X+part.Max.X) / 2, float64(part.Min.Y+part.Max.Y) / 2},
		Scale:  min(wide, high),
	}
}

// Pixel returns where in the picture, in pixels, a point of the world in metres appears.
func (c Camera) Pixel(v sim.Vec) Point {
	d := v.Sub(c.Centre).Scale(c.Scale)
	return Point{c.Middle.X + d.X, c.Middle.Y - d.Y}
}

// World returns the point of the world, in metres, that appears at p, in pixels.
func (c Camera) World(p Point) sim.Vec {
	return c.Centre.Add(sim.Vec{X: p.X - c.Middle.X, Y: c.Middle.Y - p.Y}.Scale(1 / c.Scale))
}
