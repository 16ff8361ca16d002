package scenario

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"orrery/sim"
	"orrery/sim/expression"
	"orrery/sim/input"
	"orrery/sim/scenario/file"
	"orrery/sim/task"
)

// judgePlan is the task of a file, all names of which are known to be there. What is nil
// is the default.
type judgePlan struct {
	globals  []string // names of the scene's values by slot; empty where the task needs none
	used     []bool   // by slot
	measures []measurePlan
	cost     []termPlan
	reward   []termPlan
	sparse   bool // the reward is 1 for a success
	success  *conditionPlan
	failed   *conditionPlan
	observe  []seePlan
}

// measurePlan is a term by name.
type measurePlan struct {
	name string
	term termPlan
}

// termPlan is a measure or an expression, and by how much it counts.
type termPlan struct {
	run    *expression.Program // or nil
	needs  []int               // measures that the expression needs, in the order in which they are computed
	ask    askPlan
	weight number
}

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
	operandSolid // a body or walls
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
	return map[askKind]*file.Names{
		askDistance: &m.Distance, askOffset: &m.Offset, askHeight: &m.Height, askAngle: &m.Angle, askCoverage: &m.Coverage, askOutline: &m.Outline,
		askInside: &m.Inside, askOutside: &m.Outside, askGap: &m.Gap, askTouching: &m.Touching, askSpeed: &m.Speed, askSpin: &m.Spin,
		askJointAngle: &m.JointAngle, askJointRate: &m.JointRate, askEffort: &m.Effort, askMisfit: &m.Misfit,
	}[kind]
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

// conditionPlan is an expression, a measure with bounds, or conditions joined.
type conditionPlan struct {
	term                 *termPlan
	below, above, within *number
	all, any             []*conditionPlan
	isAll, isAny         bool
	not                  *conditionPlan
}

// seePlan is what is observed.
type seePlan struct {
	at     string
	of     operand
	every  string // bodies or goals
	see    []string
	prefix *string
	braces *expression.Program // of i, within the prefix
	before string              // of the braces
	after  string
	name   string
	value  *termPlan
}

// task compiles the task, or the default one where there are goals.
func (c *compiler) task(s *Scenario, globals []string) *task.Task {
	f := c.file.Task
	if f == nil && len(c.file.Goals) == 0 {
		return nil
	}
	p := &judgePlan{globals: slices.Clone(globals), used: make([]bool, len(globals))}
	c.judge = p
	made := &task.Task{Doc: goalsReached, TimeLimit: s.Frames - 1, Held: 1, Unit: 1, Bind: p.bind}
	c.program.unsolved = made
	c.program.taskAt = "/goals"
	if f == nil {
		return made
	}
	const at = "/task"
	c.program.taskAt = at
	if f.Doc != "" {
		made.Doc = f.Doc
	}
	seconds := rule{unit: "s", most: 86400}
	if limit := c.constant(at+"/time_limit_s", f.TimeLimit, seconds, 0); limit > 0 {
		made.TimeLimit = max(1, int(math.Round(limit*float64(c.program.fps))))
	}
	if held := c.constant(at+"/held_s", f.Held, seconds, 0); held > 0 {
		made.Held = 1 + int(math.Ceil(held*float64(c.program.fps)-1e-9))
	}
	if made.Held > made.TimeLimit+1 {
		c.fail(at+"/held_s", "a success that lasts %d frames does not fit into %d", made.Held, made.TimeLimit)
	}
	made.Hold = f.Hold
	if unit := c.constant(at+"/action_unit", f.ActionUnit, ruleLength, 1); unit > 0 {
		made.Unit = unit
	}
	c.oneOf(at+"/starts", "kind of start", f.Starts, "unsolved", "any")
	if f.Starts == "any" {
		c.program.unsolved = nil
	}
	s.Planner = f.Planner
	for _, e := range f.Measures {
		at := at + "/measures/" + escape(e.Name)
		c.numberName(at, e.Name, measureNames(p.measures))
		p.measures = append(p.measures, measurePlan{e.Name, c.term(at, &e.Value)})
	}
	goals := len(c.file.Goals) > 0
	switch {
	case f.Cost != nil:
		p.cost = c.sum(at+"/cost", f.Cost)
	case !goals:
		c.fail(at, "there must be a cost, as there are no goals")
	}
	if f.Reward != nil {
		word := f.Reward.Text
		switch {
		case word != nil && *word == "dense":
		case word != nil && *word == "sparse":
			p.sparse = true
		default:
			p.reward = c.sum(at+"/reward", f.Reward)
		}
	}
	switch {
	case f.Success != nil:
		p.success = c.condition(at+"/success", f.Success)
	case !goals:
		c.fail(at, "there must be success, as there are no goals")
	}
	if f.Failed != nil {
		p.failed = c.condition(at+"/failed", f.Failed)
	}
	for i := range f.Observe {
		p.observe = append(p.observe, c.see(fmt.Sprintf("%s/observe/%d", at, i), &f.Observe[i]))
	}
	return made
}

