package links

import (
	"math"

	"orrery/sim"
)

// The terms that the force between two bodies is a sum of. With n the unit vector from B to A and r
// their distance, A is pushed by (c₀·r + c₁ + c₂·ṙ + c₃/r²)·n.
const (
	termSpring = iota // N/m; minus the stiffness
	termRest          // N; stiffness times the length at rest
	termDamper        // N·s/m; minus the damping
	termCharge        // N·m²
	terms
)

// order says how the source of motion steps, which exact states show.
type order int

const (
	smooth          order = iota // motion is that of the law itself
	positionsFirst               // positions move by the old velocities, then velocities change
	velocitiesFirst              // velocities change, then positions move by the new ones
)

// wall is a straight piece of a wall that discs bounce off.
type wall struct {
	from, to   sim.Vec   // m
	radius     float64   // m, how far its surface is from the line
	elasticity []float64 // [n] with each body
}

// system is what is known of bodies that act on each other at a distance.
type system struct {
	n        int
	inverse  []float64 // [n] 1/kg; 0 for bodies that nothing moves
	radius   []float64 // [n] m
	gravity  sim.Vec
	keep     float64 // share of its velocity a body keeps in a second
	walls    []wall
	core     float64   // m, nearer than which the force of charges does not grow
	limit    float64   // N, the most a force is; 0 is no limit
	limits   []float64 // [pairs] N, likewise of each; nil is limit for all
	summed   bool      // the limit holds for the sum of the forces on a body, along x and along y
	nearby   float64   // m, nearer than which a charge may turn another faster than frames show
	order    order
	frame    float64 // s between frames
	substeps int
	fine     float64 // share of the shortest time scale that a smooth step may be
	most     float64 // smooth steps in a frame
}

// newSystem reads off a scene what acts besides links.
func newSystem(scene *sim.Scene) *system {
	s := &system{
		n: len(scene.Bodies), gravity: scene.Gravity, keep: scene.Damping,
		frame: scene.FrameTime(), substeps: max(1, scene.Substeps), fine: 0.25, most: 60,
	}
	for i := range scene.Bodies {
		b := &scene.Bodies[i]
		s.inverse = append(s.inverse, b.InvMass())
		radius := 0.0
		for k := range b.Shapes {
			for _, v := range b.Shapes[k].Vertices {
				radius = max(radius, v.Len()+b.Shapes[k].Radius)
			}
		}
		s.radius = append(s.radius, radius)
	}
	for k := range scene.Walls {
		shape := &scene.Walls[k]
		e := make([]float64, s.n)
		for i := range e {
			e[i] = 1
			if len(scene.Bodies[i].Shapes) > 0 {
				e[i] = scene.Contact(shape, &scene.Bodies[i].Shapes[0]).Elasticity
			}
		}
		count := len(shape.Vertices)
		for v := range shape.Vertices {
			if shape.Kind == sim.Segment && v > 0 {
				break
			}
			s.walls = append(s.walls, wall{shape.Vertices[v], shape.Vertices[(v+1)%count], shape.Radius, e})
		}
	}
	return s
}

// pairs is the number of pairs of n bodies.
func pairs(n int) int { return n * (n - 1) / 2 }

// pairOf returns the two bodies of every pair, in order.
func pairOf(n int) (out [][2]int) {
	for a := range n {
		for b := a + 1; b < n; b++ {
			out = append(out, [2]int{a, b})
		}
	}
	return out
}

// motion advances a system and what its state changes by per unit of some variables. Its rows are x, y,
// vx, vy of each body; column 0 is the state, the others are derivatives.
type motion struct {
	*system
	pair     [][2]int
	c        []float64 // [pairs · terms] coefficients of the forces
	column   []int     // [pairs · terms] column of the derivative by each, or -1
	used     []bool    // [pairs] that push or of which derivatives are asked
	width    int       // 1 + number of derivatives
	x        []float64 // [4n · width]
	force    []float64 // [2n · width] accelerations
	stage    [5][]float64
	near     []bool // [n] bodies that came near another that pulls them, since it was cleared
	bounces  int    // since it was set
	rebounds []rebound
}

