package world

import (
	"context"
	"errors"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"orrery/sim"
)

// TestABatchEqualsItsScenesAlone breaks every kind of scene in a batch: the others must
// not notice, and what broke must end where it would have ended alone.
func TestABatchEqualsItsScenesAlone(t *testing.T) {
	t.Parallel()
	const frames = 9
	scenes, starts := randomScenes(40)
	starts[2][1].VX = 3              // y is no number after three frames
	starts[17][0].VX = 8             // after eight
	starts[18][0].Y = math.Inf(-1)   // from the start
	starts[33][0].Omega = math.NaN() // likewise
	model := spoiler{failing: map[int]int{1: 6, 30: 1}}
	for i := range starts {
		starts[i][0].Angle = float64(i) // by which the model knows the scene
	}
	want := map[int]int{1: 6, 2: 3, 17: 8, 18: 0, 30: 1, 33: 0}
	together, err := Rollout(model, scenes, starts, nil, frames, 3)
	for i := range scenes {
		alone, aloneErr := Rollout(model, scenes[i:i+1], starts[i:i+1], nil, frames, 1)
		if i != 18 && i != 33 && !reflect.DeepEqual(together[i], alone[0]) {
			t.Errorf("scene %d differs from what it is alone: %d and %d states", i, len(together[i].States), len(alone[0].States))
		}
		length, broken := want[i]
		if !broken {
			length = frames
		}
		if together[i] == nil && length == 0 {
			continue
		}
		if len(together[i].States) != length || (aloneErr != nil) != broken {
			t.Errorf("scene %d: %d states, want %d; alone %v", i, len(together[i].States), length, aloneErr)
		}
	}
	var all breakdowns
	if !errors.As(err, &all) || len(all) != len(want) {
		t.Fatalf("got %v, want %d breakdowns", err, len(want))
	}
	for _, e := range all {
		if b := e.(*Breakdown); want[b.Scene] != b.Frame || b.Name != "discs" {
			t.Errorf("scene %d broke down in frame %d, want %d", b.Scene, b.Frame, want[b.Scene])
		}
	}
}

// TestPoliciesAreAskedOnceThoughScenesAreDoneAgain uses policies that never say the same
// twice.
func TestPoliciesAreAskedOnceThoughScenesAreDoneAgain(t *testing.T) {
	t.Parallel()
	const frames = 7
	scenes, starts := randomScenes(3)
	starts[1][0].VX = 4
	calls := make([]int, len(scenes))
	var policies []sim.Policy
	for i, scene := range scenes {
		scene.Actuators = []sim.Actuator{{Kind: sim.Force, Body: 0, Against: sim.World, Axis: sim.Vec{X: 1}, Low: -3, High: 3}}
		policies = append(policies, func(int, sim.State) sim.Action {
			calls[i]++
			return sim.Action{float64(calls[i])}
		})
	}
	out, err := Rollout(spoiler{}, scenes, starts, policies, frames, 1)
	if err == nil || !strings.Contains(err.Error(), "scene 1 (discs), frame 4") {
		t.Errorf("got %v", err)
	}
	for i, want := range [][]float64{{1, 2, 3, 3, 3, 3}, {1, 2, 3}, {1, 2, 3, 3, 3, 3}} { // 3 is the highest
		var got []float64
		for _, a := range out[i].Actions {
			got = append(got, a...)
		}
		if !reflect.DeepEqual(got, want) || len(out[i].States) != len(want)+1 {
			t.Errorf("scene %d: actions %v over %d states, want %v", i, got, len(out[i].States), want)
		}
	}
	if calls[0] != frames-1 || calls[2] != frames-1 {
		t.Errorf("policies were asked %v times, want %d", calls, frames-1)
	}
}

// doubtful is a Predictor whose spread is its list, one entry per frame.
type doubtful struct {
	spoiling
	spreads []float64
}

func (doubtful) Kind() string    { return "doubtful" }
func (doubtful) Parameters() int { return 0 }

func (m doubtful) Predictor(scenes []*sim.Scene) (Predictor, error) {
	n := 0
	for _, s := range scenes {
		n += len(s.Bodies)
	}
	return &doubtful{spoiling{bodies: n}, m.spreads}, nil
}

func (m *doubtful) Spread(dst []float64) []float64 {
	dst = dst[:0]
	for range m.bodies {
		dst = append(dst, m.spreads[m.frame-1])
	}
	return dst
}

