package statistics

import (
	"math/bits"
	"slices"
	"sync"
)

const (
	lanes      = 8    // columns that are described at once
	leastLanes = 16   // rows; fewer are as soon described one by one
	mostLanes  = 1024 // rows, which fill the nearest cache; sorting more takes longer than looking for quantiles
)

// lanesMemory has scratch space of describeLanes, [2, t, lanes].
var lanesMemory = sync.Pool{New: func() any { return new([]float32) }}

// describeLanes is Describe for eight columns at a time, with the same results. What ranks are needed is all the same once a column is sorted,
// and eight are sorted together in a fraction of the time that looking for five ranks takes in each.
func describeLanes(s *Stats, values []float32, width int) {
	t := s.Count[0]
	ranks := ranksOf(t)
	columns := s.Columns()
	memory := lanesMemory.Get().(*[]float32)
	defer lanesMemory.Put(memory)
	*memory = slices.Grow((*memory)[:0], 2*lanes*t)
	rows, sorted := (*memory)[:lanes*t], (*memory)[lanes*t:2*lanes*t]
	var sums [2][lanes]float64
	for j := 0; j < width; j += lanes {
		count := min(lanes, width-j)
		if count == lanes {
			for k := range t {
				*(*[lanes]float32)(rows[k*lanes:]) = *(*[lanes]float32)(values[k*width+j:])
			}
		} else { // what the other lanes hold is sorted and summed for nobody
			for k := range t {
				copy(rows[k*lanes:][:count], values[k*width+j:])
			}
		}
		copy(sorted, rows)
		sortLanes(&sorted[0], t, 1<<(bits.Len(uint(t-1))-1))
		sumLanes(&sums[0][0], &rows[0], &sorted[0], t)
		for i := range count {
			low := float64(sorted[i])
			s.set(j+i, low, float64(sorted[(t-1)*lanes+i]), sums[0][i], sums[1][i])
			for q, rank := range ranks {
				(*columns[4+q])[j+i] = positive(float64(sorted[rank*lanes+i]))
			}
		}
	}
}
