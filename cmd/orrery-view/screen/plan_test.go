package screen

import (
	"slices"
	"testing"

	"orrery/cmd/orrery-view/session/pilot"
	"orrery/cmd/orrery-view/widget"
	"orrery/cmd/orrery/planning"
	"orrery/sim"
	"orrery/sim/render"
	"orrery/sim/scenario"
	"orrery/world"
	"orrery/world/choose"
)

// ponderer is a planner that comes to no end.
type ponderer struct{}

func (ponderer) Frames() int { return 1 }
func (ponderer) Think(_ *sim.Scene, _ sim.State, _ bool, pause func() error) (actions []sim.Action, mind render.Intent, err error) {
	for err == nil {
		err = pause()
	}
	return nil, mind, err
}

// TestAPlannerMayTakeItsTime: nothing moves while it thinks, which is no reason to go on
// to another scene. In a narrow window, too, the mode can be seen.
func TestAPlannerMayTakeItsTime(t *testing.T) {
	s := openPlanned(t, "push", func(*scenario.Scenario, *sim.Scene, world.Model, uint64) (pilot.Planner, error) {
		return ponderer{}, nil
	})
	s.Resize(640, 480, 1)
	s.Look.Panel = true
	s.Session.SetModels([]choose.Candidate{{Name: "engine", Model: planning.Engine{}}})
	s.Session.Plan(true)
	s.wait(150)
	if !s.Session.Planning() || s.Session.Seed() != 7 {
		t.Errorf("planning %v, seed %d", s.Session.Planning(), s.Session.Seed())
	}
	if w, _ := s.find(t, "head plan"); !w.On {
		t.Error("the button of the mode is not lit")
	}
	s.find(t, "head sandbox")
}

// TestPlanModeIsSeenAndSteered switches it on by its button and off by its key, looks
// for what the planner has in mind, and tells a click, which sets the goal, from a drag,
// which moves the view.
func TestPlanModeIsSeenAndSteered(t *testing.T) {
	s := openPlanned(t, "push", func(of *scenario.Scenario, scene *sim.Scene, model world.Model, seed uint64) (pilot.Planner, error) {
		return planning.NewThinker(of, scene, model, seed)
	})
	s.wait(1)
	_, p := s.find(t, "head plan")
	s.click(p)
	for k := 0; s.Session.Thought() == nil; k++ {
		if s.wait(1); k > 3000 || !s.Session.Planning() {
			t.Fatalf("does not plan: %q", s.Session.Notice())
		}
	}
	thick := func() bool {
		return slices.ContainsFunc(s.List().Items, func(item render.Item) bool {
			path, ok := item.(render.Path)
			return ok && path.Open && path.Stroke.Colour == s.theme.Predicted && path.Stroke.Width == 3*s.unit
		})
	}
	if !thick() {
		t.Error("the plan that is followed cannot be seen")
	}
	stage := s.places.stage
	corner := render.Point{X: float64(stage.Min.X) + 20, Y: float64(stage.Min.Y) + 20}
	if s.under() >= 0 {
		t.Fatal("a body is in the corner")
	}
	want := s.camera().World(corner)
	s.click(corner)
	if got := s.Session.Scene().Goals[0].Target; !(got.Sub(want).Len() <= 0.02) {
		t.Errorf("clicked at %v, the goal is at %v", want, got)
	}
	// A finger that was lifted leaves the mouse elsewhere.
	tapped := render.Point{X: corner.X + 10, Y: corner.Y}
	want = s.camera().World(tapped)
	s.Update(Input{Mouse: tapped, Left: true})
	s.Update(Input{})
	if got := s.Session.Scene().Goals[0].Target; !(got.Sub(want).Len() <= 0.02) {
		t.Errorf("tapped at %v, the goal is at %v", want, got)
	}
	goal, pan := s.Session.Scene().Goals[0].Target, s.pan
	s.Update(Input{Mouse: corner, Left: true})
	away := render.Point{X: corner.X + 30, Y: corner.Y + 40}
	s.Update(Input{Mouse: away, Left: true})
	s.Update(Input{Mouse: away})
	if s.Session.Scene().Goals[0].Target != goal || s.pan == pan {
		t.Error("a drag set the goal, or did not move the view")
	}
	s.Update(Input{Keys: []string{"p"}})
	if s.Session.Planning() || thick() {
		t.Error("P does not end it")
	}
	if err := s.Session.OpenScenario(find(t, "mixed"), 1); err != nil {
		t.Fatal(err)
	}
	if slices.ContainsFunc(s.widgets(), func(w widget.Widget) bool { return w.Name == "head plan" }) {
		t.Error("a scene without a task offers to plan")
	}
}
