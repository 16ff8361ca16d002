package render

import (
	"image"
	"math"
	"math/rand/v2"
	"testing"
)

var (
	black = Colour{A: 255}
	white = Colour{255, 255, 255, 255}
	red   = Colour{R: 255, A: 255}
)

// ink returns the area in pixels that black items cover on white.
func ink(size int, items ...Item) float64 {
	l := List{Width: size, Height: size, Background: white, Items: items}
	m := l.Image()
	sum := 0.0
	for y := range size {
		for x := range size {
			sum += 1 - float64(m.RGBAAt(x, y).R)/255
		}
	}
	return sum
}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s is %.3f, must be %.3f ± %g", what, got, want, tolerance)
	}
}

func TestDiscCoversItsArea(t *testing.T) {
	t.Parallel()
	for _, r := range []float64{0.4, 3, 17.3, 120} {
		got := ink(256, Circle(Point{128.3, 127.6}, r, black, Stroke{}))
		near(t, "area of a disc", got, math.Pi*r*r, 2*math.Pi*r*flatness+0.004*math.Pi*r*r)
	}
}

func TestPolygonCoversItsArea(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		// Points by angle round the middle make a polygon that does not cross itself.
		var points []Point
		area := 0.0
		for k := range 7 {
			s, c := math.Sincos(2 * math.Pi * float64(k) / 7)
			r := 10 + 50*rng.Float64()
			points = append(points, Point{64 + r*c, 64 + r*s})
		}
		for k, p := range points {
			area += p.cross(points[(k+1)%len(points)]) / 2
		}
		near(t, "area of a polygon", ink(128, Path{Contours: [][]Point{points}, Fill: black}), area, 0.005*area)
	}
}

// TestBlockIsRoundedByItsRadius: each corner loses what a quarter of a disc leaves of a
// square, and a radius beyond half the shorter side is that half.
func TestBlockIsRoundedByItsRadius(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ radius, want float64 }{{0, 0}, {1.5, 1.5}, {9, 9}, {15, 15}, {400, 15}} {
		block := Block(image.Rect(20, 30, 90, 60), c.radius, black)
		want := 70*30 - (4-math.Pi)*c.want*c.want
		near(t, "area of a block", ink(128, block), want, 0.002*want)
		low, high := extremes(block.Contours[0])
		for _, side := range []struct{ got, want float64 }{{low.X, 20}, {low.Y, 30}, {high.X, 90}, {high.Y, 60}} {
			near(t, "side of a block", side.got, side.want, 1e-9)
		}
	}
}

// TestRoundLinesAreSmooth: no chord of a circle strays further from it than an eye sees,
// and there are not many more chords than that takes.
func TestRoundLinesAreSmooth(t *testing.T) {
	t.Parallel()
	for _, r := range []float64{0.01, 0.3, 2, 35, 900} {
		points := Circle(Point{3, 4}, r, black, Stroke{}).Contours[0]
		for k, p := range points {
			near(t, "radius", p.sub(Point{3, 4}).len(), r, 1e-9*r)
			middle := p.lerp(points[(k+1)%len(points)], 0.5)
			if off := r - middle.sub(Point{3, 4}).len(); !(off <= 0.05*(1+1e-9)) || !(off >= 0) {
				t.Errorf("a chord of a circle of %v px strays %v px", r, off)
			}
		}
		if chord := points[1].sub(points[0]).len(); !(r <= 35) && !(chord*chord/(8*r) >= 0.04) {
			t.Errorf("%d chords for a circle of %v px", len(points), r)
		}
	}
}

func TestShapesThatShareAnEdgeShowNoSeam(t *testing.T) {
	t.Parallel()
	left := []Point{{10, 10}, {20.4, 10}, {20.4, 30}, {10, 30}}
	right := []Point{{20.4, 10}, {30, 10}, {30, 30}, {20.4, 30}}
	near(t, "area of two halves", ink(40, Path{Contours: [][]Point{left, right}, Fill: black}), 400, 0.1)
}

