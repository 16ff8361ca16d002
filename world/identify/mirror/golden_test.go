package mirror_test

import (
	"fmt"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/sim/engine"
	"orrery/sim/golden"
	"orrery/world/identify"
	"orrery/world/identify/mirror"
)

// TestTheSameMotionTellsTheSame compares what is found of some motion with what earlier versions of this
// program found, and how often the engine ran for it. It holds where the compiler fuses no multiplication with an
// addition. What it should be like is held by other tests; this one tells of changes that nobody meant.
func TestTheSameMotionTellsTheSame(t *testing.T) {
	if testing.Short() {
		t.Skip("the race detector makes it ten times as long")
	}
	t.Parallel()
	var got strings.Builder
	rough := sim.Surface{Friction: 0.8, Elasticity: 0.654321}
	for _, c := range []struct {
		name string
		all  []*sim.Trajectory
		o    identify.Options
	}{
		{"two bodies that meet", spoil([]*sim.Trajectory{run(t, pair(0.07, rough, rough), 60, nil)}), identify.Options{}},
		{"what falls and slides, told right", simulate(t, "mixed", 8, 2, 40, true), identify.Options{Only: []identify.Name{identify.Elasticity, identify.Friction, identify.Mass}}},
		{"a law of drawn bodies", spoil(simulate(t, "mixed", 4, 4, 50, false)), identify.Options{}},
		{"rods", spoil(simulate(t, "pendulum", 3, 2, 40, true)), identify.Options{}},
		{"a block that is pushed", spoil(simulate(t, "pusht", 3, 2, 60, true)), identify.Options{}},
		{"springs, a rope, a motor, a field and grips", spoil([]*sim.Trajectory{run(t, linked(), 60, func(k int, _ sim.State) sim.Action { return sim.Action{float64(k%7) - 3} })}), identify.Options{}},
		{"surfaces of their own, and no masses asked for", crowded(t, 2, 0), identify.Options{Only: []identify.Name{identify.Elasticity, identify.Friction}}},
		{"seen through noise, in steps", spoil(crowded(t, 2, 2e-5)), identify.Options{}},
		{"materials, a hand and a group", spoil(handled(t)), identify.Options{Unit: "wood"}},
		{"nails elsewhere in each episode", spoil(nailed(t)), identify.Options{}},
		{"frictions that no law tells", spoil(unlike(t)), identify.Options{Only: []identify.Name{identify.Friction, identify.Moment, identify.Drag}}},
	} {
		var told []string
		var e *noted
		c.o.Workers, c.o.Seed = 1, 1
		c.o.Progress = func(stage string, done, of float64) { told = append(told, fmt.Sprintf("%s %g of %g", stage, done, of)) }
		found, err := mirror.Motion(t.Context(), c.all, func() mirror.Engine { e = &noted{Engine: engine.New()}; return e }, &c.o)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		fmt.Fprintf(&got, "# %s: %.6f explained, %q\n", c.name, found.Explained, found.Result.Sentences)
		fmt.Fprintf(&got, "%d loads, %d resets, %d corrections, %d frames: scenes of %.7g, motion of %.7g\n", e.loads, e.resets, e.corrections, e.frames, e.scenes, e.motion)
		fmt.Fprintf(&got, "%d reports, at last %s\n", len(told), strings.Join(told[max(0, len(told)-2):], ", "))
		for _, p := range found.Result.Parameters {
			fmt.Fprintf(&got, "%s of %s: %.5g in %.3g to %.3g %s, %.2g wide, %t, %s\n", p.Name, p.Of, p.Value, p.Lo, p.Hi, p.Unit, p.Hi-p.Lo, p.Identifiable, p.Why)
		}
		for _, p := range found.Values.Parameters[len(found.Result.Parameters):] {
			fmt.Fprintf(&got, "besides, %s of %s: %.5g in %.3g to %.3g\n", p.Name, p.Of, p.Value, p.Lo, p.Hi)
		}
		if law := found.Values.Solids; law != nil {
			fmt.Fprintf(&got, "power %.6g\n", law.Power)
			for _, c := range law.Classes {
				fmt.Fprintf(&got, "%s: %.6g, %.6g\n", c.Name, c.Density, c.Moment)
			}
		}
		for _, f := range found.Result.Fits[:1] {
			last := len(f.Times) - 1
			fmt.Fprintf(&got, "body %d of episode %d at %.6g s: %.6g, %.6g\n", f.Body, f.Episode, f.Times[last], []float64{f.Seen[last].X, f.Seen[last].Y}, []float64{f.Fitted[last].X, f.Fitted[last].Y})
		}
		sum := 0.0
		for k, f := range found.Result.Fits {
			for i := range f.Times {
				sum += float64(k+1) * (f.Times[i] + f.Seen[i].X - f.Fitted[i].Y)
			}
		}
		fmt.Fprintf(&got, "%d fits of %.7g\n", len(found.Result.Fits), sum)
	}
	golden.Compare(t, "testdata/found.txt", got.String())
}

