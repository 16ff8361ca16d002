package fleet

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestSizesAndTimesHaveUnits: powers of a thousand, and a second at least.
func TestSizesAndTimesHaveUnits(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Size{
		"1B": 1, "500MB": 500e6, "2GB": 2e9, "1.5 TB": 15e11, "3kB": 3000, "0.5kB": 500, "0.5B": 0, "0GB": 0, "-1GB": 0, "2": 0, "2GiB": 0, "GB": 0, "": 0,
		"1.1e6TB": 11e17, "1.2e6TB": 0, // less than 2⁶⁰ B
	} {
		var s Size
		err := s.UnmarshalText([]byte(text))
		if s != want || (err == nil) != (want > 0) || err != nil && err.Error() != fmt.Sprintf("%q must be a size above 0 with its unit, such as 500MB or 2GB", text) {
			t.Errorf("%q is %d B, want %d, %v", text, s, want, err)
		}
	}
	for size, want := range map[Size]string{0: "0B", 1: "1B", 999: "999B", 1000: "1kB", 1234567: "1.23MB", 2e9: "2GB", 15e11: "1.5TB"} {
		if got, err := size.MarshalText(); string(got) != want || err != nil {
			t.Errorf("%d B is written %s, want %s", size, got, want)
		}
	}
	for size, want := range map[Size]int64{1: 1, 1 << 20: 1, 1<<20 + 1: 2, 2e9: 1908} {
		if got := size.megabytes(); got != want {
			t.Errorf("%v is %d MiB, want %d", size, got, want)
		}
	}
	for text, want := range map[string]time.Duration{"90s": 90 * time.Second, "2h30m": 150 * time.Minute, "1s": time.Second, "999ms": 0, "90": 0, "-2h": 0} {
		var s Span
		err := s.UnmarshalText([]byte(text))
		if time.Duration(s) != want || (err == nil) != (want > 0) || err != nil && !strings.Contains(err.Error(), "must be a time of at least a second with its unit") {
			t.Errorf("%q is %v, want %v, %v", text, time.Duration(s), want, err)
		}
	}
}

// TestReportsSayWhatIsMissing: of each stage that is not whole its failures, or how many tasks are done.
func TestReportsSayWhatIsMissing(t *testing.T) {
	t.Parallel()
	r := &Report{}
	if r.missing() != nil || r.fraction() != 0 || r.remark() != "0/0 tasks, 0 at work" {
		t.Errorf("of nothing %v is missing, %q", r.missing(), r.remark())
	}
	r.Stages = []Progress{
		{Stage: "whole", Result: "o/whole", Tasks: 2, Done: 2, Accused: []Case{{Task: "7"}}},
		{Stage: "bad", Tasks: 6, Done: 1, Running: 1, Failed: 2, Accused: []Case{{"3", 2, "no room", "o/3.log"}, {"4", 1, "", "o/4.log"}}},
		{Stage: "later", Tasks: 4, Running: 2},
	}
	const want = "bad 3: no room (log o/3.log), tried 2 times; bad 4: lost (log o/4.log), tried once; later: 0 of 4 tasks are done"
	if err := r.missing(); err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
	if r.fraction() != 0.25 || r.remark() != "3/12 tasks, 3 at work, 2 failed" {
		t.Errorf("%v, %q", r.fraction(), r.remark())
	}
}

