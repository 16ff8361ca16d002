package surprise

import (
	"context"
	"orrery/sim"
	"slices"

	"gonum.org/v1/gonum/floats"
)

// descend improves a fit until little is to be gained.
func (f *fitter) descend(ctx context.Context, best *fit) (*fit, error) {
	for range 8 {
		better, err := f.improve(ctx, best)
		switch {
		case err != nil:
			return nil, err
		case better == nil:
			return best, nil
		}
		better.start, better.end = best.start, best.end
		gains := f.gains(best, better)
		if best = better; !gains {
			break
		}
	}
	return best, nil
}

// gains reports whether a step from one fit to another is worth a further one in any of the clusters. In what is not
// explained at all small gains are worth nothing.
func (f *fitter) gains(from, to *fit) bool {
	const (
		little = 0.1  // of the sum of squares
		share  = 0.02 // of that which is left
	)
	for r := range to.root {
		if left := total(to.off, to.root, r); total(from.off, to.root, r)-left > max(little, share*left) {
			return true
		}
	}
	return false
}

// mostTogether is the most bodies of which it is asked what moving each of them does to the others, in
// copies of the scene. In larger piles each is taken to fly by itself.
const mostTogether = 6

// improve takes a step of Gauss and Newton from g, or a part of it. It sets the covariances of g,
// and returns nil when nothing is better.
func (f *fitter) improve(ctx context.Context, g *fit) (*fit, error) {
	n, dt := len(f.scene.Bodies), f.scene.FrameTime()
	fastest := 0.0
	for i := range g.states[0] {
		fastest = max(fastest, g.states[0][i].Velocity().Len())
	}
	g.root = f.clusters(g.states, 0.01+fastest*dt)
	rank, members := make([]int, n), make([]int, n) // of a body in its cluster, and of a root
	largest := 0
	for i, r := range g.root {
		if f.judged(i) {
			rank[i] = members[r]
			members[r]++
			largest = max(largest, members[r])
		}
	}
	if largest > mostTogether {
		largest = 0 // of all clusters, for the sake of the larger ones
	}
	var steps [sim.StateSize]float64
	steps[0], steps[1], steps[2] = f.pitch, f.pitch, f.twist
	for a := range 3 {
		steps[a+3] = steps[a] / (dt * float64(g.frames))
	}
	const size = sim.StateSize
	starts := make(sim.State, 0, n*(1+size*largest))
	for r := range largest {
		for a := range size {
			s := slices.Clone(g.states[0])
			for i := range s {
				if rank[i] == r && f.scene.Bodies[i].Kind == sim.Dynamic {
					*value(&s[i], a) += steps[a]
				}
			}
			starts = append(starts, s...)
		}
	}
	var moved []sim.State // none for bodies that are taken to fly
	if largest > 0 {
		var err error
		if moved, err = f.roll(ctx, f.t, starts, g.from, g.frames); err != nil {
			return nil, err
		}
	}
	change := make(sim.State, n)
	g.start, g.end = make([]covariance, n), make([]covariance, n)
	for r := range members {
		if members[r] > 0 {
			f.solve(g, r, members[r], rank, steps, moved, change)
		}
	}
	var trials sim.State
	shares := []float64{1, 0.5, 0.2, 0.05}
	for _, share := range shares {
		for i, b := range g.states[0] {
			for a := range size {
				*value(&b, a) += share * *value(&change[i], a)
			}
			trials = append(trials, b)
		}
	}
	f.bounds(g.from, g.frames).keep(trials)
	rolled, err := f.roll(ctx, f.t, trials, g.from, g.frames)
	if err != nil {
		return nil, err
	}
	// Each cluster takes the share that suits it.
	least := make([]float64, n)
	for r := range least {
		least[r] = total(g.off, g.root, r)
	}
	start, any := slices.Clone(g.states[0]), false
	for c := range shares {
		states := cut(rolled, c, n)
		off := f.gauge(g.from, g.frames, states, f.pushes(states))
		for r := range least {
			if members[r] == 0 || !(total(off, g.root, r) < least[r]) {
				continue
			}
			least[r], any = total(off, g.root, r), true
			for i := range start {
				if g.root[i] == r {
					start[i] = states[0][i]
				}
			}
		}
	}
	if !any {
		return nil, nil
	}
	h, err := f.best(ctx, g.from, g.frames, []sim.State{start})
	if err != nil || !(floats.Sum(h.off) < floats.Sum(g.off)) {
		return nil, err
	}
	h.root = g.root
	return h, nil
}

