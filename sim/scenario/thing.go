package scenario

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"orrery/sim"
	"orrery/sim/input"
	"orrery/sim/polygon"
	"orrery/sim/scenario/file"
)

// thingPlan is a body or a wall of the file with all its copies.
type thingPlan struct {
	at, name string
	wall     bool
	counted  bool
	count    number
	copies   []string // names of the first copies

	base    int      // slot of i, that of n follows, and then those of the lets
	lets    []number // of each copy
	names   []string
	keep    bool // what they are is asked for later: their lets by fields, their names by the task
	weights []number
	looks   []lookPlan // one, or those to choose from
}

// lookPlan is what a copy of a thing is like.
type lookPlan struct {
	at       string
	base     int // slot of the first of its own lets
	lets     []number
	kind     sim.BodyKind
	shapes   []*shapePlan
	surface  surfacePlan
	mass     number
	moment   number
	centre   *[2]number
	place    [2]number
	angle    number
	velocity [2]number
	spin     number
	scatter  *scatterPlan
	group    int
	grip     *gripPlan
	points   []pointPlan
}

// pointPlan is a point by name.
type pointPlan struct {
	name string
	at   [2]number
}

type gripPlan struct {
	even                bool // one number, of a thing that presses evenly
	along, across, spin number
}

// copyScope returns the names that are known in a copy of a thing, and the slots that they
// have: those of all, i and n, those of its lets, and those of the copy before.
func (c *compiler) copyScope(at string, known []string, lets input.Entries[file.Number]) (scope []string, compiled []number) {
	scope = append(slices.Clone(known), "i", "n")
	base := len(scope)
	for _, e := range lets {
		scope = append(scope, e.Name)
	}
	for _, e := range lets {
		scope = append(scope, "prev."+e.Name)
	}
	for k, e := range lets {
		at := at + "/let/" + escape(e.Name)
		c.numberName(at, e.Name, scope[:base+k])
		visible := slices.Clone(scope)
		for later := k; later < len(lets); later++ {
			visible[base+later] = "" // not known yet
		}
		compiled = append(compiled, c.number(at, e.Value, visible, ruleAny, 0))
	}
	c.program.slots = max(c.program.slots, len(scope))
	return scope, compiled
}

// count compiles how many copies there are.
func (c *compiler) count(at string, n file.Number, known []string) (count number, counted bool) {
	return c.number(at+"/count", n, known, ruleCount, 1), !n.IsZero()
}

// wall compiles a wall.
func (c *compiler) wall(k int, w *file.Wall, known []string) {
	at := fmt.Sprintf("/walls/%d", k)
	p := thingPlan{at: at, wall: true, name: w.Name, base: len(known)}
	if p.name == "" {
		p.name = fmt.Sprintf("wall%d", k)
	} else {
		c.thingName(at+"/name", w.Name)
	}
	p.count, p.counted = c.count(at, w.Count, known)
	scope, lets := c.copyScope(at, known, w.Let)
	p.lets = lets
	surface := c.surface(at, w.Surface, scope, fixedSurface(1, 1))
	look := lookPlan{
		at: at, shapes: c.shape(at, &w.Shape, scope, surface, number{rule: &ruleDensity, value: defaultDensity}), surface: surface,
		place: c.pair(at+"/at", w.At, scope, rulePlace, sim.Vec{}), angle: c.number(at+"/angle", w.Angle, scope, ruleAngle, 0),
		scatter: c.scatter(at, w.Scatter, w.At, scope),
	}
	if len(look.shapes) == 0 && w.Shapes == nil {
		c.noShape(at, w.Outline)
	}
	p.looks = []lookPlan{look}
	c.program.walls = append(c.program.walls, p)
}

// defaultDensity of bodies, in kg/m².
const defaultDensity = 10

