package spread

import (
	"math"
	"slices"
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

// TestFieldsTie as joints do.
func TestFieldsTie(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	for range 3 {
		scene.Bodies = append(scene.Bodies, sim.NewDisc(0.1, 1, sim.Surface{}))
	}
	scene.Joints = []sim.Joint{{Kind: sim.Pivot, A: 0, B: sim.World}}
	scene.Fields = []sim.Field{{Kind: sim.Linear, A: 1, B: 2, Strength: 1}}
	if got := newObserver(&scene).ties; !slices.Equal(got, [][2]int{{0, sim.World}, {1, 2}}) {
		t.Errorf("tied are %v", got)
	}
}

// TestScalesStayFinite, however far off the truth is.
func TestScalesStayFinite(t *testing.T) {
	t.Parallel()
	for by, want := range map[float64]float64{1000: mostExponent, math.Inf(-1): -mostExponent, 3: 3} {
		l, before := sample(), sample()
		l.multiply(by)
		for k := firstX; k < numbers; k++ {
			if got := l.numbers[k] - before.numbers[k]; !(math.Abs(got-want) < 1e-9) {
				t.Errorf("number %d grows by %v for %v, want %v", k, got, by, want)
			}
		}
	}
}

// TestAGivenStateIsNew: time and errors count from there.
func TestAGivenStateIsNew(t *testing.T) {
	t.Parallel()
	l := sample()
	p := &predictor{law: l, frames: 7, errors: []moments{{1, 2, 3}}, tilts: []tilt{{xx: [2]float64{1, 1}}}}
	p.begin()
	first := make([]moments, 1)
	if l.begin(first); p.frames != 0 || p.errors[0] != first[0] || p.tilts[0] != (tilt{}) {
		t.Errorf("after %d frames, %+v and %+v", p.frames, p.errors, p.tilts)
	}
}

// TestAPointNeedsSixtyBodies: fewer that are left over go with those before.
func TestAPointNeedsSixtyBodies(t *testing.T) {
	t.Parallel()
	list := make([]measured, 200)
	for i := range list {
		list[i].sigma = float64(i)
	}
	var sizes []int
	for _, group := range deal(list, sigmaPoints, func(m *measured) float64 { return m.sigma }).groups {
		sizes = append(sizes, len(group))
	}
	if !slices.Equal(sizes, []int{60, 60, 80}) {
		t.Errorf("200 bodies make points of %v", sizes)
	}
}
