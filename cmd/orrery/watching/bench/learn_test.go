package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestLearningTellsWhatMisses its targets: errors, numbers that are off, and numbers that films do not tell.
func TestLearningTellsWhatMisses(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	l := &learning{dir: t.TempDir(), out: &out}
	write := func(name, text string) {
		t.Helper()
		path := filepath.Join(l.dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("eval.json", `{"horizons_s": [0.5, 1, 2], "models": {"seen": {"position_m": {"mean": [0.0019, 0.031, 0.05]}}, "exact": {"position_m": {"mean": [0.0001, 0.01, 0.02]}}}}`)
	write("exact-numbers/identify.json", `{"parameters": [
		{"name": "gravity", "of": "scene", "value": 4, "identifiable": true}, {"name": "gravity", "of": "scene x", "value": 0, "identifiable": true},
		{"name": "elasticity", "of": "wall", "value": 0.9, "identifiable": true}, {"name": "elasticity", "of": "scene", "value": 0.8, "identifiable": true},
		{"name": "friction", "of": "wall", "value": 0.4, "identifiable": true}, {"name": "friction", "of": "scene", "identifiable": false}]}`)
	write("seen-numbers/identify.json", `{"parameters": [
		{"name": "gravity", "of": "scene", "value": 4.07, "identifiable": true},
		{"name": "elasticity", "of": "wall", "value": 0.93, "identifiable": true}, {"name": "elasticity", "of": "scene", "identifiable": false, "why": "one impact"},
		{"name": "friction", "of": "wall", "value": 0.361, "identifiable": true}]}`)
	if err := l.numbers("mixed"); err != nil {
		t.Fatal(err)
	}
	if err := l.errors("mixed"); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	for i, misses := range []bool{false, true, true, false, false, true, false} {
		if i >= len(lines) || strings.Contains(lines[i], "misses") != misses {
			t.Fatalf("line %d must miss: %v; the table is\n%s", i, misses, out.String())
		}
	}
	if len(lines) != 7 || !strings.Contains(lines[5], "3.10 ×") {
		t.Errorf("the table is\n%s", out.String())
	}
}

// TestCommandsOfLearningAreRunOnce, and go on or begin again where they were interrupted.
func TestCommandsOfLearningAreRunOnce(t *testing.T) {
	t.Parallel()
	program, err := exec.LookPath("echo")
	if err != nil {
		t.Skip("there is no program echo")
	}
	l := &learning{dir: t.TempDir(), program: program}
	says := func(name string) string {
		text, err := os.ReadFile(filepath.Join(l.dir, name+".txt"))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	for _, name := range []string{"fresh", "resumed", "again"} {
		if name != "fresh" {
			if err := os.WriteFile(filepath.Join(l.dir, name+".begun"), nil, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if err := l.run(t.Context(), name, name != "again", "gen", "mixed"); err != nil {
			t.Fatal(err)
		}
		want := map[string]string{"fresh": "gen mixed\n", "resumed": "gen mixed --resume\n", "again": "gen mixed --force\n"}[name]
		if said := says(name); said != "orrery "+want+want {
			t.Errorf("%s: %q", name, said)
		}
	}
	l.program = filepath.Join(l.dir, "none")
	if err := l.run(t.Context(), "fresh", true, "gen"); err != nil {
		t.Errorf("what is done is done again: %v", err)
	}
	if err := l.run(t.Context(), "other", true, "gen"); err == nil || !strings.Contains(err.Error(), "other.txt") {
		t.Errorf("a program that is not there: %v", err)
	}
}
