package planted

import (
	"slices"
	"sort"

	"orrery/sim"
)

// Near is the number of frames by which a fault may be found too early or too late.
const Near = 2

// Is reports whether one of the faults is of a body, at most Near frames from a frame.
func Is(faults []Fault, frame, body int) bool {
	return slices.ContainsFunc(faults, func(f Fault) bool {
		return max(frame-f.Frame, f.Frame-frame) <= Near && slices.Contains(f.Bodies, body)
	})
}

// AUC returns the chance that a body to which something happened has a greater score than one to
// which nothing did, of scores [episode][t][n] with the faults of each episode. The score of a fault
// is the greatest that its body has within Near frames. It is 0 without faults.
func AUC(scores [][][]float64, faults [][]Fault) float64 {
	var odd, clean []float64
	for e, frames := range scores {
		for _, f := range faults[e] {
			for _, i := range f.Bodies {
				most := 0.0
				for k := max(0, f.Frame-Near); k <= min(f.Frame+Near, len(frames)-1); k++ {
					most = max(most, frames[k][i])
				}
				odd = append(odd, most)
			}
		}
		for k, bodies := range frames {
			for i, score := range bodies {
				if !Is(faults[e], k, i) {
					clean = append(clean, score)
				}
			}
		}
	}
	if len(odd) == 0 || len(clean) == 0 {
		return 0
	}
	sort.Float64s(clean)
	wins := 0.0
	for _, x := range odd {
		below := sort.SearchFloat64s(clean, x)
		upTo := sort.Search(len(clean), func(k int) bool { return clean[k] > x })
		wins += float64(below+upTo) / 2 / float64(len(clean))
	}
	return wins / float64(len(odd))
}

// Blind returns a trajectory whose states are what was seen of another, without velocities, so that
// whoever judges it must find them out.
func Blind(t *sim.Trajectory) *sim.Trajectory {
	out := *t
	out.States = nil
	for _, row := range t.Seen.Sights {
		state := make(sim.State, len(row))
		for i, s := range row {
			state[i] = sim.BodyState{X: s.X, Y: s.Y, Angle: s.Angle}
		}
		out.States = append(out.States, state)
	}
	return &out
}
