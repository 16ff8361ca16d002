package serve

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"orrery/sim"
)

// Several environments in one request are what each of them is alone.
func TestManyStepsAreManySingleSteps(t *testing.T) {
	t.Parallel()
	c := dial(t, newServer(t, nil))
	var many resetsRequest
	var alone []string
	for i := range 3 {
		many.Resets = append(many.Resets, oneReset{c.create("pusht", 0).ID, resetRequest{Seed: uint64(i + 5)}})
		alone = append(alone, "/v1/environments/"+c.create("pusht", uint64(i+5)).ID)
	}
	begun := post[resetsAnswer](c, "/v1/resets", many)
	for i, path := range alone {
		want := post[resetAnswer](c, path+"/reset", many.Resets[i].resetRequest)
		if got := begun.Resets[i]; got.Error != nil || !reflect.DeepEqual(*got.Reset, want) {
			t.Errorf("reset %d is %+v, want %+v", i, got, want)
		}
	}
	for k := range 4 {
		var q stepsRequest
		for i := range alone {
			q.Steps = append(q.Steps, oneStep{many.Resets[i].Environment, stepRequest{[]float64{float64(100 * i), float64(50 * k)}}})
		}
		a := post[stepsAnswer](c, "/v1/steps", q)
		for i, path := range alone {
			want := post[stepAnswer](c, path+"/step", q.Steps[i].stepRequest)
			if got := a.Steps[i]; got.Error != nil || !reflect.DeepEqual(*got.Step, want) {
				t.Errorf("step %d of %d is %+v, want %+v", k, i, got, want)
			}
		}
	}
}

// One that cannot step has the error that it has alone, and the others go on.
func TestARefusedStepTouchesNoOther(t *testing.T) {
	t.Parallel()
	c := dial(t, newServer(t, nil))
	a, b := c.create("pusht", 1), c.create("pusht", 1)
	answer := post[stepsAnswer](c, "/v1/steps", stepsRequest{Steps: []oneStep{
		{a.ID, stepRequest{[]float64{1}}}, {"nobody", stepRequest{[]float64{1, 2}}}, {b.ID, stepRequest{[]float64{1, 2}}},
	}})
	for i, want := range []string{"action: has 1 numbers, must have 2", `environment "nobody": there is none`} {
		if got := answer.Steps[i]; got.Step != nil || got.Error == nil || !strings.Contains(got.Error.Message, want) {
			t.Errorf("step %d is %+v, want %s", i, got, want)
		}
	}
	if answer.Steps[2].Step == nil || answer.Steps[0].Error.Field != "action" {
		t.Errorf("got %+v", answer.Steps)
	}
	if state := get[stateAnswer](c, "/v1/environments/"+b.ID+"/state"); state.Frame != 1 {
		t.Errorf("the one that could step is at frame %d", state.Frame)
	}
	for _, q := range []struct{ path, body, message string }{
		{"/v1/steps", `{"steps": []}`, "steps: must name an environment or more"},
		{"/v1/resets", `{"resets": []}`, "resets: must name an environment or more"},
		{"/v1/steps", fmt.Sprintf(`{"steps": [{"environment": %q, "action": [1, 2]}, {"environment": %q, "action": [1, 2]}]}`, b.ID, b.ID), "is there twice, as number 0 and as number 1"},
		{"/v1/steps", `{"steps": [{"environment": "x"}]}`, `missing key "action"`},
		{"/v1/resets", `{"resets": [{"seed": 1}]}`, `missing key "environment"`},
	} {
		c.wants("POST", q.path, q.body, 400, "invalid", q.message)
	}
	small := dial(t, newServer(t, func(c *Config) { c.Limits.Batch = 1 }))
	small.wants("POST", "/v1/resets", `{"resets": [{"environment": "x"}, {"environment": "y"}]}`, 413, "too_large", "number of environments 2 must be at most 1")
}

// A fault of one environment is its own error, and does not end the server.
func TestAFaultInABatchIsOneError(t *testing.T) {
	t.Parallel()
	s := newServer(t, nil)
	c := dial(t, s)
	a, b := c.create("pusht", 1), c.create("pusht", 1)
	s.mu.Lock()
	s.environments[a.ID].Environment = nil
	s.mu.Unlock()
	answer := post[resetsAnswer](c, "/v1/resets", resetsRequest{Resets: []oneReset{{Environment: a.ID}, {Environment: b.ID}}})
	if got := answer.Resets[0]; got.Error == nil || got.Error.Code != "internal" || answer.Resets[1].Reset == nil {
		t.Errorf("got %+v", answer.Resets)
	}
}

