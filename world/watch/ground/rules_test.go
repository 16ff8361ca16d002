package ground

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"
)

// areaOf returns a ground without values of so many px.
func areaOf(width, height int) *Ground {
	return &Ground{Width: width, Height: height, Mean: make([]float32, 3*width*height), Noise: make([]float32, width*height)}
}

// marked returns which pixels rows of letters mark.
func markedBy(rows ...string) (g *Ground, marked []bool) {
	for _, row := range rows {
		for _, c := range row {
			marked = append(marked, c != '.')
		}
	}
	return areaOf(len(rows[0]), len(rows)), marked
}

// TestTheDensestValuesAreTheGround: the middle of the shortest range of two fifths, of all equally short ones that of the middle.
func TestTheDensestValuesAreTheGround(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		values []uint8
		want   float32
	}{
		{[]uint8{7}, 7}, {[]uint8{7, 9}, 7}, {[]uint8{1, 2, 90, 91, 91}, 91}, {[]uint8{10, 20, 30, 40, 50}, 25}, {[]uint8{3, 3, 3, 3, 3}, 3}, {[]uint8{0, 50, 51, 52, 200, 210, 220}, 51},
		{[]uint8{1, 1, 80, 81, 82, 83, 200, 220, 240, 255}, 81.5},
	} {
		if got := densest(c.values); got != c.want {
			t.Errorf("%v: %v, want %v", c.values, got, c.want)
		}
	}
	random := rand.New(rand.NewPCG(1, 2))
	var values []uint8
	for range 200 {
		values = append(values, uint8(40+random.IntN(100)))
	}
	want := slices.Clone(values)
	slices.Sort(want)
	if got := sort(nil, values, 40, 139); !slices.Equal(got, want) {
		t.Errorf("sorted %v", got)
	}
	c := column{{10, 10, 10, 10, 90}, {1, 2, 3, 4, 5}, {7, 7, 7, 7, 7}}
	s := c.extent()
	if s.low != [3]uint8{10, 1, 7} || s.high != [3]uint8{90, 5, 7} || s.sum != [3]int{130, 15, 35} || s.square != [3]int{8500, 55, 245} {
		t.Errorf("extent %+v", s)
	}
	var sorted []uint8
	if got := c.mode(&s, &sorted, 4); got != [3]float32{10, 3, 7} {
		t.Errorf("mode %v", got)
	}
	for limit, of := range map[float32]float32{4: 2.5, 1.5: 2.5} {
		if got := s.within(limit, [3]float32{50, of, 7}); got || (&extent{low: [3]uint8{1, 1, 1}, high: [3]uint8{5, 5, 5}}).within(limit, [3]float32{3, 3, 3}) != (limit >= 2) {
			t.Errorf("within %v: %v", limit, got)
		}
	}
}

// TestMeansAreOfWhatIsNear: 24 values of the mode at first, and then three deviations and 3 values of what that found.
func TestMeansAreOfWhatIsNear(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		values      []uint8
		mode        float32
		mean, noise float64
	}{
		{[]uint8{100, 102, 98, 100}, 100, 100, math.Sqrt(2)}, {[]uint8{100, 100, 100, 100, 200}, 100, 100, 0}, {[]uint8{100, 100, 100, 124}, 100, 106, math.Sqrt(108)},
		{[]uint8{100, 100, 100, 125}, 100, 100, 0}, {[]uint8{200, 210}, 100, 100, 0}, // nothing is near
		{append(slices.Repeat([]uint8{100}, 40), 120), 100, 100, 0}, // the second time it is too far
	} {
		g := areaOf(1, 1)
		of := column{c.values, c.values, c.values}
		s := of.extent()
		g.average(&of, &s, 0, [3]float32{c.mode, c.mode, c.mode})
		if !scalar.EqualWithinAbs(float64(g.Mean[1]), c.mean, 1e-4) || !scalar.EqualWithinAbs(float64(g.Noise[0]), c.noise, 1e-3) {
			t.Errorf("%v: %v ± %v, want %v ± %v", c.values, g.Mean[1], g.Noise[0], c.mean, c.noise)
		}
	}
}

