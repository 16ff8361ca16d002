package geom

import (
	"math"
	"slices"

	"orrery/sim"
)

// Wall is the body index of a contact whose second side is a wall.
const Wall = -1

// Contact is a place where two shapes touch (Gap ≤ 0) or nearly touch.
type Contact struct {
	A, B       int     // body indices; B is Wall for a wall, else A < B
	Normal     sim.Vec // unit vector from B to A
	Gap        float64 // m, negative when the shapes overlap
	ArmA, ArmB sim.Vec // m, from each centre of mass to its contact point; ArmB is from the origin for a wall
	Friction   float64 // product of the two shapes' frictions
	Elasticity float64 // product of the two shapes' elasticities
	ID         uint64  // the same for the same pair of shapes and end of the touching edges at every frame
}

// Layout is a scene's shapes, ready to be placed at a state.
type Layout struct {
	shapes []shape // those of the bodies in order, then the walls
	walls  int     // index of the first wall
	order  []int   // body shapes by the left side of their box; kept between calls because it hardly changes
}

// shape is a hull in its own frame and where it was last placed.
type shape struct {
	body     int // Wall for a wall
	fixed    bool
	radius   float64
	friction float64
	bounce   float64
	local    []sim.Vec
	hull     hull
	box      box
}

type box struct{ left, bottom, right, top float64 }

func (b *box) overlaps(c *box, margin float64) bool {
	return b.left <= c.right+margin && c.left <= b.right+margin && b.bottom <= c.top+margin && c.bottom <= b.top+margin
}

// NewLayout prepares the shapes of scene, which must be valid.
func NewLayout(scene *sim.Scene) *Layout {
	l := &Layout{}
	add := func(body int, fixed bool, s *sim.Shape) {
		l.shapes = append(l.shapes, shape{
			body: body, fixed: fixed, radius: s.Radius, friction: s.Friction, bounce: s.Elasticity,
			local: s.Vertices, hull: newHull(len(s.Vertices), s.Radius),
		})
	}
	for i := range scene.Bodies {
		b := &scene.Bodies[i]
		for k := range b.Shapes {
			add(i, b.Kind == sim.Kinematic, &b.Shapes[k])
		}
	}
	l.walls = len(l.shapes)
	for k := range scene.Walls {
		add(Wall, true, &scene.Walls[k])
		l.shapes[len(l.shapes)-1].place(sim.BodyState{})
	}
	l.order = make([]int, l.walls)
	for i := range l.order {
		l.order[i] = i
	}
	return l
}

// Contacts appends to dst every pair of points closer than margin metres at
// state, which holds one entry per body of the scene, and returns the extended
// slice. Two shapes share at most two points. Pairs that nothing could push
// apart (two walls, two kinematic bodies) are left out. Contacts come ordered by
// A, B and shape.
func (l *Layout) Contacts(dst []Contact, state sim.State, margin float64) []Contact {
	for i := range l.shapes[:l.walls] {
		s := &l.shapes[i]
		s.place(state[s.body])
	}
	first := len(dst)
	for i := range l.shapes[:l.walls] {
		s := &l.shapes[i]
		if s.fixed {
			continue
		}
		for k := l.walls; k < len(l.shapes); k++ {
			dst = l.touch(dst, state, i, k, margin)
		}
	}
	l.sortByLeft()
	for n, i := range l.order {
		a := &l.shapes[i]
		for _, k := range l.order[n+1:] {
			b := &l.shapes[k]
			if b.box.left > a.box.right+margin {
				break
			}
			if a.body == b.body || a.fixed && b.fixed {
				continue
			}
			dst = l.touch(dst, state, min(i, k), max(i, k), margin)
		}
	}
	slices.SortFunc(dst[first:], func(a, b Contact) int {
		if a.A != b.A {
			return a.A - b.A
		}
		if a.ID < b.ID {
			return -1
		}
		return 1
	})
	return dst
}

// sortByLeft is an insertion sort: between frames the order hardly changes. Ties
// are broken by index so that the past leaves no trace.
func (l *Layout) sortByLeft() {
	for n := 1; n < len(l.order); n++ {
		i, left := l.order[n], l.shapes[l.order[n]].box.left
		m := n
		for ; m > 0; m-- {
			k := l.order[m-1]
			if l.shapes[k].box.left < left || l.shapes[k].box.left == left && k < i {
				break
			}
			l.order[m] = k
		}
		l.order[m] = i
	}
}

// touch appends the contacts of shapes i < k.
func (l *Layout) touch(dst []Contact, state sim.State, i, k int, margin float64) []Contact {
	a, b := &l.shapes[i], &l.shapes[k]
	if !a.box.overlaps(&b.box, margin) {
		return dst
	}
	var points [2]point
	n, normal := collide(&points, &a.hull, &b.hull, margin)
	for p := range points[:n] {
		c := Contact{
			A: a.body, B: b.body, Normal: normal, Gap: points[p].gap,
			ArmA: points[p].onA.Sub(state[a.body].Position()), ArmB: points[p].onB,
			Friction: a.friction * b.friction, Elasticity: a.bounce * b.bounce,
			ID: uint64(i)<<33 | uint64(k)<<1 | uint64(p),
		}
		if b.body != Wall {
			c.ArmB = c.ArmB.Sub(state[b.body].Position())
		}
		dst = append(dst, c)
	}
	return dst
}

// place moves the shape to where its body is.
func (s *shape) place(at sim.BodyState) {
	sin, cos := math.Sincos(at.Angle)
	inf := math.Inf(1)
	s.box = box{inf, inf, -inf, -inf}
	for i, v := range s.local {
		x, y := at.X+cos*v.X-sin*v.Y, at.Y+sin*v.X+cos*v.Y
		s.hull.vertices[i] = sim.Vec{X: x, Y: y}
		s.box.left, s.box.right = min(s.box.left, x), max(s.box.right, x)
		s.box.bottom, s.box.top = min(s.box.bottom, y), max(s.box.top, y)
	}
	s.box.left, s.box.right = s.box.left-s.radius, s.box.right+s.radius
	s.box.bottom, s.box.top = s.box.bottom-s.radius, s.box.top+s.radius
	s.hull.setNormals()
}
