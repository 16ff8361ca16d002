package bodies

import (
	"math"
	"reflect"
	"testing"

	"orrery/sim"
	"orrery/world/watch/cover"
)

// TestShapesTellTheirForm, also where rounding moved their corners.
func TestShapesTellTheirForm(t *testing.T) {
	t.Parallel()
	five := outlinedBy([]sim.Vec{{X: 9}, {X: 3, Y: 8}, {X: -7, Y: 5}, {X: -7, Y: -5}, {X: 3, Y: -8}})
	for _, f := range []cover.Form{disc{12}, capsule{20, 5}, box{20, 7}, square{9}, five} {
		shapes := f.Shapes()
		for k := range shapes[0].Vertices {
			shapes[0].Vertices[k].Y += 1e-9 * float64(k)
		}
		got := Of(shapes)
		if got == nil || reflect.TypeOf(got) != reflect.TypeOf(f) || len(got.Sizes()) != len(f.Sizes()) {
			t.Errorf("%v becomes %v", f, got)
			continue
		}
		for k, size := range f.Sizes() {
			if !(math.Abs(got.Sizes()[k]-size) < 1e-6) {
				t.Errorf("size %d of %v becomes %v", k, f, got.Sizes()[k])
			}
		}
		if _, outlined := f.(outlined); isSimple(f) == outlined {
			t.Errorf("%v: simple %v", f, isSimple(f))
		}
	}
	if f := Of(append(disc{3}.Shapes(), box{3, 4}.Shapes()...)); f != nil {
		t.Errorf("two shapes become %v", f)
	}
	lying := []sim.Shape{sim.NewShape(sim.Segment, 3, sim.Surface{}, sim.Vec{X: -4, Y: -1}, sim.Vec{X: 4, Y: 1})}
	if f := Of(lying); f != nil {
		t.Errorf("a capsule that is turned becomes %v", f)
	}
}

// TestMomentsTellSimpleForms: those of a box, of a square and of a disc give their sizes.
func TestMomentsTellSimpleForms(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		area, long, short float64
		want              cover.Form
		among             int
	}{
		{4 * 20 * 7, 20 / math.Sqrt(3), 7 / math.Sqrt(3), box{20, 7}, 2},
		{4 * 9 * 9, 9 / math.Sqrt(3), 9 / math.Sqrt(3), square{9}, 3},
		{math.Pi * 144, 6, 6, disc{12}, 3},
	} {
		found := false
		list := Simple(c.area, c.long, c.short)
		for _, f := range list {
			if reflect.TypeOf(f) != reflect.TypeOf(c.want) {
				continue
			}
			found = true
			for k, size := range c.want.Sizes() {
				found = found && math.Abs(f.Sizes()[k]-size) < 1e-9
			}
		}
		if !found || len(list) != c.among {
			t.Errorf("%v is not among %v", c.want, list)
		}
	}
}
