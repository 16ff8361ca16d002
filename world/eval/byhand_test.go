package eval

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
	"orrery/world"
)

// These tests hold single steps of the measures against figures worked out by hand.

func same(t *testing.T, what string, got, want float64) {
	t.Helper()
	if !scalar.EqualWithinAbsOrRel(got, want, 1e-12, 1e-12) && !(math.IsNaN(got) && math.IsNaN(want)) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

func TestSettingsAreThoseOfTheGuide(t *testing.T) {
	t.Parallel()
	got := DefaultConfig()
	if got.Workers < 1 {
		t.Errorf("%d workers", got.Workers)
	}
	want := Config{HorizonsS: []float64{0.1, 0.5, 1, 2, 5}, PerturbationsM: []float64{1e-4, 1e-3, 1e-2}, Draws: 2, Bootstrap: 1000, Seed: 1, Workers: got.Workers}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
	if rungs := got.RungsM(); !reflect.DeepEqual(rungs, []float64{1e-5, 1e-4, 1e-3, 1e-2, 1e-1}) {
		t.Errorf("rungs %v", rungs)
	}
}

func TestEverySettingHasItsRange(t *testing.T) {
	t.Parallel()
	long := func(n int) []float64 {
		var out []float64
		for i := range n {
			out = append(out, float64(i+1))
		}
		return out
	}
	for want, change := range map[string]func(c *Config){
		"":                                               func(c *Config) { c.Draws, c.Bootstrap, c.Workers = 1, 20, 1 },
		" ":                                              func(c *Config) { c.HorizonsS, c.PerturbationsM = long(64), long(64) },
		"draws 0 must be at least 1":                     func(c *Config) { c.Draws = 0 },
		"bootstrap 19 must be at least 20":               func(c *Config) { c.Bootstrap = 19 },
		"workers 0 must be at least 1":                   func(c *Config) { c.Workers = 0 },
		"horizons_s: 0 values must be 1 to 64":           func(c *Config) { c.HorizonsS = nil },
		"horizons_s: 65 values must be 1 to 64":          func(c *Config) { c.HorizonsS = long(65) },
		"horizons_s: 0 s must be finite and > 0":         func(c *Config) { c.HorizonsS = []float64{0, 1} },
		"horizons_s: NaN s must be finite and > 0":       func(c *Config) { c.HorizonsS = []float64{math.NaN()} },
		"perturbations_m: +Inf m must be finite and > 0": func(c *Config) { c.PerturbationsM = []float64{1, math.Inf(1)} },
		"perturbations_m: [1 1] must be ascending":       func(c *Config) { c.PerturbationsM = []float64{1, 1} },
		"perturbations_m: [1 3 2] must be ascending":     func(c *Config) { c.PerturbationsM = []float64{1, 3, 2} },
	} {
		c := DefaultConfig()
		change(&c)
		got := ""
		if err := c.Validate(); err != nil {
			got = err.Error()
		}
		if got != strings.TrimSpace(want) {
			t.Errorf("error %q, want %q", got, want)
		}
	}
}

// TestDrawsAreAveraged gives every value of two draws of its own, whose means are known.
func TestDrawsAreAveraged(t *testing.T) {
	t.Parallel()
	guard := func(x ...float64) *world.Guard {
		g := world.NewGuard(standing([]float64{0}, []float64{0}).trajectories[0].Scene, &world.Seen{})
		for _, v := range x {
			g.See(sim.State{{VX: v}})
		}
		return g
	}
	draw := func(k float64, g *world.Guard) comparison {
		return comparison{
			escape: g.Escape(), farthest: g.Farthest(), fastest: g.Fastest(),
			position: []float64{k, 2 * k}, angle: []float64{3 * k, 4 * k}, energy: 5 * k, drift: 6 * k, penetration: 7 * k,
			scaled: [3]float64{8 * k, 9 * k, 10 * k}, stacked: stacked{deepest: 11 * k, drift: 12 * k, resting: 2},
		}
	}
	astray := guard(0, 99)
	got := average([]comparison{draw(1, guard(0)), draw(3, astray), draw(5, guard(99))})
	for i, v := range []float64{
		got.position[0], got.position[1], got.angle[0], got.angle[1], got.energy, got.drift, got.penetration,
		got.scaled[0], got.scaled[1], got.scaled[2], got.stacked.deepest, got.stacked.drift,
	} {
		same(t, fmt.Sprint("value ", i), v, 3*float64(i+1))
	}
	if got.stacked.resting != 2 || got.escape != astray.Escape() || got.farthest != astray.Farthest() || got.fastest != astray.Fastest() {
		t.Errorf("%v bodies at rest, and not the first draw that goes astray: %+v", got.stacked.resting, got)
	}
	missing := average([]comparison{draw(1, guard(0)), {position: []float64{1, 1}, angle: []float64{1, 1}, energy: math.NaN(), drift: 1}})
	same(t, "energy that one draw lacks", missing.energy, math.NaN())
}

// TestEnergyIsCountedFromTheLowestPlace has gravity that pulls along both axes, and a
// kinematic body, which weighs nothing.
func TestEnergyIsCountedFromTheLowestPlace(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	scene.Gravity = sim.Vec{X: 2, Y: -3}
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 10, sim.Surface{}), sim.NewDisc(0.1, 10, sim.Surface{})}
	scene.Bodies[1].Kind, scene.Bodies[1].Mass, scene.Bodies[1].Moment = sim.Kinematic, 0, 0
	a := arena{low: sim.Vec{X: -1, Y: -4}, high: sim.Vec{X: 5, Y: 7}}
	state := sim.State{{X: 4, Y: -3, VX: 0.5}, {X: 1}}
	m := scene.Bodies[0].Mass
	// From the corner at 5, −4 the body is 1 m up each of the slopes 2 and 3. The engine's
	// energy differs by what gravity does in one step.
	same(t, "energy", a.energy(&scene, state)-scene.Energy(state), m*(2*5+3*4))
	if got, want := a.energy(&scene, state), m*(2*1+3*1+0.5*0.5*0.5); !scalar.EqualWithinRel(got, want, 0.01) {
		t.Errorf("%v J, want about %v", got, want)
	}
	same(t, "size", a.size(), 11)
}

