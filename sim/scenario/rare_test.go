package scenario_test

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
	"orrery/sim/scenario"
)

// wheel is a body with a point, spin one that comes with copies, and slot a region.
const (
	wheel = `{"name": "wheel", "circle": 0.1, "points": {"hub": [0, 0]}}`
	pair  = `{"name": "rod", "count": 2, "box": [1, 0.1], "at": ["2 * i", 0]}`
	slot  = `"regions": {"slot": {"box": [1, 1]}}`
)

// TestRareMistakesAreToldToo is TestMistakesAreToldInWholeSentences for what fewer people will write. Places are left out.
func TestRareMistakesAreToldToo(t *testing.T) {
	t.Parallel()
	for _, c := range rareMistakes {
		_, err := scenario.Parse("f", []byte(c.text))
		got := "no mistake"
		if err != nil {
			var rules []string
			for line := range strings.SplitSeq(err.Error(), "\n") {
				_, rule, _ := strings.Cut(line, ": ")
				rules = append(rules, rule)
			}
			got = strings.Join(rules, "\n")
		}
		if got != c.want {
			t.Errorf("%s\ngot  %s\nwant %s", c.text, got, c.want)
		}
	}
}

var rareMistakes = []struct{ text, want string }{
	{with(ball, `"materials": {"ice": {}, "wax": {}}, "pairs": [{"of": ["ice", "wx"]}]`), `/pairs/0/of/1: unknown material "wx", perhaps "wax"`},
	{with(ball, `"materials": {"ice": {}, "wax": {}}, "pairs": [{"of": ["ice", "wax"]}, {"of": ["wax", "ice"]}]`), `/pairs/1/of: the pair "wax" and "ice" is there already`},
	{with(ball, `"materials": {"ice": {}}, "pairs": [{"of": ["ice", "ice"], "friction": -1, "elasticity": 2}]`), `/pairs/0/friction: -1 must be at least 0
/pairs/0/elasticity: 2 must be 0 to 1`},
	{with(ball, `"regions": {"slot": {"chain": [[0, 0], [1, 0], [1, 1]]}}`), `/regions/slot: a region must be convex and have an area`},
	{with(ball, `"regions": {"slot": {}}`), `/regions/slot: there must be a shape: circle, ellipse, box, capsule, polygon, segment, chain or shapes`},
	{with(ball, `"regions": {"slot": {"polygon": [[0, 0], [2, 0], [1, 0.5], [2, 2], [0, 2]]}}`), `/regions/slot: a region must be convex and have an area`},
	{with(`{"segment": [[0, 0], [1, 0], [2, 0]], "mass": 1}`, ``), `/bodies/0/segment: more than 2 entries`},
	{with(`{"chain": [[0, 0]], "mass": 1}`, ``), `/bodies/0/chain: a chain of 1 points must have 2 or more`},
	{with(`{"circle": 0.1, "closed": true}`, ``), `/bodies/0/closed: only a chain may be closed`},
	{with(`{"circle": 0.1, "rounding": 0.1}`, ``), `/bodies/0/rounding: a circle is round already`},
	{with(`{"circle": 0.1, "shapes": [{"circle": 0.1}]}`, ``), `/bodies/0/shapes: there must be either one shape or "shapes": [ … ]`},
	{with(`{"shapes": []}`, ``), `/bodies/0/shapes: there must be one shape or more`},
	{with(`{"shapes": [{"at": [0, 1]}]}`, ``), `/bodies/0/shapes/0: there must be a shape: circle, ellipse, box, capsule, polygon, segment, chain or shapes`},
	{with(ball, `"actuators": [{"force": "ball", "low": 2, "high": 1}]`), `/actuators/0/low: low 2 must not be above high 1`},
	{with(ball, `"actuators": [{"force": "ball", "stiffness": 2}]`), `/actuators/0: only a servo has stiffness and damping`},
	{with(ball, `"actuators": [{"steer": "ball"}]`), `/actuators/0: a steer must have a wheelbase, and nothing else has one`},
	{with(ball, `"actuators": [{"torque": "ball", "axis": "x"}]`), `/actuators/0/axis: a torque has no axis`},
	{with(ball, `"actuators": [{"force": "ball", "axis": [0, 0]}]`), `/actuators/0/axis: the axis [0, 0] must have a length`},
	{with(`{"name": "ball", "circle": 0.1, "count": 200, "at": ["i", 0]}`, `"actuators": [{"force": "ball", "axis": "xy"}]`), `/actuators/0: 400 actuators in all must be at most 64`},
	{with(`{"name": "ball", "circle": 0.1, "count": 65, "at": ["i", 0]}`, `"goals": [{"body": "ball", "place": [0, 1]}]`), `/goals/0: 65 goals in all must be at most 64`},
	{with(ball, `"goals": [{"body": "", "place": [0, 1]}]`), `/goals/0/body: there must be the name of a body`},
	{with(ball, `"goals": [{"body": "world", "place": [0, 1]}]`), `/goals/0/body: "world" must be a body`},
	{with(wheel, `"goals": [{"body": "wheel.hub", "place": [0, 1]}]`), `/goals/0/body: "wheel.hub" must be a body`},
	{with(wheel, `"goals": [{"body": "wheel", "place": "wheel.hub"}]`), `/goals/0/place: "wheel.hub" must be a point of the world`},
	{with(wheel, `"goals": [{"body": "wheel", "point": "rim", "place": [1, 0]}]`), `/goals/0/point: unknown point of wheel "rim"; there are hub`},
	{with(wheel, `"goals": [{"body": "wheel", "point": "hub", "angle": 1}]`), `/goals/0/point: only a place is for a point`},
	{with(wheel, `"goals": [{"body": "wheel", "pose": [0, 0, 1], "angle": 1}]`), `/goals/0/angle: a pose has an angle already`},
	{with(wheel, `"goals": [{"body": "wheel", "angle": 1, "radius": 1}]`), `/goals/0/radius: only a place has a radius`},
	{with(wheel, `"goals": [{"body": "wheel", "place": [1, 0], "symmetry": 2}]`), `/goals/0/symmetry: only a pose or an angle has a symmetry`},
	{with(wheel, `"goals": [{"body": "wheel", "angle": 1, "symmetry": "all"}]`), `/goals/0/symmetry: "all" must be a whole number or "any"`},
	{with(wheel, `"goals": [{"body": "wheel", "angle": 1, "symmetry": 0}]`), `/goals/0/symmetry: 0 must be 1 to 1000`},
	{with(wheel, `"goals": [{"body": "wheel", "angle": 1, "symmetry": 1001}]`), `/goals/0/symmetry: 1001 must be 1 to 1000`},
	{with(pair, `"goals": [{"body": "rod[0", "place": [0, 1]}]`), `/goals/0/body: "rod[0" must have a ] after its [`},
	{with(ball, `"goals": [{"body": "ball[0]", "place": [0, 1]}]`), `/goals/0/body: "ball" has no copies, as it has no count`},
	{with(pair, `"goals": [{"body": "rod0[0]", "place": [0, 1]}]`), `/goals/0/body: "rod0" is a copy, which has none`},
	{with(pair, `"goals": [{"body": "rod[1 +]", "place": [0, 1]}]`), `/goals/0/body: the expression ends where a number, a name or a parenthesis must stand`},
	{goals(`{"cost": {"distance": ["ball", "hole"], "axis": "x"}}`), `/task/cost/axis: only an offset and a speed have an axis`},
	{goals(`{"cost": {"offset": ["ball", "hole"], "axis": [1, 0]}}`), `/task/cost/axis: the axis of a measure must be x, y or an angle`},
	{goals(`{"cost": {"turn": ["ball", "hol"]}}`), `/task/cost/turn: unknown key "turn"`},
	{with(ball, slot+`, "task": {"cost": "1", "success": {"inside": ["ball", "slit"]}}`), `/task/success/inside/1: unknown region "slit", perhaps "slot"`},
	{with(ball, `"policies": ["play", "play"]`), `/policies/1: there is a policy "play" already`},
	{with(ball, `"policies": [{"name": "none", "waypoints": [{"at": [0, 0]}]}]`), `/policies/0/name: a policy must have a name, other than none`},
	{with(ball, `"policies": [{"name": "w", "waypoints": [{"at": [0, 0]}], "episode": 1}]`), `/policies/0/episode: only a replay has an episode`},
	{with(ball, `"policies": [{"name": "w", "waypoints": [{"at": [0, 0]}, {"at": [1, 0]}]}]`), `/policies/0/waypoints/1/time_s: 0 s must be later than the 0 s of the waypoint before`},
	{with(ball, `"policies": [{"name": "w", "waypoints": []}]`), `/policies/0/waypoints: there must be one waypoint or more`},
	{with(ball, `"policies": [{"name": "w", "waypoints": [{"time_s": 1}]}]`), `/policies/0/waypoints/0: there must be "at" or, where the policy has actuators, "do"`},
	{with(wheel, `"policies": [{"name": "w", "waypoints": [{"at": "wheel.hub"}]}]`), `/policies/0/waypoints/0/at: "wheel.hub" must be a point of the world`},
	{with(ball, `"actuators": [{"force": "ball"}], "policies": [{"name": "w", "actuators": ["ball"], "waypoints": [{"do": [1, 2]}]}]`), `/policies/0/actuators/0: unknown actuator "ball", perhaps "all"
/policies/0/waypoints/0/do: 2 numbers must be one for each of 1 actuators`},
	{with(ball, `"actuators": [{"force": "ball"}], "policies": [{"name": "w", "actuators": ["bal"], "waypoints": [{"do": [1]}]}]`), `/policies/0/actuators/0: unknown actuator "bal"; there are actuator0, all`},
	{with(ball, `"goals": [{"name": "hole", "body": "ball", "place": [0, 1]}], "policies": [{"name": "p", "push": "hole", "actuators": ["ball"]}]`), `/policies/0/actuators: only waypoints have actuators`},
	{with(ball, `"policies": [{"name": "r", "replay": "", "body": "ball"}]`), `/policies/0: a replay has neither body nor actuators: it does what was recorded
/policies/0/replay: there must be the directory of a dataset, relative to this file`},
	{with(ball, `"policies": [{"name": "r", "replay": "data", "episode": 1.5}]`), `/policies/0/episode: 1.5 must be a whole number`},
}

