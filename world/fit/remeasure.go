package fit

import (
	"context"
	"fmt"

	"orrery/sim"
	"orrery/world"
	"orrery/world/identify"
)

// Remeasure returns the model of a folder with the weights it has and measures anew, on the
// episodes of job, how far off it is: those dealt out to train on shape the law by which errors
// grow, and those to judge by its size. Settings of the training in job do not count, but for the
// stride, the share held out and the seed.
func Remeasure(ctx context.Context, job Job, dir string) (*Fitted, error) {
	d, err := world.ReadDescription(dir)
	if err != nil {
		return nil, err
	}
	model, err := rebuild(d)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	if err := world.LoadWeights(dir, d, model.Weights()); err != nil {
		return nil, err
	}
	job.Episodes = dealt(job.Episodes)
	if n := job.Episodes.Episodes(); n < LeastEpisodes {
		return nil, fmt.Errorf("it takes %d episodes at least, one of them to judge by, and there are %d", LeastEpisodes, n)
	}
	training, holdout, err := job.read(ctx)
	if err != nil {
		return nil, err
	}
	if training[0].Impact {
		return nil, fmt.Errorf("a single impact does not show how errors grow: %s needs episodes of motion", dir)
	}
	scenes := []*sim.Scene{training[0].Scene, holdout[0].Scene}
	if _, err := model.Predictor(scenes); err != nil {
		return nil, err
	}
	var values *identify.Values
	if len(d.Values) > 0 {
		if values, err = identify.DecodeValues(d.Values); err != nil {
			return nil, fmt.Errorf("%s: values: %w", dir, err)
		}
		if err := fill(values, training, holdout); err != nil {
			return nil, err
		}
	}
	if _, err := job.retrace(ctx, model, training, holdout); err != nil {
		return nil, err
	}
	f := &Fitted{Model: model.learner, Description: *d, weights: model.Weights(), judging: job.judging}
	_, f.Holdout = job.split()
	job.report(Progress{Stage: Judging})
	if err := f.measureSpread(ctx, model.learner, training, holdout, job.Minimise, nil); err != nil {
		return nil, err
	}
	if f.Model = world.AnyPace(f.Model, model.FrameTime()); values != nil {
		f.Model = told{f.Model, values}
	}
	return f, nil
}
