package sim

import (
	"cmp"
	"fmt"
	"math"
)

// ActuatorKind says what an actuator does with its component of the action.
type ActuatorKind string

// The kinds of actuator. The action is the force along an axis of the world, the
// force along an axis of the body (thrust), the torque on the body and, the other
// way round, on the one it works against, the velocity of a kinematic body along
// an axis, the place along an axis to which a servo accelerates a kinematic body,
// or the angle to which a body's front wheel is turned (steer).
//
// Before each step of the engine a servo adds Stiffness·(action − x) − Damping·v,
// times the length of the step, to the velocity v of a body at x along the axis,
// and steering sets the angular velocity to that of a bicycle: the speed along the
// body's x axis times tan(action)/Wheelbase.
const (
	Force    ActuatorKind = "force"    // N
	Thrust   ActuatorKind = "thrust"   // N
	Torque   ActuatorKind = "torque"   // N·m
	Velocity ActuatorKind = "velocity" // m/s
	Servo    ActuatorKind = "servo"    // m
	Steer    ActuatorKind = "steer"    // rad
)

// Actuator turns one component of the action into motion. Components beyond Low
// and High act as the nearest of the two.
type Actuator struct {
	Kind    ActuatorKind `json:"kind"`
	Body    int          `json:"body"`    // body index
	Against int          `json:"against"` // of a torque: body index, or World; World for the other kinds
	Low     float64      `json:"low"`     // least action, in the unit of the kind
	High    float64      `json:"high"`    // largest action, in the unit of the kind
	Name    string       `json:"name,omitempty"`

	Axis      Vec     `json:"axis,omitzero"`       // unit vector; none for torque and steer
	Stiffness float64 `json:"stiffness,omitempty"` // 1/s², of a servo
	Damping   float64 `json:"damping,omitempty"`   // 1/s, of a servo
	Wheelbase float64 `json:"wheelbase,omitempty"` // m, of a steered body
}

// Action has what a controller asks for during one frame: a number for each
// actuator of the scene, in their order. A nil Action is the Rest of its scene.
type Action []float64

// Policy chooses the action that leads from the state of a frame to the next.
type Policy func(frame int, state State) Action

// Replay returns the policy that repeats the actions of t.
func (t *Trajectory) Replay() Policy {
	return func(frame int, _ State) Action { return t.Action(frame) }
}

// Rest returns the action that asks for the least: 0, or the limit nearest to it.
func (s *Scene) Rest() Action {
	return s.Clip(make(Action, len(s.Actuators)))
}

// Clip moves the components of a, which is changed, into the ranges of the
// scene's actuators and returns it.
func (s *Scene) Clip(a Action) Action {
	for i := range a {
		a[i] = min(max(a[i], s.Actuators[i].Low), s.Actuators[i].High)
	}
	return a
}

// CheckAction returns an error when a, unless it is nil, has not one finite
// number for each actuator of the scene.
func (s *Scene) CheckAction(a Action) error {
	if a == nil {
		return nil
	}
	if len(a) != len(s.Actuators) {
		return fmt.Errorf("action of %d numbers must have one for each of %d actuators", len(a), len(s.Actuators))
	}
	for i, v := range a {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("action %d: %v must be finite", i, v)
		}
	}
	return nil
}

// validateActuator returns an error that names what breaks a rule in a.
func (s *Scene) validateActuator(a *Actuator) error {
	if err := cmp.Or(
		checkName(a.Name),
		checkCount("body", a.Body, 0, len(s.Bodies)-1),
		checkCount("against", a.Against, World, len(s.Bodies)-1),
		checkNumber("low", a.Low, ""),
		checkRange("high", a.High, "", a.Low, MaxMagnitude),
	); err != nil {
		return err
	}
	kind, axis := Dynamic, true
	rest := *a
	var err error
	switch a.Kind {
	case Force, Thrust:
	case Torque:
		axis = false
		if a.Against == a.Body {
			err = fmt.Errorf("against %d must differ from body", a.Against)
		}
		rest.Against = World
	case Velocity:
		kind = Kinematic
	case Servo:
		kind = Kinematic
		err = cmp.Or(
			checkRange("stiffness", a.Stiffness, "1/s²", 0, MaxMagnitude),
			checkRange("damping", a.Damping, "1/s", 0, MaxMagnitude),
		)
		rest.Stiffness, rest.Damping = 0, 0
	case Steer:
		axis = false
		err = cmp.Or(
			checkPositive("wheelbase", a.Wheelbase, "m"),
			checkRange("low", a.Low, "rad", -maxSteer, maxSteer),
			checkRange("high", a.High, "rad", -maxSteer, maxSteer),
		)
		rest.Wheelbase = 0
	default:
		return fmt.Errorf("kind %q must be %q, %q, %q, %q, %q or %q", a.Kind, Force, Thrust, Torque, Velocity, Servo, Steer)
	}
	if axis {
		err = cmp.Or(err, checkRange("length of axis", a.Axis.Len(), "", 1-1e-9, 1+1e-9))
		rest.Axis = Vec{}
	}
	if err != nil {
		return err
	}
	if s.Bodies[a.Body].Kind != kind {
		return fmt.Errorf("body %d must be %s for kind %q", a.Body, kind, a.Kind)
	}
	if rest != (Actuator{Kind: a.Kind, Body: a.Body, Against: World, Low: a.Low, High: a.High, Name: a.Name}) {
		return fmt.Errorf("kind %q must not have settings of other kinds", a.Kind)
	}
	return nil
}

// maxSteer, in radians, keeps the tangent of a steering angle finite.
const maxSteer = 1.5
