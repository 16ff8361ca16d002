package fit

import (
	"context"

	"orrery/sim"
	"orrery/world"
	"orrery/world/rounds"
	"orrery/world/spread/lbfgs"
)

// Short trains a contact model for a round, on from the model of the round before. It is a rounds.Fit.
//
// In the second round and then in every fourth it also measures the law by which errors grow, on some of the
// episodes. Rounds between keep the law that they find, which is on the wide side where the model has become better.
func Short(ctx context.Context, episodes []*sim.Trajectory, r rounds.Round) (*rounds.Model[world.Model], error) {
	config := DefaultConfig()
	config.SetShort(r.Budget, r.Number)
	former, _ := r.Former.(*Fitted)
	job := Job{
		Episodes: InMemory(episodes, Origin{Scenario: r.Subject, Program: r.Program, Engine: true}),
		Config:   config, From: former, Report: func(Progress) { r.Rest() },
	}
	f, err := Train(ctx, job)
	if err != nil {
		return nil, err
	}
	law := former
	if r.Number%shortJudged == 1 {
		if err := f.judgeShortly(ctx, job, r.Rest); err != nil {
			return nil, err
		}
		if f.SpreadError == nil {
			law = f
		}
	}
	if law != nil {
		if err := f.keepSpread(law); err != nil {
			return nil, err
		}
	}
	files, err := f.Files()
	about := &f.Description.Training
	return &rounds.Model[world.Model]{Files: files, World: f.Model, Loss: about.Loss, Frames: about.Examples, State: f}, err
}

// How a short training measures the law by which errors grow: in which rounds, and on how many bodies in frames, to train
// on and to judge by. It takes half a second of one processor for that.
const (
	shortJudged     = 4
	shortBodyFrames = 12_000
)

// judgeShortly measures the model's uncertainty by some of the episodes, or sets SpreadError.
func (f *Fitted) judgeShortly(ctx context.Context, job Job, rest func()) error {
	training, holdout, err := job.read(ctx)
	if err != nil {
		return err
	}
	plain, err := f.rebuilt()
	if err != nil {
		return err
	}
	f.SpreadError = f.measureSpread(ctx, plain, few(training), few(holdout), lbfgs.Minimise, rest)
	return ctx.Err()
}

// few returns the last of some trajectories, which are short enough together.
func few(all []*sim.Trajectory) []*sim.Trajectory {
	size, from := 0, len(all)
	for from > 0 && size < shortBodyFrames {
		from--
		size += len(all[from].States) * len(all[from].Scene.Bodies)
	}
	return all[from:]
}

// rebuilt returns the model as it was trained, without uncertainty.
func (f *Fitted) rebuilt() (*trainable, error) {
	model, err := rebuild(&f.Description)
	if err == nil {
		copy(model.Weights().Data(), f.weights.Data())
	}
	return model, err
}

// keepSpread gives the model the uncertainty that another one has, if that has one.
func (f *Fitted) keepSpread(of *Fitted) error {
	f.Description.Spread = of.Description.Spread
	if len(f.Description.Spread) == 0 {
		return nil
	}
	model, err := f.rebuilt()
	if err == nil {
		f.Model, err = model.finish(&f.Description, false)
	}
	return err
}