// A pair of materials touches as it says, or by the product of what each of them says.
func TestPairsOfMaterialsTouchAsTheySay(t *testing.T) {
	t.Parallel()
	s := parse(t, with(`{"name": "a", "circle": 0.1, "material": "ice"}, {"name": "b", "circle": 0.1, "at": [1, 0], "material": "wax"}`,
		`"params": {"grip": 0.25}, "materials": {"ice": {"friction": 0.1, "elasticity": 0.5}, "wax": {"friction": 0.8, "elasticity": 0.6}, "tar": {"friction": 2}},
		"pairs": [{"of": ["ice", "wax"], "friction": "2 * grip"}, {"of": ["wax", "tar"], "elasticity": 0.125}, {"of": ["ice", "ice"]}]`))
	scene := draw(t, s, 0, scenario.Values{"grip": 0.25})
	want := []sim.Pair{
		{A: "ice", B: "wax", Friction: 0.5, Elasticity: 0.3}, {A: "wax", B: "tar", Friction: 1.6, Elasticity: 0.125}, {A: "ice", B: "ice", Friction: 0.1 * 0.1, Elasticity: 0.25},
	}
	if !slices.EqualFunc(scene.Pairs, want, func(a, b sim.Pair) bool {
		return a.A == b.A && a.B == b.B && scalar.EqualWithinAbs(a.Friction, b.Friction, 1e-12) && scalar.EqualWithinAbs(a.Elasticity, b.Elasticity, 1e-12)
	}) {
		t.Errorf("the pairs are %+v, want %+v", scene.Pairs, want)
	}
	if touch := scene.Contact(&scene.Bodies[0].Shapes[0], &scene.Bodies[1].Shapes[0]); touch.Friction != 0.5 {
		t.Errorf("ice and wax touch with friction %v, want that of the pair", touch.Friction)
	}
}

