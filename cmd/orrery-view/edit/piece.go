package edit

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"

	"orrery/sim"
	"orrery/sim/scenario"
	"orrery/sim/scenario/file"
)

type source = scenario.Source

// Add adds what a piece of a scenario has: bodies, walls, joints, fields, actuators, goals, points and regions. Those that
// have no name, or one that is taken, get one that is free, and what the piece says of them follows. What is added is
// selected.
func (d *Document) Add(name string, piece *file.Scenario) error {
	return d.whole(name, func() error {
		if err := d.settle(); err != nil {
			return err
		}
		var added []Item
		err := d.Try(func(f *file.Scenario) error {
			added = join(f, copied(piece))
			return nil
		})
		if err == nil {
			d.Select(added...)
		}
		return err
	})
}

// join adds a piece to a file and returns what was added.
func join(f, piece *file.Scenario) (added []Item) {
	names, regions := map[string]string{}, map[string]string{} // of things that are called otherwise now
	named := func(name *string, usual string) (was string) {
		if was = *name; was == "" || taken(f, was) {
			*name = FreeName(f, cmp.Or(was, usual))
		}
		return was
	}
	add := func(kind Kind) { added = append(added, Item{Kind: kind, Index: count(f, kind) - 1}) }
	for _, e := range piece.Materials {
		if !slices.ContainsFunc(f.Materials, func(has entryM) bool { return has.Name == e.Name }) {
			f.Materials = append(f.Materials, e)
		}
	}
	for _, e := range piece.Points {
		names[named(&e.Name, "point")] = e.Name
		f.Points = append(f.Points, e)
		if len(piece.Joints) == 0 { // points of joints are not looked at by themselves
			add(Point)
		}
	}
	for _, e := range piece.Regions {
		regions[named(&e.Name, "region")] = e.Name
		f.Regions = append(f.Regions, e)
		add(Region)
	}
	for _, w := range piece.Walls {
		named(&w.Name, "wall")
		f.Walls = append(f.Walls, w)
		add(Wall)
	}
	for _, b := range piece.Bodies {
		names[named(&b.Name, usualName(&b))] = b.Name
		f.Bodies = append(f.Bodies, b)
		add(Body)
	}
	referTo(piece, renamed(names))
	for _, j := range piece.Joints {
		named(&j.Name, jointWord(&j))
		f.Joints = append(f.Joints, j)
		add(Joint)
	}
	for _, e := range piece.Fields {
		named(&e.Name, "field")
		f.Fields = append(f.Fields, e)
		add(Field)
	}
	for _, a := range piece.Actuators {
		named(&a.Name, "drive")
		f.Actuators = append(f.Actuators, a)
		add(Actuator)
	}
	for _, g := range piece.Goals {
		named(&g.Name, "goal")
		if now, ok := regions[g.Region]; ok {
			g.Region = now
		}
		f.Goals = append(f.Goals, g)
		add(Goal)
	}
	return added
}

// usualName returns what a body is called that has no name.
func usualName(b *file.Body) string {
	switch o := &b.Outline; {
	case b.Kind == string(sim.Kinematic):
		return "pusher"
	case !o.Circle.IsZero():
		return "disc"
	case o.Box != nil:
		return "box"
	case o.Capsule != nil:
		return "capsule"
	case o.Ellipse != nil:
		return "ellipse"
	}
	return "shape"
}

func jointWord(j *file.Joint) string {
	switch {
	case j.Pivot != nil:
		return "pivot"
	case j.Pin != nil:
		return "pin"
	case j.Rope != nil:
		return "rope"
	case j.Groove != nil:
		return "slide"
	case j.Spring != nil:
		return "spring"
	}
	return "motor"
}

// Copy keeps what is selected for Paste, with the joints, fields, actuators and goals of the bodies that are, as far as all
// bodies of these are.
func (d *Document) Copy() error {
	if len(d.selection) == 0 {
		return errNothing
	}
	f := copied(d.file)
	if w := (&writer{d: d, from: d.file, scene: d.scene, made: d.made}); w.needed() {
		f = w.written()
		d.clipboard = pieceOf(f, mapped(d.selection, w.now))
		return nil
	}
	d.clipboard = pieceOf(f, d.selection)
	return nil
}

