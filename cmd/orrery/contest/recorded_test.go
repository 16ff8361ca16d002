package contest

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
	"orrery/sim/task"
)

// TestRecordedPushTIsJudgedByNearness: agent and block together must be less than 20 px away,
// and the block turned by less than a ninth of half a turn. A scene of an older dataset has no
// names.
func TestRecordedPushTIsJudgedByNearness(t *testing.T) {
	s := mustFind(t, "pusht")
	sampled, err := s.Sample(1, 0, nil)
	if err != nil {
		t.Fatal(err)
	}
	goal := sampled.Start()
	recorded := Record(s)
	scene := *sampled
	scene.Goals, scene.Points, scene.Values = recorded.Goals(goal), nil, nil
	judge, err := recorded.Scenario.Task.Judge(&scene)
	if err != nil {
		t.Fatal(err)
	}
	shifted := func(body int, px, angle float64) sim.State {
		state := sim.State{goal[0], goal[1]}
		state[body].X += px / 100
		state[body].Angle += angle
		return state
	}
	for _, c := range []struct {
		what          string
		state         sim.State
		success       bool
		least, most   float64 // reward
		cheap, costly float64
	}{
		{"both there", goal, true, 1, 1, 0, 1e-9},
		{"agent 19 px away", shifted(0, 19, 0), true, 1, 1, 0.43, 0.44},
		{"agent 21 px away", shifted(0, 21, 0), false, 1, 1, 0.45, 0.46},
		{"block 19 px away", shifted(1, 19, 0), true, 0.5, 0.9, 0.43, 0.44},
		{"block turned a little", shifted(1, 0, 0.2+4*math.Pi), true, 0.5, 0.95, 0.3, 0.4},
		{"block turned by 21°", shifted(1, 0, -0.366), false, 0.3, 0.9, 0.4, 0.5},
	} {
		reward, cost := judge.Reward(c.state, nil), judge.Cost(c.state, nil)
		if judge.Success(c.state) != c.success || !(reward >= c.least) || !(reward <= c.most) || !(cost >= c.cheap) || !(cost <= c.costly) {
			t.Errorf("%s: success %v, reward %v, cost %v", c.what, judge.Success(c.state), reward, cost)
		}
		elsewhere := sim.State{c.state[0], {X: 7, Y: -3, Angle: 1}}
		if least := judge.Least(elsewhere, nil); !(least >= 0 && least <= cost+1e-12) || !(least >= cost-1e-12) && c.state[1] == goal[1] {
			t.Errorf("%s: it costs %v, at least %v wherever the block is", c.what, cost, least)
		}
	}
	for _, px := range []float64{1, 3, 6} { // the whole reward is for 95 % of the outline
		state := shifted(1, px, 0.01)
		covered := task.Coverage(&scene, &scene.Goals[0])(state, nil)
		if got := judge.Reward(state, nil); !scalar.EqualWithinAbs(got, min(covered/0.95, 1), 1e-12) {
			t.Errorf("block %v px away, %v covered: reward %v", px, covered, got)
		}
	}
	for px, want := range map[float64]bool{14: true, 16: false} { // a turn by 0.3 moves the origin of the block by 13 px
		state := shifted(0, px, 0)
		state[1].Angle += 0.3
		if judge.Success(state) != want {
			t.Errorf("block turned by 17° and agent %v px away: success %v", px, !want)
		}
	}
	if _, err := recorded.Scenario.Task.Judge(sampled); err == nil {
		t.Error("a scene with the goal of the benchmark is judged as if it had recorded ones")
	}
	if Record(mustFind(t, "push")) != nil {
		t.Error("push has recorded goals")
	}
}
