package links

import (
	"math"
	"slices"

	"orrery/world/cholesky"
	"orrery/world/robust"
)

// track is one episode as it was seen.
type track struct {
	*system
	frames int
	seen   []bool    // [frames · n]
	z      []float64 // [frames · n · 2] m, where
	after  []float64 // [frames · n] s from the frame to the sight
	exact  []float64 // [frames · 4n] states that are known, or nil
	cut    []bool    // [frames · n] bodies whose path may break before the next frame
	window int       // frames of a window
	breaks bool      // paths may break where the law cannot explain them
	noise  float64   // m², about that of what was seen
	nodes  []float64 // [windows · 4n] state at the start of each window
}

func (t *track) windows() int { return (t.frames + t.window - 1) / t.window }

// data returns how many numbers were seen.
func (t *track) data() int {
	if t.exact != nil {
		return (t.frames - 1) * 4 * t.n
	}
	count := 0
	for _, s := range t.seen {
		if s {
			count += 2
		}
	}
	return count
}

// cap is the most that a break of one body's path at the end of a window costs, in m²: little only where it met another
// that pulls it.
func (t *track) cap(near bool) float64 {
	switch {
	case !t.breaks:
		return math.Inf(1)
	case near:
		return 25 * t.noise
	}
	return 400 * t.noise
}

// guessNoise returns the variance of what was seen, in m², by differences that smooth motion leaves small, of
// bodies that move more smoothly than most.
func (t *track) guessNoise() float64 {
	var bodies []float64
	at := func(k, i, axis int) float64 { return t.z[(k*t.n+i)*2+axis] }
	for i := range t.n {
		var all []float64
		for k := 0; k+4 < t.frames; k++ {
			whole := true
			for j := range 5 {
				whole = whole && t.seen[(k+j)*t.n+i]
			}
			if !whole {
				continue
			}
			for axis := range 2 {
				all = append(all, math.Abs(at(k, i, axis)-4*at(k+1, i, axis)+6*at(k+2, i, axis)-4*at(k+3, i, axis)+at(k+4, i, axis)))
			}
		}
		if len(all) < 6 {
			continue
		}
		usual := robust.Median(all) / 0.6745 // of a normal distribution the median is so many deviations
		bodies = append(bodies, usual*usual/70)
	}
	if len(bodies) == 0 {
		return 0
	}
	slices.Sort(bodies)
	return bodies[(len(bodies)-1)/3]
}

// begin starts the nodes at parabolas through what was seen about each window.
func (t *track) begin(window int) bool {
	t.window = window
	t.noise = max(t.guessNoise(), floor([]*track{t}))
	t.nearby = math.Cbrt(4 * t.likelyMost()[termCharge] / generous * slices.Max(t.inverse) * t.frame * t.frame)
	t.nodes = make([]float64, t.windows()*4*t.n)
	if t.cut == nil {
		t.cut = make([]bool, t.frames*t.n)
	}
	for w := range t.windows() {
		at := w * window
		for i := range t.n {
			found := false
			for reach := 8; !found && reach >= 1; reach-- {
				found = t.smooth(w, i, max(0, at-reach), min(t.frames-1, at+reach), reach > 1)
			}
			for reach := 2; !found && reach <= t.frames; reach++ { // frames that saw it may be far
				found = t.smooth(w, i, max(0, at-reach), min(t.frames-1, at+reach), false)
			}
			if !found {
				return false
			}
		}
	}
	return true
}

// smooth puts a node where a parabola through what frames low to high saw of a body has it. It is false where
// they saw too little of it or, if strict, where it did not move along a parabola.
func (t *track) smooth(w, i, low, high int, strict bool) bool {
	at := w * t.window
	for axis := range 2 {
		x, v, misfit, ok := t.parabola(i, axis, at, low, high)
		if !ok || strict && !(misfit <= 2*t.noise) {
			return false
		}
		t.nodes[w*4*t.n+4*i+axis], t.nodes[w*4*t.n+4*i+2+axis] = x, v
	}
	return true
}

// parabola fits one coordinate about a frame by least squares. The misfit is a variance in m².
func (t *track) parabola(i, axis, at, low, high int) (x, v, misfit float64, ok bool) {
	var a [9]float64
	var b [3]float64
	count, total := 0, 0.0
	for k := low; k <= high; k++ {
		if !t.seen[k*t.n+i] {
			continue
		}
		count++
		z := t.z[(k*t.n+i)*2+axis]
		total += z * z
		time := float64(k-at) + t.after[k*t.n+i]/t.frame
		basis := [3]float64{1, time, time * time}
		for r := range 3 {
			for c := range 3 {
				a[3*r+c] += basis[r] * basis[c]
			}
			b[r] += basis[r] * z
		}
	}
	known := b
	if count < 3 || !cholesky.Factor(a[:], 3) {
		return 0, 0, 0, false
	}
	cholesky.Solve(a[:], 3, b[:], 1)
	for r := range 3 {
		total -= known[r] * b[r]
	}
	return b[0], b[1] / t.frame, total / float64(max(1, count-3)), true
}

