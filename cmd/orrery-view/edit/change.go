package edit

import (
	"fmt"
	"math"
	"slices"

	"orrery/sim"
	"orrery/sim/input"
	"orrery/sim/scenario/file"
)

type entryR = input.Entry[file.Region]

// motion is how things are moved: turned and scaled about a point, and then put elsewhere.
type motion struct {
	about, by sim.Vec // m
	turn      float64 // rad
	scale     sim.Vec // along the axes of a frame that is turned by frame
	frame     float64 // rad
	mirror    bool    // left becomes right
}

// at returns where a point goes.
func (m *motion) at(p sim.Vec) sim.Vec {
	v := p.Sub(m.about).Rotate(-m.frame)
	v = sim.Vec{X: v.X * m.scale.X, Y: v.Y * m.scale.Y}.Rotate(m.frame)
	if m.mirror {
		v.X = -v.X
	}
	return v.Rotate(m.turn).Add(m.about).Add(m.by)
}

// angle returns how something is turned afterwards.
func (m *motion) angle(a float64) float64 {
	if m.mirror {
		a = -a
	}
	return a + m.turn
}

// even returns a factor for what has the same size along both axes.
func (m *motion) even() float64 {
	switch {
	case m.scale.X == 1:
		return m.scale.Y
	case m.scale.Y == 1:
		return m.scale.X
	}
	return math.Sqrt(m.scale.X * m.scale.Y)
}

// Move moves what is selected by a distance in metres.
func (d *Document) Move(by sim.Vec) error {
	return d.transform("move", motion{by: by, scale: sim.Vec{X: 1, Y: 1}})
}

// Rotate turns what is selected about a point of the world, in metres, by an angle in radians, counter-clockwise.
func (d *Document) Rotate(about sim.Vec, by float64) error {
	return d.transform("rotate", motion{about: about, turn: by, scale: sim.Vec{X: 1, Y: 1}})
}

// Scale makes what is selected larger about a point, by a factor along each axis of a frame that is turned by an angle.
// What cannot be scaled along one axis alone is scaled along both.
func (d *Document) Scale(about, by sim.Vec, frame float64) error {
	if !(by.X > 1e-6) || !(by.Y > 1e-6) {
		return fmt.Errorf("a thing cannot be made that small")
	}
	return d.transform("scale", motion{about: about, scale: by, frame: frame})
}

// Mirror turns what is selected into its mirror image, left for right, about its middle.
func (d *Document) Mirror() error {
	low, high, ok := d.Bounds(d.selection...)
	if !ok {
		return errNothing
	}
	return d.transform("mirror", motion{about: low.Add(high).Scale(0.5), scale: sim.Vec{X: 1, Y: 1}, mirror: true})
}

// Rearrange is Change for what depends on where things are: what was drawn by chance is written down first. The names of
// bodies stay the same.
func (d *Document) Rearrange(name string, change func(*file.Scenario) error) error {
	return d.whole(name, func() error {
		if err := d.settle(); err != nil {
			return err
		}
		return d.Try(change)
	})
}

// transform moves what is selected.
func (d *Document) transform(name string, m motion) error {
	if _, err := d.free(); err != nil {
		return err
	}
	return d.whole(name, func() error {
		if err := d.settle(); err != nil {
			return err
		}
		items, err := d.free()
		if err != nil {
			return err
		}
		base := d.gesture.base
		items = slices.DeleteFunc(items, func(i Item) bool { return i.Index >= count(base.file, i.Kind) }) // added within the gesture
		return d.Try(func(f *file.Scenario) error {
			t := mover{d: d, base: base, f: f, motion: m, items: items}
			t.move()
			return nil
		})
	})
}

// mover moves items of a file.
type mover struct {
	d    *Document
	base state // what f was copied from
	f    *file.Scenario
	motion
	items []Item
}

func (t *mover) selects(kind Kind, index int) bool {
	return slices.Contains(t.items, Item{Kind: kind, Index: index})
}

// move moves all items, and what belongs to them.
func (t *mover) move() {
	f, points := t.f, map[string]bool{} // of the world, that move
	for _, i := range t.items {
		switch i.Kind {
		case Body:
			t.body(i)
		case Wall:
			w := &f.Walls[i.Index]
			t.settleWall(i, w)
			t.thing(&w.Shape, &w.At, &w.Angle, false)
		case Region:
			t.region(i.Index)
		case Point:
			points[f.Points[i.Index].Name] = true
		case Goal:
			t.goal(i.Index)
		case Arena:
			t.arena()
		case Joint, Field, Actuator: // below
		default:
			panic("edit: a kind of item without a rule")
		}
	}
	for k := range f.Joints {
		t.joint(k, points)
	}
	for k := range f.Points {
		if e := &f.Points[k]; points[e.Name] {
			t.place(&e.Value, t.worldPoint(e.Name))
		}
	}
}

