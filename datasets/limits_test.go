package datasets

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/parquet-go/parquet-go/format"

	"orrery/datasets/parquet"
	"orrery/datasets/shard"
	"orrery/sim"
)

// wantError demands an error that contains a text, or none when the text is empty.
func wantError(t *testing.T, name string, err error, want string) {
	t.Helper()
	if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
		t.Errorf("%s: error %v must contain %q", name, err, want)
	}
}

// TestSpecsAreBounded tries both sides of each limit.
func TestSpecsAreBounded(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*Spec)
		want   string
	}{
		"as it is":                 {func(s *Spec) {}, ""},
		"no scenario":              {func(s *Spec) { s.Scenario = " " }, "scenario must not be empty"},
		"no task":                  {func(s *Spec) { s.Task = "\t" }, "task must not be empty"},
		"no episodes":              {func(s *Spec) { s.Episodes = 0 }, "episodes 0 must be from 1 to 1000000"},
		"one episode":              {func(s *Spec) { s.Episodes = 1 }, ""},
		"a million episodes":       {func(s *Spec) { s.Episodes = 1_000_000 }, ""},
		"more":                     {func(s *Spec) { s.Episodes = 1_000_001 }, "episodes 1000001 must be"},
		"no frames":                {func(s *Spec) { s.Frames = 0 }, "frames 0 must be from 1 to 1048576"},
		"2^20 frames":              {func(s *Spec) { s.Frames = 1 << 20 }, ""},
		"2^20 + 1 frames":          {func(s *Spec) { s.Frames = 1<<20 + 1 }, "frames 1048577 must be"},
		"no frames a second":       {func(s *Spec) { s.FPS = 0 }, "fps 0 must be"},
		"2^20 frames a second":     {func(s *Spec) { s.FPS = 1 << 20 }, ""},
		"2^20 + 1 frames a second": {func(s *Spec) { s.FPS = 1<<20 + 1 }, "fps 1048577 must be"},
		"shard 1 of 1":             {func(s *Spec) { s.Shard = shard.Shard{Of: 1} }, ""},
		"as many as episodes":      {func(s *Spec) { s.Shard = shard.Shard{Index: 36, Of: 37} }, ""},
		"more than episodes":       {func(s *Spec) { s.Shard = shard.Shard{Of: 38} }, "shard 0/38"},
		"NaN":                      {func(s *Spec) { s.Params = map[string]float64{"speed": math.NaN()} }, "parameter speed: NaN must be finite"},
		"infinite":                 {func(s *Spec) { s.Params = map[string]float64{"speed": math.Inf(-1)} }, "parameter speed: -Inf must be finite"},
		"range to NaN":             {func(s *Spec) { s.Ranges = map[string]Range{"speed": {1, math.NaN()}} }, "range speed: 1 to NaN must be finite"},
		"range to infinity":        {func(s *Spec) { s.Ranges = map[string]Range{"speed": {1, math.Inf(1)}} }, "range speed: 1 to +Inf must be finite"},
		"range":                    {func(s *Spec) { s.Ranges = map[string]Range{"speed": {-1, 1}} }, ""},
	} {
		spec := testSpec()
		c.change(&spec)
		wantError(t, name, spec.Validate(), c.want)
	}
}