// newMotion makes a motion with so many derivatives.
func newMotion(s *system, c []float64, column []int, derivatives int) *motion {
	m := &motion{system: s, pair: pairOf(s.n), c: c, column: column, width: 1 + derivatives, near: make([]bool, s.n)}
	m.used = make([]bool, len(m.pair))
	m.x = make([]float64, 4*s.n*m.width)
	m.force = make([]float64, 2*s.n*m.width)
	m.use()
	return m
}

// use notes which pairs matter, after coefficients or columns changed.
func (m *motion) use() {
	for p := range m.pair {
		m.used[p] = false
		for t := range terms {
			m.used[p] = m.used[p] || m.c[p*terms+t] != 0 || m.column != nil && m.column[p*terms+t] >= 0
		}
	}
}

func (m *motion) row(x []float64, r int) []float64 { return x[r*m.width : (r+1)*m.width] }

// set puts the state and makes the first 4n derivatives those by the state itself if by is set.
func (m *motion) set(state []float64, by bool) {
	clear(m.x)
	for r, v := range state {
		m.x[r*m.width] = v
		if by {
			m.x[r*m.width+1+r] = 1
		}
	}
}

// accelerate fills m.force with the accelerations at x. It returns the shortest time in which forces change.
func (m *motion) accelerate(x []float64) (scale float64) {
	clear(m.force)
	fastest, stiffest := 0.0, 0.0 // 1/s, and its square
	for p, ab := range m.pair {
		if !m.used[p] {
			continue
		}
		a, b := ab[0], ab[1]
		xa, ya, ua, wa := m.row(x, 4*a), m.row(x, 4*a+1), m.row(x, 4*a+2), m.row(x, 4*a+3)
		xb, yb, ub, wb := m.row(x, 4*b), m.row(x, 4*b+1), m.row(x, 4*b+2), m.row(x, 4*b+3)
		dx, dy, du, dw := xa[0]-xb[0], ya[0]-yb[0], ua[0]-ub[0], wa[0]-wb[0]
		r := math.Sqrt(dx*dx + dy*dy)
		if r < sim.MinMagnitude {
			continue
		}
		per := 1 / r
		nx, ny := dx*per, dy*per
		rate := nx*du + ny*dw
		c := m.c[p*terms : (p+1)*terms]
		near := per * per
		if r < m.core {
			near = 1 / (m.core * m.core)
		}
		f := c[termSpring]*r + c[termRest] + c[termDamper]*rate + c[termCharge]*near
		slope := c[termSpring] // ∂f/∂r
		if r > m.core {
			slope -= 2 * c[termCharge] * near * per
		}
		damp := c[termDamper]
		if r < m.nearby {
			m.near[a], m.near[b] = true, true
		}
		limit := m.limit
		if m.limits != nil {
			limit = m.limits[p]
		}
		clipped := limit > 0 && !m.summed && math.Abs(f) > limit
		if clipped {
			f, slope, damp = math.Copysign(limit, f), 0, 0
		}
		ia, ib := m.inverse[a], m.inverse[b]
		if i := ia + ib; i > 0 {
			stiffest = max(stiffest, i*(math.Abs(slope)+math.Abs(f)*per))
			fastest = max(fastest, i*math.Abs(damp))
			if c[termCharge] != 0 && f != 0 {
				fastest = max(fastest, math.Abs(rate)*per)
			}
		}
		fa, ga, fb, gb := m.row(m.force, 2*a), m.row(m.force, 2*a+1), m.row(m.force, 2*b), m.row(m.force, 2*b+1)
		fa[0] += ia * f * nx
		ga[0] += ia * f * ny
		fb[0] -= ib * f * nx
		gb[0] -= ib * f * ny
		if m.width == 1 {
			continue
		}
		// The derivative of rate by position is (dv − rate·n)/r.
		px, py := (du-rate*nx)*per, (dw-rate*ny)*per
		along := f * per
		kxx := slope*nx*nx + along*ny*ny + damp*nx*px
		kxy := slope*nx*ny - along*nx*ny + damp*nx*py
		kyx := slope*nx*ny - along*nx*ny + damp*ny*px
		kyy := slope*ny*ny + along*nx*nx + damp*ny*py
		xb, ya, yb = xb[:len(xa)], ya[:len(xa)], yb[:len(xa)]
		fa, ga, fb, gb = fa[:len(xa)], ga[:len(xa)], fb[:len(xa)], gb[:len(xa)]
		for k := 1; k < len(xa); k++ {
			tx, ty := xa[k]-xb[k], ya[k]-yb[k]
			gx, gy := kxx*tx+kxy*ty, kyx*tx+kyy*ty
			if damp != 0 {
				turn := damp * (nx*(ua[k]-ub[k]) + ny*(wa[k]-wb[k]))
				gx, gy = gx+nx*turn, gy+ny*turn
			}
			fa[k] += ia * gx
			ga[k] += ia * gy
			fb[k] -= ib * gx
			gb[k] -= ib * gy
		}
		if m.column == nil || clipped {
			continue
		}
		for t, value := range [terms]float64{r, 1, rate, near} {
			if k := m.column[p*terms+t]; k >= 0 {
				fa[1+k] += ia * value * nx
				ga[1+k] += ia * value * ny
				fb[1+k] -= ib * value * nx
				gb[1+k] -= ib * value * ny
			}
		}
	}
	if m.limit > 0 && m.summed {
		for i := range m.n {
			for axis := range 2 {
				f := m.row(m.force, 2*i+axis)
				if most := m.limit * m.inverse[i]; math.Abs(f[0]) > most {
					f[0] = math.Copysign(most, f[0])
					clear(f[1:])
				}
			}
		}
	}
	for i := range m.n {
		if m.inverse[i] > 0 {
			m.force[2*i*m.width] += m.gravity.X
			m.force[(2*i+1)*m.width] += m.gravity.Y
		}
	}
	if fastest = max(fastest, math.Sqrt(stiffest)); fastest == 0 {
		return math.Inf(1)
	}
	return 1 / fastest
}

