package eval

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"orrery/sim"
	"orrery/world/region"
)

// Calibration says whether a model is as far off as it expects to be. Each body's
// prediction comes with a region, see region.Region: a share p of the truth ought to lie
// within its ellipse for p. Dataset positions are rounded; the truth is taken to lie
// anywhere in what is rounded to them, see region.Unrounded. Of motion that was observed, what was
// measured ought to lie within the ellipses widened by its noise.
type Calibration struct {
	Levels   []float64   `json:"levels"`             // share p of the truth that should lie within, 0 to 1
	Coverage [][]float64 `json:"coverage"`           // [horizon][level] share that truly lies within
	RadiusM  [][]Number  `json:"radius_m,omitempty"` // m, [horizon][level] mean radius of the disc with the region's area
	Stretch  []Number    `json:"stretch,omitempty"`  // per horizon, mean ratio of the ellipses' axes; 1 is a disc
	SigmaM   []Number    `json:"sigma_m"`            // m, mean σ per horizon: root of the mean of its squares along the two axes
	ErrorM   []Number    `json:"error_m"`            // m, mean position error of the same bodies

	Lo95 *calibrationMeans `json:"lo95,omitempty"` // lower ends of the 95 % bootstrap intervals over episodes
	Hi95 *calibrationMeans `json:"hi95,omitempty"` // upper ends

	// Within holds, per horizon and ascending, the least level of the region that
	// reaches the truth, for every body of every episode. It is not in metrics.json.
	Within [][]float64 `json:"-"`
}

// calibrationMeans has an end of the interval of each mean of a Calibration, in its shape.
type calibrationMeans struct {
	Coverage [][]Number `json:"coverage"`
	RadiusM  [][]Number `json:"radius_m"` // m
	Stretch  []Number   `json:"stretch"`
	SigmaM   []Number   `json:"sigma_m"` // m
	ErrorM   []Number   `json:"error_m"` // m
}

// calibrationLevels are the shares whose coverage is reported.
var calibrationLevels = []float64{0.5, 0.68, 0.9, 0.95}

// expectation has the errors that a model expects in one episode, and those that it makes: per
// horizon, a value for each dynamic body.
type expectation struct {
	within, sigma, off, stretch [][]float64
	radius                      [][][]float64 // [horizon][level]
}

// expect compares the regions [horizon][n] that came with a prediction of episode i with
// its errors. A horizon without a region, because the prediction ended, counts as beyond
// all of them.
func (v *evaluation) expect(i int, predicted []sim.State, regions [][]region.Region) *expectation {
	t := v.trajectories[i]
	rng := sim.NewRand(v.cfg.Seed, "eval rounding", i)
	e := &expectation{}
	for h, k := range v.Frames {
		var within, sigmas, offs, stretches []float64
		radii := make([][]float64, len(calibrationLevels))
		for b := range t.Scene.Bodies {
			if t.Scene.Bodies[b].Kind != sim.Dynamic || t.Seen != nil && !t.Seen.Sights[k][b].Seen {
				continue
			}
			if h >= len(regions) {
				within = append(within, 1)
				continue
			}
			expected := &regions[h][b]
			x, y, noise := v.missed(rng, i, k, b, predicted)
			within, offs = append(within, expected.LevelThrough(x, y, noise)), append(offs, math.Hypot(x, y))
			along, across := expected.Axes[0], expected.Axes[1]
			sigmas, stretches = append(sigmas, math.Hypot(along, across)/math.Sqrt2), append(stretches, stretch(along, across))
			for l, level := range calibrationLevels {
				radii[l] = append(radii[l], expected.Radius(level))
			}
		}
		e.within, e.sigma, e.off = append(e.within, within), append(e.sigma, sigmas), append(e.off, offs)
		e.stretch, e.radius = append(e.stretch, stretches), append(e.radius, radii)
	}
	return e
}

// missed returns where body b of episode i is at frame k, in metres from where it was predicted, and
// the deviation in metres with which that was measured.
func (v *evaluation) missed(rng *rand.Rand, i, k, b int, predicted []sim.State) (x, y, noise float64) {
	t := v.trajectories[i]
	if t.Seen == nil {
		truth, p := &t.States[k][b], &predicted[k][b]
		return region.Unrounded(rng, truth.X) - p.X, region.Unrounded(rng, truth.Y) - p.Y, 0
	}
	s := &t.Seen.Sights[k][b]
	p := at(t.Scene, predicted, k, b, s.After)
	noise = s.Std
	if v.cfg.History > 0 { // a model does not know how sure a start is: its regions are those of starts that all of the motion told
		noise = math.Hypot(noise, t.Seen.Drift(b, float64(k)*t.Scene.FrameTime()+s.After))
	}
	return s.X - p.X, s.Y - p.Y, noise
}

