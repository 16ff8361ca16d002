package screen

import (
	"fmt"
	"image"
	"strings"

	"orrery/sim/render"
)

// message returns the notice, what is being recorded, how far the planner is, or the hint
// for someone who has not done anything yet.
func (s *Screen) message() (text string, colour render.Colour) {
	notice := s.Session.Notice()
	switch {
	case notice != "":
		return notice, s.theme.Text
	case s.recorder.active():
		return fmt.Sprintf("recording %.1f s · F9 ends it", s.recorder.seconds()), s.errorColour()
	case s.Session.Planning() && s.Session.Thought() == nil:
		return "thinking of the first plan", s.theme.Text
	case s.Session.Arrived():
		return "done · click where it should go next", s.theme.Text
	case !s.touched && s.ticks < hintTicks:
		hint := "drag a body and throw it · right click adds one · F1 shows all keys"
		switch {
		case s.Session.Planning():
			hint = "a planner acts · click sets another goal · drag a body and throw it · F1 shows all keys"
		case s.Session.HasTask():
			hint = "P lets a planner act · the arrow keys drive it · drag a body and throw it · F1 shows all keys"
		case len(s.Session.Scene().Actuators) > 0:
			hint = "the arrow keys drive it · drag a body and throw it · F1 shows all keys"
		}
		return hint, s.theme.Text
	}
	return "", render.Colour{}
}

// maxToast is how many lines a message may have; the rest is cut.
const maxToast = 4

// drawToast draws the message, if there is one, on a card at the top of the stage.
func (s *Screen) drawToast(l *render.List) {
	value, colour := s.message()
	stage := s.layout.stage
	room := float64(stage.Dx()) - 44*s.unit
	if value == "" || room < 40*s.unit {
		return
	}
	text := render.Text{Size: bodyText * s.unit, Colour: colour}
	lines := wrapped(text, value, room, min(maxToast, max(int((float64(stage.Dy())/s.unit-24)/19), 1)))
	wide := 0.0
	for _, line := range lines {
		wide = max(wide, line.Width())
	}
	card := image.Rect(0, 0, int(wide+24*s.unit), s.px(float64(19*len(lines)+11)))
	card = card.Add(image.Pt((stage.Min.X+stage.Max.X-card.Dx())/2, stage.Min.Y+s.px(10)))
	back := mix(s.theme.Panel, s.theme.Muted, 0.18)
	l.Add(render.Block(card, 8*s.unit, back.Fade(0.94)))
	for k, line := range lines {
		line.Align = render.Centre
		line.At = render.Point{X: float64(card.Min.X+card.Max.X) / 2, Y: float64(card.Min.Y) + (19*float64(k)+19)*s.unit}
		l.Add(line)
	}
}

// wrapped returns a text in at most so many lines that are no wider than room pixels.
// Words that are wider, and what is too much for the last line, end in an ellipsis.
func wrapped(text render.Text, value string, room float64, most int) []render.Text {
	var lines []render.Text
	text.Value = ""
	for _, word := range strings.Fields(value) {
		longer := text
		longer.Value = strings.TrimSpace(text.Value + " " + word)
		if longer.Width() > room && text.Value != "" && len(lines) < most-1 {
			lines = append(lines, text.Fitted(room))
			longer.Value = word
		}
		text = longer
	}
	return append(lines, text.Fitted(room))
}
