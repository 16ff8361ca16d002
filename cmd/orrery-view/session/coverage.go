package session

import (
	"math"

	"orrery/cmd/orrery-view/session/compare"
	"orrery/sim"
	"orrery/world/region"
)

// coveredFrames is the number of frames, evenly chosen, of which coverage is counted.
const coveredFrames = 60

// Coverage returns which share of the true places of dynamic bodies, from the start of the forecast to the frame shown, lay within the regions
// in which the chosen model expected a share of them. It is NaN where the model expects nothing, and in the sandbox.
func (s *Session) Coverage(share float64) float64 {
	f := s.Forecast()
	if f == nil || f.Regions == nil || s.mode == compare.Sandbox {
		return math.NaN()
	}
	last := min(s.Frame(), f.From+len(f.Regions)-1, f.Last(), s.tape.End())
	inside, count := 0, 0
	for frame := max(f.From+1, s.tape.First()); frame <= last; frame += 1 + (last-f.From)/coveredFrames {
		predicted, _ := f.At(frame)
		truth := s.tape.At(frame)
		for i, r := range f.RegionsAt(frame) {
			if s.scene.Bodies[i].Kind != sim.Dynamic {
				continue
			}
			if count++; within(r, share, truth[i].Position().Sub(predicted[i].Position())) {
				inside++
			}
		}
	}
	return float64(inside) / float64(count)
}

// within reports whether what is off by some metres lies within the ellipse of a share.
func within(r region.Region, share float64, off sim.Vec) bool {
	half := r.Ellipse(share)
	along := off.Rotate(-r.Angle)
	x, y := along.X/half[0], along.Y/half[1]
	return x*x+y*y <= 1
}
