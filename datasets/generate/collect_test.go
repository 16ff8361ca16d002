package generate

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"

	"orrery/datasets"
	"orrery/datasets/flights"
	"orrery/sim"
)

// drivenSpec is a spec of demonstrations, and driven one of them.
func drivenSpec() datasets.Spec {
	spec := testSpec()
	spec.Policy, spec.Frames = "demonstration", 40
	return spec
}

func driven(spec datasets.Spec, k int) Demonstration {
	t := flight(testSpec(), k)
	t.ViewNames = []string{"x", "late"}
	for i, state := range t.States {
		t.View = append(t.View, []float64{float64(float32(state[0].X)), float64(i)})
	}
	d := Demonstration{Trajectory: t, Outcomes: make([]datasets.Outcome, len(t.States)-1)}
	for i := range d.Outcomes {
		d.Outcomes[i].Reward = float64(k) + 0.5
	}
	last := &d.Outcomes[len(d.Outcomes)-1]
	last.Done, last.Success, last.Truncated = true, k%2 == 0, k%2 != 0
	return d
}

// wholeOf returns the files of a dataset of so many demonstrations that was made at once.
func wholeOf(t *testing.T, n int) map[string]string {
	t.Helper()
	spec := drivenSpec()
	spec.Episodes = n
	dir := filepath.Join(t.TempDir(), "data")
	maker := func(_ context.Context, k int) (*sim.Trajectory, []datasets.Outcome, error) {
		d := driven(spec, k)
		return d.Trajectory, d.Outcomes, nil
	}
	if err := Run(t.Context(), dir, spec, func() Maker { return maker }, Options{Workers: 1}); err != nil {
		t.Fatal(err)
	}
	return flights.Tree(t, dir)
}

func collect(t *testing.T, dir string) *Collector {
	t.Helper()
	c, err := Collect(t.Context(), dir, drivenSpec())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (c *Collector) mustAdd(t *testing.T, numbers ...int) {
	t.Helper()
	for _, k := range numbers {
		if err := c.Add(driven(drivenSpec(), k)); err != nil {
			t.Fatal(err)
		}
	}
}

// die lets go of what the system takes from a process that is killed.
func (c *Collector) die(t *testing.T) {
	t.Helper()
	if err := c.held.Unlock(); err != nil {
		t.Fatal(err)
	}
}

// TestCollectedDatasetIsThatMadeAtOnce: completed now and then, with some taken back, after
// being closed, and when it was never closed, as after a kill.
func TestCollectedDatasetIsThatMadeAtOnce(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "new", "data")
	c := collect(t, dir)
	if c.Episodes() != 0 || c.Due() {
		t.Error("a new collector has episodes")
	}
	if err := c.Close(t.Context()); err != nil || exists(dir) || exists(dir+".partial") {
		t.Errorf("one that got nothing leaves something: %v", err)
	}
	c = collect(t, dir)
	c.mustAdd(t, 0, 7)
	if err := c.Discard(); err != nil {
		t.Fatal(err)
	}
	c.mustAdd(t, 1)
	if !c.Due() || c.Episodes() != 2 {
		t.Errorf("due %v, %d episodes", c.Due(), c.Episodes())
	}
	if err := c.Complete(t.Context()); err != nil {
		t.Fatal(err)
	}
	sameTree(t, flights.Tree(t, dir), wholeOf(t, 2))
	if err := c.Discard(); err != nil || c.Episodes() != 2 {
		t.Errorf("a part of the dataset is taken back: %v", err)
	}
	c.mustAdd(t, 8)
	if err := c.Discard(); err != nil || exists(dir+".partial") {
		t.Errorf("the only one that waits is taken back: %v", err)
	}
	c.mustAdd(t, 2)
	if err := c.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	killed := collect(t, dir)
	killed.mustAdd(t, 3, 4)
	killed.die(t)
	c = collect(t, dir) // completes what the one before had
	if c.Episodes() != 5 || exists(dir+".partial") {
		t.Errorf("%d episodes", c.Episodes())
	}
	sameTree(t, flights.Tree(t, dir), wholeOf(t, 5))
}

