package screen

import (
	"math"
	"slices"

	"orrery/cmd/orrery-view/session"
	"orrery/cmd/orrery-view/session/compare"
	"orrery/cmd/orrery-view/session/hand"
	"orrery/cmd/orrery-view/widget"
	"orrery/sim"
	"orrery/sim/render"
	"orrery/sim/render/plot"
)

// trailSeconds is the length of the past that is drawn behind a body.
const trailSeconds = 0.6

// aheadSeconds is the length of what is drawn ahead of a ghost over motion that was measured.
const aheadSeconds = 1

// drawStage draws the scene, what is true and what is predicted, and returns the
// side of the grid in metres.
func (s *Screen) drawStage(l *render.List) (step float64) {
	stage, ses := s.places.stage, s.Session
	if stage.Dx() < 2 || stage.Dy() < 2 {
		return 0
	}
	p := &s.painter
	p.List, p.Scene, p.Camera, p.Theme, p.Unit = l, ses.Scene(), s.camera(), s.theme, s.unit
	if s.Editing() {
		return s.drawEdit(l)
	}
	l.Add(render.Block(stage, 8*s.unit, s.theme.Panel), render.Clip{Part: stage})
	step = p.Grid(stage)
	filmed := s.drawFilm(p)
	if !filmed {
		p.Walls()
	}
	frame, truth := ses.Frame(), ses.State()
	blend := ses.Blend()
	past := ses.Past(max(int(trailSeconds*float64(p.Scene.FPS)), 1))
	if len(past) > 1 {
		truth = between(past[len(past)-2], past[len(past)-1], blend)
	}
	p.Goals(truth)
	p.Fields(truth)
	if s.Look.Trails {
		p.Trail(past, s.theme.Trail.Fade(0.55), false)
	}
	var predicted sim.State
	if s.Look.Ghost && !ses.Planning() {
		predicted = s.drawGhost(p, frame, blend, len(past))
	}
	if filmed {
		p.Outlines(truth, predicted)
	} else {
		p.Bodies(truth, predicted)
	}
	if _, c := ses.Rival(); c != nil {
		p.Letters(predicted, letterChosen, -1, s.theme.Predicted)
		s.drawRival(p, frame, blend)
	}
	if s.Look.Errors && predicted != nil && ses.Mode() != compare.Sandbox {
		p.Errors(truth, predicted)
	}
	p.Joints(truth)
	p.Points(truth)
	p.Sights(ses.Sights(len(past)))
	s.drawIntent(p, frame)
	s.drawMarks(p, truth)
	s.drawIdentified(p, truth)
	l.Add(render.Clip{Part: l.Bounds()})
	return step
}

// drawFilm draws what a camera saw of the frame, and reports whether there is anything.
func (s *Screen) drawFilm(p *render.Painter) bool {
	if !s.Look.Film {
		return false
	}
	picture, corners := s.Session.Film()
	if picture == nil {
		return false
	}
	low, high := corners[0], corners[1]
	p.List.Add(render.Photo{Image: picture, Into: [2]render.Point{
		p.Camera.Pixel(sim.Vec{X: low.X, Y: high.Y}), p.Camera.Pixel(sim.Vec{X: high.X, Y: low.Y}),
	}})
	return true
}

// drawGhost draws where the model says bodies will go, or went in a duel, and returns
// where it says they are: at the horizon in the sandbox, now in the other modes.
func (s *Screen) drawGhost(p *render.Painter, frame int, blend float64, past int) sim.State {
	f := s.Session.Forecast()
	shown := frame
	if s.Session.Mode() == compare.Sandbox {
		shown = min(frame+s.Session.Horizon(), f.Last())
		if s.Look.Trails {
			p.Forecast(f.Between(frame, shown), frame)
		}
	} else if s.Look.Trails {
		if way := f.Between(frame-past+1, frame); len(way) > 1 {
			p.Trail(way, s.theme.Predicted.Fade(0.7), false)
			p.Beats(way, max(frame-past+1, f.From), s.theme.Predicted.Fade(0.9))
		}
		if s.Session.Seen() != nil || s.Session.Mode() == compare.Replay && s.Session.Show().Film != nil { // over what was measured it is seen where it leads
			p.Forecast(f.Between(frame, frame+int(aheadSeconds*float64(p.Scene.FPS))), frame)
		}
	}
	state, ok := f.At(shown)
	if !ok || shown <= frame && s.Session.Mode() == compare.Sandbox {
		return nil
	}
	if before, ok := f.At(shown - 1); ok {
		state = between(before, state, blend)
	}
	if regions := f.RegionsAt(shown); regions != nil {
		p.Spread(state, func(body int, share float64) ([2]float64, float64) {
			return regions[body].Ellipse(share), regions[body].Angle
		})
	}
	return state
}

