package edit

import (
	"strings"
	"testing"

	"orrery/sim"
	"orrery/sim/scenario/file"
)

// arrow is a document with a concave polygon that is turned, and a region that is one.
func arrow(t *testing.T) *Document {
	t.Helper()
	d := New()
	if err := d.Change("draw", func(f *file.Scenario) error {
		corners := func(list ...sim.Vec) (out []file.Point) {
			for _, v := range list {
				out = append(out, point(v))
			}
			return out
		}
		b := file.Body{Name: "arrow", At: pointer(sim.Vec{X: 1, Y: 0.5}), Angle: literal(0.4)}
		b.Polygon = corners(sim.Vec{X: -0.3, Y: -0.2}, sim.Vec{X: 0.3, Y: -0.2}, sim.Vec{X: 0.3, Y: 0.3}, sim.Vec{X: 0, Y: 0})
		f.Bodies = append(f.Bodies, b)
		r := file.Region{At: pointer(sim.Vec{X: -1}), Angle: literal(-0.3)}
		r.Polygon = corners(sim.Vec{X: -0.3, Y: -0.2}, sim.Vec{X: 0.3, Y: -0.2}, sim.Vec{X: 0, Y: 0.3})
		f.Regions = append(f.Regions, entryOf("yard", r))
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return d
}

// TestCornersOfFinishedPolygonsCanBeMoved, each alone, by a handle like any other, and what would cross itself is refused.
func TestCornersOfFinishedPolygonsCanBeMoved(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		item    Item
		corners int
	}{{Item{Kind: Body}, 4}, {Item{Kind: Region}, 3}} {
		for k := range c.corners {
			d := arrow(t)
			before := d.Ends(c.item)
			if len(before) != c.corners {
				t.Fatalf("%v has corners at %v", c.item, before)
			}
			b := NewBench(d)
			d.Select(c.item)
			turns := 0
			for _, h := range b.Handles(0.02) {
				if h.Turn {
					turns++
				}
			}
			if turns != 1 {
				t.Errorf("%v cannot be turned any more", c.item)
			}
			to := before[k].Add(sim.Vec{X: 0.02, Y: 0.03})
			p := Pointer{At: before[k], Reach: 0.02, Free: true}
			b.Down(p)
			for share := 0.25; share <= 1; share += 0.25 { // the frame of the body does not drift on the way
				p.At = before[k].Add(to.Sub(before[k]).Scale(share))
				b.Move(p)
			}
			b.Up(p)
			for n, at := range d.Ends(c.item) {
				want := before[n]
				if n == k {
					want = to
				}
				if !(at.Sub(want).Len() <= 1e-8) {
					t.Errorf("%v: corner %d was moved to %v, and corner %d is at %v, want %v", c.item, k, to, n, at, want)
				}
			}
			if list := d.Undoable(); list[len(list)-1] != "move an end" || len(list) != 2 {
				t.Errorf("%q", list)
			}
		}
	}
	d := arrow(t)
	text := string(d.Text())
	if err := d.PutEnd(Item{Kind: Body}, 3, sim.Vec{X: 1, Y: 0.5}.Add(sim.Vec{Y: -0.5}.Rotate(0.4))); err == nil || !strings.Contains(err.Error(), "cross") || string(d.Text()) != text {
		t.Errorf("a polygon crosses itself: %v", err)
	}
	if d.PutEnd(Item{Kind: Body}, 4, sim.Vec{}) == nil {
		t.Error("there is no fifth corner")
	}
}
