package hand

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
)

// pulled returns a scene of one box and a hand that holds it by a point.
func pulled(at sim.Vec) (*sim.Scene, sim.State, Hand) {
	scene := sim.DefaultScene()
	scene.Substeps = 4 // of a frame, for which the hand pulls
	scene.Bodies = []sim.Body{sim.NewBox(0.2, 0.1, 10, sim.Surface{})}
	h := New()
	h.Grab(&scene, scene.Start(), 0, at)
	return &scene, scene.Start(), h
}

// TestTheHandIsACriticallyDampedSpring compares the velocity it gives to a body held at
// its centre with the closed form: a change of ω²·(target − x) − 2·ω·v a second.
func TestTheHandIsACriticallyDampedSpring(t *testing.T) {
	t.Parallel()
	scene, state, h := pulled(sim.Vec{})
	state[0].VX = 0.3
	h.Pull(sim.Vec{X: 0.1, Y: -0.2})
	impulse, at := h.Impulse(scene, state)
	mass := scene.Bodies[0].Mass
	dt := 1.0 / 60
	want := sim.Vec{X: (144*0.1 - 24*0.3) * dt, Y: 144 * -0.2 * dt}
	if got := impulse.Scale(1 / mass); !(got.Sub(want).Len() <= 1e-12) || at != (sim.Vec{}) {
		t.Errorf("changes the velocity by %v m/s at %v, want %v", got, at, want)
	}
	h.Pull(sim.Vec{X: 1000})
	state[0].VX = 0
	if impulse, _ := h.Impulse(scene, state); !scalar.EqualWithinAbs(impulse.X/mass, 150*dt, 1e-9) {
		t.Errorf("pulls with %v m/s², at most 150 are meant", impulse.X/mass/dt)
	}
}

// TestOffTheCentreLessMassResists: at a corner the body turns instead of coming along. A
// push J at an arm r changes the velocity there by J/m + J·r²/I across the arm.
func TestOffTheCentreLessMassResists(t *testing.T) {
	t.Parallel()
	arm := sim.Vec{X: 0.15}
	scene, state, h := pulled(arm)
	state[0].Omega = 2
	h.Pull(sim.Vec{X: 0.15, Y: 0.05})
	impulse, at := h.Impulse(scene, state)
	b := &scene.Bodies[0]
	change := impulse.Y * (1/b.Mass + arm.Dot(arm)/b.Moment)
	if want := (144*0.05 - 24*2*0.15) / 60; !scalar.EqualWithinAbs(change, want, 1e-12) || at != arm {
		t.Errorf("changes the velocity of the point by %v m/s, want %v", change, want)
	}
}

func TestTheHandKeepsThePointItTook(t *testing.T) {
	t.Parallel()
	scene, state, h := pulled(sim.Vec{X: 0.1})
	state[0].Angle, state[0].X = math.Pi/2, 1
	body, from, to := h.Held(state)
	if body != 0 || !(from.Sub(sim.Vec{X: 1, Y: 0.1}).Len() <= 1e-12) || to != (sim.Vec{X: 0.1}) {
		t.Errorf("holds %d at %v, pulls to %v", body, from, to)
	}
	for _, wrong := range []sim.Vec{{X: math.NaN()}, {Y: math.Inf(1)}, {X: 2 * sim.MaxMagnitude / 1e3}} {
		if h.Pull(wrong); h.target != to {
			t.Errorf("pulls to %v", h.target)
		}
	}
	if !h.Release() || h.Release() || h.Holds() {
		t.Error("did not let go, once")
	}
	if body, _, _ := h.Held(state); body != -1 {
		t.Errorf("holds %d", body)
	}
	if h.Grab(scene, state, 1, sim.Vec{}) || h.Grab(scene, state, -1, sim.Vec{}) || h.Holds() {
		t.Error("holds a body that is not there")
	}
	scene.Bodies[0].Kind, scene.Bodies[0].Mass, scene.Bodies[0].Moment = sim.Kinematic, 0, 0
	if h.Grab(scene, state, 0, sim.Vec{}) {
		t.Error("holds what nothing can move")
	}
	scene.Actuators = []sim.Actuator{{Kind: sim.Servo, Body: 0, Axis: sim.Vec{X: 1}}}
	if !h.Grab(scene, state, 0, sim.Vec{}) || !h.HoldsDriven(scene) {
		t.Error("does not hold what an actuator moves")
	}
	if impulse, _ := h.Impulse(scene, state); impulse != (sim.Vec{}) {
		t.Errorf("a kinematic body is pushed with %v", impulse)
	}
}

