package environment_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/sim/environment"
	"orrery/sim/golden"
	"orrery/sim/scenario/library"
	"orrery/sim/task"
)

// TestEpisodesAreToldAsBefore: what each task of the library shows, allows, rewards and measures.
func TestEpisodesAreToldAsBefore(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("slow, and in one goroutine")
	}
	var told strings.Builder
	for _, s := range library.List() {
		if s.Task == nil {
			continue
		}
		e := create(t, s.Name)
		low, high := e.Limits()
		fmt.Fprintf(&told, "# %s\n%v, measures %v, from %.5g to %.5g\n", s.Name, e.Names(), e.Measures(), low, high)
		for seed := range uint64(2) {
			first := reset(t, e, seed)
			fmt.Fprintf(&told, "seed %d: %.5g\n", seed, first)
			random := rand.New(rand.NewPCG(seed, 2))
			low, high := e.Limits()
			over := false
			for k := 0; k < 3 && !over; k++ {
				action := slices.Clone(low)
				for i := range action {
					action[i] += (high[i] - low[i]) * (1.2*random.Float64() - 0.1)
				}
				var r environment.Result
				for i := 0; i < 4 && !over; i++ {
					var err error
					if r, err = e.Step(action); err != nil {
						t.Fatal(err)
					}
					over = r.Terminated || r.Truncated
				}
				measured := make([]float64, len(e.Measures()))
				for i, name := range e.Measures() {
					measured[i] = r.Info[name]
				}
				fmt.Fprintf(&told, "%.5g, reward %.5g, cost %.5g, terminated %t, truncated %t, %.5g\n", r.Observation, r.Reward, e.Cost()(e.State(), e.Scene().Rest()), r.Terminated, r.Truncated, measured)
			}
		}
	}
	golden.Compare(t, "testdata/episodes.txt", told.String())
}

// TestMistakesChangeNothing: what cannot be begun is an error in words, and the episode before it goes on, if it was
// asked for through its seed.
func TestMistakesChangeNothing(t *testing.T) {
	t.Parallel()
	s, err := library.Find("push")
	if err != nil {
		t.Fatal(err)
	}
	values, err := s.Values(nil)
	if err != nil {
		t.Fatal(err)
	}
	none := errors.New("there are no scenes")
	scenes := func(seed uint64) (*sim.Scene, error) {
		if seed == 9 {
			return nil, none
		}
		return s.Scenes(values)(seed)
	}
	if _, err := environment.New("push", s.Task, func(uint64) (*sim.Scene, error) { return nil, none }); !errors.Is(err, none) || err.Error() != "environment: there are no scenes" {
		t.Error(err)
	}
	if _, err := environment.New("push", nil, scenes); err == nil || err.Error() != "environment: scenario push has no task" {
		t.Error(err)
	}
	odd := &task.Task{Bind: func(*sim.Scene) (*task.Judge, error) { return nil, none }}
	if _, err := environment.New("push", odd, scenes); !errors.Is(err, none) || err.Error() != "environment: push: there are no scenes" {
		t.Error(err)
	}
	e, err := environment.New("push", s.Task, scenes)
	if err != nil {
		t.Fatal(err)
	}
	if e.State() != nil {
		t.Error("there is a state before the first episode")
	}
	if _, err := e.Step(e.Scene().Rest()); err == nil || err.Error() != "environment: the episode is over or has not begun, and must be reset" {
		t.Error(err)
	}
	reset(t, e, 1)
	start, goals := e.Scene().Start(), e.Scene().Goals
	nan := slices.Clone(start)
	nan[0].X = math.NaN()
	changed := func(change func(g *sim.Goal)) []sim.Goal {
		other := slices.Clone(goals)
		change(&other[0])
		return other
	}
	for _, c := range []struct {
		seed  uint64
		start sim.State
		goals []sim.Goal
		want  string
	}{
		{9, nil, nil, "there are no scenes"},
		{1, start[1:], nil, fmt.Sprintf("environment: state of %d bodies must have the scene's %d", len(start)-1, len(start))},
		{1, nil, goals[1:], fmt.Sprintf("environment: %d goals must be the scene's %d", len(goals)-1, len(goals))},
		{1, nil, changed(func(g *sim.Goal) { g.Kind = sim.Angle }), fmt.Sprintf("environment: goal 0 must be a %s of body %d, as the scene's", goals[0].Kind, goals[0].Body)},
		{1, nil, changed(func(g *sim.Goal) { g.Body++ }), fmt.Sprintf("environment: goal 0 must be a %s of body %d, as the scene's", goals[0].Kind, goals[0].Body)},
		{1, nan, nil, "environment: "},
		{1, nil, changed(func(g *sim.Goal) { g.Target.X = math.NaN() }), "environment: "},
		{1, start, changed(func(g *sim.Goal) { g.Target.X = math.Inf(1) }), "environment: "},
	} {
		before := e.State()
		_, _, err := e.ResetTo(c.seed, c.start, c.goals)
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%v, want %q", err, c.want)
		}
		if !slices.Equal(e.State(), before) {
			t.Errorf("%q: the state changed", c.want)
		}
		if _, err := e.Step(e.Scene().Rest()); err != nil {
			t.Errorf("%q: the episode does not go on: %v", c.want, err)
		}
	}
	if _, _, err := e.Reset(9); !errors.Is(err, none) {
		t.Error(err)
	}
	other := *e.Scene()
	other.Name = "pull"
	if _, _, err := e.Begin(&other); err == nil || err.Error() != `environment: scene of "pull" must be of "push"` {
		t.Error(err)
	}
	if _, err := e.Step(e.Scene().Rest()); err == nil {
		t.Error("goes on in an episode that was given up")
	}
	reset(t, e, 2)
	for _, action := range [][]float64{nil, make([]float64, len(e.Scene().Actuators)+1), {math.NaN(), 0}} {
		before := e.State()
		if _, err := e.Step(action); err == nil || !strings.HasPrefix(err.Error(), "environment: ") || !slices.Equal(e.State(), before) {
			t.Errorf("%v: %v", action, err)
		}
	}
}
