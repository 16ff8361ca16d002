package serve

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"orrery/sim"
	"orrery/sim/canon"
	"orrery/sim/input"
	"orrery/world"
	"orrery/world/plan"
)

// modelInfo is the JSON of a model.
type modelInfo struct {
	Name       string `json:"name"`
	Kind       string `json:"kind"`
	Parameters int    `json:"parameters"`
}

// subject says what a model is asked about: an environment as it stands, or a scene.
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

	single bool // there is one start and one action, which predict has asked about
}

type rolloutAnswer struct {
	States   [][]sim.State `json:"states"`             // [n][frames+1][bodies], the start first; those of a failure end early
	Failures []rollFailure `json:"failures,omitempty"` // of single rollouts; the others are not touched by them
}

// rollFailure says why a rollout ends early.
type rollFailure struct {
	Index   int    `json:"index"` // of the rollout in the answer
	Frame   int    `json:"frame"` // the first without a prediction
	Message string `json:"message"`
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
		names := slices.Sorted(maps.Keys(s.config.Models))
		return nil, unknown("unknown model %.40q%s; there are %s", name, input.Perhaps(name, names), strings.Join(names, ", ")).of("model")
	}
	return plan.Stoppable(sturdy{world.Bare(model)}, stop), nil
}

// resolve returns the scene of a subject, its state and the unit of its actions.
func (s *Server) resolve(ctx context.Context, of subject) (scene *sim.Scene, state sim.State, unit float64, err error) {
	switch {
	case (of.Environment == "") == (of.Scene == nil):
		return nil, nil, 0, invalid("", "request must have either an environment or a scene")
	case of.Environment != "":
		err = s.use(ctx, of.Environment, func(h *hosted) error {
			scene, state, unit = h.Scene(), h.State(), h.scenario.Task.Unit
			return nil
		})
		return scene, state, unit, err
	}
	if scene, err = canon.Decode(bytes.NewReader(of.Scene)); err != nil {
		return nil, nil, 0, explain("scene", err)
	}
	return scene, scene.Start(), 1, checkMost("scene.bodies", "number of bodies", len(scene.Bodies), s.config.Limits.Bodies)
}

func (s *Server) predict(ctx context.Context, _ string, q *predictRequest) (a predictAnswer, err error) {
	all := rolloutRequest{Model: q.Model, subject: q.subject, Frames: 1, single: true}
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
	if err := checkMost("", "number of starts or sequences of actions", n, limits.Batch); err != nil {
		return a, err
	}
	if err := checkMost("frames", "number of frames", q.Frames, limits.Frames); err != nil {
		return a, err
	}
	if err := checkMost("", "number of bodies' states", n*(q.Frames+1)*len(scene.Bodies), limits.States); err != nil {
		return a, err
	}
	starts := fill(q.Starts, n)
	var policies []sim.Policy
	for _, actions := range fill(q.Actions, n) {
		policies = append(policies, func(frame int, _ sim.State) sim.Action { return actions[frame] })
	}
	err = s.compute(ctx, func() error {
		trajectories, err := world.Rollout(model, slices.Repeat([]*sim.Scene{scene}, n), starts, policies, q.Frames+1, limits.Workers)
		if ctx.Err() != nil {
			return ctx.Err() // which is why all of them failed
		}
		for _, t := range trajectories {
			a.States = append(a.States, t.States)
		}
		ended := breakdowns(err)
		switch {
		case trajectories == nil:
			return err
		case len(ended) == n:
			return fmt.Errorf("frame %d: %w", ended[0].Frame, ended[0].Err)
		}
		for _, b := range ended {
			a.Failures = append(a.Failures, rollFailure{b.Scene, b.Frame, b.Err.Error()})
		}
		return nil
	})
	return a, err
}

// breakdowns returns those in an error of world.Rollout.
func breakdowns(err error) (list []*world.Breakdown) {
	var all interface{ Unwrap() []error }
	if !errors.As(err, &all) {
		return nil
	}
	for _, err := range all.Unwrap() {
		var b *world.Breakdown
		if errors.As(err, &b) {
			list = append(list, b)
		}
	}
	return list
}

// fill repeats the only one of a list n times. A list of none or of n stays.
func fill[T any](list []T, n int) []T {
	if len(list) == 1 {
		return slices.Repeat(list, n)
	}
	return list
}

// start names the field of a start.
func (q *rolloutRequest) start(i int) string {
	if q.single {
		return "state"
	}
	return fmt.Sprintf("starts[%d]", i)
}

// action names the field of an action.
func (q *rolloutRequest) action(i, frame int) string {
	if q.single {
		return "action"
	}
	return fmt.Sprintf("actions[%d][%d]", i, frame)
}

// prepare checks the sizes of a rollout, sets its Frames and brings its actions, which
// are changed, to the units of sim.
func (q *rolloutRequest) prepare(scene *sim.Scene, unit float64) error {
	n, k := len(q.Starts), len(q.Actions)
	if n == 0 || q.Actions != nil && k == 0 || n > 1 && k > 1 && n != k {
		return invalid("", "%d starts and %d sequences of actions must be as many, or one for all", n, k)
	}
	for i, start := range q.Starts {
		if err := checkState(q.start(i), start, len(scene.Bodies)); err != nil {
			return err
		}
	}
	if q.Actions != nil && q.Frames != 0 {
		return invalid("frames", "%d must be left out where actions tell", q.Frames)
	}
	if q.Actions != nil {
		q.Frames = len(q.Actions[0])
	}
	if q.Frames < 1 {
		return invalid("frames", "%d must be ≥ 1", q.Frames)
	}
	for i, actions := range q.Actions {
		if len(actions) != q.Frames {
			return invalid(fmt.Sprintf("actions[%d]", i), "%d frames must be the %d of the first", len(actions), q.Frames)
		}
		for frame, action := range actions {
			if len(action) != len(scene.Actuators) {
				return invalid(q.action(i, frame), "has %d numbers, must have %d", len(action), len(scene.Actuators))
			}
			for j := range action {
				action[j] *= unit
			}
		}
	}
	return nil
}

// sturdy is a model whose panics are errors, in whatever goroutine they happen.
type sturdy struct{ world.Model }

// Predictor implements world.Model.
func (m sturdy) Predictor(scenes []*sim.Scene) (p world.Predictor, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = broken(cause)
		}
	}()
	if p, err = m.Model.Predictor(scenes); err != nil {
		return nil, err
	}
	return sturdyPredictor{p}, nil
}

type sturdyPredictor struct{ world.Predictor }

// Step implements world.Predictor.
func (p sturdyPredictor) Step(state sim.State, actions sim.Action) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = broken(cause)
		}
	}()
	return p.Predictor.Step(state, actions)
}

// checkState refuses what no scene could start from.
func checkState(field string, state sim.State, bodies int) error {
	if len(state) != bodies {
		return invalid(field, "has %d bodies, must have the scene's %d", len(state), bodies)
	}
	for i, b := range state {
		for k, v := range b.Values() {
			if !(math.Abs(v) <= sim.MaxMagnitude) {
				return invalid(fmt.Sprintf("%s[%d][%d]", field, i, k), "%v must be %v to %v", v, -sim.MaxMagnitude, sim.MaxMagnitude)
			}
		}
	}
	return nil
}
