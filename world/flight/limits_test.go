package flight

import (
	"math"
	"testing"

	"orrery/sim"
)

// TestFlightsHaveLimits: the first field out of range is named, and both ends of a range are within it.
func TestFlightsHaveLimits(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		change func(f *Flight)
		want   string
	}{
		{func(*Flight) {}, ""},
		{func(f *Flight) { f.FrameTime = 1 }, ""},
		{func(f *Flight) { f.FrameTime = 1.01 }, "frame_time 1.01 s must be above 0 and at most 1"},
		{func(f *Flight) { f.FrameTime = 0 }, "frame_time 0 s must be above 0 and at most 1"},
		{func(f *Flight) { f.FrameTime = math.NaN() }, "frame_time NaN s must be above 0 and at most 1"},
		{func(f *Flight) { f.Keep, f.KeepAngular = 2, 0 }, ""},
		{func(f *Flight) { f.Keep = 2.01 }, "keep 2.01 must be 0 to 2"},
		{func(f *Flight) { f.KeepAngular = -0.01 }, "keep_angular -0.01 must be 0 to 2"},
		{func(f *Flight) { f.KeepAngular = math.NaN() }, "keep_angular NaN must be 0 to 2"},
		{func(f *Flight) { f.Gravity = sim.Vec{X: 6e5, Y: -8e5} }, ""},
		{func(f *Flight) { f.Gravity.Y = -1.1e6 }, "gravity {0 -1.1e+06} m/s² must be finite and at most 1e6"},
		{func(f *Flight) { f.Gravity.X = math.NaN() }, "gravity {NaN 0} m/s² must be finite and at most 1e6"},
		{func(f *Flight) { f.Gravity.X = math.Inf(-1) }, "gravity {-Inf 0} m/s² must be finite and at most 1e6"},
		{func(f *Flight) { f.Substeps = 1000 }, ""},
		{func(f *Flight) { f.Substeps = 1001 }, "substeps 1001 must be 0 to 1000"},
		{func(f *Flight) { f.Substeps = -1 }, "substeps -1 must be 0 to 1000"},
	} {
		f := DefaultFlight()
		c.change(&f)
		if err := f.Validate(); (err == nil) != (c.want == "") || err != nil && err.Error() != c.want {
			t.Errorf("%v, want %q", err, c.want)
		}
	}
}

// TestFlightsFitScenesOfTheSamePace to a millionth, and take as many steps as they say, or the scene.
func TestFlightsFitScenesOfTheSamePace(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	scene.FPS, scene.Substeps = 50, 7
	for off, fits := range map[float64]bool{0: true, 0.9e-6: true, -0.9e-6: true, 1.1e-6: false, -1.1e-6: false, 0.2: false} {
		f := DefaultFlight()
		f.FrameTime = 0.02 * (1 + off)
		if err := f.Fits(&scene); (err == nil) != fits {
			t.Errorf("frames that last a share of %v more: %v", off, err)
		}
	}
	f := DefaultFlight()
	if err := f.Fits(&scene); err == nil || err.Error() != "its frames last 0.02 s but the model was trained on 0.0166667 s" {
		t.Error(err)
	}
	if f.Steps(&scene) != 7 {
		t.Errorf("%d steps", f.Steps(&scene))
	}
	if f.Substeps = 3; f.Steps(&scene) != 3 {
		t.Errorf("%d steps", f.Steps(&scene))
	}
	if !Order("").Same(EngineOrder) || Order("").Same(MoveFirst) {
		t.Error("no order is not the engine's")
	}
	if got := fastest(sim.State{{VX: 3, VY: 4}, {VX: -6}}, sim.State{{VY: -7}, {}}); got != 7 {
		t.Errorf("the fastest has %v m/s", got)
	}
}

// TestFreeIsWhatNothingHolds: neither joint nor field nor actuator, on either end, nor a grip on the ground, nor what is driven.
func TestFreeIsWhatNothingHolds(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	for range 10 {
		scene.Bodies = append(scene.Bodies, sim.NewDisc(0.1, 1, sim.Surface{}))
	}
	scene.Bodies[1].Kind = sim.Kinematic
	scene.Bodies[2].Grip.Spin = 1
	scene.Joints = []sim.Joint{{Kind: sim.Pin, A: 3, B: 4}, {Kind: sim.Pin, A: 5, B: sim.World}}
	scene.Fields = []sim.Field{{A: 6, B: 7}}
	scene.Actuators = []sim.Actuator{{Kind: sim.Torque, Body: 8, Against: 9}, {Kind: sim.Force, Body: 8, Against: sim.World}}
	for i, free := range Free(&scene) {
		if free != (i == 0) {
			t.Errorf("body %d is free: %v", i, free)
		}
	}
}
