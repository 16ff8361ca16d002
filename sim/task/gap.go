package task

import (
	"math"

	"orrery/sim"
)

// touching is the gap below which two bodies count as touching, in metres.
const touching = 1e-3

// Gap returns how far body a is from body b, or from the nearest wall if b is sim.World, in
// metres; without shapes or walls it is infinite. Where two shapes overlap it is negative:
// the least shift along a normal of a side that parts them.
func Gap(scene *sim.Scene, a, b int) Measure {
	ours := rounds(scene.Bodies[a].Shapes)
	if b == sim.World {
		theirs := rounds(scene.Walls)
		return func(state sim.State, _ sim.Action) float64 {
			return gap(ours, theirs, newFrame(state[a]), newFrame(sim.BodyState{}))
		}
	}
	theirs := rounds(scene.Bodies[b].Shapes)
	return func(state sim.State, _ sim.Action) float64 {
		return gap(ours, theirs, newFrame(state[a]), newFrame(state[b]))
	}
}

// Touching is true where body a is less than a millimetre from body b, or from some wall if
// b is sim.World.
func Touching(scene *sim.Scene, a, b int) Condition { return Below(Gap(scene, a, b), touching) }

// round is a convex shape and a circle round it.
type round struct {
	corners []sim.Vec // m, in its frame
	radius  float64   // m, of its rounding
	middle  sim.Vec   // m, in its frame
	reach   float64   // m, from the middle to its farthest point
}

func rounds(shapes []sim.Shape) []round {
	rounds := make([]round, len(shapes))
	for i := range shapes {
		r := round{corners: shapes[i].Vertices, radius: shapes[i].Radius}
		for _, v := range r.corners {
			r.middle = r.middle.Add(v.Scale(1 / float64(len(r.corners))))
		}
		for _, v := range r.corners {
			r.reach = max(r.reach, v.Sub(r.middle).Len()+r.radius)
		}
		rounds[i] = r
	}
	return rounds
}

// gap returns the least gap between shapes of two frames.
func gap(ours, theirs []round, at, there frame) float64 {
	var ourRoom, theirRoom [maxVertices]sim.Vec
	least := math.Inf(1)
	for i := range ours {
		a := &ours[i]
		middle := at.point(a.middle)
		placed := at.place(ourRoom[:0], a.corners)
		for k := range theirs {
			b := &theirs[k]
			if there.point(b.middle).Sub(middle).Len()-a.reach-b.reach > least {
				continue
			}
			least = min(least, apart(placed, there.place(theirRoom[:0], b.corners))-a.radius-b.radius)
		}
	}
	return least
}

// apart returns the distance between two convex shapes without rounding: points, lines and
// polygons, the latter counter-clockwise. It is negative by the least shift that
// parts them along a normal of a side.
func apart(a, b []sim.Vec) float64 {
	switch {
	case len(a) == 1:
		return fromPoint(b, a[0])
	case len(b) == 1:
		return fromPoint(a, b[0])
	}
	if overlap := max(parted(a, b), parted(b, a)); overlap <= 0 {
		return overlap
	}
	nearest := math.Inf(1)
	for _, p := range a {
		nearest = min(nearest, toBorder(b, p))
	}
	for _, p := range b {
		nearest = min(nearest, toBorder(a, p))
	}
	return nearest
}

// fromPoint returns how far a point is outside a convex shape, which is negative inside.
func fromPoint(convex []sim.Vec, p sim.Vec) float64 {
	inside := len(convex) > 2
	for i, from := range convex {
		inside = inside && convex[(i+1)%len(convex)].Sub(from).Cross(p.Sub(from)) >= 0
	}
	if inside {
		return -toBorder(convex, p)
	}
	return toBorder(convex, p)
}

// toBorder returns the distance of a point from the nearest side of a shape.
func toBorder(shape []sim.Vec, p sim.Vec) float64 {
	nearest := math.Inf(1)
	for i, from := range shape {
		side := shape[(i+1)%len(shape)].Sub(from)
		share := min(max(p.Sub(from).Dot(side)/max(side.Dot(side), math.SmallestNonzeroFloat64), 0), 1)
		nearest = min(nearest, p.Sub(from.Add(side.Scale(share))).Len())
		if len(shape) == 2 {
			break // the way back is the same side
		}
	}
	return nearest
}

// parted returns the most by which b lies outside a side of a, or beyond an end of a line.
// Nothing lies beyond any where they overlap.
func parted(a, b []sim.Vec) float64 {
	most := math.Inf(-1)
	beyond := func(end, outward sim.Vec) {
		least := math.Inf(1)
		for _, p := range b {
			least = min(least, p.Sub(end).Dot(outward))
		}
		most = max(most, least)
	}
	for i, from := range a {
		to := a[(i+1)%len(a)]
		outward := normal(from, to)
		beyond(from, outward)
		if len(a) == 2 {
			beyond(to, outward.Perp())
		}
	}
	return most
}
