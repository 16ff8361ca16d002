package bodies

import (
	"math"
	"testing"
)

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

// TestWhatIsInPiecesForAShortTimeIsOne: two pieces that never stand free and are seen in fewer than a fourth of the sights of what they become.
func TestWhatIsInPiecesForAShortTimeIsOne(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		pieces int // sights
		apart  bool
		joined bool
	}{{"two pictures", 2, false, false}, {"two pictures, apart", 2, true, true}, {"six pictures", 6, false, true}} {
		f := scene(20, func(k int) []patch {
			if k >= c.pieces {
				return []patch{square1(50, 50, 10*math.Sqrt2, grey)}
			}
			s := sight{patches: []patch{square1(42, 50, 10, grey), square1(58, 50, 10, grey)}}
			if !c.apart {
				touch(&s, 0, 1, 10)
			}
			return s.patches
		})
		f.link()
		if got := f.strands[len(f.strands)-1].joined; got != c.joined {
			t.Errorf("%s: joined %v", c.name, got)
		}
	}
}

// TestAHalfOfABallGoesOnInIt, through what is seen badly in between: a marked ball whose halves are seen apart as long as it rests.
func TestAHalfOfABallGoesOnInIt(t *testing.T) {
	t.Parallel()
	f := &finder{sights: make([]sight, 40)}
	for k := range f.sights {
		f.sights[k].follows = true
	}
	for _, c := range []struct {
		name           string
		rests, between [2]int
		whole          [2]int
		left           int
	}{
		{"through a part", [2]int{0, 24}, [2]int{25, 31}, [2]int{32, 39}, 1},
		{"after a pause", [2]int{0, 24}, [2]int{28, 31}, [2]int{32, 39}, 2},
		{"through a part that ends before", [2]int{0, 24}, [2]int{25, 28}, [2]int{32, 39}, 2},
		{"while all of it is there", [2]int{0, 32}, [2]int{25, 31}, [2]int{32, 39}, 2},
	} {
		half, whole, part := kind(f, 17, grey, c.rests), kind(f, 26, grey, c.whole), kind(f, 18, grey, c.between)
		whole.parts = part.strands
		if got := f.absorb([]*class{whole, half}); len(got) != c.left {
			t.Errorf("%s: %d classes are left, want %d", c.name, len(got), c.left)
		}
	}
}
