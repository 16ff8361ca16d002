package eval

import (
	"encoding/json"
	"fmt"
	"math"

	"orrery/sim/input"
)

// Number is a measured value in the unit of its field, or NaN where there was nothing to measure. JSON
// knows no NaN: there it is null.
type Number float64

// Measured reports whether n holds a value.
func (n Number) Measured() bool { return !math.IsNaN(float64(n)) && !math.IsInf(float64(n), 0) }

// MarshalJSON implements json.Marshaler.
func (n Number) MarshalJSON() ([]byte, error) {
	if !n.Measured() {
		return []byte("null"), nil
	}
	return json.Marshal(float64(n))
}

// UnmarshalJSON implements json.Unmarshaler.
func (n *Number) UnmarshalJSON(text []byte) error {
	if string(text) == "null" {
		*n = Number(math.NaN())
		return nil
	}
	return input.DecodeJSONPart(text, (*float64)(n))
}

// mean returns the mean of the measured values, or NaN when there are none.
func mean(values []float64) Number {
	sum, n := 0.0, 0
	for _, v := range values {
		if !math.IsNaN(v) {
			sum += v
			n++
		}
	}
	return Number(sum / float64(n))
}

// exact is a value in the unit of its field that JSON gives back as it was: NaN is null there, and what is infinite a text.
type exact float64

func (e exact) finite() bool { return Number(e).Measured() }

// MarshalJSON implements json.Marshaler.
func (e exact) MarshalJSON() ([]byte, error) {
	if math.IsInf(float64(e), 0) {
		return json.Marshal(fmt.Sprint(float64(e)))
	}
	return Number(e).MarshalJSON()
}

// UnmarshalJSON implements json.Unmarshaler.
func (e *exact) UnmarshalJSON(text []byte) error {
	switch string(text) {
	case `"+Inf"`:
		*e = exact(math.Inf(1))
	case `"-Inf"`:
		*e = exact(math.Inf(-1))
	default:
		return (*Number)(e).UnmarshalJSON(text)
	}
	return nil
}
