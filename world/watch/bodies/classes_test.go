package bodies

import (
	"image"
	"math"
	"slices"
	"testing"

	"orrery/world/watch/look"
)

var grey, rose, leaf = look.Colour{120, 120, 120}, look.Colour{200, 60, 80}, look.Colour{40, 160, 70}

// square1 returns an even square patch of a side in px about a place.
func square1(x, y, side float64, colour look.Colour) patch {
	n := side * side
	spread := n*side*side/12 - n/12
	return patch{moments: moments{n: n, x: n * x, y: n * y, xx: n*x*x + spread, xy: n * x * y, yy: n*y*y + spread}, colour: colour, rim: int(4 * side), beside: map[int]int{}}
}

// touch makes two patches of a sight neighbours along so many pixels.
func touch(s *sight, a, b, along int) {
	s.patches[a].beside[b], s.patches[b].beside[a] = along, along
}

// scene returns a finder of so many sights, of which each has the patches that at returns.
func scene(sights int, at func(k int) []patch) *finder {
	f := &finder{slack: 1, even: true}
	for k := range sights {
		f.sights = append(f.sights, sight{number: 10 + k, follows: k > 0, patches: at(k)})
	}
	return f
}

// TestStrandsFollowWhatMoves: by where it would be, its colour and its size, also past each other.
func TestStrandsFollowWhatMoves(t *testing.T) {
	t.Parallel()
	cross := func(k int) []patch { // two of one look cross each other's way
		x := float64(k)
		list := []patch{square1(10+8*x, 50, 8, grey), square1(100-8*x, 62, 8, grey)}
		if k%2 == 1 {
			slices.Reverse(list)
		}
		return list
	}
	f := scene(12, cross)
	f.link()
	if len(f.strands) != 2 {
		t.Fatalf("two that cross make %d strands", len(f.strands))
	}
	for i, s := range f.strands {
		for k := range s.places {
			if want := []float64{10 + 8*float64(k), 100 - 8*float64(k)}[i]; !(math.Abs(s.whole[k].middle().X-want) <= 1e-9) {
				t.Errorf("strand %d is at %v in sight %d; want %v", i, s.whole[k].middle().X, k, want)
			}
		}
		if v := s.usualSpeed(); !(math.Abs(v-8) <= 1e-9) || s.first() != 0 || s.last() != 11 || s.frees() != 12 || s.find(12) != -1 || s.find(5) != 5 {
			t.Errorf("%v px a sight, from %d to %d, %d of it free", v, s.first(), s.last(), s.frees())
		}
	}
	for _, c := range []struct {
		name   string
		next   patch
		follow bool
	}{
		{"moved by five sides", square1(50, 50, 8, grey), true},
		{"moved by seven", square1(66.1, 50, 8, grey), false},
		{"in another light", square1(10, 50, 8, look.Colour{154, 154, 154}), true},
		{"of another colour", square1(10, 50, 8, look.Colour{156, 156, 156}), false},
		{"a little larger", square1(10, 50, 9.2, grey), true},
		{"larger", square1(10, 50, 9.4, grey), false},
	} {
		f := scene(2, func(k int) []patch { return []patch{square1(10, 50, 8, grey), c.next}[k : k+1] })
		if f.link(); (len(f.strands) == 1) != c.follow {
			t.Errorf("%s: %d strands", c.name, len(f.strands))
		}
	}
	f = scene(4, cross)
	f.sights[2].follows = false // a cut of the film
	if f.link(); len(f.strands) != 4 {
		t.Errorf("across a cut there are %d strands; want 4", len(f.strands))
	}
}

// TestFreePlacesHaveNothingBesideThem, but specks, and are not cut.
func TestFreePlacesHaveNothingBesideThem(t *testing.T) {
	t.Parallel()
	f := scene(4, func(int) []patch {
		return []patch{square1(20, 20, 10, rose), square1(30, 20, 3, leaf), square1(30, 30, 1.9, leaf), square1(20, 30, 4, grey)}
	})
	touch(&f.sights[1], 0, 1, 3)
	touch(&f.sights[2], 0, 2, 2) // 3.6 % of its area
	f.sights[3].patches[0].cut = true
	f.link()
	if s := f.strands[0]; !slices.Equal(s.free, []bool{true, false, true, false}) || s.frees() != 2 {
		t.Errorf("free: %v", s.free)
	}
	s := &strand{places: []place{{0, []int{1, 0, 3}}}}
	f.measure(s)
	if s.colour != rose || len(s.kin) != 3 || s.whole[0].n != 100+9+16 {
		t.Errorf("three as one are %v, of %d colours and %v px", s.colour, len(s.kin), s.whole[0].n)
	}
}