// noted is an engine that counts what it is asked for, and sums up the scenes and the motion.
type noted struct {
	*engine.Engine
	loads, resets, corrections, frames int
	scenes, motion                     float64
}

func (e *noted) Load(s *sim.Scene) error {
	e.loads++
	e.scenes += s.Gravity.X + 2*s.Gravity.Y + 3*s.Damping
	for i, p := range s.Pairs {
		e.scenes += float64(i%5+1) * (p.Friction + 2*p.Elasticity)
	}
	for i := range s.Bodies {
		if b := &s.Bodies[i]; b.Kind == sim.Dynamic {
			e.scenes += float64(i+1) * (b.Mass + 3*b.Moment)
		}
	}
	for i := range s.Joints {
		j := &s.Joints[i]
		e.scenes += float64(i+1) * (j.AnchorA.X + 2*j.AnchorB.Y + 3*j.Length)
	}
	return e.Engine.Load(s)
}

func (e *noted) Reset(s sim.State) error {
	e.resets++
	return e.Engine.Reset(s)
}

func (e *noted) Correct(s sim.State) error {
	e.corrections++
	return e.Engine.Correct(s)
}

func (e *noted) Frame(a sim.Action) error {
	e.frames++
	return e.Engine.Frame(a)
}

func (e *noted) State(dst sim.State) sim.State {
	dst = e.Engine.State(dst)
	for i := range dst {
		e.motion += float64(i+1) * (dst[i].X + 2*dst[i].Y + dst[i].VX - dst[i].VY + dst[i].Omega)
	}
	return dst
}

// crowded returns discs of surfaces of their own in a narrow box, in several steps a frame where they are seen with noise.
func crowded(t *testing.T, episodes int, noise float64) (out []*sim.Trajectory) {
	t.Helper()
	for i := range episodes {
		s := sim.DefaultScene()
		rng := sim.NewRand(2, "mirror/golden", i)
		if noise > 0 {
			s.Substeps, s.Gravity, s.Damping = 3, sim.Vec{X: 0.3, Y: -1}, 0.9
		}
		for k, surface := range []sim.Surface{{Friction: 0.9, Elasticity: 0.9}, {Friction: 0.3, Elasticity: 0.5}, {Friction: 0.6, Elasticity: 0.7}} {
			b := sim.NewDisc(0.1, 10+5*float64(k), surface)
			b.Start = sim.BodyState{X: 0.3 * float64(k-1), Y: 0.05 * rng.NormFloat64(), VX: -0.8*float64(k-1) + 0.2*rng.NormFloat64(), VY: 0.3 * rng.NormFloat64(), Omega: 5 * rng.NormFloat64()}
			s.Bodies = append(s.Bodies, b)
		}
		wall := sim.Surface{Friction: 1, Elasticity: 1}
		corners := []sim.Vec{{X: -0.6, Y: -0.3}, {X: 0.6, Y: -0.3}, {X: 0.6, Y: 0.3}, {X: -0.6, Y: 0.3}}
		for k, c := range corners {
			s.Walls = append(s.Walls, sim.NewShape(sim.Segment, 0, wall, c, corners[(k+1)%4]))
		}
		motion := run(t, &s, 36, nil)
		for k := range motion.States {
			for i := range motion.States[k] {
				b := &motion.States[k][i]
				b.X, b.Y, b.Angle = b.X+noise*rng.NormFloat64(), b.Y+noise*rng.NormFloat64(), b.Angle+noise*rng.NormFloat64()
				b.VX, b.VY, b.Omega = b.VX+noise*rng.NormFloat64(), b.VY+noise*rng.NormFloat64(), b.Omega+noise*rng.NormFloat64()
			}
		}
		out = append(out, motion)
	}
	return out
}

