package hits_test

import (
	"testing"

	"orrery/sim"
	"orrery/sim/engine"
	"orrery/world/identify"
	"orrery/world/identify/hits"
	"orrery/world/observe"
	"orrery/world/observe/discs"
)

// stepped returns what is seen of episodes of a set as the engine moves them, in scenes that tell masses, friction and elasticity wrongly.
func stepped(t *testing.T, set *discs.Set, substeps, episodes int) []*observe.Watch {
	t.Helper()
	all := watches(set, episodes)
	for k, w := range all {
		truth := *set.Episode(k).Scene
		truth.Substeps, w.Scene.Substeps = substeps, substeps
		motion, err := engine.Simulate(t.Context(), &truth, truth.Start(), set.Frames, nil)
		if err != nil {
			t.Fatal(err)
		}
		rng := sim.NewRand(5, "test steps", k)
		w.Times, w.Sights = nil, nil
		for frame, state := range motion.States {
			row := make([]sim.Sight, len(state))
			for i, s := range state {
				row[i] = sim.Sight{
					X: s.X + set.Noise*rng.NormFloat64(), Y: s.Y + set.Noise*rng.NormFloat64(), Angle: s.Angle + 10*set.Noise*rng.NormFloat64(),
					Seen: true, Turned: !set.NoAngle,
				}
			}
			w.Times, w.Sights = append(w.Times, float64(frame)*truth.FrameTime()), append(w.Sights, row)
		}
	}
	return all
}

// TestStepsOfAnEngineAreReckonedWith: things overlap when they hit, are moved apart, and fall for all of a step before they are stopped.
func TestStepsOfAnEngineAreReckonedWith(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes seconds")
	}
	for _, c := range []struct {
		gravity  float64
		substeps int
		blind    bool
	}{{0, 1, false}, {3, 2, false}, {0, 1, true}} {
		set := discs.Default()
		set.Noise, set.Gravity, set.NoAngle, set.Frames, set.FPS = 1e-4, c.gravity, c.blind, 61, 60
		r, err := hits.Watches(t.Context(), stepped(t, &set, c.substeps, 5), &identify.Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Log(c)
		check(t, r, identify.Elasticity, identify.Scene, 0.8, 0.002)
		check(t, r, identify.Elasticity, identify.Wall, 0.7, 0.001)
		check(t, r, identify.Friction, identify.Scene, 0.2, 0.01)
		if c.blind {
			continue
		}
		check(t, r, identify.Friction, identify.Wall, 0.3, 0.003)
		truth := set.Scene()
		for i := range truth.Bodies[1:] {
			check(t, r, identify.Mass, identify.Label{Scene: truth}.Body(i+1), truth.Bodies[i+1].Mass/truth.Bodies[0].Mass, 0.02)
		}
	}
}
