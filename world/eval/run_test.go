package eval_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/world"
	"orrery/world/eval"
	"orrery/world/flight"
)

// quick returns settings for episodes of one second.
func quick() eval.Config {
	c := eval.DefaultConfig()
	c.HorizonsS, c.Bootstrap, c.Workers = []float64{0.1, 0.5, 1}, 50, 2
	return c
}

func evaluate(t *testing.T, episodes []*sim.Trajectory, entries []eval.Entry, engine eval.Truth, cfg eval.Config) *eval.Result {
	t.Helper()
	r, err := eval.Run(t.Context(), episodes, entries, engine, cfg, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s is %.12g, want %.12g", what, got, want)
	}
}

// What does not move is wrong by speed times time, and by spin times time as
// long as that is less than half a turn.
func TestStillIsWrongBySpeedTimesTime(t *testing.T) {
	t.Parallel()
	scene := discs(sim.BodyState{X: -2, VX: 3, VY: 4, Omega: 4}, sim.BodyState{X: 2, VX: 1, Omega: -2})
	r := evaluate(t, []*sim.Trajectory{run(t, scene, 61)}, nil, nil, quick())
	still := r.Row("still")
	for h, s := range r.HorizonsS {
		wrapped := math.Abs(math.Remainder(4*s, 2*math.Pi))
		near(t, "position error", still.Position.Mean[h], 3*s, 1e-9)
		near(t, "angle error", still.Angle.Mean[h], (wrapped+2*s)/2, 1e-9)
	}
	near(t, "one-step error", float64(still.OneStepM), 3.0/60, 1e-9)

	// The arena is as wide as the bodies come: from -2 to 3 and from 0 to 4.
	near(t, "horizon", float64(still.HorizonS), 0.05*5/3, 1e-9)
}

func TestBallisticIsExactUntilSomethingTouches(t *testing.T) {
	t.Parallel()
	scene := discs(sim.BodyState{VX: 1, VY: 5, Omega: 3}, sim.BodyState{X: 5, VX: -1})
	scene.Gravity, scene.Damping, scene.Substeps = sim.Vec{Y: -9.81}, 0.7, 3
	r := evaluate(t, []*sim.Trajectory{run(t, scene, 61)}, nil, nil, quick())
	row := r.Row("ballistic")
	for h := range r.HorizonsS {
		near(t, "position error", row.Position.Mean[h], 0, 1e-12)
		near(t, "angle error", row.Angle.Mean[h], 0, 1e-12)
	}
	near(t, "one-step error", float64(row.OneStepM), 0, 1e-12)
	near(t, "energy error", float64(row.EnergyError), 0, 1e-12)
	near(t, "momentum drift", float64(row.MomentumDrift), 0, 1e-11)
	near(t, "horizon", float64(row.HorizonS), 1, 1e-12)
}

func TestTheEngineItselfIsPerfect(t *testing.T) {
	t.Parallel()
	entry := eval.Entry{Name: "engine", Model: engineModel{}, TrainSeconds: 61}
	r := evaluate(t, trueEpisodes(t, "mixed", 3, 31), []eval.Entry{entry}, truth, quick())
	row := r.Row("engine")
	if row.Params != 0 || row.TrainS != 61 || !(row.USPerStep > 0) {
		t.Errorf("%v parameters, %v s of training, %v µs a step", row.Params, row.TrainS, row.USPerStep)
	}
	for h := range r.HorizonsS {
		if row.Position.Mean[h] != 0 || row.Position.Hi95[h] != 0 || row.Angle.Mean[h] != 0 {
			t.Errorf("at %g s the error is %g, want 0", r.HorizonsS[h], row.Position.Mean[h])
		}
		near(t, "epsilon", float64(row.EpsilonM[h]), 1e-6, 0)
	}
	near(t, "energy error", float64(row.EnergyError), 0, 0)
	near(t, "momentum drift", float64(row.MomentumDrift), 0, 1e-12)
	if len(r.HorizonsS) != 2 {
		t.Errorf("horizons %v, want those within half a second", r.HorizonsS)
	}
}

