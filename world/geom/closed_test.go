package geom_test

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
	"orrery/world/geom"
)

// body returns a dynamic body of some shapes at a place.
func body(x, y, angle float64, shapes ...sim.Shape) sim.Body {
	return sim.Body{Kind: sim.Dynamic, Mass: 1, Moment: 1, Start: sim.BodyState{X: x, Y: y, Angle: angle}, Shapes: shapes}
}

func disc(radius float64) sim.Shape {
	return sim.NewShape(sim.Circle, radius, sim.Surface{}, sim.Vec{})
}

// rectangle returns one of two half sides, grown by a radius.
func rectangle(w, h, radius float64) sim.Shape {
	return sim.NewShape(sim.Polygon, radius, sim.Surface{}, sim.Vec{X: -w, Y: -h}, sim.Vec{X: w, Y: -h}, sim.Vec{X: w, Y: h}, sim.Vec{X: -w, Y: h})
}

// rod returns a segment of half a length along x, grown by a radius.
func rod(half, radius float64) sim.Shape {
	return segment(-half, 0, half, 0, radius)
}

func segment(x0, y0, x1, y1, radius float64) sim.Shape {
	return sim.NewShape(sim.Segment, radius, sim.Surface{}, sim.Vec{X: x0, Y: y0}, sim.Vec{X: x1, Y: y1})
}

// contactsOf returns the contacts at the start of a scene of bodies and walls.
func contactsOf(margin float64, bodies []sim.Body, walls ...sim.Shape) []geom.Contact {
	scene := sim.DefaultScene()
	scene.Bodies, scene.Walls = bodies, walls
	return geom.NewDetector(&scene).Contacts(nil, scene.Start(), margin)
}

