package baseline

import (
	"context"
	"fmt"
	"math"

	"orrery/sim"
	"orrery/world"
	"orrery/world/flight"

	"orrery/sim/input"
)

// Given has what a trained baseline is told and does not have to learn: how
// bodies fly, what may tie them, and the typical sizes by which everything is divided
// that goes into its network or comes out. It is measured; see MeasureGiven.
type Given struct {
	Flight flight.Flight   `json:"flight"`
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

// MeasureGiven measures trajectories, in which something besides free flight must
// happen. When ctx ends, it soon returns its error.
func MeasureGiven(ctx context.Context, trajectories []*sim.Trajectory) (Given, error) {
	measured, _, err := flight.MeasureFlight(ctx, trajectories)
	if err != nil {
		return Given{}, err
	}
	g := Given{Flight: measured, Length: flight.Gyration(trajectories), Span: 1}
	g.Joints, g.Fields = world.BondsIn(trajectories)
	var mass, speed, span, kick, lift mean
	var moved sim.State
	for _, t := range trajectories {
		for i := range t.Scene.Bodies {
			if b := &t.Scene.Bodies[i]; b.Kind == sim.Dynamic {
				mass.add(b.Mass)
			}
		}
		f := newMover(g.Flight, t.Scene)
		for frame := range len(t.States) - 1 {
			if err := ctx.Err(); err != nil {
				return g, err
			}
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
				r := g.residual(&moved[i], &t.States[frame+1][i])
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
	g.Mass, g.Speed, g.Kick = mass.value(), math.Sqrt(speed.value()), math.Sqrt(kick.value())
	if g.Kick == 0 {
		return g, fmt.Errorf("in %s to train on all bodies fly freely and nothing ever touches or pulls them: there is nothing to learn", input.Count(len(trajectories), "episode"))
	}
	g.Lift = max(math.Sqrt(lift.value()), leastLift*g.Kick)
	if span.n > 0 {
		g.Span = math.Sqrt(span.value())
	}
	return g, nil
}

// accept returns an error when scene has what g does not know.
func (g *Given) accept(scene *sim.Scene) error {
	if err := world.KnowsBonds(scene, g.Joints, g.Fields); err != nil {
		return err
	}
	return g.Flight.Fits(scene)
}

// mean is a running mean.
type mean struct {
	sum float64
	n   int
}

func (m *mean) add(x float64)  { m.sum, m.n = m.sum+x, m.n+1 }
func (m *mean) value() float64 { return m.sum / float64(max(m.n, 1)) }

// defaultGiven returns sizes near those of the built-in scenarios.
func defaultGiven() Given {
	return Given{Flight: flight.DefaultFlight(), Mass: 1, Length: 0.1, Span: 1, Speed: 1, Kick: 1, Lift: 0.1}
}

func (g *Given) validate() error {
	if err := g.Flight.Validate(); err != nil {
		return err
	}
	if err := world.CheckBonds(g.Joints, g.Fields); err != nil {
		return err
	}
	for _, f := range []struct {
		name  string
		value float64
	}{{"mass", g.Mass}, {"length", g.Length}, {"span", g.Span}, {"speed", g.Speed}, {"kick", g.Kick}, {"lift", g.Lift}} {
		if !(f.value > 0 && f.value <= sim.MaxMagnitude) {
			return fmt.Errorf("%s %v must be above 0 and at most %v", f.name, f.value, float64(sim.MaxMagnitude))
		}
	}
	return nil
}

// outputs is the number of values that a network answers for a body.
const outputs = 6

// residual returns, in m/s, what happened to a body beside flight: the kick that
// its velocity got and the lift that displaced it, as x, y and turning each.
func (g *Given) residual(moved, next *sim.BodyState) [outputs]float64 {
	dt := g.Flight.FrameTime
	return [outputs]float64{
		next.VX - moved.VX, next.VY - moved.VY, g.Length * (next.Omega - moved.Omega),
		(next.X - moved.X) / dt, (next.Y - moved.Y) / dt, g.Length * (next.Angle - moved.Angle) / dt,
	}
}

// correct undoes residual: it changes moved by a network's answer, which is in
// units of Kick and Lift.
func (g *Given) correct(moved *sim.BodyState, answer *[outputs]float32) {
	kick := func(k int) float64 { return g.Kick * float64(answer[k]) }
	lift := func(k int) float64 { return g.Lift * g.Flight.FrameTime * float64(answer[3+k]) }
	moved.VX, moved.VY, moved.Omega = moved.VX+kick(0), moved.VY+kick(1), moved.Omega+kick(2)/g.Length
	moved.X, moved.Y, moved.Angle = moved.X+lift(0), moved.Y+lift(1), moved.Angle+lift(2)/g.Length
}

// appendTarget appends the answer by which correct would bring a residual about.
func (g *Given) appendTarget(dst []float32, residual *[outputs]float64) []float32 {
	for k, r := range residual {
		unit := g.Kick
		if k >= 3 {
			unit = g.Lift
		}
		dst = append(dst, float32(r/unit))
	}
	return dst
}
