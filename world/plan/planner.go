package plan

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// Evaluate overwrites costs [n] with what each of n plans [n, h, a] costs; the
// least is the best. A cost that is not a number counts as infinite.
type Evaluate func(costs, plans []float64) error

// Planner searches for the cheapest plan: h decisions of a numbers each, all
// within bounds. It tries plans drawn from normal distributions round a mean and
// learns where to draw the next ones. It keeps its memory from one search to the
// next and belongs to one goroutine.
type Planner struct {
	config    Config
	propose   Evaluate    // overwrites all plans but the first, too; or nil
	enough    func() bool // whether a search is to end after an iteration; or nil
	refine    func()      // makes plans cost what they do, and not about that, until the search ends; or nil
	low, high []float64   // [a]
	rng       *rand.Rand
	noise     *noise

	mean   []float64 // [h, a] of the distribution
	spread []float64 // [h, a] its standard deviations
	plans  []float64 // [most, h, a] tried last, most being samples or proposals, whichever are more
	costs  []float64 // [most+1], the last being that of the mean
	order  []int     // of plans, cheapest first; as many as were tried last
	elites []float64 // [elites, h, a] of the last iteration, cheapest first
	chosen int       // elites of this search
	kept   int       // elites that are tried again

	best []float64 // [h, a]
	cost float64   // of best
}

var errHopeless = errors.New("plan: no plan has a finite cost")

// NewPlanner returns a planner of decisions between low and high [a] that draws
// from rng. Its first search begins at the middle.
func NewPlanner(config Config, low, high []float64, rng *rand.Rand) (*Planner, error) {
	if err := config.Validate(); err != nil {
		return nil, err
	}
	if len(low) == 0 || len(low) != len(high) {
		return nil, fmt.Errorf("plan: %d lower and %d upper bounds must be as many, and some", len(low), len(high))
	}
	for i := range low {
		if !(low[i] <= high[i]) || math.IsInf(high[i]-low[i], 0) {
			return nil, fmt.Errorf("plan: bounds %d: %v to %v must be finite and ascending", i, low[i], high[i])
		}
	}
	size, most := config.Horizon*len(low), max(config.Samples, config.Proposals)
	p := &Planner{
		config: config, low: low, high: high, rng: rng, noise: newNoise(&config),
		mean: make([]float64, size), spread: make([]float64, size), best: make([]float64, size),
		plans: make([]float64, most*size), costs: make([]float64, most+1),
		order: make([]int, 0, most), elites: make([]float64, config.Elites*size),
	}
	middle := make([]float64, len(low))
	for i := range middle {
		middle[i] = (low[i] + high[i]) / 2
	}
	p.Reset(middle)
	return p, nil
}

// Reset forgets what was found and lets the next search begin at plans that take
// the same decision [a] all the time, in the units of the actions.
func (p *Planner) Reset(decision []float64) {
	for at := 0; at < len(p.mean); at += len(decision) {
		copy(p.mean[at:], decision)
	}
	p.kept = 0
}

// Shift lets the next search begin at what remains of the last one's plan when
// some decisions, fewer than all, have been carried out; the last decision fills
// up the end.
func (p *Planner) Shift(decisions int) {
	copy(p.mean, p.best)
	p.shift(p.mean, decisions)
	for k := range p.kept {
		p.shift(row(p.elites, k, len(p.mean)), decisions)
	}
}

func (p *Planner) shift(plan []float64, decisions int) {
	a := len(p.low)
	for at := copy(plan, plan[decisions*a:]); at < len(plan); at += a {
		copy(plan[at:], plan[at-a:at])
	}
}

// Search returns the cheapest plan it finds [h, a] and its cost. It ends before its last
// iteration when a plan costs no more than Config.Enough. The plan is valid until the next search.
func (p *Planner) Search(evaluate Evaluate) (plan []float64, cost float64, err error) {
	p.cost = math.Inf(1)
	for i := range p.spread {
		k := i % len(p.low)
		p.spread[i] = p.config.Spread * (p.high[k] - p.low[k]) / 2
	}
	if err := p.consider(); err != nil {
		return nil, 0, err
	}
	p.chosen = 0
	rough := p.refine != nil
	for i := range p.config.Iterations {
		if rough && (p.good() || float64(i) >= roughShare*float64(p.config.Iterations)) {
			rough = false
			if err := p.tryAgain(evaluate); err != nil {
				return nil, 0, err
			}
		}
		if p.good() {
			break
		}
		n := p.config.samples(i)
		p.draw(n)
		if err := p.judge(evaluate, n); err != nil {
			return nil, 0, err
		}
		p.learn()
		if p.enough != nil && p.enough() {
			break
		}
	}
	if rough {
		if err := p.tryAgain(evaluate); err != nil {
			return nil, 0, err
		}
	}
	return p.conclude(evaluate)
}

// roughShare of the iterations, at most, may go by while plans cost about what they do.
const roughShare = 0.7

// good reports whether a plan is good enough.
func (p *Planner) good() bool { return p.config.Enough > 0 && p.cost <= p.config.Enough }

