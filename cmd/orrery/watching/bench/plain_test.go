package main

import (
	"encoding/json"
	"testing"

	"orrery/sim"
	"orrery/sim/engine"
	"orrery/sim/scenario/library"
	"orrery/world"
	"orrery/world/contact"
)

// TestPlainLawsTakeTheNumbersFound: with the true ones they are those of the engine, with others they are not.
func TestPlainLawsTakeTheNumbersFound(t *testing.T) {
	t.Parallel()
	s, err := library.Find("billiards")
	if err != nil {
		t.Fatal(err)
	}
	values, err := s.Values(nil)
	if err != nil {
		t.Fatal(err)
	}
	var truth []*sim.Trajectory
	for k := range 5 {
		scene, err := s.Sample(2, k, values)
		if err != nil {
			t.Fatal(err)
		}
		e, err := engine.Simulate(t.Context(), scene, nil, 62, nil)
		if err != nil {
			t.Fatal(err)
		}
		truth = append(truth, e)
	}
	config := contact.DefaultConfig()
	if err := config.Measure(t.Context(), truth, 0); err != nil {
		t.Fatal(err)
	}
	settings, err := json.Marshal(&config)
	if err != nil {
		t.Fatal(err)
	}
	errors := func(values string) [2]float64 {
		means, err := plainErrors(&world.Description{Settings: settings, Values: []byte(values)}, truth)
		if err != nil {
			t.Fatal(err)
		}
		return means
	}
	if got := errors(`{"parameters": []}`); !(got[0] <= 1e-4 && got[1] <= 5e-4 && got[0] > 0) {
		t.Errorf("plain laws with the true numbers are %v m off", got)
	}
	wrong := `{"parameters": [{"name": "elasticity", "of": "wall", "value": 0.5, "lo95": 0.5, "hi95": 0.5, "identifiable": true, "why": "test"}]}`
	if got := errors(wrong); !(got[0] >= 1e-3 && got[1] >= got[0]) {
		t.Errorf("plain laws with a wrong elasticity are %v m off", got)
	}
}
