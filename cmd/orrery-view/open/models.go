package open

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"

	"orrery/assets"
	"orrery/cmd/orrery-view/session"
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
func builtIn() ([]session.Model, error) {
	var models []session.Model
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
	return append(models, session.Model{Name: "ballistic", Model: world.Ballistic(), Blind: true}), failed
}

// loadModel reads a model directory.
func loadModel(files fs.FS, dir, name string) (session.Model, error) {
	text, err := readFile(files, path.Join(dir, world.ConfigFile))
	if err != nil {
		return session.Model{}, err
	}
	weights, err := readFile(files, path.Join(dir, world.WeightsFile))
	if err != nil {
		return session.Model{}, err
	}
	d, err := world.DecodeDescription(text)
	if err != nil {
		return session.Model{}, fmt.Errorf("%s: %w", path.Join(dir, world.ConfigFile), err)
	}
	model, err := rebuild(d)
	if err != nil {
		return session.Model{}, fmt.Errorf("%s: %w", path.Join(dir, world.ConfigFile), err)
	}
	if _, err := model.Weights().Decode(weights); err != nil {
		return session.Model{}, fmt.Errorf("%s: %w", path.Join(dir, world.WeightsFile), err)
	}
	m := session.Model{Name: name, Scenario: d.Training.Scenario, Model: world.AnyPace(model, model.FrameTime())}
	if len(d.Spread) > 0 {
		law, err := spread.Decode(d.Spread)
		if err != nil {
			return session.Model{}, fmt.Errorf("%s: %w", path.Join(dir, world.ConfigFile), err)
		}
		m.Model = world.AnyPace(law.Wrap(model), model.FrameTime())
	}
	return m, nil
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
		err = fmt.Errorf("%s: size must be at most %d bytes", name, maxFile)
	}
	return text, err
}

// isModel reports whether a directory holds a model.
func isModel(files fs.FS, dir string) bool {
	_, err := fs.Stat(files, path.Join(dir, world.ConfigFile))
	return err == nil
}
