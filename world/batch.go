package world

import (
	"context"
	"fmt"
	"math"
	"slices"

	"orrery/sim"
	"orrery/world/region"
)

// Batch rolls out several scenes together, which is faster, with the results that each
// would have alone: when the prediction of one breaks down, all are done again one by
// one, and only that one ends early.
type Batch struct {
	Model  Model
	Scenes []*sim.Scene
	Starts []sim.State // [scene][n]
	Frames int         // of each rollout, the start included; at least 1

	// Act returns what the actuators of scene i do after a frame whose state is given; nil
	// is rest. It is called once for each frame of a scene. Without Act all rest.
	Act func(i, frame int, state sim.State) sim.Action

	// See is told every state of scene i, the start first, and must not keep or change it.
	// Where the model knows its uncertainty, spread has the standard deviation of each
	// body's position [n], in metres; at the start and for other models it is nil. When
	// scenes are done again, See is told of frame 0 again and all after it.
	See func(i, frame int, state sim.State, spread []float64)

	// Regions, if it is set and the model knows its uncertainty, is told the region of each
	// body [n] of scene i after the start, just before See is told the state. It must not
	// keep the list.
	Regions func(i, frame int, regions []region.Region)

	// Uncertain says whether the model knows its uncertainty. Run sets it.
	Uncertain bool
}

// Breakdown says where a rollout ends before its time, because the model gives up or
// predicts a value that is not finite.
type Breakdown struct {
	Scene int    // index in Batch.Scenes
	Name  string // of the scene
	Frame int    // number of the first frame without a prediction
	Err   error  // why
}

// Error names the scene, the frame and the reason.
func (b *Breakdown) Error() string {
	return fmt.Sprintf("scene %d (%s), frame %d: %v", b.Scene, b.Name, b.Frame, b.Err)
}

// Unwrap returns the reason.
func (b *Breakdown) Unwrap() error { return b.Err }

// Run rolls all scenes out. It returns a list with the Breakdown of each scene, nil for
// those that came to their end; the error is for what concerns all, such as a scene that
// the model refuses or a context that is done.
func (b *Batch) Run(ctx context.Context) ([]*Breakdown, error) {
	r := batchRun{Batch: b, ctx: ctx, acted: make([][]sim.Action, len(b.Scenes))}
	broken := make([]*Breakdown, len(b.Scenes))
	first, err := r.run(0, len(b.Scenes))
	if err != nil || first == nil {
		return broken, err
	}
	if len(b.Scenes) == 1 {
		broken[0] = first
		return broken, nil
	}
	for i := range b.Scenes {
		if broken[i], err = r.run(i, i+1); err != nil {
			return broken, err
		}
	}
	return broken, nil
}

// batchRun is a Batch at work.
type batchRun struct {
	*Batch
	ctx   context.Context
	acted [][]sim.Action // [scene][frame] what Act returned, for when a scene is done again
}

// run rolls the scenes from:to out with one Predictor, until one of them breaks down. A
// model that panics is at fault, and no reason for the program to fall over.
func (r *batchRun) run(from, to int) (broken *Breakdown, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			broken, err = nil, fmt.Errorf("a fault of this program in model %s on scene %s: %v", r.Model.Kind(), r.Scenes[from].Name, fault)
		}
	}()
	predictor, err := r.Model.Predictor(r.Scenes[from:to])
	if err != nil {
		return nil, err
	}
	broken, err = r.follow(predictor, from, to)
	if r, ok := predictor.(interface{ Release() }); ok {
		r.Release()
	}
	return broken, err
}

// follow rolls the scenes from:to out with their predictor, until one of them breaks down.
func (r *batchRun) follow(predictor Predictor, from, to int) (*Breakdown, error) {
	var uncertain Uncertain
	uncertain, r.Uncertain = predictor.(Uncertain)
	driven := slices.ContainsFunc(r.Scenes[from:to], func(s *sim.Scene) bool { return len(s.Actuators) > 0 })
	var state sim.State
	for _, start := range r.Starts[from:to] {
		state = append(state, start...)
	}
	var spread []float64
	var regions []region.Region
	for frame := range r.Frames {
		if err := r.ctx.Err(); err != nil {
			return nil, err
		}
		if frame > 0 {
			var action sim.Action
			if driven {
				action = r.act(from, to, frame-1, state)
			}
			if err := predictor.Step(state, action); err != nil {
				if r.ctx.Err() != nil {
					return nil, r.ctx.Err()
				}
				return &Breakdown{from, r.Scenes[from].Name, frame, err}, nil
			}
			if uncertain != nil {
				spread = uncertain.Spread(spread)
				if r.Regions != nil {
					regions = region.Of(uncertain, regions)
				}
			}
		}
		if broken := r.see(from, to, frame, state, spread, regions); broken != nil {
			return broken, nil
		}
	}
	return nil, nil
}

// see checks the states of scenes from:to, which lie end to end, and tells See of them.
func (r *batchRun) see(from, to, frame int, state sim.State, spread []float64, regions []region.Region) *Breakdown {
	for i := from; i < to; i++ {
		n := len(r.Starts[i])
		now, ofNow := state[:n], spread
		err := now.Check()
		if spread != nil {
			if len(spread) < n {
				err = fmt.Errorf("%d spreads must be one for each of %d bodies", len(spread), n)
				ofNow = nil
			} else {
				ofNow, spread = spread[:n], spread[n:]
			}
			if err == nil {
				err = checkSpread(ofNow)
			}
		}
		if err != nil {
			return &Breakdown{i, r.Scenes[i].Name, frame, err}
		}
		if regions != nil {
			if len(regions) < n {
				return &Breakdown{i, r.Scenes[i].Name, frame, fmt.Errorf("%d regions must be one for each of %d bodies", len(regions), n)}
			}
			r.Regions(i, frame, regions[:n])
			regions = regions[n:]
		}
		if r.See != nil {
			r.See(i, frame, now, ofNow)
		}
		state = state[n:]
	}
	return nil
}

// checkSpread returns an error that names the first standard deviation that is not one.
func checkSpread(spread []float64) error {
	for i, sigma := range spread {
		if !(sigma >= 0) || math.IsInf(sigma, 0) {
			return fmt.Errorf("body %d: spread %v m must be finite and ≥ 0", i, sigma)
		}
	}
	return nil
}

// act returns what the scenes from:to do after a frame, end to end.
func (r *batchRun) act(from, to, frame int, state sim.State) sim.Action {
	var all sim.Action
	for i := from; i < to; i++ {
		n := len(r.Starts[i])
		if len(r.Scenes[i].Actuators) > 0 {
			if len(r.acted[i]) == frame {
				r.acted[i] = append(r.acted[i], r.decide(i, frame, state[:n]))
			}
			all = append(all, r.acted[i][frame]...)
		}
		state = state[n:]
	}
	return all
}

// decide asks Act once, and keeps a copy of what it says.
func (r *batchRun) decide(i, frame int, state sim.State) sim.Action {
	action := r.Scenes[i].Rest()
	if r.Act != nil {
		copy(action, r.Act(i, frame, state))
	}
	return action
}
