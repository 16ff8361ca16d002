package render

import (
	"math"
	"testing"
)

// TestACoilGoesFromEndToEnd, to and fro by its width on either side, and is a dot between
// two points in one place.
func TestACoilGoesFromEndToEnd(t *testing.T) {
	t.Parallel()
	a, b := Point{10, 20}, Point{110, 20}
	line := coil(a, b, 6)
	if line[0] != a || line[len(line)-1] != b {
		t.Errorf("it goes from %v to %v", line[0], line[len(line)-1])
	}
	low, high, turns := 0.0, 0.0, 0
	for k, p := range line {
		off := p.Y - 20
		low, high = min(low, off), max(high, off)
		if k > 0 && off*(line[k-1].Y-20) < 0 {
			turns++
		}
		if k > 0 && !(p.X > line[k-1].X) {
			t.Errorf("it goes back from %v to %v", line[k-1], p)
		}
	}
	if !(math.Abs(low+6) <= 1e-9) || !(math.Abs(high-6) <= 1e-9) || turns != 7 {
		t.Errorf("it goes %v px to one side and %v px to the other, and crosses the middle %d times", -low, high, turns)
	}
	for _, p := range coil(a, a, 6) {
		if p != a {
			t.Errorf("between two points in one place it goes to %v", p)
		}
	}
}
