package expression_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"orrery/sim/expression"
)

// value computes a text without random functions.
func value(t *testing.T, text string, known []string, values ...float64) float64 {
	t.Helper()
	e, err := expression.Parse(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	program, err := e.Compile(known)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return program.Eval(&expression.Env{Values: values})
}

func TestArithmeticHasItsUsualMeaning(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]float64{
		"1":          1,
		" 1.5e-3 ":   0.0015,
		".5":         0.5,
		"5.":         5,
		"2 + 3 * 4":  14,
		"(2+3)*4":    20,
		"10 - 4 - 3": 3,
		"24 / 4 / 2": 3,
		"2^3^2":      512,
		"-2^2":       -4,
		"2^-1":       0.5,
		"- -3":       3,
		"+3":         3,
		"7 % 3":      1,
		"-1 % 3":     2,
		"1 % -3":     -2,
		"-6 % 3":     0,
		"1 < 2":      1, "2 < 1": 0, "1 < 1": 0,
		"1 <= 1": 1, "2 <= 1": 0,
		"2 > 1": 1, "1 > 1": 0,
		"1 >= 1": 1, "0 >= 1": 0,
		"1 == 1": 1, "1 == 2": 0, "1 != 2": 1, "1 != 1": 0,
		"1 and 2": 1, "1 and 0": 0, "0 or 3": 1, "0 or 0": 0,
		"not 0": 1, "not 5": 0, "not 1 == 2": 1, "not not 3": 1,
		"0 and 0 or 1":      1,
		"1 or 0 and 0":      1,
		"1 ? 2 : 3":         2,
		"0 ? 2 : 3":         3,
		"0 ? 1 : 0 ? 2 : 3": 3,
		"1 + 1 > 1 ? 5 : 6": 5,
		"180deg":            math.Pi, "90 * deg": math.Pi / 2, "pi": math.Pi, "2rad": 2,
		"25cm": 0.25, "3mm": 0.003, "2m": 2, "5kg": 5, "5g": 0.005, "3s": 3, "20ms": 0.02,
		"abs(-2)": 2, "sqrt(9)": 3, "exp(0)": 1, "log(1)": 0, "floor(-1.5)": -2, "ceil(-1.5)": -1, "round(2.5)": 3,
		"sign(-4)": -1, "sign(0)": 0, "sign(9)": 1,
		"sin(30deg)": 0.5, "cos(60deg)": 0.5, "tan(45deg)": 1, "asin(1)": math.Pi / 2, "acos(-1)": math.Pi, "atan(1)": math.Pi / 4,
		"atan2(1, 0)": math.Pi / 2, "atan2(0, -1)": math.Pi, "hypot(3, 4)": 5,
		"min(3, 1, 2)": 1, "max(3, 4, 2)": 4, "min(3, 2, 1)": 1, "max(2, 3, 4)": 4, "min(1, 2, 3)": 1, "max(4, 3, 2, 1)": 4, "max(1, 2, 3, 4, 5)": 5,
		"clamp(5, 0, 2)": 2, "clamp(-5, 0, 2)": 0, "clamp(1, 0, 2)": 1,
	} {
		if got := value(t, text, nil); !(math.Abs(got-want) <= 1e-12) {
			t.Errorf("%s = %v, want %v", text, got, want)
		}
	}
}

func TestNamesAreTiedToValues(t *testing.T) {
	t.Parallel()
	known := []string{"size", "i", "prev.x", "größe"}
	if got := value(t, "size * (i + 1) + prev.x - größe", known, 2, 3, 10, 1); got != 17 {
		t.Errorf("got %v, want 17", got)
	}
	e, err := expression.Parse("b + a * max(prev.x, a) - pi")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := e.Names(), []string{"a", "b", "prev.x"}; !slices.Equal(got, want) {
		t.Errorf("names %q, want %q", got, want)
	}
}

// ofX returns the program of a text that may name x.
func ofX(t *testing.T, text string) *expression.Program {
	t.Helper()
	e, err := expression.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	program, err := e.Compile([]string{"x"})
	if err != nil {
		t.Fatal(err)
	}
	return program
}

func TestConstantsAreKnown(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{"2 * 3deg": true, "max(1, 2) ? 3 : 4": true, "x": false, "1 + x": false, "uniform(0, 1)": false, "0 * normal(0, 1)": false} {
		program := ofX(t, text)
		if v, ok := program.Constant(); ok != want || ok && !(math.Abs(v-program.Eval(&expression.Env{})) <= 0) {
			t.Errorf("%s: constant %v %v, want %v", text, v, ok, want)
		}
	}
}

