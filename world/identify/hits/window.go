package hits

import (
	"math"
	"slices"

	"orrery/sim"
	"orrery/world/geom"
)

// side is one of the two that meet in a window, with what was seen of it before and after.
type side struct {
	body   int
	points []point
	glides []glide // from the window's time to each point
	spins  []glide
	turned bool    // angles were seen
	moves  bool    // an impulse changes its velocity
	first  int     // where its state stands among the window's unknowns
	mass   float64 // kg, as told
	gyre   float64 // m², moment by mass, as told
	radius float64 // m, of a disc; 0 for other shapes
	reach  float64 // m
	number int     // of the body among those of all episodes
	from   int     // impact of the episode after which it flew, or -1

	spun, leaves guess // the spin expected before the impact, and found after it, where angles were not seen

	massAt, gyreAt, radiusAt int // constants
}

// guess is a spin that nobody saw, and its deviation, in rad/s.
type guess struct{ spin, off float64 }

// window is one impact and the flights that lead to it and from it. Its unknowns are the states of
// its sides at its time as if nothing had been hit, and then the gap at which they meet where that
// is not exact. An open window has the velocities after the impact besides, instead of a law.
type window struct {
	episode  int
	index    int // of the impact in the episode
	impact   sim.Impact
	time     float64 // s
	sides    []side  // two, or one that meets a wall
	wall     bool
	flight   *flight
	gap, off float64 // m, at which they meet, and its deviation; 0 is exact
	spin     float64 // rad/s, deviation of spins that nobody saw
	detector *geom.Detector
	round    bool // both are discs
	near     []geom.Contact
	open     bool
	z        []float64 // unknowns
	elastic  int       // constant
	rubs     int       // constant
	shiftAt  int       // constant: by how much the wall is farther away than it was found

	told    float64 // cost of the open window
	freedom int     // of the open window
}

// size is the number of unknowns of a side's state: x, y, angle and their rates.
const size = sim.StateSize

// fewest is the least number of sights before and after an impact that tell both velocities.
const fewest = 2

// most is the number of sights on either side of an impact that are used: later ones tell no more
// of it than flights that are told to drag less exactly.
const most = 30

// newWindow returns the window about an impact, or nil where too little was seen of it.
func newWindow(s *seen, e, k int, f *flight) *window {
	ep := &s.episodes[e]
	hit := ep.impacts[k]
	w := &window{episode: e, index: k, impact: hit, time: hit.Time, wall: hit.Other < 0, flight: f, gap: s.law.Skin, off: s.law.Gap, elastic: none, rubs: none, shiftAt: none}
	bodies := []int{hit.Body}
	if !w.wall {
		bodies = append(bodies, hit.Other)
	}
	w.round = !w.wall
	for _, i := range bodies {
		before, after := s.leg(e, i, k, false), s.leg(e, i, k, true)
		if before == nil || after == nil {
			return nil
		}
		b := &ep.scene.Bodies[i]
		if b.Kind == sim.Dynamic && !free(ep.scene, i) {
			return nil
		}
		d := side{body: i, moves: b.Kind == sim.Dynamic, mass: b.Mass, reach: b.Reach(), from: before.from, massAt: none, gyreAt: none, radiusAt: none}
		if d.moves {
			d.gyre = b.Moment / b.Mass
		}
		if disc(b) {
			d.radius = b.Shapes[0].Radius
		} else {
			w.round = false
		}
		early := clear(before.points, ep, before.from, k)
		late := clear(after.points, ep, k, after.to)
		early, late = early[max(0, len(early)-most):], late[:min(len(late), most)]
		if placed(early) < fewest || placed(late) < fewest {
			return nil
		}
		d.points = append(slices.Clone(early), late...)
		for _, p := range d.points {
			d.turned = d.turned || p.off[2] > 0
			g := newGlide(f.drag, p.at-w.time)
			d.glides = append(d.glides, g)
			d.spins = append(d.spins, newGlide(f.turnDrag, p.at-w.time))
		}
		if d.radius == 0 && !d.turned {
			return nil // where it was hit is not known
		}
		d.first = size * len(w.sides)
		w.sides = append(w.sides, d)
	}
	w.detect(ep.scene)
	if !w.start() {
		return nil
	}
	return w
}

// disc reports whether a body is one circle about its centre of mass.
func disc(b *sim.Body) bool {
	return len(b.Shapes) == 1 && b.Shapes[0].Kind == sim.Circle && b.Shapes[0].Vertices[0] == (sim.Vec{})
}

