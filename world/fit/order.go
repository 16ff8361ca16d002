package fit

import (
	"context"
	"fmt"
	"math"

	"orrery/learn/train"
	"orrery/sim"
	"orrery/world/contact"
	"orrery/world/flight"
	"orrery/world/source"
)

// What the data cannot tell of their source by looking, a short training of each possibility
// does: with the wrong order of a step the loss stays several times higher.

// A trial takes steps and not seconds, so that its result does not depend on the machine.
const (
	trialSteps    = 150
	trialBatch    = 64
	trialEpisodes = 40 // of the training ones, and a quarter as many of those held out
)

// chooseSource gives the contact model the source that suits the data best, or the order that
// the settings ask for.
func (c *Config) chooseSource(ctx context.Context, sources []source.Source, training, holdout []*sim.Trajectory) error {
	if c.Order != "" {
		c.Contact.Take(withOrder(sources, c.Order))
		return nil
	}
	if len(sources) == 1 {
		return nil
	}
	least := math.Inf(1)
	chosen := sources[0]
	for _, s := range sources {
		loss, err := c.try(ctx, s, training[:min(len(training), trialEpisodes)], holdout[:min(len(holdout), trialEpisodes/4)])
		if err != nil {
			return err
		}
		if loss < least {
			least, chosen = loss, s
		}
	}
	c.Contact.Take(chosen)
	return nil
}

// withOrder returns the source of that order, or else the first one with it.
func withOrder(sources []source.Source, order flight.Order) source.Source {
	for _, s := range sources {
		if s.Flight.Order.Same(order) {
			return s
		}
	}
	s := sources[0]
	s.Flight.Order, s.Impacts, s.Depth = order, order.Same(flight.EvenForce), 0
	return s
}

// try returns the loss on held-out frames, after a short training, of a model that takes s for
// its source: infinite where nothing in it could be learned.
func (c *Config) try(ctx context.Context, s source.Source, training, holdout []*sim.Trajectory) (float64, error) {
	settings := c.Contact
	settings.Take(s)
	model, err := contact.New(settings, c.Seed)
	if err != nil {
		return 0, err
	}
	objective, err := contact.NewObjective(ctx, model, training, holdout)
	if ctx.Err() != nil {
		return 0, ctx.Err()
	}
	if err != nil {
		return math.Inf(1), nil
	}
	trial := c.Train
	trial.Budget, trial.Steps, trial.Patience = 0, trialSteps, 0
	trial.Batch = min(trialBatch, objective.Examples())
	trial.Chunk = max(1, (trial.Batch+1)/2)
	trial.ReportEvery, trial.ValidateEvery, trial.CheckpointEvery, trial.EMA = trialSteps, trialSteps, trialSteps, 0.9
	trial.Warmup = min(trial.Warmup, trialSteps/10)
	result, err := train.Run(ctx, objective, trial, "", func(train.Progress) {})
	if err != nil {
		return 0, fmt.Errorf("trying the order %q: %w", s.Flight.Order, err)
	}
	return result.BestValidation, nil
}
