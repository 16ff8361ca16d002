package serve

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"sync"
	"testing"

	"orrery/sim"
	"orrery/sim/canon"
	"orrery/sim/scenario/library"
	"orrery/world"
	"orrery/world/flight"
	"orrery/world/plan"
)

// wander is what a client does in a frame that knows no better.
func wander(e environmentAnswer, seed uint64, frame int) []float64 {
	rng := sim.NewRand(seed, "wander", frame)
	action := make([]float64, len(e.Low))
	for i := range action {
		action[i] = e.Low[i] + (e.High[i]-e.Low[i])*rng.Float64()
	}
	return action
}

// TestSixteenClientsAreAsAlone lets them act, predict and plan at once, and compares
// all they see with what the packages below say to one alone.
func TestSixteenClientsAreAsAlone(t *testing.T) {
	const frames = 30
	c := dial(t, newServer(t, nil))
	names := []string{"pusht", "cartpole", "push", "drive"}
	var group sync.WaitGroup
	for k := range 16 {
		group.Go(func() {
			seed, name := uint64(k), names[k%len(names)]
			about := c.create(name, seed)
			got := []stepAnswer{}
			for frame := range frames {
				action := wander(about, seed, frame)
				if frame%3 == 0 {
					action = post[planAnswer](c, "/v1/environments/"+about.ID+"/plan", planRequest{Model: "drift", Seed: seed}).Action
				}
				result := post[stepAnswer](c, "/v1/environments/"+about.ID+"/step", stepRequest{action})
				if got = append(got, result); result.Terminated || result.Truncated {
					break
				}
			}
			if want := alone(t, name, seed, about, frames); !reflect.DeepEqual(got, want) {
				t.Errorf("client %d in %s: it is not as if it were alone", k, name)
			}
		})
	}
	group.Wait()
}

// alone does without a server what a client does in TestSixteenClientsAreAsAlone.
func alone(t *testing.T, name string, seed uint64, about environmentAnswer, frames int) (results []stepAnswer) {
	e := local(t, name)
	observation, info, err := e.Reset(seed)
	if err != nil {
		t.Error(err)
		return nil
	}
	if !slices.Equal(observation, about.Observation) || !reflect.DeepEqual(info, about.Info) {
		t.Errorf("%s begins with %v, want %v", name, about.Observation, observation)
	}
	s, _ := library.Find(name)
	config, _ := quickSettings(nil, "", nil)
	controller, err := plan.NewController(drift{}, e.Scene(), e.Cost(), config, sim.NewRand(seed, "plan", 0))
	if err != nil {
		t.Error(err)
		return nil
	}
	for frame := range frames {
		action := wander(about, seed, frame)
		if frame%3 == 0 {
			controller.Reset() // the steps before were others than planned
			if action, err = controller.Act(e.State()); err != nil {
				t.Error(err)
			}
			for i := range action {
				action[i] /= s.Task.Unit
			}
		}
		result, err := e.Step(action)
		if err != nil {
			t.Error(err)
		}
		if results = append(results, stepAnswer(result)); result.Terminated || result.Truncated {
			break
		}
	}
	return results
}

// TestClientsOfOneEnvironmentTakeTurns lets eight step in it at once with the same
// action: together they must see what one sees.
func TestClientsOfOneEnvironmentTakeTurns(t *testing.T) {
	const clients, steps = 8, 37
	s := newServer(t, nil)
	act := func(id string, count int) (seen []string) {
		for range count {
			answer, err := s.step(t.Context(), id, &stepRequest{[]float64{256, 256}})
			seen = append(seen, fmt.Sprint(answer, err))
		}
		return seen
	}
	create := func() string {
		about, err := s.create(t.Context(), "", &createRequest{Scenario: named("pusht"), Seed: 6})
		if err != nil {
			t.Fatal(err)
		}
		return about.ID
	}
	want := act(create(), clients*steps)
	shared := create()
	parts := make([][]string, clients)
	var group sync.WaitGroup
	for i := range parts {
		group.Go(func() { parts[i] = act(shared, steps) })
	}
	group.Wait()
	if got := slices.Concat(parts...); !slices.Equal(slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want))) {
		t.Error("they see what one does not")
	}
}

