package flight

import "orrery/sim"

// Where servos lead some bodies and all others rest, as in much of planning, steps are
// linear in what they begin with and many can be taken at once.

// leads returns how many servos lead each body of scene, or nil where this cannot be
// done: where gravity or other actuators act, or servos do not lead a kinematic body
// along both of two axes at a right angle.
func (s *Step) leads(scene *sim.Scene) []int {
	if s.gained != (sim.Vec{}) || len(s.pushes) > 0 {
		return nil
	}
	led, first := make([]int, len(scene.Bodies)), make([]sim.Vec, len(scene.Bodies))
	for i := range s.commands {
		d := &s.commands[i]
		body := d.Body
		if b := &scene.Bodies[body]; d.Kind != sim.Servo || b.Kind != sim.Kinematic || (b.Grip != sim.Grip{}) ||
			d.Axis.Dot(d.Axis) != 1 || first[body].Dot(d.Axis) != 0 || led[body] == 2 {
			return nil
		}
		led[body], first[body] = led[body]+1, d.Axis
	}
	return led
}

// glides reports whether the servos' bodies are all that moves in state.
func (s *Step) glides(state sim.State) bool {
	if s.led == nil {
		return false
	}
	for i := range state {
		b := &state[i]
		if b.Omega != 0 || s.led[i] < 2 && (b.VX != 0 || b.VY != 0) {
			return false
		}
	}
	return true
}

// Ahead appends to dst the states after each of some steps of Fly, at most a frame's.
func (s *Step) Ahead(dst, state sim.State, action sim.Action, steps int) sim.State {
	if !s.glides(state) {
		for last := state; steps > 0; steps-- {
			at := len(dst)
			dst = append(dst, last...)
			last = dst[at:]
			s.Fly(last, action)
		}
		return dst
	}
	from := len(dst)
	for range steps {
		dst = append(dst, state...)
	}
	for i := range s.commands {
		d := &s.commands[i]
		b := &state[d.Body]
		off, speed := d.asked(action)-d.place(b), d.speed(b)
		for k, at := 0, from+d.Body; at < len(dst); k, at = k+1, at+len(state) {
			g, b := &d.glides[k], &dst[at]
			d.accelerate(b, g.gained[0]*off+g.gained[1]*speed)
			moved := g.moved[0]*off + g.moved[1]*speed
			b.X, b.Y = b.X+moved*d.Axis.X, b.Y+moved*d.Axis.Y
		}
	}
	return dst
}

// Lead moves the bodies that servos lead, and no others, to where some steps of Fly, at most a frame's, would have them. It reports
// whether it can: nothing but servos acts, two on each of these bodies, and they do not turn.
func (s *Step) Lead(state sim.State, action sim.Action, steps int) bool {
	if s.led == nil {
		return false
	}
	for i := range s.commands {
		d := &s.commands[i]
		b, g := &state[d.Body], &d.glides[steps-1]
		if s.led[d.Body] != 2 || b.Omega != 0 {
			return false
		}
		off, speed := d.asked(action)-d.place(b), d.speed(b)
		moved := g.moved[0]*off + g.moved[1]*speed
		d.accelerate(b, g.gained[0]*off+g.gained[1]*speed)
		b.X, b.Y = b.X+moved*d.Axis.X, b.Y+moved*d.Axis.Y
	}
	return true
}

// glide says what a servo has done to its body after some steps, for each metre by which it
// was off at first and each m/s at which it moved.
type glide struct {
	moved  [2]float64 // m, along the axis
	gained [2]float64 // m/s
}

// glides returns what a servo does in up to n steps of some seconds.
func (v *servo) glides(n int, time float64) []glide {
	table := make([]glide, n)
	for k := range 2 {
		off, speed := 1-float64(k), float64(k)
		from := [2]float64{off, speed}
		for i := range table {
			mean := speed + v.mean[0]*off + v.mean[1]*speed
			off -= time * mean
			speed = v.end[0]*off + v.end[1]*mean
			table[i].moved[k], table[i].gained[k] = from[0]-off, speed-from[1]
		}
	}
	return table
}
