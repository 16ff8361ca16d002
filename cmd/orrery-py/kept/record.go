package kept

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"

	"orrery/cmd/orrery-py/asked"
	"orrery/cmd/orrery-py/door"
	"orrery/cmd/orrery/takes"
	"orrery/datasets"
	"orrery/datasets/generate"
	"orrery/sim"
	"orrery/sim/environment"
	"orrery/sim/scenario"
	"orrery/sim/scenario/library"
	"orrery/sim/task"
)

// Source is where environments are, and how the data of others are read.
type Source struct {
	// Own returns a path that leads to a dataset of this program, what was noticed on the way there, and what is to be
	// called when nobody reads it any more.
	Own func(ctx context.Context, from *From) (own string, notes []string, done func(), err error)

	// SetWatch lets what begin returns watch the environments of a handle, from their next episodes on, and EndWatch
	// ends that.
	SetWatch func(shelf *door.Shelf, handle int64, begin func(of *scenario.Scenario, values scenario.Values, fps int) (*takes.Watch, error)) error
	EndWatch func(shelf *door.Shelf, handle int64)
}

// recording is a dataset that grows.
type recording struct {
	*generate.Collector
	task     *task.Task // of the episodes, or nil
	rewarded *bool      // all episodes are judged, or none; nil before the first
	released func()     // ends watching
}

// LetGo implements door.Holder: what waits stays on disk, for the next recording.
func (r *recording) LetGo() {
	r.release()
	_ = r.Leave() // there is nobody to tell
}

// release ends watching, once: another recording may watch what this one did.
func (r *recording) release() {
	r.released()
	r.released = func() {}
}

// waiting is the file of what was recorded and is not in the dataset yet.
func waiting(dir string) string { return dir + ".partial" }

// recordRequest says what is recorded: episodes of a scenario, of an environment, or of scenes like one.
type recordRequest struct {
	asked.Source
	Environment int64      `json:"environment,omitempty"`
	Scene       asked.Text `json:"scene,omitempty"`
	Dir         string     `json:"dir"`
	Policy      string     `json:"policy"`
	Frames      int        `json:"frames"` // of an episode, at most; 0 is as many as the task or a dataset allows
	Seed        uint64     `json:"seed"`
	Append      bool       `json:"append"`
}

// recordAnswer describes a recording.
type recordAnswer struct {
	Handle   int64 `json:"handle"`
	Episodes int   `json:"episodes"`
	Judged   bool  `json:"judged"` // there is a task
}

func (o open) record(ctx context.Context, c *door.Call) (any, error) {
	q, err := door.Read[recordRequest](c)
	if err != nil {
		return nil, err
	}
	if q.Dir == "" {
		return nil, door.Mistaken(errors.New("the directory to record to must not be empty"))
	}
	if err := q.free(); err != nil {
		return nil, err
	}
	rec := &recording{released: func() {}}
	if q.Environment == 0 {
		spec, err := q.spec(rec)
		if err == nil {
			err = q.collect(ctx, rec, spec)
		}
		if err != nil {
			return nil, err
		}
	} else if err := o.watching(ctx, &q, rec); err != nil {
		return nil, err
	}
	return recordAnswer{o.shelf.Put(rec), rec.Episodes(), rec.task != nil}, nil
}

// free returns an error when there is something that must not be extended.
func (q *recordRequest) free() error {
	if q.Append {
		return nil
	}
	if entries, err := os.ReadDir(q.Dir); err == nil && len(entries) > 0 {
		return door.Blame(fmt.Errorf("%s: is not empty: append=True extends a dataset that was recorded", q.Dir), door.Exists)
	}
	if exists(waiting(q.Dir)) {
		return door.Blame(fmt.Errorf("%s: has episodes of a recording that was interrupted: append=True goes on with them", waiting(q.Dir)), door.Exists)
	}
	return nil
}

// spec returns what a dataset of the episodes says of its origin.
func (q *recordRequest) spec(rec *recording) (datasets.Spec, error) {
	if q.Scene != nil {
		scene, err := asked.ReadScene(q.Scene)
		if err != nil {
			return datasets.Spec{}, err
		}
		return datasets.Spec{Scenario: scene.Name, Params: map[string]float64{}, FPS: scene.FPS, Task: "Episodes of " + scene.Name + "."}, nil
	}
	found, values, err := q.Find(library.Open)
	if err != nil {
		return datasets.Spec{}, err
	}
	scene, err := found.Sample(q.Seed, 0, values)
	if err != nil {
		return datasets.Spec{}, door.Mistaken(err)
	}
	rec.task = found.Task
	return takes.Origin(found, values, scene.FPS), nil
}

