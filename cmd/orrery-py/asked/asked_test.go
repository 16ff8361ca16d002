package asked

import (
	"encoding/json"
	"io/fs"
	"math"
	"reflect"
	"strings"
	"testing"

	"orrery/cmd/orrery-py/door"
	"orrery/sim"
	"orrery/sim/scenario"
)

const ball = `{"format": 2, "bodies": [{"name": "ball", "circle": 0.1, "at": [1, 2]}], "params": {"size": {"default": 3, "min": 1, "max": 5, "doc": "…"}}}`

// TestScenariosAreFoundOrOpened, with all their values.
func TestScenariosAreFoundOrOpened(t *testing.T) {
	t.Parallel()
	text := Source{Scenario: "own", Text: ball, Values: map[string]float64{"size": 4}}
	found, values, err := text.Find(nil)
	if err != nil || found.Name != "own" || values["size"] != 4 {
		t.Errorf("of a text: %v with %v, %v", found, values, err)
	}
	opened := ""
	named := Source{Scenario: "some"}
	_, values, err = named.Find(func(argument string) (*scenario.Scenario, error) {
		opened = argument
		return scenario.Parse("some", []byte(ball))
	})
	if err != nil || opened != "some" || values["size"] != 3 {
		t.Errorf("of a name: %q with %v, %v", opened, values, err)
	}
	if _, _, err = named.Find(func(string) (*scenario.Scenario, error) { return nil, fs.ErrNotExist }); door.FaultOf(err) != door.Missing {
		t.Errorf("of a file that is missing: %v", err)
	}
	for _, wrong := range []Source{{Scenario: "own", Text: "{"}, {Scenario: "own", Text: ball, Values: map[string]float64{"size": 6}}, {Scenario: "own", Text: ball, Values: map[string]float64{"sice": 2}}} {
		if _, _, err := wrong.Find(nil); door.FaultOf(err) != door.Mistake {
			t.Errorf("%+v: %v", wrong, err)
		}
	}
}

// TestStatesAreArrays and go both ways.
func TestStatesAreArrays(t *testing.T) {
	t.Parallel()
	values := []float64{1, 2, 3, 4, 5, 6, -1, -2, -3, -4, -5, -6}
	scene := &sim.Scene{Bodies: make([]sim.Body, 2)}
	call := &door.Call{Arrays: []door.Array{{Name: "state", Shape: []int{2, 6}, Values: values}}}
	state, err := State(call, "state", scene)
	want := sim.State{{X: 1, Y: 2, Angle: 3, VX: 4, VY: 5, Omega: 6}, {X: -1, Y: -2, Angle: -3, VX: -4, VY: -5, Omega: -6}}
	if err != nil || !reflect.DeepEqual(state, want) {
		t.Errorf("%v, %v", state, err)
	}
	back := make([]float64, len(values))
	if PutState(back, state); !reflect.DeepEqual(back, values) {
		t.Errorf("%v", back)
	}
	if state, err := State(call, "other", scene); state != nil || err != nil {
		t.Errorf("one that is not given is %v, %v", state, err)
	}
	scene.Bodies = scene.Bodies[:1]
	if _, err := State(call, "state", scene); err == nil || !strings.Contains(err.Error(), "must have (1, 6)") {
		t.Errorf("of another scene: %v", err)
	}
	if err := CheckState(want); err != nil {
		t.Error(err)
	}
	for _, v := range []float64{math.NaN(), math.Inf(-1), -2 * sim.MaxMagnitude} {
		bad := sim.State{{}, {VY: v}}
		if err := CheckState(bad); err == nil || !strings.HasPrefix(err.Error(), "body 1, number 4: ") {
			t.Errorf("%v: %v", v, err)
		}
	}
}

// TestTextStaysAsItIs: a scene is read by ReadScene and by nothing else before.
func TestTextStaysAsItIs(t *testing.T) {
	t.Parallel()
	var q struct{ Scene Text }
	const text = `{"Scene":{"b":1,"a":[2.50]}}`
	if err := json.Unmarshal([]byte(text), &q); err != nil || string(q.Scene) != `{"b":1,"a":[2.50]}` {
		t.Errorf("%s, %v", q.Scene, err)
	}
	if _, err := ReadScene(q.Scene); door.FaultOf(err) != door.Mistake {
		t.Errorf("no scene: %v", err)
	}
}
