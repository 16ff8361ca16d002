package storage

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
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

// TestWhatIsCreatedIsSyncedBeforeItIsSeen: whatever of it fails, the error arrives, and nothing half made is left.
func TestWhatIsCreatedIsSyncedBeforeItIsSeen(t *testing.T) {
	t.Parallel()
	for fail := range 5 { // number of the call that fails, or 0 for none
		root := t.TempDir()
		path := filepath.Join(root, "claim")
		w := &watched{root: root, fail: fail}
		d := w.disk()
		note, seen := d.sync, []bool{}
		d.sync = func(file *os.File) error {
			_, err := os.Lstat(path)
			seen = append(seen, err == nil)
			return note(file)
		}
		if err := d.createFile(path, []byte("mine")); errors.Is(err, errPlanted) != (fail > 0) || err != nil && fail == 0 {
			t.Errorf("call %d of %q fails: %v", fail, w.calls, err)
		}
		for k, call := range w.calls {
			if want := []string{"sync .claim.", "close .claim.", "sync .", "close ."}[k]; !strings.HasPrefix(call, want) {
				t.Errorf("call %d is %q, must be %q", k, call, want)
			}
		}
		if fail == 0 && (len(w.calls) != 4 || !slices.Equal(seen, []bool{false, true})) {
			t.Errorf("calls %q, at which the file is seen %v", w.calls, seen)
		}
		for name := range content(t, root) {
			if name != "claim" {
				t.Errorf("call %d of %q fails, and %s is left", fail, w.calls, name)
			}
		}
		again := &watched{root: root}
		if err := again.disk().createFile(path, []byte("mine")); err != nil || len(again.calls) != 4 {
			t.Errorf("a second time: %v, %q", err, again.calls)
		}
	}
}
