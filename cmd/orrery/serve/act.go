package serve

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"orrery/datasets/generate"
	"orrery/sim"
	"orrery/sim/environment"
	"orrery/sim/scenario"
	"orrery/sim/scenario/library"
	"orrery/sim/task"
)

type sceneRequest struct {
	Scenario json.RawMessage    `json:"scenario"`         // a name, a whole file as an object, or its text
	Name     string             `json:"name,omitempty"`   // of a file that does not say its own
	Values   map[string]float64 `json:"values,omitempty"` // those left out are the scenario's defaults
	Seed     uint64             `json:"seed,omitempty"`
	Episode  int                `json:"episode,omitempty"`
}

type createRequest struct {
	Scenario json.RawMessage    `json:"scenario"` // as in a sceneRequest
	Name     string             `json:"name,omitempty"`
	Values   map[string]float64 `json:"values,omitempty"`
	Seed     uint64             `json:"seed,omitempty"`   // of the first episode
	Record   bool               `json:"record,omitempty"` // save each episode that ends
}

// environmentAnswer describes an environment and how its episode began.
type environmentAnswer struct {
	ID          string           `json:"id"`
	Scenario    string           `json:"scenario"`
	Values      scenario.Values  `json:"values"`
	Task        string           `json:"task"`
	FPS         int              `json:"fps"`
	TimeLimit   int              `json:"time_limit"` // frames
	Unit        float64          `json:"unit"`       // m, rad or N of an actuator for 1 of an action
	Low         []float64        `json:"low"`        // least action
	High        []float64        `json:"high"`       // largest action
	Names       []string         `json:"names"`      // of an observation's numbers
	Observation []float64        `json:"observation"`
	Info        environment.Info `json:"info"`
	Record      string           `json:"record,omitempty"` // name of the dataset that its episodes are saved to
}

type resetRequest struct {
	Seed  uint64     `json:"seed,omitempty"`
	State sim.State  `json:"state,omitempty"` // in which to begin, instead of that of the seed's scene
	Goals []sim.Goal `json:"goals,omitempty"` // instead of those of the seed's scene
}

type resetAnswer struct {
	Observation []float64        `json:"observation"`
	Info        environment.Info `json:"info"`
}

type stepRequest struct {
	Action []float64 `json:"action"`
}

type stepAnswer struct {
	Observation []float64        `json:"observation"`
	Reward      float64          `json:"reward"`
	Terminated  bool             `json:"terminated"`
	Truncated   bool             `json:"truncated"`
	Info        environment.Info `json:"info"`
}

// stateAnswer is the whole truth about an environment.
type stateAnswer struct {
	Frame       int              `json:"frame"`
	Over        bool             `json:"over"`
	Observation []float64        `json:"observation"`
	Info        environment.Info `json:"info"`
	State       sim.State        `json:"state"`
	Scene       *sim.Scene       `json:"scene"`
}

// ownName is what a scenario in a request is called that has no name.
const ownName = "scenario"

// findScenario returns a scenario, which is named or described as a sceneRequest has it, and all
// its values.
func (s *Server) findScenario(ctx context.Context, said json.RawMessage, name string, set map[string]float64) (*scenario.Scenario, scenario.Values, error) {
	var found *scenario.Scenario
	var text string
	if name = cmp.Or(name, ownName); len(name) > 100 || strings.ContainsAny(name, `/\:`) {
		return nil, nil, invalid("name", "%.40q must have at most 100 letters, and none of / \\ :", name)
	}
	switch err := json.Unmarshal(said, &text); {
	case string(said) == "null" || err != nil && !bytes.HasPrefix(said, []byte("{")):
		return nil, nil, invalid("scenario", "%.40s must be a name, or a scenario file as an object or as a text", said)
	case err == nil && !strings.Contains(text, "{"):
		if found, err = library.Find(text); err != nil {
			return nil, nil, unknown("%w", err).of("scenario")
		}
	default:
		if err != nil {
			text = string(said)
		}
		err = s.compute(ctx, func() (err error) {
			found, err = scenario.Parse(name, []byte(text))
			return err
		})
		if err != nil {
			return nil, nil, explainScenario(err)
		}
	}
	values, err := found.Values(set)
	if err != nil {
		return nil, nil, invalid("values", "%w", err)
	}
	return found, values, nil
}

func (s *Server) sampleScene(ctx context.Context, _ string, q *sceneRequest) (scene *sim.Scene, err error) {
	found, values, err := s.findScenario(ctx, q.Scenario, q.Name, q.Values)
	if err != nil {
		return nil, err
	}
	if q.Episode < 0 {
		return nil, invalid("episode", "%d must be ≥ 0", q.Episode)
	}
	err = s.compute(ctx, func() error {
		scene, err = found.Sample(q.Seed, q.Episode, values)
		return err
	})
	return scene, err
}

