package edit

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/sim/scenario/file"
	"orrery/sim/scenario/library"
)

// corners returns the corners of all bodies and walls of a document in the world, shape by shape, as a transformation would
// have them.
func corners(d *Document, to func(sim.Vec) sim.Vec) [][]sim.Vec {
	var list [][]sim.Vec
	for _, i := range d.Items() {
		if i.Kind != Body && i.Kind != Wall && i.Kind != Region {
			continue
		}
		for _, s := range d.Shapes(i) {
			var of []sim.Vec
			for _, v := range s.Vertices {
				v = to(v)
				of = append(of, sim.Vec{X: math.Round(v.X*1e6)/1e6 + 0, Y: math.Round(v.Y*1e6)/1e6 + 0})
			}
			of = append(of, sim.Vec{X: s.Radius}) // and its radius
			list = append(list, of)
		}
	}
	return list
}

// sameCorners compares shapes whose corners may stand in another order, which a mirror gives them.
func sameCorners(a, b [][]sim.Vec, scale float64) bool {
	if len(a) != len(b) {
		return false
	}
	order := func(p, q sim.Vec) int {
		return cmp.Or(cmp.Compare(math.Round(p.X*1e4), math.Round(q.X*1e4)), cmp.Compare(p.Y, q.Y))
	}
	for i := range a {
		one, two := slices.Clone(a[i]), slices.Clone(b[i])
		n := len(one) - 1
		if len(two) != len(one) || !(math.Abs(one[n].X*scale-two[n].X) <= 1e-6) {
			return false
		}
		slices.SortFunc(one[:n], order)
		slices.SortFunc(two[:n], order)
		for k := range n {
			if !(one[k].Sub(two[k]).Len() <= 1e-5) {
				return false
			}
		}
	}
	return true
}

