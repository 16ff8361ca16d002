package edit

import (
	"fmt"
	"math"

	"orrery/sim"
	"orrery/sim/input"
	"orrery/sim/scenario/file"
)

// Entries of the file that have names.
type (
	entryM = input.Entry[file.Material]
	entryP = input.Entry[file.Point]
)

func entryOf[T any](name string, value T) input.Entry[T] {
	return input.Entry[T]{Name: name, Value: value}
}

// jointOf returns a joint of a scene, whose bodies have the frame of their centre of mass.
func jointOf(f *file.Scenario, j *sim.Joint, name func(int) string) file.Joint {
	return jointOfFrames(f, j, name, func(int) sim.Vec { return sim.Vec{} })
}

// jointOfFrames is jointOf of bodies whose frames in the file have their origin where origin says, in the frame of the
// centre of mass.
func jointOfFrames(f *file.Scenario, j *sim.Joint, name func(int) string, origin func(int) sim.Vec) file.Joint {
	out := file.Joint{Name: j.Name}
	end := func(body int, at sim.Vec) string {
		if body == sim.World {
			return End(f, "world", at)
		}
		return End(f, name(body), at.Sub(origin(body)))
	}
	plain := func(body int) string {
		if body == sim.World {
			return "world"
		}
		return name(body)
	}
	switch j.Kind {
	case sim.Motor:
		out.Motor = &[2]string{plain(j.A), plain(j.B)}
		if j.Rate != 0 {
			out.Rate = literal(j.Rate)
		}
		out.MaxTorque = literal(j.MaxTorque)
		return out
	case sim.Groove:
		out.Groove = &[2]string{end(j.A, j.AnchorA), plain(j.B)}
		from := sim.Vec{}
		if j.B != sim.World {
			from = origin(j.B)
		}
		out.From, out.To = pointer(j.AnchorB.Sub(from)), pointer(j.EndB.Sub(from))
		return out
	case sim.Pivot, sim.Pin, sim.Rope, sim.Spring:
	default:
		panic("edit: a kind of joint without a rule")
	}
	ends := [2]string{end(j.A, j.AnchorA), end(j.B, j.AnchorB)}
	switch j.Kind {
	case sim.Pivot:
		out.Pivot = &ends
	case sim.Pin:
		out.Pin = &ends
	case sim.Rope:
		out.Rope, out.Length = &ends, literal(j.Length)
	case sim.Spring:
		out.Spring, out.Length, out.Stiffness = &ends, literal(j.Length), literal(j.Stiffness)
		if j.Damping != 0 {
			out.Damping = literal(j.Damping)
		}
	default:
		panic("edit: a kind of joint without a rule")
	}
	return out
}

func fieldOf(s *sim.Field, name func(int) string) file.Field {
	out := file.Field{Name: s.Name, Strength: file.Value(s.Strength)}
	ends := [2]string{name(s.A), name(s.B)}
	switch s.Kind {
	case sim.Linear:
		out.Linear = &ends
	case sim.InverseSquare:
		out.InverseSquare = &ends
	default:
		panic("edit: a kind of field without a rule")
	}
	if s.Limit != 0 {
		out.Limit = file.Value(s.Limit)
	}
	return out
}

func actuatorOf(s *sim.Actuator, name func(int) string) file.Actuator {
	out := file.Actuator{Name: s.Name}
	body, axis := name(s.Body), true
	switch s.Kind {
	case sim.Force:
		out.Force = body
	case sim.Thrust:
		out.Thrust = body
	case sim.Torque:
		if out.Torque, axis = body, false; s.Against != sim.World {
			out.Against = name(s.Against)
		}
	case sim.Velocity:
		out.Velocity = body
	case sim.Servo:
		out.Servo, out.Stiffness, out.Damping = body, file.Value(s.Stiffness), file.Value(s.Damping)
	case sim.Steer:
		out.Steer, out.Wheelbase, axis = body, file.Value(s.Wheelbase), false
	default:
		panic("edit: a kind of actuator without a rule")
	}
	if axis {
		out.Axis = axisOf(s.Axis)
	}
	if s.Low == -s.High && s.High > 0 {
		out.Limit = file.Value(s.High)
	} else {
		out.Low, out.High = file.Value(s.Low), file.Value(s.High)
	}
	return out
}

// axisOf returns a direction as people write it.
func axisOf(v sim.Vec) *file.Axis {
	switch v {
	case sim.Vec{X: 1}:
		return &file.Axis{Word: file.Text("x")}
	case sim.Vec{Y: 1}:
		return &file.Axis{Word: file.Text("y")}
	}
	return &file.Axis{Word: literal(math.Atan2(v.Y, v.X))}
}

// goalOf returns a goal of a scene, whose bodies have the frame of their centre of mass.
func goalOf(f *file.Scenario, g *sim.Goal, name func(int) string) file.Goal {
	return goalOfFrames(f, g, name, func(int) sim.Vec { return sim.Vec{} })
}

func goalOfFrames(f *file.Scenario, g *sim.Goal, name func(int) string, origin func(int) sim.Vec) file.Goal {
	out := file.Goal{Name: g.Name, Body: name(g.Body), Region: g.Region}
	switch g.Kind {
	case sim.Place:
		out.Place, out.Radius = &file.Spot{At: pointer(g.Target)}, literal(g.Radius)
		if at := g.Anchor.Sub(origin(g.Body)); at.Len() > 1e-9 {
			for i := range f.Bodies {
				if b := &f.Bodies[i]; b.Name == out.Body {
					out.Point = addPoint(b, at)
				}
			}
		}
	case sim.Pose:
		at := g.Target.Add(origin(g.Body).Rotate(g.Angle))
		out.Pose = &[3]file.Number{literal(at.X), literal(at.Y), literal(g.Angle)}
	case sim.Angle:
		out.Angle = literal(g.Angle)
	case sim.Inside:
	default:
		panic(fmt.Sprintf("edit: no rule for goals of kind %q", g.Kind))
	}
	if turns := g.Symmetry; turns == sim.AnyAngle {
		anyAngle := "any"
		out.Symmetry = &file.Symmetry{Any: &anyAngle}
	} else if turns > 1 {
		out.Symmetry = &file.Symmetry{Turns: &turns}
	}
	return out
}
