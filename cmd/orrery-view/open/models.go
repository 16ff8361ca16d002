package open

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"

	"orrery/assets"
	"orrery/sim/input"
	"orrery/world"
	"orrery/world/choose"
	"orrery/world/flight"
)

// embedded is the folder of assets.Files with the models, one directory each.
const embedded = "models"

// builtIn returns the models that need no file: those that were embedded and, last,
// free flight, which predicts any scene. The error tells of those that cannot be read.
func builtIn(decode Decode) ([]choose.Candidate, error) {
	var models []choose.Candidate
	entries, failed := fs.ReadDir(assets.Files, embedded)
	for _, entry := range entries {
		if !entry.IsDir() {
			continue
		}
		m, _, err := loadModel(assets.Files, path.Join(embedded, entry.Name()), entry.Name(), decode)
		if err != nil {
			failed = errors.Join(failed, err)
			continue
		}
		models = append(models, m)
	}
	return append(models, choose.Candidate{Name: "ballistic", Model: flight.Ballistic(), Blind: true}), failed
}

// loadModel reads a model directory, and returns what it was read from, too.
func loadModel(files fs.FS, dir, name string, decode Decode) (choose.Candidate, ModelFiles, error) {
	from := ModelFiles{Name: name}
	var err error
	if from.Config, err = readFile(files, path.Join(dir, world.ConfigFile)); err != nil {
		return choose.Candidate{}, from, err
	}
	if from.Weights, err = readFile(files, path.Join(dir, world.WeightsFile)); err != nil {
		return choose.Candidate{}, from, err
	}
	model, d, err := decode(from.Config, from.Weights)
	if err != nil {
		return choose.Candidate{}, from, fmt.Errorf("%s: %w", dir, err)
	}
	m := choose.Candidate{Name: name, Training: d.Training, Model: model}
	m.Error, err = measuredError(files, path.Join(dir, world.MetricsFile), d.Kind)
	return m, from, err
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
	if err := input.DecodeJSON(text, &metrics); err != nil {
		return 0, fmt.Errorf("%s: %w", name, err)
	}
	k := slices.Index(metrics.Horizons, judgedAt)
	if mean := metrics.Models[kind].Position.Mean; k >= 0 && k < len(mean) {
		return mean[k], nil
	}
	return 0, nil
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
