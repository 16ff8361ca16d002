package ground

import (
	"math"
	"slices"
	"testing"
)

// blank returns a ground of a size and one colour.
func blank(w, h int, value float32) *Ground {
	g := &Ground{Width: w, Height: h, Mean: make([]float32, 3*w*h), Noise: make([]float32, w*h), Kind: Temporal}
	for i := range g.Mean {
		g.Mean[i] = value
	}
	for i := range g.Noise {
		g.Noise[i] = 1
	}
	g.grid = lightGrid(w, h, nil)
	g.prepare()
	return g
}

// put sets the ground's mean where at reports true.
func put(g *Ground, value [3]float32, at func(c, r int) bool) {
	for i := range g.Noise {
		if at(i%g.Width, i/g.Width) {
			copy(g.Mean[3*i:3*i+3], value[:])
		}
	}
}

// TestModesAreMeansWhereNothingMoves, and the densest values where a body passes.
func TestModesAreMeansWhereNothingMoves(t *testing.T) {
	t.Parallel()
	var c column
	c.grow(10)
	for k := range 10 {
		body := uint8(0)
		if k < 3 {
			body = 150
		}
		c.add([]uint8{100 + uint8(k%3), 50 + body, 60})
	}
	all := c.extent()
	if all.low != [3]uint8{100, 50, 60} || all.high != [3]uint8{102, 200, 60} || all.sum != [3]int{1009, 950, 600} || all.square[2] != 36000 {
		t.Errorf("%+v", all)
	}
	var sorted []uint8
	if mode := c.mode(&all, &sorted, 12); !(math.Abs(float64(mode[0]-100.9)) <= 1e-4) || mode[1] != 50 || mode[2] != 60 {
		t.Errorf("modes are %v", mode)
	}
	if !all.within(149, [3]float32{101, 199, 60}) || all.within(148, [3]float32{101, 199, 60}) {
		t.Error("a limit of 149 holds all, one of 148 does not")
	}
	g := blank(1, 1, 0)
	g.average(&c, &all, 0, [3]float32{101, 50, 60})
	for k, want := range []float64{7. * 101 / 7, 50, 60} { // of the seven without the body
		sum := 0.0
		for q := 3; q < 10; q++ {
			sum += float64(c[k][q]) / 7
		}
		if k == 0 {
			want = sum
		}
		if got := float64(g.Mean[k]); !(math.Abs(got-want) <= 1e-4) {
			t.Errorf("the mean of channel %d is %v; want %v", k, got, want)
		}
	}
	if n := g.Noise[0]; !(n > 0.3 && n < 0.6) { // one of three channels has 0.78
		t.Errorf("the noise is %v", n)
	}
}

// TestGatheredColumnsAreThePixelsOfAllSamples.
func TestGatheredColumnsAreThePixelsOfAllSamples(t *testing.T) {
	t.Parallel()
	s := &samples{width: 5, height: 2}
	for k := range 3 {
		pix := make([]uint8, 30)
		for i := range pix {
			pix[i] = uint8(40*k + i)
		}
		s.pix = append(s.pix, pix)
	}
	columns := make([]column, 2)
	for k := range columns {
		columns[k].grow(3)
	}
	s.gather(columns, 4)
	if !slices.Equal(columns[0][0], []uint8{12, 52, 92}) || !slices.Equal(columns[1][2], []uint8{17, 57, 97}) {
		t.Errorf("%v", columns)
	}
	columns[0].clear()
	if len(columns[0][1]) != 0 {
		t.Error("what is cleared has values")
	}
}

// TestRegionsArePartedByStepsOfColour, of 30 values in all, and what lies between two is in none.
func TestRegionsArePartedByStepsOfColour(t *testing.T) {
	t.Parallel()
	g := blank(40, 20, 100)
	put(g, [3]float32{111, 111, 109}, func(c, r int) bool { return c >= 20 }) // 31 in all
	marked := make([]bool, 800)
	for i := range marked {
		marked[i] = true
	}
	found := g.alike(marked)
	if len(found) != 2 || len(found[0].pixels) != 19*20 || len(found[1].pixels) != 19*20 {
		t.Errorf("%d regions", len(found))
	}
	put(g, [3]float32{110, 110, 109}, func(c, r int) bool { return c >= 20 }) // 29
	if found = g.alike(marked); len(found) != 1 || len(found[0].pixels) != 800 {
		t.Errorf("%d regions where colours hardly differ", len(found))
	}
}

