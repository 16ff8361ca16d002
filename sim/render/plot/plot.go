package plot

import (
	"cmp"
	"image"
	"math"

	"orrery/sim/render"
)

// Plot draws errors against time, with a cursor at one of them.
type Plot struct {
	List      *render.List
	Theme     *render.Theme
	Unit      float64   // px
	Title     string    // of the errors; their unit and what they stand against are added
	Against   string    // what passes in seconds along the plot; empty for time
	Errors    []float64 // [t], m; NaN where there is none
	Band      *Band     // behind the curve, or nil
	FrameTime float64   // s between errors
	Start     float64   // s, the time of the first error
	Decades   bool      // the error axis rises by powers of ten, as chaos does

	top float64 // m, at the upper end of the error axis
	box image.Rectangle
}

// Band is a range of errors to compare a model with, such as that of the engine
// started from an imprecise measurement.
type Band struct {
	Label     string
	Low, High []float64 // [t], m
}

// Draw draws the plot into a part of the list, in px. The curve is brighter up to the
// error of index at than after it.
func (p *Plot) Draw(part image.Rectangle, at int) {
	if len(p.Errors) == 0 {
		return
	}
	p.axes(part)
	if p.Band != nil {
		p.band()
	}
	p.curve(at)
}

// axes draws title and axes, and decides where the curve goes.
func (p *Plot) axes(part image.Rectangle) {
	size := render.SmallText * p.Unit
	marks, names, unit := p.marks(float64(part.Dy()) - 3.7*size)
	label := render.Text{Size: size, Colour: p.Theme.Muted}

	title := label
	title.At = render.Point{X: float64(part.Min.X), Y: float64(part.Min.Y) + size}
	title.Value = p.Title + unit + " against " + cmp.Or(p.Against, "time") + " (s)"
	title = title.Fitted(float64(part.Dx()))
	p.List.Add(title)
	if p.Band != nil {
		p.bandKey(title, float64(part.Max.X))
	}

	// The labels of the error axis decide how much is left for the curve.
	label.Align = render.Right
	left := 0.0
	for _, label.Value = range names {
		left = max(left, label.Width())
	}
	left = math.Ceil(float64(part.Min.X) + left + 0.5*size)
	p.box = image.Rect(int(left), part.Min.Y+int(2*size), part.Max.X-int(size), part.Max.Y-int(1.7*size))
	for k, v := range marks {
		y := render.MiddleOfPixel(p.at(0, v).Y)
		p.List.Add(render.Polyline(render.Stroke{Colour: p.Theme.Grid, Width: 1}, render.Point{X: left, Y: y}, render.Point{X: float64(p.box.Max.X), Y: y}))
		label.At, label.Value = render.Point{X: left - 0.5*size, Y: y + 0.35*size}, names[k]
		p.List.Add(label)
	}
	p.timeAxis()
}

// marks decides where the error axis ends, and returns the errors to mark on it, as
// many as there is room for in a height in pixels, with their names, and the unit that
// the names lack.
func (p *Plot) marks(height float64) (marks []float64, names []string, unit string) {
	most := int(height / (1.2 * render.SmallText * p.Unit)) // marks above the first
	if p.Decades {
		p.top = p.decadeAbove()
		count := int(math.Round(math.Log10(p.top / leastDecade)))
		for k := 0; k <= count; k += max((count+most)/max(most, 1), 1) {
			v := leastDecade * math.Pow10(k)
			length := lengthUnit(v)
			marks, names = append(marks, v), append(names, length.number(v, v)+" "+length.name)
		}
		return marks, names, ""
	}
	top, step := errorAxis(p.Errors)
	p.top = top
	length := lengthUnit(top)
	if top/step > float64(most) {
		step = top // no room for labels between
	}
	for _, v := range render.Multiples(0, top, step) {
		marks, names = append(marks, v), append(names, length.number(v, step))
	}
	return marks, names, " (" + length.name + ")"
}

// leastDecade is the least value on an axis of decades, in metres: what is less cannot be
// seen, and no dataset holds it.
const leastDecade = 1e-5

// decadeAbove returns the power of ten above all errors, in metres, at least one, so
// that the axis stands still as long as nothing leaves its place for good.
func (p *Plot) decadeAbove() float64 {
	highest := 1.0
	for _, e := range p.Errors {
		if e > highest { // false for NaN
			highest = e
		}
	}
	return math.Pow10(int(math.Ceil(math.Log10(min(highest, 1e9)) - 1e-9)))
}

// at returns where an error in metres at index t appears.
func (p *Plot) at(t int, v float64) render.Point {
	return render.Point{
		X: float64(p.box.Min.X) + float64(t)/float64(max(len(p.Errors)-1, 1))*float64(p.box.Dx()),
		Y: float64(p.box.Max.Y) - p.height(v)*float64(p.box.Dy()),
	}
}

