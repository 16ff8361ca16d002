package eval

import (
	"context"
	"math"
	"slices"
	"sync"
	"testing"

	"orrery/sim"
)

// These tests hold the margins and limits of the measures, each from both sides.

// onFloor returns two frames of a disc of 0.1 m whose lowest point has a gap in metres to
// a floor at height 0, with a velocity before and one after.
func onFloor(gap float64, before, after sim.Vec) *sim.Trajectory {
	scene := sim.DefaultScene()
	scene.Substeps, scene.Gravity = 1, sim.Vec{}
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 10, sim.Surface{})}
	scene.Walls = []sim.Shape{sim.NewShape(sim.Segment, 0, sim.Surface{}, sim.Vec{X: -5}, sim.Vec{X: 5})}
	at := func(v sim.Vec) sim.State { return sim.State{{Y: 0.1 + gap, VX: v.X, VY: v.Y}} }
	return &sim.Trajectory{Scene: &scene, States: []sim.State{at(before), at(after)}}
}

func TestMotionsAreToldApartAtTheirLimits(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		what          string
		gap           float64
		before, after sim.Vec
		want          motion
	}{
		{"a gap that touches", 0.9e-4, sim.Vec{}, sim.Vec{}, resting},
		{"a gap that does not", 1.1e-4, sim.Vec{}, sim.Vec{}, flying},
		{"too slow to slide", 0, sim.Vec{X: 0.009}, sim.Vec{X: 0.009}, resting},
		{"sliding", 0, sim.Vec{X: 0.011}, sim.Vec{X: -0.011}, sliding},
		{"too slow to bounce", 0, sim.Vec{Y: -0.019}, sim.Vec{Y: 0.01}, resting},
		{"bouncing", 0, sim.Vec{Y: -0.021}, sim.Vec{Y: 0.01}, bouncing},
		{"bouncing before sliding", 0, sim.Vec{X: 1, Y: -0.021}, sim.Vec{X: 1}, bouncing},
	} {
		if got := motions(onFloor(c.gap, c.before, c.after), 1)[0][0]; got != c.want {
			t.Errorf("%s: %s, want %s", c.what, motionNames[got], motionNames[c.want])
		}
	}
}

func TestMomentumIsWatchedAwayFromWalls(t *testing.T) {
	t.Parallel()
	for gap, watched := range map[float64]bool{0.9e-3: false, 1.1e-3: true} {
		run := onFloor(gap, sim.Vec{X: 1}, sim.Vec{X: 1.5})
		_, drift := touches(run.Scene, run.States)
		want := math.NaN()
		if watched {
			want = 0.5 * float64(run.Scene.FPS) // half of the momentum in one frame
		}
		if !(math.Abs(drift-want) <= 1e-9) && !(math.IsNaN(drift) && !watched) {
			t.Errorf("%v m from a wall the drift is %v a second, want %v", gap, drift, want)
		}
	}
}

// TestMomentumIsWatchedAwayFromWhatIsDriven, whichever of two bodies that is.
func TestMomentumIsWatchedAwayFromWhatIsDriven(t *testing.T) {
	t.Parallel()
	driven, free := sim.NewDisc(0.1, 10, sim.Surface{}), sim.NewDisc(0.1, 10, sim.Surface{})
	driven.Kind, driven.Mass, driven.Moment = sim.Kinematic, 0, 0
	for gap, watched := range map[float64]bool{0.9e-3: false, 1.1e-3: true} {
		for _, first := range []bool{true, false} {
			scene := sim.DefaultScene()
			scene.Substeps, scene.Gravity = 1, sim.Vec{}
			scene.Bodies = []sim.Body{driven, free}
			states := []sim.State{{{}, {X: 0.2 + gap, VY: 1}}, {{}, {X: 0.2 + gap, VY: 1.5}}}
			if !first {
				slices.Reverse(scene.Bodies)
				for _, state := range states {
					slices.Reverse(state)
				}
			}
			if _, drift := touches(&scene, states); math.IsNaN(drift) == watched {
				t.Errorf("%v m from a driven body, which comes first: %v: the drift is %v", gap, first, drift)
			}
		}
	}
}

func TestOverlapIsTheDeepestOfAllFramesButTheStart(t *testing.T) {
	t.Parallel()
	run := onFloor(-0.05, sim.Vec{}, sim.Vec{})
	at := func(y float64) sim.State { return sim.State{{Y: y}} }
	run.States = []sim.State{at(0.05), at(0.09), at(0.07), at(0.08)}
	if deepest, _ := touches(run.Scene, run.States); !(math.Abs(deepest-0.03) <= 1e-9) {
		t.Errorf("deepest overlap %v m, want 0.03", deepest)
	}
}

