package links

import (
	"cmp"
	"context"
	"math"
	"slices"

	"golang.org/x/sync/errgroup"

	"orrery/sim"
	"orrery/world/cholesky"
	"orrery/world/robust"
)

// found is the choice that explains tracks best, with its fit.
type found struct {
	*choice
	*fitting
	tie      []*ties
	variance float64 // m², of what was seen
	data     float64
	nodes    [][]float64 // of every track
	broken   []bool      // which may break
	stopped  bool        // before all was tried
}

func (f *found) keepNodes(tracks []*track) {
	f.nodes, f.broken = nil, nil
	for _, t := range tracks {
		f.nodes = append(f.nodes, append([]float64(nil), t.nodes...))
		f.broken = append(f.broken, t.breaks)
	}
}

// ties returns how the coefficients of track e follow from the variables of a choice, and those.
func (c *choice) ties(tracks int) (tie []*ties, values []float64) {
	t := len(c.family.terms)
	if c.guess.values {
		values = append(values, c.values[0]...)
	}
	first := make([]int, len(c.signs)) // variable of each graph's first edge
	for g := range c.signs {
		first[g] = len(values)
		if c.guess.values {
			continue
		}
		for p, z := range c.signs[g] {
			if z != 0 {
				values = append(values, c.values[g][p*t:(p+1)*t]...)
			}
		}
	}
	for e := range tracks {
		g := e
		if c.graph {
			g = 0
		}
		one := &ties{}
		next := first[g]
		for p, z := range c.signs[g] {
			if z == 0 {
				continue
			}
			for r, term := range c.family.terms {
				to := r
				if !c.guess.values {
					to = next
					next++
				}
				one.free = append(one.free, p*terms+term)
				one.to = append(one.to, to)
				one.sign = append(one.sign, float64(z))
			}
		}
		tie = append(tie, one)
	}
	return tie, values
}

// own returns ties that leave all coefficients of a family free.
func (f *family) own(n int) *ties {
	t := &ties{free: f.free(n)}
	for k := range t.free {
		t.to = append(t.to, k)
		t.sign = append(t.sign, 1)
	}
	return t
}

// relax fits each track with all pairs of a family free and returns the quadratics there.
func (f *family) relax(ctx context.Context, tracks []*track, progress func()) ([]*quadratic, error) {
	out := make([]*quadratic, len(tracks))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(workers)
	for e, t := range tracks {
		group.Go(func() error {
			tie := []*ties{f.own(t.n)}
			t.core = f.core
			zero := make([]float64, len(tie[0].free))
			start := append([]float64(nil), t.nodes...)
			most := t.likelyMost()
			ridge := make([]float64, len(zero))
			for k, at := range tie[0].free {
				ridge[k] = t.noise / (most[at%terms] * most[at%terms])
			}
			t.breaks = false
			fit, err := fitAll(ctx, tracks[e:e+1], tie, zero, ridge, 12, wholeSlacks)
			if err != nil {
				return err
			}
			if t.exact == nil && !(fit.cost < 1.5*t.noise*float64(t.data())) {
				smooth := t.nodes
				t.nodes, t.breaks = start, true
				other, err := fitAll(ctx, tracks[e:e+1], tie, zero, ridge, 12, brokenFirst)
				if err != nil {
					return err
				}
				if other.cost < fit.cost {
					fit = other
				} else {
					t.nodes, t.breaks = smooth, false
				}
			}
			out[e] = fit.quadratics[0]
			progress()
			return nil
		})
	}
	return out, group.Wait()
}

// attempt is a family with all its pairs free.
type attempt struct {
	*family
	quadratics []*quadratic
	nodes      [][]float64 // of every track
	broken     []bool      // which may break
	cost       float64     // m²
	variance   float64     // m², of what was seen
}

