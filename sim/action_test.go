package sim

import (
	"math"
	"reflect"
	"strings"
	"testing"
)

// driven returns a scene with actuators of the given ranges.
func driven(ranges ...[2]float64) *Scene {
	scene := DefaultScene()
	scene.Bodies = []Body{NewDisc(0.1, 10, Surface{})}
	for _, r := range ranges {
		scene.Actuators = append(scene.Actuators, Actuator{Kind: Torque, Against: World, Low: r[0], High: r[1]})
	}
	return &scene
}

// TestRestIsTheLeastAsked: 0 where it is allowed, else the limit nearest to it.
func TestRestIsTheLeastAsked(t *testing.T) {
	scene := driven([2]float64{-1, 1}, [2]float64{0.5, 2}, [2]float64{-3, -2}, [2]float64{0, 0})
	if err := scene.Validate(); err != nil {
		t.Fatal(err)
	}
	if got, want := scene.Rest(), (Action{0, 0.5, -2, 0}); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := driven().Rest(); len(got) != 0 {
		t.Errorf("without actuators %v", got)
	}
}

func TestClipChangesWhatLiesOutside(t *testing.T) {
	scene := driven([2]float64{-1, 1}, [2]float64{-1, 1}, [2]float64{2, 3})
	action := Action{-7, 0.25, 1e300}
	got := scene.Clip(action)
	if want := (Action{-1, 0.25, 3}); !reflect.DeepEqual(got, want) || &got[0] != &action[0] {
		t.Errorf("got %v in place of %v", got, want)
	}
}

func TestCheckActionNamesWhatIsWrong(t *testing.T) {
	scene := driven([2]float64{-1, 1}, [2]float64{-1, 1})
	for _, c := range []struct {
		action Action
		want   string
	}{
		{nil, ""},
		{Action{0, 9}, ""}, // is clipped
		{Action{}, "action of 0 numbers must have one for each of 2 actuators"},
		{Action{1, 2, 3}, "action of 3 numbers"},
		{Action{0, math.NaN()}, "action 1: NaN must be finite"},
		{Action{math.Inf(-1), 0}, "action 0: -Inf must be finite"},
	} {
		err := scene.CheckAction(c.action)
		if (c.want == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: got %v, want %q", c.action, err, c.want)
		}
	}
}

// TestReplayRepeatsATrajectory and asks for nothing when it is over.
func TestReplayRepeatsATrajectory(t *testing.T) {
	trajectory := &Trajectory{
		Scene:   driven([2]float64{-1, 1}),
		States:  []State{{{}}, {{X: 1}}, {{X: 2}}},
		Actions: []Action{{0.5}, {-0.5}},
	}
	policy := trajectory.Replay()
	for frame, want := range []Action{{0.5}, {-0.5}, nil, nil} {
		if got := policy(frame, nil); !reflect.DeepEqual(got, want) {
			t.Errorf("frame %d: %v, want %v", frame, got, want)
		}
	}
	if got := (&Trajectory{Scene: driven()}).Replay()(0, nil); got != nil {
		t.Errorf("without actuators %v", got)
	}
}
