package serve

import (
	"runtime"
	"slices"
	"testing"

	"orrery/cmd/orrery/episodes"
	"orrery/sim"
	"orrery/sim/canon"
	"orrery/sim/scenario/library"
	"orrery/world"
	"orrery/world/fit"
	"orrery/world/spread/lbfgs"

	"gonum.org/v1/gonum/floats/scalar"
)

// strided returns a model that predicts every second frame of push, as `orrery train
// --stride` stores it.
func strided(t *testing.T) world.Model {
	t.Helper()
	s, err := library.Find("mixed")
	if err != nil {
		t.Fatal(err)
	}
	recipe := episodes.Recipe{Scenario: s, Episodes: 4, Seed: 1, Frames: 31}
	_, truths, err := recipe.Run(t.Context(), runtime.NumCPU(), 0)
	if err != nil {
		t.Fatal(err)
	}
	config := fit.Tiny()
	config.Stride, config.Train.Steps = 6, 3 // frames of 0.1 s, two of push
	f, err := fit.Train(t.Context(), fit.Job{
		Episodes: fit.InMemory(truths, fit.Origin{Scenario: "mixed", Program: "test", Identity: "strided"}), Config: config, Minimise: lbfgs.Minimise,
	})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir() + "/model"
	if err := f.Save(dir, false); err != nil {
		t.Fatal(err)
	}
	model, _, err := fit.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	return model
}

// TestModelsOfAStrideAreServed: a rollout has every frame, of which every second is the
// model's and the others lie halfway; a prediction is its first frame; a plan can be made.
func TestModelsOfAStrideAreServed(t *testing.T) {
	t.Parallel()
	model := strided(t)
	c := dial(t, newServer(t, func(c *Config) { c.Models["two"], c.Scenarios = model, []string{"push"} }))
	scene := post[*sim.Scene](c, "/v1/scenes", sceneRequest{Scenario: named("push"), Seed: 5})
	start := scene.Start()
	for i := range start {
		start[i].VX, start[i].VY = 0.3, -0.2
	}
	text, err := canon.Encode(scene)
	if err != nil {
		t.Fatal(err)
	}
	of := subject{Scene: text}
	states := post[rolloutAnswer](c, "/v1/rollout", rolloutRequest{Model: "two", subject: of, Starts: []sim.State{start}, Frames: 6}).States[0]
	if len(states) != 7 {
		t.Fatalf("%d states, want the start and six frames", len(states))
	}
	slow := *scene
	slow.FPS, slow.Substeps = scene.FPS/2, 2*scene.Substeps
	own, err := world.Rollout(model, []*sim.Scene{&slow}, []sim.State{start}, nil, 4, 1)
	if err != nil {
		t.Fatal(err)
	}
	for k, state := range own[0].States {
		if !slices.Equal(states[2*k], state) {
			t.Errorf("frame %d is %v, want the model's %v", 2*k, states[2*k], state)
		}
	}
	for k := 1; k < len(states); k += 2 {
		for i, b := range states[k] {
			if want := (states[k-1][i].X + states[k+1][i].X) / 2; !scalar.EqualWithinAbs(b.X, want, 1e-12) {
				t.Errorf("frame %d: body %d is at %v, not halfway at %v", k, i, b.X, want)
			}
		}
	}
	if slices.Equal(states[0], states[2]) {
		t.Error("nothing moves")
	}
	if one := post[predictAnswer](c, "/v1/predict", predictRequest{Model: "two", subject: of, State: start}); !slices.Equal(one.State, states[1]) {
		t.Errorf("predicts %v, want %v", one.State, states[1])
	}
	plan := post[planAnswer](c, "/v1/environments/"+c.create("push", 1).ID+"/plan", planRequest{Model: "two"})
	if len(plan.Action) == 0 {
		t.Errorf("the plan is %+v", plan)
	}
}
