package session

import (
	"errors"
	"slices"

	"orrery/cmd/orrery-view/session/compare"
	"orrery/cmd/orrery-view/session/tape"
	"orrery/sim"
	"orrery/sim/task"
)

// Phase is how far a demonstration is. In the zero Phase there is none.
type Phase int

// The phases: the scene stands still until someone drives; it is driven; it was ended, and is
// kept unless it is discarded now.
const (
	Ready Phase = iota + 1
	Driving
	Ended
)

// Demonstration is an episode that someone drives, from its start.
type Demonstration struct {
	Origin     Origin
	Trajectory *sim.Trajectory
	Outcomes   []task.Outcome // [t-1] what each action led to; nil without a task

	phase   Phase
	number  int           // of the episode in the dataset
	limit   int           // frames after the start
	judge   *task.Judge   // or nil
	referee *task.Referee // of the judge, or nil
	held    int           // frames for which success has lasted
	success func(sim.State) bool
}

// Keeper keeps demonstrations.
type Keeper interface {
	// Open says whether demonstrations of an origin can be kept, of scenes like this one
	// and of at most so many frames, and how many episodes are kept already.
	Open(of Origin, scene *sim.Scene, frames int) (episodes int, err error)
	// Add keeps a demonstration. It is safe when Add returns.
	Add(d *Demonstration) error
	// Discard takes back what was added last.
	Discard() error
	// Settle says that what was added last will not be discarded.
	Settle() error
}

// Keep says who keeps demonstrations. Without anyone none can be made.
func (s *Session) Keep(k Keeper) { s.keeper = k }

// CanDemonstrate reports whether the scene can be driven and what happens be kept.
func (s *Session) CanDemonstrate() bool {
	return s.keeper != nil && s.sampled() && len(s.scene.Actuators) > 0
}

// DemonstrationView is what there is to tell of a demonstration. Without one its Phase is 0.
type DemonstrationView struct {
	Phase   Phase
	Number  int     // of the episode in the dataset, from 0
	Seconds float64 // s, since the start
	Limit   float64 // s, after which it ends
	Task    bool    // success means something
	Held    float64 // s, for which what success asks for has lasted
	Success bool    // it has ended so
}

// Demonstration tells of the present demonstration.
func (s *Session) Demonstration() DemonstrationView {
	d := s.demo
	if d == nil {
		return DemonstrationView{}
	}
	dt := s.scene.FrameTime()
	v := DemonstrationView{Phase: d.phase, Number: d.number, Limit: float64(d.limit) * dt, Task: d.referee != nil}
	v.Seconds, v.Held = float64(len(d.Outcomes))*dt, float64(d.held)*dt
	if n := len(d.Outcomes); n > 0 {
		v.Success = d.Outcomes[n-1].Success
	}
	return v
}

// Demonstrate goes on with demonstrations: it makes the scene ready for one, begins it, ends
// it and, when it was ended, goes on to the next episode. What cannot be becomes a notice.
func (s *Session) Demonstrate() {
	switch d := s.demo; {
	case s.scene == nil:
	case d == nil:
		s.check(s.makeReady(s.Origin))
	case d.phase == Ready:
		s.beginDriving()
	case d.phase == Driving:
		s.endDriving()
	default:
		s.check(s.makeReady(d.Origin.NextEpisode()))
	}
}

// DiscardDemonstration takes back what was driven, to begin again from the same start. One that
// is not begun is left.
func (s *Session) DiscardDemonstration() {
	d := s.demo
	if d == nil {
		return
	}
	if d.phase == Ended {
		s.check(s.keeper.Discard())
	}
	s.demo = nil
	s.hand.Empty()
	if d.phase == Ready {
		s.check(s.sample(d.Origin))
		s.Pause(false)
		return
	}
	s.check(s.makeReady(d.Origin))
}

// StartDemonstrating makes the scene ready for a demonstration, or says why that cannot be.
func (s *Session) StartDemonstrating() error { return s.makeReady(s.Origin) }

