package session

import (
	"fmt"
	"slices"
	"testing"

	"orrery/cmd/orrery-view/session/compare"
	"orrery/sim"
	"orrery/world"
	"orrery/world/choose"
	"orrery/world/flight"

	"gonum.org/v1/gonum/floats/scalar"
)

// slowly is free flight of one frame rate only, as a model that was trained on it.
type slowly struct {
	world.Model
	frameTime float64 // s
}

func (m slowly) Predictor(scenes []*sim.Scene) (world.Predictor, error) {
	for _, s := range scenes {
		if !scalar.EqualWithinAbs(s.FrameTime(), m.frameTime, 1e-9) {
			return nil, fmt.Errorf("frames of %g s must be of %g s", s.FrameTime(), m.frameTime)
		}
	}
	return m.Model.Predictor(scenes)
}

// TestModelsOfAStrideForesee: of a model that predicts every second frame the viewer shows
// every frame. Those in between lie halfway.
func TestModelsOfAStrideForesee(t *testing.T) {
	t.Parallel()
	s := open(t, "mixed", compare.Sandbox)
	bare := slowly{flight.Ballistic(), 2 * s.Scene().FrameTime()}
	s.SetModels([]choose.Candidate{{Name: "two", Model: world.AnyPace(bare, bare.frameTime)}})
	ticks(s, 30)
	f := s.Forecast()
	if f == nil || len(f.States) < 5 {
		t.Fatalf("the forecast is %+v; %v", f, s.Notice())
	}
	s.Seek(f.From)
	slow := *s.Scene()
	slow.FPS, slow.Substeps = slow.FPS/2, 2*slow.Substeps
	own, err := world.Rollout(bare, []*sim.Scene{&slow}, []sim.State{s.State()}, nil, (len(f.States)+1)/2, 1)
	if err != nil {
		t.Fatal(err)
	}
	for k, state := range own[0].States {
		if got, ok := f.At(f.From + 2*k); !ok || !slices.Equal(got, state) {
			t.Fatalf("state %d is not the model's", 2*k)
		}
	}
	for k := 1; k+1 < len(f.States); k += 2 {
		for i, b := range f.States[k] {
			if want := (f.States[k-1][i].Y + f.States[k+1][i].Y) / 2; !scalar.EqualWithinAbs(b.Y, want, 1e-12) {
				t.Fatalf("state %d: body %d is at %v, not halfway at %v", k, i, b.Y, want)
			}
		}
	}
}
