package contact

import (
	"math"

	"orrery/sim"
)

// A frame of many steps in which nothing can come to touch is flown without looking
// for contacts at every step. Planning spends most of its frames so.

// fly tries to advance a scene by a whole frame of free flight. It reports false,
// and changes nothing, when joints or fields act, something touches or might on the way.
func (c *course) fly(s *placed, actions sim.Action) bool {
	if len(s.scene.Joints)+len(s.scene.Fields) > 0 {
		return false
	}
	state, action := s.bodies(c.state), s.action(actions)
	c.flown = append(c.flown[:0], state...)
	c.travel = resize(c.travel, len(state))
	for range c.run.net.config.Steps {
		s.step.Fly(c.flown, action)
		for i := range c.flown {
			c.travel[i] = max(c.travel[i], s.distance(i, &state[i], &c.flown[i]))
		}
	}
	most, second := 0.0, 0.0 // two bodies approach by no more than the sum of their travels
	for _, d := range c.travel {
		if d > most {
			most, second = d, most
		} else {
			second = max(second, d)
		}
	}
	if c.find.anything(s, state, most+second) {
		return false
	}
	copy(state, c.flown)
	for range c.run.net.config.Steps {
		s.memory.note(nil, nil, nil, nil)
	}
	return true
}

// distance bounds, in metres, how far any point of body i went between two poses.
func (s *placed) distance(i int, from, to *sim.BodyState) float64 {
	return math.Hypot(to.X-from.X, to.Y-from.Y) + s.reach[i]*math.Abs(to.Angle-from.Angle)
}

// anything reports whether any two shapes are closer than margin metres.
func (f *finder) anything(s *placed, state sim.State, margin float64) bool {
	f.contacts = s.layout.Contacts(f.contacts[:0], state, margin)
	return len(f.contacts) > 0
}

// reach returns how far the shapes of a body reach from its centre of mass, in metres.
func reach(b *sim.Body) float64 {
	most := 0.0
	for i := range b.Shapes {
		for _, v := range b.Shapes[i].Vertices {
			most = max(most, v.Len()+b.Shapes[i].Radius)
		}
	}
	return most
}
