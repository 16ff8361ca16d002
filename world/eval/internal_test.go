package eval

import (
	"encoding/json"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
	"orrery/world/geom"
	"orrery/world/region"
)

// The interval of the mean of normal values must hold the true mean about 95
// times in 100; the percentile bootstrap of 40 values does so a little less.
func TestBootstrapIntervalsCoverTheMean(t *testing.T) {
	t.Parallel()
	const n, repeats = 40, 600
	rng := sim.NewRand(5, "coverage", 0)
	covered := 0
	r := newResampler(11, n, 400)
	values := make([]float64, n)
	for range repeats {
		for i := range values {
			values[i] = 3 + rng.NormFloat64()
		}
		if lo, hi := r.interval(values); lo <= 3 && 3 <= hi {
			covered++
		}
	}
	if share := float64(covered) / repeats; !(share >= 0.91) || !(share <= 0.97) {
		t.Errorf("intervals cover the mean in %.3f of all cases, want about 0.94", share)
	}
}

func TestBootstrapIntervalOfOneValueIsThatValue(t *testing.T) {
	t.Parallel()
	lo, hi := newResampler(1, 9, 20).interval(slices.Repeat([]float64{0.25}, 9))
	if lo != 0.25 || hi != 0.25 {
		t.Errorf("interval %g to %g, want 0.25", lo, hi)
	}
}

// TestIntervalsWeighEpisodesByWhatTheyCount: an episode of many values moves the mean more than one of few.
func TestIntervalsWeighEpisodesByWhatTheyCount(t *testing.T) {
	t.Parallel()
	parts := []part{{sum: 0, count: 9}, {sum: 10, count: 1}}
	lo, hi := newResampler(1, 2, 400).ends(2, func(i int) part { return parts[i] })
	if lo != 0 || hi != 10 {
		t.Errorf("the mean of 9 zeros and a ten lies in %v to %v, want 0 to 10", lo, hi)
	}
}

// TestCalibrationHasIntervals over episodes, each of which counts by its bodies.
func TestCalibrationHasIntervals(t *testing.T) {
	t.Parallel()
	of := func(level, x float64, bodies int) comparison {
		all := func(x float64) [][]float64 { return [][]float64{slices.Repeat([]float64{x}, bodies)} }
		e := &expectation{within: all(level), sigma: all(x), off: all(2 * x), stretch: all(3 * x)}
		radii := make([][]float64, len(calibrationLevels))
		for l := range radii {
			radii[l] = slices.Repeat([]float64{x * float64(10+l)}, bodies)
		}
		e.radius = [][][]float64{radii}
		return comparison{expectation: e}
	}
	c := newResampler(1, 2, 400).calibration([]comparison{of(0.6, 1, 3), of(0.93, 5, 1)})
	if c.SigmaM[0] != 2 || c.Coverage[0][1] != 0.75 {
		t.Errorf("mean σ %v, coverage %v", c.SigmaM, c.Coverage)
	}
	for _, end := range []struct {
		got   *calibrationMeans
		x     Number
		cover []Number
	}{{c.Lo95, 1, []Number{0, 0, 0, 1}}, {c.Hi95, 5, []Number{0, 1, 1, 1}}} {
		got := end.got
		if !slices.Equal(got.Coverage[0], end.cover) || got.SigmaM[0] != end.x || got.ErrorM[0] != 2*end.x || got.Stretch[0] != 3*end.x {
			t.Errorf("an end of the intervals is %+v", got)
		}
		for l, r := range got.RadiusM[0] {
			if r != end.x*Number(10+l) {
				t.Errorf("an end of the interval of radius %d is %v", l, r)
			}
		}
	}
	if err := c.validate(1); err != nil {
		t.Error(err)
	}
	c.Lo95.Coverage[0] = c.Lo95.Coverage[0][1:]
	if c.validate(1) == nil {
		t.Error("an interval of other levels is valid")
	}
	if c.Lo95, c.Hi95 = c.Hi95, nil; c.validate(1) == nil {
		t.Error("half an interval is valid")
	}
}