// clear returns the points of a leg of which it is sure that they lie between two impacts.
func clear(points []point, e *episode, from, to int) []point {
	low, high := math.Inf(-1), math.Inf(1)
	if from >= 0 {
		low = e.impacts[from].Time + unsure*e.impacts[from].StdTime
	}
	if to >= 0 {
		high = e.impacts[to].Time - unsure*e.impacts[to].StdTime
	}
	var out []point
	for _, p := range points {
		if p.at > low && p.at < high {
			out = append(out, p)
		}
	}
	return out
}

// placed returns how many points have a position.
func placed(points []point) (n int) {
	for _, p := range points {
		if p.off[0] > 0 {
			n++
		}
	}
	return n
}

// detect prepares the detector of the two that meet.
func (w *window) detect(scene *sim.Scene) {
	if w.round {
		return
	}
	two := *scene
	two.Walls, two.Bodies, two.Joints, two.Actuators, two.Goals, two.Fields = nil, []sim.Body{scene.Bodies[w.impact.Body]}, nil, nil, nil, nil
	if w.wall {
		two.Walls = []sim.Shape{scene.Walls[-1-w.impact.Other]}
	} else {
		two.Bodies = append(two.Bodies, scene.Bodies[w.impact.Other])
	}
	w.detector = geom.NewDetector(&two)
}

// start sets the unknowns by lines through what was seen before the impact.
func (w *window) start() bool {
	for k := range w.sides {
		d := &w.sides[k]
		var state [size]float64
		for axis := range 3 {
			x, ok := w.line(d, axis, false)
			if !ok {
				if axis < 2 || d.turned {
					return false
				}
				continue
			}
			state[axis], state[axis+3] = x[0], x[1]
		}
		w.z = append(w.z, state[:]...)
	}
	if w.off > 0 {
		w.z = append(w.z, w.gap)
	}
	return true
}

// line returns where a coordinate of a side is at the window's time and how fast it is, by what was seen before the
// impact or after it; false where too little was.
func (w *window) line(d *side, axis int, after bool) (x [2]float64, ok bool) {
	var a, b, y []float64
	for k, p := range d.points {
		if p.at == w.time || p.at > w.time != after || !(p.off[axis] > 0) {
			continue
		}
		g, v := d.glides[k], p.seen[axis]
		if axis < 2 {
			v -= g.fall * w.flight.pull(axis)
		} else {
			g = d.spins[k]
		}
		a, b, y = append(a, 1/p.off[axis]), append(b, g.reach/p.off[axis]), append(y, v/p.off[axis])
	}
	if len(y) < fewest {
		return x, false
	}
	return project(a, b, y), true
}

// contact is how two meet.
type contact struct {
	gap        float64
	normal     sim.Vec // from the second to the first
	armA, armB sim.Vec
}

// meet returns how the sides face each other in given states, with constants x.
func (w *window) meet(x []float64, a, b sim.BodyState) (contact, bool) {
	one := &w.sides[0]
	if w.round {
		ra, rb := one.size(x), w.sides[1].size(x)
		d := a.Position().Sub(b.Position())
		l := d.Len()
		if !(l > 0) {
			return contact{}, false
		}
		n := d.Scale(1 / l)
		return contact{l - ra - rb, n, n.Scale(-ra), n.Scale(rb)}, true
	}
	state := sim.State{a}
	if !w.wall {
		state = append(state, b)
	}
	const far = 1e9 // m, beyond everything
	w.near = w.detector.Nearest(w.near[:0], state, far)
	if len(w.near) == 0 {
		return contact{}, false
	}
	c := w.near[0]
	if len(w.near) == 2 { // flat on each other: the middle
		c.ArmA, c.ArmB = c.ArmA.Add(w.near[1].ArmA).Scale(0.5), c.ArmB.Add(w.near[1].ArmB).Scale(0.5)
		c.Gap = (c.Gap + w.near[1].Gap) / 2
	}
	out := contact{c.Gap, c.Normal, c.ArmA, c.ArmB}
	if grown := one.size(x) - one.radius; grown != 0 {
		out.gap, out.armA = out.gap-grown, out.armA.Sub(c.Normal.Scale(grown))
	}
	if w.wall {
		out.gap += at(x, w.shiftAt, 0)
	} else {
		if grown := w.sides[1].size(x) - w.sides[1].radius; grown != 0 {
			out.gap, out.armB = out.gap-grown, out.armB.Add(c.Normal.Scale(grown))
		}
	}
	return out, true
}

