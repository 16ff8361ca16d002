package golden

import (
	"os"
	"path/filepath"
	"testing"
)

// TestOpenFilesAreTold, of the path alone, and not when they are closed.
func TestOpenFilesAreTold(t *testing.T) {
	t.Parallel()
	if _, err := os.ReadDir(descriptors); err != nil {
		t.Skip("the system does not tell which files are open")
	}
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	inside := filepath.Join(dir, "in")
	if err := os.Mkdir(inside, 0o755); err != nil {
		t.Fatal(err)
	}
	file, err := os.Create(filepath.Join(inside, "a"))
	if err != nil {
		t.Fatal(err)
	}
	tell := func(path string) int {
		f := &failing{TB: t}
		Closed(f, path)
		return len(f.told)
	}
	for path, want := range map[string]int{dir: 1, inside: 1, file.Name(): 1, filepath.Join(dir, "i"): 0, filepath.Join(dir, "b"): 0} {
		if got := tell(path); got != want {
			t.Errorf("%d open files at %s, want %d", got, path, want)
		}
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	if got := tell(dir); got != 0 {
		t.Errorf("%d open files of a closed one", got)
	}
}
