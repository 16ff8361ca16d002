package screen

import (
	"slices"
	"strings"
	"testing"

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
	for _, l := range s.recorder.lists {
		if says(l, "something is wrong") || says(l, "recording") {
			t.Error("a film shows a message")
		}
	}
	if len(s.recorder.lists) == 0 {
		t.Error("nothing is recorded")
	}
}

// TestLongMessagesAreWrapped: all of their words are shown where there is room, and no
// line is too wide where there is none.
func TestLongMessagesAreWrapped(t *testing.T) {
	words := strings.Repeat("word ", 30) + "end"
	text := render.Text{Size: 13}
	lines := wrapped(text, words, 400, 4)
	all := ""
	for _, line := range lines {
		all += line.Value + " "
		if !(line.Width() <= 400) {
			t.Errorf("%q is %v px wide", line.Value, line.Width())
		}
	}
	if strings.TrimSpace(all) != words || len(lines) > 4 {
		t.Errorf("became %q", all)
	}
	for _, line := range wrapped(text, strings.Repeat("x", 300)+" "+words, 90, 2) {
		if !(line.Width() <= 90) {
			t.Errorf("%q is %v px wide", line.Value, line.Width())
		}
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
