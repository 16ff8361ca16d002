package follow_test

import (
	"math"
	"testing"

	"orrery/sim"
	"orrery/sim/render/footage"
)

// TestBlocksOfOneColourAreNoHand: two blocks of one colour of which one lies on the other are found in the first picture, although of each the other, which is not
// found yet, goes on beyond a side of its outline as a hand would that holds it, and nobody knows where they lie.
func TestBlocksOfOneColourAreNoHand(t *testing.T) {
	t.Parallel()
	m := stage(t, [][]sim.Shape{boxOf(19, 7), boxOf(14, 7)}, 6, func(s *footage.Settings) { s.Paint = footage.Alike }, func(body int, k float64) sim.BodyState {
		return sim.BodyState{X: 80 + float64(body)*(2-0.1*k), Y: 32 + 14*float64(body)}
	})
	for i := range m.found {
		m.found[i].Number = 1000 // of no picture
	}
	for k, sights := range m.sights(t) {
		for i, s := range sights {
			truth := m.shot.Middles(k)[i]
			if off := math.Hypot(s.X-truth.X, s.Y-truth.Y); !s.Seen || !(off < 0.1) {
				t.Errorf("picture %d: block %d is seen: %v, %.2f px off", k, i, s.Seen, off)
			}
		}
	}
}
