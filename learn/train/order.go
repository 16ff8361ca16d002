package train

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// order tells which examples each step sees. An epoch is a permutation of all
// examples, each as often as its weight says, cut into batches; those left over at its end
// wait for another epoch.
type order struct {
	seed        uint64
	batch       int
	epoch       int // of permutation; −1 before the first
	permutation []int32
	sums        []float64 // of the weights up to each example, with it; nil when all are 1
}

// newOrder returns the order of epochs of so many examples, taken by the sums of their weights
// unless those are nil.
func newOrder(seed uint64, batch, length int, sums []float64) *order {
	return &order{seed: seed, batch: batch, epoch: -1, permutation: make([]int32, length), sums: sums}
}

// EpochOf returns how many examples an epoch has: all, each as often as its weight says.
func EpochOf(objective Objective) int {
	sums, err := sumsOf(objective)
	if err != nil {
		return objective.Examples() // Run says what is wrong
	}
	return epochLength(objective, sums)
}

func epochLength(objective Objective, sums []float64) int {
	if len(sums) == 0 {
		return objective.Examples()
	}
	return int(min(sums[len(sums)-1], math.MaxInt32+1))
}

// sumsOf returns the sums of the weights of an objective that has some.
func sumsOf(objective Objective) ([]float64, error) {
	weighted, ok := objective.(Weighted)
	if !ok {
		return nil, nil
	}
	sums, sum := make([]float64, objective.Examples()), 0.0
	for i := range sums {
		w := weighted.Weight(i)
		if !(w >= 0 && w <= math.MaxInt32) {
			return nil, fmt.Errorf("example %d: weight %v must be ≥ 0 and finite", i, w)
		}
		sum += w
		sums[i] = sum
	}
	return sums, nil
}

// epochOf returns the epoch of a step, from 0, and its batch therein.
func (o *order) epochOf(step int) (epoch, batch int) {
	batches := len(o.permutation) / o.batch
	return step / batches, step % batches
}

// examples returns the batch of a step, from 0. It is valid until the next call.
func (o *order) examples(step int) []int32 {
	epoch, batch := o.epochOf(step)
	if epoch != o.epoch {
		o.epoch = epoch
		rng := rand.New(rand.NewPCG(o.seed, uint64(epoch)))
		o.deal(rng)
		rng.Shuffle(len(o.permutation), func(i, j int) {
			o.permutation[i], o.permutation[j] = o.permutation[j], o.permutation[i]
		})
	}
	return o.permutation[batch*o.batch:][:o.batch]
}

// deal puts the examples of an epoch into the permutation, in ascending order. Each is there
// as often as a ruler with a mark at every whole number, laid along the sums from a random
// place, has marks in its weight: once in two epochs for a weight of 1/2.
func (o *order) deal(rng *rand.Rand) {
	if o.sums == nil {
		for i := range o.permutation {
			o.permutation[i] = int32(i)
		}
		return
	}
	start, example := rng.Float64(), 0
	for k := range o.permutation {
		for example < len(o.sums)-1 && o.sums[example] <= start+float64(k) {
			example++
		}
		o.permutation[k] = int32(example)
	}
}
