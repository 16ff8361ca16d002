package library

import (
	"math"
	"testing"

	"orrery/sim"
	"orrery/sim/engine"
	"orrery/sim/policy"
)

// The bodies of push, reach, ballcup and cartpole.
const (
	pushRobot, pushThing = 0, 1
	upperArm, forearm    = 0, 1
	cup, ball            = 0, 1
	cart, pole           = 0, 1
)

// TestPushedBodiesSlideToRest: a body let go along its x axis at speed v slides v²/2a
// far, a being what the floor takes, but for the step.
func TestPushedBodiesSlideToRest(t *testing.T) {
	const grip, speed = 4, 1.5
	scene := sample(t, "push", map[string]float64{"bodies": 1, "grip": grip}, 1, 0)
	scene.Bodies[pushRobot].Start = sim.BodyState{X: -1.3, Y: -1.3}
	scene.Bodies[pushThing].Start = sim.BodyState{Angle: 1, VX: speed * math.Cos(1), VY: speed * math.Sin(1)}
	states := film(t, scene, 20, 0, 0)
	end := states[20][pushThing]
	wantNear(t, "way", end.Position().Len(), speed*speed/(2*grip), speed*scene.StepTime())
	wantNear(t, "direction", math.Atan2(end.Y, end.X), 1, 1e-3)
	if v := end.Velocity().Len(); !(v <= 1e-12) {
		t.Errorf("still slides at %v m/s", v)
	}
}

func TestPushRobotHasTheSpeedItAsksFor(t *testing.T) {
	scene := sample(t, "push", map[string]float64{"bodies": 1}, 1, 0)
	scene.Bodies[pushRobot].Start = sim.BodyState{X: -1, Y: -1}
	scene.Bodies[pushThing].Start = sim.BodyState{X: 1, Y: 1}
	end := film(t, scene, 20, 0.5, 7)[20][pushRobot] // 7 m/s is beyond its limit of 1 m/s
	wantNear(t, "x", end.X, -0.5, 1e-9)
	wantNear(t, "y", end.Y, 0, 1e-9)
}

// TestPlayedBodiesStayInside: play does not crush a body through a wall.
func TestPlayedBodiesStayInside(t *testing.T) {
	e := engine.New()
	for episode := range episodes(30) {
		scene := sample(t, "push", nil, 4, episode)
		start(t, e, scene)
		trajectory, err := e.Run(nil, find(t, "push").Frames, policy.Play(nil).Start(4, episode, scene))
		if err != nil {
			t.Fatal(err)
		}
		low, high := policy.Arena(scene, 0)
		for i, b := range trajectory.States[find(t, "push").Frames-1] {
			if b.Position() != policy.Confine(b.Position(), low, high) {
				t.Errorf("episode %d: body %d ends at %v", episode, i, b.Position())
			}
		}
	}
}

// TestArmGainsAngularMomentumFromItsShoulder: only the torque at the shoulder acts
// on the arm from outside, apart from the pin that holds it and has no moment about
// itself, so angular momentum about the shoulder is torque times time.
func TestArmGainsAngularMomentumFromItsShoulder(t *testing.T) {
	const torque, frames = 0.05, 10
	scene := sample(t, "reach", map[string]float64{"damping": 1}, 1, 0)
	for frame, state := range film(t, scene, frames, torque, 0.03) {
		spin := 0.0
		for i, b := range state {
			spin += scene.Bodies[i].Moment*b.Omega + scene.Bodies[i].Mass*b.Position().Cross(b.Velocity())
		}
		wantNear(t, "angular momentum", spin, torque*float64(frame)*scene.FrameTime(), 0.02*torque*frames*scene.FrameTime())
	}
}

