package hits

import (
	"math"
	"slices"

	"orrery/sim"
	"orrery/world/geom"
	"orrery/world/observe"
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
// is not exact, or, of an engine that moves in steps, which share of an overlap it takes away in one. An open window has the velocities after the impact besides, instead of a law.
type window struct {
	episode  int
	index    int // of the impact in the episode
	impact   sim.Impact
	time     float64 // s
	sides    []side  // two, or one that meets a wall
	wall     bool
	flight   *flight
	gap, off float64 // m, at which they meet, and its deviation; 0 is exact
	beat     float64 // s, of an engine's steps, at which they meet at the window's time, however much they overlap; 0 at any time
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

// newWindow returns the window about an impact, or nil where too little was seen of it, such as in which step of an engine it was.
func newWindow(s *seen, e, k int, f *flight) *window {
	ep := &s.episodes[e]
	hit := ep.impacts[k]
	w := &window{episode: e, index: k, impact: hit, time: hit.Time, wall: hit.Other < 0, flight: f, gap: s.law.Skin, off: s.law.Gap, elastic: none, rubs: none, shiftAt: none}
	if s.law.Beat > 0 {
		if !s.law.OnBeat(hit.Time) {
			return nil
		}
		w.beat, w.gap, w.off = s.law.Beat, 0, 0
	}
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
		early := s.clear(before.points, ep, before.from, k)
		late := s.clear(after.points, ep, k, after.to)
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
func (s *seen) clear(points []point, e *episode, from, to int) []point {
	low, high := math.Inf(-1), math.Inf(1)
	if from >= 0 {
		low = s.end(&e.impacts[from], unsure)
	}
	if to >= 0 {
		high = s.end(&e.impacts[to], -unsure)
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
	switch {
	case w.beat > 0:
		w.z = append(w.z, observe.Parted)
	case w.off > 0:
		w.z = append(w.z, w.gap)
	}
	return true
}

// line returns where a coordinate of a side is at the window's time and how fast it is, by what was seen before the
// impact or after it; false where too little was.
func (w *window) line(d *side, axis int, after bool) (x [2]float64, ok bool) {
	var a, b, y []float64
	for k, p := range d.points {
		if p.at == w.time && w.beat == 0 || p.at > w.time+w.late() != after || !(p.off[axis] > 0) {
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
	fell       float64 // m/s, by which they near each other faster than as fast as they part by elasticity: see pulled
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
		return contact{gap: l - ra - rb, normal: n, armA: n.Scale(-ra), armB: n.Scale(rb)}, true
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
	out := contact{gap: c.Gap, normal: c.Normal, armA: c.ArmA, armB: c.ArmB}
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
func (w *window) before(z []float64, k int) (b sim.BodyState) {
	v := z[w.sides[k].first:]
	b.SetValues([sim.StateSize]float64(v))
	return b
}

// motionOf returns the flight of a side: what is kinematic keeps its velocity.
func (w *window) motionOf(k int) flight {
	if w.sides[k].moves {
		return *w.flight
	}
	return flight{}
}

// late returns by how many s a picture may be later than an impact and still shows where bodies have come to before it: at the beat
// of an engine's steps bodies move first.
func (w *window) late() float64 { return justAfter * w.beat }

// closing returns the speed in m/s at which sides in given states near each other.
func (w *window) closing(s *[2]sim.BodyState, c *contact) float64 {
	u := s[0].Velocity().Add(c.armA.Perp().Scale(s[0].Omega))
	if !w.wall {
		u = u.Sub(s[1].Velocity()).Sub(c.armB.Perp().Scale(s[1].Omega))
	}
	return -u.Dot(c.normal)
}

// pulled makes velocities at the beat of an engine those with which it solves an impact. It moves bodies first, then lets what pulls them
// change velocities by all of a step, of which the flight that goes through what is seen has half by then. What elasticity gives back is a
// share of the speed before that.
func (w *window) pulled(s *[2]sim.BodyState, c *contact) {
	for k := range w.sides {
		pull := w.motionOf(k).gravity.Scale(w.beat / 2)
		s[k].VX, s[k].VY = s[k].VX+pull.X, s[k].VY+pull.Y
		along := 2 * pull.Dot(c.normal)
		if k == 1 {
			along = -along
		}
		c.fell -= along
	}
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
	if w.beat > 0 {
		if c, ok = w.meet(x, from[0], from[1]); ok {
			w.pulled(&from, &c)
		}
		return 0, from, c, ok && w.closing(&from, &c) > slowest
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
		closing := w.closing(&states, &c)
		if !(closing > slowest) {
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

// slowest, in m/s, is the least speed at which sides near each other that hit each other.
const slowest = 1e-6

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
		if w.beat > 0 && d.moves {
			apart := w.parted(z, x, &c, k)
			back.X, back.Y = back.X+apart.X, back.Y+apart.Y
			if !w.open {
				back.VX, back.VY = back.VX-f.gravity.X*w.beat/2, back.VY-f.gravity.Y*w.beat/2
			}
		}
		for q, p := range d.points {
			s := &early
			if p.at > w.time+dt+w.late() {
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
	switch {
	case w.beat > 0:
		r = append(r, z[size*len(w.sides)]/observe.Parted-1)
	case w.off > 0:
		r = append(r, (z[size*len(w.sides)]-w.gap)/w.off)
	}
	return r, true
}

// parted returns by how many m an engine moves side k after an impact, beyond its velocity, because the sides overlap.
func (w *window) parted(z, x []float64, c *contact, k int) sim.Vec {
	mine, other := w.inertia(x, k)[0], w.inertia(x, 1-k)[0]
	far := z[size*len(w.sides)] * max(0, -c.gap) * mine / (mine + other)
	if k == 1 {
		far = -far
	}
	return c.normal.Scale(far)
}

// lawful returns the number of unknowns of a window that is not open.
func (w *window) lawful() int {
	n := size * len(w.sides)
	if w.off > 0 || w.beat > 0 {
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
	wanted := -along - e*(along+c.fell)
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
