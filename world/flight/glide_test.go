package flight

import (
	"math"
	"testing"

	"orrery/sim"
)

// led returns a scene of a disc that two servos lead along axes aslant, and a disc at rest.
func led() *sim.Scene {
	scene := sim.DefaultScene()
	scene.FPS, scene.Substeps, scene.Damping = 10, 10, 0
	disc := []sim.Shape{sim.NewShape(sim.Circle, 0.1, sim.Surface{}, sim.Vec{})}
	scene.Bodies = []sim.Body{
		{Kind: sim.Dynamic, Mass: 1, Moment: 1, Shapes: disc, Start: sim.BodyState{X: 3, Angle: 1}},
		{Kind: sim.Kinematic, Shapes: disc, Start: sim.BodyState{X: 1, Y: -1, VX: 2, VY: 0.5}},
	}
	for _, axis := range []sim.Vec{{X: 0.6, Y: 0.8}, {X: -0.8, Y: 0.6}} {
		scene.Actuators = append(scene.Actuators, sim.Actuator{
			Kind: sim.Servo, Body: 1, Against: sim.World, Low: -5, High: 5, Axis: axis, Stiffness: 100, Damping: 20,
		})
	}
	return &scene
}

// TestAheadIsFlyAgainAndAgain in scenes that glide and in scenes that do not.
func TestAheadIsFlyAgainAndAgain(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*sim.Scene)
		glides bool
	}{
		"led":              {func(*sim.Scene) {}, true},
		"falling":          {func(s *sim.Scene) { s.Gravity.Y = -1 }, false},
		"moving":           {func(s *sim.Scene) { s.Damping, s.Bodies[0].Start.VX = 1, 1 }, false},
		"turning":          {func(s *sim.Scene) { s.Bodies[1].Start.Omega = 1 }, false},
		"axes not square":  {func(s *sim.Scene) { s.Actuators[1].Axis = sim.Vec{X: 1} }, false},
		"one axis":         {func(s *sim.Scene) { s.Actuators = s.Actuators[:1] }, false},
		"three servos":     {func(s *sim.Scene) { s.Actuators = append(s.Actuators, s.Actuators[0]) }, false},
		"another actuator": {func(s *sim.Scene) { s.Actuators[1].Kind = sim.Velocity }, false},
		"pushed":           {func(s *sim.Scene) { s.Actuators[1].Kind, s.Actuators[1].Body = sim.Force, 0 }, false},
		"servo of a dynamic body": {func(s *sim.Scene) {
			s.Damping, s.Bodies[1].Kind, s.Bodies[1].Mass, s.Bodies[1].Moment = 0.5, sim.Dynamic, 1, 1
		}, false},
		"braked": {func(s *sim.Scene) { s.Bodies[1].Grip = sim.Grip{Along: 1, Across: 1} }, false},
	} {
		scene := led()
		c.change(scene)
		flight := DefaultFlight()
		flight.FrameTime = scene.FrameTime()
		for _, n := range []int{10, 5, 2} {
			step := flight.Step(scene, n)
			state, action := scene.Start(), make(sim.Action, len(scene.Actuators))
			for i := range action {
				action[i] = 7 * float64(i) // the second beyond what it may be
			}
			if got := step.glides(state); got != c.glides {
				t.Fatalf("%s: glides is %v", name, got)
			}
			ahead := step.Ahead(nil, state, action, n)
			for k := range n {
				step.Fly(state, action)
				for i, want := range state {
					got := ahead[k*len(state)+i]
					d := got.Position().Sub(want.Position()).Len() + got.Velocity().Sub(want.Velocity()).Len() +
						math.Abs(got.Angle-want.Angle) + math.Abs(got.Omega-want.Omega)
					if !(d < 1e-12) {
						t.Fatalf("%s: after %d of %d steps body %d is at %+v, want %+v", name, k+1, n, i, got, want)
					}
				}
			}
		}
	}
}

// TestLeadIsAheadOfTheLedBody, whatever the other one does.
func TestLeadIsAheadOfTheLedBody(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*sim.Scene)
		leads  bool
	}{
		"led":      {func(*sim.Scene) {}, true},
		"moving":   {func(s *sim.Scene) { s.Damping, s.Bodies[0].Start.VX, s.Bodies[0].Start.Omega = 1, 1, 2 }, true},
		"turning":  {func(s *sim.Scene) { s.Bodies[1].Start.Omega = 1 }, false},
		"one axis": {func(s *sim.Scene) { s.Actuators = s.Actuators[:1] }, false},
		"falling":  {func(s *sim.Scene) { s.Gravity.Y = -1 }, false},
		"thrice":   {func(s *sim.Scene) { s.Actuators = append(s.Actuators, s.Actuators[0]) }, false},
		"pushed":   {func(s *sim.Scene) { s.Actuators[1].Kind, s.Actuators[1].Body = sim.Force, 0 }, false},
	} {
		scene := led()
		c.change(scene)
		flight := DefaultFlight()
		flight.FrameTime = scene.FrameTime()
		for _, n := range []int{1, 5, 10} {
			step := flight.Step(scene, n)
			state, action := scene.Start(), make(sim.Action, len(scene.Actuators))
			for i := range action {
				action[i] = 7 * float64(i) // the second beyond what it may be
			}
			want := step.Ahead(nil, state, action, n)[(n-1)*len(state):]
			if got := step.Lead(state, action, n); got != c.leads {
				t.Fatalf("%s: leads is %v", name, got)
			}
			if !c.leads {
				continue
			}
			d := state[1].Position().Sub(want[1].Position()).Len() + state[1].Velocity().Sub(want[1].Velocity()).Len()
			if !(d < 1e-12) || state[0] != scene.Bodies[0].Start {
				t.Errorf("%s, %d steps: bodies are at %v, want %v and %v", name, n, state, scene.Bodies[0].Start, want[1])
			}
		}
	}
}
