package world

import (
	"testing"

	"orrery/sim/golden"
)

// TestEveryNumberOfWhatWasSeenHasLimits, stored to the last digit.
func TestEveryNumberOfWhatWasSeenHasLimits(t *testing.T) {
	t.Parallel()
	s := Seen{FrameTime: 1. / 60, Substeps: Range{4, 4}, Bodies: Range{1, 3}, Size: Range{0.1, 0.2}, Mass: Range{1, 2}, Gravity: Range{0, 9.81}}
	golden.Compare(t, "testdata/limits.txt", golden.Limits(&s, s.Validate))
}
