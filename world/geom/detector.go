package geom

import (
	"cmp"
	"math"
	"math/bits"
	"slices"

	"orrery/sim"
	"orrery/world/lanes"
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
	room   []sim.Vec   // for the vertices and normals of their hulls
	rounds []round     // circles round them
	boxes  []box       // that the shapes cannot reach out of, grown by margin
	walls  []box       // those of the walls before they were grown
	moving int         // shapes of bodies
	margin float64     // m
	few    []uint64    // of each moving shape: bit k for shape k after it that it could be pushed apart from; where shapes are few
	meet   []uint64    // of those, which have boxes that meet its own; scratch
	order  []int       // shapes by the left side of their box; kept between calls because it hardly changes
	pairs  []pair      // scratch
	near   []Clearance // scratch
	scene  *sim.Scene
	touch  Touch
	turns  []turn // of the bodies

	materials bool // the scene has pairs of them
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
	body  int  // Wall for a wall
	pose  pose // where hull is
	hull  hull
	disc  bool // a circle about the centre of mass, which turning does not change
	fixed bool // moved by nothing it touches
	local hull
	group int // shapes of one group, other than 0, pass through each other
	of    *sim.Shape
	sim.Surface
}

// round is a circle round a shape.
type round struct {
	body    int     // Wall for a wall
	central bool    // centre is the centre of mass
	centre  sim.Vec // m, in the body's frame
	reach   float64 // m, its radius, rounding included
}

// pose is the place and the angle of a body.
type pose struct{ x, y, angle float64 }

// box says how far a shape reaches from the origin in four directions, in metres. Towards the left and down that is the
// coordinate with the other sign, so that whether boxes meet are four sums that are not negative.
type box struct{ left, down, right, up float64 }

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
	d := new(Detector)
	d.Reset(scene, touch)
	return d
}

// Reset makes d what NewDetectorOf returns for a scene, in the memory that it has.
func (d *Detector) Reset(scene *sim.Scene, touch Touch) {
	d.scene, d.touch, d.margin, d.materials = scene, touch, 0, len(scene.Pairs) > 0
	shapes, room := len(scene.Walls), 0
	for i := range scene.Walls {
		room += 2 * roomOf(len(scene.Walls[i].Vertices)) // in its own frame and in the world
	}
	for i := range scene.Bodies {
		shapes += len(scene.Bodies[i].Shapes)
		for k := range scene.Bodies[i].Shapes {
			room += 2 * roomOf(len(scene.Bodies[i].Shapes[k].Vertices))
		}
	}
	d.shapes, d.rounds = slices.Grow(d.shapes[:0], shapes), slices.Grow(d.rounds[:0], shapes)
	d.room = slices.Grow(d.room[:0], room)[:room]
	rest := d.room
	for i := range scene.Bodies {
		b := &scene.Bodies[i]
		rest = d.add(shape{body: i, group: b.Group, fixed: b.Kind == sim.Kinematic}, b.Shapes, rest)
	}
	d.moving = len(d.shapes)
	d.add(shape{body: Wall, fixed: true}, scene.Walls, rest)
	d.boxes = slices.Grow(d.boxes[:0], shapes)[:shapes]
	d.walls = d.walls[:0]
	for i := d.moving; i < len(d.shapes); i++ {
		d.shapes[i].placeAt(sim.Vec{}, turn{cos: 1})
		d.walls = append(d.walls, d.shapes[i].hull.box())
	}
	d.boxWalls()
	d.turns = slices.Grow(d.turns[:0], len(scene.Bodies))[:len(scene.Bodies)]
	for i := range d.turns {
		d.turns[i] = turn{cos: 1}
	}
	d.few, d.order = d.few[:0], d.order[:0]
	if d.moving <= fewShapes && len(d.shapes) <= 2*fewShapes {
		for i := range d.moving {
			with := uint64(0)
			for k := i + 1; k < len(d.shapes); k++ {
				if d.pushes(i, k) {
					with |= 1 << k
				}
			}
			d.few = append(slices.Grow(d.few, d.moving-i), with)
		}
		d.meet = slices.Grow(d.meet[:0], d.moving)[:d.moving]
		return
	}
	for i := range d.shapes {
		d.order = append(d.order, i)
	}
}

