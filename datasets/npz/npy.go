package npz

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"orrery/datasets/digits"
)

// Bounds of an array that is read.
const (
	maxHeader = 1 << 16 // bytes
	maxRank   = 8
	maxValue  = 1 << 14 // bytes, of a text of 4096 characters
	maxBytes  = 1 << 40 // of an array
)

// dtype is the type of the values of an array, as NumPy names it.
type dtype struct {
	kind  byte // b i u f U S M m
	size  int  // bytes
	order binary.ByteOrder
	unit  timeUnit // of M and m
}

// timeUnit is that of a time: a count of parts of a second or of seconds.
type timeUnit struct {
	count int64
	parts int // digits of a second that one has: 9 for nanoseconds
}

// timeUnits are those that NumPy has up to weeks.
var timeUnits = map[string]timeUnit{
	"W": {7 * 86400, 0}, "D": {86400, 0}, "h": {3600, 0}, "m": {60, 0}, "s": {1, 0},
	"ms": {1, 3}, "us": {1, 6}, "ns": {1, 9}, "ps": {1, 12}, "fs": {1, 15}, "as": {1, 18},
}

// array is what the header of an array says.
type array struct {
	dtype
	shape   shape
	fortran bool // the first index moves fastest
	values  int  // in all
}

// shape is the sizes of the dimensions of an array.
type shape []int

// String writes it as NumPy does, in square brackets.
func (s shape) String() string {
	text := fmt.Sprint([]int(s))
	return strings.ReplaceAll(text, " ", ", ")
}

// readArray reads the header of an array in NumPy's format, of version 1, 2 or 3.
// https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
func readArray(r *bufio.Reader) (a array, header int, err error) {
	var start [8]byte
	if _, err := io.ReadFull(r, start[:]); err != nil || string(start[:6]) != "\x93NUMPY" {
		return a, 0, errors.New("does not begin as an array of NumPy does")
	}
	size := make([]byte, 2)
	switch start[6] {
	case 1:
	case 2, 3:
		size = make([]byte, 4)
	default:
		return a, 0, fmt.Errorf("version %d of NumPy's format must be 1, 2 or 3", start[6])
	}
	if _, err := io.ReadFull(r, size); err != nil {
		return a, 0, errors.New("ends in its header")
	}
	length := int64(binary.LittleEndian.Uint16(size))
	if len(size) == 4 {
		length = int64(binary.LittleEndian.Uint32(size))
	}
	if length > maxHeader {
		return a, 0, fmt.Errorf("header of %d bytes must have at most %d", length, maxHeader)
	}
	text := make([]byte, length)
	if _, err := io.ReadFull(r, text); err != nil {
		return a, 0, errors.New("ends in its header")
	}
	if a, err = parseArray(string(text)); err != nil {
		return a, 0, err
	}
	return a, len(start) + len(size) + len(text), nil
}

// parseArray takes apart a header such as {'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }.
func parseArray(text string) (a array, err error) {
	l := literal{rest: text}
	seen := map[string]bool{}
	l.want("{")
	for !l.has("}") {
		key := l.quoted()
		l.want(":")
		switch key {
		case "descr":
			if l.peek() == '[' {
				return a, errors.New("has rows of several fields: save an array for each field")
			}
			descr := l.quoted()
			if l.err == nil {
				if a.dtype, err = parseType(descr); err != nil {
					return a, err
				}
			}
		case "fortran_order":
			a.fortran = l.flag()
		case "shape":
			a.shape = l.tuple()
		default:
			l.fail()
		}
		seen[key] = true
		if l.err != nil {
			return a, l.err
		}
		if !l.has(",") && l.peek() != '}' {
			l.fail()
			return a, l.err
		}
	}
	if l.err != nil || l.peek() != 0 || !seen["descr"] || !seen["fortran_order"] || !seen["shape"] {
		return a, errHeader
	}
	return a, a.measure()
}

// measure counts the values.
func (a *array) measure() error {
	if len(a.shape) > maxRank {
		return fmt.Errorf("%d dimensions must be at most %d", len(a.shape), maxRank)
	}
	a.values = 1
	for _, d := range a.shape {
		if d > 0 && a.values > maxBytes/a.size/d {
			return fmt.Errorf("shape %v must have at most %d bytes", a.shape, int64(maxBytes))
		}
		a.values *= d
	}
	return nil
}

// parseType takes apart the name of a type, such as <f8 or |b1.
func parseType(descr string) (d dtype, err error) {
	full := descr
	d.order = binary.LittleEndian
	if len(descr) > 0 && strings.IndexByte("<>|=", descr[0]) >= 0 {
		if descr[0] == '>' {
			d.order = binary.BigEndian
		}
		descr = descr[1:]
	}
	if descr == "" {
		return d, errHeader
	}
	d.kind = descr[0]
	name, unit, _ := strings.Cut(descr[1:], "[")
	if d.kind == 'O' {
		return d, errors.New("holds objects of Python (a pickle), which only Python can open: save arrays of numbers")
	}
	if d.size, err = strconv.Atoi(name); err != nil || d.size < 0 {
		return d, errHeader
	}
	known := false
	switch d.kind {
	case 'b':
		known = d.size == 1
	case 'i', 'u':
		known = d.size == 1 || d.size == 2 || d.size == 4 || d.size == 8
	case 'f':
		known = d.size == 2 || d.size == 4 || d.size == 8
	case 'U':
		d.size *= 4
		known = d.size > 0 && d.size <= maxValue
	case 'S':
		known = d.size > 0 && d.size <= maxValue
	case 'M', 'm':
		d.unit, known = parseUnit(strings.TrimSuffix(unit, "]"))
		known = known && d.size == 8
	}
	if !known {
		return d, fmt.Errorf("values of type %.40q must be whole numbers, floats of at most 64 bits, flags, times or texts", full)
	}
	return d, nil
}

