package open

import (
	"context"
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"orrery/cmd/orrery-view/session/compare"
	"orrery/cmd/orrery-view/session/jobs"
	"orrery/cmd/orrery-view/session/replay"
	"orrery/cmd/orrery/planning"
	"orrery/sim"
	"orrery/world/fit"
)

// TestDroppedFilmsAreWatched meanwhile, and then replayed; the last one dropped is.
func TestDroppedFilmsAreWatched(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 100, sim.Surface{})}
	seen := &sim.Trajectory{Scene: &scene, States: []sim.State{{{X: 1}}, {{X: 2}}}}
	o := DefaultOptions()
	o.Watch = func(ctx context.Context, files fs.FS, name string, progress func(float64)) (replay.Show, error) {
		progress(0.42)
		switch name {
		case "slow.gif": // until another one comes
			<-ctx.Done()
			return replay.Show{}, ctx.Err()
		case "bad.mp4":
			return replay.Show{}, errors.New("it is cut off")
		}
		return replay.Show{Label: "film of " + name, Episodes: 1, True: seen}, nil
	}
	v, err := New(o, jobs.InTick, planning.Engine{}, nil, fit.Decode)
	if err != nil {
		t.Fatal(err)
	}
	within := func(what string, is func() bool) {
		t.Helper()
		for end := time.Now().Add(time.Minute); !is(); time.Sleep(time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("%s: the notice is %q", what, v.Session.Notice())
			}
			v.Tick()
		}
	}
	says := func(text string) func() bool {
		return func() bool { return strings.Contains(v.Session.Notice(), text) }
	}
	file := &fstest.MapFile{}
	if err := v.Dropped(fstest.MapFS{"slow.gif": file}); err != nil || !says("slow.gif: looking for bodies")() {
		t.Fatalf("%v, notice %q", err, v.Session.Notice())
	}
	within("progress", says("looking for bodies: 42 %"))
	if err := v.Dropped(fstest.MapFS{"1.png": file, "2.PNG": file}); err != nil {
		t.Fatal(err)
	}
	within("pictures", func() bool { return v.Session.Mode() == compare.Replay && v.Session.Show().Label == "film of ." })
	if err := v.Dropped(fstest.MapFS{"take/1.jpg": file, "take/2.jpg": file}); err != nil {
		t.Fatal(err)
	}
	within("a folder", func() bool { return v.Session.Show().Label == "film of take" })
	if err := v.Dropped(fstest.MapFS{"bad.mp4": file}); err != nil {
		t.Fatal(err)
	}
	within("trouble", says("bad.mp4: it is cut off"))
	if v.Session.Show().Label != "film of take" {
		t.Error("what was shown is gone")
	}
	told := &fstest.MapFile{Data: []byte(`{"format": 1, "watched": {}, "episodes": []}`)}
	if err := v.Dropped(fstest.MapFS{"late.gif": file, "film.json": told}); err != nil {
		t.Fatal(err)
	}
	within("a film and what is told of it", func() bool { return v.Session.Show().Label == "film of late.gif" })
	if err := v.Dropped(fstest.MapFS{"1.png": file, "2.png": file, "film.json": told}); err != nil {
		t.Fatal(err)
	}
	within("pictures and what is told of them", func() bool { return v.Session.Show().Label == "film of ." })
	if err := v.Dropped(fstest.MapFS{"film.json": told}); err == nil || !strings.Contains(err.Error(), "together with the film") {
		t.Errorf("what is told of no film: %v", err)
	}
	for _, files := range []fstest.MapFS{{"1.png": file}, {"1.png": file, "notes.txt": file}} {
		if err := v.Dropped(files); err == nil {
			t.Errorf("%v is a film", files)
		}
	}
}
