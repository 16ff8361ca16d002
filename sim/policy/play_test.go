package policy

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
)

// court is a robot that is told its velocity, and a disc, in walls 40 m apart, at 30 frames a second. The robot stands
// 0.33 m from the disc's centre when it pushes it.
func court() *sim.Scene {
	scene := sim.DefaultScene()
	scene.FPS = 30
	robot, thing := sim.NewDisc(0.1, 10, sim.Surface{}), sim.NewDisc(0.2, 10, sim.Surface{})
	robot.Kind, robot.Mass, robot.Moment = sim.Kinematic, 0, 0
	scene.Bodies = []sim.Body{robot, thing}
	for _, axis := range []sim.Vec{{X: 1}, {Y: 1}} {
		scene.Actuators = append(scene.Actuators, sim.Actuator{Kind: sim.Velocity, Axis: axis, Low: -999, High: 999})
	}
	corners := []sim.Vec{{X: -20, Y: -20}, {X: 20, Y: -20}, {X: 20, Y: 20}, {X: -20, Y: 20}}
	for i, c := range corners {
		scene.Walls = append(scene.Walls, sim.NewShape(sim.Segment, 0, sim.Surface{}, c, corners[(i+1)%4]))
	}
	return &scene
}

func start(scene *sim.Scene) *player {
	return &player{pusher: newPusher(scene, 0), rng: sim.NewRand(1, "play", 0), things: []int{1}}
}

// TestPushesAreChosen: to anywhere that the body has room by its reach, from behind the body with a deviation of 0.7 rad,
// after 3 s to get there, for 2 frames and up to 2 s.
func TestPushesAreChosen(t *testing.T) {
	t.Parallel()
	p, state := start(court()), sim.State{{X: 9, Y: 9}, {}}
	squares, longest, widest, far := 0.0, 0, 0.0, 0
	const n = 4000
	for range n {
		p.choose(state)
		behind := p.aim.Scale(-1)
		off := math.Atan2(behind.Cross(p.bearing), behind.Dot(p.bearing))
		squares += off * off / n
		longest, widest = max(longest, p.push), max(widest, math.Abs(p.aim.X), math.Abs(p.aim.Y))
		if !(math.Abs(p.aim.X) <= 15) {
			far++
		}
		if p.approach != 90 || p.push < 2 || !scalar.EqualWithinAbs(p.bearing.Len(), 0.33, 1e-9) {
			t.Fatalf("%d frames to get %v m away, and %d to push", p.approach, p.bearing.Len(), p.push)
		}
	}
	if !scalar.EqualWithinAbs(math.Sqrt(squares), 0.7, 0.03) || longest != 61 {
		t.Errorf("pushes begin %v rad from straight behind, for up to %d frames", math.Sqrt(squares), longest)
	}
	if !(widest <= 19.7) || !(widest >= 19.6) || far < n*4/20 || far > n*6/20 {
		t.Errorf("up to %v m from the middle, want 19.7; %d of %d beyond 15", widest, far, n)
	}
}

// TestPushesBeginWhereThereIsRoom: beside a wall others are drawn, up to 20 times, until the robot can stand where one begins.
func TestPushesBeginWhereThereIsRoom(t *testing.T) {
	t.Parallel()
	p := start(court())
	state := sim.State{{}, {X: p.high.X - 0.1}}
	inside := 0
	for range 400 {
		p.choose(state)
		if begin := state[1].Position().Add(p.bearing); begin == Confine(begin, p.low, p.high) {
			inside++
		}
	}
	if inside < 300 {
		t.Errorf("%d of 400 pushes begin within the court", inside)
	}
}

// TestPushesBeginAndEnd: within a fifth of the distance at which it stands the robot is at its place and pushes, and within
// a tenth it has got where the push leads. It goes at 8 times the way in a second.
func TestPushesBeginAndEnd(t *testing.T) {
	t.Parallel()
	scene := court()
	act := func(robot sim.Vec, approach int) (p *player, speed sim.Vec) {
		p = start(scene)
		p.thing, p.approach, p.push, p.bearing, p.aim = 1, approach, 9, sim.Vec{X: -0.33}, sim.Vec{X: 2}
		action := scene.Rest()
		p.act(action, sim.State{{X: robot.X, Y: robot.Y}, {}})
		return p, sim.Vec{X: action[0], Y: action[1]}
	}
	for _, c := range []struct {
		robot          sim.Vec
		approach, left int
		push           int
		speed          sim.Vec
	}{
		{sim.Vec{X: -0.33 - 0.33*0.21}, 5, 4, 9, sim.Vec{X: 8 * 0.33 * 0.21}},
		{sim.Vec{X: -0.33 - 0.33*0.19}, 5, 0, 8, sim.Vec{X: 8 * (2.33 + 0.33*0.19)}},
		{sim.Vec{X: -1}, 0, 0, 8, sim.Vec{X: 24}},
		{sim.Vec{X: 2 - 0.33*0.11}, 0, 0, 8, sim.Vec{X: 8 * 0.33 * 0.11}},
		{sim.Vec{X: 2 - 0.33*0.09}, 0, 0, 0, sim.Vec{X: 8 * 0.33 * 0.09}},
	} {
		p, speed := act(c.robot, c.approach)
		if p.approach != c.left || p.push != c.push || !(speed.Sub(c.speed).Len() <= 1e-9) {
			t.Errorf("from %v with %d frames to get there: %d and %d left, %v m/s, want %d, %d and %v", c.robot, c.approach, p.approach, p.push, speed, c.left, c.push, c.speed)
		}
	}
}

// TestRobotsPushWhenTheyAreBehind: where body and goal lie within 18° of one direction, whose cosine is 0.95, the robot goes
// on by half of both ways. Else it goes round.
func TestRobotsPushWhenTheyAreBehind(t *testing.T) {
	t.Parallel()
	scene := court()
	scene.Goals = []sim.Goal{{Kind: sim.Place, Body: 1, Target: sim.Vec{X: 4}, Radius: 0.1}}
	for _, c := range []struct {
		angle float64 // rad, of the robot from straight behind
		push  bool
	}{{0.3, true}, {-0.3, true}, {0.34, false}, {-0.34, false}} {
		from := sim.Vec{X: -1}.Rotate(c.angle)
		got := Push("push", "", func(*sim.Scene) (int, int) { return 0, 0 }).Start(1, 0, scene)(0, sim.State{{X: from.X, Y: from.Y}, {}})
		want := from.Scale(-0.5).Add(sim.Vec{X: 2}).Scale(8)
		pushed := (sim.Vec{X: got[0], Y: got[1]}).Sub(want).Len() <= 1e-9
		if pushed != c.push {
			t.Errorf("%v rad from behind: %v m/s, pushing would be %v", c.angle, got, want)
		}
	}
}
