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
	var s Sight
	for _, t := range trajectories {
		s.Add(t)
	}
	return s.Seen()
}

// Sight gathers a Seen, one trajectory after another. Its zero value has seen nothing.
type Sight struct {
	seen Seen
	any  bool

	substeps, bodies, size, mass, gravity, damping, friction, elasticity ranging
}

// Seen returns what has been added.
func (s *Sight) Seen() Seen {
	seen := s.seen
	seen.Substeps, seen.Bodies, seen.Size = s.substeps.Range, s.bodies.Range, s.size.Range
	seen.Mass, seen.Gravity, seen.Damping = s.mass.Range, s.gravity.Range, s.damping.Range
	seen.Friction, seen.Elasticity = s.friction.Range, s.elasticity.Range
	return seen
}

// Add adds what t has in it.
func (s *Sight) Add(t *sim.Trajectory) {
	scene := t.Scene
	if !s.any {
		s.seen.FrameTime, s.any = scene.FrameTime(), true
	}
	s.substeps.add(float64(scene.Substeps))
	s.bodies.add(float64(len(scene.Bodies)))
	s.gravity.add(scene.Gravity.Len())
	s.damping.add(scene.Damping)
	seen := &s.seen
	for i := range scene.Bodies {
		b := &scene.Bodies[i]
		seen.Movers = append(seen.Movers, b.Kind)
		s.size.add(b.Reach())
		if b.Kind == sim.Dynamic {
			s.mass.add(b.Mass)
		}
		seen.Grip = seen.Grip || b.Grip != sim.Grip{}
		seen.Compound = seen.Compound || len(b.Shapes) > 1
		s.addShapes(b.Shapes)
	}
	seen.Walls = seen.Walls || len(scene.Walls) > 0
	s.addShapes(scene.Walls)
	for i := range scene.Joints {
		seen.Joints = append(seen.Joints, scene.Joints[i].Kind)
	}
	for i := range scene.Fields {
		seen.Fields = append(seen.Fields, scene.Fields[i].Kind)
	}
	for i := range scene.Actuators {
		seen.Actuators = append(seen.Actuators, scene.Actuators[i].Kind)
	}
	seen.Movers, seen.Shapes = known(seen.Movers, sim.BodyKinds()), known(seen.Shapes, sim.ShapeKinds())
	seen.Joints, seen.Fields = known(seen.Joints, sim.JointKinds()), known(seen.Fields, sim.FieldKinds())
	seen.Actuators = known(seen.Actuators, sim.ActuatorKinds())
	s.watch(t)
}

func (s *Sight) addShapes(shapes []sim.Shape) {
	for i := range shapes {
		s.seen.Shapes = append(s.seen.Shapes, shapes[i].Kind)
		s.friction.add(shapes[i].Friction)
		s.elasticity.add(shapes[i].Elasticity)
	}
}

// watch adds what happens in a trajectory.
func (s *Sight) watch(t *sim.Trajectory) {
	detector := geom.NewDetector(t.Scene)
	var near []geom.Clearance
	for _, state := range t.States {
		for i := range state {
			s.seen.Speed = max(s.seen.Speed, state[i].Velocity().Len())
			s.seen.Spin = max(s.seen.Spin, math.Abs(state[i].Omega))
		}
		if !s.seen.Touches {
			near = detector.Clearances(near[:0], state, 0)
			s.seen.Touches = len(near) > 0
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