// advance moves on by a frame.
func (m *motion) advance() {
	switch m.order {
	case smooth:
		m.flow(m.frame)
	case positionsFirst, velocitiesFirst:
		dt := m.frame / float64(m.substeps)
		keep := math.Pow(m.keep, dt)
		for range m.substeps {
			if m.order == positionsFirst {
				m.drift(dt)
				m.meet()
				m.accelerate(m.x)
				m.kick(keep, dt)
				m.leave()
			} else {
				m.accelerate(m.x)
				m.kick(keep, dt)
				m.drift(dt)
				m.reflect()
			}
		}
	default:
		panic("links: unknown order")
	}
}

func (m *motion) drift(dt float64) {
	for i := range m.n {
		for axis := range 2 {
			x, v := m.row(m.x, 4*i+axis), m.row(m.x, 4*i+2+axis)
			for k := range x {
				x[k] += dt * v[k]
			}
		}
	}
}

func (m *motion) kick(keep, dt float64) {
	for i := range m.n {
		if m.inverse[i] == 0 {
			continue
		}
		for axis := range 2 {
			v, f := m.row(m.x, 4*i+2+axis), m.row(m.force, 2*i+axis)
			for k := range v {
				v[k] = keep*v[k] + dt*f[k]
			}
		}
	}
}

// flow moves on smoothly, by steps of Runge and Kutta that are short beside the time in which forces change.
func (m *motion) flow(time float64) {
	if m.stage[0] == nil {
		for k := range m.stage {
			m.stage[k] = make([]float64, len(m.x))
		}
	}
	drag := -math.Log(max(m.keep, 1e-12))
	slope := func(dst, x []float64) float64 {
		scale := m.accelerate(x)
		for i := range m.n {
			for axis := range 2 {
				v := m.row(x, 4*i+2+axis)
				copy(m.row(dst, 4*i+axis), v)
				d, f := m.row(dst, 4*i+2+axis), m.row(m.force, 2*i+axis)
				if m.inverse[i] == 0 {
					clear(d)
					continue
				}
				for k := range d {
					d[k] = f[k] - drag*v[k]
				}
			}
		}
		return scale
	}
	shortest := m.frame / m.most
	for left := time; left > 1e-12*m.frame; {
		k1, k2, k3, k4, at := m.stage[0], m.stage[1], m.stage[2], m.stage[3], m.stage[4]
		h := max(m.fine*slope(k1, m.x), shortest)
		if h >= left {
			h = left
		} else if parts := math.Ceil(left / h); parts < 1e6 {
			h = left / parts
		}
		blend := func(k []float64, h float64) {
			for i, x := range m.x {
				at[i] = x + h*k[i]
			}
		}
		blend(k1, h/2)
		slope(k2, at)
		blend(k2, h/2)
		slope(k3, at)
		blend(k3, h)
		slope(k4, at)
		for i := range m.x {
			m.x[i] += h / 6 * (k1[i] + 2*k2[i] + 2*k3[i] + k4[i])
		}
		left -= h
		m.reflect()
	}
}

