package scenario

import (
	"fmt"
	"slices"
	"sync"

	"orrery/sim"
	"orrery/sim/expression"
	"orrery/sim/task"
)

// binding ties the task of a file to one scene, in which it looks up all names.
type binding struct {
	plan   *judgePlan
	scene  *sim.Scene
	bodies map[string]int // index by name, or twice; nil until one of many bodies is asked for
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
	acts     []bool                // by measure, whether it depends on the action
	sheets   sync.Pool             // of *sheet
}

// bind implements task.Task.Bind.
func (p *judgePlan) bind(scene *sim.Scene) (*task.Judge, error) {
	b := p.binding(p.named(scene))
	for i := range p.measures {
		b.prepare(i)
	}
	judge := &task.Judge{}
	b.judge(judge)
	if b.err != nil {
		return nil, b.err
	}
	return judge, nil
}

// settled reports whether an attempt that starts with a scene has nothing to do, as a Judge
// says it, for which it binds no more than it must.
func (p *judgePlan) settled(scene *sim.Scene, hold bool) (bool, error) {
	b := p.binding(scene)
	start, settled := scene.Start(), false
	if !hold {
		settled = b.succeeded()(start, nil)
	}
	if p.failed != nil {
		settled = b.condition(p.failed)(start, nil) || settled
	}
	return settled, b.err
}

// binding returns what knows the numbers of a scene, and no measure yet.
func (p *judgePlan) binding(scene *sim.Scene) *binding {
	b := &binding{plan: p, scene: scene}
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
	n := len(p.measures)
	b.board = &board{offset: len(p.globals), basics: make([]task.Measure, n), weights: make([]float64, n), programs: make([]*expression.Program, n)}
	b.board.acts = make([]bool, n)
	for k := range p.measures { // each needs only those before it
		term := &p.measures[k].term
		b.board.acts[k] = term.run == nil && term.ask.kind == askEffort || slices.ContainsFunc(term.needs, func(i int) bool { return b.board.acts[i] })
	}
	values := b.env.Values
	b.board.sheets.New = func() any { return &sheet{env: expression.Env{Values: slices.Clone(values)}, known: make([]bool, n)} }
	return b
}

// prepare binds a measure by name, once.
func (b *binding) prepare(k int) {
	term := &b.plan.measures[k].term
	if b.board.programs[k] != nil || b.board.basics[k] != nil {
		return
	}
	b.board.weights[k] = b.num(&term.weight)
	if b.board.programs[k] = term.run; term.run == nil {
		b.board.basics[k] = b.measure(&term.ask)
	}
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

// avoid returns a cost to which states that have failed add something.
func avoid(cost task.Measure, failed func(sim.State) bool, more float64) task.Measure {
	return func(state sim.State, action sim.Action) float64 {
		if failed(state) {
			return cost(state, action) + more
		}
		return cost(state, action)
	}
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
	success := b.succeeded()
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
		if p.failing > 0 {
			j.Cost = avoid(j.Cost, j.Failed, p.failing)
		}
	}
	b.observe(j)
	if len(p.measures) > 0 {
		j.Measures, j.Measure = b.report()
	}
}

// succeeded returns the condition that the plan has, or that all goals are reached.
func (b *binding) succeeded() task.Condition {
	if b.plan.success != nil {
		return b.condition(b.plan.success)
	}
	return b.reached()
}

// reached returns the condition that all goals are reached.
func (b *binding) reached() task.Condition {
	conditions := make([]task.Condition, len(b.scene.Goals))
	for i := range b.scene.Goals {
		conditions[i] = task.Reached(b.scene, &b.scene.Goals[i])
	}
	return task.All(conditions...)
}

// report returns the names of all measures and what writes their values.
func (b *binding) report() (names []string, measure func(state sim.State, into []float64)) {
	board, all := b.board, make([]int, len(b.plan.measures))
	for i := range all {
		names, all[i] = append(names, b.plan.measures[i].name), i
	}
	return names, func(state sim.State, into []float64) {
		s := board.sheets.Get().(*sheet)
		board.fill(s, all, state, nil)
		copy(into, s.env.Values[board.offset:board.offset+len(all)])
		board.sheets.Put(s)
	}
}

// sheet has the values of measures. Reward, success and what is reported are asked of one state after the other, so it
// remembers what does not depend on the action.
type sheet struct {
	env   expression.Env // its first slots are the scene's values
	state sim.State      // of which the known measures are
	known []bool         // by measure
}

// fewBodies is for how many bodies comparing states is less work than most measures.
const fewBodies = 16

// fill computes some measures, which are in the order in which they need each other.
func (b *board) fill(s *sheet, needs []int, state sim.State, action sim.Action) {
	if len(state) > fewBodies {
		clear(s.known)
	} else if !slices.Equal(s.state, state) {
		s.state = append(s.state[:0], state...)
		clear(s.known)
	}
	for _, k := range needs {
		if s.known[k] {
			continue
		}
		if basic := b.basics[k]; basic != nil {
			s.env.Values[b.offset+k] = b.weights[k] * basic(state, action)
		} else {
			s.env.Values[b.offset+k] = b.programs[k].Eval(&s.env)
		}
		s.known[k] = !b.acts[k]
	}
}

// expression returns the value of an expression as a measure.
func (b *board) expression(program *expression.Program, needs []int) task.Measure {
	return func(state sim.State, action sim.Action) float64 {
		s := b.sheets.Get().(*sheet)
		b.fill(s, needs, state, action)
		value := program.Eval(&s.env)
		b.sheets.Put(s)
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
		for _, k := range t.needs {
			b.prepare(k)
		}
		return b.board.expression(t.run, t.needs)
	}
	return b.measure(&t.ask)
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
