package scenario

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"orrery/sim"
	"orrery/sim/input"
	"orrery/sim/scenario/file"
)

// askKind is a key of a measure in the file.
type askKind string

const (
	askDistance   askKind = "distance"
	askOffset     askKind = "offset"
	askHeight     askKind = "height"
	askAngle      askKind = "angle"
	askCoverage   askKind = "coverage"
	askOutline    askKind = "outline"
	askInside     askKind = "inside"
	askOutside    askKind = "outside"
	askGap        askKind = "gap"
	askTouching   askKind = "touching"
	askSpeed      askKind = "speed"
	askSpin       askKind = "spin"
	askJointAngle askKind = "joint_angle"
	askJointRate  askKind = "joint_rate"
	askEffort     askKind = "effort"
	askMisfit     askKind = "misfit"
)

// operandKind is what a name in a measure may stand for.
type operandKind int

const (
	operandPlace  operandKind = iota // a body, a point, a goal or the world
	operandBody                      // a body
	operandBodyOr                    // a body or a point of one
	operandTarget                    // a goal or a body
	operandGoal
	operandRegion
	operandSolid // a body, a wall or walls
	operandWall
	operandJoint
	operandActuator
)

// asks says how many names each measure takes, and what they stand for.
var asks = []struct {
	kind        askKind
	least, most int
	of          []operandKind
}{
	{askDistance, 2, 2, []operandKind{operandPlace, operandPlace}},
	{askOffset, 2, 2, []operandKind{operandPlace, operandPlace}},
	{askHeight, 1, 1, []operandKind{operandPlace}},
	{askAngle, 1, 2, []operandKind{operandBody, operandTarget}},
	{askCoverage, 1, 2, []operandKind{operandBody, operandGoal}},
	{askOutline, 1, 2, []operandKind{operandBody, operandGoal}},
	{askInside, 2, 2, []operandKind{operandBodyOr, operandRegion}},
	{askOutside, 2, 2, []operandKind{operandBodyOr, operandRegion}},
	{askGap, 2, 2, []operandKind{operandBody, operandSolid}},
	{askTouching, 2, 2, []operandKind{operandBody, operandSolid}},
	{askSpeed, 1, 2, []operandKind{operandPlace, operandPlace}},
	{askSpin, 1, 2, []operandKind{operandBody, operandBody}},
	{askJointAngle, 1, 1, []operandKind{operandJoint}},
	{askJointRate, 1, 1, []operandKind{operandJoint}},
	{askEffort, 1, sim.MaxActuators, []operandKind{operandActuator}},
	{askMisfit, 1, 1, []operandKind{operandGoal}},
}

// namesOf returns what a measure of the file asks a kind of.
func namesOf(m *file.Measure, kind askKind) *file.Names {
	switch kind {
	case askDistance:
		return &m.Distance
	case askOffset:
		return &m.Offset
	case askHeight:
		return &m.Height
	case askAngle:
		return &m.Angle
	case askCoverage:
		return &m.Coverage
	case askOutline:
		return &m.Outline
	case askInside:
		return &m.Inside
	case askOutside:
		return &m.Outside
	case askGap:
		return &m.Gap
	case askTouching:
		return &m.Touching
	case askSpeed:
		return &m.Speed
	case askSpin:
		return &m.Spin
	case askJointAngle:
		return &m.JointAngle
	case askJointRate:
		return &m.JointRate
	case askEffort:
		return &m.Effort
	case askMisfit:
		return &m.Misfit
	}
	panic("scenario: a measure without a key")
}

// askPlan is a measure of some things of the file.
type askPlan struct {
	at       string
	kind     askKind
	operands []operand
	signed   bool   // along an axis
	angle    number // of the axis
	over     string
}

// operand is a name in a measure.
type operand struct {
	kind      operandKind
	reference *reference // a body, a point or the world
	name      string     // of a goal, a region, a joint or an actuator; walls
	copies    bool       // the name is that of several, NAME0, NAME1 …
}

