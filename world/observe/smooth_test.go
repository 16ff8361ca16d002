package observe_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/world/observe"
	"orrery/world/observe/discs"
)

// seen returns so many episodes of a set with what a camera sees of them, and their law.
func seen(t *testing.T, set *discs.Set, episodes int) ([]*discs.Episode, []*observe.Watch, observe.Law) {
	t.Helper()
	var truth []*discs.Episode
	var watches []*observe.Watch
	for k := range episodes {
		e := set.Episode(k)
		truth, watches = append(truth, e), append(watches, set.Watch(e, k))
	}
	law, err := observe.Measure(t.Context(), watches)
	if err != nil {
		t.Fatal(err)
	}
	return truth, watches, law
}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s %v, want %v ± %v", what, got, want, tolerance)
	}
}

// TestLawOfAllEpisodes: noise, gravity, drag, elasticity and friction come out of positions and angles.
func TestLawOfAllEpisodes(t *testing.T) {
	t.Parallel()
	set := discs.Default()
	set.Gravity, set.GravityUntold, set.Drag = 3, true, 0.3
	_, _, law := seen(t, &set, 8)
	near(t, "noise", law.Noise, 0.001, 3e-5)
	near(t, "noise of angles", law.Turn, 0.01, 6e-4)
	near(t, "gravity", law.Gravity.Y, -3, 0.05)
	near(t, "gravity across", law.Gravity.X, 0, 0.02)
	near(t, "drag beyond what the scene says", law.Drag, 0, 0.03)
	near(t, "drag of spin beyond what the scene says", law.TurnDrag, -0.3, 0.05)
	near(t, "elasticity of walls", law.Walls.Elasticity, 0.7, 0.05)
	if !(law.Gap <= 5e-4) || !(math.Abs(law.Skin) <= 5e-4) {
		t.Errorf("things touch at %v ± %v m, want 0", law.Skin, law.Gap)
	}
}

// TestWhatBodiesGiveEachOtherIsLearned: that one gains what the other loses is relied upon as far as masses are right.
func TestWhatBodiesGiveEachOtherIsLearned(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ heavier, least, most float64 }{"masses are right": {1, 0, 0.01}, "one is wrong": {2, 0.1, 2}} {
		set := discs.Default()
		var watches []*observe.Watch
		for k := range 8 {
			w := set.Watch(set.Episode(k), k)
			for i := range w.Scene.Bodies[:2] {
				w.Scene.Bodies[i].Mass *= c.heavier
			}
			watches = append(watches, w)
		}
		law, err := observe.Measure(t.Context(), watches)
		if err != nil {
			t.Fatal(err)
		}
		if !(law.Give >= c.least && law.Give <= c.most) {
			t.Errorf("%s: what is lost differs by %v of what is gained, want %v to %v", name, law.Give, c.least, c.most)
		}
	}
}

// TestSmoothDiscsDoNotStick: where nothing rubs, noise is not taken for friction that holds.
func TestSmoothDiscsDoNotStick(t *testing.T) {
	t.Parallel()
	set := discs.Default()
	set.E, set.WallE, set.Mu, set.WallMu = 1, 1, 0, 0
	s, err := discs.Judge(t.Context(), &set, 6)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, law := seen(t, &set, 6); law.Pairs.Friction != 0 || law.Walls.Friction != 0 {
		t.Errorf("friction of %v and of %v with walls is found where there is none", law.Pairs.Friction, law.Walls.Friction)
	}
	if in := s.Inside(); !(in[1][2] > 0.82) {
		t.Errorf("%v of spins inside regions of 0.9", in[1][2])
	}
}

// TestToldGravityIsKept: nothing is found beyond what the scene says.
func TestToldGravityIsKept(t *testing.T) {
	t.Parallel()
	set := discs.Default()
	set.Gravity, set.Frames = 3, 31
	_, _, law := seen(t, &set, 6)
	near(t, "gravity", law.Gravity.Len(), 0, 0.03)
	near(t, "drag", law.Drag, 0, 0.05)
}

