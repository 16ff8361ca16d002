package bench

import (
	"testing"
	"time"
)

// TestTheFirstTimeDoesNotCount unless it is the only one: it finds nothing in caches, or everything ready.
func TestTheFirstTimeDoesNotCount(t *testing.T) {
	t.Parallel()
	const slow = 20 * time.Millisecond
	after := func(first, later time.Duration) func() error {
		wait := first
		return func() error {
			time.Sleep(wait)
			wait = later
			return nil
		}
	}
	if got, err := timed(t.Context(), slow/4, after(0, slow)); err != nil || !(got >= slow.Seconds()) {
		t.Errorf("%v s, %v, where all but the first take %v", got, err, slow)
	}
	if got, err := timed(t.Context(), slow/4, after(slow, 0)); err != nil || !(got >= slow.Seconds()) {
		t.Errorf("%v s, %v, where there is time for the first alone", got, err)
	}
	ours, theirs, err := alternate(t.Context(), 1, 3, after(slow, 0), after(slow, 0))
	if err != nil || len(ours) != 3 || len(theirs) != 3 {
		t.Errorf("%d and %d times in 3 rounds, %v", len(ours), len(theirs), err)
	}
}
