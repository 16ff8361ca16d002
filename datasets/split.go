package datasets

import (
	"math"
	"slices"

	"orrery/sim"
)

// Split shares the episodes out at random between training and validation, both
// in ascending order. The same dataset size, fraction and seed give the same
// split. With two episodes or more and a fraction within (0, 1), each side gets
// one at least.
func (d *Dataset) Split(valFraction float64, seed uint64) (train, val []int) {
	return split(len(d.episodes), valFraction, seed)
}

func split(n int, valFraction float64, seed uint64) (train, val []int) {
	k := 0
	if valFraction > 0 {
		k = int(math.Round(min(valFraction, 1) * float64(n)))
	}
	if n > 1 && valFraction > 0 && valFraction < 1 {
		k = min(max(k, 1), n-1)
	}
	order := sim.NewRand(seed, "datasets/split", 0).Perm(n)
	slices.Sort(order[:k])
	slices.Sort(order[k:])
	return order[k:], order[:k]
}
