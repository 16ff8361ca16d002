package scenario

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"sync"

	"orrery/sim"
	"orrery/sim/expression"
	"orrery/sim/task"
)

// binding ties the task of a file to one scene, in which it looks up all names.
type binding struct {
	plan   *judgePlan
	scene  *sim.Scene
	bodies map[string]int // index by name, or twice
	env    expression.Env // for what is the same in all frames
	board  *board
	err    error
}

const twice = -2

// board computes expressions of measures.
type board struct {
	basics   []task.Measure        // by measure; nil where it is an expression
	programs []*expression.Program // by measure; nil where it is not
	weights  []float64             // by measure
	offset   int                   // slot of the first measure
	envs     sync.Pool             // of *expression.Env, whose first slots are the scene's values
}

// bind implements task.Task.Bind.
func (p *judgePlan) bind(scene *sim.Scene) (*task.Judge, error) {
	b := &binding{plan: p, scene: scene, bodies: map[string]int{}}
	for i := range scene.Bodies {
		name := scene.Bodies[i].Name
		if _, known := b.bodies[name]; known {
			i = twice
		}
		b.bodies[name] = i
	}
	b.env.Values = make([]float64, len(p.globals)+len(p.measures))
	for slot, used := range p.used {
		if !used {
			continue
		}
		value, ok := scene.Values[p.globals[slot]]
		if !ok {
			b.fail("the scene lacks the value %q", p.globals[slot])
		}
		b.env.Values[slot] = value
	}
	b.board = &board{offset: len(p.globals)}
	values := b.env.Values
	b.board.envs.New = func() any { return &expression.Env{Values: slices.Clone(values)} }
	for i := range p.measures {
		term := &p.measures[i].term
		b.board.weights = append(b.board.weights, b.num(&term.weight))
		b.board.programs = append(b.board.programs, term.run)
		var basic task.Measure
		if term.run == nil {
			basic = b.measure(&term.ask)
		}
		b.board.basics = append(b.board.basics, basic)
	}
	judge := &task.Judge{}
	b.judge(judge)
	if b.err != nil {
		return nil, b.err
	}
	return judge, nil
}

// fail keeps the first thing that the scene lacks.
func (b *binding) fail(format string, args ...any) {
	if b.err == nil {
		b.err = fmt.Errorf(format, args...)
	}
}

// num returns the value of a number of the task.
func (b *binding) num(n *number) float64 {
	if n.run == nil {
		return n.value
	}
	v := n.run.Eval(&b.env)
	if bad := n.rule.check(v); bad != "" {
		b.fail("%s: %s", n.at, bad)
	}
	return v
}

// judge fills in what the plan says, or the default.
func (b *binding) judge(j *task.Judge) {
	p := b.plan
	if p.cost != nil {
		j.Cost = b.sum(p.cost)
	} else {
		misfits := make([]task.Term, len(b.scene.Goals))
		for i := range b.scene.Goals {
			misfits[i] = task.Term{Weight: 1, Measure: task.Misfit(b.scene, &b.scene.Goals[i])}
		}
		j.Cost = task.Sum(misfits...)
	}
	success := b.reached()
	if p.success != nil {
		success = b.condition(p.success)
	}
	j.Success = task.Of(success)
	switch {
	case p.sparse:
		j.Reward = task.Count(success)
	case p.reward != nil:
		j.Reward = b.sum(p.reward)
	default:
		j.Reward = task.Negative(j.Cost)
	}
	if p.failed != nil {
		j.Failed = task.Of(b.condition(p.failed))
	}
	b.observe(j)
	if len(p.measures) > 0 {
		j.Measure = b.report()
	}
}

// reached returns the condition that all goals are reached.
func (b *binding) reached() task.Condition {
	conditions := make([]task.Condition, len(b.scene.Goals))
	for i := range b.scene.Goals {
		conditions[i] = task.Reached(b.scene, &b.scene.Goals[i])
	}
	return task.All(conditions...)
}

// report returns all measures by name.
func (b *binding) report() func(state sim.State) map[string]float64 {
	board, names, all := b.board, make([]string, len(b.plan.measures)), make([]int, len(b.plan.measures))
	for i := range names {
		names[i], all[i] = b.plan.measures[i].name, i
	}
	return func(state sim.State) map[string]float64 {
		env := board.envs.Get().(*expression.Env)
		defer board.envs.Put(env)
		board.fill(env, all, state, nil)
		values := make(map[string]float64, len(names))
		for i, name := range names {
			values[name] = env.Values[board.offset+i]
		}
		return values
	}
}

