package serve

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/sim/environment"
	"orrery/sim/scenario"
	"orrery/sim/scenario/library"
	"orrery/world"
	"orrery/world/flight"
	"orrery/world/plan"
)

// quickSettings are those of a planner that searches little.
func quickSettings(_ *scenario.Scenario, planner string, tune map[string]float64) (plan.Config, error) {
	c, err := plan.DefaultConfig("icem")
	c.Samples, c.Elites, c.Iterations, c.Horizon, c.Repeat, c.Replan = 20, 4, 2, 4, 2, 2
	if planner != "" && planner != "icem" {
		_, err = plan.DefaultConfig(planner)
	}
	if n := tune["samples"]; n != 0 {
		c.Samples = int(n)
	}
	if n := tune["horizon"]; n != 0 {
		c.Horizon = int(n)
	}
	return c, err
}

func newServer(t testing.TB, change func(*Config)) *Server {
	t.Helper()
	config := Config{
		Models:    map[string]world.Model{"drift": drift{}, "fall": flight.Ballistic()},
		Scenarios: []string{"pusht"}, Settings: quickSettings, Limits: DefaultLimits(),
	}
	config.Limits.Workers = 2
	if change != nil {
		change(&config)
	}
	s, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// drift is a model of any scene: bodies keep their velocity, and the first is pulled by
// the action, so that plans have something to find.
type drift struct{}

func (drift) Kind() string    { return "drift" }
func (drift) Parameters() int { return 0 }
func (drift) Predictor(scenes []*sim.Scene) (world.Predictor, error) {
	return driftPredictor(scenes), nil
}

type driftPredictor []*sim.Scene

func (p driftPredictor) Step(state sim.State, actions sim.Action) error {
	for _, scene := range p {
		dt, a := scene.FrameTime(), len(scene.Actuators)
		if actions != nil {
			for _, v := range actions[:a] {
				state[0].VX += 0.1 * v * dt
				state[0].VY += 0.2 * v * dt
			}
			actions = actions[a:]
		}
		for i := range scene.Bodies {
			state[i].X += state[i].VX * dt
			state[i].Y += state[i].VY * dt
		}
		state = state[len(scene.Bodies):]
	}
	return nil
}

// client talks to a server over TCP.
type client struct {
	testing.TB
	base string
	http *http.Client
}

// dial runs a server until the test ends, and returns a client.
func dial(t testing.TB, s *Server) *client {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx, listener) }()
	c := &client{t, "http://" + listener.Addr().String(), &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16}}}
	t.Cleanup(func() {
		c.http.CloseIdleConnections()
		stop()
		if err := <-done; err != nil {
			t.Errorf("the server ended with %v", err)
		}
	})
	return c
}

func (c *client) raw(method, path, body string) (status int, text string) {
	c.Helper()
	request, err := http.NewRequest(method, c.base+path, strings.NewReader(body))
	if err != nil {
		c.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := c.http.Do(request)
	if err != nil {
		c.Error(err)
		return 0, ""
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		c.Error(err)
	}
	return response.StatusCode, string(answer)
}

// post sends a request that must be answered.
func post[A any](c *client, path string, request any) (a A) {
	c.Helper()
	body, err := json.Marshal(request)
	if err != nil {
		c.Fatal(err)
	}
	status, text := c.raw(http.MethodPost, path, string(body))
	if status != http.StatusOK {
		c.Errorf("%s %s: status %d: %s", path, body, status, text)
		return a
	}
	if err := json.Unmarshal([]byte(text), &a); err != nil {
		c.Error(err)
	}
	return a
}

// named is a scenario of the library as a request has it.
func named(scenario string) json.RawMessage { return json.RawMessage(`"` + scenario + `"`) }

func (c *client) create(scenario string, seed uint64) environmentAnswer {
	return post[environmentAnswer](c, "/v1/environments", createRequest{Scenario: named(scenario), Seed: seed})
}

func local(t testing.TB, name string) *environment.Environment {
	t.Helper()
	s, err := library.Find(name)
	if err != nil {
		t.Fatal(err)
	}
	values, err := s.Values(nil)
	if err != nil {
		t.Fatal(err)
	}
	e, err := environment.New(s.Name, s.Task, s.Scenes(values))
	if err != nil {
		t.Fatal(err)
	}
	return e
}
