package splits

import (
	"math"
	"slices"

	"orrery/sim"
)

// LeastDealt is the number of episodes that can be dealt out.
const LeastDealt = 2

// Deal deals n episodes out at random: those to train on and those to judge by, both
// in ascending order. The same n, share and seed give the same split. Each side gets
// one at least; n is LeastDealt or more.
func Deal(n int, share float64, seed uint64) (training, holdout []int) {
	k := min(max(int(math.Round(share*float64(n))), 1), n-1)
	order := sim.NewRand(seed, "datasets/split", 0).Perm(n)
	slices.Sort(order[:k])
	slices.Sort(order[k:])
	return order[k:], order[:k]
}
