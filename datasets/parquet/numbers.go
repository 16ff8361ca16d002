package parquet

import (
	"fmt"

	"github.com/parquet-go/parquet-go/format"
)

// Numbers returns the values of a column of numbers or flags of any type as float64, in the rows from one to
// before another: width values a row [to-from, width]. A single value is a list of one. A flag is 0 or 1.
func Numbers(r *Reader, name string, width, from, to int) ([]float64, error) {
	for _, l := range r.leaves {
		if l.name != name {
			continue
		}
		list := width
		if !l.list {
			if width != 1 {
				return nil, fmt.Errorf("%s: column %q: has one value a row, and must have lists of %d", r.name, name, width)
			}
			list = 0
		}
		switch l.kind {
		case format.Boolean:
			return numbers(r, name, list, from, to, func(v bool) float64 { return float64(bit(v)) })
		case format.Int32:
			return numbers(r, name, list, from, to, func(v int32) float64 { return float64(v) })
		case format.Int64:
			return numbers(r, name, list, from, to, func(v int64) float64 { return float64(v) })
		case format.Float:
			return numbers(r, name, list, from, to, func(v float32) float64 { return float64(v) })
		case format.Double:
			return numbers(r, name, list, from, to, func(v float64) float64 { return v })
		case format.ByteArray, format.FixedLenByteArray, format.Int96:
		}
		return nil, fmt.Errorf("%s: column %q: must hold numbers", r.name, name)
	}
	return nil, fmt.Errorf("%s: column %q: is missing", r.name, name)
}

func numbers[T Value](r *Reader, name string, width, from, to int, number func(T) float64) ([]float64, error) {
	values, err := Rows[T](r, name, width, from, to)
	if err != nil {
		return nil, err
	}
	out := make([]float64, len(values))
	for i, v := range values {
		out[i] = number(v)
	}
	return out, nil
}
