package camera

import (
	"testing"

	"orrery/sim/golden"
)

// TestEveryNumberOfAFilmHasLimits, stored to the last digit.
func TestEveryNumberOfAFilmHasLimits(t *testing.T) {
	t.Parallel()
	f := Film{Kind: Image, Width: 64, Height: 48}
	golden.Compare(t, "testdata/limits.txt", golden.Limits(&f, f.Validate))
}
