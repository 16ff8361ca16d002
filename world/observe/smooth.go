package observe

import (
	"context"
	"math"
	"slices"

	"orrery/sim"
)

// Covariance is that of the six values of a body's state, in the order of sim.BodyState.Names,
// row by row, in their units.
type Covariance [sim.StateSize * sim.StateSize]float64

// Std returns the standard deviation of each value.
func (c *Covariance) Std() sim.BodyState {
	at := func(k int) float64 { return math.Sqrt(max(0, c[k*sim.StateSize+k])) }
	return sim.BodyState{X: at(0), Y: at(1), Angle: at(2), VX: at(3), VY: at(4), Omega: at(5)}
}

// Estimate is what a Watch shows.
type Estimate struct {
	States     []sim.State    // [t][n]
	Covariance [][]Covariance // [t][n]
	Impacts    []sim.Impact   // in the order of their times
	Doubts     []Doubt        // of bodies whose motion is not explained by flights and impacts
}

// Doubt is a body whose motion could not be told in full, and why.
type Doubt struct {
	Body   int
	Reason string
}

// Std returns the standard deviations of all states.
func (e *Estimate) Std() []sim.State {
	out := make([]sim.State, len(e.Covariance))
	for k, row := range e.Covariance {
		out[k] = make(sim.State, len(row))
		for i := range row {
			out[k][i] = row[i].Std()
		}
	}
	return out
}

// Smooth returns the states of a watch at some times in s, which ascend. Law is that of its
// source. When ctx ends, Smooth soon returns its error.
func Smooth(ctx context.Context, w *Watch, law *Law, times []float64) (*Estimate, error) {
	if err := w.Check(); err != nil {
		return nil, err
	}
	n := len(w.Scene.Bodies)
	e := &Estimate{States: make([]sim.State, len(times)), Covariance: make([][]Covariance, len(times))}
	for k := range times {
		e.States[k], e.Covariance[k] = make(sim.State, n), make([]Covariance, n)
	}
	for i := range n {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		r := w.track(i)
		if len(r.at) == 0 {
			e.Doubts = append(e.Doubts, Doubt{i, "it was never seen"})
			for k := range times {
				e.States[k][i] = w.Scene.Bodies[i].Start
				e.Covariance[k][i] = unknown()
			}
			continue
		}
		m := law.motion(w.Scene, i)
		p := law.plot(&r, m, nil)
		for k, l := range law.chain(&r, m, &p, times) {
			e.States[k][i], e.Covariance[k][i] = state(&l), covariance(&l)
		}
	}
	return e, nil
}

func unknown() Covariance {
	return covariance(&[3]line{{pp: 1e4, vv: 1e4}, {pp: 1e4, vv: 1e4}, {pp: 1e4, vv: 1e4}})
}

func state(l *[3]line) sim.BodyState {
	return sim.BodyState{X: l[0].x, Y: l[1].x, Angle: l[2].x, VX: l[0].v, VY: l[1].v, Omega: l[2].v}
}

func covariance(l *[3]line) (c Covariance) {
	for axis, l := range l {
		x, v := axis, axis+3
		c[x*sim.StateSize+x], c[v*sim.StateSize+v] = l.pp, l.vv
		c[x*sim.StateSize+v], c[v*sim.StateSize+x] = l.pv, l.pv
	}
	return c
}

// node is a moment in the chain of a body's states.
type node struct {
	at   float64
	see  int // index of a sight, or -1
	want int // index of a wanted time, or -1
}

