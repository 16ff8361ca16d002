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

// wheel is a body with a point, pair one that comes with copies, and slot a region.
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
	{with(ball, `"actuators": [{"torque": "ball", "against": "ball"}]`), `/actuators/0/against: a torque must be against another body than "ball"`},
	{with(ball+`, {"name": "b", "circle": 0.1, "at": [1, 0]}`, `"actuators": [{"force": "ball", "against": "b"}]`), `/actuators/0/against: only a torque is against another body`},
	{goals(`{"cost": {"height": ["ball", "hole"]}}`), `/task/cost/height: there must be 1 name, not 2`},
	{goals(`{"cost": {"effort": ["all", "ball"]}}`), `/task/cost/effort/1: unknown actuator "ball", perhaps "all"`},
	{with(`{"circle": {"choice": []}}`, ``), `/bodies/0/circle/choice: there must be something to choose from`},
	{with(`{"circle": {}}`, ``), `/bodies/0/circle: chance must have one of range, normal and choice`},
	{with(`{"circle": {"choice": [1, 2], "integer": true}}`, ``), `/bodies/0/circle/integer: only a range may be of whole numbers`},
	{with(`{"circle": {"range": [1, 2], "weights": [1, 2]}}`, ``), `/bodies/0/circle/weights: only a choice may have weights`},
	{with(`{"circle": {"choice": [1, 2], "weights": [0, 0]}}`, ``), `/bodies/0/circle/weights: one of the weights must be > 0`},
	{with(ball, `"fps": {"range": [10, 60]}`), `/fps: an object { … } must be a whole number`},
	{with(`{"name": "world", "circle": 0.1}`, ``), `/bodies/0/name: name "world" has a meaning of its own`},
	{with(`{"name": "a.b", "circle": 0.1}`, ``), `/bodies/0/name: name "a.b" must have 1 to 100 letters, without . [ ] { } / and quotes`},
	{with(`{"name": "`+strings.Repeat("long ", 30)+`", "circle": 0.1}`, ``), `/bodies/0/name: name "long long long long long long long long long long long long …" must have 1 to 100 letters, without . [ ] { } / and quotes`},
	{goals(`{"held_s": 100, "time_limit_s": 1}`), `/task/held_s: a success that lasts 6001 frames does not fit into 60`},
	{goals(`{"success": {"all": ["1"], "below": 2}}`), `/task/success/below: only a measure may be below something`},
	{`{"format": 2, "name": "a/b", "bodies": [` + ball + `]}`, `/name: name "a/b" must have at most 100 letters, and none of / \ :`},
	{with(ball, `"params": {"k": {"default": 1, "min": 2, "max": 0}}`), `/params/k/min: min 2 must not be above max 0`},
	{with(ball, `"params": {"k": {"default": 1.5, "integer": true}}`), `/params/k/default: default 1.5 must be a whole number`},
	{with(`{"name": "rod", "count": 2, "circle": 0.1, "at": ["i", 0]}, {"name": "rod1", "circle": 0.1, "at": [0, 1]}`, ``), `/bodies/1/name: name "rod1" is that of a copy of "rod"`},
	{with(ball, `"walls": [{"name": "w", "segment": [[0, 1], [1, 1]]}, {"name": "w", "segment": [[0, 2], [1, 2]]}]`), `/walls/1/name: name "w" is taken already`},
	{goals(`{"observe": [{"of": "ball", "value": "1"}]}`), `/task/observe/0: there must be either "of" or "value"`},
	{goals(`{"observe": [{}]}`), `/task/observe/0: there must be either "of" or "value"`},
	{goals(`{"observe": [{"value": "1", "name": "v", "see": ["x"]}]}`), `/task/observe/0: only what is "of" something has see and as`},
	{goals(`{"observe": [{"of": "ball", "name": "v"}]}`), `/task/observe/0/name: only a value has a name; "as" is what names begin with`},
	{goals(`{"observe": [{"of": "world"}]}`), `/task/observe/0/of: there is nothing to see of the world`},
	{goals(`{"observe": [{"of": "hole", "see": ["vx"]}]}`), `/task: /task/observe/0: "vx" is nothing to see of a goal or a point of the world`},
	{with(`{"name": "ball", "circle": 0.1, "variants": []}`, ``), `/bodies/0/variants: there must be one variant or more`},
	{with(`{"name": "ball", "circle": 0.1, "variants": [{"count": 2}]}`, ``), `/bodies/0/variants/0/count: a variant has no count`},
	{with(`{"name": "ball", "circle": 0.1, "group": ""}`, ``), `/bodies/0/group: a group must have a name`},
	{with(`{"name": "ball", "circle": 0.1, "group": -1}`, ``), `/bodies/0/group: -1 must be 0 to 500000`},
	{with(ball, `"walls": [{"name": "w"}]`), `/walls/0: there must be a shape: circle, ellipse, box, capsule, polygon, segment, chain or shapes`},
	{with(ball, `"joints": [{"pivot": ["world", "world"]}]`), `/joints/0/pivot: one of the two must be a body`},
	{with(ball+`, {"name": "b", "circle": 0.1, "at": [1, 0]}`, `"joints": [{"pivot": ["ball", "b"]}]`), `/joints/0/pivot: "at" must say where the two are held together, or both must name points`},
	{with(`{"name": "rod", "count": 2, "circle": 0.1, "at": ["i", 0]}`, `"joints": [{"pin": ["rod[i]", "rod[1]"], "count": 2}]`), `/joints/0/pin: "rod[i]" and "rod[1]" must be two different bodies`},
	{with(ball, `"fields": [{"strength": 1}]`), `/fields/0: there must be one of linear and inverse_square, with two bodies`},
	{with(ball+`, {"name": "b", "circle": 0.1, "at": [1, 0]}`, `"fields": [{"linear": ["ball", "b"]}]`), `/fields/0: a field must have "strength"`},
	{with(ball, `"fields": [{"linear": ["ball", "ball"], "strength": 1}]`), `/fields/0/linear: "ball" and "ball" must be two different bodies`},
	{with(ball, `"points": {"home": [0, 0]}, "goals": [{"body": "home", "place": [1, 0]}]`), `/goals/0/body: "home" must be a body`},
	{goals(`{"success": {}}`), `/task/success: there must be one of all, any, not and a measure: distance, offset, height, angle, coverage, outline, inside, outside, gap, touching, speed, spin, joint_angle, joint_rate, effort, misfit`},
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

