package observe

import (
	"math"
	"testing"
)

// TestLegsFollowEachOther: a time belongs to the last leg that begins by then, even where a hit was moved past the one
// before it.
func TestLegsFollowEachOther(t *testing.T) {
	t.Parallel()
	f := &fit{of: [][]int{{0, 1, 2, 3}}}
	for _, begin := range []float64{0, 0.9, 0.8, 1} {
		f.legs = append(f.legs, leg{begin: begin})
	}
	f.follow()
	for time, want := range map[float64]int{0.5: 0, 0.79: 0, 0.85: 0, 0.9: 2, 0.95: 2, 1.5: 3} {
		if got := f.holding(0, time); got != want {
			t.Errorf("leg %d holds at %v s, want %d", got, time, want)
		}
	}
}

// TestFilmsMaySayTooLittleOfTheirNoise, but not by anything: where flights are off by many times their noise, what is watched does not fly.
func TestFilmsMaySayTooLittleOfTheirNoise(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ off, want float64 }{{0.5, 1}, {1, 1}, {4, 4}, {24, 24}, {1e6, 25}} {
		f := &fit{}
		for range 5 {
			l := leg{last: 20}
			l.h[0][0], l.c[0] = 1, 20*c.off // twenty sights along one axis
			f.legs = append(f.legs, l, leg{last: 20, drift: true}, leg{last: 2})
		}
		if got := f.usual(); !(math.Abs(got-c.want) <= 1e-9) {
			t.Errorf("flights off by %g times what noise is, squared: %g times are usual, want %g", c.off, got, c.want)
		}
	}
}
