package clip_test

import (
	"io"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/cmd/orrery/clip"
	"orrery/sim"
	"orrery/world"
	"orrery/world/flight"
)

// doubting is a model of free flight that doubts every frame a millimetre more.
type doubting struct{ world.Model }

type doubter struct {
	world.Predictor
	frames, bodies int
}

func (m doubting) Predictor(scenes []*sim.Scene) (world.Predictor, error) {
	inner, err := m.Model.Predictor(scenes)
	return &doubter{inner, 0, len(scenes[0].Bodies)}, err
}

func (d *doubter) Step(state sim.State, actions sim.Action) error {
	d.frames++
	return d.Predictor.Step(state, actions)
}

func (d *doubter) Spread(dst []float64) []float64 {
	for range d.bodies {
		dst = append(dst, 1e-3*float64(d.frames))
	}
	return dst
}

// TestExpectBelongsToItsState: the start is certain, and what follows is as the model says.
func TestExpectBelongsToItsState(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 10, sim.Surface{}), sim.NewDisc(0.1, 10, sim.Surface{})}
	scene.Bodies[1].Start.X = 1
	c := &clip.Clip{}
	c.Scene, c.True = &scene, []sim.State{scene.Start(), scene.Start(), scene.Start()}
	model := doubting{flight.Ballistic()}
	if err := c.Predict(t.Context(), io.Discard, model, nil); err != nil {
		t.Fatal(err)
	}
	expected, err := c.Expect(t.Context(), model)
	if err != nil {
		t.Fatal(err)
	}
	for state := range 3 {
		for body := range 2 {
			half, _ := expected(state)(body, 0.9)
			if want := 1e-3 * float64(state) * math.Sqrt(2*math.Ln10); !scalar.EqualWithinAbs(half[0], want, 1e-9) || half[0] != half[1] {
				t.Errorf("state %d, body %d: half axes %v m, want %v", state, body, half, want)
			}
		}
	}
	if _, err := c.Expect(t.Context(), flight.Ballistic()); err == nil || !strings.Contains(err.Error(), "ballistic does not know how far off it is") {
		t.Errorf("got %v, want an error", err)
	}
}
