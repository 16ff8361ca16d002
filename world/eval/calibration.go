package eval

import (
	"fmt"
	"math"
	"slices"

	"orrery/sim"
)

// Calibration says whether a model is as far off as it expects to be. Each body's
// prediction comes with a standard deviation σ along either axis, so a share p of
// the truth ought to lie within σ·√(−2·ln(1−p)) of it.
type Calibration struct {
	Levels   []float64   `json:"levels"`   // share p of the truth that should lie within, 0 to 1
	Coverage [][]float64 `json:"coverage"` // [horizon][level] share that truly lies within
	SigmaM   []Number    `json:"sigma_m"`  // m, mean σ per horizon; an honest model is off by σ·√(π/2) on average
	ErrorM   []Number    `json:"error_m"`  // m, mean position error of the same bodies

	// Within holds, per horizon and ascending, the least level of the disc that
	// reaches the truth, for every body of every episode. It is not in metrics.json.
	Within [][]float64 `json:"-"`
}

// calibrationLevels are the shares whose coverage is reported.
var calibrationLevels = []float64{0.5, 0.68, 0.9, 0.95}

// expectation has the errors that a model expects in one episode, and those that it makes: per
// horizon, a value for each dynamic body.
type expectation struct{ within, sigma, off [][]float64 }

// expect compares the spreads [horizon][n] that came with a prediction of episode
// i with its errors. A horizon without a spread, because the prediction ended,
// counts as beyond every disc.
func (v *evaluation) expect(i int, predicted []sim.State, spreads [][]float64) *expectation {
	t := v.trajectories[i]
	e := &expectation{}
	for h, k := range v.horizonFrames {
		var within, sigmas, offs []float64
		for b := range t.Scene.Bodies {
			if t.Scene.Bodies[b].Kind != sim.Dynamic {
				continue
			}
			if h >= len(spreads) {
				within = append(within, 1)
				continue
			}
			off := predicted[k][b].Position().Sub(t.States[k][b].Position()).Len()
			within = append(within, levelOf(off, spreads[h][b]))
			sigmas, offs = append(sigmas, spreads[h][b]), append(offs, off)
		}
		e.within, e.sigma, e.off = append(e.within, within), append(e.sigma, sigmas), append(e.off, offs)
	}
	return e
}

// levelOf returns the share of a round normal distribution that is no further than
// off from its middle.
func levelOf(off, sigma float64) float64 {
	switch {
	case off == 0:
		return 0
	case sigma == 0:
		return 1
	}
	return -math.Expm1(-off * off / (2 * sigma * sigma))
}

// newCalibration summarises the episodes, or returns nil when one of them has no
// expectation.
func newCalibration(episodes []comparison) *Calibration {
	c := &Calibration{Levels: calibrationLevels}
	for i := range episodes {
		if episodes[i].expectation == nil {
			return nil
		}
	}
	for h := range episodes[0].expectation.within {
		var within, sigma, off []float64
		for i := range episodes {
			e := episodes[i].expectation
			within, sigma, off = append(within, e.within[h]...), append(sigma, e.sigma[h]...), append(off, e.off[h]...)
		}
		slices.Sort(within)
		c.Within = append(c.Within, within)
		var coverage []float64
		for _, level := range c.Levels {
			coverage = append(coverage, covered(within, level))
		}
		c.Coverage = append(c.Coverage, coverage)
		c.SigmaM, c.ErrorM = append(c.SigmaM, mean(sigma)), append(c.ErrorM, mean(off))
	}
	return c
}

// Covered returns the share of bodies that truly lie, at a horizon, within the disc that
// should hold a share level of them, from 0 to 1. It needs Within.
func (c *Calibration) Covered(horizon int, level float64) float64 {
	return covered(c.Within[horizon], level)
}

// covered returns the share of ascending levels that are at most the given one.
func covered(within []float64, level float64) float64 {
	n, _ := slices.BinarySearchFunc(within, level, func(a, b float64) int {
		if a <= b {
			return -1
		}
		return 1
	})
	return float64(n) / float64(len(within))
}

// validate checks that a calibration read from a file has a value for each of the
// horizons and levels.
func (c *Calibration) validate(horizons int) error {
	if len(c.Coverage) != horizons || len(c.SigmaM) != horizons || len(c.ErrorM) != horizons {
		return fmt.Errorf("%d, %d and %d values must be %d, one per horizon", len(c.Coverage), len(c.SigmaM), len(c.ErrorM), horizons)
	}
	for _, coverage := range c.Coverage {
		if len(coverage) != len(c.Levels) {
			return fmt.Errorf("%d shares must be %d, one per level", len(coverage), len(c.Levels))
		}
	}
	return nil
}
