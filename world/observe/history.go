package observe

import (
	"fmt"

	"orrery/sim"
)

// History returns what follows in a trajectory, which must have been observed, after so many of its frames
// were watched. It starts at the last of these, in the state that they alone tell; see Filter. The
// estimates of the frames after it, and what was seen, are those of t. Law is that of the source.
func History(t *sim.Trajectory, law *Law, frames int) (*sim.Trajectory, error) {
	if t.Seen == nil {
		return nil, fmt.Errorf("only of motion that was observed can %d frames be watched", frames)
	}
	if frames < 1 || frames >= len(t.States) {
		return nil, fmt.Errorf("frames to watch %d must be from 1 to %d, which leaves one to predict", frames, len(t.States)-1)
	}
	w, times := WatchOf(t)
	last := frames - 1
	state, spread, err := Filter(w, law, times[last])
	if err != nil {
		return nil, err
	}
	out := &sim.Trajectory{Scene: t.Scene, States: append([]sim.State{state}, t.States[frames:]...), Seen: &sim.Observation{Sights: t.Seen.Sights[last:]}}
	if t.Actions != nil {
		out.Actions = t.Actions[last:]
	}
	std := make(sim.State, len(state))
	first := make([]sim.Covariance, len(state))
	for i := range spread {
		std[i], first[i] = spread[i].Std(), lower(func(row, col int) float64 { return spread[i][row*sim.StateSize+col] })
	}
	out.Seen.Std = append([]sim.State{std}, t.Seen.Std[frames:]...)
	out.Seen.Covariances = append(out.Seen.Covariances, first)
	for k := frames; k < len(t.States); k++ {
		row := make([]sim.Covariance, len(state))
		for i := range row {
			if t.Seen.Covariances != nil {
				row[i] = t.Seen.Covariances[k][i]
				continue
			}
			values := t.Seen.Std[k][i].Values()
			row[i] = lower(func(row, col int) float64 {
				if row != col {
					return 0
				}
				return values[row] * values[row]
			})
		}
		out.Seen.Covariances = append(out.Seen.Covariances, row)
	}
	for _, hit := range t.Seen.Impacts {
		if hit.Time -= times[last]; hit.Time > 0 {
			out.Seen.Impacts = append(out.Seen.Impacts, hit)
		}
	}
	return out, nil
}

// lower returns the lower triangle of a matrix.
func lower(at func(row, col int) float64) (c sim.Covariance) {
	k := 0
	for row := range sim.StateSize {
		for col := range row + 1 {
			c[k] = at(row, col)
			k++
		}
	}
	return c
}
