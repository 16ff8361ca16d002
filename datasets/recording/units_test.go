package recording

import (
	"testing"

	"orrery/sim"
)

// TestScenesInOtherUnitsAreLargerThanAllThatWasSeen: their smallest body is more than twice as large as the way in metres, and less than twice as
// large as the way as it is written; units of half a metre and more are metres.
func TestScenesInOtherUnitsAreLargerThanAllThatWasSeen(t *testing.T) {
	t.Parallel()
	seen := Bounds{High: sim.Vec{X: 2, Y: 1}}
	for _, c := range []struct {
		perMetre, radius, other float64
		want                    bool
	}{
		{400, 4.1, 90, true}, {400, 3.9, 90, false}, {400, 90, 3.9, false}, {400, 1599, 1700, true}, {400, 1601, 1700, false}, {2.1, 4.1, 5, true}, {2, 4.1, 5, false}, {1, 4.1, 5, false}, {100, 0.1, 0.2, false},
	} {
		scene := sim.DefaultScene()
		scene.Bodies = []sim.Body{sim.NewDisc(c.radius, 1, sim.Surface{}), sim.NewDisc(c.other, 1, sim.Surface{})}
		if got := (&Frame{PerMetre: c.perMetre}).Holds(&scene, seen); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
}
