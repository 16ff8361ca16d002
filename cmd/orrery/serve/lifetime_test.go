package serve

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
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

// asClient makes the test binary a client of the address it is given, which creates an
// environment and waits for a long rollout of it.
const asClient = "ORRERY_TEST_AS_CLIENT"

func TestMain(m *testing.M) {
	base := os.Getenv(asClient)
	if base == "" {
		os.Exit(m.Run())
	}
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
		waitFor(t, "end of the environment", func() bool {
			s.mu.Lock()
			defer s.mu.Unlock()
			return len(s.environments) == 0
		})
	})
	waitFor(t, "end of all goroutines", func() bool { return runtime.NumGoroutine() <= before })
}

// TestOnlyEnvironmentsInNoUseGo uses one just before it would go, again and again, and
// then no more. Time passes as fast as it can.
func TestOnlyEnvironmentsInNoUseGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t, nil)
		about, err := s.create(t.Context(), "", &createRequest{Scenario: "pusht"})
		if err != nil {
			t.Fatal(err)
		}
		for range 5 {
			time.Sleep(s.config.Limits.Idle - time.Second)
			if _, err := s.step(t.Context(), about.ID, &stepRequest{[]float64{0, 0}}); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(s.config.Limits.Idle + time.Second)
		if _, err := s.describe(t.Context(), about.ID, nil); err == nil || classify(err, &s.config.Limits).status != http.StatusNotFound {
			t.Errorf("%v, want it to be gone", err)
		}
	})
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
