package baseline

import (
	"orrery/sim"
	"orrery/world"
)

type ballistic struct{}

// Ballistic returns the model in which bodies fly through each other and the
// walls. It moves them as the engine moves a body that touches nothing: see
// world.Step. Actuators, gravity, damping and friction with the ground act as the
// scene says; joints and fields are ignored.
func Ballistic() world.Model { return ballistic{} }

func (ballistic) Kind() string    { return "ballistic" }
func (ballistic) Parameters() int { return 0 }

func (ballistic) Predictor(scenes []*sim.Scene) (world.Predictor, error) {
	f := make(flights, len(scenes))
	for i, scene := range scenes {
		told := world.DefaultFlight()
		told.FrameTime = scene.FrameTime()
		f[i] = newFlight(told, scene)
	}
	return f, nil
}

// flight moves the bodies of a scene as if nothing touched, tied or pulled them.
type flight struct {
	scene *sim.Scene
	step  world.Step // one of the engine's
}

func newFlight(measured world.Flight, scene *sim.Scene) flight {
	return flight{scene, measured.Step(scene, scene.Substeps)}
}

// fly advances state by a number of steps.
func (f *flight) fly(state sim.State, action sim.Action, steps int) {
	for range steps {
		f.step.Fly(state, action)
	}
}

// flights are the flights of scenes that lie end to end in a state.
type flights []flight

func (f flights) Step(state sim.State, actions sim.Action) error {
	for i := range f {
		scene := f[i].scene
		var action sim.Action
		action, actions = cut(actions, scene)
		f[i].fly(state[:len(scene.Bodies)], action, scene.Substeps)
		state = state[len(scene.Bodies):]
	}
	return nil
}

// cut returns the action of the first of several scenes, and those of the others.
func cut(actions sim.Action, first *sim.Scene) (action, rest sim.Action) {
	if actions == nil {
		return nil, nil
	}
	n := len(first.Actuators)
	return actions[:n], actions[n:]
}
