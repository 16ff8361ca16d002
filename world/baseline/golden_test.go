package baseline

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"orrery/learn/nn"
	"orrery/sim"
	"orrery/sim/golden"
)

// TestTheSameMachinesLookTheSame compares what networks are shown of machines, what untrained ones predict and how they
// learn with what earlier versions of this program made of them, to five digits. What it should be like is held by other
// tests; this one tells of changes that nobody meant.
func TestTheSameMachinesLookTheSame(t *testing.T) {
	t.Parallel()
	var got strings.Builder
	rng := sim.NewRand(21, "test golden machines", 0)
	all := []*sim.Trajectory{machine(rng), machine(rng)}
	all[1].States = append(all[1].States, all[0].States[0], all[0].States[1])
	all[1].Actions = append(all[1].Actions, all[0].Actions[0], nil)
	given, err := MeasureGiven(t.Context(), all)
	if err != nil {
		t.Fatal(err)
	}
	given.Flight.Gravity, given.Flight.Keep, given.Flight.KeepAngular = sim.Vec{X: 1, Y: -3}, 0.98, 0.96
	place, err := MeasurePlace(all)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(&got, "# measured\n%.6g\n%.6g\n", []float64{given.Mass, given.Length, given.Span, given.Speed, given.Kick, given.Lift}, []float64{place.Centre.X, place.Centre.Y, place.Spread})
	fmt.Fprintln(&got, given.Joints, given.Fields, place.Bodies, place.Joints, place.Actuators)
	near, wide, rows := TinyInteraction(), TinyInteraction(), TinyMLP()
	near.Given, near.Noise, near.Turns = given, 0.002, 3
	wide.Given, wide.Radius, wide.Turns = given, 0, 1
	rows.Given, rows.Place, rows.Noise, rows.Orders = given, place, 0.001, 3
	for _, c := range []struct {
		name string
		make func() (*Model, error)
	}{
		{"interaction within a radius", func() (*Model, error) { return NewInteraction(near, 1) }},
		{"interaction of all", func() (*Model, error) { return NewInteraction(wide, 2) }},
		{"mlp", func() (*Model, error) { return NewMLP(rows, 3) }},
	} {
		m, err := c.make()
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&got, "# %s of %d parameters, frames of %.5g s, beta %v, layers of %d rounds\n", c.name, m.Parameters(), m.FrameTime(), m.LossBeta(), m.Layers().Rounds)
		for i := range m.params.Count() {
			from, to := m.params.Range(nn.Index(i))
			fmt.Fprintf(&got, "%s of %d, %s\n", m.params.Name(nn.Index(i)), to-from, tally(m.params.Data()[from:to], 1))
		}
		graph := graphOf(m, all[0], 0.3)
		if c.name == "interaction of all" {
			fmt.Fprintf(&got, "nodes %s edges %s\n", tally(graph.Nodes, nodeSize), tally(graph.Edges, given.edgeSize()))
		} else {
			tell(&got, "nodes", graph.Nodes, max(nodeSize, len(graph.Nodes)/len(all[0].Scene.Bodies)))
			tell(&got, "edges", graph.Edges, given.edgeSize())
		}
		fmt.Fprintln(&got, "from", graph.Senders, "to", graph.Receivers)
		objective, err := NewObjective(t.Context(), m, all, all[1:])
		if err != nil {
			t.Fatal(err)
		}
		read := objective.NewReader()
		for e := range objective.Examples() {
			g := read(int32(e))
			fmt.Fprintf(&got, "example %d of %d: nodes %s edges %s target %s\n", e, objective.Trajectory(e), tally(g.Nodes, 1), tally(g.Edges, 1), tally(g.Target, outputs))
		}
		grad := make([]float32, m.Parameters())
		loss, err := objective.NewGradient()(m.params.Data(), grad, []int32{0, 1, int32(objective.Examples() - 1)})
		if err != nil {
			t.Fatal(err)
		}
		judged, err := objective.Validate(t.Context(), m.params.Data())
		fmt.Fprintf(&got, "loss %.5g of gradient %s, judged %.5g, %v\n", loss, tally(grad, 1), judged, err)
		for k, state := range predictAll(t, m, all...) {
			for i := range state {
				fmt.Fprintf(&got, "machine %d, body %d: %.5g\n", k, i, state[i].Values())
			}
		}
	}
	golden.CompareNear(t, "testdata/machines.txt", got.String(), 1e-3)
}

// tell writes numbers row by row to four digits.
func tell(w *strings.Builder, name string, x []float32, size int) {
	for ; len(x) > 0; x = x[min(size, len(x)):] {
		fmt.Fprintf(w, "%s %.4g\n", name, x[:min(size, len(x))])
	}
}

// tally tells sums of numbers in rows of some length: of their sizes, and with weights that differ from place to place.
func tally(x []float32, size int) string {
	sum, weighed := 0.0, 0.0
	for i, v := range x {
		sum += math.Abs(float64(v))
		weighed += float64(v) * float64(1+i%7+3*(i/size%5))
	}
	return fmt.Sprintf("[%d: %.5g %.5g]", len(x), sum, weighed)
}
