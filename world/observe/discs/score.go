package discs

import (
	"context"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"

	"orrery/sim"
	"orrery/world/observe"
)

// Score gathers how far estimates are off.
type Score struct {
	Position []float64 // m, of each body and frame
	Flight   []float64 // m/s, velocities of frames that are not beside an impact
	Beside   []float64 // m/s, velocities of the frames next to an impact
	Spin     []float64 // rad/s, angular velocities
	True     int       // number of impacts that happened
	Found    int       // of those: one of the same pair is told within a frame
	Told     int       // number of impacts that are told
	False    int       // of those: none of the same pair happened within a frame
	Late     []float64 // s, by which the times of impacts are off that were found
	Doubts   int
	inside   [2][3]int // [50 or 90 %][position, velocity, spin] regions that hold the truth
	n        int
}

// Faint, in m/s, is the change of velocity below which an impact does not count.
const Faint = 0.02

// Add counts the estimate of an episode at its frames.
func (s *Score) Add(set *Set, e *Episode, found *observe.Estimate) {
	dt := 1 / set.FPS
	levels := [2]float64{0.5, 0.9}
	plane, axis := distuv.ChiSquared{K: 2}, distuv.ChiSquared{K: 1}
	for k := range e.States {
		for i, truth := range e.States[k] {
			at := found.States[k][i]
			fault := math.Hypot(at.VX-truth.VX, at.VY-truth.VY)
			s.Position = append(s.Position, math.Hypot(at.X-truth.X, at.Y-truth.Y))
			if beside(e.Impacts, i, e.Times[k], dt) {
				s.Beside = append(s.Beside, fault)
			} else {
				s.Flight = append(s.Flight, fault)
			}
			s.Spin = append(s.Spin, math.Abs(at.Omega-truth.Omega))
			c := &found.Covariance[k][i]
			for q, level := range levels {
				for what, ok := range [3]bool{
					distance(c, 0, 1, at.X-truth.X, at.Y-truth.Y) <= plane.Quantile(level),
					distance(c, 3, 4, at.VX-truth.VX, at.VY-truth.VY) <= plane.Quantile(level),
					(at.Omega-truth.Omega)*(at.Omega-truth.Omega)/c[35] <= axis.Quantile(level),
				} {
					if ok {
						s.inside[q][what]++
					}
				}
			}
			s.n++
		}
	}
	s.Doubts += len(found.Doubts)
	s.impacts(e, found, dt)
}

// Inside returns the shares of positions, velocities and spins inside regions of 50 and of 90 %.
func (s *Score) Inside() (shares [2][3]float64) {
	for q := range shares {
		for what := range shares[q] {
			shares[q][what] = float64(s.inside[q][what]) / float64(s.n)
		}
	}
	return shares
}

// distance returns the square of how far two values are off, in deviations.
func distance(c *observe.Covariance, i, j int, di, dj float64) float64 {
	a, b, d := c[i*sim.StateSize+i], c[i*sim.StateSize+j], c[j*sim.StateSize+j]
	return (d*di*di - 2*b*di*dj + a*dj*dj) / (a*d - b*b)
}

func beside(impacts []sim.Impact, body int, t, dt float64) bool {
	for _, h := range impacts {
		if (h.Body == body || h.Other == body) && math.Abs(h.Time-t) < dt {
			return true
		}
	}
	return false
}

// impacts counts the impacts that were found, which are those of which one of the same pair is told
// within a frame, and the false ones, which are those told without one that happened.
func (s *Score) impacts(e *Episode, found *observe.Estimate, dt float64) {
	end := e.Times[len(e.Times)-1]
	nearest := func(h sim.Impact, among []sim.Impact) int {
		best, least := -1, dt
		for k, f := range among {
			same := h.Body == f.Body && h.Other == f.Other || h.Body == f.Other && h.Other == f.Body
			if late := math.Abs(h.Time - f.Time); same && late <= least {
				best, least = k, late
			}
		}
		return best
	}
	for _, h := range e.Impacts {
		if h.Time > end || h.Push*e.Scene.Bodies[h.Body].InvMass() < Faint {
			continue
		}
		s.True++
		if k := nearest(h, found.Impacts); k >= 0 {
			s.Found++
			s.Late = append(s.Late, math.Abs(found.Impacts[k].Time-h.Time))
		}
	}
	for _, f := range found.Impacts {
		s.Told++
		if nearest(f, e.Impacts) < 0 {
			s.False++
		}
	}
}

// RMS returns the root of the mean square of values.
func RMS(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v * v
	}
	return math.Sqrt(sum / float64(len(values)))
}

// Quantile returns the value that a share of values does not exceed; NaN without values.
func Quantile(values []float64, share float64) float64 {
	if len(values) == 0 {
		return math.NaN()
	}
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	return sorted[min(len(sorted)-1, int(share*float64(len(sorted))))]
}

// Judge returns how well so many episodes of a set are told from what a camera sees of them.
func Judge(ctx context.Context, set *Set, episodes int) (*Score, error) {
	var truth []*Episode
	var watches []*observe.Watch
	for k := range episodes {
		e := set.Episode(k)
		truth, watches = append(truth, e), append(watches, set.Watch(e, k))
	}
	law, err := observe.Measure(ctx, watches)
	if err != nil {
		return nil, err
	}
	s := &Score{}
	for k, w := range watches {
		found, err := observe.Smooth(ctx, w, &law, truth[k].Times)
		if err != nil {
			return nil, err
		}
		s.Add(set, truth[k], found)
	}
	return s, nil
}
