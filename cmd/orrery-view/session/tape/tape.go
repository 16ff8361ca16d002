package tape

import (
	"slices"

	"orrery/sim"
)

// MaxFrames is the number of frames that a tape remembers: a minute at the usual 60 a second. With
// fewer a viewer cannot wind back far enough, with more long sessions eat memory.
const MaxFrames = 3600

// Tape remembers what has happened to a scene of n bodies and a actuators: the last frames of
// it. Copy it with Clone only.
type Tape struct {
	first   int          // frame of the first state that is remembered
	states  []sim.State  // [t][n]
	actions []sim.Action // [t-1][a] what led from each state to the next
	touched []bool       // [t-1] whether a hand or a new action helped, which no forecast knew of
}

// New returns a tape of one frame, number 0.
func New(start sim.State) *Tape { return &Tape{states: []sim.State{start}} }

// Of returns a tape that begins with a trajectory, which has at least one state and is
// never changed. All of it is remembered until frames are added.
func Of(t *sim.Trajectory) *Tape {
	steps := len(t.States) - 1
	tape := &Tape{states: slices.Clip(t.States), touched: make([]bool, steps), actions: make([]sim.Action, steps)}
	copy(tape.actions, t.Actions)
	return tape
}

// Clone returns a tape with the same frames, which it shares. Either may go on without
// the other noticing. It costs the same however long the tape is.
func (t *Tape) Clone() *Tape {
	return &Tape{t.first, slices.Clip(t.states), slices.Clip(t.actions), slices.Clip(t.touched)}
}

// First returns the first frame that is remembered.
func (t *Tape) First() int { return t.first }

// End returns the last frame.
func (t *Tape) End() int { return t.first + len(t.states) - 1 }

// At returns the state [n] of a frame that is remembered.
func (t *Tape) At(frame int) sim.State { return t.states[frame-t.first] }

// Between returns the states [to-from+1][n] of two frames that are remembered and of all
// between them.
func (t *Tape) Between(from, to int) []sim.State {
	return slices.Clip(t.states[from-t.first : to-t.first+1])
}

// Action returns what led from a frame that is remembered to the next one, [a] or nil.
func (t *Tape) Action(frame int) sim.Action { return t.actions[frame-t.first] }

// Actions returns what led from a frame on to the last one, [t][a].
func (t *Tape) Actions(from int) []sim.Action { return slices.Clip(t.actions[from-t.first:]) }

// Add appends a frame and what led to it. Touched says that a hand or a new action
// helped. The oldest frames are forgotten in bulk, so that each costs little.
func (t *Tape) Add(state sim.State, action sim.Action, touched bool) {
	if len(t.states) >= MaxFrames+MaxFrames/4 {
		t.forget(len(t.states) - MaxFrames)
	}
	t.states = append(t.states, state)
	t.actions = append(t.actions, action)
	t.touched = append(t.touched, touched)
}

// forget drops the oldest frames. The others move to lists of their own, as those that
// they were in may be someone else's.
func (t *Tape) forget(frames int) {
	t.first += frames
	t.states = slices.Clone(t.states[frames:])
	t.actions = slices.Clone(t.actions[frames:])
	t.touched = slices.Clone(t.touched[frames:])
}

// Cut forgets what came after a frame. Others may still read what was there, so it is
// not written over.
func (t *Tape) Cut(frame int) {
	n := frame - t.first
	t.states, t.actions, t.touched = t.states[:n+1:n+1], t.actions[:n:n], t.touched[:n:n]
}

// Untouched reports whether nobody helped between two frames that are remembered.
func (t *Tape) Untouched(from, to int) bool {
	return !slices.Contains(t.touched[from-t.first:to-t.first], true)
}