func TestArenasHoldWallsOrAllPlaces(t *testing.T) {
	t.Parallel()
	walled := onFloor(3, sim.Vec{}, sim.Vec{})
	walled.Scene.Walls = append(walled.Scene.Walls, sim.NewShape(sim.Segment, 0, sim.Surface{}, sim.Vec{X: 2, Y: -9}, sim.Vec{X: 2, Y: 4}))
	if got, want := newArena(walled), (arena{sim.Vec{X: -5, Y: -9}, sim.Vec{X: 5, Y: 4}}); got != want {
		t.Errorf("with walls %v, want %v", got, want)
	}
	walled.Scene.Walls = nil
	walled.States = []sim.State{{{X: 1, Y: 2}}, {{X: -3, Y: 8}}, {{X: 0, Y: -1}}}
	if got, want := newArena(walled), (arena{sim.Vec{X: -3, Y: -1}, sim.Vec{X: 1, Y: 8}}); got != want {
		t.Errorf("without walls %v, want %v", got, want)
	}
}

// TestOutsideImpulsesAreNoDrift follows one body through two steps of gravity and damping.
func TestOutsideImpulsesAreNoDrift(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	scene.FPS, scene.Substeps, scene.Damping, scene.Gravity = 10, 2, 0.5, sim.Vec{Y: -4}
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 10, sim.Surface{})}
	m, keep := scene.Bodies[0].Mass, math.Pow(0.5, 0.05) // in each step of a twentieth of a second
	after := sim.Vec{X: 3 * keep * keep, Y: (-4*0.05)*keep - 4*0.05}
	off, scale := momentumOff(&scene, sim.State{{VX: 3}}, sim.State{{VX: after.X, VY: after.Y}})
	same(t, "momentum from nowhere", off, 0)
	same(t, "momentum there was", scale, 3*m)
	off, _ = momentumOff(&scene, sim.State{{VX: 3}}, sim.State{{VX: after.X + 0.5, VY: after.Y}})
	same(t, "momentum from a push", off, 0.5*m)
}

func TestJointsToFixedThingsTakeMomentum(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b int
		want bool
	}{{0, 1, false}, {0, sim.World, true}, {sim.World, 0, true}, {0, 2, true}, {2, 1, true}} {
		scene := sim.DefaultScene()
		for range 3 {
			scene.Bodies = append(scene.Bodies, sim.NewDisc(0.1, 10, sim.Surface{}))
		}
		scene.Bodies[2].Kind = sim.Kinematic
		scene.Joints = []sim.Joint{{A: c.a, B: c.b}}
		if got := isAnchored(&scene); got != c.want {
			t.Errorf("a joint of %d and %d: anchored %v", c.a, c.b, got)
		}
	}
}

