package pilot

import (
	"orrery/cmd/orrery-view/session/jobs"
	"orrery/sim"
)

// stray is the distance that a body may be off from where a plan was to begin, in metres: less
// than a hand moves it, more than a model is wrong by in the time of a thought.
const stray = 0.03

// Pilot drives a scene by plans. Make one with New.
type Pilot struct {
	planner Planner
	lane    *jobs.Lane
	lead    Lead
	heard   func(from int, led []sim.State)

	thought *Thought      // that is followed, or the last one
	coming  *deliberation // of what to do next
	strayed bool          // what was thought before is of no use
}

// New returns a pilot that thinks in a lane. Heard, unless it is nil, is told from which
// frame on which states a model has foreseen, whenever a plan is taken that began there.
func New(planner Planner, lane *jobs.Lane, lead Lead, heard func(from int, led []sim.State)) *Pilot {
	return &Pilot{planner: planner, lane: lane, lead: lead, heard: heard}
}

// Frames returns how many frames of each plan are carried out.
func (p *Pilot) Frames() int { return p.planner.Frames() }

// Thought returns the planner's present plan, or nil before the first plan.
func (p *Pilot) Thought() *Thought { return p.thought }

// Action returns what to do at a frame, [a]. Consult must have said that it is known.
func (p *Pilot) Action(frame int) sim.Action { return p.thought.Actions[frame-p.thought.From] }

// Dismiss ends what is being thought of.
func (p *Pilot) Dismiss() {
	if p.coming != nil {
		p.coming.stop()
		p.coming = nil
	}
}

// Startle ends what is being thought of and makes the next thought a fresh one, because
// the goals have moved.
func (p *Pilot) Startle() {
	p.Dismiss()
	p.strayed = true
}

// Consult makes sure that the next plan is thought of, and reports whether the one at
// hand says what to do in a state at a frame, the last that is true. The goals are those
// of scene. An error means that the planner has failed and is of no more use.
func (p *Pilot) Consult(scene *sim.Scene, frame int, state sim.State) (ready bool, err error) {
	if err := p.take(frame, state); err != nil {
		return false, err
	}
	ready = p.thought.covers(frame)
	if p.coming == nil {
		d := &deliberation{
			planner: p.planner, lead: p.lead, scene: scene,
			at: frame, led: []sim.State{state}, fresh: p.strayed || !ready,
		}
		if ready {
			d.ahead = p.thought.Actions[frame-p.thought.From:]
		}
		p.coming, p.strayed = d, false
		p.lane.Do(d)
	}
	return ready, nil
}

// take makes the next thought the one that is followed when its time has come, or
// drops it when what it began with has not come true.
func (p *Pilot) take(frame int, state sim.State) error {
	d := p.coming
	if d == nil || !d.done() || d.err == nil && frame < d.out.From {
		return nil
	}
	p.coming = nil
	if d.err != nil {
		return d.err
	}
	if frame > d.out.From || apartBy(state, d.led[len(d.led)-1]) > stray {
		p.strayed = true
		return nil
	}
	p.thought = &d.out
	if p.heard != nil {
		p.heard(d.at, d.led)
	}
	return nil
}

// apartBy returns how far the body that is furthest off is, in metres.
func apartBy(a, b sim.State) float64 {
	most := 0.0
	for i := range a {
		most = max(most, a[i].Position().Sub(b[i].Position()).Len())
	}
	return most
}
