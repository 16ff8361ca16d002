package file

import (
	"orrery/sim/input"
)

// Format is the version of the scenario format that this package reads and writes.
const Format = 2

// Scenario is a scenario as a file says it.
type Scenario struct {
	Schema  string `json:"$schema,omitempty" jsonschema_description:"where the JSON Schema of this format is, for editors; it is not read"`
	Format  int    `json:"format" jsonschema_description:"version of the format, which is 2"`
	Name    string `json:"name,omitempty" jsonschema_description:"name of the scenario; by default that of its file"`
	Summary string `json:"summary,omitempty" jsonschema_description:"one line about the scenario"`

	FPS           int    `json:"fps,omitempty" jsonschema_description:"frames a second, 60 by default"`
	Substeps      int    `json:"substeps,omitempty" jsonschema_description:"steps of the engine in a frame, 4 by default; more are more accurate"`
	Iterations    int    `json:"iterations,omitempty" jsonschema_description:"sweeps of the solver in a step, 20 by default; more make stacks and chains stiffer"`
	Slop          Number `json:"slop,omitzero" jsonschema_description:"depth in m to which bodies may overlap, 0.001 by default"`
	Bias          Number `json:"bias,omitzero" jsonschema_description:"share of an overlap beyond slop that is left after a second, 0.9^60 by default"`
	ChipmunkOrder bool   `json:"chipmunk_order,omitempty" jsonschema_description:"contacts are solved in the order of C Chipmunk and of pymunk"`
	Primed        bool   `json:"primed,omitempty" jsonschema_description:"contacts are found at the start and overlaps begin to be undone, as in environments that step once after a reset"`
	Damping       Number `json:"damping,omitzero" jsonschema_description:"share of its velocity that a body keeps in a second, 1 by default"`
	Gravity       *Point `json:"gravity,omitempty" jsonschema_description:"acceleration [x, y] in m/s², [0, 0] by default; a scene seen from the side has [0, -9.81]"`
	Duration      Number `json:"duration_s,omitzero" jsonschema_description:"usual length of an episode in s, 4 by default"`
	Picture       Number `json:"picture_s,omitzero" jsonschema_description:"when its picture is taken, in s after the start; by default after a quarter of the episode"`

	Params    input.Entries[Param]    `json:"params,omitempty" jsonschema_description:"numbers that --set changes, by name; all others may refer to them"`
	Let       input.Entries[Number]   `json:"let,omitempty" jsonschema_description:"numbers by name, drawn once an episode in this order; they may refer to params and to those before them"`
	Materials input.Entries[Material] `json:"materials,omitempty" jsonschema_description:"what bodies and walls are made of, by name"`
	Pairs     []Pair                  `json:"pairs,omitempty" jsonschema_description:"materials whose contact is not the product of their frictions and elasticities"`

	Arena     *Arena                `json:"arena,omitempty" jsonschema_description:"walls around a room: [width, height] about the origin, or more"`
	Walls     []Wall                `json:"walls,omitempty" jsonschema_description:"what never moves"`
	Bodies    []Body                `json:"bodies,omitempty" jsonschema:"required" jsonschema_description:"what moves"`
	Joints    []Joint               `json:"joints,omitempty" jsonschema_description:"what ties bodies to each other or to the world"`
	Fields    []Field               `json:"fields,omitempty" jsonschema_description:"forces between bodies at a distance"`
	Actuators []Actuator            `json:"actuators,omitempty" jsonschema_description:"what an action drives, in the order of its numbers"`
	Points    input.Entries[Point]  `json:"points,omitempty" jsonschema_description:"places in the world by name"`
	Regions   input.Entries[Region] `json:"regions,omitempty" jsonschema_description:"areas of the world by name"`
	Goals     []Goal                `json:"goals,omitempty" jsonschema_description:"where bodies shall go"`

	Task     *Task    `json:"task,omitempty" jsonschema_description:"what is to be done; goals without one are to be reached"`
	Policies []Policy `json:"policies,omitempty" jsonschema_description:"who may act; the first is the default, and none, which does nothing, is always there"`
}

// Param is a number that whoever draws scenes may set: its default, or more.
type Param struct {
	ParamRules
	Bare bool // the default alone stands there
}

