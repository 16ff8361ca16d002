package storage

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// TestFilesAreCreatedOnce and leave nothing else: with the same content again that is no fault, with another it is one.
func TestFilesAreCreatedOnce(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "new", "folder")
	path := filepath.Join(dir, "claim")
	for _, c := range []struct {
		content string
		there   bool
	}{{"mine", false}, {"mine", false}, {"theirs", true}} {
		if err := CreateFile(path, []byte(c.content)); errors.Is(err, fs.ErrExist) != c.there || err != nil && !c.there {
			t.Errorf("%q: %v", c.content, err)
		}
		if text, err := os.ReadFile(path); err != nil || string(text) != "mine" {
			t.Errorf("%q is there: %v", text, err)
		}
		if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
			t.Errorf("%v are there: %v", entries, err)
		}
	}
}
