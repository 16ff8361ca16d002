package library

import (
	"math"
	"math/rand/v2"

	"orrery/sim"
	"orrery/sim/policy"
)

// experts are the policies of the library's scenarios that a file cannot say, as they
// remember or compute: they are written in Go, and belong to the scenario of a name. Each
// speaks of bodies, joints and actuators by their place in the scenario's file.
var experts = map[string]policy.Policy{
	"ballcup":  policy.New("expert", "throws the ball up straight and comes to meet it", startBallCupExpert),
	"cartpole": policy.New("expert", "swings the pole up by its energy and balances it by feedback", startCartPoleExpert),
	"reach":    policy.New("expert", "turns each joint towards its angle at the target", startReachExpert),
}

// startBallCupExpert goes to the bottom of its range, stills the ball, jerks it up,
// steps aside while it flies past and returns below it.
func startBallCupExpert(_ *rand.Rand, scene *sim.Scene) sim.Policy {
	const (
		cup, ball = 0, 1 // bodies
		half      = 0.11 // m, half the width of the cup inside
		depth     = 0.2  // m, from its floor to its rim
		radius    = 0.05 // m, of the ball
		play      = 0.5  // m, how far the cup moves to each side, up and down

		calm  = 0.1  // m/s
		aside = 0.25 // m, from the ball
		lag   = 0.1  // s, between a wish and the cup's being there
		brake = 0.15 // s, by which the cup moves against a swinging ball
	)
	type stage int
	const (
		still stage = iota
		jerk
		dodge
		meet
	)
	now := still
	return func(_ int, state sim.State) sim.Action {
		c, v := state[cup], state[ball].Velocity()
		p := state[ball].Position().Sub(c.Position()) // of the ball as seen from the cup
		switch {
		case now == still && v.Len() < calm && math.Abs(p.X) < half/2 && c.Y < 0.1-play:
			now = jerk
		case now == jerk && c.Y > -play/2:
			now = dodge
		case now == dodge && p.Y > depth+radius:
			now = meet
		case now > jerk && v.Y < 0 && p.Y < 0:
			now = still
		}
		switch now {
		case jerk:
			return sim.Action{c.X, play}
		case dodge:
			if -p.X+lag/2*c.VX < aside {
				return sim.Action{play, c.Y}
			}
			return sim.Action{state[ball].X + aside, -play}
		case meet:
			return sim.Action{state[ball].X + lag*v.X, -play}
		}
		return sim.Action{-brake * v.X, -play}
	}
}

// startCartPoleExpert adds energy to the pole until it can reach the top (Åström and
// Furuta, "Swinging up a pendulum by energy control", 2000), and near the top uses
// gains that are optimal for the default sizes.
func startCartPoleExpert(_ *rand.Rand, scene *sim.Scene) sim.Policy {
	const (
		cart, pole        = 0, 1   // bodies
		catch             = 0.4    // rad
		swing             = 20     // 1/m, force by energy
		most              = 5      // N
		centring, slowing = 1, 0.5 // N/m, N·s/m
	)
	b := &scene.Bodies[pole]
	half := -scene.Joints[0].AnchorA.Y
	weight, moment := b.Mass*-scene.Gravity.Y*half, b.Moment+b.Mass*half*half
	return func(_ int, state sim.State) sim.Action {
		x, v, omega := state[cart].X, state[cart].VX, state[pole].Omega
		angle := math.Remainder(state[pole].Angle, 2*math.Pi)
		if math.Abs(angle) < catch {
			return sim.Action{4*x + 5.5*v - 45*angle - 11.5*omega}
		}
		lacks := weight*(1.05-math.Cos(angle)) - moment*omega*omega/2
		return sim.Action{math.Copysign(min(swing*lacks, most), omega*math.Cos(angle)) - centring*x - slowing*v}
	}
}

// startReachExpert solves for the joints' angles, of which there are two pairs, and
// pulls them there like damped springs.
func startReachExpert(_ *rand.Rand, scene *sim.Scene) sim.Policy {
	const upper, fore = 0, 1        // bodies, whose x axes point from shoulder to tip
	const stiffness, damping = 6, 2 // of an actuator's most per rad and per rad/s
	goal := &scene.Goals[0]
	length, distance := 2*goal.Anchor.X, goal.Target.Len()
	fold := 2 * math.Acos(min(1, distance/(2*length)))
	direction := math.Atan2(goal.Target.Y, goal.Target.X)
	want := 0.0 // of the elbow: the side on which it is bent at first
	return func(_ int, state sim.State) sim.Action {
		first, second := state[upper], state[fore]
		bend := math.Remainder(second.Angle-first.Angle, 2*math.Pi)
		if want == 0 {
			want = math.Copysign(fold, bend)
		}
		turn := math.Remainder(direction-want/2-first.Angle, 2*math.Pi)
		shoulder, elbow := &scene.Actuators[0], &scene.Actuators[1]
		return sim.Action{
			shoulder.High * (stiffness*turn - damping*first.Omega),
			elbow.High * (stiffness*math.Remainder(want-bend, 2*math.Pi) - damping*(second.Omega-first.Omega)),
		}
	}
}
