package task

import "orrery/sim"

// Outcome is what a task says of a frame.
type Outcome struct {
	Reward     float64 // of the task, for the frame
	Success    bool    // the state that the frame led to fulfils the task, and so did as many before it as must
	Terminated bool    // the task ends the episode there, by success or by failure
	Truncated  bool    // the time is over while the task was going on
}

// Over reports whether the episode ends with the frame.
func (o *Outcome) Over() bool { return o.Terminated || o.Truncated }

// Referee follows one attempt at a task, frame by frame, and remembers for how long it has
// been a success. It belongs to one goroutine.
type Referee struct {
	judge *Judge
	held  int // states in a row that succeed, the last one seen among them
}

// Referee returns who follows an attempt from its start on.
func (j *Judge) Referee() *Referee { return &Referee{judge: j} }

// Frame returns what the task says of a state and the action that led to it. The start of an
// attempt is told like a frame, to which the actuators' rest has led; it is the first state
// that can count as held. A referee knows no time limit, so nothing is truncated.
func (r *Referee) Frame(state sim.State, action sim.Action) Outcome {
	j := r.judge
	if r.held++; !j.Success(state) {
		r.held = 0
	}
	o := Outcome{Reward: j.Reward(state, action), Success: r.held >= j.held}
	o.Terminated = !j.hold && o.Success || j.Failed != nil && j.Failed(state)
	return o
}

// Settled reports whether nothing is left to do in a state in which an attempt would
// start: the task succeeds there, even if that has to last unless any start will do, or can
// no longer be done.
func (j *Judge) Settled(start sim.State) bool {
	return !j.lasts && j.Success(start) || j.Failed != nil && j.Failed(start)
}

// Memory returns how many states in a row a referee must be shown to know whether the last
// of them is a success.
func (j *Judge) Memory() int { return j.held }
