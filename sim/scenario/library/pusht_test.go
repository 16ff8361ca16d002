package library

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
	"orrery/sim/engine"
	"orrery/sim/policy"
	"orrery/sim/task"
)

// The bodies of pusht, and a pixel of the benchmark.
const (
	pushTAgent, pushTBlock = 0, 1

	pixel = 0.01 // m
)

// pushTState returns the state at rest that the benchmark's reset to a state gives:
// positions in pixels, and an angle in radians. There the block's position is set before its
// angle, which turns it about its centre of mass and so takes the position elsewhere.
func pushTState(agent, block sim.Vec, angle float64) sim.State {
	return sim.State{
		{X: agent.X * pixel, Y: agent.Y * pixel},
		{X: block.X * pixel, Y: (block.Y + 45) * pixel, Angle: angle},
	}
}

// pushTGoal returns the goal of the block as a pose.
func pushTGoal(scene *sim.Scene) sim.BodyState {
	g := &scene.Goals[0]
	return sim.BodyState{X: g.Target.X, Y: g.Target.Y, Angle: g.Angle}
}

// TestPushTResetsAsTheBenchmark has the pose that the benchmark's own tests expect
// after a reset, position before angle, and one step of the engine.
func TestPushTResetsAsTheBenchmark(t *testing.T) {
	scene := sample(t, "pusht", nil, 1, 0)
	e := engine.New()
	once := *scene
	once.FPS, once.Substeps = 100, 1
	start(t, e, &once)
	if err := e.Reset(pushTState(sim.Vec{Y: 10}, sim.Vec{X: 20, Y: 30}, 1)); err != nil {
		t.Fatal(err)
	}
	if err := e.Frame(sim.Action{0, 0.1}); err != nil {
		t.Fatal(err)
	}
	got := judgeOf(t, find(t, "pusht"), scene).Observe(e.State(nil))
	for i, want := range []float64{0, 10, 57.8662, 50.6864, 1} {
		if !scalar.EqualWithinAbs(got[i], want, 1e-4) {
			t.Errorf("observation %d: %v, want %v", i, got[i], want)
		}
	}
}

// TestTHasTheMomentOfTheBenchmark: twice that of a bar of 1 kg about the middle of its
// outer edge, summed here over a grid, with the centre of mass 45 px from that edge.
func TestTHasTheMomentOfTheBenchmark(t *testing.T) {
	moment, n := 0.0, 0.0
	for x := -59.5; x < 60; x++ {
		for y := 0.5; y < 30; y++ {
			moment += 2 * (x*x + y*y)
			n++
		}
	}
	body := sample(t, "pusht", nil, 1, 0).Bodies[pushTBlock]
	wantNear(t, "moment", body.Moment/(pixel*pixel), moment/n, 1)
	low := math.Inf(1)
	for _, v := range body.Shapes[0].Vertices {
		low = min(low, v.Y/pixel)
	}
	wantNear(t, "outer edge", low, -45, 1e-9)
}

// TestPushTStartsAreTheBenchmarks checks ranges and the normal angle.
func TestPushTStartsAreTheBenchmarks(t *testing.T) {
	var mean, square float64
	const n = 500
	for episode := range n {
		scene := sample(t, "pusht", nil, 3, episode)
		state := scene.Start()
		block := state[pushTBlock].Position().Sub(sim.Vec{Y: 45 * pixel})
		for _, c := range []struct{ px, low, high float64 }{
			{state[0].X / pixel, 50, 449}, {state[0].Y / pixel, 50, 449}, {block.X / pixel, 100, 399}, {block.Y / pixel, 100, 399},
		} {
			if !(c.px >= c.low-1e-9) || !(c.px <= c.high+1e-9) || !scalar.EqualWithinAbs(c.px, math.Round(c.px), 1e-9) {
				t.Errorf("episode %d: %v px", episode, c.px)
			}
		}
		mean += state[1].Angle / n
		square += (state[1].Angle + math.Pi) * (state[1].Angle + math.Pi) / n
	}
	if !(math.Abs(mean+math.Pi) <= 0.9) || !scalar.EqualWithinAbs(math.Sqrt(square), 2*math.Pi, 0.8) {
		t.Errorf("angle has mean %v and spread %v, want -π and 2π", mean, math.Sqrt(square))
	}
}

