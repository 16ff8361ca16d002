package bodies

import "testing"

// TestABodyThatIsFreeOnlyWhereItIsFastIsJudged by what is seen of it there.
func TestABodyThatIsFreeOnlyWhereItIsFastIsJudged(t *testing.T) {
	t.Parallel()
	strand := func(grows float64) *strand {
		s := new(strand)
		x := 0.0
		for k := range 16 {
			fast := k >= 11
			if fast {
				x += 12
			} else {
				x += 4
			}
			n := 100.0 // an even square of 10 px
			if k%2 == 0 {
				n *= grows
			}
			side := n / 12
			s.places, s.free = append(s.places, place{at: k}), append(s.free, k >= 12)
			s.whole = append(s.whole, moments{n: n, x: n * x, y: 0, xx: n * (x*x + side), yy: n * side})
		}
		return s
	}
	f := &finder{slack: 1}
	if !f.rigid(strand(1)) {
		t.Error("what keeps its outline is not rigid")
	}
	if f.rigid(strand(2)) {
		t.Error("what doubles its area is rigid")
	}
}
