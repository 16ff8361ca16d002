package cover_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
	"orrery/sim/polygon"
	"orrery/world/watch/cover"
	"orrery/world/watch/look"
)

const wide, high = 48, 40 // px, the pictures of these tests

func disc(x, y, r float64) sim.Shape {
	return sim.NewShape(sim.Circle, r, sim.Surface{}, sim.Vec{X: x, Y: y})
}

func box(left, bottom, right, top, rounding float64) sim.Shape {
	return sim.NewShape(sim.Polygon, rounding, sim.Surface{}, sim.Vec{X: right, Y: bottom}, sim.Vec{X: right, Y: top}, sim.Vec{X: left, Y: top}, sim.Vec{X: left, Y: bottom})
}

// kinds are shapes of every kind and unions of them, around the origin.
var kinds = map[string][]sim.Shape{
	"disc":       {disc(0, 0, 9.3)},
	"small disc": {disc(0.2, 0.1, 0.3)},
	"capsule":    {sim.NewShape(sim.Segment, 2.5, sim.Surface{}, sim.Vec{X: -7, Y: 1}, sim.Vec{X: 8, Y: -2})},
	"box":        {box(-8, -3, 8, 3, 0)},
	"rounded":    {box(-6, -4, 7, 4, 2.2)},
	"triangle":   {sim.NewShape(sim.Polygon, 0, sim.Surface{}, sim.Vec{X: -7, Y: -5}, sim.Vec{X: 8, Y: -4}, sim.Vec{X: 1, Y: 9})},
	"sliver":     {box(-10, -0.1, 10, 0.1, 0)},
	"T":          {box(-10, 2, 10, 7, 0), box(-2.5, -10, 2.5, 2, 0)},
	"cross":      {box(-10, -2, 10, 2, 0), box(-2, -10, 2, 10, 0)},
	"dumbbell":   {disc(-7, 0, 4), disc(7, 0, 5), box(-7, -1, 7, 1, 0)},
	"two discs":  {disc(-3, 0, 6), disc(3, 1, 6)},
	"twice":      {box(-6, -4, 6, 4, 1), box(-6, -4, 6, 4, 1)},
	"within":     {box(-6, -4, 6, 4, 0), disc(1, 1, 2)},
	"same side":  {box(-8, -4, 2, 4, 0), box(-1, -4, 8, 3, 0)},
}

var poses = []look.Pose{
	{X: 22.3, Y: 18.8, Angle: 0.7}, {X: 24, Y: 20}, {X: 24.5, Y: 20.5, Angle: math.Pi / 2}, {X: 20.1, Y: 21.9, Angle: -2.4},
	{X: 3.2, Y: 18.1, Angle: 0.3}, {X: 45.6, Y: 36.2, Angle: 4}, {X: 25, Y: 1.4, Angle: 1}, // over each border
}

func draw(t *testing.T, shapes []sim.Shape, pose look.Pose, motions ...cover.Motion) *cover.Rows {
	t.Helper()
	outline, err := cover.New(shapes)
	if err != nil {
		t.Fatal(err)
	}
	var rows cover.Rows
	outline.DrawSizes(&rows, cover.Pose(pose), wide, high, motions)
	return &rows
}

// at returns a value of a pixel of the picture, 0 outside of the box.
func at(r *cover.Rows, list []float32, column, row int) float64 {
	column, row = column-r.Left, row-r.Top
	if column < 0 || column >= r.Width || row < 0 || row >= r.Height {
		return 0
	}
	return float64(list[row*r.Width+column])
}

func forKinds(t *testing.T, test func(t *testing.T, shapes []sim.Shape, pose look.Pose)) {
	for name, shapes := range kinds {
		for i, pose := range poses {
			t.Run(fmt.Sprint(name, i), func(t *testing.T) {
				t.Parallel()
				test(t, shapes, pose)
			})
		}
	}
}