// TestPushTAgentFollowsItsServo repeats the benchmark's control law by itself.
func TestPushTAgentFollowsItsServo(t *testing.T) {
	scene := sample(t, "pusht", nil, 1, 0)
	e := engine.New()
	start(t, e, scene)
	state := pushTState(sim.Vec{X: 60, Y: 450}, sim.Vec{X: 300, Y: 100}, 0)
	if err := e.Reset(state); err != nil {
		t.Fatal(err)
	}
	x, v := 60.0, 0.0 // px, px/s
	rng := rand.New(rand.NewPCG(1, 2))
	for range 30 {
		target := 40 + 60*rng.Float64()
		if err := e.Frame(sim.Action{target * pixel, 4.5}); err != nil {
			t.Fatal(err)
		}
		for range 10 {
			v += (100*(target-x) - 20*v) * 0.01
			x += v * 0.01
		}
		if got := e.State(nil)[0]; !scalar.EqualWithinAbs(got.X/pixel, x, 1e-9) || !scalar.EqualWithinAbs(got.VX/pixel, v, 1e-9) {
			t.Fatalf("agent at %v px with %v px/s, want %v and %v", got.X/pixel, got.VX/pixel, x, v)
		}
	}
}

// TestPushTBlockHasNoMomentum lets go of a moving block: it stops within a step.
func TestPushTBlockHasNoMomentum(t *testing.T) {
	scene := sample(t, "pusht", nil, 1, 0)
	e := engine.New()
	start(t, e, scene)
	state := pushTState(sim.Vec{X: 50, Y: 50}, sim.Vec{X: 300, Y: 250}, 0.5)
	state[1].VX, state[1].Omega = 1, 3
	if err := e.Reset(state); err != nil {
		t.Fatal(err)
	}
	before := e.State(nil)[1]
	after := advance(t, e)[1]
	if !scalar.EqualWithinAbs(after.X-before.X, 0.01, 1e-12) || !scalar.EqualWithinAbs(after.Angle-before.Angle, 0.03, 1e-12) || after.VX != 0 || after.Omega != 0 {
		t.Errorf("from %+v to %+v, want a single step of 0.01 s", before, after)
	}
}

// covered returns what the block at one pose covers of itself at another.
func covered(t *testing.T, pose, goal sim.BodyState) float64 {
	scene := &sim.Scene{Bodies: sample(t, "pusht", nil, 1, 0).Bodies[pushTBlock:]}
	return task.Coverage(scene, &sim.Goal{Kind: sim.Pose, Target: goal.Position(), Angle: goal.Angle})(sim.State{pose}, nil)
}

func TestCoverageOfKnownOverlaps(t *testing.T) {
	const whole = 120*30 + 30*90 // px²
	at := func(x, y, angle float64) sim.BodyState {
		return sim.BodyState{X: x * pixel, Y: y * pixel, Angle: angle}
	}
	for _, c := range []struct {
		what string
		pose sim.BodyState
		want float64 // px²
	}{
		{"the same pose", at(0, 0, 0), whole},
		{"whole turns", at(0, 0, 6*math.Pi), whole},
		{"far away", at(500, 0, 1), 0},
		{"10 px along the bar", at(10, 0, 0), 110*30 + 20*90},
		{"20 px along the stem", at(0, 20, 0), 120*10 + 20*30 + 30*70},
		{"half a turn about the middle of the bar's edge", at(0, -90, math.Pi), 0},
		{"half a turn about the middle of the bar", at(0, -60, math.Pi), 120 * 30},
		{"half a turn about the middle of the whole", at(0, 30, math.Pi), 120 * 30},
	} {
		c.pose.X, c.pose.Y = c.pose.X+1, c.pose.Y-2
		turned := func(pose sim.BodyState) sim.BodyState {
			p := pose.Position().Rotate(0.7)
			return sim.BodyState{X: p.X, Y: p.Y, Angle: pose.Angle + 0.7}
		}
		got := covered(t, turned(c.pose), turned(sim.BodyState{X: 1, Y: -2}))
		if !scalar.EqualWithinAbs(got, c.want/whole, 1e-9) {
			t.Errorf("%s: %v of %d px², want %v", c.what, got*whole, whole, c.want)
		}
	}
}

// TestCoverageAgreesWithAGrid counts points that lie in both.
func TestCoverageAgreesWithAGrid(t *testing.T) {
	inside := func(pose sim.BodyState, p sim.Vec) bool {
		v := p.Sub(pose.Position()).Rotate(-pose.Angle).Scale(1 / pixel)
		return math.Abs(v.X) <= 60 && v.Y >= -45 && v.Y <= -15 || math.Abs(v.X) <= 15 && v.Y >= -15 && v.Y <= 75
	}
	rng := rand.New(rand.NewPCG(5, 6))
	for range 20 {
		pose := sim.BodyState{X: 0.4 * symmetric(rng), Y: 0.4 * symmetric(rng), Angle: math.Pi * symmetric(rng)}
		var goal sim.BodyState
		both, all := 0.0, 0.0
		for x := -0.8; x < 0.8; x += 0.005 {
			for y := -0.8; y < 0.8; y += 0.005 {
				if p := (sim.Vec{X: x, Y: y}); inside(goal, p) {
					all++
					if inside(pose, p) {
						both++
					}
				}
			}
		}
		if got := covered(t, pose, goal); !scalar.EqualWithinAbs(got, both/all, 0.01) {
			t.Errorf("%+v: coverage %v, want %v", pose, got, both/all)
		}
	}
}

