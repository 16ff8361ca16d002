package file

import (
	"orrery/sim/input"
)

// Task is what is to be done in the scenes of a scenario.
type Task struct {
	Doc      string              `json:"doc,omitempty" jsonschema_description:"one line: what succeeds"`
	Measures input.Entries[Term] `json:"measures,omitempty" jsonschema_description:"measures and expressions by name, for the expressions below and for reports"`
	Cost     *Cost               `json:"cost,omitempty" jsonschema_description:"what a planner makes small: a measure, a list of measures that are added, or an expression; by default how far all goals are away"`
	Reward   *Cost               `json:"reward,omitempty" jsonschema_description:"what a learner makes large: \"dense\", the default: the cost taken negative; \"sparse\": 1 for a success and else 0; or as a cost is said"`
	Success  *Condition          `json:"success,omitempty" jsonschema_description:"when it is done; by default when all goals are reached"`
	Failed   *Condition          `json:"failed,omitempty" jsonschema_description:"when it can no longer be done; never by default"`
	Failing  Number              `json:"failing,omitzero" jsonschema_description:"what each frame in which it has failed adds to the cost, though not to the reward; 100 by default"`

	Held      Number `json:"held_s,omitzero" jsonschema_description:"for how long a success must last, in s; a single frame by default"`
	Hold      bool   `json:"hold,omitempty" jsonschema_description:"a success does not end an episode but must last to its end"`
	TimeLimit Number `json:"time_limit_s,omitzero" jsonschema_description:"after how many seconds an episode ends; by default the scenario's duration_s"`
	Starts    string `json:"starts,omitempty" jsonschema_description:"unsolved, the default: starts in which the task is done or failed already are drawn again; any: they are not"`

	Observe    []See    `json:"observe,omitempty" jsonschema_description:"what a learner sees; by default all bodies, then all goals"`
	ActionUnit Number   `json:"action_unit,omitzero" jsonschema_description:"m, rad or N of an actuator for 1 of an outsider's action; 1 by default"`
	Planner    *Planner `json:"planner,omitempty" jsonschema_description:"settings of the planner that suit the task; those left out are its own"`
}

// Planner has settings of the planner icem. All are numbers of their own, the same in all scenes.
type Planner struct {
	Horizon    Number `json:"horizon,omitzero" jsonschema_description:"number of decisions of a plan, 20 by default"`
	Repeat     Number `json:"repeat,omitzero" jsonschema_description:"frames for which a decision is held, by default those of a tenth of a second"`
	Replan     Number `json:"replan,omitzero" jsonschema_description:"number of decisions carried out before planning anew, 1 by default"`
	Samples    Number `json:"samples,omitzero" jsonschema_description:"number of plans tried in the first iteration, 200 by default"`
	Decay      Number `json:"decay,omitzero" jsonschema_description:"factor by which the number of samples is divided from one iteration to the next, 1.25 by default"`
	Iterations Number `json:"iterations,omitzero" jsonschema_description:"number of rounds of trying plans and learning from them, 5 by default"`
	Proposals  Number `json:"proposals,omitzero" jsonschema_description:"number of plans tried first that the default policy makes, 0 by default"`
	Spread     Number `json:"spread,omitzero" jsonschema_description:"standard deviation of the first plans, as a share of half the range of the actuators, 0.5 by default"`
	Colour     Number `json:"colour,omitzero" jsonschema_description:"exponent of noise whose power falls with frequency, 2 by default; 0 is white"`
	Knots      Number `json:"knots,omitzero" jsonschema_description:"number of random values of a plan, which runs straight between them; it needs colour 0; 0, the default, is one for each decision"`
	Elites     Number `json:"elites,omitzero" jsonschema_description:"number of the best plans of an iteration that the next one learns from, 20 by default; not for other planners"`
	Keep       Number `json:"keep,omitzero" jsonschema_description:"share of the elites tried again in the next iteration, 0.3 by default; not for other planners"`
	Momentum   Number `json:"momentum,omitzero" jsonschema_description:"share of what was learned before that an iteration leaves, 0.1 by default; not for other planners"`
	Final      Number `json:"final,omitzero" jsonschema_description:"weight of the cost of the last frame of a plan, 1 by default; that of the others is 1"`
	Caution    Number `json:"caution,omitzero" jsonschema_description:"cost of a metre of uncertainty of a body's position in each frame, of models that know theirs, 0 by default"`
}

// Numbers returns the settings by their names.
func (p *Planner) Numbers() map[string]Number {
	return map[string]Number{
		"horizon": p.Horizon, "repeat": p.Repeat, "replan": p.Replan, "samples": p.Samples, "decay": p.Decay, "iterations": p.Iterations,
		"proposals": p.Proposals, "spread": p.Spread, "colour": p.Colour, "knots": p.Knots, "elites": p.Elites, "keep": p.Keep,
		"momentum": p.Momentum, "final": p.Final, "caution": p.Caution,
	}
}

