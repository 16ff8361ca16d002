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
	"orrery/world/spread"
	"orrery/world/spread/lbfgs"
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
	training, err := Trajectories(ctx, ds, learnFrom, config.Stride)
	if err != nil {
		return nil, err
	}
	holdout, err := Trajectories(ctx, ds, judgeBy, config.Stride)
	if err != nil {
		return nil, err
	}
	model, settings, err := newModel(&config, training)
	if err != nil {
		return nil, err
	}
	if err := keepPlan(work, ds, &config, settings); err != nil {
		return nil, err
	}
	objective, err := model.objective(training, holdout)
	if err != nil {
		return nil, err
	}
	frames := framesOf(objective)
	if config.Backend == Gorgonia {
		if objective, err = onGorgonia(objective, model.network); err != nil {
			return nil, err
		}
	}
	config.Train.Batch = min(config.Train.Batch, objective.Examples())
	result, err := train.Run(ctx, objective, config.Train, work, report)
	if err != nil {
		return nil, err
	}
	copy(model.Weights().Data(), result.Best)
	law, err := spread.Measure(model.learner, training, holdout, lbfgs.Minimise)
	if err != nil {
		return nil, err
	}
	f := &Fitted{Model: world.AnyPace(law.Wrap(model.learner), model.FrameTime()), Curve: result.Curve, Holdout: judgeBy, weights: model.Weights(), work: work}
	if f.Description, err = describe(ds, config, settings, result); err != nil {
		return nil, err
	}
	f.Description.Spread, err = json.Marshal(law)
	f.Description.Training.Episodes, f.Description.Training.Examples = len(learnFrom), frames
	f.Description.Training.Parameters = model.Parameters()
	seen := world.SeenIn(training)
	f.Description.Training.Seen = &seen
	return f, err
}

// framesOf returns on how many frames an objective trains, which it may show several times.
func framesOf(objective train.Objective) int {
	if t, ok := objective.(interface{ Frames() int }); ok {
		return t.Frames()
	}
	return objective.Examples()
}

// newModel returns an untrained model of the wanted kind and its settings, after
// completing those in config.
func newModel(config *Config, training []*sim.Trajectory) (*trainable, json.RawMessage, error) {
	k := kindOf(config.Kind)
	if err := k.measure(config, training); err != nil {
		return nil, nil, err
	}
	settings, err := json.Marshal(k.settings(config))
	if err != nil {
		return nil, nil, err
	}
	model, err := k.build(settings, config.Seed)
	return model, settings, err
}

// describe fills in what config.json says of a training, but for its size.
func describe(ds *datasets.Dataset, config Config, settings json.RawMessage, result train.Result) (world.Description, error) {
	provenance := ds.Provenance()
	provenance.Files = nil // the spec says how to make them again
	d := world.Description{
		Format: world.ModelFormat, Kind: config.Kind, Settings: settings,
		Training: world.Training{
			Version: provenance.Module, Scenario: provenance.Scenario,
			Steps: result.Steps, Seconds: result.Seconds, Loss: result.BestValidation,
		},
	}
	var err error
	if d.Training.Dataset, err = json.Marshal(provenance); err != nil {
		return d, err
	}
	d.Training.Recipe, err = json.Marshal(struct {
		Backend string `json:"backend"`
		train.Config
	}{config.Backend, config.Train})
	return d, err
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

// Load reads a model directory of any of the Kinds. Its Predictors are
// world.Uncertain if its spread was measured, as Train does, and predict scenes of
// shorter frames too; see world.AnyPace.
func Load(dir string) (world.Model, *world.Description, error) {
	d, err := world.ReadDescription(dir)
	if err != nil {
		return nil, nil, err
	}
	model, err := rebuild(d)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", filepath.Join(dir, world.ConfigFile), err)
	}
	if err := world.LoadWeights(dir, d, model.Weights()); err != nil {
		return nil, nil, err
	}
	if len(d.Spread) == 0 {
		return world.AnyPace(model.learner, model.FrameTime()), d, nil
	}
	law, err := spread.Decode(d.Spread)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", filepath.Join(dir, world.ConfigFile), err)
	}
	return world.AnyPace(law.Wrap(model.learner), model.FrameTime()), d, nil
}

// rebuild returns the model that d describes, with any weights.
func rebuild(d *world.Description) (*trainable, error) {
	k := kindOf(d.Kind)
	if k == nil {
		return nil, fmt.Errorf("kind %q is not one this program knows", d.Kind)
	}
	model, err := k.build(d.Settings, 0)
	if err != nil {
		return nil, fmt.Errorf("settings: %w", err)
	}
	return model, nil
}

// Trajectories reads the named episodes of a dataset into memory, seen at every
// frame that is a whole number of strides from the first.
func Trajectories(ctx context.Context, ds *datasets.Dataset, episodes []int, stride int) ([]*sim.Trajectory, error) {
	out := make([]*sim.Trajectory, len(episodes))
	for i, k := range episodes {
		t, err := ds.Episode(ctx, k)
		if err == nil {
			t, err = t.Stride(stride)
		}
		if err != nil {
			return nil, fmt.Errorf("episode %d: %w", k, err)
		}
		out[i] = t
	}
	return out, nil
}
