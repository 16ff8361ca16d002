package screen

import (
	"bytes"
	"image/png"
	"slices"
	"strings"
	"testing"

	"orrery/cmd/orrery-view/session/compare"
	"orrery/sim"
	"orrery/sim/render"
)

// hit presses a key with the mouse where it is.
func (s *Screen) hit(key string, modifiers ...string) {
	s.Update(Input{Mouse: s.mouse, Keys: []string{key}, Shift: slices.Contains(modifiers, "shift"), Control: slices.Contains(modifiers, "ctrl")})
}

// Keys of what is shown switch that, and nothing else, and switch it back.
func TestKeysSwitchWhatTheySay(t *testing.T) {
	t.Parallel()
	s := open(t, "mixed")
	s.wait(2)
	for key, of := range map[string]func(l *Look) *bool{
		"g": func(l *Look) *bool { return &l.Ghost }, "t": func(l *Look) *bool { return &l.Trails }, "e": func(l *Look) *bool { return &l.Errors },
		"c": func(l *Look) *bool { return &l.Contacts }, "v": func(l *Look) *bool { return &l.Velocities }, "i": func(l *Look) *bool { return &l.Numbers },
		"Tab": func(l *Look) *bool { return &l.Panel }, "F2": func(l *Look) *bool { return &l.Readings },
		"F1": func(l *Look) *bool { return &l.Help }, "?": func(l *Look) *bool { return &l.Help }, "h": func(l *Look) *bool { return &l.Help },
	} {
		before := s.Look
		want := before
		*of(&want) = !*of(&want)
		if s.hit(key); s.Look != want {
			t.Errorf("%s makes %+v of %+v", key, s.Look, before)
		}
		if s.hit(key); s.Look != before {
			t.Errorf("%s twice makes %+v of %+v", key, s.Look, before)
		}
	}
	s.hit("F1")
	if s.hit("Escape"); s.Look.Help {
		t.Error("escape leaves the help")
	}
	theme := s.theme.Name
	if s.hit("d"); s.theme.Name == theme {
		t.Error("d leaves the theme")
	}
	if s.hit("d"); s.theme.Name != theme {
		t.Error("d twice changes the theme")
	}
}

// Keys of time pause, step, seek, repeat, and make it faster.
func TestKeysMoveTime(t *testing.T) {
	t.Parallel()
	s := open(t, "mixed")
	s.wait(40)
	if s.hit("Space"); !s.Session.Paused() {
		t.Fatal("space does not pause")
	}
	at := s.Session.Frame()
	step := func(want int, key string, modifiers ...string) {
		t.Helper()
		from := s.Session.Frame()
		if s.hit(key, modifiers...); s.Session.Frame()-from != want {
			t.Errorf("%s %v goes from frame %d to %d", key, modifiers, from, s.Session.Frame())
		}
	}
	step(-1, "ArrowLeft")
	step(-10, "ArrowLeft", "shift")
	step(1, "ArrowRight")
	step(10, "ArrowRight", "shift")
	if s.Session.Frame() != at {
		t.Fatalf("there and back leads from %d to %d", at, s.Session.Frame())
	}
	first, last := s.Session.Span()
	if s.hit("Home"); s.Session.Frame() != first {
		t.Errorf("home goes to %d of %d to %d", s.Session.Frame(), first, last)
	}
	if s.hit("End"); s.Session.Frame() != last {
		t.Errorf("end goes to %d of %d to %d", s.Session.Frame(), first, last)
	}
	s.Session.Seek(5)
	s.hit("[")
	s.Session.Seek(15)
	s.hit("]")
	if from, to := s.Session.Loop(); from != 5 || to != 15 {
		t.Errorf("the keys repeat from %d to %d, want 5 to 15", from, to)
	}
	speed := s.Session.Speed()
	if s.hit("+"); !(s.Session.Speed() > speed) {
		t.Error("+ is not faster")
	}
	s.hit("-")
	if s.hit("-"); !(s.Session.Speed() < speed) {
		t.Error("- is not slower")
	}
	if s.hit("="); s.Session.Speed() != speed {
		t.Error("= is not +")
	}
	if s.hit("Space"); s.Session.Paused() {
		t.Error("space twice pauses")
	}
	wait := s.Session.Frame()
	if s.wait(30); s.Session.Frame() == wait {
		t.Error("time stands still")
	}
}

