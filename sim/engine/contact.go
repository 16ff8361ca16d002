package engine

import (
	"cmp"
	"reflect"
	"slices"

	"github.com/jakecoffman/cp/v2"

	"orrery/sim"
)

// Contact is a point where body A touched body B or a wall in the last step.
type Contact struct {
	A, B           int     // body indices, A < B unless B is sim.World, a wall
	ShapeA, ShapeB int     // indices among the body's shapes, or among the walls
	Normal         sim.Vec // unit vector from B to A
	Gap            float64 // m, the distance of the surfaces along Normal, ≤ 0
	PointA, PointB sim.Vec // m, on the surface of each

	// The impulse on A, in N·s, along Normal and along Normal turned by a quarter
	// counter-clockwise. When a contact comes back within three steps these
	// include its former impulse, which the engine took as a first guess.
	NormalImpulse, TangentImpulse float64 // N·s
}

// Contacts returns the points that touched in the last step, ordered by A, B,
// ShapeA, ShapeB and then along the tangent. There are none before the first step.
func (e *Engine) Contacts() []Contact {
	if e.space == nil {
		return nil
	}
	var contacts []Contact
	for i, body := range e.space.bodies {
		body.EachArbiter(func(arbiter *cp.Arbiter) {
			shapeA, shapeB := arbiter.Shapes() // EachArbiter puts body first
			a, b := shapeA.UserData.(owner), shapeB.UserData.(owner)
			if b.body != sim.World && b.body < i {
				return // already found from the other side
			}
			normal := sim.Vec(arbiter.Normal()).Scale(-1)
			set := arbiter.ContactPointSet()
			for k, point := range set.Points[:set.Count] {
				n, t := impulse(arbiter, k)
				contacts = append(contacts, Contact{
					A: a.body, B: b.body, ShapeA: a.shape, ShapeB: b.shape,
					Normal: normal, Gap: point.Distance,
					PointA: sim.Vec(point.PointA), PointB: sim.Vec(point.PointB),
					NormalImpulse: n, TangentImpulse: t,
				})
			}
		})
	}
	slices.SortStableFunc(contacts, func(c, d Contact) int {
		return cmp.Or(cmp.Compare(c.A, d.A), cmp.Compare(c.B, d.B),
			cmp.Compare(c.ShapeA, d.ShapeA), cmp.Compare(c.ShapeB, d.ShapeB),
			cmp.Compare(c.Normal.Cross(c.PointA), d.Normal.Cross(d.PointA)))
	})
	return contacts
}

// impulse returns the impulse of one point of an arbiter along its normal and its
// tangent. The library only offers their sum over the points and keeps the parts
// in private fields, which reflection may read. The signs are right whichever
// body is A: turning both normal and force round changes neither component.
func impulse(arbiter *cp.Arbiter, point int) (normal, tangent float64) {
	contact := reflect.ValueOf(arbiter).Elem().FieldByName("contacts").Index(point)
	return contact.FieldByName("jnAcc").Float(), contact.FieldByName("jtAcc").Float()
}
