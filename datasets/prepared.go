package datasets

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"orrery/datasets/camera"
	"orrery/datasets/statistics"
	"orrery/sim"
	"orrery/sim/canon"
)

// Prepared is an episode as rows of float32, with their statistics, ready to be written.
type Prepared struct {
	room     Room   // that fits it exactly
	scene    []byte // JSON
	states   rows
	actions  rows // the last is 0; none without actuators
	outcomes rows // none without a task
	view     rows // what the task observes; none where nobody noted it

	observed []rows             // of observedFeatures; none where the states are known
	beside   []sim.Impact       // that were found
	spread   [][]sim.Covariance // [t][n], or nil
	records  []sim.Record       // of the recording
	pictures *camera.Pictures   // nil where there is no film
}

// rows are values of the frames of an episode, and their statistics.
type rows struct {
	width  int
	values []float32 // [t, width]
	stats  statistics.Stats
}

func newRows(values []float32, width int) rows {
	return rows{width, values, statistics.Describe(values, width)}
}

// Room returns the room that fits the episode exactly.
func (e *Prepared) Room() Room { return e.room }

// Scene returns the JSON of the scene.
func (e *Prepared) Scene() []byte { return e.scene }

// Frames returns t.
func (e *Prepared) Frames() int { return len(e.states.values) / e.states.width }

// Prepare returns an episode for a dataset of this kind, or an error that names what is
// wrong with it.
func Prepare(spec *Spec, trajectory *sim.Trajectory, outcomes []Outcome) (*Prepared, error) {
	scene := trajectory.Scene
	err := trajectory.Check()
	if err == nil {
		err = checkOutcomes(outcomes)
	}
	if err != nil {
		return nil, err
	}
	n, frames := len(scene.Bodies), len(trajectory.States)
	switch {
	case n == 0:
		return nil, errors.New("scene: 0 bodies must be at least 1")
	case scene.FPS != spec.FPS:
		return nil, fmt.Errorf("scene: fps %d must be the dataset's, %d", scene.FPS, spec.FPS)
	case frames < 1 || frames > spec.Frames:
		return nil, fmt.Errorf("%d frames must be from 1 to the dataset's %d", frames, spec.Frames)
	case outcomes != nil && len(outcomes) != frames-1:
		return nil, fmt.Errorf("%d outcomes must be one less than the %d frames", len(outcomes), frames)
	}
	text, err := canon.Encode(scene)
	if err != nil {
		return nil, err
	}
	e := prepare(trajectory, outcomes, text)
	if at := e.states.infinite(); at >= 0 {
		k := at / e.states.width
		state := make(sim.State, n)
		state.SetFloat32(e.states.values[k*e.states.width:])
		err := state.Check()
		return nil, fmt.Errorf("frame %d as float32: %w", k, err)
	}
	if at := e.actions.infinite(); at >= 0 {
		return nil, fmt.Errorf("frame %d as float32: action %v must be finite", at/e.actions.width, e.actions.values[at])
	}
	if at := e.view.infinite(); at >= 0 {
		return nil, fmt.Errorf("frame %d as float32: %s %v must be finite", at/e.view.width, featureView, e.view.values[at])
	}
	for i, r := range e.observed {
		if at := r.infinite(); at >= 0 {
			return nil, fmt.Errorf("frame %d as float32: %s %v must be finite", at/r.width, observedFeatures[i].name, r.values[at])
		}
	}
	return e, nil
}

// infinite returns the place of the first value beyond float32, or -1. The extremes
// tell whether there is one.
func (r rows) infinite() int {
	infinite := func(v float64) bool { return math.IsInf(v, 0) }
	if !slices.ContainsFunc(r.stats.Min, infinite) && !slices.ContainsFunc(r.stats.Max, infinite) {
		return -1
	}
	return slices.IndexFunc(r.values, func(v float32) bool { return infinite(float64(v)) })
}

// prepare returns an episode whose scene is encoded.
func prepare(trajectory *sim.Trajectory, outcomes []Outcome, scene []byte) *Prepared {
	n, a := len(trajectory.Scene.Bodies), len(trajectory.Scene.Actuators)
	states := make([]float32, 0, len(trajectory.States)*sim.StateSize*n)
	for _, state := range trajectory.States {
		states = state.AppendFloat32(states, n)
	}
	e := &Prepared{room: roomOf(trajectory.Scene, outcomes, trajectory.Seen, trajectory.ViewNames), scene: scene, states: newRows(states, sim.StateSize*n)}
	if a > 0 {
		e.actions = newRows(appendActions(trajectory), a)
	}
	if outcomes != nil {
		e.outcomes = newRows(appendOutcomes(outcomes), outcomeSize)
	}
	if len(trajectory.ViewNames) > 0 {
		values := make([]float32, 0, len(trajectory.ViewNames)*len(trajectory.View))
		for _, row := range trajectory.View {
			for _, x := range row {
				values = append(values, float32(x))
			}
		}
		e.view = newRows(values, len(trajectory.ViewNames))
	}
	if o := trajectory.Seen; o != nil {
		e.observed, e.beside, e.spread, e.records = observedRows(o, n), o.Impacts, o.Covariances, o.Records
	}
	return e
}

// appendActions returns the actions of an episode as rows [t, a], the last of
// which is 0.
func appendActions(t *sim.Trajectory) []float32 {
	a := len(t.Scene.Actuators)
	rows := make([]float32, 0, a*len(t.States))
	for k := range len(t.States) - 1 {
		action := t.Action(k)
		if action == nil {
			action = t.Scene.Rest()
		}
		for _, v := range action {
			rows = append(rows, float32(v))
		}
	}
	return append(rows, make([]float32, a)...)
}
