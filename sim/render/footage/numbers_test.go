package footage_test

import (
	"testing"

	"orrery/sim"
	"orrery/sim/golden"
	"orrery/sim/render"
	"orrery/sim/render/footage"
)

// TestEveryNumberOfFootageHasLimits, stored to the last digit.
func TestEveryNumberOfFootageHasLimits(t *testing.T) {
	t.Parallel()
	s := footage.Default()
	s.View = render.Bounds{Max: sim.Vec{X: 2, Y: 1}}
	golden.Compare(t, "testdata/limits.txt", golden.Limits(&s, s.Validate))
}
