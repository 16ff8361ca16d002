package fleet

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"orrery/cmd/orrery/console"
	"orrery/datasets/storage"
	"orrery/datasets/storage/faked"
)

// worksOn runs a task in this process and returns its last record, its log and its error.
func worksOn(t *testing.T, ctx context.Context, p *Plan, s *Step, task int, run Runner) (*Record, string, error) {
	t.Helper()
	err := p.Work(ctx, s, task, "mark", run)
	attempts, wrong := p.attempts(s, task)
	if wrong != nil {
		t.Fatal(wrong)
	}
	if len(attempts) == 0 {
		return nil, "", err
	}
	last := attempts[len(attempts)-1]
	log, wrong := os.ReadFile(p.at(p.LogPath(s, last)))
	if wrong != nil {
		t.Fatal(wrong)
	}
	return last, string(log), err
}

// TestAttemptsAreNotedAsTheyEnd: each way in which one may, with its log, and what was done is not done again.
func TestAttemptsAreNotedAsTheyEnd(t *testing.T) {
	t.Parallel()
	const file = "format: 1\nout: o\nstages:\n  - {name: data, run: gen fine --seed 4, shards: 8, resources: {time: 1h}}\n"
	p := planned(t, file)
	s := p.Steps[0]
	stopped, stop := context.WithCancel(t.Context())
	makes := func(ctx context.Context, out, log io.Writer, args []string) error {
		fmt.Fprintln(log, "makes it")
		args = slices.Clone(args)
		at := slices.Index(args, "--out") + 1
		args[at] = p.at(args[at]) // for this process works elsewhere
		return pretend(ctx, out, log, args)
	}
	if r, _, err := worksOn(t, t.Context(), p, s, 0, makes); err == nil || err.Error() != "stage data was not begun; orrery fleet run "+p.path+" begins it" || r != nil {
		t.Errorf("%v, %+v", err, r)
	}
	if err := p.Begin(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	for task, c := range []struct {
		run       Runner
		ctx       context.Context
		err, says string
		condition Condition
		hopeless  bool
	}{
		0: {run: makes, condition: Done, says: "makes it\npretending fine\n"},
		1: {run: func(context.Context, io.Writer, io.Writer, []string) error { return errors.New("no\n  room") }, err: "no\n  room", condition: Failed, says: "orrery: no room\n"},
		2: {run: func(context.Context, io.Writer, io.Writer, []string) error { return console.Usagef("no such flag") }, err: "no such flag", condition: Failed, hopeless: true, says: "orrery: no such flag\n"},
		3: {run: func(context.Context, io.Writer, io.Writer, []string) error { panic("broken") }, err: "the program failed: broken", condition: Failed, says: "orrery: the program failed: broken\n"},
		4: {run: func(ctx context.Context, _, _ io.Writer, _ []string) error { stop(); <-ctx.Done(); return ctx.Err() }, ctx: stopped, err: "context canceled", condition: Stopped, says: "orrery: \n"},
	} {
		ctx := t.Context()
		if c.ctx != nil {
			ctx = c.ctx
		}
		r, log, err := worksOn(t, ctx, p, s, task, c.run)
		if told := fmt.Sprint(err); told != c.err && !(err == nil && c.err == "") {
			t.Errorf("task %d: %v, want %q", task, err, c.err)
		}
		if r == nil || r.Task != TaskName(task) || r.Attempt != 1 || r.Mark != "mark" || r.Cores != 1 || r.Condition != c.condition || r.Hopeless != c.hopeless || r.Error != strings.Join(strings.Fields(c.err), " ") && c.condition == Failed || !(r.Seconds >= 0) || time.Since(r.Began) > time.Hour {
			t.Errorf("task %d: %+v", task, r)
		}
		if !strings.HasSuffix(log, c.says) || !strings.HasPrefix(log, fmt.Sprintf("orrery gen fine --seed 4 --workers 1 --shard %d/8 --out o/.fleet/data/of-8/shards/shard-%d --resume\n", task, task)) {
			t.Errorf("task %d: log %q", task, log)
		}
	}
	// What is done is left alone, and what failed is tried again.
	if r, _, err := worksOn(t, t.Context(), p, s, 0, func(context.Context, io.Writer, io.Writer, []string) error { return errors.New("again") }); err != nil || r.Attempt != 1 {
		t.Errorf("%v, %+v", err, r)
	}
	if r, _, err := worksOn(t, t.Context(), p, s, 1, makes); err != nil || r.Attempt != 2 || r.Condition != Done || r.Bytes != 2 {
		t.Errorf("%v, %+v", err, r)
	}
	// What is missing is named, but no more than some of it.
	r, _, err := worksOn(t, t.Context(), p, s, Merge, makes)
	want := fmt.Sprintf("stage data: shards are missing: data 2/8: no such flag (log %s); data 3/8: the program failed: broken (log %s); data 4/8: %s (log %s); data 5/8: was not begun; data 6/8: was not begun; and 1 more",
		p.LogPath(s, &Record{Task: "2", Attempt: 1}), p.LogPath(s, &Record{Task: "3", Attempt: 1}), Stopped, p.LogPath(s, &Record{Task: "4", Attempt: 1}))
	if err == nil || err.Error() != want || r != nil {
		t.Errorf("%v\nwant %s\n%+v", err, want, r)
	}
	for task := range 8 {
		if _, _, err := worksOn(t, t.Context(), p, s, task, makes); err != nil {
			t.Error(err)
		}
	}
	shards := p.at(filepath.Dir(p.shard(s, 0)))
	if r, _, err := worksOn(t, t.Context(), p, s, Merge, makes); err != nil || r.Condition != Done {
		t.Errorf("%v, %+v", err, r)
	}
	if _, err := os.Stat(shards); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the shards of what is whole are left: %v", err)
	}
	// Another file is another fleet until it is begun anew.
	q := replanned(t, p, strings.Replace(file, "--seed 4", "--seed 5", 1))
	if err := q.Begin(t.Context(), false); err == nil || err.Error() != `stage data was begun as "gen fine --seed 4" and is now "gen fine --seed 5"; --force begins it anew, and what follows from it` {
		t.Error(err)
	}
	if err := q.Work(t.Context(), q.Steps[0], 0, "m", makes); err == nil || err.Error() != "stage data was begun by another version of "+p.path+", or with other files" {
		t.Error(err)
	}
	if err := q.Begin(t.Context(), true); err != nil {
		t.Error(err)
	}
	if whole, err := exists(storage.Join(q.at(q.Result(q.Steps[0])), "meta")); err != nil || whole {
		t.Errorf("what was made otherwise is left: %t, %v", whole, err)
	}
	if err := p.Begin(t.Context(), false); err == nil {
		t.Error("the old fleet goes on")
	}
}

