package build

import (
	"math"
	"reflect"
	"testing"

	"orrery/sim"
)

// TestAGoalOfEveryKindIsMoved, and the scene that it is moved in stays as it is.
func TestAGoalOfEveryKindIsMoved(t *testing.T) {
	t.Parallel()
	made := func(kind sim.GoalKind) *sim.Scene {
		scene := sim.DefaultScene()
		scene.Bodies = []sim.Body{sim.NewDisc(1, 1, sim.Surface{})}
		scene.Regions = []sim.Region{
			{Name: "other", Shape: sim.NewShape(sim.Circle, 1, sim.Surface{}, sim.Vec{})},
			{Name: "slot", Shape: sim.NewShape(sim.Polygon, 0, sim.Surface{}, sim.Vec{}, sim.Vec{X: 2}, sim.Vec{X: 2, Y: 2}, sim.Vec{Y: 2})},
		}
		scene.Goals = []sim.Goal{{Kind: kind}}
		switch kind {
		case sim.Place:
			scene.Goals[0].Radius = 1
		case sim.Inside:
			scene.Goals[0].Region = "slot"
		}
		return &scene
	}
	for _, kind := range sim.Kinds[sim.GoalKind]() {
		scene := made(kind)
		got := Aimed(scene, sim.State{{X: 3, Y: 7}}, sim.Vec{X: 3, Y: 9})
		if err := got.Validate(); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
		want := made(kind)
		if !reflect.DeepEqual(scene, want) {
			t.Errorf("%s: the scene has changed", kind)
		}
		switch kind {
		case sim.Place, sim.Pose:
			want.Goals[0].Target = sim.Vec{X: 3, Y: 9}
		case sim.Angle:
			want.Goals[0].Angle = math.Pi / 2
		case sim.Inside:
			want.Regions[1].Vertices = []sim.Vec{{X: 2, Y: 8}, {X: 4, Y: 8}, {X: 4, Y: 10}, {X: 2, Y: 10}}
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, want %+v", kind, got, want)
		}
	}
}
