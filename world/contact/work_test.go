package contact

import (
	"slices"
	"testing"
)

// TestWorkIsWhatABatchHolds gathers all frames and compares.
func TestWorkIsWhatABatchHolds(t *testing.T) {
	task := &Task{training: []example{
		{impulse: block{bodies: 6, edges: make([]edge, 4), colour: []int{0, 1, 0, 2}}},
		{impulse: block{bodies: 5, edges: make([]edge, 1), colour: []int{0}}, correction: block{bodies: 5, edges: make([]edge, 2), colour: []int{0, 1}}},
	}}
	impulse, correction := task.Work(2)
	w := newWorker(&Task{net: newNetwork(Tiny(), 1)})
	w.gather(2, func(i int) *example { return &task.training[i] })
	for _, x := range []struct {
		name string
		got  Load
		want *bundle
	}{{"impulse", impulse, &w.impulse}, {"correction", correction, &w.correction}} {
		var edges []int
		for c := range len(x.want.graph.colour) - 1 {
			edges = append(edges, x.want.graph.colour[c+1]-x.want.graph.colour[c])
		}
		if x.got.Bodies != x.want.bodies || !slices.Equal(x.got.Edges, edges) {
			t.Errorf("%s: got %+v, a batch has %d bodies and edges %v", x.name, x.got, x.want.bodies, edges)
		}
	}
	if twice, _ := task.Work(4); !slices.Equal(twice.Edges, []int{6, 2, 2}) {
		t.Errorf("twice the frames have edges %v", twice.Edges)
	}
	// Less than half an edge is none.
	if quarter, _ := (&Task{training: append(make([]example, 3), task.training[0])}).Work(1); !slices.Equal(quarter.Edges, []int{1}) {
		t.Errorf("a quarter of the frames has edges %v", quarter.Edges)
	}
}
