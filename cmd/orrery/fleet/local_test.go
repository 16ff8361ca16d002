package fleet

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"orrery/cmd/orrery/console"
	"orrery/datasets/shard"
	"orrery/datasets/storage"
)

// TestMain runs the tests or, called with "fleet work FILE STAGE TASK", does a task as orrery
// does, with commands that only pretend, or, with "-m orrery.ray", has tasks done as Ray does.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "-m" {
		if err := pretendRay(os.Stdin); err != nil {
			fmt.Fprintln(os.Stderr, "orrery:", err)
			os.Exit(3)
		}
		os.Exit(0)
	}
	if len(os.Args) < 6 || os.Args[1] != "fleet" {
		os.Exit(m.Run())
	}
	if err := workAsTold(os.Args[3:]); err != nil {
		fmt.Fprintln(os.Stderr, "orrery:", err)
		if console.IsUsage(err) {
			os.Exit(Hopeless)
		}
		os.Exit(1)
	}
}

func workAsTold(args []string) error {
	f, err := Read(args[0])
	if err != nil {
		return err
	}
	p, err := NewPlan(f, nil)
	if err != nil {
		return err
	}
	s, err := p.Find(args[1])
	if err != nil {
		return err
	}
	task, err := strconv.Atoi(args[2])
	if args[2] == "merge" {
		task, err = Merge, nil
	}
	if err != nil {
		return err
	}
	ctx, cut := signal.NotifyContext(context.Background(), os.Interrupt)
	defer cut()
	if slices.Contains(args, "--tied") {
		go func() {
			_, _ = io.Copy(io.Discard, os.Stdin)
			cut()
		}()
	}
	mark := ""
	if i := slices.Index(args, "--mark"); i >= 0 {
		mark = args[i+1]
	}
	return p.Work(ctx, s, task, mark, pretend)
}

// pretend does a line as its second word says, on shards whose number the word names if it does:
// nothing, fail, fail for good, fail the first time, panic, crash, die, wait, or take long to stop. What it makes says how.
func pretend(ctx context.Context, out, _ io.Writer, args []string) error {
	flag := func(name string) string {
		if i := slices.Index(args, name); i >= 0 {
			return args[i+1]
		}
		return ""
	}
	dir := flag("--out")
	index, _, _ := strings.Cut(flag("--shard"), "/")
	what, which, _ := strings.Cut(args[1], ":")
	if which != "" && which != index {
		what = "fine"
	}
	fmt.Fprintf(out, "pretending %s\n", what)
	switch what {
	case "fails":
		return errors.New("as it was told")
	case "refuses":
		return console.Usagef("no such scenario")
	case "flaky":
		if first(dir) {
			return errors.New("the first time")
		}
	case "panics":
		panic("as it was told")
	case "crashes":
		if first(dir) {
			go func() { panic("as it was told") }() // which nobody can recover
			select {}
		}
	case "dies":
		if first(dir) {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
	case "waits":
		<-ctx.Done()
		return ctx.Err()
	case "lingers":
		<-ctx.Done()
		time.Sleep(600 * time.Millisecond)
		return ctx.Err()
	}
	last := shard.DatasetFile
	switch args[0] {
	case "merge":
		for _, name := range []string{last, "result.json"} {
			if _, err := os.Stat(filepath.Join(args[len(args)-1], name)); err == nil {
				last = name
			}
		}
		if _, err := os.Stat(filepath.Join(args[len(args)-1], "shard.json")); err == nil {
			last = "metrics.json"
		}
	case "train":
		last = "model.safetensors"
	case "eval":
		last = "shard.json"
	}
	path := filepath.Join(dir, filepath.FromSlash(last))
	return errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte("{}"), 0o600))
}

// first reports whether it is called for the first time for a folder.
func first(dir string) bool {
	tried := filepath.Clean(dir) + ".tried"
	if err := os.MkdirAll(filepath.Dir(tried), 0o755); err != nil {
		panic(err)
	}
	return os.Mkdir(tried, 0o755) == nil
}