// goalsReached is what succeeds in the default task.
const goalsReached = "all goals are reached"

// taskNames returns the names that an expression of the task may refer to, by slot.
func (c *compiler) taskNames() []string {
	names := slices.Clone(c.judge.globals)
	for _, m := range c.judge.measures {
		if slot := slices.Index(names, m.name); slot >= 0 {
			names[slot] = "" // a measure hides a number of the same name
		}
		names = append(names, m.name)
	}
	return names
}

// taskExpression compiles an expression of the task.
func (c *compiler) taskExpression(at, text string) (*expression.Program, []int) {
	program := c.expression(at, text, c.taskNames())
	if program == nil {
		return nil, nil
	}
	e, err := expression.Parse(text)
	if err != nil {
		return nil, nil
	}
	if e.Random() {
		c.fail(at, "a task must not draw random numbers: draw them in \"let\"")
	}
	var needs []int
	for _, name := range e.Names() {
		c.need(name, &needs)
	}
	return program, needs
}

// measureNames returns the names of measures.
func measureNames(measures []measurePlan) []string {
	names := make([]string, len(measures))
	for i, m := range measures {
		names[i] = m.name
	}
	return names
}

// need marks a value of the scene as used, or adds a measure and all that it needs.
func (c *compiler) need(name string, needs *[]int) {
	p := c.judge
	hides := func(m measurePlan) bool { return m.name == name }
	if slot := slices.Index(p.globals, name); slot >= 0 && !slices.ContainsFunc(p.measures, hides) {
		p.used[slot] = true
		return
	}
	for i, m := range p.measures {
		if m.name == name && !slices.Contains(*needs, i) {
			for _, before := range m.term.needs {
				if !slices.Contains(*needs, before) {
					*needs = append(*needs, before)
				}
			}
			*needs = append(*needs, i)
		}
	}
	slices.Sort(*needs) // a measure needs only those before it
}

// taskNumber compiles a number of the task, which is the same in all frames of a scene.
func (c *compiler) taskNumber(at string, n file.Number, r rule, fallback float64) number {
	if n.Chance != nil {
		c.fail(at, "a task must not draw random numbers: draw them in \"let\"")
		return number{rule: &r, value: fallback}
	}
	compiled := c.number(at, n, c.judge.globals, r, fallback)
	if n.Text != nil {
		if e, err := expression.Parse(*n.Text); err == nil {
			var needs []int
			for _, name := range e.Names() {
				c.need(name, &needs)
			}
		}
	}
	return compiled
}

// sum compiles a cost.
func (c *compiler) sum(at string, cost *file.Cost) []termPlan {
	if cost.List == nil {
		return []termPlan{c.term(at, &cost.Term)}
	}
	terms := []termPlan{}
	for i := range cost.List {
		terms = append(terms, c.term(fmt.Sprintf("%s/%d", at, i), &cost.List[i]))
	}
	return terms
}

