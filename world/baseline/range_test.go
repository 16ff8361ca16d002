package baseline

import (
	"math"
	"testing"

	"orrery/sim"
)

// TestActuatorsWithoutARangeSayNothing to a perceptron, whatever is asked of them, and those with one say where in it they are.
func TestActuatorsWithoutARangeSayNothing(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ low, high, asked, want float64 }{
		{2, 2, 2, 0}, {2, 2, 5, 0}, {0, 0, -1, 0}, {-1, 3, 1, 0}, {-1, 3, 3, 1}, {-1, 3, 9, 1}, {-1, 3, -1, -1}, {-1, 3, -9, -1}, {-1, 3, 2, 0.5},
	} {
		scene := sim.DefaultScene()
		scene.Name = "alone"
		scene.Bodies = []sim.Body{sim.NewDisc(0.1, 10, sim.Surface{})}
		scene.Actuators = []sim.Actuator{{Kind: sim.Force, Body: 0, Against: sim.World, Low: c.low, High: c.high, Axis: sim.Vec{X: 1}}}
		if err := scene.Validate(); err != nil {
			t.Fatal(err)
		}
		config := TinyMLP()
		config.Place = Place{Scene: "alone", Bodies: 1, Actuators: 1, Spread: 1}
		m, err := NewMLP(config, 1)
		if err != nil {
			t.Fatal(err)
		}
		v := newView(m)
		v.look(newStage(&config.Given, &scene), scene.Start(), sim.Action{c.asked})
		nodes := v.graph.Nodes
		if got := float64(nodes[len(nodes)-1]); !(math.Abs(got-c.want) < 1e-6) {
			t.Errorf("%g of %g to %g is shown as %g, must be %g", c.asked, c.low, c.high, got, c.want)
		}
	}
}
