package serve

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// wants checks the status, code and message of an error.
func (c *client) wants(method, path, body string, status int, code, message string) {
	c.Helper()
	got, text := c.raw(method, path, body)
	var answer errorAnswer
	if err := json.Unmarshal([]byte(text), &answer); err != nil {
		c.Errorf("%s %s: %q is no error: %v", method, path, text, err)
		return
	}
	if field := answer.Error.Field; field != "" && (!strings.HasPrefix(answer.Error.Message, field+": ") || strings.HasPrefix(answer.Error.Message, field+": "+field+": ")) {
		c.Errorf("%s %s: the message %q must begin with the field %s, once", method, path, answer.Error.Message, field)
	}
	for _, word := range []string{"json:", "unmarshal", "invalid character", "strconv", "goroutine", ".go:"} {
		if strings.Contains(answer.Error.Message, word) {
			c.Errorf("%s %s: %q has words of Go", method, path, answer.Error.Message)
		}
	}
	if got != status || answer.Error.Code != code || !strings.Contains(answer.Error.Message, message) {
		c.Errorf("%s %s %.80s: status %d, %+v; want %d, %s and %q", method, path, body, got, answer.Error, status, code, message)
	}
}

func TestMistakesAreClear(t *testing.T) {
	c := dial(t, newServer(t, nil))
	about := c.create("pusht", 1)
	path := "/v1/environments/" + about.ID
	scene := `{"format":1,"name":"","fps":60,"substeps":1,"iterations":1,"slop":0,"gravity":[0,0],"damping":1,"bodies":[` +
		`{"kind":"dynamic","mass":1,"moment":1,"start":[0,0,0,0,0,0],"shapes":[{"kind":"circle","vertices":[[0,0]],"radius":1,"friction":0,"elasticity":0}]}]}`
	if status, text := c.raw("POST", "/v1/predict", `{"model": "fall", "scene": `+scene+`}`); status != http.StatusOK {
		t.Fatalf("the scene of the test: %s", text)
	}
	for _, test := range []struct {
		method, path, body string
		status             int
		code, message      string
	}{
		{"GET", "/v1/nothing", "", 404, "not_found", `"/v1/nothing" is none of the server's, which /openapi.yaml lists`},
		{"GET", path + "/step", "", 405, "not_allowed", `"GET"`},
		{"PUT", "/v1/models", "", 405, "not_allowed", `"PUT"`},
		{"POST", "/v1/environments", `{"scenario": null}`, 400, "invalid", "scenario: null must be a name"},
		{"POST", "/v1/environments", `{}`, 400, "invalid", `scenario: missing key "scenario"`},
		{"POST", "/v1/environments", `{"scenario": "pusht", "sede": 1}`, 400, "invalid", `sede: unknown key "sede", perhaps "seed"`},
		{"POST", "/v1/environments", `{"scenario": "pusht", "seed": 1.5}`, 400, "invalid", "seed: 1.5 must be a whole number"},
		{"POST", "/v1/environments", `{"scenario": "pusht", "seed": 18446744073709551616}`, 400, "invalid", "seed: 18446744073709551616 must be"},
		{"POST", "/", "", 405, "not_allowed", `"POST" of "/" must be GET`},
		{"PUT", path, "", 405, "not_allowed", `must be DELETE or GET`},
		{"POST", path + "/step", `{"action": "left"}`, 400, "invalid", `action: "left" must be a list`},
		{"POST", path + "/step", `{"action": [1, "left"]}`, 400, "invalid", `action[1]: "left" must be a number`},
		{"POST", path + "/plan", `{"model": "dirft"}`, 404, "not_found", `model: unknown model "dirft", perhaps "drift"`},
		{"POST", "/v1/predict", `{"model": "fall", "scene": ` + strings.Replace(scene, `"radius"`, `"radus"`, 1) + `}`, 400, "invalid", `scene.bodies[0].shapes[0].radus: unknown key "radus", perhaps "radius"`},
		{"POST", "/v1/predict", `{"model": "fall", "scene": 7}`, 400, "invalid", `scene: 7 must be an object`},
		{"POST", "/v1/predict", `{"model": "fall", "environment": "x"}`, 404, "not_found", `environment "x"`},
		{"POST", "/v1/environments", "", 400, "invalid", "the text is empty"},
		{"POST", "/v1/environments", "{", 400, "invalid", "text ends too early"},
		{"POST", "/v1/environments", `{"scenario": "pusht"} {}`, 400, "invalid", "{ stands after the end"},
		{"POST", "/v1/environments", `{"scenery": 1}`, 400, "invalid", `scenery: unknown key "scenery"`},
		{"POST", "/v1/environments", `{"scenario": 1}`, 400, "invalid", "scenario: 1 must be a name"},
		{"POST", "/v1/environments", `{"scenario": "push-t"}`, 404, "not_found", `unknown scenario "push-t", perhaps "pusht"`},
		{"POST", "/v1/environments", `{"scenario": "billiards"}`, 400, "invalid", "has no task"},
		{"POST", "/v1/environments", `{"scenario": "push", "values": {"sides": 3}}`, 400, "invalid", `unknown parameter "sides"`},
		{"POST", "/v1/environments", `{"scenario": "push", "seed": -1}`, 400, "invalid", "seed: -1 must be a whole number"},
		{"POST", "/v1/scenes", `{"scenario": "pile", "episode": -1}`, 400, "invalid", "episode: -1 must be ≥ 0"},
		{"GET", "/v1/environments/x", "", 404, "not_found", `environment "x"`},
		{"POST", "/v1/environments/../models/step", "{}", 404, "not_found", ""},
		{"POST", path + "/step", `{}`, 400, "invalid", `action: missing key "action"`},
		{"POST", path + "/step", `{"action": [1, 2, 3]}`, 400, "invalid", "action: has 3 numbers, must have 2"},
		{"POST", path + "/step", `{"action": [1, 1e999]}`, 400, "invalid", "1e999"},
		{"POST", path + "/step", `{"action": [1, NaN]}`, 400, "invalid", `action[1]: NaN must be a finite number`},
		{"POST", path + "/plan", `{"model": "oracle"}`, 404, "not_found", `model: unknown model "oracle"; there are drift, fall`},
		{"POST", path + "/plan", `{"model": "drift", "planner": "greedy"}`, 400, "invalid", `planner: "greedy" must be one of cem, icem, mppi, random`},
		{"POST", path + "/plan", `{"model": "drift", "settings": {"samples": 1}}`, 400, "invalid", "settings.samples: 1 must be 2 to"},
		{"POST", "/v1/predict", `{"model": "fall"}`, 400, "invalid", "either an environment or a scene"},
		{"POST", "/v1/predict", `{"model": "fall", "environment": "x", "scene": {}}`, 400, "invalid", "either an environment or a scene"},
		{"POST", "/v1/predict", `{"model": "fall", "scene": {}}`, 400, "invalid", "scene.format: missing key"},
		{"POST", "/v1/environments", `{"scenario": "pusht", "scenario": "push"}`, 400, "invalid", "scenario: repeated key"},
		{"POST", "/v1/predict", `{"model": "fall", "scene": ` + strings.Replace(scene, `"mass":1`, `"mass":-1`, 1) + `}`, 400, "invalid", "scene: body 0: mass -1 kg must be > 0"},
		{"POST", "/v1/predict", `{"model": "fall", "scene": ` + scene + `, "state": []}`, 400, "invalid", "state: has 0 bodies, must have the scene's 1"},
		{"POST", "/v1/predict", `{"model": "fall", "scene": ` + scene + `, "state": [[0,0,0,0,0]]}`, 400, "invalid", "state[0]: has 5 numbers, must have 6"},
		{"POST", "/v1/predict", `{"model": "fall", "scene": ` + scene + `, "state": [[0,0,0,0,0,1e10]]}`, 400, "invalid", "state[0][5]: 1e+10 must be"},
		{"POST", "/v1/predict", `{"model": "fall", "scene": ` + scene + `, "action": [1]}`, 400, "invalid", "action: has 1 numbers, must have 0"},
		{"POST", "/v1/rollout", `{"model": "fall", "scene": ` + scene + `}`, 400, "invalid", "frames: 0 must be ≥ 1"},
		{"POST", "/v1/rollout", `{"model": "fall", "scene": ` + scene + `, "frames": -3}`, 400, "invalid", "frames: -3 must be ≥ 1"},
		{"POST", "/v1/rollout", `{"model": "fall", "scene": ` + scene + `, "frames": 3, "starts": []}`, 400, "invalid", "0 starts"},
		{"POST", "/v1/rollout", `{"model": "fall", "scene": ` + scene + `, "frames": 3, "actions": [[[]]]}`, 400, "invalid", "frames: 3 must be left out"},
		{"POST", "/v1/rollout", `{"model": "fall", "scene": ` + scene + `, "actions": [[[], []], [[]]]}`, 400, "invalid", "actions[1]: 1 frames must be the 2"},
		{"POST", "/v1/rollout", `{"model": "fall", "scene": ` + scene + `, "actions": [[], []]}`, 400, "invalid", "frames: 0 must be ≥ 1"},
	} {
		c.wants(test.method, test.path, test.body, test.status, test.code, test.message)
	}
	for range about.TimeLimit {
		post[stepAnswer](c, path+"/step", stepRequest{[]float64{0, 0}})
	}
	c.wants("POST", path+"/step", `{"action": [0, 0]}`, 409, "over", "must be reset")
	c.wants("POST", path+"/plan", `{"model": "drift"}`, 409, "over", "must be reset")
	if status, _ := c.raw("DELETE", path, ""); status != http.StatusNoContent {
		t.Errorf("deleting: status %d", status)
	}
	c.wants("DELETE", path, "", 404, "not_found", "there is none")
}

