package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"orrery/datasets"
	"orrery/sim/scenario/library"
)

func TestMergedShardsAreWhatOneMachineMakes(t *testing.T) {
	skipShort(t)
	dir := t.TempDir()
	line := func(out string, more ...string) []string {
		return append([]string{"gen", "pusht", "--episodes", "7", "--frames", "12", "--policy", "noise", "--out", filepath.Join(dir, out)}, more...)
	}
	mustRun(t, line("whole")...)
	for i := range 3 {
		if out := mustRun(t, line(fmt.Sprint(i), "--shard", fmt.Sprintf("%d/3", i))...); !strings.Contains(out, fmt.Sprintf("%d/3", i)) {
			t.Errorf("the summary of shard %d does not say so: %s", i, out)
		}
	}
	shard := func(i int) string { return filepath.Join(dir, strconv.Itoa(i)) }
	code, _, stderr := runLine(t.Context(), "merge", shard(2), shard(0), "--out", filepath.Join(dir, "merged"))
	if code != exitFailed || !strings.Contains(stderr, "shard 1/3 is missing") {
		t.Errorf("without a shard: exit code %d: %s", code, stderr)
	}
	mustRun(t, "merge", shard(2), shard(0), shard(1), "--out", filepath.Join(dir, "merged"))
	sameTree(t, filepath.Join(dir, "merged"), filepath.Join(dir, "whole"))

	mustRun(t, line("half", "--shard", "1/2")...)
	for i := 2; i < 4; i++ {
		mustRun(t, line(fmt.Sprintf("quarter%d", i), "--shard", fmt.Sprintf("%d/4", i))...)
	}
	quarters := []string{filepath.Join(dir, "quarter3"), filepath.Join(dir, "quarter2")}
	mustRun(t, "merge", quarters[0], quarters[1], "--shard", "1/2", "--out", filepath.Join(dir, "made"))
	sameTree(t, filepath.Join(dir, "made"), filepath.Join(dir, "half"))
}

// TestTasksEndWhenTheyAreDone holds what gen writes against the task itself.
func TestTasksEndWhenTheyAreDone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	mustRun(t, "gen", "pusht", "--episodes", "3", "--frames", "40", "--out", dir)
	pusht, err := library.Find("pusht")
	if err != nil {
		t.Fatal(err)
	}
	data := openWhole(t, dir)
	for i := range data.Episodes() {
		trajectory, err := data.Episode(t.Context(), i)
		if err != nil {
			t.Fatal(err)
		}
		outcomes, err := data.Outcomes(t.Context(), i)
		if err != nil {
			t.Fatal(err)
		}
		judge, err := pusht.Task.Judge(trajectory.Scene)
		if err != nil {
			t.Fatal(err)
		}
		for k, o := range outcomes {
			// States and actions were rounded to float32.
			reward := judge.Reward(trajectory.States[k+1], trajectory.Action(k))
			if diff := o.Reward - reward; !(diff*diff <= 1e-6) {
				t.Fatalf("episode %d: frame %d: reward %v, want %v", i, k, o.Reward, reward)
			}
			if last := k == len(outcomes)-1; o.Done != last {
				t.Fatalf("episode %d: frame %d of %d: done %t", i, k, len(outcomes), o.Done)
			}
		}
	}
}

