package eval

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"

	"orrery/sim"
)

// resampler draws bootstrap intervals (Efron and Tibshirani, "An Introduction to
// the Bootstrap", 1993, chapter 13: the percentile interval). All its intervals
// come from the same resamples.
type resampler struct {
	picks [][]int32 // [resamples][n], episodes drawn with replacement
	means []float64 // [resamples], scratch
	parts []part    // [n], scratch
}

// mostDrawn bounds how many things are drawn apart, and so memory and time: of more than that, as in long tables
// of impacts, those with the same remainder are drawn together.
const mostDrawn = 4096

func newResampler(seed uint64, n, resamples int) *resampler {
	n = min(n, mostDrawn)
	r := &resampler{picks: make([][]int32, resamples), means: make([]float64, resamples), parts: make([]part, n)}
	rng := sim.NewRand(seed, "eval bootstrap", 0)
	for b := range r.picks {
		r.picks[b] = make([]int32, n)
		for i := range r.picks[b] {
			r.picks[b][i] = int32(rng.IntN(n))
		}
	}
	return r
}

// part is what an episode adds to a mean: the sum of so many values.
type part struct{ sum, count float64 }

// single returns the part of an episode that has one value, which does not count when it is no number.
func single(x float64) part {
	if math.IsNaN(x) {
		return part{}
	}
	return part{x, 1}
}

// interval returns the 95 % interval of the mean of values, of which those that are no numbers do not count.
func (r *resampler) interval(values []float64) (lo, hi float64) {
	return r.ends(len(values), func(i int) part { return single(values[i]) })
}

// ends returns the 95 % interval of the mean over the parts of n episodes.
func (r *resampler) ends(n int, of func(i int) part) (lo, hi float64) {
	clear(r.parts)
	for i := range n {
		p, to := of(i), &r.parts[i%len(r.parts)]
		to.sum, to.count = to.sum+p.sum, to.count+p.count
	}
	means := r.means[:0]
	for _, picks := range r.picks {
		var all part
		for _, i := range picks {
			all.sum, all.count = all.sum+r.parts[i].sum, all.count+r.parts[i].count
		}
		if all.count > 0 {
			means = append(means, all.sum/all.count)
		}
	}
	if len(means) == 0 {
		return math.NaN(), math.NaN()
	}
	slices.Sort(means)
	return stat.Quantile(0.025, stat.Empirical, means, nil), stat.Quantile(0.975, stat.Empirical, means, nil)
}

// put is ends into two numbers.
func (r *resampler) put(lo, hi *Number, n int, of func(i int) part) {
	a, b := r.ends(n, of)
	*lo, *hi = Number(a), Number(b)
}

// spread summarises columns of values, each with one value per episode. What is no number was not
// measured and does not count.
func (r *resampler) spread(columns [][]float64) Spread {
	var s Spread
	for _, values := range columns {
		lo, hi := r.interval(values)
		values = slices.DeleteFunc(slices.Clone(values), math.IsNaN)
		s.Mean = append(s.Mean, stat.Mean(values, nil))
		s.Median = append(s.Median, median(values))
		s.Lo95 = append(s.Lo95, lo)
		s.Hi95 = append(s.Hi95, hi)
	}
	return s
}

// at returns the spread at some of its columns.
func (s *Spread) at(columns []int) Spread {
	var out Spread
	for _, k := range columns {
		out.Mean = append(out.Mean, s.Mean[k])
		out.Median = append(out.Median, s.Median[k])
		out.Lo95 = append(out.Lo95, s.Lo95[k])
		out.Hi95 = append(out.Hi95, s.Hi95[k])
	}
	return out
}

// median returns that of values, or no number when there are none.
func median(values []float64) float64 {
	if len(values) == 0 {
		return math.NaN()
	}
	s := slices.Sorted(slices.Values(values))
	return (s[(len(s)-1)/2] + s[len(s)/2]) / 2
}
