package footage

import (
	"math"
	"testing"

	"orrery/sim"
	"orrery/sim/render"
)

// TestEdgesCoverTheirPixels: the shares of all pixels add up to the area, and each is right to a twentieth, however a box is turned.
func TestEdgesCoverTheirPixels(t *testing.T) {
	t.Parallel()
	corners := []sim.Vec{{X: -5.3, Y: -3.1}, {X: 5.3, Y: -3.1}, {X: 5.3, Y: 3.1}, {X: -5.3, Y: 3.1}}
	f := newFigure([]sim.Shape{sim.NewShape(sim.Polygon, 0, sim.Surface{}, corners...)}, 1)
	f.colour = colour{200, 100, 50}
	worst := 0.0
	for _, angle := range []float64{0, 0.3, math.Pi / 4, 1.1} {
		sin, cos := math.Sincos(angle)
		area := 0.0
		for row := -8; row <= 8; row++ {
			for column := -8; column <= 8; column++ {
				// The middle of the pixel in the figure's frame.
				dx, dy := float64(column)+0.13, float64(row)+0.37
				v := sim.Vec{X: cos*dx + sin*dy, Y: cos*dy - sin*dx}
				share, sum := f.cover(v, sin, cos, samples)
				area += float64(share)
				exact := 0.0
				const fine = 96
				for i := range fine * fine {
					x, y := dx+(float64(i%fine)+0.5)/fine-0.5, dy+(float64(i/fine)+0.5)/fine-0.5
					if math.Abs(cos*x+sin*y) <= 5.3 && math.Abs(cos*y-sin*x) <= 3.1 {
						exact += 1. / (fine * fine)
					}
				}
				worst = max(worst, math.Abs(float64(share)-exact))
				if !(math.Abs(float64(sum[0])-200*float64(share)) < 1e-3) {
					t.Errorf("colour %v of a share of %g", sum, share)
				}
			}
		}
		if want := 4 * 5.3 * 3.1; !(math.Abs(area-want) < 0.8) {
			t.Errorf("turned by %g it covers %g px², must be %g", angle, area, want)
		}
	}
	if !(worst < 0.05) {
		t.Errorf("a share is off by %g", worst)
	}
}

// TestShapesThatOverlapCountOnce for where the middle is.
func TestShapesThatOverlapCountOnce(t *testing.T) {
	t.Parallel()
	square := func(x, half float64) sim.Shape {
		return sim.NewShape(sim.Polygon, 0, sim.Surface{}, sim.Vec{X: x - half, Y: -half}, sim.Vec{X: x + half, Y: -half}, sim.Vec{X: x + half, Y: half}, sim.Vec{X: x - half, Y: half})
	}
	f := newFigure([]sim.Shape{square(0, 10), square(0, 10), square(30, 10)}, 1)
	if got := f.middle(); !(math.Abs(got.X-15) < 0.02) || !(math.Abs(got.Y) < 0.02) {
		t.Errorf("middle %v, must be at 15, 0", got)
	}
}

// TestWallsWithoutThicknessAreSeen: they are as wide as two pixels, wherever they are.
func TestWallsWithoutThicknessAreSeen(t *testing.T) {
	t.Parallel()
	for radius, want := range map[float64]float64{0: 2, 0.004: 2, 0.02: 4} { // m at 100 px a metre
		scene := sim.DefaultScene()
		scene.Bodies = []sim.Body{sim.NewDisc(0.1, 1, sim.Surface{})}
		scene.Walls = []sim.Shape{sim.NewShape(sim.Segment, radius, sim.Surface{}, sim.Vec{X: -3, Y: 0.0333}, sim.Vec{X: 3, Y: 0.0333})}
		settings := Default()
		settings.Width, settings.Height = 100, 60
		settings.View = render.Bounds{Min: sim.Vec{X: -0.5, Y: -0.3}, Max: sim.Vec{X: 0.5, Y: 0.3}}
		shot, err := New(&scene, []sim.State{scene.Start()}, settings)
		if err != nil {
			t.Fatal(err)
		}
		picture, err := shot.Still(0, nil)
		if err != nil {
			t.Fatal(err)
		}
		ground, wall := float64(settings.Ground.R), float64(settings.Walls.R)
		covered := 0.0
		for y := range 60 {
			covered += (float64(picture.RGBAAt(50, y).R) - ground) / (wall - ground)
		}
		if !(math.Abs(covered-want) < 0.1) {
			t.Errorf("a wall of radius %v m covers %.2f px, must be %v", radius, covered, want)
		}
	}
}
