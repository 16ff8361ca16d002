package train

import "math/rand/v2"

// order tells which examples each step sees. An epoch is a permutation of all
// examples cut into batches; those left over at its end wait for another epoch.
type order struct {
	seed        uint64
	batch       int
	epoch       int // of permutation; −1 before the first
	permutation []int32
}

func newOrder(seed uint64, batch, examples int) *order {
	return &order{seed: seed, batch: batch, epoch: -1, permutation: make([]int32, examples)}
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
		for i := range o.permutation {
			o.permutation[i] = int32(i)
		}
		rng := rand.New(rand.NewPCG(o.seed, uint64(epoch)))
		rng.Shuffle(len(o.permutation), func(i, j int) {
			o.permutation[i], o.permutation[j] = o.permutation[j], o.permutation[i]
		})
	}
	return o.permutation[batch*o.batch:][:o.batch]
}