// TestSurfacesAreSmooth: a slope and a bowl are explained to a value, a box on them is not, and none of it bends the surface.
func TestSurfacesAreSmooth(t *testing.T) {
	t.Parallel()
	g := blank(160, 120, 0)
	light := func(c, r int) float32 {
		x, y := float32(c)/160-0.5, float32(r)/120-0.5
		return 180 + 30*x - 20*y - 40*(x*x+y*y)
	}
	for i := range g.Noise {
		for k := range 3 {
			g.Mean[3*i+k] = light(i%160, i/160) - 10*float32(k)
		}
	}
	check := func(name string, s *surface) {
		t.Helper()
		worst := float32(0)
		for r := 10; r < 110; r++ {
			for c := 10; c < 150; c++ {
				v := s.at(c, r)
				for k := range v {
					d := v[k] - light(c, r) + 10*float32(k)
					worst = max(worst, d, -d)
				}
			}
		}
		if !(worst <= 1.5) {
			t.Errorf("%s: the surface is %v values off", name, worst)
		}
	}
	s := g.fitSurface(nil)
	check("alone", s)
	if !(s.share > 0.99) || s.rough != leastNoise {
		t.Errorf("it explains %v of the ground, which is rough by %v", s.share, s.rough)
	}
	put(g, [3]float32{20, 40, 200}, func(c, r int) bool { return c >= 40 && c < 80 && r >= 30 && r < 80 })
	s = g.fitSurface(nil)
	check("with a box", s)
	if d := g.apart(s, 50*160+60); !(d > 150) || !(s.share > 0.85 && s.share < 0.92) { // the box has 2,000 of 19,200 px
		t.Errorf("the box is %v values off; %v are explained", d, s.share)
	}
	hidden := make([]bool, len(g.Noise))
	for i := range hidden {
		hidden[i] = i%160 < 100
	}
	if s = g.fitSurface(hidden); !(s.share > 0.99) {
		t.Errorf("what is hidden counts: %v are explained", s.share)
	}
}

// TestGhostsAreSharpInTheGround, and bodies in the picture; a body beside its ghost is another region.
func TestGhostsAreSharpInTheGround(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name            string
		ground, picture func(x, y int) bool // where each shows a body
		ghosts          int
	}{
		{"a ghost", func(x, y int) bool { return x >= 10 && x < 20 && y >= 10 && y < 20 }, func(x, y int) bool { return x >= 26 && x < 36 && y >= 26 && y < 36 }, 100},
		{"a ghost of what is nowhere", func(x, y int) bool { return x >= 10 && x < 20 && y >= 10 && y < 20 }, func(int, int) bool { return false }, 0},
		{"a body", func(int, int) bool { return false }, func(x, y int) bool { return x >= 10 && x < 20 && y >= 10 && y < 20 }, 0},
		{"both", func(x, y int) bool { return x >= 10 && x < 20 && y >= 10 && y < 20 }, func(x, y int) bool { return x >= 20 && x < 30 && y >= 10 && y < 20 }, 100},
		{"eleven px", func(x, y int) bool { return x >= 10 && x < 21 && y == 10 }, func(int, int) bool { return false }, 0},
		{"twelve px", func(x, y int) bool { return x >= 10 && x < 14 && y >= 10 && y < 13 }, func(x, y int) bool { return x >= 26 && x < 30 && y >= 26 && y < 29 }, 12},
	} {
		g := blank(40, 40, 200)
		put(g, [3]float32{60, 60, 120}, c.ground)
		g.prepare()
		pix := make([]uint8, 3*1600)
		for i := range 1600 {
			v := [3]uint8{200, 200, 200}
			if c.picture(i%40, i/40) {
				v = [3]uint8{60, 60, 120}
			}
			copy(pix[3*i:], v[:])
		}
		found := g.findGhosts(t.Context(), &samples{width: 40, height: 40, count: 1, pix: [][]uint8{pix}})
		n := 0
		for i, ghost := range found {
			if ghost {
				n++
				if !c.ground(i%40, i/40) {
					t.Errorf("%s: %d, %d is a ghost", c.name, i%40, i/40)
				}
			}
		}
		if n != c.ghosts {
			t.Errorf("%s: %d px are ghosts; want %d", c.name, n, c.ghosts)
		}
	}
}

