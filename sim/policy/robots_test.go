package policy_test

import (
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
	"orrery/sim/engine"
	"orrery/sim/policy"
)

// table is a scene seen from above: a box, a disc, a robot that is told its velocity, and one that is
// drawn to a place; each by two actuators, in the order of the places given. It has 20 frames a second.
func table(walls bool) *sim.Scene {
	scene := sim.DefaultScene()
	scene.FPS, scene.Substeps, scene.Gravity = 20, 3, sim.Vec{}
	robot := func(name string, x, y float64) sim.Body {
		return sim.Body{Name: name, Kind: sim.Kinematic, Start: sim.BodyState{X: x, Y: y}, Shapes: []sim.Shape{sim.NewShape(sim.Circle, 0.1, sim.Surface{}, sim.Vec{})}}
	}
	box, disc := sim.NewBox(0.2, 0.1, 10, sim.Surface{}), sim.NewDisc(0.15, 10, sim.Surface{})
	box.Start, disc.Start = sim.BodyState{X: 0.5, Y: 0.5}, sim.BodyState{X: -0.5, Y: 0.5}
	box.Grip, disc.Grip = sim.Grip{Along: 4, Across: 4, Spin: 20}, sim.Grip{Along: 4, Across: 4, Spin: 20}
	scene.Bodies = []sim.Body{box, robot("told", -1, -1), disc, robot("drawn", 1, -1)}
	for _, axis := range []sim.Vec{{X: 1}, {Y: 1}} {
		scene.Actuators = append(scene.Actuators,
			sim.Actuator{Kind: sim.Velocity, Body: 1, Against: sim.World, Low: -1, High: 1, Axis: axis},
			sim.Actuator{Kind: sim.Servo, Body: 3, Against: sim.World, Low: -2, High: 2, Axis: axis, Stiffness: 100, Damping: 20})
	}
	if walls {
		corners := []sim.Vec{{X: -1.5, Y: -1.5}, {X: 1.5, Y: -1.5}, {X: 1.5, Y: 1.5}, {X: -1.5, Y: 1.5}}
		for i, c := range corners {
			scene.Walls = append(scene.Walls, sim.NewShape(sim.Segment, 0.01, sim.Surface{}, c, corners[(i+1)%4]))
		}
	}
	return &scene
}

// film runs a scene under a policy and returns its states, the start included.
func film(t *testing.T, scene *sim.Scene, frames int, p policy.Policy) *sim.Trajectory {
	t.Helper()
	e := engine.New()
	if err := e.Load(scene); err != nil {
		t.Fatal(err)
	}
	trajectory, err := e.Run(nil, frames+1, p.Start(1, 0, scene))
	if err != nil {
		t.Fatal(err)
	}
	return trajectory
}

// TestRobotsGoAnywhere: a body that no or one actuator moves, or two along one line, or that is dynamic, is none.
func TestRobotsGoAnywhere(t *testing.T) {
	t.Parallel()
	scene := table(true)
	if got := policy.Robots(scene); !slices.Equal(got, []int{1, 3}) {
		t.Errorf("robots %v", got)
	}
	scene.Bodies[3].Kind = sim.Dynamic
	if got := policy.Robots(scene); !slices.Equal(got, []int{1}) {
		t.Errorf("robots %v though one is dynamic", got)
	}
	scene.Actuators[0].Axis = sim.Vec{Y: -1}
	if got := policy.Robots(scene); len(got) != 0 {
		t.Errorf("robots %v along one line", got)
	}
	scene.Actuators[0].Axis = sim.Vec{X: 0.6, Y: 0.8}
	if got := policy.Robots(scene); !slices.Equal(got, []int{1}) {
		t.Errorf("robots %v along slanting lines", got)
	}
	scene.Actuators[0].Kind = sim.Torque
	if got := policy.Robots(scene); len(got) != 0 {
		t.Errorf("robots %v that a torque moves", got)
	}
}

