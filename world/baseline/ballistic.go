package baseline

import (
	"math"

	"orrery/sim"
	"orrery/world"
)

type ballistic struct{}

// Ballistic returns the model in which bodies fly through each other and the
// walls. It moves them as the engine moves a body that touches nothing: in every
// step first the positions by the old velocity, then the velocity by damping and
// gravity. Kinematic bodies keep their velocity; joints are ignored.
func Ballistic() world.Model { return ballistic{} }

func (ballistic) Kind() string    { return "ballistic" }
func (ballistic) Parameters() int { return 0 }

func (ballistic) Predictor(scenes []*sim.Scene) (world.Predictor, error) {
	return flights(scenes), nil
}

// flights steps the bodies of its scenes, which lie end to end in a state.
type flights []*sim.Scene

func (f flights) Step(state sim.State, _ sim.Action) error {
	for _, scene := range f {
		for range scene.Substeps {
			fly(scene, state[:len(scene.Bodies)])
		}
		state = state[len(scene.Bodies):]
	}
	return nil
}

// fly advances one scene by one engine step.
func fly(scene *sim.Scene, state sim.State) {
	dt := scene.StepTime()
	keep := math.Pow(scene.Damping, dt)
	for i := range state {
		b := &state[i]
		b.X += b.VX * dt
		b.Y += b.VY * dt
		b.Angle += b.Omega * dt
		if scene.Bodies[i].Kind == sim.Kinematic {
			continue
		}
		b.VX = b.VX*keep + scene.Gravity.X*dt
		b.VY = b.VY*keep + scene.Gravity.Y*dt
		b.Omega *= keep
	}
}
