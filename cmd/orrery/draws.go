package main

import (
	"errors"
	"strings"

	"orrery/cmd/orrery/console"
	"orrery/sim"
	"orrery/sim/scenario"
)

// draws is the value of a flag that collects key=number, the same in all episodes,
// and key=low:high, from which each episode draws its own. The last one of a key counts.
type draws struct {
	fixed  console.Settings
	ranges map[string]scenario.Range
}

// Set implements pflag.Value.
func (d draws) Set(text string) error {
	key, value, _ := strings.Cut(text, "=")
	low, high, isRange := strings.Cut(value, ":")
	ends := console.Settings{}
	var err error
	if isRange && key != "" {
		err = errors.Join(ends.Set("low="+low), ends.Set("high="+high))
	} else {
		err = ends.Set(text)
	}
	if err != nil {
		return errors.New("must be key=number or key=low:high")
	}
	delete(d.fixed, key)
	delete(d.ranges, key)
	if isRange {
		d.ranges[key] = scenario.Range{Low: ends["low"], High: ends["high"]}
	} else {
		d.fixed[key] = ends[key]
	}
	return nil
}

// Type implements pflag.Value.
func (d draws) Type() string { return "key=number|low:high" }

// String implements pflag.Value; nothing is set by default.
func (d draws) String() string { return "" }

// sample returns the scene of an episode with what is set.
func (d draws) sample(s *scenario.Scenario, seed uint64, episode int) (*sim.Scene, error) {
	values, err := s.Values(d.fixed)
	if err == nil {
		values, err = s.Draw(seed, episode, values, d.ranges)
	}
	if err != nil {
		return nil, console.Usage(err)
	}
	return s.Sample(seed, episode, values)
}
