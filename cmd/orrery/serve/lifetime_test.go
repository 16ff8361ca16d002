package serve

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"reflect"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
	"weak"

	"orrery/sim"
	"orrery/sim/environment"
	"orrery/sim/scenario"
	"orrery/world"
	"orrery/world/plan"
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
	for deadline := time.Now().Add(2 * time.Minute); !holds(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("no %s after two minutes", what)
		}
	}
}

// asClient makes the test binary a client of the address it is given, which creates an
// environment and waits for a long rollout of it.
const asClient = "ORRERY_TEST_AS_CLIENT"

func TestMain(m *testing.M) {
	base := os.Getenv(asClient)
	if base == "" {
		os.Exit(m.Run())
	}
	for range 20 { // on a slow machine the environment may be gone before it is used
		var env struct{ ID string }
		response, err := http.Post(base+"/v1/environments", "application/json", strings.NewReader(`{"scenario": "pusht"}`))
		if err == nil {
			err = json.NewDecoder(response.Body).Decode(&env)
		}
		if err == nil {
			body := fmt.Sprintf(`{"model": "slow", "environment": %q, "frames": 1000}`, env.ID)
			response, err = http.Post(base+"/v1/rollout", "application/json", strings.NewReader(body))
		}
		fmt.Println(response, err)
	}
}

// TestKilledClientLeavesNothing kills a process that waits for a rollout: the model
// stops, the environment grows old and goes, and so do all goroutines.
func TestKilledClientLeavesNothing(t *testing.T) {
	before := runtime.NumGoroutine()
	var frames atomic.Int64
	s := newServer(t, withSlow(&frames, func(l *Limits) { l.Idle = time.Second }))
	t.Run("client", func(t *testing.T) {
		c := dial(t, s)
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), asClient+"="+c.base)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		waitFor(t, "rollout", func() bool { return frames.Load() > 3 })
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Wait(); err == nil {
			t.Error("the client ended by itself")
		}
		waitFor(t, "end of the rollout", func() bool { return len(s.slots) == 0 })
		if n := frames.Load(); n > 900 {
			t.Errorf("the model went on for %d frames", n)
		}
		waitFor(t, "end of the environment", func() bool { return s.count() == 0 })
	})
	waitFor(t, "end of all goroutines", func() bool { return runtime.NumGoroutine() <= before })
}

// TestOnlyEnvironmentsInNoUseGo uses one just before it would go, again and again, and
// then no more. Time passes as fast as it can.
func TestOnlyEnvironmentsInNoUseGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t, nil)
		about, err := s.create(t.Context(), "", &createRequest{Scenario: named("pusht")})
		if err != nil {
			t.Fatal(err)
		}
		for range 5 {
			time.Sleep(s.config.Limits.Idle - time.Second)
			if _, err := s.step(t.Context(), about.ID, &stepRequest{[]float64{0, 0}}); err != nil {
				t.Fatal(err)
			}
		}
		untouched, err := s.create(t.Context(), "", &createRequest{Scenario: named("pusht")})
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(s.config.Limits.Idle - time.Second)
		if n := s.count(); n != 2 {
			t.Errorf("%d environments, want both until their time is over", n)
		}
		time.Sleep(2 * time.Second)
		if _, err := s.describe(t.Context(), untouched.ID, nil); err == nil || classify(err, &s.config.Limits).status != http.StatusNotFound {
			t.Errorf("one that nobody used: %v, want it to be gone", err)
		}
		if _, err := s.describe(t.Context(), about.ID, nil); err == nil || classify(err, &s.config.Limits).status != http.StatusNotFound {
			t.Errorf("%v, want it to be gone", err)
		}
	})
}

// TestWhatIsDeletedIsFree looks for the memory of an environment that has been deleted,
// and for its place among those that may be there at once. Time stands still, so that no
// timer helps.
func TestWhatIsDeletedIsFree(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(c *Config) { c.Limits.Environments = 1 })
	var held weak.Pointer[environment.Environment]
	var host weak.Pointer[hosted]
	for range 3 {
		about, err := s.create(t.Context(), "", &createRequest{Scenario: named("pusht")})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.create(t.Context(), "", &createRequest{Scenario: named("pusht")}); classify(err, &s.config.Limits).code != "busy" {
			t.Errorf("a second one: %v", err)
		}
		if _, err := s.plan(t.Context(), about.ID, &planRequest{Model: "drift"}); err != nil {
			t.Fatal(err)
		}
		s.mu.Lock()
		held, host = weak.Make(s.environments[about.ID].Environment), weak.Make(s.environments[about.ID])
		s.mu.Unlock()
		if _, err := s.remove(t.Context(), about.ID, nil); err != nil {
			t.Fatal(err)
		}
		if n := s.count(); n != 0 {
			t.Fatalf("%d environments after the only one was deleted", n)
		}
		runtime.GC()
		if held.Value() != nil || host.Value() != nil {
			t.Fatal("a deleted environment is still held")
		}
	}
}

