package fit

import (
	"testing"

	"orrery/sim/golden"
)

// TestEveryNumberOfAFitHasLimits, stored to the last digit, but for those of the kinds of model, which have their own.
func TestEveryNumberOfAFitHasLimits(t *testing.T) {
	t.Parallel()
	c := DefaultConfig()
	c.Train.Workers = 2
	own := struct {
		Holdout                      *float64
		Seed                         *uint64
		Stride, InnerSteps, Ensemble *int
	}{&c.Holdout, &c.Seed, &c.Stride, &c.InnerSteps, &c.Ensemble}
	golden.Compare(t, "testdata/limits.txt", golden.Limits(&own, c.Validate))
}