func TestMotionsAreSummed(t *testing.T) {
	t.Parallel()
	var a, b motionSums
	r := newResampler(1, 2, 50)
	if r.motions([]motionSums{a, b}) != nil || !math.IsNaN(a.position()) {
		t.Error("nothing has a mean")
	}
	a.add(flying, 1, 10)
	a.add(flying, 2, 20)
	a.add(bouncing, 6, 60)
	b.add(bouncing, 3, 0)
	b.add(bouncing, 3, 0)
	same(t, "position error", a.position(), 9.0/3)
	list := r.motions([]motionSums{a, b})
	for i, want := range [][3]float64{flying: {0.4, 1.5, 15}, resting: {0, math.NaN(), math.NaN()}, sliding: {0, math.NaN(), math.NaN()}, bouncing: {0.6, 4, 20}} {
		got := list[i]
		same(t, got.Motion+": share", float64(got.Share), want[0])
		same(t, got.Motion+": position", float64(got.PositionM), want[1])
		same(t, got.Motion+": velocity", float64(got.VelocityM), want[2])
	}
	// Both episodes have bounces, of 6 and 3 m and 60 and 0 m/s on average; the flights are all of the first one.
	for _, c := range []struct {
		got  *motionMeans
		i    motion
		want motionMeans
	}{
		{list[bouncing].Lo95, bouncing, motionMeans{3, 0}}, {list[bouncing].Hi95, bouncing, motionMeans{6, 60}},
		{list[flying].Lo95, flying, motionMeans{1.5, 15}}, {list[flying].Hi95, flying, motionMeans{1.5, 15}},
	} {
		if *c.got != c.want {
			t.Errorf("%s: an end of the interval is %v, want %v", motionNames[c.i], *c.got, c.want)
		}
	}
}

func TestStacksAreSummarised(t *testing.T) {
	t.Parallel()
	none := math.NaN()
	got := newResampler(1, 5, 200).stack([]stacked{{deepest: none}, {deepest: 0.01, drift: 0.3, resting: 2}, {deepest: 0.03, drift: 0.1, resting: 3}, {deepest: 0.02}, {deepest: none}})
	same(t, "mean overlap", float64(got.PenetrationM), 0.02)
	same(t, "deepest overlap", float64(got.PenetrationMaxM), 0.03)
	same(t, "drift", float64(got.RestDrift), 0.4/5)
	if lo, hi := *got.Lo95, *got.Hi95; lo != (stackMeans{0.01, 0.1 / 3}) || hi != (stackMeans{0.03, 0.15}) {
		t.Errorf("intervals from %v to %v", lo, hi)
	}
	got = newResampler(1, 1, 20).stack([]stacked{{deepest: none}})
	same(t, "overlap of nothing", float64(got.PenetrationMaxM), none)
	same(t, "drift of nothing", float64(got.RestDrift), none)
}

// TestHorizonIsWhereTheErrorPasses a twentieth of the arena, on a line between frames.
func TestHorizonIsWhereTheErrorPasses(t *testing.T) {
	t.Parallel()
	v := standing([]float64{0}, []float64{0})
	for _, c := range []struct {
		shares []float64
		frames float64
	}{
		{[]float64{0, 0.01, 0.04, 0.06, 0.01, 0.9}, 2.5}, {[]float64{0, 0.1}, 0.5}, {[]float64{0, 0.05, 0.05}, 2}, {[]float64{0, 0, 0, 0.04}, 3},
	} {
		same(t, fmt.Sprint(c.shares), float64(v.predictable(c.shares)), c.frames/60)
	}
}

func TestPaceIsInMicrosecondsAFrame(t *testing.T) {
	t.Parallel()
	v := standing([]float64{0}, []float64{0}) // 60 frames after the start
	same(t, "pace", float64(v.perFrame(3*time.Millisecond, 5)), 10)
}

func TestHeadlineIsTheLastUpToASecond(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		horizons []float64
		want     int
	}{{[]float64{0.1, 0.5, 1, 2, 5}, 2}, {[]float64{0.1, 0.5}, 1}, {[]float64{2, 5}, 0}, {[]float64{0.5, 1.01}, 0}, {[]float64{1}, 0}} {
		if got := headline(c.horizons); got != c.want {
			t.Errorf("%v: %d, want %d", c.horizons, got, c.want)
		}
	}
}