// TestLightIsALineOfTheGround: a gain from a fifth to five, of pixels that are neither black nor bleached; little spread tells no offset.
func TestLightIsALineOfTheGround(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		gain, offset float32
		level, width int // of the ground's values
		want, at     [2]float64
	}{
		{0.5, 20, 40, 160, [2]float64{0.5, 20}, [2]float64{0.005, 1}}, {1.4, -10, 40, 100, [2]float64{1.4, -10}, [2]float64{0.02, 2}},
		{0.8, 0, 120, 1, [2]float64{0.8, 0}, [2]float64{0.02, 2}}, {1, 4, 13, 1, [2]float64{1.15, 2}, [2]float64{0.02, 0.5}}, // glare on a dark ground is little light
		{1, 0, 100, 100, [2]float64{1, 0}, [2]float64{1e-3, 0.1}},
	} {
		g := areaOf(64, 64)
		pix := make([]uint8, 3*64*64)
		for i := range g.Mean {
			g.Mean[i] = float32(c.level + (i/3*37)%c.width)
			pix[i] = uint8(min(max(c.gain*g.Mean[i]+c.offset+0.5, 0), 255))
		}
		for i := range 3 * 64 * 12 {
			pix[i] = uint8(255 - i%2) // a body that is bleached
		}
		g.grid = lightGrid(64, 64, nil)
		l := g.measureLight(pix, new(lightWork))
		for channel := range 3 {
			if !scalar.EqualWithinAbs(float64(l.Gain[channel]), c.want[0], c.at[0]) || !scalar.EqualWithinAbs(float64(l.Offset[channel]), c.want[1], c.at[1]) {
				t.Errorf("%+v: %v", c, l)
				break
			}
			if v := l.Remove(channel, l.Apply(channel, 77)); !scalar.EqualWithinAbs(float64(v), 77, 1e-3) {
				t.Errorf("77 becomes %v", v)
			}
		}
	}
	g := areaOf(3, 5)
	g.grid = lightGrid(3, 5, nil)
	if got := g.measureLight(make([]uint8, 45), new(lightWork)); len(g.grid) != 15 || got != Plain() {
		t.Errorf("15 px tell the light %v", got)
	}
	counts := make([]int, 9)
	counts[2], counts[5], counts[7] = 3, 1, 2
	if got := medianOf(counts, 6); got != 2 {
		t.Errorf("the median is %d", got)
	}
	if got := middleOf([]float32{9, 1, 4}); got != 4 || middleOf(nil) != 0 {
		t.Errorf("the middle is %v", got)
	}
}

// TestNoiseIsThatOfItsSurroundings: no less than half of a block's pixels have, and four times that at most.
func TestNoiseIsThatOfItsSurroundings(t *testing.T) {
	t.Parallel()
	g := areaOf(20, 17)
	for i := range g.Noise {
		g.Noise[i] = 2
		if i%20 >= 16 {
			g.Noise[i] = 5
		}
	}
	g.Noise[0], g.Noise[1], g.Noise[2], g.Noise[18] = 0, 7.9, 8.1, 30
	g.calmNoise()
	for at, want := range map[int]float32{0: 2, 1: 7.9, 2: 8, 3: 2, 18: 20, 17: 5} {
		if g.Noise[at] != want {
			t.Errorf("pixel %d has a noise of %v, want %v", at, g.Noise[at], want)
		}
	}
}

// TestDarkenedPixelsKeepTheirColour: all channels by one share, to 4 values, and by 3 of 100 at least.
func TestDarkenedPixelsKeepTheirColour(t *testing.T) {
	t.Parallel()
	g := areaOf(1, 1)
	copy(g.Mean, []float32{200, 100, 60})
	for pix, want := range map[[3]uint8]bool{{200, 100, 60}: false, {195, 98, 58}: false, {193, 97, 58}: true, {100, 50, 30}: true, {104, 50, 26}: true, {110, 50, 30}: false, {0, 0, 0}: true, {100, 58, 30}: false} {
		if got := g.darkened(pix[:], 0); got != want {
			t.Errorf("%v: darkened %v", pix, got)
		}
	}
	g.Noise[0] = 3
	for pix, want := range map[[3]uint8]bool{{200, 100, 60}: true, {208, 92, 68}: true, {209, 100, 60}: false, {200, 91, 60}: false, {200, 100, 51}: false} {
		if got := g.near(pix[:], 0, 2); got != want { // two deviations of 3 and 2 values
			t.Errorf("%v: near %v", pix, got)
		}
		if got := near(pix[:], [3]float32{200, 100, 60}, 8); got != want {
			t.Errorf("%v: near by 8 %v", pix, got)
		}
	}
}

