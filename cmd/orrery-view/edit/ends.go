package edit

import (
	"errors"
	"fmt"
	"slices"

	"orrery/sim"
	"orrery/sim/scenario/file"
)

// Local returns where a point of the world is in the frame of a body's shapes, in metres.
func (d *Document) Local(i Item, at sim.Vec) sim.Vec {
	k := d.BodyOf(i)
	if k < 0 {
		return at
	}
	start := d.scene.Bodies[k].Start
	return at.Sub(start.Position()).Rotate(-start.Angle).Sub(d.made.Bodies[k].Origin)
}

// Named returns the body of a name.
func (d *Document) Named(name string) (Item, bool) {
	for k := range d.scene.Bodies {
		if d.scene.Bodies[k].Name == name {
			return d.OfBody(k), true
		}
	}
	return Item{}, false
}

// polygonOf returns the corners in a file of a body or a region that is a polygon, or nil.
func polygonOf(f *file.Scenario, i Item) []file.Point {
	if i.Index >= count(f, i.Kind) {
		return nil
	}
	switch {
	case i.Kind == Body && len(f.Bodies[i.Index].Shapes) == 0 && f.Bodies[i.Index].Count.IsZero():
		return f.Bodies[i.Index].Polygon
	case i.Kind == Region:
		return f.Regions[i.Index].Value.Polygon
	}
	return nil
}

// placeOf returns where the frame of a body or a region is, in metres, and how it is turned, in radians.
func (d *Document) placeOf(i Item) (origin sim.Vec, turned float64) {
	if i.Kind == Body {
		k := d.BodyOf(i)
		start := d.scene.Bodies[k].Start
		return start.Position().Add(d.made.Bodies[k].Origin.Rotate(start.Angle)), start.Angle
	}
	r := &d.file.Regions[i.Index].Value
	origin, _ = vecOf(r.At)
	if r.Angle.Value != nil {
		turned = *r.Angle.Value
	}
	return origin, turned
}

// Ends returns the points of an item that PutEnd moves, in metres in the world: the ends of a joint that are not its bodies
// themselves, the corners of a wall that is a line, and those of a body or a region that is a polygon.
func (d *Document) Ends(i Item) []sim.Vec {
	switch i.Kind {
	case Joint:
		if j := &d.file.Joints[i.Index]; j.Motor != nil {
			return nil
		}
		spots := d.Spots(i)
		if j := &d.file.Joints[i.Index]; j.Pivot != nil && len(spots) == 2 {
			return spots[:1]
		}
		return spots
	case Wall:
		w := &d.file.Walls[i.Index]
		if w.At != nil || !w.Angle.IsZero() || !plainShape(&w.Shape) || !w.Count.IsZero() || w.Scatter != nil {
			return nil
		}
		var list []sim.Vec
		for _, corners := range [][]file.Point{w.Segment, w.Chain} {
			for k := range corners {
				v, _ := vecOf(&corners[k])
				list = append(list, v)
			}
		}
		return list
	case Body, Region:
		corners := polygonOf(d.file, i)
		if corners == nil || i.Kind == Body && d.BodyOf(i) < 0 || i.Kind == Region && d.file.Regions[i.Index].Value.At != nil && !plain(d.file.Regions[i.Index].Value.At[:]...) {
			return nil
		}
		var list []sim.Vec
		origin, turned := d.placeOf(i)
		for k := range corners {
			v, ok := vecOf(&corners[k])
			if !ok {
				return nil
			}
			list = append(list, origin.Add(v.Rotate(turned)))
		}
		return list
	case Field, Actuator, Goal, Point, Arena:
		return nil
	}
	panic("edit: a kind of item without a rule")
}

// PutEnd puts one of the Ends of an item, by its number from 0, at a point of the world in metres.
func (d *Document) PutEnd(i Item, end int, at sim.Vec) error {
	if d.Locked(i) {
		return fmt.Errorf("%s is locked: unlock it first", d.NameOf(i))
	}
	name := d.NameOf(i)
	return d.Rearrange("move an end", func(f *file.Scenario) error {
		if i.Index >= count(f, i.Kind) {
			return errors.New("what has this end is gone")
		}
		if i.Kind == Body || i.Kind == Region {
			corners := polygonOf(f, i)
			if end >= len(corners) {
				return errors.New("only polygons have corners")
			}
			origin, turned := d.placeOf(i)
			corners[end] = point(at.Sub(origin).Rotate(-turned))
			return nil
		}
		if i.Kind == Wall {
			w := &f.Walls[i.Index]
			for _, corners := range [][]file.Point{w.Segment, w.Chain} {
				if end < len(corners) {
					corners[end] = point(at)
				}
			}
			return nil
		}
		k := slices.IndexFunc(f.Joints, func(j file.Joint) bool { return j.Name == name })
		if k < 0 {
			k = i.Index
		}
		if i.Kind != Joint || k >= len(f.Joints) {
			return errors.New("only joints and lines have ends")
		}
		return d.putEnd(f, &f.Joints[k], end, at)
	})
}

func (d *Document) putEnd(f *file.Scenario, j *file.Joint, end int, at sim.Vec) error {
	ends := endsOf(j)
	local := func(name string) sim.Vec {
		if body, ok := d.Named(baseOf(name)); ok {
			return d.Local(body, at)
		}
		return at
	}
	if j.Groove != nil && end > 0 {
		p := j.From
		if end == 2 {
			p = j.To
		}
		*p = point(local(ends[1]))
		return nil
	}
	if j.Pivot != nil {
		if j.At != nil {
			j.At = pointer(at)
			return nil
		}
		for k := range ends {
			putPoint(f, &ends[k], local(ends[k]))
		}
		return nil
	}
	putPoint(f, &ends[end], local(ends[end]))
	return nil
}

// putPoint moves the point that an end names, or gives it one. A point that others use stays, and the end gets its own.
func putPoint(f *file.Scenario, end *string, at sim.Vec) {
	users := 0
	referTo(f, func(name string) string {
		if name == *end {
			users++
		}
		return name
	})
	base := baseOf(*end)
	if users <= 1 {
		for k := range f.Points {
			if f.Points[k].Name == *end {
				f.Points[k].Value = point(at)
				return
			}
		}
		for i := range f.Bodies {
			b := &f.Bodies[i]
			for k := range b.Points {
				if b.Name == base && *end == base+"."+b.Points[k].Name {
					b.Points[k].Value = point(at)
					return
				}
			}
		}
	}
	if slices.ContainsFunc(f.Points, func(e entryP) bool { return e.Name == base }) {
		base = "world"
	}
	*end = End(f, base, at)
}
