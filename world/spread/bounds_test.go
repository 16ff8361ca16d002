package spread

import (
	"math"
	"testing"

	"orrery/sim"
)

// TestWhatNeverMovesHasALittleVariance, so that nothing is divided by none.
func TestWhatNeverMovesHasALittleVariance(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 1, sim.Surface{})}
	start := scene.Start()
	l, err := newLaw([]*sim.Trajectory{{Scene: &scene, States: []sim.State{start, start, start}}})
	if err != nil || l.mostX != 2e-12 || l.mostV != 2e-12 {
		t.Errorf("%v m² and %v m²/s², %v", l.mostX, l.mostV, err)
	}
}

// TestAFaultOfAWorkerIsTheCallers, who can recover from it.
func TestAFaultOfAWorkerIsTheCallers(t *testing.T) {
	t.Parallel()
	wrong := &history{bodies: 1, frames: []observed{{influences: []influence{{on: 7}}, off: []float64{1}}}}
	p := &likelihood{ctx: t.Context(), law: *sample(), list: []*history{wrong}}
	defer func() {
		if recover() == nil {
			t.Error("a body that there is not is no fault")
		}
	}()
	p.at(make([]float64, numbers))
}

// TestPredictionsBreakInPlaceAndSpeed, and where they are no numbers.
func TestPredictionsBreakInPlaceAndSpeed(t *testing.T) {
	t.Parallel()
	fine := sim.BodyState{X: 0.9 * reach, VY: 0.9 * reach}
	for _, b := range []sim.BodyState{{Y: -1.1 * reach}, {VX: 1.1 * reach}, {X: math.NaN()}, {VY: math.NaN()}} {
		if broken(sim.State{fine}) || !broken(sim.State{fine, b}) {
			t.Errorf("%+v is taken for a prediction", b)
		}
	}
}
