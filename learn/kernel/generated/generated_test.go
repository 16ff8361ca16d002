package generated

import (
	"os"
	"path/filepath"
	"testing"
)

// asm is a generator without a module to download: it writes what the test expects of it.
const asm = `package main

import (
	"flag"
	"os"
)

func main() {
	out, stubs, pkg := flag.String("out", "", ""), flag.String("stubs", "", ""), flag.String("pkg", "", "")
	flag.Parse()
	os.WriteFile(*out, []byte("// "+*out+"\nTEXT\n"), 0o644)
	os.WriteFile(*stubs, []byte("// "+*stubs+"\npackage "+*pkg+"\n"), 0o644)
}
`

// What is committed differs in its first line, and nowhere else.
func TestFirstLinesMayDiffer(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"asm/go.mod": "module asm\n\ngo 1.26\n", "asm/main.go": asm, "loops.s": "// by hand\nTEXT\n", "loops.go": "// by hand\npackage loops\n",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
	Check(t, "loops", "loops")
	if got, want := string(body([]byte("a\nb\nc"))), "b\nc"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