func TestStrokeCoversItsArea(t *testing.T) {
	t.Parallel()
	const w = 6.0
	stroke := Stroke{Colour: black, Width: w}
	round := stroke
	round.Round = true
	line := []Point{{20.5, 30.2}, {90.1, 70.9}}
	length := line[1].sub(line[0]).len()
	square := [][]Point{{{20, 20}, {100, 20}, {100, 100}, {20, 100}}}
	for what, c := range map[string]struct {
		path Path
		want float64
	}{
		"flat line":   {Polyline(stroke, line...), length * w},
		"round line":  {Polyline(round, line...), length*w + math.Pi*w*w/4},
		"dot":         {Polyline(round, line[0]), math.Pi * w * w / 4},
		"closed dot":  {Path{Contours: [][]Point{{line[0], line[0], line[0]}}, Stroke: round}, math.Pi * w * w / 4},
		"nothing":     {Polyline(stroke, line[0]), 0},
		"ring":        {Circle(Point{64, 64}, 40, Colour{}, stroke), 2 * math.Pi * 40 * w},
		"dashed ring": {Circle(Point{64, 64}, 30, Colour{}, Stroke{Colour: black, Width: w, Dash: 5, Gap: 4}), 2 * math.Pi * 30 * w * 5 / 9},
		// Outer corners are round, inner ones sharp.
		"square":     {Path{Contours: square, Stroke: stroke}, 320*w + (math.Pi-4)*w*w/4},
		"long bend":  {Polyline(stroke, Point{20, 20}, Point{100, 20}, Point{100, 100}), 160*w + (math.Pi/4-1)*w*w/4},
		"half drawn": {Polyline(Stroke{Colour: black, Width: w, Dash: 4, Gap: 4}, Point{20, 64}, Point{100, 64}), 40 * w},
	} {
		near(t, "area of "+what, ink(128, c.path), c.want, 0.3+0.005*c.want)
	}
}

func TestDashesAddUp(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(3, 4))
	total := func(lines [][]Point) (sum float64) {
		for _, line := range lines {
			for k := range line[1:] {
				sum += line[k+1].sub(line[k]).len()
			}
		}
		return sum
	}
	for range 100 {
		points := make([]Point, 2+rng.IntN(20))
		for k := range points {
			points[k] = Point{100 * rng.Float64(), 100 * rng.Float64()}
		}
		dash, gap := 1+9*rng.Float64(), 9*rng.Float64()
		length := total([][]Point{points})
		periods, rest := math.Modf(length / (dash + gap))
		want := periods*dash + min(rest*(dash+gap), dash)
		near(t, "length of dashes", total(dashes(points, false, dash, gap)), want, 1e-6)
		closed := dashes(points, true, dash, gap)
		length += points[len(points)-1].sub(points[0]).len()
		near(t, "length of dashes on a closed line", total(closed), length*dash/(dash+gap), 1e-6)
		near(t, "number of dashes on a closed line", float64(len(closed)), max(math.Round(length/(dash+gap)), 1), 1)
	}
}

func TestClipKeepsInkInside(t *testing.T) {
	t.Parallel()
	part := image.Rect(10, 12, 40, 33)
	whole := Circle(Point{20, 20}, 200, black, Stroke{})
	near(t, "clipped area", ink(64, Clip{part}, whole), float64(part.Dx()*part.Dy()), 0)
	label := Text{At: Point{5, 30}, Size: 40, Colour: black, Value: "mmmm"}
	l := List{Width: 64, Height: 64, Background: white, Items: []Item{Clip{part}, label}}
	m := l.Image()
	for y := range 64 {
		for x := range 64 {
			if !image.Pt(x, y).In(part) && m.RGBAAt(x, y).R != 255 {
				t.Fatalf("ink at %d, %d outside %v", x, y, part)
			}
		}
	}
}

func TestNumbersThatAreNoneDrawNothing(t *testing.T) {
	t.Parallel()
	for _, bad := range []float64{math.NaN(), math.Inf(1), math.MaxFloat64} {
		near(t, "ink", ink(16, Path{Contours: [][]Point{{{bad, 1}, {3, bad}, {4, 5}}}, Fill: black}), 0, 0)
	}
}

func TestTranslucentFillBlends(t *testing.T) {
	t.Parallel()
	l := List{Width: 4, Height: 4, Background: white, Items: []Item{Block(image.Rect(0, 0, 4, 4), 0, red.Fade(0.5))}}
	got := l.Image().RGBAAt(1, 1)
	if got.R < 254 || got.G < 126 || got.G > 128 || got.A != 255 {
		t.Errorf("half red on white is %v", got)
	}
}