// Seeking by keys pauses, and arrows are left to what can be driven while time goes on.
func TestArrowsAreForWhatIsDriven(t *testing.T) {
	t.Parallel()
	s := open(t, "push")
	s.wait(30)
	from := s.Session.Frame()
	if s.hit("ArrowLeft", "shift"); s.Session.Frame() < from || s.Session.Paused() {
		t.Error("an arrow steps while time goes on and something can be driven")
	}
	if s.hit("Home"); !s.Session.Paused() {
		t.Error("home does not pause")
	}
	from = s.Session.Frame()
	if s.hit("ArrowRight"); s.Session.Frame() != from+1 {
		t.Error("an arrow does not step while time stands still")
	}
}

// TestArrowsAreForTheSliderThatHasTheKeyboard and not for what is driven.
func TestArrowsAreForTheSliderThatHasTheKeyboard(t *testing.T) {
	t.Parallel()
	s, other := open(t, "push"), open(t, "push")
	s.wait(30)
	other.wait(30)
	w, _ := s.find(t, "horizon")
	s.typing.focus = w.Name
	before := s.Session.Horizon()
	for range 30 {
		s.Update(Input{Keys: []string{"ArrowRight"}, Held: []string{"ArrowRight"}})
		other.Update(Input{})
	}
	if s.Session.Horizon() == before {
		t.Error("the slider stays")
	}
	if !slices.Equal(s.Session.State(), other.Session.State()) {
		t.Error("the keys drive, too")
	}
}

// Keys choose what the truth is compared with, and how far ahead is looked.
func TestKeysChooseModeAndHorizon(t *testing.T) {
	t.Parallel()
	s := open(t, "mixed")
	s.wait(10)
	low, _ := s.Session.Horizons()
	frames := func() int { return s.Session.Horizon() }
	before, fps := frames(), float64(s.Session.Scene().FPS)
	if s.hit("."); frames() != before+int(low*fps+0.5) {
		t.Errorf(". looks %d frames ahead, after %d", frames(), before)
	}
	if s.hit(","); frames() != before {
		t.Errorf(", looks %d frames ahead, before it was %d", frames(), before)
	}
	if s.hit("m"); s.Session.Mode() != compare.Duel {
		t.Errorf("m goes to mode %v", s.Session.Mode())
	}
	if s.hit("m"); s.Session.Mode() != compare.Sandbox { // there is nothing to replay
		t.Errorf("m goes on to mode %v", s.Session.Mode())
	}
	if s.hit("b"); s.Session.Mode() != compare.Duel {
		t.Errorf("b in the sandbox leads to mode %v", s.Session.Mode())
	}
}

// Digits add what they say under the mouse, and del takes it away again; where the mouse is beside the scene nothing
// happens.
func TestKeysAddAndDelete(t *testing.T) {
	t.Parallel()
	s := open(t, "mixed")
	s.hit("Space")
	s.Update(Input{Mouse: middle(s)})
	s.hit("f")
	n := len(s.Session.Scene().Bodies)
	for i, want := range []int{1, 4, 4, 6} { // corners
		s.Update(Input{Mouse: render.Point{X: middle(s).X + float64(60*(i-2)), Y: middle(s).Y}})
		s.hit(string(rune('1' + i)))
		bodies := s.Session.Scene().Bodies
		if len(bodies) != n+1 {
			t.Fatalf("%d leads to %d bodies of %d", i+1, len(bodies), n)
		}
		if got := len(bodies[n].Shapes[0].Vertices); got != want {
			t.Errorf("%d adds a body of %d corners, want %d", i+1, got, want)
		}
		added := s.Session.State()[n].Position() // where there is room
		if at := s.camera().World(s.mouse); !(added.Sub(at).Len() < 1) {
			t.Errorf("%d adds a body at %v, and the mouse is at %v", i+1, added, at)
		}
		s.Update(Input{Mouse: s.camera().Pixel(added)})
		if s.hit("Delete"); len(s.Session.Scene().Bodies) != n {
			t.Fatalf("del leaves %d bodies of %d", len(s.Session.Scene().Bodies), n)
		}
	}
	s.Update(Input{Mouse: render.Point{X: -5, Y: -5}})
	s.hit("1")
	if s.hit("Backspace"); len(s.Session.Scene().Bodies) != n {
		t.Errorf("beside the scene keys lead to %d bodies of %d", len(s.Session.Scene().Bodies), n)
	}
}

