package file

import (
	"orrery/sim/input"
)

// Body is something that moves, and its copies.
type Body struct {
	Name  string                `json:"name,omitempty" jsonschema_description:"name, by which it is referred to; body0, body1 … by default. The copies of a body with count are NAME0, NAME1 …"`
	Count Number                `json:"count,omitzero" jsonschema_description:"how many there are, 1 by default; in the rest i is the number of each, from 0, n is the count, and prev.NAME a number of let of the one before, 0 for the first"`
	Kind  string                `json:"kind,omitempty" jsonschema_description:"dynamic, the default: obeys forces; kinematic: keeps the velocity it is given, whatever it meets"`
	Let   input.Entries[Number] `json:"let,omitempty" jsonschema_description:"numbers of this body by name, drawn for each copy"`
	Shape

	Density Number `json:"density,omitzero" jsonschema_description:"kg/m²; by default that of the material, or 10"`
	Mass    Number `json:"mass,omitzero" jsonschema_description:"kg, instead of a density"`
	Moment  Number `json:"moment,omitzero" jsonschema_description:"kg·m² about the centre of mass; computed by default"`
	Centre  *Point `json:"centre,omitempty" jsonschema_description:"centre of mass in the body's frame, in m; computed by default"`
	Surface

	At       *Point   `json:"at,omitempty" jsonschema_description:"where the origin of its frame is at the start, in m; [0, 0] by default"`
	Angle    Number   `json:"angle,omitzero" jsonschema_description:"how it is turned at the start, in rad or as \"45deg\"; 0 by default"`
	Velocity *Point   `json:"velocity,omitempty" jsonschema_description:"of its centre of mass at the start, [x, y] in m/s; [0, 0] by default"`
	Spin     Number   `json:"spin,omitzero" jsonschema_description:"angular velocity at the start in rad/s, 0 by default"`
	Scatter  *Scatter `json:"scatter,omitempty" jsonschema_description:"instead of at: anywhere, without touching anything"`

	Group  *Group               `json:"group,omitempty" jsonschema_description:"bodies of one group, a name or a number, pass through each other"`
	Grip   *Grip                `json:"grip,omitempty" jsonschema_description:"friction with the ground, for scenes seen from above: by how much it slows, in m/s²"`
	Points input.Entries[Point] `json:"points,omitempty" jsonschema_description:"points of the body by name, in m in its frame; BODY.NAME refers to one"`

	Variants []Variant `json:"variants,omitempty" jsonschema_description:"one of these is drawn for each copy, and what it has replaces what the body has"`
}

// Variant is one of several ways in which a body may be.
type Variant struct {
	Chance Number `json:"chance,omitzero" jsonschema_description:"how likely it is, a weight relative to the others; 1 by default"`
	Body
}

// Instead implements input.Insteads.
func (*Body) Instead() map[string]string { return bodyWords }

// Instead implements input.Insteads.
func (*Variant) Instead() map[string]string { return bodyWords }

// Instead implements input.Insteads.
func (*Wall) Instead() map[string]string { return bodyWords }

// Instead implements input.Insteads.
func (*Part) Instead() map[string]string { return bodyWords }

// Instead implements input.Insteads.
func (*Region) Instead() map[string]string { return bodyWords }

