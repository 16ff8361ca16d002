package contact

import (
	"math"
	"slices"
	"testing"

	"orrery/sim"
	"orrery/sim/engine"
	"orrery/sim/scenario/library"
)

// lessons returns an objective of a second of some scenes of scenarios, with laws that differ from point to point.
func lessons(t *testing.T, n int, names ...string) *Objective {
	t.Helper()
	var all []*sim.Trajectory
	var model *Model
	for _, name := range names {
		s, err := library.Find(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, scene := range scenes(t, s, n) {
			if model == nil {
				model = livelyModel(t, scene)
			}
			motion, err := engine.Simulate(t.Context(), scene, nil, 61, nil)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, motion)
		}
	}
	o, err := NewObjective(t.Context(), model, all, all[:1])
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// taught returns the gradient of examples, and by number of points how many scenes were swept side by side in the last sweep.
func taught(t *testing.T, o *Objective, examples []int32) (grad []float32, loss float64, swept [mostFew + 1]int) {
	t.Helper()
	b := newBatch(o, &o.training)
	for _, i := range examples {
		b.add(i)
	}
	grad = make([]float32, len(o.net.params.Data()))
	loss = b.loss(o.net.params.Data(), grad)
	if r := b.course.run; r.sweeps.used > 0 {
		for _, f := range r.sweeps.items[r.sweeps.used-1].few.all() {
			swept[len(f.points)] += len(f.scenes)
		}
	}
	return grad, loss, swept
}

// TestLanesLearnAsPortableCodeDoes bit for bit, and as sweeps over bodies do but for rounding, however many scenes fill the lanes.
func TestLanesLearnAsPortableCodeDoes(t *testing.T) {
	defer func(here bool) { vectors, abreast = here, true }(vectors)
	here := vectors
	o := lessons(t, 3, "mixed", "pile")
	var all []int32
	for i := 0; i < o.Examples(); i += 2 {
		all = append(all, int32(i))
	}
	met := [mostFew + 1]int{}
	for _, examples := range [][]int32{all, all[:1], all[1:12]} {
		vectors, abreast = here, true
		lanes, loss, swept := taught(t, o, examples)
		for n := range met {
			met[n] += swept[n]
		}
		if vectors = false; here {
			if portable, other, _ := taught(t, o, examples); !slices.Equal(lanes, portable) || loss != other {
				t.Errorf("%d examples: vectors and portable code give other gradients, and losses of %v and %v", len(examples), loss, other)
			}
		}
		abreast = false
		bodies, other, swept := taught(t, o, examples)
		if swept != [mostFew + 1]int{} {
			t.Fatalf("scenes were swept side by side all the same: %v", swept)
		}
		apart := make([]float32, len(lanes))
		for i := range apart {
			apart[i] = lanes[i] - bodies[i]
		}
		if !(norm(apart) <= 1e-5*norm(bodies)) || !(math.Abs(loss-other) <= 1e-5*other) {
			t.Errorf("%d examples: the gradient differs by %.3g of %.3g, the loss is %v and %v", len(examples), norm(apart), norm(bodies), loss, other)
		}
	}
	for n, scenes := range met[1:] {
		if scenes < 5 {
			t.Errorf("%d scenes with %d points prove nothing", scenes, n+1)
		}
	}
}
