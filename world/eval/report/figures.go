package report

import (
	"fmt"
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot/vg"

	"orrery/sim"
	"orrery/sim/render"
	"orrery/world/eval"
)

// style says how a row is drawn, in figures and tables alike.
type style struct {
	colour color.Color
	width  vg.Length
	dashes []vg.Length
}

// others are the colours of models beside the one the report speaks of; like the
// themes from Okabe and Ito, "Color Universal Design", 2008.
var others = []render.Colour{
	{R: 0x56, G: 0xb4, B: 0xe9, A: 255}, {R: 0xcc, G: 0x79, B: 0xa7, A: 255}, {G: 0x9e, B: 0x73, A: 255}, {R: 0xd5, G: 0x5e, A: 255},
}

// styles returns the style of every row: the model in the colour of predictions,
// the engine in grey, the others in colours of their own and dashed.
func styles(r *eval.Result, model string, theme *render.Theme) []style {
	out := make([]style, len(r.Rows))
	n := 0
	for i := range r.Rows {
		switch row := &r.Rows[i]; {
		case row.Name == model:
			out[i] = style{colour: theme.Predicted, width: 2.5}
		case row.PerturbationM > 0:
			out[i] = style{colour: theme.Muted, width: 1}
		default:
			on := vg.Length(8 - 2*min(n/len(others), 3)) // shorter dashes once the colours repeat
			out[i] = style{others[n%len(others)], 1.5, []vg.Length{on, 3}}
			n++
		}
	}
	return out
}

// figures returns what there is to draw.
func figures(r *eval.Result, extras *Page, theme *render.Theme) []figure {
	var out []figure
	if len(r.TimesS) > 0 {
		out = append(out, errorFigure(r, extras.Model, theme))
	}
	if r.Ladder != nil {
		out = append(out, ladderFigure(r, extras.Model, theme))
	}
	if len(r.TimesS) > 0 && len(r.Others) > 0 {
		out = append(out, setsFigure(r, extras.Model, theme))
	}
	if row := r.Row(extras.Model); len(row.Strikes) > 0 {
		out = append(out, strikeFigures(row, theme)...)
	}
	if c := r.Row(extras.Model).Calibration; c != nil && len(c.Within) > 0 {
		out = append(out, reliabilityFigure(r, c, theme))
	}
	if n := len(extras.Training); n > 1 && extras.Training[n-1].Seconds > 0 {
		out = append(out, trainingFigure(extras.Training, theme))
	}
	return out
}

// errorFigure is the position error of every row against time.
func errorFigure(r *eval.Result, model string, theme *render.Theme) figure {
	f := figure{
		file: "error", title: errorTitle(r),
		x: timeAxis("time (s)", r.TimesS[len(r.TimesS)-1]), y: axis{label: "mean position error", mark: lengthMark},
	}
	look := styles(r, model, theme)
	lowest, highest := math.Inf(1), 0.0
	for i := range r.Rows {
		row, k := &r.Rows[i], len(r.TimesS)-1
		if first := row.Position.Mean[0]; first > 0 {
			lowest = min(lowest, first)
		}
		highest = max(highest, row.Curve.Hi95[k])
		c := curve{name: row.Name, x: r.TimesS, y: row.Curve.Mean, colour: look[i].colour, width: look[i].width, dashes: look[i].dashes}
		if row.PerturbationM == 0 {
			c.lo, c.hi, c.leading = row.Curve.Lo95, row.Curve.Hi95, row.Name == model
		}
		f.curves = append(f.curves, c)
	}
	f.y.low, f.y.high = logRange(lowest/3, highest)
	return f
}

func errorTitle(r *eval.Result) string {
	if hasLadder(r) {
		return "Mean position error against time for each model and the perturbed engine"
	}
	return "Mean position error against time for each model"
}

