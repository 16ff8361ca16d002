package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestARoundMeasuresEveryoneInOneAndTwoThreads, with scripts that note how they were called.
func TestARoundMeasuresEveryoneInOneAndTwoThreads(t *testing.T) {
	dir := t.TempDir()
	calls := filepath.Join(dir, "calls")
	fake := func(name, print string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte("#!/bin/sh\necho \"$0 $*\" >> "+calls+"\necho '"+print+"'\n"), 0o700); err != nil {
			t.Fatal(err)
		}
		return path
	}
	c := comparison{
		options:  options{orrery: fake("orrery", `{"mlp_step_ms": 2, "contact_step_ms": 3}`), python: fake("python", `{"what": "mlp", "program": "JAX", "version": "1", "threads": 2, "median_ms": 5}`), duration: 2 * time.Second},
		progress: io.Discard, figures: newFigures(), peers: map[string]bool{"jax": true}, broken: map[string]bool{}, onnx: "net.onnx",
	}
	if err := c.round(t.Context()); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(calls)
	if err != nil {
		t.Fatal(err)
	}
	got := strings.ReplaceAll(string(text), dir+"/", "")
	var want strings.Builder
	for _, threads := range []string{"1", "2"} {
		fmt.Fprintf(&want, "orrery bench learn --json --workers %s --duration 2s\n", threads)
		for _, run := range []string{"mlp", "interaction --variant index", "interaction --variant dense", "interaction --variant factored", "interaction --variant folded"} {
			fmt.Fprintf(&want, "python -B learn/peers/jax_bench.py %s --threads %s --seconds 2\n", run, threads)
		}
	}
	want.WriteString("python -B learn/peers/jax_bench.py gemm --seconds 2\norrery bench infer --json --workers 2 --duration 2s\n")
	for _, threads := range []string{"1", "2"} {
		fmt.Fprintf(&want, "python -B learn/peers/onnx_bench.py net.onnx --threads %s --seconds 2\n", threads)
	}
	if got != want.String() {
		t.Errorf("called were\n%s\nwant\n%s", got, &want)
	}
	c.python = fake("broken", "")
	if err := os.WriteFile(c.python, []byte("#!/bin/sh\necho \"$*\" >> "+calls+"\necho nothing works >&2\nexit 1\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	for range 2 { // a variant that fails is left out, and not tried again
		if err := c.peer(t.Context(), "jax_bench.py", "mlp"); err != nil || len(c.missing) != 1 || c.missing[0] != "jax_bench.py mlp" {
			t.Errorf("%v, missing %q", err, c.missing)
		}
	}
}
