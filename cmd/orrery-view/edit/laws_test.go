package edit

import (
	"fmt"
	"testing"

	"orrery/sim"
)

// laws writes all by which the bodies of a scene are tied, pulled, driven and judged.
func laws(s *sim.Scene) (out []string) {
	for _, j := range s.Joints {
		out = append(out, fmt.Sprintf("%s %s %d %d, %.6g %.6g %.6g, length %.6g, stiffness %.6g, damping %.6g, rate %.6g, torque %.6g", j.Name, j.Kind, j.A, j.B, j.AnchorA, j.AnchorB, j.EndB, j.Length, j.Stiffness, j.Damping, j.Rate, j.MaxTorque))
	}
	for _, f := range s.Fields {
		out = append(out, fmt.Sprintf("%s %s %d %d, strength %.6g, limit %.6g", f.Name, f.Kind, f.A, f.B, f.Strength, f.Limit))
	}
	for _, a := range s.Actuators {
		out = append(out, fmt.Sprintf("%s %s %d %d along %.6g, %.6g to %.6g, stiffness %.6g, damping %.6g, wheelbase %.6g", a.Name, a.Kind, a.Body, a.Against, a.Axis, a.Low, a.High, a.Stiffness, a.Damping, a.Wheelbase))
	}
	for _, g := range s.Goals {
		out = append(out, fmt.Sprintf("%s %s %d %q at %.6g of %.6g, angle %.6g, radius %.6g, symmetry %d", g.Name, g.Kind, g.Body, g.Region, g.Target, g.Anchor, g.Angle, g.Radius, g.Symmetry))
	}
	for _, b := range s.Bodies {
		out = append(out, fmt.Sprintf("%s %s, %.6g kg, %.6g, grip %.6g", b.Name, b.Kind, b.Mass, b.Moment, b.Grip))
	}
	return out
}

// TestDocumentsOfScenesKeepEveryNumber by which bodies are tied, pulled, driven and judged.
func TestDocumentsOfScenesKeepEveryNumber(t *testing.T) {
	t.Parallel()
	d, err := Open("all.scenario.json", []byte(`{"format": 2, "arena": [8, 6], "regions": {"pen": {"box": [0.6, 0.4], "at": [2, -1.5]}},
		"bodies": [{"name": "a", "circle": 0.1, "grip": 0.5}, {"name": "b", "box": [0.4, 0.2], "at": [1, 0.5], "angle": 0.3, "density": 7}, {"name": "car", "box": [0.4, 0.2], "at": [-1, -1]},
			{"name": "hand", "kind": "kinematic", "circle": 0.2, "at": [-2, 1]}],
		"joints": [{"name": "spring", "spring": ["a", "b"], "length": 1.3, "stiffness": 5, "damping": 0.7}, {"name": "rope", "rope": ["a", "world"], "at": [0, 2], "length": 2.1},
			{"name": "motor", "motor": ["b", "world"], "rate": 3, "max_torque": 0.9}, {"name": "groove", "groove": ["b", "world"], "from": [0, 0.5], "to": [2, 0.5]}, {"name": "rod", "pin": ["b", "car"]}],
		"fields": [{"name": "pull", "inverse_square": ["a", "b"], "strength": -1.5, "limit": 4}, {"name": "band", "linear": ["a", "car"], "strength": 0.3}],
		"actuators": [{"name": "f", "force": "a", "axis": "x", "limit": 3}, {"name": "t", "thrust": "b", "axis": "30deg", "low": -1, "high": 2}, {"name": "s", "servo": "hand", "axis": "y", "limit": 2, "stiffness": 55, "damping": 11},
			{"name": "v", "velocity": "hand", "axis": "x", "limit": 0.4}, {"name": "q", "torque": "a", "against": "b", "limit": 0.2}],
		"goals": [{"name": "place", "body": "a", "place": [1.5, 0.5], "radius": 0.15}, {"name": "pose", "body": "b", "pose": [-1, 1, 0.2], "symmetry": 2}, {"name": "turn", "body": "b", "angle": 1.1, "symmetry": "any"}, {"name": "in", "body": "car", "region": "pen"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	again, err := OfScene(d.Scene())
	if err != nil {
		t.Fatal(err)
	}
	want, got := laws(d.Scene()), laws(again.Scene())
	if len(want) != 20 || len(got) != len(want) {
		t.Fatalf("%d became %d", len(want), len(got))
	}
	for k := range want {
		if got[k] != want[k] {
			t.Errorf("%s\nbecame %s", want[k], got[k])
		}
	}
}
