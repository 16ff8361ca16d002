package spread

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"sync"

	"orrery/sim"
	"orrery/world"
)

// How much a law is fitted to, scaled by, and for how long. Bodies are counted in
// every frame.
const (
	fitBodyFrames   = 100_000
	scaleBodyFrames = 60_000
	fitIterations   = 60
)

// freedom is the degrees of freedom of the errors' distribution. With 6 the mean of
// the four coverages is about right whatever is seen; with fewer, large errors count
// as accidents, and with more they rule.
const freedom = 6.0

// caution pulls numbers to those that a law begins with, so that what training data
// do not show stays as it was.
const caution = 1e-4

// prior returns the numbers a law begins with: round ones, near those of a contact
// model on scenes of discs and boxes.
func prior() (n [numbers]float64) {
	n[keep*features+always], n[keep*features+crowd], n[keep*features+unseen] = -0.2, -0.2, 0.2
	n[mix*features+always] = 0.5
	n[steer*features+angular] = 1
	n[kick*features+always], n[kick*features+hardness] = -18, 0.7
	n[firstX], n[firstV] = math.Log(1e-15), math.Log(1e-16)
	n[driftX], n[driftV] = math.Log(1e-18), math.Log(1e-17)
	return n
}

// Minimiser finds where a function is about least, given where to start, after how
// many iterations to end, and the function and its gradient. See package lbfgs.
type Minimiser func(start []float64, iterations int, value func(x []float64) float64, gradient func(dst, x []float64)) []float64

// Measure returns the law by which the errors of a trained model grow. It is fitted
// by minimise to rollouts along the training trajectories and scaled to those held
// out. All must have one frame rate. When ctx ends, Measure soon returns an error that
// wraps its error.
func Measure(ctx context.Context, model world.Model, training, holdout []*sim.Trajectory, minimise Minimiser) (*Law, error) {
	return MeasureQuietly(ctx, model, training, holdout, minimise, nil)
}

// MeasureQuietly is Measure on one goroutine, which calls rest, unless that is nil, every few milliseconds: others may work then. The law
// is the same.
func MeasureQuietly(ctx context.Context, model world.Model, training, holdout []*sim.Trajectory, minimise Minimiser, rest func()) (*Law, error) {
	if len(training) == 0 || len(holdout) == 0 {
		return nil, errors.New("spread: needs trajectories for training and others held out")
	}
	l, err := newLaw(training)
	if err != nil {
		return nil, err
	}
	list, err := record(ctx, model, training, fitBodyFrames, rest)
	if err != nil {
		return nil, fmt.Errorf("spread: %w", err)
	}
	l.fit(ctx, list, minimise, rest)
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("spread: %w", err)
	}
	if list, err = record(ctx, model, holdout, scaleBodyFrames, rest); err != nil {
		return nil, fmt.Errorf("spread: %w", err)
	}
	l.scale(list)
	l.round()
	if err := l.measureRegions(ctx, model, training, holdout, rest); err != nil {
		return nil, fmt.Errorf("spread: %w", err)
	}
	return l, nil
}

// round leaves as many digits as anybody can tell: six behind the point of logarithms and other numbers, and six of variances.
// Numbers that few data leave open may have wandered off; they stay within what Decode reads.
func (l *Law) round() {
	for i, v := range l.numbers {
		l.numbers[i] = math.Round(max(-mostNumber, min(v, mostNumber))*1e6) / 1e6
	}
	for _, v := range []*float64{&l.mostX, &l.mostV} {
		*v, _ = strconv.ParseFloat(strconv.FormatFloat(*v, 'g', 6, 64), 64)
	}
}

// newLaw returns a law with the bounds that belong to the trajectories.
func newLaw(trajectories []*sim.Trajectory) (*Law, error) {
	l := &Law{numbers: prior(), time: trajectories[0].Scene.FrameTime()}
	for _, t := range trajectories {
		if t.Scene.FrameTime() != l.time {
			return nil, fmt.Errorf("spread: scene %s has %d frames a second, the first one has %v", t.Scene.Name, t.Scene.FPS, math.Round(1/l.time))
		}
	}
	// Of two that are strangers to each other, the difference varies twice as much.
	l.mostX = 2 * variance(trajectories, sim.BodyState.Position)
	l.mostV = 2 * variance(trajectories, sim.BodyState.Velocity)
	return l, nil
}

// variance returns that of a vector of all dynamic bodies in all frames, along either
// axis, or a little when it is none.
func variance(trajectories []*sim.Trajectory, of func(sim.BodyState) sim.Vec) float64 {
	const least = 1e-12
	var n, sum float64
	var mean sim.Vec
	for _, t := range trajectories {
		for i := range t.Scene.Bodies {
			if t.Scene.Bodies[i].Kind != sim.Dynamic {
				continue
			}
			for _, state := range t.States {
				n++
				d := of(state[i]).Sub(mean)
				mean = mean.Add(d.Scale(1 / n))
				sum += d.Dot(of(state[i]).Sub(mean))
			}
		}
	}
	return max(least, sum/max(1, 2*n))
}

