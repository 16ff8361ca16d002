package scenario

import "orrery/sim"

// coverage returns the share of a body's area at the goal pose that the body at
// another pose covers, from 0 to 1. Its shapes are polygons without rounding that
// do not overlap each other.
func coverage(body *sim.Body, pose, goal sim.BodyState) float64 {
	var common, whole float64
	for i := range body.Shapes {
		target := place(body.Shapes[i].Vertices, goal)
		whole += area(target)
		for j := range body.Shapes {
			common += area(intersect(place(body.Shapes[j].Vertices, pose), target))
		}
	}
	return common / whole
}

// place returns vertices of a body's frame in the world.
func place(vertices []sim.Vec, pose sim.BodyState) []sim.Vec {
	placed := make([]sim.Vec, len(vertices))
	for i, v := range vertices {
		placed[i] = pose.Point(v)
	}
	return placed
}

// intersect returns the part of a polygon that lies in a convex one, both
// counter-clockwise (Sutherland and Hodgman, "Reentrant polygon clipping", 1974).
func intersect(polygon, convex []sim.Vec) []sim.Vec {
	for i, from := range convex {
		side := convex[(i+1)%len(convex)].Sub(from)
		inside := func(p sim.Vec) float64 { return side.Cross(p.Sub(from)) }
		var kept []sim.Vec
		for k, b := range polygon {
			a := polygon[(k+len(polygon)-1)%len(polygon)]
			da, db := inside(a), inside(b)
			if da < 0 != (db < 0) {
				kept = append(kept, a.Add(b.Sub(a).Scale(da/(da-db))))
			}
			if db >= 0 {
				kept = append(kept, b)
			}
		}
		polygon = kept
	}
	return polygon
}

// area returns the area of a polygon, counter-clockwise, in m².
func area(polygon []sim.Vec) float64 {
	sum := 0.0
	for i, a := range polygon {
		sum += a.Cross(polygon[(i+1)%len(polygon)]) / 2
	}
	return sum
}
