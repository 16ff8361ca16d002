package source

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/sim/engine"
	"orrery/sim/golden"
	"orrery/world/flight"
	"orrery/world/geom"
)

// TestTheSameMotionHasTheSameSources compares what is told of the source of motion of many kinds, and what its meetings
// show, with what earlier versions of this program told, to seven digits. They hold where the compiler fuses no
// multiplication with an addition. What is told should be right by other tests; this one tells of changes that nobody meant.
func TestTheSameMotionHasTheSameSources(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine does the work, and the race detector makes it ten times as long")
	}
	t.Parallel()
	var got strings.Builder
	for _, c := range []struct {
		name string
		all  []*sim.Trajectory
	}{
		{"engine", toy{order: flight.EngineOrder, gravity: -3, depth: -1}.run(40)},
		{"engine without gravity", toy{order: flight.EngineOrder, depth: -1}.run(40)},
		{"skins, a calm and impacts within", toy{order: flight.SolveFirst, gravity: -3, wall: 0.02, calm: 0.8, depth: 0.015, friction: geom.Geometric}.run(60)},
		{"skins of both", toy{order: flight.SolveFirst, gravity: -3, circle: 0.02, wall: 0.01, depth: -1}.run(40)},
		{"moves first", toy{order: flight.MoveFirst, gravity: -6, calm: 1.2, depth: -1, bounce: geom.Minimum, friction: geom.Minimum}.run(60)},
		{"foresees", toy{order: flight.MoveFirst, sight: 0.02, ahead: 0.25, friction: geom.Geometric, bounce: geom.Geometric}.run(60)},
		{"foresees in halves", toy{order: flight.MoveFirst, gravity: -2, sight: 0.03, ahead: 0.52, bounce: geom.Maximum}.run(40)},
		{"holds", toy{order: flight.MoveFirst, gravity: -6, depth: -1, hold: 0.7, bounce: geom.Mean}.run(40)},
		{"at any time", toy{order: flight.EvenForce, gravity: -1, bounce: geom.Minimum}.run(40)},
		{"noise of velocities", toy{order: flight.SolveFirst, gravity: -3, depth: -1, noise: 0.01}.run(40)},
		{"few", toy{order: flight.EngineOrder, gravity: -3, depth: -1}.run(2)},
		{"estimates", estimated(toy{order: flight.EvenForce, gravity: -1, calm: 0.8}.run(60), 0)},
		{"estimates on the beat", estimated(toy{order: flight.EngineOrder, gravity: -1, depth: -1}.run(40), 0.5)},
		{"a disc that is told too large", resized(toy{order: flight.EngineOrder, gravity: -3, depth: -1}.run(60), 0.103, 1)},
		{"a disc that is told too small", resized(toy{order: flight.SolveFirst, gravity: -3, depth: -1}.run(60), 0.096, 1)},
		{"one", toy{order: flight.SolveFirst, gravity: -3, depth: -1}.run(1)},
		{"none", nil},
		{"at rest beside a wall", still(toy{order: flight.EngineOrder}.run(2))},
		{"walls of two kinds, most of which solve first", append(toy{order: flight.SolveFirst, gravity: -3, depth: -1}.run(40), blocked(toy{order: flight.EngineOrder, gravity: -3, depth: -1}.run(20))...)},
		{"walls of two kinds, most of which solve last", append(toy{order: flight.SolveFirst, gravity: -3, depth: -1}.run(20), blocked(toy{order: flight.EngineOrder, gravity: -3, depth: -1}.run(40))...)},
		{"a disc that is told too large, of a source that looks ahead", resized(toy{order: flight.MoveFirst, sight: 0.02, ahead: 0.25}.run(60), 0.103, 2)},
		{"a disc that is told too small, among other hits", append(resized(toy{order: flight.EngineOrder, gravity: -3, depth: -1}.run(60), 0.098, 1), resized(toy{order: flight.EngineOrder, gravity: -3, depth: -1}.run(30), 0.101, 1)...)},
		{"skins in some episodes alone", append(toy{order: flight.EngineOrder, gravity: -3, depth: -1, circle: 0.0025}.run(60), toy{order: flight.EngineOrder, gravity: -3, depth: -1}.run(60)...)},
		{"overlaps in some episodes alone", append(toy{order: flight.EngineOrder, gravity: -3, depth: -1, circle: -0.0025}.run(60), toy{order: flight.EngineOrder, gravity: -3, depth: -1}.run(60)...)},
		{"a heap of hits", toy{order: flight.EngineOrder, gravity: -9, depth: -1, calm: 3}.run(60)},
		{"discs, a box and a hand", yard(t, 1, 0)},
		{"discs, a box and a hand in two steps, with pairs", yard(t, 2, 3)},
	} {
		found, err := Measure(t.Context(), c.all)
		if err != nil {
			fmt.Fprintf(&got, "# %s: %v\n", c.name, err)
			continue
		}
		fmt.Fprintf(&got, "# %s\n", c.name)
		for _, s := range found.Sources {
			f := s.Flight
			fmt.Fprintf(&got, "order %q in %d, gravity %.7f, keep %.7g; impacts %t, depth %.7g, late %t, ahead %.7g, sight %.7g, calm %.7g, hold %t, %+v\n",
				f.Order, f.Substeps, []float64{f.Gravity.X, f.Gravity.Y}, f.Keep, s.Impacts, s.Depth, s.Late, s.Ahead, s.Sight, s.Calm, s.Hold, s.Touch)
		}
		for _, d := range found.Doubts {
			fmt.Fprintf(&got, "%v: %.7g, %.7g, %.7g, %.7g\n", d, d.Shy, d.Reach, d.Heavier, d.Told)
		}
		f, lead, err := flight.MeasureFlight(t.Context(), c.all)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		meetings, err := collect(t.Context(), c.all, &f)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		seen := newSight(meetings)
		fmt.Fprintf(&got, "lead %.7g, %d meetings: early %t, late %t, corrected %t, moved %t, exact %t, within %t, falls %t, hold %t, size %.7g, depth %.7g, foresight %.7g m, %.7g frames, stays %t\n", lead, len(meetings),
			seen.early, seen.late, seen.corrected, seen.moved, seen.exact, seen.within, seen.falls, seen.hold, seen.size, seen.depth, seen.foresight.sight, seen.foresight.ahead, seen.foresight.stays)
		for _, f := range seen.fits {
			fmt.Fprintf(&got, "%v: %d, known %t, %d mistakes, from %.7g to %.7g, early %t, within %t\n", f.kinds, f.count, f.known, f.mistakes, f.start, f.end, f.early, f.within)
		}
		var sums [12]float64
		hits, free, told := 0, 0, 0
		for i := range meetings {
			m := &meetings[i]
			for k, v := range []float64{m.before, m.after, m.ended, m.travel, m.vague, m.began, m.approach, m.parting, m.slope, m.gained, m.heavier, m.scenes} {
				if !math.IsInf(v, 0) && !math.IsNaN(v) {
					sums[k] += v
				}
			}
			for k, is := range []bool{m.hit, m.free, m.told, m.walled} {
				if is {
					*[]*int{&hits, &free, &told, &told}[k] += 1
				}
			}
			gap, off, ok := m.met()
			if ok {
				sums[0] += gap + 2*off
			}
		}
		fmt.Fprintf(&got, "%d hits, %d free, %d told or walled: %.6f\n", hits, free, told, sums)
	}
	golden.Compare(t, "testdata/sources.txt", got.String())
}

