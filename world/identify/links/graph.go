package links

import (
	"math"
	"math/bits"
	"slices"
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
	if !factor(h, m) {
		for a := range m { // as good as nothing is known: keep what each says alone
			at := in[a/t]*t + a%t
			h := f.h[at*p+at] + 1e-300
			theta[a], inverse[a*m+a] = f.l[at]/h, 1/h
		}
		return theta, inverse
	}
	solve(h, m, theta, 1)
	solve(h, m, inverse, m)
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
	if !factor(block, t) {
		return 0
	}
	solve(block, t, w, 1)
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
		if !factor(a, t) {
			break
		}
		solve(a, t, w, 1)
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

// ising is −2 ln of a likelihood as a function of signs z of edges: −2·l·z + z·h·z, less a constant.
type ising struct {
	l, h []float64
}

func (f *form) at(v []float64) *ising {
	t, p := len(v), len(f.l)
	count := p / t
	out := &ising{make([]float64, count), make([]float64, count*count)}
	for i := range count {
		for r := range t {
			out.l[i] += v[r] * f.l[i*t+r]
		}
		for j := range count {
			for r := range t {
				for s := range t {
					out.h[i*count+j] += v[r] * v[s] * f.h[(i*t+r)*p+j*t+s]
				}
			}
		}
	}
	return out
}

func (s *ising) value(z []int8) (out float64) {
	m := len(z)
	for i, zi := range z {
		if zi == 0 {
			continue
		}
		out -= 2 * s.l[i] * float64(zi)
		for j, zj := range z {
			out += s.h[i*m+j] * float64(zi) * float64(zj)
		}
	}
	return out
}

// most is how many graphs are tried one by one.
const most = 1 << 16

// all calls yield with every assignment of signs and its value; false where there are too many.
func (c *choice) all(s *ising, yield func(z []int8, value float64)) bool {
	m := len(s.l)
	switch {
	case c.charges:
		if math.Pow(3, float64(c.n)) > most {
			return false
		}
		q := make([]int8, c.n)
		pair := pairOf(c.n)
		z := make([]int8, m)
		for code := 0; ; code++ {
			rest := code
			for i := range q {
				q[i] = int8(rest%3) - 1
				rest /= 3
			}
			if rest > 0 {
				return true
			}
			if c.full && slices.Contains(q, 0) {
				continue
			}
			for p, ab := range pair {
				z[p] = q[ab[0]] * q[ab[1]]
			}
			yield(z, s.value(z))
		}
	case c.family.signed:
		if math.Pow(3, float64(m)) > most {
			return false
		}
		z := make([]int8, m)
		for code := 0; ; code++ {
			rest := code
			for i := range z {
				z[i] = int8(rest%3) - 1
				rest /= 3
			}
			if rest > 0 {
				return true
			}
			yield(z, s.value(z))
		}
	}
	if m > bits.Len(most)-1 {
		return false
	}
	z := make([]int8, m)
	value := 0.0
	field := make([]float64, m) // h·z
	yield(z, 0)
	for code := 1; code < 1<<m; code++ { // Gray's order: one edge changes at a time
		i := bits.TrailingZeros(uint(code))
		by := 1 - 2*float64(z[i])
		value += by*(-2*s.l[i]+2*field[i]) + s.h[i*m+i]
		for j := range field {
			field[j] += by * s.h[j*m+i]
		}
		z[i] = 1 - z[i]
		yield(z, value)
	}
	return true
}

// search returns the best signs of edges: of all, or as far as changes of one or two lead.
func (c *choice) search(s *ising, start []int8) []int8 {
	best, least := make([]int8, len(s.l)), math.Inf(1)
	if c.all(s, func(z []int8, value float64) {
		if value < least {
			least = value
			copy(best, z)
		}
	}) {
		return best
	}
	if c.charges {
		return c.searchCharges(s)
	}
	return c.climb(s, start)
}

// climb changes one or two edges at a time, always those that gain most.
func (c *choice) climb(s *ising, start []int8) []int8 {
	m := len(s.l)
	z := make([]int8, m)
	if start != nil {
		copy(z, start)
	} else {
		for i := range z {
			z[i] = c.nearest(s.l[i] / (s.h[i*m+i] + 1e-300))
		}
	}
	field := make([]float64, m)
	for i := range field {
		for j, zj := range z {
			field[i] += s.h[i*m+j] * float64(zj)
		}
	}
	levels := []int8{0, 1}
	if c.family.signed {
		levels = []int8{-1, 0, 1}
	}
	move := func(i int, to int8) float64 {
		by := float64(to - z[i])
		return by*(-2*s.l[i]+2*field[i]) + by*by*s.h[i*m+i]
	}
	set := func(i int, to int8) {
		by := float64(to - z[i])
		for j := range field {
			field[j] += by * s.h[j*m+i]
		}
		z[i] = to
	}
	for range 10 * m {
		gain, first, second := -1e-9, -1, -1
		var toFirst, toSecond int8
		for i := range m {
			for _, a := range levels {
				if a == z[i] {
					continue
				}
				one := move(i, a)
				if one < gain {
					gain, first, second, toFirst = one, i, -1, a
				}
				for j := i + 1; j < m; j++ {
					for _, b := range levels {
						if b == z[j] {
							continue
						}
						both := one + move(j, b) + 2*float64(a-z[i])*float64(b-z[j])*s.h[i*m+j]
						if both < gain {
							gain, first, second, toFirst, toSecond = both, i, j, a, b
						}
					}
				}
			}
		}
		if first < 0 {
			break
		}
		set(first, toFirst)
		if second >= 0 {
			set(second, toSecond)
		}
	}
	return z
}

// nearest returns the sign that is nearest to a value.
func (c *choice) nearest(v float64) int8 {
	switch {
	case v > 0.5:
		return 1
	case v < -0.5 && c.family.signed:
		return -1
	}
	return 0
}

// searchCharges changes one body's charge at a time, from several starts.
func (c *choice) searchCharges(s *ising) []int8 {
	pair := pairOf(c.n)
	z, best, least := make([]int8, len(pair)), make([]int8, len(pair)), math.Inf(1)
	spread := func(q []int8) float64 {
		for p, ab := range pair {
			z[p] = q[ab[0]] * q[ab[1]]
		}
		return s.value(z)
	}
	for start := range 8 {
		q := make([]int8, c.n)
		for i := range q {
			q[i] = int8((start>>(i%3)+i*start)%3) - 1
			if start == 0 || c.full && q[i] == 0 {
				q[i] = 1
			}
		}
		value := spread(q)
		for improved := true; improved; {
			improved = false
			for i := range q {
				for _, to := range []int8{-1, 0, 1} {
					if c.full && to == 0 {
						continue
					}
					before := q[i]
					if q[i] = to; to != before {
						if v := spread(q); v < value-1e-9 {
							value, improved = v, true
							continue
						}
						q[i] = before
					}
				}
			}
		}
		if spread(q); value < least {
			least = value
			copy(best, z)
		}
	}
	return best
}

// chances returns the probability of every edge, given the values.
func (c *choice) chances(s *ising, z []int8) []float64 {
	m := len(z)
	out := make([]float64, m)
	least := s.value(z)
	total := 0.0
	if c.all(s, func(z []int8, value float64) {
		w := math.Exp(-(value - least) / 2)
		total += w
		for p, sign := range z {
			if sign != 0 {
				out[p] += w
			}
		}
	}) {
		for p := range out {
			out[p] /= total
		}
		return out
	}
	for p := range out { // the others staying as they are
		other := slices.Clone(z)
		var worst float64
		if z[p] != 0 {
			other[p] = 0
			worst = s.value(other) - least
			out[p] = 1 / (1 + math.Exp(-worst/2))
			continue
		}
		for _, sign := range []int8{1, -1} {
			if sign < 0 && !c.family.signed {
				continue
			}
			other[p] = sign
			worst += math.Exp(-(s.value(other) - least) / 2)
		}
		out[p] = worst / (1 + worst)
	}
	return out
}