// TestCollectorGoesOnFromEveryKill: with a line cut off, stopped while the dataset is written, and
// after that before the file is taken away.
func TestCollectorGoesOnFromEveryKill(t *testing.T) {
	t.Parallel()
	want := wholeOf(t, 3)
	for _, c := range []struct {
		name  string
		leave func(dir string, c *Collector)
	}{
		{"cut line", func(dir string, c *Collector) {
			text, _ := os.ReadFile(dir + ".partial")
			os.WriteFile(dir+".partial", append(text, `{"scene":`...), 0o644)
		}},
		{"stopped", func(dir string, c *Collector) {
			ctx, stop := context.WithCancel(context.Background())
			stop()
			if c.Complete(ctx) == nil {
				t.Error("completed with an ended context")
			}
		}},
		{"complete", func(dir string, c *Collector) {
			text, _ := os.ReadFile(dir + ".partial")
			if err := c.Complete(context.Background()); err != nil {
				t.Error(err)
			}
			os.WriteFile(dir+".partial", text, 0o644)
		}},
	} {
		for _, before := range []int{0, 1} {
			dir := filepath.Join(t.TempDir(), "data")
			had := collect(t, dir)
			for k := range before {
				had.mustAdd(t, k)
			}
			if err := had.Close(t.Context()); err != nil {
				t.Fatal(err)
			}
			had = collect(t, dir)
			for k := before; k < 3; k++ {
				had.mustAdd(t, k)
			}
			c.leave(dir, had)
			had.die(t)
			if after := collect(t, dir); after.Episodes() != 3 || exists(dir+".partial") {
				t.Errorf("%s after %d: %d episodes", c.name, before, after.Episodes())
			}
			sameTree(t, flights.Tree(t, dir), want)
		}
	}
}

