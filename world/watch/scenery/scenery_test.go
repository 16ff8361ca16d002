package scenery

import (
	"math"
	"testing"

	"orrery/sim"
	"orrery/world/watch/look"
	"orrery/world/watch/walls"
)

// TestScenesAreValid, however walls cross or lie on each other in the picture.
func TestScenesAreValid(t *testing.T) {
	t.Parallel()
	at := func(x, y float64) sim.Vec { return sim.Vec{X: x, Y: y} }
	disc := Body{Name: "0", Body: look.Body{Shapes: []sim.Shape{sim.NewShape(sim.Circle, 10, sim.Surface{}, sim.Vec{})}}, Start: look.Pose{X: 200, Y: 200}}
	for _, c := range []struct {
		name   string
		found  []walls.Wall
		length []float64 // px, of the walls that are left
	}{
		{"corner", []walls.Wall{{A: at(20, 20), B: at(420, 20)}, {A: at(22, 420), B: at(22, 15)}}, []float64{398.4, 405}},
		{"a little turned", []walls.Wall{{A: at(20, 20), B: at(420, 20)}, {A: at(20, 20.5), B: at(420, 19.9)}}, nil},
		{"one in the other", []walls.Wall{{A: at(20, 20), B: at(420, 20)}, {A: at(50, 20), B: at(400, 20)}}, []float64{400, 350}},
		{"beyond both ends", []walls.Wall{{A: at(100, 20), B: at(300, 20)}, {A: at(300, 20), B: at(100, 20)}}, []float64{200}},
		{"two pieces", []walls.Wall{{A: at(20, 20), B: at(120, 20)}, {A: at(220, 20), B: at(320, 20)}}, []float64{100, 100}},
	} {
		s := Scene("table", []Body{disc}, c.found, 100, 30, sim.Vec{})
		if err := s.Validate(); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		for i, want := range c.length {
			if i >= len(s.Walls) {
				t.Errorf("%s: %d walls, must be %d", c.name, len(s.Walls), len(c.length))
				break
			}
			if got := 100 * s.Walls[i].Vertices[1].Sub(s.Walls[i].Vertices[0]).Len(); !(math.Abs(got-want) < 1.5) {
				t.Errorf("%s: wall %d is %g px long, must be %g", c.name, i, got, want)
			}
		}
	}
	// Walls on one line share nothing.
	const left, right = 1.0, 3.0
	v := sim.NewShape(sim.Segment, 0.01, surface, at(left, 1), at(right, 1))
	for _, c := range []struct{ first, last, want, to float64 }{
		{0, 2, 0, left}, {2, 0, left, 0}, {2, 5, right, 5}, {5, 2, 5, right}, {0, 3.5, 0, left}, {0.5, 5, right, 5}, {4, 6, 4, 6}, {6, 4, 6, 4},
	} {
		w := sim.NewShape(sim.Segment, 0.01, surface, at(c.first, 1), at(c.last, 1))
		kept := apart([]sim.Shape{v, w})
		if len(kept) != 2 || kept[0].Vertices[0] != at(left, 1) || !(kept[1].Vertices[0].Sub(at(c.want, 1)).Len() < 1e-12) || !(kept[1].Vertices[1].Sub(at(c.to, 1)).Len() < 1e-12) {
			t.Errorf("from %g to %g: %v", c.first, c.last, kept)
		}
	}
	// A wall that is more than 2 µm beside another one is one of its own.
	for beside, want := range map[float64]int{0: 1, 1.5e-6: 1, 2.5e-6: 2} {
		if kept := apart([]sim.Shape{v, sim.NewShape(sim.Segment, 0.01, surface, at(1.5, 1+beside), at(2.5, 1+beside))}); len(kept) != want {
			t.Errorf("of a wall inside another one, %g m beside it, %d are kept", beside, len(kept))
		}
	}
}

// TestScenesAreInMetres: places, sizes, and the walls' width, whose free side is where the film shows it.
func TestScenesAreInMetres(t *testing.T) {
	t.Parallel()
	const perMetre = 200.0
	wall := walls.Wall{A: sim.Vec{X: 20, Y: 40}, B: sim.Vec{X: 420, Y: 40}}
	disc := Body{Name: "0", Body: look.Body{Shapes: []sim.Shape{sim.NewShape(sim.Circle, 10, sim.Surface{}, sim.Vec{X: 6})}}, Start: look.Pose{X: 200, Y: 100, Angle: 0.5}}
	s := Scene("table", []Body{disc}, []walls.Wall{wall}, perMetre, 30, sim.Vec{})
	w := s.Walls[0]
	if top := w.Vertices[0].Y + w.Radius; !(math.Abs(top-0.2) < 1e-9) || !(math.Abs(w.Radius-0.002) < 1e-9) || !(math.Abs(w.Vertices[1].X-2.1) < 1e-9) {
		t.Errorf("a wall from %v to %v of radius %g m", w.Vertices[0], w.Vertices[1], w.Radius)
	}
	b := s.Bodies[0]
	area := math.Pi * 0.05 * 0.05
	if moment := b.Mass * (0.05*0.05/2 + 0.03*0.03); !(math.Abs(b.Moment-moment) < 1e-9*moment) || !(math.Abs(b.Mass-area) < 1e-9*b.Mass) {
		t.Errorf("a disc beside its origin has %g kg and %g kg·m², must have %g kg·m²", b.Mass, b.Moment, moment)
	}
	if b.Start.X != 1 || b.Start.Y != 0.5 || b.Start.Angle != 0.5 || b.Shapes[0].Radius != 0.05 || b.Shapes[0].Vertices[0].X != 0.03 {
		t.Errorf("a body of %+v at %+v", b.Shapes, b.Start)
	}
	for _, shape := range []sim.Shape{w, b.Shapes[0]} {
		if shape.Friction != 0.3 || shape.Elasticity != 0.7 {
			t.Errorf("a surface of %+v", shape.Surface())
		}
	}
	for fps, want := range map[float64]int{29.6: 30, 240: 240, 0.2: 1} {
		if s := Scene("table", nil, nil, 1, fps, sim.Vec{X: 1, Y: -2}); s.FPS != want || s.Name != "table" || s.Gravity != (sim.Vec{X: 1, Y: -2}) {
			t.Errorf("%g pictures a second: %d frames a second, gravity %v", fps, s.FPS, s.Gravity)
		}
	}
}
