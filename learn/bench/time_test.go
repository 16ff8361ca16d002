package bench

import (
	"math"
	"testing"
	"testing/synctest"
	"time"
)

// TestTimesAreOfOneCall, however many are between two readings of the clock, and of the middle one: a pause in a few of
// them counts for nothing.
func TestTimesAreOfOneCall(t *testing.T) {
	for _, call := range []time.Duration{30 * time.Microsecond, 200 * time.Microsecond, 7 * time.Millisecond} {
		synctest.Test(t, func(t *testing.T) {
			began, calls := time.Now(), 0
			seconds, err := Time(t.Context(), 100*time.Millisecond, func() {
				time.Sleep(call)
				if calls++; calls == 8 {
					time.Sleep(25 * time.Millisecond)
				}
			})
			if took := time.Since(began); err != nil || !(math.Abs(seconds-call.Seconds()) <= 1e-12) || took < 100*time.Millisecond || took > 115*time.Millisecond {
				t.Errorf("calls of %v take %v s, and %v in all: %v", call, seconds, took, err)
			}
		})
	}
}