// Term is an expression or one measure, and by how much it counts.
type Term struct {
	Text     *string
	Measured *Weighed
}

// Weighed is a measure and by how much it counts.
type Weighed struct {
	Measure
	Weight Number `json:"weight,omitzero" jsonschema_description:"factor by which it is multiplied, 1 by default"`
}

// Instead implements input.Insteads.
func (*Weighed) Instead() map[string]string { return measureWords }

// Instead implements input.Insteads.
func (*Test) Instead() map[string]string { return measureWords }

// measureWords says what this format calls what people call otherwise.
var measureWords = map[string]string{
	"dist": `"distance": [A, B]`, "separation": `"distance": [A, B]`, "to": `"distance": [A, B]`, "rotation": `"angle"`, "velocity": `"speed"`, "omega": `"spin"`,
	"contact": `"touching": [A, B]`, "touch": `"touching": [A, B]`, "in": `"inside": [BODY, REGION]`, "overlap": `"coverage": GOAL`, "iou": `"coverage": GOAL`,
	"less": `"below"`, "less_than": `"below"`, "lt": `"below"`, "max": `"below"`, "more": `"above"`, "greater": `"above"`, "gt": `"above"`, "min": `"above"`, "and": `"all": [ … ]`, "or": `"any": [ … ]`,
}

// Form implements input.Forms.
func (t *Term) Form(letter byte) any {
	switch letter {
	case '"':
		t.Text = new(string)
		return t.Text
	case '{':
		t.Measured = new(Weighed)
		return t.Measured
	}
	return nil
}

// Words implements input.Forms.
func (*Term) Words() string {
	return `an expression in quotes or a measure such as {"distance": ["ball", "hole"]}`
}

// MarshalJSON returns the form that is set.
func (t Term) MarshalJSON() ([]byte, error) {
	if t.Text != nil {
		return plain(*t.Text)
	}
	return plain(t.Measured)
}

// Cost is a term or the sum of several.
type Cost struct {
	Term
	List []Term
}

// Form implements input.Forms.
func (c *Cost) Form(letter byte) any {
	if letter == '[' {
		return &c.List
	}
	return c.Term.Form(letter)
}

// Words implements input.Forms.
func (c *Cost) Words() string { return c.Term.Words() + ", or a list of these" }

// MarshalJSON returns the form that is set.
func (c Cost) MarshalJSON() ([]byte, error) {
	if c.List != nil {
		return plain(c.List)
	}
	return plain(c.Term)
}

// Measure is a number that says something of bodies, of points on them, or of goals;
// exactly one of its keys but Axis and Over is set.
type Measure struct {
	Distance   Names `json:"distance,omitzero" jsonschema_description:"between two of bodies, points and goals, in m"`
	Offset     Names `json:"offset,omitzero" jsonschema_description:"of the first from the second along axis, in m"`
	Height     Names `json:"height,omitzero" jsonschema_description:"of a body or a point above the origin of the world, in m"`
	Angle      Names `json:"angle,omitzero" jsonschema_description:"of a body from a goal, or from another body, whichever way round, in rad, 0 to pi; of a body alone: how it is turned, -pi to pi"`
	Coverage   Names `json:"coverage,omitzero" jsonschema_description:"share of the area that a body shall cover by a goal that it does, 0 to 1"`
	Outline    Names `json:"outline,omitzero" jsonschema_description:"mean distance of the corners of a body from where a goal wants them, in m"`
	Inside     Names `json:"inside,omitzero" jsonschema_description:"1 if a body, or a point, is in a region, else 0"`
	Outside    Names `json:"outside,omitzero" jsonschema_description:"how far a body, or a point, sticks out of a region, in m; 0 inside"`
	Gap        Names `json:"gap,omitzero" jsonschema_description:"between two bodies, or a body and a wall by its name, arena.bottom, right, top or left, or walls for all, in m; 0 if they touch"`
	Touching   Names `json:"touching,omitzero" jsonschema_description:"1 if two bodies, or a body and a wall by its name, arena.bottom, right, top or left, or walls for all, come within 1 mm, else 0"`
	Speed      Names `json:"speed,omitzero" jsonschema_description:"of a body or a point, or of the first against the second, in m/s"`
	Spin       Names `json:"spin,omitzero" jsonschema_description:"angular velocity of a body, or of the first against the second, in rad/s"`
	JointAngle Names `json:"joint_angle,omitzero" jsonschema_description:"of a joint: how its first body is turned against its second, or the world, in rad"`
	JointRate  Names `json:"joint_rate,omitzero" jsonschema_description:"of a joint: angular velocity of its first body against its second, in rad/s"`
	Effort     Names `json:"effort,omitzero" jsonschema_description:"of actuators, or \"all\": the sum of squares of what is asked of them as shares of their limits"`
	Misfit     Names `json:"misfit,omitzero" jsonschema_description:"how far a goal is from being reached, in m"`

	Axis *Axis  `json:"axis,omitempty" jsonschema_description:"of an offset or a speed: x, y, an angle or a direction, along which it is measured with its sign; x by default for an offset"`
	Over string `json:"over,omitempty" jsonschema_description:"of a body with count: mean, the default, sum, min or max of all copies; in a condition all, the default, any"`
}