// place moves a point that is a plain one, or else is where the scene has it.
func (t *mover) place(p *file.Point, scene sim.Vec) {
	at, ok := vecOf(p)
	if !ok {
		at = scene
	}
	*p = point(t.at(at))
}

// worldPoint returns where the scene has a point of the world.
func (t *mover) worldPoint(name string) sim.Vec {
	for _, p := range t.base.scene.Points {
		if p.Body == sim.World && p.Name == name {
			return p.At
		}
	}
	return sim.Vec{}
}

// body moves a body to where the scene has it, moved.
func (t *mover) body(i Item) {
	b := &t.f.Bodies[i.Index]
	k := slices.IndexFunc(t.base.made.Bodies, func(s source) bool { return s.Entry == i.Index })
	start, origin := t.base.scene.Bodies[k].Start, t.base.made.Bodies[k].Origin
	t.shape(&b.Shape, start.Angle, t.base.scene.Bodies[k].Shapes, origin)
	if t.reshapes() {
		share := t.relative(start.Angle)
		for n := range b.Points {
			at, ok := vecOf(&b.Points[n].Value)
			for _, p := range t.base.scene.Points {
				if !ok && p.Body == k && p.Name == b.Points[n].Name {
					at = p.At.Sub(origin)
				}
			}
			b.Points[n].Value = point(share(at))
		}
		if at, ok := vecOf(b.Centre); ok && b.Centre != nil {
			b.Centre = pointer(share(at))
		}
		area, size := t.scale.X*t.scale.Y, t.scale.Dot(t.scale)/2
		if b.Mass.Value != nil {
			b.Mass = literal(*b.Mass.Value * area)
		}
		if b.Moment.Value != nil {
			b.Moment = literal(*b.Moment.Value * area * size)
		}
	}
	b.At, b.Angle = pointer(t.at(start.Point(origin))), angle(t.motion.angle(start.Angle))
	if v, ok := vecOf(b.Velocity); ok && b.Velocity != nil {
		if t.mirror {
			v.X = -v.X
		}
		b.Velocity = pointer(v.Rotate(t.turn))
	}
	if b.Spin.Value != nil && t.mirror {
		b.Spin = literal(-*b.Spin.Value)
	}
}

// reshapes reports whether things do not only move.
func (t *mover) reshapes() bool { return t.mirror || t.scale != sim.Vec{X: 1, Y: 1} }

// relative returns how the frame of something that is turned by an angle changes.
func (t *mover) relative(turned float64) func(sim.Vec) sim.Vec {
	return func(v sim.Vec) sim.Vec {
		if t.mirror { // the frame itself is turned the other way
			v.X = -v.X
			return v
		}
		if off := math.Remainder(turned-t.frame, math.Pi/2); math.Abs(off) > 1e-9 {
			return v.Scale(t.even())
		}
		w := v.Rotate(turned - t.frame)
		return sim.Vec{X: w.X * t.scale.X, Y: w.Y * t.scale.Y}.Rotate(t.frame - turned)
	}
}

// shape changes what something looks like whose frame is turned by an angle. Numbers that are not plain become those of the
// scene's shapes.
func (t *mover) shape(s *file.Shape, turned float64, drawn []sim.Shape, origin sim.Vec) {
	if !t.reshapes() {
		return
	}
	if !plainShape(s) {
		shapes := make([]sim.Shape, len(drawn))
		for i, of := range drawn {
			of.Vertices = slices.Clone(of.Vertices)
			for k := range of.Vertices {
				of.Vertices[k] = of.Vertices[k].Sub(origin)
			}
			shapes[i] = of
		}
		was := *s
		*s, _, _ = shapeOf(shapes, false)
		for i := range min(len(s.Shapes), len(was.Shapes)) {
			s.Shapes[i].Density, s.Shapes[i].Surface = was.Shapes[i].Density, was.Shapes[i].Surface
		}
	}
	t.outline(&s.Outline, turned)
	share := t.relative(turned)
	for i := range s.Shapes {
		p := &s.Shapes[i]
		own := 0.0
		if p.Angle.Value != nil {
			own = *p.Angle.Value
		}
		t.outline(&p.Outline, turned+own)
		if at, _ := vecOf(p.At); p.At != nil {
			p.At = placed(share(at))
		}
		if t.mirror {
			p.Angle = angle(-own)
		}
	}
}

