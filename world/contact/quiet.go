package contact

import (
	"math"

	"orrery/learn/tape"
	"orrery/sim"
	"orrery/world/geom"
)

// In a frame of many steps a scene flies on, without looking for contacts at every
// step, for as long as nothing can come to touch but what lies at rest. Planning spends
// most of its steps so.

// leap is a scene on its way without looking; it is scratch space.
type leap struct {
	path sim.State // [steps, n] the states after each step
}

// fly advances a scene by the steps, at most left, in which nothing can come to touch,
// and returns how many these are. It is none when joints or fields act or the tape
// wants to know each step.
func (c *course) fly(s *placed, actions sim.Action, left int) (steps int) {
	if s.touches && !s.rests || !c.flies() || len(s.scene.Joints)+len(s.scene.Fields) > 0 {
		return 0
	}
	state, f := s.bodies(c.state), &c.leap
	margin := f.look(s, state, s.action(actions), left)
	steps = left
	c.find.clearances = s.detector.Clearances(c.find.clearances[:0], state, margin)
	for i := range c.find.clearances {
		steps = f.free(s, state, &c.find.clearances[i], steps)
	}
	if steps > 0 {
		s.flown = true
		copy(state, f.path[(steps-1)*len(state):])
	}
	for range steps {
		s.memory.wait(s.touches)
	}
	return steps
}

// flies reports whether scenes may fly on at all. What was found last is then at state, as
// in the engine's order.
func (c *course) flies() bool { return !c.tracked && c.run.net.config.Steps > 1 && !c.strayed }

// rest notes which busy scenes can be left alone for a while although something touches.
// There the velocities of what touches are zero, as they were at the start of the step,
// and all that moves it is that corrections never vanish; see soft.
func (c *course) rest(before tape.Value) {
	if !c.flies() {
		return
	}
	was := c.run.tape.Matrix(before).Data
	for k, s := range c.busy {
		s.rests = s.touches && s.lifted
		if !s.rests {
			continue
		}
		from, to := c.here.bounds(k)
		for i := from.edges; i < to.edges && s.rests; i++ {
			e := &c.here.edges[i]
			s.rests = c.still(s, was, e.a) && c.still(s, was, e.b)
		}
	}
}

// still reports whether body i, negative for a wall, hardly moved.
func (c *course) still(s *placed, was []float32, i int32) bool {
	if i < 0 {
		return true
	}
	v, b, lift := row(was, i), &c.state[i], row(c.lift, i)
	if *v != still || b.VX != 0 || b.VY != 0 || b.Omega != 0 {
		return false
	}
	return math.Hypot(float64(lift[0]), float64(lift[1]))+s.reach[int(i)-s.first]*math.Abs(float64(lift[2])) < liftCorner
}

// look flies a scene ahead from state for some steps and returns by how much, in metres,
// any two of its points come nearer until then, at most.
func (f *leap) look(s *placed, state sim.State, action sim.Action, steps int) (approach float64) {
	f.path = s.step.Ahead(f.path[:0], state, action, steps)
	most, second := 0.0, 0.0 // no two bodies approach by more than their travels
	for i := range state {
		from, far, turned := &state[i], 0.0, 0.0
		for at := i; at < len(f.path); at += len(state) {
			to := &f.path[at]
			x, y := to.X-from.X, to.Y-from.Y
			far, turned = max(far, x*x+y*y), max(turned, math.Abs(to.Angle-from.Angle))
		}
		travel := math.Sqrt(far) + s.reach[i]*turned
		if travel > most {
			most, second = travel, most
		} else if travel > second {
			second = travel
		}
	}
	return most + second
}

// free returns the steps, at most some, in which two shapes stay apart along the normal
// of their clearance at state.
func (f *leap) free(s *placed, state sim.State, c *geom.Clearance, steps int) int {
	for k := range steps {
		now := f.path[k*len(state):]
		advance := s.advance(c.A, state, now, c.Normal.Scale(-1))
		if c.B != geom.Wall {
			advance += s.advance(c.B, state, now, c.Normal)
		}
		if advance >= c.Gap && advance != 0 {
			return k
		}
	}
	return steps
}

// advance bounds, in metres, how far any point of body i went in a direction.
func (s *placed) advance(i int, from, to sim.State, direction sim.Vec) float64 {
	return to[i].Position().Sub(from[i].Position()).Dot(direction) + s.reach[i]*math.Abs(to[i].Angle-from[i].Angle)
}
