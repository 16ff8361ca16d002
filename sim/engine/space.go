package engine

import (
	"cmp"
	"math"
	"slices"
	"sync"

	"github.com/jakecoffman/cp/v2"

	"orrery/sim"
)

// A space that is used again must step like a new one. Everything in cp.Space that
// outlives the removal of shapes and bodies is either overwritten before use
// (pools, contact buffers) or only ever compared with itself (stamps), except two:
//
//   - The counter that numbers shapes. A shape's number hashes its contact points
//     and, modulo the size of the hash table of moving shapes, gives the order in
//     which their boxes enter the tree, hence the order of contacts in the solver.
//   - The size of that table, which grows with its load and never shrinks.
//
// So a space is used again only for scenes whose table has the same size, and its
// counter is set anew for each.

// tableSizes are the sizes of cp's hash tables (hashset.go there). A table holds
// fewer entries than its size. Beyond the last, a new space costs little beside
// the scene, and clearing an old one, quadratic in shapes, costs more.
var tableSizes = [...]int{5, 13, 23, 47, 97, 193}

// tableSize returns the size of the table of a scene's moving shapes, or 0 if it
// is not listed.
func tableSize(scene *sim.Scene) int {
	moving := 0
	for i := range scene.Bodies {
		moving += len(scene.Bodies[i].Shapes)
	}
	for _, size := range tableSizes {
		if moving < size {
			return size
		}
	}
	return 0
}

// library is held while bodies are made: cp numbers them in a global variable.
var library sync.Mutex

// space is a cp.Space with what it contains.
type space struct {
	*cp.Space
	table  int // size of the hash table of moving shapes, 0 if never used again
	bodies []*cp.Body
	shapes []*cp.Shape
	joints []*cp.Constraint

	scene    *sim.Scene
	action   sim.Action // that the actuators follow
	wrenches []wrench   // on each body, for push
}

// owner is the UserData of a shape: the index of its body, or sim.World, and its
// own index there.
type owner struct{ body, shape int }

func newSpace(table int) *space {
	library.Lock()
	defer library.Unlock()
	return &space{Space: cp.NewSpace(), table: table}
}

// clear removes everything.
func (s *space) clear() {
	for i := len(s.joints) - 1; i >= 0; i-- { // the last is found first
		s.RemoveConstraint(s.joints[i])
	}
	for _, shape := range s.shapes {
		s.RemoveShape(shape)
	}
	for _, body := range s.bodies {
		s.RemoveBody(body)
	}
	s.joints, s.shapes, s.bodies = s.joints[:0], s.shapes[:0], s.bodies[:0]
}

// defaultBias is the share of an overlap that a new space leaves after a second.
var defaultBias = math.Pow(0.9, 60)

// fill puts a scene in a state into the empty space.
func (s *space) fill(scene *sim.Scene, state sim.State) {
	s.scene = scene
	s.Iterations = uint(scene.Iterations)
	s.SetGravity(cp.Vector(scene.Gravity))
	s.SetDamping(scene.Damping)
	s.SetCollisionSlop(scene.Slop)
	*spaceBias.of(s.Space) = cmp.Or(scene.Bias, defaultBias)
	*spaceNextShape.of(s.Space) = 1
	if scene.ChipmunkOrder {
		*spaceNextShape.of(s.Space) = 0
	}
	for i := range scene.Walls {
		s.addShape(s.StaticBody, &scene.Walls[i], cp.NO_GROUP, owner{sim.World, i})
	}
	for i := range scene.Bodies {
		s.addBody(&scene.Bodies[i], state[i], i)
	}
	s.addForces()
	for i := range scene.Joints {
		s.addJoint(scene, &scene.Joints[i])
	}
	if scene.Primed {
		s.prime(scene.StepTime(), state)
	}
}

// prime has the space find the contacts of a state before it moves on, and begin to undo
// overlaps: it steps the bodies while they are at rest, which moves none, and gives them their
// velocities back.
func (s *space) prime(dt float64, state sim.State) {
	for _, body := range s.bodies {
		body.SetVelocityVector(cp.Vector{})
		body.SetAngularVelocity(0)
	}
	s.action = s.scene.Rest()
	s.Step(dt)
	s.move(state)
}

func (s *space) addBody(b *sim.Body, state sim.BodyState, index int) {
	body := newBody(b)
	setState(body, state)
	s.bodies = append(s.bodies, s.AddBody(body))
	for i := range b.Shapes {
		s.addShape(body, &b.Shapes[i], uint(b.Group), owner{index, i})
	}
}

// move puts the bodies that are there into a state.
func (s *space) move(state sim.State) {
	for i, body := range s.bodies {
		setState(body, state[i])
	}
}

func setState(body *cp.Body, state sim.BodyState) {
	body.SetAngle(state.Angle)
	body.SetPosition(cp.Vector(state.Position()))
	body.SetVelocityVector(cp.Vector(state.Velocity()))
	body.SetAngularVelocity(state.Omega)
}

// addForces gives the bodies what acts on them beside gravity, contacts and joints.
// The library updates velocities in the order of the bodies and after all have
// moved, so the first of them brings the forces on all.
func (s *space) addForces() {
	push := pushes(s.scene)
	if push {
		s.wrenches = slices.Grow(s.wrenches[:0], len(s.bodies))[:len(s.bodies)]
	}
	for i, body := range s.bodies {
		grip := s.scene.Bodies[i].Grip
		leads, slows := push && i == 0, grip != sim.Grip{}
		if !leads && !slows {
			continue
		}
		body.SetVelocityUpdateFunc(func(body *cp.Body, gravity cp.Vector, damping, dt float64) {
			if leads {
				s.push()
			}
			cp.BodyUpdateVelocity(body, gravity, damping, dt)
			if slows {
				slow(body, grip, dt)
			}
		})
	}
}

func newBody(b *sim.Body) *cp.Body {
	library.Lock()
	defer library.Unlock()
	if b.Kind == sim.Kinematic {
		return cp.NewKinematicBody()
	}
	return cp.NewBody(b.Mass, b.Moment)
}

func (s *space) addShape(body *cp.Body, shape *sim.Shape, group uint, o owner) {
	made := newShape(body, shape)
	made.SetFilter(cp.NewShapeFilter(group, cp.ALL_CATEGORIES, cp.ALL_CATEGORIES))
	s.addSurface(made, shape)
	made.UserData = o
	s.shapes = append(s.shapes, s.AddShape(made))
}

func newShape(body *cp.Body, shape *sim.Shape) *cp.Shape {
	vertices := make([]cp.Vector, len(shape.Vertices))
	for i, v := range shape.Vertices {
		vertices[i] = cp.Vector(v)
	}
	switch shape.Kind {
	case sim.Circle:
		return cp.NewCircle(body, shape.Radius, vertices[0])
	case sim.Segment:
		return cp.NewSegment(body, vertices[0], vertices[1], shape.Radius)
	case sim.Polygon:
		return cp.NewPolyShapeRaw(body, len(vertices), vertices, shape.Radius)
	}
	panic(unknownShape)
}

// state overwrites dst with the state of all bodies and returns it.
func (s *space) state(dst sim.State) sim.State {
	dst = dst[:0]
	for _, body := range s.bodies {
		p, v := body.Position(), body.Velocity()
		dst = append(dst, sim.BodyState{X: p.X, Y: p.Y, Angle: body.Angle(), VX: v.X, VY: v.Y, Omega: body.AngularVelocity()})
	}
	return dst
}
