package screen

import (
	"math"
	"slices"
	"strconv"
	"testing"
	"time"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
	"orrery/sim/render"
)

// TestUnitsFollowTheWindow: a unit is a pixel of a screen of usual density, grows with windows beyond 800 of these, up to two and a half times,
// and densities that no screen has count as usual.
func TestUnitsFollowTheWindow(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		width, height int
		scale, want   float64
	}{
		{1280, 800, 1, 1}, {300, 200, 1, 1}, {0, 0, 1, 1}, {3200, 3200, 1, 2}, {9000, 3200, 1, 2}, {3200, 9000, 1, 2}, {5000, 5000, 1, 2.5}, {90000, 90000, 1, 2.5},
		{1280, 800, 2, 2}, {6400, 6400, 2, 4}, {90000, 90000, 2, 5}, {300, 200, 0.5, 0.5}, {300, 200, 8, 8},
		{300, 200, 0.49, 1}, {300, 200, 8.1, 1}, {300, 200, math.NaN(), 1}, {300, 200, math.Inf(1), 1}, {300, 200, -1, 1},
	} {
		if got := unitOf(c.width, c.height, c.scale); !scalar.EqualWithinAbs(got, c.want, 1e-12) {
			t.Errorf("%d × %d at %v: %v, want %v", c.width, c.height, c.scale, got, c.want)
		}
	}
}

// TestSticksGoAllTheWay beyond their dead zone, whichever way they point, and no further.
func TestSticksGoAllTheWay(t *testing.T) {
	t.Parallel()
	for _, turn := range []float64{0, 1, 2.5, -math.Pi / 2} {
		for pushed, want := range map[float64]float64{0: 0, 0.1: 0, deadZone: 0, 0.575: 0.5, 0.15 + 0.85/4: 0.25, 1: 1} {
			got := stick(sim.Vec{X: pushed}.Rotate(turn))
			if way := (sim.Vec{X: want}).Rotate(turn); !(got.Sub(way).Len() <= 1e-12) {
				t.Errorf("%v at %v rad: %v, want %v", pushed, turn, got, way)
			}
		}
	}
	for _, v := range []sim.Vec{{X: math.NaN()}, {Y: math.NaN()}, {X: math.NaN(), Y: 1}} {
		if got := stick(v); got != (sim.Vec{}) {
			t.Errorf("%v drives by %v", v, got)
		}
	}
	for _, v := range []sim.Vec{{X: 3, Y: -3}, {X: 1.01, Y: -1.5}} {
		if got, want := within(v), (sim.Vec{X: 1, Y: -1}); got != want {
			t.Errorf("%v is %v, want %v", v, got, want)
		}
		if got, want := stick(v), (sim.Vec{X: 1, Y: -1}); !(math.Abs(got.X) <= 1 && math.Abs(got.Y) <= 1) {
			t.Errorf("a stick at %v is %v, at most %v", v, got, want)
		}
	}
}

// TestKeysAndASticksDriveNoFurtherTogether than one of them all the way, whatever they drive.
func TestKeysAndASticksDriveNoFurtherTogether(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"pusht", "push", "drive"} {
		var states []sim.State
		for _, in := range []Input{{Held: []string{"ArrowRight", "ArrowUp"}}, {Held: []string{"ArrowRight", "ArrowUp"}, Sticks: [2]sim.Vec{{X: 1, Y: 1}}}} {
			s := open(t, name)
			s.wait(2)
			for range 10 {
				s.Update(in)
			}
			states = append(states, s.Session.State())
		}
		if !slices.Equal(states[0], states[1]) {
			t.Errorf("%s: together they lead to %v, and keys alone to %v", name, states[1], states[0])
		}
	}
}

