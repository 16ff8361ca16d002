package edit

import (
	"fmt"
	"slices"

	"orrery/sim"
	"orrery/sim/scenario/file"
)

// Weld makes one body of two, which keeps the name and the frame of the first. What referred to the second refers to the
// first, and what tied one to the other is gone.
func (d *Document) Weld(first, second Item) error {
	if first.Kind != Body || second.Kind != Body || first == second {
		return fmt.Errorf("a weld needs two bodies")
	}
	return d.whole("weld", func() error {
		one, two := d.NameOf(first), d.NameOf(second)
		if err := d.settle(); err != nil {
			return err
		}
		base := d.gesture.base
		var gone map[Item]bool
		err := d.Try(func(f *file.Scenario) (err error) {
			a := slices.IndexFunc(f.Bodies, func(b file.Body) bool { return b.Name == one })
			b := slices.IndexFunc(f.Bodies, func(b file.Body) bool { return b.Name == two })
			if a < 0 || b < 0 {
				nameAll(f)
				a, b = first.Index, second.Index
			}
			gone, err = weld(f, base, a, b)
			return err
		})
		if err != nil {
			return err
		}
		d.forget(gone)
		d.selection = nil
		for i := range d.scene.Bodies {
			if d.scene.Bodies[i].Name == one {
				d.Select(d.OfBody(i))
			}
		}
		return nil
	})
}

// weld joins body b of a file to body a, and returns what is gone with it.
func weld(f *file.Scenario, base state, a, b int) (map[Item]bool, error) {
	frame := func(k int) sim.BodyState {
		i := slices.IndexFunc(base.made.Bodies, func(s source) bool { return s.Entry == k })
		start := base.scene.Bodies[i].Start
		at := start.Point(base.made.Bodies[i].Origin)
		return sim.BodyState{X: at.X, Y: at.Y, Angle: start.Angle}
	}
	to, from := frame(a), frame(b)
	turn := from.Angle - to.Angle
	into := func(p sim.Vec) sim.Vec { return from.Point(p).Sub(to.Position()).Rotate(-to.Angle) }
	first, second := &f.Bodies[a], &f.Bodies[b]
	parts := parted(first)
	for _, p := range parted(second) {
		at, ok := vecOf(p.At)
		if !ok || !plain(p.Angle) {
			return nil, fmt.Errorf("%s: its shapes stand where expressions say: scale it once, and they are plain", second.Name)
		}
		own := 0.0
		if p.Angle.Value != nil {
			own = *p.Angle.Value
		}
		p.At, p.Angle = placed(into(at)), angle(own+turn)
		parts = append(parts, p)
	}
	if !first.Mass.IsZero() || !second.Mass.IsZero() { // of which no density is known
		first.Mass, first.Moment, first.Centre = massOf(base, a, b), file.Number{}, nil
		first.Density = file.Number{}
	}
	first.Shape = file.Shape{Shapes: parts}
	points := map[string]string{}
	for _, e := range second.Points {
		at, ok := vecOf(&e.Value)
		if !ok {
			return nil, fmt.Errorf("%s: its point %s stands where an expression says", second.Name, e.Name)
		}
		points[e.Name] = addPoint(first, into(at))
	}
	one, two := first.Name, second.Name
	referTo(f, func(name string) string {
		if baseOf(name) != two {
			return name
		}
		if len(name) > len(two) && name[len(two)] == '.' {
			return one + "." + points[name[len(two)+1:]]
		}
		return one
	})
	gone := map[Item]bool{{Kind: Body, Index: b}: true}
	for k := range f.Joints {
		if ends := endsOf(&f.Joints[k]); ends != nil && baseOf(ends[0]) == baseOf(ends[1]) {
			gone[Item{Kind: Joint, Index: k}] = true
		}
	}
	for k := range f.Fields {
		if ends := fieldEnds(&f.Fields[k]); ends != nil && baseOf(ends[0]) == baseOf(ends[1]) {
			gone[Item{Kind: Field, Index: k}] = true
		}
	}
	cut(f, gone)
	return gone, nil
}

// massOf returns the mass of two bodies together.
func massOf(base state, a, b int) file.Number {
	sum := 0.0
	for i, s := range base.made.Bodies {
		if s.Entry == a || s.Entry == b {
			sum += base.scene.Bodies[i].Mass
		}
	}
	return literal(sum)
}

// parted returns the shapes of a body, each with what it is made of.
func parted(b *file.Body) []file.Part {
	parts := b.Shapes
	if parts == nil {
		parts = []file.Part{{Outline: b.Outline}}
	}
	for i := range parts {
		p := &parts[i]
		if p.Density.IsZero() && b.Mass.IsZero() && p.Material == "" {
			p.Density = b.Density
		}
		if p.Surface == (file.Surface{}) {
			p.Surface = b.Surface
		}
	}
	return parts
}