// drawIntent draws what a planner has in mind, as of the frame shown.
func (s *Screen) drawIntent(p *render.Painter, frame int) {
	thought := s.Session.Thought()
	if thought == nil || !s.Look.Ghost || frame < thought.From {
		return
	}
	mind := thought.Intent
	mind.Expected = mind.Expected[min(frame-thought.From, len(mind.Expected)):]
	if !s.Look.Trails {
		mind.Considered = nil
	}
	p.Intent(mind)
}

// between returns the state a share of the way from one to the next.
func between(a, b sim.State, share float64) sim.State {
	if share >= 1 || len(a) != len(b) {
		return b
	}
	mix := func(x, y float64) float64 { return x + share*(y-x) }
	out := make(sim.State, len(b))
	for i := range b {
		p, q := &a[i], &b[i]
		out[i] = sim.BodyState{
			X: mix(p.X, q.X), Y: mix(p.Y, q.Y), Angle: mix(p.Angle, q.Angle),
			VX: mix(p.VX, q.VX), VY: mix(p.VY, q.VY), Omega: mix(p.Omega, q.Omega),
		}
	}
	return out
}

// maxContacts is the greatest number of contacts that are drawn; more would only hide the bodies.
const maxContacts = 1000

// drawMarks draws what was asked for beside the bodies, and the hand.
func (s *Screen) drawMarks(p *render.Painter, truth sim.State) {
	if s.Look.Contacts {
		s.drawPushes(p, truth)
	}
	if s.Look.Velocities {
		p.Velocities(truth)
	}
	if s.Look.Numbers {
		p.Numbers(truth)
	}
	if body, from, to := s.Session.Hand(); body >= 0 {
		p.Mark(body, truth[body])
		p.Pull(from, to)
	} else if body := s.under(); body >= 0 && s.drag.what == nothing {
		p.Mark(body, truth[body])
	}
}

// drawPushes draws where bodies touched in the frame before and by what impulses they pushed each other there, what else pushed each
// body, and beside it all what models make of it. It says how much it was for the body under the mouse.
func (s *Screen) drawPushes(p *render.Painter, truth sim.State) {
	pushes := s.Session.Pushes()
	const beside = 5 // units
	sides := []struct {
		of        session.Pushed
		beside    float64
		predicted bool
		colour    render.Colour
	}{{pushes.Engine, 0, false, s.theme.Contact}, {pushes.Chosen, beside, true, s.theme.Predicted}, {pushes.Rival, -beside, true, s.rivalColour()}}
	points := pushes.Points[:min(len(pushes.Points), maxContacts)]
	for k := range points {
		p.Touch(points[k].At)
		for _, side := range sides {
			if side.of.Points != nil {
				p.Pushed(points[k].At, side.of.Points[k], side.beside, side.predicted, side.colour)
			}
		}
	}
	for i := range truth {
		for _, side := range sides {
			if side.of.Rest != nil {
				p.Pushed(truth[i].Position(), side.of.Rest[i], side.beside, side.predicted, side.colour)
			}
		}
	}
	said := ""
	if body := s.under(); body >= 0 {
		said = pushes.PushOf(body)
	}
	if said == "" {
		return
	}
	text := render.Text{Size: widget.SmallText * s.unit, Bold: true, Colour: s.theme.Text, Value: "pushed by " + said}
	stage := s.places.stage
	text.At = render.Point{X: float64(stage.Min.X) + 8*s.unit, Y: float64(stage.Max.Y) - 8*s.unit}
	p.List.Add(text.Fitted(float64(stage.Dx()) - 16*s.unit))
}

// under returns the body under the mouse, or -1.
func (s *Screen) under() int {
	if !s.onStage() {
		return -1
	}
	camera := s.camera()
	return hand.Pick(s.Session.Scene(), s.Session.State(), camera.World(s.mouse), 6*s.unit/camera.Scale)
}

// onStage reports whether the mouse is over the scene and nothing else.
func (s *Screen) onStage() bool {
	stage := s.places.stage
	return !s.Look.Help && s.mouse.X >= float64(stage.Min.X) && s.mouse.X < float64(stage.Max.X) &&
		s.mouse.Y >= float64(stage.Min.Y) && s.mouse.Y < float64(stage.Max.Y)
}

