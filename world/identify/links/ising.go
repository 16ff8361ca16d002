package links

import (
	"math"
	"math/bits"
	"slices"
)

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
	for start := range 7 { // the next one is the second with all signs turned, which is the same graph
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