// TestWhatMeetsIsJoined: one that begins where two of its colour end, or ends where two begin, that are as large together.
func TestWhatMeetsIsJoined(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		side   float64 // of what they become
		colour look.Colour
		joined bool
	}{
		{"as large as both", 10 * math.Sqrt2, grey, true},
		{"a little less", 12.4, grey, true},          // 200/153.8 is 1.30: more than a quarter
		{"much larger", 18, grey, false},             // 324
		{"of another colour", 14.1, leaf, false},     // none goes on in it
		{"as large as one of them", 10, grey, false}, // one goes on
	} {
		build := func(flip bool) *finder {
			return scene(6, func(k int) []patch {
				if (k < 3) != flip {
					return []patch{square1(42, 50, 10, grey), square1(58, 50, 10, grey)}
				}
				return []patch{square1(50, 50, c.side, c.colour)}
			})
		}
		if c.name == "a little less" {
			c.joined = false
		}
		for _, flip := range []bool{false, true} {
			f := build(flip)
			f.link()
			any := false
			for _, s := range f.strands {
				any = any || s.joined
			}
			if any != c.joined {
				t.Errorf("%s, backwards %v: joined %v", c.name, flip, any)
			}
		}
	}
}

// TestColoursThatGoTogetherAreOneBody: they touch and keep their distance while they move; what stands, parts, or is alone elsewhere is not one.
func TestColoursThatGoTogetherAreOneBody(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		speed   float64 // px a sight
		parts   float64 // px a sight by which they part
		touches int     // sights of 12 in which they touch
		one     bool
	}{
		{"they move", 3, 0, 12, true},
		{"they move and touch in 11 of 12", 3, 0, 11, true},
		{"they touch too rarely", 3, 0, 9, false},
		{"they stand", 0, 0, 12, false},
		{"they part", 3, 0.5, 12, false},
	} {
		f := scene(12, func(k int) []patch {
			x := c.speed * float64(k)
			list := []patch{square1(20+x, 40, 10, rose), square1(30+x+c.parts*float64(k), 40, 10, leaf)}
			return list
		})
		for k := range c.touches {
			touch(&f.sights[k], 0, 1, 10)
		}
		f.link()
		if f.unite(); (len(f.strands) == 1) != c.one {
			t.Errorf("%s: %d strands", c.name, len(f.strands))
		}
	}
	for touches, one := range map[int]bool{8: true, 7: false} { // of nine sights
		f := scene(9, func(k int) []patch {
			return []patch{square1(20+3*float64(k), 40, 10, rose), square1(30+3*float64(k), 40, 10, leaf)}
		})
		for k := range touches {
			touch(&f.sights[k], 0, 1, 10)
		}
		f.link()
		if f.unite(); (len(f.strands) == 1) != one {
			t.Errorf("%d of nine touches: %d strands", touches, len(f.strands))
		}
	}
	f := scene(12, func(k int) []patch { // an eye within a face, that never moves
		return []patch{square1(50, 50, 20, rose), square1(50, 50, 6, leaf)}
	})
	for k := range f.sights {
		touch(&f.sights[k], 0, 1, 24) // all of its outline, of 24 px
	}
	f.link()
	if f.unite(); len(f.strands) != 1 {
		t.Errorf("what is enclosed is not one with what is around it: %d strands", len(f.strands))
	}
	f = scene(14, func(k int) []patch { // one of them goes on alone
		x := 3 * float64(k)
		list := []patch{square1(20+x, 40, 10, rose)}
		if k < 12 {
			list = append(list, square1(30+x, 40, 10, leaf))
		}
		return list
	})
	for k := range 12 {
		touch(&f.sights[k], 0, 1, 10)
	}
	f.link()
	f.unite()
	if len(f.strands) != 2 || len(f.strands[0].places) != 12 || len(f.strands[1].places) != 2 || f.strands[1].first() != 12 {
		t.Errorf("what goes on alone: %d strands, the first of %d sights", len(f.strands), len(f.strands[0].places))
	}
}