// TestWhatIsUncoveredIsWhatOtherSamplesShow, and its noise is theirs.
func TestWhatIsUncoveredIsWhatOtherSamplesShow(t *testing.T) {
	t.Parallel()
	g := blank(32, 32, 60)
	s := &samples{width: 32, height: 32, count: 10}
	for k := range 10 {
		pix := make([]uint8, 3*1024)
		for i := range pix {
			pix[i] = 60
			if k >= 6 && i/3%32 < 8 { // what hides it is away in four
				pix[i] = uint8(180 + 2*(k%2))
			}
		}
		s.pix = append(s.pix, pix)
	}
	ghosts := make([]bool, 1024)
	for i := range ghosts {
		ghosts[i] = i%32 < 8
	}
	if n := g.uncover(s, ghosts); n != 256 {
		t.Errorf("%d px are uncovered", n)
	}
	if v := g.Mean[3*33]; !(math.Abs(float64(v)-181) <= 1e-3) || g.Mean[3*50] != 60 {
		t.Errorf("below the ghost is %v, beside it %v", v, g.Mean[3*50])
	}
}

// TestUnrestIsMeasuredNearBodies: of changes there one in a hundred is larger, shadows do not count, and few pixels tell nothing.
func TestUnrestIsMeasuredNearBodies(t *testing.T) {
	t.Parallel()
	picture := func(side, off, step int) []uint8 {
		pix := make([]uint8, 3*64*64)
		for i := range pix {
			pix[i] = uint8(150 + off*(i/3%2*2-1)*step)
			if c, r := i/3%64, i/3/64; c >= 20 && c < 20+side && r >= 20 && r < 20+side {
				pix[i] = 20
			}
		}
		return pix
	}
	for _, c := range []struct {
		side, off int
		want      float64
	}{{16, 5, 15 / 5.1}, {16, 0, 0}, {16, 9, 27 / 5.1}, {16, 25, 10}, {0, 5, 0}} {
		g := blank(64, 64, 150)
		g.measureUnrest(&samples{width: 64, height: 64, pix: [][]uint8{picture(c.side, c.off, 1)}})
		if !(math.Abs(float64(g.Unrest)-c.want) <= 0.01) {
			t.Errorf("%+v: the unrest is %v", c, g.Unrest)
		}
	}
	g := blank(64, 64, 150)
	dark := picture(16, 0, 1)
	for i := range dark {
		if dark[i] == 150 {
			dark[i] = 140 // the light of all but the body is less
		}
	}
	if g.measureUnrest(&samples{width: 64, height: 64, pix: [][]uint8{dark}}); g.Unrest != 0 {
		t.Errorf("in a shadow the unrest is %v", g.Unrest)
	}
}

// TestNoiseBesideAPlateIsThatBetweenSamples, everywhere the same where these are few.
func TestNoiseBesideAPlateIsThatBetweenSamples(t *testing.T) {
	t.Parallel()
	for _, n := range []int{7, 8} {
		g := blank(32, 16, 100)
		s := &samples{width: 32, height: 16}
		for k := range n {
			pix := make([]uint8, 3*512)
			for i := range pix {
				by := 2
				if i/3%32 >= 16 {
					by = 6
				}
				pix[i] = uint8(100 + by*(k%2))
			}
			s.pix = append(s.pix, pix)
		}
		g.measureNoise(s)
		left, right := g.Noise[0], g.Noise[20]
		want := [2]float64{math.Sqrt2, 3 * math.Sqrt2} // differences are √2 σ
		if n == 7 {
			want[0] = want[1] // the upper of two middles
		}
		if !(math.Abs(float64(left)-want[0]) <= 1e-3) || !(math.Abs(float64(right)-want[1]) <= 1e-3) {
			t.Errorf("of %d samples: %v and %v; want %v", n, left, right, want)
		}
	}
}

