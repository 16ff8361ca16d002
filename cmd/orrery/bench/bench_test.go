package bench

import (
	"context"
	"errors"
	"math"
	"slices"
	"sync"
	"testing"
	"time"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/cmd/orrery/planning"
	"orrery/sim"
	"orrery/sim/engine"
	"orrery/sim/scenario"
	"orrery/sim/scenario/library"
	"orrery/world/contact"
	"orrery/world/fit"
	"orrery/world/plan"
)

// TestAlternateTakesTurns, and forgets the first times, at which memory is made.
func TestAlternateTakesTurns(t *testing.T) {
	order := ""
	work := func(name string) func() error { return func() error { order += name; return nil } }
	a, b, err := alternate(t.Context(), 0, 3, work("a"), work("b"))
	if err != nil || len(a) != 3 || len(b) != 3 || order != "abababab" {
		t.Errorf("%v and %v in the order %s: %v", a, b, order, err)
	}
	failing := errors.New("failing")
	if _, _, err := alternate(t.Context(), 0, 1, func() error { return nil }, func() error { return failing }); err != failing {
		t.Errorf("got %v", err)
	}
}

// TestMedianIsTheMiddleOne whatever the order, so that a pause of the machine counts once.
func TestMedianIsTheMiddleOne(t *testing.T) {
	for want, samples := range map[float64][]float64{2: {3, 1, 2}, 7: {7}, 5: {1, 900, 5, 6, 2}} {
		if got := median(samples); got != want {
			t.Errorf("median %v of %v, want %v", got, samples, want)
		}
	}
}

