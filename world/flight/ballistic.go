package flight

import (
	"orrery/sim"
	"orrery/world"
)

type ballistic struct{}

// Ballistic returns the model in which bodies fly through each other and the
// walls. It moves them as the engine moves a body that touches nothing: see
// Step. Actuators, gravity, damping and friction with the ground act as the
// scene says; joints and fields are ignored.
func Ballistic() world.Model { return ballistic{} }

func (ballistic) Kind() string    { return "ballistic" }
func (ballistic) Parameters() int { return 0 }

func (ballistic) Predictor(scenes []*sim.Scene) (world.Predictor, error) {
	p := make(falls, len(scenes))
	for i, scene := range scenes {
		told := DefaultFlight()
		told.FrameTime = scene.FrameTime()
		p[i] = fall{scene, told.Step(scene, scene.Substeps)}
	}
	return p, nil
}

// falls are scenes whose bodies lie end to end in a state.
type falls []fall

type fall struct {
	scene *sim.Scene
	step  Step // one of the engine's
}

func (p falls) Step(state sim.State, actions sim.Action) error {
	for i := range p {
		scene := p[i].scene
		var action sim.Action
		action, actions = world.CutAction(actions, scene)
		for range scene.Substeps {
			p[i].step.Fly(state[:len(scene.Bodies)], action)
		}
		state = state[len(scene.Bodies):]
	}
	return nil
}
