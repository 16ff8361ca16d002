package takes

import (
	"math"
	"slices"
	"testing"

	"orrery/datasets"
	"orrery/sim/environment"
	"orrery/sim/scenario"
	"orrery/sim/scenario/library"
	"orrery/sim/task"
)

func mustFind(t *testing.T, name string) (*scenario.Scenario, scenario.Values) {
	t.Helper()
	found, err := library.Find(name)
	if err != nil {
		t.Fatal(err)
	}
	values, err := found.Values(nil)
	if err != nil {
		t.Fatal(err)
	}
	return found, values
}

// TestTakesAreWhatHappened acts in pixels, beyond the limits too, and looks at what a dataset gets, in metres.
func TestTakesAreWhatHappened(t *testing.T) {
	t.Parallel()
	found, values := mustFind(t, "pusht")
	e, err := environment.New(found.Name, found.Task, found.Scenes(values))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := e.Reset(7); err != nil {
		t.Fatal(err)
	}
	start := e.State()
	take := New(e, found.Task.Unit)
	var want []task.Outcome
	for _, action := range [][]float64{{100, 200}, {-50, 900}} {
		o, err := e.Act(action)
		if err != nil {
			t.Fatal(err)
		}
		take.Add(action, o)
		want = append(want, o)
	}
	last := task.Outcome{Reward: 2, Success: true, Truncated: true}
	take.Add([]float64{0, 0}, last)
	trajectory, outcomes := take.End()
	if err := trajectory.Check(); err != nil {
		t.Fatal(err)
	}
	high := e.Scene().Actuators[1].High
	for k, action := range [][]float64{{1, 2}, {0, high}} {
		for i, v := range action {
			if !(math.Abs(trajectory.Actions[k][i]-v) <= 1e-12) {
				t.Errorf("action %d is %v, want %v m", k, trajectory.Actions[k], action)
			}
		}
	}
	if !slices.Equal(trajectory.States[0], start) || !slices.Equal(trajectory.States[2], e.State()) || len(trajectory.View) != 4 || len(trajectory.ViewNames) != 5 {
		t.Errorf("%d states, a view of %d frames of %v", len(trajectory.States), len(trajectory.View), trajectory.ViewNames)
	}
	if outcomes[0].Reward != want[0].Reward || outcomes[0].Done {
		t.Errorf("outcome %v, want %v", outcomes[0], want[0])
	}
	if outcomes[2] != (datasets.Outcome{Reward: 2, Done: true, Success: true, Truncated: true}) {
		t.Errorf("the last outcome is %v", outcomes[2])
	}
}

func TestOriginsHaveTheFilesOfOwnScenarios(t *testing.T) {
	t.Parallel()
	found, values := mustFind(t, "push")
	spec := Origin(found, values, 20)
	if spec.File != "" || spec.Scenario != "push" || spec.FPS != 20 || spec.Task != found.Summary || len(spec.Params) != len(values) {
		t.Errorf("of the library: %+v", spec)
	}
	spec.Params["more"] = 1
	if _, shared := values["more"]; shared {
		t.Error("the values are shared")
	}
	own := *found
	own.Own, own.Text, own.Summary = true, []byte("{}"), ""
	if spec := Origin(&own, values, 20); spec.File != "{}" || spec.Task != "Episodes of push." {
		t.Errorf("of a file: %+v", spec)
	}
}
