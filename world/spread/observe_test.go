package spread

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
)

// meeting returns a scene of a light disc, a heavy box on it and a kinematic disc that
// stands on both, tied light to heavy by a joint, and their state.
func meeting() (*sim.Scene, sim.State) {
	scene := sim.DefaultScene()
	light, heavy := sim.NewDisc(0.1, 10, sim.Surface{Friction: 0.5}), sim.NewBox(0.1, 0.1, 40, sim.Surface{Friction: 0.5})
	light.Mass, heavy.Mass = 1, 3
	belt := sim.NewDisc(0.1, 1, sim.Surface{Friction: 0.5})
	belt.Kind, belt.Mass, belt.Moment = sim.Kinematic, 0, 0
	light.Start.X, heavy.Start.X, belt.Start.X = 0, 0.19, -0.19
	scene.Bodies = []sim.Body{light, heavy, belt}
	return &scene, scene.Start()
}

// TestObserve: who acts on whom, by what share, and what is seen.
func TestObserve(t *testing.T) {
	t.Parallel()
	scene, before := meeting()
	after := append(sim.State(nil), before...)
	after[0].VX = 2
	got := newObserver(scene).observe(nil, before, after, 10)
	type who struct{ on, from int32 }
	want := []struct {
		who
		share, angular, otherAngular, otherFixed, crowd float64
	}{
		{who{10, 11}, 9.0 / 16, 0, 1, 0, math.Log(2)},
		{who{11, 10}, 1.0 / 16, 1, 0, 0, 0},
		{who{10, -1}, 0, 0, 0, 1, math.Log(2)},
	}
	if len(got) != len(want) {
		t.Fatalf("%d influences, want %d: %+v", len(got), len(want), got)
	}
	for i, w := range want {
		f := got[i]
		seen := [...]float64{f.share, f.features[angular], f.features[otherAngular], f.features[otherFixed], f.features[crowd]}
		if (who{f.on, f.from}) != w.who || seen != [...]float64{w.share, w.angular, w.otherAngular, w.otherFixed, w.crowd} {
			t.Errorf("influence %d is %+v, want %+v", i, f, w)
		}
		if d := math.Exp(f.features[depth]) - 1e-4; !scalar.EqualWithinAbs(d, 0.01, 1e-9) || !scalar.EqualWithinAbs(f.features[friction], 0.25, 1e-12) {
			t.Errorf("influence %d: depth %v m, friction %v", i, d, f.features[friction])
		}
	}
	size := math.Sqrt(scene.Bodies[0].Moment)
	if lever := got[0].lever; !scalar.EqualWithinAbs(lever, 4/(size*size), 1e-9*lever) || got[1].lever != 0 {
		t.Errorf("levers %v and %v 1/s²", lever, got[1].lever)
	}
}

// TestAFreeFlightIsNoPush: what gravity and damping do in a frame of several steps needs no explanation.
// As much less of either does.
func TestAFreeFlightIsNoPush(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	scene.Substeps, scene.Damping, scene.Gravity = 5, 0.6, sim.Vec{X: 0.5, Y: -9}
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 10, sim.Surface{})}
	before := sim.State{{VX: 0.03, VY: -0.02}}
	unexplained := func(keep, gain float64) (n int) {
		after := sim.State{before[0]}
		v := before[0].Velocity().Scale(keep).Add(scene.Gravity.Scale(gain))
		after[0].VX, after[0].VY = v.X, v.Y
		for _, f := range newObserver(&scene).observe(nil, before, after, 0) {
			n += int(f.features[unseen])
		}
		return n
	}
	frame := 1.0 / float64(scene.FPS)
	if n := unexplained(math.Pow(0.6, frame), frame); n != 0 {
		t.Error("a body that flies freely is pushed")
	}
	if unexplained(math.Pow(0.6, frame/5), frame) != 1 || unexplained(math.Pow(0.6, frame), frame/5) != 1 {
		t.Error("one that keeps what only a step takes is not")
	}
}

// TestObserveDoesNotMindTheOrderOfBodies: of three discs in a row the middle one has two points and the
// others have one, and no push is unexplained, whichever of them comes first.
func TestObserveDoesNotMindTheOrderOfBodies(t *testing.T) {
	t.Parallel()
	for _, places := range [][3]int{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}} {
		scene := sim.DefaultScene()
		for _, place := range places {
			disc := sim.NewDisc(0.1, 10, sim.Surface{})
			disc.Start.X = 0.19 * float64(place)
			scene.Bodies = append(scene.Bodies, disc)
		}
		before := scene.Start()
		after := append(sim.State(nil), before...)
		for i := range after {
			after[i].VX = 1
		}
		influences := newObserver(&scene).observe(nil, before, after, 0)
		if len(influences) != 4 {
			t.Errorf("places %v: %d influences, want one on either body of two contacts", places, len(influences))
		}
		for _, f := range influences {
			want := 0.0
			if places[f.on] == 1 {
				want = math.Log(2)
			}
			if f.features[unseen] != 0 || !scalar.EqualWithinAbs(f.features[crowd], want, 1e-12) {
				t.Errorf("places %v: body %d at place %d: crowd %v, want %v; unseen %v", places, f.on, places[f.on], f.features[crowd], want, f.features[unseen])
			}
		}
	}
}

// TestObserveTiesAndTheUnseen: a joint acts on both its bodies, and a change of
// velocity that nothing explains is noted where it happens.
func TestObserveTiesAndTheUnseen(t *testing.T) {
	t.Parallel()
	scene, before := meeting()
	scene.Joints = []sim.Joint{{Kind: sim.Pivot, A: 0, B: 1}, {Kind: sim.Pivot, A: 1, B: sim.World}}
	before[1].X, before[2].X = 5, -5
	after := append(sim.State(nil), before...)
	after[1].VY, after[2].VY = 1, 1
	var ties, unexplained int
	for _, f := range newObserver(scene).observe(nil, before, after, 0) {
		ties += int(f.features[tied])
		unexplained += int(f.features[unseen])
		if f.features[unseen] == 1 && f.on != 1 {
			t.Errorf("body %d was not pushed", f.on)
		}
	}
	if ties != 3 || unexplained != 1 {
		t.Errorf("%d sides of ties and %d pushes unexplained, want 3 and 1", ties, unexplained)
	}
}
