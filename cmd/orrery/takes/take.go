package takes

import (
	"cmp"
	"maps"

	"orrery/datasets"
	"orrery/sim"
	"orrery/sim/environment"
	"orrery/sim/scenario"
	"orrery/sim/task"
)

// Origin returns what a dataset of a scenario with some values says of its origin, whoever acts in it: all but
// the seed, the frames of an episode, how many episodes there are, who acts, and the command.
func Origin(of *scenario.Scenario, values scenario.Values, fps int) datasets.Spec {
	spec := datasets.Spec{
		Scenario: of.Name, Params: maps.Clone(values), FPS: fps, Task: cmp.Or(of.Summary, "Episodes of "+of.Name+"."),
	}
	if of.Own {
		spec.File = string(of.Text)
	}
	return spec
}

// Take is an episode of an environment as it happens, to be saved when it has ended.
type Take struct {
	of         *environment.Environment
	unit       float64 // of its task
	trajectory *sim.Trajectory
	outcomes   []datasets.Outcome
}

// New returns the episode that has just begun in an environment whose task has a unit of actions.
func New(of *environment.Environment, unit float64) *Take {
	return &Take{of: of, unit: unit, trajectory: &sim.Trajectory{Scene: of.Scene(), States: []sim.State{of.State()}}}
}

// Add notes a frame, to which an action in the unit of the task has led.
func (t *Take) Add(asked []float64, outcome task.Outcome) {
	scene := t.trajectory.Scene
	if len(scene.Actuators) > 0 {
		action := make(sim.Action, len(asked))
		for i, a := range asked {
			action[i] = a * t.unit
		}
		t.trajectory.Actions = append(t.trajectory.Actions, scene.Clip(action))
	}
	t.trajectory.States = append(t.trajectory.States, t.of.State())
	t.outcomes = append(t.outcomes, datasets.Outcome{
		Reward: outcome.Reward, Success: outcome.Success, Done: outcome.Over(), Truncated: outcome.Truncated,
	})
}

// End returns what has happened and what each action has led to, before the environment begins another episode.
func (t *Take) End() (*sim.Trajectory, []datasets.Outcome) {
	t.of.See(t.trajectory)
	return t.trajectory, t.outcomes
}
