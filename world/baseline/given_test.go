package baseline

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
)

// What a network should have answered, when it does, leads to the next state.
func TestTheTargetLeadsToTheNextState(t *testing.T) {
	rng := sim.NewRand(1, "test target", 0)
	random := func() sim.BodyState {
		return sim.BodyState{
			X: rng.NormFloat64(), Y: rng.NormFloat64(), Angle: rng.NormFloat64(),
			VX: rng.NormFloat64(), VY: rng.NormFloat64(), Omega: rng.NormFloat64(),
		}
	}
	m := defaultGiven()
	m.Length, m.Kick, m.Lift = 0.3, 0.7, 0.05
	for range 100 {
		moved, next := random(), random()
		residual := m.residual(&moved, &next)
		answer := (*[outputs]float32)(m.appendTarget(nil, &residual))
		m.correct(&moved, answer)
		for _, d := range []float64{moved.X - next.X, moved.Y - next.Y, moved.Angle - next.Angle, moved.VX - next.VX, moved.VY - next.VY, moved.Omega - next.Omega} {
			if !(math.Abs(d) < 1e-5) {
				t.Fatalf("got %v, want %v", moved, next)
			}
		}
	}
}

// Kinds come once each, the span is over pairs with a field, and a kinematic body counts
// for the speed while it moves.
func TestMeasureMotionKnowsWhatTies(t *testing.T) {
	data := machine(sim.NewRand(7, "test measure", 0))
	data.Scene.Substeps, data.Scene.Joints = 1, append(data.Scene.Joints, data.Scene.Joints[0])
	state := data.States[0]
	state[1].X, state[1].Y, state[4].X, state[4].Y = 0, 0, 1, 0
	state[5].X, state[5].Y, state[3].X, state[3].Y = 0, 0, 0, 2
	m, err := MeasureGiven(t.Context(), []*sim.Trajectory{data, data})
	if err != nil {
		t.Fatal(err)
	}
	if want := []sim.JointKind{sim.Groove, sim.Motor, sim.Pin, sim.Pivot, sim.Rope, sim.Spring}; !slices.Equal(m.Joints, want) {
		t.Errorf("knows the joints %q, want %q", m.Joints, want)
	}
	if want := []sim.FieldKind{sim.InverseSquare, sim.Linear}; !slices.Equal(m.Fields, want) {
		t.Errorf("knows the fields %q, want %q", m.Fields, want)
	}
	if want := math.Sqrt((1.0 + 4) / 2); !scalar.EqualWithinAbs(m.Span, want, 1e-12) {
		t.Errorf("span is %v m, want %v", m.Span, want)
	}
	for _, standing := range []int{0, 1} {
		square := 0.0
		for _, s := range state[standing:] {
			square += s.Velocity().Dot(s.Velocity())
		}
		if want := math.Sqrt(square / float64(7-standing)); !scalar.EqualWithinAbs(m.Speed, want, 1e-12) {
			t.Errorf("speed of all but %d is %v m/s, want %v", standing, m.Speed, want)
		}
		state[0].VX, state[0].VY = 0, 0
		if m, err = MeasureGiven(t.Context(), []*sim.Trajectory{data}); err != nil {
			t.Fatal(err)
		}
	}
}

// Of two bodies in free fall for 40 frames, one is turned aside once.
func TestMeasureMotionIsRootMeanSquare(t *testing.T) {
	scene := sim.DefaultScene()
	for i := range 2 {
		b := sim.NewDisc(0.2, 10, sim.Surface{})
		b.Start.X, b.Start.VX = 5*float64(i), 3
		scene.Bodies = append(scene.Bodies, b)
	}
	m := defaultGiven()
	f := newMover(m.Flight, &scene)
	data := &sim.Trajectory{Scene: &scene, States: []sim.State{scene.Start()}}
	for frame := range 40 {
		next := slices.Clone(data.States[frame])
		f.fly(next, nil, 1)
		if frame == 20 {
			next[0].VX, next[0].VY = 0, 3 // the speed stays, the kick is √18 m/s
			next[0].Y += 0.1
		}
		data.States = append(data.States, next)
	}
	got, err := MeasureGiven(t.Context(), []*sim.Trajectory{data})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range []struct {
		name      string
		got, want float64
	}{
		{"mass", got.Mass, scene.Bodies[0].Mass},
		{"length", got.Length, 0.2 / math.Sqrt2},
		{"speed", got.Speed, 3},
		{"kick", got.Kick, math.Sqrt(18.0 / (3 * 2 * 40))},
		{"lift", got.Lift, math.Sqrt(36.0 / (3 * 2 * 40))},
	} {
		// Flight takes the body that was turned aside for a free one.
		if !(math.Abs(f.got-f.want) < 0.01*f.want) {
			t.Errorf("%s is %v, want %v", f.name, f.got, f.want)
		}
	}
}

// TestLiftIsAHundredthOfTheKickAtLeast where nothing is displaced but by its velocity.
func TestLiftIsAHundredthOfTheKickAtLeast(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	b := sim.NewDisc(0.2, 10, sim.Surface{})
	b.Start.VX = 3
	scene.Bodies = []sim.Body{b, b}
	scene.Bodies[1].Start.X = 50
	g := defaultGiven()
	f := newMover(g.Flight, &scene)
	data := &sim.Trajectory{Scene: &scene, States: []sim.State{scene.Start()}}
	for frame := range 40 {
		next := slices.Clone(data.States[frame])
		f.fly(next, nil, 1)
		if frame == 20 {
			next[0].VX, next[0].VY = 0, 3
		}
		data.States = append(data.States, next)
	}
	got, err := MeasureGiven(t.Context(), []*sim.Trajectory{data})
	if err != nil || !(math.Abs(got.Lift/got.Kick-0.01) <= 1e-9) {
		t.Errorf("lift %v m/s of a kick of %v m/s; %v", got.Lift, got.Kick, err)
	}
}