// body compiles a body and its variants.
func (c *compiler) body(k int, b *file.Body, known []string) {
	at := fmt.Sprintf("/bodies/%d", k)
	p := thingPlan{at: at, name: c.bodyName(k), base: len(known)}
	p.count, p.counted = c.count(at, b.Count, known)
	for i := 0; p.counted && i < 32; i++ {
		p.copies = append(p.copies, p.name+strconv.Itoa(i))
	}
	scope, lets := c.copyScope(at, known, b.Let)
	p.lets = lets
	for _, e := range b.Let {
		p.names = append(p.names, e.Name)
	}
	if b.Variants == nil {
		p.looks = []lookPlan{c.look(b, func(string) string { return at }, at, scope, nil)}
	}
	if b.Variants != nil && len(b.Variants) == 0 {
		c.fail(at+"/variants", "there must be one variant or more")
	}
	for i := range b.Variants {
		variant, own := &b.Variants[i], fmt.Sprintf("%s/variants/%d", at, i)
		for key, given := range map[string]bool{"name": variant.Name != "", "count": !variant.Count.IsZero(), "variants": variant.Variants != nil} {
			if given {
				c.fail(own+"/"+key, "a variant has no %s", key)
			}
		}
		weight := c.number(own+"/chance", variant.Chance, scope, ruleNotNegative, 1)
		p.weights = append(p.weights, weight)
		merged, from := merge(b, &variant.Body, at, own)
		p.looks = append(p.looks, c.look(merged, from, own, scope, variant.Let))
	}
	c.program.bodies = append(c.program.bodies, p)
}

// bodyName returns the name of a body of the file.
func (c *compiler) bodyName(k int) string {
	if name := c.file.Bodies[k].Name; name != "" {
		return name
	}
	return fmt.Sprintf("body%d", k)
}

// merge returns a body with what a variant has in place of its own, and where the value of a
// key stands.
func merge(body, variant *file.Body, at, own string) (merged *file.Body, from func(key string) string) {
	both := *body
	both.Let, both.Variants = nil, nil
	replaced := map[string]bool{}
	if variant.Shapes != nil || !isBare(variant.Outline) {
		both.Shape = variant.Shape
		for _, key := range []string{"", "circle", "shapes"} {
			replaced[key] = true
		}
	}
	if !variant.Mass.IsZero() || !variant.Density.IsZero() {
		both.Mass, both.Density = variant.Mass, variant.Density
		replaced["mass"], replaced["density"] = true, true
	}
	var overlay func(to, from reflect.Value)
	overlay = func(to, from reflect.Value) {
		for i := range to.NumField() {
			f := to.Type().Field(i)
			if f.Type == reflect.TypeFor[file.Shape]() {
				continue
			}
			if f.Anonymous {
				overlay(to.Field(i), from.Field(i))
				continue
			}
			if !from.Field(i).IsZero() && f.Name != "Let" && f.Name != "Variants" && f.Name != "Name" && f.Name != "Count" {
				to.Field(i).Set(from.Field(i))
				key, _, _ := strings.Cut(f.Tag.Get("json"), ",")
				replaced[key] = true
			}
		}
	}
	overlay(reflect.ValueOf(&both).Elem(), reflect.ValueOf(variant).Elem())
	if variant.At != nil {
		both.Scatter = variant.Scatter
	}
	if variant.Scatter != nil {
		both.At = variant.At
	}
	return &both, func(key string) string {
		if replaced[key] {
			return own
		}
		return at
	}
}