// TestEveryEpisodeIsUnroundedByItself: by a chance that its number and the seed decide, or what is rounded alike would be
// wrong alike in all episodes.
func TestEveryEpisodeIsUnroundedByItself(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 1, sim.Surface{})}
	at := sim.State{{X: 0.5, Y: 0.25}}
	trajectory := &sim.Trajectory{Scene: &scene, States: []sim.State{at, at}}
	off := func(seed uint64, episode int) float64 {
		v := &evaluation{cfg: Config{Seed: seed}, trajectories: []*sim.Trajectory{trajectory, trajectory}}
		v.Frames = []int{1}
		e := v.expect(episode, trajectory.States, [][]region.Region{{region.Normal(1e-7)}})
		return e.off[0][0]
	}
	first := off(1, 0)
	if !(first > 0 && first < 1e-7) {
		t.Errorf("rounding moves a body by %g m", first)
	}
	if off(1, 0) != first || off(1, 1) == first || off(2, 0) == first {
		t.Errorf("%g m with seed 1 in episode 0, then %g; in episode 1 %g; with seed 2 %g", first, off(1, 0), off(1, 1), off(2, 0))
	}
}

// TestIntervalsOfManyThingsAreAsNarrowAsTheyShouldBe, though not all of them are drawn apart.
func TestIntervalsOfManyThingsAreAsNarrowAsTheyShouldBe(t *testing.T) {
	t.Parallel()
	const n = 5 * 4096
	rng := sim.NewRand(8, "test", 0)
	values := make([]float64, n)
	for i := range values {
		values[i] = 1 + 2*rng.NormFloat64()
	}
	r := newResampler(1, n, 300)
	lo, hi := r.interval(values)
	if want := 2 * 1.96 * 2 / math.Sqrt(n); !scalar.EqualWithinRel(hi-lo, want, 0.2) || !(lo < 1.05) || !(hi > 0.95) {
		t.Errorf("the interval is %v to %v, want about %v wide", lo, hi, want)
	}
	if len(r.picks[0]) != 4096 {
		t.Errorf("%d things are drawn", len(r.picks[0]))
	}
}

func TestMedianIsTheMiddle(t *testing.T) {
	t.Parallel()
	for want, values := range map[float64][]float64{2: {3, 1, 2}, 2.5: {4, 1, 3, 2}, 7: {7}} {
		if got := median(values); got != want {
			t.Errorf("median of %v is %g, want %g", values, got, want)
		}
	}
}

func TestEpsilonStaysWithinItsBounds(t *testing.T) {
	t.Parallel()
	l := Ladder{PerturbationsM: []float64{1e-3, 1e-2}, ErrorsM: [][]float64{{1e-3, 1e-2}, {1e-3, 1e-2}, {1e-3, 1e-2}}}
	got := l.epsilons([]float64{0, 3e-3, 1e6})
	for h, want := range []float64{1e-6, 3e-3, 1} {
		if !(math.Abs(float64(got[h])-want) <= 1e-9*want) {
			t.Errorf("horizon %d: %v m, want %v", h, got[h], want)
		}
	}
}

// TestWeightIsNoBounce: what a body that lies on the floor gains in two frames is no bounce,
// however strong gravity is; more than that is.
func TestWeightIsNoBounce(t *testing.T) {
	t.Parallel()
	scene := &sim.Scene{FPS: 20, Substeps: 1, Gravity: sim.Vec{Y: -40}} // 2 m/s in a frame
	lies := geom.Contact{A: 0, B: geom.Wall, Normal: sim.Vec{Y: 1}}
	for speed, want := range map[float64]motion{0: resting, 2: resting, 3.9: resting, 4.1: bouncing} {
		before, after := sim.State{{VY: -speed}}, sim.State{{}}
		if got := motionOf(scene, &lies, before, after, 0); got != want {
			t.Errorf("met at %v m/s: %s, want %s", speed, motionNames[got], motionNames[want])
		}
	}
}