// ask compiles a measure.
func (c *compiler) ask(at string, m *file.Measure, condition bool) askPlan {
	plan := askPlan{at: at, over: m.Over}
	if condition {
		c.oneOf(at+"/over", "way to join", m.Over, "all", "any", "mean", "sum", "min", "max")
	} else {
		c.oneOf(at+"/over", "way to join", m.Over, "mean", "sum", "min", "max")
	}
	given := 0
	for _, a := range asks {
		names := namesOf(m, a.kind)
		if names.IsZero() {
			continue
		}
		given++
		plan.kind = a.kind
		list, at := names.All(), at+"/"+string(a.kind)
		if len(list) < a.least || len(list) > a.most {
			names := fmt.Sprintf("%d names", a.least)
			switch {
			case a.least == a.most && a.most == 1:
				names = "1 name"
			case a.least != a.most:
				names = fmt.Sprintf("%d to %d names", a.least, a.most)
			}
			c.fail(at, "there must be %s, not %d", names, len(list))
			continue
		}
		for i, name := range list {
			kind := a.of[min(i, len(a.of)-1)]
			if (a.kind == askCoverage || a.kind == askOutline) && len(list) == 1 {
				kind = operandGoal
			}
			at := at
			if names.One == nil {
				at = fmt.Sprintf("%s/%d", at, i)
			}
			if o, ok := c.operand(at, name, kind); ok {
				plan.operands = append(plan.operands, o)
			}
		}
	}
	if given != 1 {
		c.fail(at, "there must be one measure: %s", askWords())
	}
	c.askAxis(&plan, m)
	return plan
}

func askWords() string {
	words := ""
	for i, a := range asks {
		if i > 0 {
			words += ", "
		}
		words += string(a.kind)
	}
	return words
}

// askAxis compiles the axis of an offset or a speed.
func (c *compiler) askAxis(p *askPlan, m *file.Measure) {
	p.signed = p.kind == askOffset || m.Axis != nil
	p.angle = number{rule: &ruleAngle}
	if m.Axis == nil {
		return
	}
	at := p.at + "/axis"
	if p.kind != askOffset && p.kind != askSpeed {
		c.fail(at, "only an offset and a speed have an axis")
		return
	}
	if m.Axis.Direction != nil {
		c.fail(at, "the axis of a measure must be x, y or an angle")
		return
	}
	p.angle = c.axisAngle(at, m.Axis, c.judge.globals)
	if text := m.Axis.Word.Text; text != nil && *text != "x" && *text != "y" {
		p.angle = c.taskNumber(at, m.Axis.Word, ruleAngle, 0)
	}
}

