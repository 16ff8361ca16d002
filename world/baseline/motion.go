package baseline

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"orrery/sim"
	"orrery/world"
)

// Motion is what a trained baseline is told instead of having to learn it: how
// bodies fly, what may tie them, and the typical sizes by which everything is divided
// that goes into its network or comes out. It is measured; see MeasureMotion.
type Motion struct {
	Flight world.Flight    `json:"flight"`
	Joints []sim.JointKind `json:"joints,omitempty"` // kinds of joint that it knows
	Fields []sim.FieldKind `json:"fields,omitempty"` // kinds of field that it knows
	Mass   float64         `json:"mass"`             // kg, mean
	Length float64         `json:"length"`           // m, mean radius of gyration; an angular velocity counts by it
	Span   float64         `json:"span"`             // m, root mean square distance of bodies with a field between them
	Speed  float64         `json:"speed"`            // m/s, root mean square, of all but what always stands
	Kick   float64         `json:"kick"`             // m/s, root mean square of what a frame adds to velocities beside flight
	Lift   float64         `json:"lift"`             // m/s, the same for displacements, divided by the frame time
}

// leastLift is the least Lift, in units of Kick. Where nothing overlaps, bodies of
// one step a frame are displaced by the rounding of the data alone.
const leastLift = 0.01

// MeasureMotion measures trajectories, in which something besides free flight must
// happen.
func MeasureMotion(trajectories []*sim.Trajectory) (Motion, error) {
	measured, err := world.MeasureFlight(trajectories)
	if err != nil {
		return Motion{}, err
	}
	m := Motion{Flight: measured, Length: world.Gyration(trajectories), Span: 1}
	var mass, speed, span, kick, lift mean
	var moved sim.State
	for _, t := range trajectories {
		m.know(t.Scene)
		for i := range t.Scene.Bodies {
			if b := &t.Scene.Bodies[i]; b.Kind == sim.Dynamic {
				mass.add(b.Mass)
			}
		}
		f := newFlight(m.Flight, t.Scene)
		for frame := range len(t.States) - 1 {
			now := t.States[frame]
			moved = append(moved[:0], now...)
			f.fly(moved, t.Action(frame), t.Scene.Substeps)
			for i := range now {
				v := now[i].Velocity()
				if t.Scene.Bodies[i].Kind != sim.Dynamic {
					if v != (sim.Vec{}) {
						speed.add(v.Dot(v))
					}
					continue
				}
				speed.add(v.Dot(v))
				r := m.residual(&moved[i], &t.States[frame+1][i])
				for k := range 3 {
					kick.add(r[k] * r[k])
					lift.add(r[3+k] * r[3+k])
				}
			}
			for i := range t.Scene.Fields {
				d := now[t.Scene.Fields[i].A].Position().Sub(now[t.Scene.Fields[i].B].Position())
				span.add(d.Dot(d))
			}
		}
	}
	m.Mass, m.Speed, m.Kick = mass.value(), math.Sqrt(speed.value()), math.Sqrt(kick.value())
	if m.Kick == 0 {
		return m, errors.New("nothing happens but free flight; there is nothing to learn")
	}
	m.Lift = max(math.Sqrt(lift.value()), leastLift*m.Kick)
	if span.n > 0 {
		m.Span = math.Sqrt(span.value())
	}
	return m, nil
}

// know adds the kinds of joint and field in a scene.
func (m *Motion) know(scene *sim.Scene) {
	for i := range scene.Joints {
		m.Joints = include(m.Joints, scene.Joints[i].Kind)
	}
	for i := range scene.Fields {
		m.Fields = include(m.Fields, scene.Fields[i].Kind)
	}
}

// include returns a sorted list with x in it.
func include[K ~string](list []K, x K) []K {
	if at, found := slices.BinarySearch(list, x); !found {
		return slices.Insert(list, at, x)
	}
	return list
}

