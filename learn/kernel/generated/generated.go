// Package generated checks that assembly that is committed is what its generator writes.
//
//	func TestAssemblyIsWhatTheGeneratorWrites(t *testing.T) { generated.Check(t, "kernel", "vector_amd64") }
//
// The generator is a module of its own in the folder asm beside the package, so that only those
// who change assembly need avo.
package generated

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Check runs the generator in asm and compares what it writes for a package with name.s and name.go
// in the folder of the test. It skips in short tests, as it compiles, and where avo is not to be had.
func Check(t *testing.T, pkg, name string) {
	t.Helper()
	if testing.Short() {
		t.Skip("compiles the generator")
	}
	if out, err := exec.Command("go", "-C", "asm", "mod", "download").CombinedOutput(); err != nil {
		t.Skipf("the generator's modules are not to be had: %v: %s", err, out)
	}
	dir := t.TempDir()
	assembly, stubs := name+".s", name+".go"
	if out, err := exec.Command("go", "-C", "asm", "run", ".",
		"-out", filepath.Join(dir, assembly), "-stubs", filepath.Join(dir, stubs), "-pkg", pkg).CombinedOutput(); err != nil {
		t.Fatalf("generator: %v: %s", err, out)
	}
	for _, name := range []string{assembly, stubs} {
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
