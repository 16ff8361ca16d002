package world

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"orrery/datasets/storage"
	"orrery/sim/input"
)

// ModelFormat is the version of the model directory this package reads and
// writes.
const ModelFormat = 1

// The files of a model directory.
const (
	WeightsFile = "model.safetensors"
	ConfigFile  = "config.json"
	CardFile    = "README.md"
	MetricsFile = "metrics.json"
)

// maxConfig bounds config.json, in bytes.
const maxConfig = 1 << 20

// Description is config.json: all that is needed to rebuild a model apart from
// its weights, and how it came about.
type Description struct {
	Format   int             `json:"format"`   // ModelFormat
	Kind     string          `json:"kind"`     // the Model's
	Settings json.RawMessage `json:"settings"` // what the architecture is made from, in its own words
	Training Training        `json:"training"`
	Spread   json.RawMessage `json:"spread,omitempty"` // the law by which its errors grow, if that is known; see world/spread
	Values   json.RawMessage `json:"values,omitempty"` // what was identified of the training data, which scenes take on before they are predicted; see world/identify
}

// Training says how a model was made.
type Training struct {
	Version    string          `json:"version"`           // name and version of the program
	Scenario   string          `json:"scenario"`          // of the training data
	Dataset    json.RawMessage `json:"dataset"`           // provenance of the training data
	Recipe     json.RawMessage `json:"recipe"`            // settings of the training loop
	Command    string          `json:"command,omitempty"` // command line that trains alike; empty when there is none
	Episodes   int             `json:"episodes"`          // number of episodes trained on
	Examples   int             `json:"examples"`          // number of training frames
	Parameters int             `json:"parameters"`        // number of trained values
	Steps      int             `json:"steps"`             // number of updates of the weights
	Seconds    float64         `json:"seconds"`           // s of training
	Loss       float64         `json:"loss"`              // mean on the frames held out, in the unit of the model kind's loss
	Seen       *Seen           `json:"seen,omitempty"`    // what the training data had in them; nil for models from before it was noted
	States     string          `json:"states,omitempty"`  // which states it learned from, in words, of observed motion of an engine; see package retrace
}

// Origin says where training data came from.
type Origin struct {
	Scenario   string          // its name
	Program    string          // name and version of the program that made the data
	Provenance json.RawMessage // all else that is known, for the model's description; nil for nothing
	Identity   string          // equal for equal episodes: a training is not resumed on others
	Engine     bool            // this program's engine made the episodes, so the order of its steps is known
}

// scenarioSeparator stands between the names of several scenarios.
const scenarioSeparator = " + "

// JoinScenarios returns what Training.Scenario is for data of these scenarios: their
// names, each once.
func JoinScenarios(names []string) string {
	var each []string
	for _, name := range names {
		for _, one := range strings.Split(name, scenarioSeparator) {
			if !slices.Contains(each, one) {
				each = append(each, one)
			}
		}
	}
	return strings.Join(each, scenarioSeparator)
}

// On reports whether some of the training data was of a scenario.
func (t *Training) On(scenario string) bool {
	return t.Scenario == scenario || slices.Contains(strings.Split(t.Scenario, scenarioSeparator), scenario)
}

// Weights is a set of parameters that a safetensors file can hold, such as an
// *nn.Params of learn/nn.
type Weights interface {
	// Encode returns the content of a file with the parameters and the metadata.
	Encode(metadata map[string]string) ([]byte, error)
	// Read sets the parameters from a file and returns its metadata.
	Read(file io.Reader) (map[string]string, error)
}

// Save writes a model directory with its config, weights and card. It appears
// whole or not at all. An existing path is an error unless force is set, which
// replaces a model or an empty directory and nothing else. The old model stays until
// the new one is whole.
func Save(dir string, d *Description, weights Weights, force bool) error {
	dir = storage.Clean(dir)
	if err := CheckReplaceable(dir, force); err != nil {
		return err
	}
	files, err := d.Files(weights)
	if err != nil {
		return fmt.Errorf("%s: %w", dir, err)
	}
	return storage.ReplaceFolder(dir, WeightsFile, func(draft string) error {
		for name, text := range files {
			if err := os.WriteFile(filepath.Join(draft, name), text, 0o644); err != nil {
				return err
			}
		}
		return nil
	})
}