// TestLightIsMeasuredAtFewPlaces, spread evenly and none of them ignored.
func TestLightIsMeasuredAtFewPlaces(t *testing.T) {
	t.Parallel()
	if n := len(lightGrid(64, 64, nil)); n != 4096 {
		t.Errorf("of 4,096 pixels %d are looked at", n)
	}
	grid := lightGrid(640, 480, nil) // one of 8 by 8
	if len(grid) != 80*60 || grid[0] != 4*640+4 || grid[1]-grid[0] != 8 {
		t.Errorf("of 640 by 480 pixels %d are looked at, first %d", len(grid), grid[0])
	}
	ignored := make([]bool, 4096)
	for i := range 1000 {
		ignored[i] = true
	}
	if n := len(lightGrid(64, 64, ignored)); n != 3096 {
		t.Errorf("of which 1,000 are ignored, %d are looked at", n)
	}
	g := blank(3, 5, 100)
	if l := g.measureLight(make([]uint8, 45), new(lightWork)); l != Plain() {
		t.Errorf("15 pixels tell a light of %+v", l)
	}
}

// TestLightIsThatOfTheGround in spite of bodies on two fifths of it, also on a ground of one colour, where it is a factor.
func TestLightIsThatOfTheGround(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		slope        float32 // of the ground's values over its width
		gain, offset float32
	}{{100, 0.8, 10}, {100, 1.1, -5}, {0, 0.9, 0}, {100, 1, 0}} {
		g := blank(64, 64, 0)
		for i := range g.Mean {
			g.Mean[i] = 80 + c.slope*float32(i/3%64)/64
		}
		g.prepare()
		pix := make([]uint8, len(g.Mean))
		for i, v := range g.Mean {
			if pix[i] = uint8(c.gain*v + c.offset + 0.5); i/3/64 < 25 && i/3%2 == 0 {
				pix[i] = 250
			}
		}
		l := g.measureLight(pix, new(lightWork))
		for k := range 3 {
			for _, v := range []float32{80, 80 + c.slope} {
				if d := l.Apply(k, v) - c.gain*v - c.offset; !(max(d, -d) <= 0.7) {
					t.Errorf("%+v: %v is seen as %v", c, v, l.Apply(k, v))
				}
			}
			if back := l.Remove(k, l.Apply(k, 123)); !(math.Abs(float64(back)-123) <= 1e-3) {
				t.Errorf("123 comes back as %v", back)
			}
		}
		table := l.table()
		for k := range 3 {
			if v := table[k][uint8(c.gain*100+c.offset+0.5)]; v < 98 || v > 102 {
				t.Errorf("%+v: what 100 is seen as is %d", c, v)
			}
		}
	}
}