// TestProgressIsThatOfTheLastAttempts: the pace is of what is done, what is left is told while something runs, and twenty failures are named.
func TestProgressIsThatOfTheLastAttempts(t *testing.T) {
	t.Parallel()
	p := planned(t, "format: 1\nout: o\nstages:\n  - {name: data, run: gen fine, shards: 30}\n")
	s := p.Steps[0]
	began := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	note := func(task, attempt int, c Condition, after, seconds float64) {
		t.Helper()
		r := &Record{Task: TaskName(task), Attempt: attempt, Mark: "m", Cores: 2, Condition: c, Began: began.Add(time.Duration(after * float64(time.Second))), Seconds: seconds, Frames: 100, Bytes: 10, Error: "why"}
		if err := p.write(s, r); err != nil {
			t.Fatal(err)
		}
	}
	note(0, 1, Failed, 0, 5) // and again
	note(0, 2, Done, 10, 20)
	note(1, 1, Done, 5, 30)
	note(2, 1, Running, 35, 900)
	for task := 3; task < 25; task++ {
		note(task, 1, Failed, 1, 1)
	}
	note(25, 1, Stopped, 1, 1)
	note(26, 1, Lost, 1, 1)
	g, err := p.progress(s)
	if err != nil {
		t.Fatal(err)
	}
	if g.Tasks != 31 || g.Done != 2 || g.Running != 1 || g.Failed != 23 || g.Attempts != 28 || g.Frames != 200 || g.Bytes != 20 || g.Seconds != 25 || len(g.Accused) != 20 || g.Result != "" {
		t.Errorf("%+v", g)
	}
	// From the first attempt to the end of the last shard that is done there are 35 s.
	if want := 2 * (5 + 20 + 30 + 900 + 24.) / 3600; !(max(g.CoreHours-want, want-g.CoreHours) <= 1e-9) || !(max(g.FramesPer-200./35, 200./35-g.FramesPer) <= 1e-9) || g.Left != 35./2*29 {
		t.Errorf("%v core hours, want %v; %v frames/s; %v s are left", g.CoreHours, want, g.FramesPer, g.Left)
	}
	if c := g.Accused[0]; c.Task != "10" || c.Tries != 1 || c.Error != "why" || c.Log != p.LogPath(s, &Record{Task: "10", Attempt: 1}) {
		t.Errorf("%+v", c)
	}
	for task, want := range map[int]string{Merge: "data merge", 3: "data 3/30"} {
		if got := s.Label(task); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	if err := p.bury(s, 2, "other"); err != nil {
		t.Fatal(err)
	}
	if a, err := p.attempts(s, 2); err != nil || len(a) != 1 || a[0].Condition != Running {
		t.Errorf("the attempt of another is buried: %+v, %v", a, err)
	}
	if a, err := p.attempts(s, 0); err != nil || len(a) != 2 || a[0].Condition != Failed || a[1].Condition != Done {
		t.Errorf("%+v, %v", a, err)
	}
	put(t, p.attemptPath(s, noteFolder, "27", 1, "json"), "{")
	if _, err := p.Records(s); err == nil || !strings.Contains(err.Error(), "27.1.json: ") {
		t.Error(err)
	}
	if _, err := p.Report(t.Context()); err == nil {
		t.Error("a record that is no record is read")
	}
}

// TestSlurmIsBelievedWhereATaskSaidNothing: who said why it failed is believed itself, and twenty failures are named.
func TestSlurmIsBelievedWhereATaskSaidNothing(t *testing.T) {
	t.Parallel()
	p := planned(t, "format: 1\nout: o\nstages:\n  - {name: data, run: gen fine, shards: 30}\n")
	s := p.Steps[0]
	if err := p.write(s, &Record{Task: "4", Attempt: 1, Condition: Running, Began: time.Now()}); err != nil {
		t.Fatal(err)
	}
	g := &Progress{Stage: "data", Running: 1, Failed: 2, Accused: []Case{{"1", 1, "no room", ""}, {"2", 1, "", ""}}}
	for _, task := range []int{1, 2, 3, 4} {
		if err := p.blame(g, s, account{"data", task, "TIMEOUT"}); err != nil {
			t.Fatal(err)
		}
	}
	want := []Case{{"1", 1, "no room", ""}, {"2", 1, "Slurm says TIMEOUT", ""}, {"3", 0, "Slurm says TIMEOUT", ""}, {"4", 1, "Slurm says TIMEOUT", p.LogPath(s, &Record{Task: "4", Attempt: 1})}}
	if fmt.Sprint(g.Accused) != fmt.Sprint(want) || g.Failed != 4 || g.Running != 0 {
		t.Errorf("%+v, want %+v; %d failed, %d run", g.Accused, want, g.Failed, g.Running)
	}
	g.Accused = make([]Case, mostCases)
	if err := p.blame(g, s, account{"data", 9, "TIMEOUT"}); err != nil || len(g.Accused) != 20 || g.Failed != 4 {
		t.Errorf("%d are accused, %v", len(g.Accused), err)
	}
}

// TestStagesMayUseWhatTheFileSays unless they say otherwise, each of the three by itself.
func TestStagesMayUseWhatTheFileSays(t *testing.T) {
	t.Parallel()
	f := &File{Resources: Resources{Cores: 3, Memory: 2e9, Time: Span(time.Hour)}}
	for _, c := range []struct{ own, want Resources }{
		{Resources{}, f.Resources},
		{Resources{Cores: 5}, Resources{5, 2e9, Span(time.Hour)}},
		{Resources{Memory: 1e9}, Resources{3, 1e9, Span(time.Hour)}},
		{Resources{Time: Span(time.Minute)}, Resources{3, 2e9, Span(time.Minute)}},
	} {
		if got := f.resources(&Stage{Resources: c.own}); got != c.want {
			t.Errorf("%+v beside the file's is %+v, want %+v", c.own, got, c.want)
		}
	}
	if got := (&File{}).resources(&Stage{}); got != (Resources{Cores: 1}) {
		t.Errorf("where nothing is said a task has %+v", got)
	}
	none, some := 0, 7
	for _, c := range []struct {
		own, file *int
		want      int
	}{{nil, nil, 2}, {nil, &some, 7}, {&none, &some, 0}, {&some, &none, 7}} {
		if got := (&File{Retries: c.file}).retries(&Stage{Retries: c.own}); got != c.want {
			t.Errorf("%d retries, want %d", got, c.want)
		}
	}
}