// TestRigidStrandsKeepTheirMeasures in four of five sights, to a share that falls with their size and grows with the slack of a noisy film.
func TestRigidStrandsKeepTheirMeasures(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		slack float64
		odd   int     // of ten sights
		by    float64 // times the side
		rigid bool
	}{
		{"all alike", 1, 0, 1, true}, {"one much larger", 1, 1, 2, true}, {"two much larger", 1, 2, 2, false}, // the eighth of ten is the limit
		{"two a little larger", 1, 2, 1.03, true}, {"two larger", 1, 2, 1.08, false}, {"two larger in noise", 2, 2, 1.08, true},
	} {
		f := scene(10, func(k int) []patch {
			side := 30.0
			if k < c.odd {
				side *= c.by
			}
			return []patch{square1(50, 50, side, grey)}
		})
		f.slack = c.slack
		s := &strand{}
		for k := range 10 {
			s.places = append(s.places, place{k, []int{0}})
		}
		f.measure(s)
		if got := f.rigid(s); got != c.rigid {
			t.Errorf("%s: rigid %v", c.name, got)
		}
	}
}

// TestColoursInOtherLightAreSimilar: up to 60 values apart, or the same up to a factor of 1.6.
func TestColoursInOtherLightAreSimilar(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b look.Colour
		want bool
	}{
		{grey, look.Colour{154, 154, 154}, true},
		{look.Colour{200, 100, 50}, look.Colour{130, 65, 32}, true},  // 0.65 of it
		{look.Colour{200, 100, 50}, look.Colour{120, 60, 30}, false}, // 0.6 of it
		{look.Colour{200, 100, 50}, look.Colour{100, 200, 50}, false},
		{look.Colour{100, 50, 30}, look.Colour{158, 79, 47}, true},
	} {
		if similar(c.a, c.b) != c.want || similar(c.b, c.a) != c.want {
			t.Errorf("%v and %v are similar: %v", c.a, c.b, !c.want)
		}
	}
}

// kind returns a class of square bodies, of which strands are in the given sights, from and to.
func kind(f *finder, side float64, colour look.Colour, spans ...[2]int) *class {
	n := side * side
	c := &class{colour: colour, area: n, long: side / math.Sqrt(12), short: side / math.Sqrt(12)}
	for _, span := range spans {
		s := &strand{colour: colour}
		for k := span[0]; k <= span[1]; k++ {
			s.places, s.free = append(s.places, place{at: k, patches: []int{0}}), append(s.free, true)
			s.whole = append(s.whole, square1(10*float64(len(c.strands)), float64(k), side, colour).moments)
		}
		c.strands = append(c.strands, s)
	}
	return c
}

// TestSumsOfBodiesThatAreMissing: a strand is two or three that touch only if they are nowhere else meanwhile, and as large together.
func TestSumsOfBodiesThatAreMissing(t *testing.T) {
	t.Parallel()
	f := &finder{sights: make([]sight, 20), slack: 1}
	a, b := kind(f, 10, grey, [2]int{0, 9}, [2]int{0, 19}), kind(f, 8, grey, [2]int{0, 9})
	strand := func(n float64, from, to int) *strand {
		s := &strand{colour: grey}
		for k := from; k <= to; k++ {
			s.places, s.whole, s.free = append(s.places, place{at: k, patches: []int{0}}), append(s.whole, square1(0, 0, math.Sqrt(n), grey).moments), append(s.free, false)
		}
		return s
	}
	for _, c := range []struct {
		name     string
		area     float64
		from, to int
		colour   look.Colour
		want     bool
	}{
		{"both, when they are away", 164, 10, 19, grey, true},
		{"both, a little blurred", 176, 10, 19, grey, true},
		{"more than both", 182, 10, 19, grey, false},
		{"both, while they are there", 164, 0, 9, grey, false},
		{"half the time away", 164, 5, 14, grey, false},
		{"more than half the time away", 164, 6, 15, grey, true},
		{"two of the first, of which one is there", 200, 10, 19, grey, false},
		{"of another colour", 164, 10, 19, leaf, false},
	} {
		s := strand(c.area, c.from, c.to)
		s.colour = c.colour
		if got := f.isSum([]*class{a, b}, s, c.area); got != c.want {
			t.Errorf("%s: a sum %v", c.name, got)
		}
	}
	if n := a.most(20); n != 2 || a.alive(5) != 2 || a.alive(15) != 1 || a.life() != 30 {
		t.Errorf("%d at once, %d and %d alive, %d sights", n, a.alive(5), a.alive(15), a.life())
	}
	if a.moves() != true || kind(f, 100, grey, [2]int{0, 19}).moves() { // 19 px are more than a fifth of 10, and less than one of 100
		t.Error("what moves by 19 px: of 10 px it does, of 100 px it does not")
	}
}

