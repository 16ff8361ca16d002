package mirror

import (
	"context"
	"math"
	"slices"

	"orrery/world/cholesky"
	"orrery/world/identify"
)

// fitted is the knobs where the errors are least.
type fitted struct {
	u       []float64 // in the scales of the knobs
	sums    *sums     // there, with slopes
	scale   float64   // m/s, of the weights
	stopped bool      // the context ended before it was done
}

const (
	rounds    = 15   // steps at one width of the scale
	shrunk    = 3    // by which the scale shrinks at most from round to round
	still     = 1e-7 // length of a step, in scales of knobs, that moves nothing
	boldest   = 1.0  // longest step of one knob in its scale
	hopeless  = 1e9  // damping of steps beyond which none helps
	headstart = 1e-3 // damping of the first step
)

// widths are the shares of the errors that the scale covers, one after another.
var widths = []float64{0.9, 0.7, 0.5}

// fit turns the knobs from u to where the weighed errors are least, and looks from there whether
// another elasticity or friction would do better. When ctx ends it returns the best so far.
func (p *problem) fit(ctx context.Context, u []float64) (*fitted, error) {
	u, _, err := p.scan(ctx, u)
	if err != nil {
		return nil, err
	}
	best, err := p.descend(ctx, u, 0)
	for again := 1; again <= rescans && err == nil && !best.stopped; again++ {
		u, changed, failed := p.scan(ctx, best.u)
		if failed != nil {
			best.stopped = true
			break
		}
		if !changed {
			break
		}
		next, failed := p.descend(ctx, u, again)
		if failed != nil {
			best.stopped = true
			break
		}
		best = next
	}
	if err == nil && p.spent != nil {
		p.spent(1, 1)
	}
	return best, err
}

// rescans is how often other ones are looked for.
const rescans = 3

// scan tries other elasticities and frictions, one group of contacts after another, and returns where the errors are
// less by squares: those of few impacts that slide count there, while at a narrow scale they pass for
// outliers beside the many that stick.
func (p *problem) scan(ctx context.Context, from []float64) (u []float64, changed bool, err error) {
	u = slices.Clone(from)
	for i := range p.knobs {
		tried := p.knobs[i].tried()
		if len(tried) == 0 {
			continue
		}
		part := p.of(i)
		if len(part.shares) == 0 {
			continue
		}
		at := slices.Clone(u)
		cost := func(v float64, scale float64) (float64, error) {
			at[i] = v
			off, err := part.run(ctx, at)
			if err != nil {
				return 0, err
			}
			return part.weigh(off, nil, scale).cost, nil
		}
		now, err := part.run(ctx, u)
		if err != nil {
			return nil, false, err
		}
		worst := slices.Max(part.weigh(now, nil, 1).off)
		if worst <= max(3*p.floor, exactly) {
			continue
		}
		scale := worst / 3
		least, err := cost(u[i], scale)
		if err != nil {
			return nil, false, err
		}
		best := u[i]
		least *= 1 - better
		try := func(v float64) error {
			c, err := cost(v, scale)
			if err == nil && c < least {
				least, best = c, v
			}
			return err
		}
		for _, v := range tried {
			if err := try(v); err != nil {
				return nil, false, err
			}
		}
		if best != u[i] {
			for _, by := range []float64{0.85, 0.92, 1.08, 1.18} {
				if err := try(min(best*by, p.knobs[i].high)); err != nil {
					return nil, false, err
				}
			}
			u[i], changed = best, true
		}
	}
	return u, changed, nil
}

// What a scan tries.
var ropes = []float64{0.85, 0.9, 0.93, 0.95, 0.97, 0.98, 0.99, 1, 1.01} // times the greatest distance
var elasticities = []float64{0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1}
var frictions = []float64{0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.28, 0.4, 0.55, 0.75, 1, 1.4, 2}

// tried returns what a scan tries of a knob.
func (k *knob) tried() (out []float64) {
	switch {
	case k.name == identify.Friction:
		return frictions
	case k.name == identify.Elasticity:
		return elasticities
	case k.rope:
		for _, by := range ropes {
			out = append(out, by*k.start)
		}
	}
	return out
}

// better is the share of the squared errors by which another friction must lessen them.
const better = 0.01

// of returns the problem with those spans alone in which a knob matters.
func (p *problem) of(knob int) *problem {
	part := *p
	part.shares = nil
	for _, s := range p.shares {
		some := share{episode: s.episode}
		for k := range s.spans {
			if slices.Contains(s.knobs[k], knob) {
				some.spans, some.knobs = append(some.spans, s.spans[k]), append(some.knobs, s.knobs[k])
			}
		}
		if len(some.spans) > 0 {
			part.shares = append(part.shares, some)
		}
	}
	return &part
}

