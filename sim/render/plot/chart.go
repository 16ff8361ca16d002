package plot

import (
	"cmp"
	"fmt"
	"image"
	"math"
	"slices"
	"strconv"

	"orrery/sim/render"
)

// Chart draws curves of any quantities against another one. Its axes end where the values do.
//
//	c := plot.Chart{List: list, Theme: theme, Unit: 1, Title: "energy", X: plot.Axis{Name: "time", Unit: "s"}, Y: plot.Axis{Unit: "J"}}
//	c.Curves = []plot.Curve{{Name: "kinetic", X: times, Y: energies, Colour: theme.True}}
//	c.Draw(part)
//	x, values := c.At(mouse)
type Chart struct {
	List   *render.List
	Theme  *render.Theme
	Unit   float64 // px
	Title  string
	X, Y   Axis
	Curves []Curve // the last on top
	Cursor float64 // in the unit of X, where a line stands if that is within the axis

	box image.Rectangle // px, where the curves are
	x   scale
	y   scale
}

// Axis says what an axis tells.
type Axis struct {
	Name, Unit string
	Decades    bool // it rises by powers of ten, and values that are not above 0 are left out

	// Least and Most, where they differ, are values that the axis has at its ends whatever the curves have; what is
	// less than Least lies on the axis.
	Least, Most float64
}

// Curve is one of the curves of a Chart.
type Curve struct {
	Name   string    // beside its end
	X, Y   []float64 // [k], in the units of the axes; what is not finite leaves a gap
	Colour render.Colour
	Dash   float64 // units of line before each gap; 0 for a continuous line
	Faint  bool    // what the others are compared with, drawn thinner
}

// scale maps values, or their logarithms, to 0 to 1.
type scale struct {
	decades   bool
	low, high float64
}

// share returns where a value is, or NaN where it is nowhere.
func (s *scale) share(v float64) float64 {
	if s.decades {
		if !(v > 0) {
			return math.NaN()
		}
		v = math.Log10(v)
	}
	return (v - s.low) / (s.high - s.low)
}

// mostDecades is the greatest number of powers of ten on an axis: what lies further below is not seen.
const mostDecades = 8

// flat is half of what an axis shows of values that are all nothing. What differs by a billionth of it, or of the values, is rounding and drawn as a straight line.
const flat = 1e-3

// scaleOf returns the scale on which all values of an axis are. It is false where there is none.
func scaleOf(axis *Axis, curves []Curve, of func(*Curve) []float64) (scale, bool) {
	s := scale{decades: axis.Decades, low: math.Inf(1), high: math.Inf(-1)}
	for i := range curves {
		for _, v := range of(&curves[i]) {
			if s.decades {
				v = math.Log10(v)
			}
			if !math.IsNaN(v) && !math.IsInf(v, 0) {
				s.low, s.high = min(s.low, v), max(s.high, v)
			}
		}
	}
	if !(s.low <= s.high) {
		return s, false
	}
	if axis.Least < axis.Most {
		if s.decades {
			s.low, s.high = math.Log10(axis.Least), max(math.Log10(axis.Most), math.Ceil(s.high-1e-9))
			return s, true
		}
		s.low, s.high = axis.Least, max(axis.Most, s.high)
		return s, true
	}
	if s.decades {
		s.high = math.Ceil(s.high - 1e-9)
		s.low = max(math.Floor(s.low+1e-9), s.high-mostDecades)
		s.low = min(s.low, s.high-1)
		return s, true
	}
	if !(s.high-s.low > 1e-9*max(math.Abs(s.low), math.Abs(s.high), flat)) {
		middle := (s.low + s.high) / 2
		half := max(math.Abs(middle)*0.1, flat)
		s.low, s.high = middle-half, middle+half
	}
	return s, true
}

// marks returns values to mark, at most so many and one, with their names.
func (s *scale) marks(most int) (values []float64, names []string) {
	if s.decades {
		count := int(math.Round(s.high - s.low))
		for k := 0; k <= count; k += max((count+most-1)/max(most, 1), 1) {
			v := math.Pow10(int(math.Round(s.low)) + k)
			values, names = append(values, v), append(names, power(v))
		}
		return values, names
	}
	step := render.RoundStep((s.high - s.low) / float64(max(most, 1)))
	for _, v := range render.Multiples(s.low, s.high, step) {
		if math.Abs(v) < step/2 {
			v = 0 // and not what adding up left of it
		}
		values, names = append(values, v), append(names, formatNumber(v, step))
	}
	return values, names
}

