package scenario

import (
	"math"
	"math/rand/v2"

	"orrery/sim"
	"orrery/sim/policy"
	"orrery/sim/task"
)

// pushT copies the public Push-T benchmark (Chi et al., "Diffusion Policy", RSS
// 2023, https://github.com/real-stanford/diffusion_policy, pusht_env.py), so that
// results compare. It counts in pixels with y down and runs pymunk, that is
// Chipmunk, at 100 Hz; here a pixel is 1 cm, y is up, and observations and actions
// are in pixels. The pose of the block is that of its frame there, whose origin is
// the middle of the bar's outer edge, not the centre of mass. Two things differ:
// the benchmark steps once after a reset, which moves nothing but starts to part
// a block placed into a wall 10 ms earlier; and its random numbers are NumPy's.
var pushT = &Scenario{
	Name:     "pusht",
	Summary:  "a disc pushes a T to a place and an angle: the Push-T benchmark",
	Frames:   301,
	sample:   samplePushT,
	policies: []policy.Policy{policy.Play(nil), policy.Noise(), policy.Random()},
	Task: &task.Task{
		Doc:       "the T covers more than 95 % of its outline",
		TimeLimit: 300,
		Unit:      pixel,
		Bind:      bindPushT,
	},
}

// The bodies of the scene, and what is known of them in the benchmark's pixels.
const (
	pushTAgent, pushTBlock = 0, 1

	pixel       = 0.01 // m
	pushTCentre = 45   // px, from the origin of the block's frame there to its centre of mass
)

// samplePushT draws a start as the benchmark does: whole pixels, and an angle that
// is normal and not uniform.
func samplePushT(rng *rand.Rand, _ Values, scene *sim.Scene) error {
	scene.FPS, scene.Substeps, scene.Iterations, scene.Damping = 10, 10, 10, 0
	const low, high = 5 * pixel, 506 * pixel
	corners := []sim.Vec{{X: low, Y: low}, {X: high, Y: low}, {X: high, Y: high}, {X: low, Y: high}}
	for i, c := range corners {
		scene.Walls = append(scene.Walls, sim.NewShape(sim.Segment, 2*pixel, sim.Surface{}, c, corners[(i+1)%4]))
	}
	scene.Bodies = []sim.Body{
		{Name: "agent", Kind: sim.Kinematic, Shapes: []sim.Shape{sim.NewShape(sim.Circle, 15*pixel, sim.Surface{}, sim.Vec{})}},
		newT(),
	}
	whole := func(low, high int) float64 { return float64(low + rng.IntN(high-low)) }
	agent := sim.Vec{X: whole(50, 450), Y: whole(50, 450)}
	block := sim.Vec{X: whole(100, 400), Y: whole(100, 400)}
	start := PushTState(agent, block, 2*math.Pi*rng.NormFloat64()-math.Pi)
	for i := range start {
		scene.Bodies[i].Start = start[i]
	}
	scene.Actuators = alongBoth(sim.Actuator{
		Kind: sim.Servo, Body: pushTAgent, Against: sim.World, High: 512 * pixel, Stiffness: 100, Damping: 20,
	})
	goal := sim.BodyState{X: 256 * pixel, Y: 256 * pixel, Angle: math.Pi / 4}
	centre := goal.Point(sim.Vec{Y: pushTCentre * pixel})
	scene.Goals = []sim.Goal{{Kind: sim.Pose, Body: pushTBlock, Target: centre, Angle: goal.Angle}}
	return nil
}

// newT returns the block: a bar of 120 × 30 px and a stem of 30 × 90 px. Its centre
// of mass is taken to be half way between theirs, and its moment twice that of a
// bar of its whole mass about the origin of the frame, as the benchmark has it.
func newT() sim.Body {
	const side = 30 * pixel
	rectangle := func(halfWidth, low, high float64) sim.Shape {
		return sim.NewShape(sim.Polygon, 0, sim.Surface{},
			sim.Vec{X: -halfWidth, Y: low}, sim.Vec{X: halfWidth, Y: low}, sim.Vec{X: halfWidth, Y: high}, sim.Vec{X: -halfWidth, Y: high})
	}
	const mass, width, top = 1, 4 * side, pushTCentre * pixel
	return sim.Body{
		Name: "block", Kind: sim.Dynamic, Mass: mass,
		Moment: 2 * mass * ((width*width+side*side)/12 + side*side/4),
		Shapes: []sim.Shape{rectangle(width/2, -top, side-top), rectangle(side/2, side-top, 4*side-top)},
	}
}

