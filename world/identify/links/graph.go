package links

import (
	"math"
	"slices"

	"orrery/world/cholesky"
)

// family is a kind of force, as the terms that its pairs have.
type family struct {
	name   string
	terms  []int
	signed bool    // pairs may differ in sign: charges
	core   float64 // m, nearer than which the force of charges does not grow
}

// families are the kinds of force that are tried.
var families = []family{
	{name: "pull", terms: []int{termSpring}},
	{name: "spring", terms: []int{termSpring, termRest}},
	{name: "damped spring", terms: []int{termSpring, termRest, termDamper}},
	{name: "charge", terms: []int{termCharge}, signed: true},
}

// free returns the coefficients of all pairs of n bodies that a family has.
func (f *family) free(n int) (out []int) {
	for p := range pairs(n) {
		for _, t := range f.terms {
			out = append(out, p*terms+t)
		}
	}
	return out
}

// guess says what graphs have in common.
type guess struct {
	graph   bool // all episodes have one graph
	values  bool // all edges have the same values
	charges bool // a pair's sign is the product of its bodies'
	full    bool // every body has a charge
}

// guesses are the kinds of graphs that are tried of a family in so many episodes.
func (f *family) guesses(episodes int) (out []guess) {
	for _, graph := range []bool{true, false} {
		if !graph && episodes == 1 {
			continue
		}
		out = append(out, guess{graph: graph}, guess{graph: graph, values: true})
		if f.signed {
			out = append(out, guess{graph: graph, values: true, charges: true}, guess{graph: graph, values: true, charges: true, full: true})
		}
	}
	return out
}

// form is −2 ln of a likelihood as a function of a family's coefficients θ: k − 2·l·θ + θ·h·θ.
type form struct {
	k    float64
	l, h []float64
}

func newForm(q *quadratic, variance float64) *form {
	p := len(q.g)
	f := &form{k: q.cost / variance, l: make([]float64, p), h: make([]float64, p*p)}
	for r := range p {
		for c := range p {
			f.h[r*p+c] = q.h[r*p+c] / variance
			f.l[r] += f.h[r*p+c] * q.at[c]
		}
		f.l[r] -= q.g[r] / variance
	}
	// k = cost − 2g·at + at·h·at, and at·h·at = (l + g)·at.
	f.k = q.cost / variance
	for r := range p {
		f.k += (f.l[r] - q.g[r]/variance) * q.at[r]
	}
	return f
}

func sum(forms []*form) *form {
	out := &form{l: make([]float64, len(forms[0].l)), h: make([]float64, len(forms[0].h))}
	for _, f := range forms {
		out.k += f.k
		for i, v := range f.l {
			out.l[i] += v
		}
		for i, v := range f.h {
			out.h[i] += v
		}
	}
	return out
}

// choice is one graph for each episode, or one for all, and what its edges are worth.
type choice struct {
	family *family
	guess
	n      int         // bodies
	signs  [][]int8    // [graphs][pairs] 0 is no edge
	values [][]float64 // [graphs][pairs · terms of the family], or [1][terms of the family]
	likely [][]float64 // [graphs][pairs] probability of an edge
	score  float64     // −2 ln of the likelihood, and what the freedom of choice costs
	costs  float64     // the latter
	key    string      // tells graphs apart
}

// edges returns the number of edges of all graphs.
func (c *choice) edges() (count int) {
	for _, s := range c.signs {
		for _, z := range s {
			if z != 0 {
				count++
			}
		}
	}
	return count
}

// choose finds the best graphs of one kind.
func choose(f *family, g guess, n int, forms []*form, data float64) *choice {
	if g.graph {
		forms = []*form{sum(forms)}
	}
	c := &choice{family: f, guess: g, n: n}
	if g.values {
		c.common(forms, data)
	} else {
		c.own(forms, data)
	}
	c.score += c.costs
	return c
}

// own gives every pair its own values and leaves out those that are not worth it.
func (c *choice) own(forms []*form, data float64) {
	t := len(c.family.terms)
	count := pairs(c.n)
	worth := float64(t) * math.Log(data)
	c.costs = 2 * math.Ln2 * float64(count*len(forms))
	for _, f := range forms {
		in := make([]int, count)
		for p := range in {
			in[p] = p
		}
		signs, values, likely := make([]int8, count), make([]float64, count*t), make([]float64, count)
		loss := make([]float64, count)
		for {
			theta, inverse := f.best(in, t)
			worst, least := -1, math.Inf(1)
			for k := range in {
				loss[in[k]] = lossOf(theta, inverse, k, t, len(in))
				if loss[in[k]] < least {
					worst, least = k, loss[in[k]]
				}
			}
			if worst >= 0 && least < worth {
				likely[in[worst]] = 1 / (1 + math.Exp((worth-least)/2))
				in = slices.Delete(in, worst, worst+1)
				continue
			}
			c.score += f.k
			for k, p := range in {
				signs[p] = 1
				likely[p] = 1 / (1 + math.Exp((worth-loss[p])/2))
				copy(values[p*t:], theta[k*t:(k+1)*t])
			}
			for k, p := range in {
				for r := range t {
					c.score -= f.l[p*t+r] * theta[k*t+r]
				}
			}
			c.costs += worth * float64(len(in))
			break
		}
		c.signs, c.values, c.likely = append(c.signs, signs), append(c.values, values), append(c.likely, likely)
	}
}