// TestMixturesLieBetween two colours, to a limit, and not beyond them.
func TestMixturesLieBetween(t *testing.T) {
	t.Parallel()
	a, b := [3]float32{0, 0, 0}, [3]float32{100, 0, 0}
	for v, want := range map[[3]float32]bool{{50, 0, 0}: true, {50, 5, 0}: true, {50, 4, 4}: false, {50, 5.1, 0}: false, {-5, 0, 0}: true, {-5.1, 0, 0}: false, {105, 0, 0}: true, {105.1, 0, 0}: false} {
		if got := mixed(v, a, b, 5); got != want {
			t.Errorf("%v: mixed %v", v, got)
		}
	}
}

// TestHullsHoldTheirPixels, corners and edges too.
func TestHullsHoldTheirPixels(t *testing.T) {
	t.Parallel()
	g := areaOf(10, 10)
	var pixels []int
	for _, p := range [][2]int{{2, 2}, {7, 2}, {7, 6}, {2, 6}, {4, 4}, {5, 2}} {
		pixels = append(pixels, p[1]*10+p[0])
	}
	hull := g.hull(pixels)
	if len(hull) != 4 {
		t.Errorf("corners %v", hull)
	}
	for at := range 100 {
		x, y := at%10, at/10
		if got, want := g.within(hull, at), x >= 2 && x <= 7 && y >= 2 && y <= 6; got != want {
			t.Errorf("%d, %d lies within: %v", x, y, got)
		}
	}
	if g.within(hull[:2], hull[0]) {
		t.Error("a line holds something")
	}
	seen := map[int]int{}
	for _, at := range []int{0, 9, 90, 99, 55} {
		g.around(at, func(j int) { seen[at]++ })
	}
	if fmt.Sprint(seen) != "map[0:2 9:2 55:4 90:2 99:2]" {
		t.Errorf("neighbours %v", seen)
	}
}

// TestPixelsSpreadAlongRowsAndColumns: by so many, within the picture; shrinking undoes growing, and what ends at the edge keeps it.
func TestPixelsSpreadAlongRowsAndColumns(t *testing.T) {
	t.Parallel()
	g, one := markedBy(".......", ".......", "...x...", ".......", ".......")
	_, grown := markedBy(".......", "..xxx..", "..xxx..", "..xxx..", ".......")
	if got := spread(one, g.Width, 1, true); !slices.Equal(got, grown) {
		t.Errorf("grown %v", got)
	}
	if got := spread(grown, g.Width, 1, false); !slices.Equal(got, one) {
		t.Errorf("shrunk %v", got)
	}
	_, corner := markedBy("xxx....", "xxx....", ".......", ".......", ".......")
	_, less := markedBy("xx.....", ".......", ".......", ".......", ".......")
	if got := spread(corner, g.Width, 1, false); !slices.Equal(got, less) {
		t.Errorf("at the edge %v", got)
	}
}

// TestLongLinesAreTakenAway: those at most six px thick and 40 long; what is thicker or shorter stays.
func TestLongLinesAreTakenAway(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		wide, thick int
		stays       bool
	}{{41, 3, false}, {40, 3, true}, {41, 6, false}, {41, 7, true}, {30, 3, true}, {60, 1, false}} {
		for _, upright := range []bool{false, true} {
			g := areaOf(80, 80)
			marked := make([]bool, 80*80)
			for k := range c.wide * c.thick {
				x, y := 10+k%c.wide, 20+k/c.wide
				if upright {
					x, y = y, x
				}
				marked[80*y+x] = true
			}
			left := 0
			for _, m := range g.thick(marked) {
				if m {
					left++
				}
			}
			if (left == c.wide*c.thick) != c.stays || !c.stays && left != 0 {
				t.Errorf("%d by %d px, upright %v: %d px stay", c.wide, c.thick, upright, left)
			}
		}
	}
}

