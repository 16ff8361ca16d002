package screen

import (
	"image"
	"slices"
	"strings"
	"testing"

	"orrery/cmd/orrery-view/session/compare"
	"orrery/sim/render"
)

// says reports whether a list has a text with a part.
func says(l *render.List, part string) bool {
	return slices.ContainsFunc(l.Items, func(item render.Item) bool {
		text, ok := item.(render.Text)
		return ok && strings.Contains(text.Value, part)
	})
}

// TestTheKeyIsNeverHidden: what solid and outlined mean is said beside every message,
// and in a narrow window, too.
func TestTheKeyIsNeverHidden(t *testing.T) {
	s := open(t, "mixed")
	for _, width := range []int{1280, 640, 460} {
		s.Resize(width, 480, 1)
		s.Look.Panel = width == 640
		s.Session.Notify("something is wrong")
		s.wait(1)
		if l := s.List(); !says(l, "true") || !says(l, "predicted") || !says(l, "something is wrong") {
			t.Errorf("%d px: the key or the message is missing", width)
		}
	}
}

// TestMessagesStayOutOfPictures: neither films nor pictures show hints and notices.
func TestMessagesStayOutOfPictures(t *testing.T) {
	s := open(t, "mixed")
	s.Session.Notify("something is wrong")
	s.Update(Input{Keys: []string{"F9"}})
	s.wait(4)
	if !says(s.List(), "something is wrong") {
		t.Error("the notice is not shown")
	}
	for _, l := range s.recorder.Lists() {
		if says(l, "something is wrong") || says(l, "recording") {
			t.Error("a film shows a message")
		}
	}
	if len(s.recorder.Lists()) == 0 {
		t.Error("nothing is recorded")
	}
}

// TestHelpIsReadToItsEnd: the wheel brings the last row of the help into a window that is
// too low for it.
func TestHelpIsReadToItsEnd(t *testing.T) {
	s := open(t, "mixed")
	s.Resize(420, 300, 1)
	s.Look.Help = true
	lowest := func() (y float64) {
		for _, item := range s.List().Items {
			if text, ok := item.(render.Text); ok && text.Value == "full screen" {
				y = text.At.Y
			}
		}
		return y
	}
	if !(lowest() >= 300) {
		t.Fatal("the help fits")
	}
	for range 40 {
		s.Update(Input{Wheel: -1})
	}
	if y := lowest(); !(y <= 300) || !(y >= 100) {
		t.Errorf("the last row is at %v", y)
	}
}

// TestItIsSaidWhoPredicts: in the panel for good, in a small window for a while, and in the
// key always.
func TestItIsSaidWhoPredicts(t *testing.T) {
	s := open(t, "mixed")
	why := s.Session.Choice()
	if why == "" {
		t.Fatal("no reason")
	}
	joined := func(l *render.List) string {
		var all []string
		for _, item := range l.Items {
			if text, ok := item.(render.Text); ok {
				all = append(all, text.Value)
			}
		}
		return strings.Join(all, " ")
	}
	s.wait(explainTicks + 2)
	if all := joined(s.List()); !strings.Contains(all, why) || !strings.Contains(all, "predicted by ballistic") {
		t.Errorf("with the panel: %s lacks %q", all, why)
	}
	s = open(t, "mixed")
	s.Resize(640, 480, 1)
	s.wait(2)
	if all := joined(s.List()); !strings.Contains(all, "predicted by "+why) {
		t.Errorf("in a small window: %s lacks %q", all, why)
	}
	s.wait(explainTicks)
	if all := joined(s.List()); strings.Contains(all, why) || !strings.Contains(all, "predicted by ballistic") {
		t.Errorf("in a small window for ever: %s", all)
	}
}

// TestAPredictionThatCannotBeRightIsSaidSo: free flight falls through the floor. What is
// said stays long enough to be read, in the sandbox and in a duel, at every size.
func TestAPredictionThatCannotBeRightIsSaidSo(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	for _, mode := range []compare.Mode{compare.Sandbox, compare.Duel} {
		s := open(t, "pile")
		s.Session.SetMode(mode)
		for k := 0; s.worried.text == ""; k++ {
			if s.wait(1); k > 600 {
				t.Fatalf("%s: nothing is said", mode)
			}
		}
		said := s.worried.text
		for range worryTicks - 1 {
			if s.wait(1); s.worried.text != said {
				t.Fatalf("%s: became %q from %q at once", mode, s.worried.text, said)
			}
		}
		for _, size := range []image.Point{{X: 390, Y: 844}, {X: 640, Y: 480}, {X: 2560, Y: 1440}} {
			s.Resize(size.X, size.Y, 1)
			if l := s.List(); !says(l, "cannot be right") || !says(l, "predicted by ballistic") {
				t.Errorf("%s at %v: nothing is said", mode, size)
			}
		}
	}
}

// TestMessagesHideNothing: what is short stands in place of the readings, and what is long
// over the stage.
func TestMessagesHideNothing(t *testing.T) {
	s := open(t, "mixed")
	s.touched = true
	s.wait(1)
	for words, inHead := range map[string]bool{"something is wrong": true, strings.Repeat("something is wrong ", 40): false} {
		s.Session.Notify(words)
		bare, all := s.bare(), s.List()
		card, ok := all.Items[len(bare.Items)].(render.Path)
		if !ok {
			t.Fatal("there is no card")
		}
		for _, p := range card.Contours[0] {
			if below := p.Y > float64(s.places.stage.Min.Y); below == inHead {
				t.Errorf("%d letters: a corner of the card is at %v, the stage begins at %d", len(words), p, s.places.stage.Min.Y)
			}
		}
	}
}

// TestWhatWasDoneIsUndoneByItsKeys: Ctrl-Z takes a restart back and Ctrl-Y does it again. The
// letters alone do neither, and with Ctrl other letters do nothing.
func TestWhatWasDoneIsUndoneByItsKeys(t *testing.T) {
	s := open(t, "mixed")
	s.wait(30)
	over := render.Point{X: float64(s.places.stage.Min.X+s.places.stage.Max.X) / 2, Y: float64(s.places.stage.Min.Y+s.places.stage.Max.Y) / 2}
	press := func(key string, control, shift bool) int {
		s.Update(Input{Mouse: over, Keys: []string{key}, Control: control, Shift: shift})
		return len(s.Session.Scene().Bodies)
	}
	s.Update(Input{Mouse: over})
	n := len(s.Session.Scene().Bodies)
	if got := press("1", false, false); got != n+1 {
		t.Fatalf("%d bodies of %d and one", got, n)
	}
	for _, c := range []struct {
		key            string
		control, shift bool
		want           int
	}{
		{"z", false, false, n + 1}, {"z", true, false, n}, {"y", false, false, n}, {"y", true, false, n + 1}, {"z", true, false, n}, {"z", true, true, n + 1},
	} {
		if got := press(c.key, c.control, c.shift); got != c.want {
			t.Errorf("%+v: %d bodies, want %d", c, got, c.want)
		}
	}
	_, undo := s.find(t, "bar undo")
	if s.click(undo); len(s.Session.Scene().Bodies) != n {
		t.Error("the button does not undo")
	}
	_, redo := s.find(t, "bar redo")
	if s.click(redo); len(s.Session.Scene().Bodies) != n+1 {
		t.Error("the button does not redo")
	}
	theme := s.Theme()
	if press("d", true, false); s.Theme() != theme {
		t.Error("Ctrl-D changes the theme")
	}
}
