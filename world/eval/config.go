package eval

import (
	"fmt"
	"math"
	"runtime"
	"slices"
)

// Config says how models are measured.
type Config struct {
	HorizonsS      []float64 `json:"horizons_s"`        // s, ascending; those beyond the episodes are dropped
	PerturbationsM []float64 `json:"perturbations_m"`   // m, ascending; each is a row of the perturbed engine
	Draws          int       `json:"draws"`             // random displacements per episode and perturbation
	Bootstrap      int       `json:"bootstrap"`         // resamples behind a 95 % interval
	Seed           uint64    `json:"seed"`              // of displacements and resamples
	History        int       `json:"history,omitempty"` // frames that were watched before the start of each trajectory, whose first state they alone told; 0 where all of the motion told it
	Workers        int       `json:"-"`                 // goroutines; results do not depend on it
}

// DefaultConfig returns what `orrery eval` uses.
func DefaultConfig() Config {
	return Config{
		HorizonsS:      []float64{0.1, 0.5, 1, 2, 5},
		PerturbationsM: []float64{0.0001, 0.001, 0.01},
		Draws:          2,
		Bootstrap:      1000,
		Seed:           1,
		Workers:        runtime.NumCPU(),
	}
}

// Validate reports the first setting that makes no sense.
func (c *Config) Validate() error {
	if err := validateAscending("horizons_s", c.HorizonsS, "s"); err != nil {
		return err
	}
	if err := validateAscending("perturbations_m", c.PerturbationsM, "m"); err != nil {
		return err
	}
	if c.History < 0 {
		return fmt.Errorf("history %d must be at least 0", c.History)
	}
	for _, n := range []struct {
		name       string
		value, min int
	}{{"draws", c.Draws, 1}, {"bootstrap", c.Bootstrap, 20}, {"workers", c.Workers, 1}} {
		if n.value < n.min {
			return fmt.Errorf("%s %d must be at least %d", n.name, n.value, n.min)
		}
	}
	return nil
}

// maxList bounds the number of horizons and of perturbations.
const maxList = 64

func validateAscending(name string, values []float64, unit string) error {
	if len(values) == 0 || len(values) > maxList {
		return fmt.Errorf("%s: %d values must be 1 to %d", name, len(values), maxList)
	}
	for i, v := range values {
		if !(v > 0) || math.IsInf(v, 0) {
			return fmt.Errorf("%s: %v %s must be finite and > 0", name, v, unit)
		}
		if i > 0 && v <= values[i-1] {
			return fmt.Errorf("%s: %v must be ascending", name, values)
		}
	}
	return nil
}

// RungsM returns the perturbations in metres that the engine is run with: those shown, and one
// decade below and above so that a model rarely falls off the ladder.
func (c *Config) RungsM() []float64 {
	p := c.PerturbationsM
	return slices.Concat([]float64{p[0] / 10}, p, []float64{p[len(p)-1] * 10})
}
