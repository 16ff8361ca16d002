package eval

import (
	"fmt"
	"math"

	"orrery/sim"
	"orrery/world/geom"
)

// MotionError has the one-step errors of a model in one kind of motion.
type MotionError struct {
	Motion    string `json:"motion"`     // one of the kinds in motionNames
	Share     Number `json:"share"`      // of all frames of all dynamic bodies
	PositionM Number `json:"position_m"` // mean error of a body's position after one frame
	VelocityM Number `json:"velocity"`   // m/s, mean error of its velocity

	Lo95 *motionMeans `json:"lo95,omitempty"` // lower ends of the 95 % bootstrap intervals
	Hi95 *motionMeans `json:"hi95,omitempty"` // upper ends
}

// motionMeans has an end of the interval of each mean of a MotionError.
type motionMeans struct {
	PositionM Number `json:"position_m"` // m
	VelocityM Number `json:"velocity"`   // m/s
}

// motion is the kind of a body's true motion during a frame. Where several apply the last
// one counts.
type motion uint8

const (
	flying motion = iota
	resting
	sliding
	bouncing
)

// motionNames are the words for each motion in tables and files.
var motionNames = [...]string{flying: "free flight", resting: "resting", sliding: "sliding", bouncing: "bounce"}

const (
	touchMargin = 1e-4 // m, how near counts as touching, as data may be rounded
	slideSpeed  = 0.01 // m/s along a contact from which on it slides
	bounceSpeed = 0.02 // m/s beyond what gravity adds in two frames, from which on a contact bounces
)

// motions returns what every body of an episode does in each of its first frames,
// [frames][n]. The engine looks for contacts after it has moved the bodies, so
// those at the end of a frame decide.
func motions(t *sim.Trajectory, frames int) [][]motion {
	out := make([][]motion, frames)
	detector := geom.NewDetector(t.Scene)
	reaches := bodyReaches(t.Scene)
	var contacts []geom.Contact
	for k := range out {
		before, after := t.States[k], t.States[k+1]
		hidden := t.Scene.FrameTime() - t.Scene.StepTime() // a contact may come and go within a frame
		reach := touchMargin + hidden*(fastest(before, reaches)+fastest(after, reaches))
		contacts = detector.Contacts(contacts[:0], after, reach)
		out[k] = make([]motion, len(after))
		for i := range contacts {
			c := &contacts[i]
			m := motionOf(t.Scene, c, before, after, hidden)
			out[k][c.A] = max(out[k][c.A], m)
			if c.B != geom.Wall {
				out[k][c.B] = max(out[k][c.B], m)
			}
		}
	}
	return out
}

// motionOf says what happens at a contact that is there after a frame.
func motionOf(scene *sim.Scene, c *geom.Contact, before, after sim.State, hidden float64) motion {
	approach := -relativeVelocity(c, before).Dot(c.Normal)
	parting := relativeVelocity(c, after)
	falling := 2 * scene.Gravity.Len() * scene.FrameTime()
	switch {
	case approach > bounceSpeed+falling && c.Gap < touchMargin+hidden*max(0, parting.Dot(c.Normal)):
		return bouncing
	case c.Gap >= touchMargin:
		return flying
	case math.Abs(parting.Cross(c.Normal)) > slideSpeed:
		return sliding
	}
	return resting
}

// relativeVelocity returns the velocity in m/s of A's side of a contact against B's.
func relativeVelocity(c *geom.Contact, state sim.State) sim.Vec {
	at := func(b sim.BodyState, arm sim.Vec) sim.Vec {
		return b.Velocity().Add(arm.Perp().Scale(b.Omega))
	}
	v := at(state[c.A], c.ArmA)
	if c.B != geom.Wall {
		v = v.Sub(at(state[c.B], c.ArmB))
	}
	return v
}

// motionSums sums one-step errors by motion.
type motionSums [len(motionNames)]struct{ bodies, position, velocity float64 }

// add counts one body whose prediction is off by so many metres and m/s.
func (s *motionSums) add(m motion, position, velocity float64) {
	s[m].bodies++
	s[m].position += position
	s[m].velocity += velocity
}

// position returns the mean position error of all bodies in metres, or NaN when
// none was counted.
func (s *motionSums) position() float64 {
	sum, bodies := 0.0, 0.0
	for m := range s {
		sum += s[m].position
		bodies += s[m].bodies
	}
	return sum / bodies
}

// motions returns the means over what the episodes sum, or nothing when no body was counted.
func (r *resampler) motions(sums []motionSums) []MotionError {
	var total motionSums
	all := 0.0
	for i := range sums {
		for m, s := range sums[i] {
			total[m].bodies += s.bodies
			total[m].position += s.position
			total[m].velocity += s.velocity
			all += s.bodies
		}
	}
	if all == 0 {
		return nil
	}
	var out []MotionError
	for m, sum := range total {
		n := sum.bodies
		e := MotionError{motionNames[m], Number(n / all), Number(sum.position / n), Number(sum.velocity / n), &motionMeans{}, &motionMeans{}}
		r.put(&e.Lo95.PositionM, &e.Hi95.PositionM, len(sums), func(i int) part { return part{sums[i][m].position, sums[i][m].bodies} })
		r.put(&e.Lo95.VelocityM, &e.Hi95.VelocityM, len(sums), func(i int) part { return part{sums[i][m].velocity, sums[i][m].bodies} })
		out = append(out, e)
	}
	return out
}

// validateMotions checks that a list read from a file has all motions in order.
func validateMotions(list []MotionError) error {
	if len(list) != 0 && len(list) != len(motionNames) {
		return fmt.Errorf("sources: %d motions must be none or %d", len(list), len(motionNames))
	}
	for m := range list {
		if list[m].Motion != motionNames[m] {
			return fmt.Errorf("sources: motion %q must be %q", list[m].Motion, motionNames[m])
		}
	}
	return nil
}
