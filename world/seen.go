package world

import (
	"cmp"
	"fmt"
	"math"

	"orrery/sim"
)

// Range is from the least to the greatest of some values, in their unit. A Range of no
// values has Least and Most 0.
type Range struct {
	Least float64 `json:"least"`
	Most  float64 `json:"most"`
}

// Holds reports whether x, in the unit of the range, lies in it, ends included. It is false for NaN.
func (r Range) Holds(x float64) bool { return r.Least <= x && x <= r.Most }

// Seen describes the training data of a model. It tells for which scenes the
// model was made, and what it has never met. Package world/choose gathers it.
type Seen struct {
	FrameTime  float64 `json:"frame_time"` // s, of the first episode
	Substeps   Range   `json:"substeps"`   // engine steps in a frame
	Bodies     Range   `json:"bodies"`     // number of bodies in a scene
	Size       Range   `json:"size"`       // m, sim.Body.Reach of every body
	Mass       Range   `json:"mass"`       // kg, of dynamic bodies
	Gravity    Range   `json:"gravity"`    // m/s², length of the scenes' gravity
	Damping    Range   `json:"damping"`    // share of its velocity a body keeps per second
	Friction   Range   `json:"friction"`   // coefficient, of shapes of bodies and walls, and the square root of a sim.Pair's
	Elasticity Range   `json:"elasticity"` // coefficient of restitution, likewise
	Speed      float64 `json:"speed"`      // m/s, greatest of any body in any frame
	Spin       float64 `json:"spin"`       // rad/s, greatest angular speed of any body in any frame
	Touches    bool    `json:"touches"`    // in some frame two shapes touch
	Walls      bool    `json:"walls"`      // some scene has a wall
	Grip       bool    `json:"grip"`       // some body rubs on the ground
	Compound   bool    `json:"compound"`   // some body has more than one shape

	// The kinds that occur, each once, in the order of sim's lists of kinds.
	Movers    []sim.BodyKind     `json:"movers"` // of bodies
	Shapes    []sim.ShapeKind    `json:"shapes"` // of bodies and walls
	Joints    []sim.JointKind    `json:"joints"`
	Fields    []sim.FieldKind    `json:"fields"`
	Actuators []sim.ActuatorKind `json:"actuators"`
}

// Validate returns an error that names the first value out of range.
func (s *Seen) Validate() error {
	for _, r := range []struct {
		name string
		Range
	}{
		{"frame_time", Range{s.FrameTime, s.FrameTime}}, {"substeps", s.Substeps}, {"bodies", s.Bodies}, {"size", s.Size}, {"mass", s.Mass},
		{"gravity", s.Gravity}, {"damping", s.Damping}, {"friction", s.Friction}, {"elasticity", s.Elasticity},
		{"speed", Range{s.Speed, s.Speed}}, {"spin", Range{s.Spin, s.Spin}},
	} {
		if !(0 <= r.Least && r.Least <= r.Most && r.Most <= math.MaxFloat64) {
			return fmt.Errorf("seen: %s from %v to %v must be ≥ 0, finite and in order", r.name, r.Least, r.Most)
		}
	}
	if err := cmp.Or(
		checkKinds("movers", s.Movers, sim.Kinds[sim.BodyKind]()),
		checkKinds("shapes", s.Shapes, sim.Kinds[sim.ShapeKind]()),
		CheckBonds(s.Joints, s.Fields),
		checkKinds("actuators", s.Actuators, sim.Kinds[sim.ActuatorKind]()),
	); err != nil {
		return fmt.Errorf("seen: %w", err)
	}
	return nil
}
