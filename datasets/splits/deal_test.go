package splits

import (
	"slices"
	"testing"
)

// TestEpisodesAreDealtOutBySeed: every episode once, as many to judge by as the share says
// and one at least on each side, and others with another seed.
func TestEpisodesAreDealtOutBySeed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		n     int
		share float64
		judge int
	}{{2, 0.1, 1}, {2, 0.9, 1}, {20, 0.1, 2}, {20, 0.13, 3}, {20, 1, 19}, {20, 0, 1}, {100, 0.25, 25}} {
		training, holdout := Deal(c.n, c.share, 1)
		all := slices.Sorted(slices.Values(slices.Concat(training, holdout)))
		for i, k := range all {
			if k != i {
				t.Fatalf("%d episodes, share %v: %v and %v", c.n, c.share, training, holdout)
			}
		}
		if len(all) != c.n || len(holdout) != c.judge || !slices.IsSorted(training) || !slices.IsSorted(holdout) {
			t.Errorf("%d episodes, share %v: %v and %v, want %d to judge by", c.n, c.share, training, holdout, c.judge)
		}
	}
	_, one := Deal(100, 0.1, 1)
	_, again := Deal(100, 0.1, 1)
	_, other := Deal(100, 0.1, 2)
	if !slices.Equal(one, again) || slices.Equal(one, other) {
		t.Errorf("seed 1 holds out %v and %v, seed 2 %v", one, again, other)
	}
}
