package scenario

import (
	"fmt"
	"math"

	"orrery/sim"
	"orrery/sim/input"
	"orrery/sim/polygon"
	"orrery/sim/scenario/file"
)

// ellipseCorners is how many corners stand for an ellipse; the area is too small by 0.6 %.
const ellipseCorners = 32

type outlineKind string

const (
	outlineCircle  outlineKind = "circle"
	outlineEllipse outlineKind = "ellipse"
	outlineBox     outlineKind = "box"
	outlineCapsule outlineKind = "capsule"
	outlinePolygon outlineKind = "polygon"
	outlineSegment outlineKind = "segment"
	outlineChain   outlineKind = "chain"
)

// shapePlan is one shape of a thing, in the frame of the thing.
type shapePlan struct {
	at       string
	kind     outlineKind
	numbers  []number // as the outline's key has them
	rounding number
	moved    bool // by place and angle
	place    [2]number
	angle    number
	density  number
	surface  surfacePlan
	parts    [][]sim.Vec // of a polygon that is the same in all scenes: its convex parts, before it is moved
}

// surfacePlan is how a shape feels.
type surfacePlan struct {
	friction, elasticity number
	material             string
}

// hull is a convex part of a thing: corners grown by a radius.
type hull struct {
	corners []sim.Vec // m
	radius  float64   // m
	shape   *shapePlan
}

// outline compiles one outline. It returns nil when none is given, or it is wrong.
func (c *compiler) outline(at string, o *file.Outline, known []string) *shapePlan {
	p := &shapePlan{at: at}
	given := 0
	set := func(kind outlineKind, numbers ...number) {
		given++
		p.kind, p.numbers = kind, numbers
	}
	corners := func(key string, list []file.Point) (numbers []number) {
		for i := range list {
			xy := c.pair(fmt.Sprintf("%s/%s/%d", at, key, i), &list[i], known, rulePlace, sim.Vec{})
			numbers = append(numbers, xy[0], xy[1])
		}
		return numbers
	}
	two := func(key string, of *file.Point) []number {
		xy := c.pair(at+"/"+key, of, known, ruleLength, sim.Vec{})
		return xy[:]
	}
	if !o.Circle.IsZero() {
		set(outlineCircle, c.number(at+"/circle", o.Circle, known, ruleLength, 0))
	}
	if o.Ellipse != nil {
		set(outlineEllipse, two("ellipse", o.Ellipse)...)
	}
	if o.Box != nil {
		set(outlineBox, two("box", o.Box)...)
	}
	if o.Capsule != nil {
		set(outlineCapsule, two("capsule", o.Capsule)...)
	}
	if o.Polygon != nil {
		set(outlinePolygon, corners("polygon", o.Polygon)...)
	}
	if o.Segment != nil {
		set(outlineSegment, corners("segment", o.Segment)...)
		if len(o.Segment) != 2 {
			c.fail(at+"/segment", "a segment of %d points must have 2", len(o.Segment))
		}
	}
	if o.Chain != nil {
		set(outlineChain, corners("chain", o.Chain)...)
		if len(o.Chain) < 2 {
			c.fail(at+"/chain", "a chain of %d points must have 2 or more", len(o.Chain))
		}
		if o.Closed && len(o.Chain) > 2 {
			p.numbers = append(p.numbers, p.numbers[0], p.numbers[1])
		}
	}
	if o.Closed && o.Chain == nil {
		c.fail(at+"/closed", "only a chain may be closed")
	}
	p.rounding = c.number(at+"/rounding", o.Rounding, known, ruleDistance, 0)
	if p.rounding.given && (p.kind == outlineCircle || p.kind == outlineCapsule) {
		c.fail(at+"/rounding", "a %s is round already", p.kind)
	}
	if given > 1 {
		c.fail(at, "there must be one shape; several stand in \"shapes\": [ … ]")
	}
	if given != 1 {
		return nil
	}
	if p.constant() {
		c.checkOutline(p)
	}
	return p
}

// constant reports whether the outline is the same in all scenes.
func (p *shapePlan) constant() bool {
	for i := range p.numbers {
		if !p.numbers[i].fixed() {
			return false
		}
	}
	return p.rounding.fixed()
}

// checkOutline finds what is wrong with an outline that is the same in all scenes, and takes
// it apart once if it is a polygon.
func (c *compiler) checkOutline(p *shapePlan) {
	for i := range p.numbers {
		if p.numbers[i].rule.check(p.numbers[i].value) != "" {
			return // told already
		}
	}
	d := &drawing{program: c.program}
	hulls := d.hulls(nil, p)
	c.mistakes = append(c.mistakes, d.mistakes...)
	if p.kind == outlinePolygon && len(d.mistakes) == 0 {
		for _, h := range hulls {
			p.parts = append(p.parts, h.corners)
		}
	}
}

