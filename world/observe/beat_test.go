package observe_test

import (
	"math"
	"testing"

	"orrery/sim"
	"orrery/sim/engine"
	"orrery/world/observe"
	"orrery/world/observe/discs"
)

// stepping returns discs as the engine moves them, and what is seen of them.
func stepping(t *testing.T, substeps, episodes int, gravity, noise float64) (exact []*sim.Trajectory, watches []*observe.Watch) {
	t.Helper()
	set := discs.Default()
	set.Gravity = gravity
	for k := range episodes {
		scene := *set.Episode(k).Scene
		scene.Substeps = substeps
		motion, err := engine.Simulate(t.Context(), &scene, scene.Start(), 61, nil)
		if err != nil {
			t.Fatal(err)
		}
		rng := sim.NewRand(3, "test beat", k)
		w := &observe.Watch{Scene: &scene}
		for frame, state := range motion.States {
			row := make([]sim.Sight, len(state))
			for i, s := range state {
				row[i] = sim.Sight{
					X: s.X + noise*rng.NormFloat64(), Y: s.Y + noise*rng.NormFloat64(), Angle: s.Angle + 10*noise*rng.NormFloat64(), Seen: true, Turned: true,
				}
			}
			w.Times, w.Sights = append(w.Times, float64(frame)*scene.FrameTime()), append(w.Sights, row)
		}
		exact, watches = append(exact, motion), append(watches, w)
	}
	return exact, watches
}

// TestAnEngineKeepsItsBeat: things that move in steps hit each other at their ends, and their velocities change then, in the frame that
// the engine shows them in.
func TestAnEngineKeepsItsBeat(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		substeps int
		gravity  float64
	}{{1, 0}, {2, 3}} {
		exact, watches := stepping(t, c.substeps, 3, c.gravity, 1e-4)
		law, err := observe.Measure(t.Context(), watches)
		if err != nil {
			t.Fatal(err)
		}
		if want := 1.0 / 30 / float64(c.substeps); !(math.Abs(law.Beat-want) <= 1e-9) || law.Phase != 0 {
			t.Fatalf("%d steps a frame: a beat of %v s from %v s, want %v from 0", c.substeps, law.Beat, law.Phase, want)
		}
		var off, all, sure int
		for k, w := range watches {
			found, err := observe.Smooth(t.Context(), w, &law, w.Times)
			if err != nil {
				t.Fatal(err)
			}
			std := found.Std()
			for frame, state := range found.States {
				for i, s := range state {
					all++
					if d := s.Velocity().Sub(exact[k].States[frame][i].Velocity()).Len(); !(d <= 0.02) {
						off++
						if std[frame][i].Velocity().Len() < d/5 {
							sure++
						}
					}
				}
			}
		}
		if off*100 > 3*all || sure*100 > all {
			t.Errorf("%d steps a frame: %d of %d velocities are off by more than 0.02 m/s, %d of them more than is said", c.substeps, off, all, sure)
		}
	}
}

// TestTheWorldHasNoBeat: things that hit each other at any time.
func TestTheWorldHasNoBeat(t *testing.T) {
	t.Parallel()
	set := discs.Default()
	set.Noise = 1e-4
	var watches []*observe.Watch
	for k := range 4 {
		watches = append(watches, set.Watch(set.Episode(k), k))
	}
	law, err := observe.Measure(t.Context(), watches)
	if err != nil || law.Beat != 0 || law.Phase != 0 {
		t.Errorf("a beat of %v s from %v s: %v", law.Beat, law.Phase, err)
	}
}

// TestWhatOverlapsIsMovedApart: in the steps after a hit an engine moves things apart beside their velocities, by a share of the overlap that hits
// tell, and states have that.
func TestWhatOverlapsIsMovedApart(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		substeps int
		share    float64
	}{{1, 1 - 0.81}, {2, 0.1}} { // 0.9^60 of an overlap is left after a second
		exact, watches := stepping(t, c.substeps, 3, 0, 2e-5)
		law, err := observe.Measure(t.Context(), watches)
		if err != nil {
			t.Fatal(err)
		}
		if !(math.Abs(law.Share-c.share) <= 0.1*c.share) {
			t.Errorf("%d steps a frame: a share of %v ± %v, want %v", c.substeps, law.Share, law.ShareOff, c.share)
		}
		var off, wrong, all int
		for k, w := range watches {
			found, err := observe.Smooth(t.Context(), w, &law, w.Times)
			if err != nil {
				t.Fatal(err)
			}
			for frame, state := range found.States {
				for i, s := range state {
					all++
					if d := s.Position().Sub(exact[k].States[frame][i].Position()).Len(); !(d <= 6e-5) {
						off++
					}
					if d := s.Velocity().Sub(exact[k].States[frame][i].Velocity()).Len(); !(d <= 0.01) {
						wrong++
					}
				}
			}
		}
		t.Logf("%d steps a frame: share %v ± %v, %d places and %d velocities of %d are off", c.substeps, law.Share, law.ShareOff, off, wrong, all)
		if off*100 > all || wrong*100 > all {
			t.Errorf("%d steps a frame: of %d, %d places are off by more than 0.06 mm, %d velocities by more than 0.01 m/s", c.substeps, all, off, wrong)
		}
	}
}

// TestWhoSaysTooLittleOfNoiseIsUnderstood: where sights are three times as far off as they say, as those of compressed films may be, flights
// explain them all the same, and velocities are those that the engine shows, half a step's worth of gravity beyond those of the motion itself.
func TestWhoSaysTooLittleOfNoiseIsUnderstood(t *testing.T) {
	t.Parallel()
	const noise, gravity = 1e-4, 3
	exact, watches := stepping(t, 1, 3, gravity, noise)
	for _, w := range watches {
		for _, row := range w.Sights {
			for i := range row {
				row[i].Std, row[i].StdTurn = noise/3, 10*noise/3
			}
		}
	}
	law, err := observe.Measure(t.Context(), watches)
	if err != nil {
		t.Fatal(err)
	}
	var off, all int
	for k, w := range watches {
		found, err := observe.Smooth(t.Context(), w, &law, w.Times)
		if err != nil {
			t.Fatal(err)
		}
		for frame, state := range found.States {
			for i, s := range state {
				all++
				if d := s.Velocity().Sub(exact[k].States[frame][i].Velocity()).Len(); !(d <= gravity*law.Beat/4) {
					off++
				}
			}
		}
	}
	t.Logf("%d of %d velocities are off by more than a quarter of a step's worth of gravity", off, all)
	if off*100 > 6*all { // a tenth are where flights count as unexplained
		t.Errorf("%d of %d velocities are off by more than a quarter of a step's worth of gravity", off, all)
	}
}