// makeReady shows the start of an episode, which nothing but a driver moves from there.
func (s *Session) makeReady(from Origin) error {
	switch {
	case s.keeper == nil:
		return errors.New("demonstrations cannot be kept here")
	case from.scenario == nil:
		return errors.New("a demonstration needs a scenario, and this scene is of none")
	case len(s.scene.Actuators) == 0:
		return errors.New(s.scene.Name + " has nothing to drive, so nothing can be demonstrated")
	}
	number, err := s.keeper.Open(from, s.scene, from.demonstrationFrames())
	if err != nil {
		return err
	}
	if from.episode < number {
		from.episode = number // which nobody has driven
	}
	scene, err := from.Sample()
	if err != nil {
		return err
	}
	d := &Demonstration{Origin: from, phase: Ready, number: number, limit: from.demonstrationFrames() - 1}
	if of := from.scenario.Task; of != nil {
		judge, err := of.Judge(scene)
		if err != nil {
			return err
		}
		d.judge, d.referee, d.success = judge, judge.Referee(), judge.Success
		d.referee.Frame(scene.Start(), scene.Rest())
	}
	s.Plan(false)
	if s.demo == nil {
		s.note("demonstrate", false)
	}
	if s.mode == compare.Duel {
		s.mode = compare.Sandbox
	}
	if err := s.begun(scene, origins(scene), from, nil); err != nil {
		return err
	}
	s.hand.ActOnly()
	s.demo = d
	s.Pause(true)
	return nil
}

// demonstrationFrames returns how many frames a demonstration has at most, its start included: as
// many as the task gives time for, and the tape remembers.
func (o Origin) demonstrationFrames() int {
	frames := tape.MaxFrames
	if of := o.scenario.Task; of != nil {
		frames = min(frames, of.TimeLimit+1)
	}
	return frames
}

func (s *Session) beginDriving() {
	s.demo.phase = Driving
	s.Pause(false)
}

// drives says whether time may go on for a demonstration, and sees to it that it goes on from
// its end.
func (s *Session) drives() bool {
	d := s.demo
	switch {
	case d == nil:
		return true
	case d.phase == Ready:
		s.beginDriving()
	case d.phase == Ended:
		s.Pause(true)
		return false
	}
	s.Seek(s.tape.End())
	return true
}

// judgeDriving judges the frame that was just added.
func (s *Session) judgeDriving(action sim.Action) {
	d := s.demo
	if d == nil || d.phase != Driving {
		return
	}
	var o task.Outcome
	state := s.tape.At(s.tape.End())
	if d.referee != nil {
		o = d.referee.Frame(state, action)
		if d.held++; !d.success(state) {
			d.held = 0
		}
	}
	o.Truncated = !o.Terminated && len(d.Outcomes)+1 >= d.limit
	d.Outcomes = append(d.Outcomes, o)
	if o.Over() {
		s.endDriving()
	}
}

// endDriving ends a demonstration that has begun, and keeps it.
func (s *Session) endDriving() {
	d := s.demo
	n := len(d.Outcomes)
	if n == 0 {
		return
	}
	s.Pause(true)
	first, last := s.tape.First(), s.tape.End()
	d.Trajectory = &sim.Trajectory{Scene: s.scene, States: slices.Clone(s.tape.Between(first, last)), Actions: slices.Clone(s.tape.Actions(first))}
	if end := &d.Outcomes[n-1]; !end.Over() {
		end.Truncated = true // by whoever drove
	}
	kept := *d
	if d.judge == nil {
		kept.Outcomes = nil
	} else {
		d.judge.See(d.Trajectory)
	}
	if err := s.keeper.Add(&kept); err != nil {
		s.check(err)
		return
	}
	d.phase = Ended
}

// Leave ends demonstrating. What was ended stays kept.
func (s *Session) Leave() {
	d := s.demo
	if d == nil {
		return
	}
	s.demo = nil
	s.hand.Empty()
	switch {
	case d.phase == Ended:
		s.check(s.keeper.Settle())
	case d.phase == Driving && len(d.Outcomes) > 0:
		s.Notify("the demonstration was not ended, so it is not kept")
	}
}
