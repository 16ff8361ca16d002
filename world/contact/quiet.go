package contact

import (
	"math"

	"orrery/sim"
)

// In a frame of many steps a scene flies on, without looking for contacts at every
// step, for as long as nothing can come to touch. Planning spends most of its steps so.

// flight is scratch space for a look ahead.
type flight struct {
	path     sim.State // [steps, n] the states after each step
	approach []float64 // m, [steps] by which two bodies have come nearer until then, at most
	travel   []float64 // m, [n] that any point of each body has gone
}

// fly advances a scene by the steps, at most left, in which nothing can come to touch,
// and returns how many these are. It is none when joints or fields act or the tape
// wants to know each step.
func (c *course) fly(s *placed, actions sim.Action, left int) (steps int) {
	if s.touches || c.tracked || c.run.net.config.Steps == 1 || len(s.scene.Joints)+len(s.scene.Fields) > 0 {
		return 0
	}
	state, f := s.bodies(c.state), &c.flight
	f.look(s, state, s.action(actions), left)
	gap := c.find.gap(s, state, f.approach[left-1])
	for steps < left && f.approach[steps] < gap {
		steps++
		s.memory.note(nil, nil, nil, nil)
	}
	if steps > 0 {
		c.stale = true
		copy(state, f.path[(steps-1)*len(state):])
	}
	return steps
}

// look flies a scene ahead from state for some steps.
func (f *flight) look(s *placed, state sim.State, action sim.Action, steps int) {
	f.path, f.approach, f.travel = f.path[:0], f.approach[:0], resize(f.travel, len(state))
	last := state
	for range steps {
		at := len(f.path)
		f.path = append(f.path, last...)
		last = f.path[at:]
		s.step.Fly(last, action)
		most, second := 0.0, 0.0 // no two bodies approach by more than their travels
		for i := range last {
			d := f.travel[i]
			if now := s.distance(i, &state[i], &last[i]); now > d {
				d, f.travel[i] = now, now
			}
			if d > most {
				most, second = d, most
			} else if d > second {
				second = d
			}
		}
		f.approach = append(f.approach, most+second)
	}
}

// distance bounds, in metres, how far any point of body i went between two poses.
func (s *placed) distance(i int, from, to *sim.BodyState) float64 {
	x, y := to.X-from.X, to.Y-from.Y
	return math.Sqrt(x*x+y*y) + s.reach[i]*math.Abs(to.Angle-from.Angle)
}

// gap returns the least distance of two shapes in metres, or infinity when it is more
// than margin.
func (f *finder) gap(s *placed, state sim.State, margin float64) float64 {
	f.contacts = s.layout.Contacts(f.contacts[:0], state, margin)
	least := math.Inf(1)
	for i := range f.contacts {
		least = min(least, f.contacts[i].Gap)
	}
	return least
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
