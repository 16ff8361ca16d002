package learned

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"orrery/cmd/orrery-py/door"
	"orrery/sim"
	"orrery/world"
)

// TestModelsAreNamesAndFolders: those that need no file by their names, others by their folders, which save writes and replaces only when told.
func TestModelsAreNamesAndFolders(t *testing.T) {
	t.Parallel()
	var shelf door.Shelf
	methods := Methods(&shelf, source)
	all, _, failed := call[[]string](t, methods, "models", nil)
	if failed != "" || !slices.Contains(all, "true") || !slices.Contains(all, "ballistic") || !slices.Contains(all, "pusht") {
		t.Errorf("%v, %s", all, failed)
	}
	engine, _, failed := call[modelAnswer](t, methods, "model", loadRequest{Model: "true"})
	if failed != "" || engine.Kind != "true" || string(engine.Description) != "null" || string(engine.Metrics) != "null" {
		t.Errorf("%+v, %s", engine, failed)
	}
	learnt, _, failed := call[modelAnswer](t, methods, "model", loadRequest{Model: "pusht"})
	if failed != "" || learnt.Kind != "contact" || len(learnt.Description) == 0 {
		t.Errorf("%+v, %s", learnt, failed)
	}
	dir := filepath.Join(t.TempDir(), "saved")
	save := func(handle int64, force bool) string {
		_, _, failed := call[any](t, methods, "model.save", map[string]any{"handle": handle, "dir": dir, "force": force})
		return failed
	}
	if failed := save(engine.Handle, false); failed != "model true has no weights to save" {
		t.Error(failed)
	}
	if failed := save(learnt.Handle, false); failed != "" {
		t.Error(failed)
	}
	if failed := save(learnt.Handle, false); failed != dir+" exists; force=True replaces it" {
		t.Error(failed)
	}
	if failed := save(learnt.Handle, true); failed != "" {
		t.Error(failed)
	}
	back, _, failed := call[modelAnswer](t, methods, "model", loadRequest{Model: dir})
	if failed != "" || back.Name != "saved" || back.Parameters != learnt.Parameters || string(back.Description) != string(learnt.Description) {
		t.Errorf("%+v, %s", back, failed)
	}
	if err := os.WriteFile(filepath.Join(dir, world.MetricsFile), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if again, _, failed := call[modelAnswer](t, methods, "model", loadRequest{Model: dir}); failed != "" || string(again.Metrics) != "null" {
		t.Errorf("metrics that are no JSON are %s, %s", again.Metrics, failed)
	}
	for _, c := range []struct {
		q    loadRequest
		want string
	}{
		{loadRequest{Model: "pushd"}, `model "pushd" is neither a folder nor one of true, ballistic, `},
		{loadRequest{Model: "pushd"}, `, perhaps "push`},
		{loadRequest{Model: "pusht", IsDir: true}, "no such file"},
		{loadRequest{Model: "./nowhere"}, "no such file"},
		{loadRequest{Model: t.TempDir()}, world.ConfigFile},
	} {
		if _, _, failed := call[modelAnswer](t, methods, "model", c.q); !strings.Contains(failed, c.want) {
			t.Errorf("%+v: %q, want %q", c.q, failed, c.want)
		}
	}
	if err := os.Truncate(filepath.Join(dir, world.CardFile), maxFile+1); err == nil { // a file with a hole
		if _, _, failed := call[modelAnswer](t, methods, "model", loadRequest{Model: dir}); !strings.Contains(failed, "has 268435457 bytes, 268435456 at most are read") {
			t.Error(failed)
		}
	}
}

// TestPlannersPlanInTheUnitsOfTheTask, and what cannot be planned is said.
func TestPlannersPlanInTheUnitsOfTheTask(t *testing.T) {
	t.Parallel()
	var shelf door.Shelf
	methods := Methods(&shelf, source)
	about, _, failed := call[modelAnswer](t, methods, "model", loadRequest{Model: "true"})
	if failed != "" {
		t.Fatal(failed)
	}
	request := func(change func(q map[string]any)) map[string]any {
		q := map[string]any{"scenario": "pusht", "model": about.Handle, "seed": 3, "workers": 1, "samples": 6, "tune": map[string]float64{"horizon": 3, "iterations": 1, "replan": 1}}
		change(q)
		return q
	}
	scene := pushT(t)
	other := *scene
	other.Name = "pushd"
	text, err := json.Marshal(&other)
	if err != nil {
		t.Fatal(err)
	}
	for want, change := range map[string]func(q map[string]any){
		"scenario mixed has no task to plan":               func(q map[string]any) { q["scenario"] = "mixed" },
		`unknown scenario "pushd", perhaps "push"`:         func(q map[string]any) { q["scenario"] = "pushd" },
		"budget: -1 s must be 0 to 1000000":                func(q map[string]any) { q["seconds"] = -1 },
		"budget: 1e+07 s must be 0 to 1000000":             func(q map[string]any) { q["seconds"] = 1e7 },
		"budget: 3 plans must be 4 at least":               func(q map[string]any) { q["samples"] = 3 },
		"setting horizon: ":                                func(q map[string]any) { q["tune"] = map[string]float64{"horizon": -1} },
		"nobody":                                           func(q map[string]any) { q["planner"] = "nobody" },
		`scene of "pushd" must be of the scenario "pusht"`: func(q map[string]any) { q["scene"] = json.RawMessage(text) },
		"it is closed":                                     func(q map[string]any) { q["model"] = 999 },
	} {
		if _, _, failed := call[plannerAnswer](t, methods, "planner", request(change)); !strings.Contains(failed, want) {
			t.Errorf("%q, want %q", failed, want)
		}
	}
	p, _, failed := call[plannerAnswer](t, methods, "planner", request(func(map[string]any) {}))
	if failed != "" {
		t.Fatal(failed)
	}
	unit := p.Unit
	if p.Scenario != "pusht" || p.FPS != scene.FPS || !(unit > 0) || len(p.Low) != 2 || p.Low[0] != scene.Actuators[0].Low/unit || p.High[1] != scene.Actuators[1].High/unit ||
		len(p.Bodies) != 2 || p.Bodies[1] != scene.Bodies[1].Name || len(p.Goals) != len(scene.Goals) || p.Settings.Horizon != 3 || tried(&p.Settings) > 6 {
		t.Errorf("%+v", p)
	}
	handle := map[string]any{"handle": p.Handle}
	if _, out, failed := call[any](t, methods, "planner.expected", handle); failed != "" || len(out) > 0 {
		t.Errorf("before it acts it expects %v, %s", out, failed)
	}
	start := scene.Start()
	state := door.Array{Name: "state", Shape: []int{2, sim.StateSize}}
	var values []float64
	for i := range start {
		v := start[i].Values()
		values = append(values, v[:]...)
	}
	state.Values = values
	if _, _, failed := call[actAnswer](t, methods, "planner.act", handle); failed != "state must be given" {
		t.Error(failed)
	}
	answer, out, failed := call[actAnswer](t, methods, "planner.act", handle, state)
	if failed != "" || !answer.Planned || math.IsNaN(answer.Cost) {
		t.Fatalf("%+v, %s", answer, failed)
	}
	action := out["action"].Values.([]float64)
	for i, v := range action {
		if !(v >= p.Low[i] && v <= p.High[i]) {
			t.Errorf("actuator %d is asked for %v of %v to %v", i, v, p.Low[i], p.High[i])
		}
	}
	if _, out, failed = call[any](t, methods, "planner.expected", handle); failed != "" || !slices.Equal(out["states"].Shape[1:], []int{2, sim.StateSize}) || out["states"].Shape[0] < 3 {
		t.Errorf("it expects %v, %s", out["states"].Shape, failed)
	}
	// Two plans that differ in the last frame alone cost the same where that does not count, and the clipped one is that at the bound.
	plans := door.Array{Name: "plans", Shape: []int{3, 1, 2}, Values: []float64{p.High[0], p.Low[1], 10 * p.High[0], 10 * p.Low[1], p.Low[0], p.High[1]}}
	if _, out, failed = call[any](t, methods, "planner.costs", map[string]any{"handle": p.Handle, "final": 1}, state, plans); failed != "" {
		t.Fatal(failed)
	}
	if costs := out["costs"].Values.([]float64); len(costs) != 3 || costs[0] != costs[1] || math.IsNaN(costs[2]) {
		t.Errorf("costs %v", costs)
	}
	none := door.Array{Name: "plans", Shape: []int{0, 1, 2}, Values: []float64{}}
	if _, out, failed = call[any](t, methods, "planner.costs", map[string]any{"handle": p.Handle, "final": 1}, state, none); failed != "" || len(out["costs"].Values.([]float64)) != 0 {
		t.Errorf("no plans cost %v, %s", out["costs"].Values, failed)
	}
	for goals, want := range map[int]string{len(scene.Goals): "", len(scene.Goals) + 1: "goals must be the scene's"} {
		list := append(slices.Clone(scene.Goals), scene.Goals...)[:goals]
		if _, _, failed := call[any](t, methods, "planner.reset", map[string]any{"handle": p.Handle, "goals": list}); (failed == "") != (want == "") || !strings.Contains(failed, want) {
			t.Errorf("%d goals: %q, want %q", goals, failed, want)
		}
	}
	if _, _, failed := call[any](t, methods, "planner.reset", handle); failed != "" {
		t.Error(failed)
	}
	if again, _, failed := call[actAnswer](t, methods, "planner.act", handle, state); failed != "" || !again.Planned {
		t.Errorf("after a reset it plans anew: %+v, %s", again, failed)
	}
}
