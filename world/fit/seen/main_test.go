package main

import (
	"strings"
	"testing"
)

// TestARowHasItsFigures: of motion that is seen all of them, and of known states all but the floor.
func TestARowHasItsFigures(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	for name, missing := range map[string]int{"told exactly": 1, "29.97 fps": 0} {
		var out strings.Builder
		o := options{episodes: 3, tests: 1, steps: 5, only: name}
		if err := o.run(t.Context(), &out); err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSpace(out.String()), "\n")
		if row, ok := strings.CutPrefix(lines[len(lines)-1], name); len(lines) != 2 || !ok || len(strings.Fields(row)) != 11 || strings.Count(row, "NaN") != missing {
			t.Errorf("%s:\n%s", name, out.String())
		}
	}
}