// operand compiles a name in a measure.
func (c *compiler) operand(at, name string, kind operandKind) (operand, bool) {
	o := operand{kind: kind}
	goalNamed := func() bool {
		for k := range c.file.Goals {
			g := &c.file.Goals[k]
			body, counted := c.bodies[g.Body]
			several := counted && !c.file.Bodies[body].Count.IsZero()
			if c.goalName(k) == name {
				o.kind, o.name, o.copies = operandGoal, name, several
				return true
			}
			if several && copyIndex(name, c.goalName(k)) {
				o.kind, o.name = operandGoal, name
				return true
			}
		}
		return false
	}
	named := func(what string, names []string) (operand, bool) {
		if slices.Contains(names, name) {
			o.name = name
			return o, true
		}
		c.fail(at, "%s", unknownName(what, name, names))
		return o, false
	}
	switch kind {
	case operandGoal:
		if goalNamed() {
			return o, true
		}
		var names []string
		for k := range c.file.Goals {
			names = append(names, c.goalName(k))
		}
		c.fail(at, "%s", unknownName("goal", name, names))
		return o, false
	case operandRegion:
		var names []string
		for _, r := range c.file.Regions {
			names = append(names, r.Name)
		}
		return named("region", names)
	case operandJoint:
		return c.jointNamed(at, name, o)
	case operandActuator:
		return c.actuatorNamed(at, name, o)
	case operandSolid:
		if _, isBody := c.bodies[name]; name == "walls" {
			o.name = name
			return o, true
		} else if !isBody && c.wallNamed(name, &o) {
			return o, true
		} else if _, _, isCopy := c.copyName(name); !isBody && !isCopy && !strings.ContainsAny(name, "[") {
			c.fail(at, "%s", unknownName("body or wall", name, c.solidNames()))
			return o, false
		}
	case operandPlace, operandTarget:
		_, isBody := c.bodies[name]
		if !isBody && goalNamed() {
			return o, true
		}
		var names []string
		for k := range c.file.Goals {
			names = append(names, c.goalName(k))
		}
		if hint := input.Perhaps(name, names); hint != "" && !isBody {
			c.fail(at, "unknown body, point or goal %q%s", clip(name), hint)
			return o, false
		}
	case operandBody, operandBodyOr, operandWall: // a wall is found as a solid
	}
	o.reference = c.reference(at, name, c.judge.globals)
	if o.reference == nil {
		return o, false
	}
	world := o.reference.body == sim.World
	switch {
	case kind == operandPlace:
	case world && (kind != operandBodyOr || o.reference.point == ""), o.reference.point != "" && kind != operandBodyOr:
		c.fail(at, "%q must be a body", clip(name))
		return o, false
	}
	return o, true
}

// copyIndex reports whether a name is that of a copy of a name.
func copyIndex(name, of string) bool {
	if len(name) <= len(of) || name[:len(of)] != of {
		return false
	}
	for _, r := range name[len(of):] {
		if r < '0' || r > '9' {
			return false
		}
	}
	return true
}

// wallNamed finds a wall by its name, that of a copy, or a side of the arena, whose shapes
// then have the name in the scene.
func (c *compiler) wallNamed(name string, o *operand) bool {
	for i := range c.program.walls {
		w := &c.program.walls[i]
		if w.name == name || w.counted && copyIndex(name, w.name) {
			w.keep, o.kind, o.name, o.copies = true, operandWall, name, w.counted && w.name == name
			return true
		}
	}
	if a := c.program.arena; a != nil {
		for i, side := range arenaSides {
			if name == arenaPrefix+side && !a.open[i] {
				a.keep, o.kind, o.name = true, operandWall, name
				return true
			}
		}
	}
	return false
}

// solidNames returns the names of bodies and walls.
func (c *compiler) solidNames() []string {
	names := append(slices.Collect(maps.Keys(c.bodies)), "walls")
	for i := range c.program.walls {
		names = append(names, c.program.walls[i].name)
	}
	if a := c.program.arena; a != nil {
		for i, side := range arenaSides {
			if !a.open[i] {
				names = append(names, arenaPrefix+side)
			}
		}
	}
	return names
}

// jointNamed finds a joint by its name or that of a copy.
func (c *compiler) jointNamed(at, name string, o operand) (operand, bool) {
	var names []string
	o.name = name
	for i := range c.program.joints {
		j := &c.program.joints[i]
		names = append(names, j.name)
		if j.name == name || j.counted && copyIndex(name, j.name) {
			o.copies = j.counted && j.name == name
			return o, true
		}
	}
	c.fail(at, "%s", unknownName("joint", name, names))
	return o, false
}

// actuatorNamed finds an actuator by its name, that of a copy, or all.
func (c *compiler) actuatorNamed(at, name string, o operand) (operand, bool) {
	o.name = name
	if name == "all" {
		return o, true
	}
	names := []string{"all"}
	for _, a := range c.program.actuators {
		names = append(names, a.name)
		if a.name == name || name == a.name+"_x" || name == a.name+"_y" || a.body != nil && a.body.all() && len(name) > len(a.name) && name[:len(a.name)] == a.name {
			o.copies = a.name == name
			return o, true
		}
	}
	c.fail(at, "%s", unknownName("actuator", name, names))
	return o, false
}