// An engine that sees the start wrong by ε must come out as worth ε. Its
// directions are not those of the ladder, and chaos tells them apart with time.
func TestEpsilonOfThePerturbedEngineIsItsPerturbation(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("slow, and other tests evaluate in parallel")
	}
	sizes := []float64{0.0003, 0.003, 0.03}
	var entries []eval.Entry
	for _, m := range sizes {
		entries = append(entries, eval.Entry{Name: fmt.Sprint(m), Model: engineModel{m}})
	}
	r := evaluate(t, trueEpisodes(t, "billiards", 16, 31), entries, truth, quick())
	for i, m := range sizes {
		row := r.Row(entries[i].Name)
		for h, factor := range []float64{1.3, 3} {
			if e := float64(row.EpsilonM[h]); !(e >= m/factor) || !(e <= m*factor) {
				t.Errorf("at %g s %g m counts as %g m", r.HorizonsS[h], m, e)
			}
		}
	}
	for _, row := range r.Rows[len(r.Rows)-3:] {
		for h := range r.HorizonsS {
			near(t, "epsilon of "+row.Name, float64(row.EpsilonM[h]), row.PerturbationM, 1e-12)
		}
	}
}

func TestPerturbedRowsStartWrongByTheirDistance(t *testing.T) {
	t.Parallel()
	r := evaluate(t, trueEpisodes(t, "mixed", 4, 31), nil, truth, quick())
	for _, name := range []string{"truth+0.1mm", "truth+1mm", "truth+10mm"} {
		row := r.Row(name)
		if row == nil {
			t.Fatalf("no row %s", name)
		}
		near(t, name+" at the start", row.Curve.Mean[0], row.PerturbationM, 1e-12)
	}
}

// A push of δ a frame on a body of speed v is a drift of δ/v a frame, and drift
// counts only where no wall is near.
func TestMomentumDriftIsWhatAppearsFromNowhere(t *testing.T) {
	t.Parallel()
	const push = 1e-3
	pusher := stepModel(func(scene *sim.Scene, state sim.State, frame int) error {
		state[0].VX += push
		return glide(scene, state, frame)
	})
	measure := func(scene *sim.Scene) float64 {
		r := evaluate(t, []*sim.Trajectory{run(t, scene, 31)}, []eval.Entry{{Name: "pusher", Model: pusher}}, nil, quick())
		return float64(r.Row("pusher").MomentumDrift)
	}
	want := 0.0
	for k := range 30 {
		want += push / (1 + float64(k)*push) / 30 * 60
	}
	near(t, "drift in the open", measure(discs(sim.BodyState{VX: 1})), want, 1e-12)
	near(t, "drift in the middle of a box", measure(box(discs(sim.BodyState{X: -0.5, VX: 1}), 2)), want, 1e-12)
	if d := measure(box(discs(sim.BodyState{X: -0.5, Y: -0.9, VX: 1}), 1)); !math.IsNaN(d) {
		t.Errorf("drift on the floor is %g, want none measured", d)
	}
}

// A wall may turn a body round within a frame of several steps, at whose end it
// is clear of the wall again; and a model may do so a frame late.
func TestMomentumDriftLeavesBouncesOut(t *testing.T) {
	t.Parallel()
	scene := box(discs(sim.BodyState{VX: 3, VY: 1.3}), 1)
	scene.Substeps = 4
	late := stepModel(func(scene *sim.Scene, state sim.State, frame int) error {
		b := &state[0]
		if b.X < -0.9 || b.X > 0.9 {
			b.VX = math.Copysign(b.VX, -b.X)
		}
		if b.Y < -0.9 || b.Y > 0.9 {
			b.VY = math.Copysign(b.VY, -b.Y)
		}
		return glide(scene, state, frame)
	})
	r := evaluate(t, []*sim.Trajectory{run(t, scene, 61)}, []eval.Entry{{Name: "engine", Model: engineModel{}}, {Name: "late", Model: late}}, nil, quick())
	near(t, "drift of the engine", float64(r.Row("engine").MomentumDrift), 0, 1e-12)
	near(t, "drift of a late bounce", float64(r.Row("late").MomentumDrift), 0, 1e-12)
}

