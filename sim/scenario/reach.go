package scenario

import (
	"math"
	"math/rand/v2"

	"orrery/sim"
	"orrery/sim/policy"
	"orrery/sim/task"
)

// reaching has an arm without gravity, so that all there is to overcome is its inertia.
var reaching = &Scenario{
	Name:    "reach",
	Summary: "an arm of two links, moved by torques, brings its tip to a place",
	Params: []Param{
		{Name: "length", Unit: "m", Doc: "length of each link", Default: 0.5, Min: 0.1, Max: 10},
		{Name: "torque", Unit: "N·m", Doc: "the most the shoulder can; the elbow can a quarter", Default: 0.5, Min: 0.01, Max: 1000},
		{Name: "damping", Doc: "share of its speed the arm keeps per second", Default: 0.5, Max: 1},
	},
	Frames:   151,
	sample:   sampleReach,
	policies: []policy.Policy{policy.Noise(), policy.Random(), policy.New("expert", "turns each joint towards its angle at the target", startReachExpert)},
	Task: &task.Task{
		Doc:       "the tip rests within the target's radius",
		TimeLimit: 150,
		Unit:      1,
		Bind:      bindReach,
	},
}

// The bodies of the scene. Their x axes point from shoulder to tip.
const upperArm, forearm = 0, 1

func sampleReach(rng *rand.Rand, v Values, scene *sim.Scene) error {
	length, torque := v["length"], v["torque"]
	scene.FPS, scene.Substeps, scene.Damping = 25, 4, v["damping"]
	links := []rod{{angle: math.Pi * symmetric(rng)}, {}}
	links[1].angle = links[0].angle + math.Pi*symmetric(rng)
	hang(scene, sim.Vec{}, length, length/8, sim.Surface{}, links)
	scene.Actuators = []sim.Actuator{
		{Kind: sim.Torque, Body: upperArm, Against: sim.World, Low: -torque, High: torque},
		{Kind: sim.Torque, Body: forearm, Against: upperArm, Low: -torque / 4, High: torque / 4},
	}
	// All of the area in between is as likely, but for what the arm cannot reach well.
	near, far := 0.4*length, 1.9*length
	distance := math.Sqrt(near*near + (far*far-near*near)*rng.Float64())
	scene.Goals = []sim.Goal{{
		Kind: sim.Place, Body: forearm, Anchor: sim.Vec{X: length / 2}, Radius: 0.1 * length,
		Target: sim.Vec{X: distance}.Rotate(math.Pi * symmetric(rng)),
	}}
	return nil
}

func bindReach(scene *sim.Scene) (*task.Judge, error) {
	if err := lacks(scene, 2, 2, 1); err != nil {
		return nil, err
	}
	cost, goal := costReach(scene), &scene.Goals[0]
	return &task.Judge{
		Names: []string{"shoulder_cos", "shoulder_sin", "elbow_cos", "elbow_sin", "shoulder_rate", "elbow_rate",
			"target_x", "target_y", "away_x", "away_y"},
		Observe: func(state sim.State) []float64 { return observeReach(goal, state) },
		Reward:  task.Negative(cost),
		Cost:    cost,
		Success: func(state sim.State) bool { return succeedsReach(goal, state) },
	}, nil
}

// tipSpeed returns how fast the anchor of a goal that is a place is, in m/s.
func tipSpeed(g *sim.Goal, state sim.State) float64 {
	return state[g.Body].PointVelocity(g.Anchor).Len()
}

func observeReach(goal *sim.Goal, state sim.State) []float64 {
	upper, fore := state[upperArm], state[forearm]
	sin, cos := math.Sincos(upper.Angle)
	elbowSin, elbowCos := math.Sincos(fore.Angle - upper.Angle)
	away := fore.Point(goal.Anchor).Sub(goal.Target)
	return []float64{cos, sin, elbowCos, elbowSin, upper.Omega, fore.Omega - upper.Omega, goal.Target.X, goal.Target.Y, away.X, away.Y}
}

// costReach is the distance left, and a little for speed near the target and effort.
func costReach(scene *sim.Scene) task.Measure {
	const haste, effort = 0.1, 0.01 // s, m
	goal, squares := &scene.Goals[0], task.Effort(scene, 0, 1)
	return func(state sim.State, action sim.Action) float64 {
		distance := goal.Distance(state)
		return distance + haste*tipSpeed(goal, state)*goal.Radius/(goal.Radius+distance) + effort*squares(state, action)
	}
}

func succeedsReach(goal *sim.Goal, state sim.State) bool {
	const still = 2 // 1/s, radii a second
	return arrived(goal, state) && tipSpeed(goal, state) < still*goal.Radius
}

// startReachExpert solves for the joints' angles, of which there are two pairs, and
// pulls them there like damped springs.
func startReachExpert(_ *rand.Rand, scene *sim.Scene) sim.Policy {
	const stiffness, damping = 6, 2 // of an actuator's most per rad and per rad/s
	goal := &scene.Goals[0]
	length, distance := 2*goal.Anchor.X, goal.Target.Len()
	elbow := 2 * math.Acos(min(1, distance/(2*length)))
	direction := math.Atan2(goal.Target.Y, goal.Target.X)
	want := 0.0 // of the elbow: the side on which it is bent at first
	return func(_ int, state sim.State) sim.Action {
		upper, fore := state[upperArm], state[forearm]
		bend := math.Remainder(fore.Angle-upper.Angle, 2*math.Pi)
		if want == 0 {
			want = math.Copysign(elbow, bend)
		}
		turn := math.Remainder(direction-want/2-upper.Angle, 2*math.Pi)
		first, second := &scene.Actuators[0], &scene.Actuators[1]
		return sim.Action{
			first.High * (stiffness*turn - damping*upper.Omega),
			second.High * (stiffness*math.Remainder(want-bend, 2*math.Pi) - damping*(fore.Omega-upper.Omega)),
		}
	}
}
