package jobs_test

import (
	"runtime"
	"testing"

	"orrery/cmd/orrery-view/session/jobs"
)

func TestProcessorsAreShared(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for variable, want := range map[string]int{"": 2 * runtime.NumCPU(), "1": 1} {
		runtime.GOMAXPROCS(1)
		t.Setenv("GOMAXPROCS", variable)
		if jobs.ShareProcessors(); runtime.GOMAXPROCS(0) != want {
			t.Errorf("GOMAXPROCS=%s: %d threads, want %d", variable, runtime.GOMAXPROCS(0), want)
		}
	}
}