// deviation returns the standard deviation of n values with a sum of squares, or 1
// when they hardly vary.
func deviation(sum, n float64) float64 {
	const least = 1e-6
	if d := math.Sqrt(sum / max(1, n)); d > least {
		return d
	}
	return 1
}

// fit finds the numbers under which the errors of the histories are likeliest. It
// changes the features of the histories.
func (l *Law) fit(ctx context.Context, list []*history, minimise Minimiser, rest func()) {
	means, deviations := standardise(list)
	for k := range answers {
		w := l.weights(k)
		for j := range w {
			w[always] += w[j] * means[j]
			w[j] *= deviations[j]
		}
	}
	start := l.numbers
	problem := &likelihood{ctx: ctx, rest: rest, law: *l, list: list, start: start}
	problem.law.numbers[0] = math.NaN() // so that no place is the last one
	copy(l.numbers[:], minimise(start[:], fitIterations,
		func(x []float64) float64 { problem.at(x); return problem.value },
		func(dst, x []float64) { problem.at(x); copy(dst, problem.gradient[:]) },
	))
	for k := range answers {
		w := l.weights(k)
		for j := range w {
			w[j] /= deviations[j]
			w[always] -= w[j] * means[j]
		}
	}
}

// likelihood is the function that fit minimises: the mean negative logarithm of the probability of
// an error, and a pull to where the search starts. It holds the last value asked for.
type likelihood struct {
	ctx      context.Context // when it ends, every place is as good as any
	rest     func()          // after each history, on one goroutine; nil for several
	law      Law
	list     []*history
	start    [numbers]float64
	value    float64
	gradient [numbers]float64
}

// fitParts is into how many parts histories are dealt. It is fixed so that sums do not
// depend on the number of processors.
const fitParts = 8

// at computes value and gradient at x, unless that was the last place too.
func (p *likelihood) at(x []float64) {
	if slices.Equal(x, p.law.numbers[:]) {
		return
	}
	copy(p.law.numbers[:], x)
	if p.ctx.Err() != nil {
		p.value, p.gradient = 0, [numbers]float64{}
		return
	}
	var parts [fitParts]struct {
		sum, n   float64
		gradient [numbers]float64
		fault    any // what the goroutine panicked with
	}
	work := func(i int) {
		part := &parts[i]
		for k := i; k < len(p.list) && p.ctx.Err() == nil; k += fitParts {
			sum, n := p.law.likelihood(p.list[k], &part.gradient)
			part.sum, part.n = part.sum+sum, part.n+n
			if p.rest != nil {
				p.rest()
			}
		}
	}
	var group sync.WaitGroup
	for i := range parts {
		if p.rest != nil {
			work(i)
			continue
		}
		group.Go(func() {
			defer func() { parts[i].fault = recover() }()
			work(i)
		})
	}
	group.Wait()
	var n float64
	for i := range parts {
		if fault := parts[i].fault; fault != nil {
			panic(fault) // on the caller's goroutine, which can recover
		}
		n += parts[i].n
	}
	n = max(1, n)
	p.value = 0
	for i := range parts {
		p.value += parts[i].sum / n
	}
	for j := range x {
		away := x[j] - p.start[j]
		p.value += caution * away * away
		p.gradient[j] = 2 * caution * away
		for i := range parts {
			p.gradient[j] += parts[i].gradient[j] / n
		}
	}
}

// likelihood returns the sum over bodies and frames of a history of minus the
// logarithm of the probability of their error, but for a constant, and over how many.
// It adds the gradient to dn.
func (l *Law) likelihood(h *history, dn *[numbers]float64) (sum, n float64) {
	now, scratch := make([]moments, h.bodies), make([]change, h.bodies)
	l.begin(now)
	all := append(make([]moments, 0, h.bodies*(len(h.frames)+1)), now...)
	for _, frame := range h.frames {
		l.weigh(frame.influences)
		l.step(now, frame.influences, scratch)
		all = append(all, now...)
	}
	var back backward
	d := make([]moments, h.bodies)
	for k := len(h.frames) - 1; k >= 0; k-- {
		after := all[(k+1)*h.bodies:]
		for i, off := range h.frames[k].off {
			if off < 0 {
				continue
			}
			const half = (freedom + 2) / 2
			xx := after[i].xx
			z := off / (freedom * xx)
			sum += math.Log(xx) + half*math.Log1p(z)
			n++
			d[i].xx += (1 - half*z/(1+z)) / xx
		}
		back.step(l, all[k*h.bodies:(k+1)*h.bodies], h.frames[k].influences, d, dn)
	}
	for i := range d {
		dn[firstX] += d[i].xx * all[i].xx
		dn[firstV] += d[i].vv * all[i].vv
	}
	return sum, n
}
