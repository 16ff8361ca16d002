package contact

import (
	"slices"

	"orrery/sim"
	"orrery/world/geom"
)

// Some sources list at the start of a step what is near, and let nothing else meet in it. And
// some turn velocities before shapes touch: when they would have touched a moment later.

// mostAhead bounds Config.Ahead.
const mostAhead = 4

// foresee notes, at the start of a step, what the source knows of it.
func (c *course) foresee() {
	config := &c.run.net.config
	for _, s := range c.busy {
		s.impacts.met = s.impacts.met[:0]
	}
	if config.Sight > 0 {
		for _, s := range c.busy {
			c.find.clearances = s.detector.Clearances(c.find.clearances[:0], s.bodies(c.state), config.Sight)
			s.impacts.seen = s.impacts.seen[:0]
			for i := range c.find.clearances {
				s.impacts.seen = append(s.impacts.seen, c.find.clearances[i].ID)
			}
			slices.Sort(s.impacts.seen)
		}
	}
	if config.Ahead > 0 || config.Late {
		c.was = append(c.was[:0], c.state...)
	}
}

// seen reports whether a pair of shapes may meet in this step.
func (c *course) seen(s *placed, pair uint64) bool {
	if c.run.net.config.Sight == 0 {
		return true
	}
	_, ok := slices.BinarySearch(s.impacts.seen, pair)
	return ok
}

// lookAhead finds what solving deals with at state: what touches, what has met in this step and
// stayed together, and what would touch a moment later, at the speed at which it approaches now
// or did when the step began.
func (c *course) lookAhead() {
	config := &c.run.net.config
	if config.Ahead == 0 && config.Sight == 0 && !config.Late {
		c.look()
		return
	}
	c.strayed = true // what is found here is no touching
	c.here = c.run.graphs.take()
	c.here.reset()
	for _, s := range c.busy {
		state, time := s.bodies(c.state), config.Ahead*s.step.Time()
		margin, was := 0.0, sim.State(nil)
		if time > 0 || config.Late {
			was = s.bodies(c.was)
			margin = max(s.approach(state, time, 0), s.approach(was, time, 0))
		}
		if len(s.impacts.met) > 0 {
			margin = max(margin, s.approach(was, s.step.Time(), s.step.Pull()))
		}
		c.find.contacts = slices.DeleteFunc(s.detector.Contacts(c.find.contacts[:0], state, margin), func(p geom.Contact) bool {
			if p.Gap <= 0 || slices.Contains(s.impacts.met, p.ID>>1) {
				return !c.seen(s, p.ID>>1)
			}
			return time == 0 || !c.seen(s, p.ID>>1) || !(p.Gap <= time*max(approach(state, &p), approach(was, &p)))
		})
		s.touches = c.find.append(c.here, s, state)
		if c.any.ties {
			c.here.addTies(s, state)
		}
		c.here.end()
	}
}