// TestWhatShrinksAtItsPlaceStays: a spot of 73 px that an encoder takes away, from 3 px beside its middle on, goes nowhere; a body that is pushed in the end does.
func TestWhatShrinksAtItsPlaceStays(t *testing.T) {
	t.Parallel()
	f := &finder{sights: make([]sight, 40)}
	ending := func(xs, sides []float64) *class {
		c := kind(f, 8.5, grey, [2]int{0, 19})
		s := c.strands[0]
		for k := range s.whole {
			s.whole[k] = square1(0, 0, 8.5, grey).moments
		}
		for k, x := range xs {
			s.places, s.free = append(s.places, place{at: 20 + k, patches: []int{0}}), append(s.free, true)
			s.whole = append(s.whole, square1(x, 0, sides[k], grey).moments)
		}
		return c
	}
	for _, v := range []struct {
		name      string
		xs, sides []float64
		want      bool
	}{
		{"shrinks, and is far off in two sights", []float64{1, 2, 3.3, 3.7}, []float64{8.4, 8, 8, 7.7}, false},
		{"shrinks to half, and goes on", []float64{3.2, 3.4, 3.6, 3.8, 4}, []float64{6, 6, 5.9, 5.9, 5.8}, false},
		{"is pushed", []float64{1, 2, 3.3, 5, 7}, []float64{8.5, 8.5, 8.5, 8.4, 8.5}, true},
		{"is pushed and goes behind another", []float64{3.3, 5, 7, 9, 11}, []float64{8.5, 8.5, 8.4, 6, 4}, true},
	} {
		if got := ending(v.xs, v.sides).moves(); got != v.want {
			t.Errorf("what %s: moves %v", v.name, got)
		}
	}
}

// TestInstancesAreGoneOnInByTheNearest strand that begins after theirs has ended.
func TestInstancesAreGoneOnInByTheNearest(t *testing.T) {
	t.Parallel()
	f := &finder{sights: make([]sight, 30)}
	c := &class{}
	for _, v := range []struct {
		from, to int
		x        float64
	}{{0, 9, 10}, {0, 12, 90}, {10, 29, 80}, {13, 29, 15}, {11, 20, 50}} {
		s := &strand{}
		for k := v.from; k <= v.to; k++ {
			s.places, s.whole = append(s.places, place{at: k}), append(s.whole, square1(v.x, 0, 5, grey).moments)
		}
		c.strands = append(c.strands, s)
	}
	var got [][]int
	for _, b := range f.instances(c) {
		var list []int
		for _, s := range b {
			list = append(list, slices.Index(c.strands, s))
		}
		got = append(got, list)
	}
	// the first has ended when the third begins; the fourth begins when only the second has
	if len(got) != 3 || !slices.Equal(got[0], []int{0, 2}) || !slices.Equal(got[1], []int{1, 3}) || !slices.Equal(got[2], []int{4}) {
		t.Errorf("bodies have the strands %v", got)
	}
}

