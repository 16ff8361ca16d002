// Package replay holds what the viewer can replay: episodes of a dataset, and rollouts.
//
//	show, err := offer.Open()
//	show, err = show.Turn(1) // the next episode
//
// It knows no file formats: the package that opens files makes Shows from them.
package replay

import "orrery/sim"

// Show is one thing to replay: an episode of several, or a rollout.
type Show struct {
	Label     string          // which one it is, such as "seed 1 · episode 3"
	Episode   int             // from 0
	Episodes  int             // of the same dataset; 1 of a rollout
	True      *sim.Trajectory // never changed
	Predicted []sim.State     // [t][n] by Model; nil to ask the session's model
	Model     string

	// Next returns the show of another episode of the same dataset. It may be nil where
	// there is only one.
	Next func(episode int) (Show, error)
}

// Turn returns the show some episodes further, round in a circle.
func (s Show) Turn(by int) (Show, error) {
	if s.Episodes < 2 || s.Next == nil {
		return s, nil
	}
	return s.Next(((s.Episode+by)%s.Episodes + s.Episodes) % s.Episodes)
}

// Offer is something to replay that is opened when it is wanted.
type Offer struct {
	Name string
	Open func() (Show, error)
}