// look compiles what a copy of a body is like. The JSON pointer of what holds a key is from(key).
func (c *compiler) look(b *file.Body, from func(key string) string, own string, scope []string, lets input.Entries[file.Number]) lookPlan {
	look := lookPlan{at: own, kind: sim.Dynamic, base: len(scope)}
	scope = slices.Clone(scope)
	for _, e := range lets {
		at := own + "/let/" + escape(e.Name)
		c.numberName(at, e.Name, scope)
		look.lets = append(look.lets, c.number(at, e.Value, scope, ruleAny, 0))
		scope = append(scope, e.Name)
	}
	c.program.slots = max(c.program.slots, len(scope))
	num := func(key string, n file.Number, r rule) number { return c.number(from(key)+"/"+key, n, scope, r, 0) }

	if b.Kind == "static" || b.Kind == "fixed" {
		c.fail(from("kind")+"/kind", "a body that never moves must be one of \"walls\"; there are dynamic, kinematic")
	} else if c.oneOf(from("kind")+"/kind", "kind of body", b.Kind, string(sim.Dynamic), string(sim.Kinematic)) && b.Kind != "" {
		look.kind = sim.BodyKind(b.Kind)
	}
	look.surface = c.surface(from("material"), file.Surface{Material: b.Material}, scope, fixedSurface(0.5, 0.2))
	if !b.Friction.IsZero() {
		look.surface.friction = num("friction", b.Friction, ruleNotNegative)
	}
	if !b.Elasticity.IsZero() {
		look.surface.elasticity = num("elasticity", b.Elasticity, ruleShare)
	}
	density := number{rule: &ruleDensity, value: defaultDensity}
	if b.Material != "" {
		density = c.materialDensity(b.Material, density)
	}
	if !b.Density.IsZero() {
		density = num("density", b.Density, ruleDensity)
	}
	look.mass, look.moment = num("mass", b.Mass, ruleMass), num("moment", b.Moment, ruleMoment)
	if !b.Mass.IsZero() && !b.Density.IsZero() {
		c.fail(from("mass")+"/mass", "there must be either a mass or a density")
	}
	if look.kind == sim.Kinematic {
		for key, given := range map[string]bool{"mass": !b.Mass.IsZero(), "moment": !b.Moment.IsZero(), "density": !b.Density.IsZero(), "grip": b.Grip != nil} {
			if given {
				c.fail(from(key)+"/"+key, "a kinematic body has no %s, as nothing stops it", key)
			}
		}
	}
	at := from("circle")
	look.shapes = c.shape(at, &b.Shape, scope, look.surface, density)
	if len(look.shapes) == 0 && b.Shapes == nil {
		c.noShape(at, b.Outline)
	}
	if b.Centre != nil {
		centre := c.pair(from("centre")+"/centre", b.Centre, scope, rulePlace, sim.Vec{})
		look.centre = &centre
	}
	look.place = c.pair(from("at")+"/at", b.At, scope, rulePlace, sim.Vec{})
	look.angle = num("angle", b.Angle, ruleAngle)
	look.velocity = c.pair(from("velocity")+"/velocity", b.Velocity, scope, ruleAny, sim.Vec{})
	look.spin = num("spin", b.Spin, ruleAny)
	look.scatter = c.scatter(from("scatter"), b.Scatter, b.At, scope)
	look.group = c.group(from("group")+"/group", b.Group)
	if b.Grip != nil {
		look.grip = c.grip(from("grip")+"/grip", b.Grip, scope)
	}
	for _, e := range b.Points {
		at := from("points") + "/points/" + escape(e.Name)
		c.thingName(at, e.Name)
		look.points = append(look.points, pointPlan{e.Name, c.pair(at, &e.Value, scope, rulePlace, sim.Vec{})})
	}
	return look
}

func (c *compiler) group(at string, g *file.Group) int {
	const most = 1_000_000 // as sim has it
	switch {
	case g == nil || *g == (file.Group{}): // or one that could not be read
		return 0
	case g.Name != nil:
		if *g.Name == "" {
			c.fail(at, "a group must have a name")
		}
		if c.groups[*g.Name] == 0 {
			c.groups[*g.Name] = most - len(c.groups)
		}
		return c.groups[*g.Name]
	case *g.Number < 0 || *g.Number > most/2:
		c.fail(at, "%d must be 0 to %d", *g.Number, most/2)
	}
	return *g.Number
}

func (c *compiler) grip(at string, g *file.Grip, scope []string) *gripPlan {
	along := rule{unit: "m/s²", most: sim.MaxMagnitude}
	if !g.Even.IsZero() {
		return &gripPlan{even: true, along: c.number(at, g.Even, scope, along, 0)}
	}
	return &gripPlan{
		along: c.number(at+"/along", g.Along, scope, along, 0), across: c.number(at+"/across", g.Across, scope, along, 0),
		spin: c.number(at+"/spin", g.Spin, scope, rule{unit: "rad/s²", most: sim.MaxMagnitude}, 0),
	}
}

