package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// soon is the second within which an interrupted command has to end, and more for machines that
// are slow or busy. The work below would take longer. That the program leaves itself less than a
// second is held by a test of its own.
const soon = time.Minute

// said is what a process has written, safe to look at while it writes more.
type said struct {
	mutex sync.Mutex
	text  bytes.Buffer
}

func (w *said) Write(p []byte) (int, error) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	return w.text.Write(p)
}

func (w *said) String() string {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	return w.text.String()
}

// interruption is a command line that is stopped while it is at work.
type interruption struct {
	name  string
	args  []string
	when  func(stderr string) bool // it has come to the stage to be stopped in
	want  string                   // end of what it says then
	gone  string                   // a pattern of what must not be left, if any
	piped bool                     // standard input is a pipe into which nobody writes
}

// TestInterruptedCommandsEndAtOnce stops real processes, each in another stage of its
// work, by both signals in turn.
func TestInterruptedCommandsEndAtOnce(t *testing.T) {
	skipShort(t)
	t.Parallel()
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	long := in("long")
	mustRun(t, "gen", "billiards", "--episodes", "1", "--frames", "60000", "--out", long)
	table := in("long.csv")
	mustRun(t, "export", long, "--to", "csv", "--out", table)
	slow := in("slow")
	mustRun(t, "train", tinyDataset(t), "--model", "interaction", "--width", "256", "--steps", "1", "--out", slow)
	// A file of a dataset that nothing comes out of stands for one on a slow disk.
	stuck := in("stuck")
	mustRun(t, "gen", "billiards", "--episodes", "2", "--frames", "2", "--shard", "0/2", "--out", stuck)
	mustRun(t, "gen", "billiards", "--episodes", "2", "--frames", "2", "--shard", "1/2", "--out", in("rest"))
	if err := errors.Join(os.Remove(filepath.Join(stuck, "README.md")), syscall.Mkfifo(filepath.Join(stuck, "README.md"), 0o644)); err != nil {
		t.Fatal(err)
	}
	started := func(out string) func(string) bool {
		return func(string) bool { return has(t, in(out+"/.partial/plan.json")) }
	}
	says := func(text string) func(string) bool {
		return func(stderr string) bool { return strings.Contains(stderr, text) }
	}
	draft := func(out string) func(string) bool {
		return func(string) bool { return has(t, in("."+out+".*")) }
	}
	for i, c := range []interruption{
		{"gen within an episode", []string{"gen", "pile", "--episodes", "1", "--frames", "1000000", "--out", in("gen")},
			says("generating pile"), "orrery: interrupted: --resume completes " + in("gen") + "\n", "", false},
		{"gen before its first progress", []string{"gen", "pile", "--episodes", "1000000", "--frames", "100", "--out", in("many")},
			started("many"), "orrery: interrupted: --resume completes " + in("many") + "\n", "", false},
		{"import from a pipe", []string{"import", "csv", "-", "--fps", "60", "--out", in("piped")},
			says("looking for the episodes of stdin …"), "orrery: interrupted: --resume completes " + in("piped") + "\n", in("piped"), true},
		{"import within an episode", []string{"import", "csv", table, "--fps", "60", "--out", in("imported")},
			started("imported"), "orrery: interrupted: --resume completes " + in("imported") + "\n", "", false},
		{"import while a recording is read", []string{"import", "csv", table, "--fps", "60", "--noise", "1mm", "--out", in("recorded")},
			says("reading long.csv"), "orrery: interrupted: --resume completes " + in("recorded") + "\n", in("recorded"), false},
		{"inspect of a recording", []string{"inspect", table, "--fps", "60"}, says("reading long.csv"), "orrery: interrupted\n", "", false},
		{"export to csv", []string{"export", long, "--to", "csv", "--out", in("again.csv")}, draft("again.csv"), "orrery: interrupted\n", in("again.csv"), false},
		{"export to mcap", []string{"export", long, "--to", "mcap", "--out", in("film.mcap")}, draft("film.mcap"), "orrery: interrupted\n", in("film.mcap"), false},
		{"eval while it measures", []string{"eval", tinyModel(t), "--sets", "billiards", "--episodes", "300"}, says("evaluating"), "orrery: interrupted\n", "", false},
		{"eval of long rollouts", []string{"eval", tinyModel(t), "--data", long, "--endurance", "100000000"}, says("enduring"), "orrery: interrupted\n", "", false},
		{"eval while it makes sets", []string{"eval", tinyModel(t), "--sets", "pile", "--episodes", "100000"}, says("orrery gen"), "orrery: interrupted\n", "", false},
		{"surprise", []string{"surprise", slow, long, "--split", "all"}, says("finding how noisy"), "orrery: interrupted\n", "", false},
		{"identify", []string{"identify", long, "--split", "all", "--json"}, says("identifying"), "orrery: interrupted\n", "", false},
		{"render of a GIF", []string{"render", long, "--out", in("long.gif")}, says("drawing"), "orrery: interrupted\n", in("long.gif"), false},
		{"inspect", []string{"inspect", stuck}, says("checking "), "orrery: interrupted\n", "", false},
		{"inspect of every row", []string{"inspect", "--deep", stuck}, says("checking "), "orrery: interrupted\n", "", false},
		{"merge", []string{"merge", stuck, in("rest"), "--out", in("merged")}, says("merging "), "orrery: interrupted: --resume completes " + in("merged") + "\n", in("merged/data"), false},
		{"export to stdout", []string{"export", long, "--to", "mcap", "--out", "-"}, says("exporting to mcap"), "orrery: interrupted\n", "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			cmd := exec.Command(os.Args[0], c.args...)
			cmd.Env = append(os.Environ(), asProgram+"=1")
			var stderr said
			cmd.Stderr = &stderr
			if c.piped {
				r, w, err := os.Pipe()
				if err != nil {
					t.Fatal(err)
				}
				defer r.Close()
				defer w.Close()
				cmd.Stdin = r
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			defer cmd.Process.Kill()
			waitFor(t, "stage to be stopped in", func() bool { return c.when(stderr.String()) })
			begin := time.Now()
			mustDie(t, cmd, []os.Signal{os.Interrupt, syscall.SIGTERM}[i%2])
			if took := time.Since(begin); took > soon {
				t.Errorf("it took %v to end", took)
			}
			if code := cmd.ProcessState.ExitCode(); code != exitFailed || !strings.HasSuffix(stderr.String(), c.want) {
				t.Errorf("exit code %d, stderr %q, want %q in the end", code, stderr.String(), c.want)
			}
			if c.gone != "" && has(t, c.gone) {
				t.Errorf("%s is there", c.gone)
			}
		})
	}
}