// ParamRules is what may be said of a parameter.
type ParamRules struct {
	Default Number `json:"default,omitzero" jsonschema:"required" jsonschema_description:"its value where nothing is set, in its own unit; an expression without names"`
	Min     Number `json:"min,omitzero" jsonschema_description:"the least it may be, in its own unit"`
	Max     Number `json:"max,omitzero" jsonschema_description:"the most it may be, in its own unit"`
	Integer bool   `json:"integer,omitempty" jsonschema_description:"it must be a whole number"`
	Unit    string `json:"unit,omitempty" jsonschema_description:"its unit, such as m; nothing for a plain number"`
	Doc     string `json:"doc,omitempty" jsonschema_description:"one line about it"`
}

// Form implements input.Forms.
func (p *Param) Form(letter byte) any {
	switch letter {
	case '{':
		return &p.ParamRules
	case '0', '"':
		p.Bare = true
		return &p.Default
	}
	return nil
}

// Words implements input.Forms.
func (*Param) Words() string { return `a number or an object such as {"default": 1, "max": 2}` }

// MarshalJSON returns the form that is set.
func (p Param) MarshalJSON() ([]byte, error) {
	if p.Bare {
		return plain(p.Default)
	}
	return plain(p.ParamRules)
}

// Surface is how something feels to what touches it.
type Surface struct {
	Material   string `json:"material,omitempty" jsonschema_description:"name of a material"`
	Friction   Number `json:"friction,omitzero" jsonschema_description:"coefficient of friction ≥ 0; two that touch have the product. Default: that of the material; 0.5 for bodies, 1 for walls"`
	Elasticity Number `json:"elasticity,omitzero" jsonschema_description:"share of its speed that is kept in a bounce, 0 to 1; two that touch have the product. Default: that of the material; 0.2 for bodies, 1 for walls"`
}

// Material is a surface and a density by name.
type Material struct {
	Friction   Number `json:"friction,omitzero" jsonschema_description:"coefficient of friction ≥ 0, 0.5 by default; two that touch have the product"`
	Elasticity Number `json:"elasticity,omitzero" jsonschema_description:"share of its speed that is kept in a bounce, 0 to 1, 0.2 by default; two that touch have the product"`
	Density    Number `json:"density,omitzero" jsonschema_description:"kg/m², 10 by default"`
}

// Pair is two materials whose contact is not the product of what they have.
type Pair struct {
	Of         [2]string `json:"of" jsonschema_description:"the two materials; they may be the same"`
	Friction   Number    `json:"friction,omitzero" jsonschema_description:"coefficient of friction of their contact; the product by default"`
	Elasticity Number    `json:"elasticity,omitzero" jsonschema_description:"elasticity of their contact; the product by default"`
}

// Arena is a rectangle of walls: [width, height], or an object.
type Arena struct {
	Room
	Bare bool // the size alone stands there
}

// Room is what may be said of an arena.
type Room struct {
	Size     Point    `json:"size,omitzero" jsonschema:"required" jsonschema_description:"width and height inside in m"`
	At       *Point   `json:"at,omitempty" jsonschema_description:"its middle, [0, 0] by default"`
	Rounding Number   `json:"rounding,omitzero" jsonschema_description:"radius in m by which the walls are grown on either side, 0 by default"`
	Open     []string `json:"open,omitempty" jsonschema_description:"sides without a wall: left, right, top, bottom"`
	Surface
}

// Form implements input.Forms.
func (a *Arena) Form(letter byte) any {
	switch letter {
	case '{':
		return &a.Room
	case '[':
		a.Bare = true
		return &a.Size
	}
	return nil
}

// Words implements input.Forms.
func (*Arena) Words() string { return "[width, height] or an object with size" }

// MarshalJSON returns the form that is set.
func (a Arena) MarshalJSON() ([]byte, error) {
	if a.Bare {
		return plain(a.Size)
	}
	return plain(a.Room)
}