// attempt relaxes tracks from their starts.
func (f *family) attempt(ctx context.Context, tracks []*track, starts [][]float64, data float64) (*attempt, error) {
	for e, t := range tracks {
		t.nodes = append([]float64(nil), starts[e]...)
	}
	a := &attempt{family: f}
	var err error
	if a.quadratics, err = f.relax(ctx, tracks, func() {}); err != nil {
		return nil, err
	}
	fit, spent := 0.0, 0.0
	for e, t := range tracks {
		a.nodes = append(a.nodes, append([]float64(nil), t.nodes...))
		a.broken = append(a.broken, t.breaks)
		q := a.quadratics[e]
		if q == nil {
			a.cost, a.variance = math.Inf(1), math.Inf(1)
			return a, nil
		}
		a.cost += q.cost
		fit += q.fit
		spent += float64(len(q.g) + 4*q.breaks)
		if t.exact == nil {
			spent += float64(4 * t.n)
		}
	}
	a.variance = fit / max(data/10, data-spent)
	return a, nil
}

// forceless reports whether most flights of bodies, from touch to touch, are as if nothing pulled them.
func forceless(tracks []*track) bool {
	var all []float64
	for _, t := range tracks {
		if t.exact != nil {
			return false
		}
		for i := range t.n {
			first := 0
			for k := range t.frames {
				if k+1 < t.frames && !t.cut[k*t.n+i] && !t.besideWall(k, i) {
					continue
				}
				if misfit, ok := t.flight(i, first, k); ok {
					all = append(all, misfit)
				}
				first = k + 1
			}
		}
	}
	return len(all) > 0 && robust.Median(all) < 1.5
}

// besideWall reports whether a body may meet a wall before the next frame.
func (t *track) besideWall(k, i int) bool {
	if k+1 >= t.frames {
		return false
	}
	x, y, ok := t.place(k, i)
	u, v, okThen := t.place(k+1, i)
	if !ok || !okThen {
		return true
	}
	reach := t.radius[i] + math.Hypot(u-x, v-y)
	for _, w := range t.walls {
		line := sim.Shape{Kind: sim.Segment, Vertices: []sim.Vec{w.from, w.to}, Radius: w.radius}
		if line.Distance(sim.Vec{X: x, Y: y}) < reach {
			return true
		}
	}
	return false
}

// flight returns by how much more than noise a body strays from free flight between two frames.
func (t *track) flight(i, low, high int) (misfit float64, ok bool) {
	if high-low < 6 {
		return 0, false
	}
	drag := -math.Log(max(t.keep, 1e-12))
	count := 0
	for axis, g := range [2]float64{t.gravity.X, t.gravity.Y} {
		var a [4]float64 // its lower half counts
		var b [2]float64
		total := 0.0
		for k := low; k <= high; k++ {
			if !t.seen[k*t.n+i] {
				continue
			}
			count++
			time := float64(k-low)*t.frame + t.after[k*t.n+i]
			reach, fall := time, time*time/2
			if drag > 1e-9 {
				reach = -math.Expm1(-drag*time) / drag
				fall = (time - reach) / drag
			}
			z := t.z[(k*t.n+i)*2+axis] - g*fall
			total += z * z
			a[0]++
			a[2] += reach
			a[3] += reach * reach
			b[0] += z
			b[1] += reach * z
		}
		known := b
		if !cholesky.Factor(a[:], 2) {
			return 0, false
		}
		cholesky.Solve(a[:], 2, b[:], 1)
		misfit += total - known[0]*b[0] - known[1]*b[1]
	}
	return misfit / t.noise / float64(max(1, count-4)), count > 8
}

// told returns how many numbers tracks tell, and the squares that their noise adds up to, in m².
func told(tracks []*track) (data, noise float64) {
	for _, t := range tracks {
		data += float64(t.data())
		noise += t.noise * float64(t.data())
	}
	return data, noise
}

// screened is how many tracks show which families are worth trying on all.
const screened = 3