// TestAllRobotsPlay: each moves and moves something, with and without walls, and none leaves the walls.
func TestAllRobotsPlay(t *testing.T) {
	t.Parallel()
	for _, walls := range []bool{true, false} {
		scene := table(walls)
		run := film(t, scene, 600, policy.Play(nil))
		way := make([]float64, len(scene.Bodies))
		for i, state := range run.States[1:] {
			for b := range state {
				way[b] += state[b].Position().Sub(run.States[i][b].Position()).Len()
				if p := state[b].Position(); !(math.Abs(p.X) <= 8) || !(math.Abs(p.Y) <= 8) || walls && (!(math.Abs(p.X) <= 1.5) || !(math.Abs(p.Y) <= 1.5)) {
					t.Fatalf("walls %v: frame %d: body %d is at %v", walls, i, b, p)
				}
			}
		}
		for b, way := range way {
			if !(way > 1) {
				t.Errorf("walls %v: body %d moves %v m", walls, b, way)
			}
		}
	}
}

// TestOneRobotPlaysAsIfAlone: its actions are those of a scene without actuators for others, and the others rest.
func TestOneRobotPlaysAsIfAlone(t *testing.T) {
	t.Parallel()
	scene := table(true)
	only := policy.Play(func(*sim.Scene) []int { return []int{1} }).Start(3, 1, scene)
	alone := *scene
	alone.Actuators = []sim.Actuator{scene.Actuators[0], scene.Actuators[2]}
	lonely := policy.Play(nil).Start(3, 1, &alone)
	state, rest := scene.Start(), scene.Rest()
	for frame := range 200 {
		state[1].X += 0.01
		got, want := only(frame, state), lonely(frame, state)
		if got[0] != want[0] || got[2] != want[1] || got[1] != rest[1] || got[3] != rest[3] {
			t.Fatalf("frame %d: %v, want %v", frame, got, want)
		}
	}
}

// TestNothingToPlayWithIsRest: without robots, or without bodies that can be pushed.
func TestNothingToPlayWithIsRest(t *testing.T) {
	t.Parallel()
	bare := table(true)
	bare.Bodies[0].Kind, bare.Bodies[2].Kind = sim.Kinematic, sim.Kinematic
	for i, c := range []struct {
		scene *sim.Scene
		by    policy.Policy
	}{
		{bare, policy.Play(nil)},
		{table(true), policy.Play(func(*sim.Scene) []int { return nil })},
		{handful(), policy.Play(nil)},
		{table(true), policy.Push("push", "", func(*sim.Scene) (int, int) { return 1, 0 })},
		{table(true), policy.Push("push", "", func(*sim.Scene) (int, int) { return -1, 0 })},
	} {
		if got := c.by.Start(1, 0, c.scene)(0, c.scene.Start()); !slices.Equal(got, c.scene.Rest()) {
			t.Errorf("case %d: action %v", i, got)
		}
	}
}

// TestEachRobotPushesAnything to each kind of place, whatever their indices; an angle is no place.
func TestEachRobotPushesAnything(t *testing.T) {
	t.Parallel()
	slot := sim.NewShape(sim.Polygon, 0, sim.Surface{}, sim.Vec{X: -0.3, Y: -0.9}, sim.Vec{X: 0.3, Y: -0.9}, sim.Vec{X: 0.3, Y: -0.3}, sim.Vec{X: -0.3, Y: -0.3})
	target := sim.Vec{Y: -0.6}
	for _, robot := range []int{1, 3} {
		for _, goal := range []sim.Goal{
			{Kind: sim.Place, Body: 2, Target: target, Radius: 0.1}, {Kind: sim.Place, Body: 0, Target: target, Radius: 0.1},
			{Kind: sim.Pose, Body: 2, Target: target}, {Kind: sim.Inside, Body: 2, Region: "slot"},
		} {
			scene := table(true)
			scene.Regions = []sim.Region{{Name: "slot", Shape: slot}}
			scene.Goals = []sim.Goal{{Kind: sim.Angle, Body: 2}, goal}
			run := film(t, scene, 300, policy.Push("push", "", func(*sim.Scene) (int, int) { return robot, 1 }))
			nearest := math.Inf(1)
			for _, state := range run.States {
				nearest = min(nearest, state[goal.Body].Position().Sub(target).Len())
			}
			if !(nearest <= 0.1) {
				t.Errorf("robot %d, body %d, %s: no nearer than %v m", robot, goal.Body, goal.Kind, nearest)
			}
			still := policy.Push("push", "", func(*sim.Scene) (int, int) { return robot, 0 }).Start(1, 0, scene)
			if got := still(0, scene.Start()); !slices.Equal(got, scene.Rest()) {
				t.Errorf("an angle is pushed by %v", got)
			}
		}
	}
}

