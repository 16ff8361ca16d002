package mirror_test

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
	"orrery/sim/engine"
	"orrery/sim/scenario/library"
	"orrery/world/identify"
	"orrery/world/identify/mirror"
)

func made() mirror.Engine { return engine.New() }

// simulate returns episodes of a scenario as datasets keep them. With same, all have the bodies of the
// first. Actuators act at random.
func simulate(t testing.TB, name string, seed uint64, episodes, frames int, same bool) (out []*sim.Trajectory) {
	t.Helper()
	of, err := library.Find(name)
	if err != nil {
		t.Fatal(err)
	}
	values, err := of.Values(nil)
	if err != nil {
		t.Fatal(err)
	}
	var first *sim.Scene
	for i := range episodes {
		scene, err := of.Sample(seed, i, values)
		if err != nil {
			t.Fatal(err)
		}
		if same && i > 0 {
			s := *first
			s.Bodies = slices.Clone(first.Bodies)
			for k := range s.Bodies {
				s.Bodies[k].Start = scene.Bodies[k].Start
			}
			scene = &s
		} else if i == 0 {
			first = scene
		}
		rng := sim.NewRand(seed, "mirror/test", i)
		out = append(out, run(t, scene, frames, func(int, sim.State) sim.Action {
			a := scene.Rest()
			for k := range a {
				a[k] = scene.Actuators[k].Low + rng.Float64()*(scene.Actuators[k].High-scene.Actuators[k].Low)
			}
			return a
		}))
	}
	return out
}

// run returns what happens in a scene, as datasets keep it.
func run(t testing.TB, scene *sim.Scene, frames int, policy sim.Policy) *sim.Trajectory {
	t.Helper()
	e := engine.New()
	if err := e.Load(scene); err != nil {
		t.Fatal(err)
	}
	if len(scene.Actuators) == 0 {
		policy = nil
	}
	out, err := e.Run(nil, frames, policy)
	if err != nil {
		t.Fatal(err)
	}
	for k, s := range out.States {
		out.States[k] = make(sim.State, len(s))
		out.States[k].SetFloat32(s.AppendFloat32(nil, len(s)))
	}
	return out
}

// spoil returns the same motion with scenes that are wrong in all that may be asked: mass 1, friction 0,
// elasticity 1, and other moments, gravity, anchors, lengths, stiffnesses, grips and strengths.
func spoil(all []*sim.Trajectory) (out []*sim.Trajectory) {
	for _, t := range all {
		s := *t.Scene
		s.Gravity = s.Gravity.Scale(0.7)
		s.Bodies, s.Walls, s.Joints, s.Fields = slices.Clone(s.Bodies), slices.Clone(s.Walls), slices.Clone(s.Joints), slices.Clone(s.Fields)
		bounce := func(shapes []sim.Shape) []sim.Shape {
			shapes = slices.Clone(shapes)
			for k := range shapes {
				shapes[k].Friction, shapes[k].Elasticity = 0, 1
			}
			return shapes
		}
		s.Walls = bounce(s.Walls)
		for i := range s.Bodies {
			b := &s.Bodies[i]
			b.Shapes = bounce(b.Shapes)
			if b.Kind == sim.Dynamic {
				b.Moment, b.Mass = 1.5*b.Moment/b.Mass, 1
			}
			b.Grip.Along, b.Grip.Across, b.Grip.Spin = 1.5*b.Grip.Along, 0.7*b.Grip.Across, 1.3*b.Grip.Spin
		}
		for i := range s.Joints {
			j := &s.Joints[i]
			j.AnchorA, j.AnchorB = j.AnchorA.Scale(1.15), j.AnchorB.Scale(0.85)
			j.Length, j.Stiffness, j.Damping, j.MaxTorque = 1.1*j.Length, 2*j.Stiffness, 0.5*j.Damping, 1.4*j.MaxTorque
		}
		for i := range s.Fields {
			s.Fields[i].Strength *= 0.6
		}
		c := *t
		c.Scene = &s
		out = append(out, &c)
	}
	return out
}

