package bench

import (
	"testing"
	"time"

	"orrery/sim"
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

// TestStepsAreThoseOfTheEngine: a frame may have several, and the first frame none.
func TestStepsAreThoseOfTheEngine(t *testing.T) {
	t.Parallel()
	one, three := sim.DefaultScene(), sim.DefaultScene()
	one.Substeps, three.Substeps = 1, 3
	one.Bodies = make([]sim.Body, 2)
	if steps, bodies := counted([]*sim.Scene{&one, &three}, 11); steps != 40 || bodies != 2 {
		t.Errorf("%d steps of %d bodies, want 40 of 2", steps, bodies)
	}
}
