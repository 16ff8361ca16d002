package csv

import (
	"testing"

	"orrery/sim/golden"
)

// TestEveryOptionHasLimits, stored to the last digit, with a file of fields and without.
func TestEveryOptionHasLimits(t *testing.T) {
	t.Parallel()
	o := DefaultOptions()
	o.FPS = 60
	told := golden.Limits(&o, o.Validate)
	o.Edges = "edges.csv"
	golden.Compare(t, "testdata/limits.txt", told+"# with fields\n"+golden.Limits(&o.Strength, o.Validate))
}
