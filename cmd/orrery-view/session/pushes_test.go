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
	if p := s.Pushes(); p.Engine.Bodies != nil || p.Chosen.Bodies != nil || p.Points != nil {
		t.Errorf("before anything happened: %+v", p)
	}
	const want = 2 * (1 * 3.0 / 4) * 2 // reduced mass times twice the speed of approach, N·s
	hits := 0
	for range 30 {
		s.Step(1)
		p := s.Pushes()
		for i, sign := range []float64{-1, 1} {
			push := p.Engine.Bodies[i]
			if push.Len() > 1e-9 {
				if hits++; !scalar.EqualWithinAbs(push.X, sign*want, 1e-9) || !scalar.EqualWithinAbs(push.Y, 0, 1e-9) {
					t.Errorf("frame %d: body %d is pushed by %v, want %v along x", s.Frame(), i, push, sign*want)
				}
			}
			if p.Chosen.Bodies[i] != push {
				t.Errorf("frame %d: the engine as a model pushes by %v, not by %v", s.Frame(), p.Chosen.Bodies[i], push)
			}
			if p.Rival.Bodies[i] != (sim.Vec{}) {
				t.Errorf("free flight pushes by %v", p.Rival.Bodies[i])
			}
		}
		if len(p.Points) > 0 { // in the middle between them, and all that pushes
			at := s.State()[0].Position().Add(sim.Vec{X: 0.1})
			if len(p.Points) != 1 || !(p.Points[0].At.Sub(at).Len() < 0.03) || p.Points[0].A != 0 || p.Points[0].B != 1 ||
				!(p.Engine.Points[0].Sub(p.Engine.Bodies[0]).Len() < 1e-9) || !(p.Engine.Rest[1].Len() < 1e-9) {
				t.Errorf("frame %d: %+v, %+v", s.Frame(), p.Points, p.Engine)
			}
			if p.Chosen.Points[0] != p.Engine.Points[0] || !(p.Rival.Points[0].Len() < 1e-9) || !(p.Rival.Rest[0].Len() < 1e-9) {
				t.Errorf("models push by %v and %v there", p.Chosen.Points, p.Rival.Points)
			}
		}
		if hits == 2 && p.Engine.Bodies[0].Len() > 0 {
			if said := p.PushOf(0); said != "3 N·s, predicted 3, predicted 0" || p.PushOf(2) != "" {
				t.Errorf("said %q", said)
			}
			for k := 1; k <= 2; k++ { // another model answers at the same frame
				if s.SetModel(k); s.Pushes().Chosen.Bodies != nil || s.Pushes().Chosen.Points != nil || s.Pushes().Engine.Bodies == nil {
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
	p := s.Pushes()
	if sum := p.Engine.Points; len(sum) != 2 || !scalar.EqualWithinRel(sum[0].Add(sum[1]).Y, want, 1e-3) || !scalar.EqualWithinRel(sum[0].Y, sum[1].Y, 0.05) {
		t.Errorf("its corners are held up by %v", sum)
	}
	if len(p.Engine.Bodies) != 1 || !scalar.EqualWithinRel(p.Engine.Bodies[0].Y, want, 1e-3) {
		t.Errorf("held up by %v N·s, want %v", p.Engine, want)
	}
}

// TestPushesOfATapeThatWasRewrittenAreFoundAnew at the same frame.
func TestPushesOfATapeThatWasRewrittenAreFoundAnew(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	scene.Gravity = sim.Vec{}
	for i := range 2 {
		b := sim.NewDisc(0.1, 1, sim.Surface{Elasticity: 1})
		b.Start.X, b.Start.VX = 0.25*float64(i), 6-12*float64(i)
		scene.Bodies = append(scene.Bodies, b)
	}
	s := open(t, "mixed", compare.Sandbox)
	if err := s.OpenScene(&scene); err != nil {
		t.Fatal(err)
	}
	for s.Step(1); s.Pushes().Engine.Bodies[0].Len() == 0; s.Step(1) {
		if s.Frame() > 20 {
			t.Fatal("they do not hit each other")
		}
	}
	frame := s.Frame()
	s.tape.At(frame - 1)[1].X = 9 // nobody is hit any more
	s.tape.At(frame)[0].VX = 6
	if push := s.Pushes().Engine.Bodies[0]; !(push.Len() <= 1e-9) || s.Frame() != frame {
		t.Errorf("what nothing hits is pushed by %v N·s", push)
	}
	s.Step(1)
	if s.Pushes().Engine.Bodies == nil {
		t.Error("nothing is known of the next frame")
	}
}