// bodyWords says what this format calls what other programs call otherwise.
var bodyWords = map[string]string{
	"radius": `"circle": 0.1`, "r": `"circle": 0.1`, "shape": `the shape as a key, such as "circle": 0.1`, "disc": `"circle": 0.1`, "disk": `"circle": 0.1`, "ball": `"circle": 0.1`,
	"width": `"box": [width, height]`, "height": `"box": [width, height]`, "size": `"box": [width, height]`, "rect": `"box": [width, height]`, "rectangle": `"box": [width, height]`, "square": `"box": [side, side]`,
	"vertices": `"polygon": [[x, y], …]`, "corners": `"polygon": [[x, y], …]`, "line": `"segment": [[x, y], [x, y]]`, "parts": `"shapes": [ … ]`,
	"position": `"at": [x, y]`, "pos": `"at": [x, y]`, "start": `"at": [x, y]`, "x": `"at": [x, y]`, "y": `"at": [x, y]`, "place": `"at": [x, y]`,
	"rotation": `"angle"`, "orientation": `"angle"`, "theta": `"angle"`, "rot": `"angle"`,
	"vel": `"velocity": [vx, vy]`, "linear_velocity": `"velocity": [vx, vy]`, "vx": `"velocity": [vx, vy]`, "vy": `"velocity": [vx, vy]`, "speed": `"velocity": [vx, vy]`,
	"omega": `"spin"`, "angular_velocity": `"spin"`, "inertia": `"moment"`, "center": `"centre"`, "center_of_mass": `"centre"`, "com": `"centre"`,
	"restitution": `"elasticity"`, "bounce": `"elasticity"`, "bounciness": `"elasticity"`, "mu": `"friction"`,
	"type": `"kind"`, "static": `the body as one of "walls"`, "fixed": `the body as one of "walls"`, "color": `nothing: themes colour bodies`, "colour": `nothing: themes colour bodies`, "fill": `nothing: themes colour bodies`, "id": `"name"`, "copies": `"count"`, "repeat": `"count"`,
}

// Instead implements input.Insteads.
func (*Scenario) Instead() map[string]string { return scenarioWords }

var scenarioWords = map[string]string{
	"objects": `"bodies"`, "body": `"bodies"`, "parameters": `"params"`, "description": `"summary"`, "doc": `"summary"`, "duration": `"duration_s"`, "frames": `"duration_s"`,
	"g": `"gravity": [0, -9.81]`, "constraints": `"joints"`, "springs": `"joints": [{"spring": [A, B]}]`, "motors": `"joints": [{"motor": [A, B]}] or "actuators"`,
	"static": `"walls"`, "floor": `"walls"`, "ground": `"walls"`, "size": `"arena"`, "world": `"arena"`, "room": `"arena"`, "variables": `"let"`, "goal": `"goals": [ … ]`, "actions": `"actuators"`,
}

// Group is the name or the number of bodies that pass through each other.
type Group struct {
	Name   *string
	Number *int // from 1 on
}

// Form implements input.Forms.
func (g *Group) Form(letter byte) any {
	switch letter {
	case '0':
		g.Number = new(int)
		return g.Number
	case '"':
		g.Name = new(string)
		return g.Name
	}
	return nil
}

// Words implements input.Forms.
func (*Group) Words() string { return "a name or a whole number" }

// MarshalJSON returns the form that is set.
func (g Group) MarshalJSON() ([]byte, error) {
	if g.Name != nil {
		return plain(*g.Name)
	}
	return plain(g.Number)
}

// Grip is friction with the ground: one number for a thing that presses evenly, or three.
type Grip struct {
	Even Number // m/s²
	Grips
}

// Grips is the grip along each way of a body.
type Grips struct {
	Along  Number `json:"along,omitzero" jsonschema_description:"along its x axis, in m/s²; 0 by default"`
	Across Number `json:"across,omitzero" jsonschema_description:"along its y axis, in m/s²; 0 by default"`
	Spin   Number `json:"spin,omitzero" jsonschema_description:"of its turning, in rad/s²; 0 by default"`
}

// Form implements input.Forms.
func (g *Grip) Form(letter byte) any {
	switch letter {
	case '0', '"':
		return &g.Even
	case '{':
		return &g.Grips
	}
	return nil
}

// Words implements input.Forms.
func (*Grip) Words() string { return "a number or an object with along, across and spin" }

// MarshalJSON returns the form that is set.
func (g Grip) MarshalJSON() ([]byte, error) {
	if !g.Even.IsZero() {
		return plain(g.Even)
	}
	return plain(g.Grips)
}

