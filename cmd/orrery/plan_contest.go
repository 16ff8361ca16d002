package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"orrery/cmd/orrery/console"
	"orrery/sim"
	"orrery/sim/engine"
	"orrery/sim/scenario"
	"orrery/world"
	"orrery/world/plan"
)

// contest is a series of episodes of a task and who acts in them.
type contest struct {
	Task   *scenario.Scenario
	Starts planStarts
	Limit  int         // frames of an episode after its start
	Model  world.Model // nil to act at random
	Config plan.Config
	Seed   uint64
	Film   *planFilm // of the first episode, or nil

	Abreast int // episodes at the same time
}

// maxSolved is how many starts may be solved already before it is clear that most are.
const maxSolved = 1000

// choose returns the first episodes whose start is not solved, and how many before
// them are.
func (c *contest) choose(episodes int) (chosen []*planEpisode, skipped int, err error) {
	for i := 0; len(chosen) < episodes; i++ {
		scene, label, err := c.Starts(i)
		if err != nil {
			return nil, 0, err
		}
		if c.Task.Task.Terminated(scene, scene.Start()) {
			if skipped++; skipped == maxSolved {
				return nil, 0, fmt.Errorf("%s: %d starts are solved already", c.Task.Name, skipped)
			}
			continue
		}
		chosen = append(chosen, &planEpisode{contest: c, scene: scene, label: label, trial: planTrial{Episode: i}})
	}
	return chosen, skipped, nil
}

// run acts in a number of episodes and returns what came of them, and how many
// starts were skipped because they are solved.
func (c *contest) run(ctx context.Context, log io.Writer, episodes int) (trials []planTrial, skipped int, err error) {
	chosen, skipped, err := c.choose(episodes)
	if err != nil {
		return nil, 0, err
	}
	if c.Film != nil {
		first := chosen[0]
		first.film, c.Film.scene, c.Film.label = c.Film, first.scene, first.label
	}
	bar := console.NewProgress(log, "planning")
	defer bar.Close()
	var mutex sync.Mutex
	done, successes := 0, 0
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(c.Abreast)
	for _, e := range chosen {
		group.Go(func() error {
			if err := e.run(ctx); err != nil {
				return fmt.Errorf("episode %d (%s): %w", e.trial.Episode, e.label, err)
			}
			mutex.Lock()
			defer mutex.Unlock()
			if done++; e.trial.Success {
				successes++
			}
			bar.Set(float64(done)/float64(episodes), fmt.Sprintf("%d of %d episodes succeeded", successes, done))
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, 0, err
	}
	for _, e := range chosen {
		trials = append(trials, e.trial)
	}
	return trials, skipped, nil
}

// planTrial is what came of an episode.
type planTrial struct {
	Episode    int     `json:"episode"`
	Success    bool    `json:"success"`
	Frames     int     `json:"frames"` // after the start, to the success that lasted if there was one, else to the end
	Return     float64 `json:"return"` // sum of the task's rewards
	Decisions  int     `json:"decisions"`
	DecisionMS float64 `json:"decision_ms"` // mean
	OneStepM   float64 `json:"one_step_m"`  // mean position error of predicting one frame from the true state
}

// planEpisode acts in a scene.
type planEpisode struct {
	*contest
	scene *sim.Scene
	label string    // of the episode
	film  *planFilm // or nil
	trial planTrial

	act        func(frame int, state sim.State) (sim.Action, error)
	controller *plan.Controller // nil to act at random
	predictor  world.Predictor  // of one frame
	thinking   time.Duration
}

// prepare readies who acts.
func (e *planEpisode) prepare() error {
	if e.Model == nil {
		policy, err := e.Task.Policy("random")
		if err != nil {
			return err
		}
		act := policy.Start(e.Seed, e.trial.Episode, e.scene)
		e.act = func(frame int, state sim.State) (sim.Action, error) { return act(frame, state), nil }
		return nil
	}
	var err error
	if e.predictor, err = world.Bare(e.Model).Predictor([]*sim.Scene{e.scene}); err != nil {
		return err
	}
	cost := func(state sim.State, action sim.Action) float64 { return e.Task.Task.Cost(e.scene, state, action) }
	e.controller, err = plan.NewController(e.Model, e.scene, cost, e.Config, sim.NewRand(e.Seed, "plan", e.trial.Episode))
	if err != nil {
		return err
	}
	e.controller.Propose(e.Task.Proposals(e.Seed, e.trial.Episode, e.scene))
	e.act = func(_ int, state sim.State) (sim.Action, error) { return e.decide(state) }
	return nil
}

// decide asks the controller and takes the time.
func (e *planEpisode) decide(state sim.State) (sim.Action, error) {
	due, began := e.controller.Due(), time.Now()
	action, err := e.controller.Act(state)
	if err != nil || !due {
		return action, err
	}
	e.thinking += time.Since(began)
	e.trial.Decisions++
	return action, e.film.think(e.controller)
}

// dismiss forgets who acts, which in the engine's case takes half a megabyte a plan.
func (e *planEpisode) dismiss() { e.controller, e.predictor, e.act = nil, nil, nil }

// run lets the episode happen.
func (e *planEpisode) run(ctx context.Context) error {
	if err := e.prepare(); err != nil {
		return err
	}
	defer e.dismiss()
	truth := engines.Get().(*engine.Engine)
	defer engines.Put(truth)
	if err := truth.Load(e.scene); err != nil {
		return err
	}
	task, state := e.Task.Task, e.scene.Start()
	frame, lasting := 0, 1 // since when the states have been a success
	for ; frame < e.Limit && !task.Terminated(e.scene, state); frame++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		action, err := e.act(frame, state)
		if err != nil {
			return err
		}
		e.film.shoot(state)
		if err := truth.Frame(action); err != nil {
			return err
		}
		next := truth.State(nil)
		if err := e.compare(state, action, next); err != nil {
			return err
		}
		e.trial.Return += task.Reward(e.scene, next, action)
		if !task.Success(e.scene, next) {
			lasting = frame + 2
		}
		state = next
	}
	e.film.shoot(state)
	e.trial.Success, e.trial.Frames = task.Success(e.scene, state), frame
	if e.trial.Success {
		e.trial.Frames = lasting
	}
	e.trial.OneStepM /= float64(max(frame, 1))
	e.trial.DecisionMS = 1e3 * e.thinking.Seconds() / float64(max(e.trial.Decisions, 1))
	return nil
}

// compare adds the error with which the model predicts a frame.
func (e *planEpisode) compare(state sim.State, action sim.Action, next sim.State) error {
	if e.predictor == nil {
		return nil
	}
	predicted := slices.Clone(state)
	if err := e.predictor.Step(predicted, action); err != nil {
		return err
	}
	off, _ := e.scene.Distance(next, predicted)
	e.trial.OneStepM += off
	return nil
}