// quadratic is minus twice the logarithm of a likelihood about a place, in units of the noise's variance:
// cost + 2·g·δ + δ·h·δ for a change δ of the coefficients, the states being the best for it.
type quadratic struct {
	at   []float64 // [p] coefficients
	cost float64
	g    []float64 // [p]
	h    []float64 // [p · p]

	fit    float64 // the part of cost that is of the data, in m²
	breaks int     // of single paths at the ends of windows
	nodes  []nodeStep
}

// nodeStep is how the state of a window follows from the coefficients and the next window.
type nodeStep struct {
	inverse []float64 // [d · d] factor
	border  []float64 // [d · (p+1)]
	next    []float64 // [d · d]
}

const (
	tight = 1e-4 // share of the noise by which a path may break between windows
	loose = 1e3
)

// takeAway subtracts so many times x from y.
func takeAway(y []float64, by float64, x []float64) {
	y = y[:len(x)]
	for k, v := range x {
		y[k] -= by * v
	}
}

// expand takes the quadratic of a track at coefficients c, of those whose columns are listed in free.
// slack is how far paths may break between windows beside the noise, 1 m standing for it.
func (t *track) expand(c []float64, free []int, slack, lambda float64) *quadratic {
	p := len(free)
	q := &quadratic{g: make([]float64, p), h: make([]float64, p*p), at: make([]float64, p)}
	column := make([]int, len(c))
	for k := range column {
		column[k] = -1
	}
	n4 := 4 * t.n
	for k, f := range free {
		column[f] = n4 + k
		q.at[k] = c[f]
	}
	m := newMotion(t.system, c, column, n4+p)
	d := n4
	diagonal := make([]float64, d*d)
	border := make([]float64, d*(p+1)) // last column is the gradient
	weights := make([]float64, d)
	windows := t.windows()
	for w := range windows {
		m.set(t.nodes[w*d:(w+1)*d], true)
		clear(m.near)
		first := w * t.window
		last := min(t.frames, first+t.window)
		for k := first; k < last; k++ {
			if k > first {
				m.advance()
			}
			for i := range t.n {
				if !t.seen[k*t.n+i] {
					continue
				}
				for axis := range 2 {
					x, v, after := m.row(m.x, 4*i+axis), m.row(m.x, 4*i+2+axis), t.after[k*t.n+i]
					row := make([]float64, m.width)
					for c := range row {
						row[c] = x[c] + after*v[c]
					}
					e := row[0] - t.z[(k*t.n+i)*2+axis]
					q.fit += e * e
					add(diagonal, border, q, row[1:], e, 1, d, p)
				}
			}
		}
		var off, nextDiagonal, nextBorder []float64
		if w+1 < windows {
			m.advance()
			off = make([]float64, d*d)
			nextDiagonal = make([]float64, d*d)
			nextBorder = make([]float64, d*(p+1))
			for r := range d {
				i, speed := r/4, r%4 >= 2
				s := slack
				if t.cut[(last-1)*t.n+i] {
					s = loose
				}
				weights[r] = 1 / (s * s)
				if speed {
					weights[r] *= t.frame * t.frame
				}
			}
			for i := range t.n {
				c := 0.0
				for r := 4 * i; r < 4*i+4; r++ {
					e := m.row(m.x, r)[0] - t.nodes[(w+1)*d+r]
					c += weights[r] * e * e
				}
				by := 1 / (1 + c/t.cap(m.near[i]))
				if by < 0.5 {
					q.breaks++
				}
				q.cost += c * by
				for r := 4 * i; r < 4*i+4; r++ {
					weights[r] *= by * by
				}
			}
			for r := range d {
				row := m.row(m.x, r)
				e := row[0] - t.nodes[(w+1)*d+r]
				add(diagonal, border, q, row[1:], e, weights[r], d, p)
				nextDiagonal[r*d+r] += weights[r]
				for k := range p {
					nextBorder[r*(p+1)+k] -= weights[r] * row[1+d+k]
				}
				nextBorder[r*(p+1)+p] -= weights[r] * e
				for k := range d {
					off[k*d+r] = -weights[r] * row[1+k]
				}
			}
		}
		for r := range d {
			diagonal[r*d+r] *= 1 + lambda
			diagonal[r*d+r] += 1e-9
			if r%4 >= 2 {
				diagonal[r*d+r] += 1e-6 * t.frame * t.frame
			}
		}
		step := nodeStep{inverse: diagonal, border: border}
		if !cholesky.Factor(diagonal, d) {
			return nil
		}
		// Eliminate the window's state.
		solved := append([]float64(nil), border...)
		cholesky.Solve(diagonal, d, solved, p+1)
		for r := range p {
			for k := range p {
				sum := 0.0
				for j := range d {
					sum += border[j*(p+1)+r] * solved[j*(p+1)+k]
				}
				q.h[r*p+k] -= sum
			}
			sum := 0.0
			for j := range d {
				sum += border[j*(p+1)+r] * solved[j*(p+1)+p]
			}
			q.g[r] -= sum
		}
		for j := range d {
			q.cost -= border[j*(p+1)+p] * solved[j*(p+1)+p]
		}
		if off != nil {
			step.next = append([]float64(nil), off...)
			cholesky.Solve(diagonal, d, step.next, d)
			for j := range d {
				next, right := step.next[j*d:(j+1)*d], solved[j*(p+1):(j+1)*(p+1)]
				for r, by := range off[j*d : (j+1)*d] {
					if by == 0 {
						continue
					}
					takeAway(nextDiagonal[r*d:(r+1)*d], by, next)
					takeAway(nextBorder[r*(p+1):(r+1)*(p+1)], by, right)
				}
			}
		}
		step.border = solved
		q.nodes = append(q.nodes, step)
		diagonal, border = nextDiagonal, nextBorder
	}
	q.cost += q.fit
	return q
}

