package fit

import (
	"encoding/json"
	"slices"

	"orrery/learn/nn"
	"orrery/learn/oracle"
	"orrery/learn/train"
	"orrery/sim"
	"orrery/world"
	"orrery/world/baseline"
	"orrery/world/contact"
)

// kind is an architecture that can be trained.
type kind struct {
	name string
	// settings returns the part of a Config that is for this kind.
	settings func(c *Config) settings
	// measure completes the settings by what is measured on the training data.
	measure func(c *Config, training []*sim.Trajectory) error
	// build makes an untrained model from settings in JSON.
	build func(settings json.RawMessage, seed uint64) (*trainable, error)
	// native says why only the native backend can train it, or is empty.
	native string
	// batch and rate are those with which it learns best, for all we have tried.
	batch int
	rate  float64
}

type settings interface{ Validate() error }

var kinds = []kind{
	{
		name:     contact.Kind,
		settings: func(c *Config) settings { return &c.Contact },
		measure:  measureContact,
		build:    decoded(buildContact),
		native:   "the mechanics between its layers are written for the native backend only",
		batch:    256, rate: 6e-3,
	},
	{
		name:     baseline.InteractionKind,
		settings: func(c *Config) settings { return &c.Interaction },
		measure:  measureInteraction,
		build:    decoded(buildInteraction),
		batch:    64, rate: 6e-3,
	},
	{
		name:     baseline.MLPKind,
		settings: func(c *Config) settings { return &c.MLP },
		measure:  measureMLP,
		build:    decoded(buildMLP),
		batch:    128, rate: 3e-3,
	},
}

// Kinds returns the kinds of model that can be trained, the usual one first.
func Kinds() []string {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = k.name
	}
	return names
}

// kindOf returns the kind of that name, or nil.
func kindOf(name string) *kind {
	if i := slices.Index(Kinds(), name); i >= 0 {
		return &kinds[i]
	}
	return nil
}

// trainable is a model of any kind.
type trainable struct {
	learner
	// objective returns the objective of fitting the model.
	objective func(training, holdout []*sim.Trajectory) (train.Objective, error)
	// network returns the model's network on Gorgonia; it is nil where there is none.
	network func() (*oracle.Network, error)
}

type learner interface {
	world.Model
	Weights() *nn.Params
	FrameTime() float64 // s, of the frames it was trained on
}

// decoded returns a build function that reads the settings that make takes.
func decoded[C any](make func(C, uint64) (*trainable, error)) func(json.RawMessage, uint64) (*trainable, error) {
	return func(settings json.RawMessage, seed uint64) (*trainable, error) {
		var c C
		if err := sim.DecodeJSONPart(settings, &c); err != nil {
			return nil, err
		}
		return make(c, seed)
	}
}

func measureContact(c *Config, training []*sim.Trajectory) error {
	return c.Contact.Measure(training, c.InnerSteps)
}

func buildContact(settings contact.Config, seed uint64) (*trainable, error) {
	m, err := contact.New(settings, seed)
	if err != nil {
		return nil, err
	}
	return &trainable{learner: m, objective: func(training, holdout []*sim.Trajectory) (train.Objective, error) {
		return contact.NewObjective(m, training, holdout)
	}}, nil
}

func measureInteraction(c *Config, training []*sim.Trajectory) (err error) {
	c.Interaction.Given, err = baseline.MeasureGiven(training)
	return err
}

func buildInteraction(settings baseline.InteractionConfig, seed uint64) (*trainable, error) {
	m, err := baseline.NewInteraction(settings, seed)
	return buildBaseline(m, err, func(loss oracle.Loss) (*oracle.Network, error) {
		return oracle.NewInteraction(m.Weights(), baseline.NetworkName, settings.Rounds, baseline.Activation, loss)
	})
}

func measureMLP(c *Config, training []*sim.Trajectory) (err error) {
	if c.MLP.Place, err = baseline.MeasurePlace(training); err != nil {
		return err
	}
	c.MLP.Given, err = baseline.MeasureGiven(training)
	return err
}

func buildMLP(settings baseline.MLPConfig, seed uint64) (*trainable, error) {
	m, err := baseline.NewMLP(settings, seed)
	return buildBaseline(m, err, func(loss oracle.Loss) (*oracle.Network, error) {
		return oracle.NewMLP(m.Weights(), baseline.NetworkName, baseline.Activation, loss)
	})
}

func buildBaseline(m *baseline.Model, err error, network func(oracle.Loss) (*oracle.Network, error)) (*trainable, error) {
	if err != nil {
		return nil, err
	}
	return &trainable{
		learner: m,
		objective: func(training, holdout []*sim.Trajectory) (train.Objective, error) {
			return baseline.NewObjective(m, training, holdout)
		},
		network: func() (*oracle.Network, error) { return network(oracle.Loss{Beta: m.LossBeta()}) },
	}, nil
}
