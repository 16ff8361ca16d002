package train

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"orrery/learn/header"
	"orrery/learn/nn"
	"orrery/learn/optim"
)

// checkpointFormat is the version of the files written here.
const checkpointFormat = "1"

// The sections of a checkpoint, each with a value for every parameter.
const (
	weightsSection = iota
	averageSection
	firstSection
	secondSection
	bestSection
	sections
)

var sectionNames = [sections]string{"weights", "average", "first", "second", "best"}

// state is all that a run must know to continue: numbers per parameter, which lie
// side by side so that one call stores them, and its position.
type state struct {
	position
	stored  *nn.Params // of all sections
	weights []float32
	average *optim.EMA
	adam    *optim.AdamW
	best    []float32
}

// position says where a run stands after a step.
type position struct {
	Step           int           `json:"step"`                // steps taken
	Elapsed        time.Duration `json:"elapsed"`             // ns
	Loss           float64       `json:"loss"`                // running mean
	EarlyLoss      float64       `json:"early_loss,omitzero"` // the greatest of the first steps
	BestStep       int           `json:"best_step"`
	BestValidation float64       `json:"best_validation"`
	Stale          int           `json:"stale"`     // validations since the best
	Validated      int           `json:"validated"` // step of the last validation; 0 before the first
	Rate           float64       `json:"rate"`      // learning rate of the last step
	Norm           float64       `json:"norm"`      // of the last step's gradient, before clipping
}

// newState returns the state before the first step.
func newState(params *nn.Params, cfg Config) *state {
	stored := nn.NewParams()
	for _, section := range sectionNames {
		for i := range nn.Index(params.Count()) {
			rows, cols := params.Shape(i)
			stored.Add(section+"/"+params.Name(i), rows, cols, nn.Zeros, nil)
		}
	}
	n := params.Len()
	section := func(i int) []float32 { return stored.Data()[i*n : (i+1)*n : (i+1)*n] }
	for _, i := range []int{weightsSection, averageSection, bestSection} {
		copy(section(i), params.Data())
	}
	return &state{
		stored:  stored,
		weights: section(weightsSection),
		average: &optim.EMA{Average: section(averageSection), Decay: cfg.EMA},
		adam:    &optim.AdamW{First: section(firstSection), Second: section(secondSection), Decay: float32(cfg.WeightDecay)},
		best:    section(bestSection),
	}
}

func (s *state) save(path string, cfg Config) error {
	at, err := json.Marshal(s.position)
	if err != nil {
		return err
	}
	config, err := json.Marshal(cfg)
	if err != nil {
		return err
	}
	return s.stored.Save(path, map[string]string{
		"format": checkpointFormat, "position": string(at), "config": string(config),
	})
}

// load continues from the file at path, if there is one.
func (s *state) load(path string, cfg Config) error {
	metadata, err := s.stored.Load(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if s.position, err = decodePosition(metadata, cfg); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	s.adam.Steps, s.average.Updates = s.Step, s.Step
	return nil
}

func decodePosition(metadata map[string]string, cfg Config) (at position, err error) {
	if f := metadata["format"]; f != checkpointFormat {
		return at, fmt.Errorf("checkpoint format %q must be %q", f, checkpointFormat)
	}
	var stored Config
	if err := header.Decode([]byte(metadata["config"]), &stored); err != nil {
		return at, fmt.Errorf("config: %w", err)
	}
	if err := cfg.checkSame(stored); err != nil {
		return at, err
	}
	at.Validated = -1
	if err := header.Decode([]byte(metadata["position"]), &at); err != nil {
		return at, fmt.Errorf("position: %w", err)
	}
	if at.Validated < 0 { // a checkpoint from before it was noted: of a step that was validated if due
		at.Validated = at.Step
	}
	if at.Step < 0 || at.Elapsed < 0 || at.Stale < 0 || at.BestStep < 0 || at.BestStep > at.Step ||
		at.Validated > at.Step {
		return at, fmt.Errorf("position: step %d, best_step %d, validated %d, stale %d, elapsed %d: must be ≥ 0, and no step later than step",
			at.Step, at.BestStep, at.Validated, at.Stale, at.Elapsed)
	}
	return at, nil
}