func TestHorizonsMustBeReached(t *testing.T) {
	t.Parallel()
	cfg := Config{HorizonsS: []float64{0.1, 0.49, 1}}
	horizons, at, err := reached(&cfg, 10, 6)
	if err != nil || !reflect.DeepEqual(horizons, []float64{0.1, 0.49}) || !reflect.DeepEqual(at, []int{1, 5}) {
		t.Errorf("%v at %v, %v", horizons, at, err)
	}
	if horizons, _, _ := reached(&cfg, 10, 5); len(horizons) != 1 {
		t.Errorf("5 frames, the start included, reach %v s", horizons)
	}
	if _, _, err := reached(&cfg, 4, 100); err == nil || err.Error() != "horizon 0.1 s must be at least a frame of 1/4 s" {
		t.Errorf("error %v", err)
	}
	if _, _, err := reached(&cfg, 10, 1); err == nil || err.Error() != "episodes of 1 frame must reach the first horizon of 0.1 s" {
		t.Errorf("error %v", err)
	}
}

func TestTheWorstEscapeIsTheFurthest(t *testing.T) {
	t.Parallel()
	of := func(kind world.EscapeKind, far, fast Number) *WorstEscape {
		return &WorstEscape{First: world.Escape{Kind: kind}, FarthestM: far, FastestMS: fast}
	}
	ranks := []*WorstEscape{ // the worst first
		of(world.NotFinite, 0, 0), of(world.TooFast, 3, 1), of(world.ThroughWall, 2, 9), of(world.ThroughWall, 2, 8), of(world.OutOfArena, 1, 99),
	}
	for i, a := range ranks {
		for k, b := range ranks {
			if got := a.worse(b); got != (i < k) {
				t.Errorf("%d worse than %d: %v", i, k, got)
			}
		}
	}
	e := &Escapes{NotFinite: 1, ThroughWall: 2, OutOfArena: 3, TooFast: 4}
	for kind, want := range map[world.EscapeKind]int{world.NotFinite: 1, world.ThroughWall: 2, world.OutOfArena: 3, world.TooFast: 4} {
		if got := e.Count(kind); got != want {
			t.Errorf("%s: %d, want %d", kind, got, want)
		}
	}
}

func TestEscapesReadMustAddUp(t *testing.T) {
	t.Parallel()
	kind := WorstEscape{First: world.Escape{Kind: world.TooFast}}
	for _, c := range []struct {
		e    Escapes
		good bool
	}{
		{Escapes{Rollouts: 3, TooFast: 1, ThroughWall: 2, Worst: kind}, true},
		{Escapes{Rollouts: 5, NotFinite: 2, OutOfArena: 3, Worst: kind}, true},
		{Escapes{Rollouts: 0, Worst: kind}, false},
		{Escapes{Rollouts: 6, TooFast: 5, ThroughWall: 1, Worst: kind}, false},
		{Escapes{Rollouts: 3, TooFast: 4, ThroughWall: -1, Worst: kind}, false},
		{Escapes{Rollouts: 2, TooFast: 1, Worst: kind}, false},
		{Escapes{Rollouts: 1, TooFast: 1}, false},
	} {
		if err := c.e.validate(5); (err == nil) != c.good {
			t.Errorf("%+v: %v", c.e, err)
		}
	}
}

func TestSharesAreCounted(t *testing.T) {
	t.Parallel()
	within := []float64{0.1, 0.2, 0.2, 0.9}
	for level, want := range map[float64]float64{0: 0, 0.1: 0.25, 0.2: 0.75, 0.5: 0.75, 0.9: 1} {
		same(t, fmt.Sprint("covered at ", level), covered(within, level), want)
	}
	c := Calibration{Within: [][]float64{{1}, within}}
	same(t, "covered at the second horizon", c.Covered(1, 0.2), 0.75)
}

func TestCalibrationReadMustFit(t *testing.T) {
	t.Parallel()
	good := func() *Calibration {
		return &Calibration{Levels: []float64{0.5, 0.9}, Coverage: [][]float64{{0, 0}, {0, 0}}, SigmaM: []Number{1, 1}, ErrorM: []Number{1, 1}}
	}
	if err := good().validate(2); err != nil {
		t.Error(err)
	}
	for i, change := range []func(c *Calibration){
		func(c *Calibration) { c.Coverage = c.Coverage[:1] }, func(c *Calibration) { c.SigmaM = c.SigmaM[:1] },
		func(c *Calibration) { c.RadiusM = [][]Number{{1, 1}} }, func(c *Calibration) { c.RadiusM = [][]Number{{1}, {1, 1}} },
		func(c *Calibration) { c.Stretch = []Number{1} }, func(c *Calibration) { c.ErrorM = nil }, func(c *Calibration) { c.Coverage[1] = nil },
	} {
		c := good()
		change(c)
		if c.validate(2) == nil {
			t.Errorf("change %d passes", i)
		}
	}
}

