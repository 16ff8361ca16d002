package hits

import (
	"context"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"orrery/sim"
	"orrery/world/identify"
)

// slope steps of a window's unknowns, in m, rad, m/s and rad/s.
const shift = 1e-6

// blocks are the normal equations of one window: of its unknowns, of the constants it uses, and of
// both.
type blocks struct {
	cost  float64
	r     []float64
	jz    *mat.Dense // [rows, unknowns]
	jx    *mat.Dense // [rows, uses]
	uses  []int      // constants
	inner *normals
	ok    bool
}

// uses returns the constants that a window depends on.
func (w *window) uses() (out []int) {
	add := func(k int) {
		if k == none {
			return
		}
		for _, o := range out {
			if o == k {
				return
			}
		}
		out = append(out, k)
	}
	if !w.open {
		add(w.elastic)
		add(w.rubs)
	}
	for k := range w.sides {
		d := &w.sides[k]
		if !w.open {
			add(d.massAt)
			add(d.gyreAt)
		}
		add(d.radiusAt)
	}
	add(w.shiftAt)
	return out
}

// linear returns residuals and slopes of a window at z and x, by central differences.
func (w *window) linear(z, x []float64, c *constants) *blocks {
	b := &blocks{uses: w.uses()}
	var ok bool
	if b.r, ok = w.residuals(z, x, nil); !ok {
		return b
	}
	for _, v := range b.r {
		b.cost += v * v
	}
	rows := len(b.r)
	b.jz = mat.NewDense(rows, len(z), nil)
	var up, down []float64
	slope := func(at *float64, h float64, to *mat.Dense, column int) bool {
		was := *at
		defer func() { *at = was }()
		*at = was + h
		var upper, lower bool
		up, upper = w.residuals(z, x, up)
		*at = was - h
		down, lower = w.residuals(z, x, down)
		switch {
		case upper && lower:
			for k := range rows {
				to.Set(k, column, (up[k]-down[k])/(2*h))
			}
		case upper:
			for k := range rows {
				to.Set(k, column, (up[k]-b.r[k])/h)
			}
		case lower:
			for k := range rows {
				to.Set(k, column, (b.r[k]-down[k])/h)
			}
		default:
			return false
		}
		return true
	}
	z = append([]float64(nil), z...)
	x = append([]float64(nil), x...)
	for k := range z {
		if !slope(&z[k], shift, b.jz, k) {
			return b
		}
	}
	if len(b.uses) > 0 {
		b.jx = mat.NewDense(rows, len(b.uses), nil)
		for q, k := range b.uses {
			if !slope(&x[k], c.all[k].step, b.jx, q) {
				return b
			}
		}
	}
	b.ok = true
	return b
}

// damped factorises JᵀJ with its diagonal raised by a share. It reports whether that is possible.
func (b *blocks) damped(damping float64) bool {
	var h mat.SymDense
	h.SymOuterK(1, b.jz.T())
	var ok bool
	b.inner, ok = newNormals(&h, damping)
	return ok
}

// settle fits the unknowns of a window by themselves at constants x, by Levenberg and Marquardt. It
// returns the cost.
func (w *window) settle(x []float64, c *constants, rounds int) float64 {
	damping := 1e-3
	cost, scratch := w.cost(w.z, x, nil)
	if math.IsInf(cost, 1) && w.nudge(x) {
		cost, scratch = w.cost(w.z, x, scratch)
	}
	for range rounds {
		b := w.linear(w.z, x, c)
		if !b.ok {
			return cost
		}
		gained := false
		for ; damping < 1e8; damping *= 10 {
			if !b.damped(damping) {
				continue
			}
			d := b.inward(nil)
			z := make([]float64, len(w.z))
			for k := range z {
				z[k] = w.z[k] + d[k]
			}
			var now float64
			if now, scratch = w.cost(z, x, scratch); now <= cost {
				gained = cost-now > 1e-6*(1+cost)
				cost, w.z = now, z
				break
			}
		}
		damping = max(damping/30, 1e-9)
		if !gained {
			break
		}
	}
	return cost
}

// inward returns by how much a window's unknowns move when its constants move by dx, in the order of uses.
func (b *blocks) inward(dx []float64) []float64 {
	r := mat.NewVecDense(len(b.r), append([]float64(nil), b.r...))
	if dx != nil && b.jx != nil {
		var more mat.VecDense
		more.MulVec(b.jx, mat.NewVecDense(len(dx), dx))
		r.AddVec(r, &more)
	}
	var g mat.VecDense
	g.MulVec(b.jz.T(), r)
	g.ScaleVec(-1, &g)
	return b.inner.solve(g.RawVector().Data)
}

// nudge moves the sides of a window that do not meet until they do. It reports whether they do.
func (w *window) nudge(x []float64) bool {
	a, b := w.before(w.z, 0), w.before(w.z, min(1, len(w.sides)-1))
	if w.wall || w.beat > 0 {
		return false
	}
	d, v := a.Position().Sub(b.Position()), a.Velocity().Sub(b.Velocity())
	if v.Len() == 0 {
		return false
	}
	// nearest to each other they are d less what lies along v
	n := v.Scale(1 / v.Len())
	nearest := d.Sub(n.Scale(d.Dot(n)))
	apart := nearest.Len()
	if !(apart > 0) {
		return false
	}
	c, ok := w.meet(x, placeAt(nearest), placeAt(sim.Vec{}))
	if !ok {
		return false
	}
	deep := c.gap - w.gap + 0.02*min(w.sides[0].reach, w.sides[1].reach)
	if !(deep > 0) {
		return false
	}
	push := nearest.Scale(-deep / apart / 2)
	for k, sign := range []float64{1, -1} {
		w.z[w.sides[k].first] += sign * push.X
		w.z[w.sides[k].first+1] += sign * push.Y
	}
	_, _, _, ok = w.when(w.z, x)
	return ok
}

