package hits

import (
	"context"
	"math"

	"gonum.org/v1/gonum/mat"

	"orrery/sim"
)

// resamples is the number of times that episodes are drawn again, with which deviations are known to 4 %.
const resamples = 300

// enough is the number of episodes from which drawing them again tells a deviation.
const enough = 10

// hardly is the share by which the diagonal of equations is raised that leave some constants open, which then have wide deviations: the
// others keep theirs.
const hardly = 1e-9

// addend is what one episode, or one flight, adds to the normal equations of what all share.
type addend struct {
	h *mat.SymDense
	g *mat.VecDense
}

// again returns the standard deviations of a solution over episodes that are drawn again and again,
// or nil with too few of them. Each resample moves the solution by one step of Newton's.
func again(parts []addend, seed uint64) []float64 {
	if len(parts) < enough {
		return nil
	}
	n := parts[0].g.Len()
	r := sim.NewRand(seed, "identify resamples", len(parts))
	squares := make([]float64, n)
	h, g := mat.NewSymDense(n, nil), mat.NewVecDense(n, nil)
	whole := mat.NewSymDense(n, nil)
	for _, p := range parts {
		whole.AddSym(whole, p.h)
	}
	drawn := 0
	for range resamples {
		h.Zero()
		g.Zero()
		for range parts {
			p := parts[r.IntN(len(parts))]
			h.AddSym(h, p.h)
			g.AddVec(g, p.g)
		}
		for k := range n { // a resample may lack what tells a constant
			h.SetSym(k, k, h.At(k, k)+0.01*whole.At(k, k))
		}
		f, ok := newNormals(h, 0)
		if !ok {
			continue
		}
		drawn++
		for k, v := range f.solve(g.RawVector().Data) {
			squares[k] += v * v
		}
	}
	if drawn < resamples/2 {
		return nil
	}
	for k := range squares {
		squares[k] = math.Sqrt(squares[k] / float64(drawn))
	}
	return squares
}

// trusted is by how many times deviations over episodes may exceed those that noise alone gives
// before the former are believed alone.
const trusted = 1.3

// both returns one deviation from that which noise gives and that over episodes, if there is one.
func both(noise float64, episodes []float64, k int) float64 {
	if episodes == nil {
		return noise
	}
	if e := episodes[k]; e > trusted*noise {
		return e
	}
	return math.Sqrt((noise*noise + episodes[k]*episodes[k]) / 2)
}

// spread returns the covariance of the constants that noise of the sights gives, and their standard
// deviations over episodes or nil. A sight in the windows of two impacts counts as one.
func (s *system) spread(ctx context.Context, scale float64, seed uint64) (*mat.SymDense, []float64, error) {
	x := s.c.values()
	all, err := s.linear(ctx, x)
	if err != nil {
		return nil, nil, err
	}
	n := len(x)
	h := mat.NewSymDense(n, nil)
	pulls := map[int][]float64{} // of a sight on the right side
	middle := mat.NewSymDense(n, nil)
	var parts []addend
	last := -1
	for k, w := range s.windows {
		b := all[k]
		if !b.ok || !b.damped(1e-9) || !s.counts(w, b) || len(b.uses) == 0 {
			continue
		}
		if w.episode != last {
			last = w.episode
			parts = append(parts, addend{mat.NewSymDense(n, nil), mat.NewVecDense(n, nil)})
		}
		part := &parts[len(parts)-1]
		left := b.left()
		for q, u := range b.uses {
			for p, v := range b.uses[:q+1] {
				d := mat.Dot(left.ColView(q), b.jx.ColView(p))
				h.SetSym(u, v, h.At(u, v)+d)
				part.h.SetSym(u, v, part.h.At(u, v)+d)
			}
			part.g.SetVec(u, part.g.AtVec(u)-mat.Dot(left.ColView(q), mat.NewVecDense(len(b.r), b.r)))
		}
		row := mat.NewVecDense(n, nil)
		for k, id := range w.ids() {
			if id < 0 {
				row.Zero()
				for q, u := range b.uses {
					row.SetVec(u, left.At(k, q))
				}
				middle.SymRankOne(middle, 1, row)
				continue
			}
			v := pulls[id]
			if v == nil {
				v = make([]float64, n)
				pulls[id] = v
			}
			for q, u := range b.uses {
				v[u] += left.At(k, q)
			}
		}
	}
	for id := range 3 * s.points { // in order, so that sums are the same each time
		if v := pulls[id]; v != nil {
			middle.SymRankOne(middle, 1, mat.NewVecDense(n, v))
		}
	}
	f, ok := newNormals(h, 0)
	if !ok { // of many bodies some masses may be told by nothing but each other
		f, ok = newNormals(h, hardly)
	}
	if !ok {
		return nil, nil, nil
	}
	inverse := f.inverse()
	var half, full mat.Dense
	half.Mul(inverse, middle)
	full.Mul(&half, inverse)
	out := mat.NewSymDense(n, nil)
	for i := range n {
		for j := range i + 1 {
			out.SetSym(i, j, scale*(full.At(i, j)+full.At(j, i))/2)
		}
		if f.scale[i] == 0 {
			out.SetSym(i, i, math.Inf(1))
		}
	}
	return out, again(parts, seed), nil
}

// ids returns of each residual which value of which sight it is of, or -1 for what is no sight.
func (w *window) ids() (out []int) {
	for k := range w.sides {
		d := &w.sides[k]
		for _, p := range d.points {
			if p.off[0] > 0 {
				out = append(out, 3*p.id, 3*p.id+1)
			}
			if p.off[2] > 0 {
				out = append(out, 3*p.id+2)
			}
		}
		if !d.turned {
			out = append(out, -1, -1)
		}
	}
	if w.off > 0 || w.beat > 0 {
		out = append(out, -1)
	}
	return out
}
