package screen

import (
	"fmt"
	"image"
	"math"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"orrery/cmd/orrery-view/session"
	"orrery/cmd/orrery-view/session/compare"
	"orrery/cmd/orrery-view/session/jobs"
	"orrery/cmd/orrery-view/session/replay"
	"orrery/cmd/orrery-view/widget"
	"orrery/sim"
	"orrery/sim/render"
	"orrery/sim/scenario"
	"orrery/sim/scenario/library"
	"orrery/world/choose"
	"orrery/world/flight"
)

// find returns a scenario of the library.
func find(t testing.TB, name string) *scenario.Scenario {
	t.Helper()
	found, err := library.Find(name)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// open returns a screen in which free flight predicts a scene.
func open(t *testing.T, scene string) *Screen { return openPlanned(t, scene, nil) }

// openPlanned returns one with a planner, too.
func openPlanned(t *testing.T, scene string, planner session.NewPlanner) *Screen {
	t.Helper()
	ses := session.New(jobs.InTick, planner)
	ses.SetModels([]choose.Candidate{{Name: "ballistic", Model: flight.Ballistic()}})
	if err := ses.OpenScenario(find(t, scene), 7); err != nil {
		t.Fatal(err)
	}
	return New(ses)
}

func (s *Screen) wait(n int) {
	for range n {
		s.Update(Input{Mouse: s.mouse})
	}
}

// click presses the left button at a point and lets it go.
func (s *Screen) click(p render.Point) {
	s.Update(Input{Mouse: p, Left: true})
	s.Update(Input{Mouse: p})
}

// find returns the widget of a name and its middle.
func (s *Screen) find(t *testing.T, name string) (widget.Widget, render.Point) {
	t.Helper()
	for _, w := range s.widgets() {
		if w.Name == name {
			return w, render.Point{X: float64(w.Part.Min.X+w.Part.Max.X) / 2, Y: float64(w.Part.Min.Y+w.Part.Max.Y) / 2}
		}
	}
	t.Fatalf("there is no widget %q", name)
	return widget.Widget{}, render.Point{}
}

var sizes = []struct {
	width, height int
	scale         float64
}{{640, 480, 1}, {320, 240, 1}, {200, 150, 1}, {600, 450, 3}, {1280, 800, 1}, {1920, 1080, 1}, {3840, 2160, 2}, {3840, 2160, 1}, {700, 1400, 1}}

// TestNothingOverlaps: parts of the picture and widgets keep apart, inside it, at
// every size, in every mode.
func TestNothingOverlaps(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	for _, size := range sizes {
		for _, mode := range []compare.Mode{compare.Sandbox, compare.Duel} {
			s := open(t, "mixed")
			s.Session.SetMode(mode)
			s.Resize(size.width, size.height, size.scale)
			s.wait(2)
			all := image.Rect(0, 0, size.width, size.height)
			l := s.places
			parts := []image.Rectangle{l.head, l.stage, l.foot, l.plot, l.bar, l.panel}
			for i, p := range parts {
				if !p.In(all) {
					t.Errorf("%v: part %d %v leaves the picture", size, i, p)
				}
				for _, q := range parts[:i] {
					if p.Overlaps(q) {
						t.Errorf("%v: %v overlaps %v", size, p, q)
					}
				}
			}
			widgets := s.widgets()
			for i, w := range widgets {
				if w.Clip.Empty() && !w.Part.In(all) {
					t.Errorf("%v: widget %q leaves the picture", size, w.Text)
				}
				for _, v := range widgets[:i] {
					if w.Part.Overlaps(v.Part) {
						t.Errorf("%v: %q overlaps %q", size, w.Text, v.Text)
					}
				}
			}
			if l.stage.Dx() < 100 || l.stage.Dy() < 50 {
				t.Errorf("%v: stage %v", size, l.stage)
			}
		}
	}
}

// TestAllReadingsFitIntoASmallWindow: 640 by 480 pixels have room for every figure.
func TestAllReadingsFitIntoASmallWindow(t *testing.T) {
	for _, mode := range []compare.Mode{compare.Sandbox, compare.Duel} {
		s := open(t, "billiards")
		s.Session.SetMode(mode)
		s.Resize(640, 480, 1)
		s.FPS = 60
		s.wait(30)
		for _, r := range s.readings() {
			if !slices.ContainsFunc(s.List().Items, func(item render.Item) bool {
				text, ok := item.(render.Text)
				return ok && text.Value == r.name
			}) {
				t.Errorf("%s: %s is missing", mode, r.name)
			}
		}
	}
}

// TestTextsAreReadable: none is smaller than 12 pixels of the display, none begins or
// ends outside the picture, all have enough contrast.
func TestTextsAreReadable(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	for _, size := range sizes {
		for _, theme := range []string{"dark", "light"} {
			s := open(t, "mixed")
			if err := s.SetTheme(theme); err != nil {
				t.Fatal(err)
			}
			s.Resize(size.width, size.height, size.scale)
			s.wait(90)
			items := s.List().Items // with the hint
			s.Look.Help = true
			for _, item := range append(items, s.List().Items...) {
				text, ok := item.(render.Text)
				if !ok {
					continue
				}
				if !(text.Size >= 12*size.scale) {
					t.Errorf("%v: %q has %v px", size, text.Value, text.Size)
				}
				left, width := text.At.X, text.Width()
				switch text.Align {
				case render.Centre:
					left -= width / 2
				case render.Right:
					left -= width
				}
				if !(left >= -1) || !(left+width <= float64(size.width)+1) {
					t.Errorf("%v: %q from %v to %v", size, text.Value, left, left+width)
				}
				back := s.theme.Background
				if text.Colour == widget.White {
					back = s.theme.True
				}
				if got := render.Contrast(text.Colour, back); !(got >= 4.4) {
					t.Errorf("%s: %q has a contrast of %.2f", theme, text.Value, got)
				}
			}
		}
	}
}

func TestBothColoursAreOnTheStage(t *testing.T) {
	s := open(t, "billiards")
	s.wait(30)
	picture := s.List().Image()
	counts := map[render.Colour]int{}
	for i := 0; i < len(picture.Pix); i += 4 {
		counts[render.Colour{R: picture.Pix[i], G: picture.Pix[i+1], B: picture.Pix[i+2], A: 255}]++
	}
	if counts[s.theme.True] < 5000 || counts[s.theme.Predicted] < 500 {
		t.Errorf("%d pixels are true and %d predicted", counts[s.theme.True], counts[s.theme.Predicted])
	}
}

func TestSomethingMovesUntilSomeoneDoesSomething(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	s := open(t, "mixed")
	s.Session.Faster(3)
	s.wait(400)
	if s.Session.Seed() == 7 {
		t.Error("nothing has moved for long")
	}
	s = open(t, "mixed")
	s.Session.Faster(3)
	s.Update(Input{Keys: []string{"c"}})
	s.wait(400)
	if s.Session.Seed() != 7 {
		t.Error("took the scene away from someone who looks at it")
	}
}

func TestDraggingThrowsABody(t *testing.T) {
	s := open(t, "billiards")
	s.wait(1)
	camera := s.camera()
	from := camera.Pixel(s.Session.State()[0].Position())
	to := render.Point{X: float64(s.places.stage.Min.X+s.places.stage.Max.X) / 2, Y: float64(s.places.stage.Min.Y) + 60}
	s.Update(Input{Mouse: from, Left: true})
	if body, _, _ := s.Session.Hand(); body != 0 {
		t.Fatalf("holds body %d", body)
	}
	for range 90 {
		s.Update(Input{Mouse: to, Left: true})
	}
	if got := camera.Pixel(s.Session.State()[0].Position()); !(math.Hypot(got.X-to.X, got.Y-to.Y) <= 60) {
		t.Errorf("the body is at %v, the mouse at %v", got, to)
	}
	s.Update(Input{Mouse: to})
	if body, _, _ := s.Session.Hand(); body != -1 {
		t.Error("did not let go")
	}
}

func TestDraggingBesideMovesTheViewAndTheWheelZoomsAtTheMouse(t *testing.T) {
	s := open(t, "mixed")
	s.wait(1)
	corner := render.Point{X: float64(s.places.stage.Min.X) + 5, Y: float64(s.places.stage.Min.Y) + 5}
	under := s.camera().World(corner)
	s.Update(Input{Mouse: corner, Left: true})
	moved := render.Point{X: corner.X + 70, Y: corner.Y + 30}
	s.Update(Input{Mouse: moved, Left: true})
	if got := s.camera().World(moved); !(got.Sub(under).Len() <= 1e-9) {
		t.Errorf("dragged %v, now %v is there", under, got)
	}
	s.Update(Input{Mouse: moved})
	s.Update(Input{Mouse: moved, Wheel: 3})
	if got := s.camera().World(moved); !(got.Sub(under).Len() <= 1e-9) || !(s.zoom > 1) {
		t.Errorf("zoomed %v×, %v moved to %v", s.zoom, under, got)
	}
	s.Update(Input{Mouse: moved, Keys: []string{"f"}})
	if s.zoom != 1 || s.pan != (sim.Vec{}) {
		t.Error("F does not show all again")
	}
}

func TestWidgetsDoWhatTheySay(t *testing.T) {
	s := open(t, "mixed")
	s.wait(1)
	for _, step := range []struct {
		click string
		done  func() bool
	}{
		{"head duel", func() bool { return s.Session.Mode() == compare.Duel }},
		{"head sandbox", func() bool { return s.Session.Mode() == compare.Sandbox }},
		{"head light", func() bool { return s.Theme() == "light" }},
		{"bar pause", func() bool { return s.Session.Paused() }},
		{"bar play", func() bool { return !s.Session.Paused() }},
		{"speed +", func() bool { return s.Session.Speed() == 2 }},
		{"billiards", func() bool { return s.Session.Scene().Name == "billiards" }},
		{"contacts", func() bool { return s.Look.Contacts }},
		{"head panel", func() bool { return !s.Look.Panel && s.places.panel.Empty() }},
		{"head ?", func() bool { return s.Look.Help }},
	} {
		_, p := s.find(t, step.click)
		if s.click(p); !step.done() {
			t.Errorf("a click on %s did nothing", step.click)
		}
	}
}

func TestScrubbingStopsTimeAndGoesBack(t *testing.T) {
	s := open(t, "mixed")
	s.wait(100)
	w, p := s.find(t, "time")
	left, right := w.Rail(s.unit)
	p.X = left + 0.25*(right-left)
	s.click(p)
	if got := s.Session.Frame(); got < 20 || got > 30 || !s.Session.Paused() {
		t.Errorf("at frame %d, paused %v", got, s.Session.Paused())
	}
}

// TestEveryKeyOfTheHelpWorks presses each key that the table has; F1's list and what
// keys do cannot differ, so it is enough that none fails and that the help names all.
func TestEveryKeyOfTheHelpWorks(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	for _, mode := range []compare.Mode{compare.Sandbox, compare.Duel} {
		s := open(t, "mixed")
		s.Session.SetMode(mode)
		s.wait(10)
		for _, key := range Keys() {
			for _, shift := range []bool{false, true} {
				if key == "F9" && shift {
					continue // ends the film that F9 began
				}
				s.Update(Input{Mouse: render.Point{X: 400, Y: 300}, Keys: []string{key}, Shift: shift})
				s.wait(3)
				if len(s.List().Items) < 10 {
					t.Errorf("%s leaves %d items", key, len(s.List().Items))
				}
			}
		}
		if !slices.ContainsFunc(s.TakeFiles(), func(f File) bool { return strings.HasSuffix(f.Name, ".png") }) {
			t.Error("F12 saved nothing")
		}
		if !s.TakeFullscreen() || s.TakeFullscreen() {
			t.Error("F11 is not told once")
		}
	}
	seen := map[string]bool{}
	for _, b := range bindings() {
		for _, key := range b.keys {
			if seen[key] {
				t.Errorf("%s does two things", key)
			}
			seen[key] = true
		}
	}
}

func TestTogglesToggle(t *testing.T) {
	s := open(t, "mixed")
	for key, on := range map[string]*bool{
		"g": &s.Look.Ghost, "t": &s.Look.Trails, "e": &s.Look.Errors, "c": &s.Look.Contacts, "v": &s.Look.Velocities,
		"i": &s.Look.Numbers, "F2": &s.Look.Readings, "Tab": &s.Look.Panel, "F1": &s.Look.Help,
	} {
		before := *on
		if s.Update(Input{Keys: []string{key}}); *on == before {
			t.Errorf("%s does nothing", key)
		}
		if s.Update(Input{Keys: []string{key}}); *on != before {
			t.Errorf("%s does not go back", key)
		}
	}
}

// TestFilmsAreRecorded records half a second in each format. Where ffmpeg is missing, MP4
// says so instead.
func TestFilmsAreRecorded(t *testing.T) {
	for _, c := range []struct {
		with             Input
		extension, magic string
	}{
		{Input{}, ".gif", "GIF89a"},
		{Input{Shift: true}, ".apng", "\x89PNG"},
		{Input{Control: true}, ".mp4", "\x00\x00\x00 ftyp"},
	} {
		s := open(t, "mixed")
		s.Resize(321, 241, 1)
		c.with.Keys = []string{"F9"}
		s.Update(c.with)
		s.wait(30)
		if s.recorder.Active() {
			bare := len(s.bare().Items)
			if s.Session.Notify("something else"); !strings.Contains(s.texts(), fmt.Sprintf("%.1f s", s.recorder.Seconds())) || len(s.List().Items) < bare+3 || strings.Contains(s.texts(), "recording") {
				t.Errorf("nothing shows that it films: %s", s.texts())
			}
		}
		s.Update(Input{Keys: []string{"F9"}})
		for s.recorder.Busy() {
			s.wait(1)
		}
		files := s.TakeFiles()
		if _, err := exec.LookPath("ffmpeg"); err != nil && c.extension == ".mp4" {
			if !strings.Contains(s.Session.Notice(), "ffmpeg") {
				t.Errorf("without ffmpeg: notice %q", s.Session.Notice())
			}
			continue
		}
		if len(files) != 1 || !strings.HasSuffix(files[0].Name, c.extension) || !strings.HasPrefix(string(files[0].Data), c.magic) {
			t.Errorf("%s: %d files, notice %q", c.extension, len(files), s.Session.Notice())
		}
	}
}

// TestAFilmIsWrittenBeforeTheProgramEnds, also one that nobody has ended, and nothing is waited for where none is filmed.
func TestAFilmIsWrittenBeforeTheProgramEnds(t *testing.T) {
	t.Parallel()
	s := open(t, "mixed")
	s.Resize(321, 241, 1)
	s.Finish()
	s.hit("F9")
	s.wait(12)
	s.Finish()
	if files := s.TakeFiles(); len(files) != 1 || !strings.HasPrefix(string(files[0].Data), "GIF89a") {
		t.Errorf("%d films are written", len(files))
	}
}

// TestFilmsAreMadeWithoutKeys by buttons of the panel.
func TestFilmsAreMadeWithoutKeys(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	s := open(t, "mixed")
	s.Resize(800, 4000, 1)
	s.Look.Panel = true
	s.wait(1)
	for _, name := range []string{"an APNG", "end the film", "save a PNG"} {
		_, p := s.find(t, name)
		s.click(p)
		s.wait(12)
	}
	for s.recorder.Busy() {
		s.wait(1)
	}
	if files := s.TakeFiles(); len(files) != 2 || !strings.HasSuffix(files[0].Name, "png") || !strings.HasSuffix(files[1].Name, "png") {
		t.Errorf("%d files, notice %q", len(files), s.Session.Notice())
	}
}

// TestAFilmThatCannotBeWrittenIsNotRecorded: without ffmpeg Ctrl-F9 says so at once.
func TestAFilmThatCannotBeWrittenIsNotRecorded(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	s := open(t, "mixed")
	s.Update(Input{Keys: []string{"F9"}, Control: true})
	if s.recorder.Active() || !strings.Contains(s.Session.Notice(), "ffmpeg") {
		t.Errorf("recording %v, notice %q", s.recorder.Active(), s.Session.Notice())
	}
}

// TestScrollingEndsWithWhatThereIs: what was scrolled in a low window stands at its place
// in a high one.
func TestScrollingEndsWithWhatThereIs(t *testing.T) {
	s := open(t, "mixed")
	s.Resize(900, 300, 1)
	s.Look.Panel = true
	s.wait(1)
	over := render.Point{X: float64(s.places.panel.Min.X) + 5, Y: 100}
	s.Update(Input{Mouse: over, Wheel: -500})
	s.Update(Input{Mouse: over, Keys: []string{"F1"}})
	s.Update(Input{Mouse: over, Wheel: -500})
	if s.scroll == 0 || s.helpScroll == 0 {
		t.Fatalf("scrolled by %v and %v", s.scroll, s.helpScroll)
	}
	if bottom := s.panelHeight() - int(s.scroll); bottom != s.places.panel.Dy() {
		t.Errorf("the panel ends at %d of %d", bottom, s.places.panel.Dy())
	}
	s.Resize(900, 1400, 1)
	if s.scroll != 0 || s.helpScroll != 0 {
		t.Errorf("in a high window still scrolled by %v and %v", s.scroll, s.helpScroll)
	}
}

// TestAnyEpisodeCanBeReplayed drags the slider over a dataset.
func TestAnyEpisodeCanBeReplayed(t *testing.T) {
	s := open(t, "mixed")
	s.wait(1)
	recorded, opened := &sim.Trajectory{Scene: s.Session.Scene(), States: s.Session.Past(1)}, 0
	var episode func(k int) (replay.Show, error)
	episode = func(k int) (replay.Show, error) {
		opened++
		return replay.Show{Episode: k, Episodes: 401, True: recorded, Next: episode}, nil
	}
	s.open(replay.Offer{Open: func() (replay.Show, error) { return episode(0) }})
	w, p := s.find(t, "episode")
	left, right := w.Rail(s.unit)
	p.X = left + 0.75*(right-left)
	opened = 0
	for range 10 {
		s.Update(Input{Mouse: p, Left: true})
	}
	if got := s.Session.Show().Episode; got != 300 || opened != 1 {
		t.Errorf("episode %d, opened %d times", got, opened)
	}
}

// TestASceneMayBeCalledAnything: its name neither leads F12 to another directory nor
// takes the place of the readings.
func TestASceneMayBeCalledAnything(t *testing.T) {
	s := open(t, "mixed")
	scene := *s.Session.Scene()
	scene.Name = "../a\\b:" + strings.Repeat("long ", 30)
	if err := s.Session.OpenScene(&scene); err != nil {
		t.Fatal(err)
	}
	s.Resize(640, 480, 1)
	s.Update(Input{Keys: []string{"F12"}})
	if files := s.TakeFiles(); len(files) != 1 || strings.ContainsAny(files[0].Name, `/\: `) || strings.Contains(files[0].Name, "..") {
		t.Errorf("saves %+v", files)
	}
	if !slices.ContainsFunc(s.List().Items, func(item render.Item) bool {
		text, ok := item.(render.Text)
		return ok && text.Value == "time"
	}) {
		t.Error("the readings are gone")
	}
}

// TestDatasetsThatAreNotOfferedAreCounted: who misses one is told what to do.
func TestDatasetsThatAreNotOfferedAreCounted(t *testing.T) {
	for n, want := range map[int]bool{8: false, 11: true} {
		s := open(t, "mixed")
		s.Sources = make([]replay.Offer, n)
		if got := slices.ContainsFunc(s.panel(), func(w widget.Widget) bool { return w.Text == "3 more: drop one on the window" }); got != want {
			t.Errorf("%d datasets: counted %v", n, got)
		}
	}
}

func TestListOnlyReads(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	s := open(t, "mixed")
	s.wait(30)
	first := s.List().Image()
	frame := s.Session.Frame()
	for range 5 {
		s.List()
	}
	if again := s.List().Image(); !slices.Equal(first.Pix, again.Pix) || s.Session.Frame() != frame {
		t.Error("drawing changed what is drawn")
	}
}
