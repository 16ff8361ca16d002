package geom

import (
	"math"

	"orrery/sim"
)

// edge is a straight stretch of a hull's outline, or one point of it twice.
type edge struct{ from, to sim.Vec }

func (e edge) span() sim.Vec { return e.to.Sub(e.from) }

func (e edge) isPoint() bool { return e.from == e.to }

// reach returns the vector from p to the nearest point of e, and whether that is
// an end of e.
func (e edge) reach(p sim.Vec) (offset sim.Vec, end bool) {
	d := e.span()
	along, length := p.Sub(e.from).Dot(d), d.Dot(d)
	switch {
	case along <= 0:
		return e.from.Sub(p), true
	case along >= length:
		return e.to.Sub(p), true
	}
	return e.from.Sub(p).Add(d.Scale(along / length)), false
}

// nearest returns the vector between the nearest points of e and f, which do not
// cross, and whether both points are ends.
func (e edge) nearest(f edge) (between sim.Vec, ends bool) {
	shortest := math.Inf(1)
	for i, p := range [4]sim.Vec{e.from, e.to, f.from, f.to} {
		other, sign := f, 1.0
		if i >= 2 {
			other, sign = e, -1
		}
		offset, end := other.reach(p)
		if d := offset.Dot(offset); d < shortest {
			shortest, between, ends = d, offset.Scale(sign), end
		}
	}
	return between, ends
}

// at returns the point of e nearest to coordinate s along an axis on which e runs
// upwards from coordinate low to high.
func (e edge) at(s, low, high float64) sim.Vec {
	switch {
	case s <= low:
		return e.from
	case s >= high:
		return e.to
	}
	return e.from.Add(e.span().Scale((s - low) / (high - low)))
}

// point is one place of a contact.
type point struct {
	onA, onB sim.Vec // m, in the world
	gap      float64 // m
	end      int     // 0 or 1: end of the stretch over which the shapes touch
}

// collide writes the points at which a and b are closer than margin. It returns
// their number and the common unit normal from a to b.
func collide(dst *[2]point, a, b *hull, margin float64) (n int, away sim.Vec) {
	radii := a.radius + b.radius
	away, distance := separation(a, b, radii+margin)
	if distance > radii+margin {
		return 0, away
	}
	outA, outB := away.Scale(a.radius), away.Scale(-b.radius)
	across := away.Scale(distance)
	e := a.facing(away)
	if e.isPoint() {
		dst[0] = point{e.from.Add(outA), e.from.Add(across).Add(outB), distance - radii, 0}
		return 1, away
	}
	f := b.facing(away.Scale(-1))
	if f.isPoint() {
		dst[0] = point{f.from.Sub(across).Add(outA), f.from.Add(outB), distance - radii, 0}
		return 1, away
	}
	f.from, f.to = f.to, f.from // now both run upwards along the tangent
	along := away.Perp()
	e0, e1, f0, f1 := e.from.Dot(along), e.to.Dot(along), f.from.Dot(along), f.to.Dot(along)
	for end, p := range [2]point{{onA: e.at(f0, e0, e1), onB: f.at(e0, f0, f1)}, {onA: e.at(f1, e0, e1), onB: f.at(e1, f0, f1)}} {
		p.onA, p.onB, p.end = p.onA.Add(outA), p.onB.Add(outB), end
		p.gap = p.onB.Sub(p.onA).Dot(away)
		if p.gap <= margin {
			dst[n] = p
			n++
		}
	}
	return n, away
}
