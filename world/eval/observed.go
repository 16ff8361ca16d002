package eval

import (
	"fmt"
	"math"
	"slices"

	"orrery/sim"
)

// Of motion that was observed the true states are estimates, so predictions are held against what
// was measured: only the bodies that were seen, angles only where they were told, and at the time of
// the measurement. The noise of the measurements is then a floor below which no error falls.

// Measured is the name of the row that shows this floor: how far the measurements are from the
// estimates that were made of all of them.
const Measured = "measured"

// checkObserved returns an error when only some trajectories were observed.
func checkObserved(trajectories []*sim.Trajectory) error {
	for i, t := range trajectories {
		if (t.Seen == nil) != (trajectories[0].Seen == nil) {
			return fmt.Errorf("episode %d: only some of the episodes are estimates of what was observed", i)
		}
	}
	return nil
}

// off returns the mean distances, in metres and radians, of the dynamic bodies predicted at frame k
// from where they are: from what was measured about that frame where the motion was observed. They
// are not numbers where nothing was seen.
func off(t *sim.Trajectory, predicted []sim.State, k int) (metres, radians float64) {
	if t.Seen == nil {
		return t.Scene.Distance(t.States[k], predicted[k])
	}
	var seen, turned float64
	for b := range t.Scene.Bodies {
		s := &t.Seen.Sights[k][b]
		if t.Scene.Bodies[b].Kind != sim.Dynamic || !s.Seen && !s.Turned {
			continue
		}
		p := at(t.Scene, predicted, k, b, s.After)
		if s.Seen {
			metres, seen = metres+math.Hypot(p.X-s.X, p.Y-s.Y), seen+1
		}
		if s.Turned {
			radians, turned = radians+math.Abs(math.Remainder(p.Angle-s.Angle, 2*math.Pi)), turned+1
		}
	}
	return metres / seen, radians / turned
}

// at returns the pose of a body some seconds after frame k of some states, at most a frame either way.
func at(scene *sim.Scene, states []sim.State, k, body int, after float64) sim.BodyState {
	dt := scene.FrameTime()
	if after < 0 && k > 0 {
		k, after = k-1, after+dt
	}
	a := states[k][body]
	if after == 0 || k+1 >= len(states) || after < 0 {
		return moved(a, after)
	}
	b := states[k+1][body]
	// The velocity changes evenly, or all at once where the two lines meet.
	change := b.Velocity().Sub(a.Velocity())
	if change.Len() > bounceSpeed+2*dt*scene.Gravity.Len() {
		apart := b.Position().Sub(a.Position()).Sub(b.Velocity().Scale(dt))
		if after*change.Dot(change) < -apart.Dot(change) {
			return moved(a, after)
		}
		return moved(b, after-dt)
	}
	h, s := moved(a, after), after/dt
	ease := s * s * (3 - 2*s) // a cubic through both states
	end, bend := moved(a, dt), s*s*(s-1)*dt
	h.X += ease*(b.X-end.X) + bend*(b.VX-a.VX)
	h.Y += ease*(b.Y-end.Y) + bend*(b.VY-a.VY)
	h.Angle += ease*(b.Angle-end.Angle) + bend*(b.Omega-a.Omega)
	return h
}

// moved returns a body some seconds later at the same velocity.
func moved(b sim.BodyState, seconds float64) sim.BodyState {
	b.X, b.Y, b.Angle = b.X+b.VX*seconds, b.Y+b.VY*seconds, b.Angle+b.Omega*seconds
	return b
}

// floors returns what was measured of some episodes against the estimates.
func (v *evaluation) floors(from, to int) []comparison {
	out := make([]comparison, to-from)
	for i := range out {
		t, c := v.trajectories[from+i], &out[i]
		c.position, c.angle = make([]float64, v.frames), make([]float64, v.frames)
		for k := range v.frames {
			c.position[k], c.angle[k] = off(t, t.States, k)
		}
		for k, struck := range v.strikes[from+i] {
			for b, hit := range struck {
				if hit {
					c.impacts.doubt(t.Seen.Std[k+1][b])
				}
			}
		}
	}
	return out
}

// floor returns the row of what was measured against the estimates.
func (s *summary) floor(comparisons []comparison) Row {
	row := newRow(Measured)
	s.errors(&row, comparisons)
	sums := make([]impactSums, len(comparisons))
	for i := range comparisons {
		sums[i] = comparisons[i].impacts
	}
	row.Impact = s.impact(sums, false)
	return row
}

// errors puts the errors of positions and angles into a row.
func (s *summary) errors(row *Row, comparisons []comparison) {
	var positions, angles [][]float64
	for k := range s.frames {
		positions = append(positions, column(comparisons, func(c *comparison) float64 { return c.position[k] }))
	}
	for _, k := range s.Frames {
		angles = append(angles, column(comparisons, func(c *comparison) float64 { return c.angle[k] }))
	}
	row.Curve = s.spread(positions)
	row.Position = row.Curve.at(s.Frames)
	row.Angle = s.angle(angles)
	row.EpisodeM = positions[s.headlineFrame]
}

// column returns a value of each comparison.
func column(comparisons []comparison, value func(c *comparison) float64) []float64 {
	values := make([]float64, len(comparisons))
	for i := range values {
		values[i] = value(&comparisons[i])
	}
	return values
}

// angle summarises the angle errors at each horizon, or nothing where there is one without.
func (s *summary) angle(columns [][]float64) Spread {
	for _, values := range columns {
		if !slices.ContainsFunc(values, func(a float64) bool { return !math.IsNaN(a) }) {
			return noSpread()
		}
	}
	return s.spread(columns)
}

// doubt counts an impact after which the state is only as well known as its deviations say.
func (s *impactSums) doubt(std sim.BodyState) {
	s.count++
	s.velocity += math.Sqrt(math.Pi/2) * math.Hypot(std.VX, std.VY) / math.Sqrt2 // the mean length of a normal error in the plane
	s.spin += math.Sqrt(2/math.Pi) * std.Omega
}

// surely is the number of deviations beyond which a change of an estimated velocity is no accident.
const surely = 4

// doubtful returns the change of a velocity, in m/s, that may be an accident of the estimates from
// frame k to the next.
func doubtful(t *sim.Trajectory, k, body int) float64 {
	if t.Seen == nil {
		return 0
	}
	a, b := t.Seen.Std[k][body], t.Seen.Std[k+1][body]
	return surely * math.Hypot(a.Velocity().Len(), b.Velocity().Len())
}