// PushTState returns the state at rest that the benchmark's reset to a state
// gives: positions in pixels, and an angle in radians. There the block's position
// is set before its angle, which turns it about its centre of mass and so takes
// the position elsewhere.
func PushTState(agent, block sim.Vec, angle float64) sim.State {
	return sim.State{
		pushTAgent: {X: agent.X * pixel, Y: agent.Y * pixel},
		pushTBlock: {X: block.X * pixel, Y: (block.Y + pushTCentre) * pixel, Angle: angle},
	}
}

// PushTGoals returns the goals of being where agent and block are in a state of
// the pusht scenario. With them success is not a matter of coverage but the other
// criterion in use: agent and block together less than 20 px away, and the block
// turned by less than a ninth of a half turn.
func PushTGoals(state sim.State) []sim.Goal {
	agent, block := state[pushTAgent], state[pushTBlock]
	return []sim.Goal{
		{Kind: sim.Pose, Body: pushTBlock, Target: block.Position(), Angle: block.Angle},
		{Kind: sim.Place, Body: pushTAgent, Target: agent.Position(), Radius: 20 * pixel},
	}
}

// pushTOrigin returns the origin of the block's frame in the benchmark, in metres.
func pushTOrigin(block sim.BodyState) sim.Vec { return block.Point(sim.Vec{Y: -pushTCentre * pixel}) }

func bindPushT(scene *sim.Scene) (*task.Judge, error) {
	if err := lacks(scene, 2, 2, 1); err != nil {
		return nil, err
	}
	covered := task.Coverage(scene, &scene.Goals[0])
	return &task.Judge{
		Names:   []string{"agent_x", "agent_y", "block_x", "block_y", "block_angle"},
		Observe: observePushT,
		Reward: func(state sim.State, action sim.Action) float64 {
			return min(covered(state, action)/enoughCoverage, 1)
		},
		Cost: costPushT(scene),
		Success: func(state sim.State) bool {
			if len(scene.Goals) > 1 {
				return nearPushT(scene, state)
			}
			return covered(state, nil) > enoughCoverage
		},
		Measure: func(state sim.State) map[string]float64 {
			position, angle := pushTErrors(scene, state)
			measures := map[string]float64{
				"coverage": covered(state, nil), "position_error": position, "angle_error": angle, "near": 0,
			}
			if nearPushT(scene, state) {
				measures["near"] = 1
			}
			return measures
		},
	}, nil
}

func observePushT(state sim.State) []float64 {
	agent, origin := state[pushTAgent], pushTOrigin(state[pushTBlock])
	angle := math.Mod(state[pushTBlock].Angle, 2*math.Pi)
	if angle < 0 {
		angle += 2 * math.Pi
	}
	return []float64{agent.X / pixel, agent.Y / pixel, origin.X / pixel, origin.Y / pixel, angle}
}

// pushTGoal returns the goal of the block as a pose.
func pushTGoal(scene *sim.Scene) sim.BodyState {
	g := &scene.Goals[0]
	return sim.BodyState{X: g.Target.X, Y: g.Target.Y, Angle: g.Angle}
}

// enoughCoverage of its goal by the block is all the benchmark asks for.
const enoughCoverage = 0.95

// costPushT is how far the corners of the block are from where they should be, on
// average, and a little of how far the agent is from the block: so little that going
// round it for a last push of a few pixels pays. An agent with a goal of its own is how
// far it is from there instead, at a right angle to the block's distance: in a sum, an
// agent that has arrived would rather stay than go and push. The root lets a pixel count
// for more near the goal.
func costPushT(scene *sim.Scene) task.Measure {
	const pull = 0.002 // 1/m
	off := task.Outline(scene, &scene.Goals[0])
	if len(scene.Goals) > 1 {
		return func(state sim.State, action sim.Action) float64 {
			return math.Sqrt(math.Hypot(off(state, action), scene.Goals[1].Distance(state)))
		}
	}
	return func(state sim.State, action sim.Action) float64 {
		apart := state[pushTAgent].Position().Sub(state[pushTBlock].Position())
		return math.Sqrt(off(state, action)) + pull*math.Sqrt(apart.Dot(apart)) // faster than Len, millions of times
	}
}

// pushTErrors returns how far the agent, if it has a goal, and the block's origin
// are away together, in pixels, and how far the block is turned, in radians.
func pushTErrors(scene *sim.Scene, state sim.State) (position, angle float64) {
	position = pushTOrigin(state[pushTBlock]).Sub(pushTOrigin(pushTGoal(scene))).Len()
	if len(scene.Goals) > 1 {
		position = math.Hypot(position, scene.Goals[1].Distance(state))
	}
	return position / pixel, math.Abs(scene.Goals[0].Turn(state))
}

func nearPushT(scene *sim.Scene, state sim.State) bool {
	position, angle := pushTErrors(scene, state)
	return position < 20 && angle < math.Pi/9
}
