package screen

import (
	"fmt"
	"image"

	"orrery/cmd/orrery-view/session"
	"orrery/cmd/orrery-view/widget"
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
	case s.recorder.Active():
		ends := "F9 ends it"
		if s.editor.touch {
			ends = "the panel ends it"
		}
		return fmt.Sprintf("recording %.1f s · %s", s.recorder.Seconds(), ends), s.errorColour()
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
	text := render.Text{Size: widget.BodyText * s.unit, Colour: colour}
	card := s.places.head
	card.Min.Y += s.px(s.headHigh() + 2)
	room := func() float64 { return float64(card.Dx()) - 24*s.unit }
	lines := widget.Wrapped(text, value, room(), 1+maxToast)
	most := int((float64(card.Dy())/s.unit - 4) / toastRow)
	if len(lines) > most {
		card = s.places.stage.Inset(s.px(10))
		most = min(max(int((float64(card.Dy())/s.unit-4)/toastRow), 1), maxToast)
		if room() < 40*s.unit {
			return
		}
		lines = widget.Wrapped(text, value, room(), most)
		card.Max.Y = card.Min.Y + s.px(float64(toastRow*len(lines)+8))
	}
	l.Add(render.Block(card, 6*s.unit, widget.Mix(s.theme.Panel, s.theme.Muted, 0.18)))
	top := (float64(card.Min.Y+card.Max.Y) - toastRow*s.unit*float64(len(lines))) / 2
	for k, line := range lines {
		line.At = render.Point{X: float64(card.Min.X) + 12*s.unit, Y: top + (toastRow*float64(k)+13)*s.unit}
		l.Add(line)
	}
}

// drawFilming draws that a film is made, and how long it is, in every mode and whatever else is said. It is not on the film.
func (s *Screen) drawFilming(l *render.List) {
	if !s.recorder.Active() {
		return
	}
	text := render.Text{Size: widget.BodyText * s.unit, Bold: true, Colour: s.theme.Text, Value: fmt.Sprintf("%.1f s", s.recorder.Seconds())}
	part := image.Rect(0, 0, int(text.Width()+38*s.unit), s.px(26)).Add(s.places.stage.Min).Add(image.Pt(s.px(8), s.px(8)))
	middle := float64(part.Min.Y+part.Max.Y) / 2
	text.At = render.Point{X: float64(part.Min.X) + 28*s.unit, Y: middle + 0.36*text.Size}
	l.Add(render.Block(part, 5*s.unit, s.theme.Grid), render.Circle(render.Point{X: float64(part.Min.X) + 14*s.unit, Y: middle}, 6*s.unit, s.theme.Error, render.Stroke{}), text)
}

// Sizes of messages.
const (
	maxToast = 4  // lines; the rest is cut
	toastRow = 18 // units from one line to the next
)