// drawPlots draws the error against time and, in a wide window's sandbox, against
// how far ahead it was predicted.
func (s *Screen) drawPlots(l *render.List) {
	part := s.places.plot
	if c, ok := s.quantityChart(); ok {
		s.drawQuantities(l, c)
		return
	}
	if s.showsLesson() {
		s.drawLesson(l, s.Session.Lesson())
		return
	}
	if name, c := s.Session.Rival(); c != nil {
		s.drawComparison(l, name, c)
		return
	}
	curve := plot.Plot{List: l, Theme: s.theme, Unit: s.unit, Title: "mean position error", FrameTime: s.Session.Scene().FrameTime()}
	if s.Session.Mode() != compare.Sandbox {
		s.duelPlot(&curve)
		curve.Draw(part, s.Session.Frame()-int(math.Round(curve.Start/curve.FrameTime)))
		return
	}
	if leads := s.Session.Leads(); leads != nil && float64(part.Dx()) > widePlot*s.unit {
		right := part
		right.Min.X = part.Min.X + part.Dx()*3/5 + s.px(8)
		part.Max.X = right.Min.X - s.px(24)
		ahead := curve
		ahead.Title, ahead.Against, ahead.Errors = "mean error", "how far ahead", leads
		ahead.Draw(right, len(leads)-1)
	}
	errors, first, every := s.Session.Errors()
	if len(errors) == 0 {
		s.drawWaiting(l, curve.Title)
		return
	}
	curve.Start = float64(first) * curve.FrameTime
	curve.FrameTime *= float64(every)
	curve.Title = "mean error " + readable(s.Session.Reading().Lead, "s") + " ahead"
	// The plot is as long from the beginning as it will be, so that its axis stands still.
	wide := int(plotSeconds/curve.FrameTime) + 1
	last := errors[max(len(errors)-wide, 0):]
	curve.Start += float64(len(errors)-len(last)) * curve.FrameTime
	curve.Errors = slices.Concat(last, slices.Repeat([]float64{math.NaN()}, wide-len(last)))
	curve.Draw(part, len(last)-1)
}

// plotSeconds is the length of the past in the sandbox's plot.
const plotSeconds = 12

// duelPlot fills in the plot of a duel or a replay. Its time axis is as long as the
// duel, so that it stands still.
func (s *Screen) duelPlot(curve *plot.Plot) {
	errors, first, _ := s.Session.Errors()
	length := s.Session.Horizon() + 1
	if s.Session.Mode() == compare.Replay {
		_, to := s.Session.Span()
		length = to - first + 1
	}
	curve.Start, curve.Decades = float64(first)*curve.FrameTime, true
	curve.Errors = make([]float64, max(length, len(errors)))
	for t := range curve.Errors {
		curve.Errors[t] = math.NaN()
	}
	copy(curve.Errors, errors)
	if noise := s.noise(); noise > 0 {
		band := &plot.Band{Label: "the measurements, " + plot.FormatLength(noise) + " off", Low: make([]float64, len(curve.Errors)), High: make([]float64, len(curve.Errors))}
		for t := range band.High {
			band.High[t] = noise
		}
		curve.Band = band
	} else if ladder := s.Session.Ladder(); ladder != nil && len(ladder.Low) == len(curve.Errors) {
		curve.Band = &plot.Band{Label: "the engine, started 1 mm off", Low: ladder.Low, High: ladder.High}
	}
}

// noise returns how far measured positions of what is replayed are off on average, in metres: that of the
// lengths of normal deviations. It is 0 where states are known.
func (s *Screen) noise() float64 {
	seen := s.Session.Seen()
	if seen == nil {
		return 0
	}
	if seen != s.measured.of {
		sum, count := 0.0, 0
		for _, row := range seen.Sights {
			for i := range row {
				if row[i].Seen {
					sum, count = sum+row[i].Std, count+1
				}
			}
		}
		s.measured.of, s.measured.noise = seen, math.Sqrt(math.Pi/2)*sum/float64(max(count, 1))
	}
	return s.measured.noise
}

// drawWaiting says what the empty plot will show.
func (s *Screen) drawWaiting(l *render.List, title string) {
	s.drawNote(l, title+": shown once a forecast has come true or not")
}

// drawNote writes a line in place of a plot.
func (s *Screen) drawNote(l *render.List, note string) {
	t := render.Text{Size: widget.SmallText * s.unit, Colour: s.theme.Muted, Value: note}
	t.At = render.Point{X: float64(s.places.plot.Min.X), Y: float64(s.places.plot.Min.Y) + t.Size}
	l.Add(t.Fitted(float64(s.places.plot.Dx())))
}
