package datasets

import (
	"testing"

	"orrery/sim/golden"
)

// TestEveryNumberOfADescriptionHasLimits, stored to the last digit.
func TestEveryNumberOfADescriptionHasLimits(t *testing.T) {
	t.Parallel()
	s := Spec{Scenario: "billiards", Task: "a", Episodes: 3, Frames: 2, FPS: 60}
	told := golden.Limits(&s, s.Validate)
	s.Motion = Impacts
	golden.Compare(t, "testdata/limits.txt", told+"# impacts\n"+golden.Limits(&s.Frames, s.Validate))
}
