package plot

import (
	"image"
	"image/color"
	"math"
	"slices"
	"strings"
	"testing"

	"orrery/sim/render"
)

// The pictures of these tests are 300 by 160 px, the plot fills all but a margin.
var frame = image.Rect(10, 10, 290, 150)

// draw draws a plot and returns its picture.
func draw(t *testing.T, p *Plot, at int) *image.RGBA {
	t.Helper()
	p.Theme, p.Unit = theme(t), 1
	p.List = &render.List{Width: 300, Height: 160, Background: p.Theme.Background}
	p.Draw(frame, at)
	return p.List.Image()
}

// resembles reports whether a pixel is nearer to a colour than to the background and to
// the grid.
func resembles(m *image.RGBA, x, y int, want, paper color.Color) bool {
	return distance(m.At(x, y), want) < 0.5*distance(paper, want)
}

func distance(a, b color.Color) float64 {
	ar, ag, ab, _ := a.RGBA()
	br, bg, bb, _ := b.RGBA()
	return math.Hypot(math.Hypot(float64(ar)-float64(br), float64(ag)-float64(bg)), float64(ab)-float64(bb))
}

// inked returns the rows of a column that have the colour of the curve, within the box.
func inked(p *Plot, m *image.RGBA, x int) (rows []int) {
	for y := p.box.Min.Y - 4; y < p.box.Max.Y+4; y++ {
		if resembles(m, x, y, p.Theme.Error, p.Theme.Background) {
			rows = append(rows, y)
		}
	}
	return rows
}

// texts returns the words of a plot with where they are.
func texts(p *Plot) (out []render.Text) {
	for _, item := range p.List.Items {
		if text, ok := item.(render.Text); ok {
			out = append(out, text)
		}
	}
	return out
}

// TestCurveIsAsHighAsItsLabels: an error of 2 m is drawn at the line that is named 2, in every
// column, and one of 0 m on the lowest line.
func TestCurveIsAsHighAsItsLabels(t *testing.T) {
	t.Parallel()
	for error, name := range map[float64]string{0: "0", 2: "2", 4: "4"} {
		errors := make([]float64, 41)
		for k := range errors {
			errors[k] = error
		}
		errors[40] = 6 // fixes the axis
		p := &Plot{Errors: errors, FrameTime: 0.1}
		m := draw(t, p, 39)
		label := slices.IndexFunc(texts(p), func(text render.Text) bool { return text.Value == name && text.Align == render.Right })
		if label < 0 {
			t.Fatalf("no label %q among %v", name, texts(p))
		}
		line := texts(p)[label].At.Y - 0.35*render.SmallText
		for x := p.box.Min.X + 2; x < p.box.Min.X+p.box.Dx()*38/40-5; x++ {
			rows := inked(p, m, x)
			if len(rows) == 0 {
				t.Fatalf("error %g: nothing is drawn in column %d", error, x)
			}
			if middle := float64(rows[0]+rows[len(rows)-1]+1) / 2; !(math.Abs(middle-line) <= 1) || len(rows) > 3 {
				t.Fatalf("error %g: column %d is inked at %v, must be at %v", error, x, rows, line)
			}
		}
	}
}

// TestMissingErrorsAreGaps of the curve, at their time; and the cursor has no dot there.
func TestMissingErrorsAreGaps(t *testing.T) {
	t.Parallel()
	errors := make([]float64, 41)
	for k := range errors {
		errors[k] = 3
		if k > 10 && k < 20 {
			errors[k] = math.NaN()
		}
	}
	p := &Plot{Errors: errors, FrameTime: 0.1}
	m := draw(t, p, 15)
	column := func(k float64) int { return int(float64(p.box.Min.X) + k/40*float64(p.box.Dx())) }
	for x := column(0) + 2; x < column(40)-2; x++ {
		gap := x > column(10)+2 && x < column(20)-2
		if near := x >= column(10)-2 && x <= column(10)+2 || x >= column(20)-2 && x <= column(20)+2; near {
			continue
		}
		y := int(p.at(0, 3).Y)
		painted := distance(m.At(x, y), p.Theme.Background) > 0.2*distance(p.Theme.Error, p.Theme.Background) && resemblesHue(m.At(x, y), p.Theme.Error, p.Theme.Muted)
		if painted == gap {
			t.Errorf("column %d: painted is %t", x, painted)
		}
	}
}

