package flight_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
	"orrery/sim/engine"
	"orrery/world"
	"orrery/world/flight"
)

func freeFall(substeps int, damping float64) *sim.Scene {
	s := sim.DefaultScene()
	s.Name, s.Substeps, s.Damping = "fall", substeps, damping
	s.Gravity = sim.Vec{X: 0.5, Y: -3}
	disc := []sim.Shape{{Kind: sim.Circle, Vertices: []sim.Vec{{}}, Radius: 0.1}}
	s.Bodies = []sim.Body{
		{Kind: sim.Dynamic, Mass: 2, Moment: 0.01, Start: sim.BodyState{X: 1, Y: 2, Angle: 3, VX: -1, VY: 4, Omega: 5}, Shapes: disc},
		{Kind: sim.Kinematic, Start: sim.BodyState{X: -1, Y: 1, VX: 0.3, VY: 0.2, Omega: -1}, Shapes: disc},
	}
	return &s
}

func rollout(t *testing.T, m world.Model, scene *sim.Scene, frames int) []sim.State {
	t.Helper()
	out, err := world.Rollout(m, []*sim.Scene{scene}, []sim.State{scene.Start()}, nil, frames, 1)
	if err != nil {
		t.Fatal(err)
	}
	return out[0].States
}

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if !scalar.EqualWithinAbs(got, want, 1e-11*max(1, math.Abs(want))) {
		t.Errorf("%s is %.15g, want %.15g", what, got, want)
	}
}

// In k steps of length h with positions first, a body falls k(k−1)/2·g·h².
func TestBallisticFallsByTheDiscreteLaw(t *testing.T) {
	t.Parallel()
	for _, substeps := range []int{1, 4} {
		scene := freeFall(substeps, 1)
		for frame, state := range rollout(t, flight.Ballistic(), scene, 61) {
			h, k := scene.StepTime(), float64(frame*substeps)
			start, got := scene.Bodies[0].Start, state[0]
			fall := k * (k - 1) / 2 * h * h
			near(t, "x", got.X, start.X+start.VX*k*h+scene.Gravity.X*fall)
			near(t, "y", got.Y, start.Y+start.VY*k*h+scene.Gravity.Y*fall)
			near(t, "angle", got.Angle, start.Angle+start.Omega*k*h)
			near(t, "vx", got.VX, start.VX+scene.Gravity.X*k*h)
			near(t, "vy", got.VY, start.VY+scene.Gravity.Y*k*h)
			near(t, "omega", got.Omega, start.Omega)
		}
	}
}

// With damping the velocity tends to the one at which drag balances gravity,
// and the share of the difference that is left after k steps is damping^(k·h).
func TestBallisticDragIsGeometric(t *testing.T) {
	t.Parallel()
	scene := freeFall(3, 0.4)
	h := scene.StepTime()
	keep := math.Pow(scene.Damping, h)
	final := scene.Gravity.Scale(h / (1 - keep))
	for frame, state := range rollout(t, flight.Ballistic(), scene, 61) {
		left := math.Pow(scene.Damping, float64(frame)*scene.FrameTime())
		start, got := scene.Bodies[0].Start, state[0]
		near(t, "vx", got.VX, final.X+left*(start.VX-final.X))
		near(t, "vy", got.VY, final.Y+left*(start.VY-final.Y))
		near(t, "omega", got.Omega, left*start.Omega)
	}
}

func TestBallisticKinematicBodiesKeepTheirVelocity(t *testing.T) {
	t.Parallel()
	scene := freeFall(2, 0.5)
	for frame, state := range rollout(t, flight.Ballistic(), scene, 31) {
		start, got, s := scene.Bodies[1].Start, state[1], float64(frame)/60
		near(t, "x", got.X, start.X+start.VX*s)
		near(t, "angle", got.Angle, start.Angle+start.Omega*s)
		if got.Velocity() != start.Velocity() || got.Omega != start.Omega {
			t.Fatalf("frame %d: velocity %v %v changed", frame, got.Velocity(), got.Omega)
		}
	}
}

