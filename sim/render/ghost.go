package render

import (
	"cmp"
	"math"
	"slices"

	"orrery/sim"
)

// hatchGap is the distance between two lines of a hatch, in units.
const hatchGap = 6

// Hatched draws predicted bodies so that they are told from those of Bodies without colour: their outlines are
// dashed and their insides hatched.
func (p *Painter) Hatched(state sim.State, colour Colour) {
	dashed := Stroke{Colour: colour, Width: OutlineWidth * p.Unit, Dash: 5 * p.Unit, Gap: 3 * p.Unit}
	lines := Path{Open: true, Stroke: Stroke{Colour: colour.Fade(0.6), Width: p.Unit}}
	for i, pose := range state {
		lines.Contours = append(lines.Contours, hatch(p.pixels(p.silhouette(i).inside, pose), hatchGap*p.Unit)...)
	}
	if len(lines.Contours) > 0 {
		p.List.Add(lines)
	}
	for i, pose := range state {
		p.List.Add(p.outline(i, pose, dashed))
	}
}

// Letters writes a letter beside the centre of each body, to the side of the letter's own.
func (p *Painter) Letters(state sim.State, letter string, side float64, colour Colour) {
	size := SmallText * p.Unit
	for i, pose := range state {
		if p.Scene.Bodies[i].Kind != sim.Dynamic {
			continue
		}
		at := p.place(sim.Vec{}, pose)
		front := Text{At: Point{X: at.X + side*0.6*size, Y: at.Y + 0.35*size}, Size: size, Bold: true, Align: Centre, Colour: colour, Value: letter}
		shadow := front
		shadow.At, shadow.Colour = Point{X: front.At.X + p.Unit, Y: front.At.Y + p.Unit}, p.Theme.Panel
		p.List.Add(shadow, front)
	}
}

// hatch returns lines that rise from left to right inside contours, in px, which do not overlap.
func hatch(contours [][]Point, gap float64) (lines [][]Point) {
	low, high := math.Inf(1), math.Inf(-1)
	for _, contour := range contours {
		for _, q := range contour {
			low, high = min(low, q.X+q.Y), max(high, q.X+q.Y)
		}
	}
	const mostLines = 1000 // of a body that fills the picture and more
	step := max(gap*math.Sqrt2, (high-low)/mostLines)
	if !(low < high) || !(step > 0) {
		return nil
	}
	for sum := math.Ceil(low/step) * step; sum < high; sum += step {
		var at []Point // where the line x + y = sum crosses an edge
		for _, contour := range contours {
			for k, a := range contour {
				b := contour[(k+1)%len(contour)]
				from, to := a.X+a.Y-sum, b.X+b.Y-sum
				if (from < 0) != (to < 0) {
					at = append(at, a.lerp(b, from/(from-to)))
				}
			}
		}
		slices.SortFunc(at, func(a, b Point) int { return cmp.Compare(a.X, b.X) })
		for k := 0; k+1 < len(at); k += 2 {
			lines = append(lines, []Point{at[k], at[k+1]})
		}
	}
	return lines
}
