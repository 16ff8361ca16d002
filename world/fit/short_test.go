package fit_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"orrery/sim"
	"orrery/sim/engine"
	"orrery/sim/scenario/library"
	"orrery/world"
	"orrery/world/fit"
	"orrery/world/region"
	"orrery/world/rounds"
)

// episodes returns some of a scenario of the library, of 2 s.
func episodes(t *testing.T, name string, n int) []*sim.Trajectory {
	t.Helper()
	s, err := library.Find(name)
	if err != nil {
		t.Fatal(err)
	}
	values, err := s.Values(nil)
	if err != nil {
		t.Fatal(err)
	}
	var list []*sim.Trajectory
	for k := range n {
		scene, err := s.Sample(1, k, values)
		if err != nil {
			t.Fatal(err)
		}
		e, err := engine.Simulate(t.Context(), scene, nil, 2*scene.FPS+1, nil)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, e)
	}
	return list
}

// TestShortRoundsKnowHowUnsureTheyAre from the second on, and what they hand out is what its files say. Of places in episodes that
// were not seen, about nine in ten lie where nine in ten should by the model of the round that measured; how a later one differs depends on the clock.
func TestShortRoundsKnowHowUnsureTheyAre(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	all := episodes(t, "mixed", 36)
	training, unseen := all[:24], all[24:]
	rests := 0
	var model *rounds.Model[world.Model]
	var former any
	for number := range 3 {
		began := time.Now()
		m, err := fit.Short(t.Context(), training, rounds.Round{
			Number: number, Budget: 250 * time.Millisecond, Subject: "mixed", Program: "test", Former: former, Rest: func() { rests++ },
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Log(number, time.Since(began), rests)
		fitted := m.State.(*fit.Fitted)
		if fitted.SpreadError != nil || (len(fitted.Description.Spread) > 0) != (number > 0) {
			t.Fatalf("round %d: %s, %v", number, fitted.Description.Spread, fitted.SpreadError)
		}
		if number == 2 && !slices.Equal(fitted.Description.Spread, former.(*fit.Fitted).Description.Spread) {
			t.Error("the law is not kept")
		}
		if number == 1 {
			model = m
		}
		former = m.State
	}
	again, _, err := fit.Decode(model.Files[world.ConfigFile], model.Files[world.WeightsFile])
	if err != nil {
		t.Fatal(err)
	}
	inside, half, count := 0, 0, 0
	for _, e := range unseen {
		p, err := model.World.Predictor([]*sim.Scene{e.Scene})
		if err != nil {
			t.Fatal(err)
		}
		twin, err := again.Predictor([]*sim.Scene{e.Scene})
		if err != nil {
			t.Fatal(err)
		}
		state, same := slices.Clone(e.States[0]), slices.Clone(e.States[0])
		for k := 1; k <= 60; k++ {
			if err := errors.Join(p.Step(state, nil), twin.Step(same, nil)); err != nil {
				t.Fatal(err)
			}
			if k%10 > 0 {
				continue
			}
			regions := region.Of(p.(world.Uncertain), nil)
			if !slices.Equal(regions, region.Of(twin.(world.Uncertain), nil)) || !slices.Equal(state, same) {
				t.Fatal("the files say something else")
			}
			for i := range state {
				count++
				level := regions[i].Level(e.States[k][i].X-state[i].X, e.States[k][i].Y-state[i].Y)
				if level <= 0.9 {
					inside++
				}
				if level <= 0.5 {
					half++
				}
			}
		}
	}
	if share := float64(inside) / float64(count); !(share >= 0.8) {
		t.Errorf("regions for 90 %% hold %.0f %% of %d places", 100*share, count)
	}
	if share := float64(half) / float64(count); !(share <= 0.97) {
		t.Errorf("regions for 50 %% hold %.0f %% of %d places", 100*share, count)
	}
	t.Logf("%d and %d of %d are inside", inside, half, count)
}

// TestShortRoundsEnd while they measure, too.
func TestShortRoundsEnd(t *testing.T) {
	t.Parallel()
	training := episodes(t, "mixed", 8)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	ends := time.Now().Add(300 * time.Millisecond)
	rest := func() {
		if time.Now().After(ends) {
			stop()
		}
	}
	if _, err := fit.Short(ctx, training, rounds.Round{Number: 1, Budget: 200 * time.Millisecond, Rest: rest}); !errors.Is(err, context.Canceled) {
		t.Errorf("it ends with %v", err)
	}
	if late := time.Since(ends); !(late < 5*time.Minute) {
		t.Errorf("it ends %v late", late)
	}
}
