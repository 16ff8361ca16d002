package console

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestResultsThatAreReadHaveALimit, which is looked at before they are read.
func TestResultsThatAreReadHaveALimit(t *testing.T) {
	t.Parallel()
	large := filepath.Join(t.TempDir(), "metrics.json")
	if err := os.WriteFile(large, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(large, 1<<28+1); err != nil { // without a byte on the disk
		t.Fatal(err)
	}
	var v any
	if err := ReadJSON(large, &v); err == nil || !strings.Contains(err.Error(), "size must be at most 268435456 bytes") {
		t.Error(err)
	}
}