// TestWaitingDoesNotHoldWhatIsDeleted deletes an environment for whose turn another
// request waits.
func TestWaitingDoesNotHoldWhatIsDeleted(t *testing.T) {
	t.Parallel()
	s := newServer(t, nil)
	about, err := s.create(t.Context(), "", &createRequest{Scenario: named("pusht")})
	if err != nil {
		t.Fatal(err)
	}
	h := s.environments[about.ID]
	<-h.turn
	waited := make(chan error)
	go func() {
		_, err := s.step(context.Background(), about.ID, &stepRequest{[]float64{0, 0}})
		waited <- err
	}()
	s.forget(h)
	h.turn <- struct{}{}
	if err := <-waited; classify(err, &s.config.Limits).status != http.StatusNotFound {
		t.Errorf("got %v", err)
	}
	if h.Environment != nil || h.planning != nil || h.observation != nil {
		t.Error("a deleted environment still has what it held")
	}
}

// TestDefaultTimes holds the times to their units.
func TestDefaultTimes(t *testing.T) {
	t.Parallel()
	if l := DefaultLimits(); l.Idle.Minutes() != 10 || l.Time.Seconds() != 30 {
		t.Errorf("idle %v, time %v", l.Idle, l.Time)
	}
	h := newServer(t, withSlow(nil, func(l *Limits) { l.Time, l.Idle = 7*time.Second, 5*time.Minute })).bounded(nil)
	if h.ReadHeaderTimeout.Seconds() != 10 || h.ReadTimeout.Seconds() != 7 || h.WriteTimeout.Seconds() != 21 || h.IdleTimeout.Minutes() != 5 || h.MaxHeaderBytes != 16384 {
		t.Errorf("a header has %v and %d bytes, a request %v, its answer %v, an idle connection %v",
			h.ReadHeaderTimeout, h.MaxHeaderBytes, h.ReadTimeout, h.WriteTimeout, h.IdleTimeout)
	}
	if h.ConnState == nil || h.ErrorLog == nil {
		t.Error("connections are not counted, or faults not logged")
	}
}

// TestRunningRequestsMayFinish ends the server while a client waits, which gets its
// answer.
func TestRunningRequestsMayFinish(t *testing.T) {
	t.Parallel()
	status, frames, code := stopDuring(t, time.Minute, 60)
	if status != http.StatusOK || frames != 60 {
		t.Errorf("status %d, %s after %d frames", status, code, frames)
	}
}

// TestLongRequestsAreStopped ends the server while a client waits for more than there is
// time for.
func TestLongRequestsAreStopped(t *testing.T) {
	t.Parallel()
	status, frames, code := stopDuring(t, time.Millisecond, 1000)
	if status != http.StatusServiceUnavailable || code != "ending" || frames > 900 {
		t.Errorf("status %d, %s after %d frames", status, code, frames)
	}
}

// TestTheEndTakesNoMoreThanASecond adds up what Run may wait for.
func TestTheEndTakesNoMoreThanASecond(t *testing.T) {
	t.Parallel()
	if s := newServer(t, nil); s.grace != 400*time.Millisecond || s.grace+grace/2 != 600*time.Millisecond {
		t.Errorf("running requests have %v, and as much again by half to stop", s.grace)
	}
}

// stopDuring stops a server that gives running requests some grace while it rolls a
// number of frames out, and returns what is answered and how many frames were.
func stopDuring(t *testing.T, grace time.Duration, most int) (status int, done int64, code string) {
	var frames atomic.Int64
	s := newServer(t, withSlow(&frames, nil))
	s.grace = grace
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx, listener) }()
	c := &client{t, "http://" + listener.Addr().String(), &http.Client{}}
	about := c.create("pusht", 1)
	answered := make(chan errorText, 1)
	go func() {
		var text string
		status, text = c.raw("POST", "/v1/rollout", fmt.Sprintf(`{"model": "slow", "environment": %q, "frames": %d}`, about.ID, most))
		var answer errorAnswer
		if err := json.Unmarshal([]byte(text), &answer); err != nil {
			t.Error(err)
		}
		answered <- answer.Error
	}()
	waitFor(t, "rollout", func() bool { return frames.Load() > 3 })
	stop()
	code = (<-answered).Code
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if n := s.count(); n != 0 {
		t.Errorf("the server that has ended keeps %d environments", n)
	}
	if _, err := net.Dial("tcp", listener.Addr().String()); err == nil {
		t.Error("the server still listens")
	}
	return status, frames.Load(), code
}

