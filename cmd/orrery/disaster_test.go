package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"orrery/datasets"
	"orrery/sim"
)

// maker is a command line, short of the path at its end, that makes a dataset or an
// export.
type maker struct {
	name    string
	line    []string
	resumes bool // other than an export, which is whole or absent
}

// makers returns every command that makes much, and what they need.
func makers(t testing.TB) []maker {
	t.Helper()
	dir := t.TempDir()
	gen := []string{"gen", "billiards", "--set", "bodies=2", "--episodes", "70", "--frames", "30"}
	data, table := filepath.Join(dir, "data"), filepath.Join(dir, "table.csv")
	mustRun(t, append(gen, "--out", data)...)
	mustRun(t, "export", data, "--to", "csv", "--out", table)
	scenes := sceneFolder(t, data)
	merge := []string{"merge"}
	for i := range 3 {
		shard := filepath.Join(dir, fmt.Sprint(i))
		mustRun(t, append(gen, "--shard", fmt.Sprintf("%d/3", i), "--out", shard)...)
		merge = append(merge, shard)
	}
	all := []maker{{"gen", gen, true}, {"import", []string{"import", "csv", table, "--scenes", scenes, "--split", "val=0.2,test=0.1"}, true}, {"merge", merge, true}}
	for _, format := range formatsOfAny {
		all = append(all, maker{"export to " + format, []string{"export", data, "--to", format}, false})
	}
	for i, m := range all {
		if m.resumes {
			all[i].line = append(slices.Clone(m.line), "--resume")
		}
		all[i].line = append(all[i].line, "--out")
	}
	return all
}

// finished reports whether there is a whole dataset or export at a path.
func (m *maker) finished(t testing.TB, out string) bool {
	t.Helper()
	if !m.resumes {
		return has(t, out)
	}
	_, err := datasets.Open(t.Context(), out)
	if err != nil && has(t, filepath.Join(out, ".partial")) && !errors.Is(err, datasets.ErrUnfinished) {
		t.Errorf("%s: what is unfinished opens with %v", m.name, err)
	}
	return err == nil
}

var kills = flag.Int("kills", 10, "how often TestKilledAtAnyMomentTheSameBytesFollow kills each command")

// TestKilledAtAnyMomentTheSameBytesFollow kills gen, import, merge and export at random
// moments, again and again until one has ended, and then from the start. `make check` does
// so 50 times.
func TestKilledAtAnyMomentTheSameBytesFollow(t *testing.T) {
	skipShort(t)
	t.Parallel()
	for _, m := range makers(t) {
		t.Run(m.name, func(t *testing.T) {
			random, want := sim.NewRand(1, m.name, 0), *kills
			if !m.resumes {
				want = (want + len(formatsOfAny) - 1) / len(formatsOfAny)
			}
			whole, cut := filepath.Join(t.TempDir(), "out"), filepath.Join(t.TempDir(), "out")
			began := time.Now()
			cmd, stderr := start(t, append(m.line, whole)...)
			if err := cmd.Wait(); err != nil {
				t.Fatalf("%v: %s", err, stderr)
			}
			usual, killed := time.Since(began), 0
			for killed < want && !t.Failed() {
				if m.finished(t, cut) {
					if m.resumes {
						mustRun(t, append(m.line, cut)...) // clears away what a kill right after the end left
					}
					sameTree(t, cut, whole)
					if err := os.RemoveAll(cut); err != nil {
						t.Fatal(err)
					}
				}
				cmd, _ := start(t, append(m.line, cut)...)
				time.Sleep(time.Duration(random.Float64() * float64(usual)))
				if cmd.Process.Signal(syscall.SIGKILL); cmd.Wait() != nil {
					killed++
				}
			}
			if m.resumes || !m.finished(t, cut) {
				mustRun(t, append(m.line, cut)...)
			}
			sameTree(t, cut, whole)
			if entries, err := os.ReadDir(filepath.Dir(cut)); err != nil || len(entries) != 1 {
				t.Errorf("left %v behind (%v)", entries, err)
			}
		})
	}
}

// TestFullDiskIsAClearError gives each command file systems in memory that are too small
// for it. What is there when it has failed goes on elsewhere.
func TestFullDiskIsAClearError(t *testing.T) {
	skipShort(t)
	t.Parallel()
	const onSmallDisk = `mount -t tmpfs -o size=$0k tmpfs "$1" || exit 99
disk=$1 saved=$2; shift 2
"$@" "$disk/out"; code=$?
cp -a "$disk/." "$saved" && exit $code`
	for _, m := range makers(t) {
		t.Run(m.name, func(t *testing.T) {
			whole := filepath.Join(t.TempDir(), "out")
			mustRun(t, append(m.line, whole)...)
			size := 0
			for _, text := range readTree(t, whole) {
				size += len(text)
			}
			for _, share := range []float64{0.3, 0.9} {
				disk, saved := t.TempDir(), t.TempDir()
				args := []string{"-rm", "bash", "-c", onSmallDisk, fmt.Sprint(int(share*float64(size)) >> 10), disk, saved, os.Args[0]}
				cmd := exec.Command("unshare", append(args, m.line...)...)
				cmd.Env = append(os.Environ(), asProgram+"=1")
				text, _ := cmd.CombinedOutput()
				if code := cmd.ProcessState.ExitCode(); code == 99 || cmd.ProcessState == nil || strings.HasPrefix(string(text), "unshare") {
					t.Skipf("no small disk can be made here: %s", text)
				} else if code != exitFailed || !strings.Contains(string(text), "no space left on device") {
					t.Errorf("%.0f %% of the room: exit code %d: %s", 100*share, code, text)
				}
				out := filepath.Join(saved, "out")
				if m.finished(t, out) {
					t.Fatalf("%.0f %% of the room are enough", 100*share)
				}
				mustRun(t, append(m.line, out)...)
				sameTree(t, out, whole)
				if entries, err := os.ReadDir(saved); err != nil || len(entries) != 1 {
					t.Errorf("left %v behind (%v)", entries, err)
				}
			}
		})
	}
}
