package follow_test

import (
	"context"
	"image"
	"math"
	"slices"
	"testing"

	"orrery/datasets/film"
	"orrery/sim"
	"orrery/sim/render"
	"orrery/sim/render/footage"
	"orrery/world/watch/bodies"
	"orrery/world/watch/follow"
	"orrery/world/watch/ground"
	"orrery/world/watch/look"
)

var forms = follow.Forms{Of: bodies.Of, Simple: bodies.Simple, Centred: bodies.Centred, Alike: bodies.Alike}

// swings is a box of 40 × 14 px and a disc that swing, 5 px a picture at most, with the shutter open for so many s, and shadows that take a share of the light.
func swings(t *testing.T, exposure, shadow float64) (*filmed, *ground.Ground) {
	t.Helper()
	m := stage(t, [][]sim.Shape{boxOf(20, 7), discOf(12)}, 28, func(s *footage.Settings) { s.Exposure, s.Shadow = exposure, shadow }, func(body int, k float64) sim.BodyState {
		const wide, pace = 26., 0.2 // px, rad a picture
		sin, cos := math.Sincos(pace * k)
		if body == 1 {
			return sim.BodyState{X: 80 + wide*cos, Y: 25.3, VX: -wide * pace * 30 * sin}
		}
		return sim.BodyState{X: 80 + wide*sin, Y: 80, Angle: 0.7 * sin, VX: wide * pace * 30 * cos, Omega: 0.7 * pace * 30 * cos}
	})
	return m, m.plate(t, footage.Default().Ground)
}

