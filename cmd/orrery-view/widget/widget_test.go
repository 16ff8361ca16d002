package widget_test

import (
	"image"
	"strings"
	"testing"

	"orrery/cmd/orrery-view/widget"
	"orrery/sim/render"
)

func button(name string, part image.Rectangle) widget.Widget {
	return widget.Widget{Kind: widget.Button, Name: name, Text: name, Part: part, Do: func() {}}
}

// TestTheLastDrawnIsHit where several lie over each other, but not beyond what can be seen of it, and not what does nothing.
func TestTheLastDrawnIsHit(t *testing.T) {
	t.Parallel()
	clipped := button("clipped", image.Rect(0, 0, 100, 40))
	clipped.Clip = image.Rect(0, 0, 100, 20)
	list := []widget.Widget{button("below", image.Rect(0, 0, 100, 40)), clipped, {Kind: widget.Label, Text: "words", Part: image.Rect(0, 0, 100, 40)}}
	for y, want := range map[float64]string{10: "clipped", 30: "below", 50: ""} {
		if w, ok := widget.At(list, render.Point{X: 50, Y: y}); w.Name != want || ok != (want != "") {
			t.Errorf("at %v px it is %q, want %q", y, w.Name, want)
		}
	}
}

// TestNamesAreToldApart: of several with one name all but the first get another, and those without one keep it.
func TestNamesAreToldApart(t *testing.T) {
	t.Parallel()
	list := []widget.Widget{{Name: "mixed"}, {}, {Name: "mixed"}, {}, {Name: "mixed"}}
	widget.Name(list)
	for i, want := range []string{"mixed", "", "mixed, 2", "", "mixed, 3"} {
		if list[i].Name != want {
			t.Errorf("%d is called %q, want %q", i, list[i].Name, want)
		}
	}
}

// TestSlidersGoFromEndToEnd of their rail, and no further.
func TestSlidersGoFromEndToEnd(t *testing.T) {
	t.Parallel()
	w := widget.Widget{Kind: widget.Slider, Part: image.Rect(10, 0, 124, 30)} // with a rail from 24 to 110 px where a unit is 2
	for x, want := range map[float64]float64{0: 0, 24: 0, 67: 0.5, 110: 1, 400: 1} {
		if got := w.ShareAt(render.Point{X: x}, 2); got != want {
			t.Errorf("at %v px it is %v, want %v", x, got, want)
		}
	}
}

// TestABrushShowsWhatTheMouseIsOn, unless something else is dragged, and goes on while it is dragged itself.
func TestABrushShowsWhatTheMouseIsOn(t *testing.T) {
	t.Parallel()
	w := button("play", image.Rect(0, 0, 40, 20))
	on, off := render.Point{X: 5, Y: 5}, render.Point{X: 5, Y: 50}
	for _, c := range []struct {
		mouse render.Point
		busy  bool
		held  string
		want  bool
	}{{on, false, "", true}, {off, false, "", false}, {on, true, "other", false}, {off, true, "play", true}} {
		b := widget.Brush{Mouse: c.mouse, Busy: c.busy, Held: c.held}
		if got := b.Hovers(&w); got != c.want {
			t.Errorf("%+v: hovers %v", c, got)
		}
	}
}

// TestLongTextsAreWrapped: all of their words are shown where there is room, and no
// line is too wide where there is none.
func TestLongTextsAreWrapped(t *testing.T) {
	words := strings.Repeat("word ", 30) + "end"
	text := render.Text{Size: 13}
	lines := widget.Wrapped(text, words, 400, 4)
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
	for _, line := range widget.Wrapped(text, strings.Repeat("x", 300)+" "+words, 90, 2) {
		if !(line.Width() <= 90) {
			t.Errorf("%q is %v px wide", line.Value, line.Width())
		}
	}
}

// TestWhatIsTooMuchForTheLastLineEndsInAnEllipsis, however many words there are.
func TestWhatIsTooMuchForTheLastLineEndsInAnEllipsis(t *testing.T) {
	t.Parallel()
	text := render.Text{Size: 13}
	for most := 1; most <= 3; most++ {
		lines := widget.Wrapped(text, strings.Repeat("word ", 90), 120, most)
		if last := lines[len(lines)-1].Value; len(lines) != most || !strings.HasSuffix(last, "…") {
			t.Errorf("of %d lines at most there are %d, the last is %q", most, len(lines), last)
		}
	}
	if lines := widget.Wrapped(text, "", 120, 3); len(lines) != 1 || lines[0].Value != "" {
		t.Errorf("of nothing there are %d lines", len(lines))
	}
}