// TestMeasuringEndsWithItsContext whatever is measured, however long it should take.
func TestMeasuringEndsWithItsContext(t *testing.T) {
	task := mustFind(t, "pusht")
	values, err := task.Values(nil)
	if err != nil {
		t.Fatal(err)
	}
	scene, err := task.Sample(1, 0, values)
	if err != nil {
		t.Fatal(err)
	}
	goals := scene.Goals
	config, err := plan.DefaultConfig("random")
	if err != nil {
		t.Fatal(err)
	}
	config.Horizon, config.Samples = 25, 100_000
	c := Config{Contact: contact.Tiny(), Batch: 4, Scenes: 2, Workers: 2, Duration: time.Hour}
	decisions := Decisions{Task: task, Config: config, Goals: func(sim.State) []sim.Goal { return goals }, Ahead: 25, Inner: 5, Engine: planning.Engine{}}
	none := func(*sim.Scene) Points { return func(sim.State) int { return 0 } }
	crowd := Decisions{Task: mustFind(t, "push"), Config: config, Points: none}
	for name, measure := range map[string]func(context.Context) error{
		"predict":   func(ctx context.Context) error { _, err := c.Predict(ctx); return err },
		"plan":      func(ctx context.Context) error { _, err := c.Plan(ctx, decisions); return err },
		"crowd":     func(ctx context.Context) error { _, err := c.Crowd(ctx, crowd); return err },
		"worlds":    func(ctx context.Context) error { _, err := c.RunWorlds(ctx); return err },
		"scenarios": func(ctx context.Context) error { _, err := c.RunScenarios(ctx); return err },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, stop := context.WithTimeout(t.Context(), 50*time.Millisecond)
			defer stop()
			if err := measure(ctx); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func mustFind(t testing.TB, name string) *scenario.Scenario {
	t.Helper()
	s, err := library.Find(name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestWorldsAreWhatTheySay: discs that never leave their box, a pile that has
// come down, and a disc that follows its targets and moves the T.
func TestWorldsAreWhatTheySay(t *testing.T) {
	last := func(world sampleWorld) (*sim.Scene, sim.State) {
		rng := congruence(1)
		scene, policy := world(&rng)
		trajectory, err := engine.Simulate(t.Context(), scene, nil, 1+worldSteps/scene.Substeps, policy)
		if err != nil {
			t.Fatal(err)
		}
		return scene, trajectory.States[len(trajectory.States)-1]
	}
	scene, state := last(billiardsWorld)
	if kept := scene.Energy(state) / scene.Energy(scene.Start()); len(state) != 16 || !(kept >= 0.1) || !(kept <= 1) {
		t.Errorf("A: %d discs keep %v of their energy", len(state), kept)
	}
	for i, b := range state {
		if !(math.Abs(b.X) <= 0.94) || !(math.Abs(b.Y) <= 0.94) {
			t.Errorf("A: disc %d is at %v", i, b.Position())
		}
	}
	_, state = last(pileWorld)
	height := 0.0
	for _, b := range state {
		height += b.Y / 100
	}
	if len(state) != 100 || !(height >= 0.2) || !(height <= 0.4) {
		t.Errorf("B: %d bodies lie %v m high", len(state), height)
	}
	scene, state = last(pusherWorld)
	if tee := scene.Bodies[0].Start; !scalar.EqualWithinAbs(tee.Angle, 1.4857, 1e-4) || state[0] == tee || !(state[1].Position().Sub(sim.Vec{X: 2.5, Y: 2.5}).Len() <= 2.2) {
		t.Errorf("C: from %+v to %+v", tee, state)
	}
}

func TestEveryScenarioIsMeasured(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	made, written := 0, 0
	c := Config{Workers: 2, Duration: time.Millisecond, Generation: func(s *scenario.Scenario, _ uint64) (Generation, error) {
		var busy sync.Mutex
		return Generation{
			Make: func(context.Context, int) error {
				busy.Lock()
				defer busy.Unlock()
				made++
				time.Sleep(time.Millisecond)
				return nil
			},
			Write: func(_ context.Context, episodes, workers int, dir string) error {
				if episodes < 1 || workers != 2 || dir == "" {
					t.Errorf("%d episodes to %q by %d workers", episodes, dir, workers)
				}
				written++
				return nil
			},
		}, nil
	}}
	all, err := c.RunScenarios(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range library.List() {
		got, ok := all.Scenarios[s.Name]
		if !ok || !(got.Bodies >= 1) || !(got.StepsPerS > 0) {
			t.Errorf("%s: measured %+v", s.Name, got)
		}
		if toDisk := slices.Contains(diskScenarios, s.Name); toDisk != (got.Gen != nil) || toDisk && !(got.Gen.FramesPS > 0 && got.Gen.Share > 0 && got.Gen.Frames == got.Gen.Episodes*s.Frames) {
			t.Errorf("%s: on its way to disk %+v", s.Name, got.Gen)
		}
	}
	if written != diskRounds*len(diskScenarios) || !(made >= written) {
		t.Errorf("%d episodes were made, and %d datasets written", made, written)
	}
}

// BenchmarkRollouts is the other part of what default.pgo is a profile of: scenes that trained models predict, together and alone.
func BenchmarkRollouts(b *testing.B) {
	for _, name := range []string{"mixed", "billiards", "pile", "push"} {
		b.Run(name, func(b *testing.B) {
			model, _, err := fit.Load("../../../assets/models/" + name)
			if err != nil {
				b.Fatal(err)
			}
			scenes, err := firstScenes(mustFind(b, name), 256)
			if err != nil {
				b.Fatal(err)
			}
			starts := make([]sim.State, len(scenes))
			for i, scene := range scenes {
				starts[i] = scene.Start()
			}
			once := Config{Duration: time.Nanosecond}
			for b.Loop() {
				_, err := timed(b.Context(), time.Second, func() error { // so that each model counts as much as another
					for _, scene := range scenes[:32] {
						if _, err := timePredictor(b.Context(), &once, model, scene); err != nil {
							return err
						}
					}
					return rollOut(b.Context(), model, scenes, starts, 1)
				})
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkWorld is a part of what default.pgo, which `go build` reads, is a profile of.
func BenchmarkWorld(b *testing.B) {
	for name, world := range map[string]sampleWorld{"A": billiardsWorld, "B": pileWorld, "C": pusherWorld} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				rate, err := stepRate(b.Context(), time.Second, world)
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(rate, "steps/s")
			}
		})
	}
}
