package contact

import (
	"math"
	"slices"

	"orrery/learn/tape"
	"orrery/sim"
	"orrery/world/flight"
	"orrery/world/geom"
)

// Where the source of the data lets things meet within a step, the flight between two
// solves is split at each impact: bodies fly until the first two meet, these push each
// other there, and all fly on. The time is found by conservative advancement (Mirtich
// 1996): nothing comes nearer than the speeds allow, so it is safe to fly for the gap over
// the greatest speed at which it can close, and to look again.

const (
	mostImpacts = 8    // of a scene in a step; it then waits for the next one
	mostLooks   = 32   // for the time of one impact
	nearEnough  = 1e-3 // share of what a step lets bodies approach at which they meet
	turnAtOnce  = 0.2  // rad by which what touches may turn before it is looked at again
	mostSunk    = 0.05 // share of the smallest reach by which what meets slowly may sink in
)

// impacts is what a scene has on its way through a step.
type impacts struct {
	left  float64   // share of the flight that is still to come
	share float64   // that comes next
	due   []uint64  // pairs of shapes that meet at its end; see geom.Clearance.ID
	near  float64   // m, the gap beyond the depth at which shapes meet
	slow  float64   // m/s, the speed of approach up to which what is near does not meet
	path  sim.State // scratch
	met   []uint64  // pairs that have met in this step, where they stay together
	seen  []uint64  // pairs of shapes that may meet in this step at all, in ascending order; see Config.Sight
}

// glide advances the busy scenes by phases in which nothing is solved.
func (c *course) glide(from, to int, actions sim.Action) {
	if !c.run.net.config.Impacts {
		c.glidePart(from, to, actions)
		return
	}
	for _, s := range c.busy {
		s.impacts.left = 1
	}
	for round := 0; ; round++ {
		met := false
		for _, s := range c.busy {
			m := &s.impacts
			m.due, m.share = m.due[:0], 0
			if round <= mostImpacts && m.left > 0 {
				c.meet(s, from, to, actions)
			}
			m.left -= m.share
			met = met || len(m.due) > 0
		}
		c.glidePart(from, to, actions)
		if !met {
			break
		}
		c.impact()
	}
	for _, s := range c.busy {
		s.impacts.share = 1
	}
}

// glidePart advances each busy scene by its share of the phases.
func (c *course) glidePart(from, to int, actions sim.Action) {
	for k := from; k < to; k++ {
		if c.run.net.phases[k] == move {
			c.move(k)
		} else {
			c.force(k, actions)
		}
	}
}

// impact lets the pairs that are due push each other.
func (c *course) impact() {
	c.here = c.run.graphs.take()
	c.here.reset()
	for _, s := range c.busy {
		if len(s.impacts.due) > 0 {
			if s.late {
				s.impacts.met = append(s.impacts.met, s.impacts.due...)
			}
			c.find.addDue(c.here, s, s.bodies(c.state))
		}
		c.here.end()
	}
	c.strayed = true // the rest is still to be found
	if len(c.here.edges) == 0 {
		return
	}
	c.catchUp()
	c.gain(c.here, c.run.collide(c.here, c.velocity))
	if slices.Contains(c.run.net.phases, correct) {
		c.lifts()
	}
}

// strike lets the nearest two shapes of each scene push each other, as at an impact.
func (c *course) strike() {
	c.here = c.run.graphs.take()
	c.here.reset()
	for _, s := range c.busy {
		c.find.contacts = s.detector.Nearest(c.find.contacts[:0], s.bodies(c.state), sim.MaxMagnitude)
		c.find.append(c.here, s, s.bodies(c.state))
		c.here.end()
	}
	c.strayed = true
	c.catchUp()
}

// meet finds the share of the flight after which the first shapes of a scene meet, and which
// do. When none meet, it is all that is left.
func (c *course) meet(s *placed, from, to int, actions sim.Action) {
	m := &s.impacts
	state, time, pull := s.bodies(c.state), s.step.Time(), s.step.Pull()
	margin := s.approach(state, m.left*time, pull)
	m.near = nearEnough * margin / m.left
	slow, sunk := pull*time+m.near/time, s.harmless()
	m.path = append(m.path[:0], state...)
	m.share = m.left
	flown := 0.0 // share
	for range mostLooks {
		c.find.clearances = s.detector.Clearances(c.find.clearances[:0], m.path, margin-s.depth)
		next := m.left - flown
		m.due = m.due[:0]
		for i := range c.find.clearances {
			p := &c.find.clearances[i]
			if !c.seen(s, p.ID) {
				continue
			}
			room, turning := p.Gap+s.depth, s.turning(m.path, p)
			if room <= m.near {
				m.due = append(m.due, p.ID)
				next = min(next, reaches(sunk, max(0, closing(m.path, p)+turning), pull)/time) // if it is too slow to meet
				if turning > 0 {
					next = min(next, turnAtOnce/s.spin(m.path, p)/time)
				}
				continue
			}
			next = min(next, reaches(room, max(0, closing(m.path, p)+turning), pull)/time)
		}
		m.slow = min(slow, max(0, sunk/((m.left-flown)*time)-pull*(m.left-flown)*time/2))
		if len(m.due) > 0 && c.find.confirm(s, m.path) {
			m.share = flown
			return
		}
		if flown+next >= m.left {
			return
		}
		s.glide(m.path, from, to, next, s.action(actions))
		flown += next
	}
}

