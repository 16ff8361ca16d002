package contact

import (
	"context"
	"math"

	"orrery/sim"
	"orrery/world/geom"
)

// example is a frame from which something can be learned.
type example struct{ trajectory, frame int32 }

// flightError is the difference, in m/s and rad/s, that a velocity may have from that of a free
// flight before something must have happened; less is the rounding of float32.
const flightError = 1e-5

// appendExamples appends the frames of a trajectory, the given one of a list, at
// which something touches, or that free flight does not explain. Free flight itself
// is known and teaches nothing.
func appendExamples(ctx context.Context, dst []example, t *sim.Trajectory, index int, config *Config) ([]example, error) {
	if t.Impact {
		return append(dst, example{int32(index), 0}), nil
	}
	detector := geom.NewDetectorOf(t.Scene, config.Touch)
	step := config.Flight.Step(t.Scene, t.Scene.Substeps)
	var contacts []geom.Contact
	touches := func(frame int) bool {
		contacts = detector.Contacts(contacts[:0], t.States[frame], 0)
		return len(contacts) > 0
	}
	var flown sim.State
	before := touches(0)
	for frame := range len(t.States) - 1 {
		if err := ctx.Err(); err != nil {
			return dst, err
		}
		after := touches(frame + 1)
		flown = append(flown[:0], t.States[frame]...)
		for range t.Scene.Substeps {
			step.Fly(flown, t.Action(frame))
		}
		if before || after || !explained(flown, t, frame+1) {
			dst = append(dst, example{int32(index), int32(frame)})
		}
		before = after
	}
	return dst, nil
}

// explained reports whether a free flight to a frame has the velocities there. Of estimates the
// difference may be accident within their uncertainty.
func explained(flown sim.State, t *sim.Trajectory, frame int) bool {
	next := t.States[frame]
	for i := range flown {
		turn := math.Abs(flown[i].Omega - next[i].Omega)
		d := flown[i].Velocity().Sub(next[i].Velocity()).Len() + turn
		rounding := flightError * (1 + next[i].Velocity().Len() + math.Abs(next[i].Omega))
		if t.Seen == nil {
			if !(d <= rounding) {
				return false
			}
			continue
		}
		now, then := t.Seen.Std[frame-1][i], t.Seen.Std[frame][i]
		if !(d-turn <= rounding+accident*math.Hypot(now.Velocity().Len(), then.Velocity().Len())) || !(turn <= rounding+accident*math.Hypot(now.Omega, then.Omega)) {
			return false
		}
	}
	return true
}

// accident is the number of standard deviations up to which a change of an estimate may be one.
const accident = 4