// power writes a power of ten.
func power(v float64) string {
	if v >= 0.001 && v < 1e6 {
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return fmt.Sprintf("1e%d", int(math.Round(math.Log10(v))))
}

// Draw draws the chart into a part of the list, in px. It returns false, and draws nothing, where no curve has a value.
func (c *Chart) Draw(part image.Rectangle) bool {
	var okX, okY bool
	c.x, okX = scaleOf(&c.X, c.Curves, func(k *Curve) []float64 { return k.X })
	c.y, okY = scaleOf(&c.Y, c.Curves, func(k *Curve) []float64 { return k.Y })
	if !okX || !okY {
		return false
	}
	c.axes(part)
	for i := range c.Curves {
		c.curve(&c.Curves[i])
	}
	c.names()
	if at := c.x.share(c.Cursor); at > 0 && at <= 1 {
		x := render.MiddleOfPixel(c.at(at, 0).X)
		c.List.Add(render.Polyline(render.Stroke{Colour: c.Theme.Muted, Width: 1}, render.Point{X: x, Y: float64(c.box.Min.Y)}, render.Point{X: x, Y: float64(c.box.Max.Y)}))
	}
	return true
}

// axes draws title and axes, and decides where the curves go.
func (c *Chart) axes(part image.Rectangle) {
	size := render.SmallText * c.Unit
	label := render.Text{Size: size, Colour: c.Theme.Muted}
	title := label
	title.At = render.Point{X: float64(part.Min.X), Y: float64(part.Min.Y) + size}
	title.Value = c.Title
	if c.Y.Unit != "" {
		title.Value += " (" + c.Y.Unit + ")"
	}
	against := c.X.Name
	if c.X.Unit != "" {
		against += " (" + c.X.Unit + ")"
	}
	title.Value += " against " + cmp.Or(against, "time")
	c.List.Add(title.Fitted(float64(part.Dx())))

	values, names := c.y.marks(int((float64(part.Dy()) - 3.7*size) / (1.6 * size)))
	left := 0.0
	label.Align = render.Right
	for _, label.Value = range names {
		left = max(left, label.Width())
	}
	right := 0.0
	for i := range c.Curves {
		name := label
		name.Value = c.Curves[i].Name
		right = max(right, name.Width())
	}
	right = min(right+0.8*size, 0.35*float64(part.Dx()))
	left = math.Ceil(float64(part.Min.X) + left + 0.5*size)
	c.box = image.Rect(int(left), part.Min.Y+int(2*size), part.Max.X-int(right), part.Max.Y-int(1.7*size))
	for k, v := range values {
		y := render.MiddleOfPixel(c.at(0, c.y.share(v)).Y)
		c.List.Add(render.Polyline(render.Stroke{Colour: c.Theme.Grid, Width: 1}, render.Point{X: left, Y: y}, render.Point{X: float64(c.box.Max.X), Y: y}))
		label.At, label.Value = render.Point{X: left - 0.5*size, Y: y + 0.35*size}, names[k]
		c.List.Add(label)
	}
	label.Align = render.Centre
	values, names = c.x.marks(int(float64(c.box.Dx()) / (5 * size)))
	for k, v := range values {
		label.At, label.Value = render.Point{X: c.at(c.x.share(v), 0).X, Y: float64(c.box.Max.Y) + 1.5*size}, names[k]
		c.List.Add(label)
	}
}

// at returns the point at shares of both axes.
func (c *Chart) at(x, y float64) render.Point {
	return render.Point{X: float64(c.box.Min.X) + x*float64(c.box.Dx()), Y: float64(c.box.Max.Y) - y*float64(c.box.Dy())}
}

// point returns where a pair of values is. What lies below the axis is on it.
func (c *Chart) point(x, y float64) (p render.Point, ok bool) {
	sx, sy := c.x.share(x), c.y.share(y)
	if math.IsNaN(sx) || math.IsNaN(sy) || math.IsInf(sx, 0) || math.IsInf(sy, 0) {
		return p, false
	}
	return c.at(min(max(sx, 0), 1), min(max(sy, 0), 1)), true
}

func (c *Chart) curve(k *Curve) {
	stroke := render.Stroke{Colour: k.Colour, Width: render.ErrorWidth * c.Unit, Round: true, Dash: k.Dash * c.Unit, Gap: 0.8 * k.Dash * c.Unit}
	if k.Faint {
		stroke.Width = c.Unit
	}
	path := render.Path{Open: true, Stroke: stroke}
	broken := true
	for i := range min(len(k.X), len(k.Y)) {
		p, ok := c.point(k.X[i], k.Y[i])
		if !ok {
			broken = true
			continue
		}
		if broken {
			path.Contours, broken = append(path.Contours, nil), false
		}
		last := len(path.Contours) - 1
		path.Contours[last] = append(path.Contours[last], p)
	}
	if len(path.Contours) == 0 {
		return
	}
	c.List.Add(path)
	if last := path.Contours[len(path.Contours)-1]; len(last) == 1 && k.Dash == 0 { // a line would not show
		c.List.Add(render.Circle(last[0], 2.5*c.Unit, k.Colour, render.Stroke{}))
	}
}

// names writes the names of the curves beside their ends, none over another.
func (c *Chart) names() {
	size := render.SmallText * c.Unit
	type named struct {
		text render.Text
		y    float64
	}
	var all []named
	for i := range c.Curves {
		k := &c.Curves[i]
		if p, ok := c.end(k); ok && k.Name != "" {
			text := render.Text{Size: size, Colour: readable(c.Theme, k.Colour), Value: k.Name}
			text.At.X = float64(c.box.Max.X) + 0.5*size
			all = append(all, named{text, p.Y + 0.35*size})
		}
	}
	slices.SortStableFunc(all, func(a, b named) int { return cmp.Compare(a.y, b.y) })
	lowest := float64(c.box.Max.Y) + 0.35*size
	for i := len(all) - 1; i >= 0; i-- { // up from below, then down from above
		lowest = min(lowest, all[i].y)
		all[i].y = lowest
		lowest -= 1.05 * size
	}
	highest := float64(c.box.Min.Y) + 0.35*size
	for i := range all {
		all[i].y = max(all[i].y, highest)
		highest = all[i].y + 1.05*size
		all[i].text.At.Y = all[i].y
		c.List.Add(all[i].text)
	}
}

// end returns the last point of a curve.
func (c *Chart) end(k *Curve) (render.Point, bool) {
	for i := min(len(k.X), len(k.Y)) - 1; i >= 0; i-- {
		if p, ok := c.point(k.X[i], k.Y[i]); ok {
			return p, true
		}
	}
	return render.Point{}, false
}

// readable returns a colour for text that is a colour made fit to be read on the theme's background.
func readable(t *render.Theme, colour render.Colour) render.Colour {
	out := colour
	for share := 0.1; render.Contrast(out, t.Background) < 4.5 && share <= 1; share += 0.1 {
		out = towards(colour, t.Text, share)
	}
	return out
}

// towards returns the colour a share of the way from one to another.
func towards(a, b render.Colour, share float64) render.Colour {
	mix := func(x, y uint8) uint8 { return uint8(float64(x) + share*(float64(y)-float64(x)) + 0.5) }
	return render.Colour{R: mix(a.R, b.R), G: mix(a.G, b.G), B: mix(a.B, b.B), A: 255}
}

// At returns what the curves have nearest to a point of the list, in px, of a chart that was drawn: the value along
// the axis of X, and for each curve its value there, NaN where it has none. It is false beside the curves.
func (c *Chart) At(p render.Point) (x float64, values []float64, ok bool) {
	if !image.Pt(int(p.X), int(p.Y)).In(c.box) {
		return 0, nil, false
	}
	best := math.Inf(1)
	for i := range c.Curves {
		for _, v := range c.Curves[i].X {
			if off := math.Abs(c.at(c.x.share(v), 0).X - p.X); off < best { // false for NaN
				best, x = off, v
			}
		}
	}
	if math.IsInf(best, 1) {
		return 0, nil, false
	}
	for i := range c.Curves {
		value, near := math.NaN(), math.Inf(1)
		k := &c.Curves[i]
		for j := range min(len(k.X), len(k.Y)) {
			if off := math.Abs(k.X[j] - x); off < near {
				near, value = off, k.Y[j]
			}
		}
		values = append(values, value)
	}
	return x, values, true
}
