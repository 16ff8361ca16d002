package datasets

import "math"

// describe returns the exact statistics of values [t, width].
func describe[T float32 | float64 | int64](values []T, width int) Stats {
	s := newStats(len(values)/width, width)
	d := describer{ranks: ranksOf(s.Count[0])}
	for from := 0; from < width; from += tileWidth {
		describeTile(&d, &s, values, width, from)
	}
	return s
}

// tileWidth is how many elements are described at a time, row by row: enough that one
// does not wait for the other, few enough for the fastest cache.
const tileWidth = 32

// describer is scratch space.
type describer struct {
	ranks   []int
	ranker  ranker
	buckets []byte // [tileWidth, t]
}

// describeTile describes the elements from one on.
func describeTile[T float32 | float64 | int64](d *describer, s *Stats, values []T, width, from int) {
	t := s.Count[0]
	n := min(tileWidth, width-from)
	var low, high, sum, mean, squares, scale [tileWidth]float64
	for j, v := range values[from : from+n] {
		low[j], high[j] = float64(v), float64(v)
	}
	for at := from; at < len(values); at += width {
		for j, x := range values[at : at+n] {
			v := float64(x)
			if v < low[j%tileWidth] {
				low[j%tileWidth] = v
			}
			if v > high[j%tileWidth] {
				high[j%tileWidth] = v
			}
			sum[j%tileWidth] += v
		}
	}
	for j := range n {
		mean[j], scale[j] = sum[j]/float64(t), bucketScale(low[j], high[j])
	}
	if d.buckets == nil {
		d.buckets = make([]byte, tileWidth*t)
	}
	var counts [tileWidth][bucketCount]int32
	for at, i := from, 0; i < t; at, i = at+width, i+1 {
		for j, x := range values[at : at+n] {
			v := float64(x)
			difference := v - mean[j%tileWidth]
			squares[j%tileWidth] += difference * difference
			b := byte((v-low[j%tileWidth])*scale[j%tileWidth]) % bucketCount
			d.buckets[j*t+i] = b
			counts[j%tileWidth][b]++
		}
	}
	quantiles := make([]float64, len(d.ranks))
	for j := range n {
		at := from + j
		s.Min[at], s.Max[at], s.Mean[at], s.Std[at] = low[j], high[j], mean[j], math.Sqrt(squares[j]/float64(t))
		if low[j] == high[j] { // rounding apart
			s.Mean[at], s.Std[at] = low[j], 0
		}
		look(&d.ranker, quantiles, d.ranks, 0, maxDeals-1, d.buckets[j*t:(j+1)*t], &counts[j], values[at:], width)
		s.Q01[at], s.Q10[at], s.Q50[at], s.Q90[at], s.Q99[at] = quantiles[0], quantiles[1], quantiles[2], quantiles[3], quantiles[4]
	}
}

// ranksOf returns which of n values in ascending order are the quantiles.
func ranksOf(n int) []int {
	ranks := make([]int, len(quantiles))
	for i, q := range quantiles {
		ranks[i] = max(0, int(math.Ceil(q*float64(n)))-1)
	}
	return ranks
}

// describeSteps returns the exact statistics of n integers, from the first on in steps
// of 0 or 1.
func describeSteps(first, step, n int) Stats {
	s := newStats(n, 1)
	value := func(rank int) float64 { return float64(first + step*rank) }
	s.Min[0], s.Max[0], s.Mean[0] = value(0), value(n-1), (value(0)+value(n-1))/2
	s.Std[0] = math.Sqrt(float64(step) * (float64(n)*float64(n) - 1) / 12)
	for i, rank := range ranksOf(n) {
		(*s.columns()[4+i])[0] = value(rank)
	}
	return s
}
