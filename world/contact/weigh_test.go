package contact

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
)

// watched returns a copy of t whose states are estimates with a deviation for each kind of value.
func watched(t *sim.Trajectory, std sim.BodyState) *sim.Trajectory {
	out := *t
	out.Seen = &sim.Observation{}
	for range t.States {
		out.Seen.Std = append(out.Seen.Std, slices.Repeat(sim.State{std}, len(t.Scene.Bodies)))
		out.Seen.Sights = append(out.Seen.Sights, make([]sim.Sight, len(t.Scene.Bodies)))
	}
	return &out
}

// TestResidualsCountByTheirUncertainty: what is exact counts by the plain scale, and what is not so
// that the bound of the loss is at two deviations of the difference of both ends.
func TestResidualsCountByTheirUncertainty(t *testing.T) {
	t.Parallel()
	exact := flown(0.1, 0)
	scale := []float32{1, 1, 0.5}
	v, m := appendWeights(nil, nil, exact, 0, scale)
	if !slices.Equal(v, scale) || !slices.Equal(m, scale) {
		t.Errorf("exact motion counts by %v and %v", v, m)
	}
	if v, m = appendWeights(nil, nil, watched(exact, sim.BodyState{}), 0, scale); !slices.Equal(v, scale) || !slices.Equal(m, scale) {
		t.Errorf("estimates without doubt count by %v and %v", v, m)
	}
	std := sim.BodyState{X: 1e-3, Y: 2e-3, Angle: 0.1, VX: 0.01, VY: 0.02, Omega: 3}
	sure := watched(exact, std)
	sure.Seen.Std[1][0].VX = 0.03
	v, m = appendWeights(nil, nil, sure, 0, scale)
	dt := exact.Scene.FrameTime()
	for k, want := range []float64{
		0.003 / (2 * math.Hypot(0.01, 0.03)), 0.003 / (2 * 0.02 * math.Sqrt2), 0.003 / (2 * 3 * math.Sqrt2),
		0.001 / (2 * math.Hypot(1e-3*math.Sqrt2/dt, 0.01)), 0.001 / (2 * math.Hypot(2e-3*math.Sqrt2/dt, 0.02)), 0.001 / (2 * math.Hypot(0.1*math.Sqrt2/dt, 3)),
	} {
		if got := float64(append(v, m...)[k]); !scalar.EqualWithinRel(got, want, 1e-5) {
			t.Errorf("value %d counts by %v, want %v", k, got, want)
		}
	}
}

// TestUnknownSpinsHideFriction: what friction does in a hit is as unsure as the spins before it, across the normal and in
// that frame alone. A solid disc that stops to slide on a wall keeps two thirds of its speed there.
func TestUnknownSpinsHideFriction(t *testing.T) {
	t.Parallel()
	exact := flown(0.1, 0)
	dt := exact.Scene.FrameTime()
	exact.Scene.Bodies = []sim.Body{sim.NewDisc(0.1, 100, sim.Surface{}), sim.NewDisc(0.2, 50, sim.Surface{})}
	for k := range exact.States {
		exact.States[k] = append(exact.States[k], sim.BodyState{})
	}
	const spin, late = 3.0, 0.01
	m0, m1 := exact.Scene.Bodies[0].Mass, exact.Scene.Bodies[1].Mass
	for name, c := range map[string]struct {
		hit  sim.Impact
		want [2]sim.Vec // m/s, deviations of the velocities
	}{
		"wall below":      {sim.Impact{Time: dt / 2, Other: -1, Normal: sim.Vec{Y: 1}}, [2]sim.Vec{{X: 0.1 * spin / 3}}},
		"wall aside":      {sim.Impact{Time: dt / 2, Other: -1, Normal: sim.Vec{X: -1}}, [2]sim.Vec{{Y: 0.1 * spin / 3}}},
		"askew":           {sim.Impact{Time: dt / 2, Other: -1, Normal: sim.Vec{X: -0.6, Y: 0.8}}, [2]sim.Vec{{X: 0.08 * spin / 3, Y: 0.06 * spin / 3}}},
		"the frame after": {sim.Impact{Time: dt + 3*late*dt, StdTime: late * dt, Other: -1, Normal: sim.Vec{Y: 1}}, [2]sim.Vec{}},
		"the one before":  {sim.Impact{Time: -3 * late * dt, StdTime: late * dt, Other: -1, Normal: sim.Vec{Y: 1}}, [2]sim.Vec{}},
		"perhaps in it":   {sim.Impact{Time: dt + late*dt, StdTime: late * dt, Other: -1, Normal: sim.Vec{Y: 1}}, [2]sim.Vec{{X: 0.1 * spin / 3}}},
		"hardly in it":    {sim.Impact{Time: dt + 1.9*late*dt, StdTime: late * dt, Other: -1, Normal: sim.Vec{Y: 1}}, [2]sim.Vec{{X: 0.1 * spin / 3}}},
		"just out of it":  {sim.Impact{Time: dt + 2.1*late*dt, StdTime: late * dt, Other: -1, Normal: sim.Vec{Y: 1}}, [2]sim.Vec{}},
		"two discs": {sim.Impact{Time: dt / 2, Other: 1, Normal: sim.Vec{Y: 1}}, [2]sim.Vec{
			{X: math.Hypot(0.1, 0.2) * spin / 3 * m1 / (m0 + m1)}, {X: math.Hypot(0.1, 0.2) * spin / 3 * m0 / (m0 + m1)},
		}},
	} {
		unsure := watched(exact, sim.BodyState{})
		unsure.Seen.Std[0] = sim.State{{Omega: spin}, {Omega: spin}}
		unsure.Seen.Impacts = []sim.Impact{{Time: -9 * dt, Other: -1, Normal: sim.Vec{Y: 1}}, c.hit, {Time: 9 * dt, Other: -1, Normal: sim.Vec{Y: 1}}}
		v, m := appendWeights(nil, nil, unsure, 0, []float32{1, 1, 1})
		for i, want := range c.want {
			for k, std := range []float64{want.X, want.Y} {
				if got, want := float64(v[3*i+k]), float64(weight(1, 0.003, std)); !scalar.EqualWithinRel(got, want, 1e-5) {
					t.Errorf("%s: velocity %d of disc %d counts by %v, want %v", name, k, i, got, want)
				}
				if got, want := float64(m[3*i+k]), float64(weight(1, 0.001, std)); !scalar.EqualWithinRel(got, want, 1e-5) {
					t.Errorf("%s: move %d of disc %d counts by %v, want %v", name, k, i, got, want)
				}
			}
		}
	}
}

