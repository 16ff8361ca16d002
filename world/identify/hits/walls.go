package hits

import (
	"cmp"
	"math"
	"slices"

	"orrery/sim"
	"orrery/world/observe"
)

// turn is a sudden change of a disc's velocity with nothing known near it.
type turn struct {
	episode, body int
	time          float64 // s
	place         sim.Vec // m, of its centre
	change        sim.Vec // m/s
	radius        float64 // m
}

// sudden is how many deviations a change of velocity must have to be a turn.
const sudden = 8

// turn returns those of an episode's discs that its impacts do not explain.
func (s *seen) turn(episode int, w *observe.Watch, e *observe.Estimate) (out []turn) {
	law := &s.law
	f := flight{gravity: w.Scene.Gravity.Add(law.Gravity), drag: law.Drag - math.Log(max(w.Scene.Damping, 1e-6))}
	for i := range w.Scene.Bodies {
		b := &w.Scene.Bodies[i]
		if !disc(b) || !free(w.Scene, i) {
			continue
		}
		for k := 1; k < len(w.Times); k++ {
			from, to, dt := w.Times[k-1], w.Times[k], w.Times[k]-w.Times[k-1]
			if slices.ContainsFunc(e.Impacts, func(h sim.Impact) bool {
				return (h.Body == i || h.Other == i) && h.Time > from-dt && h.Time < to+dt
			}) {
				continue
			}
			before, after := f.fly(e.States[k-1][i], dt), e.States[k][i]
			change := after.Velocity().Sub(before.Velocity())
			one, two := e.Covariance[k-1][i].Std(), e.Covariance[k][i].Std()
			off := math.Hypot(math.Hypot(one.VX, one.VY), math.Hypot(two.VX, two.VY))
			if !(change.Len() > sudden*off) || !(change.Len() > 0.05*law.Speed) {
				continue
			}
			// where both flights were at the same time
			d := after.Position().Sub(before.Position())
			wait := d.Dot(change) / change.Dot(change)
			if wait < -dt/2 || wait > 1.5*dt {
				continue
			}
			at := f.fly(e.States[k][i], -wait)
			at.X, at.Y = (at.X+f.fly(e.States[k-1][i], dt-wait).X)/2, (at.Y+f.fly(e.States[k-1][i], dt-wait).Y)/2
			out = append(out, turn{episode, i, to - wait, at.Position(), change, b.Shapes[0].Radius})
		}
	}
	return out
}

// edge is where discs turn: normal·place - radius = offset for all, and they are pushed along normal.
type edge struct {
	normal sim.Vec
	offset float64 // m
	hits   []turn
	off    float64 // m, root of the mean square by which they are off
}

// leastTurns make a wall; steep is the tangent of the angle to its normal beyond which a push is not a wall's.
const leastTurns, steep = 4, 1.5

// gap returns how far a turn is from an edge.
func (e *edge) gap(t *turn) float64 { return e.normal.Dot(t.place) - t.radius - e.offset }

// pushes reports whether a turn can be that of an edge.
func (e *edge) pushes(t *turn) bool {
	return math.Abs(e.normal.Cross(t.change)) < steep*e.normal.Dot(t.change)
}

// edges returns the straight lines at which most turns happen, within tol metres.
func edges(all []turn, tol float64) (out []edge) {
	for len(all) >= leastTurns {
		var best edge
		for i := range all {
			for j := range i {
				for _, n := range tangents(&all[i], &all[j]) {
					e := edge{normal: n, offset: n.Dot(all[i].place) - all[i].radius}
					if !e.pushes(&all[i]) || !e.pushes(&all[j]) {
						continue
					}
					for k := range all {
						if e.pushes(&all[k]) && math.Abs(e.gap(&all[k])) < tol {
							e.hits = append(e.hits, all[k])
						}
					}
					if len(e.hits) > len(best.hits) {
						best = e
					}
				}
			}
		}
		if len(best.hits) < leastTurns {
			break
		}
		rest := slices.DeleteFunc(slices.Clone(all), func(t turn) bool { return slices.Contains(best.hits, t) })
		best.refine()
		all = slices.DeleteFunc(rest, func(t turn) bool { return best.pushes(&t) && math.Abs(best.gap(&t)) < 2*tol })
		out = append(out, best)
	}
	slices.SortStableFunc(out, func(a, b edge) int { return cmp.Compare(len(b.hits), len(a.hits)) })
	return out
}

// tangents returns the normals of the two lines that touch both discs on the side from which they are pushed.
func tangents(a, b *turn) (out []sim.Vec) {
	d := a.place.Sub(b.place)
	l := d.Len()
	if !(l > 1e-3) {
		return nil
	}
	along := (a.radius - b.radius) / l
	if math.Abs(along) >= 1 {
		return nil
	}
	u := d.Scale(1 / l)
	across := math.Sqrt(1 - along*along)
	return []sim.Vec{u.Scale(along).Add(u.Perp().Scale(across)), u.Scale(along).Sub(u.Perp().Scale(across))}
}