// side returns how far body i is inside a wall's surface, and the normal that points from the wall to the side
// on which the middle of the world is not, as the body's motion has it; ok is false beside the wall's ends.
func (m *motion) side(w *wall, i int) (depth, nx, ny float64, ok bool) {
	dx, dy := w.to.X-w.from.X, w.to.Y-w.from.Y
	length := math.Hypot(dx, dy)
	if length == 0 {
		return 0, 0, 0, false
	}
	dx, dy = dx/length, dy/length
	px, py := m.x[4*i*m.width]-w.from.X, m.x[(4*i+1)*m.width]-w.from.Y
	if along := px*dx + py*dy; along < 0 || along > length {
		return 0, 0, 0, false
	}
	nx, ny = -dy, dx
	across := px*nx + py*ny
	vx, vy := m.x[(4*i+2)*m.width], m.x[(4*i+3)*m.width]
	reach := m.radius[i] + w.radius
	// Whoever approaches from a side is on it until its centre has crossed the line.
	if across < 0 {
		nx, ny, across = -nx, -ny, -across
	}
	if vx*nx+vy*ny > 0 {
		// It leaves, or its centre has crossed within a step: the farther side is where it came from.
		return 0, 0, 0, false
	}
	return reach - across, nx, ny, across < reach
}

// reflect mirrors bodies that have come into walls and turns their velocities.
func (m *motion) reflect() {
	for k := range m.walls {
		w := &m.walls[k]
		for i := range m.n {
			depth, nx, ny, ok := m.side(w, i)
			if !ok || m.inverse[i] == 0 {
				continue
			}
			m.bounces++
			e := w.elasticity[i]
			x, y, u, v := m.row(m.x, 4*i), m.row(m.x, 4*i+1), m.row(m.x, 4*i+2), m.row(m.x, 4*i+3)
			x[0] += (1 + e) * depth * nx
			y[0] += (1 + e) * depth * ny
			turn := -(1 + e) * (nx*u[0] + ny*v[0])
			u[0] += turn * nx
			v[0] += turn * ny
			for c := 1; c < m.width; c++ {
				across := -(1 + e) * (nx*x[c] + ny*y[c])
				x[c] += across * nx
				y[c] += across * ny
				turn := -(1 + e) * (nx*u[c] + ny*v[c])
				u[c] += turn * nx
				v[c] += turn * ny
			}
		}
	}
}

// rebound is the velocity with which a body leaves a wall.
type rebound struct {
	body   int
	nx, ny float64
	target []float64 // [width] along the normal
}

// meet notes the velocities with which bodies that touch a wall will leave it, as the engine does before forces
// act; leave gives it them.
func (m *motion) meet() {
	m.rebounds = m.rebounds[:0]
	for k := range m.walls {
		w := &m.walls[k]
		for i := range m.n {
			_, nx, ny, ok := m.side(w, i)
			if !ok || m.inverse[i] == 0 {
				continue
			}
			m.bounces++
			target := make([]float64, m.width)
			u, v := m.row(m.x, 4*i+2), m.row(m.x, 4*i+3)
			for c := range target {
				target[c] = -w.elasticity[i] * (nx*u[c] + ny*v[c])
			}
			m.rebounds = append(m.rebounds, rebound{i, nx, ny, target})
		}
	}
}

func (m *motion) leave() {
	for _, r := range m.rebounds {
		u, v := m.row(m.x, 4*r.body+2), m.row(m.x, 4*r.body+3)
		for c := range u {
			push := r.target[c] - (r.nx*u[c] + r.ny*v[c])
			u[c] += push * r.nx
			v[c] += push * r.ny
		}
	}
}