// An episode begins in the state and with the goals that a reset tells, and goes on as any.
func TestResetsTellStatesAndGoals(t *testing.T) {
	t.Parallel()
	c := dial(t, newServer(t, nil))
	about := c.create("pusht", 1)
	path := "/v1/environments/" + about.ID
	before := get[stateAnswer](c, path+"/state")
	state := append(sim.State{}, before.State...)
	state[0].X, state[1].X, state[1].VX, state[1].Angle = 1, 3, 0.25, 7
	goals := append([]sim.Goal{}, before.Scene.Goals...)
	goals[0].Target.X = 2
	post[resetAnswer](c, path+"/reset", resetRequest{Seed: 1, State: state, Goals: goals})
	after := get[stateAnswer](c, path+"/state")
	if !reflect.DeepEqual(after.State, state) || !reflect.DeepEqual(after.Scene.Goals, goals) || after.Frame != 0 {
		t.Errorf("the episode begins in %v with %+v", after.State, after.Scene.Goals)
	}
	first := post[stepAnswer](c, path+"/step", stepRequest{[]float64{256, 256}})
	post[resetAnswer](c, path+"/reset", resetRequest{Seed: 9, State: state, Goals: goals})
	if again := post[stepAnswer](c, path+"/step", stepRequest{[]float64{256, 256}}); !reflect.DeepEqual(again, first) {
		t.Errorf("the same state leads to %+v and to %+v", first, again)
	}
	post[resetAnswer](c, path+"/reset", resetRequest{Seed: 1})
	if back := get[stateAnswer](c, path+"/state"); !reflect.DeepEqual(back.State, before.State) || !reflect.DeepEqual(back.Scene, before.Scene) {
		t.Error("a state and goals outlive their episode")
	}
	text := func(v any) string {
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	post[stepAnswer](c, path+"/step", stepRequest{[]float64{256, 256}})
	for _, q := range []struct{ body, message string }{
		{`{"state": ` + text(state[:1]) + `}`, "state: has 1 bodies, must have the scene's 2"},
		{`{"state": [[0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0]]}`, "state[0]"},
		{`{"state": [[0, 0, 0, 0, 0, 1e300], [0, 0, 0, 0, 0, 0]]}`, "state[0][5]: 1e+300 must be"},
		{`{"state": [[0, 0, 0, 0, 0, null], [0, 0, 0, 0, 0, 0]]}`, "state[0]"},
		{`{"state": "there"}`, "state"},
		{`{"goals": []}`, "goals: has 0 goals, must have the scene's 1"},
		{`{"goals": [{"kind": "place", "body": 1, "target": [0, 0], "radius": 1}]}`, `goals[0]: must be of kind "pose" and of body 1`},
		{`{"goals": [{"kind": "pose", "body": 0, "target": [0, 0]}]}`, `goals[0]: must be of kind "pose" and of body 1`},
		{`{"goals": [{"kind": "pose", "body": 1, "target": [0, 0], "radius": 1}]}`, "must not have settings of other kinds"},
		{`{"goals": [{"kind": "pose", "body": 1, "target": [1e99, 0]}]}`, "target"},
		{`{"goals": [{"kind": "pose", "body": 1, "target": [0, 0], "name": "x", "size": 1}]}`, `unknown key "size"`},
	} {
		c.wants("POST", path+"/reset", q.body, 400, "invalid", q.message)
	}
	if still := get[stateAnswer](c, path+"/state"); still.Frame != 1 || still.Over {
		t.Errorf("a refused reset leaves frame %d, over %v", still.Frame, still.Over)
	}
}

// Whoever asks by the wrong method is told the right ones.
func TestWrongMethodsAreToldTheRightOnes(t *testing.T) {
	t.Parallel()
	s := newServer(t, nil)
	c := dial(t, s)
	about := c.create("pusht", 1)
	for path, want := range map[string]string{
		"/v1/steps": "POST", "/health": "GET, HEAD", "/v1/environments/" + about.ID: "DELETE, GET, HEAD", "/v1/environments/" + about.ID + "/state": "GET, HEAD", "/": "GET, HEAD",
	} {
		request, err := http.NewRequest(http.MethodPatch, c.base+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		response, err := c.http.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if got := response.Header.Get("Allow"); response.StatusCode != http.StatusMethodNotAllowed || got != want {
			t.Errorf("%s: status %d, Allow is %q, want %q", path, response.StatusCode, got, want)
		}
	}
}

// get asks for something that there is.
func get[A any](c *client, path string) (a A) {
	c.Helper()
	status, text := c.raw(http.MethodGet, path, "")
	if err := json.Unmarshal([]byte(text), &a); err != nil || status != http.StatusOK {
		c.Fatalf("%s: status %d, %s", path, status, text)
	}
	return a
}

// TestOnlyWorkersAreAskedAtOnce, however long a list is.
func TestOnlyWorkersAreAskedAtOnce(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(c *Config) { c.Limits.Workers = 2 })
	var running, most, asked atomic.Int64
	err := s.each(t.Context(), "steps", 16, strconv.Itoa, func(int) *errorText {
		n := running.Add(1)
		for before := most.Load(); n > before && !most.CompareAndSwap(before, n); before = most.Load() {
		}
		time.Sleep(time.Millisecond)
		running.Add(-1)
		asked.Add(1)
		return nil
	}, func(i int, text *errorText) { t.Errorf("%d fails: %v", i, text) })
	if err != nil || most.Load() > 2 || asked.Load() != 16 {
		t.Errorf("%d are asked, up to %d at once: %v", asked.Load(), most.Load(), err)
	}
}
