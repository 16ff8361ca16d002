package contest

import (
	"context"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"orrery/cmd/orrery/console"
	"orrery/datasets/shard"
	"orrery/sim"
	"orrery/sim/engine"
	"orrery/sim/environment"
	"orrery/sim/scenario"
	"orrery/sim/task"
	"orrery/world"
	"orrery/world/plan"
)

// Contest is a series of episodes of a task, with the model and planner that act in them.
type Contest struct {
	Task   *scenario.Scenario
	Starts Starts
	Limit  int         // frames of an episode after its start
	Model  world.Model // nil to act at random
	Config plan.Config
	Seed   uint64
	Film   *Film // of the first episode, or nil

	Trained bool        // the model is a trained one, whose plans are looked at for what cannot be
	Seen    *world.Seen // what its training data had in it, or nil when that is not known

	// Observe returns what sees an episode for the planner, which is told nothing else of its states; nil where it is told
	// the states themselves.
	Observe func(ctx context.Context, scene *sim.Scene) (Observer, error)

	Journal *shard.Journal // of what is judged already, by the places of the episodes among those to act in, or nil
	Abreast int            // episodes at the same time
	First   int            // number of episodes at the beginning that are left out, as they are known
	End     int            // place of the episode from which on they are left out, or 0 for none
	Keep    bool           // attempts have their actions, by which their episodes can be made again
}

// Observer sees one episode, frame by frame.
type Observer interface {
	// See returns what is seen of a true state, body by body, and how long seeing took. Expected is the state
	// that is thought to be, or nil.
	See(ctx context.Context, truth, expected sim.State) ([]sim.Sight, time.Duration, error)
}

// maxSolved is the number of starts that may be solved already; beyond it most starts are.
const maxSolved = 1000

// choose returns the first episodes whose start is not solved, and how many before
// them are.
func (c *Contest) choose(episodes int) (chosen []*episode, skipped int, err error) {
	for i := 0; len(chosen) < episodes; i++ {
		scene, label, err := c.Starts(i)
		if err != nil {
			return nil, 0, err
		}
		judge, err := c.Task.Task.Judge(scene)
		if err != nil {
			return nil, 0, fmt.Errorf("episode %d (%s): %w", i, label, err)
		}
		if judge.Settled(scene.Start()) {
			if skipped++; skipped == maxSolved {
				return nil, 0, fmt.Errorf("%s: %d starts are solved already", c.Task.Name, skipped)
			}
			continue
		}
		chosen = append(chosen, &episode{Contest: c, scene: scene, judge: judge, label: label, result: Attempt{Episode: i}})
	}
	return chosen, skipped, nil
}

