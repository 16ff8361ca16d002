package edit

import (
	"math"
	"slices"

	"orrery/sim"
)

// Shapes returns what an item looks like in the world: the shapes of a body, a wall or a region, of a goal those that its
// body has there, and of the arena its sides. Others have none.
func (d *Document) Shapes(i Item) []sim.Shape {
	switch i.Kind {
	case Body:
		if k := d.BodyOf(i); k >= 0 {
			return inWorld(&d.scene.Bodies[k], d.scene.Bodies[k].Start)
		}
	case Wall, Arena:
		var list []sim.Shape
		for _, k := range d.WallsOf(i) {
			list = append(list, d.scene.Walls[k])
		}
		return list
	case Region:
		if i.Index < len(d.scene.Regions) {
			return []sim.Shape{d.scene.Regions[i.Index].Shape}
		}
	case Goal:
		k := d.PartOf(i)
		if k < 0 {
			return nil
		}
		g := &d.scene.Goals[k]
		switch g.Kind {
		case sim.Place:
			return []sim.Shape{sim.NewShape(sim.Circle, g.Radius, sim.Surface{}, g.Target)}
		case sim.Pose:
			return inWorld(&d.scene.Bodies[g.Body], sim.BodyState{X: g.Target.X, Y: g.Target.Y, Angle: g.Angle})
		case sim.Inside:
			if r := d.scene.Region(g.Region); r != nil {
				return []sim.Shape{r.Shape}
			}
		case sim.Angle:
		default:
			panic("edit: a kind of goal without a rule")
		}
	case Joint, Field, Actuator, Point:
	default:
		panic("edit: a kind of item without a rule")
	}
	return nil
}

func inWorld(b *sim.Body, at sim.BodyState) []sim.Shape {
	list := slices.Clone(b.Shapes)
	for i := range list {
		list[i].Vertices = slices.Clone(list[i].Vertices)
		for k, v := range list[i].Vertices {
			list[i].Vertices[k] = at.Point(v)
		}
	}
	return list
}

// Spots returns the places of an item in the world that are neither corners nor sides: the ends of a joint, the two bodies
// of a field, the body of an actuator, a point, the origin of a body's frame, and the place of a goal.
func (d *Document) Spots(i Item) []sim.Vec {
	at := func(body int, p sim.Vec) sim.Vec {
		if body == sim.World {
			return p
		}
		return d.scene.Bodies[body].Start.Point(p)
	}
	k := d.PartOf(i)
	switch i.Kind {
	case Joint:
		if k < 0 {
			return nil
		}
		j := &d.scene.Joints[k]
		switch j.Kind {
		case sim.Groove:
			return []sim.Vec{at(j.A, j.AnchorA), at(j.B, j.AnchorB), at(j.B, j.EndB)}
		case sim.Motor:
			if j.B == sim.World {
				return []sim.Vec{at(j.A, sim.Vec{})}
			}
			return []sim.Vec{at(j.A, sim.Vec{}), at(j.B, sim.Vec{})}
		case sim.Pivot, sim.Pin, sim.Rope, sim.Spring:
			return []sim.Vec{at(j.A, j.AnchorA), at(j.B, j.AnchorB)}
		}
		panic("edit: a kind of joint without a rule")
	case Field:
		if k >= 0 {
			f := &d.scene.Fields[k]
			return []sim.Vec{at(f.A, sim.Vec{}), at(f.B, sim.Vec{})}
		}
	case Actuator:
		if k >= 0 {
			return []sim.Vec{at(d.scene.Actuators[k].Body, sim.Vec{})}
		}
	case Goal:
		if k >= 0 && d.scene.Goals[k].Kind == sim.Angle {
			return []sim.Vec{at(d.scene.Goals[k].Body, sim.Vec{})}
		} else if k >= 0 && d.scene.Goals[k].Kind != sim.Inside {
			return []sim.Vec{d.scene.Goals[k].Target}
		}
	case Point:
		for _, p := range d.scene.Points {
			if p.Body == sim.World && p.Name == d.file.Points[i.Index].Name {
				return []sim.Vec{p.At}
			}
		}
	case Body:
		if k := d.BodyOf(i); k >= 0 {
			return []sim.Vec{d.scene.Bodies[k].Start.Position()}
		}
	case Wall, Region, Arena:
	default:
		panic("edit: a kind of item without a rule")
	}
	return nil
}

