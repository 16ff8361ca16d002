package robust_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"orrery/world/robust"
)

func ExampleMedian() {
	fmt.Println(robust.Median([]float64{3, 1, 1e9}), robust.Median([]float64{3, 1, 2, 9}), robust.Median(nil))
	// Output: 3 3 0
}

// TestHalfIsOnEitherSide: no more than half of the values are less, and fewer than half are greater.
func TestHalfIsOnEitherSide(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 2))
	for n := 1; n < 40; n++ {
		values := make([]float64, n)
		for i := range values {
			values[i] = float64(rng.IntN(12))
		}
		less, greater, got := 0, 0, robust.Median(values)
		for _, v := range values {
			if v < got {
				less++
			}
			if v > got {
				greater++
			}
		}
		if 2*less > n || 2*greater >= n {
			t.Errorf("of %v %d are less than %v and %d greater", values, less, got, greater)
		}
	}
}