// Run acts in a number of episodes, but for the First ones and those from End on, and returns what came of them, and
// how many starts were skipped because they are solved. It shows its progress on log.
func (c *Contest) Run(ctx context.Context, log io.Writer, episodes int) (attempts []Attempt, skipped int, err error) {
	chosen, skipped, err := c.choose(episodes)
	if err != nil {
		return nil, 0, err
	}
	end := len(chosen)
	if c.End > 0 {
		end = c.End
	}
	if chosen = chosen[c.First:end]; len(chosen) == 0 {
		return nil, skipped, nil
	}
	if c.Film != nil {
		first := chosen[0]
		first.film, c.Film.scene, c.Film.label = c.Film, first.scene, first.label
	}
	bar := console.NewProgress(log, "planning")
	defer bar.Close()
	var mutex sync.Mutex
	done, successes, deciding := 0, 0, 0.0
	show := func() {
		bar.Set(min((float64(done)+deciding)/float64(len(chosen)), 1), fmt.Sprintf("%d of %d episodes succeeded", successes, done))
	}
	judged := func(a *Attempt) {
		mutex.Lock()
		defer mutex.Unlock()
		if done++; a.Success {
			successes++
		}
		show()
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(c.Abreast)
	for i, e := range chosen {
		var before Attempt
		known, err := c.Journal.Get(c.First+i, &before)
		if err != nil {
			return nil, 0, err
		}
		if known && e.film == nil {
			e.result = before
			judged(&e.result)
			continue
		}
		e.moved = func(share float64) {
			mutex.Lock()
			defer mutex.Unlock()
			deciding += share
			show()
		}
		group.Go(func() (err error) {
			defer func() { // a fault of a model must not end what others do without a word
				if fault := recover(); fault != nil {
					err = fmt.Errorf("episode %d (%s): %v", e.result.Episode, e.label, fault)
				}
			}()
			if err := e.run(ctx); err != nil {
				return fmt.Errorf("episode %d (%s): %w", e.result.Episode, e.label, err)
			}
			if known {
				e.result = before // acted in again for the film, with the times of the first run
			} else if err := c.Journal.Add(c.First+i, e.result); err != nil {
				return err
			}
			e.moved(-float64(e.shown) / float64(max(e.Limit, 1)))
			judged(&e.result)
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, 0, err
	}
	for _, e := range chosen {
		attempts = append(attempts, e.result)
	}
	return attempts, skipped, nil
}

// Attempt says how an episode went.
type Attempt struct {
	Episode    int     `json:"episode"` // number of the episode
	Success    bool    `json:"success"`
	Frames     int     `json:"frames"`           // after the start, to the success that lasted if there was one, else to the end
	Return     float64 `json:"return"`           // sum of the rewards, in the unit of the task
	Decisions  int     `json:"decisions"`        // number of plans made
	DecisionMS float64 `json:"decision_ms"`      // ms, mean of all decisions
	OneStepM   float64 `json:"one_step_m"`       // m, mean position error of predicting one frame from the true state
	SeeMS      float64 `json:"see_ms,omitempty"` // ms, median of what seeing took at each frame, where the planner is not told the states
	SeenM      float64 `json:"seen_m,omitempty"` // m, mean position error of what it saw
	Escape     string  `json:"escape,omitempty"` // how the model first expected what cannot be, or nothing

	Actions []sim.Action `json:"actions,omitempty"` // [t-1][a] what the actuators did, where a Contest is to Keep them
}

// episode acts in a scene.
type episode struct {
	*Contest
	scene  *sim.Scene
	judge  *task.Judge // of the scene
	label  string      // of the episode
	film   *Film       // or nil
	result Attempt

	act        func(frame int, state sim.State) (sim.Action, error)
	controller *plan.Controller // nil to act at random
	predictor  world.Predictor  // of one frame
	thinking   time.Duration
	seeing     *seeing             // nil where the states are told
	moved      func(share float64) // is told of the share of the episode that has passed
	shown      int                 // frames that moved was told of
}

// prepare makes the model or the engine ready to act.
func (e *episode) prepare(ctx context.Context) error {
	if e.Model == nil {
		policy, err := e.Task.Policy("random")
		if err != nil {
			return err
		}
		act := policy.Start(e.Seed, e.result.Episode, e.scene)
		e.act = func(frame int, state sim.State) (sim.Action, error) { return act(frame, state), ctx.Err() }
		return nil
	}
	var err error
	if e.predictor, err = world.Bare(e.Model).Predictor([]*sim.Scene{e.scene}); err != nil {
		return err
	}
	e.controller, err = plan.NewController(plan.Stoppable(e.Model, ctx.Err), e.scene, e.judge.Cost, e.Config, sim.NewRand(e.Seed, "plan", e.result.Episode))
	if err != nil {
		return err
	}
	if e.Observe != nil {
		observer, err := e.Observe(ctx, e.scene)
		if err != nil {
			return err
		}
		e.seeing = &seeing{observer: observer, scene: e.scene, predictor: e.predictor}
	}
	e.controller.Bound(e.judge.Least)
	e.controller.Propose(e.Task.Proposals(e.Seed, e.result.Episode, e.scene))
	e.act = func(_ int, state sim.State) (sim.Action, error) { return e.decide(ctx, state) }
	return nil
}

// decide asks the controller and takes the time.
func (e *episode) decide(ctx context.Context, state sim.State) (sim.Action, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	due, began := e.controller.Due(), time.Now()
	action, err := e.controller.Act(state)
	if err != nil || !due {
		return action, err
	}
	e.thinking += time.Since(began)
	e.result.Decisions++
	if err := e.watch(state); err != nil {
		return nil, err
	}
	return action, e.film.think(e.controller)
}

// watch looks at what a trained model expects of the plan, and notes the first state that
// cannot be right.
func (e *episode) watch(state sim.State) error {
	if !e.Trained || e.result.Escape != "" {
		return nil
	}
	expected, err := e.controller.Expected()
	if err != nil {
		return err
	}
	guard := world.NewGuard(e.scene, e.Seen)
	guard.Within([]sim.State{state})
	for _, s := range expected {
		if !guard.See(s) {
			e.result.Escape = guard.Escape().Reason()
			break
		}
	}
	return nil
}

// dismiss drops what prepare made, since each engine takes half a megabyte a plan.
func (e *episode) dismiss() { e.controller, e.predictor, e.act, e.seeing = nil, nil, nil, nil }

// run lets the episode happen.
func (e *episode) run(ctx context.Context) error {
	if err := e.prepare(ctx); err != nil {
		return err
	}
	defer e.dismiss()
	truth := engine.Borrow()
	defer truth.GiveBack()
	attempt, err := environment.NewEpisode(truth, e.judge, e.scene, e.Limit)
	if err != nil {
		return err
	}
	state := slices.Clone(attempt.State())
	last := attempt.Start()
	lasting := 1 // since when the states have been a success
	for !last.Over() && attempt.Frame() < e.Limit {
		told := state
		if e.seeing != nil {
			if told, err = e.seeing.see(ctx, state); err != nil {
				return err
			}
		}
		action, err := e.act(attempt.Frame(), told)
		if err != nil {
			return err
		}
		if e.seeing != nil {
			e.seeing.action = e.scene.Clip(slices.Clone(action))
		}
		e.film.shoot(state)
		if e.Keep {
			e.result.Actions = append(e.result.Actions, e.scene.Clip(slices.Clone(action)))
		}
		if last, err = attempt.Step(action); err != nil {
			return err
		}
		if err := e.compare(state, action, attempt.State()); err != nil {
			return err
		}
		e.result.Return += last.Reward
		if !last.Success {
			lasting = attempt.Frame() + 1
		}
		copy(state, attempt.State())
		e.shown++
		e.moved(1 / float64(e.Limit))
	}
	e.film.shoot(state)
	e.result.Success, e.result.Frames = last.Success, attempt.Frame()
	if e.result.Success {
		e.result.Frames = lasting
	}
	e.result.OneStepM /= float64(max(attempt.Frame(), 1))
	if e.seeing != nil {
		e.result.SeeMS, e.result.SeenM = e.seeing.sumUp()
	}
	e.result.DecisionMS = 1e3 * e.thinking.Seconds() / float64(max(e.result.Decisions, 1))
	return nil
}

// compare adds the error with which the model predicts a frame.
func (e *episode) compare(state sim.State, action sim.Action, next sim.State) error {
	if e.predictor == nil {
		return nil
	}
	predicted := slices.Clone(state)
	if err := e.predictor.Step(predicted, action); err != nil {
		return err
	}
	off, _ := e.scene.Distance(next, predicted)
	e.result.OneStepM += off
	return nil
}
