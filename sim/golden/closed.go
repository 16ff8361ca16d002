package golden

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// descriptors is the folder in which Linux lists the open files of a process.
const descriptors = "/proc/self/fd"

// Closed fails a test where this process still has a file open that is at path or below it. Path must have no links. Systems
// that do not list open files say nothing. Files that other tests open meanwhile do not count, unless they are the same.
func Closed(t testing.TB, path string) {
	t.Helper()
	files, err := os.ReadDir(descriptors)
	if err != nil {
		return
	}
	for _, file := range files {
		to, err := os.Readlink(filepath.Join(descriptors, file.Name()))
		if err != nil { // another test has closed it
			continue
		}
		if to == path || strings.HasPrefix(to, path+string(filepath.Separator)) {
			t.Errorf("%s is still open", to)
		}
	}
}