// harmless returns how far things may sink into each other, in metres, before they are looked at again. What gravity adds
// in a long step is no small speed: what rests would fall deep into the ground.
func (s *placed) harmless() float64 {
	least := sim.MaxMagnitude
	for i, r := range s.reach {
		if s.scene.Bodies[i].Kind == sim.Dynamic {
			least = min(least, r)
		}
	}
	return mostSunk * least
}

// reaches returns the seconds in which a room of metres may be crossed at the least, at a
// speed now and an acceleration.
func reaches(room, speed, pull float64) float64 {
	d := speed + math.Sqrt(speed*speed+2*pull*room)
	if d == 0 {
		return math.Inf(1)
	}
	return 2 * room / d
}

// approach returns by how much any two points come nearer in some seconds, at most.
func (s *placed) approach(state sim.State, time, pull float64) float64 {
	most, second := 0.0, 0.0
	for i := range state {
		b := &state[i]
		travel := (b.Velocity().Len() + s.turns[i]*math.Abs(b.Omega) + pull*time) * time
		if travel > most {
			most, second = travel, most
		} else if travel > second {
			second = travel
		}
	}
	return most + second
}

// closing returns the speed at which the centres of two bodies approach along a clearance.
func closing(state sim.State, p *geom.Clearance) float64 {
	v := state[p.A].Velocity()
	if p.B != geom.Wall {
		v = v.Sub(state[p.B].Velocity())
	}
	return -v.Dot(p.Normal)
}

// turning returns the speed that turning may add.
func (s *placed) turning(state sim.State, p *geom.Clearance) float64 {
	w := s.turns[p.A] * math.Abs(state[p.A].Omega)
	if p.B != geom.Wall {
		w += s.turns[p.B] * math.Abs(state[p.B].Omega)
	}
	return w
}

// turnable sets turns to the distance, in metres, from each body's centre to the farthest point that
// turning can move towards something, where shapes have a skin of some metres. A disc has none.
func (s *placed) turnable(skin float64) {
	for i := range s.turns {
		s.turns[i] = 0
		shapes := s.scene.Bodies[i].Shapes
		for k := range shapes {
			if shapes[k].Kind != sim.Circle || shapes[k].Vertices[0] != (sim.Vec{}) {
				s.turns[i] = s.reach[i] + skin
			}
		}
	}
}

// glide flies a copy of the scene's state for a share of some phases.
func (s *placed) glide(state sim.State, from, to int, share float64, action sim.Action) {
	for k := from; k < to; k++ {
		part := s.step.Part(k).Share(share)
		switch s.step.Phases()[k] {
		case flight.Move:
			part.Move(state)
		case flight.Force:
			part.Force(state, action)
			part.Rub(state)
		}
	}
}

// spin returns the angular velocity of the faster of two bodies that turning moves, in rad/s.
func (s *placed) spin(state sim.State, p *geom.Clearance) float64 {
	w := 0.0
	if s.turns[p.A] > 0 {
		w = math.Abs(state[p.A].Omega)
	}
	if p.B != geom.Wall && s.turns[p.B] > 0 {
		w = max(w, math.Abs(state[p.B].Omega))
	}
	return w
}

// confirm leaves of the pairs that are near at state those that approach each other where they
// touch, and reports whether there are any.
func (f *finder) confirm(s *placed, state sim.State) bool {
	m := &s.impacts
	f.contacts = f.meeting(f.contacts[:0], s, state, m.due)
	m.due = slices.DeleteFunc(m.due, func(id uint64) bool {
		return !slices.ContainsFunc(f.contacts, func(p geom.Contact) bool { return p.ID>>1 == id && approach(state, &p) > m.slow })
	})
	return len(m.due) > 0
}

// approach returns the speed at which the sides of a point come nearer to each other, in m/s.
func approach(state sim.State, p *geom.Contact) float64 {
	u := state[p.A].Velocity().Add(p.ArmA.Perp().Scale(state[p.A].Omega))
	if p.B != geom.Wall {
		u = u.Sub(state[p.B].Velocity().Add(p.ArmB.Perp().Scale(state[p.B].Omega)))
	}
	return -u.Dot(p.Normal)
}

// meeting appends the points at which some pairs of shapes meet at state.
func (f *finder) meeting(dst []geom.Contact, s *placed, state sim.State, pairs []uint64) []geom.Contact {
	dst = s.detector.Contacts(dst, state, max(0, 2*s.impacts.near-s.depth))
	return slices.DeleteFunc(dst, func(p geom.Contact) bool { return !slices.Contains(pairs, p.ID>>1) })
}

// shareOp multiplies each row of a matrix [n, 3] by a factor of its own.
type shareOp struct{ shares []float32 }

func (op *shareOp) Forward(out tape.Matrix, in []tape.Matrix) {
	for i, share := range op.shares {
		for k := 3 * i; k < 3*i+3; k++ {
			out.Data[k] = share * in[0].Data[k]
		}
	}
}

func (op *shareOp) Backward(_, outGrad tape.Matrix, _, inGrad []tape.Matrix) {
	if inGrad[0].Data == nil {
		return
	}
	for i, share := range op.shares {
		for k := 3 * i; k < 3*i+3; k++ {
			inGrad[0].Data[k] += share * outGrad.Data[k]
		}
	}
}
