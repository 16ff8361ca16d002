package contact

import (
	"math"
	"slices"
	"testing"

	"orrery/sim"
	"orrery/sim/scenario"
	"orrery/sim/scenario/library"
	"orrery/world/lanes"
)

// scenes returns the first scenes of a scenario.
func scenes(t *testing.T, s *scenario.Scenario, n int) []*sim.Scene {
	t.Helper()
	values, err := s.Values(nil)
	if err != nil {
		t.Fatal(err)
	}
	all := make([]*sim.Scene, n)
	for i := range all {
		if all[i], err = s.Sample(5, i, values); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// livelyModel returns a model for scenes like one, whose laws differ from point to point.
func livelyModel(t *testing.T, scene *sim.Scene) *Model {
	t.Helper()
	config := DefaultConfig()
	config.Joints, config.Fields = sim.Kinds[sim.JointKind](), sim.Kinds[sim.FieldKind]()
	config.Steps, config.Flight.FrameTime = scene.Substeps, scene.FrameTime()
	model, err := New(config, 3)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"impulse.2.weight", "correction.2.weight"} {
		for i, w := range model.net.params.Slice(name) {
			model.net.params.Slice(name)[i] = 10 * w
		}
	}
	return model
}

// run returns the states after each of some frames of all scenes together from a state on, and by number of points how many
// scenes touch in the last of them.
func run(t *testing.T, model *Model, all []*sim.Scene, state sim.State, frames int, learn bool) (out []sim.State, touch [40]int) {
	t.Helper()
	made, err := model.Predictor(all)
	if err != nil {
		t.Fatal(err)
	}
	p := made.(*predictor)
	p.run.learn = learn
	var actions sim.Action
	for _, s := range all {
		for _, a := range s.Actuators {
			actions = append(actions, (a.Low+3*a.High)/4)
		}
	}
	state = slices.Clone(state)
	for range frames {
		if err := p.Step(state, actions); err != nil {
			t.Fatal(err)
		}
		out = append(out, slices.Clone(state))
	}
	for k := range p.here.scenes {
		from, to := p.here.bounds(k)
		touch[min(to.edges-from.edges, len(touch)-1)]++
	}
	return out, touch
}

// starts returns where all scenes begin, end to end.
func starts(all []*sim.Scene) (state sim.State) {
	for _, s := range all {
		state = append(state, s.Start()...)
	}
	return state
}

// TestVectorsDoWhatPortableCodeDoes in every scenario, bit for bit.
func TestVectorsDoWhatPortableCodeDoes(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	if !vectors {
		t.Skip("no vector code for this processor")
	}
	defer func() { vectors = true }()
	for _, s := range library.List() {
		all := scenes(t, s, 11)
		model := livelyModel(t, all[0])
		vectors = true
		fast, _ := run(t, model, all, starts(all), 20, false)
		vectors = false
		slow, _ := run(t, model, all, starts(all), 20, false)
		for k := range fast {
			for i := range fast[k] {
				if a, b := fast[k][i], slow[k][i]; a != b && a == a {
					t.Fatalf("%s, frame %d: body %d is at %v, and in portable code at %v", s.Name, k+1, i, a, b)
				}
			}
		}
	}
}

// mostUlps is by how many of float32's steps, at the largest number in the state of its scene, a number may differ
// after one frame from what the sweeps over bodies, which learning uses, make of it.
const mostUlps = 32

// TestFewPointsAreSweptAsBodiesAre in every scenario.
func TestFewPointsAreSweptAsBodiesAre(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	most, met := 0.0, [40]int{}
	for _, s := range library.List() {
		all := scenes(t, s, 11)
		model := livelyModel(t, all[0])
		for _, frames := range []int{1, 15, 40} {
			way, _ := run(t, model, all, starts(all), frames, false)
			at := way[frames-1]
			after, touch := run(t, model, all, at, 1, false)
			abreast = false
			other, _ := run(t, model, all, at, 1, true)
			abreast = true
			a, b := after[0], other[0]
			for _, scene := range all {
				n, largest, apart := len(scene.Bodies), 0.0, 0.0
				for i := range n {
					for k, v := range a[i].Values() {
						largest, apart = max(largest, math.Abs(v)), max(apart, math.Abs(v-b[i].Values()[k]))
					}
				}
				a, b = a[n:], b[n:]
				ulp := float64(math.Nextafter32(float32(largest), math.MaxFloat32) - float32(largest))
				if most = max(most, apart/ulp); !(apart <= mostUlps*ulp) {
					t.Errorf("%s after %d frames: off by %.3g, %.3g of float32's steps", s.Name, frames, apart, apart/ulp)
				}
			}
			for k := range met {
				met[k] += touch[k]
			}
		}
	}
	for k := 1; k <= mostFew+1; k++ {
		if met[k] < 5 {
			t.Errorf("%d scenes with %d points prove nothing", met[k], k)
		}
	}
	t.Logf("at most %.3g of float32's steps; scenes by points: %v", most, met)
}

// TestEmptyLanesStandStill, whatever was left in them: eight lanes take no more rounds than those of them that hold scenes.
func TestEmptyLanesStandStill(t *testing.T) {
	if !vectors {
		t.Skip("no vector code for this processor")
	}
	const most = 50
	filled := func() *fewOverlaps {
		f := &fewOverlaps{}
		f.reset(2)
		for i := range f.points {
			f.points[i].start = vector{1: 3, 2: float32(math.NaN()), 5: 7}
			f.points[i].start[0], f.points[i].parting[0] = 0.05+0.01*float32(i), -0.5
			for k := range f.points {
				f.echoes[2*i+k][0] = 1 - 0.7*float32((i+k)%2)
			}
		}
		return f
	}
	one, all := filled(), filled()
	rounds := one.part(0, most)
	got := lanes.PartLanes(&all.points[0].u[0], &all.echoes[0][0], 2, 1, most, settledChange, roundCorner)
	if got != rounds || !(rounds > 1 && rounds < most) {
		t.Errorf("eight lanes take %d rounds, the one that is filled %d", got, rounds)
	}
	if one.points[1].lift[0] != all.points[1].lift[0] || all.points[1].lift[5] != 0 {
		t.Errorf("lifts %v and %v", one.points[1].lift, all.points[1].lift)
	}
}

// TestSameStatesAreKnownByEveryValue: NaN is not the same, and 0 is −0.
func TestSameStatesAreKnownByEveryValue(t *testing.T) {
	defer func(here bool) { vectors = here }(vectors)
	for _, vectors = range []bool{vectors, false} {
		for n := 1; n < 8; n++ {
			a := make(sim.State, n)
			for i := range a {
				a[i] = sim.BodyState{X: 1, Y: float64(i), Angle: -2, VX: 3, Omega: math.Inf(1)}
			}
			b := slices.Clone(a)
			if b[0].VY = math.Copysign(0, -1); !same(a, b) {
				t.Errorf("%d bodies, vectors %v: the same are others", n, vectors)
			}
			for i := range b {
				for k := range sim.StateSize {
					value := []*float64{&b[i].X, &b[i].Y, &b[i].Angle, &b[i].VX, &b[i].VY, &b[i].Omega}[k]
					was := *value
					for _, other := range []float64{7, math.NaN()} {
						if *value = other; same(a, b) {
							t.Errorf("%d bodies, vectors %v: body %d, value %d: others are the same", n, vectors, i, k)
						}
					}
					*value = was
				}
			}
		}
	}
}
