package flight

import (
	"testing"

	"orrery/sim/golden"
)

// TestEveryNumberOfAFlightHasLimits, stored to the last digit.
func TestEveryNumberOfAFlightHasLimits(t *testing.T) {
	t.Parallel()
	f := DefaultFlight()
	golden.Compare(t, "testdata/limits.txt", golden.Limits(&f, f.Validate))
}
