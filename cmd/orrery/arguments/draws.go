package arguments

import (
	"errors"
	"strings"

	"orrery/cmd/orrery/console"
	"orrery/sim"
	"orrery/sim/scenario"
)

// Draws is the value of a flag that collects key=number, the same in all episodes,
// and key=low:high, from which each episode draws its own. The last one of a key counts.
type Draws struct {
	Fixed  console.Settings          // in the units that the scenario gives
	Ranges map[string]scenario.Range // likewise
}

// NewDraws returns a flag that is not set.
func NewDraws() Draws { return Draws{console.Settings{}, map[string]scenario.Range{}} }

// Set implements pflag.Value.
func (d Draws) Set(text string) error {
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
	delete(d.Fixed, key)
	delete(d.Ranges, key)
	if isRange {
		d.Ranges[key] = scenario.Range{Low: ends["low"], High: ends["high"]}
	} else {
		d.Fixed[key] = ends[key]
	}
	return nil
}

// Type implements pflag.Value.
func (d Draws) Type() string { return "key=number|low:high" }

// String implements pflag.Value; nothing is set by default.
func (d Draws) String() string { return "" }

// Sample returns the scene of an episode with what is set.
func (d Draws) Sample(s *scenario.Scenario, seed uint64, episode int) (*sim.Scene, error) {
	values, err := s.Values(d.Fixed)
	if err == nil {
		values, err = s.Draw(seed, episode, values, d.Ranges)
	}
	if err != nil {
		return nil, console.Usage(err)
	}
	return s.Sample(seed, episode, values)
}
