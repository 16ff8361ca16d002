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
	Friction   float64 // coefficient of the two shapes together, as sim.Scene.Contact says
	Elasticity float64 // coefficient of restitution, likewise
	ID         uint64  // the same for the same pair of shapes and end of the touching edges at every frame
}

// Detector is a scene's shapes, ready to be placed at a state.
type Detector struct {
	shapes []shape     // those of the bodies in order, then the walls
	boxes  []box       // that the shapes cannot reach out of
	moving int         // shapes of bodies
	few    []pair      // all that could be pushed apart, where shapes are few
	order  []int       // shapes by the left side of their box; kept between calls because it hardly changes
	pairs  []pair      // scratch
	near   []Clearance // scratch
	scene  *sim.Scene
	touch  Touch
	turns  []turn // of the bodies
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
	body    int  // Wall for a wall
	group   int  // shapes of one group, other than 0, pass through each other
	fixed   bool // moved by nothing it touches
	of      *sim.Shape
	local   hull
	hull    hull
	centre  sim.Vec // m, of a circle round local
	reach   float64 // m, its radius, rounding included
	central bool    // centre is the centre of mass
	disc    bool    // a circle about the centre of mass, which turning does not change
	pose    pose    // that its box belongs to
	placed  bool    // hull is at pose
}

// pose is the place and the angle of a body.
type pose struct{ x, y, angle float64 }

// box has the span of a shape along the axes.
type box struct{ left, bottom, right, top float64 }

// pair is two shapes, the lower index in the upper half.
type pair uint64

func newPair(i, k int) pair { return pair(min(i, k))<<32 | pair(max(i, k)) }

func (p pair) shapes() (i, k int) { return int(p >> 32), int(p & math.MaxUint32) }

// NewDetector prepares the shapes of scene, which must be valid and is kept: it must not
// change while the detector is in use.
func NewDetector(scene *sim.Scene) *Detector { return NewDetectorOf(scene, Touch{}) }

// NewDetectorOf is NewDetector for shapes that touch as they do in some source: gaps are
// those between skins.
func NewDetectorOf(scene *sim.Scene, touch Touch) *Detector {
	d := &Detector{scene: scene, touch: touch}
	for i := range scene.Bodies {
		b := &scene.Bodies[i]
		d.add(shape{body: i, group: b.Group, fixed: b.Kind == sim.Kinematic}, b.Shapes)
	}
	d.moving = len(d.shapes)
	d.add(shape{body: Wall, fixed: true}, scene.Walls)
	d.boxes = make([]box, len(d.shapes))
	for i := d.moving; i < len(d.shapes); i++ {
		s := &d.shapes[i]
		s.placeAt(sim.Vec{}, turn{cos: 1})
		d.boxes[i] = s.hull.box()
	}
	d.turns = slices.Repeat([]turn{{cos: 1}}, len(scene.Bodies))
	if d.moving <= fewShapes && len(d.shapes) <= 2*fewShapes {
		for i := range d.moving {
			for k := i + 1; k < len(d.shapes); k++ {
				d.few = d.appendPair(d.few, i, k)
			}
		}
		return d
	}
	d.order = make([]int, len(d.shapes))
	for i := range d.order {
		d.order[i] = i
	}
	return d
}

// add appends the shapes of one body, or the walls, like the given one.
func (d *Detector) add(like shape, shapes []sim.Shape) {
	for i := range shapes {
		s := &shapes[i]
		like.pose.angle = math.NaN() // nowhere yet
		like.of = s
		like.local = newHull(s.Vertices, s.Radius+*d.touch.Skin.Of(s.Kind))
		like.hull = like.local.blank()
		like.centre, like.reach = like.local.circle()
		like.central = like.centre == sim.Vec{}
		like.disc = len(s.Vertices) == 1 && s.Vertices[0] == sim.Vec{}
		d.shapes = append(d.shapes, like)
	}
}

