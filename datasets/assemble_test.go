package datasets

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"
)

// TestFilesAreBroughtToDiskWhileTheyGrow, and are whole, and closed without an error whatever is on its way.
func TestFilesAreBroughtToDiskWhileTheyGrow(t *testing.T) {
	t.Parallel()
	a := &assembly{root: t.TempDir(), sums: map[string]string{}}
	f, err := a.create("grows")
	if err != nil {
		t.Fatal(err)
	}
	text := bytes.Repeat([]byte("orrery\n"), behindBytes/14)
	var want []byte
	brought := false
	for range 5 {
		if n, err := f.Write(text); n != len(text) || err != nil {
			t.Fatal(n, err)
		}
		want = append(want, text...)
		brought = brought || f.fresh < len(text)
	}
	f.close()
	if err := a.closing.Wait(); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(a.root, "grows"))
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("%d bytes of %d, or others; %v", len(got), len(want), err)
	}
	if sum := sha256.Sum256(want); a.sums["grows"] != hex.EncodeToString(sum[:]) {
		t.Errorf("sum %s is not that of the file", a.sums["grows"])
	}
	if !brought {
		t.Errorf("nothing of %d bytes was on its way to disk before the end", len(want))
	}
	if err := f.file.Close(); err == nil {
		t.Error("the file is still open")
	}
}