// TestEverythingMovesTogether: every corner of every scenario of the library goes where a motion takes it, the inverse brings
// it back, and joints tie the same points.
func TestEverythingMovesTogether(t *testing.T) {
	t.Parallel()
	about := sim.Vec{X: 0.3, Y: -0.2}
	for _, s := range library.List() {
		d, err := Of(s, 2, 0, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range []struct {
			name     string
			do, undo func() error
			to       func(sim.Vec) sim.Vec
			scale    float64
		}{
			{"move", func() error { return d.Move(sim.Vec{X: 0.4, Y: 0.7}) }, func() error { return d.Move(sim.Vec{X: -0.4, Y: -0.7}) },
				func(v sim.Vec) sim.Vec { return v.Add(sim.Vec{X: 0.4, Y: 0.7}) }, 1},
			{"rotate", func() error { return d.Rotate(about, 0.6) }, func() error { return d.Rotate(about, -0.6) },
				func(v sim.Vec) sim.Vec { return about.Add(v.Sub(about).Rotate(0.6)) }, 1},
			{"scale", func() error { return d.Scale(about, sim.Vec{X: 2, Y: 2}, 0) }, func() error { return d.Scale(about, sim.Vec{X: 0.5, Y: 0.5}, 0) },
				func(v sim.Vec) sim.Vec { return about.Add(v.Sub(about).Scale(2)) }, 2},
			{"mirror", func() error { return d.Mirror() }, func() error { return d.Mirror() }, nil, 1},
		} {
			d.SelectAll()
			before := corners(d, func(v sim.Vec) sim.Vec { return v })
			if m.to == nil {
				low, high, _ := d.Bounds(d.Selection()...)
				m.to = func(v sim.Vec) sim.Vec { return sim.Vec{X: low.X + high.X - v.X, Y: v.Y} }
			}
			want := corners(d, m.to)
			if err := m.do(); err != nil {
				if strings.Contains(err.Error(), "overlaps arena") {
					continue // which stays, and walls must not cross each other
				}
				t.Errorf("%s: %s: %v", s.Name, m.name, err)
				continue
			}
			if got := corners(d, func(v sim.Vec) sim.Vec { return v }); !sameCorners(want, got, m.scale) {
				t.Errorf("%s: %s leads elsewhere", s.Name, m.name)
			}
			for k := range d.Scene().Joints {
				if j := &d.Scene().Joints[k]; j.Kind == sim.Pivot {
					spots := d.Spots(Item{Kind: Joint, Index: d.made.Joints[k].Entry})
					if !(spots[0].Sub(spots[1]).Len() <= 1e-6) {
						t.Errorf("%s: %s tears pivot %d apart", s.Name, m.name, k)
						break
					}
				}
			}
			if err := m.undo(); err != nil {
				t.Errorf("%s: %s back: %v", s.Name, m.name, err)
			}
			if got := corners(d, func(v sim.Vec) sim.Vec { return v }); !sameCorners(before, got, 1) {
				t.Errorf("%s: %s and back leads elsewhere", s.Name, m.name)
			}
		}
	}
}

// TestScaleAlongOneAxis changes what can be changed so, in the frame of the thing.
func TestScaleAlongOneAxis(t *testing.T) {
	t.Parallel()
	d := New()
	at := file.At(0.2, 0.1)
	box := file.Body{Shape: file.Shape{Outline: file.Outline{Box: pointer(sim.Vec{X: 0.4, Y: 0.2})}}, At: &at, Angle: file.Value(0.5), Mass: file.Value(3), Moment: file.Value(0.05)}
	if err := d.Add("draw", &file.Scenario{Bodies: []file.Body{box}}); err != nil {
		t.Fatal(err)
	}
	if err := d.Scale(sim.Vec{X: 0.2, Y: 0.1}, sim.Vec{X: 1.5, Y: 1}, 0.5); err != nil {
		t.Fatal(err)
	}
	b := &d.File().Bodies[0]
	size, _ := vecOf(b.Box)
	if !(size.Sub(sim.Vec{X: 0.6, Y: 0.2}).Len() <= 1e-9) || !(math.Abs(*b.Mass.Value-4.5) <= 1e-9) {
		t.Errorf("the box is %v and weighs %v kg", size, *b.Mass.Value)
	}
	if err := d.Add("draw", disc(0.1, 1, 0)); err != nil {
		t.Fatal(err)
	}
	if err := d.Scale(sim.Vec{X: 0.9}, sim.Vec{X: 2, Y: 1}, 0); err != nil {
		t.Fatal(err)
	}
	if got := d.Scene().Bodies[1]; !(math.Abs(got.Shapes[0].Radius-0.2) <= 1e-9) || !(math.Abs(got.Start.X-1.1) <= 1e-9) {
		t.Errorf("the disc is %+v", got)
	}
	if err := d.Scale(sim.Vec{}, sim.Vec{}, 0); err == nil {
		t.Error("a thing is made nothing")
	}
}

// TestPastedThingsAreOthers: copies have names of their own, are tied as the originals are, and leave these as they were.
func TestPastedThingsAreOthers(t *testing.T) {
	t.Parallel()
	d := of(t, "springs")
	before := d.Scene()
	d.SelectAll()
	if err := d.Copy(); err != nil {
		t.Fatal(err)
	}
	if err := d.Paste(sim.Vec{X: 10}); err != nil {
		t.Fatal(err)
	}
	now := d.Scene()
	n := len(before.Bodies)
	if len(now.Bodies) != 2*n || len(now.Joints) != 2*len(before.Joints) || len(now.Walls) != len(before.Walls) {
		t.Fatalf("%d bodies and %d joints of %d and %d", len(now.Bodies), len(now.Joints), n, len(before.Joints))
	}
	for i := range n {
		a, b := &now.Bodies[i], &now.Bodies[n+i]
		if a.Name == b.Name || !(b.Start.Position().Sub(a.Start.Position()).Sub(sim.Vec{X: 10}).Len() <= 1e-9) {
			t.Errorf("%s at %v is a copy of %s at %v", b.Name, b.Start.Position(), a.Name, a.Start.Position())
		}
	}
	for k, j := range before.Joints {
		c := now.Joints[len(before.Joints)+k]
		if c.A != j.A+n || j.B != sim.World && c.B != j.B+n {
			t.Errorf("joint %d ties %d and %d; its copy %d and %d", k, j.A, j.B, c.A, c.B)
		}
	}
	if len(d.Selection()) == 0 || d.Selected(d.OfBody(0)) || !d.Selected(d.OfBody(n)) {
		t.Error("not the copies are selected")
	}
}
