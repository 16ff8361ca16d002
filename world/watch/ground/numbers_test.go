package ground

import (
	"testing"

	"orrery/sim/golden"
)

// TestEveryOptionHasLimits, stored to the last digit.
func TestEveryOptionHasLimits(t *testing.T) {
	t.Parallel()
	o := DefaultOptions()
	golden.Compare(t, "testdata/limits.txt", golden.Limits(&o, o.Validate))
}
