package input

import "strconv"

// ParseNumber reads a number in decimal notation, such as 12, -0.5, .5 or 1e-3, and
// reports whether text is one within the range of float64. It takes none of what only
// Go understands: 1_000, 0x1p3, inf and NaN are no numbers. The unit is that of the text.
func ParseNumber(text string) (float64, bool) {
	i, digits := 0, 0
	skip := func() {
		for i < len(text) && text[i] >= '0' && text[i] <= '9' {
			i++
			digits++
		}
	}
	sign := func() {
		if i < len(text) && (text[i] == '+' || text[i] == '-') {
			i++
		}
	}
	sign()
	skip()
	if i < len(text) && text[i] == '.' {
		i++
		skip()
	}
	if digits == 0 {
		return 0, false
	}
	if i < len(text) && (text[i] == 'e' || text[i] == 'E') {
		i, digits = i+1, 0
		sign()
		skip()
		if digits == 0 {
			return 0, false
		}
	}
	if i < len(text) {
		return 0, false
	}
	v, err := strconv.ParseFloat(text, 64)
	return v, err == nil
}
