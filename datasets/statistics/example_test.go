package statistics_test

import (
	"fmt"

	"orrery/datasets/statistics"
)

// Example describes two elements, and what a merge with a second part gives.
func Example() {
	first := statistics.Describe([]float64{1, 10, 2, 20, 3, 30}, 2)
	fmt.Println(first.Mean, first.Q50, first.Count)
	var total statistics.Stats
	total.Merge(first)
	total.Merge(statistics.Describe([]float64{6, 60}, 2))
	fmt.Println(total.Mean, total.Max, total.Count)
	// Output:
	// [2 20] [2 20] [3]
	// [3 30] [6 60] [4]
}
