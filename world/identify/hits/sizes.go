package hits

import (
	"math"
	"slices"
	"sort"

	"gonum.org/v1/gonum/mat"

	"orrery/sim"
	"orrery/world/observe"
)

// reach is how far a disc's centre was from what it hit: the centre of another disc, or a wall.
type reach struct {
	a, b int     // bodies; b is -1 for a wall
	far  float64 // m: the sum of two radii, or one
}

// reach returns those of the impacts of an episode's discs.
func (s *seen) reach(w *observe.Watch, e *observe.Estimate) (out []reach) {
	f := flight{gravity: w.Scene.Gravity.Add(s.law.Gravity), drag: s.law.Drag - math.Log(max(w.Scene.Damping, 1e-6))}
	for _, h := range e.Impacts {
		k := sort.SearchFloat64s(w.Times, h.Time) - 1
		if k < 0 || !disc(&w.Scene.Bodies[h.Body]) || h.Other >= 0 && !disc(&w.Scene.Bodies[h.Other]) {
			continue
		}
		at := f.fly(e.States[k][h.Body], h.Time-w.Times[k]).Position()
		if h.Other < 0 {
			out = append(out, reach{h.Body, -1, w.Scene.Walls[-1-h.Other].Distance(at)})
		} else {
			out = append(out, reach{h.Body, h.Other, at.Sub(f.fly(e.States[k][h.Other], h.Time-w.Times[k]).Position()).Len()})
		}
	}
	return out
}

// mutual reports whether two turns are those of two discs that hit each other: at the same time,
// away from each other, within the cone of friction.
func mutual(a, b *turn, beat float64) bool {
	d := a.place.Sub(b.place)
	along := func(change, way sim.Vec) bool { return math.Abs(way.Cross(change)) < steep*way.Dot(change) }
	return a.episode == b.episode && a.body != b.body && math.Abs(a.time-b.time) < beat && d.Len() < 5*(a.radius+b.radius) &&
		along(a.change, d) && along(b.change, d.Scale(-1)) && a.change.Dot(b.change) < -0.7*a.change.Len()*b.change.Len()
}

// lonely returns the turns that no other disc explains.
func (s *seen) lonely() (out []turn) {
	for e, turns := range s.turns {
		for i := range turns {
			if !slices.ContainsFunc(turns, func(o turn) bool { return mutual(&turns[i], &o, 1.5*s.beats[e]) }) {
				out = append(out, turns[i])
			}
		}
	}
	return out
}

// leastReaches is the number of turns with which told radii do not agree that shows them to be
// wrong, and misfit the share of a radius by which they must be.
const leastReaches, misfit = 4, 0.03

// sizes returns the radii of discs that turns show, or nil where those that are told may be right:
// two discs that turn at each other touch, and so do a disc and a wall that is told.
func (s *seen) sizes(watches []*observe.Watch) []float64 {
	scene := watches[0].Scene
	n := len(scene.Bodies)
	told := make([]float64, n)
	for i := range told {
		if b := &scene.Bodies[i]; disc(b) {
			told[i] = b.Shapes[0].Radius
		}
	}
	all := slices.Concat(s.reaches...)
	unexplained := 0
	for e, turns := range s.turns {
		for i := range turns {
			a, paired := &turns[i], false
			for k := range turns {
				if mutual(a, &turns[k], 1.5*s.beats[e]) {
					paired = true
					if i < k {
						all = append(all, reach{a.body, turns[k].body, a.place.Sub(turns[k].place).Len()})
						unexplained++
					}
				}
			}
			if far, ok := facing(watches[e].Scene, a); ok && !paired {
				all = append(all, reach{a.body, -1, far})
				unexplained++
			}
		}
	}
	if unexplained < leastReaches {
		return nil
	}
	r := slices.Clone(told)
	for range 50 { // least sum of sizes: few may be no hits at all
		h, g := mat.NewSymDense(n, nil), mat.NewVecDense(n, nil)
		for i := range n {
			h.SetSym(i, i, 1)
			g.SetVec(i, told[i])
		}
		for _, q := range all {
			off := q.far - r[q.a]
			if q.b >= 0 {
				off -= r[q.b]
			}
			weight := 1 / max(math.Abs(off), 5e-4)
			h.SetSym(q.a, q.a, h.At(q.a, q.a)+weight)
			g.SetVec(q.a, g.AtVec(q.a)+weight*q.far)
			if q.b >= 0 {
				h.SetSym(q.b, q.b, h.At(q.b, q.b)+weight)
				h.SetSym(q.a, q.b, h.At(q.a, q.b)+weight)
				g.SetVec(q.b, g.AtVec(q.b)+weight*q.far)
			}
		}
		f, ok := newNormals(h, 0)
		if !ok {
			return nil
		}
		r = f.solve(g.RawVector().Data)
	}
	differs := false
	for i := range r {
		if told[i] == 0 {
			continue
		}
		if !(r[i] > told[i]/20) {
			return nil
		}
		differs = differs || math.Abs(r[i]-told[i]) > misfit*told[i]
	}
	if !differs {
		return nil
	}
	return r
}

// facing returns how far a turn is from the wall that it turns from.
func facing(scene *sim.Scene, t *turn) (float64, bool) {
	least, found := 3*t.radius, false
	for k := range scene.Walls {
		w := &scene.Walls[k]
		const h = 1e-5 // m
		slope := sim.Vec{
			X: (w.Distance(t.place.Add(sim.Vec{X: h})) - w.Distance(t.place.Sub(sim.Vec{X: h}))) / (2 * h),
			Y: (w.Distance(t.place.Add(sim.Vec{Y: h})) - w.Distance(t.place.Sub(sim.Vec{Y: h}))) / (2 * h),
		}
		if far := w.Distance(t.place); far < least && math.Abs(slope.Cross(t.change)) < steep*slope.Dot(t.change) {
			least, found = far, true
		}
	}
	return least, found
}
