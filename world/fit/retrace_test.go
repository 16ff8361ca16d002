package fit_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/world"
	"orrery/world/fit"
)

// watched returns what is seen of exact motion, with states whose velocities are off by centimetres a second and said to be sure.
func watched(exact *sim.Trajectory, k int) *sim.Trajectory {
	const place, turn, speed, spin = 1e-4, 1e-3, 0.05, 0.5
	rng := sim.NewRand(11, "test watched", k)
	out := &sim.Trajectory{Scene: exact.Scene, Seen: &sim.Observation{}}
	for _, s := range exact.States {
		state, std, sights := slices.Clone(s), make(sim.State, len(s)), make([]sim.Sight, len(s))
		for i := range state {
			b := &state[i]
			b.X, b.Y, b.Angle = b.X+place*rng.NormFloat64(), b.Y+place*rng.NormFloat64(), b.Angle+turn*rng.NormFloat64()
			sights[i] = sim.Sight{X: b.X, Y: b.Y, Angle: b.Angle, Seen: true, Turned: true, Std: place, StdTurn: turn}
			b.VX, b.VY, b.Omega = b.VX+speed*rng.NormFloat64(), b.VY+speed*rng.NormFloat64(), b.Omega+spin*rng.NormFloat64()
			std[i] = sim.BodyState{X: place, Y: place, Angle: turn, VX: speed / 10, VY: speed / 10, Omega: spin / 10}
		}
		out.States, out.Seen.Std, out.Seen.Sights = append(out.States, state), append(out.Seen.Std, std), append(out.Seen.Sights, sights)
	}
	return out
}

// TestVagueStatesTeachAlongTheLaw: where plain laws explain what was seen of an engine, their states are learned from, and a model is as good as
// one of nearly exact states; where numbers of the scene are wrong, so that they do not, states stay as they are.
func TestVagueStatesTeachAlongTheLaw(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	exact := simulated()
	learn := func(elasticity float64, blind bool) float64 {
		var data []*sim.Trajectory
		for k, e := range exact[:6] {
			w := watched(e, k)
			scene := *w.Scene
			scene.Bodies = slices.Clone(scene.Bodies)
			for i := range scene.Bodies {
				shapes := slices.Clone(scene.Bodies[i].Shapes)
				for s := range shapes {
					shapes[s].Elasticity *= elasticity
				}
				scene.Bodies[i].Shapes = shapes
			}
			if blind {
				for f := range w.Seen.Sights {
					clear(w.Seen.Sights[f])
				}
			}
			w.Scene = &scene
			data = append(data, w)
		}
		config := fit.Tiny()
		config.Train.Steps, config.Contact.Rounds, config.Train.WeightDecay = 150, 10, 0.1
		done := 0
		report := func(p fit.Progress) {
			if p.Stage == fit.Retracing {
				if want := float64(done) / float64(len(data)); p.Fraction != want {
					t.Errorf("%v of the episodes are said to be found anew, want %v", p.Fraction, want)
				}
				done++
			}
		}
		f, err := fit.Train(t.Context(), fit.Job{Episodes: fit.InMemory(data, fit.Origin{Engine: true}), Config: config, Report: report})
		if err != nil {
			t.Fatal(err)
		}
		states, follows := f.Description.Training.States, elasticity == 1 && !blind
		if strings.HasPrefix(states, "along plain laws") != follows || strings.HasPrefix(states, "as estimated") == follows {
			t.Errorf("with %v of the elasticity, blind %t: states %q", elasticity, blind, states)
		}
		var scenes []*sim.Scene
		var starts []sim.State
		for _, e := range exact {
			scenes, starts = append(scenes, e.Scene), append(starts, e.States[0])
		}
		out, err := world.Rollout(f.Model, scenes, starts, nil, 31, 2)
		if err != nil {
			t.Fatal(err)
		}
		sum, n := 0.0, 0.0
		for k, o := range out {
			for i, s := range o.States[30] {
				sum, n = sum+s.Position().Sub(exact[k].States[30][i].Position()).Len(), n+1
			}
		}
		return sum / n
	}
	right, unseen := learn(1, false), learn(1, true)
	if !(right <= 0.01) || !(right <= 0.5*unseen) {
		t.Errorf("half a second on it is off by %v m, and by %v where nothing was seen", right, unseen)
	}
	if wrong, unseen := learn(0.6, false), learn(0.6, true); wrong != unseen || math.IsNaN(wrong) {
		t.Errorf("with wrong numbers it is off by %v m, and by %v where nothing was seen", wrong, unseen)
	}
}
