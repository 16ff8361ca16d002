package fit

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"orrery/learn/train"
	"orrery/world/baseline"
	"orrery/world/contact"
	"orrery/world/flight"
	"orrery/world/identify"
)

// Config says what to fit and how.
type Config struct {
	Kind        string                     `json:"kind"`               // one of Kinds
	Backend     string                     `json:"backend"`            // one of Backends
	Seed        uint64                     `json:"seed"`               // of the split and the initial weights
	Holdout     float64                    `json:"holdout"`            // share of the episodes that only judge, above 0 and below 1
	Stride      int                        `json:"stride"`             // frames of the data that one predicted frame covers
	InnerSteps  int                        `json:"inner_steps"`        // in which a contact model predicts a frame; 0 is as many as the engine
	Ensemble    int                        `json:"ensemble,omitempty"` // networks for a table of impacts; 0 is as many as are usual
	Unknown     []identify.Name            `json:"unknown,omitempty"`  // quantities that scenes do not tell, which are identified first
	Order       flight.Order               `json:"order"`              // of a step of a contact model; empty is what the data show
	Contact     contact.Config             `json:"contact"`            // of that kind; what can be measured is replaced by it
	Interaction baseline.InteractionConfig `json:"interaction"`        // likewise
	MLP         baseline.MLPConfig         `json:"mlp"`                // likewise
	Train       train.Config               `json:"train"`
}

// DefaultConfig returns a contact model trained for a minute, judged on a
// twentieth of the episodes.
func DefaultConfig() Config {
	c := Config{
		Backend: Native, Seed: 1, Holdout: 0.05, Stride: 1, Train: train.DefaultConfig(),
		Contact: contact.DefaultConfig(), Interaction: baseline.DefaultInteraction(), MLP: baseline.DefaultMLP(),
	}
	c.Train.Budget = time.Minute
	c.SetKind(contact.Kind)
	return c
}

// SetKind chooses the kind of model, which Validate checks, and the batches, the
// learning rate and the decay of weights that suit it.
func (c *Config) SetKind(name string) {
	c.Kind = name
	if k := kindOf(name); k != nil {
		c.SetBatch(k.batch)
		c.Train.LearningRate, c.Train.WeightDecay = k.rate, k.decay
	}
}

// SetImpacts chooses what suits a table of impacts, which has few examples that are off at random: small batches,
// a high rate and so many steps, each of which is cheap.
func (c *Config) SetImpacts() {
	c.SetBatch(128)
	c.Train.LearningRate, c.Train.FinalRate, c.Train.WeightDecay = 0.02, 1e-5, 0.03
	c.Train.Steps, c.Train.Budget = 8000, 0
}

// SetShort chooses what suits a training of seconds with one goroutine, which goes on from that of a round before; see
// Job.From. Reports come every few milliseconds. The first rounds learn fast, later ones hardly forget.
func (c *Config) SetShort(budget time.Duration, round int) {
	t := &c.Train
	t.Steps, t.Budget, t.Workers, t.Seed = 0, budget, 1, c.Seed+uint64(round)
	t.Batch, t.Chunk = shortBatch, shortBatch
	t.LearningRate *= max(math.Pow(shortDecay, float64(round)), shortFloor)
	t.EMA, t.Warmup, t.ReportEvery, t.ValidateEvery = 0.99, 20, 4, 100
	c.Holdout = 0.1
}

// Of short trainings: examples a step sees, and how the learning rate falls from round to round, down to a share of
// the first.
const (
	shortBatch = 48
	shortDecay = 0.9
	shortFloor = 0.15
)

// SetBatch chooses how many examples a step sees. Two workers share them.
func (c *Config) SetBatch(examples int) {
	c.Train.Batch, c.Train.Chunk = examples, max(1, (examples+1)/2)
}

// Sizes returns the settings that say how wide the layers of the chosen kind of model
// are, and how many rounds it takes: of sweeps over contacts, or of message passing.
// A kind without rounds returns nil for them.
func (c *Config) Sizes() (width, rounds *int) { return kindOf(c.Kind).sizes(c) }

// Tiny returns a Config whose training takes about a second.
func Tiny() Config {
	c := DefaultConfig()
	c.Holdout, c.Train = 0.25, train.Tiny()
	c.Contact, c.Interaction, c.MLP = contact.Tiny(), baseline.TinyInteraction(), baseline.TinyMLP()
	return c
}

// Validate returns an error that names the first field out of range. The settings
// of kinds that are not wanted do not count.
func (c *Config) Validate() error {
	k := kindOf(c.Kind)
	if k == nil {
		return fmt.Errorf("model %q must be one of: %s", c.Kind, strings.Join(Kinds(), ", "))
	}
	if !slices.Contains(Backends(), c.Backend) {
		return fmt.Errorf("backend %q must be one of: %s", c.Backend, strings.Join(Backends(), ", "))
	}
	if c.Backend == Gorgonia && k.native != "" {
		return fmt.Errorf("backend %s cannot train a %s model: %s", Gorgonia, k.name, k.native)
	}
	if !(c.Holdout > 0 && c.Holdout < 1) {
		return fmt.Errorf("holdout %v must be above 0 and below 1", c.Holdout)
	}
	if c.Stride < 1 {
		return fmt.Errorf("stride %d must be ≥ 1", c.Stride)
	}
	if c.InnerSteps < 0 {
		return fmt.Errorf("inner_steps %d must be ≥ 0", c.InnerSteps)
	}
	if c.Ensemble < 0 || c.Ensemble > contact.MostMembers {
		return fmt.Errorf("ensemble %d must be 0 to %d", c.Ensemble, contact.MostMembers)
	}
	if err := c.Order.Validate(); err != nil {
		return err
	}
	if err := c.ValidateModel(); err != nil {
		return err
	}
	return c.Train.Validate()
}

// ValidateModel returns an error that names the first setting out of range of the chosen
// kind of model, which must be one of Kinds.
func (c *Config) ValidateModel() error { return kindOf(c.Kind).settings(c).Validate() }
