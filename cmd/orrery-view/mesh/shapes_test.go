package mesh

import (
	"math"
	"testing"

	"orrery/sim/render"
)

// covered returns the area of a mesh's triangles in px², each weighed by the mean opacity of its corners.
func covered(m *Mesh) (area float64) {
	for k := 0; k < len(m.Indices); k += 3 {
		a, b, c := m.Vertices[m.Indices[k]], m.Vertices[m.Indices[k+1]], m.Vertices[m.Indices[k+2]]
		area += math.Abs(float64(cross(a, b, c.X, c.Y))) / 2 * float64(a.A+b.A+c.A) / 3
	}
	return area
}

// TestShapesCoverTheirArea: whichever way round, with a smooth edge that takes as much as it gives; of several contours without one, and of
// what has no area, no colour or no numbers nothing.
func TestShapesCoverTheirArea(t *testing.T) {
	t.Parallel()
	ink, inf := render.Colour{R: 200, A: 255}, math.Inf(1)
	box := []render.Point{{X: 10, Y: 10}, {X: 50, Y: 10}, {X: 50, Y: 30}, {X: 10, Y: 30}}
	back := []render.Point{box[3], box[2], box[1], box[0]}
	other := []render.Point{{X: 60, Y: 10}, {X: 70, Y: 10}, {X: 60, Y: 20}}
	for name, c := range map[string]struct {
		path     render.Path
		area     float64
		vertices int
	}{
		"box": {render.Path{Contours: [][]render.Point{box}, Fill: ink}, 800, 8}, "the other way round": {render.Path{Contours: [][]render.Point{back}, Fill: ink}, 800, 8}, "half of it": {render.Path{Contours: [][]render.Point{box}, Fill: render.Colour{R: 200, A: 51}}, 160, 8},
		"two": {render.Path{Contours: [][]render.Point{box, other}, Fill: ink}, 850, 7}, "a line": {render.Path{Contours: [][]render.Point{box[:2]}, Fill: ink}, 0, 0}, "nothing": {render.Path{Fill: ink}, 0, 0}, "no colour": {render.Path{Contours: [][]render.Point{box}}, 0, 0},
		"no end": {render.Path{Contours: [][]render.Point{{box[0], box[1], {X: inf}}}, Fill: ink}, 0, 0}, "a faint line": {render.Path{Contours: [][]render.Point{box}, Stroke: render.Stroke{Width: 3}}, 0, 0}, "a thin line": {render.Path{Contours: [][]render.Point{box}, Stroke: render.Stroke{Colour: ink}}, 0, 0},
	} {
		m := &Mesh{}
		m.Add(&c.path)
		if got := covered(m); !(math.Abs(got-c.area) <= 1.5) || len(m.Vertices) != c.vertices {
			t.Errorf("%s: %v px² by %d vertices, want %v by %d", name, got, len(m.Vertices), c.area, c.vertices)
		}
		for _, v := range m.Vertices {
			if v.U != 1.5 || v.V != 1.5 || !(v.R <= v.A) {
				t.Errorf("%s: %+v", name, v)
				break
			}
		}
	}
}

// TestLinesCoverTheirWidth: with flat or round ends, and closed ones the whole way round.
func TestLinesCoverTheirWidth(t *testing.T) {
	t.Parallel()
	line := func(round bool, open bool, width float64, points ...render.Point) *render.Path {
		return &render.Path{Contours: [][]render.Point{points}, Open: open, Stroke: render.Stroke{Colour: render.Colour{A: 255}, Width: width, Round: round}}
	}
	at := func(x, y float64) render.Point { return render.Point{X: x, Y: y} }
	for name, c := range map[string]struct {
		path *render.Path
		area float64
		off  float64
	}{
		"flat": {line(false, true, 8, at(10, 10), at(60, 10)), 400, 1}, "round": {line(true, true, 8, at(10, 10), at(60, 10)), 400 + 16*math.Pi, 3}, "wide": {line(false, true, 20, at(10, 10), at(10, 60)), 1000, 1}, "a dot": {line(true, true, 8, at(10, 10)), 16 * math.Pi, 3},
		"a flat dot": {line(false, true, 8, at(10, 10)), 0, 0}, "a slight bend": {line(false, true, 8, at(0, 0), at(50, 0), at(90, 30)), 800, 1}, "a ring of twelve": {line(false, false, 4, ring(12, 40)...), 4 * 12 * 2 * 40 * math.Sin(math.Pi/12), 4},
		"thin": {line(false, true, 0.5, at(10, 10), at(60, 10)), 25, 1},
	} {
		m := &Mesh{}
		m.Add(c.path)
		if got := covered(m); !(math.Abs(got-c.area) <= c.off) {
			t.Errorf("%s: %v px², want %v", name, got, c.area)
		}
	}
	// a bend of up to 60° has one section for both sides; a sharper one has a disc
	for degrees, sections := range map[float64]int{10: 3, 59: 3, 61: 4, 120: 4} {
		m := &Mesh{}
		m.Add(line(false, true, 4, at(0, 0), at(50, 0), at(50+50*math.Cos(degrees*math.Pi/180), 50*math.Sin(degrees*math.Pi/180))))
		if disc := len(m.Vertices) > 4*sections; disc != (sections == 4) {
			t.Errorf("a bend of %v° takes %d vertices", degrees, len(m.Vertices))
		}
	}
}

// ring returns the corners of a regular polygon about 100, 100.
func ring(n int, radius float64) (points []render.Point) {
	for k := range n {
		sin, cos := math.Sincos(2 * math.Pi * float64(k) / float64(n))
		points = append(points, render.Point{X: 100 + radius*cos, Y: 100 + radius*sin})
	}
	return points
}

// TestNormalsAreToTheRight: of length 1, and none where there is no way; the mitre of one that is missing is the other.
func TestNormalsAreToTheRight(t *testing.T) {
	t.Parallel()
	a, b := render.Point{X: 1, Y: 2}, render.Point{X: 4, Y: 6}
	n := normal(a, b)
	if !(math.Abs(n.X+0.8) <= 1e-12) || !(math.Abs(n.Y-0.6) <= 1e-12) || normal(a, a) != (render.Point{}) {
		t.Errorf("normals %v, %v", n, normal(a, a))
	}
	if got := mitre(render.Point{}, n); got != n {
		t.Errorf("the first is missing: %v", got)
	}
	if got := mitre(n, render.Point{}); got != n {
		t.Errorf("the second is missing: %v", got)
	}
	right := render.Point{X: 1}
	if got := mitre(right, render.Point{Y: 1}); !(math.Abs(got.X-1) <= 1e-12) || !(math.Abs(got.Y-1) <= 1e-12) {
		t.Errorf("the mitre of a right angle is %v", got)
	}
}