// TestFollowedPlansAreTheControllers steps with what is planned, asking twice.
func TestFollowedPlansAreTheControllers(t *testing.T) {
	c := dial(t, newServer(t, nil))
	about := c.create("pusht", 3)
	path := "/v1/environments/" + about.ID
	e := local(t, "pusht")
	if _, _, err := e.Reset(3); err != nil {
		t.Fatal(err)
	}
	s, _ := library.Find("pusht")
	config, _ := quickSettings(nil, "", nil)
	controller, err := plan.NewController(drift{}, e.Scene(), e.Cost(), config, sim.NewRand(9, "plan", 0))
	if err != nil {
		t.Fatal(err)
	}
	for frame := range 10 {
		due := controller.Due()
		want, err := controller.Act(e.State())
		if err != nil {
			t.Fatal(err)
		}
		expected, err := controller.Expected()
		if err != nil {
			t.Fatal(err)
		}
		for i := range want {
			want[i] /= s.Task.Unit
		}
		for range 2 {
			got := post[planAnswer](c, path+"/plan", planRequest{Model: "drift", Seed: 9, Expect: true})
			if !slices.Equal(got.Action, want) || got.Cost != controller.Cost() || got.Planned != due || !reflect.DeepEqual(got.Expected, expected) {
				t.Fatalf("frame %d: %+v, want action %v, planned %v", frame, got, want, due)
			}
		}
		post[stepAnswer](c, path+"/step", stepRequest{want})
		if _, err := e.Step(want); err != nil {
			t.Fatal(err)
		}
	}
	if got := post[planAnswer](c, path+"/plan", planRequest{Model: "drift", Seed: 10}); !got.Planned {
		t.Error("another seed goes on with the plan of the one before")
	}
	// A plan ends with its episode, whether it was followed or not: what is planned next is what is
	// planned in a new environment.
	for _, steps := range []int{0, 1, 2} {
		for range steps {
			got := post[planAnswer](c, path+"/plan", planRequest{Model: "drift", Seed: 10})
			post[stepAnswer](c, path+"/step", stepRequest{got.Action})
		}
		post[resetAnswer](c, path+"/reset", resetRequest{Seed: 4})
		got := post[planAnswer](c, path+"/plan", planRequest{Model: "drift", Seed: 10})
		fresh := post[planAnswer](c, "/v1/environments/"+c.create("pusht", 4).ID+"/plan", planRequest{Model: "drift", Seed: 10})
		if !got.Planned || !slices.Equal(got.Action, fresh.Action) || got.Cost != fresh.Cost {
			t.Errorf("after %d steps and a reset: %+v, in a new environment %+v", steps, got, fresh)
		}
	}
}

// TestRolloutsAreTheModels compares batches with world.Rollout, and predictions with
// their first frames.
func TestRolloutsAreTheModels(t *testing.T) {
	c := dial(t, newServer(t, nil))
	scene := post[*sim.Scene](c, "/v1/scenes", sceneRequest{Scenario: named("billiards"), Seed: 5, Episode: 2})
	if err := scene.Validate(); err != nil {
		t.Fatal(err)
	}
	raw, err := canon.Encode(scene)
	if err != nil {
		t.Fatal(err)
	}
	moved := scene.Start()
	moved[0].X += math.Pi / 100 // a number that needs all its digits
	starts := []sim.State{scene.Start(), moved}
	want, err := world.Rollout(flight.Ballistic(), []*sim.Scene{scene, scene}, starts, nil, 8, 1)
	if err != nil {
		t.Fatal(err)
	}
	of := subject{Scene: raw}
	got := post[rolloutAnswer](c, "/v1/rollout", rolloutRequest{Model: "fall", subject: of, Starts: starts, Frames: 7})
	for i := range want {
		if !reflect.DeepEqual(got.States[i], want[i].States) {
			t.Errorf("start %d: got %v, want %v", i, got.States[i], want[i].States)
		}
	}
	one := post[predictAnswer](c, "/v1/predict", predictRequest{Model: "fall", subject: of, State: moved})
	if !slices.Equal(one.State, want[1].States[1]) {
		t.Errorf("got %v, want %v", one.State, want[1].States[1])
	}

	e := local(t, "pusht")
	if _, _, err := e.Reset(5); err != nil {
		t.Fatal(err)
	}
	about := c.create("pusht", 5)
	const pixel = 0.01 // m
	actions := [][]sim.Action{{{100, 200}, {300, 400}}, {{0, 1e6}, {-5, 7}}}
	answer := post[rolloutAnswer](c, "/v1/rollout", rolloutRequest{Model: "drift", subject: subject{Environment: about.ID}, Actions: actions})
	if len(answer.States) != len(actions) {
		t.Fatalf("%d rollouts, want %d", len(answer.States), len(actions))
	}
	for i, sequence := range actions {
		state := e.State()
		for frame, action := range sequence {
			if err := (driftPredictor{e.Scene()}).Step(state, e.Scene().Clip(sim.Action{action[0] * pixel, action[1] * pixel})); err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(answer.States[i][frame+1], state) {
				t.Errorf("actions %d, frame %d: got %v, want %v", i, frame, answer.States[i][frame+1], state)
			}
		}
	}
	first := post[predictAnswer](c, "/v1/predict", predictRequest{Model: "drift", subject: subject{Environment: about.ID}, Action: actions[1][0]})
	if !slices.Equal(first.State, answer.States[1][1]) {
		t.Errorf("got %v, want %v", first.State, answer.States[1][1])
	}
}

// dear is a model that cannot afford to be asked for its uncertainty.
type dear struct{ world.Model }

func (dear) Predictor([]*sim.Scene) (world.Predictor, error) { return nil, errors.New("too dear") }
func (m dear) Bare() world.Model                             { return m.Model }

func TestNobodyPaysForUncertaintyUnasked(t *testing.T) {
	c := dial(t, newServer(t, func(c *Config) { c.Models["dear"] = dear{drift{}} }))
	of := subject{Environment: c.create("pusht", 1).ID}
	post[rolloutAnswer](c, "/v1/rollout", rolloutRequest{Model: "dear", subject: of, Frames: 2})
	post[planAnswer](c, "/v1/environments/"+of.Environment+"/plan", planRequest{Model: "dear"})
}

// BenchmarkStep measures a step of Push-T with its round trip.
func BenchmarkStep(b *testing.B) {
	c := dial(b, newServer(b, nil))
	path := "/v1/environments/" + c.create("pusht", 1).ID
	frame := 0
	for b.Loop() {
		if frame++; frame > 300 {
			frame = 1
			post[resetAnswer](c, path+"/reset", resetRequest{Seed: 1})
		}
		post[stepAnswer](c, path+"/step", stepRequest{[]float64{256, 256}})
	}
}
