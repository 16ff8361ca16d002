package bodies

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
	"orrery/world/watch/cover"
	"orrery/world/watch/look"
)

// squareOf returns a patch of an even square of an area in px², about a place.
func squareOf(area, x, y float64, colour look.Colour) patch {
	side := area / 12
	return patch{moments: moments{n: area, x: area * x, y: area * y, xx: area * (x*x + side - 1./12), xy: area * x * y, yy: area * (y*y + side - 1./12)},
		colour: colour, beside: map[int]int{}, rim: int(4 * math.Sqrt(area))}
}

var (
	red  = look.Colour{200, 20, 20}
	blue = look.Colour{20, 20, 200}
)

// filmOf returns what is known of a film with these patches in its pictures.
func filmOf(pictures ...[]patch) *finder {
	f := &finder{slack: 1}
	for at, patches := range pictures {
		f.sights = append(f.sights, sight{number: at, follows: at > 0, patches: patches})
	}
	return f
}

// TestFormsHaveLeastSizes: half a pixel, and a capsule is longer than an eighth of its radius.
func TestFormsHaveLeastSizes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		form  cover.Form
		sizes []float64
		good  bool
	}{
		{disc{1}, []float64{0.51}, true}, {disc{1}, []float64{0.5}, false}, {disc{1}, []float64{math.NaN()}, false}, {square{1}, []float64{0.51}, true}, {square{1}, []float64{0.5}, false},
		{box{1, 1}, []float64{0.51, 0.51}, true}, {box{1, 1}, []float64{0.5, 3}, false}, {box{1, 1}, []float64{3, 0.5}, false},
		{capsule{1, 1}, []float64{1.21, 10}, true}, {capsule{1, 1}, []float64{1.19, 10}, false}, {capsule{1, 1}, []float64{3, 0.5}, false},
		{outlinedBy([]sim.Vec{{}, {X: 4}, {Y: 4}}), []float64{0, 0, 5, 0, 0, 5}, true}, {outlinedBy([]sim.Vec{{}, {X: 4}, {Y: 4}}), []float64{0, 0, 0, 5, 5, 0}, true},
		{outlinedBy([]sim.Vec{{}, {X: 4}, {X: 4, Y: 4}, {Y: 4}}), []float64{0, 0, 4, 4, 4, 0, 0, 4}, false},
	} {
		got := c.form.With(c.sizes)
		if (got != nil) != c.good {
			t.Errorf("%v with %v: %v", c.form, c.sizes, got)
		}
	}
	many := func(n int) (corners []sim.Vec) {
		for k := range n {
			corners = append(corners, sim.Vec{X: 50}.Rotate(2*math.Pi*float64(k)/float64(n)))
		}
		return corners
	}
	for n, good := range map[int]bool{2: false, 3: true, 40: true, 41: false} {
		if got := outlinedBy(many(n)); (got != nil) != good {
			t.Errorf("%d corners: %v", n, got)
		}
	}
	for n, want := range map[int]int{3: 3, 4: 4, 5: 5, 6: 6} {
		if got := orderOf(many(n)); got != want {
			t.Errorf("%d corners look alike in %d turns", n, got)
		}
	}
	off := many(4)
	if off[0].X += 0.2; orderOf(off) != 4 {
		t.Error("a fifth of a pixel counts")
	}
	if off[0].X += 2; orderOf(off) == 4 {
		t.Error("two pixels do not count")
	}
	for form, want := range map[cover.Form]int{disc{3}: 0, capsule{3, 2}: 2, square{3}: 4, box{3, 3.09}: 4, box{3, 3.11}: 2} {
		if got := Alike(form); got != want {
			t.Errorf("%v looks alike in %d turns, want %d", form, got, want)
		}
	}
	for ratio, want := range map[float64]string{1: "box disc square", 1.03: "box disc square", 1.05: "box disc square capsule", 1.29: "box disc square capsule", 1.31: "box capsule"} {
		kinds := ""
		for _, f := range Simple(400, 5*ratio, 5) {
			kinds += strings.TrimPrefix(fmt.Sprintf("%T", f), "bodies.") + " "
		}
		if kinds != want+" " {
			t.Errorf("%v times as long as wide: %s, want %s", ratio, kinds, want)
		}
	}
}