// collect begins to collect.
func (q *recordRequest) collect(ctx context.Context, rec *recording, spec datasets.Spec) (err error) {
	spec.Seed, spec.Policy, spec.Command = q.Seed, q.Policy, "orrery.record(DIR, ...)"
	if spec.Frames = q.Frames; spec.Frames == 0 {
		spec.Frames = datasets.MaxFrames
		if rec.task != nil {
			spec.Frames = rec.task.TimeLimit + 1
		}
	}
	valid := spec
	valid.Episodes = 1
	if err := valid.Validate(); err != nil {
		return door.Mistaken(err)
	}
	if rec.Collector, err = generate.Collect(ctx, q.Dir, spec); err != nil || rec.Episodes() == 0 {
		return err
	}
	had, err := openDataset(ctx, q.Dir)
	if err != nil {
		rec.LetGo()
		return err
	}
	rewarded := had.Room().Rewarded
	rec.rewarded = &rewarded
	return nil
}

// watching begins to record what happens in environments.
func (o open) watching(ctx context.Context, q *recordRequest, rec *recording) error {
	return o.acted.SetWatch(o.shelf, q.Environment, func(of *scenario.Scenario, values scenario.Values, fps int) (*takes.Watch, error) {
		rec.task = of.Task
		if err := q.collect(ctx, rec, takes.Origin(of, values, fps)); err != nil {
			return nil, err
		}
		rec.released = func() { o.acted.EndWatch(o.shelf, q.Environment) }
		return watchOf(rec, of.Task.Unit), nil
	})
}

// watchOf returns what saves the episodes of environments to a recording, those that end in one step in the order of
// their environments.
func watchOf(rec *recording, unit float64) *takes.Watch {
	var mu sync.Mutex
	var open []*takes.Take
	var ended map[int]generate.Demonstration
	of := func(i int) *takes.Take {
		mu.Lock()
		defer mu.Unlock()
		if i < len(open) {
			return open[i]
		}
		return nil
	}
	set := func(i int, take *takes.Take) {
		mu.Lock()
		defer mu.Unlock()
		for len(open) <= i {
			open = append(open, nil)
		}
		open[i] = take
	}
	return &takes.Watch{
		Begun: func(i int, e *environment.Environment) { set(i, takes.New(e, unit)) },
		Acted: func(i int, action []float64, outcome task.Outcome) {
			take := of(i)
			if take == nil {
				return // it began before
			}
			take.Add(action, outcome)
			if !outcome.Over() {
				return
			}
			set(i, nil)
			trajectory, outcomes := take.End()
			mu.Lock()
			defer mu.Unlock()
			if ended == nil {
				ended = map[int]generate.Demonstration{}
			}
			ended[i] = generate.Demonstration{Trajectory: trajectory, Outcomes: outcomes}
		},
		Stepped: func() error {
			for i := 0; len(ended) > 0; i++ {
				d, ok := ended[i]
				if !ok {
					continue
				}
				delete(ended, i)
				if err := rec.Add(d); err != nil {
					return fmt.Errorf("the episode is over, but was not recorded: %w", err)
				}
			}
			return nil
		},
	}
}

// addRequest is an episode. Its arrays are states [frames, bodies, 6], actions [frames − 1, actuators], rewards
// [frames − 1] and success [frames − 1]; all but the states may be left out.
type addRequest struct {
	Handle    int64      `json:"handle"`
	Scene     asked.Text `json:"scene"`
	Truncated *bool      `json:"truncated,omitempty"` // the time was over; else the task knows, or it was not
}

