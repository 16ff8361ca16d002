package csv

import (
	"reflect"
	"strings"
	"testing"

	"orrery/sim"
)

// TestImpactsAreRead: what a table does not have after an impact is as it was before, and a normal is as it is written.
func TestImpactsAreRead(t *testing.T) {
	t.Parallel()
	const header = "x,y,angle,vx,vy,omega,vx_after,vy_after,omega_after"
	before := sim.BodyState{X: 1, Y: 2.5, Angle: 0.5, VX: 3, VY: -4, Omega: 6}
	after := sim.BodyState{X: 1, Y: 2.5, Angle: 0.5, VX: -3, VY: 4.5, Omega: 7}
	elsewhere := after
	elsewhere.X, elsewhere.Angle = 1.25, -0.5
	for name, c := range map[string]struct {
		text    string
		columns map[string]string
		want    Impact
		unused  []string
		wrong   string
	}{
		"velocities alone":   {text: header + "\n1,2.5,0.5,3,-4,6,-3,4.5,7\n", want: Impact{Line: 2, Before: before, After: after}},
		"poses after":        {text: header + ",x_after,angle_after\n1,2.5,0.5,3,-4,6,-3,4.5,7,1.25,-0.5\n", want: Impact{Line: 2, Before: before, After: elsewhere}},
		"a normal":           {text: header + ",normal_x,note,normal_y\n\n1,2.5,0.5,3,-4,6,-3,4.5,7,0,a,-2\n", want: Impact{Line: 3, Before: before, After: after, Normal: sim.Vec{Y: -2}}, unused: []string{"note"}},
		"decimal commas":     {text: strings.ReplaceAll(header, ",", ";") + "\n1;2,5;0,5;3;-4;6;-3;4,5;7\n", want: Impact{Line: 2, Before: before, After: after}},
		"by another name":    {text: strings.Replace(header, "omega,", "spin,", 1) + "\n1,2.5,0.5,3,-4,6,-3,4.5,7\n", columns: map[string]string{"omega": "spin"}, want: Impact{Line: 2, Before: before, After: after}},
		"one of several":     {text: header + "\n1,2.5,0.5,3,-4,6,-3,4.5,7\n0,0,0,0,0,0,0,0,0\n", want: Impact{Line: 2, Before: before, After: after}},
		"half a normal":      {text: header + ",normal_x\n1,2.5,0.5,3,-4,6,-3,4.5,7,1\n", wrong: "a normal has both columns normal_x and normal_y"},
		"none of a length":   {text: header + ",normal_x,normal_y\n1,2.5,0.5,3,-4,6,-3,4.5,7,0,0\n", wrong: "must not both be 0"},
		"no velocity":        {text: "x,y,angle,vx,vy,omega,vx_after,vy_after\n1,2,3,4,5,6,7,8\n", wrong: `"omega_after"`},
		"no rows":            {text: header + "\n", wrong: "has no rows"},
		"an unknown mapping": {text: header + "\n1,2,3,4,5,6,7,8,9\n", columns: map[string]string{"time": "t"}, wrong: `"time" must not be mapped`},
	} {
		got, err := ReadImpacts(t.Context(), "hits.csv", strings.NewReader(c.text), c.columns)
		if c.wrong != "" {
			if err == nil || !strings.Contains(err.Error(), c.wrong) {
				t.Errorf("%s: %v, want %q", name, err, c.wrong)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got.Rows[0] != c.want || !reflect.DeepEqual(got.Unused, c.unused) || len(got.Sums["hits.csv"]) != 64 {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

// TestTheFirstRowThatIsUnsortedIsNamed, of several.
func TestTheFirstRowThatIsUnsortedIsNamed(t *testing.T) {
	t.Parallel()
	in, err := text("tracks.csv", "frame,x,y\n0,1,1\n2,1,1\n1,1,1\n4,1,1\n3,1,1\n")
	if err != nil {
		t.Fatal(err)
	}
	f := &File{}
	if err := f.read(t.Context(), at50(), in); err != nil || f.Unsorted() != "line 4" {
		t.Errorf("%q is the first, %v; want line 4", f.Unsorted(), err)
	}
}