// screen returns the families that explain some tracks about as well as the best does.
func screen(ctx context.Context, tracks []*track, starts [][]float64, report func()) (out []*family, err error) {
	data, noise := told(tracks)
	var attempts []*attempt
	least, breaks := math.Inf(1), false
	try := func(f *family) error {
		a, err := f.attempt(ctx, tracks, starts, data)
		if err != nil {
			return err
		}
		attempts = append(attempts, a)
		if a.cost < least {
			least, breaks = a.cost, slices.Contains(a.broken, true)
		}
		report()
		return nil
	}
	all := func() error {
		attempts, least, breaks = nil, math.Inf(1), false
		for k := range families {
			if f := &families[k]; len(f.terms) == 1 || pairs(tracks[0].n) <= mostPairs || tracks[0].exact != nil {
				if err := try(f); err != nil {
					return err
				}
			}
		}
		return nil
	}
	if err := all(); err != nil {
		return nil, err
	}
	// The way exact states step shows once forces are known; then they are better known.
	if tracks[0].exact != nil && pickOrder(tracks, attempts) {
		if err := all(); err != nil {
			return nil, err
		}
	}
	if tracks[0].exact == nil && (breaks || !(least < 1.5*noise)) { // forces may stop to grow where bodies are near each other
		apart := tracks[0].apart()
		for _, share := range []float64{1. / 64, 1. / 32, 1. / 16} {
			if err := try(&family{name: "charge", terms: []int{termCharge}, signed: true, core: share * apart}); err != nil {
				return nil, err
			}
		}
	}
	slices.SortStableFunc(attempts, func(a, b *attempt) int { return cmp.Compare(a.cost, b.cost) })
	cored := false
	for _, a := range attempts {
		if a.core > 0 && cored { // one distance is enough
			continue
		}
		// What is exact tells springs of no length from others only once the needless values are left out.
		exact := tracks[0].exact != nil && !(a.cost > 100*(least+data*floor(tracks)))
		if exact || tracks[0].exact == nil && !(a.cost > 2*least) || len(out) == 0 {
			out = append(out, a.family)
			cored = cored || a.core > 0
		}
	}
	return out, nil
}

// mostFree is how many bodies are looked at in any case.
const mostFree = 8

// meet reports whether bodies touch each other.
func (t *track) meet() bool { return slices.Contains(t.cut, true) }

// mostPairs is of how many pairs more than one value each is looked for in noisy motion.
const mostPairs = 28

// explain finds the family, the graphs and the values that explain tracks best.
func explain(ctx context.Context, tracks []*track, progress func(done, of float64)) (*found, error) {
	starts := make([][]float64, len(tracks))
	for e, t := range tracks {
		starts[e] = append([]float64(nil), t.nodes...)
	}
	data, _ := told(tracks)
	done, of := 0.0, float64(3*len(families))
	report := func() { done++; progress(min(done, of), of) }
	if forceless(tracks) && (tracks[0].n > mostFree || tracks[0].meet()) {
		return nil, nil
	}
	some := min(screened, len(tracks))
	worth, err := screen(ctx, tracks[:some], starts[:some], report)
	if err != nil {
		return nil, err
	}
	for _, t := range tracks {
		t.order = tracks[0].order
	}
	var attempts []*attempt
	for _, f := range worth {
		a, err := f.attempt(ctx, tracks, starts, data)
		if err != nil {
			return nil, err
		}
		attempts = append(attempts, a)
		report()
	}
	slices.SortStableFunc(attempts, func(a, b *attempt) int { return cmp.Compare(a.cost, b.cost) })
	variance := max(attempts[0].variance, floor(tracks))
	// What no family explains makes all of them less sure.
	excess := max(1, attempts[0].cost/variance/data)
	var best *found
	for _, a := range attempts {
		for _, g := range a.guesses(len(tracks)) {
			if best != nil && best.family != a.family && a.cost/(variance*excess) > 1.5*best.score {
				continue
			}
			one, err := settleOn(ctx, a, g, tracks, variance*excess, data)
			if err != nil {
				if best != nil && ctx.Err() != nil {
					best.stopped = true
					best.restore(tracks)
					return best, nil
				}
				return nil, err
			}
			if one != nil && (best == nil || one.score < best.score) {
				best = one
			}
		}
		report()
	}
	if best == nil {
		return nil, nil
	}
	if tracks[0].exact != nil {
		for _, t := range tracks {
			t.core = best.family.core
		}
		if best.fitting, err = fitAll(ctx, tracks, best.tie, best.fitting.values, nil, 4, lastSlack); err != nil {
			return nil, err
		}
		best.keepNodes(tracks)
	}
	best.restore(tracks)
	return best, nil
}