// TestUncertainFramesTeachLess: the loss is that of the weighed residuals, and its gradient is that
// of the loss.
func TestUncertainFramesTeachLess(t *testing.T) {
	t.Parallel()
	model, err := New(Tiny(), 1)
	if err != nil {
		t.Fatal(err)
	}
	touching := flown(0.1, 0)
	touching.Scene.Walls = []sim.Shape{sim.NewShape(sim.Segment, 0, sim.Surface{}, sim.Vec{X: -1, Y: -0.0999}, sim.Vec{X: 1, Y: -0.0999})}
	loss := func(of *sim.Trajectory) (float64, []float32) {
		t.Helper()
		o, err := NewObjective(t.Context(), model, []*sim.Trajectory{of}, []*sim.Trajectory{of})
		if err != nil {
			t.Fatal(err)
		}
		grad := make([]float32, model.Parameters())
		sum, err := o.NewGradient()(model.net.params.Data(), grad, []int32{0})
		if err != nil {
			t.Fatal(err)
		}
		return sum, grad
	}
	exact, bits := loss(touching)
	same, again := loss(watched(touching, sim.BodyState{}))
	if same != exact || !slices.Equal(bits, again) {
		t.Errorf("estimates without doubt have loss %v, exact states %v", same, exact)
	}
	std := sim.BodyState{X: 1e-4, Y: 1e-4, Angle: 1e-3, VX: 5e-3, VY: 5e-3, Omega: 5e-2}
	doubtful, slope := loss(watched(touching, std))
	if !(doubtful < exact/2) || !(doubtful > 0) {
		t.Errorf("doubtful estimates have loss %v, exact states %v", doubtful, exact)
	}
	weights := model.net.params.Data()
	k := 0 // the weight that matters most
	for i := range slope {
		if !(math.Abs(float64(slope[i])) <= math.Abs(float64(slope[k]))) { // also where it is no number
			k = i
		}
	}
	const h = 1e-3
	at := func(by float32) float64 {
		was := weights[k]
		weights[k] += by
		defer func() { weights[k] = was }()
		sum, _ := loss(watched(touching, std))
		return sum
	}
	if numeric := (at(h) - at(-h)) / (2 * h); !scalar.EqualWithinRel(float64(slope[k]), numeric, 0.02) {
		t.Errorf("the slope by weight %d is %v, by differences %v", k, slope[k], numeric)
	}
}

// TestChangesWithinTheNoiseAreFlights, but those beyond it are examples.
func TestChangesWithinTheNoiseAreFlights(t *testing.T) {
	t.Parallel()
	config := Tiny()
	for _, c := range []struct {
		change, std float64
		want        int
	}{{0, 0, 0}, {0.01, 0, 1}, {0.01, 0.003, 0}, {0.03, 0.003, 1}} {
		got, err := appendExamples(t.Context(), nil, watched(flown(c.change, 0), sim.BodyState{VX: c.std, VY: c.std}), 0, &config)
		if err != nil || len(got) != c.want {
			t.Errorf("%+v: %d examples, %v", c, len(got), err)
		}
	}
}

// TestRareContactsAreJudgedByTheirLike: where those held out have none, some that could teach are
// held out, and a single one does both.
func TestRareContactsAreJudgedByTheirLike(t *testing.T) {
	t.Parallel()
	model, err := New(Tiny(), 1)
	if err != nil {
		t.Fatal(err)
	}
	touching := flown(0.1, 0)
	touching.Scene.Walls = []sim.Shape{sim.NewShape(sim.Segment, 0, sim.Surface{}, sim.Vec{X: -1, Y: -0.0999}, sim.Vec{X: 1, Y: -0.0999})}
	dull := flown(0.1, 0)
	for _, c := range []struct{ touching, training, holdout int }{{1, 2, 1}, {2, 2, 1}, {21, 20, 2}, {40, 39, 2}} {
		training := append(slices.Repeat([]*sim.Trajectory{touching}, c.touching), dull)
		o, err := NewObjective(t.Context(), model, training, []*sim.Trajectory{dull, dull})
		if err != nil {
			t.Fatal(err)
		}
		if o.Examples() != c.training || len(o.holdout.examples) != c.holdout {
			t.Errorf("%d contacts: %d examples train and %d judge, want %d and %d", c.touching, o.Examples(), len(o.holdout.examples), c.training, c.holdout)
		}
		for i := range o.Examples() {
			if c.touching > 1 && slices.Contains(o.holdout.examples, o.training.examples[i]) {
				t.Errorf("%d contacts: example %d does both", c.touching, i)
			}
		}
	}
}
