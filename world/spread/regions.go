package spread

import (
	"cmp"
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"orrery/sim"
	"orrery/world"
	"orrery/world/region"
)

// regions say how far the truth is from where it was expected, in standard deviations, as
// they were found in rollouts. The logarithm of the reach for a level is the sum of a line
// over the logarithm of σ, by which the reach in metres never falls, and one over that of
// time. As each level has its own lines, errors may have any tails.
type regions struct {
	sigmas, times []float64             // where the lines have points, ascending: logarithms of m and s
	bySigma       [levelCount][]float64 // [sigmas] for each of region.Levels
	byTime        [levelCount][]float64 // [times] likewise
}

const levelCount = len(region.Levels)

// reach returns that for each level, ascending, at logarithms of σ and time.
func (r *regions) reach(sigma, time float64) (reach [levelCount]float64) {
	i, between := place(r.sigmas, sigma)
	j, amid := place(r.times, time)
	last := -mostExponent
	for k := range reach {
		// A larger share needs a little more at least, so that each reach has one level.
		const least = 1e-3
		last = max(last+least, at(r.bySigma[k], i, between)+at(r.byTime[k], j, amid))
		reach[k] = power(last)
	}
	return reach
}

// place returns between which of the ascending places x lies: behind place i by a share
// of the way to the next, and at the first or last where it is beyond them.
func place(places []float64, x float64) (i int, share float64) {
	i, _ = slices.BinarySearch(places, x)
	switch {
	case i == 0:
		return 0, 0
	case i == len(places):
		return i - 1, 0
	}
	return i - 1, (x - places[i-1]) / (places[i] - places[i-1])
}

// at returns the value of a line at a place.
func at(line []float64, i int, share float64) float64 {
	if share == 0 {
		return line[i]
	}
	return line[i] + share*(line[i+1]-line[i])
}

// measured is how far off one body was at one time, in standard deviations along the axes
// of its region, as a logarithm, with those of σ and the time.
type measured struct{ sigma, time, off float64 }

// How much regions are measured by.
const (
	regionSeconds    = 2.5     // of each rollout
	regionBodyFrames = 400_000 // in all
	regionRestarts   = 6       // one in so many rollouts is followed by another from its middle
)

// measureRegions finds the regions by rollouts along trajectories the model was not
// trained on, and then along those of training from the last one backwards, as far as
// there is room: the law was fitted to the first. After each frame it calls rest, unless that is nil. Predictions mostly begin where
// episodes do, so most rollouts do too.
func (l *Law) measureRegions(ctx context.Context, model world.Model, training, holdout []*sim.Trajectory, rest func()) error {
	frames := int(math.Round(regionSeconds / l.time))
	rng := sim.NewRand(1, "spread rounding", 0)
	var list []measured
	left := regionBodyFrames
	judged := slices.Clone(training)
	slices.Reverse(judged)
	judged = append(slices.Clone(holdout), judged...)
	for i, t := range judged {
		starts := []int{0}
		if i%regionRestarts == 0 {
			starts = append(starts, len(t.States)/3)
		}
		for _, from := range starts {
			cut := *t
			cut.States = t.States[:min(len(t.States), from+1+frames)]
			h, err := follow(ctx, model, &cut, from, rest)
			if err != nil {
				return err
			}
			list = append(list, l.measure(h, rng)...)
			left -= h.bodies * len(h.frames)
		}
		if left <= 0 {
			break
		}
	}
	l.regions = newRegions(ctx, list)
	return ctx.Err()
}

// measure compares the errors of a rollout with the law, at times whose distance grows.
func (l *Law) measure(h *history, rng *rand.Rand) (list []measured) {
	errors, changes := make([]moments, h.bodies), make([]change, h.bodies)
	tilts, scratch := make([]tilt, h.bodies), make([][2]float64, h.bodies)
	l.begin(errors)
	next := 1
	for k, frame := range h.frames {
		l.weigh(frame.influences)
		l.step(errors, frame.influences, changes)
		l.tilt(tilts, errors, frame.influences, changes, scratch)
		if k+1 < next {
			continue
		}
		next = k + 2 + (k+1)/8
		for i, off := range frame.off {
			if off >= 0 {
				e := errors[i]
				truth, guess := frame.truth[i], frame.predicted[i]
				off := tilts[i].ellipse(e.xx).Distance(region.Unrounded(rng, truth.X)-guess.X, region.Unrounded(rng, truth.Y)-guess.Y)
				list = append(list, measured{math.Log(e.xx) / 2, math.Log(float64(k+1) * l.time), math.Log(max(off, tiny))})
			}
		}
	}
	return list
}