// Joint ties two bodies, or a body and the world; exactly one of its kinds is set. An end
// is BODY, BODY.POINT, the name of a point of the world, or world.
type Joint struct {
	Name  string `json:"name,omitempty" jsonschema_description:"name, by which it is referred to; joint0, joint1 … by default"`
	Count Number `json:"count,omitzero" jsonschema_description:"how many there are, 1 by default; in the rest i is the number of each, from 0, as in \"link[i].end\""`

	Pivot  *[2]string `json:"pivot,omitempty" jsonschema_description:"holds its two ends at one point"`
	Pin    *[2]string `json:"pin,omitempty" jsonschema_description:"keeps the distance that its ends have at the start"`
	Rope   *[2]string `json:"rope,omitempty" jsonschema_description:"lets its ends part no further than its length"`
	Groove *[2]string `json:"groove,omitempty" jsonschema_description:"keeps the first end on the line of the second from from to to"`
	Spring *[2]string `json:"spring,omitempty" jsonschema_description:"pulls its ends to its length"`
	Motor  *[2]string `json:"motor,omitempty" jsonschema_description:"turns the first against the second"`

	At        *Point `json:"at,omitempty" jsonschema_description:"where in the world the joint is at the start, for ends that name no point; by default where the other end is, or the origin of the body"`
	From      *Point `json:"from,omitempty" jsonschema_description:"of a groove: where it begins, in m in the frame of the second"`
	To        *Point `json:"to,omitempty" jsonschema_description:"of a groove: where it ends, in m in the frame of the second"`
	Length    Number `json:"length,omitzero" jsonschema_description:"of a rope or a spring, in m; by default the distance of its ends at the start"`
	Stiffness Number `json:"stiffness,omitzero" jsonschema_description:"of a spring, in N/m"`
	Damping   Number `json:"damping,omitzero" jsonschema_description:"of a spring, in N·s/m; 0 by default"`
	Rate      Number `json:"rate,omitzero" jsonschema_description:"of a motor: angular velocity of the first against the second that it aims at, in rad/s; 0, a brake, by default"`
	MaxTorque Number `json:"max_torque,omitzero" jsonschema_description:"of a motor: the most it can, in N·m"`
}

// Field is a force at a distance between two bodies, or all pairs of their copies; exactly
// one of its kinds is set.
type Field struct {
	Name          string     `json:"name,omitempty" jsonschema_description:"name; field0, field1 … by default"`
	Linear        *[2]string `json:"linear,omitempty" jsonschema_description:"two bodies: the force grows with their distance, strength in N/m"`
	InverseSquare *[2]string `json:"inverse_square,omitempty" jsonschema_description:"two bodies: the force falls with the square of their distance, strength in N·m²"`
	Strength      Number     `json:"strength,omitzero" jsonschema:"required" jsonschema_description:"> 0 repels, < 0 attracts; a.NAME and b.NAME are numbers of let of the two bodies"`
	Limit         Number     `json:"limit,omitzero" jsonschema_description:"the most it pushes, in N; 0, no limit, by default"`
	Chance        Number     `json:"chance,omitzero" jsonschema_description:"probability of each pair to have it, 1 by default"`
}

// Actuator drives a body by a number of the action, or by two; exactly one of its kinds is
// set.
type Actuator struct {
	Name     string `json:"name,omitempty" jsonschema_description:"name; actuator0, actuator1 … by default, with _x and _y for the two of axis xy"`
	Force    string `json:"force,omitempty" jsonschema_description:"body that is pushed along an axis of the world, in N"`
	Thrust   string `json:"thrust,omitempty" jsonschema_description:"body that is pushed along an axis of its own, in N"`
	Torque   string `json:"torque,omitempty" jsonschema_description:"body that is turned, in N·m"`
	Velocity string `json:"velocity,omitempty" jsonschema_description:"kinematic body whose velocity along an axis is set, in m/s"`
	Servo    string `json:"servo,omitempty" jsonschema_description:"kinematic body that is drawn to a place along an axis, in m"`
	Steer    string `json:"steer,omitempty" jsonschema_description:"body whose front wheel is turned, in rad"`

	Against   string `json:"against,omitempty" jsonschema_description:"of a torque: body that is turned the other way; world by default"`
	Axis      *Axis  `json:"axis,omitempty" jsonschema_description:"x, y, xy for two actuators, an angle such as \"30deg\", or a direction [x, y]; x by default"`
	Limit     Number `json:"limit,omitzero" jsonschema_description:"the most, either way, in the unit of its kind; 1 by default, of a servo the arena"`
	Low       Number `json:"low,omitzero" jsonschema_description:"the least, instead of a limit, in the unit of its kind"`
	High      Number `json:"high,omitzero" jsonschema_description:"the most, instead of a limit, in the unit of its kind"`
	Stiffness Number `json:"stiffness,omitzero" jsonschema_description:"of a servo, in 1/s²; 100 by default"`
	Damping   Number `json:"damping,omitzero" jsonschema_description:"of a servo, in 1/s; 20 by default"`
	Wheelbase Number `json:"wheelbase,omitzero" jsonschema_description:"of a steered body, in m"`
}

