package library

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// TestArgumentsAreNamesOrPaths has every way in which an argument can be a path.
func TestArgumentsAreNamesOrPaths(t *testing.T) {
	t.Chdir(t.TempDir())
	const text = `{"format": 2, "bodies": [{"circle": 0.1}]}`
	for _, path := range []string{"push", "mine", "ball.json", filepath.Join("sub", "reach")} {
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		argument string
		path     bool
		name     string // of the scenario; none when empty
	}{
		{"push", false, "push"}, // the library comes before a file of its name
		{"./push", true, "push"},
		{"mine", true, "mine"},
		{"ball.json", true, "ball"},
		{"sub/reach", true, "reach"},
		{"none", false, ""},
		{"none.json", true, ""},
		{"NONE.JSON", true, ""},
		{"sub/none", true, ""},
	} {
		if got := IsPath(test.argument); got != test.path {
			t.Errorf("%s is a path: %v", test.argument, got)
		}
		s, err := Open(test.argument)
		switch {
		case test.name == "":
			if err == nil || errors.Is(err, fs.ErrNotExist) != test.path {
				t.Errorf("%s: %v", test.argument, err)
			}
		case err != nil || s.Name != test.name || s.Own != test.path || (string(s.Text) == text) != test.path:
			t.Errorf("%s: %+v, %v", test.argument, s, err)
		}
	}
}
