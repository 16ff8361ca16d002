package contest

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"
)

// TestIntervalIsWilsons checks the definition: at its ends the rate that was seen
// is just 1.96 standard deviations away.
func TestIntervalIsWilsons(t *testing.T) {
	for _, c := range [][2]int{{0, 10}, {1, 3}, {5, 10}, {243, 250}, {250, 250}} {
		k, n := c[0], c[1]
		s := wilson(k, n)
		if s.Rate != float64(k)/float64(n) || !(s.Lo95 >= 0) || !(s.Hi95 <= 1) || !(s.Lo95 <= s.Rate) || !(s.Hi95 >= s.Rate) {
			t.Errorf("%d of %d: %+v", k, n, s)
		}
		for _, p := range []float64{s.Lo95, s.Hi95} {
			if deviation := math.Sqrt(p * (1 - p) / float64(n)); !scalar.EqualWithinAbs(math.Abs(p-s.Rate), 1.959964*deviation, 1e-6) {
				t.Errorf("%d of %d: end %v is not 1.96 deviations of %v away", k, n, p, deviation)
			}
		}
	}
}

// TestTasksAreComparedWithTheEngine checks which ceiling a result is under.
func TestTasksAreComparedWithTheEngine(t *testing.T) {
	of := func(task, model string, protocol string, rate float64) *Result {
		return &Result{Terms: Terms{Task: task, Model: model, Protocol: protocol}, Success: Share{Rate: rate}}
	}
	model := of("push", "tasks/push/contact", "task", 0.75)
	results := []*Result{
		of("reach", EngineName, "task", 0.1), of("push", EngineName, "recorded", 0.2),
		model, of("push", EngineName, "task", 1),
	}
	if points := model.behind(results); points == nil || *points != -25 {
		t.Errorf("got %v, want -25 points", points)
	}
	if points := model.behind(results[:3]); points != nil {
		t.Errorf("got %v points of nothing", *points)
	}
}

// TestAttemptsAreSummedUp: of what succeeded the median, of all the mean, of decisions the
// mean over decisions.
func TestAttemptsAreSummedUp(t *testing.T) {
	t.Parallel()
	r := NewResult(Terms{}, []Attempt{
		{Success: true, Frames: 9, Return: 1, Decisions: 1, DecisionMS: 8, OneStepM: 0.1},
		{Success: true, Frames: 2, Return: 2, Decisions: 3, DecisionMS: 4, OneStepM: 0.2, Escape: "left"},
		{Frames: 100, Return: 6, Decisions: 0, OneStepM: 0.6},
		{Success: true, Frames: 3, Return: 3},
	})
	if r.FramesToSuccess == nil || *r.FramesToSuccess != 3 {
		t.Errorf("9, 2 and 3 frames have the median %v", r.FramesToSuccess)
	}
	if r.Episodes != 4 || r.Escapes != 1 || r.Success.Rate != 0.75 || !scalar.EqualWithinAbs(r.Return, 3, 1e-12) {
		t.Errorf("%+v", r)
	}
	if r.DecisionMS == nil || !scalar.EqualWithinAbs(*r.DecisionMS, 5, 1e-12) || !scalar.EqualWithinAbs(*r.OneStepM, 0.225, 1e-12) {
		t.Errorf("a decision takes %v ms and is off by %v m", r.DecisionMS, r.OneStepM)
	}
	if r := NewResult(Terms{}, []Attempt{{Frames: 9}}); r.FramesToSuccess != nil || r.DecisionMS != nil {
		t.Errorf("nothing succeeded and nothing was decided: %+v", r)
	}
}