// tiny is the least number of standard deviations that are told from none.
const tiny = 1e-9

// How finely regions are measured: a point of a line needs some bodies.
const (
	sigmaPoints, timePoints = 24, 16
	pointBodies             = 60
	rounds                  = 4
)

// newRegions returns the regions that hold of those measured what they ought to, or nil
// when none is, or ctx ends.
func newRegions(ctx context.Context, list []measured) *regions {
	if len(list) == 0 {
		return nil
	}
	r := &regions{}
	bySigma := deal(list, sigmaPoints, func(m *measured) float64 { return m.sigma })
	byTime := deal(list, timePoints, func(m *measured) float64 { return m.time })
	r.sigmas, r.times = bySigma.places, byTime.places
	for k, level := range region.Levels {
		sigmas, times := make([]float64, len(r.sigmas)), make([]float64, len(r.times))
		for range rounds {
			if ctx.Err() != nil {
				return nil
			}
			bySigma.line(sigmas, list, level, func(m *measured) float64 {
				j, share := place(r.times, m.time)
				return m.off - at(times, j, share)
			})
			rise(sigmas, r.sigmas)
			byTime.line(times, list, level, func(m *measured) float64 {
				i, share := place(r.sigmas, m.sigma)
				return m.off - at(sigmas, i, share)
			})
		}
		r.bySigma[k], r.byTime[k] = rounded(sigmas), rounded(times)
	}
	r.sigmas, r.times = rounded(r.sigmas), rounded(r.times)
	return r
}

// dealt is a list dealt out by the size of something: groups of indices, and its mean in
// each of them.
type dealt struct {
	groups [][]int
	places []float64
}

// deal deals the list out into groups of about the same number, at most so many, in
// ascending order. What is the same size, or nearly, is in one group.
func deal(list []measured, most int, size func(*measured) float64) *dealt {
	order := make([]int, len(list))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(size(&list[a]), size(&list[b])) })
	d := &dealt{}
	each := max(pointBodies, (len(list)+most-1)/most)
	for len(order) > 0 {
		n := min(each, len(order))
		if len(order)-n < pointBodies {
			n = len(order)
		}
		for n < len(order) && size(&list[order[n]])-size(&list[order[n-1]]) < apart {
			n++
		}
		sum := 0.0
		for _, i := range order[:n] {
			sum += size(&list[i])
		}
		d.groups, d.places = append(d.groups, order[:n]), append(d.places, sum/float64(n))
		order = order[n:]
	}
	return d
}

// apart is by how much the logarithms of two sizes must differ not to count as one.
const apart = 1e-3

// line sets, for each group, what a share level of the values is below.
func (d *dealt) line(dst []float64, list []measured, level float64, value func(*measured) float64) {
	var values []float64
	for g, group := range d.groups {
		values = values[:0]
		for _, i := range group {
			values = append(values, value(&list[i]))
		}
		slices.Sort(values)
		// Of n errors and one to come, a share level is within the one of this rank.
		rank := level*float64(len(values)+1) - 1
		i := max(0, min(int(rank), len(values)-2))
		if len(values) == 1 {
			dst[g] = values[0]
			continue
		}
		share := max(0, min(rank-float64(i), 1))
		dst[g] = values[i] + share*(values[i+1]-values[i])
	}
}

// rise changes the line as little as makes the sum of it and its places ascend.
func rise(line, places []float64) {
	type block struct{ sum, n float64 }
	var blocks []block
	for i := range line {
		b := block{line[i] + places[i], 1}
		for len(blocks) > 0 {
			last := blocks[len(blocks)-1]
			if last.sum*b.n <= b.sum*last.n {
				break
			}
			b = block{b.sum + last.sum, b.n + last.n}
			blocks = blocks[:len(blocks)-1]
		}
		blocks = append(blocks, b)
	}
	i := 0
	for _, b := range blocks {
		for range int(b.n) {
			line[i] = b.sum/b.n - places[i]
			i++
		}
	}
}

// rounded returns the values to four places behind the point, which is more than they are
// known to.
func rounded(values []float64) []float64 {
	out := make([]float64, len(values))
	for i, v := range values {
		out[i] = math.Round(max(-mostExponent, min(v, mostExponent))*1e4) / 1e4
	}
	return out
}
