package identification

import (
	"cmp"
	"fmt"
	"image"
	"math"
	"slices"

	"orrery/sim/render"
	"orrery/sim/render/plot"
)

// lane is one body: how far it was seen from the fit, in all episodes.
type lane struct {
	body    int
	times   []float64 // s
	offs    [][2]float64
	squares float64
}

// rms returns the root of the mean square of the distance along one axis, in m.
func (l *lane) rms() float64 { return math.Sqrt(l.squares / float64(2*max(len(l.times), 1))) }

// lanes returns the bodies that have fits, at most as many as are shown: those with the largest residuals.
func (f *Found) lanes() []*lane {
	var out []*lane
	for _, fit := range f.Fits {
		k := slices.IndexFunc(out, func(l *lane) bool { return l.body == fit.Body })
		if k < 0 {
			k, out = len(out), append(out, &lane{body: fit.Body})
		}
		for i, at := range fit.Times {
			off := fit.Seen[i].Sub(fit.Fitted[i])
			out[k].times, out[k].offs = append(out[k].times, at), append(out[k].offs, [2]float64{off.X, off.Y})
			out[k].squares += off.Dot(off)
		}
	}
	out = slices.DeleteFunc(out, func(l *lane) bool { return len(l.times) == 0 })
	if len(out) > mostLane {
		slices.SortStableFunc(out, func(a, b *lane) int { return cmp.Compare(b.rms(), a.rms()) })
		out = out[:mostLane]
	}
	slices.SortFunc(out, func(a, b *lane) int { return a.body - b.body })
	return out
}

// residuals draws, one lane below the other, how far each body was seen from the fit along x and along y as
// time goes by in the episodes. All lanes have one scale.
func (p *drawing) residuals(part image.Rectangle, lanes []*lane) {
	last, reach := 0.0, 0.0
	var all []float64
	for _, l := range lanes {
		last = max(last, slices.Max(l.times))
		for _, off := range l.offs {
			all = append(all, math.Abs(off[0]), math.Abs(off[1]))
		}
	}
	slices.Sort(all)
	reach = 1.3 * all[len(all)*99/100]
	if !(reach > 0) {
		reach = 1e-9
	}
	what := "What the fit leaves, in all episodes against time: along x (filled) and along y (open); lanes reach to ± " + small(reach)
	if n := bodiesOf(p.found); n > len(lanes) {
		what = fmt.Sprintf("%s; the %d of %d bodies with the most", what, len(lanes), n)
	}
	part = p.heading(part, what)
	box := part
	box.Min.X += 190
	for k, l := range lanes {
		row := image.Rect(box.Min.X, part.Min.Y+k*laneHigh, box.Max.X, part.Min.Y+(k+1)*laneHigh-6)
		p.lane(row, l, last, reach)
		p.text(float64(part.Min.X), float64(row.Min.Y)+22, textSize, true, render.TintOf(l.body), render.Left, p.label.Body(l.body), 180)
		p.text(float64(part.Min.X), float64(row.Min.Y)+40, 12, false, p.theme.Muted, render.Left, "RMS "+small(l.rms())+" an axis", 180)
	}
	y := float64(part.Min.Y+len(lanes)*laneHigh) + 10
	for _, at := range render.Multiples(0, last, render.RoundStep(max(last, 1e-9)/8)) {
		p.text(float64(box.Min.X)+at/max(last, 1e-9)*float64(box.Dx()), y, 12, false, p.theme.Muted, render.Centre, fmt.Sprintf("%.4g s", at), 60)
	}
}

// lane draws the residuals of one body.
func (p *drawing) lane(row image.Rectangle, l *lane, last, reach float64) {
	tint := render.TintOf(l.body)
	middle, half := render.MiddleOfPixel(float64(row.Min.Y+row.Max.Y)/2), float64(row.Dy())/2
	p.list.Add(render.Block(row, 3, p.theme.Panel), render.Clip{Part: row})
	p.list.Add(render.Polyline(render.Stroke{Colour: p.theme.Muted.Fade(0.6), Width: 1}, render.Point{X: float64(row.Min.X), Y: middle}, render.Point{X: float64(row.Max.X), Y: middle}))
	dense := min(1, math.Sqrt(600/float64(len(l.times))))
	filled := render.Path{Open: true, Stroke: render.Stroke{Colour: tint.Fade(0.2 + 0.6*dense), Width: 2 + 1.4*dense, Round: true}}
	open := render.Path{Stroke: render.Stroke{Colour: tint.Fade(0.2 + 0.6*dense), Width: 0.9}}
	for k, at := range l.times {
		x := float64(row.Min.X) + at/max(last, 1e-9)*float64(row.Dx())
		y := func(axis int) float64 { return middle - half*min(max(l.offs[k][axis]/reach, -1), 1) }
		filled.Contours = append(filled.Contours, []render.Point{{X: x, Y: y(0)}})
		r := 1.1 + 0.7*dense
		open.Contours = append(open.Contours, []render.Point{{X: x - r, Y: y(1)}, {X: x, Y: y(1) - r}, {X: x + r, Y: y(1)}, {X: x, Y: y(1) + r}})
	}
	p.list.Add(filled, open, render.Clip{Part: p.list.Bounds()})
}

func bodiesOf(f *Found) int {
	seen := map[int]bool{}
	for _, fit := range f.Fits {
		if len(fit.Times) > 0 {
			seen[fit.Body] = true
		}
	}
	return len(seen)
}

// small writes a length that may be much smaller than a millimetre.
func small(length float64) string {
	switch {
	case length == 0 || length >= 1e-4:
		return plot.FormatLength(length)
	case length >= 1e-7:
		return fmt.Sprintf("%.2g µm", length*1e6)
	}
	return fmt.Sprintf("%.2g nm", length*1e9)
}
