package policy

import (
	"testing"

	"orrery/sim"
	"orrery/sim/golden"
)

// TestEveryNumberOfAPathHasLimits, stored to the last digit: of one from place to place, and of one that sets actuators.
func TestEveryNumberOfAPathHasLimits(t *testing.T) {
	t.Parallel()
	told := ""
	for _, p := range []Path{
		{Times: []float64{0.5, 1}, Places: []sim.Vec{{X: 1}, {Y: 1}}},
		{Times: []float64{0.5, 1}, Actuators: []int{0, 1}, Values: [][]float64{{1, 2}, {3, 4}}},
	} {
		told += "# path\n" + golden.Limits(&p, func() error { return p.Validate(court()) })
	}
	golden.Compare(t, "testdata/limits.txt", told)
}
