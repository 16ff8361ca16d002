package console

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/spf13/pflag"

	"orrery/sim/input"
)

// Bounds are the least and the greatest number that a flag takes. The default of a flag
// may lie outside: then it stands for a flag that is not given.
type Bounds struct {
	Least, Most       float64 // in the unit of the flag
	NotLeast, NotMost bool    // that bound itself is not taken
}

// From returns the bounds of numbers that are at least so great, in the unit of the flag.
func From(least float64) Bounds { return Bounds{Least: least, Most: math.Inf(1)} }

// Between returns the bounds of numbers from one to another, both included, in the unit of
// the flag.
func Between(least, most float64) Bounds { return Bounds{Least: least, Most: most} }

// Inside returns the bounds of numbers between two that are not taken themselves, in the
// unit of the flag.
func Inside(least, most float64) Bounds {
	return Bounds{Least: least, Most: most, NotLeast: true, NotMost: true}
}

// hold reports whether a number lies within the bounds. NaN does not.
func (b Bounds) hold(v float64) bool {
	return v >= b.Least && v <= b.Most && !(b.NotLeast && v == b.Least) && !(b.NotMost && v == b.Most)
}

// String returns the rule in words, such as "≥ 1" or "from 0 to 65535".
func (b Bounds) String() string {
	least, most := "≥ "+shown(b.Least), "≤ "+shown(b.Most)
	if b.NotLeast {
		least = "above " + shown(b.Least)
	}
	if b.NotMost {
		most = "below " + shown(b.Most)
	}
	switch {
	case math.IsInf(b.Most, 1):
		return least
	case math.IsInf(b.Least, -1):
		return most
	case !b.NotLeast && !b.NotMost:
		return fmt.Sprintf("from %s to %s", shown(b.Least), shown(b.Most))
	}
	return least + " and " + most
}

// shown writes whole numbers with all digits.
func shown(v float64) string {
	if v == math.Trunc(v) && math.Abs(v) < 1e15 {
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

// OutOfBounds is the error of a flag for a number that is well written, but not taken.
type OutOfBounds struct{ Rule string }

// Error returns the rule.
func (e *OutOfBounds) Error() string { return e.Rule }

// WholeVar adds a flag for a whole number; what p points to is its default. A number out
// of bounds is refused while the command line is read, so before any work.
func WholeVar[T int | int64 | uint64](flags *pflag.FlagSet, p *T, name string, bounds Bounds, usage string) {
	parse := func(text string) (T, error) {
		n, err := strconv.ParseInt(text, 10, 64)
		if err == nil {
			return T(n), bounds.check(float64(n))
		}
		if v, ok := input.ParseNumber(text); ok && errors.Is(err, strconv.ErrRange) && v == math.Trunc(v) {
			return 0, Between(bounds.Least, min(bounds.Most, math.MaxInt64)).broken()
		}
		return 0, errors.New("must be a whole number")
	}
	flags.Var(&number[T]{p, "int", parse, func(v T) string { return fmt.Sprint(v) }}, name, usage)
}

// NumberVar adds a flag for a number, as WholeVar does for a whole one. Usage says its unit.
func NumberVar(flags *pflag.FlagSet, p *float64, name string, bounds Bounds, usage string) {
	parse := func(text string) (float64, error) {
		v, ok := input.ParseNumber(text)
		if !ok {
			return 0, errors.New("must be a number")
		}
		return v, bounds.check(v)
	}
	flags.Var(&number[float64]{p, "float64", parse, func(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }}, name, usage)
}

// TimeVar adds a flag for a time, which must be above 0; what p points to is its default.
func TimeVar(flags *pflag.FlagSet, p *time.Duration, name, usage string) {
	parse := func(text string) (time.Duration, error) {
		d, err := time.ParseDuration(text)
		switch {
		case err != nil:
			return 0, errors.New("must be a time such as 90s, 4m or 1h30m")
		case d <= 0:
			return 0, &OutOfBounds{"must be above 0, such as 90s, 4m or 1h30m"}
		}
		return d, nil
	}
	format := func(d time.Duration) string {
		if d == 0 {
			return "" // so that the help shows no default
		}
		return d.String()
	}
	flags.Var(&number[time.Duration]{p, "duration", parse, format}, name, usage)
}

func (b Bounds) broken() error { return &OutOfBounds{fmt.Sprintf("must be %v", b)} }

func (b Bounds) check(v float64) error {
	if !b.hold(v) {
		return b.broken()
	}
	return nil
}

// number is the value of a flag.
type number[T any] struct {
	at     *T
	kind   string // for the help
	parse  func(text string) (T, error)
	format func(T) string
}

// Set implements pflag.Value.
func (n *number[T]) Set(text string) error {
	v, err := n.parse(text)
	if err == nil {
		*n.at = v
	}
	return err
}

// Type implements pflag.Value.
func (n *number[T]) Type() string { return n.kind }

// String implements pflag.Value.
func (n *number[T]) String() string {
	if n.at == nil {
		return ""
	}
	return n.format(*n.at)
}