// TestArmStaysTogether under the wildest torques.
func TestArmStaysTogether(t *testing.T) {
	s, err := Find("reach")
	if err != nil {
		t.Fatal(err)
	}
	e := engine.New()
	for episode := range episodes(20) {
		scene := sample(t, "reach", nil, 2, episode)
		run := attempt(t, e, s, scene, policy.Random().Start(2, episode, scene))
		for frame, state := range run.States {
			end := scene.Joints[1].AnchorB
			length := 2 * end.X
			apart := state[upperArm].Point(end).Sub(state[forearm].Point(scene.Joints[1].AnchorA)).Len()
			if apart = max(apart, state[upperArm].Point(scene.Joints[0].AnchorA).Len()); !(apart <= 0.02*length) {
				t.Fatalf("episode %d frame %d: joints part by %v m", episode, frame, apart)
			}
		}
	}
}

// TestCartPoleFallsAsLinearised: near the top the angle grows as cosh(λt), with
// λ² = g·m·l·(M+m)/((M+m)·J − m²·l²), J being the moment about the pivot.
func TestCartPoleFallsAsLinearised(t *testing.T) {
	scene := sample(t, "cartpole", nil, 1, 0)
	const angle = 0.01
	c, p := &scene.Bodies[cart], &scene.Bodies[pole]
	l := -scene.Joints[0].AnchorA.Y
	arm := sim.Vec{Y: l}.Rotate(angle)
	c.Start, p.Start = sim.BodyState{}, sim.BodyState{X: arm.X, Y: arm.Y, Angle: angle}
	total, moment := c.Mass+p.Mass, p.Moment+p.Mass*l*l
	rate := math.Sqrt(9.81 * p.Mass * l * total / (total*moment - p.Mass*p.Mass*l*l))
	for frame, state := range film(t, scene, 25, 0) {
		want := angle * math.Cosh(rate*float64(frame)*scene.FrameTime())
		wantNear(t, "angle", state[pole].Angle, want, 0.06*want)
		wantNear(t, "momentum", c.Mass*state[cart].VX+p.Mass*state[pole].VX, 0, 1e-4)
		if !(math.Abs(state[cart].Y) <= 1e-6) || !(math.Abs(state[cart].Angle) <= 1e-6) {
			t.Errorf("frame %d: the cart leaves its rail: %+v", frame, state[cart])
		}
	}
}

// TestPolesStartOnTheirCarts, with foot and cart at the same place and velocity.
func TestPolesStartOnTheirCarts(t *testing.T) {
	for swingUp := range 2 {
		scene := sample(t, "cartpole", map[string]float64{"swing_up": float64(swingUp)}, 1, 0)
		c, p, foot := scene.Bodies[cart].Start, scene.Bodies[pole].Start, scene.Joints[0].AnchorA
		v := p.PointVelocity(foot).Sub(c.Velocity())
		wantNear(t, "gap", p.Point(foot).Sub(c.Position()).Len(), 0, 1e-12)
		wantNear(t, "relative velocity", v.Len(), 0, 1e-12)
	}
}

// TestCartPoleIsPushedByItsForce: momentum along the rail is force times time, up to
// the engine's joints, which are soft.
func TestCartPoleIsPushedByItsForce(t *testing.T) {
	scene := sample(t, "cartpole", nil, 1, 0)
	momentum := func(state sim.State) float64 { return scene.Momentum(state).X }
	states := film(t, scene, 15, 6)
	wantNear(t, "momentum", momentum(states[15])-momentum(states[0]), 6*15*scene.FrameTime(), 0.01)
}

// TestBallHangsOnItsRope: it never gets much further away than the rope is long, which
// the engine lets give when it is jerked, and its swing under a cup at rest keeps the
// energy of a pendulum.
func TestBallHangsOnItsRope(t *testing.T) {
	e := engine.New()
	s := find(t, "ballcup")
	for episode := range episodes(20) {
		scene := sample(t, "ballcup", nil, 2, episode)
		run := attempt(t, e, s, scene, policy.Noise().Start(2, episode, scene))
		for frame, state := range run.States {
			if d := state[ball].Position().Sub(state[cup].Position()).Len(); !(d <= 1.25*scene.Joints[0].Length) {
				t.Fatalf("episode %d frame %d: the ball is %v m away", episode, frame, d)
			}
		}
	}
	scene := sample(t, "ballcup", nil, 2, 0)
	first := scene.Energy(scene.Start())
	for _, state := range film(t, scene, 50, 0, 0) {
		wantNear(t, "energy", scene.Energy(state), first, 0.01*scene.Bodies[ball].Mass*9.81*0.5)
	}
}