// Axis is a direction: x, y, xy, an angle, or [x, y].
type Axis struct {
	Word      Number // an angle in radians, or one of the words
	Direction *Point
}

// Form implements input.Forms.
func (a *Axis) Form(letter byte) any {
	switch letter {
	case '0', '"':
		return &a.Word
	case '[':
		a.Direction = new(Point)
		return a.Direction
	}
	return nil
}

// Words implements input.Forms.
func (*Axis) Words() string { return "x, y, xy, an angle or a direction [x, y]" }

// MarshalJSON returns the form that is set.
func (a Axis) MarshalJSON() ([]byte, error) {
	if a.Direction != nil {
		return plain(a.Direction)
	}
	return plain(a.Word)
}

// Goal is where a body shall go; one of Place, Pose, Angle and Region is set, or Scatter.
type Goal struct {
	Name     string     `json:"name,omitempty" jsonschema_description:"name, by which measures refer to it; goal0, goal1 … by default"`
	Body     string     `json:"body" jsonschema_description:"the body; all its copies where it has count, each for itself, and i in the rest is the number of each, from 0"`
	Place    *Spot      `json:"place,omitempty" jsonschema_description:"where it, or a point of it, shall be: [x, y] in m or the name of a point"`
	Pose     *[3]Number `json:"pose,omitempty" jsonschema_description:"[x, y, angle] in m and rad: where the origin of its frame shall be, and how it shall be turned"`
	Angle    Number     `json:"angle,omitzero" jsonschema_description:"how it shall be turned, wherever it is, in rad or as \"45deg\"; with scatter: of a pose"`
	Region   string     `json:"region,omitempty" jsonschema_description:"name of the region in which all of it shall be"`
	Point    string     `json:"point,omitempty" jsonschema_description:"of a place: BODY.POINT or POINT that shall be there; the origin of its frame by default"`
	Radius   Number     `json:"radius,omitzero" jsonschema_description:"of a place: how near is there, in m; by default half of how far the body reaches from its centre"`
	Symmetry *Symmetry  `json:"symmetry,omitempty" jsonschema_description:"of an angle or a pose: a body that looks alike after this part of a turn, such as 4 for a square, or any for a disc"`
	Scatter  *Scatter   `json:"scatter,omitempty" jsonschema_description:"instead of a place, or with angle of a pose: anywhere, without touching anything"`
}

// Symmetry is a number of turns after which a body looks alike, or any.
type Symmetry struct {
	Turns *int // number of turns
	Any   *string
}

// Form implements input.Forms.
func (s *Symmetry) Form(letter byte) any {
	switch letter {
	case '0':
		s.Turns = new(int)
		return s.Turns
	case '"':
		s.Any = new(string)
		return s.Any
	}
	return nil
}

// Words implements input.Forms.
func (*Symmetry) Words() string { return `a whole number or "any"` }

// MarshalJSON returns the form that is set.
func (s Symmetry) MarshalJSON() ([]byte, error) {
	if s.Any != nil {
		return plain(*s.Any)
	}
	return plain(s.Turns)
}
