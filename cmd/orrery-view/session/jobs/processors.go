package jobs

import (
	"os"
	"runtime"
)

// ShareProcessors gives Go two threads for each processor that it may use. Then what draws need not wait until a long job pauses: the
// system takes turns between them, and lets the one go first that sleeps most. If the environment variable GOMAXPROCS
// says how many threads there are to be, it stays so.
func ShareProcessors() {
	if os.Getenv("GOMAXPROCS") == "" {
		runtime.GOMAXPROCS(2 * runtime.GOMAXPROCS(0))
	}
}
