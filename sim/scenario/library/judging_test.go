package library

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"hash"
	"math"
	"os"
	"runtime"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
	"orrery/sim/canon"
	"orrery/sim/engine"
	"orrery/sim/policy"
	"orrery/sim/scenario"
	"orrery/sim/task"
)

const judgedPath = "testdata/judged.json"

// TestWhatIsStoredStaysTheSame: beside states, a dataset holds scenes, observations,
// rewards and outcomes, and plans follow costs. For each scenario the golden hashes cover
// the parameters and their limits, scenes with all of them at their defaults, scenes with
// one after the other away from it, and all that the task says of an episode of each policy. They hold where the compiler
// fuses no multiplication with an addition.
func TestWhatIsStoredStaysTheSame(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	golden := map[string]string{}
	if text, err := os.ReadFile(judgedPath); err != nil || json.Unmarshal(text, &golden) != nil {
		t.Errorf("%s: %v", judgedPath, err)
	}
	got := map[string]string{}
	for _, s := range List() {
		sum := sha256.New()
		storeScenes(t, sum, s)
		got[s.Name+" scenes"] = fmt.Sprintf("%x", sum.Sum(nil))
		if s.Task == nil {
			continue
		}
		for _, policy := range s.Policies() {
			sum := sha256.New()
			storeEpisode(t, sum, s, policy, nil, 0)
			for episode := 1; policy.Name == "expert" && episode < 8; episode++ {
				storeEpisode(t, sum, s, policy, nil, episode)
				if s.Name == "cartpole" {
					storeEpisode(t, sum, s, policy, map[string]float64{"swing_up": 1}, episode)
				}
			}
			got[s.Name+" "+policy.Name] = fmt.Sprintf("%x", sum.Sum(nil))
		}
	}
	if *update {
		text, err := json.MarshalIndent(got, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(judgedPath, append(text, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if len(golden) != len(got) {
		t.Errorf("%s has %d hashes, must have %d", judgedPath, len(golden), len(got))
	}
	for name, sum := range got {
		if golden[name] != sum && runtime.GOARCH == "amd64" {
			t.Errorf("%s: hash %s, want %s; if the change is meant, run with -update", name, sum, golden[name])
		}
	}
}

// storeScenes writes scenes of a scenario: three as it is, and for each parameter one in
// which it is a third of the way from its default to the end that is further away.
func storeScenes(t *testing.T, sum hash.Hash, s *scenario.Scenario) {
	t.Helper()
	store := func(set map[string]float64, episode int) {
		values, err := s.Values(set)
		if err != nil {
			t.Fatal(err)
		}
		scene, err := s.Sample(4, episode, values)
		if err != nil {
			fmt.Fprintln(sum, err) // bodies that do not fit
			return
		}
		data, err := canon.Encode(scene)
		if err != nil {
			t.Fatal(err)
		}
		sum.Write(data)
	}
	for episode := range 3 {
		store(nil, episode)
	}
	fmt.Fprintln(sum, s.Frames)
	if s.Task != nil {
		fmt.Fprintln(sum, s.Task.TimeLimit, s.Task.Hold, s.Task.Unit)
	}
	for _, p := range s.Params {
		fmt.Fprintln(sum, p.Name, p.Unit, p.Default, p.Min, p.Max, p.Integer)
		away := p.Max
		if p.Default-p.Min > p.Max-p.Default {
			away = p.Min
		}
		if value := p.Default + (away-p.Default)/3; p.Integer {
			store(map[string]float64{p.Name: min(math.Round(value), p.Default+4)}, 0)
		} else {
			store(map[string]float64{p.Name: min(value, 2*p.Default+1)}, 0)
		}
	}
}

// storeEpisode writes what a task says of an episode, frame by frame.
func storeEpisode(t *testing.T, sum hash.Hash, s *scenario.Scenario, policy policy.Policy, set map[string]float64, episode int) {
	t.Helper()
	e := engine.New()
	scene := sample(t, s.Name, set, 6, episode)
	judge := judgeOf(t, s, scene)
	run := attempt(t, e, s, scene, policy.Start(6, episode, scene))
	fmt.Fprintln(sum, judge.Names)
	for frame, action := range run.Actions {
		state := run.States[frame+1]
		fmt.Fprintln(sum, action, state, judge.Observe(state), judge.Reward(state, action), judge.Cost(state, action),
			judge.Success(state), judge.Referee().Frame(state, action).Terminated)
		if judge.Measure != nil {
			values, named := make([]float64, len(judge.Measures)), map[string]float64{}
			judge.Measure(state, values)
			for i, name := range judge.Measures {
				named[name] = values[i]
			}
			fmt.Fprintln(sum, named) // fmt sorts the keys
		}
	}
}

// TestPushCostsWhatIsLeft: nothing but what the robot is away from touching the body, once
// that is at its goal; a metre for each metre that is left; and ten for each metre of the
// robot in a wall.
func TestPushCostsWhatIsLeft(t *testing.T) {
	t.Parallel()
	scene := sample(t, "push", nil, 2, 0)
	judge, goal := judgeOf(t, find(t, "push"), scene), scene.Goals[0].Target
	touch := scene.Bodies[pushRobot].Reach() + scene.Bodies[pushThing].Reach()
	cost := func(robot, thing sim.Vec) float64 {
		state := scene.Start()
		state[pushRobot].X, state[pushRobot].Y = robot.X, robot.Y
		state[pushThing].X, state[pushThing].Y = thing.X, thing.Y
		return judge.Cost(state, nil)
	}
	expect := func(what string, got, want, tolerance float64) {
		t.Helper()
		if !scalar.EqualWithinAbs(got, want, tolerance) {
			t.Errorf("%s costs %v m, must be %v m", what, got, want)
		}
	}
	expect("a body at its goal, with the robot 0.3 m from its middle", cost(goal.Add(sim.Vec{Y: 0.3}), goal), 0.2*0.3, 1e-12)
	// Far from the goal the place behind the body is where the robot touches it.
	thing := goal.Add(sim.Vec{X: -2})
	if goal.X < 0 {
		thing = goal.Add(sim.Vec{X: 2})
	}
	way := goal.Sub(thing).Scale(0.5)
	behind := thing.Sub(way.Scale(touch))
	low, high := policy.Arena(scene, scene.Bodies[pushRobot].Reach())
	into := behind.Sub(policy.Confine(behind, low, high)).Len()
	expect("a robot that touches a body from behind, 2 m from its goal", cost(behind, thing), 2+10*into, 2e-3)
	corner := sim.Vec{X: high.X + 0.05, Y: high.Y}
	free := sim.Vec{X: high.X, Y: high.Y}
	target := goal
	pressed, beside := cost(corner, target), cost(free, target)
	expect("a robot 5 cm in a wall", pressed-beside, 10*0.05+0.2*(corner.Sub(target).Len()-free.Sub(target).Len()), 1e-12)
}

// TestWhatIsRememberedIsOfTheState: who judges states one after the other says of each what a judge says who sees it
// first, though measures are remembered from one question to the next, and actions are not.
func TestWhatIsRememberedIsOfTheState(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"push", "reach"} { // whose costs know of actions, and whose does
		s, err := Find(name)
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
		judge := func() *task.Judge {
			j, err := s.Task.Judge(scene)
			if err != nil {
				t.Fatal(err)
			}
			return j
		}
		tell := func(j *task.Judge, state sim.State, action sim.Action) string {
			said := []any{j.Reward(state, action), j.Success(state), j.Cost(state, nil), j.Cost(state, action)}
			measured := make([]float64, len(j.Measures))
			j.Measure(state, measured)
			return fmt.Sprint(append(said, measured)...)
		}
		one, rng := judge(), sim.NewRand(1, "remembered", 0)
		states := []sim.State{scene.Start(), scene.Start(), scene.Start()}
		for i := range states[1] {
			states[1][i].X += 0.1
			states[2][i].VX += 0.1
		}
		for range 200 {
			state, action := states[rng.IntN(len(states))], make(sim.Action, len(scene.Actuators))
			for k := range action {
				action[k] = rng.Float64()
			}
			if got, want := tell(one, state, action), tell(judge(), state, action); got != want {
				t.Fatalf("%s: %s, want %s", name, got, want)
			}
		}
	}
}
