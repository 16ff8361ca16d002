package retrace_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"orrery/sim"
	"orrery/sim/engine"
	"orrery/sim/scenario/library"
	"orrery/world/contact"
	"orrery/world/retrace"
)

// What the tests see of motion: deviations of sights, and of the states that they begin with, some of which are far off.
const (
	noise, noiseTurn = 1e-4, 1e-3 // m, rad
	vague, veryVague = 5e-3, 0.08 // m/s
)

// simulated returns the exact motion of an episode of a scenario, of which a body may be kicked at a frame.
func simulated(t *testing.T, name string, episode, frames, kick int) *sim.Trajectory {
	t.Helper()
	s, err := library.Find(name)
	if err != nil {
		t.Fatal(err)
	}
	values, err := s.Values(nil)
	if err != nil {
		t.Fatal(err)
	}
	scene, err := s.Sample(2, episode, values)
	if err != nil {
		t.Fatal(err)
	}
	first := frames
	if kick > 0 {
		first = kick + 1
	}
	e, err := engine.Simulate(t.Context(), scene, nil, first, nil)
	if err != nil || kick == 0 {
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	state := slices.Clone(e.States[kick])
	state[0].VX, state[0].VY = state[0].VX+0.7, state[0].VY-0.4
	rest, err := engine.Simulate(t.Context(), scene.StartingAt(state), nil, frames-kick, nil)
	if err != nil {
		t.Fatal(err)
	}
	e.States = append(e.States, rest.States[1:]...)
	return e
}

// seen returns what is seen of exact motion, and vague states.
func seen(exact *sim.Trajectory) *sim.Trajectory {
	rng := sim.NewRand(3, "test retrace", len(exact.States))
	out := &sim.Trajectory{Scene: exact.Scene, Actions: exact.Actions, Seen: &sim.Observation{}}
	for _, s := range exact.States {
		state, std, sights := slices.Clone(s), make(sim.State, len(s)), make([]sim.Sight, len(s))
		for i := range state {
			b := &state[i]
			sights[i] = sim.Sight{
				X: b.X + noise*rng.NormFloat64(), Y: b.Y + noise*rng.NormFloat64(), Angle: b.Angle + noiseTurn*rng.NormFloat64(),
				Seen: true, Turned: true, Std: noise, StdTurn: noiseTurn,
			}
			off := vague
			if rng.Float64() < 0.1 {
				off = veryVague
			}
			b.X, b.Y, b.Angle = sights[i].X, sights[i].Y, sights[i].Angle
			b.VX, b.VY, b.Omega = b.VX+off*rng.NormFloat64(), b.VY+off*rng.NormFloat64(), b.Omega+10*off*rng.NormFloat64()
			std[i] = sim.BodyState{X: noise, Y: noise, Angle: noiseTurn, VX: off, VY: off, Omega: 10 * off}
		}
		out.States, out.Seen.Std, out.Seen.Sights = append(out.States, state), append(out.Seen.Std, std), append(out.Seen.Sights, sights)
	}
	return out
}

func plain(t *testing.T, exact *sim.Trajectory) *contact.Model {
	t.Helper()
	config := contact.DefaultConfig()
	config.Ends = true
	if err := config.Measure(t.Context(), []*sim.Trajectory{exact}, 0); err != nil {
		t.Fatal(err)
	}
	m, err := contact.Plain(config)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func along(t *testing.T, exact, seen *sim.Trajectory) *retrace.Traced {
	t.Helper()
	out, err := retrace.Along(t.Context(), plain(t, exact), seen)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// slips returns by how many m/s velocities are off, in order.
func slips(exact, t *sim.Trajectory) (out []float64) {
	for k, s := range t.States {
		for i := range s {
			out = append(out, s[i].Velocity().Sub(exact.States[k][i].Velocity()).Len())
		}
	}
	slices.Sort(out)
	return out
}

// TestStatesFollowTheLaw: velocities that were off by centimetres a second are off by less than a millimetre a second mostly, also where bodies are hit
// again and again, and no more than what frames say of each other is promised.
func TestStatesFollowTheLaw(t *testing.T) {
	t.Parallel()
	for episode := range 3 {
		exact := simulated(t, "mixed", episode, 61, 0)
		was := seen(exact)
		was.Seen.Covariances = make([][]sim.Covariance, len(was.States)) // of other states than those that are found
		for k := range was.States {
			was.Seen.Covariances[k] = make([]sim.Covariance, len(was.States[k]))
		}
		now := along(t, exact, was)
		if now.Trajectory.Seen.Covariances != nil || was.Seen.Covariances == nil {
			t.Error("states that are joined have what was known of others")
		}
		if !now.Holds() || now.Hits < 10 || now.Touches < now.Hits || now.Odd > now.Hits/10 || now.Sights != 61*len(exact.States[0]) || now.Strays > now.Sights/100 {
			t.Errorf("episode %d: %d of %d hits are odd, and %d of %d sights", episode, now.Odd, now.Hits, now.Strays, now.Sights)
		}
		before, after := slips(exact, was), slips(exact, now.Trajectory)
		n := len(after)
		if !(after[n/2] <= 1e-3) || !(after[n*95/100] <= 0.1*before[n*95/100]) {
			t.Errorf("episode %d: velocities are off by %v m/s in the middle, and by %v in 95 %%", episode, after[n/2], after[n*95/100])
		}
		for k, row := range now.Trajectory.Seen.Std {
			for i, s := range row {
				if !(s.X > 0 && s.VX > 0 && s.Omega > 0) || math.IsInf(s.VX, 0) {
					t.Fatalf("frame %d, body %d: deviations %v", k, i, s)
				}
			}
		}
		if was.States[5][0] == now.Trajectory.States[5][0] || &was.Seen.Std[0][0] == &now.Trajectory.Seen.Std[0][0] {
			t.Error("what was given is not kept")
		}
	}
}

// TestAnotherLawDoesNotHold: with other numbers hits are off the law.
func TestAnotherLawDoesNotHold(t *testing.T) {
	t.Parallel()
	exact := simulated(t, "mixed", 0, 91, 0)
	was := seen(exact)
	other := *was.Scene
	other.Bodies, other.Walls = slices.Clone(other.Bodies), slices.Clone(other.Walls)
	for i := range other.Bodies {
		b := &other.Bodies[i]
		b.Shapes = slices.Clone(b.Shapes)
		for k := range b.Shapes {
			b.Shapes[k].Elasticity, b.Shapes[k].Friction = b.Shapes[k].Elasticity*0.6, b.Shapes[k].Friction*0.3
		}
	}
	was.Scene = &other
	now := along(t, exact, was)
	if now.Holds() {
		t.Errorf("the law holds, with %d of %d hits odd", now.Odd, now.Hits)
	}
}

// TestWhatTheLawCannotTellStays: one step of a law that remembers no impulses does not hold a stack, and states of most of it are not made of that.
func TestWhatTheLawCannotTellStays(t *testing.T) {
	t.Parallel()
	exact := simulated(t, "tower", 1, 31, 0)
	was := seen(exact)
	now := along(t, exact, was)
	if now.Holds() || now.Hits > 0 {
		t.Errorf("the law holds of a stack: %d of %d touches are loose", now.Loose, now.Touches)
	}
	kept := 0
	for k, s := range now.Trajectory.States {
		for i := range s {
			if s[i] == was.States[k][i] {
				kept++
				if now.Trajectory.Seen.Std[k][i] != was.Seen.Std[k][i] {
					t.Errorf("frame %d, body %d: the state is as it was, and its deviation another", k, i)
				}
			}
		}
	}
	if kept < 20 {
		t.Errorf("%d states stay as they were", kept)
	}
}

// TestAKickIsOpen: where something happens that the law does not know, the frame is as vague as it is, and what is before and after it is not spoilt.
func TestAKickIsOpen(t *testing.T) {
	t.Parallel()
	const kick = 30
	exact := simulated(t, "mixed", 4, 61, kick)
	now := along(t, exact, seen(exact))
	std := now.Trajectory.Seen.Std
	if v := std[kick][0].VX; !(v >= 1e-3) {
		t.Errorf("a kicked body's velocity is sure to %v m/s", v)
	}
	if v := std[kick-5][0].VX; !(v <= 1e-3) {
		t.Errorf("long before a kick a body's velocity is sure to %v m/s", v)
	}
	for k, s := range now.Trajectory.States {
		if off := s[0].Velocity().Sub(exact.States[k][0].Velocity()).Len(); k != kick && !(off <= 0.01) {
			t.Errorf("frame %d: the kicked body is off by %v m/s", k, off)
		}
	}
}

// TestWrongSightsDoNotCount: what is seen elsewhere, or not at all, moves nothing.
func TestWrongSightsDoNotCount(t *testing.T) {
	t.Parallel()
	exact := simulated(t, "mixed", 1, 61, 0)
	was := seen(exact)
	was.Seen.Sights[20][1].X += 0.05
	for k := 30; k < 34; k++ {
		was.Seen.Sights[k][2] = sim.Sight{}
	}
	now := along(t, exact, was)
	if now.Strays < 1 || now.Strays > 3 || now.Sights != 61*len(exact.States[0])-4 {
		t.Errorf("%d of %d sights are strays, want 1 of all but 4", now.Strays, now.Sights)
	}
	for _, at := range [][2]int{{20, 1}, {31, 2}, {32, 2}} {
		got, want := now.Trajectory.States[at[0]][at[1]], exact.States[at[0]][at[1]]
		if off := got.Position().Sub(want.Position()).Len(); !(off <= 5e-4) {
			t.Errorf("frame %d, body %d is off by %v m", at[0], at[1], off)
		}
	}
}

// TestLongEpisodesAreOne: stretches go on where the one before ends.
func TestLongEpisodesAreOne(t *testing.T) {
	t.Parallel()
	exact := simulated(t, "billiards", 3, 250, 0)
	now := along(t, exact, seen(exact))
	if len(now.Trajectory.States) != 250 || now.Sights != 250*len(exact.States[0]) || !now.Holds() {
		t.Fatalf("%d frames, %d sights, %d of %d hits odd", len(now.Trajectory.States), now.Sights, now.Odd, now.Hits)
	}
	after := slips(exact, now.Trajectory)
	n := len(after)
	if !(after[n/2] <= 1e-3) || !(after[n*95/100] <= 0.003) {
		t.Errorf("velocities are off by %v m/s in the middle, and by %v in 95 %%", after[n/2], after[n*95/100])
	}
}

// TestNothingIsMadeUp: what was not seen stays as it was, as does what nobody can trace, and a context ends it.
func TestNothingIsMadeUp(t *testing.T) {
	t.Parallel()
	exact := simulated(t, "mixed", 0, 31, 0)
	blind := seen(exact)
	for k := range blind.Seen.Sights {
		clear(blind.Seen.Sights[k])
	}
	for name, was := range map[string]*sim.Trajectory{"known": exact, "never seen": blind} {
		now := along(t, exact, was)
		if now.Holds() || !slices.EqualFunc(now.Trajectory.States, was.States, slices.Equal) {
			t.Errorf("%s: states are others", name)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := retrace.Along(ctx, plain(t, exact), seen(exact)); !errors.Is(err, context.Canceled) {
		t.Errorf("after its context ended: %v", err)
	}
}