func TestPenetrationIsTheDeepestOverlap(t *testing.T) {
	t.Parallel()
	// Ballistic discs of 0.1 m: the first goes 0.05 m into the wall in half a
	// second, the second starts as deep and is 0.01 m further out a frame later.
	in := box(discs(sim.BodyState{X: 0.65, VX: 0.6}, sim.BodyState{X: -0.5}), 1)
	out := box(discs(sim.BodyState{X: 0.95, VX: -0.6}), 1)
	clear := box(discs(sim.BodyState{VX: 0.1}), 1)
	r := evaluate(t, []*sim.Trajectory{run(t, in, 31), run(t, out, 31), run(t, clear, 31)}, nil, nil, quick())
	row := r.Row("ballistic")
	near(t, "deepest overlap", float64(row.PenetrationMaxM), 0.05, 1e-9)
	near(t, "mean overlap", float64(row.PenetrationM), (0.05+0.04)/3, 1e-9)
}

// A ball that sinks loses a share of an energy counted from the lowest corner,
// wherever the origin is.
func TestEnergyErrorIsAShareOfTheInitialEnergy(t *testing.T) {
	t.Parallel()
	for _, down := range []sim.Vec{{X: 0.1}, {Y: -0.1}, {X: -0.06, Y: 0.08}} {
		scene := box(discs(sim.BodyState{}), 1)
		scene.Gravity = down
		sink := stepModel(func(_ *sim.Scene, state sim.State, frame int) error {
			state[0].X = down.X * 4 * float64(frame) / 30
			state[0].Y = down.Y * 4 * float64(frame) / 30
			return nil
		})
		r := evaluate(t, []*sim.Trajectory{run(t, scene, 31)}, []eval.Entry{{Name: "sink", Model: sink}}, nil, quick())

		// 0.4 m of the height of the origin over the corner. The engine's own
		// energy shifts by the height of a step, a few parts in a thousand here.
		height := (math.Abs(down.X) + math.Abs(down.Y)) / down.Len()
		near(t, "energy error", float64(r.Row("sink").EnergyError), 0.4/height, 2e-3)
	}
}

func TestAFailureIsNamedAndCostsOnlyItsEpisode(t *testing.T) {
	t.Parallel()
	var episodes []*sim.Trajectory
	for i := range 3 {
		scene := box(discs(sim.BodyState{VX: 0.5}), 1)
		scene.Name = fmt.Sprint("scene", i)
		episodes = append(episodes, run(t, scene, 31))
	}
	breaks := func(how func(state sim.State) error) world.Model {
		return stepModel(func(scene *sim.Scene, state sim.State, frame int) error {
			if err := glide(scene, state, frame); err != nil || scene.Name != "scene1" || frame < 5 {
				return err
			}
			return how(state)
		})
	}
	for want, model := range map[string]world.Model{
		"body 0: vx NaN must be finite": breaks(func(state sim.State) error { state[0].VX = math.NaN(); return nil }),
		"lost":                          breaks(func(sim.State) error { return errors.New("lost") }),
	} {
		r := evaluate(t, episodes, []eval.Entry{{Name: "fragile", Model: model}}, nil, quick())
		row := r.Row("fragile")
		if f := (eval.Failure{Episode: 1, Scene: "scene1", Frame: 5, Reason: want}); !slices.Equal(row.Failures, []eval.Failure{f}) {
			t.Errorf("failures %+v, want %+v", row.Failures, f)
		}
		near(t, "error before", row.Curve.Mean[4], 0, 1e-12)
		near(t, "error after", row.Curve.Mean[5], 2.0/3, 1e-12) // the arena is 2 m wide
		if row.EpisodeM[0] != row.EpisodeM[2] || !(row.EpisodeM[0] <= 1e-12) {
			t.Errorf("errors of the episodes %v, want only that of the second to be large", row.EpisodeM)
		}
	}
}

func TestResultsDoNotDependOnWorkers(t *testing.T) {
	t.Parallel()
	episodes := trueEpisodes(t, "mixed", 20, 31) // two batches
	var first []byte
	for _, workers := range []int{1, 3} {
		cfg := quick()
		cfg.Workers = workers
		r := evaluate(t, episodes, []eval.Entry{{Name: "off", Model: engineModel{0.001}}}, truth, cfg)
		for i := range r.Rows {
			r.Rows[i].USPerStep = 0
		}
		var text bytes.Buffer
		if err := r.WriteJSON(&text); err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = text.Bytes()
		} else if !bytes.Equal(first, text.Bytes()) {
			t.Errorf("%d workers give\n%s\none gives\n%s", workers, text.Bytes(), first)
		}
	}
}

