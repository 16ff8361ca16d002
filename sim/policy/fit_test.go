package policy

import (
	"testing"

	"orrery/sim"
)

// TestRecordingsFitTheirActuators: all that was done must be by as many, and something must be.
func TestRecordingsFitTheirActuators(t *testing.T) {
	t.Parallel()
	for what, c := range map[string]struct {
		actions   [][]sim.Action
		actuators int
		want      bool
	}{
		"as many":               {[][]sim.Action{{{1, 2}, {3, 4}}, {{5, 6}}}, 2, true},
		"an empty episode":      {[][]sim.Action{nil, {{5, 6}}}, 2, true},
		"fewer at last":         {[][]sim.Action{{{1, 2}, {3, 4}}, {{5, 6}, {7}}}, 2, false},
		"more at first":         {[][]sim.Action{{{1, 2}, {3}}}, 1, false},
		"nothing was done":      {[][]sim.Action{nil, nil}, 2, false},
		"nothing can be done":   {[][]sim.Action{{{}, {}}}, 0, false},
		"there are no episodes": {nil, 2, false},
	} {
		if got := (&Recordings{Actions: c.actions}).Fit(c.actuators); got != c.want {
			t.Errorf("%s: %v", what, got)
		}
	}
}
