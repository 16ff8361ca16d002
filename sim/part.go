package sim

import "fmt"

// Part returns the trajectory from one frame on up to another, which is left out. It shares what it can. Its scene
// starts there, and times count from there.
func (t *Trajectory) Part(from, to int) (*Trajectory, error) {
	if from < 0 || to > len(t.States) || to-from < 1 {
		return nil, fmt.Errorf("frames %d to %d must be some of the %d", from, to, len(t.States))
	}
	if t.Impact {
		return nil, fmt.Errorf("an impact has no parts")
	}
	out := &Trajectory{Scene: t.Scene.StartingAt(t.States[from]), States: t.States[from:to], ViewNames: t.ViewNames}
	if t.Actions != nil {
		out.Actions = t.Actions[from : to-1]
	}
	if t.View != nil {
		out.View = t.View[from:to]
	}
	if t.Seen == nil {
		return out, nil
	}
	out.Seen = &Observation{Sights: t.Seen.Sights[from:to], Std: t.Seen.Std[from:to]}
	if t.Seen.Covariances != nil {
		out.Seen.Covariances = t.Seen.Covariances[from:to]
	}
	start, end := float64(from)*t.Scene.FrameTime(), float64(to-1)*t.Scene.FrameTime()
	for _, impact := range t.Seen.Impacts {
		if impact.Time >= start && impact.Time <= end {
			impact.Time -= start
			out.Seen.Impacts = append(out.Seen.Impacts, impact)
		}
	}
	return out, nil
}
