package learned

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"orrery/cmd/orrery-py/asked"
	"orrery/cmd/orrery-py/door"
	"orrery/sim"
	"orrery/sim/scenario/library"
	"orrery/world"
	"orrery/world/fit"
	"orrery/world/plan"
)

var source = Source{Load: fit.Load, Decode: fit.Decode}

// pushT returns a scene of pusht.
func pushT(t *testing.T) *sim.Scene {
	t.Helper()
	s, err := library.Find("pusht")
	if err != nil {
		t.Fatal(err)
	}
	values, err := s.Values(nil)
	if err != nil {
		t.Fatal(err)
	}
	scene, err := s.Sample(7, 0, values)
	if err != nil {
		t.Fatal(err)
	}
	return scene
}

// call calls a method and reads its answer.
func call[A any](t *testing.T, methods door.Methods, name string, request any, arrays ...door.Array) (answer A, out map[string]door.Array, failed string) {
	t.Helper()
	answer, arrays, err := door.Ask[A](methods, name, request, arrays...)
	out = map[string]door.Array{}
	for _, a := range arrays {
		out[a.Name] = a
	}
	if err != nil {
		failed = err.Error()
	}
	return answer, out, failed
}

// brittle drifts along x and breaks down beyond 2 m.
type brittle struct{}

func (brittle) Kind() string                                    { return "brittle" }
func (brittle) Parameters() int                                 { return 0 }
func (brittle) Predictor([]*sim.Scene) (world.Predictor, error) { return brittle{}, nil }

func (brittle) Step(state sim.State, _ sim.Action) error {
	for i := range state {
		if state[i].X++; state[i].X > 2 {
			return errors.New("too far")
		}
	}
	return nil
}

// Spread implements world.Uncertain.
func (brittle) Spread(dst []float64) []float64 {
	return append(dst[:0], slices.Repeat([]float64{0.5}, 40)...)
}

// TestOneThatBreaksDownLeavesTheOthers: what is missing is not a number, of states and of doubts.
func TestOneThatBreaksDownLeavesTheOthers(t *testing.T) {
	t.Parallel()
	var shelf door.Shelf
	methods := Methods(&shelf, source)
	handle := shelf.Put(&model{Model: brittle{}, name: "brittle"})
	scene, err := json.Marshal(pushT(t))
	if err != nil {
		t.Fatal(err)
	}
	const n, frames, bodies = 20, 4, 2
	states := make([]float64, n*bodies*sim.StateSize)
	for k := range n {
		states[k*bodies*sim.StateSize] = -3
	}
	states[17*bodies*sim.StateSize] = 0.5 // breaks down at the second frame
	for _, d := range []doubt{sure, deviation} {
		for body := range n * bodies {
			if body%bodies == 1 {
				states[body*sim.StateSize] = -3
			}
		}
		answer, out, failed := call[struct{ Broken []breakdown }](t, methods, "model.rollout",
			rolloutRequest{Handle: handle, Scenes: []asked.Text{scene}, Frames: frames, Doubt: d},
			door.Array{Name: "which", Shape: []int{n}, Values: make([]int64, n)}, door.Array{Name: "states", Shape: []int{n, bodies, 6}, Values: states})
		if failed != "" {
			t.Fatal(failed)
		}
		if len(answer.Broken) != 1 || answer.Broken[0] != (breakdown{17, 2, "too far"}) {
			t.Fatalf("broken: %+v", answer.Broken)
		}
		for _, name := range []string{"states", "deviation"} {
			values, _ := out[name].Values.([]float64)
			width := len(values) / n / (frames + 1)
			for i, v := range values {
				k, frame := i/width/(frames+1), i/width%(frames+1)
				if missing := k == 17 && frame >= 2; math.IsNaN(v) != missing {
					t.Fatalf("%s of rollout %d, frame %d: %v", name, k, frame, v)
				}
				if name == "deviation" && !math.IsNaN(v) && (v == 0.5) != (frame > 0) {
					t.Fatalf("deviation of rollout %d, frame %d: %v", k, frame, v)
				}
			}
		}
	}
}

