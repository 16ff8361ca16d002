package serve

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/sim/scenario"
)

// puckText is a scenario that no library has, with a comment.
const puckText = `{ // a puck
	"format": 2, "fps": 30, "duration_s": 1, "params": {"mass": {"default": 1, "min": 0.5, "max": 2}},
	"bodies": [{"name": "puck", "circle": 0.1, "mass": "mass", "at": [{"range": [-0.5, 0.5]}, 0]}],
	"actuators": [{"name": "push", "force": "puck", "axis": "x", "limit": 5}],
	"goals": [{"name": "dock", "body": "puck", "place": [2, 0], "radius": 0.1}],
}`

// TestScenariosComeWithTheRequest as an object or as the text of a file, and all mistakes in
// one are named as fields of the request.
func TestScenariosComeWithTheRequest(t *testing.T) {
	t.Parallel()
	c := dial(t, newServer(t, nil))
	quoted, err := json.Marshal(puckText)
	if err != nil {
		t.Fatal(err)
	}
	object := strings.Replace(strings.Replace(puckText, "// a puck", "", 1), "}],\n}", "}]\n}", 1)
	var scenes []string
	for _, said := range []string{string(quoted), object} {
		about := post[environmentAnswer](c, "/v1/environments", createRequest{Scenario: json.RawMessage(said), Seed: 3, Values: map[string]float64{"mass": 2}})
		if about.Scenario != "scenario" || about.FPS != 30 || len(about.Low) != 1 || about.Values["mass"] != 2 {
			t.Errorf("the environment is %+v", about)
		}
		if status, text := c.raw("POST", "/v1/environments/"+about.ID+"/plan", `{"model": "drift"}`); status != 200 {
			t.Errorf("a plan: status %d, %s", status, text)
		}
		status, scene := c.raw("POST", "/v1/scenes", `{"scenario": `+said+`, "seed": 3}`)
		if status != 200 {
			t.Errorf("a scene: status %d, %s", status, scene)
		}
		scenes = append(scenes, scene)
	}
	if scenes[0] != scenes[1] || !strings.Contains(scenes[0], `"puck"`) {
		t.Errorf("a text gives %s, an object %s", scenes[0], scenes[1])
	}
	// A name draws the scenes of the file that has it.
	puck, err := scenario.Parse("puck", []byte(puckText))
	if err != nil {
		t.Fatal(err)
	}
	drawn, err := puck.Sample(3, 0, scenario.Values{"mass": 1})
	if err != nil {
		t.Fatal(err)
	}
	scene := post[sim.Scene](c, "/v1/scenes", sceneRequest{Scenario: json.RawMessage(quoted), Name: "puck", Seed: 3})
	if scene.Name != "puck" || scene.Bodies[0].Start != drawn.Bodies[0].Start {
		t.Errorf("%s begins at %v, want that of the file, %v", scene.Name, scene.Bodies[0].Start, drawn.Bodies[0].Start)
	}
	c.wants("POST", "/v1/scenes", `{"scenario": `+object+`, "name": "a/b"}`, 400, "invalid", `name: "a/b" must have at most 100 letters`)
	wrong := `{"format": 2, "bodies": [{"circel": 1}], "gravty": [0, 0]}`
	c.wants("POST", "/v1/scenes", `{"scenario": `+wrong+`}`, 400, "invalid", `scenario.bodies[0].circel`)
	c.wants("POST", "/v1/scenes", `{"scenario": `+wrong+`}`, 400, "invalid", `scenario.gravty`)
	for _, said := range []string{"1", "[]", "null", " null", "true", `{}`, `"{"`} {
		c.wants("POST", "/v1/scenes", `{"scenario": `+said+`}`, 400, "invalid", "scenario")
	}
	// What is a path on the command line is none here.
	path := filepath.Join(t.TempDir(), "puck.scenario.json")
	if err := os.WriteFile(path, []byte(puckText), 0o666); err != nil {
		t.Fatal(err)
	}
	c.wants("POST", "/v1/scenes", `{"scenario": "`+path+`"}`, 404, "not_found", "unknown scenario")
}
