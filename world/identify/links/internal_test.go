package links

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"
	"gonum.org/v1/gonum/mat"

	"orrery/sim"
)

// three are bodies of different masses in a box, which all terms of the force couple.
func three() (*system, []float64) {
	scene := sim.DefaultScene()
	scene.FPS, scene.Substeps, scene.Gravity, scene.Damping = 10, 20, sim.Vec{X: 0.3, Y: -1}, 0.8
	for i, mass := range []float64{1, 2, 0.5} {
		scene.Bodies = append(scene.Bodies, sim.Body{Kind: sim.Dynamic, Mass: mass, Moment: 1, Shapes: []sim.Shape{{Kind: sim.Circle, Vertices: []sim.Vec{{}}, Radius: 0.1 * float64(i+1), Elasticity: 0.9}}})
	}
	scene.Walls = []sim.Shape{{Kind: sim.Segment, Vertices: []sim.Vec{{X: -3, Y: -1}, {X: 3, Y: -1}}, Radius: 0.05, Elasticity: 0.8}}
	s := newSystem(&scene)
	s.fine, s.most = 0.05, 1000
	c := make([]float64, pairs(3)*terms)
	for k := range c {
		c[k] = []float64{-0.7, 0.4, -0.2, 0.3}[k%terms] * (1 + 0.1*float64(k))
	}
	return s, c
}

var threeStart = []float64{-1, -0.3, 0.4, -3, 0.9, 0.5, -0.3, 0.1, 0.1, 1.2, 0.2, -0.6}

// TestDerivativesOfMotionAreThose: columns of a motion are what central differences say, for every order, through a
// bounce, with and without limits.
func TestDerivativesOfMotionAreThose(t *testing.T) {
	t.Parallel()
	for _, o := range []order{smooth, positionsFirst, velocitiesFirst} {
		for _, limit := range []struct {
			core, limit float64
			summed      bool
		}{{}, {core: 1.4}, {limit: 1.1}, {limit: 1.1, summed: true}} {
			s, c := three()
			s.order, s.core, s.limit, s.summed = o, limit.core, limit.limit, limit.summed
			column := make([]int, len(c))
			for k := range column {
				column[k] = 12 + k
			}
			m := newMotion(s, c, column, 12+len(c))
			m.set(threeStart, true)
			for range 5 {
				m.advance()
			}
			if m.bounces == 0 {
				t.Fatal("nothing bounced")
			}
			const h = 1e-6
			for k := range 12 + len(c) {
				var ends [2][]float64
				for side, by := range []float64{-h, h} {
					start, d := append([]float64(nil), threeStart...), append([]float64(nil), c...)
					if k < 12 {
						start[k] += by
					} else {
						d[k-12] += by
					}
					n := newMotion(s, d, nil, 0)
					n.set(start, false)
					for range 5 {
						n.advance()
					}
					ends[side] = n.x
				}
				for r := range 12 {
					want := (ends[1][r] - ends[0][r]) / (2 * h)
					if got := m.row(m.x, r)[1+k]; !scalar.EqualWithinAbsOrRel(got, want, 2e-3, 2e-3) {
						t.Errorf("order %v, %+v: row %d by %d: %v, want %v", o, limit, r, k, got, want)
					}
				}
			}
		}
	}
}

// TestSmoothMotionKeepsEnergy where nothing takes any, and two charges turn about each other in the time that Kepler says.
func TestSmoothMotionKeepsEnergy(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	scene.FPS = 10
	for range 2 {
		scene.Bodies = append(scene.Bodies, sim.Body{Kind: sim.Dynamic, Mass: 2, Moment: 1})
	}
	s := newSystem(&scene)
	s.fine, s.most = 0.05, 5000
	c := make([]float64, terms)
	c[termCharge] = -0.8
	const apart = 0.5
	speed := math.Sqrt(0.8 / (2 * 2 * apart)) // m·v²/(r/2) = q/r²
	m := newMotion(s, c, nil, 0)
	start := []float64{apart / 2, 0, 0, speed, -apart / 2, 0, 0, -speed}
	m.set(start, false)
	s.frame = math.Pi * apart / speed / 10
	for range 10 {
		m.advance()
	}
	for r, want := range start {
		if !scalar.EqualWithinAbs(m.x[r], want, 1e-6) {
			t.Errorf("row %d is %v after a turn, want %v", r, m.x[r], want)
		}
	}
}

