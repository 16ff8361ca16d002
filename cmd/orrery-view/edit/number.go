package edit

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"orrery/sim/scenario/file"
)

// whole follows a range of which only whole numbers are drawn.
const whole = " whole"

// format writes a number as it may be typed. Chance that has no short text is written as none, and said not to have one.
func format(n file.Number) (text string, typed bool) {
	switch {
	case n.IsZero():
		return "", true
	case n.Value != nil:
		return strconv.FormatFloat(*n.Value, 'g', -1, 64), true
	case n.Text != nil:
		return *n.Text, true
	}
	pair := func(of *[2]file.Number, between string) (string, bool) {
		a, first := format(of[0])
		b, second := format(of[1])
		return a + between + b, first && second && of[0].Chance == nil && of[1].Chance == nil
	}
	switch c := n.Chance; {
	case c.Range != nil && c.Integer:
		text, typed = pair(c.Range, "..")
		return text + whole, typed
	case c.Range != nil:
		return pair(c.Range, "..")
	case c.Normal != nil:
		return pair(c.Normal, "±")
	case c.Choice != nil && c.Weights == nil:
		parts := make([]string, len(c.Choice))
		typed = true
		for i, one := range c.Choice {
			part, ok := format(one)
			parts[i], typed = part, typed && ok && one.Chance == nil
		}
		return strings.Join(parts, " | "), typed && len(parts) > 1
	}
	return "", false
}

// parse reads a number as it may be typed. What the unit is may follow.
func parse(text, unit string) (file.Number, error) {
	text = withoutUnit(text, unit)
	if text == "" {
		return file.Number{}, nil
	}
	if parts := strings.Split(text, "|"); len(parts) > 1 {
		choice := make([]file.Number, len(parts))
		for i, part := range parts {
			one, err := plainNumber(part, unit)
			if err != nil {
				return file.Number{}, err
			}
			choice[i] = one
		}
		return file.Number{Chance: &file.Chance{Choice: choice}}, nil
	}
	for _, sign := range []string{"..", "…", "±"} {
		first, second, found := strings.Cut(text, sign)
		if !found {
			continue
		}
		second, integer := strings.CutSuffix(second, strings.TrimSpace(whole))
		a, err := plainNumber(first, unit)
		if err != nil {
			return file.Number{}, err
		}
		b, err := plainNumber(second, unit)
		if err != nil {
			return file.Number{}, err
		}
		if sign == "±" {
			if integer {
				return file.Number{}, fmt.Errorf("%q: a normal distribution has no whole numbers", text)
			}
			return file.Number{Chance: &file.Chance{Normal: &[2]file.Number{a, b}}}, nil
		}
		return file.Number{Chance: &file.Chance{Range: &[2]file.Number{a, b}, Integer: integer}}, nil
	}
	return plainNumber(text, unit)
}

// plainNumber reads a number as it stands or an expression.
func plainNumber(text, unit string) (file.Number, error) {
	text = withoutUnit(text, unit)
	if text == "" {
		return file.Number{}, errors.New("a number is missing, such as in 0.5..1.5")
	}
	if _, after, found := strings.Cut(text, ","); found && !strings.Contains(text, "(") && strings.Trim(after, "0123456789") == "" {
		return file.Number{}, fmt.Errorf("%q: the sign before decimals is a point, as in 0.5", text)
	}
	text = strings.ReplaceAll(text, "−", "-")
	if number, ok := strings.CutSuffix(text, "°"); ok {
		text = strings.TrimSpace(number) + "deg"
	}
	if of := apart.FindStringSubmatch(text); of != nil { // expressions have units directly behind numbers
		text = of[1] + of[2]
	}
	if v, err := strconv.ParseFloat(text, 64); err == nil {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return file.Number{}, fmt.Errorf("%q must be a finite number", text)
		}
		return file.Value(v), nil
	}
	return file.Text(text), nil
}

// apart is a number with a unit that does not stand directly behind it.
var apart = regexp.MustCompile(`^([-+]?[0-9.]+(?:[eE][-+]?[0-9]+)?) +([a-z]+)$`)

// withoutUnit returns a text without the unit of its field. What only ends like it, such as mm where the unit is m, stays.
func withoutUnit(text, unit string) string {
	text = strings.TrimSpace(text)
	number, found := strings.CutSuffix(text, unit)
	if before := strings.TrimRight(number, "0123456789.)° "); !found || unit == "" || before == number && number != "" {
		return text
	}
	return strings.TrimSpace(number)
}
