package input

import "strconv"

// exactDigits is so many that each number of them is below 2⁵³, and exact as a float64.
const exactDigits = 15

// powers are those of ten, exact as float64.
var powers = [exactDigits + 1]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15}

// ParseNumber reads a number in decimal notation, such as 12, -0.5, .5 or 1e-3, and
// reports whether text is one within the range of float64. It takes none of what only
// Go understands: 1_000, 0x1p3, inf and NaN are no numbers. The unit is that of the text.
func ParseNumber(text string) (float64, bool) {
	i, digits, whole := 0, 0, uint64(0) // whole is the digits as a number without the point, or what is left of it
	skip := func() {
		for i < len(text) && text[i] >= '0' && text[i] <= '9' {
			whole = 10*whole + uint64(text[i]-'0')
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
	before := digits
	if i < len(text) && text[i] == '.' {
		i++
		skip()
	}
	if digits == 0 {
		return 0, false
	}
	if i == len(text) && digits <= exactDigits {
		// Both numbers are exact as float64, so their ratio is the nearest there is
		// (Clinger 1990, How to read floating point numbers accurately).
		v := float64(whole) / powers[digits-before]
		if text[0] == '-' {
			v = -v
		}
		return v, true
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
