package flight

import (
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
)

// swarm returns the flight of a few discs, one of which stands where another is.
func swarm(f *Flight, seed uint64, frames int) *sim.Trajectory {
	rng := sim.NewRand(seed, "test swarm", 0)
	scene := sim.DefaultScene()
	for i := range 5 {
		b := sim.NewDisc(0.1, 10, sim.Surface{})
		b.Start = sim.BodyState{X: 10 * float64(i), VX: rng.NormFloat64(), VY: rng.NormFloat64(), Omega: rng.NormFloat64()}
		scene.Bodies = append(scene.Bodies, b)
	}
	stuck := scene.Bodies[4]
	scene.Bodies = append(scene.Bodies, stuck)
	t := &sim.Trajectory{Scene: &scene, States: []sim.State{scene.Start()}}
	step := f.Step(&scene, 1)
	for len(t.States) < frames {
		next := slices.Clone(t.States[len(t.States)-1])
		step.Force(next, nil)
		for i := range next[4:] {
			next[4+i].VX, next[4+i].Omega = 0, 100
		}
		t.States = append(t.States, next)
	}
	return t
}

func TestMeasureFlightRecoversGravityAndDrag(t *testing.T) {
	t.Parallel()
	want := Flight{FrameTime: 1.0 / 60, Gravity: sim.Vec{X: 0.5, Y: -3}, Keep: 0.99, KeepAngular: 0.97}
	data := []*sim.Trajectory{swarm(&want, 1, 30), swarm(&want, 2, 30)}
	got, _, err := MeasureFlight(t.Context(), data)
	if err != nil {
		t.Fatal(err)
	}
	if !(math.Abs(got.Keep-want.Keep)+math.Abs(got.KeepAngular-want.KeepAngular) <= 1e-9) || !(got.Gravity.Sub(want.Gravity).Len() <= 1e-6) {
		t.Errorf("measured %+v, want %+v", got, want)
	}
}

func TestMeasureFlightSaysWhyItCannot(t *testing.T) {
	t.Parallel()
	f := DefaultFlight()
	slow := swarm(&f, 2, 30)
	slow.Scene.FPS = 30
	for want, data := range map[string][]*sim.Trajectory{
		"episode 1: frames last": {swarm(&f, 1, 30), slow},
	} {
		if _, _, err := MeasureFlight(t.Context(), data); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want an error with %q", err, want)
		}
	}
	if err := f.Fits(slow.Scene); err == nil || !strings.Contains(err.Error(), "its frames last") {
		t.Errorf("got %v for a scene of other frames, want an error", err)
	}
}

// TestMeasureFlightFindsWhatTheSceneLeavesOut adds a wind to gravity that scenes
// tell of.
func TestMeasureFlightFindsWhatTheSceneLeavesOut(t *testing.T) {
	t.Parallel()
	data := []*sim.Trajectory{swarm(&Flight{FrameTime: 1.0 / 60, Gravity: sim.Vec{X: 0.5}, Keep: 1, KeepAngular: 1}, 1, 30)}
	told := *data[0].Scene
	told.Gravity = sim.Vec{X: 0.2, Y: -1}
	data[0].Scene = &told
	got, _, err := MeasureFlight(t.Context(), data)
	if err != nil {
		t.Fatal(err)
	}
	if want := (sim.Vec{X: 0.3, Y: 1}); !(got.Gravity.Sub(want).Len() <= 1e-9) {
		t.Errorf("measured %v beyond what the scene tells, want %v", got.Gravity, want)
	}
}

// TestMeasureFlightKnowsFramesOfManySteps finds nothing beyond what the scene tells.
func TestMeasureFlightKnowsFramesOfManySteps(t *testing.T) {
	t.Parallel()
	f := DefaultFlight()
	data := swarm(&f, 1, 31)
	data.Scene.Gravity, data.Scene.Damping = sim.Vec{Y: -3}, 0.9
	step := f.Step(data.Scene, 1)
	for k := range data.States[1:] {
		next := slices.Clone(data.States[k])
		step.Force(next, nil)
		data.States[k+1] = next
	}
	long, err := data.Stride(3)
	if err != nil {
		t.Fatal(err)
	}
	got, _, err := MeasureFlight(t.Context(), []*sim.Trajectory{long})
	if err != nil {
		t.Fatal(err)
	}
	if !(got.Gravity.Len() <= 1e-9) || !scalar.EqualWithinAbs(got.Keep, 1, 1e-9) || got.FrameTime != 0.05 {
		t.Errorf("measured %+v beyond the scene", got)
	}
}

// TestMeasureFlightTakesScenesAtTheirWord when nothing in them flies freely.
func TestMeasureFlightTakesScenesAtTheirWord(t *testing.T) {
	t.Parallel()
	f := DefaultFlight()
	f.Gravity.X = 1
	data := swarm(&f, 1, 30)
	for i := range data.Scene.Bodies {
		data.Scene.Joints = append(data.Scene.Joints, sim.Joint{Kind: sim.Pivot, A: i, B: sim.World})
	}
	if got, _, err := MeasureFlight(t.Context(), []*sim.Trajectory{data}); err != nil || got != DefaultFlight() {
		t.Errorf("measured %+v, %v", got, err)
	}
}