// Contacts appends to dst every pair of points closer than margin metres at
// state, which holds one entry per body of the scene, and returns the extended
// slice. Two shapes share at most two points. Pairs that nothing could push
// apart (two walls, a wall and a kinematic body, two kinematic bodies, one body
// and itself, bodies of one Group) are left out. Contacts come in the order of their IDs: by the shapes
// of A from the scene's first body to its last, then those of B, walls last.
func (d *Detector) Contacts(dst []Contact, state sim.State, margin float64) []Contact {
	d.place(state)
	d.findPairs(margin)
	var points [2]point
	for _, p := range d.pairs {
		i, k := p.shapes()
		a, b := d.placed(i, state), d.placed(k, state)
		n, away := collide(&points, &a.hull, &b.hull, margin)
		for _, at := range points[:n] {
			surface := d.touch.surface(d.scene, a.of, b.of)
			c := Contact{
				A: a.body, B: b.body, Normal: away.Scale(-1), Gap: at.gap,
				ArmA: at.onA.Sub(state[a.body].Position()), ArmB: at.onB,
				Friction: surface.Friction, Elasticity: surface.Elasticity,
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

// Clearance is the distance between two shapes that may still come to touch.
type Clearance struct {
	A, B   int     // body indices, as in Contact
	Normal sim.Vec // unit vector from B to A along which they are apart
	Gap    float64 // m, along Normal; negative when the shapes overlap
	ID     uint64  // index of the pair of shapes: half the ID of their contacts
}

// Clearances is Contacts for those who need not know where shapes would touch: it
// appends one Clearance for every two shapes closer than margin metres.
func (d *Detector) Clearances(dst []Clearance, state sim.State, margin float64) []Clearance {
	d.place(state)
	d.findPairs(margin)
	for _, p := range d.pairs {
		i, k := p.shapes()
		a, b := d.placed(i, state), d.placed(k, state)
		radii := a.hull.radius + b.hull.radius
		if away, distance := separation(&a.hull, &b.hull, radii+margin); distance <= radii+margin {
			dst = append(dst, Clearance{a.body, b.body, away.Scale(-1), distance - radii, uint64(p)})
		}
	}
	return dst
}

// Shapes returns the shapes of a clearance by its ID.
func (d *Detector) Shapes(id uint64) (a, b *sim.Shape) {
	i, k := pair(id).shapes()
	return d.shapes[i].of, d.shapes[k].of
}

// fewShapes is up to which number of moving shapes looking at every pair is faster
// than sorting.
const fewShapes = 16

// findPairs lists the pairs of shapes whose boxes are closer than margin, in order.
func (d *Detector) findPairs(margin float64) {
	d.pairs = d.pairs[:0]
	if len(d.order) == 0 {
		for _, p := range d.few {
			i, k := p.shapes()
			if d.boxes[i].near(&d.boxes[k], margin) {
				d.pairs = append(d.pairs, p)
			}
		}
		return
	}
	slices.SortFunc(d.order, func(i, k int) int { return cmp.Compare(d.boxes[i].left, d.boxes[k].left) })
	for n, i := range d.order {
		a := &d.boxes[i]
		for _, k := range d.order[n+1:] {
			b := &d.boxes[k]
			if b.left > a.right+margin {
				break
			}
			if a.near(b, margin) {
				d.pairs = d.appendPair(d.pairs, i, k)
			}
		}
	}
	slices.Sort(d.pairs)
}

// near reports whether two boxes are closer than margin along both axes.
func (b *box) near(c *box, margin float64) bool {
	return b.left <= c.right+margin && c.left <= b.right+margin && b.bottom <= c.top+margin && c.bottom <= b.top+margin
}

// appendPair lists two shapes unless nothing could push them apart.
func (d *Detector) appendPair(dst []pair, i, k int) []pair {
	s, t := &d.shapes[i], &d.shapes[k]
	if s.body != t.body && !(s.fixed && t.fixed) && (s.group == 0 || s.group != t.group) {
		dst = append(dst, newPair(i, k))
	}
	return dst
}

// place moves the boxes of shapes whose bodies have moved. Hulls follow when they are
// needed.
func (d *Detector) place(state sim.State) {
	for i := range d.moving {
		s := &d.shapes[i]
		b := &state[s.body]
		now := pose{b.X, b.Y, b.Angle}
		if now == s.pose {
			continue
		}
		s.pose, s.placed = now, false
		centre := sim.Vec{X: b.X, Y: b.Y}
		if !s.central {
			t := &d.turns[s.body]
			t.to(b.Angle)
			centre = centre.Add(t.apply(s.centre))
		}
		d.boxes[i] = box{centre.X - s.reach, centre.Y - s.reach, centre.X + s.reach, centre.Y + s.reach}
	}
}

// placed returns shape i with its hull where its body is.
func (d *Detector) placed(i int, state sim.State) *shape {
	s := &d.shapes[i]
	if !s.placed {
		t := &d.turns[s.body]
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
