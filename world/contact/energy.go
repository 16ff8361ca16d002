package contact

import (
	"math"

	"orrery/learn/tape"
	"orrery/sim"
)

// Contacts take energy and give none. A law may yet let them, where it has hardly seen the like:
// a tower that trembles a little more in each step ends in an explosion. Bodies that hang
// together by what touches must not move with more energy than before; else the impulses among
// them are scaled down, which keeps momentum.

// slackEnergy is the share by which energy may grow: a solver that stops early may add a little.
const slackEnergy = 0.02

// bundle is bodies that hang together. Scaling their impulses by a share s leaves them with the
// energy now + by·s + square·s².
type bundle struct {
	was, now, by, square float64 // J
	driven               bool    // energy may come from elsewhere
}

// limit returns the share of the impulses that adds no energy, at most 1.
func (b *bundle) limit() float64 {
	most := (1 + slackEnergy) * max(b.was, b.now)
	if b.driven || !(b.now+b.by+b.square > most) {
		return 1
	}
	return (-b.by + math.Sqrt(b.by*b.by+4*b.square*(most-b.now))) / (2 * b.square)
}

// add counts a body whose velocities stand from a place on.
func (b *bundle) add(body *sim.Body, at int, was, now, next []float32) {
	if body.Kind != sim.Dynamic {
		return
	}
	for axis, inertia := range [3]float64{body.Mass, body.Mass, body.Moment} {
		u, v := float64(was[at+axis]), float64(now[at+axis])
		d := float64(next[at+axis]) - v
		b.was += inertia * u * u / 2
		b.now += inertia * v * v / 2
		b.by += inertia * v * d
		b.square += inertia * d * d / 2
	}
}

// gains reports whether the kinetic energy of s grows from the velocities now to next, [n, 3] in m/s and rad/s. Most contacts
// take some, and their scenes need no closer look.
func (s *placed) gains(now, next []float32) bool {
	sum := 0.0 // J
	for i, w := range s.inertias {
		v, u := (*[3]float32)(now[3*i:]), (*[3]float32)(next[3*i:])
		if *v == *u {
			continue
		}
		growth := func(axis int) float64 {
			d := float64(u[axis]) - float64(v[axis])
			return d * (float64(v[axis]) + d/2)
		}
		sum += w.mass*(growth(0)+growth(1)) + w.moment*growth(2)
	}
	return sum > 0
}

// driven reports whether a kinematic body that moves touches another one, velocities being v.
func (s *placed) driven(edges []edge, v []float32) bool {
	for i := range edges {
		for _, body := range [2]int32{edges[i].a, edges[i].b} {
			if body >= 0 && s.scene.Bodies[int(body)-s.first].Kind == sim.Kinematic && *row(v, body) != still {
				return true
			}
		}
	}
	return false
}

// settled scales the impulses that led from the velocities on the tape to v where they added
// energy. With joints and fields it may come from those.
func (c *course) settled(before, v tape.Value, sweep *sweepOp) {
	t := c.run.tape
	was, now, next := t.Matrix(before).Data, t.Matrix(c.velocity).Data, t.Matrix(v).Data
	for k, s := range c.busy {
		from, to := c.here.bounds(k)
		if to.edges == from.edges || len(s.scene.Joints)+len(s.scene.Fields) > 0 {
			continue
		}
		edges := c.here.edges[from.edges:to.edges]
		if s.lone && s.driven(edges, now) || !s.gains(now[3*s.first:], next[3*s.first:]) {
			continue
		}
		var all bundle
		for i := range s.scene.Bodies {
			all.add(&s.scene.Bodies[i], 3*(s.first+i), was, now, next)
		}
		if all.limit() == 1 {
			continue // nothing grows without end in a scene that does not gain
		}
		c.bundle(s, edges, was, now, next)
		calm := true
		for i := range c.bundles {
			calm = calm && c.bundles[i].limit() == 1
		}
		if calm {
			continue
		}
		for i := range s.scene.Bodies {
			share := float32(c.bundles[c.root(i)].limit())
			for at := 3 * (s.first + i); at < 3*(s.first+i+1); at++ {
				next[at] = now[at] + share*(next[at]-now[at])
			}
		}
		for i := range edges {
			share := float32(c.bundles[c.root(int(edges[i].a)-s.first)].limit())
			sweep.jn[from.edges+i] *= share
			sweep.jt[from.edges+i] *= share
		}
	}
}

// bundle finds which bodies of a scene hang together, and the energies of each bundle at its root.
func (c *course) bundle(s *placed, edges []edge, was, now, next []float32) {
	n := len(s.scene.Bodies)
	c.roots, c.bundles = resize(c.roots, n), resize(c.bundles, n)
	for i := range c.roots {
		c.roots[i] = i
	}
	for i := range edges {
		e := &edges[i]
		a := int(e.a) - s.first
		if e.b < 0 {
			continue
		}
		b := int(e.b) - s.first
		for _, pair := range [][2]int{{a, b}, {b, a}} {
			if s.scene.Bodies[pair[0]].Kind == sim.Kinematic && *row(now, int32(pair[0]+s.first)) != still {
				c.bundles[c.root(pair[1])].driven = true
			}
		}
		if s.scene.Bodies[a].Kind == sim.Dynamic && s.scene.Bodies[b].Kind == sim.Dynamic {
			into, of := c.root(a), c.root(b)
			c.bundles[into].driven = c.bundles[into].driven || c.bundles[of].driven
			c.roots[of] = into
		}
	}
	for i := range s.scene.Bodies {
		c.bundles[c.root(i)].add(&s.scene.Bodies[i], 3*(s.first+i), was, now, next)
	}
}

// root returns the body that stands for the bundle of body i.
func (c *course) root(i int) int {
	for c.roots[i] != i {
		i = c.roots[i]
	}
	return i
}
