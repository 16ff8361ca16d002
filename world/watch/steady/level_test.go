package steady

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestSofteningSpreadsAPixelOverNine: as 1, 2 and 1 of four along rows and columns, and what would lie beyond an edge comes to it.
func TestSofteningSpreadsAPixelOverNine(t *testing.T) {
	t.Parallel()
	const width, height = 5, 4
	for at := range width * height {
		l := &level{width: width, height: height, grey: make([]float32, width*height), scratch: make([]float32, width*height)}
		l.grey[at] = 16
		l.soften()
		weight := func(from, to, n int) float32 { // of a line of pixels
			var w float32
			for step, share := range map[int]float32{-1: 1, 0: 2, 1: 1} {
				if min(max(to+step, 0), n-1) == from {
					w += share
				}
			}
			return w
		}
		for i, got := range l.grey {
			if want := weight(at%width, i%width, width) * weight(at/width, i/width, height); got != want {
				t.Fatalf("pixel %d softened to %v at %d, want %v", at, got, i, want)
			}
		}
	}
}

// TestRoughnessIsTheNoise, whatever slope lies below it and whatever few edges there are.
func TestRoughnessIsTheNoise(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	l := &level{width: 200, height: 100}
	for i := range l.width * l.height {
		v := 50 + 0.3*float64(i%l.width) + 3*r.NormFloat64()
		if i%50 == 0 {
			v += 120
		}
		l.grey = append(l.grey, float32(v))
	}
	if got := l.rough(); !(math.Abs(got-3) < 0.5) {
		t.Errorf("noise %v, want 3", got)
	}
}

// TestBlocksKeepSixtyPoints, spread over all that there are, about their means.
func TestBlocksKeepSixtyPoints(t *testing.T) {
	t.Parallel()
	for _, n := range []int{10, 60, 61, 240} {
		var b block
		for k := range n {
			b.points = append(b.points, point{x: float32(k), value: float32(3 * k), way: [4]float32{float32(k), 4, 0, -float32(k)}})
		}
		b.settle()
		kept := min(n, 60)
		if len(b.points) != kept {
			t.Fatalf("%d of %d points are kept, want %d", len(b.points), n, kept)
		}
		var value, way, squares, slope float64
		for k, p := range b.points {
			if want := float32(k * n / kept); p.x != want {
				t.Fatalf("of %d points the %d. is that at %v, want %v", n, k, p.x, want)
			}
			value, way = value+float64(p.value), way+float64(p.way[0])
			squares += float64(p.way[0] * p.way[0])
			slope += (float64(p.x)*float64(p.x) + 16) / float64(kept)
			if !(math.Abs(float64(p.way[1])) < 1e-5) {
				t.Errorf("a way that all have is %v from their mean", p.way[1])
			}
		}
		if !(math.Abs(value) < 1e-2 && math.Abs(way) < 1e-2) {
			t.Errorf("values sum to %v and ways to %v about their means", value, way)
		}
		if !(math.Abs(b.normal[0][0]/squares-1) < 1e-5 && math.Abs(b.normal[0][3]/squares+1) < 1e-5) || !(b.normal[1][1] < 1e-6) {
			t.Errorf("products %v, want %v", b.normal, squares)
		}
		if want := math.Sqrt(slope); !(math.Abs(b.slope/want-1) < 1e-5) {
			t.Errorf("slope %v, want %v", b.slope, want)
		}
	}
}
