package scenario

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"orrery/sim"
	"orrery/sim/expression"
	"orrery/sim/input"
	"orrery/sim/scenario/file"
)

// compiler turns a file into a program that draws scenes. It goes on after a mistake, so
// that all are told at once.
type compiler struct {
	file     *file.Scenario
	program  *program
	mistakes []file.Mistake

	bodies  map[string]int // index in the file, by name
	regions map[string]bool
	points  map[string]bool
	groups  map[string]int
	judge   *judgePlan // nil without a task
	replays []replayed
}

// fail keeps a mistake at a JSON pointer.
func (c *compiler) fail(at, format string, args ...any) {
	c.mistakes = append(c.mistakes, file.Mistake{Pointer: at, Rule: fmt.Sprintf(format, args...)})
}

// rule is what a number must be.
type rule struct {
	unit        string
	least, most float64
	positive    bool // > 0, whatever least is
	whole       bool
}

var (
	ruleAny           = rule{least: -sim.MaxMagnitude, most: sim.MaxMagnitude}
	ruleCount         = rule{most: sim.MaxBodies, whole: true}
	ruleAngle         = rule{unit: "rad", least: -sim.MaxMagnitude, most: sim.MaxMagnitude}
	ruleLength        = rule{unit: "m", least: sim.MinMagnitude, most: sim.MaxMagnitude, positive: true}
	rulePlace         = rule{unit: "m", least: -sim.MaxMagnitude, most: sim.MaxMagnitude}
	ruleDistance      = rule{unit: "m", most: sim.MaxMagnitude}
	ruleShare         = rule{most: 1}
	rulePositiveShare = rule{most: 1, positive: true}
	ruleNotNegative   = rule{most: sim.MaxMagnitude}
	ruleDensity       = rule{unit: "kg/m²", least: sim.MinMagnitude, most: sim.MaxMagnitude, positive: true}
	ruleMass          = rule{unit: "kg", least: sim.MinMagnitude, most: sim.MaxMagnitude, positive: true}
	ruleMoment        = rule{unit: "kg·m²", least: sim.MinMagnitude, most: sim.MaxMagnitude, positive: true}
)

// check returns what a value breaks, or nothing.
func (r *rule) check(v float64) string {
	must := ""
	switch {
	case math.IsNaN(v) || math.IsInf(v, 0):
		must = "a finite number"
	case r.positive && !(v > 0):
		must = "> 0"
	case v < r.least && r.most >= sim.MaxMagnitude:
		must = "at least " + plain(r.least)
	case v > r.most && (r.least <= -sim.MaxMagnitude || r.positive):
		must = "at most " + plain(r.most)
	case v < r.least || v > r.most:
		must = plain(r.least) + " to " + plain(r.most)
	case r.whole && v != math.Trunc(v):
		must = "a whole number"
	default:
		return ""
	}
	unit := ""
	if r.unit != "" {
		unit = " " + r.unit
	}
	return plain(v) + unit + " must be " + must
}