func mapped(items []Item, to func(Item) (Item, bool)) (out []Item) {
	for _, i := range items {
		if now, ok := to(i); ok {
			out = append(out, now)
		}
	}
	return out
}

// pieceOf returns items of a file by themselves.
func pieceOf(f *file.Scenario, items []Item) *file.Scenario {
	p := &file.Scenario{Format: file.Format}
	nameAll(f)
	has := map[string]bool{"world": true} // bodies, and points of the world
	for _, i := range items {
		switch i.Kind {
		case Body:
			p.Bodies = append(p.Bodies, f.Bodies[i.Index])
			has[f.Bodies[i.Index].Name] = true
		case Wall:
			p.Walls = append(p.Walls, f.Walls[i.Index])
		case Region:
			p.Regions = append(p.Regions, f.Regions[i.Index])
		case Point:
			p.Points = append(p.Points, f.Points[i.Index])
			has[f.Points[i.Index].Name] = true
		case Joint, Field, Actuator, Goal, Arena: // they follow their bodies
		default:
			panic("edit: a kind of item without a rule")
		}
	}
	body := func(name string) bool { return has[baseOf(name)] && baseOf(name) != "world" }
	for _, j := range f.Joints {
		ends := endsOf(&j)
		if ends == nil || !body(ends[0]) && !body(ends[1]) {
			continue
		}
		for _, end := range ends { // a point of the world comes with its joint
			for _, e := range f.Points {
				if e.Name == end && !has[e.Name] {
					p.Points, has[e.Name] = append(p.Points, e), true
				}
			}
		}
		if has[baseOf(ends[0])] && has[baseOf(ends[1])] {
			p.Joints = append(p.Joints, j)
		}
	}
	for _, e := range f.Fields {
		if ends := fieldEnds(&e); ends != nil && body(ends[0]) && body(ends[1]) {
			p.Fields = append(p.Fields, e)
		}
	}
	for _, a := range f.Actuators {
		if b := driven(&a); b != nil && body(*b) && (a.Against == "" || has[baseOf(a.Against)]) {
			p.Actuators = append(p.Actuators, a)
		}
	}
	for k, g := range f.Goals {
		if body(g.Body) || slices.Contains(items, Item{Kind: Goal, Index: k}) {
			p.Goals = append(p.Goals, g)
		}
	}
	p.Materials = f.Materials
	return copied(p)
}

// CopyFrom lets Paste add what was copied in another document, unless something was copied here.
func (d *Document) CopyFrom(other *Document) {
	if d.clipboard == nil {
		d.clipboard = other.clipboard
	}
}

// Paste adds what was copied, moved by a distance in metres.
func (d *Document) Paste(by sim.Vec) error {
	if d.clipboard == nil {
		return errors.New("nothing was copied")
	}
	return d.paste("paste", by)
}

func (d *Document) paste(name string, by sim.Vec) error {
	return d.whole(name, func() error {
		if err := d.Add(name, moved(d.clipboard, by)); err != nil {
			return err
		}
		return nil
	})
}

// moved returns a piece of plain things that is elsewhere.
func moved(piece *file.Scenario, by sim.Vec) *file.Scenario {
	p := copied(piece)
	shift := func(at *file.Point) *file.Point {
		v, ok := vecOf(at)
		if !ok {
			x, y := added(at[0], by.X), added(at[1], by.Y)
			return &file.Point{x, y}
		}
		return placed(v.Add(by))
	}
	for i := range p.Bodies {
		p.Bodies[i].At = shift(p.Bodies[i].At)
	}
	for i := range p.Walls {
		p.Walls[i].At = shift(p.Walls[i].At)
	}
	for i := range p.Regions {
		p.Regions[i].Value.At = shift(p.Regions[i].Value.At)
	}
	for i := range p.Points {
		p.Points[i].Value = *cmp.Or(shift(&p.Points[i].Value), &file.Point{file.Value(0), file.Value(0)})
	}
	for i := range p.Joints {
		j := &p.Joints[i]
		if j.At != nil {
			j.At = cmp.Or(shift(j.At), &file.Point{file.Value(0), file.Value(0)})
		}
		if j.Groove != nil && j.Groove[1] == "world" {
			for _, end := range []**file.Point{&j.From, &j.To} {
				*end = cmp.Or(shift(*end), &file.Point{file.Value(0), file.Value(0)})
			}
		}
	}
	for i := range p.Goals {
		g := &p.Goals[i]
		if g.Place != nil && g.Place.At != nil {
			g.Place.At = cmp.Or(shift(g.Place.At), &file.Point{file.Value(0), file.Value(0)})
		}
		if g.Pose != nil {
			g.Pose[0], g.Pose[1] = added(g.Pose[0], by.X), added(g.Pose[1], by.Y)
		}
	}
	return p
}