// term compiles a measure or an expression.
func (c *compiler) term(at string, t *file.Term) termPlan {
	plan := termPlan{weight: number{rule: &ruleAny, value: 1}}
	switch {
	case t.Text != nil:
		plan.run, plan.needs = c.taskExpression(at, *t.Text)
	case t.Measured != nil:
		plan.ask = c.ask(at, &t.Measured.Measure, false)
		plan.weight = c.taskNumber(at+"/weight", t.Measured.Weight, ruleAny, 1)
	}
	return plan
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
		if name == "walls" {
			o.name = name
			return o, true
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
	case operandBody, operandBodyOr:
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

// condition compiles when something holds.
func (c *compiler) condition(at string, f *file.Condition) *conditionPlan {
	p := &conditionPlan{}
	if f.Text != nil {
		term := termPlan{weight: number{rule: &ruleAny, value: 1}}
		term.run, term.needs = c.taskExpression(at, *f.Text)
		p.term = &term
		return p
	}
	test := f.Test
	if test == nil {
		return p
	}
	given := 0
	list := func(key string, of []file.Condition) (plans []*conditionPlan) {
		given++
		for i := range of {
			plans = append(plans, c.condition(fmt.Sprintf("%s/%s/%d", at, key, i), &of[i]))
		}
		return plans
	}
	if test.All != nil {
		p.all, p.isAll = list("all", test.All), true
	}
	if test.Any != nil {
		p.any, p.isAny = list("any", test.Any), true
	}
	if test.Not != nil {
		given++
		p.not = c.condition(at+"/not", test.Not)
	}
	measured := false
	for _, a := range asks {
		measured = measured || !namesOf(&test.Measure, a.kind).IsZero()
	}
	bound := func(key string, n file.Number) *number {
		if n.IsZero() {
			return nil
		}
		if !measured {
			c.fail(at+"/"+key, "only a measure may be %s something", key)
		}
		compiled := c.taskNumber(at+"/"+key, n, ruleAny, 0)
		return &compiled
	}
	p.below, p.above, p.within = bound("below", test.Below), bound("above", test.Above), bound("within", test.Within)
	if measured {
		given++
		term := termPlan{ask: c.ask(at, &test.Measure, true), weight: number{rule: &ruleAny, value: 1}}
		p.term = &term
		if kind := term.ask.kind; p.below == nil && p.above == nil && p.within == nil && kind != askInside && kind != askTouching {
			c.fail(at, "the measure must be below, above or within something")
		}
	}
	if given != 1 {
		c.fail(at, "there must be one of all, any, not and a measure: %s", askWords())
	}
	return p
}

// see compiles what is observed.
func (c *compiler) see(at string, f *file.See) seePlan {
	p := seePlan{at: at, name: f.Name, see: f.See, prefix: f.As}
	if (f.Of == "") == (f.Value == nil) {
		c.fail(at, "there must be either \"of\" or \"value\"")
		return p
	}
	if f.Value != nil {
		if f.Name == "" {
			c.fail(at, "a value must have a name")
		}
		if f.See != nil || f.As != nil {
			c.fail(at, "only what is \"of\" something has see and as")
		}
		term := c.term(at+"/value", f.Value)
		p.value = &term
		return p
	}
	if f.Name != "" {
		c.fail(at+"/name", "only a value has a name; \"as\" is what names begin with")
	}
	for i, word := range f.See {
		c.oneOf(fmt.Sprintf("%s/see/%d", at, i), "number to see", word, seeWords...)
	}
	switch f.Of {
	case "bodies", "goals":
		p.every = f.Of
	default:
		p.of, _ = c.operand(at+"/of", f.Of, operandPlace)
		if p.of.reference != nil && p.of.reference.isWorld() {
			c.fail(at+"/of", "there is nothing to see of the world")
		}
	}
	if f.As != nil {
		c.braces(&p, at+"/as", *f.As)
	}
	return p
}

var seeWords = []string{"x", "y", "angle", "cos", "sin", "vx", "vy", "omega"}

// braces compiles the expression of i in a prefix, if it has one.
func (c *compiler) braces(p *seePlan, at, text string) {
	open := strings.IndexByte(text, '{')
	if open < 0 {
		return
	}
	closing := strings.IndexByte(text[open:], '}')
	if closing < 0 {
		c.fail(at, "%q must have a } after its {", clip(text))
		return
	}
	p.before, p.after = text[:open], text[open+closing+1:]
	p.braces = c.expression(at, text[open+1:open+closing], []string{"i"})
}
