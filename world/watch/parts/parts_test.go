package parts_test

import (
	"image"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
	"orrery/world/watch/parts"
)

// mask returns a mask of a picture of text: # is of class 1, + of class 2.
func mask(rows ...string) (m []uint8, width int) {
	for _, c := range strings.Join(rows, "") {
		m = append(m, uint8(strings.IndexRune(".#+", c)))
	}
	return m, len(rows[0])
}

func solid(class uint8) bool { return class > 0 }

func TestPartsAreConnected(t *testing.T) {
	t.Parallel()
	m, width := mask(
		"#.#.+..",
		"###...#",
		"......#",
		".#...#.",
		"..##...",
	)
	var f parts.Finder
	for range 2 { // memory is used again
		found := f.Find(m, width, solid)
		if len(found) != 4 {
			t.Fatalf("%d parts, want 4", len(found))
		}
		for k, want := range []struct {
			area int
			box  image.Rectangle
			at   sim.Vec
		}{
			{5, image.Rect(0, 0, 3, 2), sim.Vec{X: 1.5, Y: 3.9}},
			{1, image.Rect(4, 0, 5, 1), sim.Vec{X: 4.5, Y: 4.5}},
			{3, image.Rect(5, 1, 7, 4), sim.Vec{X: 37.0 / 6, Y: 2.5}},
			{3, image.Rect(1, 3, 4, 5), sim.Vec{X: 2.5, Y: 5.0 / 6}},
		} {
			p := &found[k]
			if p.Area != want.area || p.Box != want.box || !(p.Middle().Sub(want.at).Len() <= 1e-9) {
				t.Errorf("part %d: %d px in %v about %v, want %+v", k, p.Area, p.Box, p.Middle(), want)
			}
			n := 0
			for _, r := range p.Runs {
				n += r.To - r.From
			}
			if n != p.Area || !p.Cut(width, 5) {
				t.Errorf("part %d: runs of %d px, cut %v", k, n, p.Cut(width, 5))
			}
		}
	}
	free, width3 := mask("...", ".#.", "...")
	if p := f.Find(free, width3, solid)[0]; p.Cut(3, 3) || !p.Cut(2, 3) || !p.Cut(3, 2) {
		t.Error("a part in the middle is cut, or one at the edge is not")
	}
	if found := f.Find(m, width, func(c uint8) bool { return c == 2 }); len(found) != 1 || found[0].Area != 1 {
		t.Errorf("%d parts of class 2", len(found))
	}
}

// TestPartsAreThoseOfFilling compares with filling from pixel to pixel, which needs no runs.
func TestPartsAreThoseOfFilling(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(4, 4))
	var f parts.Finder
	for _, size := range [][2]int{{1, 1}, {1, 9}, {9, 1}, {17, 13}, {64, 31}} {
		for _, share := range []float64{0.2, 0.4, 0.7} {
			w, h := size[0], size[1]
			m := make([]uint8, w*h)
			for i := range m {
				if random.Float64() < share {
					m[i] = 1
				}
			}
			var areas []int
			done := make([]bool, w*h)
			for start := range m {
				if m[start] == 0 || done[start] {
					continue
				}
				stack, area := []int{start}, 0
				done[start] = true
				for len(stack) > 0 {
					i := stack[len(stack)-1]
					stack = stack[:len(stack)-1]
					area++
					for y := max(i/w-1, 0); y <= min(i/w+1, h-1); y++ {
						for x := max(i%w-1, 0); x <= min(i%w+1, w-1); x++ {
							if j := y*w + x; m[j] > 0 && !done[j] {
								done[j] = true
								stack = append(stack, j)
							}
						}
					}
				}
				areas = append(areas, area)
			}
			found := f.Find(m, w, solid)
			if len(found) != len(areas) {
				t.Fatalf("%d×%d: %d parts, filling finds %d", w, h, len(found), len(areas))
			}
			for k := range found {
				if found[k].Area != areas[k] {
					t.Errorf("%d×%d: part %d has %d px, filling finds %d", w, h, k, found[k].Area, areas[k])
				}
			}
		}
	}
}

