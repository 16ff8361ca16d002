package plot

import (
	"fmt"
	"image"
	"math"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim/render"
)

// TestScalesHoldTheirValues: from the least to the greatest, by whole powers of ten, of which there is one at least and eight at most, and with some
// room about what does not vary.
func TestScalesHoldTheirValues(t *testing.T) {
	t.Parallel()
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range []struct {
		axis      Axis
		values    []float64
		low, high float64
		ok        bool
	}{
		{Axis{}, []float64{3, -1, nan, inf}, -1, 3, true}, {Axis{}, []float64{nan, -inf}, 0, 0, false}, {Axis{}, nil, 0, 0, false}, {Axis{}, []float64{5, 5}, 4.5, 5.5, true}, {Axis{}, []float64{-5}, -5.5, -4.5, true},
		{Axis{}, []float64{0}, -1e-3, 1e-3, true}, {Axis{}, []float64{4, 4 + 3e-9}, 3.6 + 1.35e-9, 4.4 + 1.65e-9, true}, {Axis{}, []float64{4, 4 + 5e-9}, 4, 4 + 5e-9, true}, {Axis{}, []float64{0, 0.9e-12}, -1e-3, 1e-3, true}, {Axis{}, []float64{0, 1.1e-12}, 0, 1.1e-12, true},
		{Axis{Least: 1, Most: 3}, []float64{2, 9}, 1, 9, true}, {Axis{Least: 1, Most: 3}, []float64{2, -9}, 1, 3, true}, {Axis{Least: 3, Most: 3}, []float64{2, 9}, 2, 9, true},
		{Axis{Decades: true}, []float64{20, 700}, 1, 3, true}, {Axis{Decades: true}, []float64{1, 1000}, 0, 3, true}, {Axis{Decades: true}, []float64{10}, 0, 1, true}, {Axis{Decades: true}, []float64{1e-20, 5}, -7, 1, true}, {Axis{Decades: true}, []float64{0, -3}, 0, 0, false},
		{Axis{Decades: true, Least: 0.1, Most: 10}, []float64{5, 0.001}, -1, 1, true}, {Axis{Decades: true, Least: 0.1, Most: 10}, []float64{500}, -1, 3, true}, {Axis{Decades: true, Least: 0.1, Most: 10}, []float64{100}, -1, 2, true},
	} {
		s, ok := scaleOf(&c.axis, []Curve{{X: c.values}}, func(k *Curve) []float64 { return k.X })
		if ok != c.ok || ok && (!scalar.EqualWithinAbs(s.low, c.low, 1e-12) || !scalar.EqualWithinAbs(s.high, c.high, 1e-12)) {
			t.Errorf("%+v of %v: %v to %v, %v, want %v to %v", c.axis, c.values, s.low, s.high, ok, c.low, c.high)
		}
	}
	s := scale{decades: true, low: -2, high: 2}
	for v, want := range map[float64]float64{0.01: 0, 1: 0.5, 100: 1, 1000: 1.25} {
		if got := s.share(v); !scalar.EqualWithinAbs(got, want, 1e-12) {
			t.Errorf("%v is at %v, want %v", v, got, want)
		}
	}
	if !math.IsNaN(s.share(0)) || !math.IsNaN(s.share(-1)) {
		t.Error("what is not above nothing has a place")
	}
}

// TestMarksAreRoundAndFew: at most so many and one.
func TestMarksAreRoundAndFew(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		scale scale
		most  int
		want  string
	}{
		{scale{low: 0, high: 10}, 5, "[0 2 4 6 8 10]"}, {scale{low: -1, high: 1}, 4, "[-1.0 -0.5 0.0 0.5 1.0]"}, {scale{low: 0, high: 10}, 0, "[0 10]"}, {scale{low: 0, high: 10}, 1, "[0 10]"},
		{scale{true, -3, 2}, 9, "[0.001 0.01 0.1 1 10 100]"}, {scale{true, -4, 6}, 3, "[1e-4 1 10000]"}, {scale{true, 0, 2}, 1, "[1 100]"},
	} {
		if _, names := c.scale.marks(c.most); fmt.Sprint(names) != c.want {
			t.Errorf("%+v with %d: %v, want %s", c.scale, c.most, names, c.want)
		}
	}
	for v, want := range map[float64]string{0.001: "0.001", 1e-4: "1e-4", 1e5: "100000", 1e6: "1e6"} {
		if got := power(v); got != want {
			t.Errorf("%v is written %s", v, got)
		}
	}
}

