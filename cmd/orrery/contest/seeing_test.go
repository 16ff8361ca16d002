package contest

import (
	"context"
	"errors"
	"io"
	"math"
	"orrery/datasets/shard"
	"path/filepath"
	"testing"
	"time"

	"orrery/cmd/orrery/planning"
	"orrery/sim"
	"orrery/sim/engine"
	"orrery/world"
)

// dim is an observer that sees all poses exactly, but nothing at some frames, and no angle of the first body.
type dim struct {
	t        *testing.T
	frame    int
	dark     int // number of the frame at which nothing is seen
	expected []sim.State
}

func (d *dim) See(_ context.Context, truth, expected sim.State) ([]sim.Sight, time.Duration, error) {
	var sights []sim.Sight
	for i, b := range truth {
		sights = append(sights, sim.Sight{X: b.X, Y: b.Y, Angle: b.Angle, Seen: d.frame != d.dark, Turned: i > 0 && d.frame != d.dark})
	}
	d.expected = append(d.expected, expected)
	d.frame++
	if d.frame == 20 {
		return nil, 0, errors.New("the lamp is out")
	}
	return sights, time.Duration(d.frame) * time.Millisecond, nil
}

// TestBelievedStatesFollowFromWhatIsSeen: velocities are right from the second frame on, a frame that nobody sees is
// bridged by the model, and errors are those of the states.
func TestBelievedStatesFollowFromWhatIsSeen(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	scene.Gravity = sim.Vec{Y: -3}
	disc := sim.NewDisc(0.1, 1, sim.Surface{})
	disc.Start = sim.BodyState{VX: 1, VY: 2}
	box := sim.NewBox(0.1, 0.2, 1, sim.Surface{})
	box.Start = sim.BodyState{X: 2, VX: -1, Omega: 4}
	scene.Bodies = []sim.Body{disc, box}
	trajectory, err := engine.Simulate(t.Context(), &scene, nil, 19, nil)
	if err != nil {
		t.Fatal(err)
	}
	predictor, err := world.Bare(planning.Engine{}).Predictor([]*sim.Scene{&scene})
	if err != nil {
		t.Fatal(err)
	}
	observer := &dim{t: t, dark: 9}
	s := &seeing{observer: observer, scene: &scene, predictor: predictor}
	for k, state := range trajectory.States {
		believed, err := s.see(t.Context(), state)
		if err != nil {
			t.Fatal(err)
		}
		if (observer.expected[k] == nil) != (k == 0) {
			t.Errorf("frame %d: expected is %v", k, observer.expected[k])
		}
		for i, b := range believed {
			want := state[i]
			if !(math.Hypot(b.X-want.X, b.Y-want.Y) < 1e-3) {
				t.Errorf("frame %d: body %d is believed at %g %g, is at %g %g", k, i, b.X, b.Y, want.X, want.Y)
			}
			if k > 0 && !(math.Hypot(b.VX-want.VX, b.VY-want.VY) < 0.05 && math.Abs(b.Omega-want.Omega) < 0.01) {
				t.Errorf("frame %d: body %d moves at %g %g %g, is believed to at %g %g %g", k, i, want.VX, want.VY, want.Omega, b.VX, b.VY, b.Omega)
			}
		}
	}
	if ms, off := s.sumUp(); ms != 10 || !(off < 1e-3) {
		t.Errorf("seeing takes %g ms and is %g m off", ms, off)
	}
	if _, err := s.see(t.Context(), trajectory.States[18]); err == nil {
		t.Error("what the observer cannot do is not said")
	}
}

// TestABodyThatWasHiddenIsStillKnown: when it is seen again its velocity is put right, as if it had been seen all the time.
func TestABodyThatWasHiddenIsStillKnown(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	scene.Gravity = sim.Vec{}
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 1, sim.Surface{})}
	predictor, err := world.Bare(planning.Engine{}).Predictor([]*sim.Scene{&scene})
	if err != nil {
		t.Fatal(err)
	}
	s := &seeing{observer: &dim{t: t, dark: 3}, scene: &scene, predictor: predictor}
	var last sim.BodyState
	for k := range 5 {
		truth := sim.State{{X: float64(k) * scene.FrameTime()}}
		if k == 4 {
			truth[0].Y = 0.9 * scene.FrameTime() // someone kicks it in the dark
		}
		believed, err := s.see(t.Context(), truth)
		if err != nil {
			t.Fatal(err)
		}
		last = believed[0]
	}
	if !(math.Hypot(last.VX-1, last.VY-0.9) < 1e-6) {
		t.Errorf("it moves at 1 0.9 m/s, and is believed to at %g %g", last.VX, last.VY)
	}
}

// TestNothingSeenTakesNoTime, and is nowhere off.
func TestNothingSeenTakesNoTime(t *testing.T) {
	t.Parallel()
	if ms, off := (&seeing{}).sumUp(); ms != 0 || off != 0 {
		t.Errorf("%v ms, %v m", ms, off)
	}
}

// TestWhatCannotBeKeptEndsAContest: figures that are lost would be found out after all episodes.
func TestWhatCannotBeKeptEndsAContest(t *testing.T) {
	t.Parallel()
	journal, err := shard.OpenJournal(filepath.Join(t.TempDir(), "journal"), testSettings{1, "m"}, false, false)
	if err != nil {
		t.Fatal(err)
	}
	c := small(t, "push")
	c.Journal = journal
	if _, _, err := c.Run(t.Context(), io.Discard, 1); err != nil {
		t.Fatal(err)
	}
	if err := journal.End(false); err != nil {
		t.Fatal(err)
	}
	if _, _, err := c.Run(t.Context(), io.Discard, 2); err == nil {
		t.Error("a contest goes on with a journal that has ended")
	}
}
