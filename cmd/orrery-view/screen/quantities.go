package screen

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"image"
	"image/png"
	"math"
	"strconv"

	"orrery/cmd/orrery-view/session"
	"orrery/cmd/orrery-view/session/quantity"
	"orrery/cmd/orrery-view/widget"
	"orrery/sim/render"
	"orrery/sim/render/plot"
)

// measuring says which quantities are plotted.
type measuring struct {
	what    int // 1 more than an index of quantity.All; 0 for none, so that errors are plotted
	against int // likewise; 0 for time
	body    int // of quantities of one
}

// nextQuantity plots another quantity, of the body under the mouse where there is one, or plots it against another.
func (s *Screen) nextQuantity(against bool, by int) {
	m := &s.measuring
	if under := s.under(); under >= 0 {
		m.body = under
	}
	count := len(quantity.All()) + 1
	if against {
		m.against = (m.against + by + count) % count
		if m.what == 0 {
			m.what = 1
		}
	} else {
		m.what = (m.what + by + count) % count
	}
}

// quantityName returns what is plotted, with the body it is of, and its axis.
func (s *Screen) quantityAxis(index int) (name string, axis plot.Axis) {
	if index == 0 {
		return "time", plot.Axis{Name: "time", Unit: "s"}
	}
	q := quantity.All()[index-1]
	name = q.Name
	if q.Body {
		body := s.Session.Scene().Bodies[s.measuring.body].Name
		if body == "" {
			body = "body " + strconv.Itoa(s.measuring.body)
		}
		name += " of " + body
	}
	return name, plot.Axis{Name: name, Unit: q.Unit}
}

// mostPoints is the number of points of a curve; of more some are left out.
const mostPoints = 600

// quantityChart returns the curves of what is plotted, or false where nothing is.
func (s *Screen) quantityChart() (*plot.Chart, bool) {
	m := &s.measuring
	scene := s.Session.Scene()
	m.body = min(m.body, len(scene.Bodies)-1)
	if m.what == 0 || m.body < 0 {
		return nil, false
	}
	name, y := s.quantityAxis(m.what)
	_, x := s.quantityAxis(m.against)
	c := &plot.Chart{Theme: s.theme, Unit: s.unit, Title: name, X: x, Y: y, Cursor: math.NaN()}
	truth, chosen, rival := s.Session.Motions(int(plotSeconds * float64(scene.FPS)))
	other, _ := s.Session.Rival()
	all := quantity.All()
	for _, side := range []struct {
		name   string
		of     session.Motion
		colour render.Colour
		dash   float64
	}{{"true", truth, s.theme.True, 0}, {s.guesser(), chosen, s.theme.Predicted, 6}, {other, rival, s.rivalColour(), 3}} {
		if len(side.of.States) == 0 || side.name == "" {
			continue
		}
		curve := plot.Curve{Name: side.name, Colour: side.colour, Dash: side.dash}
		for k := 0; k < len(side.of.States); k += 1 + len(side.of.States)/mostPoints {
			state := side.of.States[k]
			at := float64(side.of.First+k) * scene.FrameTime()
			if m.against > 0 {
				at = all[m.against-1].Of(scene, state, m.body)
			}
			curve.X, curve.Y = append(curve.X, at), append(curve.Y, all[m.what-1].Of(scene, state, m.body))
		}
		c.Curves = append(c.Curves, curve)
	}
	return c, true
}

// drawQuantities draws what is measured, and the values at the mouse.
func (s *Screen) drawQuantities(l *render.List, c *plot.Chart) {
	c.List = l
	part := s.places.plot
	if !c.Draw(part) {
		s.drawNote(l, c.Title+": nothing is known yet")
		return
	}
	x, values, ok := c.At(s.mouse)
	if !ok {
		return
	}
	said := readable(x, c.X.Unit) + ":"
	for i, v := range values {
		if !math.IsNaN(v) {
			said += fmt.Sprintf("  %s %s", c.Curves[i].Name, readable(v, c.Y.Unit))
		}
	}
	text := render.Text{At: render.Point{X: float64(part.Max.X), Y: float64(part.Min.Y) + widget.SmallText*s.unit}, Size: widget.SmallText * s.unit, Align: render.Right, Bold: true, Colour: s.theme.Text, Value: said}
	text = text.Fitted(float64(part.Dx()))
	back := image.Rect(int(text.At.X-text.Width())-s.px(4), part.Min.Y-s.px(2), part.Max.X, part.Min.Y+s.px(widget.SmallText+4))
	l.Add(render.Block(back, 0, s.theme.Background), text)
}

// quantitySection chooses what is plotted.
func (s *Screen) quantitySection(k *stack) {
	k.heading("PLOT")
	m := &s.measuring
	what := "errors"
	if m.what > 0 && m.body < len(s.Session.Scene().Bodies) {
		what, _ = s.quantityAxis(m.what)
		against, _ := s.quantityAxis(m.against)
		what += " against " + against
	}
	k.text(what)
	k.grid(2, choice{"another quantity", false, func() { s.nextQuantity(false, 1) }}, choice{"against another", false, func() { s.nextQuantity(true, 1) }})
	if m.what > 0 {
		k.grid(3, choice{"errors again", false, func() { m.what = 0 }}, choice{"save as CSV", false, s.saveQuantities}, choice{"save as PNG", false, s.savePlot})
	} else {
		k.grid(1, choice{"save as PNG", false, s.savePlot})
	}
}

// saveQuantities asks for what is plotted to be saved as a table: a row for each point of each curve.
func (s *Screen) saveQuantities() {
	c, ok := s.quantityChart()
	if !ok {
		s.Session.Notify("no quantity is plotted: Q chooses one")
		return
	}
	var text bytes.Buffer
	w := csv.NewWriter(&text)
	head := func(a plot.Axis) string { return a.Name + " (" + a.Unit + ")" }
	rows := [][]string{{"curve", head(c.X), head(c.Y)}}
	number := func(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
	for _, curve := range c.Curves {
		for i := range curve.X {
			rows = append(rows, []string{curve.Name, number(curve.X[i]), number(curve.Y[i])})
		}
	}
	s.check(w.WriteAll(rows))
	s.Save(fileName(c.Title)+".csv", text.Bytes())
}

// The size of a plot that is saved alone, in units, and the pixels of a unit.
const (
	plotWide  = 800
	plotHigh  = 400
	plotScale = 2
)

// savePlot asks for a picture of what is plotted to be saved, without anything else. It has a size of its own, whatever
// that of the window is.
func (s *Screen) savePlot() {
	unit, place, mouse := s.unit, s.places.plot, s.mouse
	defer func() { s.unit, s.places.plot, s.mouse = unit, place, mouse }()
	s.unit, s.mouse = plotScale, render.Point{X: -1, Y: -1} // the mouse is nowhere, and reads no value
	l := &render.List{Width: s.px(plotWide), Height: s.px(plotHigh), Background: s.theme.Background}
	s.places.plot = l.Bounds().Inset(s.px(margin))
	s.drawPlots(l)
	name := "errors"
	if c, ok := s.quantityChart(); ok {
		name = c.Title
	} else if s.showsLesson() {
		name = "lesson"
	}
	var out bytes.Buffer
	if err := png.Encode(&out, l.Image()); err != nil {
		s.check(err)
		return
	}
	s.Save(fileName(name)+".png", out.Bytes())
}