// best returns the best coefficients of the pairs in a set, and the inverse of their curvature.
func (f *form) best(in []int, t int) (theta, inverse []float64) {
	m := len(in) * t
	p := len(f.l)
	h := make([]float64, m*m)
	theta, inverse = make([]float64, m), make([]float64, m*m)
	for a := range m {
		at := in[a/t]*t + a%t
		theta[a] = f.l[at]
		inverse[a*m+a] = 1
		for b := range m {
			h[a*m+b] = f.h[at*p+in[b/t]*t+b%t]
		}
		h[a*m+a] *= 1 + 1e-12
		h[a*m+a] += 1e-300
	}
	if m == 0 {
		return theta, inverse
	}
	if !cholesky.Factor(h, m) {
		for a := range m { // as good as nothing is known: keep what each says alone
			at := in[a/t]*t + a%t
			h := f.h[at*p+at] + 1e-300
			theta[a], inverse[a*m+a] = f.l[at]/h, 1/h
		}
		return theta, inverse
	}
	cholesky.Solve(h, m, theta, 1)
	cholesky.Solve(h, m, inverse, m)
	return theta, inverse
}

// lossOf returns by how much the score grows when pair k of a set of m loses its t values.
func lossOf(theta, inverse []float64, k, t, m int) float64 {
	block, v := make([]float64, t*t), make([]float64, t)
	for a := range t {
		v[a] = theta[k*t+a]
		for b := range t {
			block[a*t+b] = inverse[(k*t+a)*m*t+k*t+b]
		}
	}
	w := slices.Clone(v)
	if !cholesky.Factor(block, t) {
		return 0
	}
	cholesky.Solve(block, t, w, 1)
	loss := 0.0
	for a := range t {
		loss += v[a] * w[a]
	}
	return loss
}

// common gives all edges the same values.
func (c *choice) common(forms []*form, data float64) {
	t := len(c.family.terms)
	count := pairs(c.n)
	states := math.Log(2)
	if c.family.signed {
		states = math.Log(3)
	}
	costs := float64(t) * math.Log(data)
	if c.charges {
		costs += 2 * math.Log(3) * float64(c.n*len(forms)) // also where none is 0, which is one of the graphs of the others
	} else {
		costs += 2 * states * float64(count*len(forms))
	}
	best := math.Inf(1)
	for _, v := range c.starts(forms) {
		signs, values, score := c.settle(forms, v)
		if score < best {
			best, c.signs, c.values = score, signs, [][]float64{values}
		}
	}
	c.score, c.costs = best, costs
	if c.signs == nil {
		c.score = math.Inf(1)
		return
	}
	for k, f := range forms {
		c.likely = append(c.likely, c.chances(f.at(c.values[0]), c.signs[k]))
	}
}

// starts returns values to start from: those that single pairs have where all are free.
func (c *choice) starts(forms []*form) (out [][]float64) {
	t := len(c.family.terms)
	type pick struct {
		values []float64
		worth  float64
	}
	var picks []pick
	all := make([]int, pairs(c.n))
	for p := range all {
		all[p] = p
	}
	for _, f := range forms {
		theta, inverse := f.best(all, t)
		for p := range all {
			picks = append(picks, pick{theta[p*t : (p+1)*t], lossOf(theta, inverse, p, t, len(all))})
		}
	}
	slices.SortStableFunc(picks, func(a, b pick) int {
		switch {
		case a.worth > b.worth:
			return -1
		case a.worth < b.worth:
			return 1
		}
		return 0
	})
	// The surest, and a spread of the sizes among the surer half.
	half := picks[:(len(picks)+1)/2]
	for _, p := range picks[:min(3, len(picks))] {
		out = append(out, p.values)
	}
	sorted := slices.Clone(half)
	slices.SortStableFunc(sorted, func(a, b pick) int {
		switch {
		case a.values[0] < b.values[0]:
			return -1
		case a.values[0] > b.values[0]:
			return 1
		}
		return 0
	})
	for k := range 5 {
		out = append(out, sorted[k*(len(sorted)-1)/4].values)
	}
	return out
}

// settle finds graphs for values and values for graphs in turn until nothing changes.
func (c *choice) settle(forms []*form, v []float64) (signs [][]int8, values []float64, score float64) {
	t := len(v)
	values = slices.Clone(v)
	score = math.Inf(1)
	for range 20 {
		next := make([][]int8, len(forms))
		for k, f := range forms {
			var start []int8
			if signs != nil {
				start = signs[k]
			}
			next[k] = c.search(f.at(values), start)
		}
		a, b := make([]float64, t*t), make([]float64, t)
		for k, f := range forms {
			f.gather(next[k], t, a, b)
		}
		w := slices.Clone(b)
		for r := range t {
			a[r*t+r] = a[r*t+r]*(1+1e-12) + 1e-300
		}
		if !cholesky.Factor(a, t) {
			break
		}
		cholesky.Solve(a, t, w, 1)
		after := 0.0
		for _, f := range forms {
			after += f.k
		}
		for r := range t {
			after -= b[r] * w[r]
		}
		if !(after < score-1e-9) {
			break
		}
		signs, values, score = next, w, after
	}
	return signs, values, score
}

// gather adds up the quadratic in the common values, given the signs of edges.
func (f *form) gather(signs []int8, t int, a, b []float64) {
	p := len(f.l)
	for i, zi := range signs {
		if zi == 0 {
			continue
		}
		for r := range t {
			b[r] += float64(zi) * f.l[i*t+r]
		}
		for j, zj := range signs {
			if zj == 0 {
				continue
			}
			z := float64(zi) * float64(zj)
			for r := range t {
				for s := range t {
					a[r*t+s] += z * f.h[(i*t+r)*p+j*t+s]
				}
			}
		}
	}
}
