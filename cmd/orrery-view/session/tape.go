package session

import "orrery/sim"

// maxTape is how many frames a tape remembers: a minute at the usual rate.
const maxTape = 3600

// tape is what has happened to a scene: the last frames of it.
type tape struct {
	first   int          // frame of the first state that is remembered
	states  []sim.State  // [t][n]
	actions []sim.Action // [t-1][a] what led from each state to the next
	touched []bool       // [t-1] whether a hand or a new action helped, which no forecast knew of
}

func newTape(start sim.State) tape { return tape{states: []sim.State{start}} }

// end returns the last frame.
func (t *tape) end() int { return t.first + len(t.states) - 1 }

// at returns the state of a frame that is remembered.
func (t *tape) at(frame int) sim.State { return t.states[frame-t.first] }

// add appends a frame, and forgets the oldest in bulk so that each costs little.
func (t *tape) add(state sim.State, action sim.Action, touched bool) {
	if len(t.states) >= maxTape+maxTape/4 {
		drop := len(t.states) - maxTape
		t.first += drop
		t.states = append(t.states[:0], t.states[drop:]...)
		t.actions = append(t.actions[:0], t.actions[drop:]...)
		t.touched = append(t.touched[:0], t.touched[drop:]...)
	}
	t.states = append(t.states, state)
	t.actions = append(t.actions, action)
	t.touched = append(t.touched, touched)
}

// cut forgets what came after a frame. Forecasts may still read what was there, so
// it is not written over.
func (t *tape) cut(frame int) {
	n := frame - t.first
	t.states, t.actions, t.touched = t.states[:n+1:n+1], t.actions[:n:n], t.touched[:n:n]
}

// untouched reports whether nobody helped between two frames that are remembered.
func (t *tape) untouched(from, to int) bool {
	for _, touched := range t.touched[from-t.first : to-t.first] {
		if touched {
			return false
		}
	}
	return true
}
