package contest

import (
	"fmt"
	"math"

	"orrery/sim"
	"orrery/sim/scenario"
	"orrery/sim/task"
)

// Recorded is a scenario whose goal is to get where a recorded episode got.
type Recorded struct {
	Scenario *scenario.Scenario               // its task judges scenes with such goals
	Goals    func(state sim.State) []sim.Goal // what the task asks for to get to a state
}

// RecordedAhead is the number of frames after its start at which a recorded episode has reached
// the goal.
const RecordedAhead = 25

// Record returns a scenario with the task of getting where an episode got, or nil where
// there is none.
func Record(of *scenario.Scenario) *Recorded {
	if of.Name != "pusht" {
		return nil
	}
	s, judged := *of, *of.Task
	judged.Doc, judged.Bind = "agent and block are near where they got in the recording", bindRecordedPushT
	s.Task = &judged
	return &Recorded{Scenario: &s, Goals: pushTGoals}
}

// The bodies of pusht, and what being near means there: the other criterion in use beside
// coverage.
const (
	pushTAgent, pushTBlock = 0, 1

	pushTNear   = 0.2         // m, of agent and block together
	pushTTurned = math.Pi / 9 // rad, of the block
	pushTEnough = 0.95        // share of the outline that is covered, beyond which there is no more reward
	pushTOrigin = 0.45        // m, from the origin of the block's frame in the benchmark to its centre of mass
)

// pushTGoals returns the goals of being where agent and block are in a state.
func pushTGoals(state sim.State) []sim.Goal {
	agent, block := state[pushTAgent], state[pushTBlock]
	return []sim.Goal{
		{Name: "block", Kind: sim.Pose, Body: pushTBlock, Target: block.Position(), Angle: block.Angle},
		{Name: "agent", Kind: sim.Place, Body: pushTAgent, Target: agent.Position(), Radius: pushTNear},
	}
}

// bindRecordedPushT judges scenes of pusht that have the goals of pushTGoals. The cost is
// how far the corners of the block are from where they should be, on average, and how far
// the agent is from there, at a right angle to the block's distance: in a sum, an agent that
// has arrived would rather stay than go and push. The root lets a centimetre count for more
// near the goal. The reward is that of pusht. Scenes are known by the order of their bodies, as
// those of older datasets have no names.
func bindRecordedPushT(scene *sim.Scene) (*task.Judge, error) {
	if len(scene.Bodies) < 2 || len(scene.Goals) != 2 || scene.Goals[0].Kind != sim.Pose || scene.Goals[1].Kind != sim.Place {
		return nil, fmt.Errorf("the scene must have an agent, a block, a pose for the block and a place for the agent")
	}
	block, agent := &scene.Goals[0], &scene.Goals[1]
	off, covered := task.Outline(scene, block), task.Coverage(scene, block)
	cost := func(state sim.State, action sim.Action) float64 {
		return math.Sqrt(math.Hypot(off(state, action), agent.Distance(state)))
	}
	origin := sim.Vec{Y: -pushTOrigin}
	wanted := sim.BodyState{X: block.Target.X, Y: block.Target.Y, Angle: block.Angle}.Point(origin)
	return &task.Judge{
		Observe: func(sim.State) []float64 { return nil },
		Reward: func(state sim.State, action sim.Action) float64 {
			return min(covered(state, action)/pushTEnough, 1)
		},
		Cost:  cost,
		Least: func(state sim.State, _ sim.Action) float64 { return math.Sqrt(agent.Distance(state)) },
		Success: func(state sim.State) bool {
			away := math.Hypot(state[block.Body].Point(origin).Sub(wanted).Len(), agent.Distance(state))
			return away < pushTNear && math.Abs(block.Turn(state)) < pushTTurned
		},
	}, nil
}
