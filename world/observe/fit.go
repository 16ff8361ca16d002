package observe

import (
	"cmp"
	"context"
	"math"
	"slices"
	"sort"

	"orrery/sim"
)

const size = sim.StateSize

// leg is a stretch of a body's way that one state tells: a whole flight, or the time about one
// moment of a body that is pushed.
type leg struct {
	body   int
	begin  float64 // s, when it takes over
	ref    float64 // s, the time of its state
	drift  bool    // it is pushed all the time
	motion motion
	first  int // sight; it has those up to before last
	last   int
	s      [size]float64 // state at ref, in the order of sim.BodyState.Names
	off    int           // where its state stands among the unknowns
	hit    int           // with which it begins, or -1
	side   int           // of that hit: 0 of its body, 1 of the other

	// what its sights say, quadratic in the state beyond base: for each axis the matrix
	// [2, 2] of position and velocity, the right side [2], and the constant
	base [size]float64
	h    [3][3]float64
	b    [3][2]float64
	c    [3]float64
}

// link ties a leg to the next of the same body.
type link struct {
	a, b  int     // legs
	event int     // a hit at its time, or -1: unknown pushes
	time  float64 // s, when b takes over, unless by a hit
	dt    float64 // s, during which the pushes acted
	push  float64 // their density
	spin  float64
}

// hit is an event among the unknowns.
type hit struct {
	event
	off     int
	mean    float64       // s, about which it is expected
	late    float64       // s, deviation of that
	sides   [2]int        // links of body and other, or -1
	tied    bool          // it is fitted that the two touch then
	through int           // leg of the other body that goes on through the hit, or -1
	speed   float64       // m/s, by which it changes its body's velocity, roughly
	sticks  bool          // friction stopped all sliding
	loose   bool          // its ties are, as tight ones tore at what was seen
	kept    bool          // it is on the beat of the law
	left    []float64     // m, by which an engine still moves the two apart after each number of steps, beside their velocities
	moves   [2][3]float64 // share of that which each of the two moves along x and y, and rad/m by which it turns
	deep    float64       // m, sum of the overlaps of which the engine takes a share
	strain  float64       // deviations by which the worst of its ties of impulses is off
}

// fit is all legs and hits of an episode.
type fit struct {
	law    *Law
	rough  *Law // of hits whose ties are loose
	gaps   *gaps
	bodies []told
	legs   []leg
	links  []link
	hits   []hit
	matrix *envelope
	right  []float64
	n      int
	of     [][]int // [body] its legs in order; none of those that are told by themselves
	work   int     // multiplications, roughly
}

func (m *motion) of(drift bool) motion {
	if drift {
		return motion{kinematic: m.kinematic}
	}
	return *m
}

// at returns a leg's state at a time and how position follows from velocity.
func (l *leg) at(time float64) (s [size]float64, straight, turning glide) {
	dt := time - l.ref
	straight = newGlide(l.motion.drag, dt)
	turning = straight
	if l.motion.turnDrag != l.motion.drag {
		turning = newGlide(l.motion.turnDrag, dt)
	}
	g := l.motion.g
	s[0] = l.s[0] + straight.reach*l.s[3] + straight.fall*g.X
	s[1] = l.s[1] + straight.reach*l.s[4] + straight.fall*g.Y
	s[2] = l.s[2] + turning.reach*l.s[5]
	s[3] = straight.keep*l.s[3] + straight.reach*g.X
	s[4] = straight.keep*l.s[4] + straight.reach*g.Y
	s[5] = turning.keep * l.s[5]
	return s, straight, turning
}

func bodyState(s [size]float64) (b sim.BodyState) {
	b.SetValues(s)
	return b
}

