package hits_test

import (
	"context"
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"

	"orrery/sim"
	"orrery/sim/engine"
	"orrery/sim/golden"
	"orrery/world/identify"
	"orrery/world/identify/hits"
	"orrery/world/observe"
	"orrery/world/observe/discs"
)

// TestTheSameSightsGiveTheSameParameters compares parameters of some data with those of earlier
// versions of this program, to nine digits. They hold where the compiler fuses no multiplication with
// an addition. What they should be like is held by other tests; this one tells of changes that nobody meant.
func TestTheSameSightsGiveTheSameParameters(t *testing.T) {
	if testing.Short() {
		t.Skip("the race detector makes it ten times as long")
	}
	t.Parallel()
	few := func(change func(*discs.Set)) []*observe.Watch {
		set := discs.Default()
		set.Frames, set.Discs = 46, 4
		change(&set)
		return watches(&set, 4)
	}
	var got strings.Builder
	for _, c := range []struct {
		name string
		all  []*observe.Watch
	}{
		{"discs", few(func(*discs.Set) {})},
		{"gravity and drag", few(func(s *discs.Set) { s.Gravity, s.GravityUntold, s.Drag, s.Missing = 3, true, 0.3, 0.05 })},
		{"no angles", few(func(s *discs.Set) { s.NoAngle, s.Frames = true, 31 })},
		{"arcs", arcs(10, 9.81, 0.2, 0.002)},
		{"boxes of an engine", nil},
		{"neither sizes nor walls are told", untold(few(func(s *discs.Set) { s.Discs, s.Seed, s.Frames = 3, 2, 41 }), 0)},
		{"three walls are told", untold(few(func(s *discs.Set) { s.Discs, s.Seed, s.Frames = 2, 2, 41 }), 3)},
		{"hardly an impact", few(func(s *discs.Set) { s.Discs, s.Frames, s.Seed = 2, 14, 4 })},
		{"equal discs at odd times, seen with noise that is told", few(func(s *discs.Set) { s.Equal, s.Jitter, s.NoiseOfSights, s.Noise, s.Discs = true, 0.2, true, 0.002, 3 })},
		{"little friction and little bounce", few(func(s *discs.Set) { s.Mu, s.WallMu, s.E, s.WallE, s.Discs, s.Seed = 0.02, 0.03, 0.3, 0.2, 3, 6 })},
		{"much friction", few(func(s *discs.Set) { s.Mu, s.WallMu, s.Discs, s.Frames = 5, 5, 2, 31 })},
		{"steps of an engine", stepping(t)},
		{"two materials, and other bodies in each episode", materials()},
	} {
		r := boxed()
		var told []string
		if c.all != nil {
			var err error
			o := &identify.Options{Seed: 1, Workers: 1, Progress: func(stage string, done, of float64) {
				told = append(told, fmt.Sprintf("%s %.7g of %g", stage, done, of))
			}}
			if r, err = hits.Watches(t.Context(), c.all, o); err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
		}
		fmt.Fprintf(&got, "# %s\n", c.name)
		fmt.Fprintf(&got, "%d reports, first %s, at last %s\n", len(told), strings.Join(told[:min(len(told), 1)], ""), strings.Join(told[max(0, len(told)-3):], ", "))
		for _, p := range r.Parameters {
			fmt.Fprintf(&got, "%s of %s: %.9g in [%.9g, %.9g] %s, %s\n", p.Name, p.Of, p.Value, p.Lo, p.Hi, p.Unit, p.Why)
		}
		for _, s := range r.Sentences {
			fmt.Fprintln(&got, s)
		}
		sum := 0.0
		for _, f := range r.Fits {
			for k := range f.Times {
				sum += f.Seen[k].Sub(f.Fitted[k]).Len()
			}
		}
		fmt.Fprintf(&got, "%d fits, %.9g m off in all\n", len(r.Fits), sum)
		for k, w := range r.Scene.Walls {
			fmt.Fprintf(&got, "wall %d from %.7g to %.7g\n", k, []float64{w.Vertices[0].X, w.Vertices[0].Y}, []float64{w.Vertices[1].X, w.Vertices[1].Y})
		}
	}
	golden.Compare(t, "testdata/parameters.txt", got.String())
}

// untold returns the same sights of scenes that tell only some of the walls and no size of a disc right.
func untold(all []*observe.Watch, walls int) []*observe.Watch {
	for _, w := range all {
		w.Scene.Walls = w.Scene.Walls[:walls]
		for i := range w.Scene.Bodies {
			w.Scene.Bodies[i].Shapes[0].Radius, w.Scene.Bodies[i].Moment = 0.1, 0.005
		}
	}
	return all
}

// stepping returns what is seen of discs that fall in the engine, in two steps a frame.
func stepping(t *testing.T) []*observe.Watch {
	set := discs.Default()
	set.Noise, set.Gravity, set.Frames, set.FPS, set.Discs = 1e-4, 3, 41, 60, 3
	return stepped(t, &set, 2, 3)
}

