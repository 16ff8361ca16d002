package mesh

import (
	"image"
	"math"
	"testing"

	"orrery/sim/render"
	"orrery/sim/render/plot"
)

// paint is a card in a few lines: it draws triangles with straight interpolation,
// sampling each pixel at its middle. Without letters all of their picture is white.
func paint(m *Mesh, size int, background render.Colour, letters *Letters) *image.RGBA {
	out := image.NewRGBA(image.Rect(0, 0, size, size))
	pixels := make([]ink, size*size)
	for i := range pixels {
		pixels[i] = newInk(background)
	}
	for k := 0; k < len(m.Indices); k += 3 {
		a, b, c := m.Vertices[m.Indices[k]], m.Vertices[m.Indices[k+1]], m.Vertices[m.Indices[k+2]]
		whole := cross(a, b, c.X, c.Y)
		if whole == 0 {
			continue
		}
		low := func(p, q, r float32) int { return max(int(min(p, q, r))-1, 0) }
		high := func(p, q, r float32) int { return min(int(max(p, q, r))+2, size) }
		for y := low(a.Y, b.Y, c.Y); y < high(a.Y, b.Y, c.Y); y++ {
			for x := low(a.X, b.X, c.X); x < high(a.X, b.X, c.X); x++ {
				// The odd offset keeps middles of pixels off the edges between triangles.
				px, py := float32(x)+0.5003, float32(y)+0.4996
				u, v, w := cross(b, c, px, py)/whole, cross(c, a, px, py)/whole, cross(a, b, px, py)/whole
				if u < 0 || v < 0 || w < 0 {
					continue
				}
				p := &pixels[y*size+x]
				covered := float32(1)
				if letters != nil {
					covered = float32(letters.Picture.RGBAAt(int(u*a.U+v*b.U+w*c.U), int(u*a.V+v*b.V+w*c.V)).A) / 255
				}
				keep := 1 - covered*(u*a.A+v*b.A+w*c.A)
				*p = ink{
					covered*(u*a.R+v*b.R+w*c.R) + keep*p.r, covered*(u*a.G+v*b.G+w*c.G) + keep*p.g,
					covered*(u*a.B+v*b.B+w*c.B) + keep*p.b, 1,
				}
			}
		}
	}
	for i, p := range pixels {
		for k, v := range []float32{p.r, p.g, p.b, p.a} {
			out.Pix[4*i+k] = uint8(math.Round(255 * float64(min(v, 1))))
		}
	}
	return out
}

func cross(a, b Vertex, x, y float32) float32 { return (b.X-a.X)*(y-a.Y) - (b.Y-a.Y)*(x-a.X) }

// TestTrianglesLookLikeTheRasteriser draws the same paths both ways. Coverage is
// exact there and a ramp here, so pixels on an edge may differ by a third, and those
// of a line thinner than a pixel in how far they spread.
func TestTrianglesLookLikeTheRasteriser(t *testing.T) {
	const size = 120
	white, blue := render.Colour{R: 255, G: 255, B: 255, A: 255}, render.Colour{R: 0, G: 114, B: 178, A: 255}
	pt := func(x, y float64) render.Point { return render.Point{X: x, Y: y} }
	bend := []render.Point{pt(20, 20.3), pt(90, 30.7), pt(35.5, 60), pt(100, 95)}
	stroke := func(width float64) render.Stroke { return render.Stroke{Colour: blue, Width: width, Round: true} }
	flat := render.Stroke{Colour: blue, Width: 6}
	dashed := render.Stroke{Colour: blue, Width: 3, Dash: 7, Gap: 5}
	for name, path := range map[string]render.Path{
		"disc":       render.Circle(pt(60.2, 59.7), 40.3, blue, render.Stroke{}),
		"block":      render.Block(image.Rect(20, 30, 100, 90), 9, blue),
		"square":     render.Block(image.Rect(20, 30, 100, 90), 0, blue),
		"clockwise":  {Contours: [][]render.Point{{pt(20, 20), pt(30, 95.5), pt(100.5, 40)}}, Fill: blue},
		"tint":       {Contours: [][]render.Point{{pt(20, 20), pt(100.5, 40), pt(30, 95.5)}}, Fill: blue.Fade(0.3)},
		"ring":       render.Circle(pt(60, 60), 40, render.Colour{}, stroke(2)),
		"thick ring": render.Circle(pt(60, 60), 40, render.Colour{}, stroke(9)),
		"line":       render.Polyline(stroke(2), bend...),
		"hairline":   render.Polyline(stroke(0.6), bend...),
		"thick line": render.Polyline(stroke(8), bend...),
		"flat line":  render.Polyline(flat, bend[:2]...),
		"dashes":     render.Polyline(dashed, bend[:2]...),
		"dot":        render.Polyline(stroke(7), bend[:1]...),
		"frame":      {Contours: [][]render.Point{{pt(20, 20), pt(30, 95.5), pt(100.5, 40)}}, Stroke: stroke(4)},
		"band":       band(t),
		"back":       render.Polyline(stroke(5), pt(20, 20), pt(80, 80), pt(20, 20)),
	} {
		list := render.List{Width: size, Height: size, Background: white, Items: []render.Item{path}}
		want := list.Image()
		var m Mesh
		m.Add(&path)
		got := paint(&m, size, white, nil)
		ink, sum, worst := 0.0, 0.0, 0.0
		for i := range want.Pix {
			d := math.Abs(float64(want.Pix[i]) - float64(got.Pix[i]))
			ink, sum, worst = ink+255-float64(want.Pix[i]), sum+d, max(worst, d)
		}
		limit := 0.1
		if path.Stroke.Width > 0 && path.Stroke.Width < 1 {
			limit = 0.25
		}
		if share := sum / ink; !(share <= limit) || !(worst <= 140) {
			t.Errorf("%s: %.1f %% of its ink differs, a pixel by up to %.0f", name, 100*share, worst)
		}
	}
}