// gather sums up what sights say of a leg.
func (f *fit) gather(l *leg) {
	l.base, l.h, l.b, l.c = l.s, [3][3]float64{}, [3][2]float64{}, [3]float64{}
	b := &f.bodies[l.body]
	r := &b.track
	for k := l.first; k < l.last; k++ {
		if b.plot.strays[k] {
			continue
		}
		place, spin := r.noise(k, f.law)
		noise := [3]float64{place, place, spin}
		dt, lag := r.at[k]-l.ref, f.lag(l, r.at[k])
		straight, turning := newGlide(l.motion.drag, dt), newGlide(l.motion.turnDrag, dt)
		expect, _, _ := l.at(r.at[k])
		for axis := range 3 {
			v, ok := value(&r.see[k], axis)
			if !ok {
				continue
			}
			v -= expect[axis] - lag[axis]
			way := straight
			if axis == 2 {
				way = turning
			}
			w := 1 / (noise[axis] * noise[axis])
			l.h[axis][0] += w
			l.h[axis][1] += w * way.reach
			l.h[axis][2] += w * way.reach * way.reach
			l.b[axis][0] += w * v
			l.b[axis][1] += w * way.reach * v
			l.c[axis] += w * v * v
		}
	}
}

// newFit sets legs, links and hits up for the events, which are in the order of their times, and
// for states that are wanted at times.
func newFit(law *Law, g *gaps, bodies []told, in []bool, events []event, times []float64) *fit {
	f := &fit{law: law, rough: law, gaps: g, bodies: bodies, of: make([][]int, len(bodies))}
	splits := make([][]split, len(bodies))
	for _, e := range events {
		mine := &bodies[e.pair.body].track
		if !in[e.pair.body] || !mine.holds(e.time) {
			continue
		}
		h := hit{event: e, mean: e.time, late: 2 * mine.pause(e.time), sides: [2]int{-1, -1}, through: -1}
		q := len(f.hits)
		splits[e.pair.body] = append(splits[e.pair.body], split{q, 0})
		h.tied = e.known && (e.pair.other < 0 || in[e.pair.other])
		if h.tied && e.pair.other >= 0 && bodies[e.pair.other].track.holds(e.time) {
			splits[e.pair.other] = append(splits[e.pair.other], split{q, 1})
		}
		f.hits = append(f.hits, h)
	}
	for i := range bodies {
		if in[i] {
			f.body(i, splits[i], times)
		}
	}
	for k := range f.hits {
		h := &f.hits[k]
		if h.tied && h.pair.other >= 0 && h.sides[1] < 0 {
			h.through = f.holding(h.pair.other, h.time)
		}
	}
	f.begin()
	f.order()
	return f
}

// order gives all unknowns their places, by time, and the matrix its envelope.
func (f *fit) order() {
	type item struct {
		time float64
		leg  int
		hit  int
	}
	var items []item
	for k := range f.legs {
		items = append(items, item{f.legs[k].ref, k, -1})
	}
	for k := range f.hits {
		items = append(items, item{f.hits[k].time, -1, k})
	}
	slices.SortStableFunc(items, func(a, b item) int { return cmp.Compare(a.time, b.time) })
	f.n = 0
	for _, it := range items {
		if it.leg >= 0 {
			f.legs[it.leg].off = f.n
			f.n += size
		} else {
			f.hits[it.hit].off = f.n
			f.n++
		}
	}
	first := make([]int, f.n)
	for k := range first {
		first[k] = k
	}
	tie := func(groups ...[2]int) { // offset and size
		least := f.n
		for _, g := range groups {
			least = min(least, g[0])
		}
		for _, g := range groups {
			for k := range g[1] {
				first[g[0]+k] = min(first[g[0]+k], least)
			}
		}
	}
	for k := range f.legs {
		tie([2]int{f.legs[k].off, size})
	}
	for _, l := range f.links {
		if l.event < 0 {
			tie([2]int{f.legs[l.a].off, size}, [2]int{f.legs[l.b].off, size})
		}
	}
	for k := range f.hits {
		groups := [][2]int{{f.hits[k].off, 1}}
		for _, side := range f.hits[k].sides {
			if side >= 0 {
				groups = append(groups, [2]int{f.legs[f.links[side].a].off, size}, [2]int{f.legs[f.links[side].b].off, size})
			}
		}
		if o := f.hits[k].through; o >= 0 {
			groups = append(groups, [2]int{f.legs[o].off, size})
		}
		tie(groups...)
	}
	f.matrix, f.right = newEnvelope(first), make([]float64, f.n)
}

