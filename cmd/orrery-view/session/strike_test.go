package session

import (
	"strings"
	"testing"

	"orrery/cmd/orrery-view/session/compare"
	"orrery/cmd/orrery-view/session/replay"
	"orrery/sim"
	"orrery/sim/engine"
)

// TestTheNextContactIsFound: two discs meet, one of them then meets a wall and bounces within a frame, and nothing follows.
func TestTheNextContactIsFound(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	scene.Gravity = sim.Vec{}
	for i := range 2 {
		b := sim.NewDisc(0.1, 1, sim.Surface{Elasticity: 1})
		b.Start.X, b.Start.VX = 0.61*float64(i), 1-float64(i)
		scene.Bodies = append(scene.Bodies, b)
	}
	scene.Walls = []sim.Shape{sim.NewShape(sim.Segment, 0.01, sim.Surface{Elasticity: 1}, sim.Vec{X: 1.5, Y: -1}, sim.Vec{X: 1.5, Y: 1})}
	e := engine.New()
	if err := e.Load(&scene); err != nil {
		t.Fatal(err)
	}
	run, err := e.Run(nil, 150, nil)
	if err != nil {
		t.Fatal(err)
	}
	s := open(t, "mixed", compare.Sandbox)
	if err := s.OpenShow(replay.Show{Episodes: 1, True: run}); err != nil {
		t.Fatal(err)
	}
	// Velocities change at 0.41 s of free way, at 0.41 + 0.78 s the wall, at 0.41 + 2·0.78 s the discs meet again.
	for _, want := range []struct {
		seconds float64
		said    string
	}{{0.41, "body "}, {1.19, "body 1 meets "}, {1.97, "body "}} {
		s.NextContact()
		if at := float64(s.Frame()) / 60; !(at >= want.seconds-0.02 && at <= want.seconds+0.04) || !strings.HasPrefix(s.Notice(), want.said) || !s.Paused() {
			t.Errorf("frame %d, at %.3f s, want %v s: %q", s.Frame(), at, want.seconds, s.Notice())
		}
		before := s.Frame()
		s.Seek(before + 3) // what touches still is no other contact
	}
	s.Seek(0)
	s.NextContact()
	for range 3 { // from just before it the same is found, and from where it is the next
		first := s.Frame()
		s.Seek(first - 1)
		if s.NextContact(); s.Frame() != first {
			t.Errorf("from frame %d on frame %d is found, want %d", first-1, s.Frame(), first)
		}
		if s.NextContact(); s.Frame() == first && first < 110 {
			t.Errorf("from frame %d on the same is found again", first)
		}
	}
	at := s.Frame()
	if s.NextContact(); s.Frame() != at || !strings.Contains(s.Notice(), "nothing comes to touch") {
		t.Errorf("frame %d: %q", s.Frame(), s.Notice())
	}
}

// TestWhatHasPartedMeetsAgain: where velocities are estimates only what touches tells, and what touched before is forgotten.
func TestWhatHasPartedMeetsAgain(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 1, sim.Surface{}), sim.NewDisc(0.1, 1, sim.Surface{})}
	look, err := newLookout(&scene)
	if err != nil {
		t.Fatal(err)
	}
	for k, c := range []struct {
		apart float64 // m
		body  int
	}{{0.3, -1}, {0.2, 0}, {0.2, -1}, {0.3, -1}, {0.3, -1}, {0.2, 0}, {0.2, -1}} {
		state := scene.Start()
		state[1].X = c.apart
		if body, other := look.see(nil, state, nil); body != c.body || body == 0 && other != 1 {
			t.Errorf("frame %d, %v m apart: body %d meets %d, want %d", k, c.apart, body, other, c.body)
		}
	}
}

// TestWhatRestsMeetsNothing again and again, nor does what hangs on a joint.
func TestWhatRestsMeetsNothing(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"pendulum", "tower"} {
		s := open(t, name, compare.Sandbox)
		ticks(s, 120)
		s.Seek(30) // after a tower has settled
		at := s.Frame()
		if s.NextContact(); s.Frame() != at {
			t.Errorf("%s: frame %d: %q", name, s.Frame(), s.Notice())
		}
	}
}

// TestHitsWithinAFrameAreToldFromWhatHolds: a velocity that changes by five centimetres a second, and by twice what it did before.
func TestHitsWithinAFrameAreToldFromWhatHolds(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	scene.Gravity = sim.Vec{Y: -6}
	for i := range 3 {
		b := sim.NewDisc(0.1, 1, sim.Surface{})
		b.Start.X = 5 * float64(i)
		scene.Bodies = append(scene.Bodies, b)
	}
	scene.Joints = []sim.Joint{{Kind: sim.Pin, A: 2, B: sim.World, Length: 1}}
	fall := 6. / 60
	for _, c := range []struct {
		what         string
		before, then [3]float64 // changes of velocity beyond free flight in two frames
		want         int
	}{
		{"nothing", [3]float64{}, [3]float64{}, -1},
		{"a faint push", [3]float64{}, [3]float64{0.045}, -1},
		{"a hit", [3]float64{}, [3]float64{0, 0.055}, 1},
		{"two hits", [3]float64{}, [3]float64{0.3, 0.4}, 0},
		{"what holds, pushed more", [3]float64{0.1}, [3]float64{0.19}, -1},
		{"what holds, hit", [3]float64{0.1}, [3]float64{0.21}, 0},
		{"what hangs", [3]float64{}, [3]float64{0, 0, 5}, -1},
	} {
		look, err := newLookout(&scene)
		if err != nil {
			t.Fatal(err)
		}
		step := func(by [3]float64) (before, after sim.State) {
			before, after = scene.Start(), scene.Start()
			for i := range after {
				after[i].VY = by[i] - fall
			}
			return before, after
		}
		look.see(nil, scene.Start(), nil)
		before, after := step(c.before)
		look.see(before, after, nil)
		before, after = step(c.then)
		if body, _ := look.see(before, after, nil); body != c.want {
			t.Errorf("%s: body %d, want %d", c.what, body, c.want)
		}
	}
}