// add counts a residual e with its derivatives by the state and by coefficients.
func add(diagonal, border []float64, q *quadratic, row []float64, e, weight float64, d, p int) {
	for r := range d {
		v := weight * row[r]
		if v == 0 {
			continue
		}
		into := diagonal[r*d : (r+1)*d]
		for k := range d {
			into[k] += v * row[k]
		}
		b := border[r*(p+1) : (r+1)*(p+1)]
		for k := range p {
			b[k] += v * row[d+k]
		}
		b[p] += v * e
	}
	for r := range p {
		v := weight * row[d+r]
		if v == 0 {
			continue
		}
		for k := range p {
			q.h[r*p+k] += v * row[d+k]
		}
		q.g[r] += v * e
	}
}

// follow moves the nodes to what is best for a change of the coefficients, times a share.
func (t *track) follow(q *quadratic, change []float64, share float64) {
	d, p := 4*t.n, len(change)
	var after []float64
	for w := len(q.nodes) - 1; w >= 0; w-- {
		step := q.nodes[w]
		delta := make([]float64, d)
		for r := range d {
			v := -step.border[r*(p+1)+p]
			for k := range p {
				v -= step.border[r*(p+1)+k] * change[k]
			}
			if after != nil {
				for k := range d {
					v -= step.next[r*d+k] * after[k]
				}
			}
			delta[r] = v
		}
		for r := range d {
			t.nodes[w*d+r] += share * delta[r]
		}
		after = delta
	}
}

// value returns the cost at the nodes as they are, and the part that is of the data.
func (t *track) value(c []float64, slack float64) (cost, fit float64) {
	m := newMotion(t.system, c, nil, 0)
	d := 4 * t.n
	windows := t.windows()
	for w := range windows {
		m.set(t.nodes[w*d:(w+1)*d], false)
		clear(m.near)
		first := w * t.window
		last := min(t.frames, first+t.window)
		for k := first; k < last; k++ {
			if k > first {
				m.advance()
			}
			for i := range t.n {
				if !t.seen[k*t.n+i] {
					continue
				}
				for axis := range 2 {
					e := m.x[4*i+axis] + t.after[k*t.n+i]*m.x[4*i+2+axis] - t.z[(k*t.n+i)*2+axis]
					fit += e * e
				}
			}
		}
		if w+1 < windows {
			m.advance()
			for i := range t.n {
				s := slack
				if t.cut[(last-1)*t.n+i] {
					s = loose
				}
				c := 0.0
				for r := 4 * i; r < 4*i+4; r++ {
					weight := 1 / (s * s)
					if r%4 >= 2 {
						weight *= t.frame * t.frame
					}
					e := m.x[r] - t.nodes[(w+1)*d+r]
					c += weight * e * e
				}
				cost += c / (1 + c/t.cap(m.near[i]))
			}
		}
	}
	return cost + fit, fit
}
