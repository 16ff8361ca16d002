package gallery

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/sim/golden"
	"orrery/sim/scenario"
	"orrery/sim/scenario/library"
)

// TestDescriptionsStay: in words and as JSON, of scenarios of the library and of one that has each kind of actuator, with where
// pictures look.
func TestDescriptionsStay(t *testing.T) {
	t.Parallel()
	own, err := scenario.Parse("own", []byte(`{"format": 2, "summary": "all that acts", "fps": 25, "duration_s": 2,
		"bodies": [{"name": "a", "circle": 0.1}, {"name": "c", "box": [0.2, 0.1], "at": [1, 0], "kind": "kinematic"}, {"name": "b", "circle": 0.1, "at": [2, 0]}],
		"actuators": [{"force": "a", "axis": "xy", "limit": 2}, {"thrust": "a", "axis": "x", "limit": 3}, {"torque": "b", "limit": 4}, {"velocity": "c", "axis": [0.6, 0.8], "limit": 5}],
		"goals": [{"name": "there", "body": "a", "place": [1, 1], "radius": 0.1}]}`))
	if err != nil {
		t.Fatal(err)
	}
	var w strings.Builder
	var all []Info
	for _, s := range append([]*scenario.Scenario{own}, library.List()...) {
		info, err := Describe(s)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, info)
		if s != own && s.Name != "drive" && s.Name != "ballcup" && s.Name != "tower" {
			continue
		}
		text, err := json.Marshal(info)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&w, "# %s\n%s\n", s.Name, text)
		if err := info.Write(&w); err != nil {
			t.Fatal(err)
		}
	}
	fmt.Fprintln(&w, "# list")
	if err := WriteList(&w, all); err != nil {
		t.Fatal(err)
	}
	fmt.Fprintln(&w, "# views")
	for _, name := range []string{"cartpole", "push", "plinko", "pendulum", "tower"} {
		s, err := library.Find(name)
		if err != nil {
			t.Fatal(err)
		}
		values, err := s.Values(nil)
		if err != nil {
			t.Fatal(err)
		}
		scene, err := s.Sample(3, 0, values)
		if err != nil {
			t.Fatal(err)
		}
		moved := scene.Start()
		moved[0].X += 0.5
		view := viewOf(scene, []sim.State{scene.Start(), moved})
		fmt.Fprintf(&w, "%s: %.4g to %.4g\n", name, view.Min, view.Max)
	}
	golden.Compare(t, "testdata/descriptions.txt", w.String())
}