// resemblesHue reports whether a colour is a tint of one rather than of another.
func resemblesHue(c color.Color, one, other color.Color) bool {
	tint := func(of color.Color) float64 {
		best := math.Inf(1)
		for share := 0.2; share <= 1; share += 0.05 {
			best = min(best, distance(c, blend(of, share)))
		}
		return best
	}
	return tint(one) < tint(other)
}

// blend puts a share of a colour on the background of the light theme.
func blend(c color.Color, share float64) color.Color {
	paper, err := render.LoadTheme("light")
	if err != nil {
		panic(err)
	}
	r, g, b, _ := c.RGBA()
	pr, pg, pb, _ := paper.Background.RGBA()
	mix := func(a, b uint32) uint8 { return uint8((float64(a)*share + float64(b)*(1-share)) / 257) }
	return color.RGBA{mix(r, pr), mix(g, pg), mix(b, pb), 255}
}

// TestWhatIsAheadIsPaler: the curve has its full colour up to the cursor, 35 % of it after.
func TestWhatIsAheadIsPaler(t *testing.T) {
	t.Parallel()
	errors := make([]float64, 41)
	for k := range errors {
		errors[k] = 2.5
	}
	errors[40] = 6
	for _, at := range []int{10, 30} {
		p := &Plot{Errors: errors, FrameTime: 0.1}
		m := draw(t, p, at)
		y := int(p.at(0, 2.5).Y)
		for x := p.box.Min.X + 2; x < int(p.at(38, 0).X); x++ {
			k := float64(x+1-p.box.Min.X) / float64(p.box.Dx()) * 40
			if math.Abs(float64(x)-p.at(at, 0).X) < 5.3 { // the dot
				continue
			}
			ink := 0.0 // px of full colour in the column
			for row := y - 3; row <= y+3; row++ {
				ink += distance(m.At(x, row), p.Theme.Background) / distance(p.Theme.Error, p.Theme.Background)
			}
			share := ink / render.ErrorWidth
			want := 1.0
			if k > float64(at) {
				want = 0.35
			}
			if !(math.Abs(share-want) < 0.03) {
				t.Errorf("cursor at %d: frame %.1f has %.2f of the colour, must have %.2f", at, k, share, want)
			}
		}
		// The cursor is a line over the whole height, at its frame.
		x, high := int(p.at(at, 0).X), 0
		for row := p.box.Min.Y; row < p.box.Max.Y; row++ {
			if !resembles(m, x, row, p.Theme.Background, p.Theme.Muted) {
				high++
			}
		}
		if high < p.box.Dy()-2 {
			t.Errorf("cursor at %d: %d of %d rows are painted", at, high, p.box.Dy())
		}
	}
}

// TestBandCoversItsRange: rows between its bounds are tinted and no others, and a band of no
// height is a pixel high.
func TestBandCoversItsRange(t *testing.T) {
	t.Parallel()
	const n = 41
	errors, low, high, thin := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	for k := range errors {
		errors[k], low[k], high[k], thin[k] = math.NaN(), 1, 2.5, 3
	}
	errors[n-1] = 6
	p := &Plot{Errors: errors, FrameTime: 0.1, Band: &Band{Label: "engine", Low: low, High: high}}
	m := draw(t, p, n-1)
	tint := blend(p.Theme.Muted, 0.25)
	x := (p.box.Min.X+p.box.Max.X)/2 + 1
	top, bottom := int(p.at(0, 2.5).Y), int(p.at(0, 1).Y)
	for y := p.box.Min.Y + 1; y < p.box.Max.Y-1; y++ {
		inside := y > top && y < bottom-1
		if outside := y < top-1 || y > bottom+1; inside && !slices.Contains(gridRows(p), y) && !(distance(m.At(x, y), tint) < 0.1*distance(tint, p.Theme.Background)) ||
			outside && !(distance(m.At(x, y), p.Theme.Background) <= 0) && !slices.Contains(gridRows(p), y) {
			t.Errorf("row %d of a band from %d to %d is %v", y, top, bottom, m.At(x, y))
		}
	}
	p.Band = &Band{Label: "engine", Low: thin, High: thin}
	m = draw(t, p, n-1)
	sum := 0.0
	for y := int(p.at(0, 3).Y) - 3; y < int(p.at(0, 3).Y)+3; y++ {
		if !slices.Contains(gridRows(p), y) {
			sum += distance(m.At(x, y), p.Theme.Background) / distance(tint, p.Theme.Background)
		}
	}
	if grid := slices.Contains(gridRows(p), int(p.at(0, 3).Y)); !grid && !(math.Abs(sum-1) < 0.1) {
		t.Errorf("a band of no height paints %.2f px", sum)
	}
}

