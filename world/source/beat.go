package source

import (
	"math"

	"orrery/sim"
)

// What the times of impacts in observed motion tell of its source.
const (
	mostSteps  = 8    // of an engine in a frame that are looked for
	fewImpacts = 8    // whose times are known, from which something is told
	sharp      = 0.05 // share of a step that the deviation of such a time is at most
	onBeat     = 1e-3 // share of a step by which impacts may be off that package observe has put on the beat of an engine
	shareOn    = 0.75 // of the impacts whose times are known that are on it
)

// beat tells from the times of impacts in observed motion how many steps a frame of an engine takes, or that it is no engine that
// moves in steps. It returns no sure answer where too few times are known well enough.
func beat(trajectories []*sim.Trajectory) (steps int, sure bool) {
	var known int
	var on [mostSteps + 1]int
	for _, t := range trajectories {
		if t.Seen == nil {
			continue
		}
		dt := t.Scene.FrameTime()
		for _, hit := range t.Seen.Impacts {
			if !(hit.StdTime*mostSteps < sharp*dt) {
				continue
			}
			known++
			for n := 1; n <= mostSteps; n++ {
				if math.Abs(math.Remainder(hit.Time, dt/float64(n)))*float64(n) <= onBeat*dt {
					on[n]++
				}
			}
		}
	}
	if known < fewImpacts {
		return 0, false
	}
	for n := 1; n <= mostSteps; n++ {
		if float64(on[n]) >= shareOn*float64(known) {
			return n, true
		}
	}
	return 0, true
}
