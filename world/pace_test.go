package world

import (
	"math"
	"reflect"
	"slices"
	"testing"

	"orrery/sim"
	"orrery/world/region"
)

// slow is a model of frames of a tenth of a second. It adds 1 m to x, its first action
// to y and 1 rad/s to omega in each, and knows that it is off by as many metres as it
// has gone frames since the last state that was not its own, twice as many for a second body.
type slow struct{}

func (slow) Kind() string    { return "slow" }
func (slow) Parameters() int { return 0 }

func (slow) Predictor(scenes []*sim.Scene) (Predictor, error) {
	for _, s := range scenes {
		if s.FPS != 10 {
			return nil, &Refusal{Model: "slow", Scene: s.Name, Reason: "its frames last something else"}
		}
	}
	return &slowly{}, nil
}

type slowly struct {
	answer sim.State
	gone   float64
}

func (p *slowly) Step(state sim.State, actions sim.Action) error {
	if !slices.Equal(state, p.answer) {
		p.gone = 0
	}
	p.gone++
	for i := range state {
		state[i].X++
		state[i].Omega++
		if len(actions) > 0 {
			state[i].Y += actions[0]
		}
	}
	p.answer = append(p.answer[:0], state...)
	return nil
}

func (p *slowly) Spread(dst []float64) []float64 {
	dst = dst[:0]
	for i := range p.answer {
		dst = append(dst, p.gone*float64(1+i))
	}
	return dst
}

// atRate returns a scene of one disc with an actuator, of so many frames a second.
func atRate(fps int) *sim.Scene {
	scene := sim.DefaultScene()
	scene.FPS = fps
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 10, sim.Surface{})}
	scene.Actuators = []sim.Actuator{{Kind: sim.Force, Body: 0, Against: sim.World, Axis: sim.Vec{X: 1}, Low: -9, High: 9}}
	return &scene
}

func TestStridesAreTakenWhole(t *testing.T) {
	t.Parallel()
	model := AnyPace(slow{}, 0.1)
	scene := atRate(40) // four frames a stride
	policy := func(frame int, _ sim.State) sim.Action { return sim.Action{float64(frame)} }
	out, err := Rollout(model, []*sim.Scene{scene}, []sim.State{scene.Start()}, []sim.Policy{policy}, 10, 1)
	if err != nil {
		t.Fatal(err)
	}
	// The first stride hears action 0, the second action 4, the third action 8.
	for frame, y := range []float64{0, 0, 0, 0, 0, 1, 2, 3, 4, 6} {
		want := sim.BodyState{X: float64(frame) / 4, Y: y, Omega: float64(frame) / 4}
		if got := out[0].States[frame][0]; got != want {
			t.Errorf("frame %d: %v, want %v", frame, got, want)
		}
	}
}

func TestAnotherStateBeginsANewStride(t *testing.T) {
	t.Parallel()
	p, err := AnyPace(slow{}, 0.1).Predictor([]*sim.Scene{atRate(20), atRate(10), atRate(20)})
	if err != nil {
		t.Fatal(err)
	}
	state := make(sim.State, 3)
	step := func(want ...float64) {
		t.Helper()
		if err := p.Step(state, nil); err != nil {
			t.Fatal(err)
		}
		if got := []float64{state[0].X, state[1].X, state[2].X}; !reflect.DeepEqual(got, want) {
			t.Errorf("x %v, want %v", got, want)
		}
	}
	spread := func(want ...float64) {
		t.Helper()
		if got := p.(Uncertain).Spread(nil); !reflect.DeepEqual(got, want) {
			t.Errorf("spread %v, want %v", got, want)
		}
		for i, r := range region.Of(p.(Uncertain), nil) {
			if off := math.Abs(r.Axes[0] - want[i]); !(off <= 1e-12) || r.Axes[0] != r.Axes[1] || r.Reach != region.Normal(1).Reach {
				t.Errorf("region %d is %+v, want a disc of %v m", i, r, want[i])
			}
		}
	}
	step(0.5, 1, 0.5)
	spread(0.5, 1, 0.5)
	state[2].X = 10 // the others go on with their strides
	step(1, 2, 10.5)
	spread(1, 2, 0.5)
	step(1.5, 3, 11)
	spread(1.5, 3, 1)
	step(2, 4, 11.5)
	spread(2, 4, 1.5)
}

// TestRegionsAreThoseOfTheirBodies has two scenes of two bodies, whose uncertainties differ.
func TestRegionsAreThoseOfTheirBodies(t *testing.T) {
	t.Parallel()
	scene := atRate(20)
	scene.Bodies = append(scene.Bodies, scene.Bodies[0])
	p, err := AnyPace(slow{}, 0.1).Predictor([]*sim.Scene{scene, scene})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Step(make(sim.State, 4), nil); err != nil {
		t.Fatal(err)
	}
	for i, r := range region.Of(p.(Uncertain), nil) {
		want := 0.5 * float64(1+i%2) // half a stride of a first or second body
		if off := math.Abs(r.Axes[0] - want); !(off <= 1e-12) || r.Axes[0] != r.Axes[1] {
			t.Errorf("region %d is %+v, want a disc of %v m", i, r, want)
		}
	}
}

func TestOnlyWholeStridesAreTaken(t *testing.T) {
	t.Parallel()
	for fps, want := range map[int]bool{5: false, 10: true, 15: false, 20: true, 25: false, 60: true, 240: true} {
		_, err := AnyPace(slow{}, 0.1).Predictor([]*sim.Scene{atRate(fps)})
		if (err == nil) != want {
			t.Errorf("%d frames a second: %v", fps, err)
		}
	}
	for off, want := range map[float64]bool{-9e-7: true, 9e-7: true, -1.1e-6: false, 1.1e-6: false} { // as decimals are
		if _, err := AnyPace(slow{}, 0.1*(1+off)).Predictor([]*sim.Scene{atRate(20)}); (err == nil) != want {
			t.Errorf("a frame that is off by a share of %v: %v", off, err)
		}
	}
	for _, time := range []float64{0, -1, math.NaN(), math.Inf(1), 1e-300} {
		if _, err := AnyPace(slow{}, time).Predictor([]*sim.Scene{atRate(10)}); err != nil {
			t.Errorf("frame time %v: %v", time, err)
		}
	}
}

func TestBareModelsOfAnyPaceKnowNoUncertainty(t *testing.T) {
	t.Parallel()
	scenes, starts := randomScenes(2)
	p, err := Bare(AnyPace(hedged{}, scenes[0].FrameTime()*2)).Predictor(scenes)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := p.(Uncertain); ok {
		t.Error("a bare model's predictor has spreads")
	}
	if err := p.Step(starts[0], nil); err == nil {
		t.Error("a state that is too short is taken")
	}
	if err := p.Step(slices.Concat(starts[0], starts[1], starts[1]), nil); err == nil {
		t.Error("a state that is too long is taken")
	}
}

// hedged is a Watched model.
type hedged struct{ doubtful }

func (hedged) Bare() Model { return spoiler{} }