// refine fits the line to all its turns.
func (e *edge) refine() {
	for range 5 {
		t := e.normal.Perp()
		var n, s, ss, g, sg float64
		for k := range e.hits {
			at, gap := t.Dot(e.hits[k].place), e.gap(&e.hits[k])
			n, s, ss, g, sg = n+1, s+at, ss+at*at, g+gap, sg+at*gap
		}
		d := n*ss - s*s
		if !(d > 0) {
			return
		}
		slope := (n*sg - s*g) / d
		e.offset += (g - slope*s) / n // gaps lie on offset + slope times the place along the line
		turned := e.normal.Sub(t.Scale(slope))
		l := turned.Len()
		e.normal, e.offset = turned.Scale(1/l), e.offset/l
	}
	sum := 0.0
	for k := range e.hits {
		sum += e.gap(&e.hits[k]) * e.gap(&e.hits[k])
	}
	e.off = math.Sqrt(sum / float64(len(e.hits)))
}

// segments returns the edges as walls: each as long as the turns at it show, and on to where it
// meets another if that is beyond, but no further than to walls that are told. It returns the edges that walls are of besides.
func segments(all []edge, told []sim.Shape) (out []sim.Shape, of []edge) {
	for i := range all {
		e := &all[i]
		t := e.normal.Perp()
		foot := e.normal.Scale(e.offset)
		low, high, wide := math.Inf(1), math.Inf(-1), 0.0
		for _, h := range e.hits {
			at := t.Dot(h.place)
			low, high, wide = min(low, at), max(high, at), max(wide, h.radius)
		}
		left, right := math.Inf(-1), math.Inf(1)
		for j := range all {
			across := all[j].normal.Dot(t)
			if j == i || math.Abs(across) < 0.1 {
				continue
			}
			at := (all[j].offset - all[j].normal.Dot(foot)) / across
			if at <= low {
				left = max(left, at)
			} else if at >= high {
				right = min(right, at)
			}
		}
		if math.IsInf(left, 0) {
			left = low - 2*wide
		}
		if math.IsInf(right, 0) {
			right = high + 2*wide
		}
		left = low - until(told, foot.Add(t.Scale(low)), t.Scale(-1), low-left)
		right = high + until(told, foot.Add(t.Scale(high)), t, right-high)
		if right > left {
			out = append(out, sim.NewShape(sim.Segment, 0, sim.Surface{Friction: 0.3, Elasticity: 0.7}, foot.Add(t.Scale(left)), foot.Add(t.Scale(right))))
			of = append(of, all[i])
		}
	}
	return out, of
}

// until returns how many metres it is from a place to the nearest wall on a way, a unit vector, or far if that is less.
func until(walls []sim.Shape, from, way sim.Vec, far float64) float64 {
	for k := range walls {
		at := 0.0
		for range 100 { // as far as the wall is away there is none: each step leads as near to it as is safe
			d := walls[k].Distance(from.Add(way.Scale(at)))
			if at += max(d, 0); !(d > 1e-9) || at >= far {
				break
			}
		}
		far = min(far, at)
	}
	return far
}

// apart returns those of some walls and their edges that overlap neither walls of the scenes nor each other: discs turn at walls that are
// told too, where they were told to be of other sizes.
func apart(watches []*observe.Watch, walls []sim.Shape, lines []edge) (out []sim.Shape, of []edge) {
	for k := range walls {
		next := append(slices.Clone(out), walls[k])
		if !slices.ContainsFunc(watches, func(w *observe.Watch) bool {
			scene := *w.Scene
			scene.Walls = append(slices.Clone(scene.Walls), next...)
			return scene.Validate() != nil
		}) {
			out, of = next, append(of, lines[k])
		}
	}
	return out, of
}

// enclose returns watches whose scenes have the radii that turns show, and walls where discs turn
// with nothing near. Lines are those of the walls. Without either it returns false.
func (s *seen) enclose(watches []*observe.Watch, same bool) (out []*observe.Watch, lines []edge, changed bool) {
	var radii []float64
	if same {
		radii = s.sizes(watches)
	}
	all := s.lonely()
	for k := range all {
		if radii != nil {
			all[k].radius = radii[all[k].body]
		}
	}
	tol := max(4*s.law.Noise, 0.002*s.law.Speed)
	all = slices.DeleteFunc(all, func(t turn) bool { // at a wall that is told, with the right size
		far, ok := facing(watches[t.episode].Scene, &t)
		return ok && math.Abs(far-t.radius) < tol
	})
	if len(all) > mostTurns {
		all = all[:mostTurns]
	}
	walls, lines := segments(edges(all, tol), watches[0].Scene.Walls)
	walls, lines = apart(watches, walls, lines)
	if len(walls) == 0 && radii == nil {
		return watches, nil, false
	}
	out = make([]*observe.Watch, len(watches))
	for k, w := range watches {
		scene, next := *w.Scene, *w
		scene.Walls = append(slices.Clone(scene.Walls), walls...)
		if radii != nil {
			scene.Bodies = slices.Clone(scene.Bodies)
			for i := range scene.Bodies {
				if b := &scene.Bodies[i]; disc(b) {
					grown := radii[i] / b.Shapes[0].Radius
					b.Shapes = slices.Clone(b.Shapes)
					b.Shapes[0].Radius, b.Moment = radii[i], b.Moment*grown*grown
				}
			}
		}
		next.Scene = &scene
		out[k] = &next
	}
	return out, lines, true
}

// mostTurns are looked through for walls: the time taken grows with their third power.
const mostTurns = 150