// TestEveryCoordinateIsScaledByItsOwnRange: places by that of places, velocities by that of
// velocities, each to a width of 2.
func TestEveryCoordinateIsScaledByItsOwnRange(t *testing.T) {
	t.Parallel()
	scene := &sim.Scene{Bodies: []sim.Body{{Kind: sim.Dynamic}, {Kind: sim.Kinematic}, {Kind: sim.Dynamic}}}
	for name, c := range map[string]struct{ off, want sim.BodyState }{
		"x":        {off: sim.BodyState{X: 1}, want: sim.BodyState{X: 2. / 8}},
		"y":        {off: sim.BodyState{Y: 1}, want: sim.BodyState{X: 2. / 8}},
		"vx":       {off: sim.BodyState{VX: 1}, want: sim.BodyState{X: 2. / 3}},
		"vy":       {off: sim.BodyState{VY: -1}, want: sim.BodyState{X: 2. / 3}},
		"the rest": {off: sim.BodyState{Angle: 1, Omega: 1}},
	} {
		for body, of := range []float64{8, 0, 8} { // four numbers for each of two bodies
			want := 0.0
			if of > 0 {
				want = c.want.X * c.want.X / of
			}
			predicted := make(sim.State, 3)
			predicted[body] = c.off
			if got := (ranges{8, 3}).scaled(scene, make(sim.State, 3), predicted); !scalar.EqualWithinAbs(got, want, 1e-12) {
				t.Errorf("%s of body %d off by 1: %v, want %v", name, body, got, want)
			}
		}
	}
}

// TestWhatWasNotMeasuredDoesNotCount: means, medians and intervals are those of the others.
func TestWhatWasNotMeasuredDoesNotCount(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	got := newResampler(1, 5, 50).spread([][]float64{{nan, 2, 2, nan, 2}, {nan, 1, 2, 9, nan}, {nan, nan, nan, nan, nan}})
	if got.Mean[0] != 2 || got.Median[0] != 2 || got.Lo95[0] != 2 || got.Hi95[0] != 2 {
		t.Errorf("three twos: %+v", got)
	}
	if got.Mean[1] != 4 || got.Median[1] != 2 || !(got.Lo95[1] >= 1 && got.Lo95[1] < got.Hi95[1] && got.Hi95[1] <= 9) {
		t.Errorf("1, 2 and 9: %+v", got)
	}
	if !math.IsNaN(got.Mean[2]) || !math.IsNaN(got.Median[2]) || !math.IsNaN(got.Lo95[2]) {
		t.Errorf("nothing: %+v", got)
	}
}

// Velocities of poses are those between their neighbours, and of the last pose those since the one before.
func TestPosesTellVelocities(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	scene.FPS = 10
	poses := []sim.State{{{X: 1, VX: 5, VY: 6, Omega: 7}}, {{X: 2, Y: 1, VX: 99}}, {{X: 4, Angle: 3}}, {{X: 4, Y: 2, Angle: 4}}}
	got := withVelocities(&scene, poses)
	for k, want := range []sim.BodyState{{VX: 5, VY: 6, Omega: 7}, {VX: 15, Omega: 15}, {VX: 10, VY: 5, Omega: 20}, {VY: 20, Omega: 10}} {
		want.X, want.Y, want.Angle = poses[k][0].X, poses[k][0].Y, poses[k][0].Angle
		if got[k][0] != want {
			t.Errorf("frame %d is %+v, want %+v", k, got[k][0], want)
		}
	}
	if poses[1][0].VX != 99 {
		t.Error("the poses were changed")
	}
}

// TestWhatIsNoFiniteNumberIsNull in files, and read back as no number.
func TestWhatIsNoFiniteNumberIsNull(t *testing.T) {
	t.Parallel()
	for x, want := range map[Number]string{0.5: "0.5", -3: "-3", Number(math.Inf(1)): "null", Number(math.Inf(-1)): "null", Number(math.NaN()): "null"} {
		text, err := json.Marshal(x)
		if err != nil || string(text) != want {
			t.Errorf("%v is written %s, %v; want %s", float64(x), text, err, want)
		}
		var back Number
		if err := json.Unmarshal(text, &back); err != nil || back.Measured() != (want != "null") || back.Measured() && back != x {
			t.Errorf("%s is read as %v, %v", text, float64(back), err)
		}
	}
}
