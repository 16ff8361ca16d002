package sight

import (
	"math"
	"testing"

	"orrery/sim"
	"orrery/sim/engine"
	"orrery/sim/scenario/library"
)

// TestSeenStatesAreTheTrueOnes watches episodes in which a policy acts.
func TestSeenStatesAreTheTrueOnes(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"pusht", "push"} {
		s, err := library.Find(name)
		if err != nil {
			t.Fatal(err)
		}
		values, err := s.Values(nil)
		if err != nil {
			t.Fatal(err)
		}
		for episode := range 3 {
			scene, err := s.Sample(4, episode, values)
			if err != nil {
				t.Fatal(err)
			}
			policy, err := s.Policy("")
			if err != nil {
				t.Fatal(err)
			}
			trajectory, err := engine.Simulate(t.Context(), scene, nil, 25, policy.Start(4, episode, scene))
			if err != nil {
				t.Fatal(err)
			}
			eye, err := New(t.Context(), scene, 224)
			if err != nil {
				t.Fatal(err)
			}
			for k, state := range trajectory.States {
				var rough sim.State // as a model may expect it
				for _, b := range state {
					b.X, b.Y, b.Angle = b.X+0.03, b.Y-0.02, b.Angle+0.1
					if rough = append(rough, b); k == 0 {
						rough = nil
						break
					}
				}
				seen, took, err := eye.See(t.Context(), state, rough)
				if err != nil {
					t.Fatal(err)
				}
				if took <= 0 {
					t.Error("seeing takes no time")
				}
				for i, b := range state {
					d := sim.Vec{X: seen[i].X - b.X, Y: seen[i].Y - b.Y}
					if !seen[i].Seen || !(d.Len() < 0.01) {
						t.Errorf("%s, episode %d, frame %d: body %d is seen %v, %g m off", name, episode, k, i, seen[i].Seen, d.Len())
					}
					if off := math.Remainder(seen[i].Angle-b.Angle, 2*math.Pi/float64(max(1, eye.found[i].Alike))); seen[i].Turned && !(math.Abs(off) < 0.02) {
						t.Errorf("%s, episode %d, frame %d: body %d is turned by %g rad too much", name, episode, k, i, off)
					}
				}
				if name == "pusht" && !seen[1].Turned {
					t.Errorf("frame %d: the T's angle is not seen", k)
				}
			}
		}
	}
}

func TestWhatIsHiddenIsNotSeen(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 1, sim.Surface{}), sim.NewDisc(0.5, 1, sim.Surface{})} // the one lies under the other
	scene.Walls = []sim.Shape{sim.NewShape(sim.Segment, 0.01, sim.Surface{}, sim.Vec{X: -2, Y: -1}, sim.Vec{X: 2, Y: -1})}
	eye, err := New(t.Context(), &scene, 96)
	if err != nil {
		t.Fatal(err)
	}
	if seen, _, err := eye.See(t.Context(), scene.Start(), nil); err != nil || seen[0].Seen || !seen[1].Seen {
		t.Errorf("seen is %v, %v", seen, err)
	}
}

// pushT returns the scene of an episode of Push-T.
func pushT(t *testing.T, episode int) *sim.Scene {
	t.Helper()
	s, err := library.Find("pusht")
	if err != nil {
		t.Fatal(err)
	}
	values, err := s.Values(nil)
	if err != nil {
		t.Fatal(err)
	}
	scene, err := s.Sample(4, episode, values)
	if err != nil {
		t.Fatal(err)
	}
	return scene
}

// TestExpectedPosesAreWhereTheBodiesAreDrawn, by the middles of what they cover.
func TestExpectedPosesAreWhereTheBodiesAreDrawn(t *testing.T) {
	t.Parallel()
	scene := pushT(t, 1)
	eye, err := New(t.Context(), scene, 224)
	if err != nil {
		t.Fatal(err)
	}
	drawn := eye.shot.Middles(0)
	apart := 0.0 // the middle of a T from its origin
	for i, p := range eye.poses(scene.Start()) {
		apart = max(apart, eye.shot.Middle(i).Len())
		if !(math.Hypot(p.X-drawn[i].X, p.Y-drawn[i].Y) < 1e-6) || p.Angle != drawn[i].Angle {
			t.Errorf("body %d is expected at %+v, and drawn at %g, %g", i, p, drawn[i].X, drawn[i].Y)
		}
	}
	if !(apart > 0.1) || eye.poses(nil) != nil {
		t.Errorf("the middles are %g px from the origins at most", apart)
	}
}

// TestAPusherInACornerOfTheTIsFound in the first picture, of which nobody tells anything.
func TestAPusherInACornerOfTheTIsFound(t *testing.T) {
	t.Parallel()
	scene := pushT(t, 0)
	for _, angle := range []float64{0, 0.8, 2.4, 4} {
		state := scene.Start()
		state[1].X, state[1].Y, state[1].Angle = 2.5, 2.6, angle
		// As far inside the corner between bar and stem as the pusher goes.
		reach := scene.Bodies[0].Reach()
		corner := sim.Vec{X: math.Inf(-1), Y: math.Inf(1)} // of the stem, and of the bar above it
		for _, shape := range scene.Bodies[1].Shapes {
			low, high := shape.Vertices[0], shape.Vertices[0]
			for _, v := range shape.Vertices {
				low, high = sim.Vec{X: min(low.X, v.X), Y: min(low.Y, v.Y)}, sim.Vec{X: max(high.X, v.X), Y: max(high.Y, v.Y)}
			}
			if high.X-low.X < high.Y-low.Y {
				corner.X = high.X
			} else {
				corner.Y = low.Y
			}
		}
		at := state[1].Point(corner.Add(sim.Vec{X: reach, Y: -reach}))
		state[0].X, state[0].Y = at.X, at.Y
		eye, err := New(t.Context(), scene, 224)
		if err != nil {
			t.Fatal(err)
		}
		seen, _, err := eye.See(t.Context(), state, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i, b := range state {
			if d := (sim.Vec{X: seen[i].X - b.X, Y: seen[i].Y - b.Y}).Len(); !seen[i].Seen || !(d < 0.01) {
				t.Errorf("the T turned by %g rad: body %d is seen %v, %g m off", angle, i, seen[i].Seen, d)
			}
		}
	}
}

// TestFastTurnsAreFollowed without anyone's word: how far a body turns from one picture to the next is told by how it turned before, although
// it looks the same after half a turn.
func TestFastTurnsAreFollowed(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	scene.Bodies = []sim.Body{sim.NewBox(0.5, 0.2, 1, sim.Surface{})}
	scene.Walls = []sim.Shape{sim.NewShape(sim.Segment, 0.01, sim.Surface{}, sim.Vec{X: -2, Y: -1}, sim.Vec{X: 2, Y: -1})}
	eye, err := New(t.Context(), &scene, 96)
	if err != nil {
		t.Fatal(err)
	}
	state := scene.Start()
	for k := range 14 { // up to 2.4 rad a picture
		seen, _, err := eye.See(t.Context(), state, nil)
		if err != nil {
			t.Fatal(err)
		}
		if off := seen[0].Angle - state[0].Angle; !seen[0].Turned || !(math.Abs(off) < 0.05) {
			t.Errorf("picture %d: the angle is %g rad, and seen as %g: %v", k, state[0].Angle, seen[0].Angle, seen[0].Turned)
		}
		state[0].Angle += 0.2 * float64(k)
	}
}
