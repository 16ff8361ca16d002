package engine

import (
	"bytes"
	"io"
	"log"
	"sync"
)

// libraryWarning is the text that the library logs, on the program's standard logger, each time the
// contact of two shapes that overlap takes it more than 20 iterations: thousands of lines
// for one deep overlap.
const libraryWarning = "Warning: High EPA iterations"

// overlapWarning is said instead, once.
const overlapWarning = "warning: shapes of a scene overlap so deeply that their contacts are slow to find; said once\n"

// catchWarnings puts a filter before the standard logger, once.
var catchWarnings = sync.OnceFunc(func() { log.SetOutput(&warningFilter{to: log.Writer()}) })

// warningFilter passes lines of a log on, but for the library's.
type warningFilter struct {
	to   io.Writer
	mu   sync.Mutex
	said bool
}

// Write takes one entry of the log.
func (f *warningFilter) Write(entry []byte) (int, error) {
	if !bytes.Contains(entry, []byte(libraryWarning)) {
		return f.to.Write(entry)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.said {
		return len(entry), nil
	}
	f.said = true
	if _, err := io.WriteString(f.to, overlapWarning); err != nil {
		return 0, err
	}
	return len(entry), nil
}