func (o open) add(_ context.Context, c *door.Call) (any, error) {
	q, err := door.Read[addRequest](c)
	if err != nil {
		return nil, err
	}
	scene, err := asked.ReadScene(q.Scene)
	if err != nil {
		return nil, err
	}
	t, err := taken(c, scene)
	if err != nil {
		return nil, err
	}
	episodes := 0
	return &episodes, door.Use(o.shelf, q.Handle, func(rec *recording) error {
		outcomes, err := rec.judged(c, t, q.Truncated)
		if err != nil {
			return err
		}
		rewarded := outcomes != nil
		if rec.rewarded != nil && *rec.rewarded != rewarded {
			return door.Mistaken(errors.New("either all episodes of a dataset must have rewards or none"))
		}
		if err := rec.Add(generate.Demonstration{Trajectory: t, Outcomes: outcomes}); err != nil {
			return door.Mistaken(err)
		}
		rec.rewarded = &rewarded
		episodes = rec.Episodes()
		return nil
	})
}

// taken returns the motion that arrays tell.
func taken(c *door.Call, scene *sim.Scene) (*sim.Trajectory, error) {
	n, a := len(scene.Bodies), len(scene.Actuators)
	values, err := c.Floats("states", -1, n, sim.StateSize)
	if err != nil {
		return nil, err
	}
	frames := c.Shape("states")[0]
	if frames < 1 {
		return nil, door.Mistaken(errors.New("states must have a frame"))
	}
	t := &sim.Trajectory{Scene: scene}
	for k := range frames {
		t.States = append(t.States, asked.TakeState(values[k*n*sim.StateSize:(k+1)*n*sim.StateSize]))
	}
	if !c.Has("actions") {
		for k := 0; a > 0 && k < frames-1; k++ {
			t.Actions = append(t.Actions, scene.Rest())
		}
		return t, nil
	}
	actions, err := c.Floats("actions", frames-1, a)
	if err != nil {
		return nil, err
	}
	for k := 0; a > 0 && k < frames-1; k++ {
		t.Actions = append(t.Actions, actions[k*a:(k+1)*a])
	}
	return t, nil
}

// judged returns what the actions of an episode led to: what is told, else what the task says, which also tells what
// it lets an actor see.
func (r *recording) judged(c *door.Call, t *sim.Trajectory, truncated *bool) ([]datasets.Outcome, error) {
	frames := len(t.States)
	var outcomes []datasets.Outcome
	if r.task != nil {
		judge, err := r.task.Judge(t.Scene)
		if err != nil {
			return nil, door.Mistaken(err)
		}
		judge.See(t)
		outcomes = judgedBy(judge, t)
	} else if c.Has("rewards") || c.Has("success") {
		outcomes = make([]datasets.Outcome, frames-1)
	}
	if c.Has("rewards") {
		rewards, err := c.Floats("rewards", frames-1)
		if err != nil {
			return nil, err
		}
		for k, v := range rewards {
			outcomes[k].Reward = v
		}
	}
	if c.Has("success") {
		success, err := c.Bytes("success", frames-1)
		if err != nil {
			return nil, err
		}
		for k, v := range success {
			outcomes[k].Success = v != 0
		}
	}
	if last := len(outcomes) - 1; last >= 0 {
		outcomes[last].Done = true
		if truncated != nil {
			outcomes[last].Truncated = *truncated
		}
	}
	return outcomes, nil
}

// judgedBy returns what a task says of motion.
func judgedBy(judge *task.Judge, t *sim.Trajectory) []datasets.Outcome {
	outcomes := []datasets.Outcome{}
	referee := judge.Referee()
	referee.Frame(t.States[0], t.Scene.Rest())
	for k, state := range t.States[1:] {
		o := referee.Frame(state, t.Action(k))
		outcomes = append(outcomes, datasets.Outcome{Reward: o.Reward, Success: o.Success, Truncated: k == len(t.States)-2 && !o.Terminated})
	}
	return outcomes
}

// handleRequest is a recording.
type handleRequest struct {
	Handle int64 `json:"handle"`
}

func (o open) discard(_ context.Context, c *door.Call) (any, error) {
	q, err := door.Read[handleRequest](c)
	if err != nil {
		return nil, err
	}
	return nil, door.Use(o.shelf, q.Handle, func(r *recording) error { return r.Discard() })
}

// close makes what was recorded a dataset and answers how many episodes it has.
func (o open) close(ctx context.Context, c *door.Call) (any, error) {
	q, err := door.Read[handleRequest](c)
	if err != nil {
		return nil, err
	}
	episodes := 0
	err = door.Use(o.shelf, q.Handle, func(r *recording) error {
		r.release()
		episodes = r.Episodes()
		return r.Complete(ctx)
	})
	o.shelf.Drop(q.Handle)
	return episodes, err
}
