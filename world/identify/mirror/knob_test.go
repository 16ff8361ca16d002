package mirror

import (
	"testing"

	"orrery/sim"
)

// TestKnobsHaveTheirBounds: friction up to ten, elasticity up to one.
func TestKnobsHaveTheirBounds(t *testing.T) {
	t.Parallel()
	all := surfaceKnobs(&group{of: "wall", told: sim.Surface{Elasticity: 1, Friction: 3}}, 4)
	if len(all) != 2 || all[0].high != 1 || all[1].high != 10 || all[0].low != 0 || all[1].low != 0 || all[0].contact != 4 || all[1].contact != 4 {
		t.Errorf("%+v", all)
	}
}

// TestGroovesHaveOneAnchor: where they begin matters to what reaches their end alone. Pins have both.
func TestGroovesHaveOneAnchor(t *testing.T) {
	t.Parallel()
	for kind, want := range map[sim.JointKind]int{sim.Groove: 2, sim.Pin: 4, sim.Motor: 1, sim.Rope: 5, sim.Spring: 7} {
		scene := sim.DefaultScene()
		scene.Bodies = []sim.Body{sim.NewDisc(0.1, 1, sim.Surface{}), sim.NewDisc(0.1, 1, sim.Surface{})}
		scene.Joints = []sim.Joint{{Kind: kind, A: 0, B: 1}}
		if got := jointKnobs(&scene, func(int) bool { return true }); len(got) != want {
			t.Errorf("a %s has %d numbers, want %d", kind, len(got), want)
		}
	}
}