// TestFullDiskLeavesNoBrokenDataset lets no file grow beyond a few blocks, at
// several of which another file is the first to fail.
func TestFullDiskLeavesNoBrokenDataset(t *testing.T) {
	skipShort(t)
	shell, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("no shell to limit the size of files")
	}
	whole := filepath.Join(t.TempDir(), "whole")
	mustRun(t, "gen", "mixed", "--episodes", "40", "--out", whole)
	for _, blocks := range []int{1, 60, 350} { // of 1 kB: for a block of episodes, the scenes, the frames
		out := filepath.Join(t.TempDir(), "out")
		args := []string{"gen", "mixed", "--episodes", "40", "--out", out}
		cmd := exec.Command(shell, append([]string{"-c", fmt.Sprintf(`ulimit -f %d; exec "$0" "$@"`, blocks), os.Args[0]}, args...)...)
		cmd.Env = append(os.Environ(), asProgram+"=1")
		text, err := cmd.CombinedOutput()
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != exitFailed || !strings.Contains(string(text), "file too large") {
			t.Errorf("files of %d kB: %v: %s", blocks, err, text)
		}
		if _, err := datasets.Open(t.Context(), out); !errors.Is(err, datasets.ErrUnfinished) {
			t.Errorf("files of %d kB: opening it: %v", blocks, err)
		}
		mustRun(t, append(args, "--resume")...)
		sameTree(t, out, whole)
	}
}

// TestWhatDuckDBWritesIsRead lets DuckDB write every table again, in its own
// encodings.
func TestWhatDuckDBWritesIsRead(t *testing.T) {
	dir := copyDir(t, tinyDataset(t))
	var rewritten []string
	askNode(t, &rewritten, "rewrite_parquet.mjs", dir)
	if len(rewritten) != 4 {
		t.Fatalf("rewritten: %v", rewritten)
	}
	if read(t, filepath.Join(dir, "data/chunk-000/file-000.parquet")) == read(t, filepath.Join(tinyDataset(t), "data/chunk-000/file-000.parquet")) {
		t.Error("DuckDB wrote the same bytes")
	}
	data, err := datasets.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	want := openWhole(t, tinyDataset(t))
	for i := range want.Episodes() {
		a, err := data.Episode(t.Context(), i)
		if err != nil {
			t.Fatal(err)
		}
		b, err := want.Episode(t.Context(), i)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(a, b) {
			t.Errorf("episode %d differs", i)
		}
	}
}

// TestAppendedDatasetHasTheBytesOfOneMadeAtOnce: of scenes, physics, card and command.
func TestAppendedDatasetHasTheBytesOfOneMadeAtOnce(t *testing.T) {
	skipShort(t)
	t.Parallel()
	dir := t.TempDir()
	whole, grown := filepath.Join(dir, "whole"), filepath.Join(dir, "grown")
	gen := func(out, episodes string, more ...string) []string {
		return append([]string{"gen", "reach", "--frames", "8", "--seed", "3", "--policy", "noise", "--set", "damping=0:0.5", "--out", out, "--episodes", episodes}, more...)
	}
	mustRun(t, gen(whole, "7")...)
	mustRun(t, gen(grown, "3")...)
	mustRun(t, gen(grown, "7", "--append")...)
	sameTree(t, grown, whole)
	for want, args := range map[string][]string{
		"7 episodes already, and 7 were asked for in all": gen(grown, "7", "--append"),
		"ranges is":                             gen(grown, "9", "--append", "--set", "damping=0:0.6"),
		"seed is 3 in the directory, but 4 now": gen(grown, "9", "--append", "--seed", "4"),
		"policy is":                             gen(grown, "9", "--append", "--policy", "random"),
		"--append and --force exclude":          gen(grown, "9", "--append", "--force"),
		"--append and --shard exclude":          gen(grown, "9", "--append", "--shard", "0/2"),
		"holds no dataset to extend":            gen(filepath.Join(dir, "none"), "9", "--append"),
		"--append needs --episodes":             {"gen", "reach", "--out", grown, "--append"},
		"scenario is \"reach\" in the direct":   {"gen", "mixed", "--frames", "8", "--seed", "3", "--out", grown, "--episodes", "9", "--append"},
	} {
		if code, _, stderr := runLine(t.Context(), args...); code == exitDone || !strings.Contains(stderr, want) {
			t.Errorf("%v: exit code %d, stderr %q, want %q", args, code, stderr, want)
		}
	}
	sameTree(t, grown, whole)
}
