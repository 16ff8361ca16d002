package observe

import (
	"cmp"
	"math"
	"slices"

	"orrery/sim"
)

// moment is a place in the chain of a body's states.
type moment struct {
	at   float64
	see  int // index of a sight, or -1
	want int // index of a wanted time, or -1
}

// chain returns a body's states at its sights and at wanted times by a Kalman filter and the
// smoother of Rauch, Tung and Striebel (1965), given what happened between its sights.
func (l *Law) chain(r *track, m motion, p *plot, times []float64) (seen, wanted [][3]line) {
	nodes := make([]moment, 0, len(r.at)+len(times))
	for k, t := range r.at {
		nodes = append(nodes, moment{t, k, -1})
	}
	for k, t := range times {
		nodes = append(nodes, moment{t, -1, k})
	}
	slices.SortStableFunc(nodes, func(a, b moment) int { return cmp.Compare(a.at, b.at) })
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
	seen, wanted = make([][3]line, len(r.at)), make([][3]line, len(times))
	for k, now := range nodes {
		if now.want >= 0 {
			wanted[now.want] = filtered[k]
		} else {
			seen[now.see] = filtered[k]
		}
	}
	return seen, wanted
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
