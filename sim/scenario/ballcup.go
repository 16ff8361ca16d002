package scenario

import (
	"math"
	"math/rand/v2"

	"orrery/sim"
	"orrery/sim/policy"
	"orrery/sim/task"
)

// ballCup has a rope that passes through the bottom of the cup, as the task of the
// same name has in the DeepMind Control Suite (Tassa et al., 2018).
var ballCup = &Scenario{
	Name:    "ballcup",
	Summary: "a cup swings up the ball that hangs from it, and catches it",
	Params: []Param{
		gravityParam(9.81), elasticityParam(0.2), frictionParam(0.3),
		{Name: "rope", Unit: "m", Doc: "length of the rope from the cup's bottom to the ball", Default: 0.5, Min: 0.3, Max: 2},
	},
	Frames:   201,
	sample:   sampleBallCup,
	policies: []policy.Policy{policy.Noise(), policy.Random(), policy.New("expert", "throws the ball up straight and comes to meet it", startBallCupExpert)},
	Task: &task.Task{
		Doc:       "the ball is in the cup",
		TimeLimit: 200,
		Unit:      1,
		Bind:      bindBallCup,
	},
}

// The bodies of the scene. The cup's centre is the middle of its floor.
const cup, ball = 0, 1

const (
	cupHalf  = 0.11 // m, half the width inside
	cupDepth = 0.2  // m, from floor to rim
	cupWall  = 0.04 // m, thick
	cupBall  = 0.05 // m, radius of the ball
	cupPlay  = 0.5  // m, how far the cup moves to each side, up and down
)

func sampleBallCup(rng *rand.Rand, v Values, scene *sim.Scene) error {
	const swing = 0.5 // rad
	scene.FPS, scene.Substeps, scene.Gravity = 25, 8, v.gravity()
	slab := func(low, high sim.Vec) sim.Shape {
		return sim.NewShape(sim.Polygon, 0, wallSurface, low, sim.Vec{X: high.X, Y: low.Y}, high, sim.Vec{X: low.X, Y: high.Y})
	}
	const outside = cupHalf + cupWall
	holder := sim.Body{Name: "cup", Kind: sim.Kinematic, Shapes: []sim.Shape{
		slab(sim.Vec{X: -outside, Y: -cupWall}, sim.Vec{X: outside}),
		slab(sim.Vec{X: -outside}, sim.Vec{X: -cupHalf, Y: cupDepth}),
		slab(sim.Vec{X: cupHalf}, sim.Vec{X: outside, Y: cupDepth}),
	}}
	thrown := sim.NewDisc(cupBall, density, v.surface())
	thrown.Name = "ball"
	hanging := sim.Vec{Y: -v["rope"]}.Rotate(swing * symmetric(rng))
	thrown.Start = sim.BodyState{X: hanging.X, Y: hanging.Y}
	scene.Bodies = []sim.Body{holder, thrown}
	scene.Joints = []sim.Joint{{Kind: sim.Rope, A: ball, B: cup, Length: v["rope"]}}
	scene.Actuators = alongBoth(sim.Actuator{
		Kind: sim.Servo, Body: cup, Against: sim.World, Low: -cupPlay, High: cupPlay, Stiffness: 100, Damping: 20,
	})
	return nil
}

func bindBallCup(scene *sim.Scene) (*task.Judge, error) {
	if err := lacks(scene, 2, 2, 0); err != nil {
		return nil, err
	}
	return &task.Judge{
		Names:   []string{"cup_x", "cup_y", "cup_vx", "cup_vy", "ball_x", "ball_y", "ball_vx", "ball_vy"},
		Observe: observeBallCup,
		Reward: func(state sim.State, _ sim.Action) float64 {
			if succeedsBallCup(state) {
				return 1
			}
			return 0
		},
		Cost:    costBallCup,
		Success: succeedsBallCup,
	}, nil
}

// inCup returns where the ball is as seen from the cup, in metres.
func inCup(state sim.State) sim.Vec { return state[ball].Position().Sub(state[cup].Position()) }

func observeBallCup(state sim.State) []float64 {
	c, p, v := state[cup], inCup(state), state[ball].Velocity().Sub(state[cup].Velocity())
	return []float64{c.X, c.Y, c.VX, c.VY, p.X, p.Y, v.X, v.Y}
}

// costBallCup is how far the ball has to go to the middle of the cup, by way of the
// rim if it is not above it.
func costBallCup(state sim.State, _ sim.Action) float64 {
	const over = cupHalf + cupWall + cupBall
	p, middle := inCup(state), sim.Vec{Y: cupBall}
	if p.Y > cupDepth || math.Abs(p.X) < cupHalf && p.Y > 0 {
		return p.Sub(middle).Len()
	}
	rim := sim.Vec{X: math.Copysign(over, p.X), Y: cupDepth}
	return p.Sub(rim).Len() + rim.Sub(middle).Len()
}

// succeedsBallCup reports whether all of the ball is below the rim.
func succeedsBallCup(state sim.State) bool {
	p := inCup(state)
	return math.Abs(p.X) < cupHalf && p.Y > 0 && p.Y < cupDepth-cupBall
}

// startBallCupExpert goes to the bottom of its range, stills the ball, jerks it up,
// steps aside while it flies past and returns below it.
func startBallCupExpert(_ *rand.Rand, scene *sim.Scene) sim.Policy {
	const (
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
		c, p, v := state[cup], inCup(state), state[ball].Velocity()
		switch {
		case now == still && v.Len() < calm && math.Abs(p.X) < cupHalf/2 && c.Y < 0.1-cupPlay:
			now = jerk
		case now == jerk && c.Y > -cupPlay/2:
			now = dodge
		case now == dodge && p.Y > cupDepth+cupBall:
			now = meet
		case now > jerk && v.Y < 0 && p.Y < 0:
			now = still
		}
		switch now {
		case jerk:
			return sim.Action{c.X, cupPlay}
		case dodge:
			if -p.X+lag/2*c.VX < aside {
				return sim.Action{cupPlay, c.Y}
			}
			return sim.Action{state[ball].X + aside, -cupPlay}
		case meet:
			return sim.Action{state[ball].X + lag*v.X, -cupPlay}
		}
		return sim.Action{-brake * v.X, -cupPlay}
	}
}