// TestOneCollectorAtATime: a second one neither gets the dataset nor touches what waits. The lock
// goes with the collector, and one that cannot begin keeps none.
func TestOneCollectorAtATime(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	c := collect(t, dir)
	c.mustAdd(t, 0, 1)
	waits, err := os.ReadFile(dir + ".partial")
	if err != nil {
		t.Fatal(err)
	}
	_, err = Collect(t.Context(), dir+"/", drivenSpec())
	if want := dir + ": another program records to it: end that one first, or choose another directory"; !errors.Is(err, ErrInUse) || err.Error() != want {
		t.Errorf("got %v", err)
	}
	if now, err := os.ReadFile(dir + ".partial"); err != nil || !bytes.Equal(now, waits) || exists(dir) {
		t.Errorf("the second one took what waits: %v", err)
	}
	c.mustAdd(t, 2)
	if err := c.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	sameTree(t, flights.Tree(t, dir), wholeOf(t, 3))
	other := drivenSpec()
	other.FPS = 60
	if _, err := Collect(t.Context(), dir, other); err == nil || errors.Is(err, ErrInUse) {
		t.Errorf("got %v", err)
	}
	if left, err := filepath.Glob(filepath.Join(filepath.Dir(dir), ".*")); err != nil || len(left) > 0 {
		t.Errorf("left %v, %v", left, err)
	}
	if err := collect(t, dir).Close(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestManyMayCollectAtOnce(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	c := collect(t, dir)
	var all sync.WaitGroup
	for k := range 6 {
		all.Go(func() {
			if err := c.Add(driven(drivenSpec(), k)); err != nil {
				t.Error(err)
			}
			if c.Due() {
				if err := c.Complete(t.Context()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if err := c.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	d, err := datasets.Open(t.Context(), dir)
	if err != nil || d.Episodes() != 6 {
		t.Errorf("%v", err)
	}
}

// TestWhatWasTakenBackLeavesNoGap: after a kill the lines that came later follow where the one taken back began.
func TestWhatWasTakenBackLeavesNoGap(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	c := collect(t, dir)
	c.mustAdd(t, 0, 7)
	if err := c.Discard(); err != nil {
		t.Fatal(err)
	}
	c.mustAdd(t, 1)
	c.die(t)
	if after := collect(t, dir); after.Episodes() != 2 {
		t.Errorf("%d episodes", after.Episodes())
	}
	sameTree(t, flights.Tree(t, dir), wholeOf(t, 2))
}

// TestWhatIsOfAnotherDatasetIsLeftAlone: demonstrations that follow more episodes than there are, or fewer than there are even with
// them, a generation that is not finished beside them, and an object store.
func TestWhatIsOfAnotherDatasetIsLeftAlone(t *testing.T) {
	t.Parallel()
	if _, err := Collect(t.Context(), "s3://bucket/data", drivenSpec()); err == nil || !strings.Contains(err.Error(), "to a folder on disk") {
		t.Errorf("an object store: %v", err)
	}
	dir := filepath.Join(t.TempDir(), "data")
	c := collect(t, dir)
	c.mustAdd(t, 0, 1, 2)
	if err := c.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	line, err := EncodeDemonstrations(drivenSpec(), driven(drivenSpec(), 3))
	if err != nil {
		t.Fatal(err)
	}
	_, line, _ = bytes.Cut(line, []byte("\n"))
	for from, want := range map[int]int{1: 0, 2: 3, 3: 4, 4: 0} { // with one line, so that 1 is 2 episodes
		to := filepath.Join(t.TempDir(), "data")
		if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
			t.Fatal(err)
		}
		head, err := encodeHead(drivenSpec(), from)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to+".partial", append(head, line...), 0o644); err != nil {
			t.Fatal(err)
		}
		c, err := Collect(t.Context(), to, drivenSpec())
		if want == 0 {
			if err == nil || !strings.Contains(err.Error(), "which has 3 episodes") || !exists(to+".partial") {
				t.Errorf("from %d: %v", from, err)
			}
		} else if err != nil || c.Episodes() != want {
			t.Errorf("from %d: %v", from, err)
		}
	}
}

// TestFilesOfDemonstrationsFollowWhatADatasetMayHave: from none to as many episodes as there may be.
func TestFilesOfDemonstrationsFollowWhatADatasetMayHave(t *testing.T) {
	t.Parallel()
	for from, good := range map[int]bool{-1: false, 0: true, datasets.MaxEpisodes: true, datasets.MaxEpisodes + 1: false} {
		text, err := encodeHead(drivenSpec(), from)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := splitDemonstrations(text); (err == nil) != good {
			t.Errorf("from %d: %v", from, err)
		}
	}
}

// TestWhatWasAddedIsOnDisk: a demonstration that cannot be synced is not added. The null device takes
// what is written and cannot be synced, as a full disk may.
func TestWhatWasAddedIsOnDisk(t *testing.T) {
	t.Parallel()
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	if null.Sync() == nil {
		t.Skip("here the null device can be synced")
	}
	c := collect(t, filepath.Join(t.TempDir(), "data"))
	c.file = null
	if err := c.Add(driven(drivenSpec(), 0)); err == nil || c.Episodes() != 0 {
		t.Errorf("added %d that are not on disk: %v", c.Episodes(), err)
	}
	if err := c.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	// One that cannot be closed says so, beside what else went wrong.
	c = collect(t, filepath.Join(t.TempDir(), "data"))
	c.mustAdd(t, 0)
	ended, end := context.WithCancel(t.Context())
	end()
	c.file.Close()
	if err := c.Close(ended); !errors.Is(err, context.Canceled) || !errors.Is(err, os.ErrClosed) {
		t.Errorf("got %v, want that it was stopped and that the file cannot be closed", err)
	}
}

// TestADatasetIsNeverTooLong counts what is in the dataset and what waits.
func TestADatasetIsNeverTooLong(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ base, lines int }{{datasets.MaxEpisodes, 0}, {datasets.MaxEpisodes - 3, 3}} {
		full := &Collector{dir: "data", path: filepath.Join(t.TempDir(), "data.partial"), plan: datasets.NewProvenance(drivenSpec()), base: c.base, lines: make([]span, c.lines)}
		if err := full.Add(driven(drivenSpec(), 0)); err == nil || !strings.Contains(err.Error(), "a dataset has at most") || full.Episodes() != datasets.MaxEpisodes {
			t.Errorf("%+v: got %v, %d episodes", c, err, full.Episodes())
		}
	}
}

// TestDueKeepsWritingCheap: small datasets are always due, large ones when they grew by a
// quarter.
func TestDueKeepsWritingCheap(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		base, lines int
		want        bool
	}{{0, 0, false}, {0, 1, true}, {31, 1, true}, {32, 1, false}, {32, 8, true}, {400, 99, false}, {400, 100, true}} {
		if got := (&Collector{base: c.base, lines: make([]span, c.lines)}).Due(); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
}

func TestCollectorRefusesWhatDoesNotFit(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	c := collect(t, dir)
	long := driven(drivenSpec(), 1)
	for range 60 {
		long.Trajectory.States = append(long.Trajectory.States, long.Trajectory.States[0])
		long.Trajectory.View = append(long.Trajectory.View, long.Trajectory.View[0])
		long.Outcomes = append([]datasets.Outcome{{}}, long.Outcomes...)
	}
	if err := c.Add(long); err == nil || !strings.Contains(err.Error(), "71 frames must be from 1 to the dataset's 40") || c.Episodes() != 0 {
		t.Errorf("got %v", err)
	}
	c.mustAdd(t, 0)
	if err := c.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	for want, change := range map[string]func(*datasets.Spec){
		"it is of the scenario flight, not of other":  func(s *datasets.Spec) { s.Scenario = "other" },
		"speed is 2 in it, but 3 now":                 func(s *datasets.Spec) { s.Params = maps.Clone(s.Params); s.Params["speed"] = 3 },
		"it has 30 frames a second, not 60":           func(s *datasets.Spec) { s.FPS = 60 },
		`"demonstration" acts in it, not "client"`:    func(s *datasets.Spec) { s.Policy = "client" },
		"its episodes have at most 40 frames, not 41": func(s *datasets.Spec) { s.Frames = 41 },
		"another version of the scenario file":        func(s *datasets.Spec) { s.File = "{}" },
		"task must not be empty":                      func(s *datasets.Spec) { s.Task = "" },
	} {
		spec := drivenSpec()
		change(&spec)
		if _, err := Collect(t.Context(), dir, spec); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	other := drivenSpec()
	other.Seed, other.Command = 99, "another"
	if c, err := Collect(t.Context(), dir, other); err != nil || c.Close(t.Context()) != nil {
		t.Errorf("another session: %v", err)
	}
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "mine"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Collect(t.Context(), folder, drivenSpec()); err == nil || !strings.Contains(err.Error(), "is not empty") {
		t.Errorf("got %v", err)
	}
}

func TestDemonstrationsComeBackFromTheirFile(t *testing.T) {
	t.Parallel()
	spec := drivenSpec()
	a, b := driven(spec, 1), driven(spec, 2)
	text, err := EncodeDemonstrations(spec, a, b)
	if err != nil {
		t.Fatal(err)
	}
	got, all, err := DecodeDemonstrations(text)
	if err != nil || len(all) != 2 || !reflect.DeepEqual(got, spec) {
		t.Fatalf("%+v, %d, %v", got, len(all), err)
	}
	again, err := EncodeDemonstrations(got, all...)
	if err != nil || !bytes.Equal(text, again) {
		t.Errorf("it changes: %v", err)
	}
	if all[1].Outcomes[3] != b.Outcomes[3] || len(all[1].Outcomes) != len(b.Outcomes) || !reflect.DeepEqual(all[1].Trajectory.View, b.Trajectory.View) || all[0].Trajectory.States[4][0].X != float64(float32(a.Trajectory.States[4][0].X)) {
		t.Error("other numbers")
	}
	lines := strings.SplitAfter(string(text), "\n")
	for _, c := range []struct{ text, want string }{
		{"", "not a file of demonstrations"},
		{"{}\n", "not a file of demonstrations"},
		{lines[0][:40], "ends within its first line"},
		{strings.Replace(lines[0], `"demonstrations":1`, `"demonstrations":2`, 1), "demonstrations 2 must be 1"},
		{strings.Replace(lines[0], `"fps":30`, `"fps":0`, 1), "line 1: fps 0 must be from 1"},
		{strings.Replace(lines[0], `"fps":30`, `"fsp":30`, 1), "line 1: "},
		{lines[0] + "{\n", "line 2: "},
		{lines[0] + lines[1] + strings.Replace(lines[2], `"states":[[`, `"states":[[1,`, 1), "line 3: states[0]: 7 numbers must be 6 for each of the scene's 1 body"},
		{lines[0] + strings.Replace(lines[1], `"done":true`, `"done":false`, 1), "line 2: frame 9: next.truncated must be false"},
		{lines[0] + strings.Replace(lines[1], `"scene":{`, `"scene":{"no":1,`, 1), "line 2: scene: "},
		{strings.Replace(lines[0], `"fps":30`, `"fps":60`, 1) + lines[1], "line 2: scene: fps 30 must be the dataset's, 60"},
	} {
		if _, _, err := DecodeDemonstrations([]byte(c.text)); err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "json") {
			t.Errorf("%.60s: got %v, want %s", c.text, err, c.want)
		}
	}
	if _, all, err := DecodeDemonstrations([]byte(lines[0] + lines[1] + lines[2][:50])); err != nil || len(all) != 1 {
		t.Errorf("with a line cut off: %d, %v", len(all), err)
	}
}

func FuzzDecodeDemonstrations(f *testing.F) {
	spec := drivenSpec()
	text, err := EncodeDemonstrations(spec, driven(spec, 1))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte(`{"demonstrations":1}` + "\n{}\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		spec, all, err := DecodeDemonstrations(text)
		if err != nil {
			return
		}
		if _, err := EncodeDemonstrations(spec, all...); err != nil {
			t.Errorf("cannot be written again: %v", err)
		}
	})
}
