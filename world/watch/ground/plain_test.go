package ground

import "testing"

// TestLightIsPlainWhereItChangesNothingThatIsSeen: by a quarter of a level of the usual value of the ground, and by one of any.
func TestLightIsPlainWhereItChangesNothingThatIsSeen(t *testing.T) {
	t.Parallel()
	g := &Ground{typical: [3]float32{100, 100, 100}}
	for c := range 3 {
		for _, l := range []struct {
			gain, offset float32
			plain        bool
		}{{1, 0, true}, {1, 0.2, true}, {1, 0.3, false}, {1, -0.3, false}, {0.996, 0.4, true}, {1.004, -0.4, true}, {0.99, 1, false}, {1.015, -1.5, false}} {
			light := Plain()
			light.Gain[c], light.Offset[c] = l.gain, l.offset
			if g.isPlain(&light) != l.plain {
				t.Errorf("channel %d: a gain of %g and an offset of %g: plain is %t", c, l.gain, l.offset, !l.plain)
			}
		}
	}
}
