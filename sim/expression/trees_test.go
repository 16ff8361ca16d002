package expression_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"orrery/sim/expression"
)

// tree is an expression as its operators and functions are, and what it is worth.
type tree struct {
	text  string
	binds int // how strongly its outermost operator does
	worth float64
}

// How strongly operators bind, from the weakest.
const (
	chooses = iota
	either
	both
	denies
	compares
	adds
	multiplies
	negates
	raises
	alone
)

// inside returns the text of a part, in parentheses where its operator binds less than it must.
func (x tree) inside(least int) string {
	if x.binds < least {
		return "(" + x.text + ")"
	}
	return x.text
}

func truth(holds bool) float64 {
	if holds {
		return 1
	}
	return 0
}

// modulo has the sign of b.
func modulo(a, b float64) float64 { return a - b*math.Floor(a/b) }

// grow returns a random tree over values, of some depth, whose parts are all worth numbers of
// a usual size.
func grow(rng *rand.Rand, depth int, values []float64) tree {
	for {
		if x := sprout(rng, depth, values); math.Abs(x.worth) < 1e6 { // nor what is no number
			return x
		}
	}
}

func sprout(rng *rand.Rand, depth int, values []float64) tree {
	if depth == 0 || rng.IntN(8) == 0 {
		switch k := rng.IntN(len(values) + 2); {
		case k < len(values):
			return tree{fmt.Sprintf("v%d", k), alone, values[k]}
		case k == len(values):
			return tree{"pi", alone, math.Pi}
		}
		n := float64(rng.IntN(9)) / 4
		return tree{fmt.Sprint(n), alone, n}
	}
	one := func() tree { return grow(rng, depth-1, values) }
	// From left to right, so what stands on the right must bind more.
	left := func(operator string, binds int, f func(a, b float64) float64) tree {
		a, b := one(), one()
		return tree{a.inside(binds) + operator + b.inside(binds+1), binds, f(a.worth, b.worth)}
	}
	switch rng.IntN(16) {
	case 0:
		return left("+", adds, func(a, b float64) float64 { return a + b })
	case 1:
		return left(" - ", adds, func(a, b float64) float64 { return a - b })
	case 2:
		return left("*", multiplies, func(a, b float64) float64 { return a * b })
	case 3:
		return left(" / ", multiplies, func(a, b float64) float64 { return a / b })
	case 4:
		return left(" % ", multiplies, modulo)
	case 5:
		a, b := one(), one() // from right to left
		return tree{a.inside(alone) + "^" + b.inside(raises), raises, math.Pow(a.worth, b.worth)}
	case 6:
		a := one()
		return tree{"-" + a.inside(raises), negates, -a.worth}
	case 7:
		a, b := one(), one()
		operator := []string{"<", "<=", ">", ">=", "==", "!="}[rng.IntN(6)]
		holds := map[string]bool{"<": a.worth < b.worth, "<=": a.worth <= b.worth, ">": a.worth > b.worth, ">=": a.worth >= b.worth, "==": a.worth == b.worth, "!=": a.worth != b.worth}
		return tree{a.inside(adds) + " " + operator + " " + b.inside(adds), compares, truth(holds[operator])}
	case 8:
		return left(" and ", both, func(a, b float64) float64 { return truth(a != 0 && b != 0) })
	case 9:
		return left(" or ", either, func(a, b float64) float64 { return truth(a != 0 || b != 0) })
	case 10:
		a := one()
		return tree{"not " + a.inside(denies), denies, truth(a.worth == 0)}
	case 11:
		c, a, b := one(), one(), one()
		worth := b.worth
		if c.worth != 0 {
			worth = a.worth
		}
		return tree{c.inside(either) + " ? " + a.inside(either) + " : " + b.inside(chooses), chooses, worth}
	case 12:
		a, b, c := one(), one(), one()
		name, worth := "min", math.Min(math.Min(a.worth, b.worth), c.worth)
		if rng.IntN(2) == 0 {
			name, worth = "max", math.Max(math.Max(a.worth, b.worth), c.worth)
		}
		return tree{name + "(" + strings.Join([]string{a.text, b.text, c.text}, ", ") + ")", alone, worth}
	case 13:
		a, b := one(), one()
		return tree{"hypot(" + a.text + "," + b.text + ")", alone, math.Hypot(a.worth, b.worth)}
	case 14:
		a := one()
		return tree{"abs( " + a.text + " )", alone, math.Abs(a.worth)}
	}
	a := one()
	return tree{"(" + a.text + ")", alone, a.worth}
}

// TestTreesAreReadAsTheyAreMeant writes random expressions with as few parentheses as they
// need, and computes them twice.
func TestTreesAreReadAsTheyAreMeant(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(9, 0))
	known := []string{"v0", "v1", "v2"}
	for range 5_000 {
		values := []float64{rng.NormFloat64(), 0, float64(rng.IntN(7) - 3)}
		x := grow(rng, 1+rng.IntN(4), values)
		e, err := expression.Parse(x.text)
		if err != nil {
			t.Fatalf("%s: %v", x.text, err)
		}
		program, err := e.Compile(known)
		if err != nil {
			t.Fatalf("%s: %v", x.text, err)
		}
		got := program.Eval(&expression.Env{Values: values})
		if !(math.Abs(got-x.worth) <= 1e-6*(1+math.Abs(x.worth))) {
			t.Fatalf("%s with %v is %v, want %v", x.text, values, got, x.worth)
		}
	}
}
