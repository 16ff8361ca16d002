package statistics

import (
	"bytes"
	"math"
	"slices"
)

// ranker finds which values have given ranks, in a fraction of the time that sorting
// takes. It is scratch space.
//
// Values are dealt to buckets between the least and the greatest. Only the buckets that
// hold a rank are looked into, in the same way.
type ranker struct {
	buckets []byte // of each value
	part    []float64
}

const bucketCount = 64

// Buckets are dealt to so often in turn, and when more values than these are left.
const (
	maxDeals    = 8
	sortedWhole = 12
)

// bucketScale returns what the distance of a value from the least is multiplied with to
// get its bucket, or 0 when all are in one or buckets would not tell them apart.
func bucketScale(low, high float64) float64 {
	scale := (bucketCount - 1) / (high - low)
	if scale > 0 && scale <= math.MaxFloat64 {
		return scale
	}
	return 0
}

// find overwrites dst with those that sorting would move to the ascending ranks in
// values, which are the ones from the rank first on.
func (r *ranker) find(dst, values []float64, ranks []int, first, deals int) {
	low, high := values[0], values[0]
	for _, v := range values {
		if v < low {
			low = v
		}
		if v > high {
			high = v
		}
	}
	scale := bucketScale(low, high)
	if deals == 0 || len(values) <= sortedWhole || scale == 0 {
		if low < high {
			slices.Sort(values)
		}
		for i, rank := range ranks {
			dst[i] = values[rank-first]
		}
		return
	}
	base := len(r.buckets)
	r.buckets = slices.Grow(r.buckets, len(values))[:base+len(values)]
	buckets := r.buckets[base:]
	var counts [bucketCount]int32
	for i, v := range values {
		b := byte((v - low) * scale)
		buckets[i] = b
		counts[b%bucketCount]++
	}
	look(r, dst, ranks, first, deals-1, buckets, &counts, values, 1)
	r.buckets = r.buckets[:base]
}

// look is find for values that are dealt, of which one in stride is meant.
func look[T float32 | float64 | int64](r *ranker, dst []float64, ranks []int, first, deals int, buckets []byte, counts *[bucketCount]int32, values []T, stride int) {
	for b := 0; len(ranks) > 0; b++ {
		count := int(counts[b])
		inside := 0
		for inside < len(ranks) && ranks[inside] < first+count {
			inside++
		}
		if inside > 0 {
			from := len(r.part)
			r.part = slices.Grow(r.part, count)[:from+count]
			gather(r.part[from:], buckets, byte(b), values, stride)
			r.find(dst[:inside], r.part[from:], ranks[:inside], first, deals)
			r.part = r.part[:from]
			dst, ranks = dst[inside:], ranks[inside:]
		}
		first += count
	}
}

// gather sets dst to the values in bucket b.
func gather[T float32 | float64 | int64](dst []float64, buckets []byte, b byte, values []T, stride int) {
	if len(dst) > len(buckets)/8 { // too close together to be looked for
		k := 0
		for i, bucket := range buckets {
			if bucket == b {
				dst[k] = float64(values[i*stride])
				k++
			}
		}
		return
	}
	at := 0
	for k := range dst {
		at += bytes.IndexByte(buckets[at:], b)
		dst[k] = float64(values[at*stride])
		at++
	}
}
