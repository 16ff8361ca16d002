package expression

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"orrery/sim/input"
)

// Env has the values that a program computes with. It may be changed between evaluations, and belongs
// to one goroutine.
type Env struct {
	Values []float64  // of the known names, in their order
	Rand   *rand.Rand // may be nil when the expression is not Random
}

// Program is an expression whose names are tied to places in a list of values. It is
// safe for concurrent use, each goroutine with an Env of its own.
type Program struct {
	run      step
	constant bool
}

// step computes a part of an expression.
type step func(e *Env) float64

// Compile ties the expression to values: known are their names, in their order; a value
// without a name, which is empty, cannot be referred to. The error
// for a name that is not known is an *Error.
func (e *Expression) Compile(known []string) (*Program, error) {
	run, constant, err := e.root.compile(known)
	if err != nil {
		return nil, err
	}
	return &Program{run: run, constant: constant}, nil
}

// Constant returns the value of a program that has neither names nor random functions.
func (p *Program) Constant() (value float64, ok bool) {
	if !p.constant {
		return 0, false
	}
	return p.Eval(&Env{}), true
}

// Eval computes the program. What cannot be computed, such as the root of -1, is NaN or an
// infinity. It allocates nothing.
func (p *Program) Eval(env *Env) float64 { return p.run(env) }

func (n *node) compile(known []string) (run step, constant bool, err error) {
	of, constant, last := make([]step, len(n.of)), true, false
	for i, below := range n.of {
		if of[i], last, err = below.compile(known); err != nil {
			return nil, false, err
		}
		constant = constant && last
	}
	switch n.kind {
	case nodeNumber:
		return number(n.value), true, nil
	case nodeName:
		slot := slices.Index(known, n.text)
		if slot < 0 {
			return nil, false, n.unknown(known)
		}
		return func(e *Env) float64 { return e.Values[slot] }, false, nil
	case nodeChoice:
		run = choose(of[0], of[1], of[2])
	case nodeOperator:
		if run = operate(n.text, of); n.text == "^" && last {
			run = power(of[0], of[1](&Env{}))
		}
	case nodeCall:
		f := functions[n.text]
		constant = constant && f.draw == nil
		run = f.apply(of)
	}
	if constant { // computed once
		return number(run(&Env{})), true, nil
	}
	return run, false, nil
}

func (n *node) unknown(known []string) error {
	known = slices.DeleteFunc(slices.Clone(known), func(name string) bool { return name == "" })
	if len(known) == 0 {
		return &Error{n.offset, fmt.Sprintf("unknown name %q; no names are known here", n.text)}
	}
	hint := input.Perhaps(n.text, known)
	if hint == "" {
		hint = "; there are " + strings.Join(known, ", ")
	}
	return &Error{n.offset, fmt.Sprintf("unknown name %q%s", n.text, hint)}
}

func number(value float64) step { return func(*Env) float64 { return value } }

func choose(condition, yes, no step) step {
	return func(e *Env) float64 {
		if condition(e) != 0 {
			return yes(e)
		}
		return no(e)
	}
}

// power returns the step of a number to a power that is the same always. Small whole ones
// are multiplied in the order of math.Pow, so that they are the same bit by bit.
func power(of step, exponent float64) step {
	switch exponent {
	case 2:
		return func(e *Env) float64 { x := of(e); return x * x }
	case 3:
		return func(e *Env) float64 { x := of(e); return x * (x * x) }
	case 4:
		return func(e *Env) float64 { x := of(e); x *= x; return x * x }
	case 8:
		return func(e *Env) float64 { x := of(e); x *= x; x *= x; return x * x }
	}
	return func(e *Env) float64 { return math.Pow(of(e), exponent) }
}

// truth is 1 for what holds and 0 for what does not.
func truth(holds bool) float64 {
	if holds {
		return 1
	}
	return 0
}

// operate returns the step of an operator that the parser knows.
func operate(operator string, of []step) step {
	a := of[0]
	if len(of) == 1 {
		if operator == "not" {
			return func(e *Env) float64 { return truth(a(e) == 0) }
		}
		return func(e *Env) float64 { return -a(e) }
	}
	b := of[1]
	switch operator {
	case "+":
		return func(e *Env) float64 { return a(e) + b(e) }
	case "-":
		return func(e *Env) float64 { return a(e) - b(e) }
	case "*":
		return func(e *Env) float64 { return a(e) * b(e) }
	case "/":
		return func(e *Env) float64 { return a(e) / b(e) }
	case "%":
		return func(e *Env) float64 { return modulo(a(e), b(e)) }
	case "^":
		return func(e *Env) float64 { return math.Pow(a(e), b(e)) }
	case "<":
		return func(e *Env) float64 { return truth(a(e) < b(e)) }
	case "<=":
		return func(e *Env) float64 { return truth(a(e) <= b(e)) }
	case ">":
		return func(e *Env) float64 { return truth(a(e) > b(e)) }
	case ">=":
		return func(e *Env) float64 { return truth(a(e) >= b(e)) }
	case "==":
		return func(e *Env) float64 { return truth(a(e) == b(e)) }
	case "!=":
		return func(e *Env) float64 { return truth(a(e) != b(e)) }
	case "and":
		return func(e *Env) float64 { return truth(a(e) != 0 && b(e) != 0) }
	case "or":
		return func(e *Env) float64 { return truth(a(e) != 0 || b(e) != 0) }
	}
	panic("expression: operator " + operator + " has no meaning")
}

// apply returns the step of a function.
func (f *function) apply(of []step) step {
	switch {
	case f.one != nil:
		one, a := f.one, of[0]
		return func(e *Env) float64 { return one(a(e)) }
	case f.two != nil:
		two := f.two
		run := of[0]
		for _, b := range of[1:] {
			a := run
			run = func(e *Env) float64 { return two(a(e), b(e)) }
		}
		return run
	case f.three != nil:
		three, a, b, c := f.three, of[0], of[1], of[2]
		return func(e *Env) float64 { return three(a(e), b(e), c(e)) }
	}
	draw := f.draw
	return func(e *Env) float64 { return draw(e, of) }
}
