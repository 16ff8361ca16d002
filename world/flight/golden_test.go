package flight

import (
	"fmt"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/sim/engine"
	"orrery/sim/golden"
)

// TestTheSameFlightsTellTheSame compares what is measured of flights of many kinds, and how steps lead on, with what
// earlier versions of this program made of them, to nine digits. They hold where the compiler fuses no multiplication
// with an addition. What they should be like is held by other tests; this one tells of changes that nobody meant.
func TestTheSameFlightsTellTheSame(t *testing.T) {
	t.Parallel()
	var got strings.Builder
	tell := func(name string, all []*sim.Trajectory) {
		f, lead, err := MeasureFlight(t.Context(), all)
		s, failed := collectFlights(t.Context(), all)
		if failed != nil {
			t.Fatal(failed)
		}
		turned, sum := 0, sim.Vec{}
		for _, x := range s {
			if x.turned {
				turned++
			}
			sum = sum.Add(x.told.Velocity()).Add(x.start.Scale(2)).Add(x.moved.Scale(3))
		}
		fmt.Fprintf(&got, "# %s\norder %q in %d, gravity %.9f, keep %.9f and %.9f, lead %v, %v\n%d flights, %d turned, of %.6f; gyration %.9g\n",
			name, f.Order, f.Substeps, []float64{f.Gravity.X, f.Gravity.Y}, f.Keep, f.KeepAngular, lead, err, len(s), turned, []float64{sum.X, sum.Y}, Gyration(all))
	}
	drag := Flight{FrameTime: 1.0 / 60, Gravity: sim.Vec{X: 0.5, Y: -3}, Keep: 0.99, KeepAngular: 0.97}
	tell("gravity and drag that nobody told", []*sim.Trajectory{swarm(&drag, 1, 30), swarm(&drag, 2, 30)})
	tell("hardly too few", []*sim.Trajectory{swarm(&drag, 1, 5), swarm(&drag, 2, 1)})
	tell("just enough", []*sim.Trajectory{swarm(&drag, 1, 6)})
	tell("few", []*sim.Trajectory{swarm(&drag, 1, 4)})
	for _, o := range Orders() {
		f := drag
		f.Order = o
		tell("order "+string(o), []*sim.Trajectory{fell(&f, 1), fell(&f, 3)})
	}
	noisy := []*sim.Trajectory{swarm(&drag, 3, 40), swarm(&drag, 4, 40)}
	rng := sim.NewRand(6, "flight/golden", 0)
	for _, m := range noisy {
		m.Seen = &sim.Observation{}
		for k, state := range m.States {
			row, std := make([]sim.Sight, len(state)), make(sim.State, len(state))
			for i := range state {
				b := &state[i]
				b.X, b.Y, b.VX, b.VY, b.Omega = b.X+1e-3*rng.NormFloat64(), b.Y+1e-3*rng.NormFloat64(), b.VX+3e-3*rng.NormFloat64(), b.VY+3e-3*rng.NormFloat64(), b.Omega+0.01*rng.NormFloat64()
				row[i] = sim.Sight{Seen: k%7 != i, Turned: i != 2}
				std[i] = sim.BodyState{X: 1e-3, Y: 1e-3, VX: 3e-3, VY: 3e-3, Omega: 0.01 * float64(i)}
			}
			m.Seen.Sights, m.Seen.Std = append(m.Seen.Sights, row), append(m.Seen.Std, std)
		}
	}
	tell("estimates", noisy)
	tell("what the engine leads and lets hit", []*sim.Trajectory{yard(t, 1, 3), yard(t, 1, 4)})
	tell("in steps", []*sim.Trajectory{yard(t, 3, 5), yard(t, 3, 6)})

	for _, scene := range []*sim.Scene{driven(), led()} {
		name := fmt.Sprintf("%d bodies", len(scene.Bodies))
		for _, n := range []int{1, 3} {
			f := DefaultFlight()
			f.FrameTime, f.Gravity, f.Keep, f.KeepAngular = scene.FrameTime(), sim.Vec{Y: -0.2}, 0.98, 0.95
			for _, o := range Orders() {
				f.Order = o
				step := f.Step(scene, n)
				state, action := scene.Start(), scene.Rest()
				for k := range 6 {
					for i := range action {
						action[i] = 2 * (float64((3*k+5*i)%7) - 3)
					}
					step.Fly(state, action)
					step.Rub(state)
				}
				fmt.Fprintf(&got, "# %s in %d, %q: pull %.9g, time %.9g\n", name, n, o, step.Pull(), step.Time())
				for i := range state {
					fmt.Fprintf(&got, "body %d: %.9f\n", i, state[i].Values())
				}
				half := step.Share(0.5)
				half.Command(state, action)
				half.Move(state)
				half.Force(state, action)
				half.Release(state, action)
				fmt.Fprintf(&got, "half a step: %.9f\n", state[0].Values())
				ahead := step.Ahead(nil, scene.Start(), action, 4)
				fmt.Fprintf(&got, "ahead: %.9f\n", ahead[len(ahead)-1].Values())
			}
		}
	}
	golden.Compare(t, "testdata/flights.txt", got.String())
}

