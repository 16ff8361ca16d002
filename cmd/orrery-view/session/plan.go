package session

import (
	"fmt"
	"slices"

	"orrery/cmd/orrery-view/session/build"
	"orrery/cmd/orrery-view/session/compare"
	"orrery/cmd/orrery-view/session/forecast"
	"orrery/cmd/orrery-view/session/pilot"
	"orrery/sim"
	"orrery/sim/scenario"
	"orrery/sim/task"
	"orrery/world"
)

// NewPlanner returns a planner for the task of a scenario, in a scene that a model
// predicts.
type NewPlanner func(of *scenario.Scenario, scene *sim.Scene, model world.Model, seed uint64) (pilot.Planner, error)

// Planning reports whether a planner drives the scene.
func (s *Session) Planning() bool { return s.pilot != nil }

// Thought returns the planner's present plan, or nil.
func (s *Session) Thought() *pilot.Thought {
	if s.pilot == nil {
		return nil
	}
	return s.pilot.Thought()
}

// Plan lets a planner drive the scene in the sandbox, by what the chosen model
// predicts, or no longer. Why it cannot becomes a notice.
func (s *Session) Plan(on bool) {
	if on == s.plans {
		return
	}
	if on {
		s.Leave()
	}
	if on && s.mode != compare.Sandbox {
		s.SetMode(compare.Sandbox)
	}
	s.plans = on
	if s.scene == nil {
		return
	}
	s.suit()
	s.Begin()
	if _, seen := s.Span(); s.pilot != nil && s.tape.End() > seen { // what was foreseen comes differently
		frame := s.Frame()
		s.Seek(seen)
		s.windBack()
		s.Seek(frame)
	}
}

// cannotPlan says why no planner can drive the scene, or nothing.
func (s *Session) cannotPlan() string {
	switch {
	case s.newPlanner == nil:
		return "there is no planner"
	case !s.HasTask():
		return "this scene has no task; open a scenario that has one, such as push"
	case len(s.scene.Goals) == 0 || len(s.scene.Actuators) == 0:
		return "what the task needs was deleted; Ctrl-Z brings it back"
	case s.models[s.model].Blind:
		return s.models[s.model].Name + " knows no contacts; choose another model, or the engine"
	}
	return ""
}

// enlist puts a planner in charge if one is wanted, and dismisses the one before.
func (s *Session) enlist() {
	if s.pilot != nil {
		s.pilot.Dismiss()
	}
	s.pilot, s.plans = nil, s.plans && s.mode == compare.Sandbox
	if !s.plans {
		return
	}
	if why := s.cannotPlan(); why != "" {
		s.giveUp(why)
		return
	}
	model := s.models[s.model]
	of, _ := s.Scenario()
	planner, err := s.newPlanner(of, s.scene, model, s.Seed())
	if err != nil {
		s.giveUp(err.Error())
		return
	}
	s.pilot = pilot.New(planner, s.forecasts, leads(model), func(from int, led []sim.State) {
		s.judge.Expect(&forecast.Forecast{From: from, States: led}, planner.Frames())
	})
	s.judge.Carry(planner.Frames())
}

// leads returns where a model says that actions lead.
func leads(model world.Model) pilot.Lead {
	return func(scene *sim.Scene, state sim.State, actions []sim.Action) ([]sim.State, error) {
		predictor, err := model.Predictor([]*sim.Scene{scene})
		if err != nil {
			return nil, err
		}
		led := []sim.State{state}
		for _, action := range actions {
			next := slices.Clone(led[len(led)-1])
			if err := predictor.Step(next, action); err != nil {
				return nil, err
			}
			led = append(led, next)
		}
		return led, nil
	}
}

// consult asks the pilot what to do at the frame shown, the last of the tape, and
// reports whether it knows.
func (s *Session) consult() bool {
	ready, err := s.pilot.Consult(s.scene, s.Frame(), s.State())
	if err != nil {
		s.giveUp(err.Error())
	}
	return ready && err == nil
}

// giveUp ends planning and says why.
func (s *Session) giveUp(why string) {
	s.Notify("no plan: " + why)
	if s.pilot != nil {
		s.pilot.Dismiss()
	}
	s.pilot, s.plans = nil, false
	s.judge.Carry(0)
}

// SetGoal moves the first goal of the task to a point of the world, in metres, as
// build.Aimed says, and reports whether there is one that can be moved.
func (s *Session) SetGoal(at sim.Vec) bool {
	if s.pilot == nil {
		return false
	}
	of, _ := s.Scenario()
	state, action := s.State(), s.scene.Rest()
	scene := build.Aimed(s.scene, state, at)
	before, err := of.Task.Judge(s.scene)
	after, errAfter := of.Task.Judge(scene)
	if err != nil || errAfter != nil || scene.Validate() != nil || after.Cost(state, action) == before.Cost(state, action) {
		s.Notify(fmt.Sprintf("the goal of %s is where it is", of.Name))
		return false
	}
	s.note("move the goal", false)
	s.scene, s.perturbed = scene, true
	s.pilot.Startle()
	return true
}

// Arrived reports whether the task is fulfilled at the frame shown, for as long as it must.
func (s *Session) Arrived() bool {
	if s.pilot == nil {
		return false
	}
	if of, _ := s.Scenario(); s.goals.scene != s.scene {
		judge, err := of.Task.Judge(s.scene)
		if err != nil {
			s.giveUp(err.Error())
			return false
		}
		s.goals = bound{s.scene, judge}
	}
	referee, arrived := s.goals.judge.Referee(), false
	for _, state := range s.Past(s.goals.judge.Memory() - 1) {
		arrived = referee.Frame(state, s.scene.Rest()).Success // whatever the action was
	}
	return arrived
}

// bound is a task's judge of a scene.
type bound struct {
	scene *sim.Scene
	judge *task.Judge
}