// Outline is the edge of a shape in the frame of what has it; exactly one of its fields
// but Closed and Rounding is set.
type Outline struct {
	Circle   Number  `json:"circle,omitzero" jsonschema_description:"a disc of this radius in m about the origin"`
	Ellipse  *Point  `json:"ellipse,omitempty" jsonschema_description:"an ellipse of two radii [x, y] in m about the origin, drawn with 32 corners"`
	Box      *Point  `json:"box,omitempty" jsonschema_description:"a rectangle of [width, height] in m about the origin"`
	Capsule  *Point  `json:"capsule,omitempty" jsonschema_description:"[length, radius] in m: a bar with round ends about the origin, along x, its whole length"`
	Polygon  []Point `json:"polygon,omitempty" jsonschema_description:"corners [x, y] in m, either way round, concave too; it must not cross itself"`
	Segment  []Point `json:"segment,omitempty" jsonschema_description:"two ends of a line, in m"`
	Chain    []Point `json:"chain,omitempty" jsonschema_description:"corners of a line, in m"`
	Closed   bool    `json:"closed,omitempty" jsonschema_description:"of a chain: it leads back to its beginning"`
	Rounding Number  `json:"rounding,omitzero" jsonschema_description:"radius in m: of the corners of a box, whose size stays; by which other shapes but discs and capsules are grown"`
}

// Shape is what something looks like: an outline, or several.
type Shape struct {
	Outline
	Shapes []Part `json:"shapes,omitempty" jsonschema_description:"several shapes that make one thing; where they overlap, mass counts twice"`
}

// Part is one of several shapes.
type Part struct {
	Outline
	At      *Point `json:"at,omitempty" jsonschema_description:"where its origin is, in m in the frame of the whole; [0, 0] by default"`
	Angle   Number `json:"angle,omitzero" jsonschema_description:"how it is turned, in rad or as \"45deg\"; 0 by default"`
	Density Number `json:"density,omitzero" jsonschema_description:"kg/m²; by default that of its material, or of the body"`
	Surface
}

// Scatter places things at random where they do not touch others.
type Scatter struct {
	Scattering
	Bare bool // said by true alone
}

// Scattering is what may be said of it.
type Scattering struct {
	In   Area   `json:"in,omitzero" jsonschema_description:"[xmin, ymin, xmax, ymax] in m or the name of a region; the arena by default"`
	Gap  Number `json:"gap,omitzero" jsonschema_description:"least distance to other things in m, 0.01 by default"`
	Room Number `json:"room,omitzero" jsonschema_description:"least distance to the edge of the area in m, 0 by default"`
}

// Form implements input.Forms.
func (s *Scatter) Form(letter byte) any {
	switch letter {
	case '{':
		return &s.Scattering
	case 't':
		return &s.Bare // true is all that it can be
	}
	return nil
}

// Words implements input.Forms.
func (*Scatter) Words() string { return "true or an object { … }" }

// MarshalJSON returns the object.
func (s Scatter) MarshalJSON() ([]byte, error) { return plain(s.Scattering) }

// Area is a rectangle or the name of a region.
type Area struct {
	Box  *[4]Number // xmin, ymin, xmax, ymax in metres
	Name *string
}

// IsZero reports whether nothing is given.
func (a Area) IsZero() bool { return a == Area{} }

// Form implements input.Forms.
func (a *Area) Form(letter byte) any {
	switch letter {
	case '[':
		a.Box = new([4]Number)
		return a.Box
	case '"':
		a.Name = new(string)
		return a.Name
	}
	return nil
}

// Words implements input.Forms.
func (*Area) Words() string { return "[xmin, ymin, xmax, ymax] or the name of a region" }

// MarshalJSON returns the form that is set.
func (a Area) MarshalJSON() ([]byte, error) {
	if a.Name != nil {
		return plain(*a.Name)
	}
	return plain(a.Box)
}

// Wall is something that never moves.
type Wall struct {
	Name    string                `json:"name,omitempty" jsonschema_description:"name, by which it is referred to; wall0, wall1 … by default"`
	Count   Number                `json:"count,omitzero" jsonschema_description:"how many there are, 1 by default; in the rest i is the number of each, from 0"`
	Let     input.Entries[Number] `json:"let,omitempty" jsonschema_description:"numbers of this wall by name, drawn for each copy"`
	At      *Point                `json:"at,omitempty" jsonschema_description:"where its origin is, in m; [0, 0] by default"`
	Angle   Number                `json:"angle,omitzero" jsonschema_description:"how it is turned, in rad or as \"45deg\"; 0 by default"`
	Scatter *Scatter              `json:"scatter,omitempty" jsonschema_description:"instead of at: anywhere, without touching anything"`
	Shape
	Surface
}

// Region is an area of the world.
type Region struct {
	Outline
	At    *Point `json:"at,omitempty" jsonschema_description:"where its origin is, in m; [0, 0] by default"`
	Angle Number `json:"angle,omitzero" jsonschema_description:"how it is turned, in rad or as \"45deg\"; 0 by default"`
}
