package contact

import (
	"slices"
	"testing"
)

// TestSeedsGiveOtherWeights, and the same seed the same.
func TestSeedsGiveOtherWeights(t *testing.T) {
	t.Parallel()
	weights := func(seed uint64) []float32 {
		m, err := New(Tiny(), seed)
		if err != nil {
			t.Fatal(err)
		}
		return m.net.params.Data()
	}
	if one := weights(1); !slices.Equal(one, weights(1)) || slices.Equal(one, weights(2)) {
		t.Error("a seed and another give the same weights, or twice the same other ones")
	}
}
