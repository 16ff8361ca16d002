package fit

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"orrery/datasets/storage"
	"orrery/world"
	"orrery/world/identify"
	"orrery/world/spread"
)

// Save writes the model directory, moves the training logs into it and removes
// the working directory. An existing path is an error unless force is set. After an
// error the working directory is still there, so that nothing is lost.
func (f *Fitted) Save(dir string, force bool) error {
	if err := world.Save(dir, &f.Description, f.weights, force); err != nil {
		return err
	}
	if f.work == "" {
		return nil
	}
	entries, err := storage.ReadDir(f.work)
	if err != nil && !errors.Is(err, fs.ErrNotExist) { // it is gone where the model was saved before
		return err
	}
	for _, e := range entries {
		if name := e.Name(); name == "log.jsonl" || strings.HasPrefix(name, "events.") {
			if err := storage.Move(filepath.Join(f.work, name), storage.Join(dir, name)); err != nil {
				return err
			}
		}
	}
	return os.RemoveAll(f.work)
}

// Files returns the contents of the files of the model directory that Save writes, by their names, without
// logs.
func (f *Fitted) Files() (map[string][]byte, error) { return f.Description.Files(f.weights) }

// IsWork reports whether dir is the working directory of a training.
func IsWork(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, planFile))
	return err == nil
}

// Load reads a model directory of any of the Kinds. Its Predictors are
// world.Uncertain if its spread was measured, as Train does, and predict scenes of
// shorter frames too; see world.AnyPace.
func Load(dir string) (world.Model, *world.Description, error) {
	d, err := world.ReadDescription(dir)
	if err != nil {
		return nil, nil, err
	}
	inConfig := func(err error) error { return fmt.Errorf("%s: %w", storage.Join(dir, world.ConfigFile), err) }
	model, err := rebuild(d)
	if err != nil {
		return nil, nil, inConfig(err)
	}
	if err := world.LoadWeights(dir, d, model.Weights()); err != nil {
		return nil, nil, err
	}
	finished, err := model.finish(d, false)
	if err != nil {
		return nil, nil, inConfig(err)
	}
	return finished, d, nil
}

// Decode is Load for a model that is not in a directory on disk: config is the text of
// its world.ConfigFile, weights that of its world.WeightsFile.
func Decode(config, weights []byte) (world.Model, *world.Description, error) {
	return decode(config, weights, false)
}

// DecodeLater is Decode for files that are known to be whole, as those that are embedded: by what law its errors grow is only read when a
// Predictor that tells it is asked for, which takes most of the time.
func DecodeLater(config, weights []byte) (world.Model, *world.Description, error) {
	return decode(config, weights, true)
}

func decode(config, weights []byte, later bool) (world.Model, *world.Description, error) {
	inFile := func(name string, err error) error { return fmt.Errorf("%s: %w", name, err) }
	d, err := world.DecodeDescription(config)
	if err != nil {
		return nil, nil, inFile(world.ConfigFile, err)
	}
	model, err := rebuild(d)
	if err != nil {
		return nil, nil, inFile(world.ConfigFile, err)
	}
	metadata, err := model.Weights().Decode(weights)
	if err == nil && metadata["kind"] != d.Kind {
		err = fmt.Errorf("kind %q must be %q as in %s", metadata["kind"], d.Kind, world.ConfigFile)
	}
	if err != nil {
		return nil, nil, inFile(world.WeightsFile, err)
	}
	finished, err := model.finish(d, later)
	if err != nil {
		return nil, nil, inFile(world.ConfigFile, err)
	}
	return finished, d, nil
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

// finish returns the model with its uncertainty, if d has one, and for any pace. What is wrong with the uncertainty is told later, if that
// is wanted.
func (t *trainable) finish(d *world.Description, later bool) (world.Model, error) {
	model := world.Model(t.learner)
	if len(d.Spread) > 0 && later {
		model = spread.WrapLater(d.Spread, t.learner)
	} else if len(d.Spread) > 0 {
		law, err := spread.Decode(d.Spread)
		if err != nil {
			return nil, err
		}
		model = law.Wrap(t.learner)
	}
	model = world.AnyPace(model, t.FrameTime())
	if len(d.Values) > 0 {
		values, err := identify.DecodeValues(d.Values)
		if err != nil {
			return nil, fmt.Errorf("values: %w", err)
		}
		model = told{model, values}
	}
	return model, nil
}