// workshop returns a scene with an actuator of every kind, on bodies that slide on the
// ground or not and that nothing touches, and a policy for it.
func workshop() (*sim.Scene, sim.Policy) {
	s := sim.DefaultScene()
	s.Name, s.Substeps, s.Damping, s.Gravity = "workshop", 5, 0.7, sim.Vec{X: 0.2, Y: -0.4}
	for i := range 7 {
		b := sim.NewBox(0.1, 0.2, 30, sim.Surface{})
		b.Start = sim.BodyState{X: 100 * float64(i), Angle: 0.3, VX: 1, VY: 0.5, Omega: 0.2}
		if i > 1 {
			b.Grip = sim.Grip{Along: 0.1, Across: 4, Spin: 0.05}
		}
		if i > 4 {
			b.Kind, b.Mass, b.Moment, b.Grip = sim.Kinematic, 0, 0, sim.Grip{}
		}
		s.Bodies = append(s.Bodies, b)
	}
	x, y := sim.Vec{X: 1}, sim.Vec{Y: 1}
	s.Actuators = []sim.Actuator{
		{Kind: sim.Force, Body: 0, Against: sim.World, Low: -9, High: 9, Axis: y},
		{Kind: sim.Torque, Body: 1, Against: 0, Low: -0.1, High: 0.1},
		{Kind: sim.Thrust, Body: 2, Against: sim.World, Low: -9, High: 9, Axis: x},
		{Kind: sim.Steer, Body: 3, Against: sim.World, Low: -0.5, High: 0.5, Wheelbase: 0.3},
		{Kind: sim.Torque, Body: 4, Against: sim.World, Low: -0.1, High: 0.1},
		{Kind: sim.Velocity, Body: 5, Against: sim.World, Low: -1, High: 1, Axis: y},
		{Kind: sim.Servo, Body: 6, Against: sim.World, Low: 590, High: 610, Axis: x, Stiffness: 100, Damping: 20},
	}
	return &s, func(frame int, _ sim.State) sim.Action {
		a := make(sim.Action, len(s.Actuators))
		for i := range a {
			low, high := s.Actuators[i].Low, s.Actuators[i].High
			a[i] = (low+high)/2 + 0.6*(high-low)*math.Sin(float64(frame*(i+2))/9) // at times out of range
		}
		return a
	}
}

// The engine is what ballistic says as long as nothing touches or ties.
func TestBallisticIsTheEngineWithoutContact(t *testing.T) {
	t.Parallel()
	scene, policy := workshop()
	e := engine.New()
	if err := e.Load(scene); err != nil {
		t.Fatal(err)
	}
	for name, policy := range map[string]sim.Policy{"driven": policy, "at rest": nil} {
		want, err := e.Run(nil, 91, policy)
		if err != nil {
			t.Fatal(err)
		}
		got, err := world.Rollout(flight.Ballistic(), []*sim.Scene{freeFall(1, 1), scene}, []sim.State{freeFall(1, 1).Start(), scene.Start()}, []sim.Policy{nil, policy}, 91, 1)
		if err != nil {
			t.Fatal(err)
		}
		for i, s := range got[1].States[90] {
			if d := distance(s, want.States[90][i]); !(d < 1e-9) {
				t.Errorf("%s: body %d is off by %.2g", name, i, d)
			}
		}
	}
}

func TestBallisticScenesOfABatchAreIndependent(t *testing.T) {
	t.Parallel()
	scenes := []*sim.Scene{freeFall(1, 1), freeFall(4, 0.9), freeFall(2, 0.5)}
	starts := make([]sim.State, len(scenes))
	for i, s := range scenes {
		starts[i] = s.Start()
	}
	together, err := world.Rollout(flight.Ballistic(), scenes, starts, nil, 20, 1)
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range scenes {
		alone := rollout(t, flight.Ballistic(), s, 20)
		if !slices.Equal(together[i].States[19], alone[19]) {
			t.Errorf("scene %d: %v in a batch, %v alone", i, together[i].States[19], alone[19])
		}
	}
}

func TestStillChangesNothing(t *testing.T) {
	t.Parallel()
	scene := freeFall(1, 1)
	for frame, state := range rollout(t, flight.Still(), scene, 10) {
		if !slices.Equal(state, scene.Start()) {
			t.Fatalf("frame %d: %v, want the start", frame, state)
		}
	}
}

func ExampleBallistic() {
	scene := sim.DefaultScene()
	scene.Gravity.Y = -9.81
	scene.Bodies = []sim.Body{{
		Kind: sim.Dynamic, Mass: 1, Moment: 0.005, Start: sim.BodyState{Y: 5, VX: 1},
		Shapes: []sim.Shape{{Kind: sim.Circle, Vertices: []sim.Vec{{}}, Radius: 0.1}},
	}}
	fall, err := world.Rollout(flight.Ballistic(), []*sim.Scene{&scene}, []sim.State{scene.Start()}, nil, 61, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	end := fall[0].States[60][0]
	fmt.Printf("after 1 s: x %.2f m, y %.2f m, vy %.2f m/s\n", end.X, end.Y, end.VY)
	// Output: after 1 s: x 1.00 m, y 0.18 m, vy -9.81 m/s
}

// distance returns how far two states of a body are apart, in metres, radians and
// seconds alike.
func distance(a, b sim.BodyState) float64 {
	return a.Position().Sub(b.Position()).Len() + math.Abs(a.Angle-b.Angle) + a.Velocity().Sub(b.Velocity()).Len() + math.Abs(a.Omega-b.Omega)
}