// TestGravityIsFoundAlongEitherAxis, and is exactly nothing along one where sights show none.
func TestGravityIsFoundAlongEitherAxis(t *testing.T) {
	t.Parallel()
	for _, g := range []sim.Vec{{}, {X: 2}, {Y: -3}, {X: 2, Y: -3}} {
		scene := sim.DefaultScene()
		scene.Gravity = sim.Vec{}
		for range 4 {
			scene.Bodies = append(scene.Bodies, sim.NewDisc(0.1, 1, sim.Surface{}))
		}
		random := sim.NewRand(1, "falls", 0)
		w := &observe.Watch{Scene: &scene}
		for k := range 61 {
			at := float64(k) / 30
			row := make([]sim.Sight, len(scene.Bodies))
			for i := range row {
				p := sim.Vec{X: 20 * float64(i), Y: at}.Add(g.Scale(at * at / 2))
				row[i] = sim.Sight{Seen: true, X: p.X + 0.001*random.NormFloat64(), Y: p.Y + 0.001*random.NormFloat64()}
			}
			w.Times, w.Sights = append(w.Times, at), append(w.Sights, row)
		}
		law, err := observe.Measure(t.Context(), []*observe.Watch{w})
		if err != nil {
			t.Fatal(err)
		}
		for axis, pair := range [][2]float64{{law.Gravity.X, g.X}, {law.Gravity.Y, g.Y}} {
			if pair[1] == 0 && pair[0] != 0 {
				t.Errorf("%v: gravity %v along axis %d, want none", g, pair[0], axis)
			}
			near(t, "gravity", pair[0], pair[1], 0.02)
		}
	}
}

// TestFilterKnowsNoFuture: what comes after its time changes nothing.
func TestFilterKnowsNoFuture(t *testing.T) {
	t.Parallel()
	set := discs.Default()
	truth, watches, law := seen(t, &set, 3)
	const frame = 20
	time := truth[0].Times[frame]
	before, spread, err := observe.Filter(watches[0], &law, time)
	if err != nil {
		t.Fatal(err)
	}
	w := *watches[0]
	w.Sights = append([][]sim.Sight(nil), w.Sights...)
	for k := frame + 1; k < len(w.Sights); k++ {
		w.Sights[k] = make([]sim.Sight, len(w.Scene.Bodies))
		for i := range w.Sights[k] {
			w.Sights[k][i] = sim.Sight{X: 100, Y: float64(k), Seen: true}
		}
	}
	after, same, err := observe.Filter(&w, &law, time)
	if err != nil {
		t.Fatal(err)
	}
	inside := 0
	for i := range before {
		if before[i] != after[i] || spread[i] != same[i] {
			t.Errorf("body %d: %v became %v by its future", i, before[i], after[i])
		}
		std := spread[i].Std()
		if math.Abs(before[i].VX-truth[0].States[frame][i].VX) < 3*std.VX {
			inside++
		}
	}
	if inside < len(before)-1 {
		t.Errorf("%d of %d velocities within 3 deviations", inside, len(before))
	}
}

// TestSpinIsUnknownOrInferred: without angles it is inferred where friction ties it, and says how well.
func TestSpinIsUnknownOrInferred(t *testing.T) {
	t.Parallel()
	set := discs.Default()
	set.NoAngle = true
	s, err := discs.Judge(t.Context(), &set, 8)
	if err != nil {
		t.Fatal(err)
	}
	if spin := discs.Quantile(s.Spin, 0.5); !(spin < 0.04) {
		t.Errorf("median error of spins %v rad/s, want them inferred", spin)
	}
	if in := s.Inside(); !(in[1][2] > 0.85) {
		t.Errorf("%v of spins inside regions of 0.9", in[1][2])
	}
	set.Frames, set.Mu, set.WallMu = 3, 0, 0
	truth, watches, law := seen(t, &set, 3)
	found, err := observe.Smooth(t.Context(), watches[0], &law, truth[0].Times)
	if err != nil {
		t.Fatal(err)
	}
	if std := found.Std()[1][0].Omega; !(std > 3) {
		t.Errorf("deviation %v rad/s of a spin that nobody can know", std)
	}
}