// fill computes some measures, which are in the order in which they need each other.
func (b *board) fill(env *expression.Env, needs []int, state sim.State, action sim.Action) {
	for _, k := range needs {
		if basic := b.basics[k]; basic != nil {
			env.Values[b.offset+k] = b.weights[k] * basic(state, action)
		} else {
			env.Values[b.offset+k] = b.programs[k].Eval(env)
		}
	}
}

// expression returns the value of an expression as a measure.
func (b *board) expression(program *expression.Program, needs []int) task.Measure {
	return func(state sim.State, action sim.Action) float64 {
		env := b.envs.Get().(*expression.Env)
		b.fill(env, needs, state, action)
		value := program.Eval(env)
		b.envs.Put(env)
		return value
	}
}

// sum returns the terms of a cost, added.
func (b *binding) sum(terms []termPlan) task.Measure {
	list := make([]task.Term, len(terms))
	for i := range terms {
		list[i] = task.Term{Weight: b.num(&terms[i].weight), Measure: b.term(&terms[i])}
	}
	if len(list) == 1 && list[0].Weight == 1 {
		return list[0].Measure
	}
	return task.Sum(list...)
}

// term returns a term without its weight.
func (b *binding) term(t *termPlan) task.Measure {
	if t.run != nil {
		return b.board.expression(t.run, t.needs)
	}
	return b.measure(&t.ask)
}

// nothing stands for what the scene lacks, which is told.
func nothing(sim.State, sim.Action) float64 { return 0 }

// measure returns a measure of the file, of all things that its names mean.
func (b *binding) measure(a *askPlan) task.Measure {
	list := b.each(a)
	switch {
	case len(list) == 0:
		return nothing
	case len(list) == 1:
		return list[0]
	}
	switch a.over {
	case "sum":
		terms := make([]task.Term, len(list))
		for i, m := range list {
			terms[i] = task.Term{Weight: 1, Measure: m}
		}
		return task.Sum(terms...)
	case "min", "all":
		return task.Least(list...)
	case "max", "any":
		return task.Most(list...)
	}
	return task.Mean(list...)
}

// thing is what an operand means in the scene.
type thing struct {
	body   int // or sim.World
	point  sim.Point
	whole  bool // the body itself and no point of it
	goal   *sim.Goal
	region *sim.Region
	joint  *sim.Joint
}

// each returns the measure of each of the things, or pairs of things, that the names mean.
// Copies of a body and their goals belong together; other copies meet all of the others.
func (b *binding) each(a *askPlan) []task.Measure {
	if a.kind == askEffort {
		var indices []int
		for i := range a.operands {
			indices = append(indices, b.actuators(&a.operands[i])...)
		}
		return []task.Measure{task.Effort(b.scene, indices...)}
	}
	groups := make([][]thing, len(a.operands))
	for i := range a.operands {
		groups[i] = b.things(&a.operands[i])
	}
	var list []task.Measure
	if len(groups) == 1 {
		for _, t := range groups[0] {
			list = append(list, b.one(a, t, nil))
		}
		return list
	}
	if len(groups) < 2 {
		return nil
	}
	first, second := groups[0], groups[1]
	if len(first) > 1 && len(first) == len(second) && (second[0].goal != nil || first[0].goal != nil) {
		for i := range first {
			list = append(list, b.one(a, first[i], &second[i]))
		}
		return list
	}
	for _, p := range first {
		for k := range second {
			if p.whole && second[k].whole && p.body == second[k].body && p.body != sim.World {
				continue // a body and itself
			}
			list = append(list, b.one(a, p, &second[k]))
		}
	}
	return list
}