// TestWallsReachTheEdgeOrAreThin: within a px of the edge, thinner than 3 px unless that is left of a body, or long and thin.
func TestWallsReachTheEdgeOrAreThin(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		x, y, wide, tall int
		left, want       bool
	}{
		{20, 20, 20, 20, false, false}, {1, 20, 20, 20, false, true}, {2, 20, 20, 20, false, false}, {20, 1, 20, 20, false, true}, {20, 2, 20, 20, false, false},
		{79, 20, 20, 20, false, true}, {78, 20, 20, 20, false, false}, {20, 79, 20, 20, false, true}, {20, 78, 20, 20, false, false},
		{20, 20, 20, 2, false, true}, {20, 20, 20, 2, true, false}, {20, 20, 20, 4, false, false}, {20, 20, 60, 3, true, true}, {20, 20, 60, 5, true, false},
	} {
		g := areaOf(100, 100)
		var r region
		for k := range c.wide * c.tall {
			r.pixels = append(r.pixels, int32(100*(c.y+k/c.wide)+c.x+k%c.wide))
		}
		if got := g.isWall(r, c.left); got != c.want {
			t.Errorf("%+v: wall %v", c, got)
		}
	}
}

// TestSurfacesAreLinearBetweenTheirCells, and even beyond the middles of the outermost.
func TestSurfacesAreLinearBetweenTheirCells(t *testing.T) {
	t.Parallel()
	s := &surface{columns: 3, rows: 2, value: make([]float32, 18)}
	for k := range 6 {
		for c := range 3 {
			s.value[3*k+c] = float32(10*(k%3) + 100*(k/3) + c)
		}
	}
	for _, c := range []struct {
		column, row int
		want        float32
	}{{0, 0, 0}, {3, 3, 0}, {23, 0, 20}, {0, 15, 100}, {4, 4, 0.625 + 6.25}, {11, 8, 9.375 + 56.25}, {23, 15, 120}} {
		for k, v := range s.at(c.column, c.row) {
			if !scalar.EqualWithinAbs(float64(v), float64(c.want)+float64(k), 1e-4) {
				t.Errorf("%d, %d: %v, want %v", c.column, c.row, v, c.want)
			}
		}
	}
}

// TestOutlinesAreLookedAtUpToTwoPixelsFromTheEdge of a picture, where what lies beyond them is still within it.
func TestOutlinesAreLookedAtUpToTwoPixelsFromTheEdge(t *testing.T) {
	t.Parallel()
	const width, height = 9, 8
	g := areaOf(width, height)
	pix := make([]uint8, 3*width*height)
	for i := range pix {
		g.Mean[i], pix[i] = 100, 90 // as dark everywhere, which nothing that ends sharply is
	}
	for r := range height {
		for c := range width {
			m := NewMask(g)
			m.Light = Plain()
			m.stack = append(m.stack[:0], int32(r*width+c))
			m.Class[r*width+c], m.shadowy[r*width+c] = Thing, 1
			if got, want := g.isSoft(pix, m), r >= 2 && c >= 2 && r < height-2 && c < width-2; got != want {
				t.Errorf("row %d, column %d of %d by %d: soft %v", r, c, height, width, got)
			}
		}
	}
}

// TestProfilesEndWithThePicture: of the first pixel and of the last there is nothing before and behind, and the nearest stands for it.
func TestProfilesEndWithThePicture(t *testing.T) {
	t.Parallel()
	g := areaOf(5, 4)
	for i := range g.Mean {
		g.Mean[i] = float32(i / 3 * i / 3)
	}
	last := 19
	for _, c := range []struct{ a, b int }{{0, last}, {last, 0}, {0, 7}, {7, last}, {8, 11}} {
		for _, way := range [][2]float64{{1, 0}, {0, 1}, {0.9, 0.8}} {
			sum := 0.0
			for k := -1; k <= 1; k++ {
				step := k * (int(math.Round(way[1]))*5 + int(math.Round(way[0])))
				i, j := min(max(c.a+step, 0), last), min(max(c.b+step, 0), last)
				for channel := range 3 {
					d := float64(g.Mean[3*i+channel] - g.Mean[3*j+channel])
					sum += d * d / 3
				}
			}
			if got := float64(g.profilesApart(c.a, c.b, way[0], way[1])); !(math.Abs(got-math.Sqrt(sum)) < 1e-3) {
				t.Errorf("%d and %d across %v: %v apart, want %v", c.a, c.b, way, got, math.Sqrt(sum))
			}
		}
	}
}
