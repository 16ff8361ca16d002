package plan

import (
	"cmp"
	"math"
	"slices"
	"sync"

	"orrery/sim"
	"orrery/world"
)

// Where servos lead kinematic bodies, these go where a plan takes them whatever they meet on their way. What the last
// state of a plan costs at least may be known from that alone. Plans are then rolled out in the order of it, until the next
// one cannot be among the best that count any more: a search finds what it would find without.

// bound is what rollouts know of plans beforehand.
type bound struct {
	least  Cost      // nil if nothing is known
	counts int       // number of the cheapest plans whose costs count
	costs  []float64 // [n] what each plan costs at least
	order  []int     // of plans, by that
	state  sim.State // scratch

	mutex  sync.Mutex
	next   int       // of order, to be rolled out
	best   []float64 // the least costs so far, ascending, at most as many as count
	active bool      // in this Evaluate
}

// bounded is the share of a bound that counts: places of bodies that are led are known but for rounding.
const bounded = 1 - 1e-9

// Bound says what states cost at least, never less than 0, whatever the places and velocities of bodies that are not led:
// least is given those at the start of the plan. Plans that cannot be among the cheapest that the planner looks at are then
// not rolled out, and cost in Evaluate what they cost at least. Nil takes that back. It needs a model whose Predictors know where
// bodies are led, as those of package contact do.
func (r *Rollouts) Bound(least Cost) {
	r.bound.least = least
	switch r.config.Update {
	case Elites:
		r.bound.counts = r.config.Elites
	case Nothing:
		r.bound.counts = 1
	case Weights:
		r.bound.least = nil // all costs count
	}
}

// lead moves the bodies of state that actuators lead whatever they meet to where a predictor would have them after a frame, but for
// rounding, and leaves the others where they are. It reports whether the predictor can tell.
func lead(p world.Predictor, state sim.State, actions sim.Action) bool {
	l, ok := p.(interface {
		Lead(state sim.State, actions sim.Action) bool
	})
	return ok && l.Lead(state, actions)
}

// limit finds what the plans at hand cost at least, if that may spare some. A few are done at once anyway, and
// policies may do anything.
func (r *Rollouts) limit() {
	b, w, size := &r.bound, &r.work, r.size()
	n := len(w.costs)
	if b.active = false; b.least == nil || w.policies != nil || n <= max(r.chunk, b.counts) {
		return
	}
	b.costs, b.order = slices.Grow(b.costs[:0], n)[:n], slices.Grow(b.order[:0], n)[:n]
	for k := range n {
		var ok bool
		if b.costs[k], ok = r.atLeast(row(w.plans, k, size)); !ok {
			return
		}
		b.order[k] = k
	}
	slices.SortFunc(b.order, func(i, j int) int { return cmp.Or(cmp.Compare(b.costs[i], b.costs[j]), i-j) })
	b.next, b.best, b.active = 0, b.best[:0], true
}

// atLeast returns what a plan costs at least, if that is known: its last frame.
func (r *Rollouts) atLeast(plan []float64) (cost float64, ok bool) {
	b, a := &r.bound, len(r.scene.Actuators)
	b.state = append(b.state[:0], r.start...)
	var action sim.Action
	for frame := range r.config.Frames() {
		action = row(plan, frame/r.config.Repeat, a)
		if !lead(r.single.predictor, b.state, action) {
			return 0, false
		}
	}
	cost = bounded * r.config.Final * b.least(b.state, action)
	return cost, cost >= 0
}

// worst returns the most that a plan may cost to count.
func (b *bound) worst() float64 {
	if len(b.best) < b.counts {
		return math.Inf(1)
	}
	return b.best[len(b.best)-1]
}

// fewest plans are rolled out together at least, while there are so many, as lanes of vectors want to be filled.
const fewest = 8

// deal returns the next plans, at most some, that may be among those that count. Towards the end they become fewer, so that
// workers come to it together.
func (b *bound) deal(some, workers int) []int {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	from, worst := b.next, b.worst()
	some = min(some, max(fewest, divideUp(len(b.order)-from, 2*workers)))
	for b.next < len(b.order) && b.next < from+some && b.costs[b.order[b.next]] <= worst {
		b.next++
	}
	return b.order[from:b.next]
}

// learn takes in what plans cost.
func (b *bound) learn(costs []float64) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	for _, cost := range costs {
		if !(cost < b.worst()) { // not NaN either
			continue
		}
		at, _ := slices.BinarySearch(b.best, cost)
		b.best = slices.Insert(b.best, at, cost)
		b.best = b.best[:min(len(b.best), b.counts)]
	}
}

// takePromising works on plans, with a lane of its own, until none is left that may count.
func (r *Rollouts) takePromising() {
	l, size := &r.lanes[r.work.next.Add(1)-1], r.size()
	s := &l.bounded
	for l.err == nil {
		which := r.bound.deal(r.chunk, r.config.Workers)
		if len(which) == 0 {
			return
		}
		s.plans, s.costs = s.plans[:0], slices.Grow(s.costs[:0], len(which))[:len(which)]
		for _, k := range which {
			s.plans = append(s.plans, row(r.work.plans, k, size)...)
		}
		l.err = r.rollSafely(l, *s)
		for i, k := range which {
			r.work.costs[k] = s.costs[i]
		}
		r.bound.learn(s.costs)
	}
}

// giveUp lets plans that cannot count cost what they cost at least, so that it does not matter which of them were rolled out
// because they came before it was known.
func (r *Rollouts) giveUp() {
	b := &r.bound
	if !b.active {
		return
	}
	for k, least := range b.costs {
		if least > b.worst() {
			r.work.costs[k] = least
		}
	}
}