// accept returns an error when scene has what the motion does not know.
func (m *Motion) accept(scene *sim.Scene) error {
	for i := range scene.Joints {
		if kind := scene.Joints[i].Kind; !slices.Contains(m.Joints, kind) {
			return fmt.Errorf("joint %d is a %s and the model was trained without", i, kind)
		}
	}
	for i := range scene.Fields {
		if kind := scene.Fields[i].Kind; !slices.Contains(m.Fields, kind) {
			return fmt.Errorf("field %d is %s and the model was trained without", i, kind)
		}
	}
	return m.Flight.Fits(scene)
}

// mean is a running mean.
type mean struct {
	sum float64
	n   int
}

func (m *mean) add(x float64)  { m.sum, m.n = m.sum+x, m.n+1 }
func (m *mean) value() float64 { return m.sum / float64(max(m.n, 1)) }

// defaultMotion returns sizes near those of the built-in scenarios.
func defaultMotion() Motion {
	return Motion{Flight: world.DefaultFlight(), Mass: 1, Length: 0.1, Span: 1, Speed: 1, Kick: 1, Lift: 0.1}
}

// What a Motion may know.
var (
	jointKinds = []sim.JointKind{sim.Pivot, sim.Pin, sim.Rope, sim.Groove, sim.Spring, sim.Motor}
	fieldKinds = []sim.FieldKind{sim.Linear, sim.InverseSquare}
)

func (m *Motion) validate() error {
	if err := m.Flight.Validate(); err != nil {
		return err
	}
	if err := validateKinds("joints", m.Joints, jointKinds); err != nil {
		return err
	}
	if err := validateKinds("fields", m.Fields, fieldKinds); err != nil {
		return err
	}
	for _, f := range []struct {
		name  string
		value float64
	}{{"mass", m.Mass}, {"length", m.Length}, {"span", m.Span}, {"speed", m.Speed}, {"kick", m.Kick}, {"lift", m.Lift}} {
		if !(f.value > 0 && f.value <= sim.MaxMagnitude) {
			return fmt.Errorf("%s %v must be above 0 and at most %v", f.name, f.value, float64(sim.MaxMagnitude))
		}
	}
	return nil
}

func validateKinds[K ~string](name string, list, known []K) error {
	for i, kind := range list {
		if !slices.Contains(known, kind) || slices.Contains(list[:i], kind) {
			return fmt.Errorf("%s: %q must be one of %q, and once", name, kind, known)
		}
	}
	return nil
}

// outputs is how many numbers a network answers for a body.
const outputs = 6

// residual returns, in m/s, what happened to a body beside flight: the kick that
// its velocity got and the lift that displaced it, as x, y and turning each.
func (m *Motion) residual(moved, next *sim.BodyState) [outputs]float64 {
	dt := m.Flight.FrameTime
	return [outputs]float64{
		next.VX - moved.VX, next.VY - moved.VY, m.Length * (next.Omega - moved.Omega),
		(next.X - moved.X) / dt, (next.Y - moved.Y) / dt, m.Length * (next.Angle - moved.Angle) / dt,
	}
}

// correct undoes residual: it changes moved by a network's answer, which is in
// units of Kick and Lift.
func (m *Motion) correct(moved *sim.BodyState, answer *[outputs]float32) {
	kick := func(k int) float64 { return m.Kick * float64(answer[k]) }
	lift := func(k int) float64 { return m.Lift * m.Flight.FrameTime * float64(answer[3+k]) }
	moved.VX, moved.VY, moved.Omega = moved.VX+kick(0), moved.VY+kick(1), moved.Omega+kick(2)/m.Length
	moved.X, moved.Y, moved.Angle = moved.X+lift(0), moved.Y+lift(1), moved.Angle+lift(2)/m.Length
}

// appendTarget appends the answer by which correct would bring a residual about.
func (m *Motion) appendTarget(dst []float32, residual *[outputs]float64) []float32 {
	for k, r := range residual {
		unit := m.Kick
		if k >= 3 {
			unit = m.Lift
		}
		dst = append(dst, float32(r/unit))
	}
	return dst
}
