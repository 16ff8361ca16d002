package expression

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// TestNumbersEndWhereTheirDigitsDo: powers have a letter of either case and digits, or are names of units.
func TestNumbersEndWhereTheirDigitsDo(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{
		"": 0, "x": 0, ".": 0, "12": 2, "12.": 3, ".5": 2, "1.5.2": 3, "2e3": 3, "2E3": 3, "2e+3": 4, "2e-31x": 5, "2e": 1, "2e+": 1, "2ex": 1, "e3": 0,
	} {
		if got := numberLength(text); got != want {
			t.Errorf("%q: %d bytes, want %d", text, got, want)
		}
	}
	for text, want := range map[string][2]int{
		"a1_b c": {4, 4}, "_x": {2, 2}, "1a": {0, 0}, "a.b": {1, 3}, "a.": {1, 1}, "a.1": {1, 1}, "ü2.ä": {3, 6}, ".a": {0, 0}, "": {0, 0},
	} {
		if got := [2]int{nameLength(text, false), nameLength(text, true)}; got != want {
			t.Errorf("%q: %v bytes, want %v", text, got, want)
		}
	}
}

// TestWholeNumbersAreDrawnWhereThereAreAny: both ends count, none lies between 0.2 and 0.8, and ranges of 2^53 or more have no result.
func TestWholeNumbersAreDrawnWhereThereAreAny(t *testing.T) {
	t.Parallel()
	env := &Env{Rand: rand.New(rand.NewPCG(1, 2))}
	draw := func(a, b float64) float64 { return drawWhole(env, []step{number(a), number(b)}) }
	seen := map[float64]bool{}
	for range 100 {
		seen[draw(-0.5, 2.9)] = true
	}
	if len(seen) != 3 || !seen[0] || !seen[1] || !seen[2] {
		t.Errorf("between -0.5 and 2.9 are %v", seen)
	}
	for _, ends := range [][2]float64{{0.2, 0.8}, {2, 1}, {0, 1 << 53}, {math.NaN(), 1}, {0, math.Inf(1)}} {
		if got := draw(ends[0], ends[1]); !math.IsNaN(got) {
			t.Errorf("between %v and %v is %v", ends[0], ends[1], got)
		}
	}
	if got := draw(0, 1<<53-1); !(got >= 0 && got < 1<<53) {
		t.Errorf("drew %v", got)
	}
}

// TestExpressionsAreBounded: 10,000 bytes, and a hundred expressions within each other.
func TestExpressionsAreBounded(t *testing.T) {
	t.Parallel()
	for text, good := range map[string]bool{
		"1" + strings.Repeat(" ", 9_999): true, "1" + strings.Repeat(" ", 10_000): false,
		strings.Repeat("(", 90) + "1" + strings.Repeat(")", 90): true, strings.Repeat("(", 110) + "1" + strings.Repeat(")", 110): false,
		"-": false, "!": false, "(1": false, "1 ? 2 :": false, "1 ? : 2": false, "min(1,": false, "min(": false, "2 *": false, "1 +* 2": false,
	} {
		if _, err := Parse(text); (err == nil) != good {
			t.Errorf("%.40q of %d bytes: %v", text, len(text), err)
		}
	}
}