// parseUnit takes apart the unit of a time, such as ns or 10ms.
func parseUnit(text string) (timeUnit, bool) {
	name := strings.TrimLeft(text, "0123456789")
	u, known := timeUnits[name]
	if count := text[:len(text)-len(name)]; count != "" {
		n, err := strconv.Atoi(count)
		if err != nil || n < 1 || n > 1e9 {
			return u, false
		}
		u.count *= int64(n)
	}
	return u, known
}

// append appends a value as text, or nothing for a number that is not finite and for no time.
func (d dtype) append(dst, b []byte) []byte {
	switch d.kind {
	case 'b':
		return strconv.AppendBool(dst, b[0] != 0)
	case 'i':
		return strconv.AppendInt(dst, d.signed(b), 10)
	case 'u':
		return strconv.AppendUint(dst, d.bits(b), 10)
	case 'f':
		switch d.size {
		case 2:
			return digits.AppendFloat(dst, digits.Half(uint16(d.bits(b))), 32)
		case 4:
			return digits.AppendFloat(dst, float64(math.Float32frombits(uint32(d.bits(b)))), 32)
		}
		return digits.AppendFloat(dst, math.Float64frombits(d.bits(b)), 64)
	case 'M', 'm':
		v := d.signed(b)
		if v == math.MinInt64 || v > math.MaxInt64/d.unit.count || v < math.MinInt64/d.unit.count {
			return dst // not a time, or beyond all times
		}
		return digits.AppendPoint(dst, strconv.FormatInt(v*d.unit.count, 10), d.unit.parts)
	case 'U':
		for ; len(b) > 0; b = b[4:] {
			r := rune(d.order.Uint32(b))
			if r == 0 {
				break
			}
			dst = utf8.AppendRune(dst, r)
		}
		return dst
	}
	text := strings.TrimRight(string(b), "\x00")
	if !utf8.ValidString(text) {
		return dst
	}
	return append(dst, text...)
}

// bits returns the bits of a number.
func (d dtype) bits(b []byte) uint64 {
	switch d.size {
	case 1:
		return uint64(b[0])
	case 2:
		return uint64(d.order.Uint16(b))
	case 4:
		return uint64(d.order.Uint32(b))
	}
	return d.order.Uint64(b)
}

// signed returns a whole number that may be negative.
func (d dtype) signed(b []byte) int64 {
	shift := 64 - 8*d.size
	return int64(d.bits(b)<<shift) >> shift
}

var errHeader = errors.New("its header is none that NumPy writes")

// literal reads the part of Python's literals that headers have. The first fault stays.
type literal struct {
	rest string
	err  error
}

func (l *literal) fail() {
	if l.err == nil {
		l.err = errHeader
	}
	l.rest = ""
}

// peek returns the next character that is no space, or 0 at the end.
func (l *literal) peek() byte {
	l.rest = strings.TrimLeft(l.rest, " \t\r\n")
	if l.rest == "" {
		return 0
	}
	return l.rest[0]
}

// has takes a mark if it comes next. At the end it reports true so that loops end.
func (l *literal) has(mark string) bool {
	if l.peek() == 0 {
		l.fail()
		return true
	}
	rest, found := strings.CutPrefix(l.rest, mark)
	l.rest = rest
	return found
}

// want takes a mark that must come next.
func (l *literal) want(mark string) {
	if !l.has(mark) {
		l.fail()
	}
}

// quoted takes a text in single or double quotes.
func (l *literal) quoted() string {
	quote := l.peek()
	if quote != '\'' && quote != '"' {
		l.fail()
		return ""
	}
	text, rest, closed := strings.Cut(l.rest[1:], string(rune(quote)))
	if !closed {
		l.fail()
		return ""
	}
	l.rest = rest
	return text
}

// flag takes True or False.
func (l *literal) flag() bool {
	l.peek()
	if rest, found := strings.CutPrefix(l.rest, "True"); found {
		l.rest = rest
		return true
	}
	rest, found := strings.CutPrefix(l.rest, "False")
	if !found {
		l.fail()
	}
	l.rest = rest
	return false
}

// tuple takes whole numbers in brackets. Python 2 ends long ones with an L.
func (l *literal) tuple() (numbers []int) {
	l.want("(")
	for !l.has(")") {
		l.peek()
		end := len(l.rest) - len(strings.TrimLeft(l.rest, "0123456789"))
		n, err := strconv.Atoi(l.rest[:end])
		if err != nil {
			l.fail()
			return nil
		}
		numbers = append(numbers, n)
		l.rest = strings.TrimPrefix(l.rest[end:], "L")
		if !l.has(",") && l.peek() != ')' {
			l.fail()
		}
	}
	return numbers
}
