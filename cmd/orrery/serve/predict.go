package serve

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"

	"orrery/sim"
	"orrery/world"
	"orrery/world/plan"
)

// modelInfo is the JSON of a model.
type modelInfo struct {
	Name       string `json:"name"`
	Kind       string `json:"kind"`
	Parameters int    `json:"parameters"`
}

// subject is what a model is asked about: an environment as it stands, or a scene.
type subject struct {
	Environment string          `json:"environment,omitempty"`
	Scene       json.RawMessage `json:"scene,omitempty"`
}

type predictRequest struct {
	Model string `json:"model"`
	subject
	State  sim.State `json:"state,omitempty"`  // instead of the environment's or the scene's start
	Action []float64 `json:"action,omitempty"` // rest if left out
}

type predictAnswer struct {
	State sim.State `json:"state"`
}

type rolloutRequest struct {
	Model string `json:"model"`
	subject
	Starts  []sim.State    `json:"starts,omitempty"`  // [n][bodies], or one for all
	Actions [][]sim.Action `json:"actions,omitempty"` // [n][frames][a], or one for all
	Frames  int            `json:"frames,omitempty"`  // after the start, if there are no actions
}

type rolloutAnswer struct {
	States [][]sim.State `json:"states"` // [n][frames+1][bodies], the start first
}

func (s *Server) listScenarios(context.Context, string, *nothing) (any, error) {
	return s.config.Scenarios, nil
}

func (s *Server) listModels(context.Context, string, *nothing) ([]modelInfo, error) {
	list := []modelInfo{}
	for _, name := range slices.Sorted(maps.Keys(s.config.Models)) {
		model := s.config.Models[name]
		list = append(list, modelInfo{name, model.Kind(), model.Parameters()})
	}
	return list, nil
}

// model returns the model of a name. It stops at the next frame when stop returns an
// error.
func (s *Server) model(name string, stop func() error) (world.Model, error) {
	model := s.config.Models[name]
	if model == nil {
		return nil, unknown("model %.40q must be one of %v", name, slices.Sorted(maps.Keys(s.config.Models)))
	}
	return plan.Stoppable(model, stop), nil
}

// resolve returns the scene of a subject, its state and the unit of its actions.
func (s *Server) resolve(ctx context.Context, of subject) (scene *sim.Scene, state sim.State, unit float64, err error) {
	switch {
	case (of.Environment == "") == (of.Scene == nil):
		return nil, nil, 0, invalid("request must have either an environment or a scene")
	case of.Environment != "":
		err = s.use(ctx, of.Environment, func(h *hosted) error {
			scene, state, unit = h.Scene(), h.State(), h.scenario.Task.Unit
			return nil
		})
		return scene, state, unit, err
	}
	if scene, err = sim.DecodeScene(bytes.NewReader(of.Scene)); err != nil {
		return nil, nil, 0, invalid("%w", err)
	}
	return scene, scene.Start(), 1, checkMost("number of bodies", len(scene.Bodies), s.config.Limits.Bodies)
}

func (s *Server) predict(ctx context.Context, _ string, q *predictRequest) (a predictAnswer, err error) {
	all := rolloutRequest{Model: q.Model, subject: q.subject, Frames: 1}
	if q.State != nil {
		all.Starts = []sim.State{q.State}
	}
	if q.Action != nil {
		all.Actions, all.Frames = [][]sim.Action{{q.Action}}, 0
	}
	rolled, err := s.rollout(ctx, "", &all)
	if err != nil {
		return a, err
	}
	return predictAnswer{rolled.States[0][1]}, nil
}

func (s *Server) rollout(ctx context.Context, _ string, q *rolloutRequest) (a rolloutAnswer, err error) {
	limits := &s.config.Limits
	model, err := s.model(q.Model, ctx.Err)
	if err != nil {
		return a, err
	}
	scene, state, unit, err := s.resolve(ctx, q.subject)
	if err != nil {
		return a, err
	}
	if q.Starts == nil {
		q.Starts = []sim.State{state}
	}
	if err := q.prepare(scene, unit); err != nil {
		return a, err
	}
	n := max(len(q.Starts), len(q.Actions))
	if err := checkMost("number of frames", q.Frames, limits.Frames); err != nil {
		return a, err
	}
	if err := checkMost("number of bodies' states", n*(q.Frames+1)*len(scene.Bodies), limits.States); err != nil {
		return a, err
	}
	starts := fill(q.Starts, n)
	var policies []sim.Policy
	for _, actions := range fill(q.Actions, n) {
		policies = append(policies, func(frame int, _ sim.State) sim.Action { return actions[frame] })
	}
	err = s.compute(ctx, func() error {
		trajectories, err := world.Rollout(model, slices.Repeat([]*sim.Scene{scene}, n), starts, policies, q.Frames+1, limits.Workers)
		for _, t := range trajectories {
			a.States = append(a.States, t.States)
		}
		return err
	})
	return a, err
}

// fill repeats the only one of a list n times. A list of none or of n stays.
func fill[T any](list []T, n int) []T {
	if len(list) == 1 {
		return slices.Repeat(list, n)
	}
	return list
}

// prepare checks the sizes of a rollout, sets its Frames and brings its actions, which
// are changed, to the units of sim.
func (q *rolloutRequest) prepare(scene *sim.Scene, unit float64) error {
	n, k := len(q.Starts), len(q.Actions)
	if n == 0 || q.Actions != nil && k == 0 || n > 1 && k > 1 && n != k {
		return invalid("%d starts and %d sequences of actions must be as many, or one for all", n, k)
	}
	for i, start := range q.Starts {
		if err := checkState(start, len(scene.Bodies)); err != nil {
			return invalid("start %d: %w", i, err)
		}
	}
	if q.Actions != nil && q.Frames != 0 {
		return invalid("frames %d must be left out where actions tell", q.Frames)
	}
	if q.Actions != nil {
		q.Frames = len(q.Actions[0])
	}
	if q.Frames < 1 {
		return invalid("frames %d must be ≥ 1", q.Frames)
	}
	for i, actions := range q.Actions {
		if len(actions) != q.Frames {
			return invalid("actions %d: %d frames must be the %d of the first", i, len(actions), q.Frames)
		}
		for frame, action := range actions {
			if len(action) != len(scene.Actuators) {
				return invalid("actions %d: frame %d: action of %d numbers must have %d", i, frame, len(action), len(scene.Actuators))
			}
			for j := range action {
				action[j] *= unit
			}
		}
	}
	return nil
}

// checkState refuses what no scene could start from.
func checkState(state sim.State, bodies int) error {
	if len(state) != bodies {
		return fmt.Errorf("state of %d bodies must have the scene's %d", len(state), bodies)
	}
	for i, b := range state {
		for _, v := range [...]float64{b.X, b.Y, b.Angle, b.VX, b.VY, b.Omega} {
			if !(math.Abs(v) <= sim.MaxMagnitude) {
				return fmt.Errorf("body %d: %v must be %v to %v", i, v, -sim.MaxMagnitude, sim.MaxMagnitude)
			}
		}
	}
	return nil
}