// TestDeviationsAreNumbers: they are the roots of the diagonal, and what rounding took below nothing is none.
func TestDeviationsAreNumbers(t *testing.T) {
	t.Parallel()
	var c observe.Covariance
	for k, variance := range [sim.StateSize]float64{4, 9, -1e-18, 16, 0.25, 0} {
		c[k*sim.StateSize+k] = variance
		if k > 0 {
			c[k], c[k*sim.StateSize] = 100, 100 // which are of two values together
		}
	}
	if got, want := c.Std(), (sim.BodyState{X: 2, Y: 3, VX: 4, VY: 0.5}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// TestWatchesOfAnyKind: short, exact, sparse, never seen, and at times of its own.
func TestWatchesOfAnyKind(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*discs.Set, *observe.Watch){
		"two frames":    func(*discs.Set, *observe.Watch) {},
		"one frame":     func(_ *discs.Set, w *observe.Watch) { w.Times, w.Sights = w.Times[:1], w.Sights[:1] },
		"no frame":      func(_ *discs.Set, w *observe.Watch) { w.Times, w.Sights = nil, nil },
		"one is unseen": func(_ *discs.Set, w *observe.Watch) { hide(w, 2, 0, len(w.Times)) },
		"a long gap":    func(_ *discs.Set, w *observe.Watch) { hide(w, 1, 1, len(w.Times)-1) },
	} {
		for _, noise := range []float64{0, 0.001} {
			set := discs.Default()
			set.Noise = noise
			if name == "two frames" {
				set.Frames = 2
			}
			truth := set.Episode(0)
			w := set.Watch(truth, 0)
			change(&set, w)
			law, err := observe.Measure(t.Context(), []*observe.Watch{w})
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			found, err := observe.Smooth(t.Context(), w, &law, truth.Times)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			for k, state := range found.States {
				if err := state.Check(); err != nil {
					t.Fatalf("%s: frame %d: %v", name, k, err)
				}
				for i := range state {
					for _, v := range found.Covariance[k][i] {
						if math.IsNaN(v) || math.IsInf(v, 0) {
							t.Fatalf("%s: frame %d: body %d: covariance %v", name, k, i, found.Covariance[k][i])
						}
					}
				}
			}
			if name == "one is unseen" && (len(found.Doubts) == 0 || found.Doubts[0].Body != 2) {
				t.Errorf("doubts %v, want body 2, which was never seen", found.Doubts)
			}
		}
	}
}

func hide(w *observe.Watch, body, from, to int) {
	for k := from; k < to; k++ {
		w.Sights[k][body] = sim.Sight{}
	}
}

// TestTwoFramesAreNotExact: where noise cannot be measured it is presumed, and uncertainty is honest.
func TestTwoFramesAreNotExact(t *testing.T) {
	t.Parallel()
	set := discs.Default()
	set.Frames = 2
	s, err := discs.Judge(t.Context(), &set, 20)
	if err != nil {
		t.Fatal(err)
	}
	if in := s.Inside(); !(in[1][0] > 0.8 && in[1][1] > 0.8) {
		t.Errorf("shares %v inside regions of 0.9", in[1])
	}
}

// TestToldNoiseIsUsed: a sight that tells a large deviation moves nothing.
func TestToldNoiseIsUsed(t *testing.T) {
	t.Parallel()
	set := discs.Default()
	set.Discs, set.Frames = 1, 15
	truth, watches, law := seen(t, &set, 3)
	w := watches[0]
	w.Sights[7][0].X += 0.02
	w.Sights[7][0].Std = 1
	found, err := observe.Smooth(t.Context(), w, &law, truth[0].Times)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "x", found.States[7][0].X, truth[0].States[7][0].X, 0.003)
}

// TestWrongSightsAreLeftOut: one that is 10 cm off for a frame neither moves a body nor hits it.
func TestWrongSightsAreLeftOut(t *testing.T) {
	t.Parallel()
	set := discs.Default()
	truth, watches, law := seen(t, &set, 3)
	free := 0
	for i := range truth[0].States[0] {
		if w := watches[0]; !struck(truth[0], i, truth[0].Times[8], truth[0].Times[14]) {
			w.Sights[11][i].X += 0.1
			found, err := observe.Smooth(t.Context(), w, &law, truth[0].Times)
			if err != nil {
				t.Fatal(err)
			}
			near(t, "x", found.States[11][i].X, truth[0].States[11][i].X, 0.003)
			near(t, "vx", found.States[11][i].VX, truth[0].States[11][i].VX, 0.03)
			free++
		}
	}
	if free == 0 {
		t.Error("no body flies in the middle of the episode")
	}
}

