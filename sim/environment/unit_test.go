package environment_test

import (
	"slices"
	"testing"

	"orrery/sim/environment"
	"orrery/sim/scenario/library"
)

// TestLimitsAreInTheUnitOfTheTask on both sides, and what is asked for at them is what the actuators are asked for.
func TestLimitsAreInTheUnitOfTheTask(t *testing.T) {
	t.Parallel()
	s, err := library.Find("reach")
	if err != nil {
		t.Fatal(err)
	}
	values, err := s.Values(nil)
	if err != nil {
		t.Fatal(err)
	}
	coarse := *s.Task
	coarse.Unit = 0.25
	e, err := environment.New(s.Name, &coarse, s.Scenes(values))
	if err != nil {
		t.Fatal(err)
	}
	fine := create(t, "reach")
	low, high := e.Limits()
	if want := []float64{-2, -0.5}; !slices.Equal(low, want) || !slices.Equal(high, []float64{2, 0.5}) {
		t.Errorf("limits %v to %v, want %v and as much above 0", low, high, want)
	}
	for _, limits := range [][2][]float64{{low, {-0.5, -0.125}}, {high, {0.5, 0.125}}} {
		reset(t, e, 3)
		reset(t, fine, 3)
		a, err := e.Step(limits[0])
		if err != nil {
			t.Fatal(err)
		}
		b, err := fine.Step(limits[1])
		if err != nil || !slices.Equal(a.Observation, b.Observation) || a.Reward != b.Reward {
			t.Errorf("%v leads to %v, %v leads to %v, %v", limits[0], a.Observation, limits[1], b.Observation, err)
		}
	}
}