// TestProvenancesAreComparedWhole: what makes other bytes is named, and a hash makes none.
func TestProvenancesAreComparedWhole(t *testing.T) {
	t.Parallel()
	plan := NewProvenance(testSpec())
	plan.Files = map[string]string{"README.md": "0123"}
	for want, change := range map[string]func(*Provenance){
		"":                        func(p *Provenance) { p.Files = nil },
		"seed is 7 in":            func(p *Provenance) { p.Seed++ },
		`policy is nothing in`:    func(p *Provenance) { p.Policy = "noise" },
		`, but "amd65" now`:       func(p *Provenance) { p.Arch = "amd65" },
		`shard is nothing in the`: func(p *Provenance) { p.Shard = shard.Shard{Index: 1, Of: 2} },
	} {
		other := plan
		change(&other)
		wantError(t, want, plan.Compatible(other), want)
	}
	path := filepath.Join(t.TempDir(), "plan.json")
	plan.Format = 2
	if err := os.WriteFile(path, plan.Encode(), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := ReadProvenance(path)
	wantError(t, "format", err, "plan.json: format 2 must be 1")
}

// TestInfosAreBounded tries both sides of what an info may say.
func TestInfosAreBounded(t *testing.T) {
	t.Parallel()
	room := Room{Bodies: 2, Actions: []string{"push", "turn"}, Rewarded: true}
	set := func(i *Info, name string, shape ...int) {
		f := i.Features[name]
		f.Shape = shape
		i.Features[name] = f
	}
	for name, c := range map[string]struct {
		change func(*Info)
		want   string
	}{
		"as it is":          {func(i *Info) {}, ""},
		"slow":              {func(i *Info) { i.FPS = 1 }, ""},
		"fast":              {func(i *Info) { i.FPS = 1 << 20 }, ""},
		"too fast":          {func(i *Info) { i.FPS = 1<<20 + 1 }, "fps 1.048577e+06 must be a whole number"},
		"still":             {func(i *Info) { i.FPS = 0 }, "fps 0 must"},
		"NaN":               {func(i *Info) { i.FPS = math.NaN() }, "fps NaN must"},
		"film":              {func(i *Info) { i.FPS = 29.97 }, "fps 29.97 must be a whole number"},
		"no episodes":       {func(i *Info) { i.TotalEpisodes = 0 }, "total_episodes 0 must"},
		"one":               {func(i *Info) { i.TotalEpisodes = 1 }, ""},
		"a million":         {func(i *Info) { i.TotalEpisodes, i.TotalFrames = 1e6, 1e6 }, ""},
		"more":              {func(i *Info) { i.TotalEpisodes, i.TotalFrames = 1e6+1, 1e7 }, "total_episodes 1000001 must"},
		"empty episodes":    {func(i *Info) { i.TotalFrames = i.TotalEpisodes - 1 }, "total_frames 2 must be at least"},
		"short episodes":    {func(i *Info) { i.TotalFrames = i.TotalEpisodes }, ""},
		"no files":          {func(i *Info) { i.ChunksSize = 0 }, "chunks_size 0 must"},
		"one file":          {func(i *Info) { i.ChunksSize = 1 }, ""},
		"elsewhere":         {func(i *Info) { i.DataPath = "frames.parquet" }, `data_path "frames.parquet" must be`},
		"no shape":          {func(i *Info) { set(i, featureState) }, "observation.state: shape [] must"},
		"no bodies":         {func(i *Info) { set(i, featureState, 0) }, "observation.state: shape [0] must"},
		"half a body":       {func(i *Info) { set(i, featureState, 9) }, "observation.state: shape [9] must"},
		"a table":           {func(i *Info) { set(i, featureState, 2, 6) }, "observation.state: shape [2 6] must"},
		"most bodies":       {func(i *Info) { set(i, featureState, sim.StateSize*sim.MaxBodies) }, ""},
		"more bodies":       {func(i *Info) { set(i, featureState, sim.StateSize*(sim.MaxBodies+1)) }, "observation.state: shape"},
		"most actuators":    {func(i *Info) { set(i, featureAction, sim.MaxActuators) }, ""},
		"more actuators":    {func(i *Info) { set(i, featureAction, sim.MaxActuators+1) }, "action: shape"},
		"two rewards":       {func(i *Info) { set(i, featureReward, 2) }, "next.reward: shape [2] must be [1]"},
		"success of a kind": {func(i *Info) { delete(i.Features, featureSuccess) }, `next.success: dtype "" must be "bool"`},
	} {
		info := newInfo(3, 12, 30, room)
		c.change(&info)
		_, err := info.room()
		wantError(t, name, err, c.want)
	}
	info := newInfo(3, 12, 30, room)
	if got, err := info.room(); err != nil || got.Bodies != 2 || !slices.Equal(got.Actions, room.Actions) || !got.Rewarded {
		t.Errorf("room %+v came back as %+v: %v", room, got, err)
	}
	for _, actions := range [][]string{nil, {"push"}} {
		info := newInfo(3, 12, 30, Room{Bodies: 1, Actions: actions})
		if got, err := info.room(); err != nil || !slices.Equal(got.Actions, actions) || got.Rewarded {
			t.Errorf("actions %q came back as %q: %v", actions, got.Actions, err)
		}
	}
}

// TestRoomsWiden holds the promises of Widen.
func TestRoomsWiden(t *testing.T) {
	t.Parallel()
	a := Room{Bodies: 3, Actions: []string{"push"}}
	b := Room{Bodies: 2, Actions: []string{"pull", "turn"}}
	for _, order := range [][2]Room{{a, b}, {b, a}} {
		got, err := order[0].Widen(order[1])
		if err != nil || got.Bodies != 3 || !slices.Equal(got.Actions, []string{"action0", "turn"}) {
			t.Errorf("%v widened to %v is %v: %v", order[0], order[1], got, err)
		}
	}
	if a.Actions[0] != "push" || b.Actions[0] != "pull" {
		t.Errorf("rooms have changed: %v, %v", a, b)
	}
	if got, err := (Room{}).Widen(b); err != nil || got.Bodies != 2 || !slices.Equal(got.Actions, b.Actions) {
		t.Errorf("nothing widened to %v is %v: %v", b, got, err)
	}
	b.Rewarded = true
	_, err := a.Widen(b)
	wantError(t, "outcomes", err, "outcomes must be in all episodes or in none")
}

// TestOnlyOneTaskIsThere changes what the dataset and its table say of tasks.
func TestOnlyOneTaskIsThere(t *testing.T) {
	t.Parallel()
	dir := writeFlights(t, smallSpec())
	for want, change := range map[string]func(*Dataset){
		"":                              func(d *Dataset) {},
		"1 tasks, and total_tasks 2":    func(d *Dataset) { d.info.TotalTasks = 2 },
		`must be task 0 "Discs swim."`:  func(d *Dataset) { d.provenance.Task = "Discs swim." },
		"no hash of meta/tasks.parquet": func(d *Dataset) { delete(d.provenance.Files, tasksPath) },
		"no hash of meta/info.json":     func(d *Dataset) { delete(d.provenance.Files, infoPath) },
	} {
		d, err := Open(t.Context(), dir)
		if err != nil {
			t.Fatal(err)
		}
		change(d)
		wantError(t, want, d.Check(t.Context(), nil), want)
	}
}

// failing is a disk that is full.
type failing struct{}

var errFull = errors.New("disk full")

func (failing) Write([]byte) (int, error) { return 0, errFull }

// TestFullDisksAreReported lets each file of a dataset fail at each step.
func TestFullDisksAreReported(t *testing.T) {
	t.Parallel()
	spec := testSpec()
	e, err := Prepare(&spec, flight(spec, 0), nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, of := range map[string]func(*Writer) *series{
		"frames":   func(w *Writer) *series { return w.frames },
		"episodes": func(w *Writer) *series { return w.episodes },
		"scenes":   func(w *Writer) *series { return w.scenes },
	} {
		for step, finish := range map[string]func(w *Writer) error{
			"close": func(w *Writer) error { return of(w).close() },
			"flush": func(w *Writer) error { return of(w).flush() },
			"group": func(w *Writer) error { return errors.Join(of(w).endGroup(), of(w).flush()) },
			"end":   (*Writer).Finish,
		} {
			w := NewWriter(t.TempDir(), NewProvenance(spec), Room{Bodies: 3})
			if _, err := w.Add(e); err != nil {
				t.Fatal(err)
			}
			of(w).table = parquet.NewWriter(failing{}, of(w).columns, nil)
			if err := finish(w); !errors.Is(err, errFull) {
				t.Errorf("%s: %s: error %v", name, step, err)
			}
			w.Release()
		}
	}
	for _, path := range []string{"data", "meta/episodes", "meta/orrery", "meta"} {
		w := NewWriter(t.TempDir(), NewProvenance(spec), Room{Bodies: 3})
		writeFile(t, filepath.Join(w.files.root, path), "in the way")
		if _, err := w.Add(e); !errors.Is(err, syscall.ENOTDIR) {
			t.Errorf("%s is a file: error %v", path, err)
		}
		w.Release()
	}
	for _, path := range []string{tasksPath, statsPath, infoPath, cardPath, ProvenancePath} {
		w := NewWriter(t.TempDir(), NewProvenance(spec), Room{Bodies: 3})
		if _, err := w.Add(e); err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(filepath.Join(w.files.root, path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := w.Finish(); !errors.Is(err, os.ErrExist) {
			t.Errorf("%s is in the way: error %v", path, err)
		}
		w.Release()
	}
}

// TestFilesEndBeforeTheirLimit announces an episode that just fits, and one that does not.
func TestFilesEndBeforeTheirLimit(t *testing.T) {
	t.Parallel()
	spec := pushSpec()
	trajectory, outcomes := push(spec, 0)
	e, err := Prepare(&spec, trajectory, outcomes)
	if err != nil {
		t.Fatal(err)
	}
	for more, files := range map[int64]int{0: 2, 1: 1} {
		w := NewWriter(t.TempDir(), NewProvenance(spec), e.Room())
		defer w.Release()
		if _, err := w.Add(e); err != nil {
			t.Fatal(err)
		}
		values := sim.StateSize*len(trajectory.Scene.Bodies) + max(1, len(trajectory.Scene.Actuators)) + 4 + len(trajectory.ViewNames) + 5
		w.frames.limit = w.frames.table.Offset() + int64(8*values*len(trajectory.States)) + more
		if _, err := w.Add(e); err != nil {
			t.Fatal(err)
		}
		if got := w.frames.file + 1; got != files {
			t.Errorf("%d bytes more: %d files, want %d", more, got, files)
		}
	}
}

// TestTasksAreTold compares the footer of the tasks with what pandas looks for.
func TestTasksAreTold(t *testing.T) {
	t.Parallel()
	file := openParquet(t, writeFlights(t, smallSpec()), tasksPath)
	want := []format.KeyValue{{Key: "pandas", Value: pandasMetadata()}}
	if got := file.Metadata().KeyValueMetadata; !slices.Equal(got, want) || file.Metadata().CreatedBy != "orrery version 1" {
		t.Errorf("metadata %v by %s", got, file.Metadata().CreatedBy)
	}
}