// one returns a measure of one thing, or of two.
func (b *binding) one(a *askPlan, p thing, q *thing) task.Measure {
	world := thing{body: sim.World, point: sim.Point{Body: sim.World}}
	first, second := p.point, world.point
	if q != nil {
		first, second = meeting(p, *q)
	}
	axis := unitAxis(b.num(&a.angle))
	switch a.kind {
	case askDistance:
		return task.Distance(first, second)
	case askOffset:
		return task.Offset(first, second, axis)
	case askHeight:
		return task.Height(first)
	case askSpeed:
		if a.signed {
			return task.Velocity(first, second, axis)
		}
		return task.Speed(first, second)
	case askSpin:
		if q == nil {
			return task.Spin(p.body, sim.World)
		}
		return task.Spin(p.body, q.body)
	case askAngle:
		return b.angle(p, q)
	case askCoverage:
		return task.Coverage(b.scene, aimed(p, q))
	case askOutline:
		return task.Outline(b.scene, aimed(p, q))
	case askMisfit:
		return task.Misfit(b.scene, p.goal)
	case askInside:
		if p.whole {
			return task.Count(task.Inside(b.scene, p.body, q.region))
		}
		return task.Count(task.PointInside(p.point, q.region))
	case askOutside:
		if p.whole {
			return task.Outside(b.scene, p.body, q.region)
		}
		return task.PointOutside(p.point, q.region)
	case askGap:
		return task.Gap(b.scene, p.body, q.body)
	case askTouching:
		return task.Count(task.Touching(b.scene, p.body, q.body))
	case askJointAngle:
		return task.Heading(p.joint.A, p.joint.B)
	case askJointRate:
		return task.Spin(p.joint.A, p.joint.B)
	case askEffort: // is of actuators and not of things
	}
	b.fail("%s: %q has no rule", a.at, a.kind)
	return nothing
}

// angle returns how a body is turned: alone from −π to π, or away from a goal or another
// body, without its sign.
func (b *binding) angle(p thing, q *thing) task.Measure {
	switch {
	case q == nil:
		body := p.body
		return func(state sim.State, _ sim.Action) float64 { return math.Remainder(state[body].Angle, 2*math.Pi) }
	case q.goal != nil:
		if q.goal.Kind != sim.Pose && q.goal.Kind != sim.Angle {
			b.fail("goal %q has no angle", q.goal.Name)
		}
		return task.Turned(aimed(p, q))
	}
	heading := task.Heading(p.body, q.body)
	return func(state sim.State, action sim.Action) float64 {
		return math.Abs(math.Remainder(heading(state, action), 2*math.Pi))
	}
}

// aimed returns a goal as one of a body, which may be another than its own.
func aimed(p thing, q *thing) *sim.Goal {
	if q == nil {
		return p.goal
	}
	goal := *q.goal
	goal.Body = p.body
	return &goal
}

// meeting returns the points of two things between which a distance is measured. A body and
// its own goal meet where the goal wants a point of the body.
func meeting(p, q thing) (first, second sim.Point) {
	first, second = p.point, q.point
	if q.goal != nil && p.whole && q.goal.Body == p.body {
		first.At = q.goal.Anchor
	}
	if p.goal != nil && q.whole && p.goal.Body == q.body {
		second.At = p.goal.Anchor
	}
	return first, second
}

// body returns the index of a body by its name.
func (b *binding) body(name string) int {
	i, ok := b.bodies[name]
	switch {
	case !ok:
		b.fail("the scene has no body %q", name)
		return 0
	case i == twice:
		b.fail("the scene has several bodies %q", name)
		return 0
	}
	return i
}

// series returns the indices of NAME0, NAME1 … as long as there are some.
func series(name string, find func(name string) int) []int {
	var list []int
	for i := 0; ; i++ {
		k := find(name + strconv.Itoa(i))
		if k < 0 {
			return list
		}
		list = append(list, k)
	}
}

// things returns what an operand means in the scene.
func (b *binding) things(o *operand) []thing {
	s := b.scene
	switch {
	case o.kind == operandGoal:
		return b.named(o, "goal", len(s.Goals), func(i int) string { return s.Goals[i].Name }, func(i int) thing {
			g := &s.Goals[i]
			return thing{body: g.Body, goal: g, point: sim.Point{Body: sim.World, At: g.Target}}
		})
	case o.kind == operandRegion:
		return b.named(o, "region", len(s.Regions), func(i int) string { return s.Regions[i].Name }, func(i int) thing { return thing{region: &s.Regions[i]} })
	case o.kind == operandJoint:
		return b.named(o, "joint", len(s.Joints), func(i int) string { return s.Joints[i].Name }, func(i int) thing { return thing{joint: &s.Joints[i]} })
	case o.name == "walls":
		return []thing{{body: sim.World, whole: true}}
	}
	return b.referred(o.reference)
}

// named returns the things of a name, or of all copies of it.
func (b *binding) named(o *operand, what string, count int, name func(int) string, make func(int) thing) []thing {
	find := func(wanted string) int {
		for i := range count {
			if name(i) == wanted {
				return i
			}
		}
		return -1
	}
	var list []thing
	if o.copies {
		for _, i := range series(o.name, find) {
			list = append(list, make(i))
		}
		return list
	}
	i := find(o.name)
	if i < 0 {
		b.fail("the scene has no %s %q", what, o.name)
		return nil
	}
	return []thing{make(i)}
}