// Actuators have the axes, limits and constants that the file says, for each copy of their body.
func TestActuatorsAreWhatTheFileSays(t *testing.T) {
	t.Parallel()
	s := parse(t, with(ball+`, {"name": "car", "box": [0.4, 0.2], "at": [1, 0]}, {"name": "cart", "kind": "kinematic", "box": [0.2, 0.2], "at": [-1, 0]}, {"name": "p", "count": 2, "circle": 0.05, "at": ["i", 1]}`,
		`"arena": {"size": [6, 4]}, "actuators": [
			{"force": "ball", "axis": [3, 4], "limit": 2}, {"thrust": "car", "low": -1, "high": 3}, {"torque": "car", "against": "ball", "limit": 0.5},
			{"steer": "car", "wheelbase": 0.3}, {"servo": "cart", "axis": "y"}, {"velocity": "cart", "axis": "pi / 6", "limit": 1}, {"force": "p", "axis": "xy", "limit": "1 + i", "name": "push"}]`))
	scene := draw(t, s, 0, nil)
	got := scene.Actuators
	if len(got) != 10 {
		t.Fatalf("there are %d actuators, want 10: %+v", len(got), got)
	}
	near := func(what string, v, want float64) {
		t.Helper()
		if !scalar.EqualWithinAbs(v, want, 1e-12) {
			t.Errorf("%s is %v, want %v", what, v, want)
		}
	}
	near("x of a direction", got[0].Axis.X, 0.6)
	near("y of a direction", got[0].Axis.Y, 0.8)
	near("low of a limit", got[0].Low, -2)
	near("low", got[1].Low, -1)
	near("high", got[1].High, 3)
	if got[2].Against != 0 || got[2].Axis != (sim.Vec{}) || got[1].Against != sim.World {
		t.Errorf("the torque is %+v", got[2])
	}
	near("a wheelbase", got[3].Wheelbase, 0.3)
	if got[4].Axis != (sim.Vec{Y: 1}) {
		t.Errorf("y is %v", got[4].Axis)
	}
	near("low of a servo in an arena", got[4].Low, -2)
	near("high of a servo in an arena", got[4].High, 2)
	near("stiffness", got[4].Stiffness, 100)
	near("damping", got[4].Damping, 20)
	near("x of an angle", got[5].Axis.X, math.Sqrt(3)/2)
	for i, want := range []string{"push0_x", "push0_y", "push1_x", "push1_y"} {
		a := got[6+i]
		if a.Name != want || a.Body != 3+i/2 || a.High != float64(1+i/2) {
			t.Errorf("actuator %d is %+v, want %s", 6+i, a, want)
		}
	}
}

