package eval_test

import (
	"context"
	"math"
	"slices"
	"testing"

	"orrery/sim"
	"orrery/sim/engine"
	"orrery/sim/scenario/library"
	"orrery/world"
)

// truth runs the engine.
func truth(_ context.Context, scene *sim.Scene, start sim.State, frames int, policy sim.Policy) (*sim.Trajectory, error) {
	e := engine.New()
	if err := e.Load(scene); err != nil {
		return nil, err
	}
	return e.Run(start, frames, policy)
}

// trueEpisodes returns episodes of a scenario as they truly go.
func trueEpisodes(t testing.TB, name string, episodes, frames int) []*sim.Trajectory {
	t.Helper()
	s, err := library.Find(name)
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
		out[i] = run(t, scene, frames)
	}
	return out
}

// run returns what truly happens to a scene.
func run(t testing.TB, scene *sim.Scene, frames int) *sim.Trajectory {
	t.Helper()
	out, err := truth(t.Context(), scene, nil, frames, nil)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// engineModel is the engine as a model that sees every start wrong by a distance.
type engineModel struct{ off float64 } // m

func (engineModel) Kind() string    { return "engine" }
func (engineModel) Parameters() int { return 0 }

func (m engineModel) Predictor(scenes []*sim.Scene) (world.Predictor, error) {
	return &enginePredictor{scenes: scenes, off: m.off, engine: engine.New(), frames: 1}, nil
}

// enginePredictor runs every scene from its start at every step: the engine's
// contacts remember the impulses of the step before, which a state does not hold.
type enginePredictor struct {
	scenes []*sim.Scene
	off    float64
	engine *engine.Engine
	starts sim.State
	frames int
}

func (p *enginePredictor) Step(state sim.State, actions sim.Action) error {
	if p.starts == nil {
		p.starts = slices.Clone(state)
		for i := range p.starts {
			rng := sim.NewRand(99, "test displacement", i)
			d := sim.Vec{X: p.off}.Rotate(2 * math.Pi * rng.Float64())
			p.starts[i].X += d.X
			p.starts[i].Y += d.Y
		}
	}
	p.frames++
	first := 0
	for _, scene := range p.scenes {
		next := first + len(scene.Bodies)
		if err := p.engine.Load(scene); err != nil {
			return err
		}
		run, err := p.engine.Run(p.starts[first:next], p.frames, nil)
		if err != nil {
			return err
		}
		copy(state[first:next], run.States[p.frames-1])
		first = next
	}
	return nil
}

// stepModel is a model made of a function that advances one scene by a frame.
type stepModel func(scene *sim.Scene, state sim.State, frame int) error

func (stepModel) Kind() string    { return "step" }
func (stepModel) Parameters() int { return 3 }

func (m stepModel) Predictor(scenes []*sim.Scene) (world.Predictor, error) {
	return &stepPredictor{m, scenes, 0}, nil
}

type stepPredictor struct {
	model  stepModel
	scenes []*sim.Scene
	frame  int
}

func (p *stepPredictor) Step(state sim.State, actions sim.Action) error {
	p.frame++
	for _, scene := range p.scenes {
		if err := p.model(scene, state[:len(scene.Bodies)], p.frame); err != nil {
			return err
		}
		state = state[len(scene.Bodies):]
	}
	return nil
}

// glide moves bodies by their velocity.
func glide(scene *sim.Scene, state sim.State, _ int) error {
	for i := range state {
		b := &state[i]
		b.X += b.VX * scene.FrameTime()
		b.Y += b.VY * scene.FrameTime()
		b.Angle += b.Omega * scene.FrameTime()
	}
	return nil
}

// discs returns a scene without gravity or walls in which a disc of 0.1 m starts
// at each of the states.
func discs(starts ...sim.BodyState) *sim.Scene {
	s := sim.DefaultScene()
	s.Name = "discs"
	for _, start := range starts {
		b := sim.NewDisc(0.1, 10, sim.Surface{Elasticity: 1})
		b.Start = start
		s.Bodies = append(s.Bodies, b)
	}
	return &s
}

// box adds four walls around the square of a half side.
func box(scene *sim.Scene, half float64) *sim.Scene {
	corners := []sim.Vec{{X: -half, Y: -half}, {X: half, Y: -half}, {X: half, Y: half}, {X: -half, Y: half}}
	for i, c := range corners {
		scene.Walls = append(scene.Walls, sim.NewShape(sim.Segment, 0, sim.Surface{Elasticity: 1}, c, corners[(i+1)%4]))
	}
	return scene
}
