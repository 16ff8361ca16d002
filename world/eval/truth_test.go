package eval_test

import (
	"testing"

	"orrery/sim"
	"orrery/sim/engine"
	"orrery/sim/scenario"
	"orrery/world"
)

// truth runs the engine.
func truth(scene *sim.Scene, start sim.State, frames int) (*sim.Trajectory, error) {
	e := engine.New()
	if err := e.Load(scene); err != nil {
		return nil, err
	}
	return e.Run(start, frames)
}

// trueEpisodes returns episodes of a scenario as they truly go.
func trueEpisodes(t testing.TB, name string, episodes, frames int) []*sim.Trajectory {
	t.Helper()
	s, err := scenario.Find(name)
	if err != nil {
		t.Fatal(err)
	}
	values, err := s.Values(nil)
	if err != nil {
		t.Fatal(err)
	}
	out := make([]*sim.Trajectory, episodes)
	for i := range out {
		scene, err := s.Sample(7, i, values)
		if err != nil {
			t.Fatal(err)
		}
		if out[i], err = truth(scene, nil, frames); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// engineModel is the engine as a model: perfect, apart from an error of the
// positions it starts from.
type engineModel struct{ off float64 } // m

func (engineModel) Kind() string    { return "engine" }
func (engineModel) Parameters() int { return 0 }

func (m engineModel) Predictor(scenes []*sim.Scene) (world.Predictor, error) {
	p := &enginePredictor{scenes: scenes, engines: make([]*engine.Engine, len(scenes)), off: m.off}
	for i, scene := range scenes {
		p.engines[i] = engine.New()
		if err := p.engines[i].Load(scene); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// enginePredictor keeps its engines between steps, because the engine's own
// contacts remember the impulses of the step before.
type enginePredictor struct {
	scenes  []*sim.Scene
	engines []*engine.Engine
	off     float64
	running bool
}

func (p *enginePredictor) Step(state sim.State) error {
	rest := state
	for i, scene := range p.scenes {
		now := rest[:len(scene.Bodies)]
		rest = rest[len(scene.Bodies):]
		if !p.running {
			displace(now, p.off, i)
			if err := p.engines[i].Reset(now); err != nil {
				return err
			}
		}
		if err := p.engines[i].Frame(); err != nil {
			return err
		}
		copy(now, p.engines[i].State(nil))
	}
	p.running = true
	return nil
}

// displace moves every body by a distance in metres.
func displace(state sim.State, by float64, index int) {
	rng := sim.NewRand(99, "test displacement", index)
	for b := range state {
		d := sim.Vec{X: by}.Rotate(7 * rng.Float64())
		state[b].X += d.X
		state[b].Y += d.Y
	}
}