// drawThing draws all copies of a body or of a wall, but for the places of those that are scattered.
func (d *drawing) drawThing(p *thingPlan, entry int) {
	count := int(d.num(&p.count))
	d.env.Values[p.base+1] = float64(count)
	lets := d.env.Values[p.base+2 : p.base+2+len(p.lets)]
	before := d.env.Values[p.base+2+len(p.lets) : p.base+2+2*len(p.lets)]
	clear(before)
	if !p.wall {
		d.first, d.copies = append(d.first, len(d.scene.Bodies)), append(d.copies, count)
		if total := len(d.scene.Bodies) + count; total > sim.MaxBodies {
			d.fail(p.at+"/count", "%d bodies in all must be at most %d", total, sim.MaxBodies)
			return
		}
		d.scene.Bodies = slices.Grow(d.scene.Bodies, max(count, len(d.bodies)-len(d.first)+1))
	}
	for i := range count {
		if len(d.mistakes) >= maxComplains || d.tooMany(p) {
			return
		}
		d.env.Values[p.base] = float64(i)
		for k := range p.lets {
			lets[k] = d.num(&p.lets[k])
		}
		look := &p.looks[0]
		if len(p.weights) > 0 {
			look = &p.looks[d.choose(p.at+"/variants", p.weights)]
		}
		for k := range look.lets {
			d.env.Values[look.base+k] = d.num(&look.lets[k])
		}
		if p.wall {
			d.drawWall(p, look, Source{Entry: entry, Copy: i})
		} else {
			d.drawBody(p, look, i)
			if len(d.origins) > 0 {
				d.note(sourceBody, Source{Entry: entry, Copy: i, Origin: d.origins[len(d.origins)-1]})
			}
			if p.keep {
				d.letsOf = append(d.letsOf, slices.Clone(lets))
			} else {
				d.letsOf = append(d.letsOf, nil)
			}
		}
		copy(before, lets)
	}
}

// tooMany keeps the mistake that there are more walls or points than a scene may have, before they
// take the memory.
func (d *drawing) tooMany(p *thingPlan) bool {
	const maxWalls, maxPoints = 1000, 10_000 // as sim has them
	switch {
	case p.wall && len(d.scene.Walls)+len(d.pending) > maxWalls:
		d.fail(p.at, "there must be at most %d walls, where a chain counts as many as it has sides", maxWalls)
	case len(d.scene.Points) > maxPoints:
		d.fail(p.at, "there must be at most %d points in all", maxPoints)
	default:
		return false
	}
	return true
}

// hullsOf returns the convex parts of a copy, in a list that holds until the next call.
func (d *drawing) hullsOf(look *lookPlan) []hull {
	d.parts = d.parts[:0]
	for _, shape := range look.shapes {
		d.parts = d.hulls(d.parts, shape)
	}
	return d.parts
}

// drawWall draws one copy of a wall.
func (d *drawing) drawWall(p *thingPlan, look *lookPlan, from Source) {
	name := ""
	if p.keep {
		name = copyLabel(p.name, from.Copy, p.counted)
	}
	hulls := d.hullsOf(look)
	angle := d.num(&look.angle)
	if look.scatter == nil {
		d.addWall(name, hulls, d.vec(&look.place), angle, from)
		return
	}
	d.pending = append(d.pending, pending{plan: look.scatter, name: name, hulls: turned(slices.Clone(hulls), angle), body: noBody, area: d.area(look.scatter), from: from})
}

// addWall puts a wall in its place.
func (d *drawing) addWall(name string, hulls []hull, at sim.Vec, angle float64, from Source) {
	if angle != 0 {
		hulls = turned(hulls, angle)
	}
	for i := range hulls {
		h := &hulls[i]
		if at != (sim.Vec{}) {
			for k := range h.corners {
				h.corners[k] = h.corners[k].Add(at)
			}
		}
		wall := h.sim(d.feel(&h.shape.surface), h.shape.surface.material)
		wall.Name = name
		d.scene.Walls = append(d.scene.Walls, wall)
	}
	d.note(sourceWall, from)
}

// turned returns hulls that are turned about the origin, in place.
func turned(hulls []hull, angle float64) []hull {
	sin, cos := math.Sincos(angle)
	for i := range hulls {
		for k, v := range hulls[i].corners {
			hulls[i].corners[k] = sim.Vec{X: cos*v.X - sin*v.Y, Y: sin*v.X + cos*v.Y}
		}
	}
	return hulls
}

func (d *drawing) feel(s *surfacePlan) sim.Surface {
	return sim.Surface{Friction: d.num(&s.friction), Elasticity: d.num(&s.elasticity)}
}

