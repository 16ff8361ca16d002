package screen

import (
	"image"
	"math"
	"slices"

	"orrery/cmd/orrery-view/widget"
	"orrery/sim/render"
)

// Lengths of the help in units.
const (
	helpRow    = 20
	helpTitle  = 46 // above the first row
	helpMargin = 20
	helpGap    = 14 // between a name and its explanation
	helpLines  = 3  // of one explanation, at most
)

// helpColumn is a part of the table of bindings with the width it needs.
type helpColumn struct {
	rows       []binding
	keys, what float64 // px, of the longest name and explanation
	height     int     // rows' lines
}

func (c *helpColumn) width(unit float64) float64 { return c.keys + helpGap*unit + c.what }

// helpColumns divides the table in two at a heading, or leaves it whole. In a narrow picture explanations have several lines.
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
		two[k].measure(s, math.Inf(1))
		width += two[k].width(s.unit)
	}
	if width <= float64(s.width) {
		return two
	}
	whole.measure(s, float64(s.width)-2*helpMargin*s.unit)
	return []helpColumn{whole}
}

// measure finds how wide and high a column is that has so many pixels of room.
func (c *helpColumn) measure(s *Screen, room float64) {
	for _, b := range c.rows {
		if key, _ := s.helpTexts(b, room); b.what != "" {
			c.keys = max(c.keys, key.Width())
		}
	}
	for _, b := range c.rows {
		_, lines := s.helpTexts(b, room-c.keys-helpGap*s.unit)
		for _, line := range lines {
			c.what = max(c.what, line.Width())
		}
		c.height += max(len(lines), 1)
	}
}

// helpTexts returns a row's name and the lines of its explanation, which has so many pixels of room.
func (s *Screen) helpTexts(b binding, room float64) (key render.Text, lines []render.Text) {
	key = render.Text{Size: widget.SmallText * s.unit, Bold: true, Colour: s.theme.Text, Value: b.name}
	if b.what == "" {
		key.Colour = s.theme.Muted
		return key, nil
	}
	what := render.Text{Size: widget.SmallText * s.unit, Colour: s.theme.Text}
	return key, widget.Wrapped(what, b.what, room, helpLines)
}

// helpHeight returns how high the help is in pixels, with all of its rows.
func (s *Screen) helpHeight() int {
	most := 0
	for _, c := range s.helpColumns() {
		most = max(most, c.height)
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
		row := 0
		for _, b := range c.rows {
			key, lines := s.helpTexts(b, c.what)
			at := func(x float64, line int) render.Point {
				return render.Point{X: x, Y: top + float64(helpTitle+helpRow*(row+line)+11)*s.unit}
			}
			key.At = at(left, 0)
			l.Add(key)
			for k, line := range lines {
				line.At = at(left+c.keys+helpGap*s.unit, k)
				l.Add(line)
			}
			row += max(len(lines), 1)
		}
		left += c.width(s.unit) + margin
	}
	l.Add(render.Clip{Part: l.Bounds()})
}