// shape compiles the shapes of a thing.
func (c *compiler) shape(at string, s *file.Shape, known []string, surface surfacePlan, density number) []*shapePlan {
	var list []*shapePlan
	if one := c.outline(at, &s.Outline, known); one != nil {
		one.surface, one.density = surface, density
		list = append(list, one)
	}
	if s.Shapes == nil {
		return list
	}
	if len(list) > 0 {
		c.fail(at+"/shapes", "there must be either one shape or \"shapes\": [ … ]")
	}
	if len(s.Shapes) == 0 {
		c.fail(at+"/shapes", "there must be one shape or more")
	}
	for i := range s.Shapes {
		part, at := &s.Shapes[i], fmt.Sprintf("%s/shapes/%d", at, i)
		one := c.outline(at, &part.Outline, known)
		if one == nil {
			c.noShape(at, part.Outline)
			continue
		}
		one.moved = part.At != nil || !part.Angle.IsZero()
		one.place = c.pair(at+"/at", part.At, known, rulePlace, sim.Vec{})
		one.angle = c.number(at+"/angle", part.Angle, known, ruleAngle, 0)
		one.surface = c.surface(at, part.Surface, known, surface)
		one.density = density
		if part.Material != "" {
			one.density = c.materialDensity(part.Material, density)
		}
		if !part.Density.IsZero() {
			one.density = c.number(at+"/density", part.Density, known, ruleDensity, 0)
		}
		list = append(list, one)
	}
	return list
}

// noShape keeps the mistake that something has no shape, unless more than one was told of.
func (c *compiler) noShape(at string, o file.Outline) {
	if isBare(o) {
		c.fail(at, "there must be a shape: circle, ellipse, box, capsule, polygon, segment, chain or shapes")
	}
}

// isBare reports whether an outline has no kind.
func isBare(o file.Outline) bool {
	return o.Circle.IsZero() && o.Ellipse == nil && o.Box == nil && o.Capsule == nil && o.Polygon == nil && o.Segment == nil && o.Chain == nil
}

// hulls appends the convex parts of a shape, in the frame of the thing.
func (d *drawing) hulls(list []hull, p *shapePlan) []hull {
	start := len(list)
	add := func(radius float64, corners ...sim.Vec) { list = append(list, hull{corners, radius, p}) }
	n := func(i int) float64 { return d.num(&p.numbers[i]) }
	rounding := d.num(&p.rounding)
	switch p.kind {
	case outlineCircle:
		add(n(0), sim.Vec{})
	case outlineEllipse:
		add(rounding, polygon.Ellipse(n(0), n(1), ellipseCorners)...)
	case outlineBox:
		w, h := n(0)/2-rounding, n(1)/2-rounding
		if !(w > 0 && h > 0) && rounding > 0 {
			d.fail(p.rounding.at, "%v m must be less than half of each side; a capsule has round ends", rounding)
			return list
		}
		add(rounding, sim.Vec{X: w, Y: -h}, sim.Vec{X: w, Y: h}, sim.Vec{X: -w, Y: h}, sim.Vec{X: -w, Y: -h})
	case outlineCapsule:
		radius := n(1)
		half := n(0)/2 - radius
		if !(half > 0) {
			d.fail(p.at+"/capsule", "length %v m must be more than twice the radius %v m; a circle has one", 2*(half+radius), radius)
			return list
		}
		add(radius, sim.Vec{X: -half}, sim.Vec{X: half})
	case outlinePolygon:
		parts := p.parts
		if parts == nil {
			corners := make([]sim.Vec, len(p.numbers)/2)
			for i := range corners {
				corners[i] = sim.Vec{X: n(2 * i), Y: n(2*i + 1)}
			}
			var err error
			if parts, err = polygon.Convex(corners); err != nil {
				d.fail(p.at+"/polygon", "%v", err)
				return list
			}
		}
		for _, corners := range parts {
			add(rounding, append([]sim.Vec(nil), corners...)...)
		}
	case outlineSegment, outlineChain:
		for i := 0; i+3 < len(p.numbers); i += 2 {
			a, b := sim.Vec{X: n(i), Y: n(i + 1)}, sim.Vec{X: n(i + 2), Y: n(i + 3)}
			if !(b.Sub(a).Len() >= sim.MinMagnitude) {
				d.fail(p.at+"/"+string(p.kind), "its points %d and %d must differ", i/2, i/2+1)
				return list
			}
			add(rounding, a, b)
		}
	default:
		panic("scenario: a kind of outline without a rule")
	}
	if p.moved {
		at := d.vec(&p.place)
		sin, cos := math.Sincos(d.num(&p.angle))
		for i := range list[start:] {
			for k, v := range list[start+i].corners {
				list[start+i].corners[k] = sim.Vec{X: at.X + cos*v.X - sin*v.Y, Y: at.Y + sin*v.X + cos*v.Y}
			}
		}
	}
	return list
}

