package plan

import (
	"errors"
	"math"
	"testing"

	"orrery/sim"
	"orrery/world"
)

// toy is a model of one body whose motion is known exactly. move leads from the
// state of a frame to the next.
type toy struct {
	move      func(s sim.BodyState, action sim.Action) sim.BodyState
	spread    func(s sim.BodyState) float64 // uncertainty in metres, or nil
	remembers bool                          // adds a trace of what it predicted before, as no model should
}

func (toy) Kind() string    { return "toy" }
func (toy) Parameters() int { return 0 }

func (m toy) Predictor(scenes []*sim.Scene) (world.Predictor, error) {
	p := &toyPredictor{model: m, copies: len(scenes)}
	if m.spread != nil {
		return &uncertainToy{p}, nil
	}
	return p, nil
}

type toyPredictor struct {
	model  toy
	copies int
	last   sim.State
	trace  float64
}

func (p *toyPredictor) Step(state sim.State, actions sim.Action) error {
	if len(state) != p.copies || len(actions)%p.copies != 0 {
		return errors.New("wrong sizes")
	}
	a := len(actions) / p.copies
	for k := range state {
		state[k] = p.model.move(state[k], row(actions, k, a))
		if p.model.remembers {
			p.trace = math.Mod(p.trace+state[k].X, 1)
			state[k].VX += 1e-3 * p.trace
		}
	}
	p.last = append(p.last[:0], state...)
	return nil
}

type uncertainToy struct{ *toyPredictor }

func (p *uncertainToy) Spread(dst []float64) []float64 {
	dst = dst[:0]
	for _, s := range p.last {
		dst = append(dst, p.model.spread(s))
	}
	return dst
}

// dt is the length of a frame of the toys, in seconds.
const dt = 0.1

// pushed moves a mass of 1 kg by forces along x and, if there are two, y.
func pushed(s sim.BodyState, force sim.Action) sim.BodyState {
	s.X, s.Y = s.X+s.VX*dt, s.Y+s.VY*dt
	s.VX += force[0] * dt
	if len(force) > 1 {
		s.VY += force[1] * dt
	}
	return s
}

// walked moves a point at the velocity that is asked for, along x and y.
func walked(s sim.BodyState, velocity sim.Action) sim.BodyState {
	s.X, s.Y = s.X+velocity[0]*dt, s.Y+velocity[1]*dt
	return s
}

// toyScene is a disc with an actuator along each axis of the given kind and range.
func toyScene(t testing.TB, kind sim.ActuatorKind, most float64, axes ...sim.Vec) *sim.Scene {
	t.Helper()
	scene := sim.DefaultScene()
	scene.Name, scene.FPS = "toy", 1/dt
	disc := sim.NewDisc(0.1, 1, sim.Surface{})
	if kind == sim.Velocity || kind == sim.Servo {
		disc.Kind, disc.Mass, disc.Moment = sim.Kinematic, 0, 0
	}
	scene.Bodies = []sim.Body{disc}
	for _, axis := range axes {
		actuator := sim.Actuator{Kind: kind, Against: sim.World, Low: -most, High: most, Axis: axis}
		if kind == sim.Servo {
			actuator.Stiffness, actuator.Damping = 100, 20
		}
		scene.Actuators = append(scene.Actuators, actuator)
	}
	if err := scene.Validate(); err != nil {
		t.Fatal(err)
	}
	return &scene
}

var alongX, alongY = sim.Vec{X: 1}, sim.Vec{Y: 1}

func newController(t testing.TB, model world.Model, scene *sim.Scene, cost Cost, c Config) *Controller {
	t.Helper()
	controller, err := NewController(model, scene, cost, c, sim.NewRand(1, "test", 0))
	if err != nil {
		t.Fatal(err)
	}
	return controller
}

// follow lets a controller act for some frames in the world of a toy.
func follow(t testing.TB, c *Controller, model toy, start sim.BodyState, frames int) []sim.BodyState {
	t.Helper()
	states := []sim.BodyState{start}
	for range frames {
		now := states[len(states)-1]
		action, err := c.Act(sim.State{now})
		if err != nil {
			t.Fatal(err)
		}
		states = append(states, model.move(now, action))
	}
	return states
}
