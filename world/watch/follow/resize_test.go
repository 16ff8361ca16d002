package follow

import (
	"math"
	"testing"

	"orrery/sim"
	"orrery/world/watch/cover"
	"orrery/world/watch/look"
)

// rod is a form of one size, its length, which must be at least a px.
type rod float64

func (r rod) Shapes() []sim.Shape {
	h, w := float64(r)/2, 3.0
	return []sim.Shape{{Kind: sim.Polygon, Vertices: []sim.Vec{{X: -h, Y: -w}, {X: h, Y: -w}, {X: h, Y: w}, {X: -h, Y: w}}}}
}
func (r rod) Motions() []cover.Motion { return nil }
func (r rod) Sizes() []float64        { return []float64{float64(r)} }
func (r rod) Turns() bool             { return true }
func (r rod) With(sizes []float64) cover.Form {
	if sizes[0] < 1 {
		return nil
	}
	return rod(sizes[0])
}

// TestStepsOfSizesAreBounded: two px of a size and of a place, 30 values of a colour and a fifth of a radian at a time.
func TestStepsOfSizesAreBounded(t *testing.T) {
	t.Parallel()
	start := &sizing{form: rod(10), paint: look.Paint{Mean: look.Colour{100, 100, 100}}, poses: [][]look.Pose{{{X: 5, Y: 6, Angle: 1}}, {{X: 7, Y: 8, Angle: 2}}}}
	e := &sizeEquations{sizes: 1, shared: 4}
	for by, want := range map[float64]struct {
		size, colour, place, angle float64
	}{0.1: {0.1, 0.1, 0.1, 0.1}, 1.9: {1.9, 1.9, 1.9, 0.2}, 29: {2, 29, 2, 0.2}, 1e6: {2, 30, 2, 0.2}, -29: {-2, -29, -2, -0.2}, -1e6: {-2, -30, -2, -0.2}} {
		step := make([]float64, 10)
		for i := range step {
			step[i] = by
		}
		out := e.moved(start, step)
		if got := out.form.Sizes()[0]; !(math.Abs(got-10-want.size) < 1e-9) {
			t.Errorf("a step of %v: a length of %v", by, got)
		}
		for c, got := range out.paint.Mean {
			if !(math.Abs(float64(got)-100-want.colour) < 1e-4) {
				t.Errorf("a step of %v: colour %d is %v", by, c, got)
			}
		}
		for k, from := range []look.Pose{{X: 5, Y: 6, Angle: 1}, {X: 7, Y: 8, Angle: 2}} {
			got := out.poses[k][0]
			if !(math.Abs(got.X-from.X-want.place) < 1e-9 && math.Abs(got.Y-from.Y-want.place) < 1e-9 && math.Abs(got.Angle-from.Angle-want.angle) < 1e-9) {
				t.Errorf("a step of %v: from %v to %v", by, from, got)
			}
		}
	}
	if start.poses[0][0].X != 5 || start.paint.Mean[0] != 100 {
		t.Error("what a step begins from is changed")
	}
	start.form = rod(1.5)
	if out := e.moved(start, []float64{-1, 0, 0, 0, 0, 0, 0, 0, 0, 0}); out != nil {
		t.Errorf("a length of %v px", out.form.Sizes()[0])
	}
	locked := &sizeEquations{}
	start.locked = true
	if out := locked.moved(start, []float64{1, 1, 0.1, 1, 1, 0.1}); out.form != start.form || out.paint.Mean != start.paint.Mean || out.poses[0][0].X != 6 {
		t.Errorf("sizes that stay: %+v", out)
	}
}

// TestViewsAreLeftOutThatAreMetThreeTimesWorse than a quarter of them; those at the limit stay, as do all that are met exactly.
func TestViewsAreLeftOutThatAreMetThreeTimesWorse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		costs []float64
		want  int
	}{
		{nil, 0}, {[]float64{7}, 1}, {[]float64{0, 0, 0}, 3}, {[]float64{9, 1, 3, 30}, 3}, {[]float64{6.1, 1, 3, 30, 2}, 3},
		{[]float64{3.001, 1, 3, 1}, 3}, {[]float64{1, math.NaN(), 2}, 0},
	} {
		var views []*exposed
		for _, cost := range c.costs {
			e := &exposed{}
			e.joint.cost = cost
			views = append(views, e)
		}
		if got := len(met(views)); got != c.want {
			t.Errorf("costs %v: %d views, want %d", c.costs, got, c.want)
		}
	}
}

