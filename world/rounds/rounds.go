// Package rounds says what a training that goes on round by round is told, and what it returns. Whoever gives the
// rounds and whoever trains share these types, and need nothing else of each other:
//
//	var train rounds.Fit[world.Model] = fit.Short
//	model, err := train(ctx, episodes, rounds.Round{Budget: time.Second, Subject: "drawn", Rest: func() {}})
//	model, err = train(ctx, more, rounds.Round{Number: 1, Former: model.State, …})
//
// M is the type of models, of which this package knows nothing. Budgets are of wall time, so weights depend on the clock.
package rounds

import (
	"context"
	"time"

	"orrery/sim"
)

// Round says how to train for a while.
type Round struct {
	Number  int           // from 0
	Budget  time.Duration // of wall time
	Subject string        // name of what is learned
	Program string        // that trains, with its version
	Former  any           // State of the model of the round before, or nil
	Rest    func()        // is to be called every few milliseconds
}

// Model is a model as it stands after a round.
type Model[M any] struct {
	Files  map[string][]byte // of its directory, by their names
	World  M
	Loss   float64 // of training, in the unit of its kind's loss
	Frames int     // that it was trained on
	State  any     // with which whoever trains goes on
}

// Fit trains a model on episodes, and goes on from a former one. It ends soon after ctx does, with its error.
type Fit[M any] func(ctx context.Context, episodes []*sim.Trajectory, r Round) (*Model[M], error)