// Condition is an expression, a measure with a bound, or conditions joined.
type Condition struct {
	Text *string
	Test *Test
}

// Test is a measure with a bound, or conditions joined; exactly one of All, Any, Not and a
// measure is set.
type Test struct {
	All []Condition `json:"all,omitempty" jsonschema_description:"all of these hold"`
	Any []Condition `json:"any,omitempty" jsonschema_description:"one of these holds"`
	Not *Condition  `json:"not,omitempty" jsonschema_description:"this does not hold"`
	Measure
	Below  Number `json:"below,omitzero" jsonschema_description:"the measure is less than this, in its own unit"`
	Above  Number `json:"above,omitzero" jsonschema_description:"the measure is more than this, in its own unit"`
	Within Number `json:"within,omitzero" jsonschema_description:"the measure, without its sign, is less than this, in its own unit"`
}

// Form implements input.Forms.
func (c *Condition) Form(letter byte) any {
	switch letter {
	case '"':
		c.Text = new(string)
		return c.Text
	case '{':
		c.Test = new(Test)
		return c.Test
	}
	return nil
}

// Words implements input.Forms.
func (*Condition) Words() string {
	return `an expression in quotes or a test such as {"distance": ["ball", "hole"], "below": 0.1}`
}

// MarshalJSON returns the form that is set.
func (c Condition) MarshalJSON() ([]byte, error) {
	if c.Text != nil {
		return plain(*c.Text)
	}
	return plain(c.Test)
}

// See is something to observe: some numbers of bodies, points and goals, or one value.
type See struct {
	Of  string   `json:"of,omitempty" jsonschema_description:"a body, a point, a goal, or bodies or goals for all of them"`
	See []string `json:"see,omitempty" jsonschema_description:"of a body: x, y, angle, cos, sin, vx, vy, omega; of a point: x, y, vx, vy; of a goal: x, y, angle, cos, sin; all but angle by default"`
	As  *string  `json:"as,omitempty" jsonschema_description:"what the names of the numbers begin with; by default the name and a low line. Of copies it may hold an expression of i in braces, as in \"box{i}_\""`

	Name  string `json:"name,omitempty" jsonschema_description:"name of a value"`
	Value *Term  `json:"value,omitempty" jsonschema_description:"a measure or an expression"`
}

// Policy is the name of a way to act, or an object that describes one.
type Policy struct {
	Word *string
	Way  *Way
}

// Way is a way to act; exactly one of Waypoints, Push and Replay is set.
type Way struct {
	Name      string     `json:"name" jsonschema_description:"name of the policy"`
	Doc       string     `json:"doc,omitempty" jsonschema_description:"one line about it"`
	Body      string     `json:"body,omitempty" jsonschema_description:"the robot, a kinematic body that actuators take along x and y; the first that there is by default"`
	Push      string     `json:"push,omitempty" jsonschema_description:"name of a goal to which the robot pushes its body, from behind"`
	Replay    *string    `json:"replay,omitempty" jsonschema_description:"directory of a dataset, relative to this file, whose actions are done again"`
	Episode   Number     `json:"episode,omitzero" jsonschema_description:"number of the episode to replay, from 0; by default another by chance each time"`
	Waypoints []Waypoint `json:"waypoints,omitempty" jsonschema_description:"where the robot is, or what actuators do, in the course of time"`
	Actuators []string   `json:"actuators,omitempty" jsonschema_description:"the actuators that waypoints speak of by do"`
}

// Waypoint is where a robot is at a time, or what actuators do then; in between it is
// interpolated.
type Waypoint struct {
	Time Number   `json:"time_s,omitzero" jsonschema_description:"seconds after the start; later than the one before"`
	At   *Spot    `json:"at,omitempty" jsonschema_description:"where the robot is: [x, y] in m or the name of a point"`
	Do   []Number `json:"do,omitempty" jsonschema_description:"what the actuators do, a number for each in the unit of its kind"`
}

// Form implements input.Forms.
func (p *Policy) Form(letter byte) any {
	switch letter {
	case '"':
		p.Word = new(string)
		return p.Word
	case '{':
		p.Way = new(Way)
		return p.Way
	}
	return nil
}

// Words implements input.Forms.
func (*Policy) Words() string { return "the name of a policy or an object with name" }

// MarshalJSON returns the form that is set.
func (p Policy) MarshalJSON() ([]byte, error) {
	if p.Word != nil {
		return plain(*p.Word)
	}
	return plain(p.Way)
}
