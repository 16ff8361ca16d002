package acting

import (
	"context"
	"fmt"

	"orrery/cmd/orrery-py/asked"
	"orrery/cmd/orrery-py/door"
	"orrery/sim"
	"orrery/sim/engine"
	"orrery/sim/scenario"
	"orrery/sim/scenario/library"
)

// param is a scenario's parameter.
type param struct {
	Name    string  `json:"name"`
	Unit    string  `json:"unit"`
	Doc     string  `json:"doc"`
	Default float64 `json:"default"`
	Min     float64 `json:"min"`
	Max     float64 `json:"max"`
	Integer bool    `json:"integer"`
}

// scenarioAnswer describes a scenario.
type scenarioAnswer struct {
	Name     string             `json:"name"`
	Summary  string             `json:"summary"`
	Task     string             `json:"task"` // empty where nothing is to be done
	Frames   int                `json:"frames"`
	Params   []param            `json:"params"`
	Values   scenario.Values    `json:"values"`
	Policies []string           `json:"policies"`
	Planner  map[string]float64 `json:"planner"`
}

// describe answers what a scenario is.
func describe(_ context.Context, c *door.Call) (any, error) {
	q, err := door.Read[asked.Source](c)
	if err != nil {
		return nil, err
	}
	found, values, err := q.Find(library.Open)
	if err != nil {
		return nil, err
	}
	a := scenarioAnswer{Name: found.Name, Summary: found.Summary, Frames: found.Frames, Params: []param{}, Values: values, Planner: found.Planner}
	if found.Task != nil {
		a.Task = found.Task.Doc
	}
	for _, p := range found.Params {
		a.Params = append(a.Params, param{p.Name, p.Unit, p.Doc, p.Default, p.Min, p.Max, p.Integer})
	}
	for _, p := range found.Policies() {
		a.Policies = append(a.Policies, p.Name)
	}
	return a, nil
}

// list answers the scenarios of the library.
func list(context.Context, *door.Call) (any, error) {
	type entry struct {
		Name    string `json:"name"`
		Summary string `json:"summary"`
		Task    bool   `json:"task"`
	}
	all := []entry{}
	for _, s := range library.List() {
		all = append(all, entry{s.Name, s.Summary, s.Task != nil})
	}
	return all, nil
}

// sample answers a scene.
func sample(_ context.Context, c *door.Call) (any, error) {
	q, err := door.Read[struct {
		asked.Source
		Seed    uint64 `json:"seed"`
		Episode int    `json:"episode"`
	}](c)
	if err != nil {
		return nil, err
	}
	found, values, err := q.Find(library.Open)
	if err != nil {
		return nil, err
	}
	if q.Episode < 0 {
		return nil, door.Mistaken(fmt.Errorf("episode: %d must be ≥ 0", q.Episode))
	}
	scene, err := found.Sample(q.Seed, q.Episode, values)
	return scene, door.Mistaken(err)
}

// simulateRequest is a scene that the engine is to run. The state to begin in is the array state [bodies, 6] and the
// actions are the array actions [frames − 1, actuators]; both may be left out.
type simulateRequest struct {
	Scene  asked.Text `json:"scene"`
	Frames int        `json:"frames"` // the start included
}

// maxFrames is how long a simulation may be.
const maxFrames = 1 << 20

// simulate runs the engine. The answer is the array states [frames, bodies, 6].
func simulate(ctx context.Context, c *door.Call) (any, error) {
	q, err := door.Read[simulateRequest](c)
	if err != nil {
		return nil, err
	}
	scene, err := asked.ReadScene(q.Scene)
	if err != nil {
		return nil, err
	}
	if q.Frames < 1 || q.Frames > maxFrames {
		return nil, door.Mistaken(fmt.Errorf("frames: %d must be 1 to %d", q.Frames, maxFrames))
	}
	start, err := asked.State(c, "state", scene)
	if err != nil {
		return nil, err
	}
	var actions []float64
	a := len(scene.Actuators)
	if c.Has("actions") {
		if actions, err = c.Floats("actions", q.Frames-1, a); err != nil {
			return nil, err
		}
	}
	policy := func(frame int, _ sim.State) sim.Action {
		if actions == nil {
			return nil
		}
		return scene.Clip(append(sim.Action(nil), actions[frame*a:(frame+1)*a]...))
	}
	t, err := engine.Simulate(ctx, scene, start, q.Frames, policy)
	if err != nil {
		return nil, err
	}
	states, err := c.NewFloats("states", q.Frames, len(scene.Bodies), sim.StateSize)
	for i, s := range t.States {
		asked.PutState(states[i*len(s)*sim.StateSize:], s)
	}
	return nil, err
}
