package screen

import (
	"fmt"
	"image"
	"math"
	"strconv"

	"orrery/cmd/orrery-view/filming"
	"orrery/cmd/orrery-view/session"
	"orrery/cmd/orrery-view/session/build"
	"orrery/cmd/orrery-view/session/compare"
	"orrery/cmd/orrery-view/session/replay"
	"orrery/cmd/orrery-view/widget"
	"orrery/sim/render"
	"orrery/sim/scenario"
	"orrery/sim/scenario/library"
)

// stack places widgets from top to bottom of a part.
type stack struct {
	screen  *Screen
	widgets []widget.Widget
	part    image.Rectangle // of the column
	y       int             // where the next row begins
	clip    image.Rectangle
}

// row returns the next row of some units' height and leaves a gap below.
func (k *stack) row(height, gap float64) image.Rectangle {
	r := image.Rect(k.part.Min.X, k.y, k.part.Max.X, k.y+k.screen.px(height))
	k.y = r.Max.Y + k.screen.px(gap)
	return r
}

// sliding returns the next row with a slider.
func (k *stack) sliding() image.Rectangle { return k.row(max(31, k.screen.rowHigh()), 3) }

func (k *stack) add(w widget.Widget) {
	w.Clip = k.clip
	k.widgets = append(k.widgets, w)
}

func (k *stack) heading(text string) {
	k.y += k.screen.px(8)
	k.add(widget.Widget{Kind: widget.Heading, Part: k.row(18, 3), Text: text})
}

// text adds words on as many lines as they need.
func (k *stack) text(words string) {
	text := render.Text{Size: widget.SmallText * k.screen.unit}
	for _, line := range widget.Wrapped(text, words, float64(k.part.Dx()), maxText) {
		if line.Value != "" {
			k.add(widget.Widget{Kind: widget.Label, Part: k.row(16, 0), Text: line.Value})
		}
	}
	k.y += k.screen.px(4)
}

// maxText is the number of lines that a text in the panel may have; the rest is cut.
const maxText = 6

// choice is one of several buttons.
type choice struct {
	text string
	on   bool
	do   func()
}

// grid places choices in columns.
func (k *stack) grid(columns int, choices ...choice) {
	gap, high := k.screen.px(4), k.screen.rowHigh()
	var row image.Rectangle
	for i, c := range choices {
		column := i % columns
		if column == 0 {
			row = k.row(high, 4)
		}
		width := (row.Dx() - (columns-1)*gap) / columns
		x := row.Min.X + column*(width+gap)
		k.add(widget.Widget{
			Kind: widget.Button, Name: c.text, Part: image.Rect(x, row.Min.Y, x+width, row.Max.Y),
			Text: c.text, On: c.on, Do: c.do,
		})
	}
}

// panel returns the widgets of the side panel.
func (s *Screen) panel() []widget.Widget {
	part := s.places.panel
	if part.Empty() {
		return nil
	}
	if s.Editing() {
		return s.editPanel()
	}
	inner := part.Inset(s.px(margin))
	k := &stack{screen: s, part: inner, y: inner.Min.Y - int(s.scroll), clip: part}
	k.y -= s.px(8)
	s.timeSection(k)
	s.demonstrationSection(k)
	if s.Session.Mode() == compare.Replay {
		s.replaySection(k)
	} else {
		s.sceneSection(k)
	}
	s.modelSection(k)
	s.lessonSection(k)
	s.compareSection(k)
	s.quantitySection(k)
	s.lookSection(k)
	s.filmSection(k)
	if s.Session.Mode() != compare.Replay {
		s.replaySection(k)
	}
	return k.widgets
}

// timeSection has what the bar has no room for where its buttons are as large as fingers.
func (s *Screen) timeSection(k *stack) {
	if !s.forFingers() {
		return
	}
	k.heading("TIME")
	ses := s.Session
	k.grid(3, choice{"slower", false, func() { ses.Faster(-1) }}, choice{fmt.Sprintf("%g×", ses.Speed()), false, func() { ses.Pause(!ses.Paused()) }}, choice{"faster", false, func() { ses.Faster(1) }})
	k.grid(4, choice{"restart", false, ses.Restart}, choice{"next", false, ses.Next}, choice{"undo", false, ses.Undo}, choice{"redo", false, ses.Redo})
}

