package fit

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"orrery/datasets"
	"orrery/learn/nn"
	"orrery/learn/train"
	"orrery/sim"
	"orrery/world"
	"orrery/world/contact"
)

// Fitted is a trained model and how it came about.
type Fitted struct {
	Model       world.Model
	Description world.Description
	Curve       []train.Progress // every report of the training
	Holdout     []int            // episodes of the dataset that were not trained on

	weights *nn.Params
	work    string
}

// Train fits a model to the dataset, keeping checkpoints and logs in the
// directory work ("" keeps none) and continuing from those it finds there. When
// ctx ends it saves a checkpoint and returns an error that wraps ctx.Err().
// Report, which may be nil, hears of progress.
func Train(ctx context.Context, ds *datasets.Dataset, config Config, work string, report func(train.Progress)) (*Fitted, error) {
	if err := config.Validate(); err != nil {
		return nil, err
	}
	if ds.Episodes() < 2 {
		return nil, fmt.Errorf("dataset has %d episodes; training needs 2, one of them to judge by", ds.Episodes())
	}
	learnFrom, judgeBy := ds.Split(config.Holdout, config.Seed)
	training, err := Trajectories(ds, learnFrom)
	if err != nil {
		return nil, err
	}
	holdout, err := Trajectories(ds, judgeBy)
	if err != nil {
		return nil, err
	}
	flight, err := world.MeasureFlight(training)
	if err != nil {
		return nil, err
	}
	config.Contact.Flight = flight
	model, err := contact.New(config.Contact, config.Seed)
	if err != nil {
		return nil, err
	}
	task, err := contact.NewTask(model, training, holdout)
	if err != nil {
		return nil, err
	}
	config.Train.Batch = min(config.Train.Batch, task.Examples())
	result, err := train.Run(ctx, task, config.Train, work, report)
	if err != nil {
		return nil, err
	}
	copy(model.Weights().Data(), result.Best)
	f := &Fitted{Model: model, Curve: result.Curve, Holdout: judgeBy, weights: model.Weights(), work: work}
	f.Description, err = describe(ds, config, result, len(learnFrom), task.Examples(), model)
	return f, err
}

// describe fills in what config.json says of a training.
func describe(ds *datasets.Dataset, config Config, result train.Result, episodes, examples int, model *contact.Model) (world.Description, error) {
	provenance := ds.Provenance()
	provenance.Files = nil // the spec says how to make them again
	d := world.Description{
		Format: world.ModelFormat, Kind: config.Kind,
		Training: world.Training{
			Version: provenance.Module, Scenario: provenance.Scenario, Episodes: episodes, Examples: examples,
			Parameters: model.Parameters(), Steps: result.Steps, Seconds: result.Seconds, Loss: result.BestValidation,
		},
	}
	for _, part := range []struct {
		to   *json.RawMessage
		from any
	}{{&d.Settings, model.Config()}, {&d.Training.Dataset, provenance}, {&d.Training.Recipe, config.Train}} {
		text, err := json.Marshal(part.from)
		if err != nil {
			return d, err
		}
		*part.to = text
	}
	return d, nil
}

// Save writes the model directory, moves the training logs into it and removes
// the working directory. An existing path is an error unless force is set.
func (f *Fitted) Save(dir string, force bool) error {
	if err := world.Save(dir, &f.Description, f.weights, force); err != nil {
		return err
	}
	if f.work == "" {
		return nil
	}
	for _, pattern := range []string{"log.jsonl", "events.*"} {
		logs, err := filepath.Glob(filepath.Join(f.work, pattern))
		if err != nil {
			return err
		}
		for _, path := range logs {
			if err := os.Rename(path, filepath.Join(dir, filepath.Base(path))); err != nil {
				return err
			}
		}
	}
	return os.RemoveAll(f.work)
}

// Load reads a model directory of any of the Kinds.
func Load(dir string) (world.Model, *world.Description, error) {
	d, err := world.ReadDescription(dir)
	if err != nil {
		return nil, nil, err
	}
	var config contact.Config
	switch d.Kind {
	case contact.Kind:
		err = world.DecodeStrict(d.Settings, &config)
	default:
		err = fmt.Errorf("kind %q is not one this program knows", d.Kind)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("%s: settings: %w", filepath.Join(dir, world.ConfigFile), err)
	}
	model, err := contact.New(config, 0)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: settings: %w", filepath.Join(dir, world.ConfigFile), err)
	}
	if err := world.LoadWeights(dir, d, model.Weights()); err != nil {
		return nil, nil, err
	}
	return model, d, nil
}

// Trajectories reads the named episodes of a dataset into memory.
func Trajectories(ds *datasets.Dataset, episodes []int) ([]*sim.Trajectory, error) {
	out := make([]*sim.Trajectory, len(episodes))
	for i, k := range episodes {
		t, err := ds.Episode(k)
		if err != nil {
			return nil, fmt.Errorf("episode %d: %w", k, err)
		}
		out[i] = t
	}
	return out, nil
}
