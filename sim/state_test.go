package sim

import (
	"math"
	"reflect"
	"strings"
	"testing"
)

func TestStateRowsArePaddedAndRoundTrip(t *testing.T) {
	state := State{{1, 2, 3, 4, 5, 6}, {7, 8, 9, 10, 11, 12.5}}
	row := state.AppendFloat32([]float32{99}, 3)
	want := []float32{99, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12.5, 0, 0, 0, 0, 0, 0}
	if !reflect.DeepEqual(row, want) {
		t.Errorf("got %v", row)
	}
	again := make(State, 2)
	if again.SetFloat32(row[1:]); !reflect.DeepEqual(again, state) {
		t.Errorf("got %v", again)
	}
	if full := state.AppendFloat32(nil, 2); !reflect.DeepEqual(full, want[1:13]) {
		t.Errorf("without room to spare: %v", full)
	}
	defer func() {
		if recover() == nil {
			t.Error("two bodies fit into a row of one")
		}
	}()
	state.AppendFloat32(nil, 1)
}

func TestCheckNamesFrameBodyAndValue(t *testing.T) {
	scene := fullScene()
	good, bad := scene.Start(), scene.Start()
	bad[2].VY = math.Inf(-1)
	for _, c := range []struct {
		states []State
		want   string
	}{
		{[]State{good, good}, ""},
		{[]State{good, good, bad}, "frame 2: body 2: vy -Inf must be finite"},
		{[]State{good[:2]}, "frame 0: 2 bodies must be the scene's 3"},
	} {
		got := ""
		if err := (&Trajectory{Scene: scene, States: c.states}).Check(); err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

func TestCheckNamesTheAction(t *testing.T) {
	scene := fullScene()
	n := len(scene.Actuators)
	states := []State{scene.Start(), scene.Start(), scene.Start()}
	bad := make(Action, n)
	bad[1] = math.NaN()
	for _, c := range []struct {
		actions []Action
		want    string
	}{
		{nil, ""},
		{[]Action{nil, make(Action, n)}, ""},
		{[]Action{nil}, "1 actions must be one less than the 3 states"},
		{[]Action{nil, {1}}, "frame 1: action of 1 numbers must have one for each of 6 actuators"},
		{[]Action{bad, nil}, "frame 0: action 1: NaN must be finite"},
	} {
		got := ""
		if err := (&Trajectory{Scene: scene, States: states, Actions: c.actions}).Check(); err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

func TestPointFollowsTheBody(t *testing.T) {
	b := BodyState{X: 1, Y: 2, Angle: math.Pi / 2}
	if got := b.Point(Vec{3, 0}); !(got.Sub(Vec{1, 5}).Len() <= 1e-15) {
		t.Errorf("got %v", got)
	}
}

func TestRandStreamsDiffer(t *testing.T) {
	seen := map[uint64]bool{}
	for seed := range uint64(10) {
		for _, purpose := range []string{"a", "b"} {
			for index := range 10 {
				first := NewRand(seed, purpose, index).Uint64()
				if seen[first] {
					t.Errorf("seed %d %s %d repeats a stream", seed, purpose, index)
				}
				if first != NewRand(seed, purpose, index).Uint64() {
					t.Errorf("seed %d %s %d is not reproducible", seed, purpose, index)
				}
				seen[first] = true
			}
		}
	}
}

// TestCheckFindsEachValue, also two that cancel out, and lets the largest pass.
func TestCheckFindsEachValue(t *testing.T) {
	for k, name := range stateNames {
		for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
			values := [StateSize]float64{}
			values[k] = bad
			for _, other := range []float64{0, -bad} {
				values[(k+1)%StateSize] = other
				state := State{{}, {values[0], values[1], values[2], values[3], values[4], values[5]}}
				if err := state.Check(); err == nil || !strings.Contains(err.Error(), "body 1: ") || other == 0 && !strings.Contains(err.Error(), name) {
					t.Errorf("%s %v beside %v: got %v", name, bad, other, err)
				}
			}
		}
	}
	const most = math.MaxFloat64
	if err := (State{{most, most, most, most, most, most}}).Check(); err != nil {
		t.Error(err)
	}
}

// TestValuesMakeTheStateAgain: each number stands where it belongs, both ways.
func TestValuesMakeTheStateAgain(t *testing.T) {
	t.Parallel()
	want := BodyState{X: 1, Y: 2, Angle: 3, VX: 4, VY: 5, Omega: 6}
	if got := want.Values(); got != [StateSize]float64{1, 2, 3, 4, 5, 6} {
		t.Errorf("values %v", got)
	}
	var got BodyState
	if got.SetValues(want.Values()); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}
