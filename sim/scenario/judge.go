package scenario

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"orrery/sim"
	"orrery/sim/expression"
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
	failing  float64 // added to the cost in frames that have failed
	observe  []seePlan
	usual    *sim.Scene // one of the scenes
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

// conditionPlan is an expression, a measure with bounds, or conditions joined.
type conditionPlan struct {
	term                 *termPlan
	below, above, within *number
	all, any             []*conditionPlan
	isAll, isAny         bool
	not                  *conditionPlan
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
	s.Planner = usualPlanner(c.program.fps)
	c.program.unsolved = p
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
	made.Hold, c.program.hold = f.Hold, f.Hold
	p.failing = c.constant(at+"/failing", f.Failing, rule{most: 1e9}, failing)
	if !f.Failing.IsZero() && f.Failed == nil {
		c.fail(at+"/failing", "nothing fails here: \"failed\" says when the task has failed")
	}
	if unit := c.constant(at+"/action_unit", f.ActionUnit, ruleLength, 1); unit > 0 {
		made.Unit = unit
	}
	c.oneOf(at+"/starts", "kind of start", f.Starts, "unsolved", "any")
	if made.AnyStart = f.Starts == "any"; made.AnyStart {
		c.program.unsolved = nil
	}
	if f.Planner != nil {
		maps.Copy(s.Planner, c.planner(at+"/planner", f.Planner))
	}
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

// usualPlanner returns the settings of a planner in a scenario that says nothing else: a decision
// holds for a tenth of a second, as plans of single frames do not reach far.
func usualPlanner(fps int) map[string]float64 {
	return map[string]float64{"repeat": max(1, math.Round(float64(fps)/10))}
}

// failing is what a frame in which a task has failed adds to the cost by default, more than the
// costs of a plan that are distances and angles.
const failing = 100

// planner compiles settings of a planner, which has rules for them of its own.
func (c *compiler) planner(at string, p *file.Planner) map[string]float64 {
	settings := map[string]float64{}
	for name, n := range p.Numbers() {
		if !n.IsZero() {
			settings[name] = c.constant(at+"/"+name, n, ruleAny, 0)
		}
	}
	return settings
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

// clockNames are names of the time, which a task does not see.
var clockNames = []string{"time", "t", "frame", "step", "seconds"}

// taskExpression compiles an expression of the task.
func (c *compiler) taskExpression(at, text string) (*expression.Program, []int) {
	before := len(c.mistakes)
	program := c.expression(at, text, c.taskNames())
	for i := range c.mistakes[before:] {
		m := &c.mistakes[before+i]
		for _, name := range clockNames {
			if unknown := fmt.Sprintf("unknown name %q", name); strings.HasPrefix(m.Rule, unknown) {
				m.Rule = unknown + `: a task sees one moment, and no time: "time_limit_s" ends it, and "held_s" says how long a success lasts`
			}
		}
	}
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