// stretch returns how many times as long an ellipse is as it is wide.
func stretch(a, b float64) float64 {
	if a == b {
		return 1
	}
	return max(a, b) / min(a, b)
}

// calibration summarises the episodes, or returns nil when one of them has no
// expectation.
func (r *resampler) calibration(episodes []comparison) *Calibration {
	c := &Calibration{Levels: calibrationLevels, Lo95: &calibrationMeans{}, Hi95: &calibrationMeans{}}
	for i := range episodes {
		if episodes[i].expectation == nil {
			return nil
		}
	}
	for h := range episodes[0].expectation.within {
		var within, sigma, off, stretch []float64
		radius := make([][]float64, len(c.Levels))
		for i := range episodes {
			e := episodes[i].expectation
			within, sigma, off = append(within, e.within[h]...), append(sigma, e.sigma[h]...), append(off, e.off[h]...)
			stretch = append(stretch, e.stretch[h]...)
			for l := range radius {
				radius[l] = append(radius[l], e.radius[h][l]...)
			}
		}
		slices.Sort(within)
		c.Within = append(c.Within, within)
		var coverage []float64
		var radii []Number
		for l, level := range c.Levels {
			coverage, radii = append(coverage, covered(within, level)), append(radii, mean(radius[l]))
		}
		c.Coverage, c.RadiusM, c.Stretch = append(c.Coverage, coverage), append(c.RadiusM, radii), append(c.Stretch, mean(stretch))
		c.SigmaM, c.ErrorM = append(c.SigmaM, mean(sigma)), append(c.ErrorM, mean(off))
		r.calibrationEnds(c, episodes, h)
	}
	return c
}

// calibrationEnds adds the intervals of what was measured at a horizon.
func (r *resampler) calibrationEnds(c *Calibration, episodes []comparison, h int) {
	lo, hi := c.Lo95, c.Hi95
	to := func(lo, hi *[]Number, values func(e *expectation) []float64, share func(x float64) float64) {
		a, b := r.ends(len(episodes), func(i int) (p part) {
			for _, x := range values(episodes[i].expectation) {
				p.sum, p.count = p.sum+share(x), p.count+1
			}
			return p
		})
		*lo, *hi = append(*lo, Number(a)), append(*hi, Number(b))
	}
	self := func(x float64) float64 { return x }
	var covers, radii [2][]Number
	for l, level := range c.Levels {
		to(&covers[0], &covers[1], func(e *expectation) []float64 { return e.within[h] }, func(x float64) float64 {
			if x <= level {
				return 1
			}
			return 0
		})
		to(&radii[0], &radii[1], func(e *expectation) []float64 { return e.radius[h][l] }, self)
	}
	lo.Coverage, hi.Coverage = append(lo.Coverage, covers[0]), append(hi.Coverage, covers[1])
	lo.RadiusM, hi.RadiusM = append(lo.RadiusM, radii[0]), append(hi.RadiusM, radii[1])
	to(&lo.Stretch, &hi.Stretch, func(e *expectation) []float64 { return e.stretch[h] }, self)
	to(&lo.SigmaM, &hi.SigmaM, func(e *expectation) []float64 { return e.sigma[h] }, self)
	to(&lo.ErrorM, &hi.ErrorM, func(e *expectation) []float64 { return e.off[h] }, self)
}

// Covered returns the share of bodies that truly lie, at a horizon, within the region that
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

// validate checks that a calibration read from a file, and each end of its intervals, has a value for each of
// the horizons and levels.
func (c *Calibration) validate(horizons int) error {
	if (c.Lo95 == nil) != (c.Hi95 == nil) {
		return errors.New("lo95 and hi95 must both be there, or neither")
	}
	for _, end := range []*calibrationMeans{c.Lo95, c.Hi95} {
		if end == nil {
			continue
		}
		like := Calibration{Levels: c.Levels, RadiusM: end.RadiusM, Stretch: end.Stretch, SigmaM: end.SigmaM, ErrorM: end.ErrorM}
		for _, shares := range end.Coverage {
			like.Coverage = append(like.Coverage, make([]float64, len(shares)))
		}
		if err := like.validate(horizons); err != nil {
			return fmt.Errorf("lo95 and hi95: %w", err)
		}
	}
	if c.RadiusM != nil && len(c.RadiusM) != horizons || c.Stretch != nil && len(c.Stretch) != horizons {
		return fmt.Errorf("%d radii and %d stretches must be %d, one per horizon", len(c.RadiusM), len(c.Stretch), horizons)
	}
	for _, radii := range c.RadiusM {
		if len(radii) != len(c.Levels) {
			return fmt.Errorf("%d radii must be %d, one per level", len(radii), len(c.Levels))
		}
	}
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
