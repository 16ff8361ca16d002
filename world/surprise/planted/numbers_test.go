package planted

import (
	"testing"

	"orrery/sim/golden"
)

// TestEveryNumberOfAPlantedFaultHasLimits, stored to the last digit.
func TestEveryNumberOfAPlantedFaultHasLimits(t *testing.T) {
	t.Parallel()
	s := DefaultSettings()
	golden.Compare(t, "testdata/limits.txt", golden.Limits(&s, func() error { return s.Validate() }))
}