// chain returns a body's states at the wanted times by a Kalman filter and Rauch, Tung and
// Striebel's smoother (1965), given what happened between its sights.
func (l *Law) chain(r *track, m motion, p *plot, times []float64) [][3]line {
	nodes := make([]node, 0, len(r.at)+len(times))
	for k, t := range r.at {
		nodes = append(nodes, node{t, k, -1})
	}
	for k, t := range times {
		nodes = append(nodes, node{t, -1, k})
	}
	slices.SortStableFunc(nodes, func(a, b node) int {
		if a.at < b.at {
			return -1
		} else if a.at > b.at {
			return 1
		}
		return 0
	})
	type link struct {
		straight, turning glide
		g                 sim.Vec
	}
	n := len(nodes)
	filtered, ahead, links := make([][3]line, n), make([][3]line, n), make([]link, n)
	sight := -1 // before the node
	for k, now := range nodes {
		if k == 0 {
			for axis := range 3 {
				wide, fast := 100.0, starting*l.Speed
				if axis == 2 {
					wide, fast = 100*math.Pi, starting*l.Spin
				}
				filtered[0][axis] = line{x: start(r, axis), pp: wide * wide, vv: fast * fast}
			}
		} else {
			dt := now.at - nodes[k-1].at
			mode, hit, whole := flying, false, dt
			if len(p.modes) > 0 {
				j := min(max(sight, 0), len(p.modes)-1)
				mode = p.modes[j]
				hit = p.hits[j] && sight == j
				whole = r.at[j+1] - r.at[j]
			}
			q, w := l.density(mode, hit, whole)
			c := link{newGlide(m.drag, dt), newGlide(m.turnDrag, dt), m.g}
			if mode != flying {
				c = link{newGlide(0, dt), newGlide(0, dt), sim.Vec{}}
			}
			next := filtered[k-1]
			next[0].fly(c.straight, c.g.X, q, dt)
			next[1].fly(c.straight, c.g.Y, q, dt)
			next[2].fly(c.turning, 0, w, dt)
			if hit && p.jumps[sight] {
				for axis, wide := range l.wide() {
					next[axis].pp += wide * wide
				}
			}
			filtered[k], ahead[k], links[k] = next, next, c
		}
		if now.see >= 0 {
			sight = now.see
			if p.strays[sight] {
				continue
			}
			place, turn := r.noise(sight, l)
			noise := [3]float64{place * place, place * place, turn * turn}
			for axis := range 3 {
				if v, ok := value(&r.see[sight], axis); ok {
					filtered[k][axis].see(v, noise[axis])
				}
			}
		}
	}
	for k := n - 2; k >= 0; k-- {
		c := &links[k+1]
		filtered[k][0].back(&ahead[k+1][0], &filtered[k+1][0], c.straight)
		filtered[k][1].back(&ahead[k+1][1], &filtered[k+1][1], c.straight)
		filtered[k][2].back(&ahead[k+1][2], &filtered[k+1][2], c.turning)
	}
	out := make([][3]line, len(times))
	for k, now := range nodes {
		if now.want >= 0 {
			out[now.want] = filtered[k]
		}
	}
	return out
}

// start returns the first value of an axis that was measured, or 0.
func start(r *track, axis int) float64 {
	for k := range r.see {
		if v, ok := value(&r.see[k], axis); ok {
			return v
		}
	}
	return 0
}

// back corrects the filtered l by what came later: the state that l foretold and the smoothed one.
func (l *line) back(foretold, smoothed *line, s glide) {
	// gain = P Fᵀ foretold⁻¹
	det := foretold.pp*foretold.vv - foretold.pv*foretold.pv
	if !(det > 0) {
		return
	}
	ax, av := l.pp+s.reach*l.pv, s.keep*l.pv // P Fᵀ, first row
	bx, bv := l.pv+s.reach*l.vv, s.keep*l.vv
	gxx, gxv := (ax*foretold.vv-av*foretold.pv)/det, (av*foretold.pp-ax*foretold.pv)/det
	gvx, gvv := (bx*foretold.vv-bv*foretold.pv)/det, (bv*foretold.pp-bx*foretold.pv)/det
	dx, dv := smoothed.x-foretold.x, smoothed.v-foretold.v
	l.x, l.v = l.x+gxx*dx+gxv*dv, l.v+gvx*dx+gvv*dv
	pp, pv, vv := smoothed.pp-foretold.pp, smoothed.pv-foretold.pv, smoothed.vv-foretold.vv
	xx := gxx*(gxx*pp+gxv*pv) + gxv*(gxx*pv+gxv*vv)
	xv := gvx*(gxx*pp+gxv*pv) + gvv*(gxx*pv+gxv*vv)
	yy := gvx*(gvx*pp+gvv*pv) + gvv*(gvx*pv+gvv*vv)
	l.pp, l.pv, l.vv = max(0, l.pp+xx), l.pv+xv, max(0, l.vv+yy)
}

// Filter returns the states of a watch at a time in s and their covariance, from what was seen
// until then. Law is that of its source.
func Filter(w *Watch, law *Law, time float64) (sim.State, []Covariance, error) {
	past := &Watch{Scene: w.Scene}
	for k, row := range w.Sights {
		sights := slices.Clone(row)
		for i := range sights {
			if w.Times[k]+sights[i].After > time {
				sights[i] = sim.Sight{}
			}
		}
		past.Times, past.Sights = append(past.Times, w.Times[k]), append(past.Sights, sights)
	}
	e, err := Smooth(context.Background(), past, law, []float64{time})
	if err != nil {
		return nil, nil, err
	}
	return e.States[0], e.Covariance[0], nil
}
