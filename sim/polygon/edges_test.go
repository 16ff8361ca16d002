package polygon

import (
	"math"
	"testing"

	"orrery/sim"
)

// TestSidesMeetWhereTheyTouch: at a point of either, along a piece of both, and not beyond their ends.
func TestSidesMeetWhereTheyTouch(t *testing.T) {
	t.Parallel()
	at := func(x, y float64) sim.Vec { return sim.Vec{X: x, Y: y} }
	for _, c := range []struct {
		a, b, c, d sim.Vec
		want       bool
	}{
		{at(0, 0), at(4, 4), at(0, 4), at(4, 0), true}, {at(0, 0), at(4, 4), at(2, 2), at(9, 0), true}, {at(0, 0), at(4, 4), at(9, 0), at(2, 2), true}, {at(0, 0), at(4, 4), at(4, 4), at(9, 0), true},
		{at(0, 0), at(4, 4), at(3, 2), at(9, 0), false}, {at(0, 0), at(4, 4), at(2, 2.1), at(0, 4), false}, {at(0, 0), at(4, 0), at(5, 0), at(9, 0), false}, {at(0, 0), at(4, 0), at(4, 0), at(9, 0), true},
		{at(0, 0), at(4, 0), at(-3, 0), at(9, 0), true}, {at(0, 0), at(0, 4), at(0, 5), at(0, 9), false}, {at(0, 0), at(0, 4), at(0, 3), at(0, 9), true}, {at(0, 0), at(0, 4), at(0, -3), at(0, -1), false},
		{at(0, 0), at(4, 2), at(6, 3), at(9, 9), false}, {at(0, 0), at(4, 2), at(-2, -1), at(-9, 9), false}, {at(0, 0), at(4, 0), at(2, 1), at(2, 5), false}, {at(0, 0), at(4, 0), at(6, -1), at(6, 1), false},
	} {
		for turn := range 8 {
			angle := math.Pi / 2 * float64(turn%4) // quarter turns keep the numbers
			way := func(v sim.Vec) sim.Vec {
				v = v.Rotate(angle)
				return sim.Vec{X: math.Round(v.X*10) / 10, Y: math.Round(v.Y*10) / 10}
			}
			a, b, p, q := way(c.a), way(c.b), way(c.c), way(c.d)
			if turn >= 4 {
				a, b, p, q = q, p, b, a
			}
			if got := meet(a, b, p, q); got != c.want {
				t.Errorf("%v–%v and %v–%v meet: %v", a, b, p, q, got)
			}
		}
	}
}

// TestEarsHaveNothingInThem, and turn to the left.
func TestEarsHaveNothingInThem(t *testing.T) {
	t.Parallel()
	arrow := []sim.Vec{{}, {X: 4}, {X: 4, Y: 4}, {X: 3, Y: 1}} // its last corner is hollow, and lies in the triangle of the second
	for k, want := range []bool{true, false, true, false} {
		n := len(arrow)
		if got := isEar(arrow, arrow[(k+n-1)%n], arrow[k], arrow[(k+1)%n]); got != want {
			t.Errorf("corner %d is an ear: %v", k, got)
		}
	}
	if isEar(arrow, arrow[2], arrow[3], arrow[0]) {
		t.Error("a hollow corner is an ear")
	}
	line := []sim.Vec{{}, {X: 1}, {X: 2}, {X: 1, Y: 1}}
	if isEar(line, line[0], line[1], line[2]) {
		t.Error("a straight corner is an ear")
	}
	if got := roundness(sim.Vec{}, sim.Vec{X: 1}, sim.Vec{X: 0.5, Y: math.Sqrt(3) / 2}); !(math.Abs(got-math.Sqrt(3)/2/3) <= 1e-12) {
		t.Errorf("the roundest triangle has %v", got)
	}
}

// TestPartsAreJoinedAlongASide, if the whole is convex.
func TestPartsAreJoinedAlongASide(t *testing.T) {
	t.Parallel()
	square := func(x, y float64) []sim.Vec {
		return []sim.Vec{{X: x, Y: y}, {X: x + 1, Y: y}, {X: x + 1, Y: y + 1}, {X: x, Y: y + 1}}
	}
	for _, c := range []struct {
		other []sim.Vec
		want  int // corners
	}{
		{square(1, 0), 4}, {square(0, 1), 4}, {square(-1, 0), 4}, {square(1, 1), 0}, {square(1, 0.5), 0}, {square(3, 0), 0},
		{[]sim.Vec{{X: 1, Y: 0}, {X: 2, Y: 0.5}, {X: 1, Y: 1}}, 5}, {[]sim.Vec{{X: 1, Y: 0}, {X: 2, Y: -3}, {X: 1, Y: 1}}, 0},
	} {
		whole, ok := joinTwo(square(0, 0), c.other)
		if ok != (c.want > 0) || ok && len(whole) != c.want {
			t.Errorf("%v: %v, %v", c.other, whole, ok)
		}
	}
	for want, outline := range map[float64][]sim.Vec{0: nil, 9: {{X: 1, Y: 1}, {X: 4, Y: 2}}, 16: {{X: 1, Y: -1}, {X: 2, Y: 3}, {X: 1}}, 25: {{X: 3}, {X: -2, Y: 1}}} {
		if got := squaredSize(outline); got != want {
			t.Errorf("%v: %v, want %v", outline, got, want)
		}
	}
}