func struck(e *discs.Episode, body int, from, to float64) bool {
	for _, h := range e.Impacts {
		if (h.Body == body || h.Other == body) && h.Time > from && h.Time < to {
			return true
		}
	}
	return false
}

// TestImpulsesAreThoseThatActed compares time, normal and impulse of what was found with what happened.
func TestImpulsesAreThoseThatActed(t *testing.T) {
	t.Parallel()
	set := discs.Default()
	set.Discs = 2
	truth, watches, law := seen(t, &set, 6)
	found := 0
	for k, w := range watches {
		e, err := observe.Smooth(t.Context(), w, &law, truth[k].Times)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range e.Impacts {
			for _, h := range truth[k].Impacts {
				if f.Body == h.Other && f.Other == h.Body {
					h.Body, h.Other, h.Normal = h.Other, h.Body, h.Normal.Scale(-1)
				}
				if f.Body != h.Body || f.Other != h.Other || !(math.Abs(f.Time-h.Time) <= 0.004) {
					continue
				}
				found++
				mass := w.Scene.Bodies[f.Body].Mass
				near(t, "push", f.Push/mass, h.Push/mass, 0.15)
				near(t, "rub", f.Rub/mass, h.Rub/mass, 0.15)
				near(t, "normal", f.Normal.Dot(h.Normal), 1, 0.01)
				if !(f.StdTime > 0 && f.StdTime < 0.02) {
					t.Errorf("deviation of a time %v s", f.StdTime)
				}
			}
		}
	}
	if found < 8 {
		t.Errorf("%d impacts found, want more", found)
	}
}

// TestSmoothStops: when its context ends, and says so.
func TestSmoothStops(t *testing.T) {
	t.Parallel()
	set := discs.Default()
	truth, watches, law := seen(t, &set, 1)
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := observe.Smooth(ctx, watches[0], &law, truth[0].Times); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that of the context", err)
	}
	if _, err := observe.Measure(ctx, watches); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that of the context", err)
	}
}

// TestSmoothIsDeterministic: twice the same.
func TestSmoothIsDeterministic(t *testing.T) {
	t.Parallel()
	set := discs.Default()
	truth, watches, law := seen(t, &set, 2)
	var first *observe.Estimate
	for range 2 {
		e, err := observe.Smooth(t.Context(), watches[1], &law, truth[1].Times)
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = e
			continue
		}
		for k := range e.States {
			for i := range e.States[k] {
				if e.States[k][i] != first.States[k][i] || e.Covariance[k][i] != first.Covariance[k][i] {
					t.Fatalf("frame %d: body %d: %v and %v", k, i, e.States[k][i], first.States[k][i])
				}
			}
		}
	}
}

// TestWatchesAreChecked: what is wrong is named with its place.
func TestWatchesAreChecked(t *testing.T) {
	t.Parallel()
	for want, spoil := range map[string]func(*observe.Watch){
		"picture 3: time 0 s must be finite and later": func(w *observe.Watch) { w.Times[3] = 0 },
		"picture 2: body 1: what was measured must be": func(w *observe.Watch) { w.Sights[2][1].X = math.NaN() },
		"and its deviations at least 0":                func(w *observe.Watch) { w.Sights[2][1].Std = -1 },
		"must be later than":                           func(w *observe.Watch) { w.Sights[2][1].After = -0.2 },
		"must be as many as the":                       func(w *observe.Watch) { w.Times = w.Times[1:] },
		"sights of 1 bodies must be of the scene's 5":  func(w *observe.Watch) { w.Sights[4] = w.Sights[4][:1] },
	} {
		set := discs.Default()
		set.Frames = 6
		w := set.Watch(set.Episode(0), 0)
		spoil(w)
		if err := w.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}
