package acting

import (
	"bytes"
	"context"
	"fmt"
	"os"

	"orrery/cmd/orrery-py/door"
	"orrery/sim"
	"orrery/sim/canon"
	"orrery/sim/engine"
	"orrery/sim/scenario"
	"orrery/sim/scenario/library"
)

// scenarioRequest says which scenario is meant: one of the library, a file, or the text of one.
type scenarioRequest struct {
	Scenario string             `json:"scenario"` // a name or a path, if there is no text
	Text     string             `json:"text,omitempty"`
	Values   map[string]float64 `json:"values,omitempty"` // those left out are the scenario's defaults
}

// find returns the scenario and all its values.
func (q *scenarioRequest) find() (found *scenario.Scenario, values scenario.Values, err error) {
	switch {
	case q.Text != "":
		found, err = scenario.Parse(q.Scenario, []byte(q.Text))
	case library.IsPath(q.Scenario):
		if _, err := os.Stat(q.Scenario); err != nil {
			return nil, nil, err
		}
		found, err = scenario.Load(q.Scenario)
	default:
		found, err = library.Find(q.Scenario)
	}
	if err != nil {
		return nil, nil, door.Mistaken(err)
	}
	values, err = found.Values(q.Values)
	return found, values, door.Mistaken(err)
}

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
	q, err := door.Read[scenarioRequest](c)
	if err != nil {
		return nil, err
	}
	found, values, err := q.find()
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
		scenarioRequest
		Seed    uint64 `json:"seed"`
		Episode int    `json:"episode"`
	}](c)
	if err != nil {
		return nil, err
	}
	found, values, err := q.find()
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
	Scene  rawScene `json:"scene"`
	Frames int      `json:"frames"` // the start included
}

// rawScene is the JSON of a scene, which is read as the scenes of files are.
type rawScene []byte

// UnmarshalJSON implements json.Unmarshaler.
func (r *rawScene) UnmarshalJSON(text []byte) error {
	*r = bytes.Clone(text)
	return nil
}

// ReadScene returns the scene of a JSON text, of which all that is wrong is the caller's mistake.
func ReadScene(text []byte) (*sim.Scene, error) {
	scene, err := canon.Decode(bytes.NewReader(text))
	return scene, door.Mistaken(err)
}

// maxFrames is how long a simulation may be.
const maxFrames = 1 << 20

// simulate runs the engine. The answer is the array states [frames, bodies, 6].
func simulate(ctx context.Context, c *door.Call) (any, error) {
	q, err := door.Read[simulateRequest](c)
	if err != nil {
		return nil, err
	}
	scene, err := ReadScene(q.Scene)
	if err != nil {
		return nil, err
	}
	if q.Frames < 1 || q.Frames > maxFrames {
		return nil, door.Mistaken(fmt.Errorf("frames: %d must be 1 to %d", q.Frames, maxFrames))
	}
	start, err := StateOf(c, "state", scene)
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
		PutState(states[i*len(s)*sim.StateSize:], s)
	}
	return nil, err
}

// StateOf returns the state of a scene in an array [bodies, 6], or nil if it is not given.
func StateOf(c *door.Call, name string, scene *sim.Scene) (sim.State, error) {
	if !c.Has(name) {
		return nil, nil
	}
	values, err := c.Floats(name, len(scene.Bodies), sim.StateSize)
	if err != nil {
		return nil, err
	}
	return TakeState(values), nil
}

// TakeState returns the state that numbers [bodies, 6] tell.
func TakeState(values []float64) sim.State {
	state := make(sim.State, len(values)/sim.StateSize)
	for i := range state {
		v := values[i*sim.StateSize:]
		state[i] = sim.BodyState{X: v[0], Y: v[1], Angle: v[2], VX: v[3], VY: v[4], Omega: v[5]}
	}
	return state
}

// PutState writes a state to the front of numbers [bodies, 6].
func PutState(values []float64, state sim.State) {
	for i := range state {
		v := state[i].Values()
		copy(values[i*sim.StateSize:], v[:])
	}
}
