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
	boxes  []box   // that the shapes cannot reach out of
	moving int     // shapes of bodies
	few    []pair  // all that could be pushed apart, where shapes are few
	order  []int   // shapes by the left side of their box; kept between calls because it hardly changes
	pairs  []pair  // scratch
	turns  []turn  // of the bodies
}

// turn is the sine and cosine of an angle.
type turn struct{ angle, sin, cos float64 }

// to turns to another angle.
func (t *turn) to(angle float64) {
	if angle != t.angle {
		t.angle = angle
		t.sin, t.cos = math.Sincos(angle)
	}
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
	centre     sim.Vec // m, of a circle round local
	reach      float64 // m, its radius, rounding included
	central    bool    // centre is the centre of mass
	disc       bool    // a circle about the centre of mass, which turning does not change
	pose       pose    // that its box belongs to
	placed     bool    // hull is at pose
}

// pose is where a body is.
type pose struct{ x, y, angle float64 }

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
	for i := l.moving; i < len(l.shapes); i++ {
		s := &l.shapes[i]
		s.placeAt(sim.Vec{}, turn{cos: 1})
		l.boxes[i] = s.hull.box()
	}
	l.turns = slices.Repeat([]turn{{cos: 1}}, len(scene.Bodies))
	if l.moving <= fewShapes && len(l.shapes) <= 2*fewShapes {
		for i := range l.moving {
			for k := i + 1; k < len(l.shapes); k++ {
				l.few = l.appendPair(l.few, i, k)
			}
		}
		return l
	}
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
		like.pose.angle = math.NaN() // nowhere yet
		like.friction, like.elasticity = s.Friction, s.Elasticity
		like.local = newHull(s.Vertices, s.Radius)
		like.hull = like.local.blank()
		like.centre, like.reach = like.local.circle()
		like.central = like.centre == sim.Vec{}
		like.disc = len(s.Vertices) == 1 && s.Vertices[0] == sim.Vec{}
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
	l.place(state)
	l.findPairs(margin)
	var points [2]point
	for _, p := range l.pairs {
		i, k := p.shapes()
		a, b := l.placed(i, state), l.placed(k, state)
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

// Clearance is how far two shapes are apart that may still come to touch.
type Clearance struct {
	A, B   int     // body indices, as in Contact
	Normal sim.Vec // unit vector from B to A along which they are apart
	Gap    float64 // m, along Normal; negative when the shapes overlap
}

// Clearances is Contacts for those who need not know where shapes would touch: it
// appends one Clearance for every two shapes closer than margin metres.
func (l *Layout) Clearances(dst []Clearance, state sim.State, margin float64) []Clearance {
	l.place(state)
	l.findPairs(margin)
	for _, p := range l.pairs {
		i, k := p.shapes()
		a, b := l.placed(i, state), l.placed(k, state)
		radii := a.hull.radius + b.hull.radius
		if away, distance := separation(&a.hull, &b.hull, radii+margin); distance <= radii+margin {
			dst = append(dst, Clearance{a.body, b.body, away.Scale(-1), distance - radii})
		}
	}
	return dst
}

// fewShapes is up to which number of moving shapes looking at every pair is faster
// than sorting.
const fewShapes = 16

// findPairs lists the pairs of shapes whose boxes are closer than margin, in order.
func (l *Layout) findPairs(margin float64) {
	l.pairs = l.pairs[:0]
	if len(l.order) == 0 {
		for _, p := range l.few {
			i, k := p.shapes()
			if l.boxes[i].near(&l.boxes[k], margin) {
				l.pairs = append(l.pairs, p)
			}
		}
		return
	}
	slices.SortFunc(l.order, func(i, k int) int { return cmp.Compare(l.boxes[i].left, l.boxes[k].left) })
	for n, i := range l.order {
		a := &l.boxes[i]
		for _, k := range l.order[n+1:] {
			b := &l.boxes[k]
			if b.left > a.right+margin {
				break
			}
			if a.near(b, margin) {
				l.pairs = l.appendPair(l.pairs, i, k)
			}
		}
	}
	slices.Sort(l.pairs)
}

// near reports whether two boxes are closer than margin along both axes.
func (b *box) near(c *box, margin float64) bool {
	return b.left <= c.right+margin && c.left <= b.right+margin && b.bottom <= c.top+margin && c.bottom <= b.top+margin
}

// appendPair lists two shapes unless nothing could push them apart.
func (l *Layout) appendPair(dst []pair, i, k int) []pair {
	s, t := &l.shapes[i], &l.shapes[k]
	if s.body != t.body && !(s.fixed && t.fixed) && (s.group == 0 || s.group != t.group) {
		dst = append(dst, newPair(i, k))
	}
	return dst
}

// place moves the boxes of shapes whose bodies have moved. Hulls follow when they are
// needed.
func (l *Layout) place(state sim.State) {
	for i := range l.moving {
		s := &l.shapes[i]
		b := &state[s.body]
		now := pose{b.X, b.Y, b.Angle}
		if now == s.pose {
			continue
		}
		s.pose, s.placed = now, false
		centre := sim.Vec{X: b.X, Y: b.Y}
		if !s.central {
			t := &l.turns[s.body]
			t.to(b.Angle)
			centre = centre.Add(t.apply(s.centre))
		}
		l.boxes[i] = box{centre.X - s.reach, centre.Y - s.reach, centre.X + s.reach, centre.Y + s.reach}
	}
}

// placed returns shape i with its hull where its body is.
func (l *Layout) placed(i int, state sim.State) *shape {
	s := &l.shapes[i]
	if !s.placed {
		t := &l.turns[s.body]
		if !s.disc {
			t.to(state[s.body].Angle)
		}
		s.placeAt(state[s.body].Position(), *t)
	}
	return s
}

// placeAt moves the hull to a position and an angle.
func (s *shape) placeAt(at sim.Vec, t turn) {
	s.placed = true
	for k, v := range s.local.vertices {
		s.hull.vertices[k] = at.Add(t.apply(v))
	}
	for k, n := range s.local.normals {
		s.hull.normals[k] = t.apply(n)
	}
}

func (t turn) apply(v sim.Vec) sim.Vec {
	return sim.Vec{X: t.cos*v.X - t.sin*v.Y, Y: t.sin*v.X + t.cos*v.Y}
}