// handled returns two bodies of wood and one of stone on a floor, one of them of two shapes and in a group with another,
// that a hand moves.
func handled(t *testing.T) (out []*sim.Trajectory) {
	t.Helper()
	s := sim.DefaultScene()
	s.Substeps, s.Gravity = 2, sim.Vec{Y: -5}
	of := func(material string, b sim.Body) sim.Body {
		for i := range b.Shapes {
			b.Shapes[i].Material = material
		}
		return b
	}
	rough := sim.Surface{Friction: 0.5, Elasticity: 0.6}
	hand, wood, stone, light := sim.NewDisc(0.15, 10, rough), of("wood", sim.NewBox(0.2, 0.16, 10, rough)), of("stone", sim.NewDisc(0.08, 20, rough)), of("wood", sim.NewDisc(0.05, 10, rough))
	hand.Kind, hand.Mass, hand.Moment = sim.Kinematic, 0, 0
	wood.Name = "wood"
	wood.Shapes = append(wood.Shapes, sim.NewShape(sim.Circle, 0.05, rough, sim.Vec{X: 0.1}))
	wood.Shapes[1].Material = "wood"
	wood.Group, light.Group = 3, 3
	hand.Start = sim.BodyState{X: -0.8, Y: 0.2, VX: 1}
	wood.Start = sim.BodyState{X: -0.3, Y: 0.1, Angle: 0.1, VY: 0.2}
	stone.Start = sim.BodyState{X: 0.2, Y: 0.3, VX: -0.8, VY: 0.5, Omega: 2}
	light.Start = sim.BodyState{X: 0, Y: 0.4, VX: 0.3}
	s.Bodies = []sim.Body{hand, wood, stone, light}
	floor := sim.NewShape(sim.Segment, 0, sim.Surface{Friction: 0.9, Elasticity: 0.8}, sim.Vec{X: -2}, sim.Vec{X: 2})
	floor.Material = "floor"
	s.Walls = []sim.Shape{floor}
	return append(out, run(t, &s, 70, nil))
}

// nailed returns a rod that swings, on another nail in each episode.
func nailed(t *testing.T) (out []*sim.Trajectory) {
	t.Helper()
	for i := range 3 {
		s := sim.DefaultScene()
		s.Gravity = sim.Vec{Y: -9.81}
		rod := sim.NewBox(0.5, 0.05, 10, sim.Surface{})
		rod.Start = sim.BodyState{X: 0.2 + 0.1*float64(i), Y: 1, Omega: 0.5 * float64(i)}
		s.Bodies = []sim.Body{rod}
		s.Joints = []sim.Joint{{Kind: sim.Pivot, A: 0, B: sim.World, AnchorA: sim.Vec{X: -0.2}, AnchorB: sim.Vec{X: 0.1 * float64(i), Y: 1}, Name: "nail"}}
		out = append(out, run(t, &s, 40, nil))
	}
	return out
}

// unlike returns discs of which each episode has its own, with frictions of their own.
func unlike(t *testing.T) (out []*sim.Trajectory) {
	t.Helper()
	for i := range 4 {
		s := pair(0.05+0.02*float64(i), sim.Surface{Friction: 0.1 + 0.3*float64(i), Elasticity: 0.5}, sim.Surface{Friction: 0.4, Elasticity: 1})
		s.Bodies[0].Mass += 0.05 * float64(i)
		s.Bodies[0].Start.Omega = 3 - 4*float64(i)
		s.Damping = 0.95
		out = append(out, run(t, s, 40, nil))
	}
	return out
}
