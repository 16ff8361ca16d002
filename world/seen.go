package world

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"orrery/sim"
	"orrery/world/geom"
)

// Range is from the least to the greatest of some values. A Range of no values has
// Least and Most 0.
type Range struct {
	Least float64 `json:"least"`
	Most  float64 `json:"most"`
}

// Holds reports whether x lies in the range, ends included. It is false for NaN.
func (r Range) Holds(x float64) bool { return r.Least <= x && x <= r.Most }

// ranging collects the values of a Range.
type ranging struct {
	Range
	any bool
}

func (r *ranging) add(x float64) {
	if !r.any {
		r.Range, r.any = Range{x, x}, true
	}
	r.Least, r.Most = min(r.Least, x), max(r.Most, x)
}

// Seen is what the training data of a model had in it. It tells for which scenes the
// model was made, and what it has never met. See SeenIn.
type Seen struct {
	FrameTime  float64 `json:"frame_time"` // s, of the first episode
	Substeps   Range   `json:"substeps"`   // engine steps in a frame
	Bodies     Range   `json:"bodies"`     // number of bodies in a scene
	Size       Range   `json:"size"`       // m, sim.Body.Reach of every body
	Mass       Range   `json:"mass"`       // kg, of dynamic bodies
	Gravity    Range   `json:"gravity"`    // m/s², length of the scenes' gravity
	Damping    Range   `json:"damping"`    // share of its velocity a body keeps per second
	Friction   Range   `json:"friction"`   // coefficient, of shapes of bodies and walls
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

// SeenIn returns what trajectories have in them.
func SeenIn(trajectories []*sim.Trajectory) Seen {
	var s Seen
	var substeps, bodies, size, mass, gravity, damping, friction, elasticity ranging
	shape := func(x *sim.Shape) {
		s.Shapes = append(s.Shapes, x.Kind)
		friction.add(x.Friction)
		elasticity.add(x.Elasticity)
	}
	for i, t := range trajectories {
		scene := t.Scene
		if i == 0 {
			s.FrameTime = scene.FrameTime()
		}
		substeps.add(float64(scene.Substeps))
		bodies.add(float64(len(scene.Bodies)))
		gravity.add(scene.Gravity.Len())
		damping.add(scene.Damping)
		for i := range scene.Bodies {
			b := &scene.Bodies[i]
			s.Movers = append(s.Movers, b.Kind)
			size.add(b.Reach())
			if b.Kind == sim.Dynamic {
				mass.add(b.Mass)
			}
			s.Grip = s.Grip || b.Grip != sim.Grip{}
			s.Compound = s.Compound || len(b.Shapes) > 1
			for i := range b.Shapes {
				shape(&b.Shapes[i])
			}
		}
		s.Walls = s.Walls || len(scene.Walls) > 0
		for i := range scene.Walls {
			shape(&scene.Walls[i])
		}
		for i := range scene.Joints {
			s.Joints = append(s.Joints, scene.Joints[i].Kind)
		}
		for i := range scene.Fields {
			s.Fields = append(s.Fields, scene.Fields[i].Kind)
		}
		for i := range scene.Actuators {
			s.Actuators = append(s.Actuators, scene.Actuators[i].Kind)
		}
		s.watch(t)
		s.Movers, s.Shapes = known(s.Movers, sim.BodyKinds()), known(s.Shapes, sim.ShapeKinds())
		s.Joints, s.Fields = known(s.Joints, sim.JointKinds()), known(s.Fields, sim.FieldKinds())
		s.Actuators = known(s.Actuators, sim.ActuatorKinds())
	}
	s.Substeps, s.Bodies, s.Size = substeps.Range, bodies.Range, size.Range
	s.Mass, s.Gravity = mass.Range, gravity.Range
	s.Damping, s.Friction, s.Elasticity = damping.Range, friction.Range, elasticity.Range
	return s
}

// watch adds what happens in a trajectory.
func (s *Seen) watch(t *sim.Trajectory) {
	detector := geom.NewDetector(t.Scene)
	var near []geom.Clearance
	for _, state := range t.States {
		for i := range state {
			s.Speed = max(s.Speed, state[i].Velocity().Len())
			s.Spin = max(s.Spin, math.Abs(state[i].Omega))
		}
		if !s.Touches {
			near = detector.Clearances(near[:0], state, 0)
			s.Touches = len(near) > 0
		}
	}
}

// known returns those of all kinds that are in list, or nil.
func known[K ~string](list, all []K) []K {
	var out []K
	for _, kind := range all {
		if slices.Contains(list, kind) {
			out = append(out, kind)
		}
	}
	return out
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
		checkKinds("movers", s.Movers, sim.BodyKinds()),
		checkKinds("shapes", s.Shapes, sim.ShapeKinds()),
		CheckBonds(s.Joints, s.Fields),
		checkKinds("actuators", s.Actuators, sim.ActuatorKinds()),
	); err != nil {
		return fmt.Errorf("seen: %w", err)
	}
	return nil
}