// estimated returns the same motion as estimates of sights, at impacts that are so much of a frame after its beginning.
func estimated(all []*sim.Trajectory, after float64) []*sim.Trajectory {
	rng := sim.NewRand(2, "source/golden", 0)
	const place, speed = 1e-3, 5e-3
	for _, d := range all {
		d.Seen = &sim.Observation{}
		for k, s := range d.States {
			if b := &s[0]; k > 0 && after > 0 && d.States[k-1][0].VY*b.VY < 0 {
				d.Seen.Impacts = append(d.Seen.Impacts, sim.Impact{Body: 0, Other: -1, Time: (float64(k) - 1 + after) * frame, StdTime: 1e-4, Push: 1})
			}
			d.Seen.Std = append(d.Seen.Std, sim.State{{X: place, Y: place, VX: speed, VY: speed}})
			d.Seen.Sights = append(d.Seen.Sights, make([]sim.Sight, 1))
		}
		for _, s := range d.States {
			b := &s[0]
			b.X, b.Y = b.X+place*rng.NormFloat64(), b.Y+place*rng.NormFloat64()
			b.VX, b.VY = b.VX+speed*rng.NormFloat64(), b.VY+speed*rng.NormFloat64()
		}
	}
	return all
}

// still returns episodes of the same scenes in which nothing moves.
func still(all []*sim.Trajectory) []*sim.Trajectory {
	for _, t := range all {
		for _, state := range t.States {
			state[0] = sim.BodyState{Y: 0.89}
		}
	}
	return all
}