// holding returns the leg of a body that tells where it is at a time, or -1.
func (f *fit) holding(body int, time float64) int {
	legs := f.of[body]
	if len(legs) == 0 {
		return -1
	}
	after := sort.Search(len(legs), func(q int) bool { return f.legs[legs[q]].begin > time })
	return legs[max(after-1, 0)]
}

// residual is one value that should be 0, with its slopes.
type residual struct {
	at    []int
	slope []float64
	value float64
}

func (f *fit) add(r *residual) float64 {
	for i, a := range r.at {
		f.right[a] -= r.slope[i] * r.value
		for j, b := range r.at[:i+1] {
			v := r.slope[i] * r.slope[j]
			if a == b && i != j {
				v *= 2
			}
			f.matrix.add(a, b, v)
		}
	}
	return r.value * r.value
}

// build sums up all residuals at the present state. It returns the loss, which is all it computes if quiet.
func (f *fit) build(quiet bool) (loss float64) {
	if !quiet {
		clear(f.matrix.all)
		clear(f.right)
	}
	var r residual
	begin := func() { r.at, r.slope, r.value = r.at[:0], r.slope[:0], 0 }
	put := func(at int, slope float64) { r.at, r.slope = append(r.at, at), append(r.slope, slope) }
	end := func(value, deviation float64) {
		r.value = value / deviation
		if quiet {
			loss += r.value * r.value
			return
		}
		for k := range r.slope {
			r.slope[k] /= deviation
		}
		loss += f.add(&r)
	}
	for k := range f.legs {
		l := &f.legs[k]
		for axis := range 3 {
			x, v := l.s[axis]-l.base[axis], l.s[axis+3]-l.base[axis+3]
			h, b := &l.h[axis], &l.b[axis]
			gx, gv := h[0]*x+h[1]*v-b[0], h[1]*x+h[2]*v-b[1]
			loss += x*(gx-b[0]) + v*(gv-b[1]) + l.c[axis]
			if !quiet {
				f.matrix.add(l.off+axis, l.off+axis, h[0])
				f.matrix.add(l.off+axis+3, l.off+axis, h[1])
				f.matrix.add(l.off+axis+3, l.off+axis+3, h[2])
				f.right[l.off+axis] -= gx
				f.right[l.off+axis+3] -= gv
			}
			fast, wide := starting*f.law.Speed, far
			if axis == 2 {
				fast, wide = starting*f.law.Spin, 100*math.Pi
			}
			begin()
			put(l.off+axis+3, 1)
			end(l.s[axis+3], 2*fast)
			if axis == 2 {
				begin()
				put(l.off+axis, 1)
				end(x, wide)
			}
		}
	}
	for k := range f.links {
		l := &f.links[k]
		a, b := &f.legs[l.a], &f.legs[l.b]
		if l.event < 0 {
			dt := l.dt
			s, ways, turns := a.at(l.time)
			t, away, turned := b.at(l.time)
			for axis := range 3 {
				wa, wb, q, floor := ways, away, l.push, f.law.Noise
				if axis == 2 {
					wa, wb, q, floor = turns, turned, l.spin, f.law.Turn
				}
				dx, dv := t[axis]-s[axis], t[axis+3]-s[axis+3]
				q = max(q, 1e-4*floor*floor/(dt*dt*dt))
				// whitened by the Cholesky factor of q times [dt³/3, dt²/2; dt²/2, dt]
				sx, sv, lead := math.Sqrt(q*dt*dt*dt/3), math.Sqrt(q*dt/4), 1.5/dt
				begin()
				put(b.off+axis, 1)
				put(b.off+axis+3, wb.reach)
				put(a.off+axis, -1)
				put(a.off+axis+3, -wa.reach)
				end(dx, sx)
				begin()
				put(b.off+axis, -lead)
				put(b.off+axis+3, wb.keep-lead*wb.reach)
				put(a.off+axis, lead)
				put(a.off+axis+3, -wa.keep+lead*wa.reach)
				end(dv-lead*dx, sv)
			}
			continue
		}
		h := &f.hits[l.event]
		sa, wa, ta := a.at(h.time)
		sb, wb, tb := b.at(h.time)
		for axis := range 3 {
			ga, gb, off := wa.reach, wb.reach, joined*f.law.Noise
			if axis == 2 {
				ga, gb, off = ta.reach, tb.reach, joined*f.law.Turn
			}
			by := 0.0
			if h.kept {
				var unsure float64
				by, unsure = h.jump(f.law, b.side, axis)
				early := f.lag(a, h.time)[axis] // of the hit before
				by, off = by-early, math.Hypot(off, math.Hypot(unsure, early))
			}
			begin()
			put(b.off+axis, 1)
			put(b.off+axis+3, gb)
			put(a.off+axis, -1)
			put(a.off+axis+3, -ga)
			put(h.off, sb[axis+3]-sa[axis+3])
			end(sb[axis]-sa[axis]-by, max(least, off))
		}
	}
	for k := range f.hits {
		h := &f.hits[k]
		begin()
		put(h.off, 1)
		end(h.time-h.mean, h.late)
		if !h.tied {
			continue
		}
		var parts [2]*leg
		parts[0] = &f.legs[f.links[h.sides[0]].a]
		if h.sides[1] >= 0 {
			parts[1] = &f.legs[f.links[h.sides[1]].a]
		} else if o := h.through; o >= 0 {
			parts[1] = &f.legs[o]
		}
		s, ways, turns := [2][size]float64{}, [2]glide{}, [2]glide{}
		for i, p := range parts {
			if p != nil {
				s[i], ways[i], turns[i] = p.at(h.time)
			}
		}
		c, ok := f.gaps.of(h.pair, bodyState(s[0]), bodyState(s[1]))
		if !ok {
			continue
		}
		begin()
		rate := 0.0
		for i, p := range parts {
			if p == nil {
				continue
			}
			n, arm := c.Normal, c.ArmA
			if i == 1 {
				n, arm = n.Scale(-1), c.ArmB
			}
			swing := n.Dot(arm.Perp())
			put(p.off, n.X)
			put(p.off+1, n.Y)
			put(p.off+2, swing)
			put(p.off+3, n.X*ways[i].reach)
			put(p.off+4, n.Y*ways[i].reach)
			put(p.off+5, swing*turns[i].reach)
			rate += n.X*s[i][3] + n.Y*s[i][4] + swing*s[i][5]
		}
		put(h.off, rate)
		end(c.Gap-f.law.Skin, max(least, math.Hypot(joined*f.law.Noise, f.law.Gap)))
		f.impulse(h, &c, begin, put, end)
	}
	return loss
}