// TestMiddlesAreThoseOfTheArea, whatever shapes there are.
func TestMiddlesAreThoseOfTheArea(t *testing.T) {
	t.Parallel()
	shapes := append(box{3, 2}.Shapes(), box{1, 1}.Shapes()...)
	for k := range shapes[1].Vertices {
		shapes[1].Vertices[k].X += 7
	}
	out, middle := Centred(shapes)
	if !scalar.EqualWithinAbs(middle.X, 7*4/28., 1e-12) || !scalar.EqualWithinAbs(middle.Y, 0, 1e-12) || !scalar.EqualWithinAbs(out[0].Vertices[0].X, 3-1, 1e-12) || shapes[0].Vertices[0].X != 3 {
		t.Errorf("middle %v, %v", middle, out[0].Vertices)
	}
	if _, middle := Centred(nil); middle != (sim.Vec{}) {
		t.Errorf("of nothing: %v", middle)
	}
}

// TestSimplerFormsAreBetter unless they explain less: a size costs as much as what Bayes' criterion says.
func TestSimplerFormsAreBetter(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		form  cover.Form
		count float64
		cost  float64
		want  float64
	}{
		{disc{3}, 80, 80, 10*math.Log(1.05) + 2*math.Log(10)}, {box{3, 4}, 80, 80, 10*math.Log(1.05) + 4*math.Log(10)}, {disc{3}, 80, 0, 10*math.Log(0.05) + 2*math.Log(10)},
		{disc{3}, 8, 16, math.Log(2.05) + 2*math.Log(2)},
	} {
		if got := score(&fitted{form: c.form, count: c.count, cost: c.cost}); !scalar.EqualWithinAbs(got, c.want, 1e-12) {
			t.Errorf("%v: %v, want %v", c.form, got, c.want)
		}
	}
}

// TestPatchesGoOnWhereTheyAreLikeThemselves: near where they were or would be, of their colour and their area.
func TestPatchesGoOnWhereTheyAreLikeThemselves(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		next patch
		same bool
	}{
		"still": {squareOf(100, 0, 0, red), true}, "59 px away": {squareOf(100, 56, 0, red), true}, "65 px away": {squareOf(100, 65, 0, red), false},
		"another colour": {squareOf(100, 3, 0, look.Colour{200, 20, 81}), false}, "nearly its colour": {squareOf(100, 3, 0, look.Colour{200, 20, 79}), true},
		"larger by a fifth": {squareOf(122, 3, 0, red), true}, "larger by a third": {squareOf(133, 3, 0, red), false}, "smaller by a third": {squareOf(67, 3, 0, red), false},
	} {
		f := filmOf([]patch{squareOf(100, 0, 0, red)}, []patch{c.next})
		if f.link(); (len(f.strands) == 1) != c.same {
			t.Errorf("%s: %d strands", name, len(f.strands))
		}
	}
	// one that flies on goes on where it would be, not where another is nearer to where it was
	f := filmOf([]patch{squareOf(100, 0, 0, red)}, []patch{squareOf(100, 20, 0, red)}, []patch{squareOf(100, 40, 0, red), squareOf(100, 24, 0, red)})
	f.link()
	if s := f.strands[0]; len(s.places) != 3 || s.places[2].patches[0] != 0 || !scalar.EqualWithinAbs(s.speed(1), 20, 1e-9) || !scalar.EqualWithinAbs(s.usualSpeed(), 20, 1e-9) {
		t.Errorf("%+v", s.places)
	}
	f = filmOf([]patch{squareOf(100, 0, 0, red)}, []patch{squareOf(100, 0, 0, red)})
	f.sights[1].follows = false
	if f.link(); len(f.strands) != 2 {
		t.Error("a cut is no end")
	}
}

// TestWhatComesOfTwoIsJoined: two of its colour of about its area, within it, in the picture before or after.
func TestWhatComesOfTwoIsJoined(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		a, b patch
		want bool
	}{
		"halves": {squareOf(50, -4, 0, red), squareOf(50, 4, 0, red), true}, "too large": {squareOf(70, -4, 0, red), squareOf(60, 4, 0, red), false}, "too small": {squareOf(35, -4, 0, red), squareOf(35, 4, 0, red), false},
		"far": {squareOf(50, -14, 0, red), squareOf(50, 4, 0, red), false}, "of another colour": {squareOf(50, -4, 0, red), squareOf(50, 4, 0, blue), false},
		"one of them": {squareOf(96, -4, 0, red), squareOf(5, 4, 0, red), false},
	} {
		for _, parts := range []bool{false, true} {
			f := filmOf([]patch{c.a, c.b}, []patch{squareOf(100, 0, 0, red)})
			whole := 2
			if parts {
				f, whole = filmOf([]patch{squareOf(100, 0, 0, red)}, []patch{c.a, c.b}), 0
			}
			f.link()
			if name == "one of them" {
				whole = 0 // it goes on in the larger
			}
			if s := f.strands[min(whole, len(f.strands)-1)]; s.joined != c.want && name != "one of them" {
				t.Errorf("%s, parts %v: joined %v of %d strands", name, parts, s.joined, len(f.strands))
			}
		}
	}
}