// TestFlightIsFittedThroughAccidents finds a line through velocities of which a third are far
// off, all to one side, and takes what is within the noise for the word.
func TestFlightIsFittedThroughAccidents(t *testing.T) {
	t.Parallel()
	rng := sim.NewRand(1, "test fit", 0)
	for _, c := range []struct{ keep, gain, noise, tol float64 }{
		{0.9, -0.1, 0, 1e-6}, {0.9, -0.1, 0.01, 2e-3}, {1, 0, 0, 0}, {1, 0, 0.01, 0}, {0.999, 0, 1e-4, 1e-4},
	} {
		var a, b axis
		for i := range 600 {
			v, w := 5+rng.NormFloat64(), -3+rng.NormFloat64()
			after, beside := c.keep*v+c.gain+c.noise*rng.NormFloat64(), c.keep*w+c.noise*rng.NormFloat64()
			if i%3 == 0 {
				after, beside = -0.8*v, w+0.2
			}
			a.add(v, after)
			b.add(w, beside)
		}
		keep, gained, _ := robustLine([]axis{a, b}, true, false)
		if !scalar.EqualWithinAbs(keep, c.keep, c.tol) || !scalar.EqualWithinAbs(gained[0], c.gain, 10*c.tol) || !scalar.EqualWithinAbs(gained[1], 0, 10*c.tol) {
			t.Errorf("%+v: keeps %v and gains %v", c, keep, gained)
		}
	}
}

// TestRestShowsNoDrag: of a few discs that slow down among many at rest, the drag is found.
func TestRestShowsNoDrag(t *testing.T) {
	t.Parallel()
	want := Flight{FrameTime: 1.0 / 60, Keep: 0.99, KeepAngular: 0.98}
	data := swarm(&want, 1, 60)
	for k := range data.States {
		for i := 1; i < len(data.States[k]); i++ {
			data.States[k][i] = sim.BodyState{X: 10 * float64(i)}
		}
	}
	got, _, err := MeasureFlight(t.Context(), []*sim.Trajectory{data})
	if err != nil || !scalar.EqualWithinAbs(got.Keep, want.Keep, 1e-9) || !scalar.EqualWithinAbs(got.KeepAngular, want.KeepAngular, 1e-9) || got.Gravity != (sim.Vec{}) {
		t.Errorf("measured %+v, %v", got, err)
	}
}

// The mass of a solid disc sits at radius/√2.
func TestGyrationOfDiscs(t *testing.T) {
	t.Parallel()
	f := DefaultFlight()
	if got, want := Gyration([]*sim.Trajectory{swarm(&f, 1, 1)}), 0.1/math.Sqrt2; !scalar.EqualWithinAbs(got, want, 1e-12) {
		t.Errorf("gyration is %v m, want %v", got, want)
	}
}

// TestNoiseAtBothEndsIsNoDrag: estimates err at both ends of a flight, which makes a line through
// them too flat. Gravity and drag are found, and what is a guess counts nothing.
func TestNoiseAtBothEndsIsNoDrag(t *testing.T) {
	t.Parallel()
	for _, want := range []Flight{
		{FrameTime: 1.0 / 60, Keep: 1, KeepAngular: 1, Gravity: sim.Vec{Y: -3}},
		{FrameTime: 1.0 / 60, Keep: 0.98, KeepAngular: 0.97, Gravity: sim.Vec{X: 0.5}},
	} {
		var data []*sim.Trajectory
		rng := sim.NewRand(1, "test noise", 0)
		for k := range 8 {
			d := swarm(&want, uint64(k), 60)
			d.Seen = &sim.Observation{}
			for i := range d.States {
				var std sim.State
				for j := range d.States[i] {
					b, doubt := &d.States[i][j], 0.02
					if i%7 == 0 {
						doubt = 30 // a gap
					}
					b.VX, b.VY, b.Omega = b.VX+doubt*rng.NormFloat64(), b.VY+doubt*rng.NormFloat64(), b.Omega+doubt*rng.NormFloat64()
					std = append(std, sim.BodyState{VX: doubt, VY: doubt, Omega: doubt})
				}
				d.Seen.Std, d.Seen.Sights = append(d.Seen.Std, std), append(d.Seen.Sights, make([]sim.Sight, len(std)))
			}
			data = append(data, d)
		}
		got, lead, err := MeasureFlight(t.Context(), data)
		if err != nil || lead != 0.5 || got.Order != EvenForce {
			t.Fatalf("order %q, lead %v, %v", got.Order, lead, err)
		}
		if !scalar.EqualWithinAbs(got.Keep, want.Keep, 3e-3) || !scalar.EqualWithinAbs(got.KeepAngular, want.KeepAngular, 3e-3) || !(got.Gravity.Sub(want.Gravity).Len() <= 0.1) {
			t.Errorf("measured %+v, want %+v", got, want)
		}
	}
}

// TestLinesThroughEstimatesAreNotTooFlat: with noise at both ends a plain line is.
func TestLinesThroughEstimatesAreNotTooFlat(t *testing.T) {
	t.Parallel()
	for _, keep := range []float64{1, 0.95} {
		rng := sim.NewRand(1, "test both ends", 0)
		var a axis
		for range 20_000 {
			v := rng.NormFloat64()
			a.add(v+0.2*rng.NormFloat64(), keep*v+0.2*rng.NormFloat64())
		}
		if got, _, _ := robustLine([]axis{a}, true, true); !scalar.EqualWithinAbs(got, keep, 0.01) {
			t.Errorf("keeps %v, want %v", got, keep)
		}
		if got, _, _ := robustLine([]axis{a}, true, false); !(got < keep-0.02) {
			t.Errorf("a plain line keeps %v: the test shows nothing", got)
		}
	}
}