// joined, in deviations of the noise, is how exactly flights meet where a hit parts them.
const joined = 0.05

// step moves all unknowns by a share of what is in d.
func (f *fit) step(d []float64, share float64) {
	for k := range f.legs {
		for i := range size {
			f.legs[k].s[i] += share * d[f.legs[k].off+i]
		}
	}
	for k := range f.hits {
		f.hits[k].time += share * d[f.hits[k].off]
	}
}

// solve fits all by at most so many rounds of Levenberg and Marquardt, until one gains less than
// enough. It returns the loss.
func (f *fit) solve(ctx context.Context, rounds int, enough float64) (float64, error) {
	damping := 1e-6
	loss := f.build(false)
	whole, d := make([]float64, len(f.matrix.all)), make([]float64, f.n)
	for range rounds {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		copy(whole, f.matrix.all)
		better, tried := false, damping
		for ; damping < 1e8; damping *= 30 {
			for i, row := range f.matrix.rows {
				row[len(row)-1] += damping * row[len(row)-1]
				d[i] = f.right[i]
			}
			f.work += f.matrix.work
			if f.matrix.factor() {
				f.matrix.solve(d)
				f.step(d, 1)
				if l := f.build(true); l <= loss {
					better = loss-l > enough
					loss = l
					break
				}
				f.step(d, -1)
			}
			copy(f.matrix.all, whole)
		}
		if damping == tried {
			damping = max(1e-9, damping/100)
		} else {
			damping /= 5
		}
		f.build(false)
		if !better {
			break
		}
	}
	return loss, nil
}