func TestTheFastestPointOfAnyBodyCounts(t *testing.T) {
	t.Parallel()
	state := sim.State{{VX: 3, VY: 4}, {VX: 3, VY: -4, Omega: -2}, {VX: 1}}
	if got := fastest(state, []float64{0.5, 0.5, 0.5}); !(math.Abs(got-6) <= 1e-12) {
		t.Errorf("%v m/s, want 6", got)
	}
	scene := sim.DefaultScene()
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 10, sim.Surface{}), sim.NewDisc(0.1, 10, sim.Surface{}), sim.NewDisc(0.1, 10, sim.Surface{})}
	scene.Bodies[2].Kind = sim.Kinematic
	run := &sim.Trajectory{Scene: &scene, States: []sim.State{{{VX: 1}, {VY: -7, Omega: -9}, {VX: 50, Omega: 50}}, {{VX: 2}, {Omega: 3}, {}}}}
	if speed, spin := fastestOf([]*sim.Trajectory{run}); speed != 7 || spin != 9 {
		t.Errorf("%v m/s and %v rad/s, want 7 and 9", speed, spin)
	}
}

// standing returns an evaluation at 60 frames a second of discs that move at some speeds
// along x, in m/s, and turn at some rates, in rad/s.
func standing(speeds, spins []float64) *evaluation {
	scene := sim.DefaultScene()
	for range speeds {
		scene.Bodies = append(scene.Bodies, sim.NewDisc(0.1, 10, sim.Surface{}))
	}
	run := &sim.Trajectory{Scene: &scene}
	for frame := range 61 {
		var state sim.State
		for i := range speeds {
			time := float64(frame) / 60
			state = append(state, sim.BodyState{X: float64(i) + speeds[i]*time, Angle: spins[i] * time})
		}
		run.States = append(run.States, state)
	}
	return newEvaluation([]*sim.Trajectory{run}, DefaultConfig())
}

func TestRestIsToldAtItsLimit(t *testing.T) {
	t.Parallel()
	v := standing([]float64{0, 0.9e-3, 1.1e-3, 0, 0}, []float64{0, 0, 0, 0.9e-2, 1.1e-2})
	if want := []bool{true, true, false, true, false}; !slices.Equal(v.resting[0], want) {
		t.Errorf("at rest: %v, want %v", v.resting[0], want)
	}
	if from, to := v.restFrames(); from != 54 || to != 60 { // the tenth of a second before the first second is over
		t.Errorf("rest is judged over frames %d to %d, want 54 to 60", from, to)
	}
	predicted := slices.Clone(v.trajectories[0].States)
	for k := range predicted {
		predicted[k] = slices.Clone(predicted[k])
		predicted[k][0].Y = 0.5 * float64(k) / 60
	}
	s := v.stack(0, predicted)
	if !(math.Abs(s.drift-0.5-0.9e-3) <= 1e-9) || s.resting != 3 {
		t.Errorf("%v bodies at rest drift at %v m/s, want 3 and 0.5009", s.resting, s.drift)
	}
}

// With a thousand resamples whose means are 0, 1, …, 999 the interval leaves out 25 below
// and 25 above.
func TestIntervalsLeaveOutAFortiethAtEitherEnd(t *testing.T) {
	t.Parallel()
	r := &resampler{picks: make([][]int32, 1000), means: make([]float64, 1000), parts: make([]part, 1000)}
	values := make([]float64, 1000)
	for b := range r.picks {
		r.picks[b], values[b] = []int32{int32(999 - b)}, float64(b)
	}
	if lo, hi := r.interval(values); lo != 24 || hi != 974 {
		t.Errorf("interval %v to %v, want 24 to 974", lo, hi)
	}
}

// Every episode and every draw is displaced its own way, the same at every distance.
func TestDisplacementsAreTheirOwnInEveryEpisode(t *testing.T) {
	t.Parallel()
	one := standing([]float64{0}, []float64{0})
	run := one.trajectories[0]
	cfg := DefaultConfig()
	cfg.Workers = 1
	v := newEvaluation([]*sim.Trajectory{run, run, run}, cfg)
	directions := func(metres float64) []float64 {
		var out []float64
		var mu sync.Mutex
		truth := func(_ context.Context, scene *sim.Scene, start sim.State, frames int, _ sim.Policy) (*sim.Trajectory, error) {
			mu.Lock()
			defer mu.Unlock()
			d := start[0].Position().Sub(run.States[0][0].Position())
			if !(math.Abs(d.Len()-metres) <= 1e-12) {
				t.Errorf("displaced by %v m, want %v", d.Len(), metres)
			}
			out = append(out, math.Round(1e6*math.Atan2(d.Y, d.X))/1e6)
			return &sim.Trajectory{Scene: scene, States: slices.Repeat([]sim.State{start}, frames)}, nil
		}
		if _, err := v.perturbed(t.Context(), truth, metres, 0, 3); err != nil {
			t.Fatal(err)
		}
		return out
	}
	near, far := directions(0.001), directions(0.1)
	if !slices.Equal(near, far) {
		t.Errorf("directions %v at 1 mm and %v at 10 cm", near, far)
	}
	distinct := slices.Compact(slices.Sorted(slices.Values(near)))
	if want := 3 * cfg.Draws; len(near) != want || len(distinct) != want {
		t.Errorf("%d displacements have %d directions, want %d", len(near), len(distinct), want)
	}
}
