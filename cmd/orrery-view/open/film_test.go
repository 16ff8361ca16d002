package open

import (
	"context"
	"errors"
	"image"
	"io/fs"
	"path/filepath"
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
		case "odd.mp4":
			panic("odd")
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
		for end := time.Now().Add(5 * time.Minute); !is(); time.Sleep(time.Millisecond) {
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
	if err := v.Dropped(fstest.MapFS{"odd.mp4": file}); err != nil {
		t.Fatal(err)
	}
	within("a fault", says("odd.mp4: a fault of this program: odd"))
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

// TestFilmsAreShownBelowTheirDataset: that of the episode shown, and of others when one turns to them.
func TestFilmsAreShownBelowTheirDataset(t *testing.T) {
	const sample = "../../../datasets/sample"
	pictures := map[int]*image.RGBA{}
	trouble, watched := error(nil), t.TempDir()
	try := func(arguments ...string) (*Opener, error) {
		o, err := ParseArguments(arguments)
		if err != nil {
			return nil, err
		}
		o.Behind = func(dir, data string, episode int) (replay.Film, error) {
			if dir != watched || data != sample {
				t.Errorf("the film of %s in %s is asked for", data, dir)
			}
			return func(frame int) (*image.RGBA, [2]sim.Vec, error) {
				return pictures[100*episode+frame], [2]sim.Vec{{}, {X: 1, Y: 1}}, nil
			}, trouble
		}
		return New(o, jobs.InTick, planning.Engine{}, nil, fit.Decode)
	}
	pictures[3], pictures[103] = image.NewRGBA(image.Rect(0, 0, 1, 1)), image.NewRGBA(image.Rect(0, 0, 1, 1))
	v, err := try(sample, "--film", watched, "--paused")
	if err != nil {
		t.Fatal(err)
	}
	seen := func() *image.RGBA {
		first, _ := v.Session.Span()
		v.Session.Seek(first + 3)
		picture, _ := v.Session.Film()
		return picture
	}
	if seen() != pictures[3] {
		t.Error("another picture is shown")
	}
	v.Session.Next()
	for end := time.Now().Add(5 * time.Minute); seen() != pictures[103]; time.Sleep(time.Millisecond) { // it is opened meanwhile
		if time.Now().After(end) {
			t.Fatal("the film of the next episode is not shown")
		}
	}
	if v.Session.SetMode(compare.Duel); seen() != nil {
		t.Error("a duel has a film")
	}
	if _, err := try("--film", watched); !errors.As(err, new(Usage)) {
		t.Errorf("a film without a dataset: %v", err)
	}
	if _, err := try(sample, "--film", filepath.Join(watched, "nowhere")); !errors.As(err, new(Usage)) || !strings.Contains(err.Error(), "no such file") {
		t.Errorf("a film that is not there: %v", err)
	}
	trouble = errors.New("no film")
	if _, err := try(sample, "--film", watched); err == nil || err.Error() != "no film" {
		t.Errorf("a film that cannot be opened: %v", err)
	}
}
