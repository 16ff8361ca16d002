package expression

import (
	"fmt"
	"math"
)

// degree is one in radians.
const degree = math.Pi / 180

var constants = map[string]float64{"pi": math.Pi, "deg": degree}

// function is the meaning of a name with parentheses. Exactly one of its last four
// fields is set.
type function struct {
	least, most int    // numbers it is applied to; any number from least on when most is 0
	doc         string // one line

	one   func(a float64) float64
	two   func(a, b float64) float64 // of more than two: from left to right
	three func(a, b, c float64) float64
	draw  func(e *Env, of []step) float64
}

var functions = map[string]function{
	"abs":   {least: 1, most: 1, doc: "its size without its sign", one: math.Abs},
	"sqrt":  {least: 1, most: 1, doc: "its square root", one: math.Sqrt},
	"exp":   {least: 1, most: 1, doc: "e to its power", one: math.Exp},
	"log":   {least: 1, most: 1, doc: "its natural logarithm", one: math.Log},
	"floor": {least: 1, most: 1, doc: "the largest whole number that is not above it", one: math.Floor},
	"ceil":  {least: 1, most: 1, doc: "the least whole number that is not below it", one: math.Ceil},
	"round": {least: 1, most: 1, doc: "the nearest whole number, halves away from 0", one: math.Round},
	"sign":  {least: 1, most: 1, doc: "-1, 0 or 1", one: sign},
	"sin":   {least: 1, most: 1, doc: "the sine of an angle", one: math.Sin},
	"cos":   {least: 1, most: 1, doc: "the cosine of an angle", one: math.Cos},
	"tan":   {least: 1, most: 1, doc: "the tangent of an angle", one: math.Tan},
	"asin":  {least: 1, most: 1, doc: "the angle of a sine", one: math.Asin},
	"acos":  {least: 1, most: 1, doc: "the angle of a cosine", one: math.Acos},
	"atan":  {least: 1, most: 1, doc: "the angle of a tangent", one: math.Atan},
	"atan2": {least: 2, most: 2, doc: "atan2(y, x), the angle of a direction", two: math.Atan2},
	"hypot": {least: 2, most: 2, doc: "hypot(x, y), the length of a direction", two: math.Hypot},
	"min":   {least: 2, doc: "the least of two or more", two: math.Min},
	"max":   {least: 2, doc: "the largest of two or more", two: math.Max},
	"clamp": {least: 3, most: 3, doc: "clamp(x, low, high), the nearest to x from low to high", three: clamp},

	"uniform": {least: 2, most: 2, doc: "uniform(a, b), random, all from a to b equally likely", draw: drawUniform},
	"whole":   {least: 2, most: 2, doc: "whole(a, b), a random whole number from a to b, both included", draw: drawWhole},
	"normal":  {least: 2, most: 2, doc: "normal(mean, deviation), random, of a normal distribution", draw: drawNormal},
	"chance":  {least: 1, most: 1, doc: "chance(p), 1 with probability p, else 0", draw: drawChance},
	"choice":  {least: 1, doc: "choice(a, b, …), one of them, all equally likely", draw: drawChoice},
}

// Function is a function of numbers that an expression may use.
type Function struct {
	Name, Doc string
	Random    bool // draws random numbers
}

// Functions returns the functions in the order of their names.
func Functions() []Function {
	var list []Function
	for _, name := range names(functions) {
		list = append(list, Function{Name: name, Doc: functions[name].doc, Random: functions[name].draw != nil})
	}
	return list
}

func (f *function) checkCount(n *node) error {
	count := len(n.of)
	if count >= f.least && (count <= f.most || f.most == 0) {
		return nil
	}
	most := ""
	if f.most == 0 {
		most = " or more"
	}
	values := "values"
	if f.least == 1 && f.most == 1 {
		values = "value"
	}
	return &Error{n.offset, fmt.Sprintf("%s takes %d%s %s, not %d", n.text, f.least, most, values, count)}
}

func sign(a float64) float64 {
	switch {
	case a > 0:
		return 1
	case a < 0:
		return -1
	}
	return a
}

func clamp(x, low, high float64) float64 { return math.Min(math.Max(x, low), high) }

// modulo has the sign of b, so that index % n is an index for negative ones too.
func modulo(a, b float64) float64 {
	rest := math.Mod(a, b)
	if rest != 0 && (rest < 0) != (b < 0) {
		rest += b
	}
	return rest
}

func drawUniform(e *Env, of []step) float64 {
	a, b := of[0](e), of[1](e)
	return a + (b-a)*e.Rand.Float64()
}

func drawWhole(e *Env, of []step) float64 {
	a, b := math.Ceil(of[0](e)), math.Floor(of[1](e))
	if !(b >= a && b-a < 1<<53) {
		return math.NaN() // there is none
	}
	return a + float64(e.Rand.Int64N(int64(b-a)+1))
}

func drawNormal(e *Env, of []step) float64 {
	mean, deviation := of[0](e), of[1](e)
	return mean + deviation*e.Rand.NormFloat64()
}

func drawChance(e *Env, of []step) float64 {
	return truth(e.Rand.Float64() < of[0](e))
}

func drawChoice(e *Env, of []step) float64 {
	return of[e.Rand.IntN(len(of))](e)
}