// plate returns the ground of one colour.
func (m *filmed) plate(t *testing.T, c render.Colour) *ground.Ground {
	t.Helper()
	plate := &film.Picture{Width: m.film.Size().X, Height: m.film.Size().Y}
	for range plate.Width * plate.Height {
		plate.Pix = append(plate.Pix, c.R, c.G, c.B)
	}
	o := ground.DefaultOptions()
	o.Plate = plate
	g, err := ground.Learn(context.Background(), m.film, o)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// asBlurred makes of a true box the outline of five corners and a paint of several colours that a blurred picture seems to show, in a frame that is turned.
func asBlurred(found look.Found) look.Found {
	corners := []sim.Vec{{X: 21.5, Y: -6.4}, {X: 22, Y: 7.5}, {X: -20, Y: 8.3}, {X: -21.5, Y: 1}, {X: -21, Y: -7.6}}
	shapes, middle := bodies.Centred([]sim.Shape{sim.NewShape(sim.Polygon, 0, sim.Surface{}, corners...)})
	const turn = 0.3
	for k, v := range shapes[0].Vertices {
		shapes[0].Vertices[k] = v.Rotate(-turn)
	}
	at := found.Pose.Apply(middle)
	found.Pose = look.Pose{X: at.X, Y: at.Y, Angle: found.Pose.Angle + turn}
	found.Shapes, found.Alike = shapes, 1
	mean := found.Paint.Mean
	found.Paint = look.Paint{Mean: mean, Left: -24, Bottom: -24, Width: 48, Height: 48}
	for k := range 48 * 48 {
		c := mean
		c[k%3] += float32(k/48%5) - 2
		found.Paint.Grid = append(found.Paint.Grid, c)
	}
	return found
}

// TestShapesThatBlurSpoiltAreFoundAgain: a box that was found as five corners in many colours is a plain box, and the disc has its radius.
func TestShapesThatBlurSpoiltAreFoundAgain(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	m, g := swings(t, 1./60, 0)
	found := slices.Clone(m.found)
	found[0] = asBlurred(found[0])
	found[1].Shapes = discOf(12.4)
	found[1].Paint.Mean[0] += 6
	better, exposure, err := follow.Learn(t.Context(), m.film, g, forms, found, follow.DefaultOptions())
	if err != nil {
		t.Fatal(err)
	}
	if !(math.Abs(exposure-0.5) < 0.05) {
		t.Errorf("exposure %.3f, want 0.5", exposure)
	}
	box := bodies.Of(better[0].Shapes)
	if sizes := box.Sizes(); len(sizes) != 2 || !(math.Abs(sizes[0]-20) < 0.05 && math.Abs(sizes[1]-7) < 0.05) || better[0].Alike != 2 || better[0].Paint.Width != 0 {
		t.Errorf("the box has sizes %.3f, %d turns and a paint %d wide", sizes, better[0].Alike, better[0].Paint.Width)
	}
	if r := better[1].Shapes[0].Radius; len(bodies.Of(better[1].Shapes).Sizes()) != 1 || !(math.Abs(r-12) < 0.05) {
		t.Errorf("the disc is %v", better[1].Shapes)
	}
	for c, want := range m.found[1].Paint.Mean {
		if got := better[1].Paint.Mean[c]; !(math.Abs(float64(got-want)) < 1.5) {
			t.Errorf("channel %d of the disc is %.2f, want %.2f", c, got, want)
		}
	}
	if d := math.Remainder(better[0].Pose.Angle-m.found[0].Pose.Angle, math.Pi); !(math.Abs(d) < 0.06) {
		t.Errorf("the box is turned by %.3f in its first picture", d)
	}
}

// TestShapesThatShadowsSpoiltAreFoundAgain: a box and a disc that were found with two px of their shadows.
func TestShapesThatShadowsSpoiltAreFoundAgain(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	m, g := swings(t, 1./60, 0.4)
	found := slices.Clone(m.found)
	found[0].Shapes, found[1].Shapes = boxOf(22, 9), discOf(14)
	better, _, err := follow.Learn(t.Context(), m.film, g, forms, found, follow.DefaultOptions())
	if err != nil {
		t.Fatal(err)
	}
	if sizes := bodies.Of(better[0].Shapes).Sizes(); len(sizes) != 2 || !(math.Abs(sizes[0]-20) < 0.06 && math.Abs(sizes[1]-7) < 0.06) {
		t.Errorf("the box has sizes %.3f", sizes)
	}
	if r := better[1].Shapes[0].Radius; !(math.Abs(r-12) < 0.06) {
		t.Errorf("the disc has a radius of %.3f px", r)
	}
}

// TestMarkedBodiesKeepTheirColours: a paint that the pictures show stays.
func TestMarkedBodiesKeepTheirColours(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	m, g := swings(t, 1./60, 0)
	found := slices.Clone(m.found)
	// The film has it in one colour; painted into the pictures is a bar of another across the box.
	var pictures []*image.RGBA
	for k, p := range m.pictures {
		pose := m.shot.Middles(k)[0]
		for i := 0; i < len(p.Pix); i += 4 {
			at := look.Pose{X: pose.X, Y: pose.Y, Angle: pose.Angle}.Back(sim.Vec{X: float64(i/4%160) + 0.5, Y: 120 - float64(i/4/160) - 0.5})
			if math.Abs(at.X-8) < 4 && math.Abs(at.Y) < 5 {
				p.Pix[i], p.Pix[i+1], p.Pix[i+2] = 20, 20, 20
			}
		}
		pictures = append(pictures, p)
	}
	var err error
	if m.film, err = film.Still(t.Context(), pictures, 30, film.Options{}); err != nil {
		t.Fatal(err)
	}
	paint := look.Paint{Mean: found[0].Paint.Mean, Left: -24, Bottom: -24, Width: 48, Height: 48}
	for k := range 48 * 48 {
		c := paint.Mean
		if x, y := float64(k%48)-23.5, float64(k/48)-23.5; math.Abs(x-8) < 4 && math.Abs(y) < 5 {
			c = look.Colour{20, 20, 20}
		}
		paint.Grid = append(paint.Grid, c)
	}
	found[0].Paint, found[0].Alike = paint, 1
	better, _, err := follow.Learn(t.Context(), m.film, g, forms, found, follow.DefaultOptions())
	if err != nil {
		t.Fatal(err)
	}
	if better[0].Paint.Width != 48 || better[0].Alike != 1 || !better[0].Turns {
		t.Errorf("the paint is %d wide, alike %d", better[0].Paint.Width, better[0].Alike)
	}
}

// TestSharpFilmsAreSizedOnce: a box that was found two px too short, so that each picture has it at one of its ends, and a disc that was found too large.
func TestSharpFilmsAreSizedOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	m, g := swings(t, 0, 0)
	found := slices.Clone(m.found)
	found[0].Shapes, found[1].Shapes = boxOf(19, 7), discOf(12.1)
	better, exposure, err := follow.Learn(t.Context(), m.film, g, forms, found, follow.DefaultOptions())
	if err != nil || exposure != 0 {
		t.Errorf("exposure %v, error %v", exposure, err)
	}
	if sizes := bodies.Of(better[0].Shapes).Sizes(); len(sizes) != 2 || !(math.Abs(sizes[0]-20) < 0.02 && math.Abs(sizes[1]-7) < 0.02) {
		t.Errorf("the box has sizes %.3f", sizes)
	}
	if r := better[1].Shapes[0].Radius; !(math.Abs(r-12) < 0.02) {
		t.Errorf("the disc has a radius of %.3f px", r)
	}
}
