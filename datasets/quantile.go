package datasets

import (
	"bytes"
	"math"
	"slices"
)

// ranker finds which values have given ranks, in a fraction of the time that sorting
// takes. It is scratch space.
type ranker struct {
	buckets []byte // of each value
	part    []float64
}

const bucketCount = 64

// sortedWhole is how many values are sorted at once.
const sortedWhole = 12

// find overwrites dst with the values that sorting would move to the ascending ranks.
//
// Values are dealt to buckets between the least and the greatest. Only the
// buckets that hold a rank are looked into, in the same way.
func (r *ranker) find(dst, values []float64, ranks []int) { r.findIn(dst, values, ranks, 0, 8) }

func (r *ranker) findIn(dst, values []float64, ranks []int, first, depth int) {
	low, high := values[0], values[0]
	for _, v := range values {
		if v < low {
			low = v
		}
		if v > high {
			high = v
		}
	}
	scale := (bucketCount - 1) / (high - low)
	if depth == 0 || len(values) <= sortedWhole || low == high || !(scale > 0 && scale <= math.MaxFloat64) {
		slices.Sort(values)
		for i, rank := range ranks {
			dst[i] = values[rank-first]
		}
		return
	}
	base := len(r.buckets)
	r.buckets = slices.Grow(r.buckets, len(values))[:base+len(values)]
	buckets := r.buckets[base:]
	var counts [bucketCount]int
	for i, v := range values {
		b := uint8((v - low) * scale)
		buckets[i] = b
		counts[b]++
	}
	for b := 0; len(ranks) > 0; b++ {
		last := first + counts[b]
		inside := 0
		for inside < len(ranks) && ranks[inside] < last {
			inside++
		}
		if inside > 0 {
			from := len(r.part)
			for at := 0; len(r.part) < from+counts[b]; at++ {
				at += bytes.IndexByte(buckets[at:], byte(b))
				r.part = append(r.part, values[at])
			}
			r.findIn(dst[:inside], r.part[from:], ranks[:inside], first, depth-1)
			r.part = r.part[:from]
			dst, ranks = dst[inside:], ranks[inside:]
		}
		first = last
	}
	r.buckets = r.buckets[:base]
}