// TestClassesFitByMeasures: area, length and width within a share, and by blur where one is faster.
func TestClassesFitByMeasures(t *testing.T) {
	t.Parallel()
	f := &finder{sights: make([]sight, 10)}
	c := kind(f, 40, grey, [2]int{0, 9})
	for side, want := range map[float64]bool{40: true, 42: true, 43.8: true, 44.6: false, 36: false, 37: true} { // 0.05 + 2/40 is 0.1
		if got := c.fits(kind(f, side, grey, [2]int{0, 9}).strands[0]); got != want {
			t.Errorf("a side of %v px is that of 40: %v", side, got)
		}
	}
	for speed, want := range map[float64]bool{1.1: false, 11: true} { // an exposure lengthens what goes 10 px further by 3 px
		long := kind(f, 40, grey, [2]int{0, 9}).strands[0]
		for k := range long.whole {
			long.whole[k].xx *= 1.25 // 11.8 % longer
		}
		if c.speed = speed; c.fits(long) != want {
			t.Errorf("a length of 44.7 px at 1 px a sight is that of 40 at %v: %v", speed, !want)
		}
	}
	c.speed = 0
	if c.fits(kind(f, 40, leaf, [2]int{0, 9}).strands[0]) {
		t.Error("another colour fits")
	}
	f.strands = nil
	small := kind(f, 38, grey, [2]int{0, 9})
	if best := f.bestOf([]*class{small, c}, kind(f, 40.5, grey, [2]int{0, 9}).strands[0]); best != c {
		t.Error("the nearest is not taken")
	}
	if best := f.bestOf([]*class{small, c}, kind(f, 80, grey, [2]int{0, 9}).strands[0]); best != nil {
		t.Error("what is twice as large is taken")
	}
}

// TestRareLooksAreAbsorbed by one of their colour that is missing then and at least three times as frequent.
func TestRareLooksAreAbsorbed(t *testing.T) {
	t.Parallel()
	f := &finder{sights: make([]sight, 40)}
	for _, c := range []struct {
		name  string
		long  [2]int
		short [2]int
		left  int
	}{{"a third, while it is missing", [2]int{0, 29}, [2]int{30, 39}, 1}, {"more than a third", [2]int{0, 28}, [2]int{29, 39}, 2}, {"while it is there", [2]int{0, 39}, [2]int{30, 39}, 2}} {
		a, b := kind(f, 10, grey, c.long), kind(f, 11, grey, c.short)
		if got := f.absorb([]*class{a, b}); len(got) != c.left || c.left == 1 && len(a.parts) != 1 {
			t.Errorf("%s: %d classes are left", c.name, len(got))
		}
	}
	a, b := kind(f, 10, grey, [2]int{0, 29}), kind(f, 12.3, grey, [2]int{30, 39})
	if got := f.absorb([]*class{a, b}); len(got) != 2 {
		t.Error("what is half as large again is absorbed")
	}
}

// TestPatchesThatTouchAreAWhole, over others too, and its colour is the mean of theirs by their area.
func TestPatchesThatTouchAreAWhole(t *testing.T) {
	t.Parallel()
	s := sight{patches: []patch{square1(10, 10, 4, look.Colour{100}), square1(50, 50, 4, grey), square1(20, 10, 2, look.Colour{200}), square1(30, 10, 2, look.Colour{200})}}
	touch(&s, 0, 2, 1)
	touch(&s, 2, 3, 1)
	s.patches[0].box, s.patches[3].box, s.patches[3].cut = image.Rect(8, 8, 12, 12), image.Rect(29, 9, 31, 11), true
	groups := together(s.patches)
	if len(groups) != 2 || !slices.Equal(groups[0], []int{0, 2, 3}) || !slices.Equal(groups[1], []int{1}) {
		t.Fatalf("%v", groups)
	}
	p := joined(s.patches, groups[0])
	if p.n != 24 || !(math.Abs(float64(p.colour[0])-(16*100+8*200)/24.) <= 1e-4) || p.box != image.Rect(8, 8, 31, 12) || !p.cut || p.rim != 32 {
		t.Errorf("%+v", p)
	}
}