// TestSharesAreThoseOfManySamples: a pixel has a share of the points of a grid in it that lie in a shape.
func TestSharesAreThoseOfManySamples(t *testing.T) {
	t.Parallel()
	forKinds(t, func(t *testing.T, shapes []sim.Shape, pose look.Pose) {
		rows := draw(t, shapes, pose)
		const n = 16
		for row := range high {
			for column := range wide {
				near := math.Inf(1)
				middle := pose.Back(sim.Vec{X: float64(column) + 0.5, Y: float64(high-row) - 0.5})
				for i := range shapes {
					near = min(near, shapes[i].Distance(middle))
				}
				got := at(rows, rows.Share, column, row)
				if !(math.Abs(near) <= 1) {
					if want := map[bool]float64{true: 1}[near < 0]; got != want {
						t.Fatalf("column %d, row %d is %v px off the outline, and its share is %v", column, row, near, got)
					}
					continue
				}
				inside := 0
				for k := range n * n {
					p := pose.Back(sim.Vec{X: float64(column) + (float64(k%n)+0.5)/n, Y: float64(high-row-1) + (float64(k/n)+0.5)/n})
					for i := range shapes {
						if shapes[i].Distance(p) <= 0 {
							inside++
							break
						}
					}
				}
				// A border through a pixel passes about 2n of its samples' squares, by half a square each at most.
				if want := float64(inside) / (n * n); !scalar.EqualWithinAbs(got, want, 1./n) {
					t.Fatalf("column %d, row %d: share %v, of samples %v", column, row, got, want)
				}
			}
		}
	})
}

// TestSharesAddUpToTheArea, exactly but for rounding: no pixel is a little too dark.
func TestSharesAddUpToTheArea(t *testing.T) {
	t.Parallel()
	areas := map[string]float64{"T": 20*5 + 5*12, "cross": 2*20*4 - 16, "same side": 10*8 + 6*7, "within": 12 * 8}
	random := rand.New(rand.NewPCG(1, 2))
	for name, shapes := range kinds {
		area, ok := areas[name]
		if !ok && len(shapes) == 1 {
			area, _, _ = polygon.Measure(shapes[0].Vertices, shapes[0].Radius)
		} else if !ok {
			continue
		}
		for range 50 {
			rows := draw(t, shapes, look.Pose{X: 20 + 4*random.Float64(), Y: 18 + 4*random.Float64(), Angle: 7 * random.Float64()})
			sum := 0.0
			for _, share := range rows.Share {
				sum += float64(share)
			}
			if !scalar.EqualWithinRel(sum, area, 1e-6) {
				t.Errorf("%s: shares add up to %v px², want %v", name, sum, area)
			}
		}
	}
}

// differences compares a derivative with what changes as drawings are moved by a step.
func differences(t *testing.T, what string, low, high, rows *cover.Rows, list []float32, step float64) {
	t.Helper()
	for row := range 40 {
		for column := range 48 {
			want := (at(high, high.Share, column, row) - at(low, low.Share, column, row)) / (2 * step)
			middle := at(rows, rows.Share, column, row)
			// On a kink, where an edge lies on the border of a pixel, the derivative jumps: the mean of both sides is as far off as the jump is high.
			before := (middle - at(low, low.Share, column, row)) / step
			after := (at(high, high.Share, column, row) - middle) / step
			if got := at(rows, list, column, row); !scalar.EqualWithinAbs(got, want, 2e-3+math.Abs(after-before)) {
				t.Fatalf("by %s, column %d, row %d: %v, by differences %v", what, column, row, got, want)
			}
		}
	}
}