func TestSpreadsMustBeStandardDeviations(t *testing.T) {
	t.Parallel()
	for want, spreads := range map[string][]float64{
		"":                     {0, 0.5, 2},
		"frame 2: body 0":      {1, -1e-9, 2},
		"spread NaN m must be": {1, 1, math.NaN()},
		"spread +Inf m":        {math.Inf(1), 1, 1},
	} {
		scenes, starts := randomScenes(2)
		var last []float64
		batch := Batch{Model: doubtful{spreads: spreads}, Scenes: scenes, Starts: starts, Frames: 4}
		batch.See = func(i, frame int, _ sim.State, spread []float64) {
			if (spread == nil) != (frame == 0) || frame > 0 && (len(spread) != len(starts[i]) || spread[0] != spreads[frame-1]) {
				t.Errorf("frame %d of scene %d: spread %v", frame, i, spread)
			}
			last = spread
		}
		broken, err := batch.Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case want == "" && (broken[0] != nil || broken[1] != nil || last[0] != 2):
			t.Errorf("broke down: %v, last spread %v", broken, last)
		case want != "" && (broken[0] == nil || !strings.Contains(broken[0].Error(), want)):
			t.Errorf("got %v, want %q", broken[0], want)
		}
	}
}

func TestABatchStopsWithItsContext(t *testing.T) {
	t.Parallel()
	scenes, starts := randomScenes(4)
	ctx, cancel := context.WithCancel(t.Context())
	last := 0
	batch := Batch{Model: spoiler{}, Scenes: scenes, Starts: starts, Frames: 1 << 20}
	batch.See = func(_, frame int, _ sim.State, _ []float64) {
		if last = frame; frame == 3 {
			cancel()
		}
	}
	if _, err := batch.Run(ctx); !errors.Is(err, context.Canceled) || last != 3 {
		t.Errorf("got %v after frame %d", err, last)
	}
}

// panicking is a model with a fault in its program.
type panicking struct{ spoiler }

func (panicking) Predictor([]*sim.Scene) (Predictor, error) { panic("index out of range") }

func TestAFaultOfAModelIsAnError(t *testing.T) {
	t.Parallel()
	scenes, starts := randomScenes(2)
	_, err := Rollout(panicking{}, scenes, starts, nil, 3, 2)
	if want := "rollout: a fault of this program in model spoiler on scene discs: index out of range"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// heard is a model that notes the actions it is given.
type heard struct {
	spoiler
	actions *[]sim.Action
}

func (m heard) Predictor(scenes []*sim.Scene) (Predictor, error) { return hearing{m.actions}, nil }

type hearing struct{ actions *[]sim.Action }

func (p hearing) Step(_ sim.State, actions sim.Action) error {
	*p.actions = append(*p.actions, slices.Clone(actions))
	return nil
}

// Rest is the action nearest to 0 that an actuator can do, for all who say nothing.
func TestWithoutAPolicyActuatorsRest(t *testing.T) {
	t.Parallel()
	scenes, starts := randomScenes(3)
	actuator := sim.Actuator{Kind: sim.Force, Against: sim.World, Axis: sim.Vec{X: 1}, Low: 2, High: 5}
	scenes[0].Actuators = []sim.Actuator{actuator}
	actuator.Low = -9
	actuator.High = -4
	scenes[2].Actuators = []sim.Actuator{actuator, actuator}
	for name, act := range map[string]func(int, int, sim.State) sim.Action{
		"no Act": nil, "an Act that says nothing": func(int, int, sim.State) sim.Action { return nil },
	} {
		var actions []sim.Action
		batch := Batch{Model: heard{actions: &actions}, Scenes: scenes, Starts: starts, Frames: 3, Act: act}
		if _, err := batch.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		if want := []sim.Action{{2, -4, -4}, {2, -4, -4}}; !reflect.DeepEqual(actions, want) {
			t.Errorf("%s: actions %v, want %v", name, actions, want)
		}
	}
	var actions []sim.Action
	if _, err := (&Batch{Model: heard{actions: &actions}, Scenes: scenes[1:2], Starts: starts[1:2], Frames: 2}).Run(t.Context()); err != nil || actions[0] != nil {
		t.Errorf("a scene without actuators hears %v, %v", actions, err)
	}
}