// middle returns the middle of the stage.
func middle(s *Screen) render.Point {
	stage := s.places.stage
	return render.Point{X: float64(stage.Min.X+stage.Max.X) / 2, Y: float64(stage.Min.Y+stage.Max.Y) / 2}
}

// R begins the scene again, and N the next one.
func TestKeysRestartAndGoOn(t *testing.T) {
	t.Parallel()
	s := open(t, "mixed")
	start := append(sim.State{}, s.Session.Scene().Start()...)
	s.wait(30)
	label := s.Session.Label()
	if s.hit("r"); !slices.Equal(s.Session.Scene().Start(), start) || s.Session.Label() != label {
		t.Error("r leads to another scene")
	}
	if first, _ := s.Session.Span(); s.Session.Frame() > first+2 {
		t.Errorf("r leaves frame %d", s.Session.Frame())
	}
	if s.hit("n"); slices.Equal(s.Session.Scene().Start(), start) || s.Session.Label() == label {
		t.Errorf("n leaves the scene %s", s.Session.Label())
	}
}

// A link is copied where there is one, and else it is said where there would be.
func TestLinksAreCopiedWhereThereAreAny(t *testing.T) {
	t.Parallel()
	s := open(t, "mixed")
	if s.hit("k"); !strings.Contains(s.Session.Notice(), "a window has no link") {
		t.Errorf("it is said %q", s.Session.Notice())
	}
	copied := 0
	s.Link = func() { copied++ }
	if s.hit("k"); copied != 1 {
		t.Errorf("it was copied %d times", copied)
	}
}

// F12 saves what is shown as a picture as large as the screen, once, and F11 asks for the whole screen once.
func TestPicturesAreAsLargeAsTheScreen(t *testing.T) {
	t.Parallel()
	s := open(t, "mixed")
	s.Resize(700, 500, 1)
	s.wait(2)
	s.hit("F12")
	s.Save("other.txt", []byte("other"))
	files := s.TakeFiles()
	if len(files) != 2 || !strings.HasSuffix(files[0].Name, ".png") || files[1].Name != "other.txt" || string(files[1].Data) != "other" {
		t.Fatalf("the files are %d", len(files))
	}
	picture, err := png.Decode(bytes.NewReader(files[0].Data))
	if err != nil {
		t.Fatal(err)
	}
	if picture.Bounds().Size() != s.Size() || s.Size().X != 700 {
		t.Errorf("the picture is %v, the screen %v", picture.Bounds(), s.Size())
	}
	if len(s.TakeFiles()) != 0 {
		t.Error("files are taken twice")
	}
	s.hit("F11")
	if !s.TakeFullscreen() || s.TakeFullscreen() {
		t.Error("F11 is not told once")
	}
}

// Typed characters are keys, in lower case; others have names.
func TestCharactersAreKeys(t *testing.T) {
	t.Parallel()
	for c, want := range map[rune]string{'a': "a", 'A': "a", '?': "?", '~': "~", '!': "!", ' ': "", '\t': "", 'ä': "", 0x7f: ""} {
		if got := KeyOf(c); got != want {
			t.Errorf("%q is the key %q, want %q", c, got, want)
		}
	}
	seen := map[string]bool{}
	for _, key := range Keys() {
		if seen[key] {
			t.Errorf("%s has two meanings", key)
		}
		seen[key] = true
	}
}

// TestWhatIsHeldIsLetGoWhereTheWindowIsLeft, as buttons may be lifted beside it; and no key drives while it is away.
func TestWhatIsHeldIsLetGoWhereTheWindowIsLeft(t *testing.T) {
	t.Parallel()
	s := open(t, "push")
	s.wait(1)
	at := s.camera().Pixel(s.Session.State()[1].Position())
	s.Update(Input{Mouse: at, Left: true})
	if s.drag.what != body {
		t.Fatalf("%v is dragged", s.drag.what)
	}
	s.Update(Input{Mouse: at, Left: true})
	if s.drag.what != body {
		t.Error("it is let go while the button is down")
	}
	s.Update(Input{Mouse: at, Left: true, Gone: true})
	if s.drag.what != nothing {
		t.Errorf("%v is dragged in a window that was left", s.drag.what)
	}
	s.Update(Input{Mouse: at, Left: true, Gone: true})
	if s.drag.what != nothing {
		t.Errorf("%v is dragged anew in a window that was left", s.drag.what)
	}
}
