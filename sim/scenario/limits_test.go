package scenario_test

import (
	"fmt"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/sim/scenario"
)

// TestNumbersAreWrittenAsPeopleWriteThem in mistakes, and which side of a range is left says how it is told.
func TestNumbersAreWrittenAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"circle": 0.1, "mass": -600000000000000}`:   "/bodies/0/mass: -600000000000000 kg must be > 0",
		`{"circle": 0.1, "mass": -2e15}`:              "/bodies/0/mass: -2e+15 kg must be > 0",
		`{"circle": 0.1, "mass": -0.00002}`:           "/bodies/0/mass: -0.00002 kg must be > 0",
		`{"circle": 0.1, "mass": -2e-7}`:              "/bodies/0/mass: -2e-07 kg must be > 0",
		`{"circle": 2e9}`:                             "/bodies/0/circle: 2000000000 m must be at most 1000000000",
		`{"circle": 0.1, "friction": -1}`:             "/bodies/0/friction: -1 must be at least 0",
		`{"circle": 0.1, "elasticity": 2}`:            "/bodies/0/elasticity: 2 must be 0 to 1",
		`{"circle": 0.1, "count": 1.5}`:               "/bodies/0/count: 1.5 must be a whole number",
		`{"circle": 0.1, "at": [0, "1/0"]}`:           "must be a finite number",
		`{"circle": 0.1, "at": [0, 3e9]}`:             "/bodies/0/at/1: 3000000000 m must be ",
		`{"circle": 0.1, "count": 2, "at": [0, "x"]}`: `unknown name "x"`,
	} {
		if err := sampled(t, with(body, "")); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", body, err, want)
		}
	}
}

// TestAsManyBodiesAsAreAllowed in all, of whatever names.
func TestAsManyBodiesAsAreAllowed(t *testing.T) {
	t.Parallel()
	crowd := func(counts ...int) string {
		var list []string
		for k, n := range counts {
			list = append(list, fmt.Sprintf(`{"name": "b%d", "circle": 0.1, "count": %d, "at": ["i", %d]}`, k, n, k))
		}
		return with(strings.Join(list, ", "), "")
	}
	if err := sampled(t, crowd(sim.MaxBodies/2+1)); err != nil {
		t.Error(err)
	}
	want := fmt.Sprintf("/bodies/1/count: %d bodies in all must be at most %d", sim.MaxBodies+1, sim.MaxBodies)
	if err := sampled(t, crowd(sim.MaxBodies/2, sim.MaxBodies/2+1)); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%v, want %q", err, want)
	}
}

// TestCopiesAreCountedFromNought, whatever an expression says.
func TestCopiesAreCountedFromNought(t *testing.T) {
	t.Parallel()
	const rods = `{"name": "rod", "count": 2, "box": [1, 0.1], "at": [0, "3 * i"]}`
	for which, want := range map[string]string{
		"rod[1]": "", "rod[2 - 1]": "", "rod[0 - 1]": `"rod[0 - 1]" means number -1 of 2 copies, which are counted from 0`, "rod[0.5]": "means number 0.5 of 2 copies",
		"rod[1 +]": "the expression ends where a number, a name or a parenthesis must stand", "rod[1": "must have a ] after its [", "rod1": "", "rod2": "rod2", "rod01": "rod01",
	} {
		err := sampled(t, with(rods, `"joints": [{"pivot": ["`+which+`", "world"], "at": [0, 0]}]`))
		if (err == nil) != (want == "") || err != nil && (!strings.Contains(err.Error(), want) || strings.Count(err.Error(), "\n") > 0) {
			t.Errorf("%s: %v, want %q", which, err, want)
		}
	}
}

// TestRegionsAreConvex and have an area: outlines of several parts, chains and lines without rounding have not.
func TestRegionsAreConvex(t *testing.T) {
	t.Parallel()
	for shape, ok := range map[string]bool{
		`"circle": 1`: true, `"box": [1, 2]`: true, `"capsule": [3, 1]`: true, `"polygon": [[0, 0], [2, 0], [2, 1], [0, 1]]`: true,
		`"polygon": [[0, 0], [2, 0], [2, 2], [1, 0.5]]`: false, `"segment": [[0, 0], [1, 0]]`: false, `"segment": [[0, 0], [1, 0]], "rounding": 0.1`: true,
		`"chain": [[0, 0], [1, 0], [1, 1]]`: false,
	} {
		err := sampled(t, with(ball, `"regions": {"slot": {`+shape+`}}`))
		if (err == nil) != ok || err != nil && !strings.Contains(err.Error(), "a region must be convex and have an area") {
			t.Errorf("%s: %v", shape, err)
		}
	}
}

// TestWhoActsUnlessTheFileSaysMore: play needs a robot and something to push, and a task as long as a frame at least.
func TestWhoActsUnlessTheFileSaysMore(t *testing.T) {
	t.Parallel()
	const driven = `"actuators": [{"servo": "robot", "axis": "xy", "limit": 1}]`
	for text, want := range map[string]string{
		with(robot, driven): "noise random",
		with(robot+", "+`{"name": "ball", "circle": 0.1, "at": [3, 0]}`, driven):                                                                     "play noise random",
		with(ball, `"actuators": [{"torque": "ball", "limit": 1}]`):                                                                                  "noise random",
		with(robot, driven+`, "points": {"end": [0.5, 0]}, "policies": [{"name": "go", "waypoints": [{"at": "end"}, {"at": [0, 0], "time_s": 1}]}]`): "go",
	} {
		s, err := scenario.Parse("f", []byte(text))
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		var names []string
		for _, p := range s.Policies() {
			names = append(names, p.Name)
			if p.Name == "go" && p.Doc != "goes by 2 waypoints" {
				t.Errorf("it %q", p.Doc)
			}
		}
		if got := strings.Join(names, " "); !strings.HasPrefix(got, want) {
			t.Errorf("%s: %s act, want %s", text, got, want)
		}
	}
	for limit, want := range map[string]int{"0.001": 1, "0.5": 30, "2": 120} {
		s, err := scenario.Parse("f", []byte(goals(`{"time_limit_s": `+limit+`}`)))
		if err != nil || s.Task.TimeLimit != want {
			t.Errorf("%s s are %d frames, want %d, %v", limit, s.Task.TimeLimit, want, err)
		}
	}
}

// TestVariantsReplaceWhatTheySay, and a place stands for a scatter and the other way round.
func TestVariantsReplaceWhatTheySay(t *testing.T) {
	t.Parallel()
	for body, c := range map[string]struct {
		radius, mass float64
		x            float64 // NaN where it is scattered
	}{
		`{"circle": 0.1, "mass": 3, "at": [1, 0], "variants": [{"chance": 1, "mass": 5}]}`:                           {0.1, 5, 1},
		`{"circle": 0.1, "mass": 3, "at": [1, 0], "variants": [{"chance": 1, "circle": 0.2}]}`:                       {0.2, 3, 1},
		`{"circle": 0.1, "mass": 3, "at": [1, 0], "variants": [{"chance": 1, "at": [2, 0]}]}`:                        {0.1, 3, 2},
		`{"circle": 0.1, "mass": 3, "scatter": {"in": [-9, -9, -8, -8]}, "variants": [{"chance": 1, "at": [2, 0]}]}`: {0.1, 3, 2},
		`{"circle": 0.1, "mass": 3, "at": [2, 0], "variants": [{"chance": 1, "scatter": {"in": [-9, -9, -8, -8]}}]}`: {0.1, 3, -8.5},
	} {
		s, err := scenario.Parse("f", []byte(with(body, "")))
		if err != nil {
			t.Errorf("%s: %v", body, err)
			continue
		}
		scene, err := s.Sample(1, 0, scenario.Values{})
		if err != nil {
			t.Fatal(err)
		}
		b := scene.Bodies[0]
		if b.Shapes[0].Radius != c.radius || b.Mass != c.mass || !(b.Start.X >= c.x-0.5 && b.Start.X <= c.x+0.5) {
			t.Errorf("%s: radius %v m, %v kg, at %v m", body, b.Shapes[0].Radius, b.Mass, b.Start.X)
		}
	}
}
