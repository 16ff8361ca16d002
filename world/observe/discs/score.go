package discs

import (
	"cmp"
	"context"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
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
	Shown    int       // number of impacts that happened and show in what was seen
	Matched  int       // of those: one of the same pair is told within a frame that tells of no other
	Told     int       // number of impacts that are told
	False    int       // of those: none of the same pair happened within a frame of which no other tells
	Late     []float64 // s, by which the times of impacts are off that were found
	Doubts   int
	inside   [2][3]int // [50 or 90 %][position, velocity, spin] regions that hold the truth
	n        int
}

// Faint is the change of velocity, in m/s, below which an impact does not count.
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
	s.impacts(set, e, found)
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
// within a frame. It counts them strictly, too: each impact that is told tells of one at most, the
// nearest first, those left over are false, and only those are missed that show.
func (s *Score) impacts(set *Set, e *Episode, found *observe.Estimate) {
	end, dt := e.Times[len(e.Times)-1], 1/set.FPS
	type match struct {
		happened, told int
		late           float64
	}
	var all []match
	for k, h := range e.Impacts {
		best := math.Inf(1)
		for q, f := range found.Impacts {
			same := h.Body == f.Body && h.Other == f.Other || h.Body == f.Other && h.Other == f.Body
			if late := math.Abs(h.Time - f.Time); same && late <= dt {
				all, best = append(all, match{k, q, late}), min(best, late)
			}
		}
		if h.Time > end || h.Push*e.Scene.Bodies[h.Body].InvMass() < Faint {
			continue
		}
		s.True++
		if best <= dt {
			s.Found++
			s.Late = append(s.Late, best)
		}
	}
	slices.SortStableFunc(all, func(a, b match) int { return cmp.Compare(a.late, b.late) })
	matched, used := make([]bool, len(e.Impacts)), make([]bool, len(found.Impacts))
	for _, m := range all {
		if !matched[m.happened] && !used[m.told] {
			matched[m.happened], used[m.told] = true, true
		}
	}
	for k := range e.Impacts {
		if set.shows(e, k) {
			s.Shown++
			if matched[k] {
				s.Matched++
			}
		}
	}
	for _, ok := range used {
		s.Told++
		if !ok {
			s.False++
		}
	}
}

// clear is by how many deviations of the noise flights without an impact miss what was seen, at
// least, if it shows.
const clear = 5.0

// shows reports whether impact k leaves a trace: without it, straight flights of its bodies from the
// impact before to the impact after would miss their places at the frames by more than noise does.
// Of many impacts between two frames none shows by itself.
func (s *Set) shows(e *Episode, k int) bool {
	h, end := e.Impacts[k], e.Times[len(e.Times)-1]
	if h.Time > end {
		return false
	}
	sum := 0.0
	for _, body := range [2]int{h.Body, h.Other} {
		if body < 0 {
			continue
		}
		from, to := 0.0, end
		for q, o := range e.Impacts {
			if q < k && (o.Body == body || o.Other == body) {
				from = o.Time
			}
			if q > k && (o.Body == body || o.Other == body) {
				to = min(to, o.Time)
			}
		}
		change := math.Hypot(h.Push, h.Rub) * e.Scene.Bodies[body].InvMass()
		var times, bend []float64
		for _, t := range e.Times {
			if t >= from && t <= to {
				times, bend = append(times, t-h.Time), append(bend, change*max(0, t-h.Time))
			}
		}
		if len(times) < 3 {
			continue
		}
		a, b := stat.LinearRegression(times, bend, nil, false)
		for q, t := range times {
			off := bend[q] - a - b*t
			sum += off * off
		}
	}
	return math.Sqrt(sum) > clear*max(s.Noise, 1e-6)
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
