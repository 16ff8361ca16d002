package file

// Instead implements input.Insteads.
func (*Joint) Instead() map[string]string {
	const ends = `its two ends as the value of its kind, such as "pivot": [A, B]`
	return map[string]string{
		"type": ends, "kind": ends, "between": ends, "bodies": ends, "ends": ends, "connect": ends, "a": ends, "b": ends, "of": ends,
		"hinge": `"pivot": [A, B]`, "revolute": `"pivot": [A, B]`, "weld": `the two as one body of "shapes"`, "fixed": `the two as one body of "shapes"`,
		"rod": `"pin": [A, B]`, "slider": `"groove": [A, B]`, "prismatic": `"groove": [A, B]`, "distance": `"pin": [A, B]`,
		"anchor": `"at": [x, y]`, "position": `"at": [x, y]`, "point": `"at": [x, y]`, "rest_length": `"length"`, "k": `"stiffness"`, "speed": `"rate"`, "torque": `"max_torque"`,
	}
}

// Instead implements input.Insteads.
func (*Actuator) Instead() map[string]string {
	const body = `the body as the value of its kind, such as "force": BODY`
	return map[string]string{
		"type": body, "kind": body, "body": body, "of": body, "max": `"limit"`, "range": `"low" and "high"`, "min": `"low" and "high"`,
		"direction": `"axis"`, "position": `"servo": BODY`, "speed": `"velocity": BODY`, "motor": `"torque": BODY`,
	}
}

// Instead implements input.Insteads.
func (*Goal) Instead() map[string]string {
	return map[string]string{
		"at": `"place": [x, y]`, "target": `"place": [x, y]`, "position": `"place": [x, y]`, "of": `"body"`, "tolerance": `"radius"`, "within": `"radius"`,
		"in": `"region"`, "inside": `"region"`, "type": `what is wanted as a key, such as "place": [x, y]`, "kind": `what is wanted as a key, such as "place": [x, y]`,
	}
}

// Instead implements input.Insteads.
func (*Task) Instead() map[string]string {
	return map[string]string{
		"goal": `"goals" beside the task`, "goals": `"goals" beside the task`, "done": `"success"`, "fail": `"failed"`, "failure": `"failed"`, "description": `"doc"`, "summary": `"doc"`,
		"time_limit": `"time_limit_s"`, "timeout": `"time_limit_s"`, "hold_s": `"held_s"`, "held": `"held_s"`, "observation": `"observe"`, "terms": `"measures"`,
	}
}
