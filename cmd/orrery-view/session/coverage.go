package session

import (
	"math"

	"orrery/cmd/orrery-view/session/compare"
	"orrery/sim"
)

// coveredFrames is the number of frames, evenly chosen, of which coverage is counted.
const coveredFrames = 60

// Coverage returns which shares of the true places of dynamic bodies, from the start of the forecast to the frame shown, lay within the
// regions in which the chosen model expected each of two shares of them. They are NaN where the model expects nothing, and in the sandbox.
func (s *Session) Coverage(shares [2]float64) [2]float64 {
	f := s.Forecast()
	if f == nil || f.Regions == nil || s.mode == compare.Sandbox {
		return [2]float64{math.NaN(), math.NaN()}
	}
	last := min(s.Frame(), f.From+len(f.Regions)-1, f.Last(), s.tape.End())
	var inside [2]float64
	count := 0.0
	for frame := max(f.From+1, s.tape.First()); frame <= last; frame += 1 + (last-f.From)/coveredFrames {
		predicted, _ := f.At(frame)
		truth, regions := s.tape.At(frame), f.RegionsAt(frame)
		for i := range regions {
			if s.scene.Bodies[i].Kind != sim.Dynamic {
				continue
			}
			off := truth[i].Position().Sub(predicted[i].Position())
			level := regions[i].Level(off.X, off.Y)
			count++
			for k, share := range shares {
				if level <= share {
					inside[k]++
				}
			}
		}
	}
	return [2]float64{inside[0] / count, inside[1] / count}
}
