package contact

import (
	"math"
	"testing"

	"orrery/learn/tape"
	"orrery/sim"
)

// jointed returns a scene of three discs with a joint of every kind but a spring, and
// what holds them at its start.
func jointed(t *testing.T) *graph {
	t.Helper()
	scene := sim.DefaultScene()
	for i := range 3 {
		b := sim.NewDisc(0.2, 1, sim.Surface{})
		b.Mass, b.Moment, b.Start = 1+float64(i), 0.04, sim.BodyState{X: 0.5 * float64(i), Y: 0.1 * float64(i*i), Angle: float64(i)}
		scene.Bodies = append(scene.Bodies, b)
	}
	scene.Joints = []sim.Joint{
		{Kind: sim.Pivot, A: 0, B: 1, AnchorA: sim.Vec{X: 0.2}, AnchorB: sim.Vec{Y: 0.1}},
		{Kind: sim.Pin, A: 1, B: 2, AnchorB: sim.Vec{X: 0.1}},
		{Kind: sim.Rope, A: 2, B: 0, AnchorA: sim.Vec{Y: 0.1}, Length: 0.3},
		{Kind: sim.Groove, A: 2, B: sim.World, AnchorA: sim.Vec{X: 0.1}, AnchorB: sim.Vec{X: -1, Y: 0.2}, EndB: sim.Vec{X: 0.9, Y: 0.3}},
		{Kind: sim.Motor, A: 0, B: 2, Rate: 2, MaxTorque: 1e-3}, // slips
		{Kind: sim.Motor, A: 1, B: sim.World, Rate: -1, MaxTorque: 1e3},
	}
	if err := scene.Validate(); err != nil {
		t.Fatal(err)
	}
	model, err := New(tied(Tiny()), 1)
	if err != nil {
		t.Fatal(err)
	}
	s, g := model.net.place(&scene), &graph{}
	g.reset()
	g.addTies(&s, scene.Start())
	g.scenes = append(g.scenes, extent{0, len(g.ties)})
	return g
}

// TestTiesHaveTheSlopesOfTheirForward: over several rounds, in which impulses add up, the
// gradients by the velocities and by every gain of every kind of joint.
func TestTiesHaveTheSlopesOfTheirForward(t *testing.T) {
	t.Parallel()
	g, rng := jointed(t), sim.NewRand(3, "test ties", 0)
	kinds := len(tied(Tiny()).Joints)
	const n = 9
	gains, start, weights := normals(rng, kinds*tieGains, 0.05), normals(rng, n, 0.5), normals(rng, n, 1)
	for i := range kinds {
		gains[tieGains*i+gainRate] -= 0.4
		gains[tieGains*i+gainStrain] -= 0.2
	}
	op, out := sweepOp{graph: g, rounds: 4, record: true}, make([]float32, n)
	in := []tape.Matrix{{}, matrixOf(start, 3), matrixOf(start, 3), matrixOf(gains, tieGains)}
	loss := func() float64 {
		op.Forward(matrixOf(out, 3), in)
		return weighed(weights, out)
	}
	loss()
	if op.settled[0] != 4 || len(op.visits) != 4*len(g.ties) {
		t.Fatalf("%d rounds, %d visits to %d ties", op.settled[0], len(op.visits), len(g.ties))
	}
	slips := 0
	for i := range g.ties {
		if tie := &g.ties[i]; op.strain[i] == tie.low || op.strain[i] == tie.high {
			slips++
		}
	}
	if slips == 0 || slips == len(g.ties) {
		t.Fatalf("%d of %d ties are at their bounds", slips, len(g.ties))
	}
	byStart, byGains := ones(n), ones(len(gains))
	op.Backward(tape.Matrix{}, matrixOf(weights, 3), in, []tape.Matrix{{}, {}, matrixOf(byStart, 3), matrixOf(byGains, tieGains)})
	differ(t, "velocity", start, byStart, loss)
	differ(t, "gain", gains, byGains, loss)
}

// TestSpringsObeyTheirLaw, also where they pull beside the centres of mass: along the
// spring the speed of the anchors decays as e^(−c·k·t) and gains −D·(r − L)·k·t, where k
// is the sum of what an impulse of 1 N·s changes there, and momentum and angular momentum
// stay.
func TestSpringsObeyTheirLaw(t *testing.T) {
	t.Parallel()
	joint := sim.Joint{Kind: sim.Spring, AnchorA: sim.Vec{X: 0.05, Y: 0.08}, AnchorB: sim.Vec{X: -0.02, Y: 0.06}, Length: 0.6, Stiffness: 30, Damping: 7}
	model, scene := twoDiscs(t, joint)
	scene.Bodies[1].Mass, scene.Bodies[1].Moment = 3, 0.02
	for _, world := range []bool{false, true} {
		if world {
			scene.Joints[0].B, scene.Joints[0].AnchorB = sim.World, sim.Vec{X: 0.3, Y: 0.9}
		}
		s, before := model.net.place(scene), sim.State{
			{X: 0.1, Y: 0.2, Angle: 0.7, VX: 0.25, VY: -0.1, Omega: 2}, {X: 1.1, Y: 0.5, Angle: -2, VX: -0.5, VY: 0.3, Omega: -3},
		}
		after := append(sim.State{}, before...)
		applySprings(&s, after, s.step.Time())
		j := &scene.Joints[0]
		a, b := before[0].Point(j.AnchorA), j.AnchorB
		if !world {
			b = before[1].Point(b)
		}
		r := a.Sub(b).Len()
		along := a.Sub(b).Scale(1 / r)
		armA, armB := a.Sub(before[0].Position()).Cross(along), b.Sub(before[1].Position()).Cross(along)
		k := 1/scene.Bodies[0].Mass + armA*armA/scene.Bodies[0].Moment
		if !world {
			k += 1/scene.Bodies[1].Mass + armB*armB/scene.Bodies[1].Moment
		}
		speed := func(s sim.State) float64 {
			u := s[0].Velocity().Dot(along) + armA*s[0].Omega
			if !world {
				u -= s[1].Velocity().Dot(along) + armB*s[1].Omega
			}
			return u
		}
		const dt = 1.0 / 60
		wantNear(t, "speed of the anchors", speed(after), speed(before)*math.Exp(-j.Damping*k*dt)-j.Stiffness*(r-j.Length)*k*dt, 1e-9)
		if world {
			if after[1] != before[1] {
				t.Error("a spring to the world moves another body")
			}
			dv := after[0].Velocity().Sub(before[0].Velocity())
			wantNear(t, "across", dv.Cross(along), 0, 1e-9)
			wantNear(t, "spin", (after[0].Omega-before[0].Omega)*scene.Bodies[0].Moment, dv.Dot(along)*scene.Bodies[0].Mass*armA, 1e-9)
			continue
		}
		total := func(s sim.State) (p sim.Vec, l float64) {
			for i := range s {
				b := &scene.Bodies[i]
				p = p.Add(s[i].Velocity().Scale(b.Mass))
				l += s[i].Position().Cross(s[i].Velocity())*b.Mass + b.Moment*s[i].Omega
			}
			return p, l
		}
		p, l := total(before)
		q, m := total(after)
		wantNear(t, "momentum", q.Sub(p).Len(), 0, 1e-9)
		wantNear(t, "angular momentum", m, l, 1e-9)
		dv := after[0].Velocity().Sub(before[0].Velocity())
		wantNear(t, "across", dv.Cross(along), 0, 1e-9)
	}
}
