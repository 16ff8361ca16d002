package library

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"

	"orrery/sim"
	"orrery/sim/policy"
	"orrery/sim/scenario"
	"orrery/sim/task"
)

// driving has a car whose tyres grip so well across that it goes where it points. It is in
// Go because what the car sees, goal and obstacles in its own frame, and the cost of coming
// near the nearest obstacle of many, are no measures of a file.
var driving = &scenario.Scenario{
	Name:    "drive",
	Summary: "a car steers round obstacles to a place, seen from above",
	Params: []scenario.Param{
		{Name: "obstacles", Doc: "number of round obstacles", Default: 6, Max: 40, Integer: true},
		{Name: "thrust", Unit: "N", Doc: "the most the motor can; backwards half", Default: 2, Min: 0.1, Max: 100},
		{Name: "grip", Unit: "m/s²", Doc: "what slows the car across its wheels", Default: 60, Min: 1, Max: 1000},
		halfWidthParam(3),
	},
	Frames:  301,
	Picture: 1.6,
	Compose: sampleDrive,
	Acting:  []policy.Policy{policy.Noise(), policy.Random(), policy.New("expert", "takes the free way that is nearest to the goal's direction", startDriveExpert)},
	Planner: map[string]float64{"horizon": 12, "repeat": 4, "replan": 2, "samples": 32, "iterations": 2, "elites": 6},
	Task: &task.Task{
		Doc:       "the middle of the car is within the goal's radius",
		TimeLimit: 300,
		Unit:      1,
		Bind:      bindDrive,
	},
}

const (
	carHalfLength, carHalfWidth = 0.2, 0.1 // m
	carClearance                = 0.35     // m, from the car's middle to whatever it passes
)

func sampleDrive(rng *rand.Rand, v scenario.Values, scene *sim.Scene) error {
	const (
		steer, wheelbase  = 0.6, 0.3   // rad, m
		drag, rolling     = 0.5, 0.5   // share of its speed kept per second, m/s²
		least, most       = 0.15, 0.35 // m, radii of obstacles
		goalRadius        = 0.25       // m
		tries, placements = 1000, 20   // of a place for each, and of places for all
	)
	half := v["half_width"]
	scene.FPS, scene.Substeps, scene.Damping = 20, 3, drag
	scene.Walls = box(half)
	var taken []sim.Shape // circles, the car and the goal being the first
	place := func(radius, gap float64) error {
		room := half - radius - gap
		for range tries {
			p := sim.Vec{X: symmetric(rng), Y: symmetric(rng)}.Scale(room)
			if room > 0 && gapBetween(taken, p) > radius+gap {
				taken = append(taken, sim.NewShape(sim.Circle, radius, wallSurface, p))
				return nil
			}
		}
		return fmt.Errorf("only %d of car, goal and %d obstacles fit into a half_width of %v m after %d tries",
			len(taken), int(v["obstacles"]), half, tries)
	}
	placement := func() error {
		taken = nil
		err := cmp.Or(place(carClearance, 0), place(goalRadius, carClearance))
		for k := 0; err == nil && k < int(v["obstacles"]); k++ {
			err = place(least+(most-least)*rng.Float64(), 2*carClearance)
		}
		return err
	}
	err := placement()
	for k := 1; err != nil && k < placements; k++ {
		err = placement()
	}
	if err != nil {
		return err
	}
	start, goal := taken[0].Vertices[0], taken[1].Vertices[0]
	scene.Walls = append(scene.Walls, taken[2:]...)
	car := sim.NewBox(carHalfLength, carHalfWidth, density, sim.Surface{Friction: 0.3})
	car.Name = "car"
	car.Start = sim.BodyState{X: start.X, Y: start.Y, Angle: math.Pi * symmetric(rng)}
	car.Grip = sim.Grip{Along: rolling, Across: v["grip"]}
	scene.Bodies = []sim.Body{car}
	scene.Actuators = []sim.Actuator{
		{Kind: sim.Thrust, Against: sim.World, Low: -v["thrust"] / 2, High: v["thrust"], Axis: sim.Vec{X: 1}},
		{Kind: sim.Steer, Against: sim.World, Low: -steer, High: steer, Wheelbase: wheelbase},
	}
	scene.Goals = []sim.Goal{{Kind: sim.Place, Target: goal, Radius: goalRadius}}
	return nil
}

// gapBetween returns how far a point is from the nearest of the circles among
// shapes, in metres.
func gapBetween(shapes []sim.Shape, p sim.Vec) float64 {
	gap := math.Inf(1)
	for i := range shapes {
		if shapes[i].Kind == sim.Circle {
			gap = min(gap, p.Sub(shapes[i].Vertices[0]).Len()-shapes[i].Radius)
		}
	}
	return gap
}