// added returns a number that is larger by something.
func added(n file.Number, by float64) file.Number {
	switch {
	case n.Value != nil:
		return literal(*n.Value + by)
	case n.Text != nil:
		return file.Text(fmt.Sprintf("(%s) + %v", *n.Text, *literal(by).Value))
	}
	return n
}

// Duplicate adds what is selected once more, moved by a distance in metres.
func (d *Document) Duplicate(by sim.Vec) error {
	kept := d.clipboard
	defer func() { d.clipboard = kept }()
	if err := d.Copy(); err != nil {
		return err
	}
	return d.paste("duplicate", by)
}

// Cut is Copy and Delete.
func (d *Document) Cut() error {
	if err := d.Copy(); err != nil {
		return err
	}
	return d.remove("cut")
}

// Copied returns the middle of what was copied, in metres, and whether anything was.
func (d *Document) Copied() (middle sim.Vec, ok bool) {
	if d.clipboard == nil {
		return sim.Vec{}, false
	}
	low, high := sim.Vec{X: math.Inf(1), Y: math.Inf(1)}, sim.Vec{X: math.Inf(-1), Y: math.Inf(-1)}
	add := func(p *file.Point) {
		if v, plain := vecOf(p); plain {
			low, high, ok = sim.Vec{X: min(low.X, v.X), Y: min(low.Y, v.Y)}, sim.Vec{X: max(high.X, v.X), Y: max(high.Y, v.Y)}, true
		}
	}
	for i := range d.clipboard.Bodies {
		add(d.clipboard.Bodies[i].At)
	}
	for i := range d.clipboard.Walls {
		w := &d.clipboard.Walls[i]
		for _, list := range [][]file.Point{w.Segment, w.Chain} {
			for k := range list {
				add(&list[k])
			}
		}
		if w.Segment == nil && w.Chain == nil {
			add(w.At)
		}
	}
	return low.Add(high).Scale(0.5), ok
}

// Delete removes what is selected, and the joints, fields, actuators and goals that cannot be without it.
func (d *Document) Delete() error { return d.remove("delete") }

func (d *Document) remove(name string) error {
	if _, err := d.free(); err != nil {
		return err
	}
	return d.whole(name, func() error {
		if slices.ContainsFunc(d.selection, func(i Item) bool { return i.Kind != Arena }) {
			if err := d.settle(); err != nil {
				return err
			}
		}
		items, err := d.free()
		if err != nil {
			return err
		}
		var gone map[Item]bool
		if err := d.Try(func(f *file.Scenario) error {
			nameAll(f)
			gone = needing(f, items)
			cut(f, gone)
			return nil
		}); err != nil {
			return err
		}
		d.forget(gone)
		d.selection = nil
		return nil
	})
}

// forget takes the marks of items that are gone, and moves those of the items behind them up.
func (d *Document) forget(gone map[Item]bool) {
	d.marks = d.marks.moved(func(i Item) (Item, bool) {
		was := i
		for k := range gone {
			if k.Kind == i.Kind && k.Index < was.Index {
				i.Index--
			}
		}
		return i, !gone[was]
	})
}

