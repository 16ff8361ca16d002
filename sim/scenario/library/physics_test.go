package library

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
	"orrery/sim/engine"
)

// episodes returns how many to try: n, or a few in the short set.
func episodes(n int) int {
	if testing.Short() {
		return n / 5
	}
	return n
}

func start(t testing.TB, e *engine.Engine, scene *sim.Scene) {
	t.Helper()
	if err := e.Load(scene); err != nil {
		t.Fatal(err)
	}
}

func advance(t testing.TB, e *engine.Engine) sim.State {
	t.Helper()
	if err := e.Frame(nil); err != nil {
		t.Fatal(err)
	}
	return e.State(nil)
}

// kinetic returns the kinetic energy of a state with the same addition to all velocities.
func kinetic(scene *sim.Scene, state sim.State, kick sim.Vec) float64 {
	flat := *scene
	flat.Gravity = sim.Vec{}
	kicked := append(sim.State(nil), state...)
	for i := range kicked {
		kicked[i].VX += kick.X
		kicked[i].VY += kick.Y
	}
	return flat.Energy(kicked)
}

// TestImpulsesNeverAddEnergy: in a frame of one step velocities change by gravity
// first and then by impulses, which only take energy away unless a joint or a body
// that nothing stops brings some in.
func TestImpulsesNeverAddEnergy(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	e := engine.New()
	for _, s := range List() {
		for episode := range episodes(10) {
			scene := sample(t, s.Name, nil, 1, episode)
			if scene.Substeps > 1 || scene.Joints != nil || scene.Actuators != nil || scene.Bodies[0].Kind == sim.Kinematic {
				break
			}
			start(t, e, scene)
			state, kick := scene.Start(), scene.Gravity.Scale(scene.StepTime())
			for frame := 1; frame < s.Frames; frame++ {
				before := kinetic(scene, state, kick)
				state = advance(t, e)
				if after := kinetic(scene, state, sim.Vec{}); !(after <= before+1e-12) {
					t.Fatalf("%s: episode %d frame %d: energy rises by %v J", s.Name, episode, frame, after-before)
				}
			}
		}
	}
}

// TestMixedEnergyFallsButForTheStep: kinetic plus potential energy rises by at most
// ½·m·g²·dt² a frame, the error of moving before gravity, and by what pushing
// overlapping bodies apart lifts them.
func TestMixedEnergyFallsButForTheStep(t *testing.T) {
	const lift = 0.02 // J
	e := engine.New()
	for episode := range episodes(20) {
		scene := sample(t, "mixed", nil, 2, episode)
		start(t, e, scene)
		mass := 0.0
		for _, b := range scene.Bodies {
			mass += b.Mass
		}
		step := scene.Gravity.Len() * scene.StepTime()
		energy := scene.Energy(scene.Start())
		for frame := range 120 {
			next := scene.Energy(advance(t, e))
			if !(next <= energy+mass*step*step/2+lift) {
				t.Fatalf("episode %d frame %d: %v J after %v J", episode, frame, next, energy)
			}
			energy = next
		}
	}
}

// TestBilliardsLoseOnlyByElasticity: without friction a single touch of approaching
// bodies takes ½·m·(1−e²)·u², m being the mass they have along the normal together
// and u their speed of approach. Without a wall in it, momentum stays.
func TestBilliardsLoseOnlyByElasticity(t *testing.T) {
	e := engine.New()
	hits, flights := 0, 0
	for episode := range 20 {
		scene := sample(t, "billiards", map[string]float64{"friction": 0}, 4, episode)
		start(t, e, scene)
		before := scene.Start()
		for frame := range 120 {
			after := advance(t, e)
			contacts, lost := e.Contacts(), 0.0
			wall := false
			for _, c := range contacts {
				invMass, u, elasticity := scene.Bodies[c.A].InvMass(), before[c.A].Velocity().Dot(c.Normal), 0.9
				if c.B != sim.World {
					elasticity *= 0.9
					invMass += scene.Bodies[c.B].InvMass()
					u -= before[c.B].Velocity().Dot(c.Normal)
				}
				wall = wall || c.B == sim.World
				if u < 0 {
					lost += (1 - elasticity*elasticity) * u * u / invMass / 2
				}
			}
			if len(contacts) <= 1 {
				if got := scene.Energy(before) - scene.Energy(after); !scalar.EqualWithinAbs(got, lost, 1e-9) {
					t.Fatalf("episode %d frame %d: %v J lost, want %v", episode, frame, got, lost)
				}
				hits += len(contacts)
			}
			if !wall {
				if d := scene.Momentum(after).Sub(scene.Momentum(before)).Len(); !(d <= 1e-9) {
					t.Fatalf("episode %d frame %d: momentum changes by %v kg·m/s", episode, frame, d)
				}
				flights++
			}
			before = after
		}
	}
	if hits < 100 || flights < 100 {
		t.Errorf("only %d hits and %d frames away from walls", hits, flights)
	}
}

func TestPileComesToRest(t *testing.T) {
	e := engine.New()
	s, err := Find("pile")
	if err != nil {
		t.Fatal(err)
	}
	for episode := range episodes(20) {
		scene := sample(t, "pile", nil, 1, episode)
		start(t, e, scene)
		var state sim.State
		for frame := 1; frame < s.Frames; frame++ {
			state = advance(t, e)
		}
		for i, b := range state {
			if !(b.Velocity().Len() <= 0.1) || !(math.Abs(b.X) <= 1) || !(b.Y >= 0) {
				t.Errorf("episode %d: body %d ends as %+v", episode, i, b)
			}
		}
		for _, c := range e.Contacts() {
			if !(c.Gap >= -1.5*scene.Slop) {
				t.Errorf("episode %d: bodies %d and %d overlap by %v m", episode, c.A, c.B, -c.Gap)
			}
		}
	}
}

func TestTowerStands(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	e := engine.New()
	for episode := range episodes(20) {
		scene := sample(t, "tower", nil, 1, episode)
		start(t, e, scene)
		var state sim.State
		for range 300 {
			state = advance(t, e)
		}
		for i, b := range state {
			at := scene.Bodies[i].Start
			if !(b.Position().Sub(at.Position()).Len() <= 0.05) || !(math.Abs(b.Angle) <= 0.02) {
				t.Errorf("episode %d: box %d moves from %+v to %+v", episode, i, at, b)
			}
		}
	}
	leaning := sample(t, "tower", map[string]float64{"offset": 0.4, "bodies": 12}, 1, 0)
	start(t, e, leaning)
	var state sim.State
	for range 300 {
		state = advance(t, e)
	}
	if !(state[11].Y <= 1.5) {
		t.Error("a crooked tower of twelve stands too")
	}
}