// TestReadingsHaveTheirUnits: errors in lengths, costs of a frame in µs or ms, and decisions in ms or s.
func TestReadingsHaveTheirUnits(t *testing.T) {
	t.Parallel()
	for got, want := range map[string]string{
		formatError(0): "0 mm", formatError(9e-7): "< 0.001 mm", formatError(1e-6): "0.001 mm", formatError(9.94e-4): "0.99 mm",
		formatCost(0): "–", formatCost(999 * time.Microsecond): "999 µs/frame", formatCost(time.Millisecond): "1 ms/frame", formatCost(1500 * time.Nanosecond): "1.5 µs/frame", formatCost(25 * time.Millisecond): "25 ms/frame",
		formatThought(0): "0 ms", formatThought(time.Millisecond): "1 ms", formatThought(999 * time.Millisecond): "999 ms", formatThought(time.Second): "1 s", formatThought(90 * time.Second): "90 s",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestArrowsChangeWhatTheKeyboardIsAt: properties by a step, with shift by ten, as one change each.
func TestArrowsChangeWhatTheKeyboardIsAt(t *testing.T) {
	t.Parallel()
	s := drawn(t)
	w, _ := s.fieldOf(t, "radius")
	s.typing.focus = w.Name
	radius := func() float64 {
		w, _ := s.fieldOf(t, "radius")
		v, err := strconv.ParseFloat(propertyOf(&w).Value, 64)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	step := propertyOf(&w).Step
	for _, c := range []struct {
		key       string
		modifiers []string
		steps     float64
	}{{"ArrowRight", nil, 1}, {"ArrowRight", []string{"shift"}, 10}, {"ArrowLeft", nil, -1}, {"ArrowLeft", []string{"shift"}, -10}} {
		before, changes := radius(), len(s.Document().Undoable())
		s.hit(c.key, c.modifiers...)
		if got := radius() - before; !scalar.EqualWithinAbs(got, c.steps*step, 1e-9) || len(s.Document().Undoable()) != changes+1 || s.Document().Gesture() != "" {
			t.Errorf("%s %v: %v m, want %v; %d changes, %q", c.key, c.modifiers, got, c.steps*step, len(s.Document().Undoable())-changes, s.Document().Gesture())
		}
	}
}

// TestNumbersThatAreNoneMoveNothing: whatever the system says of a wheel, a mouse, fingers and sticks, view, panel and scene stay where they can be seen.
func TestNumbersThatAreNoneMoveNothing(t *testing.T) {
	t.Parallel()
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), 1e300, -1e300} {
		for what, in := range map[string]Input{
			"wheel": {Wheel: v}, "mouse": {Mouse: render.Point{X: v, Y: 300}}, "mouse's height": {Mouse: render.Point{X: 300, Y: v}, Left: true},
			"sticks": {Sticks: [2]sim.Vec{{X: v}, {Y: v}}}, "fingers": {Touches: []Touch{{1, render.Point{X: v, Y: 9}}, {2, render.Point{X: 200, Y: v}}}},
		} {
			s := open(t, "push")
			s.wait(2)
			places := []render.Point{{X: 400, Y: 400}} // the stage, and the panel
			if panel := s.places.panel; !panel.Empty() {
				places = append(places, render.Point{X: float64(panel.Min.X + 20), Y: float64(panel.Min.Y + 60)})
			}
			for _, help := range []bool{false, true} {
				for _, at := range places {
					s.Look.Help = help
					s.Update(Input{Mouse: at})
					if what != "mouse" && what != "mouse's height" {
						in.Mouse = at
					}
					s.Update(in)
					s.Update(Input{Mouse: at})
				}
			}
			s.wait(1)
			if all := s.zoom + s.pan.X + s.pan.Y + s.scroll + s.helpScroll + s.mouse.X + s.mouse.Y; !(math.Abs(all) < 1e6) || !(s.zoom >= minZoom) || s.Session.State().Check() != nil {
				t.Errorf("%s of %v: zoom %v, pan %v, scrolled %v and %v, mouse %v", what, v, s.zoom, s.pan, s.scroll, s.helpScroll, s.mouse)
			}
		}
	}
}
