package sim

import (
	"cmp"
	"fmt"
)

// JointKind says what a joint holds together.
type JointKind string

// The kinds of joint. A pivot holds two anchors at one point; a pin keeps the
// distance that two anchors have at the start; a rope lets them part no further
// than its length; a groove keeps A's anchor on a line of B; a spring pulls the
// anchors to its length; a motor turns A against B.
const (
	Pivot  JointKind = "pivot"
	Pin    JointKind = "pin"
	Rope   JointKind = "rope"
	Groove JointKind = "groove"
	Spring JointKind = "spring"
	Motor  JointKind = "motor"
)

// World is the body index that stands for the fixed world in a Joint.
const World = -1

// Joint ties body A to body B, or to the world. Tied bodies still collide unless
// they share a Group.
type Joint struct {
	Kind    JointKind `json:"kind"`
	A       int       `json:"a"`        // body index
	B       int       `json:"b"`        // body index, or World
	AnchorA Vec       `json:"anchor_a"` // m, in A's frame
	AnchorB Vec       `json:"anchor_b"` // m, in B's frame, or the world's; where a groove begins
	Name    string    `json:"name,omitempty"`

	EndB      Vec     `json:"end_b,omitzero"`       // m, where a groove ends
	Length    float64 `json:"length,omitempty"`     // m, of a rope; at which a spring is at rest
	Stiffness float64 `json:"stiffness,omitempty"`  // N/m, of a spring
	Damping   float64 `json:"damping,omitempty"`    // N·s/m, of a spring
	Rate      float64 `json:"rate,omitempty"`       // rad/s, A's angular velocity less B's that a motor aims at
	MaxTorque float64 `json:"max_torque,omitempty"` // N·m, the most a motor can
}

// validateJoint returns an error that names what breaks a rule in j.
func (s *Scene) validateJoint(j *Joint) error {
	if err := cmp.Or(
		checkName(j.Name),
		checkCount("a", j.A, 0, len(s.Bodies)-1),
		checkCount("b", j.B, World, len(s.Bodies)-1),
		checkVec("anchor_a", j.AnchorA),
		checkVec("anchor_b", j.AnchorB),
	); err != nil {
		return err
	}
	if j.A == j.B {
		return fmt.Errorf("b %d must differ from a", j.B)
	}
	if s.Bodies[j.A].Kind != Dynamic && (j.B == World || s.Bodies[j.B].Kind != Dynamic) {
		return fmt.Errorf("a %d or b %d must be a dynamic body", j.A, j.B)
	}
	return j.validateSettings()
}

// validateSettings checks the settings that j's kind has, and that the others are 0.
func (j *Joint) validateSettings() error {
	rest := *j
	var err error
	switch j.Kind {
	case Pivot, Pin:
	case Rope:
		err = checkPositive("length", j.Length, "m")
		rest.Length = 0
	case Groove:
		err = cmp.Or(checkVec("end_b", j.EndB), checkPositive("length of the groove", j.EndB.Sub(j.AnchorB).Len(), "m"))
		rest.EndB = Vec{}
	case Spring:
		err = cmp.Or(
			checkRange("length", j.Length, "m", 0, MaxMagnitude),
			checkRange("stiffness", j.Stiffness, "N/m", 0, MaxMagnitude),
			checkRange("damping", j.Damping, "N·s/m", 0, MaxMagnitude),
		)
		rest.Length, rest.Stiffness, rest.Damping = 0, 0, 0
	case Motor:
		err = cmp.Or(checkNumber("rate", j.Rate, "rad/s"), checkPositive("max_torque", j.MaxTorque, "N·m"))
		rest.Rate, rest.MaxTorque = 0, 0
	default:
		return fmt.Errorf("kind %q must be %q, %q, %q, %q, %q or %q", j.Kind, Pivot, Pin, Rope, Groove, Spring, Motor)
	}
	if err != nil {
		return err
	}
	if rest != (Joint{Kind: j.Kind, A: j.A, B: j.B, AnchorA: j.AnchorA, AnchorB: j.AnchorB, Name: j.Name}) {
		return fmt.Errorf("kind %q must not have settings of other kinds", j.Kind)
	}
	return nil
}
