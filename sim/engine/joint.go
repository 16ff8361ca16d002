package engine

import (
	"github.com/jakecoffman/cp/v2"

	"orrery/sim"
)

func (s *space) addJoint(scene *sim.Scene, j *sim.Joint) {
	a, b := s.bodies[j.A], s.StaticBody
	endB := j.AnchorB
	if j.B != sim.World {
		b, endB = s.bodies[j.B], scene.Bodies[j.B].Start.Point(j.AnchorB)
	}
	anchorA, anchorB := cp.Vector(j.AnchorA), cp.Vector(j.AnchorB)
	var joint *cp.Constraint
	switch j.Kind {
	case sim.Pivot:
		joint = cp.NewPivotJoint2(a, b, anchorA, anchorB)
	case sim.Pin:
		joint = cp.NewPinJoint(a, b, anchorA, anchorB)
		endA := scene.Bodies[j.A].Start.Point(j.AnchorA)
		joint.Class.(*cp.PinJoint).Dist = endB.Sub(endA).Len()
	case sim.Rope:
		joint = cp.NewSlideJoint(a, b, anchorA, anchorB, 0, j.Length)
	case sim.Groove: // the library wants the groove on the first body
		joint = cp.NewGrooveJoint(b, a, anchorB, cp.Vector(j.EndB), anchorA)
	case sim.Spring:
		joint = cp.NewDampedSpring(a, b, anchorA, anchorB, j.Length, j.Stiffness, j.Damping)
	case sim.Motor:
		joint = cp.NewSimpleMotor(a, b, j.Rate)
		joint.SetMaxForce(j.MaxTorque)
	default:
		panic(unknownJoint)
	}
	s.joints = append(s.joints, s.AddConstraint(joint))
}
