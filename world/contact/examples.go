package contact

import (
	"orrery/sim"
	"orrery/world"
	"orrery/world/geom"
)

// placed is a scene within a list of scenes laid end to end.
type placed struct {
	scene  *sim.Scene
	layout *geom.Layout
	first  int // row of its first body
}

// block is the bodies of one frame and the edges between them: what one of the
// two networks is given and what it should answer. It is empty without edges.
type block struct {
	bodies int
	before []float32 // [n, 3] velocities at the start of the frame; zeros for a correction
	forced []float32 // [n, 3] the same after outside forces; zeros for a correction
	target []float32 // [n, 3]
	edges  []edge
	colour []int
}

// example is one frame from which something can be learned: overlaps that are
// corrected, touching points that take impulses, or both.
type example struct{ correction, impulse block }

// examples appends the frames of t that hold a contact. Both networks learn from
// the true poses, so geometry is worked out here once and for all.
func examples(dst []example, t *sim.Trajectory, flight *world.Flight) []example {
	layout := geom.NewLayout(t.Scene)
	var find colouring
	edges, colour := find.copied(t.Scene, layout, t.States[0])
	for frame := range len(t.States) - 1 {
		now, next := t.States[frame], t.States[frame+1]
		var x example
		if len(edges) > 0 {
			x.correction = correctionBlock(now, next, flight.FrameTime)
			x.correction.edges, x.correction.colour = edges, colour
		}
		edges, colour = find.copied(t.Scene, layout, next)
		if len(edges) > 0 {
			x.impulse = impulseBlock(t.Scene, now, next, flight)
			x.impulse.edges, x.impulse.colour = edges, colour
		}
		if x.correction.bodies > 0 || x.impulse.bodies > 0 {
			dst = append(dst, x)
		}
	}
	return dst
}

// correctionBlock asks for the velocity at which the bodies really moved, less
// the one they had.
func correctionBlock(now, next sim.State, frameTime float64) block {
	n := 3 * len(now)
	zeros := make([]float32, n)
	b := block{bodies: len(now), before: zeros, forced: zeros, target: make([]float32, 0, n)}
	for i := range now {
		b.target = append(b.target,
			float32((next[i].X-now[i].X)/frameTime-now[i].VX),
			float32((next[i].Y-now[i].Y)/frameTime-now[i].VY),
			float32((next[i].Angle-now[i].Angle)/frameTime-now[i].Omega))
	}
	return b
}

// impulseBlock asks for the velocities a frame later.
func impulseBlock(scene *sim.Scene, now, next sim.State, flight *world.Flight) block {
	forced := append(sim.State(nil), now...)
	flight.Apply(scene, forced)
	return block{
		bodies: len(now),
		before: appendVelocity(nil, now),
		forced: appendVelocity(nil, forced),
		target: appendVelocity(nil, next),
	}
}

// copied returns the edges of one scene and their colours in memory of their own.
func (c *colouring) copied(scene *sim.Scene, layout *geom.Layout, state sim.State) ([]edge, []int) {
	edges, colours := c.find(scene, layout, state, 0)
	return append([]edge(nil), edges...), append([]int(nil), colours...)
}
