package identification

import (
	"image"
	"math"

	"orrery/sim/render"
	"orrery/world/identify"
)

// Sizes of the table of values in px.
const (
	leastRow  = 19
	mostRow   = 30
	nameWide  = 190
	valueWide = 205
)

// values draws each number that was found with its interval, on an axis of its own that goes from half as
// much to half as much again, or about 0. What does not fit is counted.
func (p *drawing) values(part image.Rectangle) {
	var known []identify.Parameter
	for _, v := range p.found.Parameters {
		if v.Identifiable {
			known = append(known, v)
		}
	}
	part = p.heading(part, "Values with 95 % intervals")
	if len(known) == 0 {
		p.text(float64(part.Min.X), float64(part.Min.Y)+18, textSize, false, p.theme.Muted, render.Left, "none could be told; the sentences say why", float64(part.Dx()))
		return
	}
	rowHigh := min(max((part.Dy()-22)/len(known), leastRow), mostRow)
	rows := (part.Dy() - 22) / rowHigh
	left := 0
	if len(known) > rows {
		left = len(known) - (rows - 1)
		known = known[:rows-1]
	}
	axis := image.Rect(part.Min.X+nameWide+8, part.Min.Y, part.Max.X-valueWide-12, part.Min.Y+rowHigh*len(known))
	reach := reachOf(known)
	middle := render.MiddleOfPixel(float64(axis.Min.X+axis.Max.X) / 2)
	half := float64(axis.Dx()) / 2
	grid := render.Stroke{Colour: p.theme.Grid, Width: 1}
	for _, share := range []float64{-1, -0.5, 0, 0.5, 1} {
		x := render.MiddleOfPixel(middle + share*half)
		p.list.Add(render.Polyline(grid, render.Point{X: x, Y: float64(axis.Min.Y)}, render.Point{X: x, Y: float64(axis.Max.Y)}))
		if share == math.Trunc(share) || axis.Dx() > 260 {
			p.text(x, float64(axis.Max.Y)+15, 12, false, p.theme.Muted, render.Centre, signedPercent(share*reach), 60)
		}
	}
	for k := range known {
		v := &known[k]
		y := float64(axis.Min.Y) + (float64(k)+0.5)*float64(rowHigh)
		p.text(float64(part.Min.X), y+5, textSize, false, p.theme.Text, render.Left, string(v.Name)+" · "+shortened(v.Of), nameWide)
		value, half95, _ := v.Numbers()
		value += " ± " + half95
		if v.Unit != "" {
			value += " " + v.Unit
		}
		p.text(float64(part.Max.X), y+5, textSize, true, p.theme.Text, render.Right, value, valueWide)
		p.whisker(v, middle, half, reach, y)
	}
	if left > 0 {
		p.text(float64(part.Min.X), float64(axis.Max.Y)+15, 12, false, p.theme.Muted, render.Left, countMore(left), nameWide)
	}
}

// whisker draws an interval about the middle of an axis that goes as far as reach, a share of the value. An end
// beyond the axis is an arrow.
func (p *drawing) whisker(v *identify.Parameter, middle, half, reach, y float64) {
	scale := math.Abs(v.Value)
	place := func(x float64) (at float64, inside bool) {
		share := (x - v.Value) / (scale * reach)
		if math.IsNaN(share) {
			share = 0
		}
		return middle + half*min(max(share, -1), 1), math.Abs(share) <= 1
	}
	low, lowInside := place(v.Lo)
	high, highInside := place(v.Hi)
	colour := p.theme.True
	line := render.Stroke{Colour: colour, Width: 2.5}
	p.list.Add(render.Polyline(line, render.Point{X: low, Y: y}, render.Point{X: max(high, low+0.5), Y: y}))
	for _, end := range []struct {
		x, back float64
		inside  bool
	}{{low, 6, lowInside}, {high, -6, highInside}} {
		tip, back := render.Point{X: end.x, Y: y}, end.back
		if end.inside {
			tip, back = render.Point{X: end.x, Y: y}, 0
			if high-low < 8 { // the dot hides it
				continue
			}
		}
		p.list.Add(render.Polyline(render.Stroke{Colour: colour, Width: 1.5},
			render.Point{X: tip.X + back, Y: y - 5}, tip, render.Point{X: tip.X + back, Y: y + 5}))
	}
	p.list.Add(render.Circle(render.Point{X: middle, Y: y}, 4, colour, render.Stroke{Colour: p.theme.Background, Width: 1.2}))
}

// wide is the half interval, as a share of the value, from which a value is as good as not different from 0,
// so that others are not drawn smaller for its sake.
const wide = 0.3

// reachOf returns how far the axis of values goes, as a share of each: as the widest interval does of those that
// differ from 0.
func reachOf(known []identify.Parameter) float64 {
	widest := 0.0
	for _, v := range known {
		if share := (v.Hi - v.Lo) / 2 / math.Abs(v.Value); share < wide {
			widest = max(widest, share)
		}
	}
	for _, nice := range []float64{0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2} {
		if widest > 0 && widest <= nice {
			return nice
		}
	}
	return 0.5
}
