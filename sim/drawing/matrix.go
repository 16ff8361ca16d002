package drawing

import (
	"fmt"
	"math"
	"strings"

	"orrery/sim"
	"orrery/sim/input"
)

// matrix maps (x, y) to (a·x + c·y + e, b·x + d·y + f), as SVG's matrix(a b c d e f).
type matrix struct{ a, b, c, d, e, f float64 }

var identity = matrix{a: 1, d: 1}

// then returns the map that applies m after n.
func (m matrix) after(n matrix) matrix {
	return matrix{
		m.a*n.a + m.c*n.b, m.b*n.a + m.d*n.b,
		m.a*n.c + m.c*n.d, m.b*n.c + m.d*n.d,
		m.a*n.e + m.c*n.f + m.e, m.b*n.e + m.d*n.f + m.f,
	}
}

func (m matrix) apply(p sim.Vec) sim.Vec {
	return sim.Vec{X: m.a*p.X + m.c*p.Y + m.e, Y: m.b*p.X + m.d*p.Y + m.f}
}

// similar reports whether m keeps shapes, and returns by what factor it scales and by what
// angle it turns them, in radians. A map that also mirrors keeps them too.
func (m matrix) similar() (scale, angle float64, mirrors, ok bool) {
	x, y := sim.Vec{X: m.a, Y: m.b}, sim.Vec{X: m.c, Y: m.d}
	scale = x.Len()
	const rounding = 1e-6
	if !(scale > 0) || math.Abs(y.Len()-scale) > rounding*scale || math.Abs(x.Dot(y)) > rounding*scale*scale {
		return 0, 0, false, false
	}
	return scale, math.Atan2(m.b, m.a), x.Cross(y) < 0, true
}

// longest returns no less than the most by which m stretches a length, and at most √2 times
// that.
func (m matrix) longest() float64 {
	return math.Sqrt(m.a*m.a + m.b*m.b + m.c*m.c + m.d*m.d)
}

// parseTransform reads the attribute of that name: functions from left to right.
func parseTransform(text string) (matrix, error) {
	whole, rest := identity, strings.TrimSpace(text)
	for rest != "" {
		name, after, opened := strings.Cut(rest, "(")
		arguments, next, closed := strings.Cut(after, ")")
		if !opened || !closed {
			return matrix{}, fmt.Errorf("transform %.60q must be functions such as translate(10 20)", text)
		}
		numbers, err := parseNumbers(arguments)
		if err != nil {
			return matrix{}, fmt.Errorf("transform %.60q: %w", text, err)
		}
		m, ok := transformOf(strings.TrimSpace(name), numbers)
		if !ok {
			return matrix{}, fmt.Errorf("transform %.60q: %s with %d numbers is not known", text, strings.TrimSpace(name), len(numbers))
		}
		whole = whole.after(m)
		rest = strings.TrimLeft(next, " \t\r\n,")
	}
	return whole, nil
}

func transformOf(name string, n []float64) (matrix, bool) {
	const degree = math.Pi / 180
	switch {
	case name == "matrix" && len(n) == 6:
		return matrix{n[0], n[1], n[2], n[3], n[4], n[5]}, true
	case name == "translate" && len(n) == 1:
		return matrix{1, 0, 0, 1, n[0], 0}, true
	case name == "translate" && len(n) == 2:
		return matrix{1, 0, 0, 1, n[0], n[1]}, true
	case name == "scale" && len(n) == 1:
		return matrix{n[0], 0, 0, n[0], 0, 0}, true
	case name == "scale" && len(n) == 2:
		return matrix{n[0], 0, 0, n[1], 0, 0}, true
	case name == "rotate" && (len(n) == 1 || len(n) == 3):
		sin, cos := math.Sincos(n[0] * degree)
		turned := matrix{cos, sin, -sin, cos, 0, 0}
		if len(n) == 1 {
			return turned, true
		}
		return matrix{1, 0, 0, 1, n[1], n[2]}.after(turned).after(matrix{1, 0, 0, 1, -n[1], -n[2]}), true
	case name == "skewX" && len(n) == 1:
		return matrix{1, 0, math.Tan(n[0] * degree), 1, 0, 0}, true
	case name == "skewY" && len(n) == 1:
		return matrix{1, math.Tan(n[0] * degree), 0, 1, 0, 0}, true
	}
	return matrix{}, false
}

// parseNumbers reads numbers between which there are spaces or commas, or nothing where
// the next one begins with a sign or a second point, as SVG allows.
func parseNumbers(text string) ([]float64, error) {
	s := scanner{text: text}
	var numbers []float64
	for s.skip(); s.at < len(s.text); s.skip() {
		x, err := s.number()
		if err != nil {
			return nil, err
		}
		numbers = append(numbers, x)
	}
	return numbers, nil
}

// scanner reads numbers and letters of SVG's short notations.
type scanner struct {
	text string
	at   int // byte
}

// skip leaves spaces and commas out.
func (s *scanner) skip() {
	for s.at < len(s.text) && strings.ContainsRune(" \t\r\n,", rune(s.text[s.at])) {
		s.at++
	}
}

// number reads one number, which must be there.
func (s *scanner) number() (float64, error) {
	s.skip()
	start := s.at
	digit := func() bool { return s.at < len(s.text) && s.text[s.at] >= '0' && s.text[s.at] <= '9' }
	sign := func() {
		if s.at < len(s.text) && (s.text[s.at] == '+' || s.text[s.at] == '-') {
			s.at++
		}
	}
	sign()
	for digit() {
		s.at++
	}
	if s.at < len(s.text) && s.text[s.at] == '.' {
		s.at++
		for digit() {
			s.at++
		}
	}
	if mark := s.at; s.at < len(s.text) && (s.text[s.at] == 'e' || s.text[s.at] == 'E') {
		s.at++
		sign()
		if !digit() {
			s.at = mark
		}
		for digit() {
			s.at++
		}
	}
	written := s.text[start:s.at]
	x, ok := input.ParseNumber(strings.TrimPrefix(written, "+"))
	if !ok {
		return 0, fmt.Errorf("%.20q must be a number", s.text[start:])
	}
	if math.Abs(x) > sim.MaxMagnitude {
		return 0, fmt.Errorf("%q is too large", written)
	}
	return x, nil
}

// flag reads a 0 or a 1, after which the next number may follow at once.
func (s *scanner) flag() (bool, error) {
	s.skip()
	if s.at < len(s.text) && (s.text[s.at] == '0' || s.text[s.at] == '1') {
		s.at++
		return s.text[s.at-1] == '1', nil
	}
	return false, fmt.Errorf("%.20q must be 0 or 1", s.text[s.at:])
}