// Goals count turns as the file says, and stand where it says.
func TestGoalsAreWhatTheFileSays(t *testing.T) {
	t.Parallel()
	s := parse(t, with(`{"name": "tee", "shapes": [{"box": [0.4, 0.1]}, {"box": [0.1, 0.4], "at": [0, -0.25]}], "points": {"tip": [0, -0.45]}}, {"name": "p", "count": 2, "circle": 0.05, "at": ["i + 2", 2]}`,
		`"points": {"home": [3, -1]}, "regions": {"slot": {"box": [2, 2], "at": [4, 0]}}, "task": {"starts": "any"}, "goals": [
			{"body": "tee", "pose": [1, 2, 0.5], "symmetry": 4}, {"body": "tee", "angle": 3, "symmetry": "any"}, {"body": "tee", "point": "tip", "place": "home", "radius": 0.2},
			{"body": "p", "place": ["i", 0]}, {"body": "tee", "region": "slot"}]`))
	scene := draw(t, s, 0, nil)
	goals := scene.Goals
	if len(goals) != 6 {
		t.Fatalf("there are %d goals, want 6: %+v", len(goals), goals)
	}
	if goals[0].Symmetry != 4 || goals[0].Angle != 0.5 || goals[1].Symmetry != sim.AnyAngle || goals[1].Kind != sim.Angle {
		t.Errorf("the pose is %+v, the angle %+v", goals[0], goals[1])
	}
	// The body is where a goal wants it when its own frame is at the place of the pose.
	state := scene.Start()
	state[0] = sim.BodyState{X: goals[0].Target.X, Y: goals[0].Target.Y, Angle: 0.5}
	corner := sim.Vec{X: 0.2, Y: 0.05} // of the first box, in the frame of the file
	own := state[0].Point(scene.Bodies[0].Shapes[0].Vertices[farthest(scene.Bodies[0].Shapes[0].Vertices)])
	if want := corner.Rotate(0.5).Add(sim.Vec{X: 1, Y: 2}); !(own.Sub(want).Len() < 1e-9) {
		t.Errorf("a corner is at %v in the pose, want %v", own, want)
	}
	state[0] = sim.BodyState{}
	tip := state[0].Point(goals[2].Anchor)
	if goals[2].Target != (sim.Vec{X: 3, Y: -1}) || goals[2].Radius != 0.2 || !scalar.EqualWithinAbs(corner.Y-0.05-0.45, tip.Y-offset(scene), 1e-9) {
		t.Errorf("the place is %+v, its point at %v", goals[2], tip)
	}
	for i := range 2 {
		if g := goals[3+i]; g.Body != 1+i || g.Target != (sim.Vec{X: float64(i)}) || !scalar.EqualWithinAbs(g.Radius, 0.025, 1e-12) {
			t.Errorf("the goal of copy %d is %+v", i, g)
		}
	}
	if goals[5].Region != "slot" || goals[5].Kind != sim.Inside {
		t.Errorf("the region is %+v", goals[5])
	}
}