// drawBody draws one copy of a body.
func (d *drawing) drawBody(p *thingPlan, look *lookPlan, copy int) {
	name := p.name
	switch {
	case !p.counted:
	case copy < len(p.copies):
		name = p.copies[copy]
	default:
		name += strconv.Itoa(copy)
	}
	hulls := d.hullsOf(look)
	if len(hulls) == 0 {
		return // a mistake that is kept
	}
	body := sim.Body{Name: name, Kind: look.kind, Group: look.group}
	mass, centre, moment := d.measure(hulls, look)
	if look.centre != nil {
		given := d.vec(look.centre)
		moment += mass * given.Sub(centre).Dot(given.Sub(centre))
		centre = given
	}
	if look.kind == sim.Dynamic {
		body.Mass, body.Moment = mass, moment
		if look.moment.given {
			body.Moment = d.num(&look.moment)
		}
	}
	body.Shapes = make([]sim.Shape, len(hulls))
	for i := range hulls {
		h := &hulls[i]
		if centre != (sim.Vec{}) {
			for k := range h.corners {
				h.corners[k] = h.corners[k].Sub(centre)
			}
		}
		body.Shapes[i] = h.sim(d.feel(&h.shape.surface), h.shape.surface.material)
	}
	angle := d.num(&look.angle)
	velocity, omega := d.vec(&look.velocity), d.num(&look.spin)
	body.Start = sim.BodyState{Angle: angle, VX: velocity.X, VY: velocity.Y, Omega: omega}
	if g := look.grip; g != nil {
		body.Grip = sim.Grip{Along: d.num(&g.along), Across: d.num(&g.across), Spin: d.num(&g.spin)}
		if g.even { // of a disc that presses evenly
			body.Grip.Across, body.Grip.Spin = body.Grip.Along, 4.0/3*body.Grip.Along/body.Reach()
		}
	}
	index := len(d.scene.Bodies)
	if look.scatter == nil {
		at := d.vec(&look.place)
		if centre != (sim.Vec{}) {
			at = at.Add(centre.Rotate(angle))
		}
		body.Start.X, body.Start.Y = at.X, at.Y
	} else {
		d.pending = append(d.pending, pending{plan: look.scatter, body: index, area: d.area(look.scatter), hulls: turnedCopy(hulls, angle)})
	}
	for i := range look.points {
		at := d.vec(&look.points[i].at).Sub(centre)
		d.scene.Points = append(d.scene.Points, sim.Point{Name: look.points[i].name, Body: index, At: at})
	}
	d.scene.Bodies = append(d.scene.Bodies, body)
	d.origins = append(d.origins, sim.Vec{}.Sub(centre))
}

// turnedCopy returns copies of hulls that are turned about the origin.
func turnedCopy(hulls []hull, angle float64) []hull {
	list := slices.Clone(hulls)
	if isRound(hulls) {
		return list
	}
	for i := range list {
		list[i].corners = slices.Clone(list[i].corners)
	}
	return turned(list, angle)
}

// measure returns the mass of hulls in kg, its centre, and the moment about that centre.
// Where they have no area the mass that is given lies along them.
func (d *drawing) measure(hulls []hull, look *lookPlan) (mass float64, centre sim.Vec, moment float64) {
	if h := &hulls[0]; len(hulls) == 1 && len(h.corners) == 1 {
		mass, centre = d.num(&h.shape.density)*math.Pi*h.radius*h.radius, h.corners[0]
		moment = mass * h.radius * h.radius / 2
	} else {
		var first sim.Vec
		thin := 0.0 // m, for what has no area
		for {
			for i := range hulls {
				h := &hulls[i]
				area, middle, second := polygon.Measure(h.corners, max(h.radius, thin))
				density := d.num(&h.shape.density)
				mass += density * area
				first = first.Add(middle.Scale(density * area))
				moment += density * (second + area*middle.Dot(middle))
			}
			if mass > 0 || thin > 0 {
				break
			}
			thin = 1e-4
			if look.kind == sim.Dynamic && !look.mass.given {
				d.fail(look.at, "the body has no area: it must have a mass")
			}
		}
		centre = first.Scale(1 / mass)
		moment -= mass * centre.Dot(centre)
		low, high := extent(hulls)
		if centre.Len() <= rounding*high.Sub(low).Len() {
			centre = sim.Vec{}
		}
	}
	if look.mass.given {
		given := d.num(&look.mass)
		mass, moment = given, moment*given/mass
	}
	return mass, centre, moment
}

// rounding is how far a centre may be off for its size by rounding alone: what is drawn about the
// origin has its centre there.
const rounding = 1e-12

// escape returns a key as a part of a JSON pointer.
func escape(key string) string { return input.EscapePointer(key) }