// TestPushersSeeTheAnchor: what is behind a body with an anchor is seen from its anchor.
func TestPushersSeeTheAnchor(t *testing.T) {
	t.Parallel()
	scene := table(true)
	scene.Bodies[1].Start, scene.Bodies[0].Start = sim.BodyState{X: -0.6}, sim.BodyState{}
	scene.Goals = []sim.Goal{{Kind: sim.Place, Anchor: sim.Vec{Y: 1}, Target: sim.Vec{X: 0.9, Y: 1}, Radius: 0.1}}
	act := policy.Push("push", "", func(*sim.Scene) (int, int) { return 1, 0 }).Start(1, 0, scene)
	if got := act(0, scene.Start()); !(got[0] > 0.5) || !(math.Abs(got[2]) <= 1e-9) {
		t.Errorf("pushes by %v, must be straight along x", got)
	}
}

// TestRobotsFollowTheirPaths: at each time they are where they should be, on a straight way in between, and stay
// at the end.
func TestRobotsFollowTheirPaths(t *testing.T) {
	t.Parallel()
	path := policy.Path{Robot: 1, Times: []float64{0.5, 1, 2}, Places: []sim.Vec{{X: -0.8, Y: -1}, {X: -0.5, Y: -0.9}, {X: -0.5, Y: -0.4}}}
	run := film(t, table(false), 60, policy.Waypoints("way", "", func(*sim.Scene) []policy.Path { return []policy.Path{path} }))
	for frame, want := range map[int]sim.Vec{10: {X: -0.8, Y: -1}, 15: {X: -0.65, Y: -0.95}, 20: {X: -0.5, Y: -0.9}, 30: {X: -0.5, Y: -0.65}, 40: {X: -0.5, Y: -0.4}, 60: {X: -0.5, Y: -0.4}} {
		if got := run.States[frame][1].Position(); !(got.Sub(want).Len() <= 1e-6) {
			t.Errorf("frame %d: at %v, must be at %v", frame, got, want)
		}
	}
	path.Robot = 3
	run = film(t, table(false), 80, policy.Waypoints("way", "", func(*sim.Scene) []policy.Path { return []policy.Path{path} }))
	if got, want := run.States[80][3].Position(), path.Places[2]; !(got.Sub(want).Len() <= 0.01) {
		t.Errorf("what is drawn there is at %v, must be at %v", got, want)
	}
	// Action by action: a servo is told where to be when the frame is over.
	act := policy.Waypoints("way", "", func(*sim.Scene) []policy.Path { return []policy.Path{path} }).Start(1, 0, table(false))
	if got := act(14, table(false).Start()); !scalar.EqualWithinAbs(got[1], -0.65, 1e-12) || !scalar.EqualWithinAbs(got[3], -0.95, 1e-12) || got[0] != 0 {
		t.Errorf("frame 14 asks for %v", got)
	}
}

