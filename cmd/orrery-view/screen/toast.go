package screen

import (
	"fmt"
	"strings"

	"orrery/cmd/orrery-view/session"
	"orrery/sim/render"
)

// message returns the notice, what is being recorded, how far the planner is, whose
// predictions are shown now, or the hint for someone who has not done anything yet.
func (s *Screen) message() (text string, colour render.Colour) {
	notice := s.Session.Notice()
	switch {
	case notice != "":
		return notice, s.theme.Text
	case s.Editing():
		return "", render.Colour{}
	case s.recorder.active():
		ends := "F9 ends it"
		if s.editor.touch {
			ends = "the panel ends it"
		}
		return fmt.Sprintf("recording %.1f s · %s", s.recorder.seconds(), ends), s.errorColour()
	case s.Session.Demonstration().Phase > 0:
		return demonstrating(s.Session.Demonstration()), s.theme.Text
	case s.Session.Planning() && s.Session.Thought() == nil:
		return "thinking of the first plan", s.theme.Text
	case s.Session.Arrived():
		return "done · click where it should go next", s.theme.Text
	case s.explain > 0 && s.places.panel.Empty() && s.Look.Ghost:
		return "predicted by " + s.choice, s.theme.Text
	case !s.touched && s.ticks < hintTicks:
		hint := "drag a body and throw it · right click adds one · F1 shows all keys"
		switch {
		case s.editor.touch:
			hint = "drag a body and throw it · two fingers move the view · ? tells more"
		case s.Session.Planning():
			hint = "a planner acts · click sets another goal · drag a body and throw it · F1 shows all keys"
		case s.Session.HasTask():
			hint = "P lets a planner act · the arrow keys drive it · enter records what you drive · F1 shows all keys"
		case len(s.Session.Scene().Actuators) > 0:
			hint = "the arrow keys drive it · enter records what you drive · drag a body and throw it · F1 shows all keys"
		}
		return hint, s.theme.Text
	}
	return "", render.Colour{}
}

// demonstrating says how far a demonstration is, and which keys go on.
func demonstrating(d session.DemonstrationView) string {
	number := fmt.Sprintf("demonstration %d", d.Number+1)
	switch {
	case d.Phase == session.Ready:
		return number + ": drive to begin · enter begins it, too · X leaves"
	case d.Phase == session.Driving:
		done := ""
		if d.Task {
			done = " · not done yet"
		}
		if d.Held > 0 {
			done = fmt.Sprintf(" · done for %.1f s", d.Held)
		}
		return fmt.Sprintf("%s · %.1f of %.0f s%s · enter ends it · X discards it", number, d.Seconds, d.Limit, done)
	case d.Success:
		return fmt.Sprintf("%s: SUCCESS after %.1f s, kept · enter goes on · X discards it", number, d.Seconds)
	case d.Task:
		return fmt.Sprintf("%s: no success in %.1f s, kept · enter goes on · X discards it", number, d.Seconds)
	}
	return fmt.Sprintf("%s: %.1f s, kept · enter goes on · X discards it", number, d.Seconds)
}

// drawToast draws the message, if there is one: in place of the readings where it fits
// there, so that it hides nothing of the scene, and else at the top of the stage.
func (s *Screen) drawToast(l *render.List) {
	value, colour := s.message()
	if value == "" {
		return
	}
	text := render.Text{Size: bodyText * s.unit, Colour: colour}
	card := s.places.head
	card.Min.Y += s.px(s.headHigh() + 2)
	room := func() float64 { return float64(card.Dx()) - 24*s.unit }
	lines := wrapped(text, value, room(), 1+maxToast)
	most := int((float64(card.Dy())/s.unit - 4) / toastRow)
	if len(lines) > most {
		card = s.places.stage.Inset(s.px(10))
		most = min(max(int((float64(card.Dy())/s.unit-4)/toastRow), 1), maxToast)
		if room() < 40*s.unit {
			return
		}
		lines = wrapped(text, value, room(), most)
		card.Max.Y = card.Min.Y + s.px(float64(toastRow*len(lines)+8))
	}
	l.Add(render.Block(card, 6*s.unit, mix(s.theme.Panel, s.theme.Muted, 0.18)))
	top := (float64(card.Min.Y+card.Max.Y) - toastRow*s.unit*float64(len(lines))) / 2
	for k, line := range lines {
		line.At = render.Point{X: float64(card.Min.X) + 12*s.unit, Y: top + (toastRow*float64(k)+13)*s.unit}
		l.Add(line)
	}
}

// Sizes of messages.
const (
	maxToast = 4  // lines; the rest is cut
	toastRow = 18 // units from one line to the next
)

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