func (s *Server) create(ctx context.Context, _ string, q *createRequest) (a environmentAnswer, err error) {
	found, values, err := s.findScenario(ctx, q.Scenario, q.Name, q.Values)
	if err != nil {
		return a, err
	}
	if found.Task == nil {
		return a, invalid("scenario", "%s has no task, but scenes to predict", found.Name)
	}
	err = s.compute(ctx, func() error {
		e, err := environment.New(found.Name, found.Task, found.Scenes(values))
		if err != nil {
			return err
		}
		h := &hosted{scenario: found, values: values, Environment: e}
		if q.Record {
			if h.recording, err = s.recordings.acquire(ctx, found, values, e.Scene(), q.Seed); err != nil {
				return err
			}
		}
		if err = s.begin(h, &resetRequest{Seed: q.Seed}); err == nil {
			err = s.host(h)
		}
		if err != nil {
			s.recordings.release(h.recording)
			return err
		}
		a = h.describe()
		return nil
	})
	return a, err
}

func (h *hosted) describe() environmentAnswer {
	task := h.scenario.Task
	low, high := h.Limits()
	record := ""
	if h.recording != nil {
		record = h.recording.name
	}
	return environmentAnswer{
		ID: h.id, Scenario: h.scenario.Name, Values: h.values, Task: task.Doc, FPS: h.Scene().FPS, TimeLimit: task.TimeLimit,
		Unit: task.Unit, Low: append([]float64{}, low...), High: append([]float64{}, high...), Names: h.Names(), Observation: h.observation, Info: h.info, Record: record,
	}
}

func (s *Server) describe(ctx context.Context, id string, _ *nothing) (a environmentAnswer, err error) {
	err = s.use(ctx, id, func(h *hosted) error {
		a = h.describe()
		return nil
	})
	return a, err
}

func (s *Server) remove(ctx context.Context, id string, _ *nothing) (nothing, error) {
	return nothing{}, s.use(ctx, id, func(h *hosted) error {
		s.forget(h)
		return nil
	})
}

func (s *Server) look(ctx context.Context, id string, _ *nothing) (a stateAnswer, err error) {
	err = s.use(ctx, id, func(h *hosted) error {
		a = stateAnswer{h.frame, h.over, h.observation, h.info, h.State(), h.Scene()}
		return nil
	})
	return a, err
}

func (s *Server) reset(ctx context.Context, id string, q *resetRequest) (a resetAnswer, err error) {
	err = s.use(ctx, id, func(h *hosted) error {
		if err := q.check(h); err != nil {
			return err
		}
		err := s.begin(h, q)
		a = resetAnswer{h.observation, h.info}
		return err
	})
	return a, err
}

// check refuses a state and goals with which the episode of the seed cannot begin.
func (q *resetRequest) check(h *hosted) error {
	if q.State == nil && q.Goals == nil {
		return nil
	}
	scene, err := h.scenario.Scenes(h.values)(q.Seed)
	if err != nil {
		return err
	}
	if q.State != nil {
		if err := checkState("state", q.State, len(scene.Bodies)); err != nil {
			return err
		}
	}
	if q.Goals == nil {
		return nil
	}
	if got, want := len(q.Goals), len(scene.Goals); got != want {
		return invalid("goals", "has %d goals, must have the scene's %d", got, want)
	}
	for i, g := range q.Goals {
		if old := &scene.Goals[i]; g.Kind != old.Kind || g.Body != old.Body {
			return invalid(fmt.Sprintf("goals[%d]", i), "must be of kind %q and of body %d, as that of the scene", old.Kind, old.Body)
		}
	}
	other := *scene
	other.Goals = q.Goals
	if err := other.Validate(); err != nil {
		return invalid("goals", "%w", err)
	}
	return nil
}

func (s *Server) step(ctx context.Context, id string, q *stepRequest) (a stepAnswer, err error) {
	err = s.use(ctx, id, func(h *hosted) error {
		if h.over {
			return errOver
		}
		if got, want := len(q.Action), len(h.Scene().Actuators); got != want {
			return invalid("action", "has %d numbers, must have %d", got, want)
		}
		result, err := h.Step(q.Action)
		if err != nil {
			h.over = true
			return err
		}
		h.frame++
		h.over = result.Terminated || result.Truncated
		h.observation, h.info = result.Observation, result.Info
		h.planning.follow(q.Action)
		a = stepAnswer(result)
		if h.taken == nil {
			return nil
		}
		outcome := task.Outcome{Reward: result.Reward, Success: result.Info["success"] > 0, Terminated: result.Terminated, Truncated: result.Truncated}
		if h.taken.Add(q.Action, outcome); !h.over {
			return nil
		}
		trajectory, outcomes := h.taken.End()
		h.taken = nil
		return s.recordings.save(h.recording, generate.Demonstration{Trajectory: trajectory, Outcomes: outcomes})
	})
	return a, err
}
