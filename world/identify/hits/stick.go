package hits

import (
	"context"
	"math"
	"slices"
)

// slides is by how much sliding must explain the motion better than sticking always would, in units
// of the noise, before a friction is believed; beneath is by how much worse a friction must
// explain it before it is too small.
const slides, beneath = 12.0, 4.0

// endless is a friction at which everything sticks.
const endless = 1e3

// sticks reports whether friction k may be as large as one likes, and the least it can be then, or
// 0 where that is not known. Where spins have to be guessed, impacts tell it of which none has to be.
func (s *study) sticks(ctx context.Context, k, slid int, ratio float64) (least float64, ok bool) {
	if s.blind() && slid > 0 && s.slides(ctx, k) {
		return 0, false
	}
	x := s.system.c.values()
	own := s.frictional(x, k, x[k])
	without := s.frictional(x, k, endless)
	if slid > 0 && without-own > slides*s.scale {
		return 0, false
	}
	low, high := 0.0, max(ratio, x[k], 1e-3)
	for range 12 {
		middle := (low + high) / 2
		if s.frictional(x, k, middle)-min(own, without) > beneath*s.scale {
			low = middle
		} else {
			high = middle
		}
	}
	return low, true
}

// slides reports whether what was seen is much less likely if friction k is endless, where spins
// have to be guessed anew.
func (s *study) slides(ctx context.Context, k int) bool {
	before := s.keep()
	defer s.restore(before)
	c := &constants{all: slices.Clone(s.system.c.all)}
	c.all[k].x = endless
	without, err := s.anneal(ctx, s.windowed(c))
	return err == nil && without-s.cost > slides*s.scale
}

// frictional returns what the windows of friction k in which no spin is guessed cost if it is mu, with all other constants as
// they are.
func (s *study) frictional(x []float64, k int, mu float64) float64 {
	was := x[k]
	x[k] = mu
	sum := 0.0
	for _, w := range s.windows {
		if w.rubs != k || w.blind() {
			continue
		}
		z := w.z
		w.z = append([]float64(nil), z...)
		cost := w.settle(x, s.system.c, 6)
		w.z = z
		sum += math.Min(cost, s.system.limit(w))
	}
	x[k] = was
	return sum
}
