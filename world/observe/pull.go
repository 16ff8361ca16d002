package observe

import (
	"context"
	"math"
	"slices"

	"orrery/sim"
	"orrery/world/robust"
)

// pull looks for gravity that scenes do not tell of, where they tell of none.
func (l *Law) pull(ctx context.Context, watches []*Watch) error {
	var ax, ay, steepX, steepY []float64
	for _, w := range watches {
		if w.Scene.Gravity != (sim.Vec{}) {
			return nil
		}
		for i := range w.Scene.Bodies {
			if loose(w.Scene, i) {
				continue
			}
			r := w.track(i)
			for k := 2; k < len(r.at); k++ {
				a, b, c := &r.see[k-2], &r.see[k-1], &r.see[k]
				if !a.Seen || !b.Seen || !c.Seen {
					continue
				}
				s, t := r.at[k-1]-r.at[k-2], r.at[k]-r.at[k-1]
				bend := func(a, b, c float64) float64 { return 2 * ((c-b)/t - (b-a)/s) / (s + t) }
				x, y := bend(a.X, b.X, c.X), bend(a.Y, b.Y, c.Y)
				ax, ay = append(ax, x), append(ay, y)
				if blur := 2 * l.Noise * math.Sqrt(1/(s*s)+1/(t*t)+1/(s*t)) / (s + t); math.Hypot(x, y) > sure*blur {
					steepX, steepY = append(steepX, x), append(steepY, y)
				}
			}
		}
	}
	if len(ax) < 3 {
		return nil
	}
	best, least := sim.Vec{}, math.Inf(1)
	for k, g := range []sim.Vec{{}, {X: robust.Median(ax), Y: robust.Median(ay)}, {X: robust.Median(steepX), Y: robust.Median(steepY)}} {
		try := *l
		try.Gravity = g
		loss := 0.0
		for _, w := range evenly(watches, 8) {
			bodies, err := try.tell(ctx, w)
			if err != nil {
				return err
			}
			for i := range bodies {
				loss += bodies[i].plot.loss
			}
		}
		if k > 0 {
			loss += 50 // what is said is likelier than what is not
		}
		if loss < least {
			best, least = g, loss
		}
	}
	l.Gravity = best
	return nil
}

// tell returns the stories of all bodies of a watch, with nothing but the track of those that
// were never seen.
func (l *Law) tell(ctx context.Context, w *Watch) ([]told, error) {
	near := w.meet(l)
	bodies := make([]told, len(w.Scene.Bodies))
	for i := range bodies {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		b := &bodies[i]
		b.track, b.motion = w.track(i), l.motion(w.Scene, i)
		if len(b.track.at) > 0 {
			b.plot = l.plot(&b.track, b.motion, near.of(w, &b.track), w.Scene.Bodies[i].Reach(), loose(w.Scene, i))
		}
	}
	return bodies, nil
}

// flight is a stretch of a track in which a body flew.
type flight struct {
	body  *told
	sight []int
}

// fewest is the number of sights of a flight that tells of gravity, drag and noise.
const fewest = 6

// flights returns those of a body that are long enough.
func (b *told) flights() (out []flight) {
	var now []int
	end := func() {
		if len(now) >= fewest {
			out = append(out, flight{b, slices.Clone(now)})
		}
		now = now[:0]
	}
	for k := range b.track.at {
		if k > 0 && (b.plot.hits[k-1] || b.plot.modes[k-1] != flying) {
			end()
		}
		if !b.plot.strays[k] && (k == len(b.track.at)-1 || b.plot.modes[k] == flying) {
			now = append(now, k)
		}
	}
	end()
	return out
}

// Limits of what is taken for a finding.
const (
	certain = 3.0 // standard errors
	dirty   = 2.5 // times the variance of the noise, beyond which a flight was none
	mostG   = 1e3 // m/s²
	mostC   = 1e2 // 1/s
)

// refine corrects noise, gravity and drag by all flights.
func (l *Law) refine(ctx context.Context, watches []*Watch) error {
	var all []flight
	for _, w := range watches {
		bodies, err := l.tell(ctx, w)
		if err != nil {
			return err
		}
		for i := range bodies {
			if w.Scene.Bodies[i].Kind == sim.Dynamic && !loose(w.Scene, i) {
				all = append(all, bodies[i].flights()...)
			}
		}
	}
	if len(all) == 0 {
		return nil
	}
	const rounds = 3
	for range rounds {
		was := *l
		l.regress(all)
		var last *told
		for i := range all { // flights follow the law as it changes
			if b := all[i].body; b != last {
				b.motion.g = b.motion.g.Add(l.Gravity.Sub(was.Gravity))
				b.motion.drag, b.motion.turnDrag = b.motion.drag+l.Drag-was.Drag, b.motion.turnDrag+l.TurnDrag-was.TurnDrag
				last = b
			}
		}
	}
	return nil
}

