package spread_test

import (
	"testing"

	learn "orrery/learn/train"
	"orrery/sim"
	"orrery/sim/engine"
	"orrery/sim/scenario/library"
	"orrery/world"
	"orrery/world/contact"
	"orrery/world/spread"
	"orrery/world/spread/lbfgs"
)

// BenchmarkStep measures a frame of 16 scenes of 6 bodies with and without their
// spread.
func BenchmarkStep(b *testing.B) {
	trajectories := simulate(b, 16, 121)
	plain := train(b, trajectories)
	law, err := spread.Measure(b.Context(), plain, trajectories[1:], trajectories[:1], lbfgs.Minimise)
	if err != nil {
		b.Fatal(err)
	}
	for _, bench := range []struct {
		name  string
		model world.Model
	}{{"plain", plain}, {"spread", law.Wrap(plain)}, {"plain again", plain}, {"spread again", law.Wrap(plain)}} {
		b.Run(bench.name, func(b *testing.B) {
			var scenes []*sim.Scene
			for _, t := range trajectories {
				scenes = append(scenes, t.Scene)
			}
			predictor, err := bench.model.Predictor(scenes)
			if err != nil {
				b.Fatal(err)
			}
			var state sim.State
			for frame := 0; b.Loop(); frame++ {
				if frame%120 == 0 {
					state = state[:0]
					for _, scene := range scenes {
						state = append(state, scene.Start()...)
					}
				}
				if err := predictor.Step(state, nil); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/16, "ns/scene-frame")
		})
	}
}

// simulate returns episodes of the scenario mixed.
func simulate(tb testing.TB, episodes, frames int) []*sim.Trajectory {
	s, err := library.Find("mixed")
	if err != nil {
		tb.Fatal(err)
	}
	values, err := s.Values(nil)
	if err != nil {
		tb.Fatal(err)
	}
	e := engine.New()
	var list []*sim.Trajectory
	for k := range episodes {
		scene, err := s.Sample(1, k, values)
		if err != nil {
			tb.Fatal(err)
		}
		if err := e.Load(scene); err != nil {
			tb.Fatal(err)
		}
		t, err := e.Run(scene.Start(), frames, nil)
		if err != nil {
			tb.Fatal(err)
		}
		list = append(list, t)
	}
	return list
}

// train returns a contact model that has learned a little.
func train(tb testing.TB, trajectories []*sim.Trajectory) *contact.Model {
	settings := contact.DefaultConfig()
	if err := settings.Measure(tb.Context(), trajectories, 1); err != nil {
		tb.Fatal(err)
	}
	m, err := contact.New(settings, 1)
	if err != nil {
		tb.Fatal(err)
	}
	objective, err := contact.NewObjective(tb.Context(), m, trajectories[1:], trajectories[:1])
	if err != nil {
		tb.Fatal(err)
	}
	loop := learn.DefaultConfig()
	loop.Steps, loop.Budget, loop.Batch, loop.Chunk, loop.LearningRate = 500, 0, 64, 32, 6e-3
	result, err := learn.Run(tb.Context(), objective, loop, "", nil)
	if err != nil {
		tb.Fatal(err)
	}
	copy(m.Weights().Data(), result.Best)
	return m
}
