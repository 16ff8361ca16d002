package eval

import (
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

// interval returns the 95 % interval of the mean of values.
func (r *resampler) interval(values []float64) (lo, hi float64) {
	for b, picks := range r.picks {
		sum := 0.0
		for _, i := range picks {
			sum += values[i]
		}
		r.means[b] = sum / float64(len(picks))
	}
	slices.Sort(r.means)
	return stat.Quantile(0.025, stat.Empirical, r.means, nil), stat.Quantile(0.975, stat.Empirical, r.means, nil)
}

// spread summarises columns of values, each with one value per episode.
func (r *resampler) spread(columns [][]float64) Spread {
	var s Spread
	for _, values := range columns {
		lo, hi := r.interval(values)
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

func median(values []float64) float64 {
	s := slices.Sorted(slices.Values(values))
	return (s[(len(s)-1)/2] + s[len(s)/2]) / 2
}
