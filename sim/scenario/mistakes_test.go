package scenario_test

import (
	"strings"
	"testing"

	"orrery/sim/scenario"
)

// ball is a body without mistakes.
const ball = `{"name": "ball", "circle": 0.1}`

// robot is a body that an actuator can take anywhere.
const robot = `{"name": "robot", "kind": "kinematic", "circle": 0.1}`

// TestMistakesAreToldInWholeSentences holds 30 kinds of mistake, and more, against the exact
// message, without the name of the file.
func TestMistakesAreToldInWholeSentences(t *testing.T) {
	t.Parallel()
	for _, c := range mistakes {
		_, err := scenario.Parse("f", []byte(c.text))
		got := "no mistake"
		if err != nil {
			got = strings.ReplaceAll("\n"+err.Error(), "\nf:", "\n")[1:]
		}
		if got != c.want {
			t.Errorf("%s\ngot  %s\nwant %s", c.text, got, c.want)
		}
	}
}

// bodies and goals return a scenario with something besides a ball, and a ball with a goal.
func with(body, tail string) string {
	if tail != "" {
		tail = ", " + tail
	}
	return `{"format": 2, "bodies": [` + body + `]` + tail + `}`
}

func goals(task string) string {
	return with(ball, `"goals": [{"name": "hole", "body": "ball", "place": [1, 0]}], "task": `+task)
}

