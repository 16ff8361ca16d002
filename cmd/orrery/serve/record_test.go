package serve

import (
	"encoding/json"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"orrery/datasets"
)

// recordingServer saves what is asked for to a new directory.
func recordingServer(t *testing.T, change func(*Config)) (s *Server, dir string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "clients")
	return recordingTo(t, dir, change), dir
}

func recordingTo(t *testing.T, dir string, change func(*Config)) *Server {
	t.Helper()
	s := newServer(t, func(c *Config) {
		if c.Record = dir; change != nil {
			change(c)
		}
	})
	if s.recordings.time != 250*time.Millisecond {
		t.Errorf("completing the datasets may take %v when the server ends", s.recordings.time)
	}
	s.recordings.time = time.Minute // on a busy machine the tests wait
	return s
}

// act steps until the episode of an environment is over, and returns what its steps answered.
func (c *client) act(id string, action ...float64) (all []stepAnswer) {
	c.Helper()
	for {
		a := post[stepAnswer](c, "/v1/environments/"+id+"/step", stepRequest{action})
		if all = append(all, a); a.Observation == nil || a.Terminated || a.Truncated {
			return all
		}
	}
}

func openData(t *testing.T, dir string) *datasets.Dataset {
	t.Helper()
	data, err := datasets.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := data.Check(t.Context(), nil); err != nil {
		t.Error(err)
	}
	return data
}

// TestEndedEpisodesAreADataset: those of two clients at once, and none that did not end, whether
// it was reset, or its environment removed, or the server ended; with the actions as the
// actuators had them and the outcomes that were answered.
func TestEndedEpisodesAreADataset(t *testing.T) {
	t.Parallel()
	s, dir := recordingServer(t, nil)
	const clients = 2
	var answers []stepAnswer
	t.Run("clients", func(t *testing.T) {
		c := dial(t, s)
		var all sync.WaitGroup
		for i := range clients {
			all.Go(func() {
				env := post[environmentAnswer](c, "/v1/environments", createRequest{Scenario: named("reach"), Seed: uint64(i), Record: true})
				if env.Record != "reach" {
					t.Errorf("the dataset is called %q", env.Record)
				}
				post[stepAnswer](c, "/v1/environments/"+env.ID+"/step", stepRequest{[]float64{0, 0}})
				post[resetAnswer](c, "/v1/environments/"+env.ID+"/reset", resetRequest{Seed: 5})
				got := c.act(env.ID, 1e9, 0.25)
				if text, err := os.ReadFile(filepath.Join(dir, "reach.partial")); err != nil || strings.Count(string(text), "\n") < 2 {
					t.Errorf("an episode that was answered is not on disk: %v", err)
				}
				post[resetAnswer](c, "/v1/environments/"+env.ID+"/reset", resetRequest{Seed: 6})
				post[stepAnswer](c, "/v1/environments/"+env.ID+"/step", stepRequest{[]float64{0, 0}})
				if i == 0 {
					answers = got
					c.raw(http.MethodDelete, "/v1/environments/"+env.ID, "")
				}
			})
		}
		all.Wait()
		env := c.create("reach", 1)
		if env.Record != "" {
			t.Error("what nobody asked for is saved")
		}
		c.act(env.ID, 0, 0)
	})
	data := openData(t, filepath.Join(dir, "reach"))
	if data.Episodes() != clients {
		t.Fatalf("%d episodes", data.Episodes())
	}
	p := data.Provenance()
	if p.Policy != "client" || p.Scenario != "reach" || p.Command != "orrery serve --record DIR" {
		t.Errorf("provenance %+v", p.Spec)
	}
	for k := range clients {
		episode, err := data.Episode(t.Context(), k)
		if err != nil {
			t.Fatal(err)
		}
		outcomes, err := data.Outcomes(t.Context(), k)
		if err != nil {
			t.Fatal(err)
		}
		if len(outcomes) != len(answers) || len(episode.States) != len(answers)+1 {
			t.Fatalf("%d outcomes and %d states of %d steps", len(outcomes), len(episode.States), len(answers))
		}
		for i, a := range answers {
			want := datasets.Outcome{Reward: float64(float32(a.Reward)), Success: a.Info["success"] > 0, Done: a.Terminated || a.Truncated, Truncated: a.Truncated}
			if outcomes[i] != want {
				t.Fatalf("frame %d: %+v, want %+v", i, outcomes[i], want)
			}
		}
		if got := episode.Actions[3]; got[0] != episode.Scene.Actuators[0].High || got[1] != 0.125 { // the most of either
			t.Errorf("action %v", got)
		}
	}
	if names, _ := filepath.Glob(filepath.Join(dir, "*")); !slices.Equal(names, []string{filepath.Join(dir, "reach")}) {
		t.Errorf("the directory has %v", names)
	}
}

