package sim

// Kinds returns all kinds of body, of shape, of joint, of field, of actuator or of goal:
// Kinds[JointKind]() begins with Pivot.
func Kinds[K BodyKind | ShapeKind | JointKind | FieldKind | ActuatorKind | GoalKind]() []K {
	var all any
	switch any(K("")).(type) {
	case BodyKind:
		all = []BodyKind{Dynamic, Kinematic}
	case ShapeKind:
		all = []ShapeKind{Circle, Segment, Polygon}
	case JointKind:
		all = []JointKind{Pivot, Pin, Rope, Groove, Spring, Motor}
	case FieldKind:
		all = []FieldKind{Linear, InverseSquare}
	case ActuatorKind:
		all = []ActuatorKind{Force, Thrust, Torque, Velocity, Servo, Steer}
	case GoalKind:
		all = []GoalKind{Place, Pose, Angle, Inside}
	}
	return all.([]K)
}