func TestMeansLeaveOutWhatWasNotMeasured(t *testing.T) {
	t.Parallel()
	none := math.NaN()
	same(t, "mean", float64(mean([]float64{none, 1, none, 4, 4})), 3)
	same(t, "mean of nothing", float64(mean([]float64{none})), none)
}

// TestEnduranceCountsByKind counts one episode of each.
func TestEnduranceCountsByKind(t *testing.T) {
	t.Parallel()
	var e Endurance
	e.count(0, "a", nil, nil)
	e.count(1, "b", &world.Escape{Kind: world.ThroughWall, Frame: 4}, &world.Breakdown{Frame: 7, Err: errors.New("tired")})
	e.count(2, "c", &world.Escape{Kind: world.OutOfArena, Frame: 5, Value: 3, Limit: 2}, nil)
	e.count(3, "d", &world.Escape{Kind: world.TooFast, Frame: 6, Value: 30, Limit: 20, Unit: "m/s"}, nil)
	e.count(4, "e", &world.Escape{Kind: world.ThroughWall, Frame: 8}, nil)
	want := Endurance{NotFinite: 1, Lost: 2, TooFast: 1, Failures: []Failure{
		{1, "b", 7, "tired"}, {2, "c", 5, "body 0 is out of the arena: 3 m beyond its edge, where 2 m are allowed"},
		{3, "d", 6, "body 0 is too fast: 30 m/s, and the training data had at most 2"}, {4, "e", 8, "body 0 went through a wall"},
	}}
	if !reflect.DeepEqual(e, want) {
		t.Errorf("%+v, want %+v", e, want)
	}
}

// TestALostFrameCostsTheArena takes a frame that was not predicted for wrong by the size
// of the arena, and one that was for what it is off.
func TestALostFrameCostsTheArena(t *testing.T) {
	t.Parallel()
	v := standing([]float64{0, 0}, []float64{0, 0}) // at 0 and 1 m, so an arena of 1 m
	var sum motionSums
	if err := v.ready(t.Context(), 0, 1); err != nil {
		t.Fatal(err)
	}
	v.addOneStep(&sum, &impactSums{}, 0, 3, nil)
	v.addOneStep(&sum, &impactSums{}, 0, 3, sim.State{{X: 0.25}, {X: 1, VX: 0.5, VY: 0}})
	if got := sum[flying]; got.bodies != 4 || !scalar.EqualWithinAbs(got.position, 2+0.25, 1e-12) || !scalar.EqualWithinAbs(got.velocity, 2+0.5, 1e-12) {
		t.Errorf("%+v", got)
	}
}

// TestBatchesAreAllMeasured has more episodes than are predicted together, and more frames
// than are predicted one by one together, of which each is wrong by its own amount.
func TestBatchesAreAllMeasured(t *testing.T) {
	t.Parallel()
	var episodes []*sim.Trajectory
	for i := range 2*rolloutBatch + 1 {
		v := standing([]float64{float64(i + 1)}, []float64{0})
		run := v.trajectories[0]
		for k := 61; k < 121; k++ {
			run.States = append(run.States, sim.State{{X: float64(i+1) * float64(k) / 60}})
		}
		episodes = append(episodes, run)
	}
	last, calls := 0, 0
	r, err := Run(context.Background(), episodes, nil, nil, Config{HorizonsS: []float64{2}, PerturbationsM: []float64{1}, Draws: 1, Bootstrap: 20, Workers: 2},
		func(done, total int) {
			if calls++; done <= last || total != 2*2*33*120 {
				t.Errorf("%d of %d after %d", done, total, last)
			}
			last = done
		})
	if err != nil || last != 2*2*33*120 {
		t.Fatalf("progress ends at %d, %v", last, err)
	}
	still := r.Row(Still)
	for i, e := range still.EpisodeM {
		same(t, fmt.Sprint("episode ", i), e, 2*float64(i+1))
	}
	same(t, "one step", float64(still.OneStepM), 17.0/60) // m, the mean of 1 to 33 m/s for a frame
	same(t, "share of frames", float64(still.Motions[flying].Share), 1)
}