// demonstrationSection has buttons for what keys do in demonstrations.
func (s *Screen) demonstrationSection(k *stack) {
	if !s.Session.CanDemonstrate() {
		return
	}
	k.heading("DEMONSTRATE")
	next, back := "begin", "leave"
	switch s.Session.Demonstration().Phase {
	case 0:
		k.grid(1, choice{"drive, and record it", false, s.Session.Demonstrate})
		return
	case session.Driving:
		next, back = "end", "discard"
	case session.Ended:
		next, back = "next", "discard"
	}
	k.grid(2, choice{next, true, s.Session.Demonstrate}, choice{back, false, s.Session.DiscardDemonstration})
}

// panelHeight returns how high the panel's content is in pixels.
func (s *Screen) panelHeight() int {
	bottom := s.places.panel.Min.Y - int(s.scroll)
	for _, w := range s.panel() {
		bottom = max(bottom, w.Part.Max.Y)
	}
	return bottom + int(s.scroll) + s.px(margin) - s.places.panel.Min.Y
}

func (s *Screen) sceneSection(k *stack) {
	k.heading("SCENE")
	chosen, values := s.Session.Scenario()
	var choices []choice
	all := library.List()
	if s.own != nil {
		all = append([]*scenario.Scenario{s.own}, all...)
	}
	for _, sc := range all {
		choices = append(choices, choice{sc.Name, sc == chosen, func() {
			s.check(s.Session.OpenScenario(sc, s.Session.Seed()))
		}})
	}
	k.grid(3, choices...)
	if s.Link != nil {
		k.grid(1, choice{"copy a link to this", false, s.Link})
	}
	k.y += s.px(6)
	if chosen == nil || len(chosen.Params) == 0 {
		s.lawSliders(k)
		return
	}
	for _, p := range chosen.Params {
		low, high := sliderRange(&p)
		k.add(widget.Widget{
			Kind: widget.Slider, Name: "set " + p.Name, Part: k.sliding(), Text: spaced(p.Name), Value: readable(values[p.Name], p.Unit),
			Share: shareOf(values[p.Name], low, high),
			Set: func(share float64) {
				s.check(s.Session.Set(scenario.Values{p.Name: rounded(&p, low+share*(high-low))}))
			},
		})
	}
}

// lawSliders has a slider for each law of a scene that has no parameters of its own.
func (s *Screen) lawSliders(k *stack) {
	for i, law := range build.Laws {
		p := scenario.Param{Name: law.Name, Min: law.Low, Max: law.High, Default: law.High / 4}
		value := build.LawOf(s.Session.Scene(), i)
		k.add(widget.Widget{
			Kind: widget.Slider, Name: "law " + law.Name, Part: k.sliding(), Text: law.Name, Value: readable(value, law.Unit),
			Share: shareOf(value, law.Low, law.High),
			Set:   func(share float64) { s.Session.SetLaw(i, rounded(&p, law.Low+share*(law.High-law.Low))) },
		})
	}
}

// shareOf returns which share of the way from low to high a value is, from 0 to 1. It is 0 where there is no way.
func shareOf(value, low, high float64) float64 {
	if !(value > low) || !(high > low) {
		return 0
	}
	return min((value-low)/(high-low), 1)
}

// sliderRange returns the values between which a parameter is dragged: those near
// its usual one, as its limits may be far away.
func sliderRange(p *scenario.Param) (low, high float64) {
	high = min(p.Max, max(4*p.Default, -p.Min))
	if high <= p.Min {
		high = min(p.Max, p.Min+1)
	}
	return p.Min, high
}

// rounded returns the nearest value that reads well and is allowed.
func rounded(p *scenario.Param, value float64) float64 {
	low, high := sliderRange(p)
	if !(high > low) {
		return low
	}
	step := math.Pow(10, math.Floor(math.Log10((high-low)/40)))
	if p.Integer {
		step = 1
	}
	// Dividing by the inverse of a power of ten leaves no rounding to be read.
	return min(max(math.Round(value/step)/(1/step), p.Min), p.Max)
}

// spaced turns the name of a parameter into words.
func spaced(name string) string {
	out := []byte(name)
	for i, c := range out {
		if c == '_' {
			out[i] = ' '
		}
	}
	return string(out)
}

func readable(v float64, unit string) string {
	text := strconv.FormatFloat(v, 'g', 3, 64)
	if unit != "" {
		text += " " + unit
	}
	return text
}