// referred returns the bodies or points that a reference means.
func (b *binding) referred(r *reference) []thing {
	if r.body == sim.World {
		p := sim.Point{Body: sim.World}
		if r.point != "" {
			p = b.point(sim.World, r.point)
		}
		return []thing{{body: sim.World, point: p, whole: r.point == ""}}
	}
	var bodies []int
	switch {
	case r.all():
		bodies = series(r.name, func(name string) int {
			if i, ok := b.bodies[name]; ok && i != twice {
				return i
			}
			return -1
		})
	case r.which != nil:
		bodies = []int{b.body(r.name + strconv.Itoa(int(r.which.Eval(&b.env))))}
	case r.counted:
		bodies = []int{b.body(r.name + strconv.Itoa(r.index))}
	default:
		bodies = []int{b.body(r.name)}
	}
	list := make([]thing, len(bodies))
	for i, body := range bodies {
		list[i] = thing{body: body, point: sim.Point{Body: body}, whole: r.point == ""}
		if r.point != "" {
			list[i].point = b.point(body, r.point)
		}
	}
	return list
}

// point returns a point of a body, or of the world.
func (b *binding) point(body int, name string) sim.Point {
	for _, p := range b.scene.Points {
		if p.Body == body && p.Name == name {
			return p
		}
	}
	b.fail("the scene has no point %q there", name)
	return sim.Point{Body: body}
}

// actuators returns the indices of the actuators of a name: all, or those that the file
// makes of one, which add _x, _y or a number to its name.
func (b *binding) actuators(o *operand) []int {
	var list []int
	for i := range b.scene.Actuators {
		name := b.scene.Actuators[i].Name
		if o.name == "all" || name == o.name || o.copies && len(name) > len(o.name) && name[:len(o.name)] == o.name && isSuffix(name[len(o.name):]) {
			list = append(list, i)
		}
	}
	if len(list) == 0 && o.name != "all" {
		b.fail("the scene has no actuator %q", o.name)
	}
	return list
}

// isSuffix reports whether a text is what the name of an actuator has besides that of the file.
func isSuffix(text string) bool {
	for len(text) > 0 && text[0] >= '0' && text[0] <= '9' {
		text = text[1:]
	}
	return text == "" || text == "_x" || text == "_y"
}

// condition returns when something holds.
func (b *binding) condition(p *conditionPlan) task.Condition {
	list := func(plans []*conditionPlan) []task.Condition {
		conditions := make([]task.Condition, len(plans))
		for i := range plans {
			conditions[i] = b.condition(plans[i])
		}
		return conditions
	}
	switch {
	case p.isAll:
		return task.All(list(p.all)...)
	case p.isAny:
		return task.Any(list(p.any)...)
	case p.not != nil:
		return task.Not(b.condition(p.not))
	case p.term.run != nil:
		value := b.term(p.term)
		return func(state sim.State, action sim.Action) bool { return value(state, action) != 0 }
	}
	ask := &p.term.ask
	if ask.over != "" && ask.over != "all" && ask.over != "any" {
		return b.bounded(p, b.measure(ask))
	}
	var each []task.Condition
	for _, m := range b.each(ask) {
		each = append(each, b.bounded(p, m))
	}
	if ask.over == "any" {
		return task.Any(each...)
	}
	return task.All(each...)
}

// bounded returns when a measure is within its bounds, or not 0 when it has none.
func (b *binding) bounded(p *conditionPlan, m task.Measure) task.Condition {
	var all []task.Condition
	if p.below != nil {
		all = append(all, task.Below(m, b.num(p.below)))
	}
	if p.above != nil {
		all = append(all, task.Above(m, b.num(p.above)))
	}
	if p.within != nil {
		all = append(all, task.Within(m, b.num(p.within)))
	}
	switch len(all) {
	case 0:
		return func(state sim.State, action sim.Action) bool { return m(state, action) != 0 }
	case 1:
		return all[0]
	}
	return task.All(all...)
}

// observe fills in what is seen: what the plan says or, by default, all bodies and goals.
func (b *binding) observe(j *task.Judge) {
	var see []func(state sim.State) float64
	add := func(name string, value func(state sim.State) float64) {
		j.Names, see = append(j.Names, name), append(see, value)
	}
	plans := b.plan.observe
	if plans == nil {
		plans = []seePlan{{every: "bodies"}, {every: "goals"}}
	}
	for i := range plans {
		b.see(&plans[i], add)
	}
	j.Observe = func(state sim.State) []float64 {
		seen := make([]float64, len(see))
		for i, value := range see {
			seen[i] = value(state)
		}
		return seen
	}
}