// system is all windows and the constants they share.
type system struct {
	windows []*window
	c       *constants
	workers int
	points  int     // sights that there are
	cap     float64 // by how much the cost of a window may exceed that of the open one before it counts no more
}

// constant returns the index of a constant, or none.
func (s *system) constant(name identify.Name, of string) int {
	return slices.IndexFunc(s.c.all, func(c constant) bool { return c.name == name && c.of == of })
}

// limit returns the most a window may cost.
func (s *system) limit(w *window) float64 { return w.told + s.cap }

// solve fits constants and unknowns together by Levenberg and Marquardt; the unknowns are
// eliminated window by window. What a window costs beyond its limit does not count. It returns the
// cost.
func (s *system) solve(ctx context.Context, rounds int) (float64, error) {
	x := s.c.values()
	costs, err := s.costs(ctx, x, nil)
	if err != nil {
		return 0, err
	}
	damping := 1e-3
	for range rounds {
		all, err := s.linear(ctx, x)
		if err != nil {
			return 0, err
		}
		gained := false
		for ; damping < 1e6; damping *= 10 {
			dx := s.outward(all, damping)
			if dx == nil {
				continue
			}
			next := make([]float64, len(x))
			for k := range x {
				next[k] = x[k] + min(max(dx[k], -s.c.all[k].limit), s.c.all[k].limit)
				dx[k] = next[k] - x[k]
			}
			moved := make([][]float64, len(s.windows))
			err := each(ctx, len(s.windows), s.workers, func(k int) error {
				w, b := s.windows[k], all[k]
				moved[k] = w.z
				if !b.ok {
					return nil
				}
				mine := make([]float64, len(b.uses))
				for q, u := range b.uses {
					mine[q] = dx[u]
				}
				d := b.inward(mine)
				moved[k] = make([]float64, len(w.z))
				for q := range d {
					moved[k][q] = w.z[q] + d[q]
				}
				return nil
			})
			if err != nil {
				return 0, err
			}
			now, err := s.costs(ctx, next, moved)
			if err != nil {
				return 0, err
			}
			if now <= costs {
				gained = costs-now > 1e-5*(1+1e-3*costs)
				costs, x = now, next
				for k, w := range s.windows {
					w.z = moved[k]
				}
				break
			}
		}
		damping = max(damping/30, 1e-9)
		if !gained {
			break
		}
	}
	for k := range s.c.all {
		s.c.all[k].x = x[k]
	}
	return costs, nil
}

// costs returns the sum of what windows cost, with their present unknowns or those given.
func (s *system) costs(ctx context.Context, x []float64, z [][]float64) (float64, error) {
	all := make([]float64, len(s.windows))
	err := each(ctx, len(s.windows), s.workers, func(k int) error {
		w := s.windows[k]
		mine := w.z
		if z != nil {
			mine = z[k]
		}
		cost, _ := w.cost(mine, x, nil)
		all[k] = min(cost, s.limit(w))
		return nil
	})
	sum := 0.0
	for _, v := range all {
		sum += v
	}
	return sum, err
}

func (s *system) linear(ctx context.Context, x []float64) ([]*blocks, error) {
	all := make([]*blocks, len(s.windows))
	return all, each(ctx, len(s.windows), s.workers, func(k int) error {
		all[k] = s.windows[k].linear(s.windows[k].z, x, s.c)
		return nil
	})
}

// counts reports whether a window takes part at the present unknowns.
func (s *system) counts(w *window, b *blocks) bool { return b.ok && b.cost < s.limit(w) }

// outward returns the step of the constants, or nil if there is none.
func (s *system) outward(all []*blocks, damping float64) []float64 {
	n := len(s.c.all)
	h, g := mat.NewSymDense(n, nil), mat.NewVecDense(n, nil)
	for k, w := range s.windows {
		b := all[k]
		if !b.ok {
			continue
		}
		if !b.damped(damping) {
			b.ok = false
			continue
		}
		if !s.counts(w, b) || len(b.uses) == 0 {
			continue
		}
		// what the unknowns do not take up
		left := b.left()
		for q, u := range b.uses {
			for p, v := range b.uses[:q+1] {
				h.SetSym(u, v, h.At(u, v)+mat.Dot(left.ColView(q), b.jx.ColView(p)))
			}
			g.SetVec(u, g.AtVec(u)-mat.Dot(left.ColView(q), mat.NewVecDense(len(b.r), b.r)))
		}
	}
	f, ok := newNormals(h, damping)
	if !ok {
		return nil
	}
	return f.solve(g.RawVector().Data)
}

// left returns the slopes by the constants less what the window's unknowns take up.
func (b *blocks) left() *mat.Dense {
	left := mat.DenseCopyOf(b.jx)
	for q := range b.uses {
		var cross, up mat.VecDense
		cross.MulVec(b.jz.T(), b.jx.ColView(q))
		up.MulVec(b.jz, mat.NewVecDense(cross.Len(), b.inner.solve(cross.RawVector().Data)))
		for k := range b.r {
			left.Set(k, q, left.At(k, q)-up.AtVec(k))
		}
	}
	return left
}

// placeAt returns a state at rest somewhere.
func placeAt(p sim.Vec) sim.BodyState { return sim.BodyState{X: p.X, Y: p.Y} }