// TestActuatorsFollowTheirValues, beside a robot's path, within their limits; what nobody moves rests.
func TestActuatorsFollowTheirValues(t *testing.T) {
	t.Parallel()
	scene := handful()
	path := policy.Path{Actuators: []int{2, 0}, Times: []float64{0, 0.1, 0.2}, Values: [][]float64{{-3, 0}, {-2, 1}, {-2, 9}}}
	act := policy.Waypoints("values", "", func(*sim.Scene) []policy.Path {
		return []policy.Path{path, {Times: []float64{0}, Robot: 0, Places: []sim.Vec{{}}}}
	}).Start(1, 0, scene)
	rest := scene.Rest()[1]
	for frame, want := range []sim.Action{{0, rest, -3}, {0.2, rest, -2.8}, {0.4, rest, -2.6}, {0.6, rest, -2.4}, {0.8, rest, -2.2}, {1, rest, -2}, {1, rest, -2}} {
		got := act(frame, nil)
		for i := range want {
			if !scalar.EqualWithinAbs(got[i], want[i], 1e-12) {
				t.Errorf("frame %d: %v, want %v", frame, got, want)
			}
		}
	}
	if got := act(1e6, nil); got[0] != 1 || got[2] != -2 {
		t.Errorf("long after the end: %v", got)
	}
}

func TestPathsThatCannotBeFollowedSayWhy(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	places, values := []sim.Vec{{}, {X: 1}}, [][]float64{{1}, {2}}
	for _, c := range []struct {
		path policy.Path
		want string
	}{
		{policy.Path{Robot: 1, Times: []float64{0, 1}, Places: places}, ""},
		{policy.Path{Actuators: []int{3}, Times: []float64{0, 1}, Values: values}, ""},
		{policy.Path{Robot: 1}, "0 times must each have"},
		{policy.Path{Robot: 1, Times: []float64{0}, Places: places}, "1 times must each have either a place or values, and there are 2"},
		{policy.Path{Actuators: []int{0}, Times: []float64{0, 1}, Values: values, Places: places}, "either a place or values"},
		{policy.Path{Robot: 1, Times: []float64{1, 1}, Places: places}, "time 1: 1 s must be ≥ 0 and later"},
		{policy.Path{Robot: 1, Times: []float64{-1, 1}, Places: places}, "time 0: -1 s must be ≥ 0"},
		{policy.Path{Robot: 1, Times: []float64{0, nan}, Places: places}, "time 1: NaN s"},
		{policy.Path{Robot: 1, Times: []float64{0, math.Inf(1)}, Places: places}, "time 1: +Inf s"},
		{policy.Path{Robot: 1, Times: []float64{0, 1}, Places: []sim.Vec{{}, {Y: nan}}}, "place 1"},
		{policy.Path{Robot: 1, Times: []float64{0, 1}, Places: []sim.Vec{{X: nan}, {}}}, "place 0"},
		{policy.Path{Actuators: []int{0}, Times: []float64{0, 1}, Values: [][]float64{{1}, {nan}}}, "values 1"},
		{policy.Path{Actuators: []int{0}, Times: []float64{0, 1}, Values: [][]float64{{1}, {1, 2}}}, "values 1"},
		{policy.Path{Actuators: []int{4}, Times: []float64{0, 1}, Values: values}, "actuator 4 must be 0 to 3"},
		{policy.Path{Actuators: []int{-1}, Times: []float64{0, 1}, Values: values}, "actuator -1"},
		{policy.Path{Robot: 0, Times: []float64{0, 1}, Places: places}, "body 0 must be kinematic"},
		{policy.Path{Robot: 7, Times: []float64{0, 1}, Places: places}, "body 7 must be kinematic"},
	} {
		scene := table(false)
		err := c.path.Validate(scene)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want %q", c.path, err, c.want)
		}
		act := policy.Waypoints("way", "", func(*sim.Scene) []policy.Path { return []policy.Path{c.path} }).Start(1, 0, scene)
		if got := act(5, scene.Start()); (err != nil) != slices.Equal(got, scene.Rest()) {
			t.Errorf("%+v asks for %v", c.path, got)
		}
	}
}

