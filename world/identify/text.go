package identify

import (
	"math"
	"strconv"
	"strings"
)

// Numbers writes the value of a parameter, half of its interval and the interval, with as many digits as the
// interval is worth and without the unit. Each is a dash where the value is not known, but for an
// interval of which one end is.
func (p *Parameter) Numbers() (value, half, interval string) {
	if !p.Identifiable && p.Lo > 0 {
		return "–", "–", "at least " + strconv.FormatFloat(p.Lo, 'g', 2, 64)
	}
	if !p.Identifiable {
		return "–", "–", "–"
	}
	write := p.writer()
	bound := func(v float64) string {
		if math.IsInf(v, 0) {
			return "any"
		}
		return write(v)
	}
	half = bound((p.Hi - p.Lo) / 2)
	if strings.Trim(half, "0.") == "" || strings.Contains(half, "e") {
		half = strconv.FormatFloat((p.Hi-p.Lo)/2, 'g', 2, 64)
	}
	return write(p.Value), half, bound(p.Lo) + " to " + bound(p.Hi)
}

// mostDigits is how many digits after the point are shown: more than data have.
const mostDigits = 7

// writer returns what writes numbers with two digits of the half interval of p, as far as its value has any: after
// a point or, where the value is small or large beside 1, with a power of ten.
func (p *Parameter) writer() func(v float64) string {
	half, size := (p.Hi-p.Lo)/2, math.Abs(p.Value)
	if !(half > 0) || math.IsInf(half, 0) {
		half = max(size*1e-6, 1e-9)
	}
	if size >= 1e6 || size < 1e-3 && half < size {
		digits := min(max(int(math.Ceil(math.Log10(size/half)))+2, 3), mostDigits)
		return func(v float64) string { return strconv.FormatFloat(v, 'g', digits, 64) }
	}
	digits := min(max(int(math.Ceil(1-math.Log10(half)-1e-9)), 0), mostDigits)
	return func(v float64) string {
		text := strconv.FormatFloat(v, 'f', digits, 64)
		if strings.Trim(text, "-0.") == "" {
			return strings.TrimPrefix(text, "-")
		}
		return text
	}
}