// TestPowersMayVary: base and exponent may be names, numbers or drawn, and a constant power is computed once.
func TestPowersMayVary(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]float64{"2 ^ x": 8, "x ^ 2": 9, "x ^ x": 27, "x ^ (1 + 1)": 9, "2 ^ 3": 8, "x ^ 2.5": math.Pow(3, 2.5), "x + 2": 5, "x * 2 ^ 2": 12, "(x > 2) ^ 2": 1, "2 ^ uniform(3, 3)": 8} {
		program := ofX(t, text)
		if got := program.Eval(&expression.Env{Values: []float64{3}, Rand: rand.New(rand.NewPCG(1, 2))}); !(math.Abs(got-want) <= 1e-15*want) {
			t.Errorf("%s is %v, want %v", text, got, want)
		}
	}
}

func TestMistakesAreNamedWhereTheyStand(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                                "0: the expression ends where a number, a name or a parenthesis must stand",
		"1 +":                             "3: the expression ends where a number, a name or a parenthesis must stand",
		"1 2":                             `2: "2" stands where an operator or the end must stand`,
		"(1":                              `2: the expression ends where ")" must stand`,
		"1)":                              `1: ")" stands where an operator or the end must stand`,
		"sqrt(1 2)":                       `7: "2" stands where "," or ")" must stand`,
		"sqrt()":                          "0: sqrt takes 1 value, not 0",
		"sqrt(1, 2)":                      "0: sqrt takes 1 value, not 2",
		"max(1)":                          "0: max takes 2 or more values, not 1",
		"1 + sqr(2)":                      `4: unknown function "sqr", perhaps "sqrt"; there are abs, acos`,
		"45degs":                          `2: unknown unit "degs", perhaps "deg"; there are deg, rad, m, cm, mm, kg, g, s, ms`,
		"1e999":                           `0: "1e999" is too large`,
		"a && b":                          `2: "&&" must be written "and"`,
		"!a":                              `0: "!" must be written "not"`,
		"a = b":                           `2: "=" must be written "=="`,
		"a ? b":                           `5: the expression ends where ":" must stand`,
		"1 < 2 < 3":                       `6: "<" follows another comparison: join the two by and`,
		"2 * radus":                       `4: unknown name "radus", perhaps "radius"`,
		"2 * zzz":                         `4: unknown name "zzz"; there are radius, x`,
		"and":                             `0: "and" stands where a number, a name or a parenthesis must stand`,
		"x.":                              `1: '.' has no meaning here`,
		"1e":                              `1: unknown unit "e", perhaps "g"`,
		"$x":                              `0: '$' has no meaning here`,
		strings.Repeat("(", 200) + "1":    "100: expressions must not be nested deeper than 100",
		strings.Repeat("-", 200) + "1":    "99: expressions must not be nested deeper than 100",
		strings.Repeat("not ", 200) + "1": "396: expressions must not be nested deeper than 100",
		strings.Repeat("1+", 6000) + "1":  "0: an expression of 12001 bytes must have at most 10000",
	} {
		e, err := expression.Parse(text)
		if err == nil {
			_, err = e.Compile([]string{"radius", "x"})
		}
		var at *expression.Error
		if !errors.As(err, &at) {
			t.Errorf("%.40q: error %v", text, err)
			continue
		}
		if got := fmt.Sprintf("%d: %s", at.Offset, at); !strings.HasPrefix(got, want) {
			t.Errorf("%.40q: got  %s\nwant %s", text, got, want)
		}
	}
}

// TestOnlyTheChosenSideDraws holds the order of draws that files rely on.
func TestOnlyTheChosenSideDraws(t *testing.T) {
	t.Parallel()
	draw := func(text string) (values []float64) {
		program := ofX(t, text)
		env := &expression.Env{Values: []float64{1}, Rand: rand.New(rand.NewPCG(1, 2))}
		for range 5 {
			values = append(values, program.Eval(env))
		}
		return values
	}
	plain := draw("uniform(0, 1)")
	for _, text := range []string{"x ? uniform(0, 1) : normal(0, 1)", "1 == 2 ? normal(0, 1) : uniform(0, 1)", "x == 2 and normal(0, 1) ? 1 : uniform(0, 1)"} {
		if got := draw(text); !slices.Equal(got, plain) {
			t.Errorf("%s draws %v, want %v", text, got, plain)
		}
	}
	if got := draw("uniform(0, 1) + normal(0, 0)"); slices.Equal(got, plain) {
		t.Error("a normal number draws nothing")
	}
}

