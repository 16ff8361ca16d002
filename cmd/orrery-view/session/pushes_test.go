package session

import (
	"errors"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/cmd/orrery-view/session/compare"
	"orrery/cmd/orrery/planning"
	"orrery/sim"
	"orrery/world"
	"orrery/world/choose"
	"orrery/world/flight"
)

// breaks is a model that panics or refuses.
type breaks struct {
	world.Model
	panics bool
}

func (b breaks) Predictor([]*sim.Scene) (world.Predictor, error) {
	if b.panics {
		panic("broken")
	}
	return nil, errors.New("no")
}

// TestPushesAreThoseOfTheCollision: of two discs that meet head on and bounce, in closed form, by the engine and by a model
// that is the engine; free flight pushes nothing, and what fails says nothing.
func TestPushesAreThoseOfTheCollision(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	scene.Gravity = sim.Vec{}
	for i, mass := range []float64{1, 3} {
		b := sim.NewDisc(0.1, 1, sim.Surface{Elasticity: 1})
		b.Mass = mass
		b.Start.X, b.Start.VX = 0.5*float64(i), 1-2*float64(i)
		scene.Bodies = append(scene.Bodies, b)
	}
	s := open(t, "mixed", compare.Sandbox)
	s.SetModels([]choose.Candidate{
		{Name: "engine", Model: planning.Engine{}}, {Name: "refuses", Model: breaks{flight.Ballistic(), false}},
		{Name: "panics", Model: breaks{flight.Ballistic(), true}}, {Name: "ballistic", Model: flight.Ballistic()},
	})
	if err := s.OpenScene(&scene); err != nil {
		t.Fatal(err)
	}
	s.SetModel(0)
	s.SetRival("ballistic")
	if p := s.Pushes(); p.Engine != nil || p.Chosen != nil {
		t.Errorf("before anything happened: %+v", p)
	}
	const want = 2 * (1 * 3.0 / 4) * 2 // reduced mass times twice the speed of approach, N·s
	hits := 0
	for range 30 {
		s.Step(1)
		p := s.Pushes()
		for i, sign := range []float64{-1, 1} {
			push := p.Engine[i]
			if push.Len() > 1e-9 {
				if hits++; !scalar.EqualWithinAbs(push.X, sign*want, 1e-9) || !scalar.EqualWithinAbs(push.Y, 0, 1e-9) {
					t.Errorf("frame %d: body %d is pushed by %v, want %v along x", s.Frame(), i, push, sign*want)
				}
			}
			if p.Chosen[i] != push {
				t.Errorf("frame %d: the engine as a model pushes by %v, not by %v", s.Frame(), p.Chosen[i], push)
			}
			if p.Rival[i] != (sim.Vec{}) {
				t.Errorf("free flight pushes by %v", p.Rival[i])
			}
		}
		if hits == 2 && p.Engine[0].Len() > 0 {
			if said := p.PushOf(0); said != "3 N·s, predicted 3, predicted 0" || p.PushOf(2) != "" {
				t.Errorf("said %q", said)
			}
			for k := 1; k <= 2; k++ { // another model answers at the same frame
				if s.SetModel(k); s.Pushes().Chosen != nil || s.Pushes().Engine == nil {
					t.Errorf("model %d, which fails, pushes", k)
				}
			}
			s.SetModel(0)
		}
	}
	if hits != 2 {
		t.Errorf("%d pushes", hits)
	}
}

// TestWhatRestsIsHeldUp by its weight in each frame.
func TestWhatRestsIsHeldUp(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	b := sim.NewBox(0.1, 0.1, 50, sim.Surface{Friction: 0.5})
	b.Start.Y = 0.11
	scene.Bodies = append(scene.Bodies, b)
	scene.Walls = []sim.Shape{sim.NewShape(sim.Segment, 0.01, sim.Surface{Friction: 0.5}, sim.Vec{X: -1}, sim.Vec{X: 1})}
	s := open(t, "mixed", compare.Sandbox)
	if err := s.OpenScene(&scene); err != nil {
		t.Fatal(err)
	}
	ticks(s, 120)
	want := -2 * scene.Gravity.Y * scene.FrameTime()
	if p := s.Pushes(); len(p.Engine) != 1 || !scalar.EqualWithinRel(p.Engine[0].Y, want, 1e-3) {
		t.Errorf("held up by %v N·s, want %v", p.Engine, want)
	}
}