// disc returns the shares of pixels that a disc covers, nearly.
func disc(w, h int, x, y, r float64) []float32 {
	field := make([]float32, w*h)
	for i := range field {
		d := math.Hypot(float64(i%w)+0.5-x, float64(h-i/w)-0.5-y)
		field[i] = float32(min(max(r+0.5-d, 0), 1))
	}
	return field
}

func TestContoursLieOnTheOutline(t *testing.T) {
	t.Parallel()
	const x, y, r = 14.3, 11.6, 7.2
	field := disc(30, 24, x, y, r)
	for i, v := range disc(30, 24, x, y, 2) { // a hole
		field[i] -= v
	}
	lines := parts.Contours(field, 30, 100, 50, 24+50, 0.5)
	if len(lines) != 2 {
		t.Fatalf("%d lines, want the outline and the hole's", len(lines))
	}
	for k, want := range []float64{r, 2} {
		area := 0.0
		for i, v := range lines[k] {
			area += v.Cross(lines[k][(i+1)%len(lines[k])]) / 2
			if d := v.Sub(sim.Vec{X: 100 + x, Y: y}).Len(); !scalar.EqualWithinAbs(d, want, 0.12) {
				t.Errorf("line %d has a point %v px from the middle, want %v", k, d, want)
			}
		}
		if sign := 1 - 2*float64(k); !scalar.EqualWithinAbs(area, sign*math.Pi*want*want, 2.5) {
			t.Errorf("line %d encloses %v px²", k, area)
		}
	}
}

// TestContoursOfNoiseAreClosed: each line's points are on it once, and steps are short.
func TestContoursOfNoiseAreClosed(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 1))
	field := make([]float32, 15*11)
	for i := range field {
		field[i] = random.Float32()
	}
	covered := 0.0
	for _, line := range parts.Contours(field, 15, 0, 0, 11, 0.5) {
		for i, v := range line {
			next := line[(i+1)%len(line)]
			covered += v.Cross(next) / 2
			if !(v.Sub(next).Len() <= math.Sqrt2+1e-9) {
				t.Fatalf("a step of %v px", v.Sub(next).Len())
			}
		}
	}
	if !(covered > 40 && covered < 130) {
		t.Errorf("the lines enclose %v px² of 165, about half of it is higher", covered)
	}
}

func TestSimplifyKeepsCorners(t *testing.T) {
	t.Parallel()
	corners := []sim.Vec{{X: 0, Y: 0}, {X: 10, Y: 0}, {X: 10, Y: 4}, {X: 5, Y: 4}, {X: 5, Y: 9}, {X: 0, Y: 9}}
	var outline []sim.Vec
	for i, a := range corners {
		b := corners[(i+1)%len(corners)]
		for k := range 8 {
			wobble := sim.Vec{}
			if k > 0 {
				wobble = sim.Vec{X: 0.1 * float64(k%2), Y: -0.1 * float64(k%2)}
			}
			outline = append(outline, a.Add(b.Sub(a).Scale(float64(k)/8)).Add(wobble))
		}
	}
	got := parts.Simplify(outline, 0.3)
	if len(got) != len(corners) {
		t.Fatalf("%d corners, want %d: %v", len(got), len(corners), got)
	}
	for _, c := range corners {
		nearest := 9.0
		for _, v := range got {
			nearest = min(nearest, v.Sub(c).Len())
		}
		if !(nearest <= 1e-9) {
			t.Errorf("corner %v is lost", c)
		}
	}
	if got := parts.Simplify(outline, 0.01); len(got) < 30 {
		t.Errorf("%d corners at a tolerance of 0.01 px", len(got))
	}
}

func TestHullHasNoPointOutside(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(2, 7))
	var points []sim.Vec
	for range 60 {
		points = append(points, sim.Vec{X: random.NormFloat64(), Y: random.NormFloat64()})
	}
	hull := parts.Hull(points)
	for i, a := range hull {
		edge := hull[(i+1)%len(hull)].Sub(a)
		for _, p := range points {
			if !(edge.Cross(p.Sub(a)) >= -1e-12) {
				t.Fatalf("%v lies outside of the side from %v", p, a)
			}
		}
	}
	if got := parts.Hull([]sim.Vec{{}, {X: 1}, {X: 2}, {X: 2, Y: 1}, {}}); len(got) != 3 {
		t.Errorf("hull %v, want three corners", got)
	}
}
