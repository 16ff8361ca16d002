package contact

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestAssemblyIsWhatTheGeneratorWrites runs the generator and compares.
func TestAssemblyIsWhatTheGeneratorWrites(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles the generator")
	}
	if out, err := exec.Command("go", "-C", "asm", "mod", "download").CombinedOutput(); err != nil {
		t.Skipf("the generator's modules are not to be had: %v: %s", err, out)
	}
	dir := t.TempDir()
	names := []string{"spot_amd64.s", "spot_amd64.go"}
	if out, err := exec.Command("go", "-C", "asm", "run", ".",
		"-out", filepath.Join(dir, names[0]), "-stubs", filepath.Join(dir, names[1]), "-pkg", "contact").CombinedOutput(); err != nil {
		t.Fatalf("generator: %v: %s", err, out)
	}
	for _, name := range names {
		want, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(body(got), body(want)) {
			t.Errorf("%s is not what the generator writes: run go generate", name)
		}
	}
}

// body returns all but the first line, which names the output paths.
func body(file []byte) []byte {
	_, rest, _ := bytes.Cut(file, []byte("\n"))
	return rest
}
