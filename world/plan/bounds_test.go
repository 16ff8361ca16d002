package plan

import (
	"math"
	"strings"
	"testing"

	"orrery/sim"
)

// TestPlannersRefuseRangesThatCannotBeSearched, and scenes in which nothing can be done.
func TestPlannersRefuseRangesThatCannotBeSearched(t *testing.T) {
	t.Parallel()
	c := config(t, "random", func(c *Config) { c.Horizon, c.Samples = 2, 4 })
	for _, b := range []struct {
		low, high []float64
		rule      string // of the error, or nothing
	}{
		{[]float64{-1}, []float64{1}, ""}, {[]float64{1}, []float64{1}, ""}, {[]float64{0}, []float64{math.MaxFloat64}, ""},
		{nil, nil, "0 lower and 0 upper bounds must be as many"},
		{[]float64{-1, 0}, []float64{1}, "2 lower and 1 upper bounds must be as many"},
		{[]float64{1}, []float64{-1}, "must be finite and ascending"},
		{[]float64{-math.MaxFloat64}, []float64{math.MaxFloat64}, "must be finite and ascending"},
		{[]float64{0, math.NaN()}, []float64{1, 1}, "bounds 1: NaN to 1 must be finite and ascending"},
		{[]float64{0}, []float64{math.Inf(1)}, "must be finite and ascending"},
	} {
		_, err := NewPlanner(c, b.low, b.high, sim.NewRand(1, "test", 0))
		if (err == nil) != (b.rule == "") || err != nil && !strings.Contains(err.Error(), b.rule) {
			t.Errorf("from %v to %v: %v, want %q", b.low, b.high, err, b.rule)
		}
	}
	free := func(sim.State, sim.Action) float64 { return 0 }
	for rule, change := range map[string]func(s *sim.Scene){
		"scene toy has no actuators":   func(s *sim.Scene) { s.Actuators = nil },
		"must be finite and ascending": func(s *sim.Scene) { s.Actuators[0].Low, s.Actuators[0].High = -math.MaxFloat64, math.MaxFloat64 },
	} {
		scene := toyScene(t, sim.Force, 10, alongX)
		change(scene)
		if _, err := NewController(toy{move: pushed}, scene, free, c, sim.NewRand(1, "test", 0)); err == nil || !strings.Contains(err.Error(), rule) {
			t.Errorf("a controller is made, or the error is %v, want %q", err, rule)
		}
	}
}
