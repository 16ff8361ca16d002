package sim

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"unicode/utf8"
)

// How many of each thing a scene may have. The limits keep a hostile file from taking
// the memory or the time of its reader.
const (
	MaxBodies    = 10_000
	maxWalls     = 1_000
	MaxJoints    = 10_000
	MaxFields    = 100_000
	MaxActuators = 64
	maxGoals     = 64
	maxPoints    = 10_000
	maxRegions   = 1_000
	maxValues    = 10_000
	maxPairs     = 1_000
	maxShapes    = 64 // of one body
	maxVertices  = 64 // of one shape
	maxGroup     = 1_000_000
)

// The numbers that a scene may hold, each in its own unit. A number outside is an
// accident, and would lose its digits in the engine.
const (
	MaxMagnitude = 1e9   // of any number
	MinMagnitude = 1e-12 // of a mass, a moment, a length or a radius that must be > 0
)

const maxNameBytes = 200

// Validate returns an error that names the first place in the scene that breaks
// a rule, the value there and the rule. Whatever passes can be encoded, simulated
// and drawn. It takes a few milliseconds for the largest scene.
func (s *Scene) Validate() error {
	if err := s.validateSettings(); err != nil {
		return err
	}
	if err := validateEach("wall", s.Walls, (*Shape).validate); err != nil {
		return err
	}
	return cmp.Or(
		validateWallsApart(s.Walls),
		validateEach("body", s.Bodies, (*Body).validate),
		validateEach("joint", s.Joints, s.validateJoint),
		validateEach("field", s.Fields, s.validateField),
		validateEach("actuator", s.Actuators, s.validateActuator),
		validateEach("region", s.Regions, (*Region).validate), // of which goals speak
		validateEach("goal", s.Goals, s.validateGoal),
		validateEach("point", s.Points, s.validatePoint),
		validateEach("pair", s.Pairs, (*Pair).validate),
		s.validateValues(),
		s.validatePairs(),
		s.validateNames(),
	)
}

// validateEach returns the first error of the parts in a list, and which one it is.
func validateEach[T any](what string, list []T, validate func(*T) error) error {
	for i := range list {
		if err := validate(&list[i]); err != nil {
			return &PartError{what, i, err}
		}
	}
	return nil
}

// PartError is a rule that a part of a scene breaks.
type PartError struct {
	Part  string // wall, body, joint, field, actuator, goal, point, region or pair
	Index int
	Err   error
}

// Error returns the part and the rule.
func (e *PartError) Error() string { return fmt.Sprintf("%s %d: %v", e.Part, e.Index, e.Err) }

// Unwrap returns the rule.
func (e *PartError) Unwrap() error { return e.Err }

func (s *Scene) validateSettings() error {
	if s.Format != sceneFormat {
		return fmt.Errorf("format %d must be %d", s.Format, sceneFormat)
	}
	return cmp.Or(
		checkName(s.Name),
		checkCount("fps", s.FPS, 1, 1000),
		checkCount("substeps", s.Substeps, 1, 1000),
		checkCount("iterations", s.Iterations, 1, 1000),
		checkRange("slop", s.Slop, "m", 0, MaxMagnitude),
		checkRange("bias", s.Bias, "", 0, 1),
		checkVec("gravity", s.Gravity),
		checkRange("damping", s.Damping, "", 0, 1),
		checkCount("number of bodies", len(s.Bodies), 1, MaxBodies),
		checkCount("number of walls", len(s.Walls), 0, maxWalls),
		checkCount("number of joints", len(s.Joints), 0, MaxJoints),
		checkCount("number of fields", len(s.Fields), 0, MaxFields),
		checkCount("number of actuators", len(s.Actuators), 0, MaxActuators),
		checkCount("number of goals", len(s.Goals), 0, maxGoals),
		checkCount("number of points", len(s.Points), 0, maxPoints),
		checkCount("number of regions", len(s.Regions), 0, maxRegions),
		checkCount("number of values", len(s.Values), 0, maxValues),
		checkCount("number of pairs", len(s.Pairs), 0, maxPairs),
	)
}

func (b *Body) validate() error {
	if err := checkName(b.Name); err != nil {
		return err
	}
	switch b.Kind {
	case Dynamic:
		if err := cmp.Or(checkPositive("mass", b.Mass, "kg"), checkPositive("moment", b.Moment, "kg·m²")); err != nil {
			return err
		}
	case Kinematic:
		if b.Mass != 0 || b.Moment != 0 {
			return fmt.Errorf("mass %v kg and moment %v kg·m² must be 0 as the body is kinematic", b.Mass, b.Moment)
		}
	default:
		return fmt.Errorf("kind %q must be %q or %q", b.Kind, Dynamic, Kinematic)
	}
	for k, v := range b.Start.Values() {
		if err := checkNumber(stateNames[k], v, ""); err != nil {
			return fmt.Errorf("start %w", err)
		}
	}
	if err := cmp.Or(
		checkCount("group", b.Group, 0, maxGroup),
		checkRange("grip along", b.Grip.Along, "m/s²", 0, MaxMagnitude),
		checkRange("grip across", b.Grip.Across, "m/s²", 0, MaxMagnitude),
		checkRange("grip spin", b.Grip.Spin, "rad/s²", 0, MaxMagnitude),
	); err != nil {
		return err
	}
	if b.Kind == Kinematic && b.Grip != (Grip{}) {
		return errors.New("grip must be 0 as the body is kinematic")
	}
	if err := checkCount("number of shapes", len(b.Shapes), 1, maxShapes); err != nil {
		return err
	}
	return validateEach("shape", b.Shapes, (*Shape).validate)
}