// TestUsualValuesIgnoreWhatPasses and do not depend on the order of the samples.
func TestUsualValuesIgnoreWhatPasses(t *testing.T) {
	t.Parallel()
	g := blank(70, 20, 0) // wider than a tile
	s := &samples{width: 70, height: 20, count: 12}
	for k := range 12 {
		pix := make([]uint8, 3*1400)
		for i := range pix {
			pix[i] = uint8(100 + i/3%70 + k%2)
			if x := i / 3 % 70; x >= 6*k && x < 6*k+12 {
				pix[i] = 250
			}
		}
		s.pix = append(s.pix, pix)
	}
	if err := g.usual(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	was := slices.Clone(g.Mean)
	for i := range g.Noise {
		if got, want := float64(g.Mean[3*i]), 100.5+float64(i%70); !(math.Abs(got-want) <= 0.26) || !(g.Noise[i] >= 0.49 && g.Noise[i] < 1) {
			t.Fatalf("pixel %d is %v with a noise of %v; want %v", i, got, g.Noise[i], want)
		}
	}
	slices.Reverse(s.pix)
	if err := g.usual(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	for i := range was {
		if !(math.Abs(float64(was[i]-g.Mean[i])) <= 1e-3) {
			t.Fatalf("in reverse value %d is %v; want %v", i, g.Mean[i], was[i])
		}
	}
}

// TestTheSurfaceIsSeenInOneOfTwentySamples, which then tell what is there.
func TestTheSurfaceIsSeenInOneOfTwentySamples(t *testing.T) {
	t.Parallel()
	for showing, want := range map[int]bool{0: false, 1: false, 2: true, 9: true} { // of 40
		g := blank(16, 16, 200)
		surface := g.fitSurface(nil)
		put(g, [3]float32{50, 50, 50}, func(c, r int) bool { return c == 5 && r == 5 })
		s := &samples{width: 16, height: 16}
		for k := range 40 {
			pix := make([]uint8, 3*256)
			for i := range pix {
				pix[i] = 50
				if k < showing {
					pix[i] = 203
				}
			}
			s.pix = append(s.pix, pix)
		}
		if got := g.seen(s, surface, 5*16+5); got != want {
			t.Errorf("shown in %d of 40 it is seen: %v", showing, got)
		}
		if v := g.Mean[3*(5*16+5)]; want != (v == 203) {
			t.Errorf("shown in %d of 40 it is %v", showing, v)
		}
	}
}

// TestBodiesEndAtOnce on four fifths of their outline, where they do not end at ghosts.
func TestBodiesEndAtOnce(t *testing.T) {
	t.Parallel()
	for soft, kept := range map[int]bool{0: true, 8: true, 9: false, 40: false} { // px of a rim of 40
		g := blank(30, 30, 200)
		core, ghosts := make([]bool, 900), make([]bool, 900)
		var pixels []int32
		for i := range core {
			if c, r := i%30, i/30; c >= 10 && c < 20 && r >= 10 && r < 20 {
				core[i], pixels = true, append(pixels, int32(i))
			} else {
				ghosts[i] = c == 9 // on the left it ends at ghosts
			}
		}
		n := 0
		got := g.edged(pixels, core, ghosts, func(i, j int) bool {
			if j%30 == 9 || n >= min(soft, 30) {
				return true
			}
			n++
			return false
		})
		if soft == 40 { // all that can be soft is
			kept = false
		}
		if (len(got) == 100) != kept || core[10*30+10] != kept {
			t.Errorf("with %d of 40 px soft %d are kept", soft, len(got))
		}
	}
}

// TestFurnishedGroundsHideBodies: more than 6 % of walls and the like, and nobody can tell them from bodies at rest.
func TestFurnishedGroundsHideBodies(t *testing.T) {
	t.Parallel()
	for tall, want := range map[int]bool{22: true, 26: false} { // 25 by so many px of 100 by 100, at the edge
		g := blank(100, 100, 200)
		put(g, [3]float32{60, 50, 40}, func(c, r int) bool { return c < 25 && r >= 30 && r < 30+tall })
		g.prepare()
		g.fill(&samples{width: 100, height: 100, pix: [][]uint8{slices.Clone(g.base)}}, make([]bool, 10000))
		if g.Even != want || g.Filled != 0 {
			t.Errorf("with %d px of wall bodies are seen: %v", 25*tall, g.Even)
		}
	}
}

// TestTheRimOfAGhostIsWhatFewSamplesShow that look like the ground beside it: three of them, or an eighth.
func TestTheRimOfAGhostIsWhatFewSamplesShow(t *testing.T) {
	t.Parallel()
	for showing, want := range map[int]float64{2: 60, 3: 180} { // of 30
		g := blank(32, 32, 60)
		s := &samples{width: 32, height: 32}
		for k := range 30 {
			pix := make([]uint8, 3*1024)
			for i := range pix {
				pix[i] = 60
				if c := i / 3 % 32; c < 8 && k >= 20 || c == 8 && k >= 30-showing {
					pix[i] = 180
				}
			}
			s.pix = append(s.pix, pix)
		}
		ghosts := make([]bool, 1024)
		for i := range ghosts {
			ghosts[i] = i%32 < 8
		}
		g.uncover(s, ghosts)
		if v := float64(g.Mean[3*(5*32+8)]); !(math.Abs(v-want) <= 1) {
			t.Errorf("shown in %d of 30 it is %v; want %v", showing, v, want)
		}
	}
}