// TestEachScenarioAndItsValuesHaveADataset of their own, under names without anything of a path.
func TestEachScenarioAndItsValuesHaveADataset(t *testing.T) {
	t.Parallel()
	own := map[string]any{
		"format": 2, "name": "..etc über " + strings.Repeat("x", 60), "arena": []float64{2, 2}, "task": map[string]any{"time_limit_s": 0.1},
		"bodies":    []any{map[string]any{"name": "ball", "circle": 0.1, "at": []float64{-0.5, 0}, "kind": "kinematic"}},
		"actuators": []any{map[string]any{"velocity": "ball", "axis": "x", "limit": 1}},
		"goals":     []any{map[string]any{"body": "ball", "place": []float64{0.9, 0}, "radius": 0.01}},
	}
	text, err := json.Marshal(own)
	if err != nil {
		t.Fatal(err)
	}
	s, dir := recordingServer(t, nil)
	names := map[string]bool{}
	t.Run("client", func(t *testing.T) {
		c := dial(t, s)
		for _, q := range []createRequest{
			{Scenario: named("cartpole"), Record: true}, {Scenario: named("cartpole"), Values: map[string]float64{"swing_up": 1}, Record: true}, {Scenario: text, Record: true},
		} {
			env := post[environmentAnswer](c, "/v1/environments", q)
			if strings.ContainsAny(env.Record, "/.\\") || env.Record == "" || names[env.Record] {
				t.Errorf("a dataset is called %q", env.Record)
			}
			names[env.Record] = true
			if q.Values == nil && q.Scenario[0] == '{' && !strings.HasPrefix(env.Record, "--etc--ber-"+strings.Repeat("x", 29)+"-") {
				t.Errorf("the dataset of a long name is called %q", env.Record)
			}
			if q.Values == nil {
				c.act(env.ID, 0.5)
			}
			c.raw(http.MethodDelete, "/v1/environments/"+env.ID, "")
			if _, err := os.Stat(filepath.Join(dir, env.Record, "meta")); (err == nil) != (q.Values == nil) {
				t.Errorf("%s: when its last environment is gone: %v", env.Record, err)
			}
		}
	})
	found, _ := filepath.Glob(filepath.Join(dir, "*"))
	if len(found) != 2 {
		t.Errorf("there are %v", found)
	}
	for _, name := range found {
		openData(t, name)
	}
}

// TestActionsAreRecordedInTheUnitsOfTheirActuators, where those of the task are others: those asked for
// in the units of the task, times that unit, within what the actuator can. They move the body so.
func TestActionsAreRecordedInTheUnitsOfTheirActuators(t *testing.T) {
	t.Parallel()
	const text = `{"format": 2, "name": "unit", "arena": [9, 9], "task": {"time_limit_s": 0.1, "action_unit": 0.25},
		"bodies": [{"name": "ball", "circle": 0.1, "at": [-0.5, 0], "kind": "kinematic"}],
		"actuators": [{"velocity": "ball", "axis": "x", "limit": 1}],
		"goals": [{"body": "ball", "place": [4, 0], "radius": 0.01}]}`
	s, dir := recordingServer(t, nil)
	asked, want := []float64{0.5, -2, 100}, []float64{0.125, -0.5, 1}
	name := ""
	t.Run("client", func(t *testing.T) {
		c := dial(t, s)
		for _, a := range asked {
			env := post[environmentAnswer](c, "/v1/environments", createRequest{Scenario: json.RawMessage(text), Record: true})
			if c.act(env.ID, a); env.Unit != 0.25 {
				t.Errorf("the unit is %v", env.Unit)
			}
			name = env.Record
		}
	})
	data := openData(t, filepath.Join(dir, name))
	for k := range asked {
		episode, err := data.Episode(t.Context(), k)
		if err != nil {
			t.Fatal(err)
		}
		for i, action := range episode.Actions {
			moved := (episode.States[i+1][0].X - episode.States[i][0].X) / episode.Scene.FrameTime()
			if action[0] != want[k] || i > 0 && !(math.Abs(moved-want[k]) <= 0.05) {
				t.Fatalf("%v was asked for: recorded %v m/s, moves with %v, want %v", asked[k], action[0], moved, want[k])
			}
		}
	}
}

