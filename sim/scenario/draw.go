package scenario

import (
	"fmt"
	"maps"
	"slices"

	"orrery/sim"
)

// Range is what a parameter is drawn from. All values from Low to High are equally
// likely, or all whole ones when the parameter must be whole.
type Range struct {
	Low, High float64 // in the parameter's Unit
}

// Draw returns the values of one episode, each in its parameter's Unit: those given, but
// for the parameters that have a range, which are drawn from it. What is drawn for one
// depends on seed and episode only, not on the others. A range is an error when it falls,
// or when the parameter may not have one of its ends.
func (s *Scenario) Draw(seed uint64, episode int, values Values, ranges map[string]Range) (Values, error) {
	drawn, low, high := Values{}, Values{}, Values{}
	for _, all := range []Values{drawn, low, high} {
		maps.Copy(all, values)
	}
	for name, r := range ranges {
		low[name], high[name] = r.Low, r.High
	}
	for _, ends := range []Values{low, high} {
		if _, err := s.Values(ends); err != nil {
			return nil, err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(ranges)) {
		r := ranges[name]
		if r.Low > r.High {
			return nil, fmt.Errorf("%s: %s %v:%v must not fall", s.Name, name, r.Low, r.High)
		}
		rng := sim.NewRand(seed, "parameter/"+s.Name+"/"+name, episode)
		if s.param(name).Integer {
			drawn[name] = r.Low + float64(rng.Int64N(int64(r.High-r.Low)+1))
		} else {
			drawn[name] = r.Low + (r.High-r.Low)*rng.Float64()
		}
	}
	return drawn, nil
}

// param returns the parameter of a name that the scenario has.
func (s *Scenario) param(name string) *Param {
	return &s.Params[slices.IndexFunc(s.Params, func(p Param) bool { return p.Name == name })]
}
