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

// TestTheTopmostIsPicked of those that a point lies in, however deep it lies in others.
func TestTheTopmostIsPicked(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	scene.Bodies = []sim.Body{sim.NewDisc(0.5, 1, sim.Surface{}), sim.NewDisc(0.1, 1, sim.Surface{})}
	state := scene.Start()
	for at, want := range map[float64]int{0: 1, 0.09: 1, 0.11: 0, 0.51: -1} {
		if got := Pick(&scene, state, sim.Vec{X: at}, 0); got != want {
			t.Errorf("at %v m body %d is picked, want %d", at, got, want)
		}
	}
}

// TestRoomIsSoughtTenDistancesAround, about evenly, and where there is none the point is left where it is.
func TestRoomIsSoughtTenDistancesAround(t *testing.T) {
	t.Parallel()
	for radius, found := range map[float64]bool{0.3: true, 0.93: true, 0.95: false} { // of what lies there
		scene := sim.DefaultScene()
		scene.Bodies = []sim.Body{sim.NewDisc(radius, 1, sim.Surface{})}
		room := Room(&scene, scene.Start(), sim.Vec{}, 0.1)
		if away := room.Len(); found != (away >= radius+0.1) || found && !(away <= radius+0.2) || !found && room != (sim.Vec{}) {
			t.Errorf("beside a disc of %v m room is found at %v", radius, room)
		}
	}
}

// TestWallsAreBetweenOrNear, and those beside the way or behind the point are not.
func TestWallsAreBetweenOrNear(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	scene.Walls = []sim.Shape{sim.NewShape(sim.Segment, 0, sim.Surface{}, sim.Vec{X: 1, Y: -1}, sim.Vec{X: 1, Y: 1})}
	for _, c := range []struct {
		from, to sim.Vec
		want     bool
	}{
		{sim.Vec{}, sim.Vec{X: 2}, true},
		{sim.Vec{X: 2}, sim.Vec{}, true},
		{sim.Vec{}, sim.Vec{X: 0.8}, false},
		{sim.Vec{X: 3}, sim.Vec{X: 1.2}, false},
		{sim.Vec{}, sim.Vec{X: 0.95}, true},
		{sim.Vec{Y: 1.5}, sim.Vec{X: 2, Y: 1.5}, false},
		{sim.Vec{Y: -1.5}, sim.Vec{X: 2, Y: -1.5}, false},
		{sim.Vec{Y: 1.1}, sim.Vec{X: 2, Y: 0.8}, true},
		{sim.Vec{X: 0.5, Y: -3}, sim.Vec{X: 0.5, Y: 3}, false},
	} {
		if got := Walled(&scene, c.from, c.to, 0.1); got != c.want {
			t.Errorf("from %v to %v a wall is in the way: %v", c.from, c.to, got)
		}
	}
}