// nameAll gives all things that have no name the one that they have by default, so that none gets another one when one
// before it goes.
func nameAll(f *file.Scenario) {
	for i := range f.Bodies {
		f.Bodies[i].Name = cmp.Or(f.Bodies[i].Name, fmt.Sprintf("body%d", i))
	}
	for i := range f.Joints {
		f.Joints[i].Name = cmp.Or(f.Joints[i].Name, fmt.Sprintf("joint%d", i))
	}
	for i := range f.Fields {
		f.Fields[i].Name = cmp.Or(f.Fields[i].Name, fmt.Sprintf("field%d", i))
	}
	for i := range f.Actuators {
		f.Actuators[i].Name = cmp.Or(f.Actuators[i].Name, fmt.Sprintf("actuator%d", i))
	}
	for i := range f.Goals {
		f.Goals[i].Name = cmp.Or(f.Goals[i].Name, fmt.Sprintf("goal%d", i))
	}
}

// needing returns items with all that cannot be without them, and the points of the world that only those need.
func needing(f *file.Scenario, items []Item) map[Item]bool {
	gone, names, regions := map[Item]bool{}, map[string]bool{}, map[string]bool{}
	for _, i := range items {
		gone[i] = true
		switch i.Kind {
		case Body:
			names[f.Bodies[i.Index].Name] = true
		case Point:
			names[f.Points[i.Index].Name] = true
		case Region:
			regions[f.Regions[i.Index].Name] = true
		case Wall, Joint, Field, Actuator, Goal, Arena: // nothing refers to them but measures
		default:
			panic("edit: a kind of item without a rule")
		}
	}
	lost := func(name string) bool { return names[baseOf(name)] }
	for k := range f.Joints {
		if ends := endsOf(&f.Joints[k]); ends != nil && (lost(ends[0]) || lost(ends[1])) {
			gone[Item{Kind: Joint, Index: k}] = true
		}
	}
	for k := range f.Fields {
		if ends := fieldEnds(&f.Fields[k]); ends != nil && (lost(ends[0]) || lost(ends[1])) {
			gone[Item{Kind: Field, Index: k}] = true
		}
	}
	for k := range f.Actuators {
		if body := driven(&f.Actuators[k]); body != nil && lost(*body) || f.Actuators[k].Against != "" && lost(f.Actuators[k].Against) {
			gone[Item{Kind: Actuator, Index: k}] = true
		}
	}
	for k := range f.Goals {
		g := &f.Goals[k]
		if lost(g.Body) || g.Place != nil && g.Place.Name != nil && lost(*g.Place.Name) || g.Region != "" && regions[g.Region] {
			gone[Item{Kind: Goal, Index: k}] = true
		}
	}
	used := map[string]bool{}
	for k := range f.Joints {
		if ends := endsOf(&f.Joints[k]); ends != nil && !gone[Item{Kind: Joint, Index: k}] {
			used[ends[0]], used[ends[1]] = true, true
		}
	}
	for k := range f.Joints {
		if ends := endsOf(&f.Joints[k]); ends != nil && gone[Item{Kind: Joint, Index: k}] {
			for n, e := range f.Points {
				if (e.Name == ends[0] || e.Name == ends[1]) && !used[e.Name] {
					gone[Item{Kind: Point, Index: n}] = true
				}
			}
		}
	}
	return gone
}

// cut removes items from a file.
func cut(f *file.Scenario, gone map[Item]bool) {
	f.Bodies = without(f.Bodies, Body, gone)
	f.Walls = without(f.Walls, Wall, gone)
	f.Joints = without(f.Joints, Joint, gone)
	f.Fields = without(f.Fields, Field, gone)
	f.Actuators = without(f.Actuators, Actuator, gone)
	f.Goals = without(f.Goals, Goal, gone)
	f.Regions = without(f.Regions, Region, gone)
	f.Points = without(f.Points, Point, gone)
	if gone[Item{Kind: Arena}] {
		f.Arena = nil
	}
}

func without[T any](list []T, kind Kind, gone map[Item]bool) []T {
	var left []T
	for k := range list {
		if !gone[Item{Kind: kind, Index: k}] {
			left = append(left, list[k])
		}
	}
	return left
}