// brittle is a model that panics, in a goroutine of its own like any other.
type brittle struct{ drift }

func (brittle) Predictor(scenes []*sim.Scene) (world.Predictor, error) {
	return brittlePredictor{scenes}, nil
}

type brittlePredictor struct{ driftPredictor }

func (p brittlePredictor) Step(state sim.State, actions sim.Action) error {
	for _, b := range state {
		if b.X > 100 {
			panic("out of range")
		}
	}
	return p.driftPredictor.Step(state, actions)
}

// TestPanicsAreAnswers makes a model and a handler panic. The server tells, and goes on.
func TestPanicsAreAnswers(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	s := newServer(t, func(c *Config) {
		c.Models["brittle"] = brittle{}
		c.Settings = func(*scenario.Scenario, string, map[string]float64) (plan.Config, error) { panic("no settings") }
		c.Log = &log
	})
	c := dial(t, s)
	about := c.create("pusht", 1)
	c.wants("POST", "/v1/environments/"+about.ID+"/plan", `{"model": "drift"}`, 500, "internal", "no settings")
	c.wants("POST", "/v1/predict", `{"model": "brittle", "environment": "`+about.ID+`", "state": [[101,0,0,0,0,0],[1,1,0,0,0,0]]}`, 500, "internal", "out of range")
	post[stepAnswer](c, "/v1/environments/"+about.ID+"/step", stepRequest{[]float64{0, 0}})
	if got := log.String(); got != "serve: POST /v1/environments/"+about.ID+"/plan failed: no settings\n" {
		t.Errorf("log %q", got)
	}
}

// TestOneBadRolloutOfABatchIsOneBadRollout lets one of 64 break down.
func TestOneBadRolloutOfABatchIsOneBadRollout(t *testing.T) {
	t.Parallel()
	c := dial(t, newServer(t, func(c *Config) { c.Models["brittle"] = brittle{} }))
	about := c.create("pusht", 1)
	starts := make([]sim.State, 64)
	for i := range starts {
		starts[i] = sim.State{{X: float64(i) / 64, VX: 1}, {X: 1, Y: 1}}
	}
	request := rolloutRequest{Model: "brittle", subject: subject{Environment: about.ID}, Starts: starts, Frames: 5}
	want := post[rolloutAnswer](c, "/v1/rollout", request)
	if want.Failures != nil {
		t.Fatalf("%+v", want.Failures)
	}
	starts[37][0] = sim.BodyState{X: 99.97, VX: 1}
	got := post[rolloutAnswer](c, "/v1/rollout", request)
	if len(got.Failures) != 1 || got.Failures[0].Index != 37 || got.Failures[0].Frame != len(got.States[37]) || !strings.Contains(got.Failures[0].Message, "out of range") {
		t.Fatalf("failures %+v with %d states", got.Failures, len(got.States[37]))
	}
	for i := range starts {
		if i != 37 && !reflect.DeepEqual(got.States[i], want.States[i]) {
			t.Errorf("rollout %d is another beside one that fails", i)
		}
	}
}

// count returns how many environments there are.
func (s *Server) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.environments)
}

// flawed is a model that fails after some frames.
type flawed struct {
	drift
	left *atomic.Int64 // frames
}

func (m flawed) Predictor(scenes []*sim.Scene) (world.Predictor, error) {
	return flawedPredictor{scenes, m.left}, nil
}

type flawedPredictor struct {
	driftPredictor
	left *atomic.Int64
}

func (p flawedPredictor) Step(state sim.State, actions sim.Action) error {
	if p.left.Add(-1) < 0 {
		return errors.New("slipped")
	}
	return p.driftPredictor.Step(state, actions)
}

// TestASearchThatFailedLeavesNothing: the next plan is that of an environment in which nothing failed.
func TestASearchThatFailedLeavesNothing(t *testing.T) {
	t.Parallel()
	var left atomic.Int64
	c := dial(t, newServer(t, func(c *Config) { c.Models["flawed"] = flawed{left: &left} }))
	path := "/v1/environments/" + c.create("pusht", 1).ID + "/plan"
	left.Store(3)
	if status, text := c.raw("POST", path, `{"model": "flawed"}`); status == 200 || !strings.Contains(text, "slipped") {
		t.Fatalf("a search that fails answers %d %s", status, text)
	}
	left.Store(1 << 40)
	again := post[planAnswer](c, path, planRequest{Model: "flawed"})
	fresh := post[planAnswer](c, "/v1/environments/"+c.create("pusht", 1).ID+"/plan", planRequest{Model: "flawed"})
	if !reflect.DeepEqual(again, fresh) {
		t.Errorf("after a search that failed %+v, without %+v", again, fresh)
	}
}