// Two models predict six frames each way, and five engines run twice.
func TestProgressCountsEveryFrameOnce(t *testing.T) {
	t.Parallel()
	last := 0
	const all = (2*2 + 5*2) * 18 * 6
	progress := func(done, total int) {
		if total != all || done <= last || done > total {
			t.Fatalf("%d of %d after %d, want up to %d", done, total, last, all)
		}
		last = done
	}
	if _, err := eval.Run(t.Context(), trueEpisodes(t, "billiards", 18, 7), nil, truth, quick(), progress); err != nil {
		t.Fatal(err)
	}
	if last != all {
		t.Errorf("ended at %d", last)
	}
}

// TestTheSeedDrawsPerturbationsAndIntervals, and nothing else.
func TestTheSeedDrawsPerturbationsAndIntervals(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	episodes := trueEpisodes(t, "billiards", 8, 7)
	result := func(seed uint64) *eval.Result {
		cfg := quick()
		cfg.Seed = seed
		r, err := eval.Run(t.Context(), episodes, nil, truth, cfg, nil)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	one, again, other := result(1), result(1), result(2)
	for i := range one.Rows {
		a, b, c := &one.Rows[i].Position, &again.Rows[i].Position, &other.Rows[i].Position
		perturbed := one.Rows[i].PerturbationM > 0
		if !slices.Equal(a.Mean, b.Mean) || slices.Equal(a.Mean, c.Mean) != !perturbed {
			t.Errorf("%s: means %v, again %v, with another seed %v", one.Rows[i].Name, a.Mean, b.Mean, c.Mean)
		}
		if !slices.Equal(a.Lo95, b.Lo95) || slices.Equal(a.Lo95, c.Lo95) || slices.Equal(a.Hi95, c.Hi95) {
			t.Errorf("%s: from %v to %v, with another seed from %v to %v", one.Rows[i].Name, a.Lo95, a.Hi95, c.Lo95, c.Hi95)
		}
	}
}

// TestProgressReachesTheEndWhereAModelBreaksDown: what it did not predict counts too.
func TestProgressReachesTheEndWhereAModelBreaksDown(t *testing.T) {
	t.Parallel()
	fails := stepModel(func(scene *sim.Scene, state sim.State, frame int) error {
		if frame > 4 {
			return errors.New("no more")
		}
		return glide(scene, state, frame)
	})
	episodes := []*sim.Trajectory{run(t, discs(sim.BodyState{VX: 1}), 31), run(t, discs(sim.BodyState{VX: 2}), 31)}
	for _, episodes := range [][]*sim.Trajectory{episodes, episodes[:1]} {
		last, all := 0, 3*2*30*len(episodes) // three models, both ways
		progress := func(done, total int) {
			if total != all || done <= last {
				t.Errorf("%d of %d after %d, want up to %d", done, total, last, all)
			}
			last = done
		}
		cfg := quick()
		cfg.HorizonsS = []float64{0.5}
		if _, err := eval.Run(t.Context(), episodes, []eval.Entry{{Name: "fails", Model: fails}}, nil, cfg, progress); err != nil {
			t.Fatal(err)
		}
		if last != all {
			t.Errorf("ends at %d of %d", last, all)
		}
	}
}

func TestEpisodeAtOrdersEpisodesByError(t *testing.T) {
	t.Parallel()
	row := eval.Row{EpisodeM: []float64{0.3, 0.1, 0.5, 0.2, 0.4}}
	for quantile, want := range map[float64]int{0: 1, 0.25: 3, 0.5: 0, 1: 2} {
		if got := row.EpisodeAt(quantile); got != want {
			t.Errorf("quantile %g is episode %d, want %d", quantile, got, want)
		}
	}
}

// refuser is a model that can predict nothing.
type refuser struct{ stepModel }

func (refuser) Predictor(scenes []*sim.Scene) (world.Predictor, error) {
	return nil, &world.Refusal{Model: "step", Scene: scenes[0].Name, Reason: "too small"}
}

func TestRunRefuses(t *testing.T) {
	t.Parallel()
	good := run(t, discs(sim.BodyState{VX: 1}), 31)
	slow := discs(sim.BodyState{VX: 1})
	slow.FPS = 30
	fixed := discs(sim.BodyState{})
	fixed.Bodies[0].Kind, fixed.Bodies[0].Mass, fixed.Bodies[0].Moment = sim.Kinematic, 0, 0
	broken := run(t, discs(sim.BodyState{VX: 1}), 31)
	broken.States[3][0].X = math.Inf(1)
	still := []eval.Entry{{Name: "still", Model: flight.Still()}}
	cfg := quick()
	with := func(change func(c *eval.Config)) eval.Config {
		c := quick()
		change(&c)
		return c
	}
	short := func(ctx context.Context, scene *sim.Scene, start sim.State, _ int, policy sim.Policy) (*sim.Trajectory, error) {
		return truth(ctx, scene, start, 2, policy)
	}

	for _, c := range []struct {
		want     string
		episodes []*sim.Trajectory
		entries  []eval.Entry
		truth    eval.Truth
		cfg      eval.Config
	}{
		{"no episodes", nil, nil, nil, cfg},
		{"episode 1: 30 frames a second must be the 60 of episode 0", []*sim.Trajectory{good, run(t, slow, 31)}, nil, nil, cfg},
		{"episode 0: no dynamic body", []*sim.Trajectory{run(t, fixed, 31)}, nil, nil, cfg},
		{"episode 0: frame 3: body 0: x +Inf must be finite", []*sim.Trajectory{broken}, nil, nil, cfg},
		{"5 frames must reach the first horizon of 0.1 s", []*sim.Trajectory{run(t, discs(sim.BodyState{}), 5)}, nil, nil, cfg},
		{`model name "still" must be unique`, []*sim.Trajectory{good}, still, nil, cfg},
		{`model name "" must be unique and not empty`, []*sim.Trajectory{good}, []eval.Entry{{Model: flight.Still()}}, nil, cfg},
		{"evaluation of no: model step cannot predict scene discs: too small", []*sim.Trajectory{good}, []eval.Entry{{Name: "no", Model: refuser{}}}, nil, cfg},
		{"the engine returned 2 frames of 31", []*sim.Trajectory{good}, nil, short, cfg},
		{"horizon 0.001 s must be at least a frame", []*sim.Trajectory{good}, nil, nil, with(func(c *eval.Config) { c.HorizonsS[0] = 0.001 })},
		{"horizons_s: 0 values", []*sim.Trajectory{good}, nil, nil, with(func(c *eval.Config) { c.HorizonsS = nil })},
		{"horizons_s: NaN s must be finite and > 0", []*sim.Trajectory{good}, nil, nil, with(func(c *eval.Config) { c.HorizonsS[1] = math.NaN() })},
		{"perturbations_m: [0.001 0.001] must be ascending", []*sim.Trajectory{good}, nil, nil, with(func(c *eval.Config) { c.PerturbationsM = []float64{0.001, 0.001} })},
		{"draws 0 must be at least 1", []*sim.Trajectory{good}, nil, nil, with(func(c *eval.Config) { c.Draws = 0 })},
		{"bootstrap 0 must be at least 20", []*sim.Trajectory{good}, nil, nil, with(func(c *eval.Config) { c.Bootstrap = 0 })},
		{"workers 0 must be at least 1", []*sim.Trajectory{good}, nil, nil, with(func(c *eval.Config) { c.Workers = 0 })},
	} {
		_, err := eval.Run(t.Context(), c.episodes, c.entries, c.truth, c.cfg, nil)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want %q", err, c.want)
		}
	}
}

func TestRunStopsWhenCancelled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := eval.Run(ctx, trueEpisodes(t, "mixed", 2, 31), nil, truth, quick(), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
}

// TestNamesOfRowsThatAreAlwaysThereAreReserved, and no others.
func TestNamesOfRowsThatAreAlwaysThereAreReserved(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"still": true, "ballistic": true, eval.Measured: true, "fitted engine": true, "truth+1mm": true, "truth+": true,
		"": false, "contact": false, "truth": false, "stills": false, "my truth+1mm": false,
	} {
		if got := eval.IsReserved(name); got != want {
			t.Errorf("%q is reserved: %v", name, got)
		}
	}
}
