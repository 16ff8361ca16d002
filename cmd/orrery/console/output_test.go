package console

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
)

func TestFileAppearsWholeOrNotAtAll(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "below", "file")
	broken := errors.New("broken")
	err := WriteFile(path, func(w io.Writer) error {
		io.WriteString(w, "half")
		return broken
	})
	if !errors.Is(err, broken) {
		t.Errorf("got error %v", err)
	}
	if left, err := os.ReadDir(dir); len(left) > 0 || err != nil {
		t.Errorf("left %v behind (%v)", left, err)
	}
	if err := WriteFile(path, func(w io.Writer) error { _, err := io.WriteString(w, "whole"); return err }); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(path); err != nil || string(text) != "whole" {
		t.Errorf("got %q", text)
	}
	if err := CheckOut(path, false); err == nil {
		t.Error("an existing path may be replaced without --force")
	}
	if err := CheckOut(path, true); err != nil {
		t.Error(err)
	}
}