// run runs a plan with so many cores, and returns what it says of itself, too.
func run(t testing.TB, p *Plan, cores int) (log string, err error) {
	t.Helper()
	if err := p.Begin(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	err = Local{Program: []string{os.Args[0], "fleet", "work"}, Cores: cores, Log: &said}.Run(t.Context(), p)
	return said.String(), err
}

// conditions returns how the attempts at each task ended.
func conditions(t testing.TB, p *Plan, stage string) map[string]string {
	t.Helper()
	s, err := p.Find(stage)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, task := range s.Tasks() {
		attempts, err := p.attempts(s, task)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range attempts {
			all[r.Task] = strings.TrimSpace(all[r.Task] + " " + string(r.Condition))
		}
	}
	return all
}

// TestStagesRunInTheirOrderAndOnce: what is whole is not done again, what is taken away is.
func TestStagesRunInTheirOrderAndOnce(t *testing.T) {
	t.Parallel()
	p := planned(t, `format: 1
out: o
stages:
  - {name: score, run: "eval {model} --data {data}", shards: 2}
  - {name: model, run: "train {data}"}
  - {name: data, run: gen flaky, shards: 3}
`)
	for range 2 {
		if _, err := run(t, p, 2); err != nil {
			t.Fatal(err)
		}
		want := "map[0:failed done 1:failed done 2:failed done merge:done] map[0:done] map[0:done 1:done merge:done]"
		if got := fmt.Sprint(conditions(t, p, "data"), conditions(t, p, "model"), conditions(t, p, "score")); got != want {
			t.Errorf("attempts %s, want %s", got, want)
		}
	}
	if err := os.RemoveAll(p.at("o/model")); err != nil {
		t.Fatal(err)
	}
	if _, err := run(t, p, 2); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(conditions(t, p, "data")["merge"], conditions(t, p, "model")); got != "donemap[0:done done]" {
		t.Errorf("after the model was taken away: %s", got)
	}
}

// TestOneShardThatAlwaysFailsHoldsUpNothing but what needs it, and is named with its log.
func TestOneShardThatAlwaysFailsHoldsUpNothing(t *testing.T) {
	t.Parallel()
	p := planned(t, `format: 1
out: o
retries: 1
stages:
  - {name: bad, run: "gen fails:1", shards: 4}
  - {name: after, run: "train {bad}"}
  - {name: crash, run: gen panics, retries: 0}
  - {name: wrong, run: "gen refuses:2", shards: 3}
  - {name: late, run: gen waits, resources: {time: 1s}, retries: 0}
  - {name: dead, run: "gen dies:1", shards: 2}
  - {name: boom, run: "gen crashes:1", shards: 2}
  - {name: good, run: gen fine, shards: 2}
`)
	said, err := run(t, p, 2)
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{
		"bad 1/4: as it was told (log " + p.at("o/.fleet/bad/of-4/logs/1.2.log") + "), failed 2 times",
		"crash: the program failed: as it was told (log " + p.at("o/.fleet/crash/of-1/logs/0.1.log") + "), failed once",
		"wrong 2/3: no such scenario (log " + p.at("o/.fleet/wrong/of-3/logs/2.1.log") + "), failed once",
		"late: it took longer than the 1s of resources.time (log ",
	} {
		if !strings.Contains(err.Error(), want) || !strings.Contains(said, want) {
			t.Errorf("error %v and log %s must contain %s", err, said, want)
		}
	}
	for stage, want := range map[string]string{
		"bad": "map[0:done 1:failed failed 2:done 3:done]", "after": "map[]", "crash": "map[0:failed]", "wrong": "map[0:done 1:done 2:failed]",
		"late": "map[0:failed]", "dead": "map[0:done 1:lost done merge:done]", "boom": "map[0:done 1:lost done merge:done]", "good": "map[0:done 1:done merge:done]",
	} {
		if got := fmt.Sprint(conditions(t, p, stage)); got != want {
			t.Errorf("%s: %s, want %s", stage, got, want)
		}
	}
	text, err := os.ReadFile(p.at("o/.fleet/bad/of-4/logs/1.1.log"))
	if want := "orrery gen fails:1 --workers 1 --shard 1/4 --out o/.fleet/bad/of-4/shards/shard-1 --resume\npretending fails\norrery: as it was told\n"; err != nil || string(text) != want {
		t.Errorf("the log says %q (%v), want %q", text, err, want)
	}
}

// TestCoresAreNotUsedTwice: tasks begin while there are cores for them.
func TestCoresAreNotUsedTwice(t *testing.T) {
	t.Parallel()
	p := planned(t, "format: 1\nout: o\nstages:\n  - {name: wide, run: gen fine, resources: {cores: 3}}\n")
	if _, err := run(t, p, 2); err == nil || !strings.Contains(err.Error(), "stage wide: resources.cores: 3 are more than the 2 of this run") {
		t.Error(err)
	}
	s := p.Steps[0]
	r := &local{Local: Local{Cores: 5}, plan: p, left: map[string]int{}}
	if r.cores = 2; !r.ready(&job{step: s}) {
		t.Error("three cores of five are free, and a task of three does not begin")
	}
	if r.cores, r.running = 3, 1; r.ready(&job{step: s}) {
		t.Error("two cores of five are free, and a task of three begins")
	}
}

// TestChangedStagesAreNoticed, and begun anew only with force.
func TestChangedStagesAreNoticed(t *testing.T) {
	t.Parallel()
	const text = "format: 1\nout: o\nstages:\n  - {name: data, run: gen fine}\n  - {name: model, run: 'train {data}'}\n  - {name: other, run: gen fine}\n"
	p := planned(t, text)
	if _, err := run(t, p, 2); err != nil {
		t.Fatal(err)
	}
	again := func(text string) *Plan { return replanned(t, p, text) }
	q := again(strings.Replace(text, "data, run: gen fine", "data, run: gen flaky", 1))
	if err := q.Begin(t.Context(), false); err == nil || !strings.Contains(err.Error(), `stage data was begun as "gen fine" and is now "gen flaky"; --force begins it anew`) {
		t.Error(err)
	}
	if err := q.Work(t.Context(), q.Steps[0], 0, "", pretend); err == nil || !strings.Contains(err.Error(), "was begun by another version of") {
		t.Error(err)
	}
	if err := q.Begin(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	if _, err := run(t, q, 2); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(conditions(t, q, "data"), conditions(t, q, "model"), conditions(t, q, "other")); got != "map[0:failed done] map[0:done] map[0:done]" {
		t.Errorf("attempts %s", got)
	}
	if err := os.Mkdir(p.at("o/foreign"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := again(text+"  - {name: foreign, run: gen fine}\n").Begin(t.Context(), false); err == nil || !strings.Contains(err.Error(), "was begun") && !strings.Contains(err.Error(), "is not of this fleet") {
		t.Error(err)
	}
}

// TestStoppedRunsGoOn: all processes end with the run, without a failure.
func TestStoppedRunsGoOn(t *testing.T) {
	t.Parallel()
	p := planned(t, "format: 1\nout: o\nstages:\n  - {name: data, run: gen lingers, shards: 3}\n")
	if err := p.Begin(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	go func() {
		for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
			if c := conditions(t, p, "data"); c["0"] == "running" && c["1"] == "running" {
				break
			}
		}
		stop()
	}()
	err := Local{Program: []string{os.Args[0], "fleet", "work"}, Cores: 2, Log: io.Discard}.Run(ctx, p)
	if !errors.Is(err, console.ErrInterrupted) || !strings.Contains(err.Error(), "the same command goes on") {
		t.Error(err)
	}
	if c := conditions(t, p, "data"); fmt.Sprint(c) != "map[0:stopped 1:stopped]" {
		t.Errorf("attempts %v", c)
	}
}

// TestTailsKeepTheEnd of what a process says.
func TestTailsKeepTheEnd(t *testing.T) {
	t.Parallel()
	var s tail
	for range 1000 {
		fmt.Fprintln(&s, "noise")
	}
	fmt.Fprint(&s, "orrery: that is why\n")
	if s.String() != "that is why" || len(s.text) > 2000 {
		t.Errorf("%q of %d bytes", s.String(), len(s.text))
	}
}

// TestReportsCountEverything: tasks, attempts, their cost, and what failed.
func TestReportsCountEverything(t *testing.T) {
	t.Parallel()
	p := planned(t, "format: 1\nout: o\nretries: 1\nstages:\n  - {name: bad, run: \"gen fails:1\", shards: 3, resources: {cores: 2}}\n  - {name: good, run: gen fine, shards: 2}\n")
	if _, err := run(t, p, 2); err == nil {
		t.Fatal("no error")
	}
	s := p.Steps[0]
	cost := 0.0
	for i, seconds := range []float64{200, 50, 250, 100} { // of shard 0, which ends after 2, twice of 1, which fails still later, of 2
		task, n := []int{0, 1, 1, 2}[i], []int{0, 0, 1, 0}[i]
		attempts, err := p.attempts(s, task)
		if err != nil {
			t.Fatal(err)
		}
		r := attempts[n]
		r.Seconds, r.Frames, r.Began = seconds, 1000, time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
		if err := p.write(s, r); err != nil {
			t.Fatal(err)
		}
		cost += 2 * seconds / 3600
	}
	report, err := p.Report(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	bad, good := report.Stages[0], report.Stages[1]
	if bad.Tasks != 4 || bad.Done != 2 || bad.Failed != 1 || bad.Running != 0 || bad.Attempts != 4 || bad.Result != "" || bad.Frames != 2000 {
		t.Errorf("bad: %+v", bad)
	}
	if !(math.Abs(bad.CoreHours-cost) <= 1e-9) || !(math.Abs(bad.Seconds-150) <= 1e-9) || !(math.Abs(bad.FramesPer-10) <= 1e-9) {
		t.Errorf("bad: %v core hours, want %v; %v s for a shard, want 150; %v frames/s, want 10", bad.CoreHours, cost, bad.Seconds, bad.FramesPer)
	}
	if len(bad.Accused) != 1 || bad.Accused[0] != (Case{"1", 2, "as it was told", p.at("o/.fleet/bad/of-3/logs/1.2.log")}) {
		t.Errorf("accused: %+v", bad.Accused)
	}
	if good.Result != p.at("o/good") || good.Done != 3 || !(math.Abs(report.fraction()-5./7) <= 1e-9) || report.remark() != "5/7 tasks, 0 at work, 1 failed" {
		t.Errorf("good: %+v; %v %s", good, report.fraction(), report.remark())
	}
	if err := report.missing(); err == nil || !strings.Contains(err.Error(), "bad 1: as it was told (log ") || strings.Contains(err.Error(), "good") {
		t.Error(err)
	}
}

// TestLostAttemptsAreKnownByTheirSilence: a record that nobody has written for a minute, in which several beats were missed.
func TestLostAttemptsAreKnownByTheirSilence(t *testing.T) {
	t.Parallel()
	p := planned(t, "format: 1\nout: o\nstages:\n  - {name: data, run: gen fine}\n")
	s := p.Steps[0]
	r, log, err := p.begins(s, 0, "")
	if err != nil {
		t.Fatal(err)
	}
	log.Close()
	path := p.attemptPath(s, noteFolder, r.Task, r.Attempt, "json")
	for _, c := range []struct {
		ago             time.Duration
		want            Condition
		running, failed int
	}{{0, Running, 1, 0}, {20 * time.Second, Running, 1, 0}, {61 * time.Second, Lost, 0, 1}} {
		if err := os.Chtimes(path, time.Time{}, time.Now().Add(-c.ago)); err != nil {
			t.Fatal(err)
		}
		if r, err := readRecord(path); err != nil || r.Condition != c.want {
			t.Errorf("written %v ago: %+v, %v", c.ago, r, err)
		}
		if g, err := p.progress(s); err != nil || g.Running != c.running || g.Failed != c.failed {
			t.Errorf("written %v ago: %+v, %v", c.ago, g, err)
		}
	}
	if beat != 10*time.Second || lifeless != time.Minute {
		t.Errorf("a record is written every %v and is good for %v", beat, lifeless)
	}
}

// TestCollectMergesWhatIsThere and runs nothing else.
func TestCollectMergesWhatIsThere(t *testing.T) {
	t.Parallel()
	p := planned(t, "format: 1\nout: o\nretries: 0\nstages:\n  - {name: a, run: gen fine, shards: 2}\n  - {name: b, run: \"gen fails:1\", shards: 2}\n  - {name: c, run: gen fine, after: [b]}\n")
	if _, err := run(t, p, 2); err == nil {
		t.Fatal("no error")
	}
	for _, task := range []string{"0", "1"} { // whose merge is then to be done again
		path := filepath.Join(p.at("o/.fleet/a/of-2/shards/shard-"+task), "meta", "info.json")
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, nil, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.RemoveAll(p.at("o/a")); err != nil {
		t.Fatal(err)
	}
	err := Local{Program: []string{os.Args[0], "fleet", "work"}, Cores: 1, Log: io.Discard}.Collect(t.Context(), p)
	if err == nil || !strings.Contains(err.Error(), "b 1: as it was told (log ") || !strings.Contains(err.Error(), "c: 0 of 1 tasks are done") || strings.Contains(err.Error(), "a:") {
		t.Error(err)
	}
	if got := fmt.Sprint(conditions(t, p, "a"), conditions(t, p, "b"), conditions(t, p, "c")); got != "map[0:done 1:done merge:done done] map[0:done 1:failed] map[]" {
		t.Errorf("attempts %s", got)
	}
}

// TestForceTakesNothingFromWhoIsAtWork: a lock of this machine, or a record of another one that was heard of lately.
func TestForceTakesNothingFromWhoIsAtWork(t *testing.T) {
	t.Parallel()
	const text = "format: 1\nout: o\nstages:\n  - {name: data, run: gen fine, shards: 2}\n"
	p := planned(t, text)
	if _, err := run(t, p, 2); err != nil {
		t.Fatal(err)
	}
	changed := func() *Plan { return replanned(t, p, strings.Replace(text, "gen fine", "gen flaky", 1)) }
	s := p.Steps[0]
	refused := func(want string) {
		t.Helper()
		if err := changed().Begin(t.Context(), true); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, must contain %s", err, want)
		}
		if whole, err := p.resultIsWhole(s); err != nil || !whole {
			t.Errorf("the result is gone: %v", err)
		}
	}
	held, err := storage.TryLock(p.lockPath(s, 1))
	if err != nil {
		t.Fatal(err)
	}
	refused("stage data: task 1 is at work; end what runs it before --force")
	if err := held.Unlock(); err != nil {
		t.Fatal(err)
	}
	r, log, err := p.begins(s, 0, "far")
	if err != nil {
		t.Fatal(err)
	}
	log.Close()
	refused("stage data: task 0 is at work, and was heard of less than 1m0s ago")
	r.Condition = Failed
	if err := p.write(s, r); err != nil {
		t.Fatal(err)
	}
	note, err := storage.TryLock(p.notePath(s))
	if err != nil {
		t.Fatal(err)
	}
	if err := p.clear(s); err != nil {
		t.Fatal(err)
	}
	if _, err := storage.TryLock(p.notePath(s)); !errors.Is(err, storage.ErrInUse) {
		t.Errorf("the lock of whoever begins the stage is gone: %v", err)
	}
	if err := note.Unlock(); err != nil {
		t.Fatal(err)
	}
	if err := changed().Begin(t.Context(), true); err != nil {
		t.Error(err)
	}
}

// TestOnlyOnesOwnAttemptIsBuried, not that of another run which is at work on the same task.
func TestOnlyOnesOwnAttemptIsBuried(t *testing.T) {
	t.Parallel()
	p := planned(t, "format: 1\nout: o\nstages:\n  - {name: data, run: gen fine}\n")
	s := p.Steps[0]
	for _, mark := range []string{"mine", "other"} {
		_, log, err := p.begins(s, 0, mark)
		if err != nil {
			t.Fatal(err)
		}
		log.Close()
	}
	for range 2 {
		if err := p.bury(s, 0, "mine"); err != nil {
			t.Fatal(err)
		}
	}
	if got := conditions(t, p, "data")["0"]; got != "lost running" {
		t.Errorf("attempts %s", got)
	}
}

// TestWhatAKillLeftIsTidied: shards beside a result that has all of them, of this number of shards and of another.
func TestWhatAKillLeftIsTidied(t *testing.T) {
	t.Parallel()
	p := planned(t, "format: 1\nout: o\nstages:\n  - {name: data, run: gen fine, shards: 2}\n")
	for range 2 {
		if _, err := run(t, p, 2); err != nil {
			t.Fatal(err)
		}
		for _, of := range []string{"of-2", "of-7"} {
			dir := p.at("o/.fleet/data/" + of + "/shards")
			if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("%s is left: %v", of, err)
			}
			put(t, filepath.Join(dir, "shard-0", "meta", "info.json"), "{}")
		}
	}
}

// TestLooksReadAStageOnce, whatever the number of its shards, on systems that count calls.
func TestLooksReadAStageOnce(t *testing.T) {
	const shards = 3000
	p := planned(t, fmt.Sprintf("format: 1\nout: o\nstages:\n  - {name: data, run: gen fine, shards: %d}\n", shards))
	if err := p.Begin(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	reads := func() (n int) {
		text, err := os.ReadFile("/proc/self/io")
		if err != nil {
			t.Skip(err)
		}
		_, after, _ := strings.Cut(string(text), "syscr: ")
		if _, err := fmt.Sscan(after, &n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	before := reads()
	if err := p.complete(p.Steps[0]); err == nil || !strings.Contains(err.Error(), "and 2995 more") {
		t.Error(err)
	}
	if got := reads() - before; got > shards/10 {
		t.Errorf("%d reads for %d shards", got, shards)
	}
}
