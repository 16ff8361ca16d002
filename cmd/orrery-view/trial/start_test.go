//go:build linux && !race

package trial

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// alone runs the program without a display and returns what it writes and its exit code.
func alone(t *testing.T, display string, arguments ...string) (out, log string, code int) {
	t.Helper()
	program, err := built()
	if err != nil {
		t.Skipf("the window cannot be built here: apt-get install what README names: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, arguments...)
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "DISPLAY=") && !strings.HasPrefix(variable, "WAYLAND_DISPLAY=") {
			cmd.Env = append(cmd.Env, variable)
		}
	}
	if display != "" {
		cmd.Env = append(cmd.Env, display)
	}
	var text, said strings.Builder
	cmd.Stdout, cmd.Stderr = &text, &said
	exit := (*exec.ExitError)(nil)
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return text.String(), said.String(), cmd.ProcessState.ExitCode()
}

// TestWithoutADisplayAllButTheWindowWorks: help, version and what is wrong on a command line
// are answered where the window's library could not even start. That there is no display is
// one sentence.
func TestWithoutADisplayAllButTheWindowWorks(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("the program takes longer to build")
	}
	broken := filepath.Join(t.TempDir(), "broken.json")
	if err := os.WriteFile(broken, []byte("{"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		arguments, display string
		out, log           string
		code               int
	}{
		{"--help", "", "Usage: orrery-view", "", 0},
		{"--help", "DISPLAY=:4711", "Usage: orrery-view", "", 0},
		{"--version", "", "orrery-view ", "", 0},
		{"--bad", "", "", "no option --bad", 2},
		{"--bad", "DISPLAY=:4711", "", "no option --bad", 2},
		{"--scene mixd", "", "", `perhaps "mixed"`, 2},
		{"--set gravty=3", "", "", `perhaps "gravity"`, 2},
		{"--model mixde", "", "", `perhaps "mixed"`, 2},
		{"nowhere/to/be/found", "", "", "no such file", 1},
		{broken, "", "", "broken.json", 1},
		{"", "", "", "there is no display, and DISPLAY is not set; `orrery view --web`", 1},
		{"", "DISPLAY=:4711", "", "the display :4711 that DISPLAY names does not answer", 1},
		{"", "WAYLAND_DISPLAY=wayland-0", "", "Xwayland", 1},
	} {
		out, log, code := alone(t, c.display, strings.Fields(c.arguments)...)
		lines := strings.Count(log, "\n")
		if code != c.code || !strings.Contains(out, c.out) || !strings.Contains(log, c.log) || c.code != 0 && (lines != 1 || out != "") || c.code == 0 && lines != 0 {
			t.Errorf("%q with %q: code %d, %q, %q", c.arguments, c.display, code, out, log)
		}
	}
}
