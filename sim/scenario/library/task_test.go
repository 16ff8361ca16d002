package library

import (
	"math"
	"reflect"
	"slices"
	"testing"

	"orrery/sim"
	"orrery/sim/engine"
	"orrery/sim/policy"
	"orrery/sim/scenario"
	"orrery/sim/task"
)

// judgeOf returns who judges in a scene of a scenario.
func judgeOf(t testing.TB, s *scenario.Scenario, scene *sim.Scene) *task.Judge {
	t.Helper()
	judge, err := s.Task.Judge(scene)
	if err != nil {
		t.Fatal(err)
	}
	return judge
}

// attempt runs an episode of a task to its end, and returns its states and actions.
func attempt(t testing.TB, e *engine.Engine, s *scenario.Scenario, scene *sim.Scene, policy sim.Policy) *sim.Trajectory {
	t.Helper()
	start(t, e, scene)
	referee := judgeOf(t, s, scene).Referee()
	trajectory := &sim.Trajectory{Scene: scene, States: []sim.State{scene.Start()}}
	for frame := range s.Task.TimeLimit {
		action := policy(frame, trajectory.States[frame])
		if err := e.Frame(action); err != nil {
			t.Fatal(err)
		}
		trajectory.Actions = append(trajectory.Actions, action)
		trajectory.States = append(trajectory.States, e.State(nil))
		if o := referee.Frame(trajectory.States[frame+1], action); o.Terminated {
			break
		}
	}
	return trajectory
}

// tasks returns the scenarios that have one.
func tasks() []*scenario.Scenario {
	return slices.DeleteFunc(List(), func(s *scenario.Scenario) bool { return s.Task == nil })
}

// TestExpertsSucceed holds scripted experts to what the package comment promises, and
// requires that doing nothing succeeds less often by half.
func TestExpertsSucceed(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	for _, c := range []struct {
		name string
		set  map[string]float64
		rate float64
	}{
		{"push", nil, 0.9}, {"reach", nil, 0.95}, {"cartpole", nil, 0.98},
		{"cartpole", map[string]float64{"swing_up": 1}, 0.9}, {"ballcup", nil, 0.9}, {"drive", nil, 0.9},
	} {
		s, err := Find(c.name)
		if err != nil {
			t.Fatal(err)
		}
		rates := map[string]float64{}
		e, n := engine.New(), episodes(50)
		for _, name := range []string{"expert", "none"} {
			policy, err := s.Policy(name)
			if err != nil {
				t.Fatal(err)
			}
			for episode := range n {
				scene := sample(t, c.name, c.set, 7, episode)
				states := attempt(t, e, s, scene, policy.Start(7, episode, scene)).States
				if judgeOf(t, s, scene).Success(states[len(states)-1]) {
					rates[name] += 1 / float64(n)
				}
			}
		}
		t.Logf("%s %v: %v", c.name, c.set, rates)
		if !(rates["expert"] >= c.rate-1e-9) || !(rates["none"] <= c.rate/2) {
			t.Errorf("%s %v: success %v, want %v of the expert", c.name, c.set, rates, c.rate)
		}
	}
}

// TestPoliciesStayInRangeAndRepeat runs every policy of every task twice.
func TestPoliciesStayInRangeAndRepeat(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	e := engine.New()
	for _, s := range tasks() {
		for _, policy := range s.Policies() {
			scene := sample(t, s.Name, nil, 3, 1)
			first := attempt(t, e, s, scene, policy.Start(3, 1, scene))
			if again := attempt(t, e, s, scene, policy.Start(3, 1, scene)); !reflect.DeepEqual(first, again) {
				t.Errorf("%s: %s is not reproducible", s.Name, policy.Name)
			}
			other := attempt(t, e, s, scene, policy.Start(3, 2, scene))
			if seeded := policy.Name != "none" && policy.Name != "expert"; seeded == reflect.DeepEqual(first.Actions, other.Actions) {
				t.Errorf("%s: %s does not depend on the episode as it should", s.Name, policy.Name)
			}
			for frame, action := range first.Actions {
				if again := scene.Clip(slices.Clone(action)); scene.CheckAction(action) != nil || !slices.Equal(again, action) {
					t.Errorf("%s: %s: frame %d: action %v", s.Name, policy.Name, frame, action)
				}
			}
		}
	}
}

// TestTasksSeeWhatTheyName checks observations, and that rewards and costs are
// finite and do not depend on when they are asked for.
func TestTasksSeeWhatTheyName(t *testing.T) {
	e := engine.New()
	for _, s := range tasks() {
		if task := s.Task; task.Doc == "" || task.TimeLimit != s.Frames-1 || !(task.Unit > 0) {
			t.Errorf("%s: %+v", s.Name, task)
		}
		scene := sample(t, s.Name, nil, 5, 0)
		judge := judgeOf(t, s, scene)
		names := judge.Names
		sorted := slices.Sorted(slices.Values(names))
		if len(slices.Compact(sorted)) != len(names) {
			t.Errorf("%s: names repeat: %v", s.Name, names)
		}
		run := attempt(t, e, s, scene, policy.Noise().Start(1, 0, scene))
		for frame, action := range run.Actions {
			state := run.States[frame+1]
			seen := judge.Observe(state)
			seen = append(seen, judge.Reward(state, action), judge.Cost(state, action))
			if len(seen) != len(names)+2 || slices.ContainsFunc(seen, func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) }) {
				t.Fatalf("%s: frame %d: %v for %v", s.Name, frame, seen, names)
			}
		}
		last := run.States[len(run.States)-1]
		allocs := testing.AllocsPerRun(10, func() { judge.Cost(last, run.Actions[0]) })
		if !testing.Short() && !(allocs <= 0) { // the race detector, which runs short tests, makes pools forget
			t.Errorf("%s: cost allocates %v times", s.Name, allocs)
		}
	}
}
