package datasets

import (
	"errors"
	"os"
	"testing"
)

// TestFailedWritesAreReported writes to files that are closed.
func TestFailedWritesAreReported(t *testing.T) {
	spec := testSpec()
	e, err := Prepare(&spec, flight(spec, 0), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"frames", "episodes", "scenes"} {
		w := NewWriter(t.TempDir(), NewProvenance(spec), Room{Bodies: 3})
		if _, err := w.Add(e); err != nil {
			t.Fatal(err)
		}
		map[string]*hashedFile{"frames": w.frames.out, "episodes": w.episodes.out, "scenes": w.scenes.out}[name].file.Close()
		if err := w.Finish(); !errors.Is(err, os.ErrClosed) {
			t.Errorf("failed writes of %s: %v", name, err)
		}
		w.Release()
	}
}
