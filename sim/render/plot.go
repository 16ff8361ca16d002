package render

import (
	"fmt"
	"image"
	"math"
	"slices"
)

// plot draws the error against time, with a cursor at one frame.
type plot struct {
	list      *List
	theme     *Theme
	unit      float64   // px
	errors    []float64 // [t], m
	band      *Band
	frameTime float64 // s
	top       float64 // m, at the upper end of the error axis
	box       image.Rectangle
}

// newPlot prepares a plot and draws its title and axes into a part of a list.
func newPlot(l *List, part image.Rectangle, r *Reel) *plot {
	p := &plot{
		list: l, theme: r.film.Theme, unit: r.layout.unit,
		errors: r.errors, band: r.film.Band, frameTime: r.film.Scene.FrameTime(),
	}
	size := smallText * p.unit
	top, step := errorAxis(p.errors)
	p.top = top
	length := lengthUnit(top)
	label := Text{Size: size, Colour: p.theme.Muted}

	title := label
	title.At, title.Value = Point{float64(part.Min.X), float64(part.Min.Y) + size}, "mean position error ("+length.name+") against time (s)"
	l.Add(title)
	if p.band != nil {
		p.bandKey(title, float64(part.Max.X))
	}

	// The labels of the error axis decide how much is left for the curve.
	label.Align, label.Value = Right, length.number(top, step)
	left := math.Ceil(float64(part.Min.X) + label.Width() + 0.5*size)
	p.box = image.Rect(int(left), part.Min.Y+int(2*size), part.Max.X-int(size), part.Max.Y-int(1.7*size))
	if step/top*float64(p.box.Dy()) < 1.2*size {
		step = top // no room for labels between
	}
	for _, v := range multiples(0, top, step) {
		y := middleOfPixel(p.at(0, v).Y)
		l.Add(polyline(Stroke{Colour: p.theme.Grid, Width: 1}, Point{left, y}, Point{float64(p.box.Max.X), y}))
		label.At, label.Value = Point{left - 0.5*size, y + 0.35*size}, length.number(v, step)
		l.Add(label)
	}
	p.timeAxis()
	return p
}

// at returns where an error in metres at frame t appears.
func (p *plot) at(t int, v float64) Point {
	return Point{
		float64(p.box.Min.X) + float64(t)/float64(max(len(p.errors)-1, 1))*float64(p.box.Dx()),
		float64(p.box.Max.Y) - min(v/p.top, 1)*float64(p.box.Dy()),
	}
}

// line returns the points of one value a frame.
func (p *plot) line(values []float64) []Point {
	out := make([]Point, len(values))
	for t, v := range values {
		out[t] = p.at(t, v)
	}
	return out
}

// curve draws the band, and the errors up to a frame brighter than those ahead.
func (p *plot) curve(frame int) {
	if p.band != nil {
		edge := p.line(p.band.Low)
		slices.Reverse(edge)
		edge = append(p.line(p.band.High), edge...)
		p.list.Add(Path{Contours: [][]Point{edge}, Fill: p.theme.Muted.Fade(bandTint)})
	}
	line := p.line(p.errors)
	stroke := Stroke{Colour: p.theme.Error, Width: errorWidth * p.unit, Round: true}
	ahead := stroke
	ahead.Colour = stroke.Colour.Fade(0.35)
	now := line[frame]
	x := middleOfPixel(now.X)
	p.list.Add(
		polyline(ahead, line[frame:]...),
		polyline(Stroke{Colour: p.theme.Muted, Width: 1}, Point{x, float64(p.box.Min.Y)}, Point{x, float64(p.box.Max.Y)}),
		polyline(stroke, line[:frame+1]...),
		circle(now, 3.25*p.unit, p.theme.Error, Stroke{Colour: p.theme.Background, Width: 1.25 * p.unit}),
	)
}

// bandTint is the opacity of the band.
const bandTint = 0.25

// bandKey names the band at the right end of the title line, if there is room.
func (p *plot) bandKey(title Text, right float64) {
	swatch := 1.6 * title.Size
	key := title
	key.Align, key.At.X, key.Value = Right, right, p.band.Label
	key = key.fitted(key.At.X - title.At.X - title.Width() - 2*title.Size - swatch)
	if key.Value == "" {
		return
	}
	x, y := key.At.X-key.Width()-0.4*title.Size, key.At.Y
	p.list.Add(key, block(image.Rect(int(x-swatch), int(y-0.6*title.Size), int(x), int(y)), p.theme.Muted.Fade(bandTint)))
}

// timeAxis labels the seconds below the curve.
func (p *plot) timeAxis() {
	end := float64(len(p.errors)-1) * p.frameTime
	if end == 0 {
		return
	}
	size := smallText * p.unit
	step := roundStep(end / (float64(p.box.Dx()) / (5 * size)))
	for _, s := range multiples(0, end, step) {
		p.list.Add(Text{
			At:   Point{float64(p.box.Min.X) + s/end*float64(p.box.Dx()), float64(p.box.Max.Y) + 1.5*size},
			Size: size, Align: Centre, Colour: p.theme.Muted, Value: formatNumber(s, step),
		})
	}
}

// errorAxis returns the upper end of the axis and the step of its two to four
// labels: round, above the curve, and not so small that it shows rounding.
func errorAxis(errors []float64) (top, step float64) {
	highest := max(slices.Max(errors), 1e-3)
	step = roundStep(highest / 3)
	return step * math.Ceil(highest/step-1e-9), step
}

// unitOfLength is what a length is written in.
type unitOfLength struct {
	name   string
	metres float64
}

// lengthUnit returns millimetres for lengths that read better so.
func lengthUnit(length float64) unitOfLength {
	if length < 0.1 {
		return unitOfLength{"mm", 1e-3}
	}
	return unitOfLength{"m", 1}
}

// number writes a length to as many digits as multiples of step need.
func (u unitOfLength) number(length, step float64) string {
	return formatNumber(length/u.metres, step/u.metres)
}

// formatNumber writes v to as many decimals as multiples of step need.
func formatNumber(v, step float64) string {
	if v >= 1e5 {
		return fmt.Sprintf("%.0e", v)
	}
	decimals := max(-int(math.Floor(math.Log10(step)+1e-9)), 0)
	return fmt.Sprintf("%.*f", decimals, v)
}

// formatLength writes a length with its unit, to three digits or a tenth of a
// millimetre.
func formatLength(length float64) string {
	switch unit := lengthUnit(length); {
	case length < 0.01:
		return fmt.Sprintf("%.1f %s", length/unit.metres, unit.name)
	case length < 0.1:
		return fmt.Sprintf("%.0f %s", length/unit.metres, unit.name)
	case length < 1000:
		return fmt.Sprintf("%.2f %s", length, unit.name)
	default:
		return fmt.Sprintf("%.1e %s", length, unit.name)
	}
}