// outline changes a plain outline whose frame is turned by an angle.
func (t *mover) outline(o *file.Outline, turned float64) {
	share := t.relative(turned)
	for _, list := range [][]file.Point{o.Polygon, o.Segment, o.Chain} {
		for i := range list {
			at, _ := vecOf(&list[i])
			list[i] = point(share(at))
		}
	}
	if t.mirror {
		return
	}
	even := t.even()
	if o.Circle.Value != nil {
		o.Circle = literal(*o.Circle.Value * even)
	}
	if o.Rounding.Value != nil {
		o.Rounding = literal(*o.Rounding.Value * even)
	}
	size := share(sim.Vec{X: 1, Y: 1})
	size = sim.Vec{X: math.Abs(size.X), Y: math.Abs(size.Y)}
	for _, p := range []*file.Point{o.Ellipse, o.Box, o.Capsule} {
		if p != nil {
			of, _ := vecOf(p)
			*p = point(sim.Vec{X: of.X * size.X, Y: of.Y * size.Y})
		}
	}
	if o.Capsule != nil { // it is at least as long as it is high
		of, _ := vecOf(o.Capsule)
		*o.Capsule = point(sim.Vec{X: max(of.X, 2.001*of.Y), Y: of.Y})
	}
}

// thing moves a wall or a region. Lines that stand where their corners say move by these.
func (t *mover) thing(s *file.Shape, at **file.Point, turned *file.Number, convex bool) {
	a := 0.0
	if turned.Value != nil {
		a = *turned.Value
	}
	was, _ := vecOf(*at)
	if *at == nil && turned.IsZero() && (s.Segment != nil || s.Chain != nil || convex && s.Polygon != nil) {
		for _, list := range [][]file.Point{s.Segment, s.Chain, s.Polygon} {
			for i := range list {
				v, _ := vecOf(&list[i])
				list[i] = point(t.at(v))
			}
		}
		if s.Rounding.Value != nil {
			s.Rounding = literal(*s.Rounding.Value * t.even())
		}
		return
	}
	t.shape(s, a, nil, sim.Vec{})
	*at, *turned = placed(t.at(was)), angle(t.motion.angle(a))
}

// settleWall writes down where the scene has a wall that the file places by expressions.
func (t *mover) settleWall(i Item, w *file.Wall) {
	if _, ok := vecOf(w.At); ok && plainShape(&w.Shape) && plain(w.Angle) {
		return
	}
	var shapes []sim.Shape
	for k, s := range t.base.made.Walls {
		if s.Entry == i.Index {
			shapes = append(shapes, t.base.scene.Walls[k])
		}
	}
	drawn := wallOf(shapes, w.Name)
	w.Shape, w.At, w.Angle = drawn.Shape, drawn.At, drawn.Angle
}

// region moves a region of the world.
func (t *mover) region(index int) {
	e := &t.f.Regions[index]
	shape := file.Shape{Outline: e.Value.Outline}
	if _, ok := vecOf(e.Value.At); !ok || !plainShape(&shape) || !plain(e.Value.Angle) {
		if r := t.base.scene.Region(e.Name); r != nil {
			own, at, turned := shapeOf([]sim.Shape{r.Shape}, true)
			shape, e.Value.At, e.Value.Angle = own, placed(at), angle(turned)
		}
	}
	t.thing(&shape, &e.Value.At, &e.Value.Angle, true)
	e.Value.Outline = shape.Outline
}

// goal moves where a body shall go.
func (t *mover) goal(index int) {
	g := &t.f.Goals[index]
	k := slices.IndexFunc(t.base.made.Goals, func(s source) bool { return s.Entry == index })
	if k < 0 {
		return
	}
	drawn := &t.base.scene.Goals[k]
	switch {
	case g.Region != "":
		for i := range t.f.Regions {
			if t.f.Regions[i].Name == g.Region && !t.selects(Region, i) {
				t.region(i)
			}
		}
	case g.Place != nil && g.Place.Name != nil:
		g.Place = &file.Spot{At: pointer(t.at(drawn.Target))}
	case g.Place != nil:
		t.place(g.Place.At, drawn.Target)
	case g.Pose != nil:
		origin := t.base.made.Bodies[drawn.Body].Origin
		at := t.at(drawn.Target.Add(origin.Rotate(drawn.Angle)))
		g.Pose = &[3]file.Number{literal(at.X), literal(at.Y), literal(t.motion.angle(drawn.Angle))}
	case !g.Angle.IsZero():
		g.Angle = literal(t.motion.angle(drawn.Angle))
	}
	if g.Radius.Value != nil {
		g.Radius = literal(*g.Radius.Value * t.even())
	}
}

