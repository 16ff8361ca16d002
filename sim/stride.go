package sim

import (
	"fmt"
	"slices"
)

// Stride returns the trajectory as seen at every k-th frame: frames that last k
// times as long and take k times as many engine steps. It shares states and sights and ends
// at the last whole stride. A frame rate that k does not divide is an error, and so
// are actions that change within a stride.
func (t *Trajectory) Stride(k int) (*Trajectory, error) {
	if k == 1 {
		return t, nil
	}
	if t.Impact {
		return nil, fmt.Errorf("stride %d must be 1, as no time passes in an impact", k)
	}
	if k < 1 || t.Scene.FPS%k != 0 {
		return nil, fmt.Errorf("stride %d must divide the %d frames of a second", k, t.Scene.FPS)
	}
	scene := *t.Scene
	scene.FPS, scene.Substeps = scene.FPS/k, scene.Substeps*k
	out := &Trajectory{Scene: &scene}
	if t.Seen != nil {
		out.Seen = &Observation{Impacts: t.Seen.Impacts}
	}
	for frame := 0; frame < len(t.States); frame += k {
		out.States = append(out.States, t.States[frame])
		if t.Seen != nil {
			out.Seen.Sights = append(out.Seen.Sights, t.Seen.Sights[frame])
			out.Seen.Std = append(out.Seen.Std, t.Seen.Std[frame])
		}
		if t.Actions == nil || frame+k >= len(t.States) {
			continue
		}
		for i := frame + 1; i < frame+k; i++ {
			if !slices.Equal(t.Actions[i], t.Actions[frame]) {
				return nil, fmt.Errorf("frame %d: the action changes within a stride of %d frames", i, k)
			}
		}
		out.Actions = append(out.Actions, t.Actions[frame])
	}
	return out, nil
}