// farthest returns the index of the vertex that is furthest up and to the right.
func farthest(vertices []sim.Vec) (index int) {
	for i, v := range vertices {
		if v.X+v.Y > vertices[index].X+vertices[index].Y {
			index = i
		}
	}
	return index
}

// offset returns the height of the frame of the file of the first body above its centre of mass.
func offset(scene *sim.Scene) float64 {
	v := scene.Bodies[0].Shapes[0].Vertices
	return v[farthest(v)].Y - 0.05
}

// A policy repeats what was recorded, once that was read, and says what does not fit.
func TestRecordedEpisodesAreRepeated(t *testing.T) {
	t.Parallel()
	text := func(tail string) string {
		return with(ball, `"actuators": [{"force": "ball", "axis": "xy"}], "policies": [{"name": "again", "replay": "runs/a"`+tail+`}]`)
	}
	recorded := [][]sim.Action{{{0.1, 0.2}, {0.3, 0.4}}, {{0.5, 0.6}}}
	for _, c := range []struct {
		tail  string
		read  [][]sim.Action
		err   error
		wants string
	}{
		{`, "episode": 1`, recorded, nil, ""}, {`, "episode": 2`, recorded, nil, "/policies/0/episode: episode 2 must be 0 to 1, which scenes/runs/a has"},
		{``, nil, nil, "/policies/0/replay: scenes/runs/a has no episodes"}, {``, nil, errors.New("there is no runs/a"), "/policies/0/replay: there is no runs/a"},
		{``, [][]sim.Action{{{1, 2}}, {{1}}}, nil, "/policies/0/replay: scenes/runs/a was not recorded with the 2 actuators of this scenario"},
	} {
		s, err := scenario.Parse("scenes/f.scenario.json", []byte(text(c.tail)))
		if err != nil {
			t.Fatal(err)
		}
		asked := ""
		err = s.ReadRecordings(func(dir string) ([][]sim.Action, error) {
			asked = dir
			return c.read, c.err
		})
		if asked != "scenes/runs/a" {
			t.Errorf("%q was read, want scenes/runs/a", asked)
		}
		if c.wants == "" && err != nil || c.wants != "" && (err == nil || !strings.Contains(err.Error(), c.wants)) {
			t.Errorf("got %v, want %q", err, c.wants)
		}
		if c.wants != "" {
			continue
		}
		p, err := s.Policy("again")
		if err != nil {
			t.Fatal(err)
		}
		scene := draw(t, s, 0, nil)
		act := p.Start(1, 0, scene)
		if got := act(0, scene.Start()); !slices.Equal(got, sim.Action{0.5, 0.6}) {
			t.Errorf("frame 0 repeats %v, want what was recorded in episode 1", got)
		}
	}
	for replay, doc := range map[string]string{`/runs/a"`: "repeats an episode of /runs/a", `/runs/a", "episode": 3`: "repeats episode 3 of /runs/a", `/runs/a", "doc": "as before"`: "as before"} {
		s, err := scenario.Parse("scenes/f.scenario.json", []byte(with(ball, `"policies": [{"name": "again", "replay": "`+replay+`}]`)))
		if err != nil {
			t.Fatal(err)
		}
		if p, err := s.Policy("again"); err != nil || p.Doc != doc {
			t.Errorf("the policy says %q (%v), want %q", p.Doc, err, doc)
		}
		_ = s.ReadRecordings(func(dir string) ([][]sim.Action, error) {
			if dir != "/runs/a" {
				t.Errorf("%s was read, want the path as it is", dir)
			}
			return nil, nil
		})
	}
	if err := parse(t, with(ball, "")).ReadRecordings(nil); err != nil {
		t.Errorf("without such policies nothing is read, got %v", err)
	}
}