// total returns the sum of the squares of the bodies of a cluster.
func total(off []float64, root []int, r int) (s float64) {
	for i := range off {
		if root[i] == r {
			s += off[i]
		}
	}
	return s
}

// value returns where one of the values of a body stands.
func value(b *sim.BodyState, axis int) *float64 {
	return [...]*float64{&b.X, &b.Y, &b.Angle, &b.VX, &b.VY, &b.Omega}[axis]
}

// solve finds the change of the starts of a cluster, and their covariance.
func (f *fitter) solve(g *fit, root, members int, rank []int, steps [sim.StateSize]float64, moved []sim.State, change sim.State) {
	const size = sim.StateSize
	n, p := len(f.scene.Bodies), size*members
	var bodies []int
	for i, r := range g.root {
		if r == root && f.scene.Bodies[i].Kind == sim.Dynamic {
			bodies = append(bodies, i)
		}
	}
	dt := f.scene.FrameTime()
	slope := func(k, i, axis, column int) float64 {
		if moved == nil {
			switch {
			case column/size != rank[i]:
			case column%size == axis:
				return 1
			case column%size == axis+3:
				return float64(k) * dt
			}
			return 0
		}
		state := moved[k][column*n+i].Values()
		base := g.states[k][i].Values()
		return (state[axis] - base[axis]) / steps[column%size]
	}
	normal, right := newSquare(p), make([]float64, p)
	for column := range p {
		*normal.at(column, column) = 1 / (anywhere[column%size] * anywhere[column%size])
	}
	for _, i := range bodies {
		for axis := range 3 {
			var seen []int
			var stds []float64
			rows := make([][]float64, p+1)
			for k := range g.frames {
				s := &f.sights[g.from+k][i]
				v, std, ok := read(s, axis)
				if !ok {
					continue
				}
				seen, stds = append(seen, k), append(stds, std)
				rows[p] = append(rows[p], v-expected(&g.states[k][i], axis, s.After))
				for column := range p {
					rows[column] = append(rows[column], slope(k, i, axis, column)+s.After*slope(k, i, axis+3, column))
				}
			}
			f.whiten(i, axis, seen, stds, g.pushes, rows)
			for a := range p {
				for b := range a + 1 {
					*normal.at(a, b) += floats.Dot(rows[a], rows[b])
				}
				right[a] += floats.Dot(rows[a], rows[p])
			}
		}
	}
	normal.factor()
	normal.forward(right)
	normal.backward(right)
	for _, i := range bodies {
		for a := range size {
			*value(&change[i], a) = right[size*rank[i]+a]
		}
	}
	// The covariance is N⁻¹ = L⁻ᵀL⁻¹: that of J·start is the sum of squares of rows L⁻¹Jᵀ.
	for _, i := range bodies {
		var first, last [size][]float64
		for axis := range size {
			first[axis] = make([]float64, p)
			first[axis][size*rank[i]+axis] = 1
			last[axis] = make([]float64, p)
			for column := range p {
				last[axis][column] = slope(g.frames, i, axis, column)
			}
			normal.forward(first[axis])
			normal.forward(last[axis])
		}
		for a := range size {
			for b := range size {
				g.start[i][a][b] = floats.Dot(first[a], first[b])
				g.end[i][a][b] = floats.Dot(last[a], last[b])
			}
		}
		f.addDoubt(g, i)
	}
}

// addDoubt adds to where the law expects a body what its pushes may be wrong by.
func (f *fitter) addDoubt(g *fit, i int) {
	dt := f.scene.FrameTime()
	for c := range g.pushes {
		v, omega := f.doubt(g.pushes[c][i], f.size[i])
		t := (float64(g.frames-c) - 0.5) * dt
		for axis := range 3 {
			q := v
			if axis == 2 {
				q = omega
			}
			g.end[i][axis][axis] += q * (t*t + unsure*dt*dt)
			g.end[i][axis][axis+3] += q * t
			g.end[i][axis+3][axis] += q * t
			g.end[i][axis+3][axis+3] += q
		}
	}
}