func TestClosedForms(t *testing.T) {
	type vec = sim.Vec
	type want struct {
		normal, armA, armB vec
		gap                float64
	}
	floor := segment(-5, 0, 5, 0, 0)
	up := vec{Y: 1}
	diagonal := vec{X: -math.Sqrt2 / 2, Y: -math.Sqrt2 / 2}
	sin, cos := math.Sincos(0.1)
	for name, c := range map[string]struct {
		bodies []sim.Body
		walls  []sim.Shape
		want   []want
	}{
		"disc on disc": {
			bodies: []sim.Body{body(0, 0, 1, disc(0.3)), body(0.3, 0.4, 2, disc(0.25))},
			want:   []want{{vec{X: -0.6, Y: -0.8}, vec{X: 0.18, Y: 0.24}, vec{X: -0.15, Y: -0.2}, -0.05}},
		},
		"discs that just miss": {
			bodies: []sim.Body{body(0, 0, 0, disc(0.3)), body(0.3, 0.4, 0, disc(0.1999))},
		},
		"disc on wall": {
			bodies: []sim.Body{body(2, 0.25, 0, disc(0.3))}, walls: []sim.Shape{floor},
			want: []want{{up, vec{Y: -0.3}, vec{X: 2}, -0.05}},
		},
		"disc on rounded wall": {
			bodies: []sim.Body{body(2, 0.35, 0, disc(0.3))}, walls: []sim.Shape{segment(5, 0, -5, 0, 0.1)},
			want: []want{{up, vec{Y: -0.3}, vec{X: 2, Y: 0.1}, -0.05}},
		},
		"disc at end of wall": {
			bodies: []sim.Body{body(5.18, 0.24, 0, disc(0.35))}, walls: []sim.Shape{floor},
			want: []want{{vec{X: 0.6, Y: 0.8}, vec{X: -0.21, Y: -0.28}, vec{X: 5}, -0.05}},
		},
		"disc in line with wall": {
			bodies: []sim.Body{body(5.3, 0, 0, disc(0.35))}, walls: []sim.Shape{floor},
			want: []want{{vec{X: 1}, vec{X: -0.35}, vec{X: 5}, -0.05}},
		},
		"disc on face of box": {
			bodies: []sim.Body{body(0.1, 0.4, 0, disc(0.2)), body(0, 0, 0, rectangle(0.5, 0.3, 0))},
			want:   []want{{up, vec{Y: -0.2}, vec{X: 0.1, Y: 0.3}, -0.1}},
		},
		"disc inside box": {
			bodies: []sim.Body{body(0.1, 0.2, 0, disc(0.05)), body(0, 0, 0, rectangle(0.5, 0.3, 0))},
			want:   []want{{up, vec{Y: -0.05}, vec{X: 0.1, Y: 0.3}, -0.15}},
		},
		"disc at corner of rounded box": {
			bodies: []sim.Body{body(0.56, 0.38, 0, disc(0.08)), body(0, 0, 0, rectangle(0.5, 0.3, 0.05))},
			want:   []want{{vec{X: 0.6, Y: 0.8}, vec{X: -0.048, Y: -0.064}, vec{X: 0.53, Y: 0.34}, -0.03}},
		},
		"box flat on floor": {
			bodies: []sim.Body{body(1, 0.29, 0, rectangle(0.5, 0.3, 0))}, walls: []sim.Shape{floor},
			want: []want{{up, vec{X: -0.5, Y: -0.3}, vec{X: 0.5}, -0.01}, {up, vec{X: 0.5, Y: -0.3}, vec{X: 1.5}, -0.01}},
		},
		"rounded box flat on floor": {
			bodies: []sim.Body{body(1, 0.49, 0, rectangle(0.5, 0.3, 0.2))}, walls: []sim.Shape{floor},
			want: []want{{up, vec{X: -0.5, Y: -0.5}, vec{X: 0.5}, -0.01}, {up, vec{X: 0.5, Y: -0.5}, vec{X: 1.5}, -0.01}},
		},
		"tilted box on floor": {
			bodies: []sim.Body{body(1, 0.3, 0.1, rectangle(0.5, 0.3, 0))}, walls: []sim.Shape{floor},
			want: []want{{
				up, vec{X: -0.5*cos + 0.3*sin, Y: -0.5*sin - 0.3*cos}, vec{X: 1 - 0.5*cos + 0.3*sin},
				0.3 - 0.5*sin - 0.3*cos,
			}},
		},
		"box over the edge of another": {
			bodies: []sim.Body{body(0, 0, 0, rectangle(0.5, 0.3, 0)), body(0.7, 0.59, math.Pi/2, rectangle(0.3, 0.4, 0))},
			want: []want{
				{vec{Y: -1}, vec{X: 0.5, Y: 0.3}, vec{X: -0.2, Y: -0.3}, -0.01},
				{vec{Y: -1}, vec{X: 0.3, Y: 0.3}, vec{X: -0.4, Y: -0.3}, -0.01},
			},
		},
		"rounded boxes corner to corner": { // the stretch is one point, so its ends coincide
			bodies: []sim.Body{body(0, 0, 0, rectangle(0.5, 0.3, 0.1)), body(1.1, 0.7, 0, rectangle(0.5, 0.3, 0.05))},
			want: []want{
				{diagonal, vec{X: 0.5 + 0.1/math.Sqrt2, Y: 0.3 + 0.1/math.Sqrt2}, vec{X: -0.5 - 0.05/math.Sqrt2, Y: -0.3 - 0.05/math.Sqrt2}, 0.1*math.Sqrt2 - 0.15},
				{diagonal, vec{X: 0.5 + 0.1/math.Sqrt2, Y: 0.3 + 0.1/math.Sqrt2}, vec{X: -0.5 - 0.05/math.Sqrt2, Y: -0.3 - 0.05/math.Sqrt2}, 0.1*math.Sqrt2 - 0.15},
			},
		},
		"rod upright on floor": {
			bodies: []sim.Body{body(1, 0.44, math.Pi/2, rod(0.4, 0.05))}, walls: []sim.Shape{floor},
			want: []want{{up, vec{Y: -0.45}, vec{X: 1}, -0.01}},
		},
		"rod upright on floor, exactly": {
			bodies: []sim.Body{body(1, 0.44, 0, segment(0, -0.4, 0, 0.4, 0.05))}, walls: []sim.Shape{floor},
			want: []want{{up, vec{Y: -0.45}, vec{X: 1}, -0.01}},
		},
		"rod flat on floor": {
			bodies: []sim.Body{body(1, 0.04, 0, rod(0.4, 0.05))}, walls: []sim.Shape{floor},
			want: []want{{up, vec{X: -0.4, Y: -0.05}, vec{X: 0.6}, -0.01}, {up, vec{X: 0.4, Y: -0.05}, vec{X: 1.4}, -0.01}},
		},
		"rods end to end": {
			bodies: []sim.Body{body(0, 0, 0, rod(0.4, 0.05)), body(0.9, 0, 0, rod(0.4, 0.06))},
			want:   []want{{vec{X: -1}, vec{X: 0.45}, vec{X: -0.46}, -0.01}},
		},
		"rods in line but apart": {
			bodies: []sim.Body{body(0, 0, 0.6, rod(0.4, 0.05)), body(cos6*0.92, sin6*0.92, 0.6, rod(0.4, 0.06))},
		},
		"thin rods crossing": {
			bodies: []sim.Body{body(0, 0, 0, rod(0.4, 0)), body(0.1, 0.3, math.Pi/2, rod(0.4, 0))},
			want:   []want{{vec{Y: -1}, vec{X: 0.1}, vec{Y: -0.4}, -0.1}},
		},
		"dumbbell on floor": {
			bodies: []sim.Body{body(1, 0.19, math.Pi, ball(-0.5), rod(0.5, 0.01), ball(0.5))}, walls: []sim.Shape{floor},
			want: []want{{up, vec{X: 0.5, Y: -0.2}, vec{X: 1.5}, -0.01}, {up, vec{X: -0.5, Y: -0.2}, vec{X: 0.5}, -0.01}},
		},
	} {
		got := contactsOf(0, c.bodies, c.walls...)
		if len(got) != len(c.want) {
			t.Errorf("%s: got %+v, want %d contacts", name, got, len(c.want))
			continue
		}
		for i, w := range c.want {
			g := got[i]
			if g.A != 0 || (g.B == geom.Wall) != (len(c.walls) > 0) {
				t.Errorf("%s: contact %d is between %d and %d", name, i, g.A, g.B)
			}
			if !near(g.Normal, w.normal) || !near(g.ArmA, w.armA) || !near(g.ArmB, w.armB) || !scalar.EqualWithinAbs(g.Gap, w.gap, 1e-12) {
				t.Errorf("%s, contact %d:\ngot  %+v\nwant %+v", name, i, g, w)
			}
		}
	}
}

