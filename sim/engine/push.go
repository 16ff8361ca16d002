package engine

import (
	"fmt"

	"github.com/jakecoffman/cp/v2"

	"orrery/sim"
)

// Push gives a body an impulse in N·s at a point of the world in metres, at once. Known
// contacts are kept, while a Reset to another velocity forgets them. A kinematic body is
// not moved.
func (e *Engine) Push(body int, impulse, at sim.Vec) error {
	switch {
	case e.scene == nil:
		return errNothingLoaded
	case e.space == nil:
		return errFailed
	case body < 0 || body >= len(e.scene.Bodies):
		return fmt.Errorf("engine: body %d must be 0 to %d", body, len(e.scene.Bodies)-1)
	case !(impulse.Len() <= sim.MaxMagnitude && at.Len() <= sim.MaxMagnitude): // NaN fails too
		return fmt.Errorf("engine: body %d: impulse %v at %v must be at most %v", body, impulse, at, sim.MaxMagnitude)
	}
	if e.scene.Bodies[body].Kind == sim.Dynamic {
		e.space.bodies[body].ApplyImpulseAtWorldPoint(cp.Vector(impulse), cp.Vector(at))
		e.state = e.space.state(e.state)
	}
	return nil
}