// TestNewFramesLieWhereOldOnesWere: a point of the new frame is where the turned and moved old one has it.
func TestNewFramesLieWhereOldOnesWere(t *testing.T) {
	t.Parallel()
	was := reframed{middle: sim.Vec{X: 2, Y: 1}, turn: math.Pi / 2}
	got := was.of(look.Pose{X: 10, Y: 20, Angle: math.Pi / 2})
	if !(math.Abs(got.X-8) < 1e-9 && math.Abs(got.Y-19) < 1e-9 && math.Abs(got.Angle-math.Pi) < 1e-9) {
		t.Errorf("%+v", got)
	}
}

// TestPathsAreAsNearAsTheirEnds while the shutter is open, with how far a turn moves the ends of a body.
func TestPathsAreAsNearAsTheirEnds(t *testing.T) {
	t.Parallel()
	a := path{before: look.Pose{X: 4}, after: look.Pose{X: 4}, open: 0.5}
	for name, c := range map[string]struct {
		other path
		want  float64
	}{
		"itself": {a, 0},
		"before": {path{before: look.Pose{X: 4, Y: 8}, after: look.Pose{X: 4}, open: 0.5}, 2},
		"after":  {path{before: look.Pose{X: 4}, after: look.Pose{X: 12}, open: 0.5}, 2},
		"turned": {path{before: look.Pose{X: 4}, after: look.Pose{X: 4, Angle: -0.4}, open: 0.5}, 1},
		"both":   {path{before: look.Pose{X: 4, Angle: 0.4}, after: look.Pose{X: 8}, open: 0.5}, 1},
	} {
		if got := a.near(&c.other, 10); !(math.Abs(got-c.want) < 1e-9) {
			t.Errorf("%s: %v px, want %v", name, got, c.want)
		}
	}
	p := path{before: look.Pose{X: 3, Y: -4, Angle: -0.5}}
	if got := p.pace(8); !(math.Abs(got-7) < 1e-9) {
		t.Errorf("a pace of %v px, want 5 and half of 4", got)
	}
}

// TestAxesAreThoseOfTheOutline: of a rod of 40 by 6 px and any angle, deviations are a twelfth of the squares.
func TestAxesAreThoseOfTheOutline(t *testing.T) {
	t.Parallel()
	for _, turn := range []float64{0, 0.6, -1.2} {
		shapes := rod(40).Shapes()
		for i, v := range shapes[0].Vertices {
			shapes[0].Vertices[i] = v.Rotate(turn)
		}
		outline, err := cover.New(shapes)
		if err != nil {
			t.Fatal(err)
		}
		area, long, short, angle := axesOf(outline, 20.5)
		if !(math.Abs(area-240) < 2 && math.Abs(long-40/math.Sqrt(12)) < 0.1 && math.Abs(short-6/math.Sqrt(12)) < 0.1 && math.Abs(angle-turn) < 0.02) {
			t.Errorf("turned by %v: area %v, deviations %v and %v, angle %v", turn, area, long, short, angle)
		}
	}
}

// TestBodiesStandWhereNoOtherHasTheirColour: they are of one colour, and others differ by 12 values or more, all channels together.
func TestBodiesStandWhereNoOtherHasTheirColour(t *testing.T) {
	t.Parallel()
	of := func(r, g, b float32) track {
		return track{painted: painted{body: &look.Body{Paint: look.Plain(r, g, b)}}}
	}
	f := &follower{tracks: []track{of(100, 100, 100), of(100, 107, 109), of(112.1, 100, 100), of(200, 0, 0)}}
	f.tracks[3].grid = true
	for i, want := range []bool{false, false, true, false} {
		if f.stands(i) != want {
			t.Errorf("body %d stands: %v", i, !want)
		}
	}
}
