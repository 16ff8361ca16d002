package open

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"

	"orrery/assets"
	"orrery/learn/nn"
	"orrery/sim"
	"orrery/world"
	"orrery/world/baseline"
	"orrery/world/contact"
	"orrery/world/spread"
)

// embedded is where assets.Files has models, one directory each.
const embedded = "models"

// builtIn returns the models that need no file: those that were embedded and, last,
// free flight, which predicts any scene. The error tells of those that cannot be read.
func builtIn() ([]world.Candidate, error) {
	var models []world.Candidate
	entries, failed := fs.ReadDir(assets.Files, embedded)
	for _, entry := range entries {
		if !entry.IsDir() {
			continue
		}
		m, err := loadModel(assets.Files, path.Join(embedded, entry.Name()), entry.Name())
		if err != nil {
			failed = errors.Join(failed, err)
			continue
		}
		models = append(models, m)
	}
	return append(models, world.Candidate{Name: "ballistic", Model: world.Ballistic(), Blind: true}), failed
}

// loadModel reads a model directory.
func loadModel(files fs.FS, dir, name string) (world.Candidate, error) {
	text, err := readFile(files, path.Join(dir, world.ConfigFile))
	if err != nil {
		return world.Candidate{}, err
	}
	weights, err := readFile(files, path.Join(dir, world.WeightsFile))
	if err != nil {
		return world.Candidate{}, err
	}
	d, err := world.DecodeDescription(text)
	if err != nil {
		return world.Candidate{}, fmt.Errorf("%s: %w", path.Join(dir, world.ConfigFile), err)
	}
	model, err := rebuild(d)
	if err != nil {
		return world.Candidate{}, fmt.Errorf("%s: %w", path.Join(dir, world.ConfigFile), err)
	}
	if _, err := model.Weights().Decode(weights); err != nil {
		return world.Candidate{}, fmt.Errorf("%s: %w", path.Join(dir, world.WeightsFile), err)
	}
	m := world.Candidate{Name: name, Training: d.Training, Model: world.AnyPace(model, model.FrameTime())}
	if len(d.Spread) > 0 {
		law, err := spread.Decode(d.Spread)
		if err != nil {
			return world.Candidate{}, fmt.Errorf("%s: %w", path.Join(dir, world.ConfigFile), err)
		}
		m.Model = world.AnyPace(law.Wrap(model), model.FrameTime())
	}
	m.Error, err = measuredError(files, path.Join(dir, world.MetricsFile), d.Kind)
	return m, err
}

// judgedAt is the horizon of the error by which models are compared, in seconds.
const judgedAt = 1

// measuredError returns the mean position error in metres after a second that a model's
// metrics have for a kind, or 0 when they have none.
func measuredError(files fs.FS, name, kind string) (float64, error) {
	if _, err := fs.Stat(files, name); err != nil {
		return 0, nil // a model need not have been measured
	}
	text, err := readFile(files, name)
	if err != nil {
		return 0, err
	}
	var metrics struct {
		Horizons []float64 `json:"horizons_s"`
		Models   map[string]struct {
			Position struct {
				Mean []float64 `json:"mean"`
			} `json:"position_m"`
		} `json:"models"`
	}
	if err := sim.DecodeJSON(text, &metrics); err != nil {
		return 0, fmt.Errorf("%s: %w", name, err)
	}
	k := slices.Index(metrics.Horizons, judgedAt)
	if mean := metrics.Models[kind].Position.Mean; k >= 0 && k < len(mean) {
		return mean[k], nil
	}
	return 0, nil
}

// trained is a model that learned its weights.
type trained interface {
	world.Model
	Weights() *nn.Params
	FrameTime() float64 // s, of the frames it was trained on
}

// rebuild returns the model that d describes, with any weights. It is not left to
// world/fit, because training would make the page of the browser three quarters larger.
func rebuild(d *world.Description) (trained, error) {
	switch d.Kind {
	case contact.Kind:
		return made(contact.New, d.Settings)
	case baseline.InteractionKind:
		return made(baseline.NewInteraction, d.Settings)
	case baseline.MLPKind:
		return made(baseline.NewMLP, d.Settings)
	}
	return nil, fmt.Errorf("kind %q is not one this program knows", d.Kind)
}

// made calls a constructor with its settings in JSON.
func made[C any, M trained](make func(C, uint64) (M, error), settings json.RawMessage) (trained, error) {
	var config C
	if err := sim.DecodeJSONPart(settings, &config); err != nil {
		return nil, fmt.Errorf("settings: %w", err)
	}
	return make(config, 0)
}

// maxFile bounds the files that are read, in bytes.
const maxFile = 256 << 20

// readFile reads a file of limited size.
func readFile(files fs.FS, name string) ([]byte, error) {
	f, err := files.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(text) > maxFile {
		err = fmt.Errorf("%s: a file must be at most %d MB", name, maxFile>>20)
	}
	return text, err
}

// isModel reports whether a directory holds a model.
func isModel(files fs.FS, dir string) bool {
	_, err := fs.Stat(files, path.Join(dir, world.ConfigFile))
	return err == nil
}