func (s *Screen) modelSection(k *stack) {
	k.heading("MODEL")
	models, chosen := s.Session.Models()
	var choices []choice
	for i, m := range models {
		choices = append(choices, choice{m.Name, i == chosen, func() { s.Session.SetModel(i) }})
	}
	k.grid(2, choices...)
	k.text(s.Session.Choice())
	if s.Session.Mode() == compare.Replay || s.Session.Planning() {
		return
	}
	seconds := float64(s.Session.Horizon()) * s.Session.Scene().FrameTime()
	low, high := s.Session.Horizons()
	k.add(widget.Widget{
		Kind: widget.Slider, Name: "horizon", Part: k.sliding(), Text: "looks ahead", Value: fmt.Sprintf("%.1f s", seconds),
		Share: shareOf(seconds, low, high),
		Set:   func(share float64) { s.Session.SetHorizon(low + share*(high-low)) },
	})
}

func (s *Screen) lookSection(k *stack) {
	k.heading("SHOW")
	look := &s.Look
	toggle := func(name string, on *bool) choice {
		return choice{name, *on, func() { *on = !*on }}
	}
	choices := []choice{
		toggle("ghost", &look.Ghost), toggle("trails", &look.Trails), toggle("errors", &look.Errors),
		toggle("contacts", &look.Contacts), toggle("velocity", &look.Velocities), toggle("numbers", &look.Numbers),
	}
	if picture, _ := s.Session.Film(); picture != nil {
		choices = append(choices, toggle("film", &look.Film))
	}
	k.grid(3, choices...)
}

// filmSection has buttons for films and pictures.
func (s *Screen) filmSection(k *stack) {
	k.heading("FILM")
	if s.recorder.Active() {
		k.grid(1, choice{"end the film", true, func() { s.record(Press{}) }})
		return
	}
	columns, choices := 3, []choice{{"film a GIF", false, func() { s.record(Press{}) }}, {"an APNG", false, func() { s.record(Press{Shift: true}) }}}
	if filming.HasMP4() {
		columns = 2
		choices = append(choices, choice{"an MP4", false, func() { s.record(Press{Control: true}) }})
	}
	k.grid(columns, append(choices, choice{"save a PNG", false, s.picture})...)
}

// maxSources is the greatest number of sources that are offered; more would push the rest away.
const maxSources = 8

func (s *Screen) replaySection(k *stack) {
	if len(s.Sources) == 0 && s.Session.Mode() != compare.Replay {
		return
	}
	k.heading("REPLAY")
	show := s.Session.Show()
	if s.Session.Mode() == compare.Replay {
		k.add(widget.Widget{Kind: widget.Label, Part: k.row(18, 4), Text: show.Label})
		k.grid(2,
			choice{"previous", false, func() { s.Session.Episode(-1) }},
			choice{"next", false, func() { s.Session.Episode(1) }},
		)
		if last := show.Episodes - 1; last > 0 {
			k.add(widget.Widget{
				Kind: widget.Slider, Name: "episode", Part: k.sliding(), Text: "episode", Value: strconv.Itoa(show.Episode),
				Share: float64(show.Episode) / float64(last),
				Set: func(share float64) {
					if by := int(share*float64(last)+0.5) - show.Episode; by != 0 {
						s.Session.Episode(by)
					}
				},
			})
		}
		s.episodeSection(k)
	}
	if most := s.Session.MaxHistory(); most > 0 {
		most = min(most, int(maxWatch*float64(s.Session.Scene().FPS)))
		frames, value := s.Session.History(), "nothing: its start is told"
		if frames > 0 {
			value = fmt.Sprintf("%d frames, %.2f s", frames, float64(frames-1)*s.Session.Scene().FrameTime())
		}
		k.add(widget.Widget{
			Kind: widget.Slider, Name: "history", Part: k.sliding(), Text: "the model watches", Value: value, Share: min(float64(frames)/float64(most), 1),
			Set: func(share float64) { s.Session.SetHistory(int(share*float64(most) + 0.5)) },
		})
	}
	s.identifiedSection(k)
	var choices []choice
	for _, source := range s.Sources[:min(len(s.Sources), maxSources)] {
		choices = append(choices, choice{source.Name, false, func() { s.open(source) }})
	}
	k.grid(1, choices...)
	if more := len(s.Sources) - maxSources; more > 0 {
		k.add(widget.Widget{Kind: widget.Label, Part: k.row(18, 4), Text: fmt.Sprintf("%d more: drop one on the window", more)})
	}
}

// maxWatch is up to how many seconds of a replay the slider goes that says how long the model watches. More
// tells no more of a start, and B takes any.
const maxWatch = 2

// open replays a source.
func (s *Screen) open(source replay.Offer) {
	show, err := source.Open()
	if err == nil {
		err = s.Session.OpenShow(show)
	}
	s.check(err)
}
