package tape

import (
	"testing"

	"orrery/sim"
)

func TestTapeForgetsTheOldestOnly(t *testing.T) {
	tape := New(sim.State{{}})
	for k := 1; k <= 3*maxFrames; k++ {
		tape.Add(sim.State{{X: float64(k)}}, nil, false)
	}
	if tape.End() != 3*maxFrames || len(tape.states) > maxFrames+maxFrames/4 || len(tape.states) < maxFrames {
		t.Fatalf("%d states to frame %d", len(tape.states), tape.End())
	}
	for frame := tape.first; frame <= tape.End(); frame++ {
		if tape.At(frame)[0].X != float64(frame) {
			t.Fatalf("frame %d is %v", frame, tape.At(frame))
		}
	}
}