// TestFreeIsWhatNothingTouches: but for specks of less than a twenty-fifth of its area, and the edge of the picture.
func TestFreeIsWhatNothingTouches(t *testing.T) {
	t.Parallel()
	for area, want := range map[float64]bool{0: true, 3.9: true, 4.1: false, 200: false} {
		a := squareOf(100, 0, 0, red)
		patches := []patch{a}
		if area > 0 {
			patches = append(patches, squareOf(area, 9, 0, blue))
			patches[0].beside[1] = 3
		}
		f := filmOf(patches)
		s := &strand{places: []place{{0, []int{0}}}}
		if f.measure(s); s.free[0] != want || s.frees() != map[bool]int{true: 1}[want] {
			t.Errorf("beside %v px² it is free: %v", area, s.free[0])
		}
		f.sights[0].patches[0].cut = true
		if f.measure(s); s.free[0] {
			t.Error("what is cut is free")
		}
	}
	f := filmOf([]patch{squareOf(100, 0, 0, red), squareOf(300, 9, 0, blue), squareOf(50, 20, 0, look.Colour{200, 20, 45})})
	f.sights[0].patches[0].beside[1], f.sights[0].patches[1].beside[0] = 3, 3
	s := &strand{places: []place{{0, []int{0, 1, 2}}}}
	if f.measure(s); !s.free[0] || s.colour != blue || len(s.kin) != 2 || s.whole[0].n != 450 { // of two colours that differ by 30
		t.Errorf("%+v", s)
	}
	var many []patch
	for k := range 12 {
		many = append(many, squareOf(100, float64(20*k), 0, look.Colour{float32(23 * k), float32(253 - 23*k), 0}))
	}
	crowd := filmOf(many)
	s = &strand{places: []place{{0, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}}}}
	if crowd.measure(s); len(s.kin) != 8 { // all differ by more than 30
		t.Errorf("%d colours are kept of twelve, want 8", len(s.kin))
	}
	if groups := fmt.Sprint(together(f.sights[0].patches)); groups != "[[0 1] [2]]" {
		t.Errorf("groups %s", groups)
	}
	whole := joined(f.sights[0].patches, []int{0, 1})
	if want := (look.Colour{65, 20, 155}); whole.n != 400 || !(far(whole.colour, want) <= 1e-3) || whole.rim != 40+69 || whole.cut {
		t.Errorf("%+v", whole)
	}
}

// TestWhatLiesBeforeAndAfterStays when strands become one.
func TestWhatLiesBeforeAndAfterStays(t *testing.T) {
	t.Parallel()
	var pictures [][]patch
	for k := range 10 {
		pictures = append(pictures, []patch{squareOf(100, float64(k), 0, red)})
	}
	f := filmOf(pictures...)
	long := &strand{}
	for k := range 10 {
		long.places = append(long.places, place{k, []int{0}})
	}
	for _, c := range []struct{ from, to, before, after int }{{0, 9, 0, 0}, {3, 9, 3, 0}, {0, 5, 0, 4}, {2, 6, 2, 3}} {
		rest := f.outside(long, &strand{places: long.places[c.from : c.to+1]})
		got := [2]int{}
		for _, s := range rest {
			if s.first() == 0 {
				got[0] = len(s.places)
			} else {
				got[1] = len(s.places)
			}
		}
		if got != [2]int{c.before, c.after} || len(rest) != min(c.before, 1)+min(c.after, 1) {
			t.Errorf("%+v: %v of %d", c, got, len(rest))
		}
	}
	if long.find(-1) != -1 || long.find(10) != -1 || long.find(9) != 9 || (&strand{places: long.places[4:]}).find(4) != 0 {
		t.Error("places are not found")
	}
	for want, of := range map[float64][]float64{0: nil, 3: {3}, 5: {5, 1}, 4: {9, 1, 4}} {
		if got := median(of); got != want {
			t.Errorf("the median of %v is %v", of, got)
		}
	}
}

