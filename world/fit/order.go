package fit

import (
	"context"
	"math"
	"slices"
	"strings"

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
	trialLead     = 0.95 // share of the loss of the likeliest source that another must stay below
	engineLead    = 0.65 // likewise of motion that was observed, for an engine to be its source
	trialAgain    = 2    // longer trials of the likeliest source of motion that was observed before another is taken: some learn slowly at first
	trialEpisodes = 40   // of the training ones, and a quarter as many of those held out
)

// chooseSource gives the contact model the source that suits the data best, or the order that
// the settings ask for. Of data that this engine made, the order is known.
func (j *Job) chooseSource(ctx context.Context, training, holdout []*sim.Trajectory) error {
	found, err := source.Measure(ctx, training)
	if err != nil {
		return err
	}
	for _, d := range found.Doubts {
		j.report(Progress{Stage: Preparing, Warning: d.String()})
	}
	c, sources := &j.Config, found.Sources
	order := c.Order
	if order == "" && j.Episodes.Origin().Engine {
		order = flight.EngineOrder
	}
	if order != "" {
		take(&c.Contact, withOrder(sources, order))
		return nil
	}
	take(&c.Contact, sources[0])
	if len(sources) == 1 {
		return nil
	}
	some, judges := training[:min(len(training), trialEpisodes)], holdout[:min(len(holdout), trialEpisodes/4)]
	losses := make([]float64, len(sources))
	for i, s := range sources {
		j.report(Progress{Stage: Choosing, Fraction: float64(i) / float64(len(sources))})
		var err error
		if losses[i], err = c.try(ctx, s, some, judges, trialSteps, c.Seed); err != nil {
			return err
		}
	}
	best := likeliest(losses, trialLead)
	if slices.ContainsFunc(training, func(t *sim.Trajectory) bool { return t.Seen != nil }) {
		best = likeliest(losses, engineLead)
		for again := uint64(1); best > 0 && again <= trialAgain; again++ {
			loss, err := c.try(ctx, sources[0], some, judges, 2*trialSteps, c.Seed+again)
			if err != nil {
				return err
			}
			losses[0] = min(losses[0], loss)
			best = likeliest(losses, engineLead)
		}
	}
	take(&c.Contact, sources[best])
	return nil
}

// likeliest returns which of some sources has the least loss; the first one unless another stays below a share of its loss.
func likeliest(losses []float64, lead float64) (best int) {
	least := math.Inf(1)
	for i, loss := range losses {
		if loss < least {
			if best, least = i, loss; i == 0 {
				least *= lead
			}
		}
	}
	return best
}

// take tells a model of the source of the data.
func take(c *contact.Config, s source.Source) {
	c.Flight, c.Touch, c.Calm, c.Impacts, c.Depth = s.Flight, s.Touch, s.Calm, s.Impacts, s.Depth
	c.Late, c.Ahead, c.Sight, c.Hold = s.Late, s.Ahead, s.Sight, s.Hold
	c.Ends = s.Flight.Order.Same(flight.EngineOrder) && !s.Impacts // who steps as this engine does is taken to sweep as it does
}

// withOrder returns the source of that order, or else the first one with it.
func withOrder(sources []source.Source, order flight.Order) source.Source {
	for _, s := range sources {
		if s.Flight.Order.Same(order) {
			return s
		}
	}
	s := sources[0]
	s.Impacts, s.Depth = order.Same(flight.EvenForce), 0
	s.Late, s.Ahead, s.Sight = false, 0, 0 // these belong to another order
	if s.Flight.Order = order; order.Same(flight.EngineOrder) {
		s.Flight.Order, s.Flight.Substeps = "", 0
	}
	return s
}

// try returns the loss on held-out frames, after a short training, of a model that takes s for
// its source: infinite where nothing in it could be learned.
func (c *Config) try(ctx context.Context, s source.Source, training, holdout []*sim.Trajectory, steps int, seed uint64) (float64, error) {
	settings := c.Contact
	take(&settings, s)
	settings.Hold = false // it takes longer to learn than a trial, and says nothing of the order
	if err := settings.Suit(training, c.InnerSteps); err != nil {
		return math.Inf(1), nil // these steps do not suit it
	}
	model, err := contact.New(settings, seed)
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
	trial.Budget, trial.Steps, trial.Patience = 0, steps, 0
	trial.Batch = min(trialBatch, objective.Examples())
	trial.Chunk = max(1, (trial.Batch+1)/2)
	trial.ReportEvery, trial.ValidateEvery, trial.CheckpointEvery, trial.EMA = steps, steps, steps, 0.9
	trial.Warmup = min(trial.Warmup, steps/10)
	result, err := train.Run(ctx, objective, trial, "", func(train.Progress) {})
	if ctx.Err() != nil {
		return 0, ctx.Err()
	}
	if err != nil || math.IsNaN(result.BestValidation) {
		return math.Inf(1), nil // a source that the data do not have may lead to numbers that are none
	}
	return result.BestValidation, nil
}

// Steps says in words how the source of trajectories may step and let things touch, the likeliest
// first, such as "force, solve, move; nothing bounces below 1 m/s".
func Steps(ctx context.Context, trajectories []*sim.Trajectory) ([]string, error) {
	found, err := source.Measure(ctx, trajectories)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, s := range found.Sources {
		c := contact.DefaultConfig()
		take(&c, s)
		said := c.Source()
		if s.Flight.Order.Same(flight.EngineOrder) { // which goes without saying there
			said = strings.TrimSuffix(strings.Join(strings.Fields(string(flight.EngineOrder)), ", ")+"; "+said, "; ")
		}
		if !slices.Contains(out, said) {
			out = append(out, said)
		}
	}
	return out, nil
}
