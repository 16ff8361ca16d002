package session

import (
	"fmt"
	"slices"
	"strings"

	"orrery/sim"
	"orrery/sim/scenario"
)

// pilot drives a scene by plans. While it carries out the decisions of one it thinks
// of the next, which begins where the model says that these lead, so that time does
// not have to wait; where they lead elsewhere it thinks anew.
type pilot struct {
	planner Planner
	thought *Thought      // that is followed, or the last one
	coming  *deliberation // of what to do next
	strayed bool          // what was thought before is of no use
}

// stray is how far off a body may be from where a plan was to begin, in metres: less
// than a hand moves it, more than a model is wrong by in the time of a thought.
const stray = 0.03

// Planning reports whether a planner drives the scene.
func (s *Session) Planning() bool { return s.pilot != nil }

// HasTask reports whether the scene has something to plan for.
func (s *Session) HasTask() bool {
	return s.mode != Replay && s.scenario != nil && s.scenario.Task != nil
}

// Thought returns what the planner has in mind, or nil.
func (s *Session) Thought() *Thought {
	if s.pilot == nil {
		return nil
	}
	return s.pilot.thought
}

// SetPlanner says who plans.
func (s *Session) SetPlanner(planner NewPlanner) { s.newPlanner = planner }

// Plan lets a planner drive the scene in the sandbox, by what the chosen model
// predicts, or no longer. Why it cannot becomes a notice.
func (s *Session) Plan(on bool) {
	if on == s.plans {
		return
	}
	if on && s.mode != Sandbox {
		s.SetMode(Sandbox)
	}
	s.plans = on
	if s.scene == nil {
		return
	}
	s.suit()
	s.Begin()
	if s.pilot != nil && s.tape.end() > s.seen { // what was foreseen comes differently
		cursor := s.cursor
		s.cursor = s.seen
		s.windBack()
		s.cursor = cursor
	}
}

// cannotPlan says why no planner can drive the scene, or nothing.
func (s *Session) cannotPlan() string {
	switch {
	case s.newPlanner == nil:
		return "there is no planner"
	case !s.HasTask():
		return "this scene has no task; there is one in " + strings.Join(tasks(), ", ")
	case len(s.scene.Goals) == 0 || len(s.scene.Actuators) == 0:
		return "what the task needs was deleted; R brings it back"
	case s.models[s.model].Blind:
		return s.models[s.model].Name + " knows no contacts; choose another model, or the engine"
	}
	return ""
}

// tasks returns the names of the scenarios that have a task.
func tasks() []string {
	var names []string
	for _, s := range scenario.List() {
		if s.Task != nil {
			names = append(names, s.Name)
		}
	}
	return names
}

// enlist puts a planner in charge if one is wanted, and dismisses the one before.
func (s *Session) enlist() {
	if s.pilot != nil && s.pilot.coming != nil {
		s.pilot.coming.stop()
	}
	s.pilot, s.plans = nil, s.plans && s.mode == Sandbox
	if !s.plans {
		return
	}
	if why := s.cannotPlan(); why != "" {
		s.giveUp(why)
		return
	}
	planner, err := s.newPlanner(s.scenario, s.scene, s.models[s.model], s.seed)
	if err != nil {
		s.giveUp(err.Error())
		return
	}
	s.pilot = &pilot{planner: planner}
}

// giveUp ends planning and says why.
func (s *Session) giveUp(why string) {
	s.Notify("no plan: " + why)
	s.pilot, s.plans = nil, false
}

// consult makes sure that the next plan is thought of, and reports whether the one at
// hand says what to do at the frame shown, the last of the tape.
func (s *Session) consult() bool {
	p := s.pilot
	p.take(s)
	if s.pilot == nil {
		return false // it has failed
	}
	covered := p.covers(s.cursor)
	if p.coming == nil {
		d := &deliberation{
			planner: p.planner, model: s.models[s.model], scene: s.scene,
			at: s.cursor, led: []sim.State{s.State()}, fresh: p.strayed || !covered,
		}
		if covered {
			d.ahead = p.thought.Actions[s.cursor-p.thought.From:]
		}
		p.coming, p.strayed = d, false
		s.forecasts.do(d)
	}
	return covered
}

// covers reports whether the thought says what to do at a frame.
func (p *pilot) covers(frame int) bool {
	return p.thought != nil && frame >= p.thought.From && frame < p.thought.From+len(p.thought.Actions)
}

// take makes the next thought the one that is followed when its time has come, or
// drops it when what it began with has not come true.
func (p *pilot) take(s *Session) {
	d := p.coming
	if d == nil || !d.done() || d.err == nil && s.cursor < d.out.From {
		return
	}
	p.coming = nil
	if d.err != nil {
		s.giveUp(d.err.Error())
		return
	}
	if s.cursor > d.out.From || apartBy(s.State(), d.out.Expected[0]) > stray {
		p.strayed = true
		return
	}
	p.thought = &d.out
	s.trial.expect(&Forecast{From: d.at, States: d.led}, p.planner.Frames())
}

// apartBy returns how far the body that is furthest off is, in metres.
func apartBy(a, b sim.State) float64 {
	most := 0.0
	for i := range a {
		most = max(most, a[i].Position().Sub(b[i].Position()).Len())
	}
	return most
}

// SetGoal moves the first goal of the task to a point of the world, and reports
// whether there is one that can be moved.
func (s *Session) SetGoal(at sim.Vec) bool {
	if s.pilot == nil {
		return false
	}
	scene := *s.scene
	scene.Goals = slices.Clone(scene.Goals)
	scene.Goals[0].Target = at
	task, state, action := s.scenario.Task, s.State(), s.scene.Rest()
	if scene.Validate() != nil || task.Cost(&scene, state, action) == task.Cost(s.scene, state, action) {
		s.Notify(fmt.Sprintf("the goal of %s is where it is", s.scenario.Name))
		return false
	}
	s.scene = &scene
	if p := s.pilot; p.coming != nil {
		p.coming.stop()
		p.coming = nil
	}
	s.pilot.strayed = true
	return true
}

// Arrived reports whether the task is fulfilled at the frame shown.
func (s *Session) Arrived() bool {
	return s.pilot != nil && s.scenario.Task.Success(s.scene, s.State())
}