func (s *Shape) validate() error {
	least, most := 0, 0
	switch s.Kind {
	case Circle:
		least, most = 1, 1
	case Segment:
		least, most = 2, 2
	case Polygon:
		least, most = 3, maxVertices
	default:
		return fmt.Errorf("kind %q must be %q, %q or %q", s.Kind, Circle, Segment, Polygon)
	}
	if err := cmp.Or(
		checkCount("number of vertices", len(s.Vertices), least, most),
		checkRange("radius", s.Radius, "m", 0, MaxMagnitude),
		checkRange("friction", s.Friction, "", 0, MaxMagnitude),
		checkRange("elasticity", s.Elasticity, "", 0, 1),
		checkName(s.Material),
		checkName(s.Name),
	); err != nil {
		return err
	}
	for i, v := range s.Vertices {
		if !(math.Abs(v.X) <= MaxMagnitude && math.Abs(v.Y) <= MaxMagnitude) { // the name costs more than the check
			return checkVec(fmt.Sprintf("vertex %d", i), v)
		}
	}
	switch s.Kind {
	case Circle:
		return checkPositive("radius", s.Radius, "m")
	case Segment:
		return checkPositive("length", s.Vertices[1].Sub(s.Vertices[0]).Len(), "m")
	case Polygon:
		return validateConvex(s.Vertices)
	}
	panic("sim: a kind of shape without a rule")
}

// validateConvex demands that the outline turns left at every vertex, and once
// round in all: a pentagram turns left too, but twice round.
func validateConvex(vertices []Vec) error {
	const least = 1e-6 // rad; flatter corners have no normal worth the name
	n, sum := len(vertices), 0.0
	for i, v := range vertices {
		in, out := v.Sub(vertices[(i+n-1)%n]), vertices[(i+1)%n].Sub(v)
		if out.Len() < MinMagnitude {
			return fmt.Errorf("vertex %d: edge of %v m must be > 0", i, out.Len())
		}
		turn := math.Atan2(in.Cross(out), in.Dot(out))
		if turn < least || turn > math.Pi-least {
			return fmt.Errorf("vertex %d: turn %v rad must be within (0, π): polygons are convex and counter-clockwise", i, turn)
		}
		sum += turn
	}
	if sum > 3*math.Pi {
		return fmt.Errorf("polygon winds %.0f times round and must do so once", sum/(2*math.Pi))
	}
	return nil
}

func checkName(name string) error {
	if !utf8.ValidString(name) {
		return fmt.Errorf("name %q must be UTF-8", name)
	}
	if len(name) > maxNameBytes {
		return fmt.Errorf("name of %d bytes must have at most %d", len(name), maxNameBytes)
	}
	return nil
}

// checkGivenName is checkName for what must have a name.
func checkGivenName(name string) error {
	if name == "" {
		return errors.New("name must not be empty")
	}
	return checkName(name)
}

func checkCount(what string, n, least, most int) error {
	if n < least || n > most {
		return fmt.Errorf("%s %d must be %d to %d", what, n, least, most)
	}
	return nil
}

func checkVec(what string, v Vec) error {
	if checkNumber("", v.X, "") == nil && checkNumber("", v.Y, "") == nil {
		return nil // without a word of what is right
	}
	return cmp.Or(checkNumber(what+" x", v.X, ""), checkNumber(what+" y", v.Y, ""))
}

func checkNumber(what string, v float64, unit string) error {
	return checkRange(what, v, unit, -MaxMagnitude, MaxMagnitude)
}

func checkPositive(what string, v float64, unit string) error {
	if v <= 0 {
		return fmt.Errorf("%s must be > 0", quantity(what, v, unit))
	}
	return checkRange(what, v, unit, MinMagnitude, MaxMagnitude)
}

// checkRange is written so that NaN fails it.
func checkRange(what string, v float64, unit string, least, most float64) error {
	if v >= least && v <= most {
		return nil
	}
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return fmt.Errorf("%s must be finite", quantity(what, v, unit))
	}
	return fmt.Errorf("%s must be %v to %v", quantity(what, v, unit), least, most)
}

func quantity(what string, v float64, unit string) string {
	if unit == "" {
		return fmt.Sprintf("%s %v", what, v)
	}
	return fmt.Sprintf("%s %v %s", what, v, unit)
}
