package contact

import (
	"testing"

	"orrery/sim"
)

// TestWorkIsWhatABatchHolds compares Work, which looks at one frame after the other,
// with the graphs of a batch of all frames, and with twice and half as many.
func TestWorkIsWhatABatchHolds(t *testing.T) {
	model := randomModel(t, Tiny())
	rng := sim.NewRand(7, "test work", 0)
	var data []*sim.Trajectory
	for _, n := range []int{2, 5, 12, 20} {
		data = append(data, crowd(rng, n))
	}
	objective, err := NewObjective(t.Context(), model, data, data)
	if err != nil {
		t.Fatal(err)
	}
	w := newBatch(objective, &objective.training)
	for i := range objective.training.examples {
		w.add(int32(i))
	}
	w.loss(model.net.params.Data(), nil)
	graphs := w.course.run.graphs.items[:w.course.run.graphs.used]
	batch := Load{Bodies: len(w.start), Parted: len(graphs[0].edges), Edges: len(w.course.here.edges)}
	if batch.Bodies != 39 || batch.Parted < 20 || batch.Edges < 20 || batch.Edges == batch.Parted {
		t.Fatalf("a batch of %+v tests nothing", batch)
	}
	if got := objective.Work(4); got != batch {
		t.Errorf("the work of 4 frames is %+v, the batch holds %+v", got, batch)
	}
	if got, want := objective.Work(8), (Load{2 * batch.Bodies, 2 * batch.Parted, 2 * batch.Edges}); got != want {
		t.Errorf("the work of 8 frames is %+v, want %+v", got, want)
	}
	if got, want := objective.Work(2), (Load{(batch.Bodies + 1) / 2, (batch.Parted + 1) / 2, (batch.Edges + 1) / 2}); got != want {
		t.Errorf("the work of 2 frames is %+v, want %+v", got, want)
	}
}
