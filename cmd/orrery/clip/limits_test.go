package clip

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestFilesHaveALimit, which is looked at before they are read.
func TestFilesHaveALimit(t *testing.T) {
	t.Parallel()
	large := filepath.Join(t.TempDir(), "rollout.json")
	if err := os.WriteFile(large, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(large, 256<<20+1); err != nil { // without a byte on the disk
		t.Fatal(err)
	}
	if _, err := Read(large); err == nil || !strings.Contains(err.Error(), "size must be at most 268435456 bytes") {
		t.Error(err)
	}
}
