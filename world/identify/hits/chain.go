package hits

import (
	"context"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// blind reports whether the spin of some body has to be guessed.
func (s *study) blind() bool {
	return slices.ContainsFunc(s.windows, (*window).blind)
}

// blind reports whether the spin of one of those that meet has to be guessed.
func (w *window) blind() bool {
	return slices.ContainsFunc(w.sides, func(d side) bool { return !d.turned })
}

// widest returns the deviation of spins of which nothing is known, in rad/s.
func (s *study) widest() float64 { return max(s.seen.law.Spin, 1e-3) }

// chained is how often spins are handed on: each time friction changes what they are.
const chained = 3

// chain hands on the spins of bodies whose angles nobody saw: that after an impact is that before
// the next. Before the first impact they are normally distributed, as wide as they turn out to be.
// It returns how unlikely what was seen is then.
func (s *study) chain(ctx context.Context, y *system) (float64, error) {
	type place struct{ episode, body, impact int }
	after := map[place]*side{}
	for _, w := range s.windows {
		for k := range w.sides {
			d := &w.sides[k]
			after[place{w.episode, d.body, w.index}] = d
			d.spun = guess{0, s.widest()}
		}
		w.spin = s.widest()
	}
	for range chained {
		x := y.c.values()
		all, err := y.linear(ctx, x)
		if err != nil {
			return 0, err
		}
		var squares, number float64
		for q, w := range s.windows {
			b := all[q]
			for k := range w.sides {
				d := &w.sides[k]
				d.leaves = guess{0, w.spin}
				if d.turned || !b.ok || !b.damped(1e-9) {
					continue
				}
				d.leaves = w.leaves(b, x, k)
				if d.from < 0 {
					slopes := make([]float64, len(w.z))
					slopes[d.first+5] = 1
					squares += w.z[d.first+5]*w.z[d.first+5] + b.variance(slopes)
					number++
				}
			}
		}
		spin := math.Inf(1)
		if number > 0 {
			spin = math.Sqrt(squares / number)
		}
		for _, w := range s.windows {
			w.spin = min(w.spin, spin)
			for k := range w.sides {
				d := &w.sides[k]
				if d.turned {
					continue
				}
				d.spun = guess{0, w.spin}
				if p := after[place{w.episode, d.body, d.from}]; d.from >= 0 && p != nil {
					d.spun = guess{p.leaves.spin, math.Hypot(p.leaves.off, 1e-3*w.spin)}
				} else if d.from >= 0 {
					d.spun.off = s.widest() // an impact that is not understood
				}
			}
		}
		if _, err = y.solve(ctx, 6); err != nil {
			return 0, err
		}
	}
	return s.surprise(ctx, y)
}

// surprise returns how unlikely what was seen is, in the unit of the cost: minus twice the logarithm
// of its density, less a constant. Unlike the cost, it does not fall where spins are merely more free.
func (s *study) surprise(ctx context.Context, y *system) (float64, error) {
	all, err := y.linear(ctx, y.c.values())
	if err != nil {
		return 0, err
	}
	sum := 0.0
	for q, w := range s.windows {
		b := all[q]
		if !b.ok || !b.damped(0) {
			sum += y.limit(w) / s.scale
			continue
		}
		sum += min(b.cost, y.limit(w))/s.scale + b.inner.logDet()
		for k := range w.sides {
			if !w.sides[k].turned {
				sum += 2 * math.Log(w.sides[k].spun.off)
			}
		}
	}
	return sum * s.scale, nil
}

// leaves returns the spin of side k after the impact of a window and its deviation.
func (w *window) leaves(b *blocks, x []float64, k int) guess {
	after := func(z []float64) float64 {
		_, states, c, ok := w.when(z, x)
		if !ok {
			return 0
		}
		w.bounce(x, &states, &c)
		return states[k].Omega
	}
	z := append([]float64(nil), w.z...)
	slopes := make([]float64, len(z))
	for q := range z {
		was := z[q]
		z[q] = was + shift
		up := after(z)
		z[q] = was - shift
		slopes[q] = (up - after(z)) / (2 * shift)
		z[q] = was
	}
	return guess{after(z), math.Sqrt(b.variance(slopes))}
}

// variance returns that of what has such slopes by the unknowns.
func (b *blocks) variance(slopes []float64) float64 {
	return max(0, mat.Dot(mat.NewVecDense(len(slopes), slopes), mat.NewVecDense(len(slopes), b.inner.solve(slopes))))
}