// plain returns a number as people write it: 1000000 and not 1e+06.
func plain(v float64) string {
	if math.Abs(v) < 1e15 && (v == 0 || math.Abs(v) >= 1e-6) {
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

// number is a number of the file that is ready to be drawn.
type number struct {
	at    string // JSON pointer
	rule  *rule
	given bool // by the file; else value is the default

	value  float64
	run    *expression.Program // nil for a value, and for chance
	chance *chance
	slot   int // of Env.Values, where the number is known already; 0 is none, as 1 more than the slot
}

type chance struct {
	kind    chanceKind
	of      []number
	weights []number
	whole   bool
}

type chanceKind int

const (
	chanceRange chanceKind = iota
	chanceNormal
	chanceChoice
)

// fixed reports whether the number is the same in all scenes.
func (n *number) fixed() bool { return n.run == nil && n.chance == nil && n.slot == 0 }

// number compiles a number that may refer to the known names. The default stands for one
// that is not given.
func (c *compiler) number(at string, n file.Number, known []string, r rule, fallback float64) number {
	compiled := number{at: at, rule: &r, given: true}
	switch {
	case n.Value != nil:
		compiled.value = *n.Value
	case n.Text != nil:
		compiled.run = c.expression(at, *n.Text, known)
		if compiled.run == nil {
			return compiled
		}
		if v, ok := compiled.run.Constant(); ok {
			compiled.run, compiled.value = nil, v
		}
	case n.Chance != nil:
		compiled.chance = c.chance(at, n.Chance, known, r)
		return compiled
	default:
		return number{at: at, rule: &r, value: fallback}
	}
	if compiled.run == nil {
		if bad := r.check(compiled.value); bad != "" {
			c.fail(at, "%s", bad)
		}
		compiled.value += 0 // never -0, which shows in files
	}
	return compiled
}

// expression compiles an expression, or keeps the mistake in it and returns nil.
func (c *compiler) expression(at, text string, known []string) *expression.Program {
	e, err := expression.Parse(text)
	var program *expression.Program
	if err == nil {
		program, err = e.Compile(known)
	}
	if wrong := (*expression.Error)(nil); errors.As(err, &wrong) {
		c.mistakes = append(c.mistakes, file.Mistake{Pointer: at, Rule: wrong.Rule, Offset: wrong.Offset})
	}
	return program
}

func (c *compiler) chance(at string, n *file.Chance, known []string, r rule) *chance {
	compiled := &chance{whole: n.Integer}
	given := 0
	parts := func(key string, list []file.Number, r rule) []number {
		numbers := make([]number, len(list))
		for i := range list {
			numbers[i] = c.number(fmt.Sprintf("%s/%s/%d", at, key, i), list[i], known, r, 0)
		}
		return numbers
	}
	if n.Range != nil {
		given++
		compiled.of = parts("range", n.Range[:], r)
		if a, b := &compiled.of[0], &compiled.of[1]; a.fixed() && b.fixed() && a.value > b.value {
			c.fail(at+"/range", "range from %v to %v must not fall", a.value, b.value)
		}
	}
	if n.Normal != nil {
		given++
		compiled.kind = chanceNormal
		compiled.of = append(parts("normal", n.Normal[:1], r), c.number(at+"/normal/1", n.Normal[1], known, ruleNotNegative, 0))
	}
	if n.Choice != nil {
		given++
		compiled.kind = chanceChoice
		compiled.of = parts("choice", n.Choice, r)
		compiled.weights = parts("weights", n.Weights, ruleNotNegative)
		switch {
		case len(n.Choice) == 0:
			c.fail(at+"/choice", "there must be something to choose from")
		case n.Weights != nil && len(n.Weights) != len(n.Choice):
			c.fail(at+"/weights", "there must be %d weights, one for each choice, not %d", len(n.Choice), len(n.Weights))
		}
	}
	switch {
	case given != 1:
		c.fail(at, "chance must have one of range, normal and choice")
	case n.Integer && n.Range == nil:
		c.fail(at+"/integer", "only a range may be of whole numbers")
	case n.Weights != nil && n.Choice == nil:
		c.fail(at+"/weights", "only a choice may have weights")
	}
	return compiled
}

// pair compiles [x, y], or returns a default.
func (c *compiler) pair(at string, p *file.Point, known []string, r rule, fallback sim.Vec) [2]number {
	if p == nil {
		return [2]number{{at: at, rule: &r, value: fallback.X}, {at: at, rule: &r, value: fallback.Y}}
	}
	return [2]number{c.number(at+"/0", p[0], known, r, fallback.X), c.number(at+"/1", p[1], known, r, fallback.Y)}
}

// constant compiles a number that must be the same in all scenes.
func (c *compiler) constant(at string, n file.Number, r rule, fallback float64) float64 {
	compiled := c.number(at, n, nil, r, fallback)
	if !compiled.fixed() {
		c.fail(at, "the number must be the same in all scenes")
	}
	return compiled.value
}

// numberName checks a name of a number, which expressions must be able to refer to.
func (c *compiler) numberName(at, name string, taken []string) {
	e, err := expression.Parse(name)
	switch {
	case err != nil || len(e.Names()) != 1 || e.Names()[0] != name || strings.Contains(name, "."):
		c.fail(at, "name %q must be letters, digits and low lines, and no word of expressions", clip(name))
	case slices.Contains([]string{"i", "n", "a", "b", "prev"}, name) && name != "a" && name != "b":
		c.fail(at, "name %q has a meaning of its own", name)
	case slices.Contains(taken, name):
		c.fail(at, "name %q is taken already", name)
	}
}

// thingName checks a name of something that is no number.
func (c *compiler) thingName(at, name string) {
	switch {
	case name == "world" || name == "walls" || name == "all" || name == "bodies" || name == "goals":
		c.fail(at, "name %q has a meaning of its own", name)
	case name == "" || len(name) > 100 || strings.ContainsAny(name, ".[]{}/\"\\") || strings.TrimSpace(name) != name:
		c.fail(at, "name %q must have 1 to 100 letters, without . [ ] { } / and quotes", clip(name))
	}
}

// oneOf checks that a word is one of those known, or nothing.
func (c *compiler) oneOf(at, what, word string, known ...string) bool {
	if word == "" || slices.Contains(known, word) {
		return true
	}
	c.fail(at, "unknown %s %q%s; there are %s", what, clip(word), input.Perhaps(word, known), strings.Join(known, ", "))
	return false
}

// unknownName is the rule that a name of something breaks that is not there.
func unknownName(what, name string, known []string) string {
	slices.Sort(known)
	switch hint := input.Perhaps(name, known); {
	case len(known) == 0:
		return fmt.Sprintf("unknown %s %q; there are none", what, clip(name))
	case hint != "" || len(known) > 20:
		return fmt.Sprintf("unknown %s %q%s", what, clip(name), hint)
	}
	return fmt.Sprintf("unknown %s %q; there are %s", what, clip(name), strings.Join(known, ", "))
}

// clip keeps a hostile name from filling the terminal.
func clip(name string) string {
	if len(name) > 60 {
		return strings.ToValidUTF8(name[:60], "") + "…"
	}
	return name
}