// What is observed is named after what it is of, and is what the state has.
func TestWhatIsObservedIsNamed(t *testing.T) {
	t.Parallel()
	s := parse(t, with(`{"name": "ball", "circle": 0.1, "points": {"tip": [0.1, 0]}}, {"name": "p", "count": 2, "circle": 0.05, "at": ["i", 1]}`,
		`"points": {"home": [3, -1]}, "task": {"starts": "any", "cost": "1", "success": {"height": "ball", "above": 5},
		"observe": [{"of": "ball", "see": ["x", "angle", "cos", "omega"]}, {"of": "ball.tip"}, {"of": "home"}, {"of": "p[1]", "as": "second_", "see": ["y", "vx"]}, {"value": "1 + 1", "name": "two"}]}`))
	scene := draw(t, s, 0, nil)
	judge, err := s.Task.Judge(scene)
	if err != nil {
		t.Fatal(err)
	}
	state := scene.Start()
	state[0] = sim.BodyState{X: 1, Y: 2, Angle: math.Pi / 2, VX: 0.5, Omega: 2}
	state[2].VX = 7
	want := []struct {
		name  string
		value float64
	}{
		{"ball_x", 1}, {"ball_angle", math.Pi / 2}, {"ball_cos", 0}, {"ball_omega", 2},
		{"ball_tip_x", 1}, {"ball_tip_y", 2.1}, {"ball_tip_vx", 0.5 - 0.2}, {"ball_tip_vy", 0}, {"home_x", 3}, {"home_y", -1}, {"second_y", 1}, {"second_vx", 7}, {"two", 2},
	}
	names, values := judge.Names, judge.Observe(state)
	if len(names) != len(want) || len(values) != len(want) {
		t.Fatalf("%d names and %d values: %v", len(names), len(values), names)
	}
	for i, w := range want {
		if names[i] != w.name || !scalar.EqualWithinAbs(values[i], w.value, 1e-12) {
			t.Errorf("number %d is %s %v, want %s %v", i, names[i], values[i], w.name, w.value)
		}
	}
}

// A mistake that is found later is told as those of the file are, with its line.
func TestLaterMistakesHaveTheirLine(t *testing.T) {
	t.Parallel()
	s := parse(t, "{\n\"format\": 2, \"bodies\": [\n"+ball+"]}")
	if err := s.Mistake("/bodies/0/circle", "it is too round"); err == nil || err.Error() != `test.scenario.json:3:28: /bodies/0/circle: it is too round` {
		t.Errorf("got %v", err)
	}
	if err := find(t, "mixed").Mistake("/a", "b"); err == nil || !strings.HasSuffix(err.Error(), "/a: b") {
		t.Errorf("got %v", err)
	}
	draws := s.Scenes(nil)
	one, err := draws(4)
	if err != nil {
		t.Fatal(err)
	}
	if two, err := s.Sample(4, 0, nil); err != nil || len(one.Bodies) != len(two.Bodies) || one.Bodies[0].Start != two.Bodies[0].Start {
		t.Errorf("a seed draws %+v and %+v (%v)", one.Bodies, two, err)
	}
}

// TestCrowdedScenesAreDrawnAgain, up to ten times: two discs find places beside each other in a third of all tries.
func TestCrowdedScenesAreDrawnAgain(t *testing.T) {
	t.Parallel()
	s := parse(t, `{"format": 2, "fps": 10, "bodies": [{"name": "disc", "count": 2, "circle": 0.5, "scatter": {"in": [0, 0, 2.2, 1.0001]}}]}`)
	failed := 0
	for seed := range 60 {
		if scene, err := s.Sample(uint64(seed), 0, nil); err != nil {
			failed++
		} else if apart := scene.Bodies[0].Start.Position().Sub(scene.Bodies[1].Start.Position()).Len(); !(apart >= 1-1e-9) {
			t.Errorf("seed %d: discs are %v m apart", seed, apart)
		}
	}
	if failed > 4 {
		t.Errorf("%d of 60 scenes find no place, want about one", failed)
	}
}
