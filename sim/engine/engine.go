package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"orrery/sim"
)

// Engine runs one scene at a time and is used again for the next. It is not safe
// for concurrent use.
type Engine struct {
	scene  *sim.Scene
	action sim.Action     // of the frame, clipped
	state  sim.State      // as it is now
	frame  int            // frames run since the last Load or Reset
	space  *space         // nil after a failure
	spaces map[int]*space // to be used again, by the size of their table
}

var (
	errNothingLoaded = errors.New("engine: no scene is loaded")
	errFailed        = errors.New("engine: the last frame failed and the scene must be reset")
)

// New returns an engine without a scene.
func New() *Engine {
	catchWarnings()
	return &Engine{spaces: map[int]*space{}}
}

// Load validates a scene and puts its bodies at their start. The engine keeps the
// scene, which must not change until the next Load. After an error nothing is
// loaded.
func (e *Engine) Load(scene *sim.Scene) error {
	if err := scene.Validate(); err != nil {
		e.scene, e.space = nil, nil
		return fmt.Errorf("engine: scene: %w", err)
	}
	e.scene = scene
	return e.Reset(scene.Start())
}

// Reset puts the bodies of the loaded scene into a state and forgets all contacts,
// as if the scene had been loaded with that start. Pins keep the length they have
// in the scene.
func (e *Engine) Reset(state sim.State) error {
	if err := e.check(state); err != nil {
		return err
	}
	e.frame, e.state = 0, append(e.state[:0], state...)
	return e.guard(func() { e.place(state) })
}

// Correct puts the bodies of the loaded scene into a state, as Reset does, but remembers what
// they pushed each other with. After small corrections contacts and joints go on as they were,
// which is how the engine follows motion that is known frame by frame. Frames are counted on.
func (e *Engine) Correct(state sim.State) error {
	if err := e.check(state); err != nil {
		return err
	}
	if e.space == nil {
		return errFailed
	}
	e.state = append(e.state[:0], state...)
	e.space.move(state)
	return nil
}

// check returns an error unless the loaded scene may be in a state.
func (e *Engine) check(state sim.State) error {
	if e.scene == nil {
		return errNothingLoaded
	}
	if len(state) != len(e.scene.Bodies) {
		return fmt.Errorf("engine: state of %d bodies must have the scene's %d", len(state), len(e.scene.Bodies))
	}
	if err := state.Check(); err != nil {
		return fmt.Errorf("engine: state: %w", err)
	}
	return nil
}

// place builds the scene anew, in a space at hand if one fits.
func (e *Engine) place(state sim.State) {
	table := tableSize(e.scene)
	if e.space = e.spaces[table]; e.space != nil {
		e.space.clear()
	} else {
		e.space = newSpace(table)
	}
	if table != 0 {
		e.spaces[table] = e.space
	}
	e.space.fill(e.scene, state)
}

// discard throws the space away.
func (e *Engine) discard() {
	if e.space != nil {
		delete(e.spaces, e.space.table)
		e.space = nil
	}
}

// Frame advances the scene by one frame while the actuators follow action, which
// may be nil. An error means that the action does not fit the scene, or that a
// value ceased to be finite, and names frame and body; the scene must then be Reset.
func (e *Engine) Frame(action sim.Action) error { return e.FrameBySteps(action, nil) }

// FrameBySteps is Frame that calls after, unless it is nil, when a step is done: Contacts then tells what touched in it. What is
// called must change nothing.
func (e *Engine) FrameBySteps(action sim.Action, after func()) error {
	if e.scene == nil {
		return errNothingLoaded
	}
	if e.space == nil {
		return errFailed
	}
	if err := e.scene.CheckAction(action); err != nil {
		return fmt.Errorf("engine: frame %d: %w", e.frame, err)
	}
	if action == nil {
		action = e.scene.Rest()
	}
	e.action = e.scene.Clip(append(e.action[:0], action...))
	e.frame++
	dt := e.scene.StepTime()
	if err := e.guard(func() {
		for range e.scene.Substeps {
			e.space.step(dt, e.action)
			if after != nil {
				after()
			}
		}
	}); err != nil {
		return err
	}
	e.state = e.space.state(e.state)
	if err := e.state.Check(); err != nil {
		e.discard()
		return fmt.Errorf("engine: frame %d: %w", e.frame, err)
	}
	return nil
}

// guard turns a panic of the library into an error. What the library left behind
// is thrown away.
func (e *Engine) guard(do func()) (err error) {
	defer func() {
		if p := recover(); p != nil {
			e.discard()
			err = fmt.Errorf("engine: frame %d: chipmunk failed: %v", e.frame, p)
		}
	}()
	do()
	return nil
}

// State overwrites dst with the state of all bodies, growing it if it is too
// short, and returns it.
func (e *Engine) State(dst sim.State) sim.State {
	if e.space == nil {
		return dst[:0]
	}
	return append(dst[:0], e.state...)
}

// Run resets the loaded scene to a state, or to its own start if that is nil, and
// returns a trajectory of so many frames, 1/FPS seconds apart, the first of which is
// the state. The policy is asked for the action of every frame but the last; without
// one, which is nil, the actuators rest.
func (e *Engine) Run(start sim.State, frames int, policy sim.Policy) (*sim.Trajectory, error) {
	return e.run(context.Background(), start, frames, policy)
}

// run is Run that ends soon after ctx does, with its error.
func (e *Engine) run(ctx context.Context, start sim.State, frames int, policy sim.Policy) (*sim.Trajectory, error) {
	if e.scene == nil {
		return nil, errNothingLoaded
	}
	if frames < 1 {
		return nil, fmt.Errorf("engine: frames %d must be > 0", frames)
	}
	if start == nil {
		start = e.scene.Start()
	}
	if err := e.Reset(start); err != nil {
		return nil, err
	}
	t := &sim.Trajectory{Scene: e.scene, States: []sim.State{e.State(nil)}}
	for len(t.States) < frames {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		var action sim.Action
		if policy != nil {
			action = policy(len(t.States)-1, t.States[len(t.States)-1])
		}
		if err := e.Frame(action); err != nil {
			return nil, err
		}
		if len(e.action) > 0 {
			t.Actions = append(t.Actions, slices.Clone(e.action))
		}
		t.States = append(t.States, e.State(nil))
	}
	return t, nil
}
