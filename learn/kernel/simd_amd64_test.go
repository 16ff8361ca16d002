package kernel

import (
	"flag"
	"os"
	"testing"
)

// TestMain runs every test with the assembly and, where that is in use, once more
// with the Go code that other processors run.
func TestMain(m *testing.M) {
	code := m.Run()
	if useAVX2 && flag.Lookup("test.bench").Value.String() == "" {
		useAVX2 = false
		code = max(code, m.Run())
	}
	os.Exit(code)
}
