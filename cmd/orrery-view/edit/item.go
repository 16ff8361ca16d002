package edit

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"orrery/sim"
	"orrery/sim/scenario"
	"orrery/sim/scenario/file"
)

// Kind says in which list of the file an Item is.
type Kind string

// The kinds of item: those of the lists of a scenario file, and its arena.
const (
	Body     Kind = "body"
	Wall     Kind = "wall"
	Joint    Kind = "joint"
	Field    Kind = "field"
	Actuator Kind = "actuator"
	Goal     Kind = "goal"
	Region   Kind = "region"
	Point    Kind = "point"
	Arena    Kind = "arena"
)

// Kinds are all kinds of item.
var Kinds = []Kind{Body, Wall, Joint, Field, Actuator, Goal, Region, Point, Arena}

// Item is something of the document that can be selected.
type Item struct {
	Kind  Kind
	Index int // in the list of the file
	Copy  int // of a body or a wall with count, from 0
}

// count returns how many entries a list of a file has.
func count(f *file.Scenario, kind Kind) int {
	switch kind {
	case Body:
		return len(f.Bodies)
	case Wall:
		return len(f.Walls)
	case Joint:
		return len(f.Joints)
	case Field:
		return len(f.Fields)
	case Actuator:
		return len(f.Actuators)
	case Goal:
		return len(f.Goals)
	case Region:
		return len(f.Regions)
	case Point:
		return len(f.Points)
	case Arena:
		if f.Arena != nil {
			return 1
		}
		return 0
	}
	panic("edit: a kind of item without a rule")
}

// has reports whether there is an item.
func (d *Document) has(i Item) bool {
	if i.Index < 0 || i.Index >= count(d.file, i.Kind) {
		return false
	}
	switch i.Kind {
	case Body:
		return d.BodyOf(i) >= 0
	case Wall:
		return len(d.WallsOf(i)) > 0
	case Joint, Field, Actuator, Goal, Region, Point, Arena:
		return i.Copy == 0
	}
	panic("edit: a kind of item without a rule")
}

// BodyOf returns the index in the scene of a body, or -1.
func (d *Document) BodyOf(i Item) int {
	if i.Kind != Body {
		return -1
	}
	return slices.IndexFunc(d.made.Bodies, func(s scenario.Source) bool { return s.Entry == i.Index && s.Copy == i.Copy })
}

// OfBody returns the item of a body of the scene.
func (d *Document) OfBody(index int) Item {
	return Item{Body, d.made.Bodies[index].Entry, d.made.Bodies[index].Copy}
}

// WallsOf returns the indices in the scene's walls of the shapes of a wall or of the arena.
func (d *Document) WallsOf(i Item) []int {
	if i.Kind != Wall && i.Kind != Arena {
		return nil
	}
	var list []int
	for k, s := range d.made.Walls {
		if i.Kind == Arena && s.Entry == scenario.ArenaEntry || i.Kind == Wall && s.Entry == i.Index && s.Copy == i.Copy {
			list = append(list, k)
		}
	}
	return list
}

// PartOf returns the index in the scene of the first joint, field, actuator or goal that an item makes, or -1.
func (d *Document) PartOf(i Item) int {
	var list []scenario.Source
	switch i.Kind {
	case Joint:
		list = d.made.Joints
	case Field:
		list = d.made.Fields
	case Actuator:
		list = d.made.Actuators
	case Goal:
		list = d.made.Goals
	case Body, Wall, Region, Point, Arena:
		return -1
	default:
		panic("edit: a kind of item without a rule")
	}
	return slices.IndexFunc(list, func(s scenario.Source) bool { return s.Entry == i.Index })
}

// NameOf returns the name by which the file refers to an item, and people with it.
func (d *Document) NameOf(i Item) string {
	f := d.file
	if i.Index < 0 || i.Index >= count(f, i.Kind) {
		return ""
	}
	usual := fmt.Sprintf("%s%d", i.Kind, i.Index)
	switch i.Kind {
	case Body:
		if k := d.BodyOf(i); k >= 0 {
			return d.scene.Bodies[k].Name
		}
		return cmp.Or(f.Bodies[i.Index].Name, usual)
	case Wall:
		return cmp.Or(f.Walls[i.Index].Name, usual)
	case Joint:
		return cmp.Or(f.Joints[i.Index].Name, usual)
	case Field:
		return cmp.Or(f.Fields[i.Index].Name, usual)
	case Actuator:
		return cmp.Or(f.Actuators[i.Index].Name, usual)
	case Goal:
		return cmp.Or(f.Goals[i.Index].Name, usual)
	case Region:
		return f.Regions[i.Index].Name
	case Point:
		return f.Points[i.Index].Name
	case Arena:
		return "arena"
	}
	panic("edit: a kind of item without a rule")
}

