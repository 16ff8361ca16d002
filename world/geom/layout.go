package geom

import (
	"cmp"
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
	boxes  []box   // of the shapes
	moving int     // shapes of bodies
	order  []int   // shapes by the left side of their box; kept between calls because it hardly changes
	pairs  []pair  // scratch
}

// shape is a hull in its body's frame and in the world.
type shape struct {
	body       int  // Wall for a wall
	group      int  // shapes of one group, other than 0, pass through each other
	fixed      bool // moved by nothing it touches
	friction   float64
	elasticity float64
	local      hull
	hull       hull
}

// box is what a shape spans along the axes.
type box struct{ left, bottom, right, top float64 }

// pair is two shapes, the lower index in the upper half.
type pair uint64

func newPair(i, k int) pair { return pair(min(i, k))<<32 | pair(max(i, k)) }

func (p pair) shapes() (i, k int) { return int(p >> 32), int(p & math.MaxUint32) }

// NewLayout prepares the shapes of scene, which must be valid.
func NewLayout(scene *sim.Scene) *Layout {
	l := &Layout{}
	for i := range scene.Bodies {
		b := &scene.Bodies[i]
		l.add(shape{body: i, group: b.Group, fixed: b.Kind == sim.Kinematic}, b.Shapes)
	}
	l.moving = len(l.shapes)
	l.add(shape{body: Wall, fixed: true}, scene.Walls)
	l.boxes = make([]box, len(l.shapes))
	l.place(l.moving, len(l.shapes), sim.State{})
	l.order = make([]int, len(l.shapes))
	for i := range l.order {
		l.order[i] = i
	}
	return l
}

// add appends the shapes of one body, or the walls, like the given one.
func (l *Layout) add(like shape, shapes []sim.Shape) {
	for i := range shapes {
		s := &shapes[i]
		like.friction, like.elasticity = s.Friction, s.Elasticity
		like.local = newHull(s.Vertices, s.Radius)
		like.hull = like.local.blank()
		l.shapes = append(l.shapes, like)
	}
}

// Contacts appends to dst every pair of points closer than margin metres at
// state, which holds one entry per body of the scene, and returns the extended
// slice. Two shapes share at most two points. Pairs that nothing could push
// apart (two walls, a wall and a kinematic body, two kinematic bodies, one body
// and itself, bodies of one Group) are left out. Contacts come in the order of their IDs: by the shapes
// of A from the scene's first body to its last, then those of B, walls last.
func (l *Layout) Contacts(dst []Contact, state sim.State, margin float64) []Contact {
	l.place(0, l.moving, state)
	l.findPairs(margin)
	var points [2]point
	for _, p := range l.pairs {
		i, k := p.shapes()
		a, b := &l.shapes[i], &l.shapes[k]
		n, away := collide(&points, &a.hull, &b.hull, margin)
		for _, at := range points[:n] {
			c := Contact{
				A: a.body, B: b.body, Normal: away.Scale(-1), Gap: at.gap,
				ArmA: at.onA.Sub(state[a.body].Position()), ArmB: at.onB,
				Friction: a.friction * b.friction, Elasticity: a.elasticity * b.elasticity,
				ID: uint64(p)<<1 | uint64(at.end),
			}
			if b.body != Wall {
				c.ArmB = c.ArmB.Sub(state[b.body].Position())
			}
			dst = append(dst, c)
		}
	}
	return dst
}

// findPairs lists the pairs of shapes whose boxes are closer than margin, in
// order, by a sweep from left to right.
func (l *Layout) findPairs(margin float64) {
	slices.SortFunc(l.order, func(i, k int) int { return cmp.Compare(l.boxes[i].left, l.boxes[k].left) })
	l.pairs = l.pairs[:0]
	for n, i := range l.order {
		a := &l.boxes[i]
		for _, k := range l.order[n+1:] {
			b := &l.boxes[k]
			if b.left > a.right+margin {
				break
			}
			if a.bottom > b.top+margin || b.bottom > a.top+margin {
				continue
			}
			s, t := &l.shapes[i], &l.shapes[k]
			if s.body != t.body && !(s.fixed && t.fixed) && (s.group == 0 || s.group != t.group) {
				l.pairs = append(l.pairs, newPair(i, k))
			}
		}
	}
	slices.Sort(l.pairs)
}

// place moves the shapes from…to, to excluded, to where their bodies are.
func (l *Layout) place(from, to int, state sim.State) {
	body, pose, sin, cos := Wall, sim.Vec{}, 0.0, 1.0
	for i := from; i < to; i++ {
		s := &l.shapes[i]
		if s.body != body {
			body, pose = s.body, state[s.body].Position()
			sin, cos = math.Sincos(state[s.body].Angle)
		}
		b := box{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
		for k, v := range s.local.vertices {
			v = sim.Vec{X: pose.X + cos*v.X - sin*v.Y, Y: pose.Y + sin*v.X + cos*v.Y}
			s.hull.vertices[k] = v
			b = box{min(b.left, v.X), min(b.bottom, v.Y), max(b.right, v.X), max(b.top, v.Y)}
		}
		for k, n := range s.local.normals {
			s.hull.normals[k] = sim.Vec{X: cos*n.X - sin*n.Y, Y: sin*n.X + cos*n.Y}
		}
		r := s.hull.radius
		l.boxes[i] = box{b.left - r, b.bottom - r, b.right + r, b.top + r}
	}
}
