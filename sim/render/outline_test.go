package render

import (
	"bytes"
	"image"
	"math"
	"math/rand/v2"
	"testing"

	"orrery/sim"
)

func contourArea(points []sim.Vec) (area float64) {
	for k, p := range points {
		area += p.Cross(points[(k+1)%len(points)]) / 2
	}
	return area
}

func lineLength(lines [][]sim.Vec) (sum float64) {
	for _, line := range lines {
		for k := range line[1:] {
			sum += line[k+1].Sub(line[k]).Len()
		}
	}
	return sum
}

// rectangle returns a box turned by an angle.
func rectangle(centre sim.Vec, halfWidth, halfHeight, angle float64) []sim.Vec {
	var out []sim.Vec
	for _, v := range []sim.Vec{{X: -halfWidth, Y: -halfHeight}, {X: halfWidth, Y: -halfHeight}, {X: halfWidth, Y: halfHeight}, {X: -halfWidth, Y: halfHeight}} {
		out = append(out, v.Rotate(angle).Add(centre))
	}
	return out
}

// A convex shape grown by r gains its perimeter times r, and a disc (Steiner).
func TestRoundedShapeHasItsArea(t *testing.T) {
	t.Parallel()
	box := rectangle(sim.Vec{X: 1, Y: 2}, 0.3, 0.2, 0.7)
	for _, c := range []struct {
		vertices        []sim.Vec
		area, perimeter float64
	}{
		{box[:1], 0, 0},
		{box[:2], 0, 1.2},
		{box[:3], 0.12, 0.6 + 0.4 + math.Hypot(0.6, 0.4)},
		{box, 0.24, 2},
	} {
		const r = 0.1
		shape := sim.Shape{Vertices: c.vertices, Radius: r}
		near(t, "area", contourArea(Contour(&shape, 1e-5)), c.area+c.perimeter*r+math.Pi*r*r, 1e-5)
	}
}

func TestOutlineOfUnion(t *testing.T) {
	t.Parallel()
	bar := rectangle(sim.Vec{}, 0.2, 0.05, 0)
	for what, c := range map[string]struct {
		other         []sim.Vec
		length, lines float64
	}{
		"touching stem":   {rectangle(sim.Vec{Y: -0.15}, 0.05, 0.1, 0), 1 + 0.6 - 2*0.1, 2},
		"overlapping":     {rectangle(sim.Vec{Y: -0.12}, 0.05, 0.1, 0), 1 + 0.1 + 2*0.17 - 0.1, 2},
		"apart":           {rectangle(sim.Vec{Y: -0.3}, 0.05, 0.1, 0), 1.6, 2},
		"flush on top":    {rectangle(sim.Vec{Y: -0.05}, 0.05, 0.1, 0), 1 + 0.2, 2},
		"inside":          {rectangle(sim.Vec{}, 0.1, 0.02, 0), 1, 1},
		"twice the same":  {bar, 1, 1},
		"cross of itself": {rectangle(sim.Vec{}, 0.2, 0.05, math.Pi/2), 2 - 4*0.1, 4},
	} {
		lines := unionOutline([][]sim.Vec{bar, c.other})
		near(t, "outline of "+what, lineLength(lines), c.length, 1e-3)
		if got := float64(len(lines)); !(got <= c.lines) {
			t.Errorf("outline of %s has %g lines, must have at most %g", what, got, c.lines)
		}
	}
}

// The area inside an outline follows from it alone (Green), and from sampling.
func TestOutlineEnclosesTheUnion(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("slow, and in one goroutine")
	}
	rng := rand.New(rand.NewPCG(5, 6))
	for range 10 {
		var contours [][]sim.Vec
		for range 3 {
			contours = append(contours, rectangle(sim.Vec{X: 0.4 * rng.Float64(), Y: 0.4 * rng.Float64()},
				0.2+0.2*rng.Float64(), 0.1+0.2*rng.Float64(), 7*rng.Float64()))
		}
		green := 0.0
		for _, line := range unionOutline(contours) {
			for k := range line[1:] {
				green += line[k].Cross(line[k+1]) / 2
			}
		}
		const side = 600
		inside := 0
		for i := range side * side {
			v := sim.Vec{X: -0.5 + 1.5*(float64(i%side)+0.5)/side, Y: -0.5 + 1.5*(float64(i/side)+0.5)/side}
			for _, c := range contours {
				if holds(c, v) {
					inside++
					break
				}
			}
		}
		near(t, "area of a union", green, 1.5*1.5*float64(inside)/(side*side), 3e-3)
	}
}

func holds(contour []sim.Vec, v sim.Vec) bool {
	for k, p := range contour {
		if contour[(k+1)%len(contour)].Sub(p).Cross(v.Sub(p)) < 0 {
			return false
		}
	}
	return true
}

func TestMarkEndsOnTheOutline(t *testing.T) {
	t.Parallel()
	disc := sim.Shape{Vertices: []sim.Vec{{}}, Radius: 0.3}
	near(t, "mark of a disc", markEnd([][]sim.Vec{Contour(&disc, 1e-5)}), 0.3, 1e-4)
	near(t, "mark of a box", markEnd([][]sim.Vec{rectangle(sim.Vec{}, 0.2, 0.1, 0)}), 0.2, 1e-12)
	near(t, "mark of a diamond", markEnd([][]sim.Vec{rectangle(sim.Vec{}, 0.1, 0.1, math.Pi/4)}), 0.1*math.Sqrt2, 1e-9)
	near(t, "mark of a body beside its centre", markEnd([][]sim.Vec{rectangle(sim.Vec{Y: 1}, 0.1, 0.1, 0)}), 0, 0)
}

// TestAKeptPainterDrawsWhatANewOneDoes: outlines that are remembered fit every scene and
// every zoom.
func TestAKeptPainterDrawsWhatANewOneDoes(t *testing.T) {
	t.Parallel()
	var kept Painter
	theme, err := LoadTheme("light")
	if err != nil {
		t.Fatal(err)
	}
	first, second := twoBodies(), twoBodies()
	second.Bodies[0], second.Bodies[1] = second.Bodies[1], second.Bodies[0]
	for _, scale := range []float64{50, 51, 400} {
		for _, scene := range []*sim.Scene{first, second, first} {
			draw := func(p *Painter) *image.RGBA {
				p.List = &List{Width: 120, Height: 120, Background: theme.Background}
				p.Scene, p.Theme, p.Unit = scene, theme, 1
				p.Camera = Camera{Middle: Point{60, 60}, Scale: scale}
				p.Bodies(scene.Start(), scene.Start())
				return p.List.Image()
			}
			if !bytes.Equal(draw(&kept).Pix, draw(&Painter{}).Pix) {
				t.Errorf("scale %v: another picture", scale)
			}
		}
	}
}

func twoBodies() *sim.Scene {
	scene := sim.DefaultScene()
	scene.Bodies = []sim.Body{sim.NewDisc(0.2, 10, sim.Surface{}), sim.NewBox(0.3, 0.1, 10, sim.Surface{})}
	scene.Bodies[1].Start.X = 0.5
	return &scene
}
