package scenario

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"orrery/sim"
	"orrery/sim/expression"
	"orrery/sim/scenario/file"
	"orrery/sim/task"
)

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
