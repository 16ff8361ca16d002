package sim

import (
	"strings"
	"testing"
)

func TestStrideSkipsFramesAndKeepsTime(t *testing.T) {
	scene := DefaultScene()
	scene.Substeps = 2
	long := &Trajectory{Scene: &scene}
	for i := range 12 {
		long.States = append(long.States, State{{X: float64(i)}})
	}
	for i := range 11 {
		long.Actions = append(long.Actions, Action{float64(i / 5)})
	}
	long.Seen = &Observation{Impacts: []Impact{{Time: 0.1}}}
	for range long.States {
		long.Seen.Sights, long.Seen.Std = append(long.Seen.Sights, make([]Sight, 1)), append(long.Seen.Std, make(State, 1))
	}
	short, err := long.Stride(5)
	if err != nil {
		t.Fatal(err)
	}
	if len(short.Seen.Std) != 3 || len(short.Seen.Impacts) != 1 || short.Seen.Impacts[0].Time != 0.1 {
		t.Errorf("of what was seen are left %d frames and impacts %v", len(short.Seen.Std), short.Seen.Impacts)
	}
	if len(short.States) != 3 || short.States[2][0].X != 10 || len(short.Actions) != 2 || short.Actions[1][0] != 1 {
		t.Errorf("got %+v", short)
	}
	if short.Scene.StepTime() != scene.StepTime() || short.Scene.FrameTime() != 5*scene.FrameTime() || scene.FPS != 60 {
		t.Errorf("steps last %v s, frames %v s", short.Scene.StepTime(), short.Scene.FrameTime())
	}
	for k, want := range map[int]string{
		7: "stride 7 must divide the 60 frames", 0: "stride 0 must divide", 3: "frame 5: the action changes within a stride of 3 frames",
	} {
		if _, err := long.Stride(k); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("stride %d: got %v, want an error with %q", k, err, want)
		}
	}
}