// TestCaughtBallsCount puts the ball where it is and is not caught.
func TestCaughtBallsCount(t *testing.T) {
	scene := sample(t, "ballcup", nil, 1, 0)
	for _, c := range []struct {
		x, y   float64
		caught bool
	}{{0, 0.05, true}, {0.05, 0.14, true}, {0, 0.16, false}, {0, -0.1, false}, {0.2, 0.05, false}} {
		state := sim.State{{X: 0.3, Y: 0.2}, {X: 0.3 + c.x, Y: 0.2 + c.y}}
		if got := judgeOf(t, find(t, "ballcup"), scene).Success(state); got != c.caught {
			t.Errorf("ball at %v, %v: caught %v", c.x, c.y, got)
		}
	}
	// A ball at rest in a cup at rest stays in it.
	scene.Bodies[ball].Start = sim.BodyState{Y: 0.08}
	states := film(t, scene, 50, 0, 0)
	if !judgeOf(t, find(t, "ballcup"), scene).Success(states[50]) {
		t.Errorf("the ball leaves the cup for %+v", states[50][ball])
	}
}

// TestCarTurnsOnACircle: with its wheel turned by a, a car that does not slide goes
// round a circle of radius wheelbase/tan(a), and never moves across its wheels.
func TestCarTurnsOnACircle(t *testing.T) {
	const steer = 0.4
	scene := sample(t, "drive", map[string]float64{"obstacles": 0, "half_width": 10}, 1, 0)
	scene.Bodies[0].Start = sim.BodyState{Angle: 1}
	states := film(t, scene, 150, 1, steer)
	radius := scene.Actuators[1].Wheelbase / math.Tan(steer)
	for _, state := range states[40:] {
		b := state[0]
		wantNear(t, "radius", b.Velocity().Len()/b.Omega, radius, 0.02*radius)
		across := b.Velocity().Dot(sim.Vec{Y: 1}.Rotate(b.Angle))
		wantNear(t, "slip", across/b.Velocity().Len(), 0, 0.08)
	}
	low, high := states[40][0].Position(), states[40][0].Position()
	for _, state := range states[40:] {
		low = sim.Vec{X: min(low.X, state[0].X), Y: min(low.Y, state[0].Y)}
		high = sim.Vec{X: max(high.X, state[0].X), Y: max(high.Y, state[0].Y)}
	}
	wantNear(t, "width of the circle", high.X-low.X, 2*radius, 0.05*radius)
	wantNear(t, "height of the circle", high.Y-low.Y, 2*radius, 0.05*radius)
}

// TestObstaclesStopTheCar drives straight at one.
func TestObstaclesStopTheCar(t *testing.T) {
	scene := sample(t, "drive", nil, 1, 0)
	obstacle := scene.Walls[4]
	scene.Bodies[0].Start = sim.BodyState{X: obstacle.Vertices[0].X - obstacle.Radius - 0.3, Y: obstacle.Vertices[0].Y}
	end := film(t, scene, 40, 2, 0)[40][0]
	wantNear(t, "gap", obstacle.Vertices[0].X-obstacle.Radius-end.X, carHalfLength, 0.01)
}

// TestEveryDriveFindsItsPlaces: where obstacles came to stand so that the last has no
// room, all are placed anew.
func TestEveryDriveFindsItsPlaces(t *testing.T) {
	for episode := range 2000 {
		scene := sample(t, "drive", nil, 1, episode)
		if n := len(scene.Walls) - 4; n != 6 {
			t.Fatalf("episode %d: %d obstacles", episode, n)
		}
	}
}
