package follow

import (
	"math"

	"orrery/world/watch/cover"
	"orrery/world/watch/look"
)

// sizeEquations are the normal equations of sizes, three colours, and three values of each pose.
type sizeEquations struct {
	views  []*exposed
	shared int       // sizes and colours
	sizes  int       // sizes
	normal []float64 // [n, n]
	slope  []float64 // [n]
	slopes slopes    // of sizes and colours in one view
}

// build draws all views and fills the equations and the cost.
func (e *sizeEquations) build(s *sizing) bool {
	shapes := s.form.Shapes()
	outline, err := cover.New(shapes)
	if err != nil {
		return false
	}
	var motions []cover.Motion
	if !s.locked {
		motions = s.form.Motions()
	}
	e.sizes = len(motions)
	e.shared = e.sizes
	coloured := !s.locked && s.paint.Width == 0
	if coloured {
		e.shared += 3
	}
	n := e.shared
	for k := range s.poses {
		n += 3 * len(s.poses[k])
	}
	e.normal, e.slope = make([]float64, n*n), make([]float64, n)
	body := look.Body{Shapes: shapes, Paint: s.paint}
	if g, is := s.form.(grown); is && s.paint.Width > 0 {
		body.Paint = g.paint()
	}
	p := painted{body: &body, outline: outline, reach: body.Reach(), grid: s.paint.Width > 0, motions: motions}
	s.cost, s.moving = 0, 0
	at := e.shared
	for k, v := range e.views {
		j := &v.joint
		*j.bodies[v.self] = p
		s.cost += j.draw(s.poses[k])
		j.equations(s.poses[k])
		m := 3 * len(s.poses[k])
		for a := range m {
			e.slope[at+a] = j.slope[a]
			copy(e.normal[(at+a)*n+at:(at+a)*n+at+m], j.normal[a*m:(a+1)*m])
		}
		j.moving(&j.layers[v.self], func(_, _, _, _ int) { s.moving++ })
		e.add(v, len(s.poses[k]), at, coloured)
		at += m
	}
	for a := range n {
		for b := range a {
			e.normal[b*n+a] = e.normal[a*n+b]
		}
	}
	return !math.IsNaN(s.cost)
}

// add adds what a view tells of sizes and colours; its poses begin at a place of the equations.
func (e *sizeEquations) add(v *exposed, poses, at int, coloured bool) {
	if e.shared == 0 {
		return
	}
	j := &v.joint
	l := &j.layers[v.self]
	n := len(e.slope)
	t := j.tints[v.self]
	e.slopes.clear(e.shared)
	j.within(l, func(inLayer, inFit, count int) {
		first := (inLayer/l.width+l.top)*j.view.width + inLayer%l.width + l.left
		for i := range count {
			k := inLayer + i
			if l.share[k] == 0 {
				continue
			}
			g := e.slopes.add(inFit+i, first+i)
			for q := range e.sizes {
				d, reach := l.sizes[q][k], &l.reach[k]
				g[q] = [3]float32{d * reach[0], d * reach[1], d * reach[2]}
			}
			if coloured {
				for c := range 3 {
					g[e.sizes+c] = [3]float32{}
					g[e.sizes+c][c] = l.share[k] * l.through[k] * t.gain[c]
				}
			}
		}
	})
	j.lose(&e.slopes)
	for k, f := range e.slopes.at {
		w := j.trust[f]
		if w == 0 {
			continue
		}
		g, pull := e.slopes.of(k), &j.pull[f]
		for a := range g {
			e.slope[a] += float64(dot(&g[a], pull))
			for b := range a + 1 {
				e.normal[a*n+b] += float64(w * dot(&g[a], &g[b]))
			}
		}
	}
	j.mark(&e.slopes)
	for b := range poses {
		s := &j.layers[b].slopes
		for k, f := range s.at {
			q, w := j.marks[f], j.trust[f]
			if q == 0 || w == 0 {
				continue
			}
			u := s.of(k)
			for a, g := range e.slopes.of(int(q) - 1) {
				for d := range u {
					e.normal[(at+3*b+d)*n+a] += float64(w * dot(&g, &u[d]))
				}
			}
		}
	}
	j.unmark(&e.slopes)
}

// moved returns a sizing after a step, or nil.
func (e *sizeEquations) moved(s *sizing, step []float64) *sizing {
	out := s.clone()
	if e.sizes > 0 {
		sizes := s.form.Sizes()
		for k := range sizes {
			sizes[k] += min(max(step[k], -2), 2)
		}
		if out.form = s.form.With(sizes); out.form == nil {
			return nil
		}
	}
	for c := range e.shared - e.sizes {
		out.paint.Mean[c] += float32(min(max(step[e.sizes+c], -30), 30))
	}
	at := e.shared
	for k := range out.poses {
		for b := range out.poses[k] {
			p := &out.poses[k][b]
			p.X += min(max(step[at], -2), 2)
			p.Y += min(max(step[at+1], -2), 2)
			p.Angle += min(max(step[at+2], -0.2), 0.2)
			at += 3
		}
	}
	return out
}
