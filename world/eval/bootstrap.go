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
}

func newResampler(seed uint64, n, resamples int) *resampler {
	r := &resampler{picks: make([][]int32, resamples), means: make([]float64, resamples)}
	rng := sim.NewRand(seed, "eval bootstrap", 0)
	for b := range r.picks {
		r.picks[b] = make([]int32, n)
		for i := range r.picks[b] {
			r.picks[b][i] = int32(rng.IntN(n))
		}
	}
	return r
}

// interval returns the 95 % interval of the mean of values, of which those that are no numbers do not count.
func (r *resampler) interval(values []float64) (lo, hi float64) {
	means := r.means[:0]
	for _, picks := range r.picks {
		sum, n := 0.0, 0
		for _, i := range picks {
			if !math.IsNaN(values[i]) {
				sum, n = sum+values[i], n+1
			}
		}
		if n > 0 {
			means = append(means, sum/float64(n))
		}
	}
	if len(means) == 0 {
		return math.NaN(), math.NaN()
	}
	slices.Sort(means)
	return stat.Quantile(0.025, stat.Empirical, means, nil), stat.Quantile(0.975, stat.Empirical, means, nil)
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
