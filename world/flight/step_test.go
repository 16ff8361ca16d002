package flight

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
	"orrery/sim/engine"
)

// driven is a scene in which every actuator and the ground act, and nothing touches.
func driven() *sim.Scene {
	scene := sim.DefaultScene()
	scene.FPS, scene.Substeps, scene.Damping, scene.Gravity = 20, 5, 0.8, sim.Vec{X: 0.3}
	for i := range 5 {
		b := sim.NewDisc(0.1+0.02*float64(i), 10, sim.Surface{}) // no two have the same mass or moment
		b.Start = sim.BodyState{X: 10 * float64(i), Angle: 0.3 * float64(i), VX: 1, VY: 0.5, Omega: 1}
		scene.Bodies = append(scene.Bodies, b)
	}
	scene.Bodies[0].Grip = sim.Grip{Along: 0.3, Across: 50, Spin: 2}
	servo := sim.Body{Kind: sim.Kinematic, Start: sim.BodyState{Y: 10}, Shapes: scene.Bodies[0].Shapes}
	cart := servo
	cart.Start.Y = 20
	scene.Bodies = append(scene.Bodies, servo, cart)
	scene.Actuators = []sim.Actuator{
		{Kind: sim.Thrust, Body: 0, Against: sim.World, Low: -5, High: 5, Axis: sim.Vec{X: 1}},
		{Kind: sim.Steer, Body: 0, Against: sim.World, Low: -1, High: 1, Wheelbase: 0.3},
		{Kind: sim.Force, Body: 1, Against: sim.World, Low: -5, High: 5, Axis: sim.Vec{X: 0.6, Y: 0.8}},
		{Kind: sim.Torque, Body: 2, Against: 3, Low: -1, High: 1},
		{Kind: sim.Servo, Body: 5, Against: sim.World, Low: -9, High: 9, Axis: sim.Vec{X: 1}, Stiffness: 100, Damping: 20},
		{Kind: sim.Velocity, Body: 6, Against: sim.World, Low: -2, High: 2, Axis: sim.Vec{Y: 1}},
	}
	return &scene
}

// TestStepsDoWhatTheEngineDoes where nothing touches.
func TestStepsDoWhatTheEngineDoes(t *testing.T) {
	t.Parallel()
	scene := driven()
	rng := sim.NewRand(3, "test actions", 0)
	policy := func(int, sim.State) sim.Action {
		a := scene.Rest()
		for i := range a {
			a[i] = 3 * rng.NormFloat64()
		}
		return a
	}
	e := engine.New()
	if err := e.Load(scene); err != nil {
		t.Fatal(err)
	}
	truth, err := e.Run(nil, 61, policy)
	if err != nil {
		t.Fatal(err)
	}
	flight := DefaultFlight()
	flight.FrameTime = scene.FrameTime()
	step := flight.Step(scene, scene.Substeps)
	state := scene.Start()
	whole, fast := flight.Step(scene, 1), scene.Start()
	for frame := range 60 {
		action := truth.Action(frame)
		for range scene.Substeps {
			step.Fly(state, action)
		}
		whole.Command(fast, action) // a servo is exact in a step of any length
		whole.Move(fast)
		whole.Release(fast, action)
		if servo, want := fast[5], truth.States[frame+1][5]; !(math.Abs(servo.X-want.X)+math.Abs(servo.VX-want.VX) <= 1e-9) {
			t.Fatalf("frame %d: in one step the servo comes to %+v, in the engine to %+v", frame+1, servo, want)
		}
		for i, want := range truth.States[frame+1] {
			got := state[i]
			d := got.Position().Sub(want.Position()).Len() + got.Velocity().Sub(want.Velocity()).Len() +
				math.Abs(got.Angle-want.Angle) + math.Abs(got.Omega-want.Omega)
			if !(d < 1e-9) {
				t.Fatalf("frame %d: body %d is at %+v, in the engine at %+v", frame+1, i, got, want)
			}
		}
	}
	if moved := slices.Equal(truth.States[0], state); moved {
		t.Error("nothing moved")
	}
}

// TestServoThatForgetsItsSpeedStaysFinite has damping that stops it within a step.
func TestServoThatForgetsItsSpeedStaysFinite(t *testing.T) {
	t.Parallel()
	scene := driven()
	servo := &scene.Actuators[4]
	servo.Stiffness, servo.Damping = 50, 1/scene.StepTime()
	flight := DefaultFlight()
	flight.FrameTime = scene.FrameTime()
	step := flight.Step(scene, 1)
	state := scene.Start()
	for range 400 {
		step.Fly(state, sim.Action{0, 0, 0, 0, 3, 0})
		if err := state.Check(); err != nil {
			t.Fatal(err)
		}
	}
	if x := state[servo.Body].X; !scalar.EqualWithinAbs(x, 3, 1e-3) {
		t.Errorf("the servo stands at %v m, asked for 3", x)
	}
}

// TestNoActionIsTheActionOfRest for every kind of actuator, while an action beyond its
// range is that at the end of it.
func TestNoActionIsTheActionOfRest(t *testing.T) {
	t.Parallel()
	scene := driven()
	for i := range scene.Actuators { // so that rest is not zero
		if a := &scene.Actuators[i]; a.Kind != sim.Servo {
			a.Low = a.High / 4
		}
	}
	flight := DefaultFlight()
	flight.FrameTime = scene.FrameTime()
	after := func(change func(a sim.Actuator) float64) sim.State {
		step, state, action := flight.Step(scene, 1), scene.Start(), sim.Action(nil)
		if change != nil {
			for _, a := range scene.Actuators {
				action = append(action, change(a))
			}
		}
		step.Fly(state, action)
		return state
	}
	rest := scene.Rest()
	next := func(sim.Actuator) float64 { x := rest[0]; rest = rest[1:]; return x }
	if got, want := after(nil), after(next); !slices.Equal(got, want) {
		t.Errorf("without an action %v, at rest %v", got, want)
	}
	low := after(func(a sim.Actuator) float64 { return a.Low })
	if far := after(func(a sim.Actuator) float64 { return a.Low - 100 }); !slices.Equal(far, low) {
		t.Errorf("beyond the least %v, at it %v", far, low)
	}
	high := after(func(a sim.Actuator) float64 { return a.High })
	if far := after(func(a sim.Actuator) float64 { return a.High + 100 }); !slices.Equal(far, high) || slices.Equal(high, low) {
		t.Errorf("beyond the greatest %v, at it %v", far, high)
	}
}