// TestEveryKindOfActuatorIsDriven by keys, in its direction and up to its limits, and the
// kinematic kinds by hand. A new kind must be added here.
func TestEveryKindOfActuatorIsDriven(t *testing.T) {
	t.Parallel()
	type c struct {
		axis       sim.Vec
		key        sim.Vec
		plus, less float64 // asked for by the key, and by the one opposite, with limits -1 and 2
	}
	cases := map[sim.ActuatorKind]c{
		sim.Force:    {sim.Vec{X: 1}, sim.Vec{X: 1}, 2, -1},
		sim.Thrust:   {sim.Vec{X: 1}, sim.Vec{Y: 1}, 2, -1},
		sim.Torque:   {sim.Vec{}, sim.Vec{X: -1}, 2, -1},
		sim.Velocity: {sim.Vec{Y: 1}, sim.Vec{Y: 1}, 2, -1},
		sim.Servo:    {sim.Vec{X: 1}, sim.Vec{X: 1}, 0.75, 0.25},
		sim.Steer:    {sim.Vec{}, sim.Vec{X: -1}, 2, -1},
	}
	for _, kind := range sim.Kinds[sim.ActuatorKind]() {
		k, known := cases[kind]
		if !known {
			t.Errorf("nobody says how %s is driven", kind)
			continue
		}
		scene, state, _ := pulled(sim.Vec{})
		state[0].X = 0.5
		scene.Actuators = []sim.Actuator{{Kind: kind, Axis: k.axis, Low: -1, High: 2}}
		h := New()
		for key, want := range map[sim.Vec]float64{{}: map[bool]float64{true: 0.5}[kind == sim.Servo], k.key: k.plus, k.key.Scale(-1): k.less} {
			if h.Drive(key, key); !scalar.EqualWithinAbs(h.Action(scene, state)[0], want, 1e-12) {
				t.Errorf("%s, key %v: asks for %v, want %v", kind, key, h.Action(scene, state)[0], want)
			}
		}
	}
}

func TestTheSecondTorqueIsTurnedByUpAndDown(t *testing.T) {
	t.Parallel()
	scene, state, _ := pulled(sim.Vec{})
	torque := sim.Actuator{Kind: sim.Torque, Low: -3, High: 3}
	scene.Actuators = []sim.Actuator{torque, torque, torque}
	h := New()
	h.Drive(sim.Vec{X: 1, Y: 0.5}, sim.Vec{X: 1, Y: 0.5})
	if a := h.Action(scene, state); a[0] != -3 || a[1] != 1.5 || a[2] != -3 {
		t.Errorf("asks for %v", a)
	}
}

// TestAHandDrivesWhatActuatorsMove: a servo is asked for the place of the hand, a
// velocity in proportion to how far that is away.
func TestAHandDrivesWhatActuatorsMove(t *testing.T) {
	t.Parallel()
	scene, state, _ := pulled(sim.Vec{})
	scene.Bodies[0].Kind, scene.Bodies[0].Mass, scene.Bodies[0].Moment = sim.Kinematic, 0, 0
	state[0].X = 0.5
	scene.Actuators = []sim.Actuator{
		{Kind: sim.Servo, Axis: sim.Vec{X: 1}, Low: -1, High: 1},
		{Kind: sim.Velocity, Axis: sim.Vec{X: 1}, Low: -9, High: 9},
	}
	h := New()
	h.Grab(scene, state, 0, sim.Vec{X: 0.6})
	h.Pull(sim.Vec{X: 0.8})
	if a := h.Action(scene, state); !scalar.EqualWithinAbs(a[0], 0.7, 1e-12) || !scalar.EqualWithinAbs(a[1], 12*0.2, 1e-12) {
		t.Errorf("asks for %v, want 0.7 m and 2.4 m/s", a)
	}
	scene.Actuators = nil
	if h.Action(scene, state) != nil {
		t.Error("there is an action without actuators")
	}
}

func TestTheHandRemembersThatSomeoneTookOver(t *testing.T) {
	t.Parallel()
	scene, _, _ := pulled(sim.Vec{})
	h := New()
	h.Drive(sim.Vec{X: 1}, sim.Vec{X: 1})
	if !h.Pushes() || !h.Driven() || h.Steers(scene) {
		t.Error("keys without actuators steer, or are not down")
	}
	scene.Actuators = make([]sim.Actuator, 1)
	if !h.Steers(scene) {
		t.Error("keys do not steer")
	}
	if h.Drive(sim.Vec{}, sim.Vec{}); h.Pushes() || !h.Driven() || h.Steers(scene) {
		t.Error("it is forgotten that someone took over")
	}
	if h.Empty(); h.Driven() || h.Holds() {
		t.Error("is not empty")
	}
}

