package planning

import (
	"errors"
	"reflect"
	"slices"
	"testing"

	"orrery/sim"
	"orrery/sim/scenario"
	"orrery/sim/scenario/library"
	"orrery/sim/task"
	"orrery/world"
	"orrery/world/flight"
	"orrery/world/plan"
)

// reachScene returns an arm that is to reach a place, in which free flight stands for
// a model that costs little.
func reachScene(t *testing.T) (*scenario.Scenario, *sim.Scene) {
	t.Helper()
	return sceneOf(t, "reach")
}

// sceneOf returns a scenario and its first scene of seed 1.
func sceneOf(t *testing.T, name string) (*scenario.Scenario, *sim.Scene) {
	t.Helper()
	s, err := library.Find(name)
	if err != nil {
		t.Fatal(err)
	}
	values, err := s.Values(nil)
	if err != nil {
		t.Fatal(err)
	}
	scene, err := s.Sample(1, 0, values)
	if err != nil {
		t.Fatal(err)
	}
	return s, scene
}

// elsewhere returns a scene with its first goal on the other side of the arm's shoulder.
func elsewhere(scene *sim.Scene) *sim.Scene {
	moved := *scene
	moved.Goals = slices.Clone(scene.Goals)
	moved.Goals[0].Target = scene.Goals[0].Target.Scale(-1)
	return &moved
}

// TestHaltedThoughtIsTheSame compares a thinker with a controller that nobody halts. The
// goal moves away and back, with plans that go on and with fresh ones.
func TestHaltedThoughtIsTheSame(t *testing.T) {
	s, scene := reachScene(t)
	thinker, err := NewThinker(s, scene, flight.Ballistic(), 7)
	if err != nil {
		t.Fatal(err)
	}
	if thinker.config.Workers != 1 {
		t.Errorf("%d goroutines call the model, which nobody could halt", thinker.config.Workers)
	}
	config, _, err := Config(s, Task, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	moved := elsewhere(scene)
	var judge *task.Judge // of the goals of the present round
	cost := func(state sim.State, action sim.Action) float64 { return judge.Cost(state, action) }
	controller, err := plan.NewController(flight.Ballistic(), scene, cost, config, sim.NewRand(7, "plan", 0))
	if err != nil {
		t.Fatal(err)
	}
	controller.Propose(s.Proposals(7, 0, scene))
	state, pauses := scene.Start(), 0
	for round, goals := range []*sim.Scene{scene, moved, moved, scene, moved} {
		fresh := round >= 2 // forgets the plan so far
		if fresh {
			controller.Reset()
		}
		if judge, err = s.Task.Judge(goals); err != nil {
			t.Fatal(err)
		}
		actions, mind, err := thinker.Think(goals, state, fresh, func() error { pauses++; return nil })
		if err != nil {
			t.Fatal(err)
		}
		for k, got := range actions {
			want, err := controller.Act(state)
			if err != nil || !slices.Equal(got, want) {
				t.Fatalf("round %d, action %d: %v, want %v; %v", round, k, got, want, err)
			}
		}
		want, err := controller.Intent()
		if err != nil || !controller.Due() || len(mind.Expected) != config.Frames()+1 || !reflect.DeepEqual(mind, want) {
			t.Fatalf("%d actions, %d expected states, %d plans; %v", len(actions), len(mind.Expected), len(mind.Considered), err)
		}
		state = mind.Expected[len(actions)]
	}
	if least := 5 * config.Iterations * config.Frames(); pauses < least {
		t.Errorf("%d pauses, want one for each of at least %d predictions", pauses, least)
	}
}

// dear is a model that cannot afford to be asked for its uncertainty.
type dear struct{ world.Model }

func (dear) Predictor([]*sim.Scene) (world.Predictor, error) { return nil, errors.New("too dear") }
func (m dear) Bare() world.Model                             { return m.Model }

func TestThoughtNeedsNoUncertainty(t *testing.T) {
	s, scene := reachScene(t)
	thinker, err := NewThinker(s, scene, dear{flight.Ballistic()}, 7)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := thinker.Think(scene, scene.Start(), true, func() error { return nil }); err != nil {
		t.Error(err)
	}
}

func TestThoughtEndsWithTheErrorOfItsPause(t *testing.T) {
	s, scene := reachScene(t)
	thinker, err := NewThinker(s, scene, flight.Ballistic(), 7)
	if err != nil {
		t.Fatal(err)
	}
	enough := errors.New("enough")
	for round := range 40 {
		rest := 10 * round
		_, _, err := thinker.Think(scene, scene.Start(), true, func() error {
			if rest--; rest < 0 {
				return enough
			}
			return nil
		})
		if !errors.Is(err, enough) {
			t.Fatalf("after %d predictions: %v", 10*round, err)
		}
	}
	if _, _, err := thinker.Think(scene, scene.Start(), true, func() error { return nil }); err != nil {
		t.Errorf("cannot think any more: %v", err)
	}
}

// TestThoughtFollowsTheGoal moves the goal to the other side of the arm's shoulder:
// what is thought from the same state must differ.
func TestThoughtFollowsTheGoal(t *testing.T) {
	s, scene := reachScene(t)
	var first [2]sim.Action
	for i, goals := range []*sim.Scene{scene, elsewhere(scene)} {
		thinker, err := NewThinker(s, scene, flight.Ballistic(), 7)
		if err != nil {
			t.Fatal(err)
		}
		actions, _, err := thinker.Think(goals, scene.Start(), true, func() error { return nil })
		if err != nil {
			t.Fatal(err)
		}
		first[i] = actions[0]
	}
	if slices.Equal(first[0], first[1]) {
		t.Errorf("does %v for either goal", first[0])
	}
}