// size returns a disc's radius.
func (d *side) size(x []float64) float64 { return d.radius + at(x, d.radiusAt, 0) }

// fly returns a state dt seconds later.
func (f *flight) fly(s sim.BodyState, dt float64) sim.BodyState {
	g := newGlide(f.drag, dt)
	t := g
	if f.turnDrag != f.drag {
		t = newGlide(f.turnDrag, dt)
	}
	return sim.BodyState{
		X: s.X + g.reach*s.VX + g.fall*f.gravity.X, Y: s.Y + g.reach*s.VY + g.fall*f.gravity.Y, Angle: s.Angle + t.reach*s.Omega,
		VX: g.keep*s.VX + g.reach*f.gravity.X, VY: g.keep*s.VY + g.reach*f.gravity.Y, Omega: t.keep * s.Omega,
	}
}

// before returns the state of side k at the window's time if nothing had been hit.
func (w *window) before(z []float64, k int) sim.BodyState {
	v := z[w.sides[k].first:]
	return sim.BodyState{X: v[0], Y: v[1], Angle: v[2], VX: v[3], VY: v[4], Omega: v[5]}
}

// motionOf returns the flight of a side: what is kinematic keeps its velocity.
func (w *window) motionOf(k int) flight {
	if w.sides[k].moves {
		return *w.flight
	}
	return flight{}
}

// longest, in s, is how far from when it was found an impact may be.
const longest = 0.2

// when returns the time from the window's at which its sides meet, with their states and contact then.
func (w *window) when(z, x []float64) (dt float64, states [2]sim.BodyState, c contact, ok bool) {
	wanted := 0.0
	if w.off > 0 {
		wanted = z[size*len(w.sides)]
	} else {
		wanted = w.gap
	}
	var from [2]sim.BodyState
	for k := range w.sides {
		from[k] = w.before(z, k)
	}
	if w.round { // relative motion is nearly straight
		d := from[0].Position().Sub(from[1].Position())
		v := from[0].Velocity().Sub(from[1].Velocity())
		r := w.sides[0].size(x) + w.sides[1].size(x) + wanted
		a, b, q := v.Dot(v), d.Dot(v), d.Dot(d)-r*r
		root := b*b - a*q
		if !(root > 0 && a > 0) {
			return 0, states, c, false
		}
		dt = (-b - math.Sqrt(root)) / a
	}
	for range 40 {
		if math.Abs(dt) > longest {
			return 0, states, c, false
		}
		for k := range w.sides {
			f := w.motionOf(k)
			states[k] = f.fly(from[k], dt)
		}
		if c, ok = w.meet(x, states[0], states[1]); !ok {
			return 0, states, c, false
		}
		u := states[0].Velocity().Add(c.armA.Perp().Scale(states[0].Omega))
		if !w.wall {
			u = u.Sub(states[1].Velocity()).Sub(c.armB.Perp().Scale(states[1].Omega))
		}
		closing := -u.Dot(c.normal)
		if !(closing > 1e-6) {
			return 0, states, c, false
		}
		step := (c.gap - wanted) / closing
		if math.Abs(step) < 1e-12 {
			return dt, states, c, true
		}
		dt += min(max(step, -longest/4), longest/4)
	}
	return 0, states, c, math.Abs(c.gap-wanted) < 1e-9
}

// cost0 is the cost of a window that does not meet.
var cost0 = math.Inf(1)