// TestStagesThatAreOfOthersAreLeftAlone unless they are to be replaced.
func TestStagesThatAreOfOthersAreLeftAlone(t *testing.T) {
	t.Parallel()
	p := planned(t, "format: 1\nout: o\nstages:\n  - {name: data, run: gen fine, shards: 2}\n  - {name: model, run: \"train {data}\"}\n")
	result := p.at(p.Result(p.Steps[0]))
	put(t, filepath.Join(result, "notes.txt"), "mine")
	if err := p.Begin(t.Context(), false); err == nil || err.Error() != result+" exists and is not of this fleet; --force replaces it" {
		t.Error(err)
	}
	if err := p.Begin(t.Context(), true); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(result); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("what was to be replaced is there: %v", err)
	}
	put(t, p.notePath(p.Steps[1]), fmt.Sprintf(`{"identity": "other", "run": %q}`, p.Steps[1].Run))
	if err := p.Begin(t.Context(), false); err == nil || err.Error() != "stage model was begun with other files, or other stages before it; --force begins it anew" {
		t.Error(err)
	}
	put(t, p.notePath(p.Steps[1]), "{")
	if err := p.Begin(t.Context(), false); err == nil || !strings.HasPrefix(err.Error(), p.notePath(p.Steps[1])+": ") {
		t.Error(err)
	}
	if err := p.Begin(t.Context(), true); err != nil {
		t.Error(err)
	}
	long := make([]string, 45)
	if got := shown(long); len(got) != 41 || got[40] != "… 5 more" {
		t.Errorf("%q", got)
	}
	if got := shown(long[:40]); len(got) != 40 {
		t.Errorf("%q", got)
	}
}

// TestManifestsCountWhatIsDone, and not what an attempt that failed or that is at work says.
func TestManifestsCountWhatIsDone(t *testing.T) {
	t.Parallel()
	p := planned(t, "format: 1\nout: o\nstages:\n  - {name: data, run: gen fine, shards: 3, merge: false}\n")
	s := p.Steps[0]
	for task, attempts := range [][]Condition{{Failed, Done}, {Done, Failed}, {Running}} {
		for k, c := range attempts {
			r := &Record{Task: TaskName(task), Attempt: k + 1, Condition: c, Began: time.Now(), Frames: 10 * (task + 1), Bytes: int64(100 * (task + 1))}
			if c != Done {
				r.Frames, r.Bytes = 7, 77
			}
			if err := p.write(s, r); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := p.write(s, &Record{Task: TaskName(Merge), Attempt: 1, Condition: Done, Began: time.Now(), Frames: 1000}); err != nil {
		t.Fatal(err)
	}
	if err := p.list(s); err != nil {
		t.Fatal(err)
	}
	var m Manifest
	if err := json.Unmarshal([]byte(get(t, filepath.Join(p.at(p.Result(s)), manifestFile))), &m); err != nil {
		t.Fatal(err)
	}
	want := Manifest{Format: 1, Run: "gen fine", Frames: 30, Bytes: 300, Shards: []Piece{{"shard-0", 10, 100}, {"shard-1", 20, 200}, {"shard-2", 0, 0}}}
	if !reflect.DeepEqual(m, want) {
		t.Errorf("%+v, want %+v", m, want)
	}
}

// TestLogsAreBroughtToTheStore when an attempt has ended, and nothing of them is left on this machine.
func TestLogsAreBroughtToTheStore(t *testing.T) {
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	faked.Serve(t, faked.InProcess)
	p := planned(t, "format: 1\nout: s3://"+faked.Bucket+"/logs\nstages:\n  - {name: data, run: gen fine, shards: 2}\n")
	s := p.Steps[0]
	if err := p.Begin(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	err := p.Work(t.Context(), s, 1, "mark", func(_ context.Context, _, log io.Writer, _ []string) error {
		fmt.Fprintln(log, "halfway")
		return errors.New("no room")
	})
	if err == nil || err.Error() != "no room" {
		t.Error(err)
	}
	attempts, err := p.attempts(s, 1)
	if err != nil || len(attempts) != 1 || attempts[0].Condition != Failed {
		t.Fatalf("%+v, %v", attempts, err)
	}
	log, err := storage.ReadFile(p.LogPath(s, attempts[0]))
	if err != nil || !strings.HasSuffix(string(log), "\nhalfway\norrery: no room\n") {
		t.Errorf("%q, %v", log, err)
	}
	if left, err := filepath.Glob(filepath.Join(temporary, "orrery-*")); err != nil || len(left) > 0 {
		t.Errorf("%v is left, %v", left, err)
	}
}
