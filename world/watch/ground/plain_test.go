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

// TestWhatIsBlackOrBleachedTellsNoLight: most of the ground is white or black, and the camera shows no brighter or darker value.
func TestWhatIsBlackOrBleachedTellsNoLight(t *testing.T) {
	t.Parallel()
	for _, l := range []struct{ gain, offset, ground float32 }{{1.08, 0, 250}, {1, -12, 4}} {
		g := &Ground{}
		var pix []uint8
		for i := range int32(250) {
			mean := l.ground
			if i < 100 {
				mean = float32(60 + i)
			}
			g.grid = append(g.grid, i)
			for range 3 {
				g.Mean = append(g.Mean, mean)
				pix = append(pix, uint8(min(max(l.gain*mean+l.offset+0.5, 0), 255)))
			}
		}
		var w lightWork
		w.gather(g, pix, 1, new([512]int))
		gain, offset, limit := float32(1), float32(0), float32(48)
		for range 6 {
			gain, offset, limit = w.line(gain, offset, limit)
		}
		for _, v := range []float32{60, 160} {
			if d := gain*v + offset - l.gain*v - l.offset; !(max(d, -d) < 1) {
				t.Errorf("a value of %g is seen as %g, by a light that makes it %g", v, gain*v+offset, l.gain*v+l.offset)
			}
		}
	}
}