// TestReplayDoesItAgain, within the limits, and rests when the demonstration is over or is of another scene.
func TestReplayDoesItAgain(t *testing.T) {
	t.Parallel()
	scene := table(true)
	first := film(t, scene, 40, policy.Noise())
	again := film(t, scene, 40, policy.Replay("demo", "", one(first.Actions), 0))
	if !reflect.DeepEqual(first, again) {
		t.Error("a replay is another episode")
	}
	act := policy.Replay("demo", "", one(first.Actions[:2]), 0).Start(1, 0, scene)
	act(0, nil)[0] = 7
	if got := act(0, nil); !slices.Equal(got, first.Actions[0]) {
		t.Errorf("the demonstration became %v", got)
	}
	if got := act(2, nil); !slices.Equal(got, scene.Rest()) {
		t.Errorf("after the end %v", got)
	}
	if got, other := policy.Replay("demo", "", one(first.Actions), 0).Start(1, 0, handful())(0, nil), handful(); !slices.Equal(got, other.Rest()) {
		t.Errorf("in another scene %v", got)
	}
}

// TestPoliciesDependOnSeedEpisodeAndName, and clip what they are made of.
func TestPoliciesDependOnSeedEpisodeAndName(t *testing.T) {
	t.Parallel()
	scene := handful()
	draw := func(name string, seed uint64, episode int) float64 {
		return policy.New(name, "", func(rng *rand.Rand, _ *sim.Scene) sim.Policy {
			return func(int, sim.State) sim.Action { return sim.Action{rng.Float64(), 99, -99} }
		}).Start(seed, episode, scene)(0, nil)[0]
	}
	if draw("a", 1, 0) != draw("a", 1, 0) || draw("a", 1, 0) == draw("a", 2, 0) || draw("a", 1, 0) == draw("a", 1, 1) || draw("a", 1, 0) == draw("b", 1, 0) {
		t.Error("what is drawn does not depend on seed, episode and name")
	}
	wild := policy.New("wild", "", func(*rand.Rand, *sim.Scene) sim.Policy {
		return func(int, sim.State) sim.Action { return sim.Action{99, 99, -99} }
	}).Start(1, 0, scene)(0, nil)
	if !slices.Equal(wild, sim.Action{1, 5, -3}) {
		t.Errorf("clipped to %v", wild)
	}
	if got := policy.None().Start(1, 0, scene)(0, nil); !slices.Equal(got, scene.Rest()) {
		t.Errorf("none asks for %v", got)
	}
}

// one returns recordings of one episode.
func one(actions []sim.Action) *policy.Recordings {
	return &policy.Recordings{Actions: [][]sim.Action{actions}}
}

// TestReplaysChooseTheirEpisode by its number, as that of the same number, or by chance.
func TestReplaysChooseTheirEpisode(t *testing.T) {
	t.Parallel()
	scene := handful()
	var three policy.Recordings
	for k := range 3 {
		action := scene.Rest()
		action[0] = scene.Actuators[0].High * float64(k+1) / 4
		three.Actions = append(three.Actions, []sim.Action{action})
	}
	chosen := func(which, episode int) int {
		act := policy.Replay("demo", "", &three, which).Start(1, episode, scene)
		return int(math.Round(act(0, nil)[0]/scene.Actuators[0].High*4)) - 1
	}
	seen := map[int]int{}
	for episode := range 30 {
		if got := chosen(2, episode); got != 2 {
			t.Errorf("episode 2 was asked for, %d is done", got)
		}
		if got := chosen(policy.SameEpisode, episode); got != episode%3 {
			t.Errorf("the same of %d is %d", episode, got)
		}
		seen[chosen(policy.AnyEpisode, episode)]++
	}
	if len(seen) != 3 {
		t.Errorf("by chance %v", seen)
	}
	act := policy.Replay("demo", "", &policy.Recordings{}, policy.AnyEpisode).Start(1, 0, scene)
	if !slices.Equal(act(0, nil), scene.Rest()) {
		t.Error("without recordings it does not rest")
	}
}
