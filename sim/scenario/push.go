package scenario

import (
	"fmt"
	"math"
	"math/rand/v2"

	"orrery/sim"
	"orrery/sim/policy"
	"orrery/sim/task"
)

// pushing is seen from above: bodies slide on the floor and stop by themselves.
var pushing = &Scenario{
	Name:    "push",
	Summary: "a round robot pushes one of several bodies to a place, seen from above",
	Params: []Param{
		{Name: "bodies", Doc: "number of bodies besides the robot; the first is to be moved", Default: 3, Min: 1, Max: 20, Integer: true},
		{Name: "grip", Unit: "m/s²", Doc: "by how much the floor slows a body that slides", Default: 4, Min: 0.1, Max: 100},
		elasticityParam(0), frictionParam(0.4), halfWidthParam(1.5), sizeParam(),
	},
	Frames: 201,
	sample: samplePush,
	policies: []policy.Policy{policy.Play(nil), policy.Noise(), policy.Random(), policy.Push("expert", "pushes from behind, as seen from the goal",
		func(*sim.Scene) (robot, goal int) { return pushRobot, 0 })},
	Task: &task.Task{
		Doc:       "the first body is within the goal's radius",
		TimeLimit: 200,
		Unit:      1,
		Bind:      bindPush,
	},
}

// The bodies of the scene; more to push follow.
const pushRobot, pushThing = 0, 1

func samplePush(rng *rand.Rand, v Values, scene *sim.Scene) error {
	const robotRadius, goalRadius, speed = 0.1, 0.1, 1 // m, m, m/s
	const gap, tries = 0.02, 1000                      // m between bodies; tries for each
	half, n := v["half_width"], int(v["bodies"])
	scene.FPS, scene.Substeps = 20, 3
	scene.Walls = box(half)
	var reaches []float64 // of the bodies placed so far
	place := func(reach float64) (sim.Vec, error) {
		room := half - reach - 3*robotRadius // that leaves a way for the robot round all
		for range tries {
			p := sim.Vec{X: symmetric(rng), Y: symmetric(rng)}.Scale(room)
			if room > 0 && !crowded(scene.Bodies, reaches, p, reach+gap) {
				return p, nil
			}
		}
		return sim.Vec{}, fmt.Errorf("only %d of robot, %d bodies and goal fit into a half_width of %v m after %d tries", len(reaches), n, half, tries)
	}
	for i := range n + 1 {
		body, reach := sim.Body{Name: "robot", Kind: sim.Kinematic}, robotRadius
		if i == pushRobot {
			body.Shapes = []sim.Shape{sim.NewShape(sim.Circle, robotRadius, wallSurface, sim.Vec{})}
		} else {
			body, reach = v.sampleBody(rng, 0.5)
			body.Grip = sim.Grip{Along: v["grip"], Across: v["grip"], Spin: 4.0 / 3 * v["grip"] / reach} // of a disc that presses evenly
			body.Start.Angle = 2 * math.Pi * rng.Float64()
		}
		p, err := place(reach)
		if err != nil {
			return err
		}
		body.Start.X, body.Start.Y = p.X, p.Y
		scene.Bodies, reaches = append(scene.Bodies, body), append(reaches, reach)
	}
	goal, err := place(reaches[pushThing])
	if err != nil {
		return err
	}
	scene.Actuators = alongBoth(sim.Actuator{Kind: sim.Velocity, Body: pushRobot, Against: sim.World, Low: -speed, High: speed})
	scene.Goals = []sim.Goal{{Kind: sim.Place, Body: pushThing, Target: goal, Radius: goalRadius}}
	return nil
}

func bindPush(scene *sim.Scene) (*task.Judge, error) {
	if err := lacks(scene, 2, 2, 1); err != nil {
		return nil, err
	}
	cost, goal := costPush(scene), &scene.Goals[0]
	low, high := policy.Arena(scene, 0)
	return &task.Judge{
		Names:   namesPush(scene),
		Observe: func(state sim.State) []float64 { return observePush(goal, state) },
		Reward:  task.Negative(cost),
		Cost:    cost,
		Success: func(state sim.State) bool { return arrived(goal, state) },
		Failed: func(state sim.State) bool { // the robot or the body it should push has left the walls
			robot, thing := state[pushRobot].Position(), state[pushThing].Position()
			return robot != policy.Confine(robot, low, high) || thing != policy.Confine(thing, low, high)
		},
	}, nil
}

func namesPush(scene *sim.Scene) []string {
	names := []string{"goal_x", "goal_y", "robot_x", "robot_y"}
	for i := pushThing; i < len(scene.Bodies); i++ {
		for _, what := range []string{"x", "y", "cos", "sin", "vx", "vy", "omega"} {
			names = append(names, fmt.Sprintf("body%d_%s", i, what))
		}
	}
	return names
}

func observePush(goal *sim.Goal, state sim.State) []float64 {
	seen := []float64{goal.Target.X, goal.Target.Y, state[pushRobot].X, state[pushRobot].Y}
	for _, b := range state[pushThing:] {
		sin, cos := math.Sincos(b.Angle)
		seen = append(seen, b.X, b.Y, cos, sin, b.VX, b.VY, b.Omega)
	}
	return seen
}

// costPush is how far the body is from its goal, a fifth of how far the robot is from
// touching it on the other side, and much for a robot that presses into a wall, where
// it would fail.
func costPush(scene *sim.Scene) task.Measure {
	const share, round, fear = 0.2, 0.05, 10 // round: m, within which the other side has no meaning
	goal, radius := scene.Goals[0].Target, scene.Bodies[pushRobot].Reach()
	reach := radius + scene.Bodies[pushThing].Reach()
	low, high := policy.Arena(scene, radius)
	return func(state sim.State, _ sim.Action) float64 {
		robot, thing := state[pushRobot].Position(), state[pushThing].Position()
		away := thing.Sub(goal)
		distance := away.Len()
		behind := thing.Add(away.Scale(reach / math.Hypot(distance, round)))
		return distance + share*robot.Sub(behind).Len() + fear*robot.Sub(policy.Confine(robot, low, high)).Len()
	}
}

// arrived reports whether a goal that is a place has been reached.
func arrived(g *sim.Goal, state sim.State) bool { return g.Distance(state) < g.Radius }
