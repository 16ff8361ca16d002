package lerobot

import (
	"fmt"
	"math"

	"orrery/sim"
)

// Push-T as gym-pusht has it, and lerobot/pusht_keypoints on the hub: the agent, and either the pose of the T or the
// corners of its two boxes, in pixels. The library's scenario pusht has the same coordinates, of which a pixel is 1 cm.
const (
	pushtPixel  = 0.01 // m, of the library's scenario pusht
	pushtCentre = 45   // px from the origin of the T's frame to its centre of mass, along the stem

	pushtState   = 5  // agent x and y, origin of the T x and y, its angle
	pushtAgent   = 2  // x and y
	pushtCorners = 16 // x and y of the four corners of the bar, then of the four of the stem
	pushtMiddles = 60 // px between the middles of bar and stem
	pushtBar     = 15 // px from the origin to the middle of the bar
)

// pusht reads Push-T, where a pixel is so many metres.
func (s *Source) pusht(pixel float64, n Notation) (*reading, error) {
	r := &reading{features: []string{stateFeature}, bodies: 2, quantities: []string{"x", "y", "angle"}, unwrap: true}
	var block func(values [][]float64) (x, y, angle float64) // of the origin, in px
	switch {
	case s.width(stateFeature) == pushtState:
		block = func(values [][]float64) (x, y, angle float64) { return values[0][2], values[0][3], values[0][4] }
	case s.width(stateFeature) == pushtAgent && s.width(viewFeature) == pushtCorners:
		r.features = append(r.features, viewFeature)
		block = func(values [][]float64) (x, y, angle float64) { return fromCorners(values[1]) }
	case s.width(stateFeature) == pushtAgent:
		return nil, fmt.Errorf("%s: only pictures show where the T is; lerobot/pusht_keypoints has its corners as observation.environment_state [16]", n.Layout("pusht"))
	default:
		return nil, fmt.Errorf("%s: observation.state must have 5 values (agent x y, block x y angle), or 2 (agent x y) beside observation.environment_state [16], and has %d", n.Layout("pusht"), s.width(stateFeature))
	}
	r.body = func(values [][]float64, body int, dst []float64) {
		if body == 0 {
			dst[0], dst[1], dst[2] = values[0][0]*pixel, values[0][1]*pixel, 0
			return
		}
		x, y, angle := block(values)
		centre := sim.BodyState{X: x * pixel, Y: y * pixel, Angle: angle}.Point(sim.Vec{Y: pushtCentre * pixel})
		dst[0], dst[1], dst[2] = centre.X, centre.Y, angle
	}
	if s.width(actionFeature) == 2 {
		at := r.read(actionFeature)
		r.actions = 2
		r.act = func(values [][]float64, dst []float64) {
			dst[0], dst[1] = values[at][0]*pixel, values[at][1]*pixel
		}
	}
	return r, nil
}

// fromCorners returns the pose of the T whose corners are told. The order within a box does not matter.
func fromCorners(corners []float64) (x, y, angle float64) {
	var middle [2]sim.Vec // of bar and stem
	for i := range 8 {
		middle[i/4] = middle[i/4].Add(sim.Vec{X: corners[2*i] / 4, Y: corners[2*i+1] / 4})
	}
	along := middle[1].Sub(middle[0]).Scale(1.0 / pushtMiddles)
	origin := middle[0].Sub(along.Scale(pushtBar))
	return origin.X, origin.Y, math.Atan2(-along.X, along.Y)
}