// descend is the fit from u, where others were before. Slopes are taken anew only where those of the
// step before lead on no longer, because they cost as much as many steps.
func (p *problem) descend(ctx context.Context, u []float64, others int) (*fitted, error) {
	u = slices.Clone(u)
	low, high := make([]float64, len(u)), make([]float64, len(u))
	for i := range p.knobs {
		k := &p.knobs[i]
		low[i], high[i] = k.inner(k.low, p.dt), k.inner(k.high, p.dt)
		u[i] = min(max(u[i], low[i]), high[i])
	}
	off, err := p.run(ctx, u)
	if err != nil {
		return nil, err
	}
	d, err := p.slope(ctx, u, off)
	if err != nil {
		return nil, err
	}
	scale := max(p.floor, spreadOf(p.weigh(off, nil, 1), widths[0]))
	best := &fitted{u: u, sums: p.weigh(off, d, scale), scale: scale}
	fresh := true
	renew := func() bool {
		if d, err = p.slope(ctx, best.u, off); err != nil {
			best.stopped = true
			return false
		}
		fresh, best.sums = true, p.weigh(off, d, best.scale)
		return true
	}
	done := 0
	for _, width := range widths {
		damping := headstart
		for range rounds {
			done++
			if p.spent != nil {
				p.spent(done+others*rounds*len(widths), (1+rescans)*rounds*len(widths))
			}
			trial, moved := p.step(best, damping, low, high)
			if moved < still {
				break
			}
			there, err := p.run(ctx, trial)
			if err != nil {
				best.stopped = true
				return best, nil
			}
			cost := p.weigh(there, nil, best.scale).cost
			if !(cost < best.sums.cost) {
				if !fresh {
					if !renew() {
						return best, nil
					}
					continue
				}
				if damping *= 8; damping > hopeless {
					break
				}
				continue
			}
			well := cost < leadsOn*best.sums.cost
			damping = max(damping/8, 1e-12)
			off, fresh = there, false
			scale := max(p.floor, min(best.scale, max(best.scale/shrunk, spreadOf(p.weigh(off, nil, 1), width))))
			best = &fitted{u: trial, sums: p.weigh(off, d, scale), scale: scale}
			if !well && !renew() {
				return best, nil
			}
		}
		best.scale = max(p.floor, min(best.scale, spreadOf(best.sums, width)))
		if fresh {
			best.sums = p.weigh(off, d, best.scale)
		} else if !renew() {
			return best, nil
		}
	}
	return best, nil
}

// leadsOn is the share to which a step must lessen the errors for its slopes to serve the next one too.
const leadsOn = 0.5

// spreadOf returns the error, in m/s, that a share of those bodies that met something do not
// exceed; of all where none did.
func spreadOf(s *sums, width float64) float64 {
	var off []float64
	for i, v := range s.off {
		if s.met[i] {
			off = append(off, v)
		}
	}
	if len(off) == 0 {
		off = slices.Clone(s.off)
	}
	if len(off) == 0 {
		return 0
	}
	slices.Sort(off)
	return off[min(int(width*float64(len(off))), len(off)-1)]
}

// step returns where a damped step leads, and how long the longest part of it is. Knobs at a bound
// that they would pass stay there, and the others are told.
func (p *problem) step(f *fitted, damping float64, low, high []float64) (trial []float64, moved float64) {
	n := len(f.u)
	held := make([]bool, n)
	var d []float64
	for range n + 1 {
		d = solveDamped(f.sums.h, f.sums.g, held, damping)
		again := false
		for i := range d {
			if at := f.u[i]; !held[i] && (at <= low[i] && d[i] < 0 || at >= high[i] && d[i] > 0) {
				held[i], again = true, true
			}
		}
		if !again {
			break
		}
	}
	trial = slices.Clone(f.u)
	for i := range d {
		trial[i] = min(max(f.u[i]+min(max(d[i], -boldest), boldest), low[i]), high[i])
		moved = max(moved, math.Abs(trial[i]-f.u[i]))
	}
	return trial, moved
}

// solveDamped returns −(H + damping·diag H)⁻¹·g for the knobs that are not held, 0 for the others
// and for those that nothing depends on. H is symmetric, of which the lower half is given.
func solveDamped(h, g []float64, held []bool, damping float64) []float64 {
	n := len(g)
	var at []int
	for i := range n {
		if !held[i] && h[i*n+i] > 0 {
			at = append(at, i)
		}
	}
	m := len(at)
	a, b := make([]float64, m*m), make([]float64, m)
	unit := make([]float64, m) // so that all curvatures are 1
	for x, i := range at {
		unit[x] = 1 / math.Sqrt(h[i*n+i])
		b[x] = -g[i] * unit[x]
		for y, j := range at[:x+1] {
			a[x*m+y] = h[i*n+j] * unit[x] * unit[y]
		}
	}
	out := make([]float64, n)
	root := factored(a, m, damping)
	if root == nil {
		return out
	}
	cholesky.Solve(root, m, b, 1)
	for x, i := range at {
		out[i] = b[x] * unit[x]
	}
	return out
}

// factored returns the Cholesky factor of a symmetric matrix [m · m] of about 1 on its diagonal, which is raised by
// as much as is told, or more where rounding leaves it not positive; nil where it is not even then.
func factored(a []float64, m int, raise float64) []float64 {
	for ; raise <= hopeless; raise *= 10 {
		root := slices.Clone(a)
		for x := range m {
			root[x*m+x] += raise
		}
		if cholesky.Factor(root, m) {
			return root
		}
	}
	return nil
}
