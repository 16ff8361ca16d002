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
	if singles, ok := any(values).([]float32); ok && useLanes && t >= leastLanes && t <= mostLanes {
		describeLanes(&s, singles, width)
		return s
	}
	d := describer{ranks: ranksOf(t), quantiles: make([]float64, len(quantiles)), runs: make([]run, 0, 1+t/4)}
	d.ranker.buckets = make([]byte, 0, t)
	for j := range width {
		var low, high, sum, squares float64
		if column := values[j:]; findRuns(&d, column, width) {
			low, high = d.describeRuns()
			sum, squares = sumOver(column, width, low)
		} else {
			low, high, sum, squares = describeEach(&d, column, width)
		}
		s.set(j, low, high, sum, squares)
		for i, q := range d.quantiles {
			(*s.Columns()[4+i])[j] = positive(q)
		}
	}
	return s
}

// set sets what is not a quantile of element j, given the sums of what values exceed the least by, and of the squares of that.
func (s *Stats) set(j int, low, high, sum, squares float64) {
	n := float64(s.Count[0])
	mean := sum / n
	s.Min[j], s.Max[j], s.Mean[j], s.Std[j] = positive(low), positive(high), low+mean, math.Sqrt(max(0, squares/n-mean*mean))
}

// positive makes 0 of -0: which of the two a sorted column has first is nobody's business.
func positive(x float64) float64 { return x + 0 }

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

func (d *describer) describeRuns() (low, high float64) {
	slices.SortFunc(d.runs, func(a, b run) int { return cmp.Compare(a.value, b.value) })
	next, below := 0, 0
	for _, r := range d.runs {
		below += r.count
		for ; next < len(d.ranks) && d.ranks[next] < below; next++ {
			d.quantiles[next] = r.value
		}
	}
	return d.runs[0].value, d.runs[len(d.runs)-1].value
}

// sumOver returns the sums of what the values of an element exceed low by, and of the squares of that, in their order, so that every way
// to describe them has the same bits.
func sumOver[T float32 | float64 | int64](column []T, width int, low float64) (sum, squares float64) {
	for at := 0; at < len(column); at += width {
		difference := float64(column[at]) - low
		sum += difference
		squares += difference * difference
	}
	return sum, squares
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