// TestColoursThatGoTogetherAreOne: what touches in nine of ten pictures at one distance, and moves, or is enclosed.
func TestColoursThatGoTogetherAreOne(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		step    float64 // px a picture, of both
		apart   float64 // px more, between them in every other picture
		loose   int     // pictures in which they do not touch
		contact int     // px
		small   float64 // px² of the other
		second  look.Colour
		want    bool
	}{
		"they move":              {1, 0, 0, 8, 80, blue, true},
		"they stand":             {0, 0, 0, 8, 80, blue, false},
		"one is within":          {0, 0, 0, 30, 30, blue, true},
		"a third is within":      {0, 0, 0, 30, 36, blue, false},
		"half of it":             {0, 0, 0, 10, 30, blue, false},
		"they part":              {1, 2, 0, 8, 80, blue, false},
		"they part a little":     {1, 0.9, 0, 8, 80, blue, true},
		"they touch nine times":  {1, 0, 2, 8, 80, blue, true},
		"they touch eight times": {1, 0, 3, 8, 80, blue, false},
		"they are of one colour": {1, 0, 0, 8, 80, look.Colour{200, 20, 44}, false},
		"nearly of one colour":   {1, 0, 0, 8, 80, look.Colour{200, 20, 46}, true},
	} {
		var pictures [][]patch
		for k := range 20 {
			x := c.step * float64(k)
			a, b := squareOf(100, x, 0, red), squareOf(c.small, x+9+c.apart*float64(k%2), 0, c.second)
			if k >= c.loose {
				a.beside[1], b.beside[0] = c.contact, c.contact
			}
			pictures = append(pictures, []patch{a, b})
		}
		f := filmOf(pictures...)
		f.link()
		if len(f.strands) != 2 {
			t.Fatalf("%s: %d strands", name, len(f.strands))
		}
		f.strands[0].free, f.strands[1].free = make([]bool, 20), make([]bool, 20)
		if merged := f.together(f.strands[0], f.strands[1]); (merged != nil) != c.want {
			t.Errorf("%s: one %v", name, merged != nil)
		}
	}
}

// TestStepsOfUnionsAreBounded: four px of a size and of a place, and 0.3 rad, at a time; a size below nothing is no step.
func TestStepsOfUnionsAreBounded(t *testing.T) {
	t.Parallel()
	made := func() *union {
		u := &union{}
		for k := range 2 {
			u.pieces = append(u.pieces, piece{disc{10}, []look.Pose{{X: float64(k)}, {Y: float64(k), Angle: 1}}})
		}
		return u
	}
	for by, want := range map[float64][2]float64{0.2: {0.2, 0.2}, 3.9: {3.9, 0.3}, 50: {4, 0.3}, -3.9: {-3.9, -0.3}, -50: {-4, -0.3}} {
		step := make([]float64, 2+12)
		for i := range step {
			step[i] = by
		}
		u := made()
		if !u.move(step, []int{0, 1}, true) {
			t.Fatalf("by %v: no step", by)
		}
		for j, p := range u.pieces {
			if got := p.form.Sizes()[0]; !(math.Abs(got-10-want[0]) < 1e-9) {
				t.Errorf("by %v: a radius of %v px", by, got)
			}
			for k, pose := range p.poses {
				was := made().pieces[j].poses[k]
				if !(math.Abs(pose.X-was.X-want[0]) < 1e-9 && math.Abs(pose.Y-was.Y-want[0]) < 1e-9 && math.Abs(pose.Angle-was.Angle-want[1]) < 1e-9) {
					t.Errorf("by %v: from %v to %v", by, was, pose)
				}
			}
		}
		u = made()
		if !u.move(step[:6], []int{1}, false) || u.pieces[0].form.Sizes()[0] != 10 || u.pieces[0].poses[0] != made().pieces[0].poses[0] || u.pieces[1].poses[1] == made().pieces[1].poses[1] {
			t.Errorf("by %v in the second view alone: %+v", by, u.pieces)
		}
	}
	u := made()
	u.pieces[1].form = disc{3}
	if u.move([]float64{0, -50, 0, 0, 0, 0, 0, 0}, []int{0}, true) {
		t.Errorf("a radius of %v px", u.pieces[1].form.Sizes()[0])
	}
}
