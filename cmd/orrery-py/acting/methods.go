package acting

import (
	"context"
	"fmt"
	"runtime"

	"orrery/cmd/orrery-py/asked"
	"orrery/cmd/orrery-py/door"
	"orrery/sim"
	"orrery/sim/render"
	"orrery/sim/scenario"
	"orrery/sim/scenario/library"
)

// Methods returns the methods of scenarios, scenes and environments, which are kept on a shelf.
func Methods(shelf *door.Shelf) door.Methods {
	o := open{shelf}
	return door.Methods{
		"scenarios": list, "scenario": describe, "scene": sample, "simulate": simulate, "contacts": contacts,
		"environment": o.create, "environment.reset": o.reset, "environment.state": o.state, "environment.render": o.render,
	}
}

// open is where environments are kept.
type open struct{ shelf *door.Shelf }

// mostEnvironments is how many may be one thing.
const mostEnvironments = 65536

type createRequest struct {
	asked.Source
	Number    int       `json:"number"`
	Autoreset autoreset `json:"autoreset"`
	Workers   int       `json:"workers"`          // 0 takes all cores
	Frames    int       `json:"frames,omitempty"` // after which an episode is truncated; 0 is as the task says
}

// createAnswer describes environments. The arrays action, observation, figures, flags, finals and lastFigures go along.
type createAnswer struct {
	Handle       int64           `json:"handle"`
	Scenario     string          `json:"scenario"`
	Values       scenario.Values `json:"values"`
	Task         string          `json:"task"`
	FPS          int             `json:"fps"`
	TimeLimit    int             `json:"time_limit"` // frames
	Unit         float64         `json:"unit"`       // m, rad or N of an actuator for 1 of an action
	Low          []float64       `json:"low"`
	High         []float64       `json:"high"`
	Observations []string        `json:"observations"` // names of an observation's numbers
	Measures     []string        `json:"measures"`     // names of the figures after the reward
	Bodies       []string        `json:"bodies"`
	Goals        []sim.Goal      `json:"goals"` // of some scene
}

func (o open) create(_ context.Context, c *door.Call) (any, error) {
	q, err := door.Read[createRequest](c)
	if err != nil {
		return nil, err
	}
	found, values, err := q.Find(library.Open)
	if err != nil {
		return nil, err
	}
	switch q.Autoreset {
	case disabled, nextStep, sameStep:
	default:
		return nil, door.Mistaken(fmt.Errorf("autoreset: %q must be %s, %s or %s", q.Autoreset, disabled, nextStep, sameStep))
	}
	if found.Task == nil {
		return nil, door.Mistaken(fmt.Errorf("scenario %s has no task to act in: sample its scenes instead", found.Name))
	}
	if q.Number < 1 || q.Number > mostEnvironments {
		return nil, door.Mistaken(fmt.Errorf("number of environments: %d must be 1 to %d", q.Number, mostEnvironments))
	}
	if q.Frames < 0 {
		return nil, door.Mistaken(fmt.Errorf("frames of an episode: %d must be ≥ 1", q.Frames))
	}
	if q.Frames > 0 {
		limited, task := *found, *found.Task
		task.TimeLimit, limited.Task = q.Frames, &task
		found = &limited
	}
	if q.Workers < 1 {
		q.Workers = runtime.GOMAXPROCS(0)
	}
	crowd, err := newCrowd(found, values, q.Number, q.Autoreset, q.Workers)
	if err != nil {
		return nil, door.Mistaken(err)
	}
	n := q.Number
	for _, a := range []struct {
		name  string
		width int
		to    *[]float64
	}{
		{"action", crowd.actions, &crowd.action}, {"observation", crowd.seen, &crowd.observation}, {"figures", crowd.width(), &crowd.figures},
		{"finals", crowd.seen, &crowd.finals}, {"last_figures", crowd.width(), &crowd.lastFigures},
	} {
		if *a.to, err = c.NewFloats(a.name, n, a.width); err != nil {
			return nil, err
		}
	}
	if crowd.flags, err = c.NewBytes("flags", n, flagCount); err != nil {
		return nil, err
	}
	first := crowd.members[0]
	scene := first.Scene()
	a := createAnswer{
		Scenario: found.Name, Values: values, Task: found.Task.Doc, FPS: scene.FPS, TimeLimit: found.Task.TimeLimit, Unit: found.Task.Unit,
		Observations: first.Names(), Measures: crowd.measures,
	}
	a.Low, a.High = first.Limits()
	a.Goals = append([]sim.Goal{}, scene.Goals...)
	for _, b := range scene.Bodies {
		a.Bodies = append(a.Bodies, b.Name)
	}
	a.Handle = o.shelf.Put(crowd)
	return a, nil
}

// Step lets the environments of a handle act for a frame.
func Step(shelf *door.Shelf, handle int64) error {
	return door.Use(shelf, handle, (*crowd).Step)
}

