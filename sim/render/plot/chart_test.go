package plot

import (
	"image"
	"math"
	"slices"
	"strings"
	"testing"

	"orrery/sim/render"
)

// drawnChart draws a chart of 400 × 200 px at (10, 20).
func drawnChart(t *testing.T, change func(c *Chart)) (*Chart, []render.Text, []render.Path) {
	t.Helper()
	theme, err := render.LoadTheme("dark")
	if err != nil {
		t.Fatal(err)
	}
	c := &Chart{List: &render.List{Width: 420, Height: 240}, Theme: theme, Unit: 1, Title: "energy", X: Axis{Name: "time", Unit: "s"}, Y: Axis{Unit: "J"}}
	c.Curves = []Curve{
		{Name: "kinetic", X: []float64{0, 1, 2}, Y: []float64{0, 5, 10}, Colour: theme.True},
		{Name: "potential", X: []float64{0, 1, 2}, Y: []float64{10, math.NaN(), 9.9}, Colour: theme.Predicted, Dash: 3},
	}
	change(c)
	if !c.Draw(image.Rect(10, 20, 410, 220)) {
		return c, nil, nil
	}
	var texts []render.Text
	var paths []render.Path
	for _, item := range c.List.Items {
		switch i := item.(type) {
		case render.Text:
			texts = append(texts, i)
		case render.Path:
			paths = append(paths, i)
		}
	}
	return c, texts, paths
}

func TestChartsHaveTheirValuesWhereAxesSay(t *testing.T) {
	t.Parallel()
	c, texts, _ := drawnChart(t, func(*Chart) {})
	var said []string
	place := map[string]render.Point{}
	for _, text := range texts {
		said = append(said, text.Value)
		place[text.Value] = text.At
	}
	for _, want := range []string{"energy (J) against time (s)", "kinetic", "potential", "0", "10", "2.0"} {
		if !slices.Contains(said, want) {
			t.Errorf("%q is not among %q", want, said)
		}
	}
	if p, _ := c.point(2, 10); p.X != float64(c.box.Max.X) || p.Y != float64(c.box.Min.Y) {
		t.Errorf("the last and greatest is at %v, in %v", p, c.box)
	}
	if p, _ := c.point(0, 0); p.X != float64(c.box.Min.X) || p.Y != float64(c.box.Max.Y) {
		t.Errorf("the first and least is at %v, in %v", p, c.box)
	}
	if off := math.Abs(place["kinetic"].Y - place["potential"].Y); !(off >= render.SmallText) {
		t.Errorf("names are %v px apart", off)
	}
	if !(place["kinetic"].X >= float64(c.box.Max.X)) {
		t.Error("names hide the curves")
	}
}

func TestChartsReadValuesAtPoints(t *testing.T) {
	t.Parallel()
	c, _, _ := drawnChart(t, func(*Chart) {})
	middle := render.Point{X: float64(c.box.Min.X+c.box.Max.X)/2 + 9, Y: float64(c.box.Min.Y) + 5}
	x, values, ok := c.At(middle)
	if !ok || x != 1 || values[0] != 5 || !math.IsNaN(values[1]) {
		t.Errorf("%v: %v %v", x, values, ok)
	}
	if x, values, _ = c.At(render.Point{X: float64(c.box.Max.X) - 2, Y: middle.Y}); x != 2 || values[1] != 9.9 {
		t.Errorf("%v: %v", x, values)
	}
	if _, _, ok := c.At(render.Point{X: 1, Y: 1}); ok {
		t.Error("there are values beside the curves")
	}
}

func TestChartsOfDecadesLeaveOutWhatIsNotAboveNothing(t *testing.T) {
	t.Parallel()
	c, texts, paths := drawnChart(t, func(c *Chart) {
		c.Y.Decades = true
		c.Curves[0].Y = []float64{-1, 1e-3, 0.2}
		c.Curves[1].Y = []float64{math.Inf(1), 1e-30, 0.1}
	})
	var said []string
	for _, text := range texts {
		said = append(said, text.Value)
	}
	if c.y.high != 0 || c.y.low != -8 || !slices.Contains(said, "1") || !strings.Contains(strings.Join(said, " "), "1e-8") {
		t.Errorf("the axis goes from 1e%v to 1e%v: %q", c.y.low, c.y.high, said)
	}
	if p, ok := c.point(1, 1e-30); !ok || p.Y != float64(c.box.Max.Y) {
		t.Errorf("what is below the axis is at %v", p)
	}
	if _, ok := c.point(1, -1); ok {
		t.Error("a negative value has a place")
	}
	if len(paths) == 0 {
		t.Error("no curve")
	}
}