// tryAgain finds what the best plan and the elites cost, after only about that was known.
func (p *Planner) tryAgain(evaluate Evaluate) error {
	p.refine()
	size := len(p.mean)
	n := min(1+p.chosen, len(p.plans)/size)
	copy(p.plans, p.best)
	copy(p.plans[size:n*size], p.elites)
	p.cost = math.Inf(1)
	return p.judge(evaluate, n)
}

// draw fills the first n plans: with elites that are kept, and with new ones.
func (p *Planner) draw(n int) {
	size, a := len(p.mean), len(p.low)
	from := copy(p.plans, p.elites[:p.kept*size]) / size
	for k := from; k < n; k++ {
		plan := row(p.plans, k, size)
		for j := range a {
			p.noise.draw(plan[j:], a, p.rng)
		}
		for i, z := range plan {
			plan[i] = p.mean[i] + p.spread[i]*z
		}
		p.clip(plan)
	}
}

// clip moves the numbers of a plan into their bounds.
func (p *Planner) clip(plan []float64) {
	for ; len(plan) > 0; plan = plan[len(p.low):] {
		for i, low := range p.low {
			if v, high := plan[i], p.high[i]; v < low {
				plan[i] = low
			} else if v > high {
				plan[i] = high
			}
		}
	}
}

// judge evaluates the first n plans, puts them in order and remembers the best.
func (p *Planner) judge(evaluate Evaluate, n int) error {
	size := len(p.mean)
	costs := p.costs[:n]
	if err := evaluate(costs, p.plans[:n*size]); err != nil {
		return err
	}
	p.order = p.order[:n]
	for k, cost := range costs {
		p.order[k] = k
		if math.IsNaN(cost) {
			costs[k] = math.Inf(1)
		}
	}
	slices.SortFunc(p.order, func(i, j int) int { return cmp.Or(cmp.Compare(costs[i], costs[j]), i-j) })
	if first := p.order[0]; costs[first] < p.cost {
		p.cost = costs[first]
		copy(p.best, row(p.plans, first, size))
	}
	if math.IsInf(p.cost, 1) {
		return errHopeless
	}
	return nil
}

// learn moves the distribution to where the plans tried last were good, if any was.
func (p *Planner) learn() {
	if math.IsInf(p.costs[p.order[0]], 1) {
		p.kept = 0
		return
	}
	switch p.config.Update {
	case Elites:
		p.learnFromElites()
	case Weights:
		p.learnFromAll()
	}
	p.clip(p.mean) // a mean of equal numbers may be rounded away from them
}

// learnFromElites gives the distribution the mean and standard deviation of the
// best plans.
func (p *Planner) learnFromElites() {
	size, m := len(p.mean), p.config.Elites
	for math.IsInf(p.costs[p.order[m-1]], 1) {
		m-- // the first is finite
	}
	for k, from := range p.order[:m] {
		copy(row(p.elites, k, size), row(p.plans, from, size))
	}
	p.chosen, p.kept = m, int(p.config.Keep*float64(m))
	keep := p.config.Momentum
	for i := range p.mean {
		sum, squares := 0.0, 0.0
		for k := range m {
			sum += p.elites[k*size+i]
		}
		mean := sum / float64(m)
		for k := range m {
			d := p.elites[k*size+i] - mean
			squares += d * d
		}
		p.mean[i] = keep*p.mean[i] + (1-keep)*mean
		p.spread[i] = keep*p.spread[i] + (1-keep)*math.Sqrt(squares/float64(m))
	}
}

// learnFromAll moves the mean to that of all plans weighted by exp(−excess/λ),
// the excess being what a plan costs more than the best. Measuring λ in mean
// excesses makes the answer independent of the unit of the costs.
func (p *Planner) learnFromAll() {
	size, least := len(p.mean), p.costs[p.order[0]]
	total, finite := 0.0, 0
	for _, k := range p.order {
		if excess := p.costs[k] - least; !math.IsInf(excess, 1) {
			total += excess
			finite++
		}
	}
	scale := 1.0 // any will do where all excesses are 0
	if total > 0 {
		scale = float64(finite) / (p.config.Temperature * total)
	}
	sum := 0.0
	clear(p.mean)
	for _, k := range p.order {
		weight := math.Exp((least - p.costs[k]) * scale)
		sum += weight
		for i, v := range row(p.plans, k, size) {
			p.mean[i] += weight * v
		}
	}
	for i := range p.mean {
		p.mean[i] /= sum
	}
}

// conclude tries the mean of the distribution too, in which chance has averaged
// out, and returns the best plan of all.
func (p *Planner) conclude(evaluate Evaluate) (plan []float64, cost float64, err error) {
	last := p.costs[len(p.costs)-1:]
	if err := evaluate(last, p.mean); err != nil {
		return nil, 0, err
	}
	if last[0] <= p.cost {
		p.cost = last[0]
		copy(p.best, p.mean)
	}
	return p.best, p.cost, nil
}

// Candidate returns the plan [decisions, a] that came out k-th best in the last
// iteration, from 0 to Candidates()−1. It is valid until the next search.
func (p *Planner) Candidate(k int) []float64 { return row(p.plans, p.order[k], len(p.mean)) }

// Candidates returns how many plans the last iteration tried.
func (p *Planner) Candidates() int { return len(p.order) }

// row returns row k of a matrix of the given width.
func row[M ~[]E, E any](m M, k, width int) M { return m[k*width : (k+1)*width] }
