package spread

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"orrery/sim/input"
	"orrery/world/region"
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

	Regions *storedRegions `json:"regions,omitempty"`
}

// storedRegions are regions in JSON. All numbers are logarithms.
type storedRegions struct {
	Levels  []float64   `json:"levels"`   // those of region.Levels
	Sigmas  []float64   `json:"sigmas"`   // of m
	BySigma [][]float64 `json:"by_sigma"` // [level][sigma]
	Times   []float64   `json:"times"`    // of s
	ByTime  [][]float64 `json:"by_time"`  // [level][time]
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
	if r := l.regions; r != nil {
		s.Regions = &storedRegions{region.Levels[:], r.sigmas, r.bySigma[:], r.times, r.byTime[:]}
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
	if s.Regions != nil {
		var err error
		if l.regions, err = s.Regions.decode(); err != nil {
			return nil, fmt.Errorf("spread: regions: %w", err)
		}
	}
	return l, nil
}

// mostPoints bounds the points of a line.
const mostPoints = 64

// decode checks the lines and returns the regions they make.
func (s *storedRegions) decode() (*regions, error) {
	if !slices.Equal(s.Levels, region.Levels[:]) {
		return nil, fmt.Errorf("levels %v must be %v", s.Levels, region.Levels)
	}
	r := &regions{sigmas: s.Sigmas, times: s.Times}
	for _, line := range []struct {
		at, by string
		places []float64
		values [][]float64
		dst    *[levelCount][]float64
	}{{"sigmas", "by_sigma", s.Sigmas, s.BySigma, &r.bySigma}, {"times", "by_time", s.Times, s.ByTime, &r.byTime}} {
		if n := len(line.places); n < 1 || n > mostPoints {
			return nil, fmt.Errorf("%s: %d numbers must be 1 to %d", line.at, n, mostPoints)
		}
		for i, v := range line.places {
			if i > 0 && !(v > line.places[i-1]) {
				return nil, fmt.Errorf("%s %d: %v must be above %v, the one before", line.at, i, v, line.places[i-1])
			}
		}
		if len(line.values) != levelCount {
			return nil, fmt.Errorf("%s has %d lists and must have %d, one for each level", line.by, len(line.values), levelCount)
		}
		for k, values := range line.values {
			if len(values) != len(line.places) {
				return nil, fmt.Errorf("%s %d has %d numbers and must have %d, as %s", line.by, k, len(values), len(line.places), line.at)
			}
			for i, v := range slices.Concat(values, line.places) {
				if !(math.Abs(v) <= 2*mostExponent) {
					return nil, fmt.Errorf("%s %d, number %d: %v must be %v to %v", line.by, k, i, v, -2*mostExponent, 2*mostExponent)
				}
			}
			line.dst[k] = values
		}
	}
	return r, nil
}