// Items returns all items, each copy for itself, in the order of the file.
func (d *Document) Items() []Item {
	var list []Item
	for _, kind := range Kinds {
		switch kind {
		case Body:
			for _, s := range d.made.Bodies {
				list = append(list, Item{Body, s.Entry, s.Copy})
			}
		case Wall:
			for _, s := range d.made.Walls {
				if item := (Item{Wall, s.Entry, s.Copy}); s.Entry != scenario.ArenaEntry && !slices.Contains(list, item) {
					list = append(list, item)
				}
			}
		case Joint, Field, Actuator, Goal, Region, Point, Arena:
			for k := range count(d.file, kind) {
				list = append(list, Item{Kind: kind, Index: k})
			}
		default:
			panic("edit: a kind of item without a rule")
		}
	}
	return list
}

// Selection returns what is selected, in the order in which it was.
func (d *Document) Selection() []Item { return slices.Clone(d.selection) }

// Selected reports whether an item is.
func (d *Document) Selected(i Item) bool { return slices.Contains(d.selection, i) }

// Select selects items, with all of their groups, and nothing else. Items that are not there are left out.
func (d *Document) Select(items ...Item) {
	d.selection = nil
	for _, i := range items {
		for _, with := range d.grouped(i) {
			if d.has(with) && !d.Selected(with) {
				d.selection = append(d.selection, with)
			}
		}
	}
}

// Toggle selects an item besides what is selected, with all of its group, or no longer.
func (d *Document) Toggle(i Item) {
	if d.Selected(i) {
		group := d.grouped(i)
		d.selection = slices.DeleteFunc(d.selection, func(of Item) bool { return slices.Contains(group, of) })
		return
	}
	d.Select(append(d.Selection(), i)...)
}

// SelectAll selects everything that is neither locked nor the arena.
func (d *Document) SelectAll() {
	d.Select(slices.DeleteFunc(d.Items(), func(i Item) bool { return i.Kind == Arena || d.Locked(i) })...)
}

// marks are what the document knows of items besides the file. They are never changed.
type marks struct {
	locked map[Item]bool
	groups map[Item]int
}

func (m marks) same(other marks) bool {
	return maps.Equal(m.locked, other.locked) && maps.Equal(m.groups, other.groups)
}

// moved returns the marks of items that are elsewhere in their lists now, or nowhere.
func (m marks) moved(to func(Item) (Item, bool)) marks {
	out := marks{map[Item]bool{}, map[Item]int{}}
	for i := range m.locked {
		if now, ok := to(i); ok {
			out.locked[now] = true
		}
	}
	for i, group := range m.groups {
		if now, ok := to(i); ok {
			out.groups[now] = group
		}
	}
	return out
}

// grouped returns an item with all others of its group.
func (d *Document) grouped(i Item) []Item {
	group, ok := d.marks.groups[i]
	if !ok {
		return []Item{i}
	}
	list := []Item{i}
	for _, other := range d.Items() {
		if d.marks.groups[other] == group && other != i {
			list = append(list, other)
		}
	}
	return list
}

// Locked reports whether an item is locked: no gesture moves, changes or deletes it.
func (d *Document) Locked(i Item) bool { return d.marks.locked[i] }

// Lock locks what is selected, or unlocks it when all of it is locked.
func (d *Document) Lock() error {
	if len(d.selection) == 0 {
		return errNothing
	}
	name := "unlock"
	open := slices.ContainsFunc(d.selection, func(i Item) bool { return !d.Locked(i) })
	if open {
		name = "lock"
	}
	return d.mark(name, func(m *marks) {
		for _, i := range d.selection {
			if open {
				m.locked[i] = true
			} else {
				delete(m.locked, i)
			}
		}
	})
}

// Group makes a group of what is selected, which is selected together from now on, or takes apart the groups of it when
// it is one.
func (d *Document) Group() error {
	if len(d.selection) < 2 {
		return fmt.Errorf("a group needs two things: select them first")
	}
	group, one := d.marks.groups[d.selection[0]], true
	for _, i := range d.selection {
		one = one && group > 0 && d.marks.groups[i] == group
	}
	if one {
		return d.mark("ungroup", func(m *marks) {
			maps.DeleteFunc(m.groups, func(_ Item, of int) bool { return of == group })
		})
	}
	return d.mark("group", func(m *marks) {
		next := 1
		for _, of := range m.groups {
			next = max(next, of+1)
		}
		for _, i := range d.selection {
			m.groups[i] = next
		}
	})
}

// mark changes the marks, which is an entry of the history.
func (d *Document) mark(name string, change func(*marks)) error {
	return d.whole(name, func() error {
		next := d.marks.moved(func(i Item) (Item, bool) { return i, true })
		change(&next)
		d.marks = next
		d.version++
		return nil
	})
}

// free returns what of the selection is not locked, or an error when that is nothing.
func (d *Document) free() ([]Item, error) {
	if len(d.selection) == 0 {
		return nil, errNothing
	}
	items := slices.DeleteFunc(d.Selection(), d.Locked)
	if len(items) == 0 {
		return nil, fmt.Errorf("%s is locked: unlock it first", d.NameOf(d.selection[0]))
	}
	return items, nil
}

// vecOf returns a point of two plain numbers.
func vecOf(p *file.Point) (sim.Vec, bool) {
	if p == nil {
		return sim.Vec{}, true
	}
	if p[0].Value == nil || p[1].Value == nil {
		return sim.Vec{}, false
	}
	return sim.Vec{X: *p[0].Value, Y: *p[1].Value}, true
}