// blocked returns the same motion between blocks, where there were lines.
func blocked(all []*sim.Trajectory) []*sim.Trajectory {
	for _, t := range all {
		for k := range t.Scene.Walls {
			w := &t.Scene.Walls[k]
			a, b := w.Vertices[0], w.Vertices[1]
			far := sim.Vec{Y: 2 * a.Y}
			if a.Y > 0 {
				a, b = b, a
			}
			w.Kind, w.Vertices = sim.Polygon, []sim.Vec{b, a, {X: a.X, Y: far.Y}, {X: b.X, Y: far.Y}}
		}
	}
	return all
}

// resized returns the same motion in scenes that tell another radius and another mass.
func resized(all []*sim.Trajectory, radius, mass float64) []*sim.Trajectory {
	for _, t := range all {
		told := *t.Scene
		told.Bodies = slices.Clone(told.Bodies)
		told.Bodies[0].Mass = mass
		told.Bodies[0].Shapes = slices.Clone(told.Bodies[0].Shapes)
		s := &told.Bodies[0].Shapes[0]
		s.Radius, s.Elasticity, s.Friction = radius, 0.5, 0.5
		t.Scene = &told
	}
	return all
}

// yard returns what the engine makes of two discs, a box and a hand among walls, so many of whose materials are told in pairs.
func yard(t *testing.T, substeps, materials int) (all []*sim.Trajectory) {
	t.Helper()
	for e := range 16 {
		rng := sim.NewRand(5, "source/golden yard", e)
		s := sim.DefaultScene()
		s.Substeps, s.Gravity = substeps, sim.Vec{Y: -2}
		surface := sim.Surface{Friction: 0.3, Elasticity: 0.8}
		s.Bodies = []sim.Body{sim.NewDisc(0.1, 10, surface), sim.NewDisc(0.15, 20, surface), sim.NewBox(0.2, 0.3, 10, surface), sim.NewDisc(0.1, 10, surface)}
		hand := &s.Bodies[3]
		hand.Kind, hand.Mass, hand.Moment = sim.Kinematic, 0, 0
		for i := range s.Bodies {
			s.Bodies[i].Start = sim.BodyState{X: 0.5*float64(i) - 0.8, Y: 0.3 * rng.NormFloat64(), VX: rng.NormFloat64(), VY: rng.NormFloat64(), Omega: 0.3 * rng.NormFloat64()}
		}
		hand.Start = sim.BodyState{X: 0.9, Y: 0.9, VX: -0.4, VY: -0.3}
		corners := []sim.Vec{{X: -1.2, Y: -1}, {X: 1.2, Y: -1}, {X: 1.2, Y: 1.2}, {X: -1.2, Y: 1.2}}
		for k, c := range corners {
			s.Walls = append(s.Walls, sim.NewShape(sim.Segment, 0, surface, c, corners[(k+1)%4]))
		}
		if materials > 0 {
			s.Bodies[0].Shapes[0].Material, s.Walls[0].Material = "rubber", "wood"
			s.Pairs = []sim.Pair{{A: "rubber", B: "wood", Friction: 0.9, Elasticity: 0.2}}
		}
		motion, err := engine.Simulate(t.Context(), &s, s.Start(), 60, nil)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, motion)
	}
	return all
}
