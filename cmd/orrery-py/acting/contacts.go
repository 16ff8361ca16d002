package acting

import (
	"context"
	"fmt"

	"orrery/cmd/orrery-py/asked"
	"orrery/cmd/orrery-py/door"
	"orrery/sim"
	"orrery/sim/engine"
)

// The columns of a contact.
const (
	contactBodies = 3 // frame, A and B, or −1 where B is a wall
	contactValues = 7 // x, y (m), normal from B to A, gap (m), impulses along the normal and along it turned (N·s)
)

// contacts answers where bodies touch at the frames of a motion, the arrays states [frames, bodies, 6] and, if it is
// given, actions [frames − 1, actuators]: the arrays bodies [k, 3] and values [k, 7]. The engine takes each state to
// the next frame, so that none is told for the first; impulses are those of an engine that remembers no earlier contact.
func contacts(ctx context.Context, c *door.Call) (any, error) {
	q, err := door.Read[struct {
		Scene asked.Text `json:"scene"`
	}](c)
	if err != nil {
		return nil, err
	}
	scene, err := asked.ReadScene(q.Scene)
	if err != nil {
		return nil, err
	}
	n, a := len(scene.Bodies), len(scene.Actuators)
	states, err := c.Floats("states", -1, n, sim.StateSize)
	if err != nil {
		return nil, err
	}
	frames := c.Shape("states")[0]
	var actions []float64
	if c.Has("actions") {
		if actions, err = c.Floats("actions", max(frames-1, 0), a); err != nil {
			return nil, err
		}
	}
	e := engine.Borrow()
	defer e.GiveBack()
	if err := e.Load(scene); err != nil {
		return nil, door.Mistaken(err)
	}
	var bodies []int64
	var values []float64
	for k := 1; k < frames; k++ {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		var action sim.Action
		if actions != nil {
			action = scene.Clip(append(sim.Action(nil), actions[(k-1)*a:k*a]...))
		}
		err := e.Reset(asked.TakeState(states[(k-1)*n*sim.StateSize : k*n*sim.StateSize]))
		if err == nil {
			err = e.Frame(action)
		}
		if err != nil {
			return nil, door.Mistaken(fmt.Errorf("frame %d: %w", k-1, err))
		}
		for _, touch := range e.Contacts() {
			at := touch.PointA.Add(touch.PointB).Scale(0.5)
			bodies = append(bodies, int64(k), int64(touch.A), int64(max(touch.B, -1)))
			values = append(values, at.X, at.Y, touch.Normal.X, touch.Normal.Y, touch.Gap, touch.NormalImpulse, touch.TangentImpulse)
		}
	}
	which, err := c.NewWholes("bodies", len(bodies)/contactBodies, contactBodies)
	if err != nil {
		return nil, err
	}
	copy(which, bodies)
	numbers, err := c.NewFloats("values", len(values)/contactValues, contactValues)
	copy(numbers, values)
	return nil, err
}