// ladderFigure is the error of the engine at the headline horizon against the size
// of its perturbation. Each model stands at the height of its error, with a foot at
// its equivalent measurement error.
func ladderFigure(r *eval.Result, model string, theme *render.Theme) figure {
	h, rungs := r.Headline(), r.Ladder.PerturbationsM
	engine := curve{name: "engine", x: rungs, y: r.Ladder.ErrorsM[h], colour: theme.Muted, width: 1.5, dotted: true}
	f := figure{
		file: "ladder", title: "Position error of the engine against the error of its start, and where each model stands on it",
		x: axis{label: "error of the initial positions", low: rungs[0], high: rungs[len(rungs)-1], mark: lengthMark},
		y: axis{label: fmt.Sprintf("mean position error at %g s", r.HorizonsS[h]), mark: lengthMark},
	}
	lowest, highest := slices.Min(engine.y), slices.Max(engine.y)
	for i, look := range styles(r, model, theme) {
		row := &r.Rows[i]
		if error := row.Position.Mean[h]; row.PerturbationM == 0 && error > 0 {
			lowest, highest = min(lowest, error), max(highest, error)
			c := curve{name: row.Name, colour: look.colour, width: look.width, dashes: look.dashes, leading: row.Name == model}
			c.x, c.y = []float64{f.x.low, f.x.high}, []float64{error, error}
			if foot := float64(row.EpsilonM[h]); foot > f.x.low && foot < f.x.high {
				c.x, c.y, c.dotted = []float64{foot, foot, f.x.high}, []float64{0, error, error}, true
			}
			f.curves = append(f.curves, c)
		}
	}
	f.curves = append(f.curves, engine)
	f.y.low, f.y.high = logRange(lowest, highest)
	return f
}

// setsFigure is the position error of one model against time on each set.
func setsFigure(r *eval.Result, model string, theme *render.Theme) figure {
	f := figure{
		file: "sets", title: "Mean position error of " + model + " against time on each set",
		y: axis{label: "mean position error of " + model, mark: lengthMark},
	}
	lowest, highest, last := math.Inf(1), 0.0, 0.0
	for i, set := range r.Sets() {
		row := set.Row(model)
		if row == nil || len(set.TimesS) == 0 {
			continue
		}
		c := curve{name: set.Set, x: set.TimesS, y: row.Curve.Mean, lo: row.Curve.Lo95, hi: row.Curve.Hi95, width: 1.5}
		if c.colour = theme.Predicted; i > 0 {
			c.colour, c.dashes = others[(i-1)%len(others)], []vg.Length{8, 3}
		} else {
			c.width, c.leading = 2.5, true
		}
		if first := row.Position.Mean[0]; first > 0 {
			lowest = min(lowest, first)
		}
		highest = max(highest, row.Curve.Hi95[len(row.Curve.Hi95)-1])
		last = max(last, set.TimesS[len(set.TimesS)-1])
		f.curves = append(f.curves, c)
	}
	f.x = timeAxis("time (s)", last)
	f.y.low, f.y.high = logRange(lowest/3, highest)
	return f
}

// reliabilityFigure is the share of bodies that truly lie within a region against
// the share that ought to.
func reliabilityFigure(r *eval.Result, c *eval.Calibration, theme *render.Theme) figure {
	f := figure{
		file: "reliability", title: "Share of bodies within the predicted region against the share that should be, for each horizon",
		x: axis{label: "share that should be within the region", high: 1, step: 0.25, mark: percent},
		y: axis{label: "share that is", high: 1, step: 0.25, mark: percent},
	}
	f.curves = append(f.curves, curve{name: "honest", x: []float64{0, 1}, y: []float64{0, 1}, colour: theme.Muted, width: 1, dashes: []vg.Length{3, 3}})
	const points = 50
	for h := range c.Within {
		line := curve{name: fmt.Sprintf("%g s", r.HorizonsS[h]), colour: others[h%len(others)], width: 1.5}
		if h == r.Headline() {
			line.colour, line.width, line.leading = theme.Predicted, 2.5, true
		}
		for k := range points + 1 {
			level := float64(k) / points
			line.x, line.y = append(line.x, level), append(line.y, c.Covered(h, level))
		}
		f.curves = append(f.curves, line)
	}
	return f
}

// mostDots bounds the dots of a cloud: more would hide each other, and make the page large.
const mostDots = 500

// strikeFigures hold what a model says of impacts against what was measured: the velocity after them, and the spin.
func strikeFigures(row *eval.Row, theme *render.Theme) []figure {
	part := func(name string, i int, of func(b *sim.BodyState) float64) curve {
		c := curve{name: name, colour: others[i], width: 1.6, cloud: true}
		step := max(1, (len(row.Strikes)+mostDots-1)/mostDots)
		for k := 0; k < len(row.Strikes); k += step {
			s := &row.Strikes[k]
			c.x, c.y = append(c.x, of(&s.True)), append(c.y, of(&s.Predicted))
		}
		return c
	}
	return []figure{
		beside("velocity", "velocity after the impact", "m/s", theme,
			part("along x", 0, func(b *sim.BodyState) float64 { return b.VX }), part("along y", 1, func(b *sim.BodyState) float64 { return b.VY })),
		beside("spin", "spin after the impact", "rad/s", theme, part("spin", 2, func(b *sim.BodyState) float64 { return b.Omega })),
	}
}