// TestRolloutsAreThoseOfWorld in whatever order chunks are done.
func TestRolloutsAreThoseOfWorld(t *testing.T) {
	t.Parallel()
	var shelf door.Shelf
	methods := Methods(&shelf, source)
	about, _, failed := call[modelAnswer](t, methods, "model", loadRequest{Model: "pusht"})
	if failed != "" || about.Kind != "contact" || about.Parameters == 0 {
		t.Fatal(failed, about)
	}
	scene := pushT(t)
	text, err := json.Marshal(scene)
	if err != nil {
		t.Fatal(err)
	}
	const n, frames, a = 37, 3, 2
	rng := sim.NewRand(1, "test", 0)
	actions := make([]float64, n*frames*a)
	for i := range actions {
		actions[i] = 7*rng.Float64() - 1 // some are beyond the range
	}
	kept := slices.Clone(actions)
	_, out, failed := call[any](t, methods, "model.rollout", rolloutRequest{Handle: about.Handle, Scenes: []asked.Text{text}, Frames: frames, Workers: 3},
		door.Array{Name: "which", Shape: []int{n}, Values: make([]int64, n)}, door.Array{Name: "actions", Shape: []int{n, frames, a}, Values: actions})
	if failed != "" {
		t.Fatal(failed)
	}
	if !slices.Equal(actions, kept) {
		t.Error("the actions of the caller have changed")
	}
	found, err := (store{&shelf, source}).find(about.Handle)
	if err != nil {
		t.Fatal(err)
	}
	policies := make([]sim.Policy, n)
	for k := range policies {
		policies[k] = func(frame int, _ sim.State) sim.Action { return actions[(k*frames+frame)*a : (k*frames+frame+1)*a] }
	}
	want, err := world.Rollout(found.Model, slices.Repeat([]*sim.Scene{scene}, n), slices.Repeat([]sim.State{scene.Start()}, n), policies, frames+1, 1)
	if err != nil {
		t.Fatal(err)
	}
	got := out["states"].Values.([]float64)
	for k, trajectory := range want {
		for frame, state := range trajectory.States {
			size := len(state) * sim.StateSize
			if at := (k*(frames+1) + frame) * size; !slices.Equal(asked.TakeState(got[at:at+size]), state) {
				t.Fatalf("rollout %d, frame %d differs", k, frame)
			}
		}
	}
}

// TestObservationsAreTurnedIntoStates from far away, over the jump of an angle, and leaving what is not seen.
func TestObservationsAreTurnedIntoStates(t *testing.T) {
	t.Parallel()
	scene := pushT(t)
	s, err := library.Find("pusht")
	if err != nil {
		t.Fatal(err)
	}
	judge, err := s.Task.Judge(scene)
	if err != nil {
		t.Fatal(err)
	}
	rng := sim.NewRand(3, "test", 0)
	for range 200 {
		truth, guess := scene.Start(), scene.Start()
		for i := range truth {
			truth[i].X, truth[i].Y, truth[i].Angle = 5*rng.Float64(), 5*rng.Float64(), 20*rng.Float64()-10
			guess[i].Angle, guess[i].VX, guess[i].Omega = 20*rng.Float64()-10, rng.Float64(), rng.Float64()
		}
		guess[1].Angle = math.Round(guess[1].Angle/(2*math.Pi)) * 2 * math.Pi // where the observed angle jumps
		seen := judge.Observe(truth)
		got, err := invert(judge, scene, guess, seen)
		if err != nil {
			t.Fatalf("%v from %v: %v", truth, guess, err)
		}
		if k := farthest(judge.Observe(got), seen); k >= 0 {
			t.Errorf("%s is off", judge.Names[k])
		}
		for i := range got {
			if got[i].VX != guess[i].VX || got[i].Omega != guess[i].Omega || i == 0 && got[i].Angle != guess[i].Angle {
				t.Errorf("body %d: %v has what is not seen from nowhere", i, got[i])
			}
		}
		turned := math.Remainder(got[1].Angle-truth[1].Angle, 2*math.Pi)
		if !(math.Abs(turned) < 1e-5 && math.Hypot(got[1].X-truth[1].X, got[1].Y-truth[1].Y) < 1e-5) {
			t.Errorf("%v, want %v", got[1], truth[1])
		}
	}
}

