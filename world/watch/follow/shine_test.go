package follow

import "testing"

// TestUnevenBodiesCountMorePixels: from three times what colours inside of a body usually differ by, and never from less than the options say, nor from more than
// three times that.
func TestUnevenBodiesCountMorePixels(t *testing.T) {
	t.Parallel()
	f := &follower{options: Options{Outlier: 40}, tracks: make([]track, 3), members: []int{0, 2}, shaped: true}
	f.tracks[1].uneven = 35 // no member
	for _, c := range []struct {
		uneven float64
		want   float32
	}{{0, 40}, {13, 40}, {20, 60}, {39, 117}, {60, 120}} {
		f.tracks[2].uneven = c.uneven
		if got := f.limit(); got != c.want {
			t.Errorf("a body that differs by %g inside: pixels count less from %g on, want %g", c.uneven, got, c.want)
		}
	}
	if f.shaped = false; f.limit() != 40 {
		t.Errorf("of shapes that may be wrong pixels count less from %g on", f.limit())
	}
}
