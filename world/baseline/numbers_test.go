package baseline_test

import (
	"testing"

	"orrery/sim/golden"
	"orrery/world/baseline"
)

// TestEveryNumberOfABaselineHasLimits, stored to the last digit.
func TestEveryNumberOfABaselineHasLimits(t *testing.T) {
	t.Parallel()
	i, m := baseline.DefaultInteraction(), baseline.DefaultMLP()
	golden.Compare(t, "testdata/limits.txt", "# interaction\n"+golden.Limits(&i, i.Validate)+"# MLP\n"+golden.Limits(&m, m.Validate))
}