// TestAnglesOfAWholeTurnAreNone: in 32 bits an angle a little below 0 is seen as a little more than a turn.
func TestAnglesOfAWholeTurnAreNone(t *testing.T) {
	t.Parallel()
	scene := pushT(t)
	s, err := library.Find("pusht")
	if err != nil {
		t.Fatal(err)
	}
	judge, err := s.Task.Judge(scene)
	if err != nil {
		t.Fatal(err)
	}
	for _, turn := range []float64{0, -1e-9, 1e-9, -1e-7, 3, 2 * math.Pi} {
		for _, guess := range []float64{0, 1, -1e-9, 6.2} {
			truth, from := scene.Start(), scene.Start()
			truth[1].Angle, from[1].Angle = turn, guess
			seen := judge.Observe(truth)
			for k, v := range seen {
				seen[k] = float64(float32(v))
			}
			got, err := invert(judge, scene, from, seen)
			if err != nil {
				t.Errorf("angle %v from %v: %v", turn, guess, err)
			} else if off := math.Remainder(got[1].Angle-turn, 2*math.Pi); !(math.Abs(off) < 1e-5) {
				t.Errorf("angle %v from %v is %v", turn, guess, got[1].Angle)
			}
		}
	}
}

// TestBudgetsAreKept and lower settings in proportion.
func TestBudgetsAreKept(t *testing.T) {
	t.Parallel()
	for _, name := range plan.Names() {
		whole, err := plan.DefaultConfig(name)
		if err != nil {
			t.Fatal(err)
		}
		whole.Proposals = 50
		for budget := 4; budget < 2000; budget = budget*3/2 + 1 {
			config := whole
			if err := atMost(&config, budget); err != nil {
				t.Fatal(err)
			}
			if err := config.Validate(); err != nil || tried(&config) > budget || tried(&config) < budget/2 && config != whole {
				t.Errorf("%s, %d: %d tried with %+v, %v", name, budget, tried(&config), config, err)
			}
		}
	}
}

// TestACallThatIsOverEndsASearch within one prediction, and the planner can be used again.
func TestACallThatIsOverEndsASearch(t *testing.T) {
	t.Parallel()
	var shelf door.Shelf
	s := store{&shelf, source}
	about, _, failed := call[modelAnswer](t, Methods(&shelf, source), "model", loadRequest{Model: "pusht"})
	if failed != "" {
		t.Fatal(failed)
	}
	made, _, failed := call[plannerAnswer](t, Methods(&shelf, source), "planner",
		map[string]any{"scenario": "pusht", "model": about.Handle, "seed": 0, "workers": 1, "tune": map[string]float64{"samples": 20}})
	if failed != "" {
		t.Fatal(failed)
	}
	state := door.Array{Name: "state", Shape: []int{2, 6}, Values: []float64{1, 1, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0}}
	request, err := json.Marshal(map[string]int64{"handle": made.Handle})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.act(ctx, &door.Call{Request: request, Arrays: []door.Array{state}}); door.FaultOf(err) != door.Interrupted {
		t.Errorf("%v", err)
	}
	if _, out, failed := call[actAnswer](t, Methods(&shelf, source), "planner.act", map[string]int64{"handle": made.Handle}, state); failed != "" || out["action"].Values == nil {
		t.Error(failed)
	}
	if _, _, failed := call[actAnswer](t, Methods(&shelf, source), "planner.act", map[string]int64{"handle": about.Handle}, state); !strings.Contains(failed, "number") {
		t.Errorf("a model is no planner: %s", failed)
	}
}