func TestDerivativesByThePose(t *testing.T) {
	t.Parallel()
	forKinds(t, func(t *testing.T, shapes []sim.Shape, pose look.Pose) {
		pose.X += 0.0137 // off the borders of pixels
		pose.Y += 0.0171
		rows := draw(t, shapes, pose)
		const step = 1e-3
		for _, d := range []struct {
			what string
			way  look.Pose
			list []float32
		}{{"x", look.Pose{X: step}, rows.X}, {"y", look.Pose{Y: step}, rows.Y}, {"angle", look.Pose{Angle: step / 10}, rows.Angle}} {
			moved := func(sign float64) *cover.Rows {
				return draw(t, shapes, look.Pose{X: pose.X + sign*d.way.X, Y: pose.Y + sign*d.way.Y, Angle: pose.Angle + sign*d.way.Angle})
			}
			differences(t, d.what, moved(-1), moved(1), rows, d.list, d.way.X+d.way.Y+d.way.Angle)
		}
	})
}

// TestDerivativesBySize: vertices and radii, of single shapes and of unions.
func TestDerivativesBySize(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 4))
	for name, shapes := range kinds {
		if name == "twice" || name == "same side" || name == "within" || name == "T" {
			continue // sides in common part when one of them moves: there is no derivative
		}
		var m cover.Motion
		grown := func(step float64) []sim.Shape {
			out := make([]sim.Shape, len(shapes))
			for i, s := range shapes {
				s.Vertices = append([]sim.Vec(nil), s.Vertices...)
				for k := range s.Vertices {
					s.Vertices[k] = s.Vertices[k].Add(m.Vertices[i][k].Scale(step))
				}
				s.Radius += step * m.Radius[i]
				out[i] = s
			}
			return out
		}
		for _, s := range shapes {
			var v []sim.Vec
			for range s.Vertices {
				v = append(v, sim.Vec{X: random.NormFloat64(), Y: random.NormFloat64()})
			}
			m.Vertices, m.Radius = append(m.Vertices, v), append(m.Radius, max(0, math.Copysign(1, s.Radius-1e-9)))
		}
		pose := look.Pose{X: 22.31, Y: 19.77, Angle: 0.61}
		rows := draw(t, shapes, pose, cover.Motion{}, m)
		const step = 1e-4
		t.Run(name, func(t *testing.T) {
			differences(t, "size", draw(t, grown(-step), pose), draw(t, grown(step), pose), rows, rows.Sizes[1], step)
		})
		for _, v := range rows.Sizes[0] {
			if v != 0 {
				t.Fatalf("%s: a motion of nothing changes a share by %v", name, v)
			}
		}
	}
}

// TestWhatMovesCoversTheMeanOfItsPoses: shares and derivatives are the means of those at each pose, in a box that holds all.
func TestWhatMovesCoversTheMeanOfItsPoses(t *testing.T) {
	t.Parallel()
	motions := []cover.Motion{{Radius: []float64{1, 1, 1}}, {Radius: []float64{-0.5}}}
	for name, shapes := range kinds {
		outline, err := cover.New(shapes)
		if err != nil {
			t.Fatal(err)
		}
		var all []cover.Pose
		for k := range 7 {
			all = append(all, cover.Pose{X: 20 + 1.3*float64(k), Y: 22 - 3.1*float64(k), Angle: 0.2 * float64(k)}) // out of the picture below
		}
		var moving cover.Rows
		outline.DrawMoving(&moving, all, wide, high, motions)
		var sums [6][high][wide]float64
		for _, pose := range all {
			var still cover.Rows
			outline.DrawSizes(&still, pose, wide, high, motions)
			for row := range high {
				for column := range wide {
					for k, list := range [6][]float32{still.Share, still.X, still.Y, still.Angle, still.Sizes[0], still.Sizes[1]} {
						sums[k][row][column] += at(&still, list, column, row) / float64(len(all))
					}
				}
			}
		}
		edge := map[int32]bool{}
		for _, i := range moving.Edge {
			if edge[i] {
				t.Errorf("%s: pixel %d is told twice", name, i)
			}
			edge[i] = true
		}
		for row := range high {
			for column := range wide {
				for k, list := range [6][]float32{moving.Share, moving.X, moving.Y, moving.Angle, moving.Sizes[0], moving.Sizes[1]} {
					got, want := at(&moving, list, column, row), sums[k][row][column]
					if !scalar.EqualWithinAbs(got, want, 1e-5) {
						t.Fatalf("%s: value %d of column %d, row %d is %v, want %v", name, k, column, row, got, want)
					}
				}
			}
		}
	}
}