// sim returns the hull as a shape of sim with a surface.
func (h *hull) sim(s sim.Surface, material string) sim.Shape {
	kind := sim.Polygon
	switch len(h.corners) {
	case 1:
		kind = sim.Circle
	case 2:
		kind = sim.Segment
	}
	shape := sim.NewShape(kind, h.radius, s, h.corners...)
	shape.Material = material
	return shape
}

// surface compiles a surface. What it leaves open is that of its material or, failing
// that, of the whole.
func (c *compiler) surface(at string, s file.Surface, known []string, whole surfacePlan) surfacePlan {
	if s.Material != "" {
		slot := c.material(at+"/material", s.Material)
		if slot >= 0 {
			whole.friction, whole.elasticity = slotNumber(slot, at), slotNumber(slot+1, at)
		}
		whole.material = s.Material
	}
	if !s.Friction.IsZero() {
		whole.friction = c.number(at+"/friction", s.Friction, known, ruleNotNegative, 0)
	}
	if !s.Elasticity.IsZero() {
		whole.elasticity = c.number(at+"/elasticity", s.Elasticity, known, ruleShare, 0)
	}
	return whole
}

// slotNumber is a number that stands in a slot already.
func slotNumber(slot int, at string) number { return number{at: at, rule: &ruleAny, slot: slot + 1} }

// material returns the first of the three slots of a material: friction, elasticity and
// density; or -1.
func (c *compiler) material(at, name string) int {
	for i, m := range c.file.Materials {
		if m.Name == name {
			return len(c.program.params) + len(c.file.Let) + 3*i
		}
	}
	var known []string
	for _, m := range c.file.Materials {
		known = append(known, m.Name)
	}
	c.fail(at, "%s", unknownName("material", name, known))
	return -1
}

func (c *compiler) materialDensity(name string, fallback number) number {
	for i, m := range c.file.Materials {
		if m.Name == name {
			return slotNumber(len(c.program.params)+len(c.file.Let)+3*i+2, "")
		}
	}
	return fallback
}

// fixedSurface is a surface of two fixed numbers.
func fixedSurface(friction, elasticity float64) surfacePlan {
	return surfacePlan{friction: number{rule: &ruleNotNegative, value: friction}, elasticity: number{rule: &ruleShare, value: elasticity}}
}

// pairPlan is a pair of materials.
type pairPlan struct {
	a, b                 string
	of                   [2]int // slots
	friction, elasticity number
}

func (c *compiler) pairOf(at string, p *file.Pair, known []string) {
	plan := pairPlan{a: p.Of[0], b: p.Of[1]}
	for i, name := range p.Of {
		if plan.of[i] = c.material(fmt.Sprintf("%s/of/%d", at, i), name); plan.of[i] < 0 {
			return
		}
	}
	for _, other := range c.program.pairs {
		if other.a == plan.a && other.b == plan.b || other.a == plan.b && other.b == plan.a {
			c.fail(at+"/of", "the pair %q and %q is there already", plan.a, plan.b)
		}
	}
	plan.friction = c.number(at+"/friction", p.Friction, known, ruleNotNegative, 0)
	plan.elasticity = c.number(at+"/elasticity", p.Elasticity, known, ruleShare, 0)
	c.program.pairs = append(c.program.pairs, plan)
}

func (d *drawing) pair(p *pairPlan) {
	v := d.env.Values
	pair := sim.Pair{A: p.a, B: p.b, Friction: v[p.of[0]] * v[p.of[1]], Elasticity: v[p.of[0]+1] * v[p.of[1]+1]}
	if p.friction.given {
		pair.Friction = d.num(&p.friction)
	}
	if p.elasticity.given {
		pair.Elasticity = d.num(&p.elasticity)
	}
	d.scene.Pairs = append(d.scene.Pairs, pair)
}

// regionPlan is an area of the world.
type regionPlan struct {
	name  string
	shape *shapePlan
	place [2]number
	angle number
}

func (c *compiler) region(at string, e *input.Entry[file.Region], known []string) {
	c.thingName(at, e.Name)
	r := &e.Value
	shape := c.outline(at, &r.Outline, known)
	if shape == nil {
		c.noShape(at, r.Outline)
		return
	}
	if shape.kind == outlineChain || shape.kind == outlineSegment && !shape.rounding.given || shape.kind == outlinePolygon && len(shape.parts) > 1 {
		c.fail(at, "a region must be convex and have an area")
	}
	c.program.regions = append(c.program.regions, regionPlan{
		name: e.Name, shape: shape,
		place: c.pair(at+"/at", r.At, known, rulePlace, sim.Vec{}), angle: c.number(at+"/angle", r.Angle, known, ruleAngle, 0),
	})
}
