package hand

import (
	"math"
	"testing"

	"orrery/sim"
)

// TestPickFindsWhatIsUnderThePoint compares it with the body's own geometry.
func TestPickFindsWhatIsUnderThePoint(t *testing.T) {
	scene := sim.DefaultScene()
	disc, box := sim.NewDisc(0.1, 10, sim.Surface{}), sim.NewBox(0.2, 0.05, 10, sim.Surface{})
	disc.Start.X = 1
	box.Start = sim.BodyState{Angle: math.Pi / 2}
	scene.Bodies = []sim.Body{disc, box}
	state := scene.Start()
	for _, c := range []struct {
		at    sim.Vec
		reach float64
		want  int
	}{
		{sim.Vec{X: 1.09}, 0, 0},
		{sim.Vec{X: 1.11}, 0, -1},
		{sim.Vec{X: 1.11}, 0.02, 0},
		{sim.Vec{Y: 0.19}, 0, 1},
		{sim.Vec{X: 0.19}, 0, -1},
		{sim.Vec{X: 0.06, Y: 0.1}, 0.02, 1},
	} {
		if got := Pick(&scene, state, c.at, c.reach); got != c.want {
			t.Errorf("at %v within %v: body %d, want %d", c.at, c.reach, got, c.want)
		}
	}
}

// TestRoomIsTheNearestFree: at the point itself if nothing is there, else beside it, and
// never behind a wall.
func TestRoomIsTheNearestFree(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	disc := sim.NewDisc(0.1, 10, sim.Surface{})
	scene.Bodies = []sim.Body{disc}
	scene.Walls = []sim.Shape{sim.NewShape(sim.Segment, 0, sim.Surface{}, sim.Vec{X: 0.15, Y: -9}, sim.Vec{X: 0.15, Y: 9})}
	state := scene.Start()
	if free := (sim.Vec{X: -1}); Room(&scene, state, free, 0.1) != free {
		t.Error("there was room")
	}
	room := Room(&scene, state, sim.Vec{}, 0.1)
	if away := room.Len(); !(away >= 0.2 && away < 0.45) || !(room.X <= 0.05) {
		t.Errorf("finds room at %v", room)
	}
	if near := (sim.Vec{X: 0.1, Y: 3}); !(Room(&scene, state, near, 0.1).X <= 0.05) {
		t.Errorf("finds room at %v, close to a wall", Room(&scene, state, near, 0.1))
	}
}