func find(t testing.TB, all []*sim.Trajectory, o identify.Options) *mirror.Found {
	t.Helper()
	o.Seed = 1
	found, err := mirror.Motion(t.Context(), all, made, &o)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// check demands that a number is told and right within a share of it, or within so much.
func check(t testing.TB, found *mirror.Found, name identify.Name, of string, want, share float64) {
	t.Helper()
	for _, p := range found.Result.Parameters {
		if p.Name != name || p.Of != of {
			continue
		}
		if !p.Identifiable || !scalar.EqualWithinAbsOrRel(p.Value, want, share, share) {
			t.Errorf("%s of %s is %v (%s), want %v", name, of, p.Value, p.Why, want)
		}
		if !(p.Lo <= p.Value && p.Value <= p.Hi) {
			t.Errorf("%s of %s %v is not between %v and %v", name, of, p.Value, p.Lo, p.Hi)
		}
		return
	}
	t.Errorf("nothing is said of %s of %s", name, of)
}

// silent demands that a number is not told, for a reason.
func silent(t testing.TB, found *mirror.Found, name identify.Name, of, why string) {
	t.Helper()
	for _, p := range found.Result.Parameters {
		if p.Name == name && p.Of == of {
			if p.Identifiable || !strings.Contains(p.Why, why) {
				t.Errorf("%s of %s: %v, %q; want none as %q", name, of, p.Value, p.Why, why)
			}
			return
		}
	}
	t.Errorf("nothing is said of %s of %s", name, of)
}

// checkBodies demands masses, as ratios to that of the first body in the spoilt scene, and moments.
func checkBodies(t testing.TB, found *mirror.Found, scene *sim.Scene, first int, share float64) {
	t.Helper()
	label := identify.Label{Scene: scene}
	for i, b := range scene.Bodies {
		if b.Kind != sim.Dynamic {
			continue
		}
		if i == first {
			silent(t, found, identify.Mass, label.Body(i), "only ratios of masses")
		} else {
			check(t, found, identify.Mass, label.Body(i), b.Mass/scene.Bodies[first].Mass, share)
		}
		check(t, found, identify.Moment, label.Body(i), b.Moment/scene.Bodies[first].Mass, share)
	}
}

// TestBodiesThatFallAndSlide are told from a scene that is wrong in everything, within a thousandth.
func TestBodiesThatFallAndSlide(t *testing.T) {
	if testing.Short() {
		t.Skip("the race detector makes it ten times as long, and quicker tests start the same goroutines")
	}
	t.Parallel()
	truth := simulate(t, "mixed", 3, 6, 90, true)
	found := find(t, spoil(truth), identify.Options{})
	check(t, found, identify.Gravity, identify.Scene, 3, 1e-3)
	check(t, found, identify.Gravity, identify.Sideways, 0, 1e-3)
	check(t, found, identify.Drag, identify.Scene, 0, 1e-3)
	check(t, found, identify.Elasticity, identify.Scene, 0.36, 1e-3)
	check(t, found, identify.Elasticity, identify.Wall, 0.6, 1e-3)
	check(t, found, identify.Friction, identify.Scene, 0.16, 1e-3)
	check(t, found, identify.Friction, identify.Wall, 0.4, 1e-3)
	checkBodies(t, found, truth[0].Scene, 0, 1e-3)
	if !(found.Explained >= 0.95) || len(found.Result.Sentences) != 0 || found.Result.Stopped {
		t.Errorf("%v explained, %q, stopped %v", found.Explained, found.Result.Sentences, found.Result.Stopped)
	}
	if s := found.Result.Scene; !scalar.EqualWithinRel(s.Bodies[1].Mass, truth[0].Scene.Bodies[1].Mass/truth[0].Scene.Bodies[0].Mass, 1e-3) ||
		!scalar.EqualWithinRel(s.Contact(&s.Bodies[0].Shapes[0], &s.Walls[0]).Friction, 0.4, 1e-3) {
		t.Error("the scene does not have the values that were found")
	}
	if len(found.Result.Fits) != 3*6 || len(found.Result.Fits[0].Times) != 89 {
		t.Fatalf("%d fits", len(found.Result.Fits))
	}
	var off []float64
	for _, f := range found.Result.Fits {
		for k := range f.Seen {
			off = append(off, f.Seen[k].Sub(f.Fitted[k]).Len())
		}
	}
	if slices.Sort(off); !(off[len(off)*98/100] <= 1e-5) {
		t.Errorf("the engine with the values is %v m off after a frame", off[len(off)*98/100])
	}
}

// TestPendulum is told from lengths, masses and gravity that are wrong.
func TestPendulum(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	truth := simulate(t, "pendulum", 2, 4, 90, true)
	found := find(t, spoil(truth), identify.Options{})
	check(t, found, identify.Gravity, identify.Scene, 9.81, 1e-3)
	checkBodies(t, found, truth[0].Scene, 0, 1e-3)
	label := identify.Label{Scene: truth[0].Scene}
	for i, j := range truth[0].Scene.Joints {
		check(t, found, identify.Anchor, label.JointEnd(i, "a", "x"), j.AnchorA.X, 1e-4)
		check(t, found, identify.Anchor, label.JointEnd(i, "a", "y"), j.AnchorA.Y, 1e-4)
		check(t, found, identify.Anchor, label.JointEnd(i, "b", "x"), j.AnchorB.X, 1e-4)
		check(t, found, identify.Anchor, label.JointEnd(i, "b", "y"), j.AnchorB.Y, 1e-4)
	}
}

// TestPushedBlock is told, of which no mass can be: what pushes it has none.
func TestPushedBlock(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	truth := simulate(t, "pusht", 1, 4, 150, true)
	found := find(t, spoil(truth), identify.Options{})
	check(t, found, identify.Moment, "block", 0.3, 2e-3)
	check(t, found, identify.Elasticity, identify.Scene, 0, 2e-3)
	check(t, found, identify.Friction, identify.Scene, 0, 2e-3)
	silent(t, found, identify.Mass, "block", "pushes no other body")
	silent(t, found, identify.Drag, identify.Scene, "lose all their velocity")
}

// TestDrawnBodiesFollowALaw where each episode has its own: plates of one thickness, as the scenario has
// them, though all are said to have the same mass.
func TestDrawnBodiesFollowALaw(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	truth := simulate(t, "billiards", 2, 12, 90, false)
	found := find(t, spoil(truth), identify.Options{})
	check(t, found, identify.Elasticity, identify.Scene, 0.81, 1e-3)
	check(t, found, identify.Elasticity, identify.Wall, 0.9, 1e-3)
	check(t, found, identify.Friction, identify.Scene, 0.16, 1e-3)
	check(t, found, identify.Friction, identify.Wall, 0.4, 1e-3)
	for _, p := range found.Values.Parameters {
		if p.Identifiable && p.Value != math.Round(1e3*p.Value)/1e3 {
			t.Errorf("%s of %s is %v, and not the number of two digits that it is to within a millionth", p.Name, p.Of, p.Value)
		}
	}
	law := found.Values.Solids
	if law == nil || len(law.Classes) != 1 || !scalar.EqualWithinAbs(law.Power, 1, 1e-3) || !scalar.EqualWithinAbs(law.Classes[0].Moment, 1, 1e-3) {
		t.Fatalf("law %+v", law)
	}
	other := simulate(t, "billiards", 9, 1, 2, false)
	filled, err := found.Values.Fill(spoil(other)[0].Scene)
	if err != nil {
		t.Fatal(err)
	}
	for i, b := range other[0].Scene.Bodies {
		if got := filled.Bodies[i]; !scalar.EqualWithinRel(got.Mass/filled.Bodies[0].Mass, b.Mass/other[0].Scene.Bodies[0].Mass, 1e-3) ||
			!scalar.EqualWithinRel(got.Moment/got.Mass, b.Moment/b.Mass, 1e-3) {
			t.Errorf("a body of an episode that was not seen has %v kg and %v kg·m²", got.Mass, got.Moment)
		}
	}
}

// linked returns a scene in which springs, a rope, a motor, a field, grips and forces act.
func linked() *sim.Scene {
	s := sim.DefaultScene()
	s.Substeps = 4
	for i := range 5 {
		b := sim.NewDisc(0.1, 10+5*float64(i), sim.Surface{Friction: 0.5, Elasticity: 0.5})
		b.Start = sim.BodyState{X: float64(i), Y: 0.3 * float64(i%2), VX: 0.6 - 0.4*float64(i), VY: 0.5 - 0.3*float64(i%3), Omega: 3 - float64(i)}
		s.Bodies = append(s.Bodies, b)
	}
	s.Bodies[4].Grip = sim.Grip{Along: 0.4, Across: 0.6, Spin: 0.8}
	s.Joints = []sim.Joint{
		{Kind: sim.Spring, A: 0, B: 1, AnchorA: sim.Vec{X: 0.05}, AnchorB: sim.Vec{Y: -0.05}, Length: 0.7, Stiffness: 3, Damping: 0.2, Name: "spring"},
		{Kind: sim.Rope, A: 1, B: 2, AnchorA: sim.Vec{X: 0.04}, AnchorB: sim.Vec{X: -0.06}, Length: 1.05, Name: "rope"},
		{Kind: sim.Motor, A: 3, B: sim.World, Rate: 40, MaxTorque: 0.01, Name: "motor"},
	}
	s.Fields = []sim.Field{{Kind: sim.InverseSquare, A: 2, B: 3, Strength: -0.3}}
	s.Actuators = []sim.Actuator{{Kind: sim.Force, Body: 0, Against: sim.World, Axis: sim.Vec{X: 1}, Low: -2, High: 2}}
	return &s
}

// TestForcesAreTold by a known one: so are masses, absolutely, and all that joints and fields have.
func TestForcesAreTold(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	var truth []*sim.Trajectory
	for i := range 4 {
		rng := sim.NewRand(1, "mirror/test", i)
		scene := linked()
		for k := range scene.Bodies {
			b := &scene.Bodies[k].Start
			b.VX, b.VY, b.Omega = b.VX+0.5*rng.NormFloat64(), b.VY+0.5*rng.NormFloat64(), b.Omega+2*rng.NormFloat64()
		}
		truth = append(truth, run(t, scene, 90, func(int, sim.State) sim.Action { return sim.Action{2*rng.Float64() - 1} }))
	}
	found := find(t, spoil(truth), identify.Options{})
	scene := truth[0].Scene
	label := identify.Label{Scene: scene}
	for i := range 4 {
		check(t, found, identify.Mass, label.Body(i), scene.Bodies[i].Mass, 2e-3)
	}
	check(t, found, identify.Moment, label.Body(3), scene.Bodies[3].Moment, 2e-3)
	check(t, found, identify.Stiffness, "spring", 3, 2e-3)
	check(t, found, identify.Damping, "spring", 0.2, 2e-3)
	check(t, found, identify.Length, "spring", 0.7, 2e-3)
	check(t, found, identify.Length, "rope", 1.05, 2e-3)
	check(t, found, identify.Strength, "motor", 0.01, 2e-3)
	check(t, found, identify.Strength, label.Pair(2, 3), -0.3, 2e-3)
	check(t, found, identify.Grip, label.GripOf(4, "along"), 0.4, 2e-3)
	check(t, found, identify.Grip, label.GripOf(4, "across"), 0.6, 2e-3)
	check(t, found, identify.Grip, label.GripOf(4, "spin"), 0.8, 2e-3)
}

// pair returns two discs, the first of which flies at the second, with surfaces of their own.
func pair(offset float64, a, b sim.Surface) *sim.Scene {
	s := sim.DefaultScene()
	s.Bodies = []sim.Body{sim.NewDisc(0.1, 10, a), sim.NewDisc(0.1, 20, b)}
	s.Bodies[0].Start = sim.BodyState{X: -0.5, Y: offset, VX: 1.5}
	return &s
}

// TestWhatMotionDoesNotTell has a reason.
func TestWhatMotionDoesNotTell(t *testing.T) {
	t.Parallel()
	rough := sim.Surface{Friction: 1, Elasticity: 0.7}
	head := find(t, spoil([]*sim.Trajectory{run(t, pair(0, rough, rough), 60, nil)}), identify.Options{})
	check(t, head, identify.Elasticity, identify.Scene, 0.49, 1e-3)
	check(t, head, identify.Mass, "body1", 2, 1e-3)
	silent(t, head, identify.Friction, identify.Scene, "")
	silent(t, head, identify.Moment, "body0", "nothing turns it")

	sticking := find(t, spoil([]*sim.Trajectory{run(t, pair(0.05, rough, rough), 60, nil)}), identify.Options{})
	silent(t, sticking, identify.Friction, identify.Scene, "sticks")
	scene := sticking.Result.Scene
	if mu := scene.Contact(&scene.Bodies[0].Shapes[0], &scene.Bodies[1].Shapes[0]).Friction; !(mu > 0.058) {
		t.Errorf("the scene has a friction of %v, with which nothing sticks", mu)
	}

	apart := find(t, spoil([]*sim.Trajectory{run(t, pair(0.5, rough, rough), 60, nil)}), identify.Options{})
	check(t, apart, identify.Gravity, identify.Scene, 0, 1e-3)
	silent(t, apart, identify.Elasticity, identify.Scene, "never touch")
	silent(t, apart, identify.Friction, identify.Scene, "never touch")
	silent(t, apart, identify.Mass, "body0", "pushes no other body")
	silent(t, apart, identify.Mass, "body1", "pushes no other body")
}

// TestPairsHaveTheirOwnSurfaces where one for all does not explain what happens.
func TestPairsHaveTheirOwnSurfaces(t *testing.T) {
	if testing.Short() {
		t.Skip("the race detector makes it ten times as long, and quicker tests start the same goroutines")
	}
	t.Parallel()
	var truth []*sim.Trajectory
	for i := range 6 {
		s := sim.DefaultScene()
		rng := sim.NewRand(2, "mirror/test", i)
		for k, surface := range []sim.Surface{{Friction: 0.9, Elasticity: 0.9}, {Friction: 0.3, Elasticity: 0.5}, {Friction: 0.6, Elasticity: 0.7}} {
			b := sim.NewDisc(0.1, 10, surface)
			b.Start = sim.BodyState{X: 0.3 * float64(k-1), Y: 0.05 * rng.NormFloat64(), VX: -0.8*float64(k-1) + 0.2*rng.NormFloat64(), VY: 0.3 * rng.NormFloat64(), Omega: 5 * rng.NormFloat64()}
			s.Bodies = append(s.Bodies, b)
		}
		wall := sim.Surface{Friction: 1, Elasticity: 1}
		corners := []sim.Vec{{X: -0.6, Y: -0.3}, {X: 0.6, Y: -0.3}, {X: 0.6, Y: 0.3}, {X: -0.6, Y: 0.3}}
		for k, c := range corners {
			s.Walls = append(s.Walls, sim.NewShape(sim.Segment, 0, wall, c, corners[(k+1)%4]))
		}
		truth = append(truth, run(t, &s, 120, nil))
	}
	found := find(t, spoil(truth), identify.Options{})
	for _, c := range []struct {
		of   string
		e, f float64
	}{{"body0-body1", 0.45, 0.27}, {"body1-body2", 0.35, 0.18}} {
		check(t, found, identify.Elasticity, c.of, c.e, 1e-3)
		check(t, found, identify.Friction, c.of, c.f, 1e-3)
	}
	check(t, found, identify.Elasticity, "body0-wall0", 0.9, 1e-3)
	check(t, found, identify.Elasticity, "body1-wall0", 0.5, 1e-3)
	if found.Values.Solids != nil {
		t.Errorf("a law of bodies that are drawn anew, where all episodes have the same: %+v", found.Values.Solids)
	}
}

// TestUnitIsTheBodyThatIsNamed, with which all masses and moments grow.
func TestUnitIsTheBodyThatIsNamed(t *testing.T) {
	t.Parallel()
	rough := sim.Surface{Friction: 1, Elasticity: 0.7}
	found := find(t, spoil([]*sim.Trajectory{run(t, pair(0.05, rough, rough), 60, nil)}), identify.Options{Unit: "body1"})
	silent(t, found, identify.Mass, "body1", "only ratios")
	check(t, found, identify.Mass, "body0", 0.5, 1e-3)
}

// TestInterruptedFitIsTheBestSoFar, and one that ends before it has anything is an error.
func TestInterruptedFitIsTheBestSoFar(t *testing.T) {
	t.Parallel()
	data := spoil(simulate(t, "mixed", 3, 3, 60, true))
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	steps := 0
	found, err := mirror.Motion(ctx, data, made, &identify.Options{Workers: 2, Progress: func(string, float64, float64) {
		if steps++; steps == 5 {
			stop()
		}
	}})
	if err != nil || !found.Result.Stopped || len(found.Result.Parameters) == 0 {
		t.Fatalf("%+v, %v", found, err)
	}
	if _, err := mirror.Motion(ctx, data, made, &identify.Options{}); err == nil {
		t.Error("it has found something without time")
	}
}

// TestWorkersDoNotMatter, nor the order of what they finish.
func TestWorkersDoNotMatter(t *testing.T) {
	t.Parallel()
	data := spoil(simulate(t, "mixed", 5, 2, 50, true))
	one, three := find(t, data, identify.Options{Workers: 1}), find(t, data, identify.Options{Workers: 3})
	if !slices.Equal(one.Result.Parameters, three.Result.Parameters) {
		t.Error("the number of workers changes what is found")
	}
}

// TestOnlyWhatIsAskedFor is found; the rest is taken as the scene has it.
func TestOnlyWhatIsAskedFor(t *testing.T) {
	t.Parallel()
	data := simulate(t, "mixed", 5, 2, 50, true)
	found := find(t, data, identify.Options{Only: []identify.Name{identify.Gravity, identify.Friction}})
	for _, p := range found.Result.Parameters {
		if p.Name != identify.Gravity && p.Name != identify.Friction {
			t.Errorf("%s of %s was not asked for", p.Name, p.Of)
		}
	}
	check(t, found, identify.Friction, identify.Wall, 0.4, 1e-3)
}

// TestNothingToIdentify is an empty result of the method, and an error of Motion.
func TestNothingToIdentify(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	still := &sim.Trajectory{Scene: &scene, States: []sim.State{{}}}
	found, err := mirror.Identify(made)(t.Context(), []*sim.Trajectory{still}, &identify.Options{})
	if err != nil || len(found.Parameters) != 0 || found.Parameters == nil {
		t.Errorf("%+v, %v", found, err)
	}
	if _, err := mirror.Motion(t.Context(), []*sim.Trajectory{still}, made, &identify.Options{}); err == nil || !strings.Contains(err.Error(), "no motion of two frames") {
		t.Errorf("got %v", err)
	}
}
