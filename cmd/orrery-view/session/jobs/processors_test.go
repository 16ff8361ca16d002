package jobs

import (
	"os"
	"runtime"
	"testing"
)

// TestThreadsAreTwiceTheProcessorsThatMayBeUsed, which a limit of the system may make fewer than there are.
func TestThreadsAreTwiceTheProcessorsThatMayBeUsed(t *testing.T) {
	usual := runtime.GOMAXPROCS(3)
	defer runtime.GOMAXPROCS(usual)
	t.Setenv("GOMAXPROCS", "3")
	if ShareProcessors(); runtime.GOMAXPROCS(0) != 3 {
		t.Errorf("%d threads, and the environment says 3", runtime.GOMAXPROCS(0))
	}
	if err := os.Unsetenv("GOMAXPROCS"); err != nil {
		t.Fatal(err)
	}
	if ShareProcessors(); runtime.GOMAXPROCS(0) != 6 {
		t.Errorf("%d threads for 3 processors, want 6", runtime.GOMAXPROCS(0))
	}
}
