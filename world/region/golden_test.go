package region_test

import (
	"fmt"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/sim/golden"
	"orrery/world/region"
)

// TestTheSameErrorsHaveTheSameRegions compares ellipses, levels and what noise makes of them with those of earlier versions
// of this program, to eight digits, for regions of short tails and long ones.
func TestTheSameErrorsHaveTheSameRegions(t *testing.T) {
	t.Parallel()
	var got strings.Builder
	for _, r := range []region.Region{
		region.Normal(0.02),
		{Axes: [2]float64{0.03, 0.01}, Angle: 0.7, Reach: [9]float64{0.1, 0.2, 0.5, 1, 1.5, 2, 3, 5, 9}},
		{Axes: [2]float64{1, 2}, Angle: -2, Reach: [9]float64{1e-5, 2e-5, 5e-5, 1e-4, 3e-3, 1e-2, 3e-2, 6e-2, 0.2}},
	} {
		fmt.Fprintf(&got, "# axes %v m\n", r.Axes)
		for _, level := range []float64{0, 0.01, 0.05, 0.07, 0.3, 0.6, 0.85, 0.99, 0.999, 1} {
			fmt.Fprintf(&got, "ellipse for %v: %.8g, as large as %.8g\n", level, r.Ellipse(level), r.Radius(level))
		}
		for k := range 8 {
			at := sim.Vec{X: 0.004 * float64(1+k*k), Y: 0.003 * float64(k-3)}
			fmt.Fprintf(&got, "at %v: distance %.8g, level %.8g", at, r.Distance(at.X, at.Y), r.Level(at.X, at.Y))
			for _, noise := range []float64{0, 0.002, 0.05} {
				fmt.Fprintf(&got, ", %.8g", r.LevelThrough(at.X, at.Y, noise))
			}
			fmt.Fprintln(&got)
		}
		for _, noise := range []float64{0, 0.002, 0.05} {
			fmt.Fprintf(&got, "widened by %v: %.8g\n", noise, r.Widened(noise))
		}
	}
	rng := sim.NewRand(2, "unrounded", 0)
	for _, x := range []float64{0, 0.3, -1, 1e5} {
		fmt.Fprintf(&got, "unrounded %v: off by %.3g\n", x, region.Unrounded(rng, x)-x)
	}
	fmt.Fprintf(&got, "of spreads: %.8g\n", region.Of(spreads{0.1, 0.3}, make([]region.Region, 5)))
	golden.Compare(t, "testdata/regions.txt", got.String())
}

// spreads is a predictor that says no more than a standard deviation of each body, in metres.
type spreads []float64

func (s spreads) Spread(dst []float64) []float64 { return append(dst, s...) }
