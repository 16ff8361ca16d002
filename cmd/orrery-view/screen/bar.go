package screen

import (
	"fmt"
	"image"

	"orrery/cmd/orrery-view/widget"
	"orrery/sim/render"
	"orrery/world/surprise"
)

// barWidgets returns what moves in time: buttons at the left, the track, the speed.
func (s *Screen) barWidgets() []widget.Widget {
	part := s.places.bar
	if part.Empty() {
		return nil
	}
	if s.Editing() {
		return s.editBar(part)
	}
	out, left := s.barButtons(part)
	speed, right := s.barSpeed(part)
	out = append(out, speed...)
	rest := part
	rest.Min.X, rest.Max.X = left+s.px(6), right-s.px(6) // which may be the wrong way round
	if rest.Dx() < s.px(40) {
		return out
	}
	ses := s.Session
	first, last := ses.Span()
	return append(out, widget.Widget{
		Kind: widget.Track, Name: "time", Part: rest, Share: shareOf(float64(ses.Frame()), float64(first), float64(last)),
		Set: func(share float64) {
			ses.Pause(true)
			ses.Seek(first + int(share*float64(last-first)+0.5))
		},
	})
}

// barButtons returns the buttons at the left of the bar, and where the next one would begin.
func (s *Screen) barButtons(part image.Rectangle) (out []widget.Widget, x int) {
	x = part.Min.X
	add := func(width float64, text string, do func()) {
		if s.forFingers() {
			width = max(width, fingerSize)
		}
		r := image.Rect(x, part.Min.Y, x+s.px(width), part.Max.Y)
		out = append(out, widget.Widget{Kind: widget.Button, Name: "bar " + text, Part: r, Text: text, Do: do})
		x = r.Max.X + s.px(4)
	}
	ses := s.Session
	if part.Dx() >= s.px(roomyBar) {
		add(36, "edit", s.toggleEdit)
		w := &out[len(out)-1]
		w.Kind, w.Text, w.On = widget.Icon, "edit", s.trying()
		if s.trying() {
			w.Text = "stop"
		}
	}
	play := "pause"
	if ses.Paused() {
		play = "play"
	}
	add(54, play, func() { ses.Pause(!ses.Paused()) })
	add(30, "‹", func() { ses.Step(-1) })
	add(30, "›", func() { ses.Step(1) })
	if part.Dx() > s.px(460) && !s.forFingers() {
		add(58, "restart", ses.Restart)
		add(44, "next", ses.Next)
	}
	if part.Dx() > s.px(560) && !s.forFingers() {
		add(44, "undo", ses.Undo)
		add(44, "redo", ses.Redo)
	}
	if ses.CanLearn() && part.Dx() > s.px(300) {
		word := "learn"
		if ses.Lesson().On {
			word = "stop"
		}
		add(48, word, ses.Learn)
		w := &out[len(out)-1]
		w.Name, w.On = "bar learn", ses.Lesson().On
	}
	return out, x
}

// barSpeed returns the speed and its buttons at the right of the bar, where these have room, and where they begin.
func (s *Screen) barSpeed(part image.Rectangle) (out []widget.Widget, right int) {
	right = part.Max.X
	if part.Dx() < s.px(roomyBar) || s.forFingers() {
		return nil, right // the panel has them
	}
	button := func(text string, steps int) {
		r := image.Rect(right-s.px(26), part.Min.Y, right, part.Max.Y)
		out = append(out, widget.Widget{Kind: widget.Button, Name: "speed " + text, Part: r, Text: text, Do: func() { s.Session.Faster(steps) }})
		right = r.Min.X
	}
	button("+", 1)
	label := image.Rect(right-s.px(46), part.Min.Y, right-s.px(4), part.Max.Y)
	out = append(out, widget.Widget{Kind: widget.Label, Value: fmt.Sprintf("%g×", s.Session.Speed()), Part: label})
	right = label.Min.X
	button("−", -1)
	return out, right - s.px(4)
}

// paintTrack draws the tape with what is shown of it, and what repeats.
func (s *Screen) paintTrack(l *render.List, w *widget.Widget, hover bool) {
	t := s.theme
	left, right := w.Rail(s.unit)
	y := float64(w.Part.Min.Y+w.Part.Max.Y) / 2
	line := func(colour render.Colour, width, from, to float64) render.Path {
		stroke := render.Stroke{Colour: colour, Width: width * s.unit, Round: true}
		return render.Polyline(stroke, render.Point{X: left + from*(right-left), Y: y}, render.Point{X: left + to*(right-left), Y: y})
	}
	l.Add(line(s.faint, 2.5, 0, 1), line(t.True, 5, 0, w.Share))
	first, last := s.Session.Span()
	if from, to := s.Session.Loop(); to > from {
		at := func(frame int) float64 { return float64(max(frame, first)-first) / float64(max(last-first, 1)) }
		l.Add(line(t.Contact, 2.5, at(from), at(to)))
	}
	radius := 6.0
	if hover {
		radius = 7.5
	}
	knob := render.Point{X: left + w.Share*(right-left), Y: y}
	l.Add(render.Circle(knob, radius*s.unit, t.Text, render.Stroke{}))
	s.paintStrip(l, s.Session.Surprise(), left, right)
}

// paintStrip draws below the track, from left to right, how unlikely the motion is at each frame to the
// model: the higher, the more, and what is an event in the colour of errors with a dot above it. Where
// frames are narrower than a pixel each pixel has the worst of its own.
func (s *Screen) paintStrip(l *render.List, scores []float64, left, right float64) {
	part := s.places.strip
	if part.Empty() || len(scores) < 2 || !(right > left) {
		return
	}
	t, bottom, high := s.theme, float64(part.Max.Y), float64(part.Dy())
	columns := min(len(scores), max(int(right-left), 2))
	worst := make([]float64, columns)
	for k, score := range scores {
		c := k * (columns - 1) / (len(scores) - 1)
		worst[c] = max(worst[c], score)
	}
	base := render.Stroke{Colour: s.faint, Width: 1.5 * s.unit}
	l.Add(render.Polyline(base, render.Point{X: left, Y: bottom}, render.Point{X: right, Y: bottom}))
	width := max((right-left)/float64(columns-1), 1)
	for c, score := range worst {
		const least = 1 // scores below it are those of any motion
		if score < least {
			continue
		}
		x := left + float64(c)/float64(columns-1)*(right-left)
		colour, dot := t.Muted, false
		if score >= surprise.Alarm {
			colour, dot = t.Error, true
		}
		top := bottom - high*0.6*min(score/surprise.Alarm, 1)
		l.Add(render.Polyline(render.Stroke{Colour: colour, Width: max(width, 1.5*s.unit)}, render.Point{X: x, Y: bottom}, render.Point{X: x, Y: top}))
		if dot {
			l.Add(render.Circle(render.Point{X: x, Y: bottom - high*0.8}, 2*s.unit, t.Error, render.Stroke{}))
		}
	}
}
