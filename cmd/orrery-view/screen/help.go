package screen

import (
	"image"
	"slices"

	"orrery/cmd/orrery-view/widget"
	"orrery/sim/render"
)

// Lengths of the help in units.
const (
	helpRow    = 20
	helpTitle  = 46 // above the first row
	helpMargin = 20
)

// helpColumn is a part of the table of bindings with the width it needs.
type helpColumn struct {
	rows       []binding
	keys, what float64 // px, of the longest name and explanation
}

func (c *helpColumn) width(unit float64) float64 { return c.keys + 14*unit + c.what }

// helpColumns divides the table in two at a heading, or leaves it whole.
func (s *Screen) helpColumns() []helpColumn {
	whole := helpColumn{}
	for _, b := range slices.Concat(s.mouseLines(), s.bindings()) {
		if b.name != "" {
			whole.rows = append(whole.rows, b)
		}
	}
	middle := len(whole.rows) / 2
	for whole.rows[middle].what != "" {
		middle++
	}
	two := []helpColumn{{rows: whole.rows[:middle]}, {rows: whole.rows[middle:]}}
	width := 3 * helpMargin * s.unit
	for k := range two {
		two[k].measure(s)
		width += two[k].width(s.unit)
	}
	if width <= float64(s.width) {
		return two
	}
	whole.measure(s)
	return []helpColumn{whole}
}

func (c *helpColumn) measure(s *Screen) {
	for _, b := range c.rows {
		key, what := s.helpTexts(b)
		if b.what != "" {
			c.keys = max(c.keys, key.Width())
		}
		c.what = max(c.what, what.Width())
	}
}

// helpTexts returns a row's name and explanation.
func (s *Screen) helpTexts(b binding) (key, what render.Text) {
	key = render.Text{Size: widget.SmallText * s.unit, Bold: true, Colour: s.theme.Text, Value: b.name}
	if b.what == "" {
		key.Colour = s.theme.Muted
	}
	return key, render.Text{Size: widget.SmallText * s.unit, Colour: s.theme.Text, Value: b.what}
}

// helpHeight returns how high the help is in pixels, with all of its rows.
func (s *Screen) helpHeight() int {
	most := 0
	for _, c := range s.helpColumns() {
		most = max(most, len(c.rows))
	}
	return s.px(float64(helpRow*most) + helpTitle + helpMargin/2)
}

// drawHelp draws the table of bindings over everything else. Where it is higher than the
// picture the wheel moves it.
func (s *Screen) drawHelp(l *render.List) {
	columns := s.helpColumns()
	margin, width := helpMargin*s.unit, helpMargin*s.unit
	for _, c := range columns {
		width += c.width(s.unit) + margin
	}
	card := image.Rect(0, 0, min(int(width), s.width), min(s.helpHeight(), s.height))
	card = card.Add(image.Pt((s.width-card.Dx())/2, (s.height-card.Dy())/2))
	l.Add(render.Block(l.Bounds(), 0, s.theme.Background.Fade(0.78)), render.Block(card, 10*s.unit, s.theme.Panel), render.Clip{Part: card})
	top := float64(card.Min.Y) - s.helpScroll
	title := render.Text{Size: widget.TitleText * s.unit, Bold: true, Colour: s.theme.Text, Value: "Orrery: true is solid, predicted is outlined"}
	title.At = render.Point{X: float64(card.Min.X) + margin, Y: top + 28*s.unit}
	l.Add(title.Fitted(float64(card.Dx()) - 2*margin))
	left := float64(card.Min.X) + margin
	for _, c := range columns {
		for i, b := range c.rows {
			key, what := s.helpTexts(b)
			key.At = render.Point{X: left, Y: top + float64(helpTitle+helpRow*i+11)*s.unit}
			what.At = key.At
			what.At.X += c.keys + 14*s.unit
			l.Add(key, what.Fitted(float64(card.Max.X)-what.At.X-2*s.unit))
		}
		left += c.width(s.unit) + margin
	}
	l.Add(render.Clip{Part: l.Bounds()})
}
