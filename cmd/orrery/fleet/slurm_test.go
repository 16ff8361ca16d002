package fleet

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// fakeSlurm puts programs that take the place of Slurm's on the path, and returns the folder of their files.
func fakeSlurm(t *testing.T, most int) string {
	t.Helper()
	dir := t.TempDir()
	programs, err := filepath.Abs("testdata/slurm")
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"last": "100\n", "queue": "", "account": "", "most": fmt.Sprint(most)} {
		put(t, filepath.Join(dir, name), text)
	}
	t.Setenv("FAKES", dir)
	t.Setenv("PATH", programs+":"+os.Getenv("PATH"))
	t.Setenv("AWS_SECRET_ACCESS_KEY", "hush")
	return dir
}

func put(t testing.TB, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
}

func get(t testing.TB, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

const array = `format: 1
out: o
slurm: {partition: p, account: a, at_once: 3, options: ["--constraint=avx2"]}
stages:
  - {name: data, run: gen fine, shards: 12, resources: {cores: 2, memory: 1.5GB, time: 90s}, retries: 3}
  - {name: model, run: "train {data}"}
  - {name: score, run: "eval {model} --data {data}", shards: 2}
`

// TestSlurmGetsArraysThatFitAndWait: no number of an array is above what Slurm takes, a merge waits for
// the end of all, and what follows for success. Nothing of the environment but names is said.
func TestSlurmGetsArraysThatFitAndWait(t *testing.T) {
	dir := fakeSlurm(t, 5)
	p := planned(t, array)
	if err := p.Begin(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(p.at(p.shard(p.Steps[0], 7)), "meta", "info.json"), "{}") // one is done
	batches, err := p.Submit(t.Context(), "/opt/orrery", false)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"101 data 0 [0 1 2 3 4] --array=0-4%3",
		"102 data 5 [5 6 8 9] --array=0-1,3-4%3",
		"103 data 10 [10 11] --array=0-1%3",
		"104 data 0 [-1] --dependency=afterany:101:102:103",
		"105 model 0 [0] --dependency=afterok:104",
		"106 score 0 [0 1] --array=0-1%3 --dependency=afterok:104:105",
		"107 score 0 [-1] --dependency=afterany:106",
	}
	var got []string
	for _, b := range batches {
		line := fmt.Sprint(b.Job, " ", b.Stage, " ", b.Offset, " ", b.Tasks)
		for _, arg := range strings.Split(get(t, filepath.Join(dir, b.Job+".args")), "\n") {
			if strings.HasPrefix(arg, "--array") || strings.HasPrefix(arg, "--dependency") {
				line += " " + arg
			}
			if strings.Contains(arg, "hush") {
				t.Errorf("a secret is on the command line: %s", arg)
			}
		}
		got = append(got, line)
	}
	if !slices.Equal(got, want) {
		t.Errorf("submitted\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	args := strings.Split(get(t, filepath.Join(dir, "102.args")), "\n")
	for _, want := range []string{
		"--parsable", "--requeue", "--cpus-per-task=2", "--mem=1431M", "--time=7", "--partition=p", "--account=a", "--constraint=avx2",
		"--output=/dev/null", "--chdir=" + p.folder(), "--job-name=orrery-data", "--nodes=1", "--ntasks=1",
	} {
		if !slices.Contains(args, want) {
			t.Errorf("sbatch lacks %s: %q", want, args)
		}
	}
	for _, arg := range args {
		if names, ok := strings.CutPrefix(arg, "--export="); ok && (!strings.Contains(names, "AWS_SECRET_ACCESS_KEY") || !strings.Contains(names, "PATH") || strings.Contains(names, "FAKES")) {
			t.Errorf("passed on: %s", names)
		}
	}
	for job, want := range map[string]string{
		"102": "task=$((SLURM_ARRAY_TASK_ID + 5))", "104": "task=merge", "105": "task=0",
	} {
		if script := get(t, filepath.Join(dir, job+".sh")); !strings.Contains(script, "\n"+want+"\n") || !strings.Contains(script, "/opt/orrery fleet work fleet.yaml ") || strings.Contains(script, "hush") {
			t.Errorf("job %s is\n%s", job, script)
		}
	}
	if script := get(t, filepath.Join(dir, "102.sh")); !strings.Contains(script, "-gt 3 ]") {
		t.Errorf("the script does not try again three times:\n%s", script)
	}
}

// TestSlurmRunsEverythingThere is to run, with failures that pass and one that does not.
func TestSlurmRunsEverythingThere(t *testing.T) {
	dir := fakeSlurm(t, 5)
	put(t, filepath.Join(dir, "run"), "")
	p := planned(t, strings.Replace(array, "gen fine", "gen flaky:7", 1)+"  - {name: bad, run: \"gen fails:1\", shards: 3, retries: 1}\n  - {name: wrong, run: gen refuses, retries: 5}\n")
	if _, err := p.Submit(t.Context(), os.Args[0], false); err != nil {
		t.Fatal(err)
	}
	for stage, want := range map[string]string{
		"data":  "map[0:done 1:done 10:done 11:done 2:done 3:done 4:done 5:done 6:done 7:failed done 8:done 9:done merge:done]",
		"model": "map[0:done]", "score": "map[0:done 1:done merge:done]", "bad": "map[0:done 1:failed failed 2:done]", "wrong": "map[0:failed]",
	} {
		if got := fmt.Sprint(conditions(t, p, stage)); got != want {
			t.Errorf("%s: %s, want %s", stage, got, want)
		}
	}
	err := p.Await(t.Context(), &strings.Builder{})
	if err == nil || !strings.Contains(err.Error(), "bad 1: as it was told (log ") || !strings.Contains(err.Error(), "wrong 0: no such scenario (log ") || strings.Contains(err.Error(), "data") {
		t.Error(err)
	}
	if said := get(t, p.at("o/.fleet/bad/of-3/logs/merge.slurm")); !strings.Contains(said, "shards are missing: bad 1/3: as it was told (log ") {
		t.Errorf("the merge says %q", said)
	}
	batches, err := p.Submit(t.Context(), os.Args[0], false) // of what is missing alone
	if err != nil || len(batches) != 3 || fmt.Sprint(batches[0].Tasks, batches[1].Tasks, batches[2].Tasks) != "[1] [-1] [0]" {
		t.Errorf("submitted again: %v, %v", batches, err)
	}
}

// TestSlurmIsNotAskedTwice: what is in the queue is not queued again, and a report says what is.
func TestSlurmIsNotAskedTwice(t *testing.T) {
	dir := fakeSlurm(t, 8) // so that the stage has two arrays
	p := planned(t, array)
	if _, err := p.Submit(t.Context(), "orrery", false); err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(dir, "queue"), "101_3 RUNNING\n101_4 PENDING\n101_5 PENDING\n101_0 COMPLETED\n102 PENDING\n99 RUNNING\n")
	for _, force := range []bool{false, true} { // a stage that is queued loses nothing by force
		q := replanned(t, p, strings.Replace(array, "gen fine", "gen flaky", 1))
		if _, err := q.Submit(t.Context(), "orrery", force); err == nil || !strings.Contains(err.Error(), "jobs 101, 102 of this fleet are still in the queue") {
			t.Error(err)
		}
		if n, err := p.readNote(p.Steps[0]); err != nil || n == nil || n.Run != "gen fine" {
			t.Errorf("the stage that is queued was begun anew: %+v, %v", n, err)
		}
	}
	put(t, filepath.Join(dir, "account"), "101_2|OUT_OF_MEMORY\n101_12|FAILED\n101_0|COMPLETED\n101_4|CANCELLED by 0\n98_1|FAILED\n102_1|TIMEOUT\n")
	s := p.Steps[0]
	r, log, err := p.begins(s, 2, "")
	if err != nil {
		t.Fatal(err)
	}
	log.Close()
	report, err := p.Report(t.Context())
	if err == nil {
		err = p.AddQueue(t.Context(), report)
	}
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(report.Queue); got != "[{101 data PENDING 2} {102 data PENDING 1} {101 data RUNNING 1}]" {
		t.Errorf("queue %s", got)
	}
	g := report.Stages[0]
	if want := []Case{{"2", 1, "Slurm says OUT_OF_MEMORY", p.LogPath(s, r)}, {"4", 0, "Slurm says CANCELLED", ""}, {"9", 0, "Slurm says TIMEOUT", ""}}; !slices.Equal(g.Accused, want) || g.Failed != 3 || g.Running != 0 {
		t.Errorf("%+v", g)
	}
	put(t, filepath.Join(dir, "queue"), "")
	put(t, filepath.Join(dir, "fails"), "")
	if _, err := p.Submit(t.Context(), "orrery", false); err == nil || !strings.Contains(err.Error(), "stage data: sbatch: exit status 1: sbatch: error: invalid partition") {
		t.Error(err)
	}
	t.Setenv("PATH", t.TempDir())
	if _, err := planned(t, array).Submit(t.Context(), "orrery", false); err == nil || !strings.Contains(err.Error(), "the program scontrol is not on the path") {
		t.Error(err)
	}
}

func TestRangesAreShort(t *testing.T) {
	t.Parallel()
	if got := ranges([]int{10, 11, 12, 14, 17, 18}, 10); got != "0-2,4,7-8" {
		t.Error(got)
	}
}

// TestAFewFailedLooksAreNoFailure of the run: squeue may be out of order for a while, but not for ever.
func TestAFewFailedLooksAreNoFailure(t *testing.T) {
	dir := fakeSlurm(t, 1001)
	defer func(usual time.Duration) { pause = usual }(pause)
	pause = 10 * time.Microsecond
	put(t, filepath.Join(dir, "run"), "")
	p := planned(t, "format: 1\nout: o\nstages:\n  - {name: data, run: gen fine, shards: 2}\n")
	if _, err := p.Submit(t.Context(), os.Args[0], false); err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(dir, "blind"), "9")
	if err := p.Await(t.Context(), io.Discard); err != nil {
		t.Error(err)
	}
	put(t, filepath.Join(dir, "blind"), "10")
	if err := p.Await(t.Context(), io.Discard); err == nil || !strings.Contains(err.Error(), "squeue: exit status 1: squeue: error: unable to contact the controller") {
		t.Error(err)
	}
}

// TestLooksThatFailComeLater, and the count begins anew after one that succeeds.
func TestLooksThatFailComeLater(t *testing.T) {
	t.Parallel()
	l, failure := looking{every: time.Millisecond}, errors.New("blind")
	began := time.Now()
	for range 5 {
		if err := l.wait(t.Context(), failure); err != nil {
			t.Fatal(err)
		}
	}
	if waited := time.Since(began); waited < 62*time.Millisecond {
		t.Errorf("%v for five looks that fail, want 2+4+8+16+32 ms at least", waited)
	}
	if err := l.wait(t.Context(), nil); err != nil || l.failed != 0 {
		t.Errorf("%v after a look that succeeds, %d count as failed", err, l.failed)
	}
	l.failed = mostFailed - 1
	if err := l.wait(t.Context(), failure); err != failure {
		t.Errorf("after ten: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := (&looking{every: time.Hour}).wait(ctx, nil); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
