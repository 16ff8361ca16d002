package statistics

import (
	"cmp"
	"math"
	"slices"
)

// Describe returns the exact statistics of values [t, width].
func Describe[T float32 | float64 | int64](values []T, width int) Stats {
	s := New(len(values)/width, width)
	t := s.Count[0]
	d := describer{ranks: ranksOf(t), quantiles: make([]float64, len(quantiles)), runs: make([]run, 0, 1+t/4)}
	d.ranker.buckets = make([]byte, 0, t)
	for j := range width {
		var low, high, sum, squares float64
		if column := values[j:]; findRuns(&d, column, width) {
			low, high, sum, squares = d.describeRuns()
		} else {
			low, high, sum, squares = describeEach(&d, column, width)
		}
		n := float64(t)
		mean := sum / n
		s.Min[j], s.Max[j], s.Mean[j], s.Std[j] = low, high, low+mean, math.Sqrt(max(0, squares/n-mean*mean))
		for i, q := range d.quantiles {
			(*s.Columns()[4+i])[j] = q
		}
	}
	return s
}

// describer describes one element after the other. Sums are those of what values
// exceed the least by, of which the squares lose nothing that counts: their mean is no
// more than t times the variance.
type describer struct {
	ranks     []int
	quantiles []float64
	runs      []run
	ranker    ranker
}

// run is a value that comes so often in a row. Velocities change only when bodies
// collide, and bodies at rest change nothing.
type run struct {
	value float64
	count int
}

// findRuns reports whether the values of an element are runs that are four long on
// average, and finds them.
func findRuns[T float32 | float64 | int64](d *describer, column []T, width int) bool {
	most := (len(column) + width - 1) / width / 4
	d.runs = d.runs[:0]
	last, count := column[0], 0
	for at := 0; at < len(column); at += width {
		if v := column[at]; v != last {
			if len(d.runs) == most {
				return false
			}
			d.runs = append(d.runs, run{float64(last), count})
			last, count = v, 0
		}
		count++
	}
	d.runs = append(d.runs, run{float64(last), count})
	return true
}

func (d *describer) describeRuns() (low, high, sum, squares float64) {
	slices.SortFunc(d.runs, func(a, b run) int { return cmp.Compare(a.value, b.value) })
	low, high = d.runs[0].value, d.runs[len(d.runs)-1].value
	next, below := 0, 0
	for _, r := range d.runs {
		below += r.count
		for ; next < len(d.ranks) && d.ranks[next] < below; next++ {
			d.quantiles[next] = r.value
		}
		difference := r.value - low
		sum += float64(r.count) * difference
		squares += float64(r.count) * difference * difference
	}
	return low, high, sum, squares
}

func describeEach[T float32 | float64 | int64](d *describer, column []T, width int) (low, high, sum, squares float64) {
	low, high = float64(column[0]), float64(column[0])
	for at := 0; at < len(column); at += width {
		v := float64(column[at])
		if v < low {
			low = v
		}
		if v > high {
			high = v
		}
	}
	scale := bucketScale(low, high)
	buckets := d.ranker.buckets[:0]
	var counts [bucketCount]int32
	for at := 0; at < len(column); at += width {
		difference := float64(column[at]) - low
		sum += difference
		squares += difference * difference
		b := byte(difference*scale) % bucketCount
		buckets = append(buckets, b)
		counts[b]++
	}
	d.ranker.buckets = buckets
	look(&d.ranker, d.quantiles, d.ranks, 0, maxDeals-1, buckets, &counts, column, width)
	return low, high, sum, squares
}

// ranksOf returns which of n values in ascending order are the quantiles.
func ranksOf(n int) []int {
	ranks := make([]int, len(quantiles))
	for i, q := range quantiles {
		ranks[i] = max(0, int(math.Ceil(q*float64(n)))-1)
	}
	return ranks
}

// DescribeSteps returns the exact statistics of n integers, from the first on in steps
// of 0 or 1.
func DescribeSteps(first, step, n int) Stats {
	s := New(n, 1)
	value := func(rank int) float64 { return float64(first + step*rank) }
	s.Min[0], s.Max[0], s.Mean[0] = value(0), value(n-1), (value(0)+value(n-1))/2
	s.Std[0] = math.Sqrt(float64(step) * (float64(n)*float64(n) - 1) / 12)
	for i, rank := range ranksOf(n) {
		(*s.Columns()[4+i])[0] = value(rank)
	}
	return s
}
