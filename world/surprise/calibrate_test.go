package surprise

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
	"orrery/world/flight"
)

// TestCalibrationFindsWhatStatesAreOffBy: discs fly freely, and their places are known with an error that differs
// from frame to frame. Two of these errors are between what one state foretells and the next.
func TestCalibrationFindsWhatStatesAreOffBy(t *testing.T) {
	t.Parallel()
	const off = 0.002
	random := sim.NewRand(1, "calibration", 0)
	scene := sim.DefaultScene()
	for i := range 4 {
		disc := sim.NewDisc(0.1, 100, sim.Surface{})
		disc.Start = sim.BodyState{X: float64(i), VX: 0.1}
		scene.Bodies = append(scene.Bodies, disc)
	}
	episode := &sim.Trajectory{Scene: &scene}
	for k := range 300 {
		state := scene.Start()
		for i := range state {
			state[i].X += 0.1*float64(k)*scene.FrameTime() + off*random.NormFloat64()
		}
		episode.States = append(episode.States, state)
	}
	s, err := calibrate(t.Context(), flight.Ballistic(), []*sim.Trajectory{episode}, 300)
	if err != nil {
		t.Fatal(err)
	}
	usual := defaultScales()
	if want := math.Sqrt2 * off; !scalar.EqualWithinAbs(s.known[0], want, 0.1*want) || s.known[1] != usual.known[1] || s.share != usual.share || s.noise != 1 {
		t.Errorf("scales %+v, want %v m along x", s, want)
	}
}
