package choose

import (
	"math"
	"slices"

	"orrery/sim"
	"orrery/world"
	"orrery/world/geom"
)

// SeenIn returns what trajectories have in them.
func SeenIn(trajectories []*sim.Trajectory) world.Seen {
	var s Sight
	for _, t := range trajectories {
		s.Add(t)
	}
	return s.Seen()
}

// Sight gathers a world.Seen, one trajectory after another. Its zero value has seen nothing.
type Sight struct {
	seen world.Seen
	any  bool

	substeps, bodies, size, mass, gravity, damping, friction, elasticity ranging
}

// Seen returns what has been added.
func (s *Sight) Seen() world.Seen {
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
	s.addPairs(scene)
	for i := range scene.Joints {
		seen.Joints = append(seen.Joints, scene.Joints[i].Kind)
	}
	for i := range scene.Fields {
		seen.Fields = append(seen.Fields, scene.Fields[i].Kind)
	}
	for i := range scene.Actuators {
		seen.Actuators = append(seen.Actuators, scene.Actuators[i].Kind)
	}
	seen.Movers, seen.Shapes = known(seen.Movers, sim.Kinds[sim.BodyKind]()), known(seen.Shapes, sim.Kinds[sim.ShapeKind]())
	seen.Joints, seen.Fields = known(seen.Joints, sim.Kinds[sim.JointKind]()), known(seen.Fields, sim.Kinds[sim.FieldKind]())
	seen.Actuators = known(seen.Actuators, sim.Kinds[sim.ActuatorKind]())
	s.watch(t)
}

func (s *Sight) addShapes(shapes []sim.Shape) {
	for i := range shapes {
		s.seen.Shapes = append(s.seen.Shapes, shapes[i].Kind)
		s.friction.add(shapes[i].Friction)
		s.elasticity.add(shapes[i].Elasticity)
	}
}

// addPairs adds the pairs of materials that could meet in a scene, as two shapes alike that
// have together what the pair has.
func (s *Sight) addPairs(scene *sim.Scene) {
	if len(scene.Pairs) == 0 {
		return
	}
	there := map[string]bool{}
	note := func(shapes []sim.Shape) {
		for i := range shapes {
			there[shapes[i].Material] = true
		}
	}
	note(scene.Walls)
	for i := range scene.Bodies {
		note(scene.Bodies[i].Shapes)
	}
	for i := range scene.Pairs {
		if p := &scene.Pairs[i]; there[p.A] && there[p.B] {
			s.friction.add(math.Sqrt(p.Friction))
			s.elasticity.add(math.Sqrt(p.Elasticity))
		}
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

// ranging collects the values of a Range.
type ranging struct {
	world.Range
	any bool
}

func (r *ranging) add(x float64) {
	if !r.any {
		r.Range, r.any = world.Range{Least: x, Most: x}, true
	}
	r.Least, r.Most = min(r.Least, x), max(r.Most, x)
}
