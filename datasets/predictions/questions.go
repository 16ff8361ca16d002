package predictions

import (
	"encoding/json"
	"fmt"
	"io"

	"orrery/datasets/npz"
	"orrery/sim"
)

// Questions are what has to be predicted for an evaluation. Ask makes those of whole episodes; who has cut or
// thinned them says so in the fields.
type Questions struct {
	Trajectories []*sim.Trajectory // that are evaluated
	Episodes     []int             // [episode] their numbers
	Known        int               // number of episodes that there are, whether they are evaluated or not
	First        int               // frame of the first state of each trajectory
	Stride       int               // frames from each state of a trajectory to the next
	Frames       int               // that are compared, the start included
}

// Ask returns what has to be predicted of whole episodes, numbered from 0 on, of which so many frames are compared,
// the start included.
func Ask(trajectories []*sim.Trajectory, frames int) *Questions {
	q := &Questions{Trajectories: trajectories, Known: len(trajectories), Stride: 1, Frames: frames}
	for i := range trajectories {
		q.Episodes = append(q.Episodes, i)
	}
	return q
}

// Frame returns the frame of the dataset that is frame k of a trajectory.
func (q *Questions) Frame(k int) int { return q.First + k*q.Stride }

// Seconds returns the time from the start to frame k of a trajectory, in s.
func (q *Questions) Seconds(k int) float64 {
	return float64(k) * q.Trajectories[0].Scene.FrameTime()
}

// Write writes the questions as an archive of NumPy. With E episodes, F frames to predict, n bodies and a
// actuators at most, its arrays are
//
//   - episode [E] and start [E], the numbers of the episodes and of the frames whose states are known;
//   - frame [E, F], the numbers of the frames to predict;
//   - bodies [E], how many bodies the scenes have, and dynamic [E, n], which of them have to be predicted;
//   - state [E, F, n, 6], x, y, angle, vx, vy and omega of each body in metres, radians and seconds. A rollout
//     begins at state[:, 0]; a single step to frame[:, k] begins at state[:, k];
//   - action [E, F, a], what acts from state[:, k] to frame[:, k];
//   - scene [E], the scenes as JSON;
//   - fps, how many of these frames a second has.
//
// Absent bodies and actuators are zeros.
func (q *Questions) Write(w io.Writer) error {
	bodies, actions := 0, 1
	for _, t := range q.Trajectories {
		bodies, actions = max(bodies, len(t.Scene.Bodies)), max(actions, len(t.Scene.Actuators))
	}
	episodes, ahead := len(q.Trajectories), q.Frames-1
	numbers, starts, counts := make([]int64, episodes), make([]int64, episodes), make([]int64, episodes)
	frames, dynamic, scenes := make([]int64, 0, episodes*ahead), make([]bool, episodes*bodies), make([]string, episodes)
	states, acted := make([]float64, 0, episodes*ahead*bodies*sim.StateSize), make([]float64, 0, episodes*ahead*actions)
	for i, t := range q.Trajectories {
		numbers[i], starts[i], counts[i] = int64(q.Episodes[i]), int64(q.First), int64(len(t.Scene.Bodies))
		for b := range t.Scene.Bodies {
			dynamic[i*bodies+b] = t.Scene.Bodies[b].Kind == sim.Dynamic
		}
		text, err := json.Marshal(t.Scene)
		if err != nil {
			return fmt.Errorf("episode %d: scene: %w", q.Episodes[i], err)
		}
		scenes[i] = string(text)
		for k := range ahead {
			frames = append(frames, int64(q.Frame(k+1)))
			for _, b := range t.States[k] {
				values := b.Values()
				states = append(states, values[:]...)
			}
			states = append(states, make([]float64, (bodies-len(t.States[k]))*sim.StateSize)...)
			action := t.Action(k)
			acted = append(append(acted, action...), make([]float64, actions-len(action))...)
		}
	}
	return npz.Write(w, []npz.Array{
		{Name: "episode", Shape: []int{episodes}, Values: numbers},
		{Name: "start", Shape: []int{episodes}, Values: starts},
		{Name: "frame", Shape: []int{episodes, ahead}, Values: frames},
		{Name: "bodies", Shape: []int{episodes}, Values: counts},
		{Name: "dynamic", Shape: []int{episodes, bodies}, Values: dynamic},
		{Name: "state", Shape: []int{episodes, ahead, bodies, sim.StateSize}, Values: states},
		{Name: "action", Shape: []int{episodes, ahead, actions}, Values: acted},
		{Name: "scene", Shape: []int{episodes}, Values: scenes},
		{Name: "fps", Values: []float64{float64(q.Trajectories[0].Scene.FPS)}},
	})
}