// TestEveryCurveIsDrawnAsItSays: a dot where a value is alone, gaps at what is not finite, thin and broken lines, and a cursor within the axis.
func TestEveryCurveIsDrawnAsItSays(t *testing.T) {
	t.Parallel()
	th := theme(t)
	for name, c := range map[string]struct {
		curve    Curve
		contours int
		dot      bool
		width    float64
	}{
		"line": {Curve{X: []float64{0, 1, 2}, Y: []float64{0, 1, 0}}, 1, false, 2 * render.ErrorWidth}, "gap": {Curve{X: []float64{0, 1, 2, 3}, Y: []float64{0, math.NaN(), 0, 1}}, 2, false, 2 * render.ErrorWidth},
		"lonely end": {Curve{X: []float64{0, 1, 2}, Y: []float64{0, math.NaN(), 1}}, 2, true, 2 * render.ErrorWidth}, "lonely start": {Curve{X: []float64{0, 1, 2, 3}, Y: []float64{0, math.NaN(), 1, 1}}, 2, false, 2 * render.ErrorWidth},
		"faint": {Curve{X: []float64{0, 1}, Y: []float64{0, 1}, Faint: true}, 1, false, 2}, "broken": {Curve{X: []float64{0, 1}, Y: []float64{0, 1}, Dash: 5}, 1, false, 2 * render.ErrorWidth}, "broken dot": {Curve{X: []float64{0, 1}, Y: []float64{0, math.NaN()}, Dash: 5}, 1, false, 2 * render.ErrorWidth},
		"shorter": {Curve{X: []float64{0, 1, 2}, Y: []float64{0, 1}}, 1, false, 2 * render.ErrorWidth},
	} {
		c.curve.Colour = render.Colour{R: 7, A: 255}
		chart := Chart{List: &render.List{}, Theme: th, Unit: 2, Curves: []Curve{c.curve, {X: []float64{0, 4}, Y: []float64{0, 4}, Colour: render.Colour{G: 9, A: 255}}}, Cursor: -1}
		if !chart.Draw(image.Rect(0, 0, 600, 400)) {
			t.Fatal("nothing is drawn")
		}
		var line *render.Path
		dots := 0
		for _, item := range chart.List.Items {
			if p, ok := item.(render.Path); ok {
				if p.Stroke.Colour == c.curve.Colour {
					line = &p
				}
				if p.Fill == c.curve.Colour {
					dots++
				}
			}
		}
		if line == nil || len(line.Contours) != c.contours || (dots == 1) != c.dot || line.Stroke.Width != c.width || line.Stroke.Dash != 2*c.curve.Dash || !scalar.EqualWithinAbs(line.Stroke.Gap, 0.8*2*c.curve.Dash, 1e-12) {
			t.Errorf("%s: %+v and %d dots", name, line, dots)
		}
	}
	for cursor, want := range map[float64]bool{-0.1: false, 0: false, 0.1: true, 4: true, 4.1: false, math.NaN(): false} {
		chart := Chart{List: &render.List{}, Theme: th, Unit: 1, Curves: []Curve{{X: []float64{0, 4}, Y: []float64{0, 4}, Colour: render.Colour{G: 9, A: 255}}}, Cursor: cursor}
		chart.Draw(image.Rect(0, 0, 600, 400))
		last, ok := chart.List.Items[len(chart.List.Items)-1].(render.Path)
		drawn := ok && last.Stroke.Colour == th.Muted && last.Contours[0][0].X == last.Contours[0][1].X
		if drawn != want {
			t.Errorf("a cursor at %v is drawn: %v", cursor, drawn)
		}
		if want && !(math.Abs(last.Contours[0][0].X-chart.at(cursor/4, 0).X) <= 1) {
			t.Errorf("a cursor at %v is at %v px", cursor, last.Contours[0][0].X)
		}
	}
	for _, values := range [][2][]float64{{{math.NaN()}, {1}}, {{1}, {math.NaN()}}} {
		chart := Chart{List: &render.List{}, Theme: th, Unit: 1, Curves: []Curve{{X: values[0], Y: values[1]}}}
		if chart.Draw(image.Rect(0, 0, 600, 400)) || len(chart.List.Items) != 0 {
			t.Errorf("%v: something is drawn", values)
		}
	}
}

// TestColoursAreMadeFitToBeRead: a step of a tenth after the other towards the text's, no further than it must.
func TestColoursAreMadeFitToBeRead(t *testing.T) {
	t.Parallel()
	th := &render.Theme{Background: render.Colour{R: 255, G: 255, B: 255, A: 255}, Text: render.Colour{A: 255}}
	for _, colour := range []render.Colour{{R: 255, G: 255, B: 255, A: 255}, {R: 230, G: 160, A: 255}, {G: 180, B: 255, A: 255}, {R: 60, A: 255}} {
		got := readable(th, colour)
		steps := 0
		for want := colour; want != got && steps < 11; steps++ {
			want = towards(colour, th.Text, 0.1*float64(steps+1))
		}
		if c := render.Contrast(got, th.Background); !(c >= 4.5) || steps > 10 {
			t.Errorf("%v becomes %v, of a contrast of %v after %d steps", colour, got, c, steps)
		}
		if before := towards(colour, th.Text, 0.1*float64(steps-1)); steps > 0 && !(render.Contrast(before, th.Background) < 4.5) {
			t.Errorf("%v is changed further than it must", colour)
		}
	}
	if got := towards(render.Colour{R: 10, G: 0, B: 255}, render.Colour{R: 20, G: 255, B: 0}, 0.5); got != (render.Colour{R: 15, G: 128, B: 128, A: 255}) {
		t.Errorf("half way is %v", got)
	}
}
