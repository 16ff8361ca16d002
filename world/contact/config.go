package contact

import (
	"fmt"
	"math"

	"orrery/sim"
)

// Config is everything that fixes a contact model besides its weights.
type Config struct {
	Hidden           int    `json:"hidden"`            // width of the impulse network's two hidden layers
	Rounds           int    `json:"rounds"`            // sweeps over the touching points
	CorrectionHidden int    `json:"correction_hidden"` // width of the correction network's two hidden layers
	CorrectionRounds int    `json:"correction_rounds"` // sweeps of position correction
	Flight           Flight `json:"flight"`            // motion between contacts
}

// Flight is how bodies move when nothing touches them. It is measured on the
// training data, not trained; see MeasureFlight.
type Flight struct {
	FrameTime   float64 `json:"frame_time"`   // s
	Gravity     sim.Vec `json:"gravity"`      // m/s²
	Keep        float64 `json:"keep"`         // share of its velocity a body keeps in a frame
	KeepAngular float64 `json:"keep_angular"` // share of its angular velocity a body keeps in a frame
}

// DefaultConfig returns the sizes used by the train command, and a Flight
// without gravity or drag at 60 frames a second.
func DefaultConfig() Config {
	return Config{
		Hidden: 64, Rounds: 10, CorrectionHidden: 32, CorrectionRounds: 4,
		Flight: Flight{FrameTime: 1.0 / 60, Keep: 1, KeepAngular: 1},
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
	flight := &c.Flight
	if !(flight.FrameTime > 0 && flight.FrameTime <= 1) {
		return fmt.Errorf("contact config: frame_time %v s must be above 0 and at most 1", flight.FrameTime)
	}
	for _, f := range []struct {
		name  string
		value float64
	}{{"keep", flight.Keep}, {"keep_angular", flight.KeepAngular}} {
		if !(f.value >= 0 && f.value <= 2) {
			return fmt.Errorf("contact config: %s %v must be 0 to 2", f.name, f.value)
		}
	}
	if g := flight.Gravity.Len(); math.IsNaN(g) || g > 1e6 {
		return fmt.Errorf("contact config: gravity %v m/s² must be finite and at most 1e6", flight.Gravity)
	}
	return nil
}