var sin6, cos6 = math.Sincos(0.6)

func ball(x float64) sim.Shape {
	return sim.NewShape(sim.Circle, 0.2, sim.Surface{}, sim.Vec{X: x})
}

func near(v, w sim.Vec) bool { return v.Sub(w).Len() < 1e-12 }

// TestNormalIsExactAtTinyGaps needs the face's normal: the vector between the
// nearest points is mostly rounding errors.
func TestNormalIsExactAtTinyGaps(t *testing.T) {
	for _, gap := range []float64{1e-14, 1e-8} {
		for angle := 0.0; angle < 6; angle += 0.1 {
			up := sim.Vec{Y: 1}.Rotate(angle)
			floor := segment(-5, 0, 5, 0, 0)
			for i, v := range floor.Vertices {
				floor.Vertices[i] = v.Rotate(angle)
			}
			at := up.Scale(0.3 + gap)
			got := contactsOf(0.001, []sim.Body{body(at.X, at.Y, angle, rectangle(0.5, 0.3, 0))}, floor)
			if len(got) != 2 || !near(got[0].Normal, up) || !scalar.EqualWithinAbs(got[0].Gap, gap, 1e-13) {
				t.Errorf("turned by %.1f: got %+v, want normal %v", angle, got, up)
			}
		}
	}
}

// TestNormalPartsTouchingCorners has corners that differ by a rounding error.
func TestNormalPartsTouchingCorners(t *testing.T) {
	box, wall := rectangle(0.2, 0.3, 0), segment(0, 0.1, 0.2, 0.2, 0)
	for i, v := range box.Vertices {
		box.Vertices[i] = v.Add(sim.Vec{X: 0.4, Y: -0.1})
	}
	got := contactsOf(0.001, []sim.Body{body(0, 0, 0, box)}, wall)
	if len(got) == 0 || !(math.Abs(parted(&box, &wall, got[0].Normal)) <= 1e-12) {
		t.Errorf("got %+v, whose normal does not part them", got)
	}
}

func TestMarginReachesAllRound(t *testing.T) {
	for angle := 0.0; angle < 6; angle += 0.1 {
		at := sim.Vec{X: 0.34}.Rotate(angle)
		bodies := []sim.Body{body(0, 0, 0, disc(0.1)), body(at.X, at.Y, 0, disc(0.2))}
		if inside, outside := contactsOf(0.041, bodies), contactsOf(0.039, bodies); len(inside) != 1 || len(outside) != 0 {
			t.Errorf("turned by %.1f: got %d contacts within the margin and %d beyond", angle, len(inside), len(outside))
		}
	}
}

func TestConcentricDiscsPartSomehow(t *testing.T) {
	got := contactsOf(0, []sim.Body{body(1, 1, 0, disc(0.3)), body(1, 1, 0, disc(0.2))})
	if len(got) != 1 || !scalar.EqualWithinAbs(got[0].Normal.Len(), 1, 1e-12) || !(math.Abs(got[0].Gap+0.5) <= 1e-12) {
		t.Errorf("got %+v", got)
	}
}
