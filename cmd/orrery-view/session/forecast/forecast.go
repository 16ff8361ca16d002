package forecast

import (
	"time"

	"orrery/sim"
	"orrery/world/region"
)

// Forecast has the states that a model predicts after a frame, as far as it has got.
type Forecast struct {
	From    int               // frame of the first state, which is the true one
	States  []sim.State       // [t][n]
	Regions [][]region.Region // [t][n] where the model expects each body to be; nil if it does not say
	Escape  string            // when and how it leaves what can happen, such as "body 2 is through a wall after 0.4 s", or nothing
	Cost    time.Duration     // of predicting a frame
	Err     error             // why there is no more
}

// At returns the predicted state [n] of a frame.
func (f *Forecast) At(frame int) (state sim.State, ok bool) {
	if f == nil || frame < f.From || frame >= f.From+len(f.States) {
		return nil, false
	}
	return f.States[frame-f.From], true
}

// Last returns the last frame that is predicted, or -1.
func (f *Forecast) Last() int {
	if f == nil {
		return -1
	}
	return f.From + len(f.States) - 1
}

// RegionsAt returns where the model expects each body to be at a frame [n], or nil.
func (f *Forecast) RegionsAt(frame int) []region.Region {
	if f == nil || frame < f.From || frame >= f.From+len(f.Regions) {
		return nil
	}
	return f.Regions[frame-f.From]
}

// Between returns the predicted states [t][n] from one frame to another, both included,
// as many of them as there are.
func (f *Forecast) Between(from, to int) []sim.State {
	if f == nil {
		return nil
	}
	from, to = max(from-f.From, 0), min(to-f.From+1, len(f.States))
	return f.States[min(from, len(f.States)):max(to, min(from, len(f.States)))]
}
