package hits

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"orrery/sim"
	"orrery/world/robust"
)

// flight is what acts on all bodies between impacts.
type flight struct {
	gravity  sim.Vec // m/s²
	drag     float64 // 1/s, share of velocity lost
	turnDrag float64 // 1/s, share of angular velocity lost
}

// glide is what dt seconds do to one coordinate: x += reach·v + fall·g, v = keep·v + reach·g.
type glide struct{ reach, keep, fall float64 }

func newGlide(drag, dt float64) glide {
	z := drag * dt
	if math.Abs(z) < 1e-4 {
		return glide{dt * (1 - z/2 + z*z/6), 1 - z + z*z/2, dt * dt / 2 * (1 - z/3 + z*z/12)}
	}
	reach := -math.Expm1(-z) / drag
	return glide{reach, math.Exp(-z), (dt - reach) / drag}
}

// shortest is the number of sights from which a flight tells of what pulls it.
const shortest = 4

// pooled are the flights of all bodies, fitted together.
type pooled struct {
	flight
	covariance *mat.SymDense // of gravity x, y and drag
	flights    int
	residuals  float64   // mean square, in units of the noise that sights are said to have
	turns      float64   // the same of angles
	turned     int       // flights of which angles were seen
	turnOff    float64   // 1/s, standard deviation of turnDrag
	off        []float64 // standard deviations of gravity x, y and drag
}

// line is one coordinate of a flight whose start and velocity are eliminated: the information
// that its sights have of what pulls it.
type line struct {
	axis int
	leg  *leg
}

// fall fits gravity and drag to flights, of which each has its own start and velocity. Flights that
// do not agree with the others are left out.
func fall(legs []*leg, seed uint64) (*pooled, bool) {
	p := &pooled{}
	var lines, spins []line
	for _, l := range legs {
		for axis := range 3 {
			n := 0
			for _, q := range l.points {
				if q.off[axis] > 0 {
					n++
				}
			}
			if n < shortest {
				continue
			}
			if axis == 2 {
				spins = append(spins, line{axis, l})
			} else {
				lines = append(lines, line{axis, l})
			}
		}
	}
	if len(lines) == 0 {
		return p, false
	}
	out := map[*leg]bool{} // that do not agree with the others
	for range 6 {          // what is left out changes what fits
		p.flights = 0
		if !p.fit(lines, out) {
			return p, false
		}
		if !p.trim(lines, out) {
			break
		}
	}
	seen := map[*leg]bool{}
	for _, l := range lines {
		if !out[l.leg] && !seen[l.leg] {
			seen[l.leg] = true
			p.flights++
		}
	}
	p.spins(spins, out)
	p.scatter(lines, out, seed)
	return p, true
}

// without returns gravity as flights show it if there is no drag.
func (p *pooled) without() (sim.Vec, bool) {
	one := p.covariance.At(2, 2)
	if !(one > 0) {
		return sim.Vec{}, false
	}
	// the solution with a drag of 0 lies on the regression of gravity on drag
	return sim.Vec{X: p.gravity.X - p.covariance.At(0, 2)/one*p.drag, Y: p.gravity.Y - p.covariance.At(1, 2)/one*p.drag}, true
}

// scatter finds the deviations of gravity and drag: those that noise gives, and those over
// episodes, or over flights where episodes are few.
func (p *pooled) scatter(lines []line, out map[*leg]bool, seed uint64) {
	episodes := map[int]bool{}
	for _, l := range lines {
		episodes[l.leg.episode] = true
	}
	var parts []addend
	at := map[any]int{}
	var r, byPull, byDrag []float64
	for _, l := range lines {
		if out[l.leg] {
			continue
		}
		var key any = l.leg
		if len(episodes) >= enough {
			key = l.leg.episode
		}
		k, ok := at[key]
		if !ok {
			k = len(parts)
			at[key] = k
			parts = append(parts, addend{mat.NewSymDense(3, nil), mat.NewVecDense(3, nil)})
		}
		r, byPull, byDrag = l.rows(p.pull(l.axis), p.drag, r, byPull, byDrag)
		add(&parts[k], l.axis, r, byPull, byDrag)
	}
	over := again(parts, seed)
	for k := range 3 {
		p.off = append(p.off, both(math.Sqrt(p.covariance.At(k, k)), over, k))
	}
}

// add adds the normal equations of a line.
func add(to *addend, axis int, r, byPull, byDrag []float64) {
	for k := range r {
		to.g.SetVec(axis, to.g.AtVec(axis)-byPull[k]*r[k])
		to.g.SetVec(2, to.g.AtVec(2)-byDrag[k]*r[k])
		to.h.SetSym(axis, axis, to.h.At(axis, axis)+byPull[k]*byPull[k])
		to.h.SetSym(axis, 2, to.h.At(axis, 2)+byPull[k]*byDrag[k])
		to.h.SetSym(2, 2, to.h.At(2, 2)+byDrag[k]*byDrag[k])
	}
}

