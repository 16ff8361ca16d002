package surprise

import (
	"testing"

	"orrery/sim"
	"orrery/world/surprise/planted"
)

// TestWallsStandForOthers: where one disc passes through a wall by a rule, another bounces off the same
// wall, until it may pass as well.
func TestWallsStandForOthers(t *testing.T) {
	t.Parallel()
	s := planted.DefaultSettings()
	s.Discs, s.Noise = 2, 1e-4
	episode, _ := s.Episode(1, 0, planted.None)
	scene := *episode.Scene
	radius := scene.Bodies[1].Shapes[0].Radius
	// Both fly to the right wall, one 0.5 m above the other; the first goes on, the second comes back.
	const speed, dt, from = 1.0, 1.0 / 30, 0.9
	e := 0.8 // of a disc and a wall
	seen := &sim.Observation{}
	var states []sim.State
	for k := range 12 {
		at := float64(k) * dt
		x, v := from-radius+speed*at, speed
		if x > 1-radius {
			x, v = 1-radius-e*(x-(1-radius)), -e*speed
		}
		state := sim.State{{X: from - scene.Bodies[0].Shapes[0].Radius + speed*at, Y: 0.3, VX: speed}, {X: x, Y: -0.3, VX: v}}
		var row []sim.Sight
		for _, b := range state {
			row = append(row, sim.Sight{X: b.X, Y: b.Y, Seen: true, Turned: true, Std: 1e-4, StdTurn: 1e-3})
		}
		states, seen.Sights, seen.Std = append(states, state), append(seen.Sights, row), append(seen.Std, make([]sim.BodyState, 2))
	}
	first, second := rule{body: 0, other: wall(1), to: len(states)}, rule{body: 1, other: wall(1), to: len(states)}
	for _, c := range []struct {
		rules     []rule
		explained [2]bool
	}{
		{nil, [2]bool{false, true}}, {[]rule{first}, [2]bool{true, true}}, {[]rule{first, second}, [2]bool{true, false}},
	} {
		j, err := newJudge(planted.Law{}, &sim.Trajectory{Scene: &scene, States: states, Seen: seen}, defaultScales())
		if err != nil {
			t.Fatal(err)
		}
		j.rules = c.rules
		g, err := j.fit(t.Context(), 0, len(states), nil)
		if err != nil {
			t.Fatal(err)
		}
		for i, explained := range c.explained {
			if got := g.off[i] <= j.base.usual(g, i); got != explained {
				t.Errorf("%d rules: body %d is off by %v, explained: %v, want %v", len(c.rules), i, g.off[i], got, explained)
			}
		}
	}
}

// TestStartsAreBounded: a start is not much faster than what was seen, or than others that may have hit it; a single jump
// tells no speed, and what is driven goes as it is told.
func TestStartsAreBounded(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	scene.FPS = 10
	for range 3 {
		scene.Bodies = append(scene.Bodies, sim.NewDisc(0.1, 1, sim.Surface{}))
	}
	scene.Bodies[2].Kind = sim.Kinematic
	f := &fitter{law: &law{scene: &scene}, size: sizes(&scene)}
	for k := range 6 {
		fast, slow := sim.Sight{X: 0.1 * float64(k), Seen: true}, sim.Sight{X: 0.01 * float64(k), Seen: true}
		if k > 3 {
			fast.X += 5 // once
		}
		f.sights = append(f.sights, []sim.Sight{fast, slow, {}})
	}
	b := f.bounds(0, 6)
	starts := sim.State{{VX: -30, VY: 40, Omega: 1e3}, {VX: 50, Omega: -1e3}, {VX: 50, Omega: 1e3}, {VX: 3.9}, {VX: 1.9}, {}}
	b.keep(starts)
	spin := 2 / f.size[0] // twice as fast at the radius of gyration as anything moves
	for i, want := range []sim.BodyState{{VX: -2.4, VY: 3.2, Omega: spin}, {VX: 2, Omega: -spin}, {VX: 50, Omega: 1e3}, {VX: 3.9}, {VX: 1.9}, {}} {
		got := starts[i]
		for axis, v := range got.Values() {
			if !near(v, want.Values()[axis]) {
				t.Errorf("start %d is %+v, want %+v", i, got, want)
				break
			}
		}
	}
	f.sights = f.sights[:1]
	if b := f.bounds(0, 1); !(b.speed[0] > 1e9) || !(b.spin[0] > 1e9) {
		t.Errorf("of one sight: bounds %+v", b)
	}
}

// TestStartsMayFall: what gravity adds in the frames that are looked at may be there from the start, and turn what is hit.
func TestStartsMayFall(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	scene.FPS, scene.Gravity = 10, sim.Vec{}
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 1, sim.Surface{})}
	f := &fitter{law: &law{scene: &scene}, size: sizes(&scene)}
	for k := range 6 {
		f.sights = append(f.sights, []sim.Sight{{X: 0.1 * float64(k), Seen: true}})
	}
	still := f.bounds(0, 6)
	scene.Gravity = sim.Vec{X: 1.2, Y: -1.6} // 2 m/s², 1.2 m/s in 6 frames
	if falling := f.bounds(0, 6); !near(falling.speed[0]-still.speed[0], 1.2) || !near(falling.spin[0]-still.spin[0], 2*1.2/f.size[0]) {
		t.Errorf("bounds %+v without gravity and %+v with it", still, falling)
	}
}

func near(a, b float64) bool { return a-b <= 1e-6 && b-a <= 1e-6 }