// Files returns the contents of the files of the model directory with these weights, by their names: its config,
// weights and card.
func (d *Description) Files(weights Weights) (map[string][]byte, error) {
	config, err := encodeDescription(d)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", ConfigFile, err)
	}
	numbers, err := weights.Encode(map[string]string{"format": fmt.Sprint(d.Format), "kind": d.Kind})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", WeightsFile, err)
	}
	card, err := cardOf(d, nil)
	return map[string][]byte{ConfigFile: config, WeightsFile: numbers, CardFile: card}, err
}

// CheckReplaceable returns an error when there is something at dir that a model must
// not replace: anything without force, and with it all but an empty directory and a
// model. A mistyped path with force must not cost anyone a home directory.
func CheckReplaceable(dir string, force bool) error {
	_, err := storage.Lstat(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	entries, err := storage.ReadDir(dir)
	if storage.Remote(dir) && err == nil && halfSent(entries) {
		return nil
	}
	if !force {
		return fmt.Errorf("%s exists; --force replaces it", dir)
	}
	if err != nil {
		return fmt.Errorf("%s is not a model and is not replaced", dir)
	}
	if len(entries) > 0 && !isModel(dir) {
		return fmt.Errorf("%s is not a model, for its %s does not describe one, and is not replaced", dir, ConfigFile)
	}
	return nil
}

// halfSent reports whether a folder of an object store has nothing but what Save sends before the weights: then it was
// killed there.
func halfSent(entries []fs.DirEntry) bool {
	return !slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() != ConfigFile && e.Name() != CardFile })
}

// isModel reports whether the config in dir is that of a model, be it of another
// version or damaged in parts.
func isModel(dir string) bool {
	text, err := readConfig(storage.Join(dir, ConfigFile))
	if err != nil {
		return false
	}
	var config struct {
		Kind     string          `json:"kind"`
		Settings json.RawMessage `json:"settings"`
		Training json.RawMessage `json:"training"`
	}
	err = json.Unmarshal(text, &config)
	return err == nil && config.Kind != "" && len(config.Settings) > 0 && len(config.Training) > 0
}

// ReadDescription reads and checks the config of a model directory. The error for a path
// that is no model says what is there.
func ReadDescription(dir string) (*Description, error) {
	path := storage.Join(dir, ConfigFile)
	text, err := readConfig(path)
	if err != nil {
		return nil, noModel(dir, err)
	}
	d, err := decodeDescription(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return d, nil
}

// readConfig reads the file at path, which must not be too large.
func readConfig(path string) ([]byte, error) {
	f, err := storage.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxConfig+1))
	if err == nil && len(text) > maxConfig {
		err = fmt.Errorf("%s: size must be at most %d bytes", path, maxConfig)
	}
	return text, err
}

// encodeDescription returns the text of d, which ReadDescription accepts.
func encodeDescription(d *Description) ([]byte, error) {
	text, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return nil, err
	}
	if len(text) >= maxConfig {
		return nil, fmt.Errorf("size must be less than %d bytes", maxConfig)
	}
	if _, err := decodeDescription(text); err != nil {
		return nil, err
	}
	return append(text, '\n'), nil
}

func decodeDescription(text []byte) (*Description, error) {
	var version struct{ Format int }
	if err := input.DecodeJSON(text, &version); err != nil {
		return nil, err
	}
	if version.Format != ModelFormat {
		return nil, fmt.Errorf("format %d must be %d, the only one this program reads", version.Format, ModelFormat)
	}
	d := &Description{}
	if err := input.DecodeStrictJSON(text, d); err != nil {
		return nil, err
	}
	if d.Kind == "" {
		return nil, errors.New("kind is missing")
	}
	if len(d.Settings) == 0 {
		return nil, errors.New("settings is missing")
	}
	if d.Training.Seen != nil {
		if err := d.Training.Seen.Validate(); err != nil {
			return nil, fmt.Errorf("training: %w", err)
		}
	}
	return d, nil
}

// LoadWeights reads the weights of a model directory into weights, which must
// have the shapes that the directory's Description leads to.
func LoadWeights(dir string, d *Description, weights Weights) error {
	path := storage.Join(dir, WeightsFile)
	file, err := storage.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	metadata, err := weights.Read(file)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if kind := metadata["kind"]; kind != d.Kind {
		return fmt.Errorf("%s: kind %q must be %q as in %s", path, kind, d.Kind, ConfigFile)
	}
	return nil
}