// resetRequest says how episodes begin. The states, if given, are the array states [environments, bodies, 6].
type resetRequest struct {
	Handle int64      `json:"handle"`
	Which  []int      `json:"which,omitempty"` // all if left out
	Seeds  []*uint64  `json:"seeds,omitempty"` // of those; random ones where left out or null
	Goals  []sim.Goal `json:"goals,omitempty"` // as those of a scene, for all
}

func (o open) reset(_ context.Context, c *door.Call) (any, error) {
	q, err := door.Read[resetRequest](c)
	if err != nil {
		return nil, err
	}
	return nil, door.Use(o.shelf, q.Handle, func(crowd *crowd) error {
		if q.Which == nil {
			for i := range crowd.members {
				q.Which = append(q.Which, i)
			}
		}
		if q.Seeds != nil && len(q.Seeds) != len(q.Which) {
			return door.Mistaken(fmt.Errorf("%d seeds must be %d", len(q.Seeds), len(q.Which)))
		}
		scene := crowd.members[0].Scene()
		var states []float64
		size := len(scene.Bodies) * sim.StateSize
		if c.Has("states") {
			if states, err = c.Floats("states", len(q.Which), len(scene.Bodies), sim.StateSize); err != nil {
				return err
			}
		}
		for k, i := range q.Which {
			if i < 0 || i >= len(crowd.members) {
				return door.Mistaken(fmt.Errorf("environment %d must be 0 to %d", i, len(crowd.members)-1))
			}
			var seed *uint64
			if q.Seeds != nil {
				seed = q.Seeds[k]
			}
			var start sim.State
			if states != nil {
				start = asked.TakeState(states[k*size : (k+1)*size])
			}
			if err := crowd.begin(i, seed, start, q.Goals); err != nil {
				return door.Mistaken(err)
			}
		}
		return nil
	})
}

// stateAnswer is the whole truth about an environment; the array state [bodies, 6] goes along.
type stateAnswer struct {
	Scene *sim.Scene `json:"scene,omitempty"`
	Over  bool       `json:"over"`
}

// which is one environment.
type which struct {
	Handle int64 `json:"handle"`
	Index  int   `json:"index"`
}

// use calls do with an environment that has begun.
func (o open) use(w which, do func(crowd *crowd, m *member) error) error {
	return door.Use(o.shelf, w.Handle, func(crowd *crowd) error {
		if w.Index < 0 || w.Index >= len(crowd.members) {
			return door.Mistaken(fmt.Errorf("environment %d must be 0 to %d", w.Index, len(crowd.members)-1))
		}
		m := crowd.members[w.Index]
		if !m.begun {
			return door.Mistaken(errNotBegun)
		}
		return do(crowd, m)
	})
}

func (o open) state(_ context.Context, c *door.Call) (any, error) {
	q, err := door.Read[struct {
		which
		Scene bool `json:"scene"`
	}](c)
	if err != nil {
		return nil, err
	}
	var a stateAnswer
	return &a, o.use(q.which, func(_ *crowd, m *member) error {
		state := m.State()
		values, err := c.NewFloats("state", len(state), sim.StateSize)
		if err != nil {
			return err
		}
		asked.PutState(values, state)
		a.Over = m.over
		if q.Scene {
			a.Scene = m.Scene()
		}
		return nil
	})
}

func (o open) render(_ context.Context, c *door.Call) (any, error) {
	q, err := door.Read[struct {
		which
		Width  int    `json:"width"`
		Height int    `json:"height"`
		Theme  string `json:"theme"`
	}](c)
	if err != nil {
		return nil, err
	}
	const least, most = 16, 4096
	if q.Width < least || q.Width > most || q.Height < least || q.Height > most {
		return nil, door.Mistaken(fmt.Errorf("a picture of %d × %d pixels must have sides of %d to %d", q.Width, q.Height, least, most))
	}
	theme, err := render.LoadTheme(q.Theme)
	if err != nil {
		return nil, door.Mistaken(err)
	}
	return nil, o.use(q.which, func(_ *crowd, m *member) error {
		scene, state := m.Scene(), m.State()
		list := &render.List{Width: q.Width, Height: q.Height, Background: theme.Background}
		painter := render.Painter{List: list, Scene: scene, Theme: theme, Unit: 1}
		painter.Camera = render.FitCamera(render.SceneBounds(scene, nil), list.Bounds(), 8)
		painter.Walls()
		painter.Goals(state)
		painter.Fields(state)
		painter.Joints(state)
		painter.Bodies(state, nil)
		picture := list.Image()
		pixels, err := c.NewBytes("pixels", q.Height, q.Width, 3)
		if err != nil {
			return err
		}
		for i := range q.Width * q.Height {
			copy(pixels[3*i:3*i+3], picture.Pix[4*i:])
		}
		return nil
	})
}