// Frame returns how the frame of an item is turned, in radians: that of a body or of a wall that is a box.
func (d *Document) Frame(i Item) float64 {
	switch i.Kind {
	case Body:
		if k := d.BodyOf(i); k >= 0 {
			return d.scene.Bodies[k].Start.Angle
		}
	case Wall:
		if a := d.file.Walls[i.Index].Angle.Value; a != nil {
			return *a
		}
	case Region:
		if a := d.file.Regions[i.Index].Value.Angle.Value; a != nil {
			return *a
		}
	case Joint, Field, Actuator, Goal, Point, Arena:
	default:
		panic("edit: a kind of item without a rule")
	}
	return 0
}

// Bounds returns the corners of the box around items, in metres, and whether they have any place.
func (d *Document) Bounds(items ...Item) (low, high sim.Vec, ok bool) {
	return d.BoundsIn(0, items...)
}

// BoundsIn is Bounds in a frame that is turned by an angle about the origin of the world: corners are in that frame.
func (d *Document) BoundsIn(frame float64, items ...Item) (low, high sim.Vec, ok bool) {
	low, high = sim.Vec{X: math.Inf(1), Y: math.Inf(1)}, sim.Vec{X: math.Inf(-1), Y: math.Inf(-1)}
	add := func(v sim.Vec, r float64) {
		v, ok = v.Rotate(-frame), true
		low = sim.Vec{X: min(low.X, v.X-r), Y: min(low.Y, v.Y-r)}
		high = sim.Vec{X: max(high.X, v.X+r), Y: max(high.Y, v.Y+r)}
	}
	for _, i := range items {
		shapes := d.Shapes(i)
		for s := range shapes {
			for _, v := range shapes[s].Vertices {
				add(v, shapes[s].Radius)
			}
		}
		if shapes == nil {
			for _, v := range d.Spots(i) {
				add(v, 0)
			}
		}
	}
	return low, high, ok
}

// ranks says what is on top of what: the smaller is. An actuator is drawn in its body, which is taken first.
var ranks = map[Kind]int{Joint: 0, Point: 0, Field: 0, Goal: 0, Body: 2, Wall: 3, Actuator: 3, Region: 5, Arena: 6}

// Pick returns the items at a point of the world, the one on top first. What is no wider than reach, in metres, is taken
// from that far away.
func (d *Document) Pick(at sim.Vec, reach float64) []Item {
	type found struct {
		item Item
		rank int
		far  float64
	}
	var list []found
	for _, i := range d.Items() {
		rank, far := ranks[i.Kind], math.Inf(1)
		spots := d.Spots(i)
		switch i.Kind {
		case Joint, Point, Field, Actuator, Goal:
			for _, s := range spots {
				far = min(far, s.Sub(at).Len())
			}
			if len(spots) > 1 && i.Kind != Actuator {
				if side := sim.NewShape(sim.Segment, 0, sim.Surface{}, spots[len(spots)-2], spots[len(spots)-1]); far > reach {
					rank, far = rank+1, side.Distance(at)
				}
			}
			if i.Kind == Goal && far > reach {
				rank = 4
				for _, s := range d.Shapes(i) {
					far = min(far, max(s.Distance(at), 0))
				}
			}
		case Body, Wall, Region, Arena:
			shapes := d.Shapes(i)
			for k := range shapes {
				far = min(far, max(shapes[k].Distance(at), 0))
			}
		default:
			panic("edit: a kind of item without a rule")
		}
		if far <= reach {
			list = append(list, found{i, rank, far})
		}
	}
	slices.SortStableFunc(list, func(a, b found) int {
		if a.rank != b.rank {
			return a.rank - b.rank
		}
		switch {
		case a.far < b.far:
			return -1
		case a.far > b.far:
			return 1
		}
		return 0
	})
	items := make([]Item, len(list))
	for k := range list {
		items[k] = list[k].item
	}
	return items
}
