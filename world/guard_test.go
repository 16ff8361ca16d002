package world

import (
	"math"
	"slices"
	"strings"
	"testing"

	"orrery/sim"
)

// room returns a scene of n discs at rest in a square of 2 m, from −1 to 1, with walls of
// a tenth of a metre outside it.
func room(n int) *sim.Scene {
	scene := sim.DefaultScene()
	for range n {
		scene.Bodies = append(scene.Bodies, sim.NewDisc(0.1, 10, sim.Surface{}))
	}
	corners := []sim.Vec{{X: -1, Y: -1}, {X: 1, Y: -1}, {X: 1, Y: 1}, {X: -1, Y: 1}}
	for i, c := range corners {
		scene.Walls = append(scene.Walls, sim.NewShape(sim.Segment, 0.05, sim.Surface{}, c, corners[(i+1)%4]))
	}
	return &scene
}

// look lets a guard see a body at some places, one a frame, and returns the escape.
func look(g *Guard, states ...sim.BodyState) *Escape {
	for _, b := range states {
		g.See(sim.State{b})
	}
	return g.Escape()
}

func TestGuardLetsMotionInTheArenaPass(t *testing.T) {
	t.Parallel()
	seen := &Seen{Speed: 2, Spin: 5}
	e := look(NewGuard(room(1), seen), sim.BodyState{}, sim.BodyState{X: 0.9, VX: 19.9}, sim.BodyState{X: -0.9, Y: 0.99, VY: -19.9, Omega: 199})
	if e != nil {
		t.Errorf("found %v", e)
	}
}

func TestGuardSeesABodyGoThroughAWall(t *testing.T) {
	t.Parallel()
	g := NewGuard(room(1), nil)
	e := look(g, sim.BodyState{}, sim.BodyState{X: 0.99}, sim.BodyState{X: 1.01}, sim.BodyState{X: 400})
	if e == nil || e.Kind != ThroughWall || e.Frame != 2 || e.Body != 0 {
		t.Fatalf("found %+v", e)
	}
	if want := "at frame 2 body 0 went through a wall"; e.String() != want {
		t.Errorf("says %q, want %q", e, want)
	}
	if !(g.Farthest() == 399) {
		t.Errorf("farthest %v m beyond the arena, want 399", g.Farthest())
	}
}

// The arena is 2 m long, so 2 m beyond its edge are allowed and no more.
func TestGuardSeesABodyLeaveTheArena(t *testing.T) {
	t.Parallel()
	floor := sim.DefaultScene()
	floor.Bodies = []sim.Body{sim.NewDisc(0.1, 10, sim.Surface{})}
	floor.Walls = []sim.Shape{sim.NewShape(sim.Segment, 0.05, sim.Surface{}, sim.Vec{X: -1}, sim.Vec{X: 1})}
	for want, at := range map[string]sim.Vec{
		"in above": {X: 1, Y: 1.99}, "above": {X: 1, Y: 2.01}, "right": {X: 3.01}, "in left": {X: -2.99}, "left": {X: -3.01},
	} {
		e := look(NewGuard(&floor, nil), sim.BodyState{X: at.X, Y: at.Y})
		if (e == nil) != strings.HasPrefix(want, "in") || e != nil && (e.Kind != OutOfArena || !(math.Abs(e.Value-2.01) <= 1e-9) || e.Limit != 2) {
			t.Errorf("%s %v: found %+v", want, at, e)
		}
	}
	e := look(NewGuard(&floor, nil), sim.BodyState{Y: 2}, sim.BodyState{Y: 30})
	if want := "at frame 1 body 0 is out of the arena: 30 m beyond its edge, where 2 m are allowed"; e == nil || e.String() != want {
		t.Errorf("says %v, want %q", e, want)
	}
	g := NewGuard(&floor, nil)
	g.Within([]sim.State{{{Y: 20}}}) // it truly goes there, so the arena is 20 m high
	if e := look(g, sim.BodyState{Y: 39.9}); e != nil {
		t.Errorf("found %v where the truth goes half as far", e)
	}
	if e := look(g, sim.BodyState{Y: 40.1}); e == nil || e.Kind != OutOfArena {
		t.Errorf("found %v", e)
	}
}

func TestScenesWithoutWallsHaveNoArenaUntilTold(t *testing.T) {
	t.Parallel()
	open := sim.DefaultScene()
	open.Bodies = []sim.Body{sim.NewDisc(0.1, 10, sim.Surface{})}
	g := NewGuard(&open, nil)
	if e := look(g, sim.BodyState{Y: -1e6}); e != nil {
		t.Errorf("found %v", e)
	}
	g.Within([]sim.State{{{Y: -1}}, {{X: 1}}})
	if e := look(g, sim.BodyState{Y: -1e28}); e == nil || e.Kind != OutOfArena {
		t.Errorf("found %v", e)
	}
}

