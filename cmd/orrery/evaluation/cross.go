package evaluation

import (
	"context"
	"fmt"
	"io"

	"orrery/sim"
	"orrery/world"
	"orrery/world/eval"
)

// Cross measures on all episodes of the set models that were trained on the others: the episodes are dealt into so many
// parts, and a model judges none that it learned from. It also returns the models as one, described as the last.
func (s *Set) Cross(ctx context.Context, log io.Writer, among int, settings eval.Config, train func(learning []*sim.Trajectory) (Entrant, error)) (*eval.Result, Entrant, error) {
	parts := dealParts(settings.Seed, len(s.Trajectories), among)
	models := each{of: map[*sim.Scene]world.Model{}}
	var entrant Entrant
	seconds := 0.0
	for part := range among {
		judging, learning := withoutPart(s.Trajectories, parts, part)
		fmt.Fprintf(log, "without part %d of %d\n", part+1, among)
		trained, err := train(learning)
		if err != nil {
			return nil, Entrant{}, err
		}
		entrant = trained
		seconds += trained.Description.Training.Seconds
		models.Model = trained.Model
		for _, t := range judging {
			models.of[t.Scene] = models.Model
		}
	}
	entrant.Model = models
	result, err := s.Measure(ctx, log, []eval.Entry{{Name: entrant.Name, Model: models, TrainSeconds: seconds}}, settings)
	return result, entrant, err
}

// dealParts returns the part of each of so many episodes, of as many in each as can be.
func dealParts(seed uint64, episodes, among int) []int {
	parts := make([]int, episodes)
	for rank, i := range sim.NewRand(seed, "eval cross", 0).Perm(episodes) {
		parts[i] = rank % among
	}
	return parts
}

// withoutPart returns the episodes of a part, which judge a model, and all others, from which it learns.
func withoutPart(episodes []*sim.Trajectory, parts []int, part int) (judging, learning []*sim.Trajectory) {
	for i, t := range episodes {
		if parts[i] == part {
			judging = append(judging, t)
		} else {
			learning = append(learning, t)
		}
	}
	return judging, learning
}

// each is a model that predicts each scene by a model of its own.
type each struct {
	world.Model // any of them
	of          map[*sim.Scene]world.Model
}

// Strike returns what the model of the scene says of an impact.
func (e each) Strike(scene *sim.Scene, state sim.State) (sim.State, error) {
	return e.of[scene].(interface {
		Strike(*sim.Scene, sim.State) (sim.State, error)
	}).Strike(scene, state)
}

// Predictor implements world.Model.
func (e each) Predictor(scenes []*sim.Scene) (world.Predictor, error) {
	p := &eachPredictor{scenes: scenes}
	for _, scene := range scenes {
		own, err := e.of[scene].Predictor([]*sim.Scene{scene})
		if err != nil {
			return nil, err
		}
		p.own = append(p.own, own)
	}
	return p, nil
}

// eachPredictor has a predictor for each scene.
type eachPredictor struct {
	scenes []*sim.Scene
	own    []world.Predictor
}

// Step implements world.Predictor.
func (p *eachPredictor) Step(state sim.State, actions sim.Action) error {
	for i, scene := range p.scenes {
		var action sim.Action
		action, actions = world.CutAction(actions, scene)
		n := len(scene.Bodies)
		if err := p.own[i].Step(state[:n], action); err != nil {
			return err
		}
		state = state[n:]
	}
	return nil
}