func TestChartsOfNothingOrOneValueDraw(t *testing.T) {
	t.Parallel()
	if _, texts, _ := drawnChart(t, func(c *Chart) { c.Curves = nil }); texts != nil {
		t.Error("something of nothing")
	}
	if _, texts, _ := drawnChart(t, func(c *Chart) { c.Curves = []Curve{{X: []float64{math.NaN()}, Y: []float64{1}}} }); texts != nil {
		t.Error("something of no number")
	}
	for _, v := range []float64{0, 3, -1e12, 1e-12} {
		c, texts, paths := drawnChart(t, func(c *Chart) { c.Curves = []Curve{{X: []float64{v}, Y: []float64{v}}} })
		if texts == nil || len(paths) < 2 {
			t.Errorf("nothing of %v", v)
			continue
		}
		for _, text := range texts {
			if strings.ContainsAny(text.Value[:1], "-0123456789") && len(text.Value) > 10 {
				t.Errorf("%v: %q is written", v, text.Value)
			}
		}
		if p, ok := c.point(v, v); !ok || !(math.Abs(p.X-float64(c.box.Min.X+c.box.Max.X)/2) < 2) {
			t.Errorf("%v alone is at %v of %v", v, p, c.box)
		}
	}
}

func TestAxesEndWhereTheyAreTold(t *testing.T) {
	t.Parallel()
	c, _, _ := drawnChart(t, func(c *Chart) { c.X.Least, c.X.Most = -1, 4 })
	if c.x.low != -1 || c.x.high != 4 {
		t.Errorf("time goes from %v to %v", c.x.low, c.x.high)
	}
	c, _, _ = drawnChart(t, func(c *Chart) { c.Y.Decades, c.Y.Least, c.Y.Most = true, 1e-2, 1 })
	if c.y.low != -2 || c.y.high != 1 {
		t.Errorf("values to 10 lie on an axis from 1e%v to 1e%v", c.y.low, c.y.high)
	}
	c, _, paths := drawnChart(t, func(c *Chart) { c.Cursor = 1 })
	last := paths[len(paths)-1].Contours[0]
	if p, _ := c.point(1, 0); !(math.Abs(last[0].X-p.X) <= 1) || last[0].X != last[1].X {
		t.Errorf("the cursor stands at %v, want %v", last, p)
	}
}

// TestNamesStayInTheChart, one below the other, where all curves end low.
func TestNamesStayInTheChart(t *testing.T) {
	t.Parallel()
	names := []string{"one", "two", "three", "four", "five"}
	c, texts, paths := drawnChart(t, func(c *Chart) {
		c.Curves = nil
		for k, name := range names {
			c.Curves = append(c.Curves, Curve{Name: name, X: []float64{0, 1}, Y: []float64{10, 0.01 * float64(k)}, Colour: c.Theme.True})
		}
		c.Cursor = 1.5
	})
	var at []float64
	for _, text := range texts {
		if slices.Contains(names, text.Value) {
			at = append(at, text.At.Y)
		}
	}
	slices.Sort(at)
	if len(at) != 5 || !(at[0] >= float64(c.box.Min.Y)) || !(at[4] <= float64(c.box.Max.Y)+0.35*render.SmallText+1e-9) {
		t.Errorf("names are at %v in %v", at, c.box)
	}
	for k := 1; k < len(at); k++ {
		if !(at[k]-at[k-1] >= render.SmallText) {
			t.Errorf("names are at %v", at)
		}
	}
	_, _, within := drawnChart(t, func(c *Chart) { c.Curves, c.Cursor = []Curve{{X: []float64{0, 1}, Y: []float64{0, 1}}}, 1 })
	_, _, beside := drawnChart(t, func(c *Chart) { c.Curves, c.Cursor = []Curve{{X: []float64{0, 1}, Y: []float64{0, 1}}}, 1.01 })
	if len(within) != len(beside)+1 {
		t.Errorf("%d lines with a cursor, %d with one beside the axis, %d in all", len(within), len(beside), len(paths))
	}
}

// TestNamesCanBeRead: what is too pale on the background is brought nearer to the colour of text, and no more than that.
func TestNamesCanBeRead(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"light", "dark"} {
		theme, err := render.LoadTheme(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, colour := range []render.Colour{theme.Background, theme.Grid, theme.Panel, theme.True, theme.Predicted, theme.Error, {R: 128, G: 128, B: 128, A: 255}} {
			got := readable(theme, colour)
			if contrast := render.Contrast(got, theme.Background); !(contrast >= 4.5) {
				t.Errorf("%s: %v becomes %v, with a contrast of %.2f", name, colour, got, contrast)
			}
			if !(render.Contrast(colour, theme.Background) < 4.5) && got != colour {
				t.Errorf("%s: %v can be read, and becomes %v", name, colour, got)
			}
		}
	}
}
