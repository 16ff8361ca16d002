package planted

import (
	"math"

	"orrery/sim"
)

// half is half the length of a side of the box, in metres, and its centre is the origin.
const half = 1.0

// The surfaces of what meets.
const (
	bounce, rub         = 0.8, 0.3 // of two discs
	wallBounce, wallRub = 0.8, 0.3 // of a disc and a wall
)

// disc is one body on its way.
type disc struct {
	sim.BodyState
	radius, mass, moment float64 // m, kg, kg m²
}

// driven reports whether nothing changes how a disc moves.
func (d *disc) driven() bool { return math.IsInf(d.mass, 1) }

// hit is an impact that is about to happen.
type hit struct {
	time   float64 // s
	body   int
	other  int     // another body, or -1-k for side k of the box
	normal sim.Vec // unit vector from other to body
	speed  float64 // m/s at which they approach
}

// box has discs that fly straight and bounce off each other and off the four walls. Impacts happen
// at their times, wherever frames begin.
type box struct {
	discs  []disc
	time   float64
	groups []int           // of each disc; those of one, other than 0, pass through each other
	bounce float64         // times the elasticity that impacts have; 0 is 1
	open   [4]bool         // walls that are not there
	ghosts map[[2]int]bool // pairs that pass through each other until they have parted

	// meet is told of each impact before it happens. It may change masses, and says whether the two
	// push each other; else they pass through each other, once.
	meet func(hit) bool
}

// inward are the normals of the walls: below, at the right, above and at the left.
var inward = [4]sim.Vec{{Y: 1}, {X: -1}, {Y: -1}, {X: 1}}

// room returns how far a disc is from a wall, in metres.
func (b *box) room(i, wall int) float64 {
	d := &b.discs[i]
	return half + inward[wall].Dot(d.Position()) - d.radius
}

// outside reports whether the centre of a disc has left the box, whose walls end at its corners.
func (b *box) outside(i int) bool {
	return max(math.Abs(b.discs[i].X), math.Abs(b.discs[i].Y)) > half
}

// next returns the first impact before a time, in seconds.
func (b *box) next(end float64) (first hit, found bool) {
	first.time = end
	for i := range b.discs {
		for w := range inward {
			speed := -inward[w].Dot(b.discs[i].Velocity())
			if b.open[w] || b.ghosts[[2]int{i, -1 - w}] || b.outside(i) || b.discs[i].driven() || !(speed > 1e-9) {
				continue
			}
			if at := b.time + max(0, b.room(i, w))/speed; at < first.time {
				first, found = hit{at, i, -1 - w, inward[w], speed}, true
			}
		}
		for j := range i {
			if b.ghosts[[2]int{i, j}] || b.groups != nil && b.groups[i] != 0 && b.groups[i] == b.groups[j] || b.discs[i].driven() && b.discs[j].driven() {
				continue
			}
			if at, ok := b.meeting(i, j); ok && at < first.time {
				first, found = hit{time: at, body: i, other: j}, true
			}
		}
	}
	return first, found
}

// meeting returns when two discs that approach each other touch.
func (b *box) meeting(i, j int) (at float64, ok bool) {
	p, q := &b.discs[i], &b.discs[j]
	d, v := p.Position().Sub(q.Position()), p.Velocity().Sub(q.Velocity())
	reach, closing := p.radius+q.radius, d.Dot(v)
	root := closing*closing - v.Dot(v)*(d.Dot(d)-reach*reach)
	if closing >= -1e-9 || root < 0 {
		return 0, false
	}
	return b.time + max(0, (-closing-math.Sqrt(root))/v.Dot(v)), true
}

// parted is the gap in metres from which on two things have parted.
const parted = 1e-9

// fly moves all discs to a time, and lets pairs meet again that have parted.
func (b *box) fly(to float64) {
	dt := to - b.time
	for i := range b.discs {
		d := &b.discs[i]
		d.X, d.Y, d.Angle = d.X+dt*d.VX, d.Y+dt*d.VY, d.Angle+dt*d.Omega
	}
	b.time = to
	for pair := range b.ghosts {
		i, j := pair[0], pair[1]
		switch {
		case j < 0 && b.room(i, -1-j) > parted, j >= 0 && b.discs[i].Position().Sub(b.discs[j].Position()).Len() > b.discs[i].radius+b.discs[j].radius+parted:
			delete(b.ghosts, pair)
		}
	}
}

// run advances the box to a time.
func (b *box) run(end float64) {
	for {
		h, found := b.next(end)
		if !found {
			b.fly(end)
			return
		}
		b.fly(h.time)
		if h.other >= 0 {
			p, q := &b.discs[h.body], &b.discs[h.other]
			d := p.Position().Sub(q.Position())
			h.normal = d.Scale(1 / d.Len())
			h.speed = -h.normal.Dot(p.Velocity().Sub(q.Velocity()))
		}
		if b.meet != nil && !b.meet(h) {
			b.ghosts[[2]int{h.body, h.other}] = true
			continue
		}
		b.push(h)
	}
}

// push lets two things bounce by the law of Newton and Coulomb.
func (b *box) push(h hit) {
	p, wall := &b.discs[h.body], disc{moment: math.Inf(1), mass: math.Inf(1)}
	q, e, mu := &wall, wallBounce, wallRub
	if h.other >= 0 {
		q, e, mu = &b.discs[h.other], bounce, rub
	}
	if b.bounce > 0 {
		e *= b.bounce
	}
	v := p.Velocity().Sub(q.Velocity())
	along := h.normal.Perp()
	slip := v.Dot(along) - p.Omega*p.radius - q.Omega*q.radius
	light := 1/p.mass + 1/q.mass
	push := -(1 + e) * v.Dot(h.normal) / light
	stick := -slip / (light + p.radius*p.radius/p.moment + q.radius*q.radius/q.moment)
	drag := max(-mu*push, min(stick, mu*push))
	impulse := h.normal.Scale(push).Add(along.Scale(drag))
	p.kick(impulse, -p.radius*drag)
	if h.other >= 0 {
		q.kick(impulse.Scale(-1), -q.radius*drag)
	}
}

func (d *disc) kick(impulse sim.Vec, turn float64) {
	d.VX, d.VY, d.Omega = d.VX+impulse.X/d.mass, d.VY+impulse.Y/d.mass, d.Omega+turn/d.moment
}
