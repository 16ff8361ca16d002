package observe

import (
	"math"
	"slices"

	"orrery/sim"
	"orrery/world/geom"
)

// pair is a body and another, or a body and wall -1-k of the scene.
type pair struct{ body, other int }

// gaps tells how far things of a scene are apart.
type gaps struct {
	scene     *sim.Scene
	detectors map[pair]*geom.Detector
	points    []geom.Contact
}

func newGaps(scene *sim.Scene) *gaps {
	return &gaps{scene: scene, detectors: map[pair]*geom.Detector{}}
}

// far is farther than anything, in m.
const far = 1e9

// of returns how the two of a pair face each other, the first as A; other is not used for a wall.
// Without a possible contact it returns false.
func (g *gaps) of(p pair, body, other sim.BodyState) (geom.Contact, bool) {
	d := g.detectors[p]
	if d == nil {
		two := *g.scene
		two.Walls, two.Bodies, two.Joints, two.Actuators, two.Goals = nil, []sim.Body{g.scene.Bodies[p.body]}, nil, nil, nil
		if p.other >= 0 {
			two.Bodies = append(two.Bodies, g.scene.Bodies[p.other])
		} else {
			two.Walls = []sim.Shape{g.scene.Walls[-1-p.other]}
		}
		d = geom.NewDetector(&two)
		g.detectors[p] = d
	}
	state := sim.State{body}
	if p.other >= 0 {
		state = append(state, other)
	}
	g.points = d.Nearest(g.points[:0], state, far)
	if len(g.points) == 0 {
		return geom.Contact{}, false
	}
	c := g.points[0]
	if len(g.points) == 2 { // flat on each other: the middle
		c.ArmA, c.ArmB = c.ArmA.Add(g.points[1].ArmA).Scale(0.5), c.ArmB.Add(g.points[1].ArmB).Scale(0.5)
		c.Gap = (c.Gap + g.points[1].Gap) / 2
	}
	return c, true
}

// encounters tells in which intervals bodies may have been hit.
type encounters struct {
	near [][][]touch // [picture][n] what was within reach about that time
}

// sure, in deviations of the noise, is how far gaps may be off.
const sure = 4

// meet finds out when bodies were near each other or walls.
func (w *Watch) meet(law *Law) encounters {
	n := len(w.Scene.Bodies)
	places := make([]sim.State, len(w.Times))
	steps := make([][]float64, len(w.Times)) // m, by which bodies move in an interval about that picture
	e := encounters{make([][][]touch, len(w.Times))}
	for k := range w.Times {
		places[k], steps[k], e.near[k] = make(sim.State, n), make([]float64, n), make([][]touch, n)
	}
	for i := range n {
		w.place(i, places, steps)
	}
	detector := geom.NewDetector(w.Scene)
	var found []geom.Clearance
	for k := range w.Times {
		most := 0.0
		for i, s := range steps[k] {
			most = max(most, s)
			steps[k][i] = s + sure*law.Noise + law.Gap
		}
		most = 2*most + 2*(sure*law.Noise+law.Gap)
		found = detector.Clearances(found[:0], places[k], most)
		for _, c := range found {
			within := steps[k][c.A]
			if c.B >= 0 {
				within += steps[k][c.B]
			}
			if c.Gap > within {
				continue
			}
			a := touch{other: c.B, normal: c.Normal, yields: 1}
			if c.B >= 0 {
				bodies := w.Scene.Bodies
				one, two := bodies[c.A].InvMass(), bodies[c.B].InvMass()
				a.yields = one / (one + two)
				a.moving = w.velocity(places, k, c.B)
				b := touch{other: c.A, normal: c.Normal.Scale(-1), yields: 1 - a.yields, moving: w.velocity(places, k, c.A)}
				e.near[k][c.B] = append(e.near[k][c.B], b)
			} else {
				_, wall := detector.Shapes(c.ID)
				a.other = -1 - slices.IndexFunc(w.Scene.Walls, func(s sim.Shape) bool { return &s.Vertices[0] == &wall.Vertices[0] })
			}
			e.near[k][c.A] = append(e.near[k][c.A], a)
		}
	}
	return e
}

// disc reports whether a body is the same from all sides.
func disc(b *sim.Body) bool {
	return !slices.ContainsFunc(b.Shapes, func(s sim.Shape) bool { return s.Kind != sim.Circle || s.Vertices[0] != (sim.Vec{}) })
}

// place writes where a body was at all pictures, by straight lines between its sights, and how far
// it moved. Where nothing can be said it is far from everything.
func (w *Watch) place(body int, places []sim.State, steps [][]float64) {
	blind := 0.0 // m, by which outlines are unknown without an angle
	spin := 0.0  // m, by which turning by 1 rad moves them
	b := &w.Scene.Bodies[body]
	if !disc(b) {
		blind, spin = b.Reach(), b.Reach()
	}
	var seen []int
	angle, turned := 0.0, false
	for k := range w.Times {
		s := &w.Sights[k][body]
		places[k][body] = sim.BodyState{X: far * float64(2+body), Y: far}
		if s.Turned {
			angle, turned = s.Angle, true
		}
		if s.Seen {
			places[k][body] = sim.BodyState{X: s.X, Y: s.Y, Angle: angle}
			seen = append(seen, k)
		}
	}
	if turned {
		blind = 0
	}
	for j := 1; j < len(seen); j++ {
		a, b := seen[j-1], seen[j]
		from, to := places[a][body], places[b][body]
		way := to.Position().Sub(from.Position()).Len() + blind + math.Abs(to.Angle-from.Angle)*spin
		for k := a; k <= b; k++ {
			share := (w.Times[k] - w.Times[a]) / (w.Times[b] - w.Times[a])
			places[k][body] = sim.BodyState{X: from.X + share*(to.X-from.X), Y: from.Y + share*(to.Y-from.Y), Angle: from.Angle + share*(to.Angle-from.Angle)}
			steps[k][body] = max(steps[k][body], way)
		}
	}
}

// velocity returns how a body moved from one picture to the next.
func (w *Watch) velocity(places []sim.State, k, body int) sim.Vec {
	if k+1 == len(places) {
		k--
	}
	if k < 0 {
		return sim.Vec{}
	}
	return places[k+1][body].Position().Sub(places[k][body].Position()).Scale(1 / (w.Times[k+1] - w.Times[k]))
}

// of returns what was near a body after each of its sights.
func (e *encounters) of(w *Watch, r *track) [][]touch {
	near := make([][]touch, len(r.at))
	for k := range len(r.at) - 1 {
		p, _ := slices.BinarySearch(w.Times, r.at[k])
		for p = max(0, p-1); p < len(w.Times) && (p == 0 || w.Times[p-1] < r.at[k+1]); p++ {
			for _, t := range e.near[p][r.body] {
				if !slices.ContainsFunc(near[k], func(o touch) bool { return o.other == t.other }) {
					near[k] = append(near[k], t)
				}
			}
		}
	}
	return near
}

// loose reports whether something acts on a body besides gravity, drag and contacts.
func loose(scene *sim.Scene, body int) bool {
	b := &scene.Bodies[body]
	if b.Kind == sim.Kinematic || b.Grip != (sim.Grip{}) || len(scene.Fields) > 0 {
		return true
	}
	return slices.ContainsFunc(scene.Joints, func(j sim.Joint) bool { return j.A == body || j.B == body }) ||
		slices.ContainsFunc(scene.Actuators, func(a sim.Actuator) bool { return a.Body == body || a.Kind == sim.Torque && a.Against == body })
}
