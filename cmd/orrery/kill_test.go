package main

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// skipShort leaves out what takes seconds.
func skipShort(t testing.TB) {
	t.Helper()
	if testing.Short() {
		t.Skip("takes seconds")
	}
}

// start runs a command line as a process of its own, which ends with the test.
func start(t testing.TB, args ...string) (cmd *exec.Cmd, stderr *bytes.Buffer) {
	t.Helper()
	stderr = &bytes.Buffer{}
	cmd = exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), asProgram+"=1")
	cmd.Stderr = stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill() })
	return cmd, stderr
}

// has reports whether a pattern matches a file.
func has(t testing.TB, pattern string) bool {
	t.Helper()
	found, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	return len(found) > 0
}

// mustDie stops a process that must still be at work with a signal.
func mustDie(t testing.TB, cmd *exec.Cmd, signal os.Signal) {
	t.Helper()
	if err := cmd.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
	var exit *exec.ExitError
	if err := cmd.Wait(); !errors.As(err, &exit) {
		t.Fatalf("the process ended with %v before it was stopped", err)
	}
}

func sameTree(t testing.TB, got, want string) {
	t.Helper()
	a, b := readTree(t, got), readTree(t, want)
	all := maps.Clone(a)
	maps.Copy(all, b)
	for name := range all {
		x, there := a[name]
		if y, wanted := b[name]; x != y || there != wanted {
			at := 0
			for at < len(x) && at < len(y) && x[at] == y[at] {
				at++
			}
			t.Errorf("%s of %s and %s differ: %d and %d bytes, %.60q and %.60q from byte %d", name, got, want, len(x), len(y), x[at:], y[at:], at)
		}
	}
}

// longGen is a generation that takes a second or two.
func longGen(out string, more ...string) []string {
	return append([]string{"gen", "mixed", "--episodes", "160", "--seed", "7", "--out", out}, more...)
}

func TestDatasetDoesNotDependOnWorkers(t *testing.T) {
	dir := t.TempDir()
	for _, workers := range []string{"1", "2", "5"} {
		mustRun(t, "gen", "mixed", "--episodes", "23", "--frames", "40", "--out", filepath.Join(dir, workers), "--workers", workers)
		sameTree(t, filepath.Join(dir, workers), filepath.Join(dir, "1"))
	}
}

func TestKilledGenerationResumesToTheSameBytes(t *testing.T) {
	skipShort(t)
	t.Parallel()
	whole, cut := filepath.Join(t.TempDir(), "whole"), filepath.Join(t.TempDir(), "cut")
	mustRun(t, longGen(whole)...)
	cmd, _ := start(t, longGen(cut)...)
	waitFor(t, "finished block", func() bool { return has(t, filepath.Join(cut, ".partial", "out", "data", "*", "*")) })
	mustDie(t, cmd, syscall.SIGKILL)

	if code, _, stderr := runLine(t.Context(), "inspect", cut); code != exitFailed || !strings.Contains(stderr, "unfinished") {
		t.Errorf("reading the unfinished dataset: exit code %d: %s", code, stderr)
	}
	mustRun(t, longGen(cut, "--resume")...)
	sameTree(t, cut, whole)
}

func TestInterruptedGenerationSaysHowToGoOn(t *testing.T) {
	skipShort(t)
	t.Parallel()
	out := filepath.Join(t.TempDir(), "out")
	cmd, stderr := start(t, longGen(out)...)
	waitFor(t, "finished block", func() bool { return has(t, filepath.Join(out, ".partial", "out", "data", "*", "*")) })
	mustDie(t, cmd, os.Interrupt)
	if code := cmd.ProcessState.ExitCode(); code != exitFailed {
		t.Errorf("exit code %d, want %d", code, exitFailed)
	}
	if want := "orrery: interrupted: --resume completes " + out + "\n"; !strings.HasSuffix(stderr.String(), want) {
		t.Errorf("stderr %q, want %q in the end", stderr, want)
	}
	mustRun(t, longGen(out, "--resume")...)
}

func TestKilledTrainingResumesToTheSameWeights(t *testing.T) {
	skipShort(t)
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	mustRun(t, "gen", "billiards", "--set", "bodies=2", "--episodes", "2", "--frames", "20", "--out", data)
	line := func(out string, more ...string) []string {
		return append([]string{"train", data, "--steps", "4000", "--out", out}, more...)
	}
	whole, cut := filepath.Join(t.TempDir(), "whole"), filepath.Join(t.TempDir(), "cut")
	mustRun(t, line(whole)...)
	cmd, _ := start(t, line(cut)...)
	waitFor(t, "checkpoint", func() bool { return has(t, filepath.Join(cut+".partial", "last.safetensors")) })
	mustDie(t, cmd, syscall.SIGKILL)

	if code, _, stderr := runLine(t.Context(), line(cut)...); code != exitFailed || !strings.Contains(stderr, "--resume goes on with it") {
		t.Errorf("starting over by accident: exit code %d: %s", code, stderr)
	}
	mustRun(t, line(cut, "--resume")...)
	if read(t, filepath.Join(cut, "model.safetensors")) != read(t, filepath.Join(whole, "model.safetensors")) {
		t.Error("the weights differ from those of an uninterrupted training")
	}
	if has(t, cut+".partial") {
		t.Error("the checkpoints were left behind")
	}
	if sessions, err := filepath.Glob(filepath.Join(cut, "events.*")); len(sessions) != 2 {
		t.Errorf("logs of the sessions: %v (%v), want one from before the kill and one from after", sessions, err)
	}
}

func TestCancelledCommandsLeaveNoOutput(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	data, model := tinyDataset(t), tinyModel(t)
	out := filepath.Join(t.TempDir(), "out")
	for _, args := range [][]string{
		{"render", data, "--out", out + ".gif"},
		{"train", data, "--out", out},
		{"eval", model, "--data", data, "--report", out},
		{"inspect", data, "--deep"},
	} {
		code, _, stderr := runLine(ctx, args...)
		if code != exitFailed || !strings.Contains(stderr, "orrery: interrupted") {
			t.Errorf("%s: exit code %d: %s", args[0], code, stderr)
		}
		if has(t, out) || has(t, out+".gif") {
			t.Errorf("%s left an output", args[0])
		}
	}
}