// height returns how far up the axis an error is, from 0 to 1.
func (p *Plot) height(v float64) float64 {
	if p.Decades {
		v = math.Log(max(v/leastDecade, 1)) / math.Log(p.top/leastDecade)
	} else {
		v /= p.top
	}
	return min(v, 1)
}

// lines returns the points of the values with index from to to, in pieces where
// values are missing.
func (p *Plot) lines(values []float64, from, to int) [][]render.Point {
	var out [][]render.Point
	broken := true
	for t := from; t < to; t++ {
		if math.IsNaN(values[t]) {
			broken = true
			continue
		}
		if broken {
			out, broken = append(out, nil), false
		}
		out[len(out)-1] = append(out[len(out)-1], p.at(t, values[t]))
	}
	return out
}

// band fills what is between the least error and the greatest with convex pieces, which
// even a graphics card can draw. None is lower than a pixel, so that all can be seen.
func (p *Plot) band() {
	path := render.Path{Fill: p.Theme.Muted.Fade(bandTint)}
	var before [2]render.Point
	for t := range p.Band.Low {
		low, high := p.at(t, p.Band.Low[t]), p.at(t, p.Band.High[t])
		middle, half := (low.Y+high.Y)/2, max(low.Y-high.Y, 1)/2
		low.Y, high.Y = middle+half, middle-half
		if t > 0 {
			path.Contours = append(path.Contours, []render.Point{before[0], before[1], high, low})
		}
		before = [2]render.Point{low, high}
	}
	p.List.Add(path)
}

// curve draws the errors up to one brighter than those ahead.
func (p *Plot) curve(at int) {
	at = min(max(at, 0), len(p.Errors)-1)
	x := render.MiddleOfPixel(p.at(at, 0).X)
	stroke := render.Stroke{Colour: p.Theme.Error, Width: render.ErrorWidth * p.Unit, Round: true}
	ahead := stroke
	ahead.Colour = stroke.Colour.Fade(0.35)
	p.List.Add(
		render.Path{Contours: p.lines(p.Errors, at, len(p.Errors)), Open: true, Stroke: ahead},
		render.Polyline(render.Stroke{Colour: p.Theme.Muted, Width: 1}, render.Point{X: x, Y: float64(p.box.Min.Y)}, render.Point{X: x, Y: float64(p.box.Max.Y)}),
		render.Path{Contours: p.lines(p.Errors, 0, at+1), Open: true, Stroke: stroke},
	)
	if v := p.Errors[at]; !math.IsNaN(v) {
		p.List.Add(render.Circle(p.at(at, v), 3.25*p.Unit, p.Theme.Error, render.Stroke{Colour: p.Theme.Background, Width: 1.25 * p.Unit}))
	}
}

// bandTint is the opacity of the band.
const bandTint = 0.25

// bandKey names the band at the right end of the title line, if there is room.
func (p *Plot) bandKey(title render.Text, right float64) {
	swatch := 1.6 * title.Size
	key := title
	key.Align, key.At.X, key.Value = render.Right, right, p.Band.Label
	key = key.Fitted(key.At.X - title.At.X - title.Width() - 2*title.Size - swatch)
	if key.Value == "" {
		return
	}
	x, y := key.At.X-key.Width()-0.4*title.Size, key.At.Y
	p.List.Add(key, render.Block(image.Rect(int(x-swatch), int(y-0.6*title.Size), int(x), int(y)), 0, p.Theme.Muted.Fade(bandTint)))
}

// timeAxis labels the seconds below the curve.
func (p *Plot) timeAxis() {
	span := float64(len(p.Errors)-1) * p.FrameTime
	if span == 0 {
		return
	}
	size := render.SmallText * p.Unit
	step := render.RoundStep(span / (float64(p.box.Dx()) / (5 * size)))
	for _, s := range render.Multiples(p.Start, p.Start+span, step) {
		p.List.Add(render.Text{
			At:   render.Point{X: float64(p.box.Min.X) + (s-p.Start)/span*float64(p.box.Dx()), Y: float64(p.box.Max.Y) + 1.5*size},
			Size: size, Align: render.Centre, Colour: p.Theme.Muted, Value: formatNumber(s, step),
		})
	}
}

// errorAxis returns the upper end of the axis and the step of its two to four
// labels: round, above the curve, and not so small that it shows rounding.
func errorAxis(errors []float64) (top, step float64) {
	highest := 1e-3
	for _, e := range errors {
		if e > highest { // false for NaN
			highest = e
		}
	}
	step = render.RoundStep(highest / 3)
	return step * math.Ceil(highest/step-1e-9), step
}
