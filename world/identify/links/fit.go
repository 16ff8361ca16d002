package links

import (
	"context"
	"math"

	"golang.org/x/sync/errgroup"

	"orrery/world/cholesky"
)

// How far paths may break between windows beside the noise, one after another.
var (
	wholeSlacks = []float64{0.1, tight}
	brokenFirst = []float64{1, 0.1, 0.01, tight}
	brokenThen  = []float64{3, 0.5, 0.1, 0.01, tight}
	lastSlack   = []float64{tight}
)

// ties say how the coefficients of a track follow from variables: coefficient free[k] is sign[k] times
// variable to[k]; all others are 0.
type ties struct {
	free []int
	to   []int
	sign []float64
	base []float64 // [pairs · terms] what the others are, or nil for 0
}

func (t *ties) coefficients(size int, values []float64) []float64 {
	c := make([]float64, size)
	copy(c, t.base)
	for k, f := range t.free {
		c[f] = t.sign[k] * values[t.to[k]]
	}
	return c
}

// fitting is the best fit of variables to tracks.
type fitting struct {
	values     []float64
	cost       float64      // m²
	fit        float64      // m², of the data alone
	h          []float64    // [v · v] curvature by the variables, 1/2 of the second derivative of cost
	quadratics []*quadratic // of each track
	ridge      []float64    // [v] m² by which the cost grows for each variable of 1, or nil
}

// fitAll fits variables that tie the coefficients of tracks, and the nodes of the tracks, from where they are.
func fitAll(ctx context.Context, tracks []*track, tie []*ties, values, ridge []float64, rounds int, slacks []float64) (*fitting, error) {
	f := &fitting{values: append([]float64(nil), values...), ridge: ridge}
	lambda := 1e-6
	for stage, slack := range slacks {
		cost, _, err := f.evaluate(ctx, tracks, tie, f.values, slack)
		if err != nil {
			return nil, err
		}
		fails := 0
		for range rounds {
			if err := f.expand(ctx, tracks, tie, slack, lambda); err != nil {
				return nil, err
			}
			change, ok := f.change(tie, lambda)
			if !ok {
				lambda = max(10*lambda, 1e-6)
				if fails++; fails > 8 {
					break
				}
				continue
			}
			kept := make([][]float64, len(tracks))
			next := append([]float64(nil), f.values...)
			for k := range next {
				next[k] += change[k]
			}
			for e, t := range tracks {
				kept[e] = append([]float64(nil), t.nodes...)
				if t.exact == nil {
					t.follow(f.quadratics[e], tie[e].spread(change), 1)
				}
			}
			after, _, err := f.evaluate(ctx, tracks, tie, next, slack)
			if err != nil {
				return nil, err
			}
			if !(after <= cost*(1+1e-9)) {
				for e, t := range tracks {
					t.nodes = kept[e]
				}
				lambda = max(10*lambda, 1e-6)
				if fails++; fails > 8 {
					break
				}
				continue
			}
			gained := cost - after
			f.values, cost = next, after
			lambda = max(lambda/10, 1e-9)
			fails = 0
			if gained <= 1e-5*after/float64(max(1, len(tracks))) && (stage == len(slacks)-1 || gained <= 0.01*after) {
				break
			}
		}
	}
	return f, f.expand(ctx, tracks, tie, tight, 0)
}

// spread returns the changes of a track's free coefficients for one of the variables.
func (t *ties) spread(change []float64) []float64 {
	out := make([]float64, len(t.free))
	for k := range out {
		out[k] = t.sign[k] * change[t.to[k]]
	}
	return out
}

func (f *fitting) expand(ctx context.Context, tracks []*track, tie []*ties, slack, lambda float64) error {
	f.quadratics = make([]*quadratic, len(tracks))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(workers)
	for e, t := range tracks {
		group.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			c := tie[e].coefficients(pairs(t.n)*terms, f.values)
			if t.exact != nil {
				f.quadratics[e] = t.expandExact(c, tie[e].free)
				return nil
			}
			for bump := lambda; ; bump = max(10*bump, 1e-9) {
				if f.quadratics[e] = t.expand(c, tie[e].free, slack, bump); f.quadratics[e] != nil || bump > 1e6 {
					return nil
				}
			}
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	v := len(f.values)
	f.h, f.cost, f.fit = make([]float64, v*v), 0, 0
	for e, q := range f.quadratics {
		if q == nil {
			f.cost = math.Inf(1)
			continue
		}
		f.cost += q.cost
		f.fit += q.fit
		p := len(q.g)
		for r := range p {
			for k := range p {
				f.h[tie[e].to[r]*v+tie[e].to[k]] += tie[e].sign[r] * tie[e].sign[k] * q.h[r*p+k]
			}
		}
	}
	return nil
}

// change returns the step of Levenberg and Marquardt from the last expansion.
func (f *fitting) change(tie []*ties, lambda float64) ([]float64, bool) {
	v := len(f.values)
	h := append([]float64(nil), f.h...)
	g := make([]float64, v)
	for e, q := range f.quadratics {
		if q == nil {
			return nil, false
		}
		for r := range q.g {
			g[tie[e].to[r]] -= tie[e].sign[r] * q.g[r]
		}
	}
	for k, r := range f.ridge {
		h[k*v+k] += r
		g[k] -= r * f.values[k]
	}
	for k := range v {
		h[k*v+k] = h[k*v+k]*(1+lambda+1e-10) + 1e-30
	}
	if !cholesky.Factor(h, v) {
		return nil, false
	}
	cholesky.Solve(h, v, g, 1)
	return g, true
}

// evaluate returns the cost of variables at the nodes as they are.
func (f *fitting) evaluate(ctx context.Context, tracks []*track, tie []*ties, values []float64, slack float64) (cost, fit float64, err error) {
	costs, fits := make([]float64, len(tracks)), make([]float64, len(tracks))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(workers)
	for e, t := range tracks {
		group.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			c := tie[e].coefficients(pairs(t.n)*terms, values)
			if t.exact == nil {
				costs[e], fits[e] = t.value(c, slack)
				return nil
			}
			errors, _ := t.residuals(c, nil, 0)
			weights := t.weights(errors)
			for j, x := range errors {
				costs[e] += weights[j/4] * x * x
			}
			fits[e] = costs[e]
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return 0, 0, err
	}
	for e := range costs {
		cost += costs[e]
		fit += fits[e]
	}
	for k, r := range f.ridge {
		cost += r * values[k] * values[k]
	}
	if math.IsNaN(cost) {
		cost = math.Inf(1)
	}
	return cost, fit, nil
}

// workers is how many tracks are fitted at once.
const workers = 2