// dense solves a fit's step with everything in one matrix.
func dense(t *track, c []float64, free []int, slack float64) (cost float64, g []float64, h *mat.SymDense) {
	d, p, windows := 4*t.n, len(free), t.windows()
	size := windows*d + p
	all, rhs := mat.NewSymDense(size, nil), make([]float64, size)
	put := func(rows []int, values []float64, e, weight float64) {
		cost += weight * e * e
		for i, r := range rows {
			rhs[r] += weight * values[i] * e
			for j, s := range rows {
				if r <= s {
					all.SetSym(r, s, all.At(r, s)+weight*values[i]*values[j])
				}
			}
		}
	}
	column := make([]int, len(c))
	for k := range column {
		column[k] = -1
	}
	for k, f := range free {
		column[f] = d + k
	}
	for w := range windows {
		m := newMotion(t.system, c, column, d+p)
		m.set(t.nodes[w*d:(w+1)*d], true)
		rows := make([]int, d+p)
		for k := range rows {
			rows[k] = w*d + k
			if k >= d {
				rows[k] = windows*d + k - d
			}
		}
		for k := w * t.window; k < min(t.frames, (w+1)*t.window); k++ {
			if k > w*t.window {
				m.advance()
			}
			for i := range t.n {
				for axis := range 2 {
					if t.seen[k*t.n+i] {
						row := m.row(m.x, 4*i+axis)
						put(rows, row[1:], row[0]-t.z[2*(k*t.n+i)+axis], 1)
					}
				}
			}
		}
		if w+1 < windows {
			m.advance()
			for r := range d {
				row := m.row(m.x, r)
				weight := 1 / (slack * slack)
				if r%4 >= 2 {
					weight *= t.frame * t.frame
				}
				put(append([]int{(w+1)*d + r}, rows...), append([]float64{-1}, row[1:]...), row[0]-t.nodes[(w+1)*d+r], weight)
			}
		}
	}
	// Schur's complement of the states.
	states := windows * d
	a, b := mat.NewDense(states, states, nil), mat.NewDense(states, p+1, nil)
	for r := range states {
		for s := range states {
			a.Set(r, s, all.At(r, s))
		}
		for s := range p {
			b.Set(r, s, all.At(r, states+s))
		}
		b.Set(r, p, rhs[r])
	}
	var x mat.Dense
	if err := x.Solve(a, b); err != nil {
		panic(err)
	}
	h, g = mat.NewSymDense(p, nil), make([]float64, p)
	for r := range p {
		g[r] = rhs[states+r]
		for k := range states {
			g[r] -= b.At(k, r) * x.At(k, p)
		}
		for s := r; s < p; s++ {
			v := all.At(states+r, states+s)
			for k := range states {
				v -= b.At(k, r) * x.At(k, s)
			}
			h.SetSym(r, s, v)
		}
	}
	for k := range states {
		cost -= b.At(k, p) * x.At(k, p)
	}
	return cost, g, h
}

// TestEliminationOfStatesIsThatOfOneMatrix for windows of one and of several frames.
func TestEliminationOfStatesIsThatOfOneMatrix(t *testing.T) {
	t.Parallel()
	s, c := three()
	s.walls = nil
	r := rand.New(rand.NewPCG(1, 2))
	m := newMotion(s, c, nil, 0)
	m.set(threeStart, false)
	tr := &track{system: s, frames: 7}
	for k := range tr.frames {
		if k > 0 {
			m.advance()
		}
		for i := range s.n {
			tr.seen, tr.after = append(tr.seen, k != 3 || i != 1), append(tr.after, 0)
			tr.z = append(tr.z, m.x[4*i]+0.05*r.NormFloat64(), m.x[4*i+1]+0.05*r.NormFloat64())
		}
	}
	free := []int{0, 1, 5, 11}
	for _, window := range []int{1, 3} {
		if !tr.begin(window) {
			t.Fatal("no start")
		}
		const slack = 0.3
		cost, g, h := dense(tr, c, free, slack)
		q := tr.expand(c, free, slack, 0)
		value, _ := tr.value(c, slack)
		if !(q.cost < value) {
			t.Errorf("window %d: cost %v is not less than %v at the nodes as they are", window, q.cost, value)
		}
		if !scalar.EqualWithinRel(q.cost, cost, 1e-3) {
			t.Errorf("window %d: cost %v, want %v", window, q.cost, cost)
		}
		for i := range free {
			if !scalar.EqualWithinAbsOrRel(q.g[i], g[i], 1e-4, 1e-3) {
				t.Errorf("window %d: gradient %d is %v, want %v", window, i, q.g[i], g[i])
			}
			for j := range free {
				if !scalar.EqualWithinAbsOrRel(q.h[i*len(free)+j], h.At(i, j), 1e-4, 1e-3) {
					t.Errorf("window %d: curvature %d, %d is %v, want %v", window, i, j, q.h[i*len(free)+j], h.At(i, j))
				}
			}
		}
		// The best states for the same values cost what the quadratic says, as far as motion is linear.
		tr.follow(q, make([]float64, len(free)), 1)
		if after, _ := tr.value(c, slack); !scalar.EqualWithinRel(after, q.cost, 0.05) {
			t.Errorf("window %d: cost %v after a step, want about %v", window, after, q.cost)
		}
	}
}

