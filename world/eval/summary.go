package eval

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// Terms are what a Result needs beside the figures of each episode. They are the same for all parts of an evaluation.
type Terms struct {
	Settings   Config    `json:"settings"`
	HorizonsS  []float64 `json:"horizons_s"`     // s, those that the episodes reach
	Frames     []int     `json:"horizon_frames"` // frame of each horizon
	FrameTimeS float64   `json:"frame_time_s"`   // s
	SizesM     []float64 `json:"arenas_m"`       // m, longer side of each episode's arena
	TrueStack  Stack     `json:"true_stack"`
	Resting    Number    `json:"resting"` // share of the dynamic bodies that are at rest at the headline horizon
	Rows       []rowTerm `json:"rows"`
}

// rowTerm is what a Row needs beside the figures of each episode.
type rowTerm struct {
	Name          string  `json:"name"`
	PerturbationM float64 `json:"perturbation_m,omitempty"` // m, of the engine's start; 0 for others
	Params        Number  `json:"params"`                   // number of trained parameters
	TrainS        Number  `json:"train_s"`                  // s of training
}

// Validate returns the first error in terms that were read from a file.
func (t *Terms) Validate() error {
	settings := t.Settings
	settings.Workers = 1 // not in the file, as nothing depends on it
	if err := settings.Validate(); err != nil {
		return fmt.Errorf("settings: %w", err)
	}
	if err := validateAscending("horizons_s", t.HorizonsS, "s"); err != nil {
		return err
	}
	if len(t.Frames) != len(t.HorizonsS) {
		return fmt.Errorf("%d horizon_frames must be %d, one for each horizon", len(t.Frames), len(t.HorizonsS))
	}
	for i, k := range t.Frames {
		if k < 1 || k > maxCompared || i > 0 && k < t.Frames[i-1] {
			return fmt.Errorf("horizon_frames %v must be ascending from 1 to %d", t.Frames, maxCompared)
		}
	}
	if len(t.SizesM) == 0 || len(t.Rows) == 0 {
		return errors.New("arenas_m and rows must be there")
	}
	for _, v := range append([]float64{t.FrameTimeS}, t.SizesM...) {
		if !(v > 0) || math.IsInf(v, 0) {
			return fmt.Errorf("frame_time_s %v and arenas_m %v must be finite and above 0", t.FrameTimeS, t.SizesM)
		}
	}
	return nil
}

// maxCompared bounds the frames of a comparison that is read from a file.
const maxCompared = 1 << 20

// summary makes rows of the figures of all episodes.
type summary struct {
	Terms
	*resampler
	frames        int // compared, the start included
	headlineFrame int
}

func newSummary(t Terms) summary {
	return summary{t, newResampler(t.Settings.Seed, len(t.SizesM), t.Settings.Bootstrap), t.Frames[len(t.Frames)-1] + 1, t.Frames[headline(t.HorizonsS)]}
}

// result makes a result of the comparisons [row][episode] and of the microseconds that each row takes for a step.
func (s *summary) result(rows [][]comparison, paces []Number) *Result {
	r := &Result{Settings: s.Settings, Episodes: len(s.SizesM), HorizonsS: s.HorizonsS, TrueStack: s.TrueStack, Resting: s.Resting}
	for k := range s.frames {
		r.TimesS = append(r.TimesS, float64(k)*s.FrameTimeS)
	}
	for k, term := range s.Rows {
		if term.Name == Measured {
			r.Rows = append(r.Rows, s.floor(rows[k]))
			continue
		}
		row := s.row(term.Name, rows[k])
		row.PerturbationM, row.Params, row.TrainS, row.USPerStep = term.PerturbationM, term.Params, term.TrainS, paces[k]
		if metres := term.PerturbationM; metres > 0 {
			if r.Ladder == nil {
				r.Ladder = &Ladder{}
			}
			if r.Ladder.add(metres, row.Position.Mean); !slices.Contains(s.Settings.PerturbationsM, metres) {
				continue
			}
		}
		r.Rows = append(r.Rows, row)
	}
	if r.Ladder != nil {
		for i := range r.Rows {
			r.Rows[i].EpsilonM = r.Ladder.epsilons(r.Rows[i].Position.Mean)
		}
	}
	return r
}

// row summarises the comparisons of all episodes.
func (s *summary) row(name string, comparisons []comparison) Row {
	row := newRow(name)
	s.errors(&row, comparisons)
	var shares []float64 // of the arena
	for k := range s.frames {
		var each []float64
		for i := range comparisons {
			each = append(each, comparisons[i].position[k]/s.SizesM[i])
		}
		shares = append(shares, float64(mean(each)))
	}
	depths := column(comparisons, func(c *comparison) float64 { return c.penetration })
	row.Lo95, row.Hi95 = &rowMeans{}, &rowMeans{}
	average := func(lo, hi *Number, value func(i int) float64) Number {
		values := make([]float64, len(comparisons))
		for i := range values {
			values[i] = value(i)
		}
		s.put(lo, hi, len(values), func(i int) part { return single(values[i]) })
		return mean(values)
	}
	row.OneStepM = average(&row.Lo95.OneStepM, &row.Hi95.OneStepM, func(i int) float64 { return comparisons[i].motions.position() })
	row.HorizonS = s.predictable(shares)
	row.PenetrationM = average(&row.Lo95.PenetrationM, &row.Hi95.PenetrationM, func(i int) float64 { return depths[i] })
	row.PenetrationMaxM = Number(slices.Max(depths))
	row.MomentumDrift = average(&row.Lo95.MomentumDrift, &row.Hi95.MomentumDrift, func(i int) float64 { return comparisons[i].drift })
	row.EnergyError = average(&row.Lo95.EnergyError, &row.Hi95.EnergyError, func(i int) float64 { return comparisons[i].energy })
	for k := range scaledFrames {
		var lo, hi Number
		row.ScaledMSE = append(row.ScaledMSE, average(&lo, &hi, func(i int) float64 { return comparisons[i].scaled[k] }))
		row.Lo95.ScaledMSE, row.Hi95.ScaledMSE = append(row.Lo95.ScaledMSE, lo), append(row.Hi95.ScaledMSE, hi)
	}
	row.Calibration = s.calibration(comparisons)
	var stacks []stacked
	var sums []motionSums
	var impacts []impactSums
	for i := range comparisons {
		stacks = append(stacks, comparisons[i].stacked)
		sums, impacts = append(sums, comparisons[i].motions), append(impacts, comparisons[i].impacts)
	}
	row.Impact = s.impact(impacts, false)
	row.Stack, row.Motions = s.stack(stacks), s.motions(sums)
	row.Escapes = newEscapes(comparisons)
	for i := range comparisons {
		if f := comparisons[i].failure; f != nil {
			row.Failures = append(row.Failures, *f)
		}
	}
	return row
}

// lostShare of the arena is the error beyond which a prediction says nothing
// about where things are.
const lostShare = 0.05

// predictable returns the time in seconds at which an error per frame, in shares
// of the arena, passes lostShare, between frames by a straight line; or the time
// of the last frame when it never does.
func (s *summary) predictable(shares []float64) Number {
	dt := s.FrameTimeS
	for k := 1; k < len(shares); k++ {
		if shares[k] > lostShare {
			return Number((float64(k-1) + (lostShare-shares[k-1])/(shares[k]-shares[k-1])) * dt)
		}
	}
	return Number(float64(len(shares)-1) * dt)
}
