// Package robust has what says the usual of numbers of which some are far off.
package robust

import "slices"

// Median returns the median of values, in their unit, or 0 without any; of an even number it is the upper of the two in the middle.
func Median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	return slices.Sorted(slices.Values(values))[len(values)/2]
}