// TestGraphsAreSearchedThrough: the values of all graphs that are tried one by one are those of the formula, and
// searching by changes finds the same best.
func TestGraphsAreSearchedThrough(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	for _, c := range []*choice{
		{family: &families[0], n: 4},
		{family: &families[3], n: 4},
		{family: &families[3], n: 4, guess: guess{charges: true}},
	} {
		m := pairs(c.n)
		s := &ising{make([]float64, m), make([]float64, m*m)}
		for i := range m {
			s.l[i] = 2 * r.NormFloat64()
			s.h[i*m+i] = 3 + r.Float64()
			for j := range i {
				s.h[i*m+j] = 0.3 * r.NormFloat64()
				s.h[j*m+i] = s.h[i*m+j]
			}
		}
		least, count := math.Inf(1), 0
		if !c.all(s, func(z []int8, value float64) {
			count++
			least = min(least, value)
			if !scalar.EqualWithinAbs(value, s.value(z), 1e-9) {
				t.Errorf("%v is worth %v, want %v", z, value, s.value(z))
			}
		}) {
			t.Fatal("too many")
		}
		if want := map[bool]int{false: 1 << m, true: 729}[c.family.signed]; !c.charges && count != want {
			t.Errorf("%d graphs, want %d", count, want)
		}
		if got := s.value(c.search(s, nil)); !scalar.EqualWithinAbs(got, least, 1e-9) {
			t.Errorf("best is worth %v, want %v", got, least)
		}
		if c.charges {
			if got := s.value(c.searchCharges(s)); !scalar.EqualWithinAbs(got, least, 1e-9) {
				t.Errorf("best charges are worth %v, want %v", got, least)
			}
		} else if got := s.value(c.climb(s, nil)); !scalar.EqualWithinAbs(got, least, 1e-9) {
			t.Errorf("best by changes is worth %v, want %v", got, least)
		}
		// Probabilities are those of all graphs.
		z := c.search(s, nil)
		total, with := 0.0, make([]float64, m)
		c.all(s, func(z []int8, value float64) {
			w := math.Exp(-value / 2)
			total += w
			for p := range z {
				if z[p] != 0 {
					with[p] += w
				}
			}
		})
		for p, got := range c.chances(s, z) {
			if want := with[p] / total; !scalar.EqualWithinAbs(got, want, 1e-9) {
				t.Errorf("pair %d has probability %v, want %v", p, got, want)
			}
		}
	}
}

// TestSomeOfManyEpisodesAreSpreadEvenly: of eighty every second one is looked at.
func TestSomeOfManyEpisodesAreSpreadEvenly(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 1, sim.Surface{}), sim.NewDisc(0.1, 1, sim.Surface{})}
	scene.Bodies[1].Start.X = 1
	all := slices.Repeat([]*sim.Trajectory{{Scene: &scene, States: slices.Repeat([]sim.State{scene.Start()}, 5)}}, 80)
	tracks, episodes, why := collect(all)
	if len(tracks) != 40 || len(episodes) != 40 {
		t.Fatalf("%d tracks, %s", len(tracks), why)
	}
	for k, e := range episodes {
		if e != 2*k {
			t.Fatalf("the episodes are %v", episodes)
		}
	}
}
