package render

import (
	"math"
	"testing"
)

// TestAHatchLiesInside what it fills, holes left out, and covers all of it evenly.
func TestAHatchLiesInside(t *testing.T) {
	t.Parallel()
	outer := []Point{{0, 0}, {100, 0}, {100, 60}, {0, 60}}
	hole := []Point{{40, 20}, {60, 20}, {60, 40}, {40, 40}}
	lines := hatch([][]Point{outer, hole}, 5)
	length := 0.0
	for _, line := range lines {
		a, b := line[0], line[1]
		if !(math.Abs((b.X-a.X)+(b.Y-a.Y)) < 1e-9) {
			t.Errorf("a line goes from %v to %v", a, b)
		}
		middle := a.lerp(b, 0.5)
		within := func(low, high Point) bool {
			return middle.X >= low.X && middle.X <= high.X && middle.Y >= low.Y && middle.Y <= high.Y
		}
		if !within(Point{0, 0}, Point{100, 60}) || within(Point{40, 20}, Point{60, 40}) {
			t.Errorf("a line passes %v", middle)
		}
		length += b.sub(a).len()
	}
	if want := (100.*60 - 20*20) / 5; !(math.Abs(length-want) < 0.05*want) {
		t.Errorf("lines of %v px in all, want %v", length, want)
	}
	if lines := hatch(nil, 5); lines != nil {
		t.Error("nothing is hatched")
	}
	if n := len(hatch([][]Point{{{0, 0}, {1e7, 0}, {1e7, 1e7}, {0, 1e7}}}, 5)); n > 1001 {
		t.Errorf("%d lines of something huge", n)
	}
}
