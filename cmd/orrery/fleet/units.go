package fleet

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"orrery/sim/input"
)

// Size is a number of bytes, written as 500MB or 2GB: powers of 1000.
type Size int64

var sizeUnits = []struct {
	name  string
	bytes float64
}{{"TB", 1e12}, {"GB", 1e9}, {"MB", 1e6}, {"kB", 1e3}, {"B", 1}}

// UnmarshalText reads a number with its unit.
func (s *Size) UnmarshalText(text []byte) error {
	for _, unit := range sizeUnits {
		number, ok := strings.CutSuffix(string(text), unit.name)
		if !ok {
			continue
		}
		if v, ok := input.ParseNumber(strings.TrimSpace(number)); ok && v*unit.bytes >= 1 && v*unit.bytes < 1<<60 {
			*s = Size(v * unit.bytes)
			return nil
		}
		break
	}
	return fmt.Errorf("%q must be a size above 0 with its unit, such as 500MB or 2GB", text)
}

// MarshalText returns what UnmarshalText reads.
func (s Size) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// String returns the size with a unit, to three digits.
func (s Size) String() string {
	for _, unit := range sizeUnits {
		if v := float64(s) / unit.bytes; v >= 1 {
			return strconv.FormatFloat(v, 'g', 3, 64) + unit.name
		}
	}
	return "0B"
}

// megabytes returns the size in 2²⁰ bytes, as Slurm counts it, rounded up.
func (s Size) megabytes() int64 { return (int64(s) + 1<<20 - 1) >> 20 }

// Span is a length of time, written as 90s, 15m or 2h30m.
type Span time.Duration

// UnmarshalText reads a time with its units.
func (s *Span) UnmarshalText(text []byte) error {
	d, err := time.ParseDuration(string(text))
	if err != nil || d < time.Second {
		return fmt.Errorf("%q must be a time of at least a second with its unit, such as 90s, 15m or 2h", text)
	}
	*s = Span(d)
	return nil
}

// MarshalText returns what UnmarshalText reads.
func (s Span) MarshalText() ([]byte, error) { return []byte(time.Duration(s).String()), nil }