// gridRows returns the rows of the lines that belong to labels.
func gridRows(p *Plot) (rows []int) {
	for _, text := range texts(p) {
		if text.Align == render.Right && text.At.X < float64(p.box.Min.X) {
			rows = append(rows, int(text.At.Y-0.35*render.SmallText))
		}
	}
	return rows
}

// TestNothingIsDrawnOutside of the part, whatever the errors, not even words.
func TestNothingIsDrawnOutside(t *testing.T) {
	t.Parallel()
	for name, p := range map[string]*Plot{
		"small":   {Errors: []float64{0, 1e-5}, Title: "position error"},
		"huge":    {Errors: []float64{0, 1e30}, Title: "position error"},
		"none":    {Errors: []float64{math.NaN(), math.NaN()}, Title: "position error"},
		"one":     {Errors: []float64{1}, Title: "position error"},
		"wordy":   {Errors: []float64{1, 2}, Title: strings.Repeat("position error ", 20)},
		"decades": {Errors: []float64{1e-9, 1e3}, Title: "position error", Decades: true},
		"banded":  {Errors: []float64{1, 2}, Title: "error", Band: &Band{Label: strings.Repeat("measured ", 20), Low: []float64{0, 1}, High: []float64{1, 2}}},
	} {
		p.FrameTime = 0.1
		m := draw(t, p, 1)
		for y := range 160 {
			for x := range 300 {
				if !image.Pt(x, y).In(frame.Inset(-3)) && !(distance(m.At(x, y), p.Theme.Background) <= 0) {
					t.Fatalf("%s: pixel %d,%d is painted", name, x, y)
				}
			}
		}
	}
	p := &Plot{}
	if m := draw(t, p, 0); len(p.List.Items) > 0 || !(distance(m.At(150, 80), p.Theme.Background) <= 0) {
		t.Error("a plot of nothing is drawn")
	}
}

// TestTimeIsLabelledFromItsStart: a label stands below the time that it names.
func TestTimeIsLabelledFromItsStart(t *testing.T) {
	t.Parallel()
	p := &Plot{Errors: make([]float64, 21), FrameTime: 0.1, Start: 3, Title: "error"}
	draw(t, p, 0)
	var seconds []string
	for _, text := range texts(p) {
		if text.Align != render.Centre {
			continue
		}
		seconds = append(seconds, text.Value)
		k := len(seconds) - 1
		if want := p.at(5*k, 0).X; !(math.Abs(text.At.X-want) < 1e-9) {
			t.Errorf("%s s stands at %v px, must at %v", text.Value, text.At.X, want)
		}
	}
	if want := []string{"3.0", "3.5", "4.0", "4.5", "5.0"}; !slices.Equal(seconds, want) {
		t.Errorf("labels %v, must be %v", seconds, want)
	}
	if title := texts(p)[0].Value; title != "error (mm) against time (s)" {
		t.Errorf("title %q", title)
	}
	p.Against, p.Errors[3] = "lead", 7
	draw(t, p, 0)
	if title := texts(p)[0].Value; title != "error (m) against lead (s)" {
		t.Errorf("title %q", title)
	}
}

// TestBandIsNamedWhereThereIsRoom, with a block of its colour before the name.
func TestBandIsNamedWhereThereIsRoom(t *testing.T) {
	t.Parallel()
	for title, room := range map[string]bool{"error": true, "position error of all bodies that": false} {
		p := &Plot{Errors: []float64{1, 2}, FrameTime: 0.1, Title: title, Band: &Band{Label: "engine", Low: []float64{0, 1}, High: []float64{1, 2}}}
		m := draw(t, p, 1)
		named := slices.IndexFunc(texts(p), func(text render.Text) bool { return text.Value == "engine" })
		tinted := 0
		for x := frame.Min.X; x < frame.Max.X; x++ {
			if distance(m.At(x, frame.Min.Y+8), blend(p.Theme.Muted, 0.25)) < 1500 {
				tinted++
			}
		}
		if (named >= 0) != room || (tinted >= 15) != room {
			t.Errorf("%q: named %t, %d px of the band's colour; must be %t", title, named >= 0, tinted, room)
		}
		if named >= 0 && !(texts(p)[named].At.X <= float64(frame.Max.X)) {
			t.Errorf("the name ends at %v", texts(p)[named].At.X)
		}
	}
}