// add appends the shapes of one body, or the walls, like the given one, and returns what it leaves of the room.
func (d *Detector) add(like shape, shapes []sim.Shape, room []sim.Vec) []sim.Vec {
	for i := range shapes {
		s := &shapes[i]
		like.pose.angle = math.NaN() // nowhere yet
		like.of, like.Surface = s, s.Surface()
		like.local, room = newHull(s.Vertices, s.Radius+*d.touch.Skin.Of(s.Kind), room)
		like.hull, room = blank(len(s.Vertices), like.local.radius, room)
		like.disc = len(s.Vertices) == 1 && s.Vertices[0] == sim.Vec{}
		d.shapes = append(d.shapes, like)
		centre, reach := like.local.circle()
		d.rounds = append(d.rounds, round{like.body, centre == sim.Vec{}, centre, reach})
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
	d.place(state, margin)
	d.findPairs()
	var points [2]point
	for _, p := range d.pairs {
		i, k := p.shapes()
		a, b := d.placed(i, state), d.placed(k, state)
		n, away := collide(&points, &a.hull, &b.hull, margin)
		for _, at := range points[:n] {
			surface := d.surface(a, b)
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

// surface returns what two shapes have that touch. What the scene says of their materials holds whatever the rules.
func (d *Detector) surface(a, b *shape) sim.Surface {
	if d.materials && d.scene.PairOf(a.of, b.of) != nil {
		return d.scene.Contact(a.of, b.of)
	}
	return d.touch.surface(a.Surface, b.Surface)
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
	d.place(state, margin)
	d.findPairs()
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

// findPairs lists the pairs of shapes whose boxes meet, in order.
func (d *Detector) findPairs() {
	d.pairs = d.pairs[:0]
	if len(d.order) == 0 {
		d.findFew()
		for i, meet := range d.meet {
			a := &d.boxes[i]
			for ; meet != 0; meet &= meet - 1 {
				k := bits.TrailingZeros64(meet)
				if k < d.moving && a.misses(&d.boxes[k]) {
					continue
				}
				d.pairs = append(d.pairs, pair(i)<<32|pair(k))
			}
		}
		return
	}
	slices.SortFunc(d.order, func(i, k int) int { return cmp.Compare(d.boxes[k].left, d.boxes[i].left) })
	for n, i := range d.order {
		a := &d.boxes[i]
		for _, k := range d.order[n+1:] {
			b := &d.boxes[k]
			if a.right+b.left < 0 {
				break
			}
			if a.meets(b) && !(max(i, k) < d.moving && a.misses(b)) && d.pushes(i, k) {
				d.pairs = append(d.pairs, newPair(i, k))
			}
		}
	}
	slices.Sort(d.pairs)
}

// findFew finds which of those that may push it each moving shape's box meets, where shapes are few.
func (d *Detector) findFew() {
	if vectors && d.moving > 0 {
		lanes.MeetBoxes(&d.meet[0], &d.few[0], &d.boxes[0].left, d.moving, len(d.boxes))
		return
	}
	for i, with := range d.few {
		d.meet[i] = 0
		for ; with != 0; with &= with - 1 {
			if k := bits.TrailingZeros64(with); d.boxes[i].meets(&d.boxes[k]) {
				d.meet[i] |= 1 << k
			}
		}
	}
}

// meets reports whether two boxes overlap or touch. Looking at the signs of all sums together spares branches that
// no processor can foresee.
func (b *box) meets(c *box) bool {
	signs := math.Float64bits(b.right+c.left) | math.Float64bits(b.left+c.right) |
		math.Float64bits(b.up+c.down) | math.Float64bits(b.down+c.up)
	return signs>>63 == 0
}

// misses reports whether the circles in the boxes of two moving shapes are apart, which are so in a fifth of the boxes that meet. What
// boxes were grown by falls out of the distance between their middles.
func (b *box) misses(c *box) bool {
	x, y := (b.right-b.left)-(c.right-c.left), (b.up-b.down)-(c.up-c.down)
	reach := (b.right + b.left) + (c.right + c.left)
	return x*x+y*y > reach*reach*(1+rounding)
}

// rounding is by what share the square of a distance may be wrong, and much more.
const rounding = 1e-6

// pushes reports whether something could push two shapes apart.
func (d *Detector) pushes(i, k int) bool {
	s, t := &d.shapes[i], &d.shapes[k]
	return s.body != t.body && !(s.fixed && t.fixed) && (s.group == 0 || s.group != t.group)
}

// place moves the boxes to state, grown by margin to the right and upwards. Hulls follow when they are needed.
func (d *Detector) place(state sim.State, margin float64) {
	if margin != d.margin {
		d.margin = margin
		d.boxWalls()
	}
	for i := range d.rounds[:d.moving] {
		c := &d.rounds[i]
		b := &state[c.body]
		x, y := b.X, b.Y
		if !c.central {
			t := &d.turns[c.body]
			t.to(b.Angle)
			by := t.apply(c.centre)
			x, y = x+by.X, y+by.Y
		}
		d.boxes[i] = box{c.reach - x, c.reach - y, x + c.reach + margin, y + c.reach + margin}
	}
}

// boxWalls gives walls their boxes.
func (d *Detector) boxWalls() {
	for i, b := range d.walls {
		b.right, b.up = b.right+d.margin, b.up+d.margin
		d.boxes[d.moving+i] = b
	}
}

// placed returns shape i with its hull where its body is.
func (d *Detector) placed(i int, state sim.State) *shape {
	s := &d.shapes[i]
	if s.body == Wall {
		return s
	}
	b := &state[s.body]
	if now := (pose{b.X, b.Y, b.Angle}); now != s.pose {
		s.pose = now
		t := &d.turns[s.body]
		if !s.disc {
			t.to(b.Angle)
		}
		s.placeAt(sim.Vec{X: b.X, Y: b.Y}, *t)
	}
	return s
}

// placeAt moves the hull to a position and an angle.
func (s *shape) placeAt(at sim.Vec, t turn) {
	if vectors && s.local.corners != nil {
		lanes.PlaceCorners(&s.hull.corners[0].X, &s.local.corners[0].X, at.X, at.Y, t.sin, t.cos)
		return
	}
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