func (b *binding) see(p *seePlan, add func(name string, value func(state sim.State) float64)) {
	if p.value != nil {
		value, weight := b.term(p.value), b.num(&p.value.weight)
		add(p.name, func(state sim.State) float64 { return weight * value(state, nil) })
		return
	}
	var things []thing
	switch p.every {
	case "bodies":
		for i := range b.scene.Bodies {
			things = append(things, thing{body: i, point: sim.Point{Body: i}, whole: true})
		}
	case "goals":
		for i := range b.scene.Goals {
			g := &b.scene.Goals[i]
			things = append(things, thing{goal: g, point: sim.Point{Body: sim.World, At: g.Target}})
		}
	default:
		things = b.things(&p.of)
	}
	for i := range things {
		prefix := b.prefix(p, &things[i], i)
		for _, word := range b.words(p, &things[i]) {
			if value := b.seen(p, &things[i], word); value != nil {
				add(prefix+word, value)
			}
		}
	}
}

// prefix returns what the names of the numbers of a thing begin with.
func (b *binding) prefix(p *seePlan, t *thing, i int) string {
	switch {
	case p.braces != nil:
		return fmt.Sprintf("%s%v%s", p.before, p.braces.Eval(&expression.Env{Values: []float64{float64(i)}}), p.after)
	case p.prefix != nil:
		return *p.prefix
	case t.goal != nil:
		return nameOr(t.goal.Name, "goal", i) + "_"
	case t.body == sim.World || !t.whole:
		if t.body != sim.World {
			return nameOr(b.scene.Bodies[t.body].Name, "body", t.body) + "_" + t.point.Name + "_"
		}
		return t.point.Name + "_"
	}
	return nameOr(b.scene.Bodies[t.body].Name, "body", t.body) + "_"
}

func nameOr(name, what string, i int) string {
	if name != "" {
		return name
	}
	return what + strconv.Itoa(i)
}

// words returns which numbers of a thing are seen.
func (b *binding) words(p *seePlan, t *thing) []string {
	switch {
	case p.see != nil:
		return p.see
	case t.goal != nil:
		switch t.goal.Kind {
		case sim.Place:
			return []string{"x", "y"}
		case sim.Pose:
			return []string{"x", "y", "cos", "sin"}
		case sim.Angle:
			return []string{"cos", "sin"}
		case sim.Inside:
			return nil
		}
	case t.body == sim.World:
		return []string{"x", "y"}
	case !t.whole:
		return []string{"x", "y", "vx", "vy"}
	}
	return []string{"x", "y", "cos", "sin", "vx", "vy", "omega"}
}

// seen returns a number of a thing.
func (b *binding) seen(p *seePlan, t *thing, word string) func(state sim.State) float64 {
	fixed := func(v float64) func(sim.State) float64 { return func(sim.State) float64 { return v } }
	body, point := t.body, t.point
	if t.goal != nil || body == sim.World {
		at, angle := t.point.At, 0.0
		if t.goal != nil {
			angle = t.goal.Angle
		}
		switch word {
		case "x":
			return fixed(at.X)
		case "y":
			return fixed(at.Y)
		case "angle":
			return fixed(angle)
		case "cos":
			return fixed(math.Cos(angle))
		case "sin":
			return fixed(math.Sin(angle))
		}
		b.fail("%s: %q is nothing to see of a goal or a point of the world", p.at, word)
		return nil
	}
	switch word {
	case "x":
		return func(s sim.State) float64 { return s[body].Point(point.At).X }
	case "y":
		return func(s sim.State) float64 { return s[body].Point(point.At).Y }
	case "angle":
		return func(s sim.State) float64 { return s[body].Angle }
	case "cos":
		return func(s sim.State) float64 { return math.Cos(s[body].Angle) }
	case "sin":
		return func(s sim.State) float64 { return math.Sin(s[body].Angle) }
	case "vx":
		return func(s sim.State) float64 { return s[body].PointVelocity(point.At).X }
	case "vy":
		return func(s sim.State) float64 { return s[body].PointVelocity(point.At).Y }
	case "omega":
		return func(s sim.State) float64 { return s[body].Omega }
	}
	b.fail("%s: %q is nothing to see", p.at, word)
	return nil
}
