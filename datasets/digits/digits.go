// Package digits writes the numbers of binary files as decimal digits, so that a table of
// another format is read as one in a text is.
//
//	dst = digits.AppendFloat(dst, 0.1, 64)    // 0.1
//	dst = digits.AppendPoint(dst, "-33", 3)   // -0.033, a time in milliseconds
//
// A number that is not finite is no text at all, as an empty field of a table is.
package digits

import (
	"math"
	"strconv"
	"strings"
)

// AppendFloat appends a number in the fewest digits that make it again as a float of so many bits, 32 or 64,
// or nothing where v is not finite.
func AppendFloat(dst []byte, v float64, bits int) []byte {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return dst
	}
	return strconv.AppendFloat(dst, v, 'g', -1, bits)
}

// AppendPoint appends a whole number in decimal digits with a decimal point before so many of
// its last ones, without the zeros at the end.
func AppendPoint(dst []byte, whole string, behind int) []byte {
	if rest, negative := strings.CutPrefix(whole, "-"); negative {
		dst, whole = append(dst, '-'), rest
	}
	if lacks := behind + 1 - len(whole); lacks > 0 {
		whole = strings.Repeat("0", lacks) + whole
	}
	dst = append(dst, whole[:len(whole)-behind]...)
	if fraction := strings.TrimRight(whole[len(whole)-behind:], "0"); fraction != "" {
		dst = append(append(dst, '.'), fraction...)
	}
	return dst
}

// Half returns the value of a float of 16 bits (IEEE 754): a sign, 5 bits of exponent and 10 of
// fraction.
func Half(bits uint16) float64 {
	exponent, fraction := int(bits>>10&31), float64(bits&1023)
	v := math.Ldexp(fraction, -24)
	switch {
	case exponent == 31 && fraction == 0:
		v = math.Inf(1)
	case exponent == 31:
		v = math.NaN()
	case exponent > 0:
		v = math.Ldexp(1024+fraction, exponent-25)
	}
	if bits>>15 == 1 {
		return -v
	}
	return v
}
