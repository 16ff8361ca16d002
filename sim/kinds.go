package sim

// BodyKinds returns all kinds of body.
func BodyKinds() []BodyKind { return []BodyKind{Dynamic, Kinematic} }

// ShapeKinds returns all kinds of shape.
func ShapeKinds() []ShapeKind { return []ShapeKind{Circle, Segment, Polygon} }

// JointKinds returns all kinds of joint.
func JointKinds() []JointKind { return []JointKind{Pivot, Pin, Rope, Groove, Spring, Motor} }

// FieldKinds returns all kinds of field.
func FieldKinds() []FieldKind { return []FieldKind{Linear, InverseSquare} }

// ActuatorKinds returns all kinds of actuator.
func ActuatorKinds() []ActuatorKind {
	return []ActuatorKind{Force, Thrust, Torque, Velocity, Servo, Steer}
}
