package render

import (
	"fmt"
	"image"
	"math"
	"slices"
)

// plot is the error against time, with a cursor at one frame.
type plot struct {
	errors    []float64 // [t], m
	band      *Band
	frameTime float64 // s
	frame     int
	theme     *Theme
	unit      float64 // px
}

// draw fills part of the list: a title line, the curve and two axes.
func (p *plot) draw(l *List, part image.Rectangle) {
	size := smallText * p.unit
	top, step := p.scale()
	length := lengthUnit(top)
	label := Text{Size: size, Colour: p.theme.Muted}

	title := label
	title.At, title.Value = Point{float64(part.Min.X), float64(part.Min.Y) + size}, "mean position error ("+length.name+") against time (s)"
	l.Add(title)
	if p.band != nil {
		p.bandKey(l, title, float64(part.Max.X))
	}

	// The axis labels decide how much is left for the curve.
	label.Align = Right
	label.Value = length.number(top, step)
	left := math.Ceil(float64(part.Min.X) + label.Width() + 0.5*size)
	box := image.Rect(int(left), part.Min.Y+int(math.Round(1.9*size)), part.Max.X-int(math.Round(size)), part.Max.Y-int(math.Round(1.5*size)))
	at := func(t int, v float64) Point {
		x := float64(t) / float64(max(len(p.errors)-1, 1))
		return Point{float64(box.Min.X) + x*float64(box.Dx()), float64(box.Max.Y) - v/top*float64(box.Dy())}
	}

	for v := 0.0; v <= top*(1+1e-9); v += step {
		y := middleOfPixel(at(0, v).Y)
		l.Add(polyline(Stroke{Colour: p.theme.Grid, Width: 1}, Point{left, y}, Point{float64(box.Max.X), y}))
		label.At, label.Value = Point{left - 0.5*size, y + 0.35*size}, length.number(v, step)
		l.Add(label)
	}
	p.timeAxis(l, box, at)

	if p.band != nil {
		var edge []Point
		for t, v := range p.band.High {
			edge = append(edge, at(t, min(v, top)))
		}
		for t, v := range slices.Backward(p.band.Low) {
			edge = append(edge, at(t, min(v, top)))
		}
		l.Add(Path{Contours: [][]Point{edge}, Fill: p.theme.Muted.Fade(0.25)})
	}
	var curve []Point
	for t, v := range p.errors {
		curve = append(curve, at(t, v))
	}
	stroke := Stroke{Colour: p.theme.Error, Width: 1.75 * p.unit, Round: true}
	ahead := stroke
	ahead.Colour = stroke.Colour.Fade(0.3)
	now := curve[p.frame]
	x := middleOfPixel(now.X)
	l.Add(
		polyline(ahead, curve[p.frame:]...),
		polyline(Stroke{Colour: p.theme.Muted, Width: 1}, Point{x, float64(box.Min.Y)}, Point{x, float64(box.Max.Y)}),
		polyline(stroke, curve[:p.frame+1]...),
		circle(now, 3.25*p.unit, p.theme.Error, Stroke{Colour: p.theme.Background, Width: 1.25 * p.unit}),
	)
}

// bandKey names the band at the right end of the title line, if there is room.
func (p *plot) bandKey(l *List, title Text, right float64) {
	swatch := 1.6 * title.Size
	key := title
	key.Align, key.At.X, key.Value = Right, right, p.band.Label
	key = key.fitted(key.At.X - title.At.X - title.Width() - 2*title.Size - swatch)
	if key.Value == "" {
		return
	}
	x, y := key.At.X-key.Width()-0.4*title.Size, key.At.Y
	l.Add(key, block(image.Rect(int(x-swatch), int(y-0.6*title.Size), int(x), int(y)), p.theme.Muted.Fade(0.25)))
}

// timeAxis labels the seconds below the curve.
func (p *plot) timeAxis(l *List, box image.Rectangle, at func(int, float64) Point) {
	end := float64(len(p.errors)-1) * p.frameTime
	if end == 0 {
		return
	}
	size := smallText * p.unit
	step := max(roundStep(end/max(float64(box.Dx())/(5*size), 1)), p.frameTime)
	for s := 0.0; s <= end*(1+1e-9); s += step {
		x := float64(box.Min.X) + s/end*float64(box.Dx())
		label := Text{Size: size, Colour: p.theme.Muted, Align: Centre, Value: formatNumber(s, step)}
		label.At = Point{x, float64(box.Max.Y) + 1.3*size}
		l.Add(label)
	}
}

// scale returns the error at the upper end of the axis and the step of its two to
// four labels: round, above the curve, and not so small that it shows rounding.
func (p *plot) scale() (top, step float64) {
	highest := max(slices.Max(p.errors), 1e-3)
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