// regress corrects l by flights whose motion is that of l.
func (l *Law) regress(all []flight) {
	var plane, spin regression
	plane.init(3)
	spin.init(1)
	var squares, degrees [2]float64
	var usual [2][]float64
	for i := range all {
		f := &all[i]
		sum, n := f.residuals(0, nil)
		more, m := f.residuals(1, nil)
		turned, o := f.residuals(2, nil)
		if n+m > 0 {
			usual[0] = append(usual[0], (sum+more)/float64(n+m))
		}
		if o > 0 {
			usual[1] = append(usual[1], turned/float64(o))
		}
	}
	limits := [2]float64{dirty * max(l.Noise*l.Noise, robust.Median(usual[0])), dirty * max(l.Turn*l.Turn, robust.Median(usual[1]))}
	for i := range all {
		f := &all[i]
		sum, n := f.residuals(0, nil)
		more, m := f.residuals(1, nil)
		turned, o := f.residuals(2, nil)
		sum, n = sum+more, n+m
		if n > 0 && sum <= float64(n)*limits[0] {
			f.residuals(0, &plane)
			f.residuals(1, &plane)
			squares[0], degrees[0] = squares[0]+sum, degrees[0]+float64(n)
		}
		if o > 0 && turned <= float64(o)*limits[1] {
			f.residuals(2, &spin)
			squares[1], degrees[1] = squares[1]+turned, degrees[1]+float64(o)
		}
	}
	if degrees[0] > 20 {
		l.Noise = max(least, math.Sqrt(squares[0]/degrees[0]))
		if d, deviation, ok := plane.solve(l.Noise); ok {
			g := l.Gravity.Add(sim.Vec{X: d[0], Y: d[1]})
			if math.Abs(g.X) < certain*deviation[0] {
				g.X = 0
			}
			if math.Abs(g.Y) < certain*deviation[1] {
				g.Y = 0
			}
			if g.Len() < mostG {
				l.Gravity = g
			}
			if c := l.Drag + d[2]; math.Abs(c) < certain*deviation[2] {
				l.Drag = 0
			} else if math.Abs(c) < mostC {
				l.Drag = c
			}
		}
	}
	if degrees[1] > 20 {
		l.Turn = max(least, math.Sqrt(squares[1]/degrees[1]))
		if d, deviation, ok := spin.solve(l.Turn); ok {
			if c := l.TurnDrag + d[0]; math.Abs(c) < certain*deviation[0] {
				l.TurnDrag = 0
			} else if math.Abs(c) < mostC {
				l.TurnDrag = c
			}
		}
	}
}

// regression is a linear fit of what is common to all flights.
type regression struct {
	matrix *envelope // which is full
	right  []float64
}

func (r *regression) init(n int) { r.matrix, r.right = newEnvelope(make([]int, n)), make([]float64, n) }

func (r *regression) add(columns []float64, value float64) {
	for i, a := range columns {
		for j := i; j < len(columns); j++ {
			r.matrix.add(i, j, a*columns[j])
		}
		r.right[i] += a * value
	}
}

// solve returns the corrections and their standard deviations for noise, and overwrites r.
func (r *regression) solve(noise float64) (d, deviation []float64, ok bool) {
	for i := range r.right {
		r.matrix.add(i, i, r.matrix.at(i, i)*1e-9+1e-12)
	}
	if !r.matrix.factor() {
		return nil, nil, false
	}
	r.matrix.solve(r.right)
	inverse := r.matrix.inverse()
	for i := range r.right {
		deviation = append(deviation, noise*math.Sqrt(inverse.at(i, i)))
	}
	return r.right, deviation, true
}

// residuals fits one axis of a flight by a start and a velocity. It returns the sum of the squares
// that are left and their number less 2, and adds what they say of the law to r.
func (f *flight) residuals(axis int, r *regression) (squares float64, degrees int) {
	t := &f.body.track
	m := &f.body.motion
	drag, g := m.drag, [3]float64{m.g.X, m.g.Y, 0}[axis]
	if axis == 2 {
		drag = m.turnDrag
	}
	const nudge = 1e-4 // 1/s
	from := t.at[f.sight[0]]
	type row struct{ reach, fall, value, slope float64 }
	var rows []row
	var n, sr, srr, sv, srv float64
	for _, k := range f.sight {
		v, ok := value(&t.see[k], axis)
		if !ok {
			continue
		}
		way := newGlide(drag, t.at[k]-from)
		rows = append(rows, row{way.reach, way.fall, v - way.fall*g, 0})
		n, sr, srr, sv, srv = n+1, sr+way.reach, srr+way.reach*way.reach, sv+v-way.fall*g, srv+way.reach*(v-way.fall*g)
	}
	det := n*srr - sr*sr
	if len(rows) < fewest || !(det > 0) {
		return 0, 0
	}
	solve := func(a, b float64) (x, v float64) { return (a*srr - b*sr) / det, (b*n - a*sr) / det }
	x, v := solve(sv, srv)
	for k := range rows {
		w := &rows[k]
		d := w.value - x - v*w.reach
		squares += d * d
	}
	degrees = len(rows) - 2
	if r == nil {
		return squares, degrees
	}
	// columns less what a start and a velocity take of them
	columns := make([][]float64, 2)
	i := 0
	for _, k := range f.sight {
		if _, ok := value(&t.see[k], axis); !ok {
			continue
		}
		more := newGlide(drag+nudge, t.at[k]-from)
		columns[0] = append(columns[0], rows[i].fall)
		columns[1] = append(columns[1], ((more.reach-rows[i].reach)*v+(more.fall-rows[i].fall)*g)/nudge)
		i++
	}
	for _, c := range columns {
		var a, b float64
		for k := range rows {
			a, b = a+c[k], b+c[k]*rows[k].reach
		}
		p, q := solve(a, b)
		for k := range rows {
			c[k] -= p + q*rows[k].reach
		}
	}
	for k := range rows {
		d := rows[k].value - x - v*rows[k].reach
		switch axis {
		case 0:
			r.add([]float64{columns[0][k], 0, columns[1][k]}, d)
		case 1:
			r.add([]float64{0, columns[0][k], columns[1][k]}, d)
		case 2:
			r.add([]float64{columns[1][k]}, d)
		}
	}
	return squares, degrees
}
