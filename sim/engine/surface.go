package engine

import (
	"github.com/jakecoffman/cp/v2"

	"orrery/sim"
)

// paired is the collision type of shapes whose materials may be those of a sim.Pair. All
// others have type 0, for which the library calls nobody.
const paired cp.CollisionType = 1

// addSurface tells the library what a shape does to whatever touches it.
func (s *space) addSurface(made *cp.Shape, shape *sim.Shape) {
	made.SetFriction(shape.Friction)
	made.SetElasticity(shape.Elasticity)
	if len(s.scene.Pairs) == 0 || shape.Material == "" {
		return
	}
	made.SetCollisionType(paired)
	s.NewCollisionHandler(paired, paired).PreSolveFunc = s.pair // the one that is there, if one is
}

// pair gives two shapes that touch what their materials have together. The library calls
// it in every step after it has taken the product, and before the velocities of any
// contact are solved for. It changes nothing but this contact, so the order in which
// contacts come here does not matter.
func (s *space) pair(arbiter *cp.Arbiter, _ *cp.Space, _ any) bool {
	a, b := arbiter.Shapes()
	surface := s.scene.Contact(s.shapeOf(a), s.shapeOf(b))
	*arbiterFriction.of(arbiter), *arbiterElasticity.of(arbiter) = surface.Friction, surface.Elasticity
	return true
}

// shapeOf returns the shape of the scene that the library's shape was made of.
func (s *space) shapeOf(shape *cp.Shape) *sim.Shape {
	o := shape.UserData.(owner)
	if o.body == sim.World {
		return &s.scene.Walls[o.shape]
	}
	return &s.scene.Bodies[o.body].Shapes[o.shape]
}
