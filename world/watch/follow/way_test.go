package follow

import (
	"testing"

	"orrery/world/watch/look"
)

// TestAWayIsThatOfAnInterval, whatever pictures are missing before or after.
func TestAWayIsThatOfAnInterval(t *testing.T) {
	t.Parallel()
	w := &window{ring: make([]held, 3), count: 3}
	for k, at := range []float64{0, 2, 6} {
		h := w.at(k)
		h.picture.Time = at / 32
		h.sights = []Sight{{Pose: look.Pose{X: 8 * at, Y: -4 * at, Angle: at / 2}, Seen: true}}
	}
	want := look.Pose{X: 8, Y: -4, Angle: 0.5}
	smooth, broken, ok := w.way(1, 0, 1./32)
	if !ok || broken.before != want || broken.after != want {
		t.Errorf("%v before and %v after, must be %v", broken.before, broken.after, want)
	}
	if smooth.before != want || smooth.after != want || smooth.bend != (look.Pose{}) {
		t.Errorf("a straight way is %v before, %v after, and bends by %v", smooth.before, smooth.after, smooth.bend)
	}
	for k := range 3 {
		w.at(k).sights[0].Seen = false
		if _, _, ok := w.way(1, 0, 1./32); ok {
			t.Errorf("a way is told without picture %d", k)
		}
		w.at(k).sights[0].Seen = true
	}
}