// restore gives tracks the paths of the fit.
func (f *found) restore(tracks []*track) {
	for e, t := range tracks {
		t.nodes, t.breaks, t.core = f.nodes[e], f.broken[e], f.family.core
	}
}

// settleOn chooses graphs from the quadratics, fits them, and chooses again about there until they stay.
func settleOn(ctx context.Context, a *attempt, g guess, tracks []*track, variance, data float64) (*found, error) {
	f, quadratics := a.family, a.quadratics
	n := tracks[0].n
	for e, t := range tracks {
		t.nodes = append([]float64(nil), a.nodes[e]...)
	}
	var best *found
	slacks := lastSlack
	for e, t := range tracks {
		t.core = f.core
		if t.breaks = a.broken[e]; t.breaks {
			slacks = brokenThen
		}
	}
	seen := map[string]bool{}
	for range 6 {
		forms := make([]*form, len(quadratics))
		for e, q := range quadratics {
			if q == nil {
				return best, nil
			}
			forms[e] = newForm(q, variance)
		}
		c := choose(f, g, n, forms, data)
		if math.IsInf(c.score, 0) || math.IsNaN(c.score) || !c.possible() {
			return best, nil
		}
		key := ""
		for _, s := range c.signs {
			for _, z := range s {
				key += string(rune('b' + z))
			}
		}
		if seen[key] {
			if best != nil && best.key == key {
				best.likely = c.likely
			}
			break
		}
		seen[key] = true
		c.key = key
		tie, values := c.ties(len(tracks))
		if tracks[0].exact != nil { // the quadratics are as good as exact
			return &found{choice: c, fitting: &fitting{values: values}, tie: tie, variance: variance, data: data}, nil
		}
		if len(slacks) > 1 { // first find the paths of these values
			fixed := make([]*ties, len(tie))
			for e := range tie {
				fixed[e] = &ties{base: tie[e].coefficients(pairs(n)*terms, values)}
			}
			if _, err := fitAll(ctx, tracks, fixed, nil, nil, 8, slacks); err != nil {
				return nil, err
			}
		}
		fit, err := fitAll(ctx, tracks, tie, values, nil, 8, slacks)
		if err != nil {
			return nil, err
		}
		c.score = fit.cost/variance + c.costs
		one := &found{choice: c, fitting: fit, tie: tie, variance: variance, data: data}
		if best == nil || c.score < best.score {
			best = one
			best.keepNodes(tracks)
		}
		all := f.own(n)
		quadratics = make([]*quadratic, len(tracks))
		for e, t := range tracks {
			at := tie[e].coefficients(pairs(n)*terms, fit.values)
			if t.exact != nil {
				quadratics[e] = t.expandExact(at, all.free)
			} else {
				quadratics[e] = t.expand(at, all.free, tight, 0)
			}
		}
	}
	return best, nil
}

// floor returns the variance that numbers of their size have at the least, in m²: they may have been rounded to 24 bits.
func floor(tracks []*track) float64 {
	size, count := 0.0, 0.0
	for _, t := range tracks {
		for _, list := range [][]float64{t.z, t.exact} {
			for _, v := range list {
				size += v * v
				count++
			}
		}
	}
	return 1e-12 * (size/max(1, count) + 1e-12)
}

// possible reports whether all springs are: none pushes more the longer it is, is shorter than nothing at rest, or
// is driven by what should damp it.
func (c *choice) possible() bool {
	t := len(c.family.terms)
	if t == 1 {
		return true
	}
	for g, values := range c.values {
		for k := 0; k < len(values); k += t {
			if !c.guess.values && c.signs[g][k/t] == 0 {
				continue
			}
			for r, term := range c.family.terms {
				if v := values[k+r]; term == termRest && v < 0 || term != termRest && v > 0 {
					return false
				}
			}
		}
	}
	return true
}
