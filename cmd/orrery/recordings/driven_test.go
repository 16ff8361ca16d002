package recordings

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
	"orrery/world/observe"
)

// driven returns a scene whose first body two servos drive, and what they make it do.
func driven() (*sim.Scene, []sim.State, []sim.Action) {
	scene := sim.DefaultScene()
	scene.FPS, scene.Substeps = 10, 10
	scene.Bodies = []sim.Body{{Kind: sim.Kinematic}, {Kind: sim.Dynamic}}
	for _, axis := range []sim.Vec{{Y: 1}, {X: 1}} {
		scene.Actuators = append(scene.Actuators, sim.Actuator{Kind: sim.Servo, Against: sim.World, Low: -1, High: 2, Axis: axis, Stiffness: 100, Damping: 20})
	}
	actions := []sim.Action{{1, 0.5}, {-5, 1}, {0.5, 0.5}, {2, -0.7}, {0, 0}}
	states := []sim.State{{{X: 0.1, Y: 0.2, VX: -0.3, VY: 0.4}, {X: 1, VX: 7}}}
	for k, a := range actions {
		s := states[k][0]
		s.X, s.VX = serve(&scene.Actuators[1], &scene, s.X, s.VX, a[1])
		s.Y, s.VY = serve(&scene.Actuators[0], &scene, s.Y, s.VY, max(a[0], -1))
		states = append(states, sim.State{s, {X: 1, VX: 7}})
	}
	return &scene, states, actions
}

// seenFrom returns an estimate that has the places of states and other velocities.
func seenFrom(states []sim.State) *observe.Estimate {
	found := &observe.Estimate{}
	for _, state := range states {
		row := make(sim.State, len(state))
		for i, s := range state {
			row[i] = sim.BodyState{X: s.X, Y: s.Y, VX: 9, VY: 9}
		}
		var c observe.Covariance
		for i := range c {
			c[i] = 1
		}
		found.States, found.Covariance = append(found.States, row), append(found.Covariance, []observe.Covariance{c, c})
	}
	return found
}

// TestServosTellVelocities of what they drive, whatever was estimated; other bodies and frames that nobody saw keep
// theirs, and so does a body that does not move as its servos would have it.
func TestServosTellVelocities(t *testing.T) {
	t.Parallel()
	scene, states, actions := driven()
	found := seenFrom(states)
	drive(scene, found, actions, func(k, body int) bool { return k != 3 }, 1e-4)
	for k, want := range states {
		got := found.States[k]
		if got[1].VX != 9 || got[1].VY != 9 || got[0].X != want[0].X {
			t.Errorf("frame %d: %+v", k, got)
		}
		if k == 2 || k == 3 {
			if got[0].VX != 9 || found.Covariance[k][0][3*6+3] != 1 {
				t.Errorf("frame %d, which is not seen: %+v", k, got[0])
			}
			continue
		}
		if !scalar.EqualWithinAbs(got[0].VX, want[0].VX, 1e-9) || !scalar.EqualWithinAbs(got[0].VY, want[0].VY, 1e-9) {
			t.Errorf("frame %d: velocity %v, %v, want %v, %v", k, got[0].VX, got[0].VY, want[0].VX, want[0].VY)
		}
		c := found.Covariance[k][0]
		stay, _ := serve(&scene.Actuators[0], scene, 1, 0, 0)
		move, _ := serve(&scene.Actuators[0], scene, 0, 1, 0)
		if v := c[3*6+3]; !scalar.EqualWithinRel(v, 1e-8*(1+stay*stay)/(move*move), 1e-9) || c[4*6+4] != v || c[3*6+4] != 0 || c[0*6+3] != 0 || c[4*6+1] != 0 || c[0] != 1 {
			t.Errorf("frame %d: covariance %v", k, c)
		}
	}
	for what, change := range map[string]func(*sim.Scene){
		"another stiffness": func(s *sim.Scene) { s.Actuators[1].Stiffness = 10 },
		"a dynamic body":    func(s *sim.Scene) { s.Bodies[0].Kind = sim.Dynamic },
		"one servo":         func(s *sim.Scene) { s.Actuators = s.Actuators[:1] },
		"another axis":      func(s *sim.Scene) { s.Actuators[1].Axis = sim.Vec{X: 0.6, Y: 0.8} },
		"a twin":            func(s *sim.Scene) { s.Actuators[1].Axis = sim.Vec{Y: 1} },
		"a motor":           func(s *sim.Scene) { s.Actuators[1].Kind = sim.Velocity },
	} {
		scene, states, actions := driven()
		change(scene)
		found := seenFrom(states)
		drive(scene, found, actions, func(int, int) bool { return true }, 1e-6)
		if found.States[0][0].VX != 9 {
			t.Errorf("%s: the estimate is replaced", what)
		}
	}
}

// TestServosMayBeTwoHundredthsOff: places that shake by so little that the velocities from frame to frame differ by two
// hundredths on average are those of the servos; if they shake more, they are not.
func TestServosMayBeTwoHundredthsOff(t *testing.T) {
	t.Parallel()
	scene, states, actions := driven()
	servo := &scene.Actuators[1]
	target := func(k int) float64 { return actions[k][1] }
	for shake, want := range map[float64]bool{0: true, 1: true, 3: false} { // hundredths
		most := 0.0
		for low, high := 0.0, 1.0; high-low > 1e-9; { // the shaking at which the velocities are off by that share
			most = (low + high) / 2
			at := func(k int) float64 { return states[k][0].X + most*math.Pow(-1, float64(k)) }
			v, _, _ := solve(servo, scene, len(states), at, target, 0)
			off, size := 0.0, 0.0
			for k := range len(states) - 2 {
				_, next := serve(servo, scene, at(k), v[k], target(k))
				off, size = off+math.Abs(next-v[k+1]), size+math.Abs(v[k+1])
			}
			if off > shake/100*size {
				high = most
			} else {
				low = most
			}
		}
		at := func(k int) float64 { return states[k][0].X + most*math.Pow(-1, float64(k)) }
		if _, _, ok := solve(servo, scene, len(states), at, target, 1e-12); ok != want {
			t.Errorf("velocities that are %v %% off: %t", shake, ok)
		}
	}
}