func TestDrawsHaveTheirDistributions(t *testing.T) {
	t.Parallel()
	const count = 20_000
	for _, test := range []struct {
		text                 string
		low, high, mean, dev float64
	}{
		{"uniform(2, 4)", 2, 4, 3, 2 / math.Sqrt(12)},
		{"whole(1, 3)", 1, 3, 2, math.Sqrt(2.0 / 3)},
		{"whole(0.5, 3.5)", 1, 3, 2, math.Sqrt(2.0 / 3)},
		{"normal(5, 0.5)", 0, 10, 5, 0.5},
		{"chance(0.25)", 0, 1, 0.25, math.Sqrt(0.25 * 0.75)},
		{"choice(1, 2, 6)", 1, 6, 3, math.Sqrt(14.0 / 3)},
	} {
		e, err := expression.Parse(test.text)
		if err != nil {
			t.Fatal(err)
		}
		if !e.Random() {
			t.Errorf("%s is not random", test.text)
		}
		program, err := e.Compile(nil)
		if err != nil {
			t.Fatal(err)
		}
		env := &expression.Env{Rand: rand.New(rand.NewPCG(3, 4))}
		sum, squares, low, high := 0.0, 0.0, math.Inf(1), math.Inf(-1)
		for range count {
			x := program.Eval(env)
			sum, squares, low, high = sum+x, squares+x*x, min(low, x), max(high, x)
		}
		mean := sum / count
		dev := math.Sqrt(squares/count - mean*mean)
		if !(math.Abs(mean-test.mean) <= 5*test.dev/math.Sqrt(count)) || !(math.Abs(dev-test.dev) <= 0.03*test.dev) {
			t.Errorf("%s: mean %v and deviation %v, want %v and %v", test.text, mean, dev, test.mean, test.dev)
		}
		if !(low >= test.low && high <= test.high) {
			t.Errorf("%s: from %v to %v, want %v to %v", test.text, low, high, test.low, test.high)
		}
	}
}

func TestEvaluationAllocatesNothing(t *testing.T) {
	e, err := expression.Parse("max(x, 1, 2) * clamp(uniform(0, 1), 0, x) + (x > 1 and x < 3 ? sqrt(x) : hypot(x, 1)) % 2")
	if err != nil {
		t.Fatal(err)
	}
	program, err := e.Compile([]string{"x"})
	if err != nil {
		t.Fatal(err)
	}
	env := &expression.Env{Values: []float64{2}, Rand: rand.New(rand.NewPCG(1, 1))}
	if n := testing.AllocsPerRun(100, func() { program.Eval(env) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestFunctionsAreDescribed(t *testing.T) {
	t.Parallel()
	for _, f := range expression.Functions() {
		e, err := expression.Parse(f.Name + "(1)")
		if err != nil {
			e, err = expression.Parse(f.Name + "(1, 2)")
		}
		if err != nil {
			e, err = expression.Parse(f.Name + "(1, 2, 3)")
		}
		if err != nil {
			t.Errorf("%s cannot be called: %v", f.Name, err)
			continue
		}
		if e.Random() != f.Random || f.Doc == "" {
			t.Errorf("%s: random %v, want %v; doc %q", f.Name, f.Random, e.Random(), f.Doc)
		}
	}
}

func ExampleExpression_Compile() {
	e, err := expression.Parse("hypot(width, height) / 2")
	if err != nil {
		fmt.Println(err)
		return
	}
	program, err := e.Compile([]string{"width", "height"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(program.Eval(&expression.Env{Values: []float64{0.3, 0.4}}))
	// Output: 0.25
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{"2 * size + uniform(0, 0.1)", "45deg", "a.q * b.q", "i == 0 ? 0 : prev.x", "not (1 < 2) or choice(1, 2)", "-2^-x", "π"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		e, err := expression.Parse(text)
		if err != nil {
			var at *expression.Error
			if !errors.As(err, &at) || at.Offset < 0 || at.Offset > len(text) {
				t.Fatalf("%q: %v at %v", text, err, at)
			}
			return
		}
		program, err := e.Compile(e.Names())
		if err != nil {
			t.Fatalf("%q: its own names are not known: %v", text, err)
		}
		program.Eval(&expression.Env{Values: make([]float64, len(e.Names())), Rand: rand.New(rand.NewPCG(1, 1))})
	})
}

// TestSmallPowersAreThoseOfPow bit by bit, as costs are compared.
func TestSmallPowersAreThoseOfPow(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 2))
	for exponent := range 10 {
		e, err := expression.Parse(fmt.Sprintf("x ^ %d", exponent))
		if err != nil {
			t.Fatal(err)
		}
		p, err := e.Compile([]string{"x"})
		if err != nil {
			t.Fatal(err)
		}
		for range 1000 {
			x := 100 * rng.NormFloat64()
			if got, want := p.Eval(&expression.Env{Values: []float64{x}}), math.Pow(x, float64(exponent)); math.Float64bits(got) != math.Float64bits(want) {
				t.Fatalf("%v ^ %d is %v, want %v", x, exponent, got, want)
			}
		}
		for _, x := range []float64{0, math.Inf(1), math.Inf(-1), math.NaN(), -1} {
			got, want := p.Eval(&expression.Env{Values: []float64{x}}), math.Pow(x, float64(exponent))
			if got != want && !(math.IsNaN(got) && math.IsNaN(want)) {
				t.Errorf("%v ^ %d is %v, want %v", x, exponent, got, want)
			}
		}
	}
}
