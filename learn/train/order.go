package train

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// order tells which examples each step sees. An epoch is a permutation of all
// examples, each as often as its weight says, cut into batches; those left over at its end
// wait for another epoch. The chapters of an objective that has some are shuffled first and
// dealt into windows, each of which then is as an epoch of its own.
type order struct {
	seed     uint64
	batch    int
	length   int       // of an epoch without chapters
	sums     []float64 // of the weights up to each example of the window, with it; nil when all are 1
	chapters []Chapter // nil where there is but one window, of all examples
	most     int       // bytes from which on a window is full
	place    place     // of the step that was turned to last

	permutation []int32 // of the window
}

// place is an epoch and one of its windows.
type place struct {
	epoch   int // −1 before the first
	first   int // the epoch's first step
	windows []window
	window  int
	begin   int // the window's first step
}

// window is what an epoch has in memory at the same time.
type window struct {
	chapters []int // ascending; nil for all examples
	length   int   // examples that are dealt out
	batches  int
}

// newOrder returns the order of epochs of so many examples, taken by the sums of their weights
// unless those are nil.
func newOrder(seed uint64, batch, length int, sums []float64) *order {
	return &order{seed: seed, batch: batch, length: length, sums: sums, place: place{epoch: -1}}
}

// newChapteredOrder returns the order of the epochs of an objective that has chapters.
func newChapteredOrder(seed uint64, batch int, objective Chaptered) *order {
	return &order{seed: seed, batch: batch, chapters: objective.Chapters(), most: objective.Window(), place: place{epoch: -1}}
}

// EpochOf returns how many examples an epoch has: all, each as often as its weight says.
func EpochOf(objective Objective) int {
	if c, ok := objective.(Chaptered); ok {
		sum := 0.0
		for _, part := range c.Chapters() {
			sum += part.weight()
		}
		return whole(sum)
	}
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

// weight returns the sum of the weights of the examples.
func (c *Chapter) weight() float64 { return c.Weight * float64(c.Examples) }

// whole returns how many examples a sum of weights takes, whatever the rounding of the sum.
func whole(sum float64) int { return int(sum + 1e-6) }

// sumsOf returns the sums of the weights of an objective that has some.
func sumsOf(objective Objective) ([]float64, error) {
	weighted, ok := objective.(Weighted)
	if !ok {
		return nil, nil
	}
	sums, sum := make([]float64, objective.Examples()), 0.0
	for i := range sums {
		w := weighted.Weight(i)
		if !usable(w) {
			return nil, fmt.Errorf("example %d: weight %v must be ≥ 0 and finite", i, w)
		}
		sum += w
		sums[i] = sum
	}
	return sums, nil
}

func usable(weight float64) bool { return weight >= 0 && weight <= math.MaxInt32 }

// cut returns the windows of an epoch.
func (o *order) cut(epoch int) (out []window) {
	if o.chapters == nil {
		return []window{{length: o.length, batches: o.length / o.batch}}
	}
	chapters := rand.New(rand.NewPCG(o.seed, uint64(epoch))).Perm(len(o.chapters))
	for len(chapters) > 0 {
		size, weight, n := 0, 0.0, 0
		for n < len(chapters) && (size < o.most || whole(weight) < o.batch) {
			c := &o.chapters[chapters[n]]
			size, weight, n = size+c.Size, weight+c.weight(), n+1
		}
		w := window{chapters: chapters[:n], length: whole(weight)}
		w.batches = w.length / o.batch
		slices.Sort(w.chapters)
		chapters, out = chapters[n:], append(out, w)
	}
	return out
}

// find returns the place of a step, from 0, which is found fastest when it is not before p. Some
// window of each epoch has a batch.
func (o *order) find(p place, step int) place {
	if p.epoch < 0 || step < p.first {
		p = place{windows: o.cut(0)}
	}
	if step < p.begin {
		p.window, p.begin = 0, p.first
	}
	for step >= p.begin+p.windows[p.window].batches {
		p.begin += p.windows[p.window].batches
		if p.window++; p.window < len(p.windows) {
			continue
		}
		p.epoch, p.first, p.window = p.epoch+1, p.begin, 0
		if o.chapters != nil { // else each has the same window
			p.windows = o.cut(p.epoch)
		}
	}
	return p
}

// epochOf returns the epoch of a step, from 0, and its batch therein.
func (o *order) epochOf(step int) (epoch, batch int) {
	p := o.find(o.place, step)
	return p.epoch, step - p.first
}

// turn moves to the window of a step, from 0, and reports whether it is another one than before.
func (o *order) turn(step int) bool {
	before := o.place
	o.place = o.find(before, step)
	if o.place.epoch == before.epoch && o.place.window == before.window {
		return false
	}
	p := &o.place
	w := &p.windows[p.window]
	stream := uint64(p.epoch)
	if o.chapters != nil {
		stream = 1<<63 | stream<<32 | uint64(p.window) // apart from those by which chapters are shuffled
		o.weigh(w)
	}
	rng := rand.New(rand.NewPCG(o.seed, stream))
	o.permutation = slices.Grow(o.permutation[:0], w.length)[:w.length]
	o.deal(rng)
	rng.Shuffle(len(o.permutation), func(i, j int) {
		o.permutation[i], o.permutation[j] = o.permutation[j], o.permutation[i]
	})
	return true
}

// weigh sums up the weights of the examples of a window, if any is not 1.
func (o *order) weigh(w *window) {
	o.sums = o.sums[:0]
	plain := true
	for _, i := range w.chapters {
		plain = plain && o.chapters[i].Weight == 1
	}
	if plain {
		o.sums = nil
		return
	}
	sum := 0.0
	for _, i := range w.chapters {
		for range o.chapters[i].Examples {
			sum += o.chapters[i].Weight
			o.sums = append(o.sums, sum)
		}
	}
}

// next returns the chapters of the window after the one that was turned to last, which may be of the next epoch.
func (o *order) next() []int {
	p := o.place
	for {
		if p.window++; p.window == len(p.windows) {
			p.epoch, p.window = p.epoch+1, 0
			p.windows = o.cut(p.epoch)
		}
		if w := &p.windows[p.window]; w.batches > 0 {
			return w.chapters
		}
	}
}

// examples returns the batch of a step, from 0, to whose window it turns. It is valid until the next call.
func (o *order) examples(step int) []int32 {
	o.turn(step)
	return o.permutation[(step-o.place.begin)*o.batch:][:o.batch]
}

// deal puts the examples of a window into the permutation, in ascending order. Each is there
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
