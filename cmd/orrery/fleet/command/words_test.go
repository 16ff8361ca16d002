package command

import (
	"bytes"
	"context"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/fleet"
)

// TestFleetsAreToldInTables: what would be run, how it went on a cluster, and how far it is.
func TestFleetsAreToldInTables(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		write func(w io.Writer) error
		want  string
	}{
		{"estimates", func(w io.Writer) error {
			return estimatesInWords(w, []fleet.Estimate{
				{Stage: "a", Run: "gen", Shards: 12, Cores: 2, Left: 3, Measured: 1, Shard: 59.95, Frames: 12345, Bytes: 2e6, Seconds: 61.4, CoreHours: 1.2345},
				{Stage: "b", Run: "train", Shards: 1, Cores: 1, Left: 1, After: []string{"a", "c"}},
				{Stage: "d", Run: "eval", Shards: 1, Cores: 1, Measured: 1, Shard: 1, Bytes: 1, CoreHours: 3},
			})
		}, `
stage  shards  cores  left  frames    size  a shard  in all  core hours  after  run
a      12      2      3     1.23e+04  2MB   60s      1m1s    1.23               gen
b      1       1      1                              ?       ?           a c    train
d      1       1      0               1B    1s       done                       eval
`},
		{"outcomes", func(w io.Writer) error {
			return outcomesInWords(w, []fleet.Outcome{
				{Stage: "a", Seconds: 3600, Ideal: 60, MergeTime: 60.6, CoreHours: 1.23456, Attempts: 13, Frames: 12345, Bytes: 2e6, Requests: 9, Peak: 3.6, Loads: []fleet.Load{{Name: "cores", Busy: 0.987}, {Name: "the store", Cores: 100}}},
				{Stage: "b"},
			})
		}, `
stage  time    ideal  of it the merge  core hours  attempts  frames    size  requests  at most a second
a      1h0m0s  60s    1m1s             1.235       13        1.23e+04  2MB   9         4
b      ?: no shard of it was made; --measure makes one
a is bound by cores, 99 % of the time; the store from 100 cores on
`},
		{"progress", func(w io.Writer) error {
			return reportInWords(w, &fleet.Report{Queue: []fleet.Queued{{Job: "17", Stage: "a", State: "PENDING", Tasks: 2}}, Stages: []fleet.Progress{
				{Stage: "a", Done: 2, Tasks: 5, Running: 1, Failed: 3, CoreHours: 1.25, FramesPer: 99.6, Left: 61.7, Accused: []fleet.Case{{Task: "3", Error: "killed", Tries: 2, Log: "o/log"}, {Task: "4", Error: "no disk", Tries: 1, Log: "o/l"}}},
				{Stage: "b", Done: 1, Tasks: 1, CoreHours: 0.5, Result: "o/b"},
			}})
		}, `
stage  done  running  failed  core hours  frames/s  left  result
a      2/5   1        3       1.25        100       1m1s
b      1/1   0        0       0.5                         o/b

1.75 core hours so far
job 17: 2 tasks of a pending
a 3: killed after 2 attempts, log o/log
a 4: no disk after 1 attempt, log o/l
a: and 1 more
`},
	} {
		var out bytes.Buffer
		if err := c.write(&out); err != nil {
			t.Fatal(err)
		}
		var lines []string
		for line := range strings.Lines(out.String()) {
			lines = append(lines, strings.TrimRight(line, " \n"))
		}
		if got := strings.Join(lines, "\n"); got != strings.Trim(c.want, "\n") {
			t.Errorf("%s:\n%s\nwant%s", c.name, got, c.want)
		}
	}
}

// TestEveryFlagOfShowReachesTheCluster, and without them it is the one that the help speaks of.
func TestEveryFlagOfShowReachesTheCluster(t *testing.T) {
	t.Parallel()
	usual := showOptions{Cluster: simulatedCluster(), Bandwidth: 100e6, Latency: 5 * time.Millisecond}
	if got := usual.cluster(2 * time.Second); got != (fleet.Cluster{Cores: 10000, Failing: 0.01, Latency: 0.005, Bandwidth: 100e6, Requests: 3500, Starts: 100, Startup: 2, Seed: 1}) {
		t.Errorf("usually %+v", got)
	}
	told := showOptions{Cores: 3, Bandwidth: 7, Latency: time.Minute, Cluster: fleet.Cluster{Cores: 9, Failing: 0.5, Requests: 11, Starts: 12, Seed: 13}}
	if got := told.cluster(time.Second / 2); got != (fleet.Cluster{Cores: 3, Failing: 0.5, Latency: 60, Bandwidth: 7, Requests: 11, Starts: 12, Startup: 0.5, Seed: 13}) {
		t.Errorf("told %+v", got)
	}
}

// TestFlagsThatCannotWorkAreRefused before anything is done.
func TestFlagsThatCannotWorkAreRefused(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "fleet.yaml")
	write(t, path)
	for _, c := range []struct{ words, want string }{
		{"run FILE --on moon", `fleet run: --on "moon" must be local or slurm or kubernetes or ray`},
		{"run FILE --write there", "fleet run: --write is for --on kubernetes"},
		{"run FILE --on slurm --write there", "fleet run: --write is for --on kubernetes"},
		{"run FILE --on kubernetes --force", "fleet run: --force is of no use with --on kubernetes"},
		{"run FILE --cores 0", "cores"}, {"show FILE --cores 0", "cores"},
		{"show FILE --seed 2", "without --simulate"}, {"show FILE --failing 0.1", "without --simulate"}, {"show FILE --latency 1s", "without --simulate"},
		{"show FILE --bandwidth 1MB", "without --simulate"}, {"show FILE --requests 1", "without --simulate"}, {"show FILE --starts 1", "without --simulate"},
		{"show FILE --simulate --failing 1", "failing"}, {"show FILE --simulate --failing -0.1", "failing"},
		{"work FILE data 0", "must be in the current directory"}, {"work FILE none 0", "none"},
	} {
		cmd := Program{Takes: func([]string) error { return nil }}.Command()
		cmd.SilenceUsage, cmd.SilenceErrors = true, true
		cmd.SetArgs(strings.Fields(strings.Replace(c.words, "FILE", path, 1)))
		cmd.SetOut(io.Discard)
		cmd.SetErr(io.Discard)
		if err := cmd.ExecuteContext(context.Background()); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.words, err, c.want)
		} else if !console.IsUsage(err) && !strings.Contains(err.Error(), "invalid argument") && !strings.HasPrefix(c.words, "work") {
			t.Errorf("%s: %v is no mistake of usage", c.words, err)
		}
	}
}
