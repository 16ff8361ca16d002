package statistics

import (
	"fmt"
	"math"
	"slices"
)

// Check returns an error unless s has the shape of count rows of width values, and its
// quantiles ascend from the minimum to the maximum.
func (s *Stats) Check(count, width int) error {
	for i, column := range s.Columns() {
		if len(*column) != width {
			return fmt.Errorf("%s has %d values, must have %d", Names[i], len(*column), width)
		}
	}
	if len(s.Count) != 1 || s.Count[0] != count {
		return fmt.Errorf("count %v must be [%d]", s.Count, count)
	}
	for j := range width {
		if !slices.IsSorted([]float64{s.Min[j], s.Q01[j], s.Q10[j], s.Q50[j], s.Q90[j], s.Q99[j], s.Max[j]}) {
			return fmt.Errorf("value %d: min, quantiles and max must ascend", j)
		}
	}
	return nil
}

// Differ returns an error that names the first statistic of got that is not what is
// stored, by more than the rounding in which architectures differ. It looks at quantiles
// where it is told to.
func Differ(stored, got Stats, quantiles bool) error {
	if stored.Count[0] != got.Count[0] {
		return fmt.Errorf("count %d must be %d", stored.Count[0], got.Count[0])
	}
	for i, column := range stored.Columns() {
		if i >= 4 && !quantiles {
			break
		}
		want := *got.Columns()[i]
		for j, v := range *column {
			if scale := max(1, math.Abs(got.Min[j]), math.Abs(got.Max[j])); !(math.Abs(v-want[j]) <= 1e-6*scale) {
				return fmt.Errorf("%s[%d] %v must be %v", Names[i], j, v, want[j])
			}
		}
	}
	return nil
}