func TestPushTJudgesByItsGoals(t *testing.T) {
	scene := sample(t, "pusht", nil, 1, 0)
	agent := sim.Vec{X: 100, Y: 100}
	goal := sim.State{pushTState(agent, sim.Vec{}, 0)[0], pushTGoal(scene)}
	if got := judgeOf(t, find(t, "pusht"), scene).Observe(goal); !scalar.EqualWithinAbs(got[2], 256, 1e-9) || !scalar.EqualWithinAbs(got[3], 256, 1e-9) || !scalar.EqualWithinAbs(got[4], math.Pi/4, 1e-9) {
		t.Errorf("the goal is seen at %v", got)
	}
	shifted := func(bodyIndex int, px, angle float64) sim.State {
		state := sim.State{goal[0], goal[1]}
		state[bodyIndex].X += px * pixel
		state[bodyIndex].Angle += angle
		return state
	}
	for _, c := range []struct {
		what         string
		state        sim.State
		success      bool
		least, most  float64 // reward
		costs, cheap float64
	}{
		{"there", goal, true, 1, 1, 0, 0.01},
		{"1 px away", shifted(1, 1, 0), true, 1, 1, 0.1, 0.11},
		{"10 px away", shifted(1, 10, 0), false, 0.7, 0.95, 0.31, 0.33},
	} {
		judge := judgeOf(t, find(t, "pusht"), scene)
		reward, cost := judge.Reward(c.state, nil), judge.Cost(c.state, nil)
		if judge.Success(c.state) != c.success || !(reward >= c.least) || !(reward <= c.most) || !(cost >= c.costs) || !(cost <= c.cheap) {
			t.Errorf("%s: success %v, reward %v, cost %v", c.what, judge.Success(c.state), reward, cost)
		}
	}
}

// TestPushTLetsItsAgentGoRound asks that a block 3 px from its goal attracts the agent
// less than a pixel more would cost, wherever between the walls the agent is.
func TestPushTLetsItsAgentGoRound(t *testing.T) {
	scene := sample(t, "pusht", nil, 1, 0)
	cost := func(px, agent float64) float64 {
		block := pushTGoal(scene)
		block.X += px * pixel
		return judgeOf(t, find(t, "pusht"), scene).Cost(sim.State{{X: agent * pixel, Y: agent * pixel}, block}, nil)
	}
	if far, near, further := cost(3, 500), cost(3, 350), cost(4, 350); !(near < far && far < further) {
		t.Errorf("costs %v away from the block, %v near it, and %v when that is further from its goal", far, near, further)
	}
}

// TestPlayIsRichInContact: a block that is played with moves in most half seconds
// at random, which noise on the agent does not do, and stays between the walls.
func TestPlayIsRichInContact(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	moved := map[string]float64{}
	for _, policy := range []policy.Policy{policy.Play(nil), policy.Noise()} {
		e, n := engine.New(), 0.0
		for episode := range 10 {
			scene := sample(t, "pusht", nil, 2, episode)
			start(t, e, scene)
			trajectory, err := e.Run(nil, find(t, "pusht").Frames, policy.Start(2, episode, scene))
			if err != nil {
				t.Fatal(err)
			}
			for k := 5; k < len(trajectory.States); k += 5 {
				a, b := trajectory.States[k-5][1], trajectory.States[k][1]
				if turned := math.Abs(a.Angle - b.Angle); !(a.Position().Sub(b.Position()).Len() <= 0.01 && turned <= 0.02) {
					moved[policy.Name]++
				}
				n++
				if !(b.X >= 0) || !(b.X <= 5.12) || !(b.Y >= 0) || !(b.Y <= 5.12) {
					t.Errorf("%s: episode %d frame %d: block at %+v", policy.Name, episode, k, b)
				}
			}
		}
		moved[policy.Name] /= n
	}
	t.Logf("%v", moved)
	if !(moved["play"] >= 0.5) || !(moved["play"] >= 2*moved["noise"]) {
		t.Errorf("the block moves in these shares of half seconds: %v", moved)
	}
}
