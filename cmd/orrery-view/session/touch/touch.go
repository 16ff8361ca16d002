// Package touch says by what impulses bodies push each other where they touch, as the engine has it and as a model does that
// only tells where bodies go.
//
//	var frame touch.Frame
//	frame.Note(scene, engine.Contacts()) // after each step of it
//	predicted := frame.Explain(scene, after, moves)
//
// The impulses of a model are those nearest to the engine's that lead where the model goes: of all impulses at the points that
// touch, what has to be added to the engine's is as small as it can be. What no impulse there explains is left over.
//
// Impulses are in N·s and act on the first body of a point, the other way round on the second.
package touch

import (
	"math"
	"slices"

	"orrery/sim"
	"orrery/sim/engine"
)

// Point is where two bodies, or a body and a wall, touched in a frame.
type Point struct {
	A, B    int     // bodies; B is sim.World for a wall
	At      sim.Vec // m, on the surface of A
	Impulse sim.Vec // N·s on A, in all steps of the frame
	shapes  [2]int
	step    int // in which it was noted last
}

// Frame gathers what touches in the steps of a frame.
type Frame struct {
	Points []Point // in the order in which they were first seen
	steps  int
}

// sliding is how far a point may slide from one step to the next and still be the same, as a share of the smaller body.
const sliding = 0.3

// Note adds what touches in the next step of the frame.
func (f *Frame) Note(scene *sim.Scene, contacts []engine.Contact) {
	f.steps++
	for i := range contacts {
		c := &contacts[i]
		p := f.same(scene, c)
		if p == nil {
			f.Points = append(f.Points, Point{A: c.A, B: c.B, shapes: [2]int{c.ShapeA, c.ShapeB}})
			p = &f.Points[len(f.Points)-1]
		}
		p.At, p.step = c.PointA, f.steps
		p.Impulse = p.Impulse.Add(c.Normal.Scale(c.NormalImpulse)).Add(c.Normal.Perp().Scale(c.TangentImpulse))
	}
}

// same returns the point that a contact goes on with, or nil: the nearest of its shapes that this step has not met.
func (f *Frame) same(scene *sim.Scene, c *engine.Contact) (nearest *Point) {
	least := scene.Bodies[c.A].Reach()
	if c.B != sim.World {
		least = min(least, scene.Bodies[c.B].Reach())
	}
	least *= sliding
	for i := range f.Points {
		p := &f.Points[i]
		if p.A != c.A || p.B != c.B || p.shapes != [2]int{c.ShapeA, c.ShapeB} || p.step == f.steps {
			continue
		}
		if away := p.At.Sub(c.PointA).Len(); away < least {
			nearest, least = p, away
		}
	}
	return nearest
}

// Motion is how a body moves, or by how much that changes.
type Motion struct {
	V     sim.Vec // m/s
	Omega float64 // rad/s
}

// Of a search for impulses: how many steps it takes at most, so that a pile of 100 bodies takes a millisecond, and what share of the first
// slope, squared, ends it.
const (
	mostSteps = 120
	exact     = 1e-12
)

// Explain returns the impulses at the points that change the motion of bodies [n] as given, beyond what the engine's do: the
// least ones of all that come as near to it as can be. State has the places of the bodies [n].
//
// The search is that of conjugate gradients on the normal equations (Hestenes and Stiefel, 1952), from nothing: what it
// finds has no part that changes nothing. Motions are weighed by the energy in them.
func (f *Frame) Explain(scene *sim.Scene, state sim.State, change []Motion) []sim.Vec {
	found := make([]sim.Vec, len(f.Points))
	left := slices.Clone(change)
	for i := range left {
		if scene.Bodies[i].Kind != sim.Dynamic {
			left[i] = Motion{}
		}
	}
	slope := f.felt(scene, state, left)
	way, size := slices.Clone(slope), square(slope)
	first := size
	for range mostSteps {
		if !(size > exact*first) {
			break
		}
		moved := f.moves(scene, state, way)
		length := size / energy(scene, moved)
		for k := range found {
			found[k] = found[k].Add(way[k].Scale(length))
		}
		for i := range left {
			left[i].V = left[i].V.Sub(moved[i].V.Scale(length))
			left[i].Omega -= length * moved[i].Omega
		}
		slope = f.felt(scene, state, left)
		next := square(slope)
		for k := range way {
			way[k] = slope[k].Add(way[k].Scale(next / size))
		}
		size = next
	}
	return found
}

// each calls do for each side of a point, with the sign of the impulse that it gets and the arm at which.
func (p *Point) each(scene *sim.Scene, state sim.State, do func(body int, sign float64, arm sim.Vec)) {
	for k, body := range [2]int{p.A, p.B} {
		if body != sim.World && scene.Bodies[body].Kind == sim.Dynamic {
			do(body, float64(1-2*k), p.At.Sub(state[body].Position()))
		}
	}
}

// moves returns how impulses at the points change the motions [n].
func (f *Frame) moves(scene *sim.Scene, state sim.State, impulses []sim.Vec) []Motion {
	out := make([]Motion, len(scene.Bodies))
	for k := range f.Points {
		f.Points[k].each(scene, state, func(body int, sign float64, arm sim.Vec) {
			b := &scene.Bodies[body]
			out[body].V = out[body].V.Add(impulses[k].Scale(sign * b.InvMass()))
			out[body].Omega += sign * b.InvMoment() * arm.Cross(impulses[k])
		})
	}
	return out
}

// felt is the transpose of moves under the weights of energy: how fast the points part by some motions.
func (f *Frame) felt(scene *sim.Scene, state sim.State, motions []Motion) []sim.Vec {
	out := make([]sim.Vec, len(f.Points))
	for k := range f.Points {
		f.Points[k].each(scene, state, func(body int, sign float64, arm sim.Vec) {
			m := motions[body]
			out[k] = out[k].Add(m.V.Add(arm.Perp().Scale(m.Omega)).Scale(sign))
		})
	}
	return out
}

// energy returns twice that of motions.
func energy(scene *sim.Scene, motions []Motion) (sum float64) {
	for i, m := range motions {
		if b := &scene.Bodies[i]; b.Kind == sim.Dynamic {
			sum += b.Mass*m.V.Dot(m.V) + b.Moment*m.Omega*m.Omega
		}
	}
	return max(sum, math.SmallestNonzeroFloat64)
}

func square(impulses []sim.Vec) (sum float64) {
	for _, v := range impulses {
		sum += v.Dot(v)
	}
	return sum
}

// Rest returns what is left of the impulses [n] that bodies get when those at the points are taken away: what ties and
// pulls them, or has no place. Of bodies that nothing moves nothing is left.
func (f *Frame) Rest(scene *sim.Scene, bodies, impulses []sim.Vec) []sim.Vec {
	out := make([]sim.Vec, len(bodies))
	for i := range out {
		if scene.Bodies[i].Kind == sim.Dynamic {
			out[i] = bodies[i]
		}
	}
	for k := range f.Points {
		for side, body := range [2]int{f.Points[k].A, f.Points[k].B} {
			if body != sim.World && scene.Bodies[body].Kind == sim.Dynamic {
				out[body] = out[body].Sub(impulses[k].Scale(float64(1 - 2*side)))
			}
		}
	}
	return out
}
