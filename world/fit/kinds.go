package fit

import (
	"context"
	"encoding/json"
	"slices"

	"orrery/learn/nn"
	"orrery/learn/train"
	"orrery/sim"
	"orrery/sim/input"
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
	measure func(ctx context.Context, j *Job, training, holdout []*sim.Trajectory) error
	// build makes an untrained model from settings in JSON.
	build func(settings json.RawMessage, seed uint64) (*trainable, error)
	// native says why only the native backend can train it, or is empty.
	native string
	// sizes returns the settings that say how wide its layers are and how many rounds
	// it takes; nil for one that it has not.
	sizes func(c *Config) (width, rounds *int)
	// batch, rate and decay are those with which it learns best, for all we have tried.
	batch int
	rate  float64
	decay float64
}

type settings interface{ Validate() error }

var kinds = []kind{
	{
		name:     contact.Kind,
		settings: func(c *Config) settings { return &c.Contact },
		measure:  measureContact,
		sizes:    func(c *Config) (width, rounds *int) { return &c.Contact.Hidden, &c.Contact.Rounds },
		build:    decoded(buildContact),
		native:   "the mechanics between its layers are written for the native backend only",
		batch:    256, rate: 6e-3, decay: 1e-2,
	},
	{
		name:     baseline.InteractionKind,
		settings: func(c *Config) settings { return &c.Interaction },
		measure:  measureInteraction,
		sizes:    func(c *Config) (width, rounds *int) { return &c.Interaction.Hidden, &c.Interaction.Rounds },
		build:    decoded(buildInteraction),
		batch:    64, rate: 6e-3, decay: 1e-4,
	},
	{
		name:     baseline.MLPKind,
		settings: func(c *Config) settings { return &c.MLP },
		measure:  measureMLP,
		sizes:    func(c *Config) (width, rounds *int) { return &c.MLP.Hidden, nil },
		build:    decoded(buildMLP),
		batch:    128, rate: 3e-3, decay: 1e-4,
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
	objective func(ctx context.Context, training, holdout []*sim.Trajectory) (train.Objective, error)
	// examples returns the frames of a trajectory from which the model learns.
	examples func(ctx context.Context, t *sim.Trajectory) ([]int32, error)
	// on returns such an objective that trains on other frames.
	on func(objective train.Objective, trajectories []*sim.Trajectory, frames [][]int32) train.Objective
	// layers are for other backends, but for its examples; nil where only the native
	// backend can train the model.
	layers *baseline.Layers
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
		if err := input.DecodeJSONPart(settings, &c); err != nil {
			return nil, err
		}
		return make(c, seed)
	}
}

func measureContact(ctx context.Context, j *Job, training, holdout []*sim.Trajectory) error {
	if training[0].Impact {
		own := j.Config.Contact
		j.Config.Contact = contact.MeasureHits(training)
		if own.Hidden != contact.DefaultConfig().Hidden { // another width was asked for
			j.Config.Contact.Hits.Hidden = own.Hidden
		}
		j.Config.Contact.Rounds = own.Rounds
		if j.Config.Ensemble > 0 {
			j.Config.Contact.Hits.Members = j.Config.Ensemble
		}
		return j.Config.Contact.Suit(training, 0)
	}
	if err := j.chooseSource(ctx, training, holdout); err != nil {
		return err
	}
	return j.Config.Contact.Suit(training, j.Config.InnerSteps)
}

func buildContact(settings contact.Config, seed uint64) (*trainable, error) {
	m, err := contact.New(settings, seed)
	if err != nil {
		return nil, err
	}
	return &trainable{
		learner:  m,
		examples: m.Examples,
		objective: func(ctx context.Context, training, holdout []*sim.Trajectory) (train.Objective, error) {
			return contact.NewObjective(ctx, m, training, holdout)
		},
		on: func(o train.Objective, trajectories []*sim.Trajectory, frames [][]int32) train.Objective {
			return o.(*contact.Objective).On(trajectories, frames)
		},
	}, nil
}

func measureInteraction(ctx context.Context, j *Job, training, _ []*sim.Trajectory) (err error) {
	j.Config.Interaction.Given, err = baseline.MeasureGiven(ctx, training)
	return err
}

func buildInteraction(settings baseline.InteractionConfig, seed uint64) (*trainable, error) {
	m, err := baseline.NewInteraction(settings, seed)
	return buildBaseline(m, err)
}

func measureMLP(ctx context.Context, j *Job, training, _ []*sim.Trajectory) (err error) {
	c := &j.Config
	if c.MLP.Place, err = baseline.MeasurePlace(training); err != nil {
		return err
	}
	c.MLP.Given, err = baseline.MeasureGiven(ctx, training)
	return err
}

func buildMLP(settings baseline.MLPConfig, seed uint64) (*trainable, error) {
	m, err := baseline.NewMLP(settings, seed)
	return buildBaseline(m, err)
}

func buildBaseline(m *baseline.Model, err error) (*trainable, error) {
	if err != nil {
		return nil, err
	}
	layers := m.Layers()
	return &trainable{
		learner:  m,
		layers:   &layers,
		examples: m.Examples,
		on: func(o train.Objective, trajectories []*sim.Trajectory, frames [][]int32) train.Objective {
			return o.(*baseline.Objective).On(trajectories, frames)
		},
		objective: func(ctx context.Context, training, holdout []*sim.Trajectory) (train.Objective, error) {
			return baseline.NewObjective(ctx, m, training, holdout)
		},
	}, nil
}
