package episodes

import (
	"runtime/debug"
	"testing"
)

// TestGarbageIsCollectedSeldomUntilTheLastWriterEnds, in whatever order they do, and as before then.
func TestGarbageIsCollectedSeldomUntilTheLastWriterEnds(t *testing.T) {
	t.Setenv("GOGC", "")
	defer debug.SetGCPercent(debug.SetGCPercent(100)) // whatever the tests run with
	percent := func() int {
		p := debug.SetGCPercent(100)
		debug.SetGCPercent(p)
		return p
	}
	before := percent()
	first := collectSeldom()
	second := collectSeldom()
	first()
	if got := percent(); got != seldom {
		t.Errorf("%d %% while one writes, want %d", got, seldom)
	}
	second()
	if got := percent(); got != before {
		t.Errorf("%d %% at the end, want %d as before", got, before)
	}
	t.Setenv("GOGC", "50")
	end := collectSeldom()
	if got := percent(); got != before {
		t.Errorf("%d %% where GOGC says how often, want %d", got, before)
	}
	end()
}
