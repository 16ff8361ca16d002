package fit_test

import (
	"encoding/json"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
	"orrery/world"
	"orrery/world/contact"
	"orrery/world/fit"
	"orrery/world/flight"
)

// thrown returns the exact motion of a disc that is thrown between two walls and bounces off them with
// an elasticity of 0.8, seen at 30 frames a second with noise. Every so many estimates are far off.
func thrown(k, frames int, noise float64, far int) *sim.Trajectory {
	const half, radius, elasticity = 1, 0.1, 0.8
	rng := sim.NewRand(5, "test thrown", k)
	scene := sim.DefaultScene()
	scene.FPS, scene.Substeps = 30, 4
	surface := sim.Surface{Elasticity: 1}
	for _, x := range []float64{-half, half} {
		scene.Walls = append(scene.Walls, sim.NewShape(sim.Segment, 0, sim.Surface{Elasticity: elasticity}, sim.Vec{X: x, Y: -99}, sim.Vec{X: x, Y: 99}))
	}
	b := sim.NewDisc(radius, 10, surface)
	b.Start = sim.BodyState{X: 1.78*rng.Float64() - 0.89, VX: 1 + rng.Float64(), VY: rng.NormFloat64()}
	scene.Bodies = []sim.Body{b}
	t := &sim.Trajectory{Scene: &scene, Seen: &sim.Observation{}}
	is := b.Start
	for frame := range frames {
		seen, doubt := is, sim.BodyState{X: noise, Y: noise, Angle: 10 * noise, VX: 5 * noise, VY: 5 * noise, Omega: 50 * noise}
		if far > 0 && (frame+k)%far == 0 { // a gap
			doubt = sim.BodyState{X: 0.1, Y: 0.1, Angle: 1, VX: 1, VY: 1, Omega: 10}
		}
		for _, v := range []struct {
			value *float64
			std   float64
		}{{&seen.X, doubt.X}, {&seen.Y, doubt.Y}, {&seen.Angle, doubt.Angle}, {&seen.VX, doubt.VX}, {&seen.VY, doubt.VY}, {&seen.Omega, doubt.Omega}} {
			*v.value += v.std * rng.NormFloat64()
		}
		t.States, t.Seen.Std = append(t.States, sim.State{seen}), append(t.Seen.Std, sim.State{doubt})
		t.Seen.Sights = append(t.Seen.Sights, make([]sim.Sight, 1))
		left := 1.0 / 30
		for {
			to := (math.Copysign(half-radius, is.VX) - is.X) / is.VX
			if to > left {
				break
			}
			is.X, is.Y, is.VX, left = is.X+to*is.VX, is.Y+to*is.VY, -elasticity*is.VX, left-to
		}
		is.X, is.Y = is.X+left*is.VX, is.Y+left*is.VY
	}
	return t
}

// TestEstimatesTeach the law of what was seen: from long episodes and from pairs of frames, across gaps,
// and where what is held out has no contact.
func TestEstimatesTeach(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	for name, c := range map[string]struct{ episodes, frames, far int }{
		"long": {20, 61, 0}, "gaps": {20, 61, 6}, "pairs": {1500, 2, 0}, "few": {40, 4, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var data []*sim.Trajectory
			for k := range c.episodes {
				data = append(data, thrown(k, c.frames, 5e-4, c.far))
			}
			config := fit.Tiny()
			config.Train.Steps, config.Train.Batch, config.Train.ValidateEvery, config.Train.EMA = 400, 64, 50, 0.98
			f, err := fit.Train(t.Context(), fit.Job{Episodes: fit.InMemory(data, fit.Origin{}), Config: config})
			if err != nil {
				t.Fatal(err)
			}
			exact := thrown(1000, 31, 0, 0)
			start := sim.State{{X: 0.5, VX: 1.5, VY: 0.3}}
			out, err := world.Rollout(f.Model, []*sim.Scene{exact.Scene}, []sim.State{start}, nil, 16, 1)
			if err != nil {
				t.Fatal(err)
			}
			got := out[0].States[15][0]
			if want := -0.8 * start[0].VX; !scalar.EqualWithinRel(got.VX, want, 0.01) || !scalar.EqualWithinAbs(got.VY, 0.3, 0.01) {
				t.Errorf("after the bounce %.4f and %.4f m/s, want %.4f and 0.3", got.VX, got.VY, want)
			}
			if want := 0.9 - 0.8*(0.5*1.5-0.4); !scalar.EqualWithinAbs(got.X, want, 5e-3) {
				t.Errorf("it comes to %.4f m, want %.4f", got.X, want)
			}
		})
	}
}

// TestTheWorldMakesNoSteps: of the sources that observed motion may have, a trial finds the one that it has.
func TestTheWorldMakesNoSteps(t *testing.T) {
	t.Parallel()
	var data []*sim.Trajectory
	for k := range 12 {
		data = append(data, thrown(k, 31, 5e-4, 0))
	}
	tried := false
	f, err := fit.Train(t.Context(), fit.Job{Episodes: fit.InMemory(data, fit.Origin{}), Config: fit.Tiny(), Report: func(p fit.Progress) {
		tried = tried || p.Stage == fit.Choosing
	}})
	if err != nil || !tried {
		t.Fatal(err, tried)
	}
	var c contact.Config
	if err := json.Unmarshal(f.Description.Settings, &c); err != nil {
		t.Fatal(err)
	}
	if c.Flight.Order != flight.EvenForce || !c.Impacts {
		t.Errorf("order %q, impacts %v", c.Flight.Order, c.Impacts)
	}
}

// TestNoisyTracksOfAnEngineShowIt: what this engine did and noise was added to.
func TestNoisyTracksOfAnEngineShowIt(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	var data []*sim.Trajectory
	rng := sim.NewRand(7, "test tracks", 0)
	for _, exact := range simulated()[:4] {
		seen := &sim.Trajectory{Scene: exact.Scene, Actions: exact.Actions, Seen: &sim.Observation{}}
		for _, s := range exact.States {
			state, std := slices.Clone(s), make(sim.State, len(s))
			for i := range state {
				b := &state[i]
				std[i] = sim.BodyState{X: 2e-4, Y: 2e-4, Angle: 2e-3, VX: 2e-3, VY: 2e-3, Omega: 2e-2}
				b.X, b.Y, b.Angle = b.X+2e-4*rng.NormFloat64(), b.Y+2e-4*rng.NormFloat64(), b.Angle+2e-3*rng.NormFloat64()
				b.VX, b.VY, b.Omega = b.VX+2e-3*rng.NormFloat64(), b.VY+2e-3*rng.NormFloat64(), b.Omega+2e-2*rng.NormFloat64()
			}
			seen.States, seen.Seen.Std = append(seen.States, state), append(seen.Seen.Std, std)
			seen.Seen.Sights = append(seen.Seen.Sights, make([]sim.Sight, len(s)))
		}
		data = append(data, seen)
	}
	f, err := fit.Train(t.Context(), fit.Job{Episodes: fit.InMemory(data, fit.Origin{}), Config: fit.Tiny()})
	if err != nil {
		t.Fatal(err)
	}
	var c contact.Config
	if err := json.Unmarshal(f.Description.Settings, &c); err != nil {
		t.Fatal(err)
	}
	if c.Flight.Order.Same(flight.EvenForce) || c.Impacts { // which of the engines noise and a short trial leave open
		t.Errorf("order %q, impacts %v", c.Flight.Order, c.Impacts)
	}
}
