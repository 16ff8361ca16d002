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
	few    []partners  // all that could be pushed apart, where shapes are few
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

// partners are the shapes after one that it could be pushed apart from.
type partners struct {
	shape int
	with  []int32
}

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
	shapes, corners := len(scene.Walls), 0
	for i := range scene.Walls {
		corners += len(scene.Walls[i].Vertices)
	}
	for i := range scene.Bodies {
		shapes += len(scene.Bodies[i].Shapes)
		for k := range scene.Bodies[i].Shapes {
			corners += len(scene.Bodies[i].Shapes[k].Vertices)
		}
	}
	d.shapes = make([]shape, 0, shapes)
	room := make([]sim.Vec, 3*corners) // for the vertices and normals of all hulls: predictors of many scenes are made often
	for i := range scene.Bodies {
		b := &scene.Bodies[i]
		room = d.add(shape{body: i, group: b.Group, fixed: b.Kind == sim.Kinematic}, b.Shapes, room)
	}
	d.moving = len(d.shapes)
	d.add(shape{body: Wall, fixed: true}, scene.Walls, room)
	d.boxes = make([]box, len(d.shapes))
	for i := d.moving; i < len(d.shapes); i++ {
		s := &d.shapes[i]
		s.placeAt(sim.Vec{}, turn{cos: 1})
		d.boxes[i] = s.hull.box()
	}
	d.turns = slices.Repeat([]turn{{cos: 1}}, len(scene.Bodies))
	if d.moving <= fewShapes && len(d.shapes) <= 2*fewShapes {
		d.few = make([]partners, 0, d.moving)
		with := make([]int32, 0, d.moving*(len(d.shapes)-1))
		for i := range d.moving {
			from := len(with)
			for k := i + 1; k < len(d.shapes); k++ {
				if d.pushes(i, k) {
					with = append(with, int32(k))
				}
			}
			d.few = append(d.few, partners{i, with[from:]})
		}
		return d
	}
	d.order = make([]int, len(d.shapes))
	for i := range d.order {
		d.order[i] = i
	}
	return d
}

// add appends the shapes of one body, or the walls, like the given one, and returns what it leaves of the room.
func (d *Detector) add(like shape, shapes []sim.Shape, room []sim.Vec) []sim.Vec {
	for i := range shapes {
		s := &shapes[i]
		like.pose.angle = math.NaN() // nowhere yet
		like.of = s
		like.local, room = newHull(s.Vertices, s.Radius+*d.touch.Skin.Of(s.Kind), room)
		like.hull, room = like.local.blank(room)
		like.centre, like.reach = like.local.circle()
		like.central = like.centre == sim.Vec{}
		like.disc = len(s.Vertices) == 1 && s.Vertices[0] == sim.Vec{}
		d.shapes = append(d.shapes, like)
	}
	return room
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
		for i := range d.few {
			p := &d.few[i]
			a := d.boxes[p.shape].grown(margin)
			for _, k := range p.with {
				if a.meets(&d.boxes[k], margin) {
					d.pairs = append(d.pairs, newPair(p.shape, int(k)))
				}
			}
		}
		return
	}
	slices.SortFunc(d.order, func(i, k int) int { return cmp.Compare(d.boxes[i].left, d.boxes[k].left) })
	for n, i := range d.order {
		a := d.boxes[i].grown(margin)
		for _, k := range d.order[n+1:] {
			b := &d.boxes[k]
			if b.left > a.right {
				break
			}
			if a.meets(b, margin) && d.pushes(i, k) {
				d.pairs = append(d.pairs, newPair(i, k))
			}
		}
	}
	slices.Sort(d.pairs)
}

// grown returns the box with margin added at its right and top, as meets wants it.
func (b *box) grown(margin float64) box {
	return box{b.left, b.bottom, b.right + margin, b.top + margin}
}

// meets reports whether a grown box is closer than margin to another along both axes. All four
// differences must be positive; looking at their signs together spares branches that
// no processor can foresee.
func (b *box) meets(c *box, margin float64) bool {
	signs := math.Float64bits(c.right+margin-b.left) | math.Float64bits(b.right-c.left) |
		math.Float64bits(c.top+margin-b.bottom) | math.Float64bits(b.top-c.bottom)
	return signs>>63 == 0
}

// pushes reports whether something could push two shapes apart.
func (d *Detector) pushes(i, k int) bool {
	s, t := &d.shapes[i], &d.shapes[k]
	return s.body != t.body && !(s.fixed && t.fixed) && (s.group == 0 || s.group != t.group)
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