// beside is a figure of clouds of what was predicted over what was measured, which are the same on its diagonal.
func beside(file, what, unit string, theme *render.Theme, clouds ...curve) figure {
	low, high := math.Inf(1), math.Inf(-1)
	for _, c := range clouds {
		for k := range c.x {
			low, high = min(low, c.x[k], c.y[k]), max(high, c.x[k], c.y[k])
		}
	}
	step := roundStep(max(high-low, 1e-9) / 6)
	low, high = step*math.Floor(low/step), step*math.Ceil(high/step)
	if low == high {
		high += step
	}
	f := figure{
		file: file, title: "Predicted " + what + " over what was measured",
		x: axis{label: "measured " + what + " (" + unit + ")", low: low, high: high, step: step, mark: plain},
		y: axis{label: "predicted (" + unit + ")", low: low, high: high, step: step, mark: plain},
	}
	f.curves = append(f.curves, curve{name: "equal", x: []float64{low, high}, y: []float64{low, high}, colour: theme.Muted, width: 1, dashes: []vg.Length{3, 3}})
	for _, c := range clouds {
		last := 0 // its name stands beside the dot farthest to the right
		for k := range c.x {
			if c.x[k] > c.x[last] {
				last = k
			}
		}
		end := len(c.x) - 1
		c.x[last], c.x[end], c.y[last], c.y[end] = c.x[end], c.x[last], c.y[end], c.y[last]
		f.curves = append(f.curves, c)
	}
	return f
}

// trainingFigure is the loss against training time.
func trainingFigure(points []Point, theme *render.Theme) figure {
	train := curve{name: "training", colour: others[0], width: 1.5}
	holdout := curve{name: "held out", colour: theme.Predicted, width: 2, dotted: true, leading: true}
	lowest, highest := math.Inf(1), 0.0
	add := func(c *curve, x, y float64) {
		if y > 0 && !math.IsInf(y, 0) {
			c.x, c.y = append(c.x, x), append(c.y, y)
			lowest, highest = min(lowest, y), max(highest, y)
		}
	}
	for _, p := range points {
		add(&train, p.Seconds, p.Loss)
		add(&holdout, p.Seconds, p.Holdout)
	}
	f := figure{
		file: "training", title: "Loss on training frames and on frames held out against training time",
		x: timeAxis("training time (s)", points[len(points)-1].Seconds),
		y: axis{label: "loss", mark: plain},
	}
	f.curves = slices.DeleteFunc([]curve{train, holdout}, func(c curve) bool { return len(c.x) == 0 })
	f.y.low, f.y.high = logRange(lowest, highest)
	return f
}

// timeAxis runs from 0 to a time in seconds.
func timeAxis(label string, last float64) axis {
	return axis{label: label, high: last, step: roundStep(last / 5), mark: plain}
}

// logRange widens a range a little, and to a decade at least. An empty one
// becomes something to draw.
func logRange(low, high float64) (float64, float64) {
	if low > high {
		return 1e-3, 1
	}
	low, high = low/1.2, high*1.2
	if widen := 10 * low / high; widen > 1 {
		low, high = low/math.Sqrt(widen), high*math.Sqrt(widen)
	}
	return low, high
}

// roundStep returns the next of 1, 2 and 5 times a power of ten that is at least x.
func roundStep(x float64) float64 {
	decade := math.Pow(10, math.Floor(math.Log10(x)))
	for _, m := range []float64{1, 2, 5} {
		if m*decade >= x*(1-1e-9) {
			return m * decade
		}
	}
	return 10 * decade
}

// lengthMark writes a power of ten of metres.
func lengthMark(metres float64) string {
	switch {
	case metres < 0.5e-6:
		return fmt.Sprintf("%.0e m", metres)
	case metres < 0.5e-4:
		return fmt.Sprintf("%.4g µm", metres*1e6)
	case metres < 0.5e-2:
		return fmt.Sprintf("%.4g mm", metres*1e3)
	case metres < 0.5:
		return fmt.Sprintf("%.4g cm", metres*1e2)
	default:
		return fmt.Sprintf("%.4g m", metres)
	}
}
