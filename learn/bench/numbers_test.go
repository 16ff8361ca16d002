package bench

import (
	"testing"

	"orrery/sim/golden"
)

// TestEveryNumberOfABenchmarkHasLimits, stored to the last digit.
func TestEveryNumberOfABenchmarkHasLimits(t *testing.T) {
	t.Parallel()
	c := Tiny()
	golden.Compare(t, "testdata/limits.txt", golden.Limits(&c, func() error { return c.Validate() }))
}
