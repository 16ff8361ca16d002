package observe

import (
	"testing"

	"orrery/sim"
)

// TestNoiseIsToldBySteadySightsAlone: four sights count when the longest of their three intervals is at most two and
// a half times the shortest.
func TestNoiseIsToldBySteadySightsAlone(t *testing.T) {
	t.Parallel()
	for longest, want := range map[float64]int{1: 1, 2: 1, 2.4: 1, 2.6: 0, 5: 0} {
		r := &track{}
		for _, at := range []float64{0, 1, 2, 2 + longest} {
			r.at, r.see = append(r.at, at/30), append(r.see, sim.Sight{X: at, Seen: true})
		}
		if got := r.roughness(0); len(got) != want {
			t.Errorf("an interval of %v times the others: %d counts, want %d", longest, len(got), want)
		}
		if got := r.roughness(2); len(got) != 0 {
			t.Errorf("%d counts of angles that nobody saw", len(got))
		}
	}
}
