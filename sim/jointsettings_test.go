package sim

import (
	"math"
	"strings"
	"testing"
)

// TestEverySettingOfAJointHasBounds: those of its kind, the least and the greatest that is allowed and what lies just beyond; settings
// of other kinds must not be there.
func TestEverySettingOfAJointHasBounds(t *testing.T) {
	t.Parallel()
	usual := map[JointKind]Joint{
		Pivot: {}, Pin: {}, Rope: {Length: 1}, Groove: {EndB: Vec{X: 1}}, Spring: {Length: 1, Stiffness: 1, Damping: 1}, Motor: {Rate: 1, MaxTorque: 1},
	}
	settings := map[string]func(j *Joint) *float64{
		"length": func(j *Joint) *float64 { return &j.Length }, "stiffness": func(j *Joint) *float64 { return &j.Stiffness }, "damping": func(j *Joint) *float64 { return &j.Damping },
		"rate": func(j *Joint) *float64 { return &j.Rate }, "max_torque": func(j *Joint) *float64 { return &j.MaxTorque }, "end_b": func(j *Joint) *float64 { return &j.EndB.X },
	}
	inf, nan := math.Inf(1), math.NaN()
	good := map[string][]float64{
		"rope length": {1e-9, 1e9}, "spring length": {0, 1e9}, "spring stiffness": {0, 1e9}, "spring damping": {0, 1e9}, "motor rate": {-1e9, 0, 1e9}, "motor max_torque": {1e-9, 1e9}, "groove end_b": {-1e9, 1e9},
	}
	bad := map[string][]float64{
		"rope length": {0, -1, 1.1e9, nan, inf}, "spring length": {-1e-9, 1.1e9, nan, inf}, "spring stiffness": {-1e-9, 1.1e9, nan}, "spring damping": {-1e-9, 1.1e9, nan}, "motor rate": {-1.1e9, 1.1e9, nan, -inf},
		"motor max_torque": {0, -1, 1.1e9, nan}, "groove end_b": {0, 1.1e9, nan},
	}
	for kind, j := range usual {
		j.Kind = kind
		if err := j.validateSettings(); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
		for name, at := range settings {
			key := string(kind) + " " + name
			for _, v := range good[key] {
				trial := j
				if *at(&trial) = v; trial.validateSettings() != nil {
					t.Errorf("%s of %v: %v", key, v, trial.validateSettings())
				}
			}
			for _, v := range bad[key] {
				trial := j
				if *at(&trial) = v; trial.validateSettings() == nil || strings.Contains(trial.validateSettings().Error(), "other kinds") {
					t.Errorf("%s of %v: %v", key, v, trial.validateSettings())
				}
			}
			if good[key] == nil {
				trial := j
				if *at(&trial) = 0.5; trial.validateSettings() == nil || !strings.Contains(trial.validateSettings().Error(), "must not have settings of other kinds") {
					t.Errorf("a %s with %s: %v", kind, name, trial.validateSettings())
				}
			}
		}
	}
	if err := (&Joint{Kind: "rubber"}).validateSettings(); err == nil || !strings.Contains(err.Error(), `kind "rubber" must be "pivot"`) {
		t.Errorf("an unknown kind: %v", err)
	}
}