// arena moves the room and scales it. It cannot be turned.
func (t *mover) arena() {
	a := t.f.Arena
	var low, high sim.Vec
	for k, s := range t.base.made.Walls {
		if s.Entry >= 0 {
			continue
		}
		for _, v := range t.base.scene.Walls[k].Vertices {
			if k == 0 {
				low, high = v, v
			}
			low, high = sim.Vec{X: min(low.X, v.X), Y: min(low.Y, v.Y)}, sim.Vec{X: max(high.X, v.X), Y: max(high.Y, v.Y)}
		}
	}
	size := high.Sub(low)
	a.Size = point(sim.Vec{X: size.X * t.scale.X, Y: size.Y * t.scale.Y})
	was := t.turn
	t.turn = 0
	a.At = placed(t.at(low.Add(high).Scale(0.5)))
	t.turn = was
	a.Bare = a.Bare && a.At == nil
}

// joint moves the place of a joint where it belongs to what moves: a joint that is selected, one between bodies that all
// move, and a nail in a body that does.
func (t *mover) joint(index int, points map[string]bool) {
	j := &t.f.Joints[index]
	ends := endsOf(j)
	if ends == nil {
		return
	}
	selected := t.selects(Joint, index)
	bodies, moving, world := 0, 0, 0
	for _, end := range ends {
		base := baseOf(end)
		switch k := slices.IndexFunc(t.f.Bodies, func(b file.Body) bool { return b.Name == base }); {
		case k >= 0:
			if bodies++; t.selects(Body, k) {
				moving++
			}
		default:
			if world++; selected && base != "world" {
				points[base] = true
			}
		}
	}
	all := bodies > 0 && moving == bodies && (world == 0 || j.Pivot != nil)
	if at, ok := vecOf(j.At); j.At != nil && ok && (selected || all) {
		j.At = pointer(t.at(at))
	}
	if all && world == 1 && j.Pivot != nil {
		for _, end := range ends {
			if base := baseOf(end); base != "world" && slices.ContainsFunc(t.f.Points, func(e entryP) bool { return e.Name == base }) {
				points[base] = true
			}
		}
	}
	if selected && moving == 0 && t.turn == 0 && !t.reshapes() {
		for _, end := range ends {
			t.slide(end)
		}
	}
	if j.Groove != nil && (selected || all) {
		t.groove(j, ends[1])
	}
	if (all || selected && moving == bodies) && j.Length.Value != nil && t.even() != 1 {
		j.Length = literal(*j.Length.Value * t.even())
	}
	if all && t.mirror && j.Rate.Value != nil {
		j.Rate = literal(-*j.Rate.Value)
	}
}

// slide moves a named point of a body that stays.
func (t *mover) slide(end string) {
	base := baseOf(end)
	for i := range t.f.Bodies {
		b := &t.f.Bodies[i]
		if b.Name != base || len(end) <= len(base) || end[len(base)] != '.' {
			continue
		}
		k := slices.IndexFunc(t.base.made.Bodies, func(s source) bool { return s.Entry == i })
		for n := range b.Points {
			if at, ok := vecOf(&b.Points[n].Value); ok && b.Points[n].Name == end[len(base)+1:] {
				b.Points[n].Value = point(at.Add(t.by.Rotate(-t.base.scene.Bodies[k].Start.Angle)))
			}
		}
	}
}

// groove moves a slide: in the frame of the second body, or of the world.
func (t *mover) groove(j *file.Joint, second string) {
	for _, p := range []*file.Point{j.From, j.To} {
		v, ok := vecOf(p)
		if !ok || p == nil {
			continue
		}
		if second == "world" {
			*p = point(t.at(v))
			continue
		}
		if t.reshapes() {
			k := slices.IndexFunc(t.base.scene.Bodies, func(b sim.Body) bool { return b.Name == baseOf(second) })
			if k >= 0 {
				*p = point(t.relative(t.base.scene.Bodies[k].Start.Angle)(v))
			}
		}
	}
}

func plain(list ...file.Number) bool {
	for _, n := range list {
		if n.Text != nil || n.Chance != nil {
			return false
		}
	}
	return true
}

func plainOutlines(o *file.Outline) bool {
	for _, list := range [][]file.Point{o.Polygon, o.Segment, o.Chain} {
		for _, p := range list {
			if !plain(p[:]...) {
				return false
			}
		}
	}
	for _, p := range []*file.Point{o.Ellipse, o.Box, o.Capsule} {
		if p != nil && !plain(p[:]...) {
			return false
		}
	}
	return plain(o.Circle, o.Rounding)
}

// plainShape reports whether all numbers of a shape are plain ones.
func plainShape(s *file.Shape) bool {
	for i := range s.Shapes {
		p := &s.Shapes[i]
		if !plainOutlines(&p.Outline) || !plain(p.Angle) || p.At != nil && !plain(p.At[:]...) {
			return false
		}
	}
	return plainOutlines(&s.Outline)
}
