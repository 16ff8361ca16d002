package expression

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"orrery/sim/input"
)

// Error says where an expression breaks which rule.
type Error struct {
	Offset int    // bytes from the start of the expression
	Rule   string // what stands there, and the rule
}

// Error returns the rule.
func (e *Error) Error() string { return e.Rule }

// units may stand directly after a number. The value is what 1 of each is in the units
// of package sim.
var units = map[string]float64{
	"deg": degree, "rad": 1, "m": 1, "cm": 0.01, "mm": 0.001, "kg": 1, "g": 0.001, "s": 1, "ms": 0.001,
}

type tokenKind int

const (
	tokenEnd tokenKind = iota
	tokenNumber
	tokenName
	tokenOperator
)

// token is a piece of the text that cannot be divided.
type token struct {
	kind   tokenKind
	text   string
	value  float64 // of a number, its unit included
	offset int     // bytes
}

// operators lists the operators; those of two characters come before those of one that begin alike.
var operators = []string{"<=", ">=", "==", "!=", "<", ">", "+", "-", "*", "/", "%", "^", "(", ")", ",", "?", ":"}

// tokens divides a text. The last token is a tokenEnd.
func tokens(text string) ([]token, error) {
	var list []token
	for at := 0; ; {
		rest := text[at:]
		trimmed := strings.TrimLeft(rest, " \t\r\n")
		at += len(rest) - len(trimmed)
		if trimmed == "" {
			return append(list, token{kind: tokenEnd, offset: at}), nil
		}
		next, err := first(trimmed)
		if err != nil {
			err.Offset += at
			return nil, err
		}
		next.offset = at
		list = append(list, next)
		at += len(next.text)
	}
}

// first returns the token that a text without space before it begins with.
func first(text string) (token, *Error) {
	if digits := numberLength(text); digits > 0 {
		unit := text[digits : digits+nameLength(text[digits:], false)]
		value, ok := input.ParseNumber(text[:digits])
		if !ok {
			return token{}, &Error{0, fmt.Sprintf("%q is too large", text[:digits])}
		}
		if unit != "" {
			factor, ok := units[unit]
			if !ok {
				return token{}, &Error{digits, fmt.Sprintf("unknown unit %q%s; there are deg, rad, m, cm, mm, kg, g, s, ms", unit, input.Perhaps(unit, names(units)))}
			}
			value *= factor
		}
		return token{kind: tokenNumber, text: text[:digits+len(unit)], value: value}, nil
	}
	if n := nameLength(text, true); n > 0 {
		return token{kind: tokenName, text: text[:n]}, nil
	}
	for _, o := range operators {
		if strings.HasPrefix(text, o) {
			return token{kind: tokenOperator, text: o}, nil
		}
	}
	r, _ := utf8.DecodeRuneInString(text)
	for wrong, right := range map[string]string{"&&": "and", "||": "or", "!": "not", "=": "==", "**": "^"} {
		if strings.HasPrefix(text, wrong) {
			return token{}, &Error{0, fmt.Sprintf("%q must be written %q", wrong, right)}
		}
	}
	return token{}, &Error{0, fmt.Sprintf("%q has no meaning here", r)}
}

// numberLength returns how many bytes of a number without unit a text begins with.
func numberLength(text string) int {
	n := digits(text)
	if n < len(text) && text[n] == '.' && (n > 0 || digits(text[1:]) > 0) {
		n += 1 + digits(text[n+1:])
	}
	if n > 0 && n < len(text) && (text[n] == 'e' || text[n] == 'E') {
		sign := n + 1
		if sign < len(text) && (text[sign] == '+' || text[sign] == '-') {
			sign++
		}
		if power := digits(text[sign:]); power > 0 {
			n = sign + power
		}
	}
	return n
}

// digits returns how many decimal digits a text begins with.
func digits(text string) int {
	return len(text) - len(strings.TrimLeft(text, "0123456789"))
}

// nameLength returns how many bytes of a name a text begins with. A name has letters,
// digits and low lines, and no digit first; with dotted it may have parts after dots.
func nameLength(text string, dotted bool) int {
	n, start := 0, true
	for i, r := range text {
		switch {
		case unicode.IsLetter(r) || r == '_':
			start = false
		case unicode.IsDigit(r) && !start:
		case r == '.' && dotted && !start:
			start = true
			continue // counts only with what follows
		default:
			return n
		}
		n = i + utf8.RuneLen(r)
	}
	return n
}
