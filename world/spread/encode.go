package spread

import (
	"encoding/json"
	"fmt"
	"math"

	"orrery/sim/input"
)

// stored is a Law in JSON. Weights are in the order of the features.
type stored struct {
	FrameTime float64   `json:"frame_time"` // s
	MostX     float64   `json:"most_x"`     // m²
	MostV     float64   `json:"most_v"`     // m²/s²
	Keep      []float64 `json:"keep"`
	Mix       []float64 `json:"mix"`
	Steer     []float64 `json:"steer"`
	Kick      []float64 `json:"kick"`
	First     []float64 `json:"first"` // logarithms of m² and m²/s²
	Drift     []float64 `json:"drift"` // likewise, in each frame
}

// parts returns the lists of s in the order of a law's numbers, with their names and
// lengths.
func (s *stored) parts() []storedPart {
	return []storedPart{
		{"keep", &s.Keep, features}, {"mix", &s.Mix, features}, {"steer", &s.Steer, features}, {"kick", &s.Kick, features},
		{"first", &s.First, 2}, {"drift", &s.Drift, 2},
	}
}

type storedPart struct {
	name   string
	values *[]float64
	length int
}

// Bounds of what a file may hold.
const (
	mostNumber   = 1e4
	mostVariance = 1e30
)

// MarshalJSON returns the law as Decode reads it.
func (l *Law) MarshalJSON() ([]byte, error) {
	s := stored{FrameTime: l.time, MostX: l.mostX, MostV: l.mostV}
	rest := l.numbers[:]
	for _, p := range s.parts() {
		*p.values, rest = rest[:p.length], rest[p.length:]
	}
	return json.Marshal(s)
}

// Decode reads a law from JSON. Unknown keys, lists of another length and numbers that
// are not finite or out of range are errors.
func Decode(text []byte) (*Law, error) {
	var s stored
	if err := input.DecodeJSONPart(text, &s); err != nil {
		return nil, fmt.Errorf("spread: %w", err)
	}
	for _, v := range []struct {
		name        string
		value, most float64
	}{{"frame_time", s.FrameTime, 1}, {"most_x", s.MostX, mostVariance}, {"most_v", s.MostV, mostVariance}} {
		if !(v.value > 0 && v.value <= v.most) {
			return nil, fmt.Errorf("spread: %s %v must be above 0 and at most %v", v.name, v.value, v.most)
		}
	}
	l := &Law{time: s.FrameTime, mostX: s.MostX, mostV: s.MostV}
	rest := l.numbers[:]
	for _, p := range s.parts() {
		if len(*p.values) != p.length {
			return nil, fmt.Errorf("spread: %s has %d numbers and must have %d", p.name, len(*p.values), p.length)
		}
		for i, v := range *p.values {
			if math.Abs(v) > mostNumber {
				return nil, fmt.Errorf("spread: %s %d: %v must be %v to %v", p.name, i, v, -mostNumber, mostNumber)
			}
		}
		rest = rest[copy(rest, *p.values):]
	}
	return l, nil
}
