package train

import (
	"testing"
	"time"

	"orrery/sim/golden"
)

// TestEveryNumberOfATrainingHasLimits, stored to the last digit: of one that ends after some steps, and of one that ends after some time.
func TestEveryNumberOfATrainingHasLimits(t *testing.T) {
	t.Parallel()
	c := Tiny()
	told := "# steps\n" + golden.Limits(&c, func() error { return c.Validate() })
	c.Steps, c.Budget = 0, time.Minute
	golden.Compare(t, "testdata/limits.txt", told+"# budget\n"+golden.Limits(&c.Budget, func() error { return c.Validate() }))
}