// TestPagesOfOthersAreRefused sends what a browser sends on behalf of such a page.
func TestPagesOfOthersAreRefused(t *testing.T) {
	c := dial(t, newServer(t, nil))
	for name, change := range map[string]func(*http.Request){
		"other origin": func(r *http.Request) { r.Header.Set("Origin", "http://elsewhere.example") },
		"other site":   func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") },
		"other name":   func(r *http.Request) { r.Host = "elsewhere.example" },
		"form":         func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") },
	} {
		request, err := http.NewRequest(http.MethodPost, c.base+"/v1/environments", strings.NewReader(`{"scenario": "pusht"}`))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/json")
		change(request)
		response, err := c.http.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != http.StatusForbidden && response.StatusCode != http.StatusUnsupportedMediaType {
			t.Errorf("%s: status %d", name, response.StatusCode)
		}
	}
}

// FuzzRequest sends anything to anywhere. The answer is JSON, and never that something
// within has failed.
func FuzzRequest(f *testing.F) {
	s := newServer(f, func(c *Config) {
		c.Limits.States, c.Limits.Frames, c.Limits.Time, c.Limits.Environments = 2000, 50, 5*time.Second, 8
	})
	h := &hosted{Environment: local(f, "pusht")}
	h.scenario, _, _ = s.findScenario(f.Context(), named("pusht"), "", nil)
	if err := s.begin(h, &resetRequest{Seed: 1}); err != nil {
		f.Fatal(err)
	}
	if err := s.host(h); err != nil {
		f.Fatal(err)
	}
	for _, seed := range []struct{ path, body string }{
		{"/v1/environments", `{"scenario": "cartpole", "values": {"swing_up": 1}, "seed": 3}`},
		{"/v1/environments/ID/step", `{"action": [1, 2]}`},
		{"/v1/environments/ID/reset", `{"seed": 18446744073709551615}`},
		{"/v1/environments/ID/plan", `{"model": "drift", "planner": "icem", "settings": {"samples": 30}, "expect": true}`},
		{"/v1/predict", `{"model": "drift", "environment": "ID", "state": [[0,0,0,0,0,0],[1,1,0,0,0,0]], "action": [1, 2]}`},
		{"/v1/rollout", `{"model": "drift", "environment": "ID", "actions": [[[1, 2], [3, 4]]]}`},
		{"/v1/rollout", `{"model": "drift", "environment": "ID", "starts": [[[0,0,0,0,0,0],[1,1,0,0,0,0]], null], "frames": 2}`},
		{"/v1/scenes", `{"scenario": "billiards", "values": {"bodies": 2}, "episode": 1}`},
	} {
		f.Add(seed.path, seed.body)
	}
	f.Fuzz(func(t *testing.T, path, body string) {
		request, err := http.NewRequest(http.MethodPost, "http://localhost"+strings.ReplaceAll(path, "ID", h.id), strings.NewReader(strings.ReplaceAll(body, "ID", h.id)))
		if err != nil {
			t.Skip("no address")
		}
		request.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		s.ServeHTTP(w, request)
		answer, err := io.ReadAll(w.Body)
		if err != nil {
			t.Fatal(err)
		}
		redirect := w.Code == http.StatusMovedPermanently || w.Code == http.StatusTemporaryRedirect // to the path without dots
		if w.Code == http.StatusInternalServerError || !redirect && !json.Valid(answer) {
			t.Errorf("%q %q: status %d: %s", path, body, w.Code, answer)
		}
	})
}