// TestAHandThatOnlyActsPullsByActuators: it takes hold of what they move, and they are asked for what the spring would give, until it is
// emptied.
func TestAHandThatOnlyActsPullsByActuators(t *testing.T) {
	t.Parallel()
	scene, state, h := pulled(sim.Vec{})
	if !h.Steers(scene) || !h.Pulls() || h.HoldsDriven(scene) {
		t.Error("a hand that holds a body does not steer without actuators, or moves it by some")
	}
	h.Empty()
	if h.Pulls() || h.HoldsDriven(scene) {
		t.Error("an empty hand pulls")
	}
	h.ActOnly()
	if h.Grab(scene, state, 0, sim.Vec{}) {
		t.Error("holds what no actuator moves")
	}
	scene.Bodies = append(scene.Bodies, scene.Bodies[0])
	state = scene.Start()
	state[0].Angle, state[0].VX, state[1].VX = math.Pi/2, 0.3, 0.2
	scene.Actuators = []sim.Actuator{
		{Kind: sim.Force, Body: 0, Axis: sim.Vec{X: 1}, Low: -1e3, High: 1e3},
		{Kind: sim.Thrust, Body: 0, Axis: sim.Vec{X: 1}, Low: -1e3, High: 1e3},
		{Kind: sim.Force, Body: 1, Axis: sim.Vec{X: 1}, Low: -1e3, High: 1e3},
	}
	if !h.Grab(scene, state, 0, sim.Vec{}) || h.Pulls() || !h.HoldsDriven(scene) || !h.Steers(scene) {
		t.Error("does not hold what actuators move, or pulls by itself")
	}
	h.Pull(sim.Vec{X: 0.1, Y: 0.05})
	mass := scene.Bodies[0].Mass
	for i, want := range []float64{mass * (144*0.1 - 24*0.3), mass * 144 * 0.05, 0} { // ahead of what is turned by a quarter is up
		if got := h.Action(scene, state)[i]; !scalar.EqualWithinAbs(got, want, 1e-9) {
			t.Errorf("actuator %d is asked for %v N, want %v", i, got, want)
		}
	}
	h.Pull(sim.Vec{})
	for i, want := range []float64{0, 0, 0} { // at its place nothing is asked, not even a brake
		if got := h.Action(scene, state)[i]; got != want {
			t.Errorf("actuator %d is asked for %v N at its place", i, got)
		}
	}
	h.Empty()
	if h.Grab(scene, state, 1, sim.Vec{}); !h.Pulls() {
		t.Error("still acts only when it was emptied")
	}
}

// TestTwoPlayersDriveTwoBodies: the first keys are those of the first body that actuators move, the second those of all others.
func TestTwoPlayersDriveTwoBodies(t *testing.T) {
	t.Parallel()
	scene, _, _ := pulled(sim.Vec{})
	scene.Bodies = append(scene.Bodies, scene.Bodies[0], scene.Bodies[0])
	for _, body := range []int{2, 0, 1, 2} {
		scene.Actuators = append(scene.Actuators, sim.Actuator{Kind: sim.Force, Body: body, Axis: sim.Vec{X: 1}, Low: -1, High: 1})
	}
	h := New()
	h.Drive(sim.Vec{X: 0.5}, sim.Vec{X: -0.25})
	for i, want := range []float64{0.5, -0.25, -0.25, 0.5} {
		if got := h.Action(scene, scene.Start())[i]; got != want {
			t.Errorf("actuator %d is asked for %v, want %v", i, got, want)
		}
	}
}

// TestHandsReachAKilometre.
func TestHandsReachAKilometre(t *testing.T) {
	t.Parallel()
	_, _, h := pulled(sim.Vec{})
	for away, want := range map[float64]float64{999: 999, 1001: 0} {
		h.target = sim.Vec{}
		if h.Pull(sim.Vec{Y: away * sim.MaxMagnitude / 1e6}); !scalar.EqualWithinAbs(h.target.Y, want*sim.MaxMagnitude/1e6, 1e-9) {
			t.Errorf("pulled to %v m it pulls to %v", away, h.target.Y)
		}
	}
}