func bindDrive(scene *sim.Scene) (*task.Judge, error) {
	if err := lacks(scene, 1, 2, 1); err != nil {
		return nil, err
	}
	cost, goal := costDrive(scene), &scene.Goals[0]
	return &task.Judge{
		Names:   namesDrive(scene),
		Observe: func(state sim.State) []float64 { return observeDrive(scene, state) },
		Reward:  task.Negative(cost),
		Cost:    cost,
		Success: func(state sim.State) bool { return goal.Distance(state) < goal.Radius },
	}, nil
}

// lacks returns an error unless a scene has at least as many bodies, actuators and goals as
// its task speaks of.
func lacks(scene *sim.Scene, bodies, actuators, goals int) error {
	for _, c := range []struct {
		what      string
		has, need int
	}{{"bodies", len(scene.Bodies), bodies}, {"actuators", len(scene.Actuators), actuators}, {"goals", len(scene.Goals), goals}} {
		if c.has < c.need {
			return fmt.Errorf("the scene has %d %s, and its task needs %d", c.has, c.what, c.need)
		}
	}
	return nil
}

func namesDrive(scene *sim.Scene) []string {
	names := []string{"x", "y", "cos", "sin", "speed", "rate", "goal_ahead", "goal_left"}
	for i := range scene.Walls {
		if scene.Walls[i].Kind == sim.Circle {
			k := (len(names) - 8) / 3
			names = append(names, fmt.Sprintf("obstacle%d_ahead", k), fmt.Sprintf("obstacle%d_left", k), fmt.Sprintf("obstacle%d_radius", k))
		}
	}
	return names
}

// observeDrive gives goal and obstacles as the driver sees them.
func observeDrive(scene *sim.Scene, state sim.State) []float64 {
	car := state[0]
	sin, cos := math.Sincos(car.Angle)
	seen := func(p sim.Vec) sim.Vec { return p.Sub(car.Position()).Rotate(-car.Angle) }
	goal := seen(scene.Goals[0].Target)
	out := []float64{car.X, car.Y, cos, sin, car.VX*cos + car.VY*sin, car.Omega, goal.X, goal.Y}
	for i := range scene.Walls {
		if wall := &scene.Walls[i]; wall.Kind == sim.Circle {
			p := seen(wall.Vertices[0])
			out = append(out, p.X, p.Y, wall.Radius)
		}
	}
	return out
}

// costDrive is the distance left, and more near obstacles.
func costDrive(scene *sim.Scene) task.Measure {
	const fear = 1 // m
	goal := &scene.Goals[0]
	return func(state sim.State, _ sim.Action) float64 {
		tight := max(0, 1-gapBetween(scene.Walls, state[0].Position())/carClearance)
		return goal.Distance(state) + fear*tight*tight
	}
}

// startDriveExpert backs away for a while where it gets no further.
func startDriveExpert(_ *rand.Rand, scene *sim.Scene) sim.Policy {
	const (
		directions = 36  // looked at
		sight      = 1.5 // m
		hurry      = 1.2 // m/s
		stuck      = 10  // frames without speed, after which to back away for twice as long
	)
	low, high := policy.Arena(scene, 0)
	gap := func(p sim.Vec) float64 { // to the nearest obstacle or wall
		return min(gapBetween(scene.Walls, p), p.X-low.X, high.X-p.X, p.Y-low.Y, high.Y-p.Y)
	}
	thrust, steer := scene.Actuators[0].High, scene.Actuators[1].High
	halted, backing := 0, 0 // frames
	return func(_ int, state sim.State) sim.Action {
		car := state[0]
		way := scene.Goals[0].Target.Sub(car.Position())
		enough := min(carClearance, gap(car.Position()))
		best := way
		for k := range directions {
			turn := math.Copysign(float64((k+1)/2)*2*math.Pi/directions, float64(k%2)-0.5)
			best = way.Rotate(turn)
			length, clear := min(sight, way.Len()), true
			for s := 0.1; s < length; s += 0.1 {
				clear = clear && gap(car.Position().Add(best.Scale(s/way.Len()))) >= enough
			}
			if clear {
				break
			}
		}
		angle := math.Remainder(math.Atan2(best.Y, best.X)-car.Angle, 2*math.Pi)
		speed := car.Velocity().Dot(sim.Vec{X: 1}.Rotate(car.Angle))
		if halted++; math.Abs(speed) > 0.05 {
			halted = 0
		}
		if backing--; halted > stuck {
			halted, backing = 0, 2*stuck
		}
		if backing > 0 {
			return sim.Action{-thrust, -steer * math.Copysign(1, angle)}
		}
		return sim.Action{thrust * (hurry - speed), 2 * angle}
	}
}
