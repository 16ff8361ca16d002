package acting

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"orrery/cmd/orrery-py/asked"
	"orrery/cmd/orrery-py/door"
	"orrery/sim"
	"orrery/sim/canon"
	"orrery/sim/engine"
	"orrery/sim/scenario/library"
)

// TestScenariosAreTold: all by their names, and each with its parameters, their values, who acts in it and what is to be done.
func TestScenariosAreTold(t *testing.T) {
	t.Parallel()
	var shelf door.Shelf
	all, _, err := door.Ask[[]struct {
		Name, Summary string
		Task          bool
	}](Methods(&shelf), "scenarios", nil)
	if err != nil || len(all) != len(library.List()) {
		t.Fatalf("%d scenarios, %v", len(all), err)
	}
	for k, s := range library.List() {
		if all[k].Name != s.Name || all[k].Summary != s.Summary || all[k].Task != (s.Task != nil) {
			t.Errorf("%+v, want %s", all[k], s.Name)
		}
	}
	p := newProgram(t)
	a, _ := p.must("scenario", request{"scenario": "own", "text": `{"format": 2, "summary": "one disc", "duration_s": 2, "params": {"r": {"default": 0.5, "min": 0.1, "max": 2, "unit": "m", "doc": "radius"}},
		"bodies": [{"name": "disc", "circle": "r"}], "actuators": [{"force": "disc", "axis": "xy", "limit": 1}]}`, "values": map[string]float64{"r": 0.25}})
	params := a["params"].([]any)
	if a["name"] != "own" || a["summary"] != "one disc" || a["frames"] != 121. || a["task"] != "" || len(params) != 1 || a["values"].(map[string]any)["r"] != 0.25 {
		t.Errorf("%v", a)
	}
	if of := params[0].(map[string]any); of["name"] != "r" || of["unit"] != "m" || of["doc"] != "radius" || of["default"] != 0.5 || of["min"] != 0.1 || of["max"] != 2. || of["integer"] != false {
		t.Errorf("%v", of)
	}
	if acting := a["policies"].([]any); len(acting) < 2 || !slices.Contains(acting, any("random")) {
		t.Errorf("who acts: %v", acting)
	}
	if a, _ := p.must("scenario", request{"scenario": "push"}); a["task"] == "" || a["planner"] == nil {
		t.Errorf("%v", a)
	}
	for _, method := range []string{"scenario", "scene"} {
		if _, _, err := p.call(method, request{"scenario": "pusch"}); err == nil || !strings.Contains(err.Error(), `perhaps "push"`) {
			t.Error(err)
		}
	}
}

// TestTheEngineRunsScenesThatAreGiven from their start or another state, as long as it is asked to, with actions that are clipped.
func TestTheEngineRunsScenesThatAreGiven(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 1, sim.Surface{}), sim.NewDisc(0.2, 1, sim.Surface{})}
	scene.Bodies[1].Start.X = 2
	scene.Actuators = []sim.Actuator{{Kind: sim.Force, Body: 0, Against: sim.World, Axis: sim.Vec{X: 1}, Low: -1, High: 1}}
	text, err := canon.Encode(&scene)
	if err != nil {
		t.Fatal(err)
	}
	const frames = 6
	p := newProgram(t)
	actions := []float64{0.5, -0.25, 9, -9, 0}
	other := scene.Start()
	other[0].Y, other[1].VX = 0.5, 3
	flat := make([]float64, 2*sim.StateSize)
	asked.PutState(flat, other)
	for _, c := range []struct {
		start   sim.State
		actions []float64
		arrays  []door.Array
	}{
		{nil, nil, nil},
		{other, nil, []door.Array{{Name: "state", Shape: []int{2, 6}, Values: flat}}},
		{nil, actions, []door.Array{{Name: "actions", Shape: []int{frames - 1, 1}, Values: actions}}},
	} {
		want, err := engine.Simulate(t.Context(), &scene, c.start, frames, func(frame int, _ sim.State) sim.Action {
			if c.actions == nil {
				return nil
			}
			return sim.Action{min(max(c.actions[frame], -1), 1)}
		})
		if err != nil {
			t.Fatal(err)
		}
		_, found := p.must("simulate", request{"scene": json.RawMessage(text), "frames": frames}, c.arrays...)
		got := found["states"].([]float64)
		for k, state := range want.States {
			row := make([]float64, 2*sim.StateSize)
			asked.PutState(row, state)
			if !slices.Equal(got[k*len(row):(k+1)*len(row)], row) {
				t.Errorf("frame %d is %v, want %v", k, got[k*len(row):(k+1)*len(row)], row)
			}
		}
	}
	for frames, words := range map[int]string{0: "frames: 0 must be 1 to 1048576", 1<<20 + 1: "frames: 1048577 must be 1 to 1048576", 3: "actions has the shape"} {
		if _, _, err := p.call("simulate", request{"scene": json.RawMessage(text), "frames": frames}, door.Array{Name: "actions", Shape: []int{5, 1}, Values: actions}); err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("%d frames: %v, want %q", frames, err, words)
		}
	}
}

// TestEpisodesMayBeShorterThanTheirTask, whose own limit stays for others.
func TestEpisodesMayBeShorterThanTheirTask(t *testing.T) {
	t.Parallel()
	p := newProgram(t)
	usual, _ := p.must("environment", request{"scenario": "push", "number": 1, "autoreset": "disabled"})
	a, arrays := p.must("environment", request{"scenario": "push", "number": 1, "autoreset": "disabled", "frames": 3})
	if a["time_limit"] != 3. || usual["time_limit"] == 3. {
		t.Errorf("the limits are %v and %v frames", a["time_limit"], usual["time_limit"])
	}
	handle := int64(a["handle"].(float64))
	p.must("environment.reset", request{"handle": handle, "seeds": []int{1}})
	flags := arrays["flags"].([]byte)
	for k := 1; k <= 3; k++ {
		if err := Step(&p.shelf, handle); err != nil {
			t.Fatal(err)
		}
		if over := flags[truncated] == 1; over != (k == 3) || flags[terminated] != 0 {
			t.Errorf("after %d frames it is over: %v", k, flags)
		}
	}
	if again, _ := p.must("environment", request{"scenario": "push", "number": 1, "autoreset": "disabled"}); again["time_limit"] != usual["time_limit"] {
		t.Errorf("the limit of others is %v frames", again["time_limit"])
	}
	if _, _, err := p.call("environment", request{"scenario": "push", "number": 1, "autoreset": "disabled", "frames": -1}); err == nil || err.Error() != "frames of an episode: -1 must be ≥ 1" {
		t.Error(err)
	}
}
