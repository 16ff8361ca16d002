package datasets

import (
	"errors"
	"os"
	"strings"
	"testing"

	"orrery/datasets/parquet"
)

// TestFailedWritesAreReported writes to files that are closed.
func TestFailedWritesAreReported(t *testing.T) {
	t.Parallel()
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

// TestFilesAreBroughtToDisk closes a file that is about to be synced and closed: both
// must be tried, and both errors must arrive.
func TestFilesAreBroughtToDisk(t *testing.T) {
	t.Parallel()
	a := &assembly{root: t.TempDir(), sums: map[string]string{}}
	file, err := a.create("x")
	if err != nil {
		t.Fatal(err)
	}
	file.file.Close()
	file.close()
	if err := a.closing.Wait(); err == nil || !strings.Contains(err.Error(), "sync ") || !strings.Contains(err.Error(), "close ") {
		t.Errorf("error %v must be that of sync and of close", err)
	}
}

// TestFilesAndGroupsEnd: a file after 2048 row groups or 100 MB, a row group after 1 MB.
func TestFilesAndGroupsEnd(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name          string
		perGroup      int
		size, entries int
		files, groups int // what is there afterwards: files, and row groups in the last one
	}{
		{"2048 groups", 1, 8, 2048, 1, 2048},
		{"2049 groups", 1, 8, 2049, 2, 1},
		{"100 MB announced", 1, 100 << 20, 2, 2, 1},
		{"almost 100 MB announced", 1, 100<<20 - 20_000, 2, 1, 2},
		{"groups of 1 MB", 1000, 1 << 19, 4, 1, 2},
		{"groups of less", 1000, 1<<19 - 1, 4, 1, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newSeries(&assembly{root: t.TempDir(), sums: map[string]string{}}, dataPath, c.perGroup, sceneTable())
			defer s.release()
			for i := range c.entries {
				if err := s.begin(c.size); err != nil {
					t.Fatal(err)
				}
				parquet.Put(s.columns[0], int64(i))
				parquet.Put(s.columns[1], []byte("{}"))
				if err := s.end(1, c.size); err != nil {
					t.Fatal(err)
				}
			}
			if s.file+1 != c.files || s.groups != c.groups {
				t.Errorf("%d files, %d row groups in the last; want %d and %d", s.file+1, s.groups, c.files, c.groups)
			}
		})
	}
}
