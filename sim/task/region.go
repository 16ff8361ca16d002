package task

import "orrery/sim"

// PointOutside returns how far a point is outside a region, in metres; 0 inside.
func PointOutside(p sim.Point, r *sim.Region) Measure {
	return func(state sim.State, _ sim.Action) float64 { return max(0, r.Distance(p.In(state))) }
}

// PointInside is true where a point is inside a region, its border included.
func PointInside(p sim.Point, r *sim.Region) Condition {
	return func(state sim.State, _ sim.Action) bool { return r.Distance(p.In(state)) <= 0 }
}

// Outside returns how far a body sticks out of a region, in metres: the corner that does
// most, with its rounding. It is 0 when all of the body is inside.
func Outside(scene *sim.Scene, body int, r *sim.Region) Measure {
	out := protrusion(scene, body, r)
	return func(state sim.State, _ sim.Action) float64 { return max(0, out(state)) }
}

// Inside is true where all of a body is inside a region, its border included.
func Inside(scene *sim.Scene, body int, r *sim.Region) Condition {
	out := protrusion(scene, body, r)
	return func(state sim.State, _ sim.Action) bool { return out(state) <= 0 }
}

// protrusion returns how far a body sticks out of a region, in metres; inside it is
// negative, and says how far the border is. Regions are convex, so a body is inside when
// its corners are; and a rounded corner is when its middle is inside by the radius.
func protrusion(scene *sim.Scene, body int, r *sim.Region) func(state sim.State) float64 {
	shapes := scene.Bodies[body].Shapes
	return func(state sim.State) float64 {
		at, most := newFrame(state[body]), 0.0
		for i := range shapes {
			for k, v := range shapes[i].Vertices {
				out := r.Distance(at.point(v)) + shapes[i].Radius
				if i+k == 0 {
					most = out
				}
				most = max(most, out)
			}
		}
		return most
	}
}

// frame is a body's frame in the world, ready to place many points.
type frame struct {
	origin   sim.Vec
	cos, sin float64
}

func newFrame(b sim.BodyState) frame {
	x := sim.Vec{X: 1}.Rotate(b.Angle)
	return frame{b.Position(), x.X, x.Y}
}

// point returns where a point of the frame is in the world; bit for bit that of
// sim.BodyState.Point.
func (f *frame) point(v sim.Vec) sim.Vec {
	return f.origin.Add(sim.Vec{X: v.X*f.cos - v.Y*f.sin, Y: v.X*f.sin + v.Y*f.cos})
}

// place appends the points of a frame as they are in the world.
func (f *frame) place(dst, points []sim.Vec) []sim.Vec {
	for _, v := range points {
		dst = append(dst, f.point(v))
	}
	return dst
}