var mistakes = []struct{ text, want string }{
	{`{"format": 2, "bodies": [{"circle": 0.1}}`, `1:41: /bodies: } stands where a value or a key must be`},
	{`{"format": 2, "bodies": [{"circle": 0.1}]`, `1:42: the text ends too early`},
	{`{"format": 3, "bodies": [{"circle": 0.1}]}`, `1:12: /format: format 3 must be 2, or 1 of a scene`},
	{`{"bodies": [{"circle": 0.1}]}`, `1:1: /format: there must be "format": 2`},
	{`{"format": 2}`, `1:1: /bodies: there must be a body`},
	{`{"format": 2, "gravity": null, "bodies": [{"circle": 0.1}]}`, `1:26: /gravity: null must be a list of 2, [ …, … ]`},
	{with(`{"radus": 0.1}`, ``), `1:27: /bodies/0/radus: unknown key "radus": write "circle": 0.1`},
	{with(`{"shape": "circle", "radius": 0.1, "position": [0, 1]}`, ``), `1:27: /bodies/0/shape: unknown key "shape": write the shape as a key, such as "circle": 0.1
1:46: /bodies/0/radius: unknown key "radius": write "circle": 0.1
1:61: /bodies/0/position: unknown key "position": write "at": [x, y]`},
	{with(`{"circle": 0.1, "frction": 1}`, ``), `1:42: /bodies/0/frction: unknown key "frction", perhaps "friction"`},
	{with(`{"circle": true}`, ``), `1:37: /bodies/0/circle: true must be a number, an expression in quotes or chance such as {"range": [1, 2]}`},
	{with(`{"circle": -0.1}`, ``), `1:37: /bodies/0/circle: -0.1 m must be > 0`},
	{with(`{"circle": 0.1, "mass": 0}`, ``), `1:50: /bodies/0/mass: 0 kg must be > 0`},
	{with(`{"circle": 0.1, "mass": 1, "density": 2}`, ``), `1:50: /bodies/0/mass: there must be either a mass or a density`},
	{with(`{"circle": 0.1, "elasticity": 1.5}`, ``), `1:56: /bodies/0/elasticity: 1.5 must be 0 to 1`},
	{with(`{"circle": 0.1, "at": [0]}`, ``), `1:48: /bodies/0/at: a list of 1 must have 2 entries`},
	{with(`{"circle": 0.1, "at": [0, "1 +"]}`, ``), `1:56: /bodies/0/at/1: the expression ends where a number, a name or a parenthesis must stand`},
	{with(`{"circle": "2 * sise"}`, `"params": {"size": 1}`), `1:42: /bodies/0/circle: unknown name "sise", perhaps "size"`},
	{with(`{"circle": "0.1 km"}`, ``), `1:42: /bodies/0/circle: "km" stands where an operator or the end must stand`},
	{with(`{"circle": {"range": [2, 1]}}`, ``), `1:47: /bodies/0/circle/range: range from 2 to 1 must not fall`},
	{with(`{"circle": {"choice": [1, 2], "weights": [1]}}`, ``), `1:67: /bodies/0/circle/weights: there must be 2 weights, one for each choice, not 1`},
	{with(`{"circle": 0.1, "box": [1, 1]}`, ``), `1:26: /bodies/0: there must be one shape; several stand in "shapes": [ … ]`},
	{with(`{"polygon": [[0, 0], [1, 1], [1, 0], [0, 1]]}`, ``), `1:38: /bodies/0/polygon: the outline crosses itself: the side from [0, 0] to [1, 1] meets that from [1, 0] to [0, 1]`},
	{with(`{"polygon": [[0, 0], [1, 1]]}`, ``), `1:38: /bodies/0/polygon: an outline of 2 corners encloses no area`},
	{with(`{"capsule": [0.2, 0.1]}`, ``), `1:38: /bodies/0/capsule: length 0.2 m must be more than twice the radius 0.1 m; a circle has one`},
	{with(`{"box": [0.2, 0.1], "rounding": 0.05}`, ``), `1:58: /bodies/0/rounding: 0.05 m must be less than half of each side; a capsule has round ends`},
	{with(`{"segment": [[0, 0], [1, 0]]}`, ``), `1:26: /bodies/0: the body has no area: it must have a mass`},
	{with(`{"circle": 0.1, "material": "rubbr"}`, `"materials": {"rubber": {}}`), `1:54: /bodies/0/material: unknown material "rubbr", perhaps "rubber"`},
	{with(`{"circle": 0.1, "kind": "static"}`, ``), `1:50: /bodies/0/kind: a body that never moves must be one of "walls"; there are dynamic, kinematic`},
	{with(`{"circle": 0.1, "kind": "kinematic", "mass": 1}`, ``), `1:71: /bodies/0/mass: a kinematic body has no mass, as nothing stops it`},
	{with(`{"circle": 0.1, "count": 1e6}`, ``), `1:51: /bodies/0/count: 1000000 must be 0 to 10000`},
	{with(`{"circle": 0.1, "count": 2.5}`, ``), `1:51: /bodies/0/count: 2.5 must be a whole number`},
	{with(`{"circle": 0.1, "scatter": true}`, ``), `1:53: /bodies/0/scatter: there is no arena: "in" must say where`},
	{with(`{"circle": 0.1, "at": [0, 0], "scatter": {"in": [0, 0, 1, 1]}}`, ``), `1:67: /bodies/0/scatter: there must be either a place or scatter`},
	{with(ball+", "+ball, ``), `1:68: /bodies/1/name: name "ball" is taken by /bodies/0/name`},
	{with(ball, `"joints": [{"pivot": ["ball", "ball"]}]`), `1:81: /joints/0/pivot: "ball" and "ball" must be two different bodies`},
	{with(ball, `"joints": [{"pivot": ["bal", "world"]}]`), `1:82: /joints/0/pivot/0: unknown body or point "bal", perhaps "ball"`},
	{with(ball, `"joints": [{"spring": ["ball", "world"], "at": [0, 1]}]`), `1:71: /joints/0: a spring must have "stiffness"`},
	{with(ball, `"joints": [{"pin": ["ball", "world"]}]`), `1:79: /joints/0/pin: "at" must say where in the world the pin ends`},
	{with(robot, `"joints": [{"pivot": ["robot", "world"]}]`), `1:103: /joints/0/pivot: one of the two must be a dynamic body`},
	{with(ball, `"joints": [{"pivot": ["ball.tip", "world"], "length": 1}]`), `1:82: /joints/0/pivot/0: unknown point of ball "tip"; there are none
1:114: /joints/0/length: a pivot has no length`},
	{with(`{"name": "rod", "count": 2, "box": [1, 0.1]}`, `"joints": [{"pivot": ["rod", "world"]}]`), `1:95: /joints/0/pivot/0: "rod" has copies: say which, such as "rod[0]"`},
	{with(`{"name": "rod", "count": 2, "box": [1, 0.1]}`, `"joints": [{"pivot": ["rod[2]", "world"]}]`), `1:95: /joints/0/pivot/0: "rod[2]" means number 2 of 2 copies, which are counted from 0`},
	{with(ball, `"fields": [{"linear": ["ball", "world"], "strength": 1}]`), `1:91: /fields/0/linear/1: "world" must be a body`},
	{with(ball, `"actuators": [{"velocity": "ball"}]`), `1:87: /actuators/0/velocity: a velocity drives a kinematic body, and "ball" is dynamic`},
	{with(`{"name": "ball", "circle": 0.1, "variants": [{"kind": "kinematic"}]}`, `"actuators": [{"force": "ball"}]`), `1:121: /actuators/0/force: a force drives a dynamic body, and "ball" is kinematic`},
	{with(robot, `"actuators": [{"force": "robot", "axis": "z"}]`), `1:106: /actuators/0/force: a force drives a dynamic body, and "robot" is kinematic
1:123: /actuators/0/axis: unknown axis "z"; there are x, y, an angle and a direction [x, y], and xy for an actuator`},
	{with(ball, `"arena": {"size": [4, 4], "open": ["top"]}, "walls": [{"name": "post", "circle": 0.1, "at": [1, 0]}], "actuators": [{"force": "ball"}], "task": {"cost": {"gap": ["ball", "pots"]}, "success": {"touching": ["ball", "arena.top"]}}`),
		`1:230: /task/cost/gap/1: unknown body or wall "pots", perhaps "post"
1:273: /task/success/touching/1: unknown body or wall "arena.top", perhaps "arena.bottom"`},
	{with(ball, `"joints": [{"type": "hinge"}], "actuators": [{"body": "ball"}], "goals": [{"body": "ball", "target": [1, 0]}], "task": {"done": "true"}`),
		`1:72: /joints/0/type: unknown key "type": write its two ends as the value of its kind, such as "pivot": [A, B]
1:106: /actuators/0/body: unknown key "body": write the body as the value of its kind, such as "force": BODY
1:151: /goals/0/target: unknown key "target": write "place": [x, y]
1:180: /task/done: unknown key "done": write "success"`},
	{with(ball, `"actuators": [{"force": "ball", "limit": 1, "low": 0}]`), `1:74: /actuators/0: low and high must be there together
1:101: /actuators/0/limit: there must be either a limit or low and high`},
	{with(ball, `"goals": [{"body": "ball"}]`), `1:70: /goals/0: there must be one of place, pose, angle, region and scatter`},
	{with(ball, `"goals": [{"body": "ball", "region": "slot"}]`), `1:97: /goals/0/region: unknown region "slot"; there are none`},
	{with(ball, `"goals": [{"body": "ball", "pose": [0, 0]}]`), `1:95: /goals/0/pose: a list of 2 must have 3 entries`},
	{with(ball, `"walls": [{"segment": [[0, 0], [0, 0]]}]`), `1:82: /walls/0/segment: its points 0 and 1 must differ`},
	{with(ball, `"walls": [{"box": [1, 1]}, {"box": [2, 0.5]}]`), `1:87: /walls/1: overlaps /walls/0 and must at most touch it`},
	{with(ball, `"walls": [{"shapes": [{"box": [1, 1]}, {"box": [2, 0.5]}]}]`), `1:70: /walls/0: its shapes overlap and must at most touch each other, as walls do; a chain or a polygon may be simpler`},
	{with(ball, `"joints": [{"groove": ["world", "ball"], "from": [0, 0], "to": [1, 0]}]`), `1:83: /joints/0/groove/0: the first of a groove must be the body whose end slides; the groove is on the second, which may be the world`},
	{with(ball, `"joints": [{"motor": ["world", "ball"], "max_torque": 1}]`), `1:82: /joints/0/motor/0: the first of a motor must be the body that it turns; the second may be the world`},
	{with(ball, `"arena": {"size": [2, 2], "open": ["up"]}`), `1:95: /arena/open/0: unknown side "up"; there are bottom, right, top, left`},
	{with(ball, `"params": {"n": 2, "size": {"default": 3, "max": 2}}`), `1:76: /params/n: name "n" has a meaning of its own
1:99: /params/size/default: default 3 must be at most 2`},
	{with(ball, `"params": {"k": {"min": 1}}`), `1:76: /params/k: a param must have "default"`},
	{with(ball, `"let": {"a": "b", "b": 1, "a b": 2, "pi": 3}`), `1:73: /let/a: unknown name "b"; no names are known here
1:93: /let/a b: name "a b" must be letters, digits and low lines, and no word of expressions
1:102: /let/pi: name "pi" must be letters, digits and low lines, and no word of expressions`},
	{with(ball, `"gravity": -9.81`), `1:71: /gravity: -9.81 must be a list of 2, [ …, … ]`},
	{with(ball, `"fps": 0.5, "substeps": 2000`), `1:67: /fps: 0.5 must be a whole number
1:84: /substeps: 2000 must be 1 to 1000`},
	{with(ball, `"duration": 3`), `1:60: /duration: unknown key "duration": write "duration_s"`},
	{goals(`{"cost": {"distance": ["ball", "hol"]}}`), `1:161: /task/cost/distance/1: unknown body, point or goal "hol", perhaps "hole"`},
	{goals(`{"cost": {"distance": ["ball"]}}`), `1:152: /task/cost/distance: there must be 2 names, not 1`},
	{goals(`{"cost": {"dist": ["ball", "hole"]}}`), `1:140: /task/cost/dist: unknown key "dist": write "distance": [A, B]`},
	{goals(`{"success": {"distance": ["ball", "hole"]}}`), `1:142: /task/success: the measure must be below, above or within something`},
	{goals(`{"success": {"distance": ["ball", "hole"], "bellow": 0.1}}`), `1:173: /task/success/bellow: unknown key "bellow", perhaps "below"`},
	{goals(`{"success": "distance < 0.1"}`), `1:142: /task/success: unknown name "distance"; no names are known here`},
	{goals(`{"cost": "uniform(0, 1)"}`), `1:139: /task/cost: a task must not draw random numbers: draw them in "let"`},
	{goals(`{"cost": {"effort": "push"}}`), `1:150: /task/cost/effort: unknown actuator "push"; there are all`},
	{goals(`{"cost": "time + tme"}`), `1:139: /task/cost: unknown name "time": a task sees one moment, and no time: "time_limit_s" ends it, and "held_s" says how long a success lasts`},
	{goals(`{"cost": {"distance": ["ball", [1, 0]]}}`), `1:161: /task/cost/distance/1: a list [ … ] must be a name in double quotes; places have names in "points", such as "points": {"end": [1, 0]}`},
	{goals(`{"failing": 1}`), `1:142: /task/failing: nothing fails here: "failed" says when the task has failed`},
	{goals(`{"failed": {"height": "ball", "below": -1}, "failing": -1}`), `1:185: /task/failing: -1 must be at least 0`},
	{with(`{"circle": 0.1, "color": "red"}`, ``), `1:42: /bodies/0/color: unknown key "color": write nothing: themes colour bodies`},
	{goals(`{"starts": "all", "held_s": -1}`), `1:141: /task/starts: unknown kind of start "all"; there are unsolved, any
1:158: /task/held_s: -1 s must be 0 to 86400`},
	{goals(`{"observe": [{"of": "ball", "see": ["z"]}, {"value": "1"}]}`), `1:166: /task/observe/0/see/0: unknown number to see "z", perhaps "x"; there are x, y, angle, cos, sin, vx, vy, omega
1:173: /task/observe/1: a value must have a name`},
	{with(ball, `"task": {"held_s": 0.1}`), `1:68: /task: there must be a cost, as there are no goals
1:68: /task: there must be success, as there are no goals`},
	{with(`{"name": "ball", "circle": 0.1, "at": [1, 0]}`, `"goals": [{"body": "ball", "place": [1, 0]}]`), `1:83: /goals: 100 starts in a row need no attempt, as the task is done or failed there: goals must be further away, or "starts" must be "any"`},
	{with(ball, `"policies": ["plai", {"name": "x"}, {"name": "y", "push": "hole"}]`), `1:73: /policies/0: unknown policy "plai", perhaps "play"
1:81: /policies/1: there must be one of push, waypoints and replay
1:118: /policies/2/push: unknown goal "hole"; there are none`},
}

// TestMistakesOfASceneNameWhatWasSet, as a file that has none by itself is not to blame alone.
func TestMistakesOfASceneNameWhatWasSet(t *testing.T) {
	t.Parallel()
	s := parse(t, `{"format": 2, "params": {"size": 1, "many": 3, "room": 2}, "let": {"cells": "floor(room / size)", "rows": "many / cells"}, "bodies": [{"circle": "rows"}]}`)
	_, err := s.Sample(1, 0, scenario.Values{"size": 5, "many": 3, "room": 0.5})
	if want := "/let/rows: +Inf must be a finite number, with size=5 room=0.5"; err == nil || !strings.HasSuffix(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
}
