package surprise

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"orrery/sim"
	"orrery/world"
)

// Alarm is the score from which on something is an event. Motion by the law, seen with normal noise,
// has one in ten million bodies and frames beyond it; few models and few cameras are as good as that.
const Alarm = 7.0

// Event is something that happened to a body and is too unlikely.
type Event struct {
	Episode int     `json:"episode"` // index of the trajectory
	Frame   int     `json:"frame"`   // first that shows it
	Body    int     `json:"body"`    // index in the scene
	Score   float64 `json:"score"`   // number of zeros behind the decimal mark of the chance of it
	Cause   Cause   `json:"cause"`
	Other   *int    `json:"other,omitempty"` // index of another body that is concerned, or -1-k for wall k of the scene
}

// Result is what was found in some trajectories.
type Result struct {
	Events []Event       // in the order of episodes, and of frames in each
	Scores [][][]float64 // [episode][t][n]; 0 at the first frame and for kinematic bodies
	Noise  float64       // factor of what the measurements' deviations are said to be; 1 where states are known
	Doubt  float64       // share of a change of velocity by which the model is off where it pushes
}

// Find judges trajectories by a model, with so many workers. Done, which may be nil, is told how many
// are judged. When ctx ends, Find soon returns its error.
func Find(ctx context.Context, model world.Model, trajectories []*sim.Trajectory, workers int, done func(episodes int)) (*Result, error) {
	for e, t := range trajectories {
		if t.Impact {
			return nil, fmt.Errorf("episode %d: in an impact no time passes, so that nothing can be said of its motion", e)
		}
	}
	s, err := calibrate(ctx, model, trajectories, manyFrames)
	if err != nil {
		return nil, err
	}
	judges, errs := make([]*judge, len(trajectories)), make([]error, len(trajectories))
	next := make(chan int)
	var group sync.WaitGroup
	var mutex sync.Mutex
	count := 0
	for range max(1, min(workers, len(trajectories))) {
		group.Go(func() {
			for e := range next {
				if errs[e] = ctx.Err(); errs[e] != nil {
					continue
				}
				judges[e], errs[e] = judged(ctx, model, trajectories[e], s)
				mutex.Lock()
				if count++; done != nil {
					done(count)
				}
				mutex.Unlock()
			}
		})
	}
	for e := range trajectories {
		next <- e
	}
	close(next)
	group.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	out := &Result{Noise: s.noise, Doubt: s.share}
	for e, j := range judges {
		if errs[e] != nil {
			return nil, fmt.Errorf("episode %d: %w", e, errs[e])
		}
		for _, x := range j.events {
			x.Episode = e
			out.Events = append(out.Events, x)
		}
		out.Scores = append(out.Scores, j.scores)
	}
	return out, nil
}

// judged returns the judge of an episode after the work. A model that panics is at fault, and no reason
// for the program to fall over.
func judged(ctx context.Context, model world.Model, t *sim.Trajectory, s scales) (j *judge, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("a fault of this program in model %s on scene %s: %v", model.Kind(), t.Scene.Name, fault)
		}
	}()
	if j, err = newJudge(model, t, s); err == nil {
		err = j.run(ctx)
	}
	return j, err
}

// Search judges one trajectory frame by frame, for who has other things to do in between. Make one with
// Begin. It belongs to one goroutine.
type Search struct {
	model world.Model
	t     *sim.Trajectory
	judge *judge
}

// Begin returns a Search in a trajectory, which must not change meanwhile.
func Begin(model world.Model, t *sim.Trajectory) *Search { return &Search{model: model, t: t} }

// Step judges the next frame and reports whether another is left; the first step only finds out what the
// model and the measurements may be off by. An error, such as a scene that the model refuses, ends it.
func (s *Search) Step(ctx context.Context) (more bool, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			more, err = false, fmt.Errorf("a fault of this program in model %s on scene %s: %v", s.model.Kind(), s.t.Scene.Name, fault)
		}
	}()
	if s.judge != nil {
		return s.judge.step(ctx)
	}
	if s.t.Impact {
		return false, errors.New("in an impact no time passes")
	}
	found, err := calibrate(ctx, s.model, []*sim.Trajectory{s.t}, fewFrames)
	if err != nil {
		return false, err
	}
	s.judge, err = newJudge(s.model, s.t, found)
	return err == nil && len(s.t.States) > 1, err
}

// Result returns what was found so far, as episode 0. It is shared with s.
func (s *Search) Result() *Result {
	if s.judge == nil {
		return &Result{Scores: [][][]float64{nil}}
	}
	return &Result{Events: s.judge.events, Scores: [][][]float64{s.judge.scores}, Noise: s.judge.base.noise, Doubt: s.judge.base.share}
}