// fell returns the flight of discs by the law of f, of which their scene tells nothing.
func fell(f *Flight, seed uint64) *sim.Trajectory {
	rng := sim.NewRand(seed, "flight/golden fall", 0)
	scene := sim.DefaultScene()
	for i := range 4 {
		b := sim.NewDisc(0.1, 10, sim.Surface{})
		b.Start = sim.BodyState{X: 10 * float64(i), VX: rng.NormFloat64(), VY: rng.NormFloat64(), Omega: rng.NormFloat64()}
		scene.Bodies = append(scene.Bodies, b)
	}
	t := &sim.Trajectory{Scene: &scene, States: []sim.State{scene.Start()}}
	step := f.Step(&scene, 1)
	for range 40 {
		next := append(sim.State(nil), t.States[len(t.States)-1]...)
		step.Fly(next, nil)
		t.States = append(t.States, next)
	}
	return t
}

// yard returns what the engine makes of discs and a box that fall, hit walls and each other, hang on a spring or are pushed.
func yard(t *testing.T, substeps int, seed uint64) *sim.Trajectory {
	t.Helper()
	rng := sim.NewRand(seed, "flight/golden yard", 0)
	s := sim.DefaultScene()
	s.Substeps, s.Gravity, s.Damping = substeps, sim.Vec{Y: -2}, 0.9
	for i := range 6 {
		b := sim.NewDisc(0.05+0.01*float64(i), 10, sim.Surface{Elasticity: 0.8, Friction: 0.3})
		if i == 3 {
			b = sim.NewBox(0.1, 0.2, 10, sim.Surface{Elasticity: 0.5})
		}
		b.Start = sim.BodyState{X: 0.6*float64(i) - 1.5, Y: 0.4 * rng.NormFloat64(), VX: rng.NormFloat64(), VY: rng.NormFloat64(), Omega: rng.NormFloat64()}
		s.Bodies = append(s.Bodies, b)
	}
	s.Joints = []sim.Joint{{Kind: sim.Spring, A: 4, B: 5, Stiffness: 2, Length: 0.5}}
	s.Actuators = []sim.Actuator{{Kind: sim.Force, Body: 2, Against: sim.World, Low: -2, High: 2, Axis: sim.Vec{X: 1}}}
	corners := []sim.Vec{{X: -2, Y: -1}, {X: 2, Y: -1}, {X: 2, Y: 2}, {X: -2, Y: 2}}
	for k, c := range corners {
		s.Walls = append(s.Walls, sim.NewShape(sim.Segment, 0, sim.Surface{Elasticity: 0.8}, c, corners[(k+1)%4]))
	}
	motion, err := engine.Simulate(t.Context(), &s, s.Start(), 80, func(k int, _ sim.State) sim.Action { return sim.Action{float64(k%5) - 2} })
	if err != nil {
		t.Fatal(err)
	}
	told := s // of less gravity and no drag
	told.Gravity, told.Damping = sim.Vec{Y: -1.5}, 1
	motion.Scene = &told
	return motion
}
