package kept

import (
	"testing"

	"orrery/datasets"
	"orrery/sim"
	"orrery/sim/task"
)

// TestTasksJudgeWhatIsAdded: frame by frame, the start not among them. Only the last frame is truncated, and it is not
// where the task ended the episode by success or by failure.
func TestTasksJudgeWhatIsAdded(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 1, sim.Surface{})}
	of := task.Task{Held: 2, Bind: func(*sim.Scene) (*task.Judge, error) {
		return &task.Judge{
			Observe: func(sim.State) []float64 { return nil },
			Reward:  func(state sim.State, _ sim.Action) float64 { return 2 * state[0].X },
			Success: func(state sim.State) bool { return state[0].X >= 3 },
			Failed:  func(state sim.State) bool { return state[0].X <= -3 },
		}, nil
	}}
	for name, c := range map[string]struct {
		places          []float64
		success, halted bool // at the last frame
	}{
		"goes on":          {[]float64{0, 1, 2}, false, true},
		"succeeds":         {[]float64{0, 3, 4}, true, false},
		"begins with one":  {[]float64{3, 3}, true, false},
		"does not hold it": {[]float64{0, 1, 3}, false, true},
		"fails":            {[]float64{0, 1, -3}, false, false},
	} {
		d := &sim.Trajectory{Scene: &scene}
		for _, x := range c.places {
			d.States = append(d.States, sim.State{{X: x}})
		}
		judge, err := of.Judge(&scene)
		if err != nil {
			t.Fatal(err)
		}
		got := judgedBy(judge, d)
		if len(got) != len(c.places)-1 {
			t.Fatalf("%s: %d outcomes of %d frames", name, len(got), len(c.places))
		}
		for k, o := range got {
			last := k == len(got)-1
			if want := (datasets.Outcome{Reward: 2 * c.places[k+1], Success: last && c.success, Truncated: last && c.halted}); o != want {
				t.Errorf("%s: frame %d is %+v, want %+v", name, k+1, o, want)
			}
		}
	}
}

// TestWatchingEndsOnce, however often a recording is let go.
func TestWatchingEndsOnce(t *testing.T) {
	t.Parallel()
	ended := 0
	r := &recording{released: func() { ended++ }}
	r.release()
	r.release()
	if ended != 1 {
		t.Errorf("watching ended %d times", ended)
	}
}