// TestNothingIsAllocatedTwice: a drawing into used rows is as that into new ones, and costs no memory.
func TestNothingIsAllocatedTwice(t *testing.T) {
	outline, err := cover.New(kinds["dumbbell"])
	if err != nil {
		t.Fatal(err)
	}
	var rows cover.Rows
	moving := []cover.Pose{cover.Pose(poses[1]), cover.Pose(poses[2])}
	outline.Draw(&rows, cover.Pose(poses[0]), wide, high)
	want := append([]float32(nil), rows.Share...)
	if n := testing.AllocsPerRun(10, func() {
		outline.Draw(&rows, cover.Pose(poses[1]), wide, high)
		outline.DrawMoving(&rows, moving, wide, high, nil)
		outline.Draw(&rows, cover.Pose(poses[0]), wide, high)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
	for i := range want {
		if rows.Share[i] != want[i] {
			t.Fatalf("pixel %d of the box has %v after another drawing, before %v", i, rows.Share[i], want[i])
		}
	}
}

func TestWhatIsNotInThePicture(t *testing.T) {
	t.Parallel()
	for _, pose := range []look.Pose{{X: -40, Y: 3}, {X: 10, Y: 60}, {X: math.NaN(), Y: 1}, {X: math.Inf(1)}, {X: 10, Y: 10, Angle: math.NaN()}, {X: 1e300, Y: 5}} {
		if rows := draw(t, kinds["box"], pose); rows.Width*rows.Height != 0 || len(rows.Share) != 0 {
			t.Errorf("at %v it covers %d × %d pixels", pose, rows.Width, rows.Height)
		}
	}
	for x := -20.0; x < 80; x += 5 { // boxes that hang out of the picture are cut to it
		for y := -20.0; y < 80; y += 5 {
			rows := draw(t, kinds["box"], look.Pose{X: x, Y: y, Angle: 0.3})
			if rows.Left < 0 || rows.Top < 0 || len(rows.Share) != rows.Width*rows.Height {
				t.Errorf("at %g, %g px it covers %d × %d pixels from column %d and row %d on", x, y, rows.Width, rows.Height, rows.Left, rows.Top)
			}
		}
	}
	s := sim.Surface{}
	for want, shape := range map[string]sim.Shape{
		`shape 0: kind "star" must be circle, segment or polygon`:                    sim.NewShape("star", 1, s, sim.Vec{}),
		"shape 0: a circle cannot have 2 vertices":                                   sim.NewShape(sim.Circle, 1, s, sim.Vec{}, sim.Vec{}),
		"shape 0: a polygon cannot have 2 vertices":                                  sim.NewShape(sim.Polygon, 1, s, sim.Vec{}, sim.Vec{}),
		"shape 0: radius 0 px of a segment must be positive and at most 100000":      sim.NewShape(sim.Segment, 0, s, sim.Vec{}, sim.Vec{X: 1}),
		"shape 0: radius NaN px of a circle must be positive and at most 100000":     sim.NewShape(sim.Circle, math.NaN(), s, sim.Vec{}),
		"shape 0: vertex [NaN, 0] px must lie within 100000 of the body's middle":    sim.NewShape(sim.Circle, 1, s, sim.Vec{X: math.NaN()}),
		"shape 0: vertex [0, 200000] px must lie within 100000 of the body's middle": sim.NewShape(sim.Circle, 1, s, sim.Vec{Y: 2e5}),
	} {
		if _, err := cover.New([]sim.Shape{shape}); err == nil || err.Error() != want {
			t.Errorf("error %v, want %s", err, want)
		}
	}
}
