package plot

import (
	"fmt"
	"image"
	"math"
	"strings"
	"testing"

	"orrery/sim/golden"
	"orrery/sim/render"
)

// TestPlotsAndChartsLookAsTheyDid: every line, mark and name of some of each kind, large and small, with gaps and with nothing.
func TestPlotsAndChartsLookAsTheyDid(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	list := func(width, height int) *render.List { return &render.List{Width: width, Height: height} }
	show := func(title string, l *render.List) { fmt.Fprintf(&out, "# %s\n%s", title, l.SVG(title)) }
	times := func(n int, step float64) (x []float64) {
		for k := range n {
			x = append(x, step*float64(k))
		}
		return x
	}
	of := func(x []float64, f func(x float64) float64) (y []float64) {
		for _, v := range x {
			y = append(y, f(v))
		}
		return y
	}
	curves := func(scale float64) []Curve {
		x := times(9, 0.25)
		fall := of(x, func(x float64) float64 { return scale * math.Exp(-3*x) })
		gaps := of(x, func(x float64) float64 { return scale * (1 + math.Sin(3*x)) })
		gaps[3], gaps[5], gaps[8] = math.NaN(), math.Inf(1), math.NaN()
		return []Curve{
			{Name: "falls", X: x, Y: fall, Colour: theme(t).True},
			{Name: "with gaps", X: x, Y: gaps, Colour: theme(t).Predicted, Dash: 4},
			{Name: "ends like that with gaps", X: x, Y: of(x, func(float64) float64 { return 1.4 * scale }), Colour: theme(t).Trail, Faint: true},
			{X: []float64{1, 2}, Y: []float64{-0.2 * scale}, Colour: theme(t).Error},
		}
	}
	for _, c := range []struct {
		name          string
		width, height int
		chart         Chart
	}{
		{"values", 400, 240, Chart{Unit: 1, Title: "energy", X: Axis{Name: "time", Unit: "s"}, Y: Axis{Unit: "J"}, Curves: curves(2), Cursor: 0.8}},
		{"decades", 400, 240, Chart{Unit: 1, Title: "error", X: Axis{Name: "episodes"}, Y: Axis{Unit: "m", Decades: true}, Curves: curves(3e-7)}},
		{"small and in large units", 300, 120, Chart{Unit: 2, Title: "a title that is too long for its chart, which is narrow", Curves: curves(4e7), Cursor: 2}},
		{"ends", 200, 100, Chart{Unit: 1, Title: "ends", X: Axis{Least: -1, Most: 3}, Y: Axis{Least: -1, Most: 9}, Curves: curves(1)}},
		{"ends of decades", 200, 200, Chart{Unit: 1, Title: "ends", Y: Axis{Decades: true, Least: 1e-3, Most: 10}, X: Axis{Decades: true, Least: 0.1, Most: 1}, Curves: curves(30)}},
		{"flat", 200, 100, Chart{Unit: 1, Title: "flat", Curves: []Curve{{Name: "one", X: []float64{0, 1}, Y: []float64{5, 5 + 1e-9}}}}},
		{"hardly flat", 200, 100, Chart{Unit: 1, Title: "flat", Curves: []Curve{{Name: "one", X: []float64{0, 1}, Y: []float64{5, 5 + 8e-9}}}}},
		{"nothing", 200, 100, Chart{Unit: 1, Title: "nothing", Curves: []Curve{{Name: "none", X: []float64{0, 1}, Y: []float64{0, 0}}}}},
		{"nothing of it", 200, 100, Chart{Unit: 1, Title: "nothing", Curves: []Curve{{Name: "none", X: []float64{0}, Y: []float64{math.NaN()}}}}},
	} {
		c.chart.List, c.chart.Theme = list(c.width, c.height), theme(t)
		fmt.Fprintf(&out, "# drawn %v\n", c.chart.Draw(image.Rect(5, 10, c.width-5, c.height-15)))
		show(c.name, c.chart.List)
		for _, p := range []render.Point{{X: 0.1}, {X: 0.4}, {X: 0.77}} {
			x, values, ok := c.chart.At(render.Point{X: p.X * float64(c.width), Y: float64(c.height) / 2})
			fmt.Fprintf(&out, "at %v: %.4g %.4g %v\n", p.X, x, values, ok)
		}
	}
	errors := of(times(13, 1), func(x float64) float64 { return 2e-4 * math.Exp(x/2) })
	errors[4] = math.NaN()
	band := &Band{Label: "the engine, 1 mm off", Low: errors, High: of(errors, func(v float64) float64 { return 3 * v })}
	for _, c := range []struct {
		name          string
		width, height int
		at            int
		plot          Plot
	}{
		{"errors", 400, 200, 7, Plot{Unit: 1, Title: "mean error", Errors: errors, FrameTime: 0.1}},
		{"a band", 400, 200, -1, Plot{Unit: 1, Title: "mean error", Against: "how far ahead", Errors: errors, Band: band, FrameTime: 0.05, Start: 1.2}},
		{"a band of decades", 300, 90, 99, Plot{Unit: 1, Title: "mean error", Errors: of(errors, func(v float64) float64 { return 1e4 * v }), Band: band, FrameTime: 0.05, Decades: true}},
		{"no room for its band", 120, 60, 3, Plot{Unit: 1.5, Title: "mean error", Errors: errors, Band: band, FrameTime: 3}},
		{"nothing", 120, 60, 0, Plot{Unit: 1, Title: "mean error", Errors: []float64{0}, FrameTime: 3}},
		{"astronomical", 200, 200, 1, Plot{Unit: 1, Title: "mean error", Errors: []float64{1, 1e30}, FrameTime: 3, Decades: true}},
		{"none", 120, 60, 0, Plot{Unit: 1, Title: "mean error"}},
	} {
		c.plot.List, c.plot.Theme = list(c.width, c.height), theme(t)
		c.plot.Draw(image.Rect(5, 10, c.width-5, c.height-15), c.at)
		show(c.name, c.plot.List)
	}
	for _, v := range []float64{0, 0.00994, 0.0099999, 0.01, 0.0999, 0.1, 999.9, 1000, 5e8, -0.2} {
		fmt.Fprintf(&out, "%v m is %s, a step %s\n", v, FormatLength(v), FormatStep(math.Abs(v)+1e-5))
	}
	golden.Compare(t, "testdata/looks.txt", out.String())
}