// TestRecordingContinuesWithTheNextServer: what a killed one has left, too.
func TestRecordingContinuesWithTheNextServer(t *testing.T) {
	t.Parallel()
	s, dir := recordingServer(t, nil)
	killed := dial(t, s)
	env := post[environmentAnswer](killed, "/v1/environments", createRequest{Scenario: named("cartpole"), Record: true})
	killed.act(env.ID, 1)
	left, err := os.ReadFile(filepath.Join(dir, "cartpole.partial"))
	if err != nil {
		t.Fatal(err)
	}
	copied := t.TempDir()
	if err := os.WriteFile(filepath.Join(copied, "cartpole.partial"), left, 0o644); err != nil {
		t.Fatal(err)
	}
	t.Run("client", func(t *testing.T) {
		c := dial(t, recordingTo(t, copied, nil))
		env := post[environmentAnswer](c, "/v1/environments", createRequest{Scenario: named("cartpole"), Record: true})
		c.act(env.ID, -1)
	})
	if n := openData(t, filepath.Join(copied, "cartpole")).Episodes(); n != 2 {
		t.Errorf("%d episodes", n)
	}
}

// TestTheLastToRecordCompletes: while another environment saves to a dataset, it waits.
func TestTheLastToRecordCompletes(t *testing.T) {
	t.Parallel()
	s, dir := recordingServer(t, nil)
	c := dial(t, s)
	var ids []string
	for range 3 {
		env := post[environmentAnswer](c, "/v1/environments", createRequest{Scenario: named("cartpole"), Record: true})
		ids = append(ids, env.ID)
	}
	c.act(ids[0], 1)
	for k, id := range ids {
		if _, err := os.Stat(filepath.Join(dir, "cartpole")); !os.IsNotExist(err) {
			t.Errorf("it is complete while %d environments save to it: %v", len(ids)-k, err)
		}
		c.raw(http.MethodDelete, "/v1/environments/"+id, "")
	}
	if n := openData(t, filepath.Join(dir, "cartpole")).Episodes(); n != 1 {
		t.Errorf("%d episodes", n)
	}
}

// TestOneServerRecordsToADataset: a second one says so until the first has ended.
func TestOneServerRecordsToADataset(t *testing.T) {
	t.Parallel()
	first, dir := recordingServer(t, nil)
	second := dial(t, recordingTo(t, dir, nil))
	t.Run("client", func(t *testing.T) {
		c := dial(t, first)
		env := post[environmentAnswer](c, "/v1/environments", createRequest{Scenario: named("cartpole"), Record: true})
		second.wants("POST", "/v1/environments", `{"scenario": "cartpole", "record": true}`, 503, "busy", "record: another program records to cartpole")
		c.act(env.ID, 1)
	})
	env := post[environmentAnswer](second, "/v1/environments", createRequest{Scenario: named("cartpole"), Record: true})
	second.act(env.ID, 1)
	if n := openData(t, filepath.Join(dir, "cartpole")).Episodes(); n != 1 {
		t.Errorf("%d episodes", n)
	}
}

func TestRecordingHasLimits(t *testing.T) {
	t.Parallel()
	c := dial(t, newServer(t, nil))
	c.wants("POST", "/v1/environments", `{"scenario": "reach", "record": true}`, 400, "invalid", "record: this server saves no episodes: it was started without --record DIR")
	c.wants("POST", "/v1/environments", `{"scenario": "reach", "record": "/etc"}`, 400, "invalid", "record")
	s, dir := recordingServer(t, func(c *Config) { c.Limits.Episodes = 1 })
	c = dial(t, s)
	env := post[environmentAnswer](c, "/v1/environments", createRequest{Scenario: named("cartpole"), Record: true})
	c.act(env.ID, 1)
	c.wants("POST", "/v1/environments/"+env.ID+"/reset", `{}`, 503, "busy", "has saved 1 episodes, and saves no more")
	c.wants("POST", "/v1/environments", `{"scenario": "cartpole", "record": true}`, 503, "busy", "saves no more")
	c.create("cartpole", 1) // which saves nothing
	if err := os.WriteFile(filepath.Join(dir, "push"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	c.wants("POST", "/v1/environments", `{"scenario": "push", "record": true}`, 500, "internal", "record: ")
}
