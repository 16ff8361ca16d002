package observe

import (
	"math"
	"slices"

	"orrery/world/robust"
)

// spread returns the standard deviation of values about 0 of which most are normal: their
// median size by that of the normal distribution. It is 0 without values.
func spread(values []float64) float64 {
	const quartile = 0.6744897501960817 // of the normal distribution, the median size of its values
	sizes := make([]float64, len(values))
	for k, v := range values {
		sizes[k] = math.Abs(v)
	}
	return robust.Median(sizes) / quartile
}

// rms returns the root of the mean square but for the largest fiftieth,
// or 0 without values.
func rms(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	sorted = sorted[:len(sorted)-len(sorted)/50]
	sum := 0.0
	for _, v := range sorted {
		sum += v * v
	}
	return math.Sqrt(sum / float64(len(sorted)))
}