// band returns the band of a plot that rises, bends and falls, as its list has it.
func band(t *testing.T) render.Path {
	t.Helper()
	theme, err := render.LoadTheme("light")
	if err != nil {
		t.Fatal(err)
	}
	theme.Muted = render.Colour{R: 0, G: 114, B: 178, A: 255}
	var list render.List
	b := plot.Band{}
	for k := range 40 {
		middle := 0.5 + 0.4*math.Sin(float64(k)/6)
		b.Low, b.High = append(b.Low, middle-0.07), append(b.High, middle+0.07)
	}
	plot := plot.Plot{List: &list, Theme: theme, Unit: 1, Errors: b.High, Band: &b, FrameTime: 1}
	plot.Draw(image.Rect(0, 0, 120, 120), 0)
	for _, item := range list.Items {
		if path, ok := item.(render.Path); ok && path.Fill == theme.Muted.Fade(0.25) && len(path.Contours[0]) >= 4 {
			return path
		}
	}
	t.Fatal("the plot has no band")
	return render.Path{}
}

func TestWildCoordinatesDrawNothing(t *testing.T) {
	var m Mesh
	for _, v := range []float64{math.NaN(), math.Inf(1), 1e300} {
		path := render.Path{
			Contours: [][]render.Point{{{X: v}, {X: 1, Y: 1}, {Y: 5}}},
			Fill:     render.Colour{A: 255}, Stroke: render.Stroke{Colour: render.Colour{A: 255}, Width: 2},
		}
		m.Add(&path)
	}
	if len(m.Indices) != 0 {
		t.Errorf("%d indices", len(m.Indices))
	}
}

// TestMitresAreCutShort where the sides of a corner almost turn back.
func TestMitresAreCutShort(t *testing.T) {
	t.Parallel()
	up := render.Point{Y: 1}
	for angle, want := range map[float64]float64{0: 1, math.Pi / 2: math.Sqrt2, 2 * math.Pi / 3: 2, 0.8 * math.Pi: 2 * math.Cos(0.4*math.Pi) / 0.25} {
		other := render.Point{X: math.Sin(angle), Y: math.Cos(angle)}
		if got := mitre(up, other); !(math.Abs(math.Hypot(got.X, got.Y)-want) < 1e-9) {
			t.Errorf("a corner that turns by %v rad moves by %v, want %v", angle, math.Hypot(got.X, got.Y), want)
		}
	}
	if mitre(up, render.Point{}) != up || mitre(render.Point{}, up) != up {
		t.Error("an end has a mitre")
	}
	for _, p := range []render.Point{{X: 1e6}, {Y: 1e6}, {X: -1e6}, {Y: math.NaN()}, {X: math.Inf(1)}} {
		if finite([]render.Point{{}, p}) || !finite([]render.Point{{X: -999_999, Y: 999_999}}) {
			t.Errorf("%v is taken for what a card can draw", p)
		}
	}
}