// materials returns what is seen of discs of steel and of rubber among wooden walls, other ones in each episode.
func materials() (all []*observe.Watch) {
	for k, e := range []float64{0.8, 0.4, 0.8, 0.4} {
		set := discs.Default()
		set.Seed, set.Frames, set.E, set.WallE, set.Discs = uint64(k+1), 41, e, e+0.1, 3+k%2
		w := watches(&set, 1)[0]
		for i := range w.Scene.Bodies {
			w.Scene.Bodies[i].Shapes[0].Material = []string{"steel", "rubber"}[k%2]
		}
		for i := range w.Scene.Walls {
			w.Scene.Walls[i].Material = "wood"
		}
		all = append(all, w)
	}
	return all
}

// boxes returns what is seen of two boxes and a disc that the engine lets hit each other and walls,
// where things overlap by millimetres when they do, in scenes whose masses are 1 kg. The disc has a
// surface of its own.
func boxes(disc sim.Surface) (out []*observe.Watch) {
	surface := sim.Surface{Friction: 0.5, Elasticity: 0.8}
	corners := []sim.Vec{{X: -1, Y: -1}, {X: 1, Y: -1}, {X: 1, Y: 1}, {X: -1, Y: 1}}
	for k := range 10 {
		r := sim.NewRand(3, "boxes", k)
		s := sim.DefaultScene()
		s.Substeps = 2
		for i, c := range corners {
			s.Walls = append(s.Walls, sim.NewShape(sim.Segment, 0.01, sim.Surface{Friction: 0.6, Elasticity: 0.9}, c, corners[(i+1)%4]))
		}
		s.Bodies = []sim.Body{sim.NewBox(0.12, 0.08, 50, surface), sim.NewBox(0.1, 0.1, 100, surface), sim.NewDisc(0.1, 60, disc)}
		for i, p := range []sim.Vec{{X: -0.4, Y: -0.4}, {X: 0.3, Y: -0.3}, {X: 0, Y: 0.3}} {
			way, speed := 2*math.Pi*r.Float64(), 0.7+r.Float64()
			s.Bodies[i].Start = sim.BodyState{X: p.X + 0.1*r.Float64(), Y: p.Y + 0.1*r.Float64(), Angle: 3 * way,
				VX: speed * math.Cos(way), VY: speed * math.Sin(way), Omega: 2 * r.NormFloat64()}
		}
		truth, err := engine.Simulate(context.Background(), &s, s.Start(), 90, nil)
		if err != nil {
			panic(err)
		}
		scene := s
		scene.Bodies = append([]sim.Body(nil), s.Bodies...)
		for i := range scene.Bodies {
			scene.Bodies[i].Moment, scene.Bodies[i].Mass = scene.Bodies[i].Moment/scene.Bodies[i].Mass, 1
		}
		w := &observe.Watch{Scene: &scene}
		for f, state := range truth.States {
			var row []sim.Sight
			for _, b := range state {
				row = append(row, sim.Sight{Seen: true, Turned: true, X: b.X + 0.001*r.NormFloat64(), Y: b.Y + 0.001*r.NormFloat64(), Angle: b.Angle + 0.01*r.NormFloat64()})
			}
			w.Times, w.Sights = append(w.Times, float64(f)/60), append(w.Sights, row)
		}
		out = append(out, w)
	}
	return out
}

// boxed is what is identified of boxes.
var boxed = sync.OnceValue(func() *identify.Result {
	r, err := hits.Watches(context.Background(), boxes(sim.Surface{Friction: 0.5, Elasticity: 0.8}), &identify.Options{Seed: 1})
	if err != nil {
		panic(err)
	}
	return r
})

// TestBoxesOfTheEngineAreIdentified although it lets things overlap.
func TestBoxesOfTheEngineAreIdentified(t *testing.T) {
	if testing.Short() {
		t.Skip("the race detector makes it ten times as long, and quicker tests start the same goroutines")
	}
	t.Parallel()
	r := boxed()
	check(t, r, identify.Elasticity, identify.Scene, 0.64, 0.01)
	check(t, r, identify.Elasticity, identify.Wall, 0.72, 0.01)
	check(t, r, identify.Friction, identify.Wall, 0.3, 0.02)
	check(t, r, identify.Mass, "body1", 100*0.04/(50*0.24*0.16), 0.04)
}

// TestBodiesMayDifferInSurface: then each has an elasticity and a friction of its own with walls.
func TestBodiesMayDifferInSurface(t *testing.T) {
	if testing.Short() {
		t.Skip("the race detector makes it ten times as long, and quicker tests start the same goroutines")
	}
	t.Parallel()
	all := boxes(sim.Surface{Friction: 0.25, Elasticity: 0.5})
	r, err := hits.Watches(t.Context(), all, &identify.Options{})
	if err != nil {
		t.Fatal(err)
	}
	check(t, r, identify.Elasticity, "body0-wall", 0.72, 0.015)
	check(t, r, identify.Elasticity, "body2-wall", 0.45, 0.015)
	scene := r.Scene
	if got := scene.Contact(&scene.Bodies[2].Shapes[0], &scene.Walls[3]).Elasticity; !(math.Abs(got-0.45) <= 0.015) {
		t.Errorf("the disc has an elasticity of %v with walls in the scene; want 0.45", got)
	}
}