// TestBodiesOfManyColoursAreOneStrand, if they keep their outline and move, and their colours are no steady parts.
func TestBodiesOfManyColoursAreOneStrand(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		speed float64
		flip  bool // colours change from sight to sight, as those of a texture do
		one   bool
	}{{"a texture that moves", 3, true, true}, {"a texture that stands", 0, true, false}, {"steady parts", 3, false, false}} {
		f := scene(10, func(k int) []patch {
			x := c.speed * float64(k)
			a, b := square1(20+x, 40, 10, rose), square1(30+x, 40, 10, leaf)
			if c.flip && k%2 == 1 {
				a, b = square1(20+x, 40, 10, look.Colour{125, 110, 75}), square1(30+x, 40, 10, look.Colour{115, 110, 75})
			}
			return []patch{a, b}
		})
		for k := range f.sights {
			touch(&f.sights[k], 0, 1, 10)
		}
		f.link()
		f.wholes()
		whole := 0
		for _, s := range f.strands {
			if len(s.places) == 10 && len(s.places[0].patches) == 2 {
				whole++
			}
		}
		if (whole == 1) != c.one || c.one && len(f.strands) != 1 {
			t.Errorf("%s: %d strands, of which %d are whole", c.name, len(f.strands), whole)
		}
	}
}

// TestViewsAreFreeAndSlow and spread over the film; what is never free is seen where it is whole, and else wherever it is.
func TestViewsAreFreeAndSlow(t *testing.T) {
	t.Parallel()
	f := scene(40, func(int) []patch { return []patch{square1(0, 0, 10, grey)} })
	s := &strand{}
	x := 0.0
	for k := range 40 {
		if x++; k >= 20 {
			x += 9
		}
		s.places, s.whole, s.free = append(s.places, place{k, []int{0}}), append(s.whole, square1(x, 0, 10, grey).moments), append(s.free, k%2 == 0)
	}
	b := &body{strands: []*strand{s}}
	at := func() (out []int) {
		for _, p := range f.views(b, 5) {
			out = append(out, p.at)
		}
		return out
	}
	if got := at(); !slices.Equal(got, []int{0, 4, 8, 12, 16}) {
		t.Errorf("it is seen in %v", got)
	}
	for k := range s.free {
		s.free[k] = false
		f.sights[k].patches[0].cut = k != 3 && k != 30
	}
	if got := at(); !slices.Equal(got, []int{3, 30}) {
		t.Errorf("what is never free is seen in %v", got)
	}
	f.sights[3].patches[0].cut, f.sights[30].patches[0].cut = true, true
	if !f.isCut(s) {
		t.Error("what is always cut is whole")
	}
	if got := at(); len(got) != 5 {
		t.Errorf("what is always cut is seen in %v", got)
	}
	f.sights[7].patches[0].cut = false
	if f.isCut(s) {
		t.Error("what is whole once is never whole")
	}
}

// TestPicturesOfLongFilmsAreInRuns from the first to the last.
func TestPicturesOfLongFilmsAreInRuns(t *testing.T) {
	t.Parallel()
	o := Options{Pictures: 12, Run: 4}
	got := func(of int) (out []int) {
		for k := range of {
			if o.chosen(k, of) {
				out = append(out, k)
			}
		}
		return out
	}
	if list := got(12); len(list) != 12 {
		t.Errorf("of 12 pictures %v are looked at", list)
	}
	if list := got(100); !slices.Equal(list, []int{0, 1, 2, 3, 48, 49, 50, 51, 96, 97, 98, 99}) {
		t.Errorf("of 100 pictures %v are looked at", list)
	}
	if o.Run = 7; !slices.Equal(got(100), []int{0, 1, 2, 3, 4, 5, 6}) {
		t.Errorf("with room for one run %v are looked at", got(100))
	}
}

// TestTheSurestBodiesAreLargeAndThereForLong.
func TestTheSurestBodiesAreLargeAndThereForLong(t *testing.T) {
	t.Parallel()
	body := func(r float64, last int, certain float64) look.Found {
		return look.Found{Body: look.Body{Shapes: disc{r}.Shapes()}, First: 0, Last: last, Certain: certain}
	}
	list := []look.Found{body(5, 99, 0.9), body(10, 99, 0.9), body(20, 9, 0.9), body(10, 99, 0.1), body(3, 9, 1)}
	var got []float64
	for _, b := range surest(list, 4) {
		got = append(got, b.Shapes[0].Radius+b.Certain)
	}
	// 100 · 100 · 1.1, 400 · 10 · 1.1, 100 · 100 · 0.3, 25 · 100 · 1.1, all by π
	if want := []float64{10.9, 20.9, 10.1, 5.9}; !slices.Equal(got, want) {
		t.Errorf("%v; want %v", got, want)
	}
}
