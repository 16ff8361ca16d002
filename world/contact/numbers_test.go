package contact

import (
	"testing"

	"orrery/sim/golden"
)

// TestEveryNumberOfASettingHasLimits, stored to the last digit, with hits and without.
func TestEveryNumberOfASettingHasLimits(t *testing.T) {
	t.Parallel()
	c := DefaultConfig()
	told := "# without hits\n" + golden.Limits(&c, c.Validate)
	c.Hits = Hits{Hidden: 1, Members: 1, Speed: 1}
	golden.Compare(t, "testdata/limits.txt", told+"# with hits\n"+golden.Limits(&c.Hits, c.Validate))
}
