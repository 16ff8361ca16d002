// Package replay holds what the viewer can replay: episodes of a dataset, and rollouts.
//
//	show, err := offer.Open()
//	show, err = show.Turn(1) // the next episode
//
// It knows no file formats: the package that opens files makes Shows from them.
package replay

import (
	"image"
	"sync"

	"orrery/sim"
)

// Show is one thing to replay: an episode of several, or a rollout.
type Show struct {
	Label     string          // which one it is, such as "seed 1 · episode 3"
	Episode   int             // from 0
	Episodes  int             // of the same dataset; 1 of a rollout
	True      *sim.Trajectory // never changed
	Predicted []sim.State     // [t][n] by Model; nil to ask the session's model
	Model     string

	Film Film // what a camera saw of it, or nil

	All *Collection // of which it is an episode, the same for all of them; or nil

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

// Film returns the picture that a camera took of a frame, from 0, and the places in m of its lower left and upper right
// corner. The picture is nil where there is none, or none yet. It is shared, and not to be changed. An error is
// said once, and ends the film.
type Film func(frame int) (picture *image.RGBA, corners [2]sim.Vec, err error)

// Later returns a film that is opened meanwhile.
func Later(open func() (Film, error)) Film {
	var guard sync.Mutex
	var film Film
	var failed error
	go func() {
		f, err := open()
		guard.Lock()
		defer guard.Unlock()
		film, failed = f, err
	}()
	return func(frame int) (*image.RGBA, [2]sim.Vec, error) {
		guard.Lock()
		defer guard.Unlock()
		if film == nil {
			return nil, [2]sim.Vec{}, failed
		}
		return film(frame)
	}
}

// Offer is something to replay that is opened when it is wanted.
type Offer struct {
	Name string
	Open func() (Show, error)
}
