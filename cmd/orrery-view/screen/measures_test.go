package screen

import (
	"math"
	"strconv"
	"testing"
	"time"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
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