func TestGuardSeesTenTimesTheSpeedOfTraining(t *testing.T) {
	t.Parallel()
	seen := &Seen{Speed: 2, Spin: 30}
	for _, c := range []struct {
		seen *Seen
		body sim.BodyState
		want string
	}{
		{seen, sim.BodyState{VX: 12, VY: -16}, "at frame 0 body 0 is too fast: 20 m/s, and the training data had at most 2"},
		{seen, sim.BodyState{VX: 19.99}, ""},
		{seen, sim.BodyState{Omega: -300}, "at frame 0 body 0 is too fast: 300 rad/s, and the training data had at most 30"},
		{seen, sim.BodyState{Omega: 299}, ""},
		{&Seen{Speed: 2}, sim.BodyState{Omega: 199}, ""}, // a disc of 0.1 m may roll at 2 m/s, though no one measured its spin
		{&Seen{Speed: 2}, sim.BodyState{Omega: 200}, "too fast"},
		{&Seen{}, sim.BodyState{VX: 0.099, Omega: 0.99}, ""}, // nothing moved in training
		{&Seen{}, sim.BodyState{VX: 0.1}, "too fast"},
		{&Seen{}, sim.BodyState{Omega: 1}, "too fast"},
		{nil, sim.BodyState{VX: 1e9, Omega: 1e9}, ""},
	} {
		e := look(NewGuard(room(1), c.seen), c.body)
		if (e == nil) != (c.want == "") || e != nil && (e.Kind != TooFast || !strings.Contains(e.String(), c.want)) {
			t.Errorf("%+v with %+v: found %v, want %q", c.body, c.seen, e, c.want)
		}
	}
	// The second-fastest body counts as well.
	g := NewGuard(room(3), seen)
	g.See(sim.State{{VX: 1}, {}, {}})
	g.See(sim.State{{VX: 19}, {VX: 1}, {VY: 21}})
	if e := g.Escape(); e == nil || e.Body != 2 || e.Frame != 1 || !(g.Fastest() == 21) {
		t.Errorf("found %v, fastest %v m/s", e, g.Fastest())
	}
	// Each rolls as fast as its own size lets it, whichever comes first.
	for _, c := range []struct {
		reach [2]float64
		spin  [2]float64
		want  int // body; -1 when nothing is wrong
	}{
		{[2]float64{0.1, 0.5}, [2]float64{199, 39}, -1},
		{[2]float64{0.1, 0.5}, [2]float64{0, 41}, 1},
		{[2]float64{0.5, 0.1}, [2]float64{39, 199}, -1},
		{[2]float64{0.5, 0.1}, [2]float64{41, 199}, 0},
		{[2]float64{0.5, 0.1}, [2]float64{0, -201}, 1},
	} {
		scene := room(0)
		for _, reach := range c.reach {
			scene.Bodies = append(scene.Bodies, sim.NewDisc(reach, 10, sim.Surface{}))
		}
		g := NewGuard(scene, &Seen{Speed: 2})
		g.See(sim.State{{Omega: c.spin[0]}, {Omega: c.spin[1]}})
		if e := g.Escape(); (e != nil) != (c.want >= 0) || e != nil && e.Body != c.want {
			t.Errorf("discs of %v m that turn with %v rad/s: found %v, want body %d", c.reach, c.spin, e, c.want)
		}
	}
}

func TestGuardSeesWhatIsNotFinite(t *testing.T) {
	t.Parallel()
	for i := range sim.StateSize {
		for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
			values := [sim.StateSize]float64{}
			values[i] = v
			var bad sim.BodyState
			bad.SetValues(values)
			g := NewGuard(room(2), nil)
			first, second := g.See(make(sim.State, 2)), g.See(sim.State{{}, bad})
			e := g.Escape()
			if !first || second || e == nil || e.Kind != NotFinite || e.Body != 1 || e.Frame != 1 || !(e.Value == 0) || !(e.Limit == 0) || !(g.Farthest() == 0) {
				t.Errorf("value %d is %v: found %v, farthest %v", i, v, e, g.Farthest())
			}
		}
	}
}

func TestKinematicBodiesGoWhereTheyAreTold(t *testing.T) {
	t.Parallel()
	scene := room(1)
	scene.Bodies[0].Kind = sim.Kinematic
	if e := look(NewGuard(scene, &Seen{}), sim.BodyState{}, sim.BodyState{X: 100, VX: 100, Omega: 100}); e != nil {
		t.Errorf("found %v", e)
	}
	if e := look(NewGuard(scene, &Seen{}), sim.BodyState{X: math.NaN()}); e == nil {
		t.Error("a place that is no number passes")
	}
}

func TestEveryKindOfEscapeHasASentence(t *testing.T) {
	t.Parallel()
	var all []string
	for _, kind := range EscapeKinds() {
		s := (&Escape{Kind: kind, Frame: 7, Body: 3, Value: 2, Limit: 1, Unit: "m"}).String()
		if !strings.HasPrefix(s, "at frame 7 body 3 ") || slices.Contains(all, s) {
			t.Errorf("%s: %q", kind, s)
		}
		all = append(all, s)
	}
}
