package main

import (
	"strings"
	"testing"
)

// TestUnknownScenariosAreUsageErrorsThatNameTheNearest goes through every command that takes
// a scenario or a task.
func TestUnknownScenariosAreUsageErrorsThatNameTheNearest(t *testing.T) {
	t.Parallel()
	out := t.TempDir() + "/out"
	for _, line := range []string{
		"gen mixd --out " + out,
		"scenes mixd",
		"scenes mixd --scene",
		"scenes mixd --pictures " + out,
		"plan mixd --model true",
		"eval true --sets mixd",
		"bench scenarios mixd",
		"view --scene mixd",
		"models --only mixd --out " + out,
		"accuracy --only mixd --out " + out,
	} {
		code, stdout, stderr := runLine(t.Context(), strings.Fields(line)...)
		if code != exitUsage || !strings.Contains(stderr, `"mixd", perhaps "mixed"`) || strings.Count(stderr, "\n") != 1 || stdout != "" {
			t.Errorf("orrery %s: code %d, %q", line, code, stderr)
		}
	}
	code, _, stderr := runLine(t.Context(), "tasks", "--only", "pushh", "--out", out)
	if code != exitUsage || !strings.Contains(stderr, `"pushh", perhaps "push"`) {
		t.Errorf("orrery tasks: code %d, %q", code, stderr)
	}
}
