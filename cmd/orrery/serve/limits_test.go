package serve

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"orrery/sim"
	"orrery/world"
)

// slow is a model that waits in every frame.
type slow struct {
	drift
	frames *atomic.Int64
}

func (m slow) Predictor(scenes []*sim.Scene) (world.Predictor, error) {
	return slowPredictor{scenes, m.frames}, nil
}

type slowPredictor struct {
	driftPredictor
	frames *atomic.Int64
}

func (p slowPredictor) Step(state sim.State, actions sim.Action) error {
	p.frames.Add(1)
	time.Sleep(5 * time.Millisecond)
	return p.driftPredictor.Step(state, actions)
}

// withSlow adds the model, and counts the frames it has predicted.
func withSlow(frames *atomic.Int64, change func(*Limits)) func(*Config) {
	return func(c *Config) {
		c.Models["slow"] = slow{frames: frames}
		if change != nil {
			change(&c.Limits)
		}
	}
}

func waitFor(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !holds(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("no %s after 20 s", what)
		}
	}
}

// wants checks the status, code and message of an error.
func (c *client) wants(method, path, body string, status int, code, message string) {
	c.Helper()
	got, text := c.raw(method, path, body)
	var answer errorAnswer
	if err := json.Unmarshal([]byte(text), &answer); err != nil {
		c.Errorf("%s %s: %q is no error: %v", method, path, text, err)
		return
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
		{"GET", "/v1/nothing", "", 404, "not_found", `"/v1/nothing"`},
		{"GET", path + "/step", "", 405, "not_allowed", `"GET"`},
		{"PUT", "/v1/models", "", 405, "not_allowed", `"PUT"`},
		{"POST", "/v1/environments", "", 400, "invalid", "EOF"},
		{"POST", "/v1/environments", "{", 400, "invalid", "unexpected EOF"},
		{"POST", "/v1/environments", `{"scenario": "pusht"} {}`, 400, "invalid", "more follows"},
		{"POST", "/v1/environments", `{"scenery": 1}`, 400, "invalid", `unknown field "scenery"`},
		{"POST", "/v1/environments", `{"scenario": 1}`, 400, "invalid", "scenario"},
		{"POST", "/v1/environments", `{"scenario": "push-t"}`, 404, "not_found", `unknown scenario "push-t", perhaps "pusht"`},
		{"POST", "/v1/environments", `{"scenario": "billiards"}`, 400, "invalid", "has no task"},
		{"POST", "/v1/environments", `{"scenario": "push", "values": {"sides": 3}}`, 400, "invalid", `unknown parameter "sides"`},
		{"POST", "/v1/environments", `{"scenario": "push", "seed": -1}`, 400, "invalid", "seed"},
		{"POST", "/v1/scenes", `{"scenario": "pile", "episode": -1}`, 400, "invalid", "episode -1 must be ≥ 0"},
		{"GET", "/v1/environments/x", "", 404, "not_found", `environment "x"`},
		{"POST", "/v1/environments/../models/step", "{}", 404, "not_found", ""},
		{"POST", path + "/step", `{}`, 400, "invalid", "action of 0 numbers must have 2"},
		{"POST", path + "/step", `{"action": [1, 2, 3]}`, 400, "invalid", "action of 3 numbers must have 2"},
		{"POST", path + "/step", `{"action": [1, 1e999]}`, 400, "invalid", "1e999"},
		{"POST", path + "/step", `{"action": [1, NaN]}`, 400, "invalid", "invalid character 'N'"},
		{"POST", path + "/plan", `{"model": "oracle"}`, 404, "not_found", `model "oracle" must be one of [drift fall]`},
		{"POST", path + "/plan", `{"model": "drift", "planner": "greedy"}`, 400, "invalid", `planner "greedy" must be one of`},
		{"POST", path + "/plan", `{"model": "drift", "settings": {"samples": 1}}`, 422, "impossible", "samples 1 must be"},
		{"POST", "/v1/predict", `{"model": "fall"}`, 400, "invalid", "either an environment or a scene"},
		{"POST", "/v1/predict", `{"model": "fall", "environment": "x", "scene": {}}`, 400, "invalid", "either an environment or a scene"},
		{"POST", "/v1/predict", `{"model": "fall", "scene": {}}`, 400, "invalid", "missing key"},
		{"POST", "/v1/predict", `{"model": "fall", "scene": ` + strings.Replace(scene, `"mass":1`, `"mass":-1`, 1) + `}`, 400, "invalid", "body 0: mass -1 kg must be > 0"},
		{"POST", "/v1/predict", `{"model": "fall", "scene": ` + scene + `, "state": []}`, 400, "invalid", "state of 0 bodies must have the scene's 1"},
		{"POST", "/v1/predict", `{"model": "fall", "scene": ` + scene + `, "state": [[0,0,0,0,0]]}`, 400, "invalid", "number 6 of 6"},
		{"POST", "/v1/predict", `{"model": "fall", "scene": ` + scene + `, "state": [[0,0,0,0,0,1e10]]}`, 400, "invalid", "body 0: 1e+10 must be"},
		{"POST", "/v1/predict", `{"model": "fall", "scene": ` + scene + `, "action": [1]}`, 400, "invalid", "action of 1 numbers must have 0"},
		{"POST", "/v1/rollout", `{"model": "fall", "scene": ` + scene + `}`, 400, "invalid", "frames 0 must be ≥ 1"},
		{"POST", "/v1/rollout", `{"model": "fall", "scene": ` + scene + `, "frames": -3}`, 400, "invalid", "frames -3 must be ≥ 1"},
		{"POST", "/v1/rollout", `{"model": "fall", "scene": ` + scene + `, "frames": 3, "starts": []}`, 400, "invalid", "0 starts"},
		{"POST", "/v1/rollout", `{"model": "fall", "scene": ` + scene + `, "frames": 3, "actions": [[[]]]}`, 400, "invalid", "frames 3 must be left out"},
		{"POST", "/v1/rollout", `{"model": "fall", "scene": ` + scene + `, "actions": [[[], []], [[]]]}`, 400, "invalid", "actions 1: 1 frames must be the 2"},
		{"POST", "/v1/rollout", `{"model": "fall", "scene": ` + scene + `, "actions": [[], []]}`, 400, "invalid", "frames 0 must be ≥ 1"},
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

func TestLimitsHold(t *testing.T) {
	var frames atomic.Int64
	c := dial(t, newServer(t, withSlow(&frames, func(l *Limits) {
		l.Bytes, l.Bodies, l.Frames, l.States, l.Samples, l.Environments, l.Time = 20_000, 4, 40, 300, 50, 2, 200*time.Millisecond
	})))
	about := c.create("pusht", 1)
	c.create("pusht", 1)
	c.wants("POST", "/v1/environments", `{"scenario": "pusht"}`, 503, "busy", "there are 2, at most 2")
	if status, _ := c.raw("DELETE", "/v1/environments/"+about.ID, ""); status != http.StatusNoContent {
		t.Fatal("could not be deleted")
	}
	about = c.create("pusht", 1)

	of := `"environment": "` + about.ID + `"`
	plan := "/v1/environments/" + about.ID + "/plan"
	c.wants("POST", "/v1/environments", strings.Repeat(" ", 20_001), 413, "too_large", "more than 20000 bytes")
	c.wants("POST", "/v1/rollout", `{"model": "drift", "frames": 41, `+of+`}`, 413, "too_large", "frames 41 must be at most 40")
	starts := strings.Repeat(`[[0,0,0,0,0,0],[1,1,0,0,0,0]],`, 6)
	c.wants("POST", "/v1/rollout", `{"model": "drift", "frames": 40, "starts": [`+starts[:len(starts)-1]+`], `+of+`}`, 413, "too_large", "states 492 must be at most 300")
	c.wants("POST", plan, `{"model": "drift", "settings": {"samples": 51}}`, 413, "too_large", "samples 51 must be at most 50")
	c.wants("POST", plan, `{"model": "drift", "settings": {"horizon": 21}}`, 413, "too_large", "frames of a plan 42 must be at most 40")
	c.wants("POST", plan, `{"model": "slow", "settings": {"horizon": 20}}`, 503, "timeout", "not done within 200ms")
	if before := frames.Load(); before == 0 {
		t.Error("the slow model was not asked")
	}
	big := post[*sim.Scene](c, "/v1/scenes", sceneRequest{Scenario: "billiards", Values: map[string]float64{"bodies": 5}})
	raw, err := big.Encode()
	if err != nil {
		t.Fatal(err)
	}
	c.wants("POST", "/v1/predict", `{"model": "fall", "scene": `+string(raw)+`}`, 413, "too_large", "bodies 5 must be at most 4")
}

func TestMemoryIsLimited(t *testing.T) {
	var limits *Limits
	s := newServer(t, nil)
	limits = &s.config.Limits
	c := dial(t, s)
	about := c.create("pusht", 1)
	limits.Memory = 1
	c.wants("POST", "/v1/environments", `{"scenario": "pusht"}`, 503, "busy", "memory: ")
	c.wants("POST", "/v1/environments/"+about.ID+"/plan", `{"model": "drift"}`, 503, "busy", "memory: ")
	post[stepAnswer](c, "/v1/environments/"+about.ID+"/step", stepRequest{[]float64{0, 0}})
}

func TestConnectionsAreLimited(t *testing.T) {
	c := dial(t, newServer(t, func(config *Config) { config.Limits.Connections = 2 }))
	address := strings.TrimPrefix(c.base, "http://")
	var held []net.Conn
	for range 2 {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		held = append(held, conn)
	}
	for _, conn := range held { // by now the server knows both
		fmt.Fprint(conn, "GET /v1/models HTTP/1.1\r\nHost: localhost\r\n\r\n")
		if response, err := http.ReadResponse(bufio.NewReader(conn), nil); err != nil || response.StatusCode != http.StatusOK {
			t.Fatalf("a connection within the limit: %v", err)
		}
	}
	third, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer third.Close()
	if n, err := third.Read(make([]byte, 1)); n != 0 || err == nil {
		t.Error("the third connection stays open")
	}
	held[0].Close()
	waitFor(t, "room for a connection", func() bool {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			return false
		}
		defer conn.Close()
		fmt.Fprint(conn, "GET /v1/models HTTP/1.1\r\nHost: localhost\r\n\r\n")
		_, err = http.ReadResponse(bufio.NewReader(conn), nil)
		return err == nil
	})
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

// asClient makes the test binary a client that waits for a long rollout of the
// environment whose URL it is given.
const asClient = "ORRERY_TEST_AS_CLIENT"

func TestMain(m *testing.M) {
	base, id, ok := strings.Cut(os.Getenv(asClient), " ")
	if !ok {
		os.Exit(m.Run())
	}
	body := fmt.Sprintf(`{"model": "slow", "environment": %q, "frames": 1000}`, id)
	response, err := http.Post(base+"/v1/rollout", "application/json", strings.NewReader(body))
	fmt.Println(response, err)
}

// TestKilledClientLeavesNothing kills a process that waits for a rollout: the model
// stops, the environment grows old and goes, and so do all goroutines.
func TestKilledClientLeavesNothing(t *testing.T) {
	before := runtime.NumGoroutine()
	var frames atomic.Int64
	s := newServer(t, withSlow(&frames, func(l *Limits) { l.Idle = 300 * time.Millisecond }))
	t.Run("client", func(t *testing.T) {
		c := dial(t, s)
		about := c.create("pusht", 1)
		cmd := exec.Command(os.Args[0], "-test.run=^$")
		cmd.Env = append(os.Environ(), asClient+"="+c.base+" "+about.ID)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		waitFor(t, "rollout", func() bool { return frames.Load() > 3 })
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		cmd.Wait()
		waitFor(t, "end of the rollout", func() bool { return len(s.slots) == 0 })
		if n := frames.Load(); n > 900 {
			t.Errorf("the model went on for %d frames", n)
		}
		waitFor(t, "end of the environment", func() bool {
			s.mu.Lock()
			defer s.mu.Unlock()
			return len(s.environments) == 0
		})
		c.wants("GET", "/v1/environments/"+about.ID, "", 404, "not_found", "in no use for 300ms")
	})
	waitFor(t, "end of all goroutines", func() bool { return runtime.NumGoroutine() <= before })
}

// TestEnvironmentsInUseStay lives three times as long as an environment that nobody asks.
func TestEnvironmentsInUseStay(t *testing.T) {
	c := dial(t, newServer(t, func(config *Config) { config.Limits.Idle = 400 * time.Millisecond }))
	about := c.create("pusht", 1)
	for range 12 {
		time.Sleep(100 * time.Millisecond)
		post[stepAnswer](c, "/v1/environments/"+about.ID+"/step", stepRequest{[]float64{0, 0}})
	}
}

// TestStopsGracefully ends the server while a client waits, which gets its answer.
func TestStopsGracefully(t *testing.T) {
	var frames atomic.Int64
	s := newServer(t, withSlow(&frames, nil))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx, listener) }()
	c := &client{t, "http://" + listener.Addr().String(), &http.Client{}}
	about := c.create("pusht", 1)
	answered := make(chan int, 1)
	go func() {
		status, _ := c.raw("POST", "/v1/rollout", fmt.Sprintf(`{"model": "slow", "environment": %q, "frames": 60}`, about.ID))
		answered <- status
	}()
	waitFor(t, "rollout", func() bool { return frames.Load() > 3 })
	stop()
	if status := <-answered; status != http.StatusOK || frames.Load() != 60 {
		t.Errorf("status %d after %d frames", status, frames.Load())
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if _, err := net.Dial("tcp", listener.Addr().String()); err == nil {
		t.Error("the server still listens")
	}
}

// FuzzRequest sends anything to anywhere. The answer is JSON, and never that something
// within has failed.
func FuzzRequest(f *testing.F) {
	s := newServer(f, func(c *Config) {
		c.Limits.States, c.Limits.Frames, c.Limits.Time, c.Limits.Environments = 2000, 50, 5*time.Second, 8
	})
	h := &hosted{Environment: local(f, "pusht")}
	h.scenario, _, _ = findScenario("pusht", nil)
	if err := h.begin(1); err != nil {
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

// BenchmarkStep measures a step of Push-T with its round trip.
func BenchmarkStep(b *testing.B) {
	c := dial(b, newServer(b, nil))
	path := "/v1/environments/" + c.create("pusht", 1).ID
	frame := 0
	for b.Loop() {
		if frame++; frame > 300 {
			frame = 1
			post[resetAnswer](c, path+"/reset", resetRequest{1})
		}
		post[stepAnswer](c, path+"/step", stepRequest{[]float64{256, 256}})
	}
}