// rows writes the residuals of a line whose start and velocity fit best at the given pull, and
// their slopes by that pull and by drag, both less what start and velocity take up. It returns
// the residuals' number.
func (l *line) rows(pull, drag float64, r, byPull, byDrag []float64) (_, _, _ []float64) {
	const h = 1e-5 // 1/s, over which a slope is taken
	r, byPull, byDrag = r[:0], byPull[:0], byDrag[:0]
	var w, reach, more, fall, fallMore []float64
	middle := (l.leg.points[0].at + l.leg.points[len(l.leg.points)-1].at) / 2
	for _, q := range l.leg.points {
		if q.off[l.axis] == 0 {
			continue
		}
		dt, o := q.at-middle, 1/q.off[l.axis]
		g, above, below := newGlide(drag, dt), newGlide(drag+h, dt), newGlide(drag-h, dt)
		w, reach, fall = append(w, o), append(reach, o*g.reach), append(fall, o*g.fall)
		more, fallMore = append(more, o*(above.reach-below.reach)/(2*h)), append(fallMore, o*(above.fall-below.fall)/(2*h))
		r = append(r, o*q.seen[l.axis]-o*g.fall*pull)
	}
	x := project(w, reach, r) // leaves residuals in r
	for k := range r {
		byPull = append(byPull, -fall[k])
		byDrag = append(byDrag, -(more[k]*x[1] + fallMore[k]*pull))
	}
	project(w, reach, byPull)
	project(w, reach, byDrag)
	return r, byPull, byDrag
}

// project takes out of y what a and b explain, and returns by how much of each.
func project(a, b, y []float64) [2]float64 {
	var aa, ab, bb, ay, by float64
	for k := range y {
		aa, ab, bb = aa+a[k]*a[k], ab+a[k]*b[k], bb+b[k]*b[k]
		ay, by = ay+a[k]*y[k], by+b[k]*y[k]
	}
	d := aa*bb - ab*ab
	if !(d > 1e-12*aa*bb) {
		return [2]float64{}
	}
	x := [2]float64{(ay*bb - by*ab) / d, (by*aa - ay*ab) / d}
	for k := range y {
		y[k] -= a[k]*x[0] + b[k]*x[1]
	}
	return x
}

// pull returns what pulls along an axis.
func (f *flight) pull(axis int) float64 { return [2]float64{f.gravity.X, f.gravity.Y}[axis] }

// fit finds gravity and drag of the lines that are not left out, by Gauss and Newton.
func (p *pooled) fit(lines []line, out map[*leg]bool) bool {
	var r, byPull, byDrag []float64
	for range 20 {
		all := addend{mat.NewSymDense(3, nil), mat.NewVecDense(3, nil)}
		sum, free := 0.0, 0
		for _, l := range lines {
			if out[l.leg] {
				continue
			}
			r, byPull, byDrag = l.rows(p.pull(l.axis), p.drag, r, byPull, byDrag)
			add(&all, l.axis, r, byPull, byDrag)
			for _, v := range r {
				sum += v * v
			}
			free += len(r) - 2
		}
		free -= 3
		if free <= 0 {
			return false
		}
		f, ok := newNormals(all.h, 0)
		if !ok || f.scale[2] == 0 {
			return false
		}
		p.residuals = sum / float64(free)
		d := f.solve(all.g.RawVector().Data)
		p.covariance = f.inverse()
		p.covariance.ScaleSym(p.residuals, p.covariance)
		p.gravity = p.gravity.Add(sim.Vec{X: d[0], Y: d[1]})
		p.drag += min(max(d[2], -5), 5)
		moved := 0.0
		for k := range 3 {
			moved = max(moved, math.Abs(d[k])/math.Sqrt(p.covariance.At(k, k)))
		}
		if moved < 1e-3 {
			return true
		}
	}
	return true
}

// odd is how many times the median of all a flight's mean square of residuals may be.
const odd = 4.0

// trim leaves flights out that the others do not explain. It reports whether any changed.
func (p *pooled) trim(lines []line, out map[*leg]bool) bool {
	sums, counts := map[*leg]float64{}, map[*leg]float64{}
	var order []*leg
	var r, a, b []float64
	for _, l := range lines {
		r, a, b = l.rows(p.pull(l.axis), p.drag, r, a, b)
		if counts[l.leg] == 0 {
			order = append(order, l.leg)
		}
		for _, v := range r {
			sums[l.leg] += v * v
		}
		counts[l.leg] += float64(len(r) - 2)
	}
	means := make([]float64, len(order))
	for k, l := range order {
		means[k] = sums[l] / counts[l]
	}
	usual := robust.Median(means)
	changed := false
	for k, l := range order {
		// of n squares the mean scatters by √(2/n)
		bad := means[k] > usual*(1+odd*math.Sqrt(2/counts[l]))+1e-12 && means[k] > 1.5*usual
		if bad != out[l] {
			out[l], changed = bad, true
		}
	}
	return changed
}

// spins finds how fast spin is lost, the same way as drag but with nothing that pulls.
func (p *pooled) spins(lines []line, out map[*leg]bool) {
	var r, a, b []float64
	for range 10 {
		var h, g, sum, free float64
		p.turned = 0
		for _, l := range lines {
			if out[l.leg] {
				continue
			}
			p.turned++
			r, a, b = l.rows(0, p.turnDrag, r, a, b)
			for k := range r {
				h, g, sum = h+b[k]*b[k], g-b[k]*r[k], sum+r[k]*r[k]
			}
			free += float64(len(r) - 2)
		}
		if !(free > 1 && h > 0) {
			return
		}
		p.turns, p.turnOff = sum/(free-1), math.Sqrt(sum/(free-1)/h)
		p.turnDrag += min(max(g/h, -5), 5)
		if math.Abs(g/h) < 1e-3*p.turnOff {
			return
		}
	}
}
