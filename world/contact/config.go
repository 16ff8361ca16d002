package contact

import (
	"fmt"

	"orrery/world"
)

// Config is everything that fixes a contact model besides its weights.
type Config struct {
	Hidden           int          `json:"hidden"`            // width of the impulse network's two hidden layers
	Rounds           int          `json:"rounds"`            // sweeps over the touching points
	CorrectionHidden int          `json:"correction_hidden"` // width of the correction network's two hidden layers
	CorrectionRounds int          `json:"correction_rounds"` // sweeps of position correction
	Flight           world.Flight `json:"flight"`            // motion between contacts; see world.MeasureFlight
}

// DefaultConfig returns the sizes used by the train command and the default
// Flight.
func DefaultConfig() Config {
	return Config{
		Hidden: 32, Rounds: 10, CorrectionHidden: 32, CorrectionRounds: 4,
		Flight: world.DefaultFlight(),
	}
}

// Tiny returns a Config small enough to train in a second, for tests.
func Tiny() Config {
	c := DefaultConfig()
	c.Hidden, c.Rounds, c.CorrectionHidden, c.CorrectionRounds = 8, 2, 8, 2
	return c
}

// Validate returns an error that names the first field out of range.
func (c *Config) Validate() error {
	for _, f := range []struct {
		name  string
		value int
		max   int
	}{
		{"hidden", c.Hidden, 1024}, {"rounds", c.Rounds, 100},
		{"correction_hidden", c.CorrectionHidden, 1024}, {"correction_rounds", c.CorrectionRounds, 100},
	} {
		if f.value < 1 || f.value > f.max {
			return fmt.Errorf("contact config: %s %d must be 1 to %d", f.name, f.value, f.max)
		}
	}
	if err := c.Flight.Validate(); err != nil {
		return fmt.Errorf("contact config: %w", err)
	}
	return nil
}
