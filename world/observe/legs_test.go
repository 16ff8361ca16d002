package observe

import "testing"

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