// residuals writes the window's residuals, in deviations, for unknowns z and constants x. Without
// an impact it returns false.
func (w *window) residuals(z, x, r []float64) ([]float64, bool) {
	r = r[:0]
	dt, states, c, ok := w.when(z, x)
	if !ok {
		return r, false
	}
	after := states
	if w.open {
		v := z[w.lawful():]
		for k := range w.sides {
			if w.sides[k].moves {
				after[k].VX, after[k].VY, after[k].Omega = v[0], v[1], v[2]
				v = v[3:]
			}
		}
	} else {
		w.bounce(x, &after, &c)
	}
	for k := range w.sides {
		d := &w.sides[k]
		f := w.motionOf(k)
		early, back := w.before(z, k), f.fly(after[k], -dt)
		for q, p := range d.points {
			s := &early
			if p.at > w.time+dt {
				s = &back
			}
			g, t := d.glides[q], d.spins[q]
			if !d.moves {
				g, t = newGlide(0, p.at-w.time), newGlide(0, p.at-w.time)
			}
			if p.off[0] > 0 {
				r = append(r, (p.seen[0]-s.X-g.reach*s.VX-g.fall*f.gravity.X)/p.off[0],
					(p.seen[1]-s.Y-g.reach*s.VY-g.fall*f.gravity.Y)/p.off[1])
			}
			if p.off[2] > 0 {
				r = append(r, (p.seen[2]-s.Angle-t.reach*s.Omega)/p.off[2])
			}
		}
		if !d.turned { // nothing tells the angle, and little the spin
			r = append(r, early.Angle, (early.Omega-d.spun.spin)/d.spun.off)
			if w.open && d.moves {
				r = append(r, (after[k].Omega-early.Omega)/w.spin)
			}
		}
	}
	if w.off > 0 {
		r = append(r, (z[size*len(w.sides)]-w.gap)/w.off)
	}
	return r, true
}

// lawful returns the number of unknowns of a window that is not open.
func (w *window) lawful() int {
	n := size * len(w.sides)
	if w.off > 0 {
		n++
	}
	return n
}

// bounce changes velocities as Newton and Coulomb say: what parts does so at a share of how it
// closed, and friction stops all sliding, if that takes no more than its share of the push.
func (w *window) bounce(x []float64, s *[2]sim.BodyState, c *contact) {
	e, mu := at(x, w.elastic, 0), at(x, w.rubs, 0)
	push, rub := impulse(w.inertia(x, 0), w.inertia(x, 1), s, c, e, mu)
	j := c.normal.Scale(push).Add(c.normal.Perp().Scale(rub))
	for k := range w.sides {
		m := w.inertia(x, k)
		arm, sign := c.armA, 1.0
		if k == 1 {
			arm, sign = c.armB, -1
		}
		s[k].VX += sign * m[0] * j.X
		s[k].VY += sign * m[0] * j.Y
		s[k].Omega += sign * m[1] * arm.Cross(j)
	}
}

// inertia returns the inverse of mass and moment of side k; both are 0 for what does not move.
func (w *window) inertia(x []float64, k int) [2]float64 {
	if k >= len(w.sides) || !w.sides[k].moves {
		return [2]float64{}
	}
	d := &w.sides[k]
	m := d.mass * math.Exp(at(x, d.massAt, 0))
	gyre := d.gyre * math.Exp(at(x, d.gyreAt, 0))
	if d.radiusAt != none && d.radius > 0 {
		grown := d.size(x) / d.radius
		gyre *= grown * grown
	}
	return [2]float64{1 / m, 1 / (m * gyre)}
}

// impulse returns push and rub of an impact, on the first along the normal and along the normal
// turned a quarter counter-clockwise.
func impulse(a, b [2]float64, s *[2]sim.BodyState, c *contact, e, mu float64) (push, rub float64) {
	n, t := c.normal, c.normal.Perp()
	u := s[0].Velocity().Add(c.armA.Perp().Scale(s[0].Omega)).Sub(s[1].Velocity()).Sub(c.armB.Perp().Scale(s[1].Omega))
	an, at, bn, bt := c.armA.Cross(n), c.armA.Cross(t), c.armB.Cross(n), c.armB.Cross(t)
	nn := a[0] + b[0] + a[1]*an*an + b[1]*bn*bn
	tt := a[0] + b[0] + a[1]*at*at + b[1]*bt*bt
	nt := a[1]*an*at + b[1]*bn*bt
	along, across := u.Dot(n), u.Dot(t)
	wanted := -(1 + e) * along
	d := nn*tt - nt*nt
	push, rub = (wanted*tt+across*nt)/d, (-across*nn-wanted*nt)/d
	if math.Abs(rub) > mu*push {
		way := math.Copysign(1, rub) * mu // below 0 it pushes on, so that slopes by mu go on through 0
		push = wanted / (nn + way*nt)
		rub = way * push
	}
	return push, rub
}

// cost returns the sum of squares at z and x.
func (w *window) cost(z, x, scratch []float64) (float64, []float64) {
	r, ok := w.residuals(z, x, scratch)
	if !ok {
		return cost0, r
	}
	sum := 0.0
	for _, v := range r {
		sum += v * v
	}
	return sum, r
}
