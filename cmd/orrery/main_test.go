package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"orrery/sim/scenario/library"
	"orrery/world/fit"
)

// asProgram makes the test binary the program itself, for tests that kill it.
const asProgram = "ORRERY_TEST_AS_PROGRAM"

var fixtureDir string

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "orrery")
		if err != nil {
			panic(err)
		}
		defer os.RemoveAll(dir)
		fixtureDir = dir
		before := filesHere()
		code := m.Run()
		for _, name := range filesHere() {
			if !slices.Contains(before, name) {
				fmt.Printf("FAIL: a test leaves %q in the folder of the package\n", name)
				code = 1
			}
		}
		return code
	}())
}

// TestErrorsAreTheSystemsInOneLine joins errors as stages of a command do.
func TestErrorsAreTheSystemsInOneLine(t *testing.T) {
	full := func(path string) error { return &fs.PathError{Op: "write", Path: path, Err: syscall.ENOSPC} }
	err := fmt.Errorf("eval: %w", errors.Join(fmt.Errorf("report: %w", full("a")), full("b"), nil, errors.New("x\n\n\x1b[31m  y")))
	want := "eval: report: a: no space left on device; b: no space left on device; x; \ufffd[31m y"
	if got := inWords(err); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// filesHere returns the names of what is in the folder of the package.
func filesHere() (names []string) {
	entries, err := os.ReadDir(".")
	if err != nil {
		panic(err)
	}
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}

// runLine runs a command line in this process.
func runLine(ctx context.Context, args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	code = run(ctx, args, &out, &errs)
	return code, out.String(), errs.String()
}

// mustRun runs a command line that has to succeed, and returns its stdout.
func mustRun(t testing.TB, args ...string) string {
	t.Helper()
	code, stdout, stderr := runLine(t.Context(), args...)
	if code != exitDone {
		t.Fatalf("orrery %s: exit code %d: %s", strings.Join(args, " "), code, stderr)
	}
	return stdout
}

// tinyDataset and tinyModel are made once for all tests, which must not change
// them.
var makeFixtures = sync.OnceValue(func() error {
	billiards, err := library.Find("billiards")
	if err != nil {
		return err
	}
	var log bytes.Buffer
	gen := defaultGenOptions()
	gen.Scenario, gen.Out, gen.Episodes, gen.Frames = billiards, filepath.Join(fixtureDir, "data"), 8, 31
	if err := runGen(context.Background(), &log, &log, gen); err != nil {
		return err
	}
	train := trainOptions{Data: []string{gen.Out}, Out: filepath.Join(fixtureDir, "model"), Fit: fit.Tiny()}
	return runTrain(context.Background(), &log, &log, train)
})

func tinyDataset(t testing.TB) string {
	t.Helper()
	if err := makeFixtures(); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(fixtureDir, "data")
}

func tinyModel(t testing.TB) string {
	t.Helper()
	tinyDataset(t)
	return filepath.Join(fixtureDir, "model")
}

// copyDir returns a copy of a fixture that a test may damage.
func copyDir(t testing.TB, dir string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), filepath.Base(dir))
	if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	return to
}

// readTree returns the content of every file below a directory, by path.
func readTree(t testing.TB, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		files[strings.TrimPrefix(path, dir)] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// waitFor polls until a condition holds.
func waitFor(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); !holds(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("no %s after two minutes", what)
		}
	}
}
